"""A small house whose chat is Matrix: the whole way from a complaint to a click, and back."""

import threading
from dataclasses import dataclass
from typing import Any

from config import Secret, Settings
from config.settings import Band, Brand, Contact, Person, Team
from escalation.channels.matrix import CAPABILITIES, Matrix, matrix
from escalation.channels.matrix import Settings as Declared
from escalation.conversation import Answer, Incoming
from escalation.engine import Complaint
from escalation.subject import Case, Ref
from listener.mention import Author, Kind, Observation, Post
from listener.tools import Tools
from tests.escalation.channels.fake_matrix import ADA, BOB, ROOM, TOKEN, FakeMatrix
from tests.firm import NOON, Firm, open_firm
from tocsin.answering import Answering
from tocsin.clock import VirtualClock
from tocsin.store import Unit

GRACE = "@grace:acme.example"
CHAT = Declared(
    name="chat",
    homeserver="https://matrix.acme.example",
    token=Secret(env="MATRIX_TOKEN"),
    room=ROOM,
)
PEOPLE = {"Ada Lovelace": ADA, "Bob": BOB, "Grace Hopper": GRACE}


def declared() -> Settings:
    names = {"Ada Lovelace": "ada", "Bob": "bob", "Grace Hopper": "grace"}
    people = tuple(
        Person(name=names[shown], full_name=shown, contacts=(Contact(channel="chat", to=to),))
        for shown, to in PEOPLE.items()
    )
    care = Team(name="care", members=("ada", "bob"), lead="grace", owners={"billing": "ada"})
    return Settings(
        fallback_executive="grace",
        brands=(Brand(name="Acme"),),
        people=people,
        teams=(care,),
        channels=(CHAT,),
    )


@dataclass
class House:
    """The house, the homeserver, and what people see and do there."""

    firm: Firm
    server: FakeMatrix
    here: Matrix

    def complain(self, text: str = "zzwords") -> None:
        """Somebody complains, and whoever owns it is paged."""
        now = self.firm.now
        author = Author(id="id-jo", handle="handle-jo", name="Name Jo", followers=1200)
        url = "https://x.example/jo/status/1"
        post = Post("x", "native-1", text, now, author=author, url=url)

        def work(desk: Unit) -> None:
            kept = desk.keep_post(Observation(Kind.POST, post, now), "test")
            complaint = Complaint(
                post=kept.post, author=kept.author, brand="Acme", team="care", topic="billing",
                band=Band.P1, score=85.0, safety=False, created_at=now,
            )  # fmt: skip
            self.firm.house.engine.hear(desk, complaint, now)

        self.firm.write(work)
        self.firm.settle()

    def events_in(self, room: str) -> list[str]:
        """Our messages in a room that stand by themselves, the oldest first."""
        return [
            event["event_id"]
            for where, event in self.server.news
            if where == room
            and event["type"] == "m.room.message"
            and "m.relates_to" not in event["content"]
        ]

    def direct(self, person: str) -> str:
        return self.server.direct[person][-1]

    def thread(self, event: str) -> list[str]:
        there = self.server.related(event, "m.thread")
        return [str(one["content"]["body"]) for one in there]

    def case(self) -> Case:
        with self.firm.house.store.borrow() as desk:
            found = desk.subject(Ref("case", 1))
        assert isinstance(found, Case)
        return found

    def does(self, person: str, room: str, kind: str, content: dict[str, Any]) -> Answer:
        """Somebody's client sends something; the house hears it and does what follows."""
        answering = Answering(self.firm.house, "chat", CAPABILITIES)
        answers: list[Answer] = []
        stopping = threading.Event()

        def take(incoming: Incoming) -> Answer:
            answers.append(answering.take(incoming))
            stopping.set()
            return answers[-1]

        self.here.ear._since = str(len(self.server.news))  # it has heard all until now
        self.server.put(room, kind, content, person)
        self.here.listen(take, stopping)
        self.firm.settle()
        return answers[0]


def open_house() -> House:
    """A house at noon, to whose room nothing has been written yet."""
    clock, server = VirtualClock(NOON), FakeMatrix()
    tools = Tools(server, lambda _: TOKEN, "tocsin/test")
    here = matrix(CHAT, tools, clock.now)
    firm = open_firm(None, clock=clock, channels={"chat": here}, declared=declared())  # type: ignore[dict-item]
    return House(firm, server, here)
