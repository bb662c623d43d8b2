"""A firm whose people are paged by mail, and its web door."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from starlette.testclient import TestClient

from config import Settings
from config.settings import Band, Contact
from escalation.channel import Capabilities, Message
from escalation.subject import Case, Ref
from tests.firm import NOON, OWNER, FakeChannel, Firm, complain, open_firm, settings
from tocsin.clock import VirtualClock
from tocsin.web import Links, application
from tocsin.web.limits import Limit

AT = "https://tocsin.example"
CAN = Capabilities(thread=True)  # as mail
SAME = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}  # as browsers send a form of ours


def declared(links: str | None = AT) -> Settings:
    """The firm, reached by mail alone."""
    firm = settings()
    people = tuple(
        one.model_copy(update={"contacts": (Contact(channel="mail", to=f"{one.name}@mail"),)})
        for one in firm.people
    )
    return firm.model_copy(update={"people": people, "links": links})


@dataclass
class House:
    """A house with a case, a letter about it, and somebody with a browser."""

    links: str | None = AT
    known: Settings | None = None
    firm: Firm = field(init=False)
    client: TestClient = field(init=False)
    time: float = 0.0

    def __post_init__(self) -> None:
        clock = VirtualClock(NOON)
        self.firm = open_firm(
            None,
            clock=clock,
            channels={name: FakeChannel(clock, capabilities=CAN) for name in ("mail", "chat")},
            declared=self.known or declared(self.links),
        )
        links = Links(self.firm.house) if self.links else None
        app = application(dict, links, Limit(lambda: self.time))
        self.client = TestClient(app, base_url=AT, follow_redirects=False)

    def complain(self, number: int = 1, **more: Any) -> int:
        return complain(self.firm, number, band=more.pop("band", Band.P1), **more)

    def letter(self, person: str = OWNER) -> Message:
        self.firm.settle()
        return self.firm.channels["mail"].pages(f"{person}@mail")[-1]

    def path(self, person: str = OWNER) -> str:
        link = self.letter(person).link
        assert link.startswith(f"{AT}/a/")
        return link.removeprefix(AT)

    def press(self, path: str, do: str, *, seen: str | None = None, **values: str) -> Any:
        """Open the page as a browser does, and press one of its buttons."""
        seal = seen if seen is not None else read(self.client.get(path).text).seal
        answer = self.client.post(path, data={"seen": seal, "do": do, **values}, headers=SAME)
        self.firm.settle()
        return answer

    def case(self, number: int = 1) -> Case:
        with self.firm.house.store.borrow() as desk:
            found = desk.subject(Ref("case", number))
        assert isinstance(found, Case)
        return found

    def entries(self, number: int = 1) -> list[tuple[str, str, str | None]]:
        with self.firm.house.store.borrow() as desk:
            history = desk.history(f"case:{number}")
        return [(one["event"], one["actor"], one["facts"].get("via")) for one in history]

    def by_link(self) -> list[tuple[str, str]]:
        """What was done by a link, and by whom."""
        return [(event, actor) for event, actor, via in self.entries() if via == "link"]


class Read(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    @property
    def seal(self) -> str:
        seals = [attrs["value"] for _, attrs in self.tags if attrs.get("name") == "seen"]
        return seals[0] or ""

    @property
    def verbs(self) -> list[str | None]:
        return [attrs["value"] for tag, attrs in self.tags if tag == "button"]


def read(html: str) -> Read:
    return Read(html)
