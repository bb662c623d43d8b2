"""A whole daemon whose people are reached in a Slack of our own on loopback, and answer there."""

import socket
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType

from config import Secret, Settings
from config.settings import Band, Brand, Contact, Person, Policy, Role, Team
from escalation.channels.slack import Settings as SlackSettings
from escalation.channels.slack import Slack, build
from escalation.engine import Complaint
from escalation.subject import Case, Ref
from listener.mention import Author, Kind, Observation, Post
from listener.tools import Tools
from tests.escalation.channels.fake_slack import APP_TOKEN, BOT_TOKEN, ROOM, FakeSlack
from tocsin import wiring
from tocsin.clock import SteadyClock
from tocsin.daemon import Daemon
from tocsin.randomness import SystemRandomness
from tocsin.store import Unit
from tocsin.wiring import House

WORDS = "Charged twice, third time asking. Nobody answers my refund request!"


def declared(api: str, port: int) -> Settings:
    """Three people: one by mail address, two by member id."""
    people = {
        "ada": ("Ada Lovelace", "ada@acme.example"),
        "ben": ("Ben Adler", "U0BEN"),
        "grace": ("Grace Hopper", "U0GRACE"),
    }
    slack = SlackSettings(
        name="slack",
        token=Secret(env="BOT"),
        app_token=Secret(env="APP"),
        room=ROOM,
        api=api,
    )
    return Settings(
        fallback_executive="grace",
        listen=f"127.0.0.1:{port}",
        brands=(Brand(name="Acme"),),
        people=tuple(
            Person(name=name, full_name=full, contacts=(Contact(channel="slack", to=to),))
            for name, (full, to) in people.items()
        ),
        teams=(Team(name="care", members=("ada", "ben"), owns={"billing": ("refund",)}),),
        policies=(Policy(name="default", steps=(Role.OWNER, Role.LEAD, Role.EXECUTIVE)),),
        channels=(slack,),
    )


@dataclass
class SlackHouse:
    """Use as a context manager. `complain` opens a case, which is shown and paged in Slack."""

    folder: Path
    slack: FakeSlack = field(default_factory=FakeSlack)
    durable: bool = False
    heard: int = 0

    def __enter__(self) -> "SlackHouse":
        self.slack.__enter__()
        self.start(self.folder / "tocsin.db")
        return self

    def start(self, database: Path) -> None:
        """Run a daemon on a database, and wait until Slack is connected."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings, opened = declared(self.slack.api, port), self.slack.opened
        [known] = settings.channels
        assert isinstance(known, SlackSettings)
        channel = build(known, Tools(None, _reveal, "tocsin/test"))  # type: ignore[arg-type]
        assert isinstance(channel, Slack)
        self.house = wiring.build(
            settings,
            database,
            clock=SteadyClock(),
            randomness=SystemRandomness(),
            channels={"slack": channel},
            threaded=True,
            durable=self.durable,
        )
        self.daemon = Daemon(self.house, {"slack": channel}, readings=[])
        self.thread = threading.Thread(target=self.daemon.run, kwargs={"signals": False})
        self.thread.start()
        self.slack.until(lambda: self.slack.opened > opened and self.slack.sockets, "Slack")

    def stop(self) -> None:
        self.daemon.stop()
        self.thread.join()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self.slack.__exit__(kind, error, traceback)

    def complain(self, words: str = WORDS, *, band: Band = Band.P1) -> str:
        """A complaint is heard; returns the ref of its card in the room once it is shown."""
        self.heard += 1
        case = hear(self.house, self.heard, words, band)
        found = lambda: self.slack.whole(f"case {case}", ROOM)  # noqa: E731
        return str(self.slack.until(found, f"the card of case {case}"))

    def case(self, number: int = 1) -> Case:
        with self.house.store.read() as desk:
            found = desk.subject(Ref("case", number))
        assert isinstance(found, Case)
        return found

    def events(self, number: int = 1) -> list[str]:
        """What the ledger says of a case, in order."""
        with self.house.store.read() as desk:
            return [str(entry["event"]) for entry in desk.history(f"case:{number}")]


def hear(house: House, number: int, words: str = WORDS, band: Band = Band.P1) -> int:
    """A complaint is heard; returns the number of its case."""
    now = house.clock.now()
    post = Post(
        platform="x",
        id=f"n-{number}",
        text=words,
        created_at=now - timedelta(minutes=7),
        author=Author(id=f"u-{number}", handle=f"ann{number}", name="Ann", followers=1200),
        url=f"https://x.example/{number}",
    )

    def work(desk: Unit) -> int:
        kept = desk.keep_post(Observation(Kind.POST, post, now), "test")
        complaint = Complaint(
            post=kept.post,
            author=kept.author,
            brand="Acme",
            team="care",
            topic="billing",
            band=band,
            score=81.0,
            safety=False,
            created_at=post.created_at,
        )
        return house.engine.hear(desk, complaint, now).number

    return int(house.store.write(work))


def _reveal(secret: Secret) -> str:
    return APP_TOKEN if secret.env == "APP" else BOT_TOKEN
