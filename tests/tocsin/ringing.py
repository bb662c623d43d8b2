"""A firm in which everyone is paged by a pager first, and reads a chat."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from config.settings import Band, ChannelSettings, Contact
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelUnavailable,
    Message,
    Receipt,
    Stands,
)
from escalation.decision import Action, Verb
from escalation.subject import Ref
from tests.firm import NOON, FakeChannel, Firm, complain, open_firm, settings
from tocsin.clock import VirtualClock

MINUTE = timedelta(minutes=1)
DONE = {"done": "sent it again", "done_for_rest": "mended the cause"}


class Pager(ChannelSettings):
    pages_only: ClassVar[bool] = True


@dataclass
class FakePager(FakeChannel):
    """Knows pages by what they ask. "silent": it takes them, and its answer is lost."""

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        super().deliver(message, deadline=deadline)
        if self.state == "silent":
            raise ChannelUnavailable("no answer")
        return Receipt(self.known_as(message))

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        receipt = super().update(ref, message, deadline=deadline)
        self.named.append(ref)
        return receipt

    def known_as(self, message: Message) -> str:
        return f"known as {message.standing.asking}"

    named: list[str] = field(default_factory=list)


@dataclass
class Ringing:
    """A firm in which everyone is paged by a pager first, and reads a chat."""

    again_after: float = 0.0
    links: str | None = None
    shown_there: bool = False  # the pager is declared as every team's room
    real: Channel | None = None  # a pager's own channel, instead of one that takes everything
    firm: Firm = field(init=False)
    pager: FakePager = field(init=False)
    chat: FakeChannel = field(init=False)

    def __post_init__(self) -> None:
        clock = VirtualClock(NOON)
        can = Capabilities(update=True, pager=True, again_after=self.again_after)
        self.pager, self.chat = FakePager(clock, capabilities=can), FakeChannel(clock)
        firm = settings()
        declared = firm.model_copy(
            update={
                "links": self.links,
                "teams": tuple(
                    team.model_copy(
                        update={"rooms": (Contact(channel="pager", to="care"),)}
                        if self.shown_there
                        else {}
                    )
                    for team in firm.teams
                ),
                "channels": (*firm.channels[:1], Pager(name="pager", kind="pagerduty")),
                "people": tuple(
                    one.model_copy(
                        update={
                            "contacts": (
                                Contact(channel="pager", to="care"),
                                Contact(channel="chat", to=f"{one.name}@chat"),
                            )
                        }
                    )
                    for one in firm.people
                ),
            }
        )
        channels = {"pager": self.real or self.pager, "chat": self.chat}
        self.firm = open_firm(
            None,
            clock=clock,
            channels=channels,  # type: ignore[arg-type]
            declared=declared,
        )

    def asked(self) -> list[str]:
        return [one.standing.asking for one in self.pager.pages()]

    def complain(self, number: int = 1, band: Band = Band.P1) -> None:
        complain(self.firm, number, f"author {number}", band=band)
        self.firm.passes(MINUTE)  # more may come before it is paged

    def do(self, verb: Verb, by: str, **more: object) -> None:
        act = Action(verb, by, **more)  # type: ignore[arg-type]
        why = self.firm.write(
            lambda desk: self.firm.house.engine.act(desk, Ref("case", 1), act, self.firm.now)
        )
        assert why is None
        self.firm.settle()

    def told(self) -> list[Stands]:
        """How the first page was said to stand, each time that it was updated."""
        first = self.pager.pages()[0].key
        return [one.standing.stands for one in self.pager.updated if one.key == first]
