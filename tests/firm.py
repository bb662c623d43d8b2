"""A small firm for the tests: its people, its channels that can fail, and its house on a clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from config import Settings
from config.duties import Function
from config.settings import (
    Band,
    BandChange,
    Brand,
    ChannelSettings,
    Contact,
    Person,
    Policy,
    Role,
    Rota,
    Team,
)
from escalation.channel import (
    Capabilities,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Receipt,
)
from escalation.desk import Happening
from escalation.engine import Complaint, Engine
from listener.assess import Assessor
from listener.intake import Intake
from listener.mention import Author, Kind, Observation, Post
from tests.new_stores import tables_copied
from tocsin.clock import VirtualClock
from tocsin.delivery import Delivery
from tocsin.pipeline import Pipeline
from tocsin.presence import rules_of
from tocsin.randomness import SeededRandomness
from tocsin.rounds import Rounds
from tocsin.store import Store, Unit
from tocsin.wiring import House, assessor_of

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday, 13:00 in Berlin
# Letters that no hexadecimal id has, so that a name is known where it must not be.
EVERYBODY = ("olwyn", "petro", "quito", "rhys", "sunny", "tomos", "ursul", "vlix", "wyn", "yoko")
OWNER, FIRST, SECOND, LEAD, HEAD, EXECUTIVE, OTHER, PRESS, NO_ROLE, LEFT = EVERYBODY
CARE = Team(
    name="care",
    members=(OWNER, FIRST, SECOND),
    on_call=Rota(
        people=(FIRST, SECOND),
        starts=datetime(2026, 11, 16, 9),  # noqa: DTZ001  local, as declared
        every=timedelta(days=1),
    ),
    lead=LEAD,
    head=HEAD,
    owns={"billing": ("invoice", "billed")},
    owners={"billing": OWNER},
)
TECH = Team(name="tech", members=(OTHER,), owns={"app": ("app", "crash")}, policy="short")
MEDIA = Team(name="media", members=(PRESS,))
# Urgent bands in business time too, so that a hold can meet everything.
SHORT = Policy(
    name="short",
    steps=(Role.OWNER, Role.LEAD, Role.EXECUTIVE),
    bands={
        Band.P1: BandChange(business=True),
        Band.P2: BandChange(business=True, ack=timedelta(minutes=10)),
    },
)


def settings(
    *, away: tuple[str, ...] = (), teams: tuple[Team, ...] = (CARE, TECH, MEDIA)
) -> Settings:
    """The firm; `away`: who is not there."""
    return Settings(
        fallback_executive=EXECUTIVE,
        timezone="Europe/Berlin",
        communications="media" if MEDIA in teams else None,
        brands=(
            Brand(name="Acme", accounts={"x": ("acme-help",)}),
            Brand(name="Bolt Works", team="tech" if TECH in teams else None),
        ),
        people=tuple(
            Person(
                name=name,
                active=name not in (*away, LEFT),
                contacts=tuple(
                    Contact(channel=channel, to=f"{name}@{channel}") for channel in CHANNELS
                ),
            )
            for name in EVERYBODY
        ),
        teams=teams,
        functions=(Function(name="delivery", head=HEAD),),
        policies=(Policy(name="default"), SHORT),
        channels=tuple(
            ChannelSettings(name=name, kind="console", room="room" if name == "chat" else None)
            for name in CHANNELS
        ),
    )


CHANNELS = ("chat", "mail")


@dataclass
class FakeChannel:
    """Takes messages, or fails as it is told: "up", "down", "refusing", "broken"."""

    clock: VirtualClock
    state: str = "up"
    taken: list[tuple[datetime, Message]] = field(default_factory=list)
    updated: list[Message] = field(default_factory=list)
    capabilities: Capabilities = field(default=Capabilities(update=True))

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        self._fail()
        self.taken.append((self.clock.now(), message))
        return Receipt(f"at {len(self.taken)}")

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        self._fail()
        self.updated.append(message)
        return Receipt(ref)

    def _fail(self) -> None:
        if self.state == "down":
            raise ChannelUnavailable("it does not answer")
        if self.state == "refusing":
            raise ChannelRefused("it takes nothing from us")
        if self.state == "broken":
            raise ZeroDivisionError

    def pages(self, to: str | None = None) -> list[Message]:
        return [m for _, m in self.taken if m.purpose == "page" and to in (None, m.to)]


@cache
def _assessor() -> Assessor:
    return assessor_of(settings())


def never(point: str) -> None:
    """The kill points of ordinary running."""


@dataclass
class Firm:
    """A running house of the firm, whose time is moved by hand."""

    house: House
    clock: VirtualClock
    channels: dict[str, FakeChannel]
    happened: list[Happening]

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def write(self, work: Callable[[Unit], object]) -> object:
        return self.house.store.write(work)

    def settle(self) -> None:
        """Everything that is due at this instant."""
        for _ in range(1000):
            for error in self.house.rounds.run(self.now):
                raise error
            self.house.delivery.send_due(self.now)
            with self.house.store.borrow() as desk:
                due = (desk.next_timer(), desk.next_message())
            if all(one is None or one > self.now for one in due):
                return
        raise AssertionError("something at one instant never ends")

    def next_instant(self) -> datetime | None:
        with self.house.store.borrow() as desk:
            instants = (self.house.rounds.next_at(desk), desk.next_message())
        return min((one for one in instants if one is not None), default=None)

    def passes(self, wait: timedelta) -> None:
        """Let time pass, with everything done at its instant."""
        until = self.now + wait
        self.settle()
        while (instant := self.next_instant()) is not None and instant <= until:
            self.clock.move_to(instant)
            self.settle()
        self.clock.move_to(until)


def store_in_memory(**how: Any) -> Store:
    """A new store that lives as long as its connection."""
    with tables_copied():
        return Store(None, **how)


def open_firm(
    path: Path | None,
    *,
    clock: VirtualClock,
    channels: dict[str, FakeChannel],
    declared: Settings | None = None,
    kill: Callable[[str], None] = never,
    seed: int = 0,
    durable: bool = False,
) -> Firm:
    """Open the house on a file (or in memory); as the daemon does, it catches up first."""
    declared = declared or settings()
    happened: list[Happening] = []
    randomness = SeededRandomness(seed)
    opened = partial(Store, path) if path else store_in_memory
    store = opened(randomness=randomness, durable=durable, kill=kill, told=happened.append)
    engine = Engine(rules_of(declared, store, clock.now()))
    pipeline = Pipeline(declared, Intake(_assessor()), engine)
    house = House(
        settings=declared,
        clock=clock,
        randomness=randomness,
        store=store,
        engine=engine,
        pipeline=pipeline,
        rounds=Rounds(store, engine, pipeline),
        delivery=Delivery(store, engine, channels, randomness, kill),
    )
    firm = Firm(house, clock, channels, happened)
    store.write(lambda desk: desk.resume_sending())
    store.write(lambda desk: engine.repair(desk, clock.now()))
    return firm


def new_firm(path: Path | None = None, *, at: datetime = NOON, **more: object) -> Firm:
    """A firm whose day begins, all channels up."""
    clock = VirtualClock(at)
    channels = {name: FakeChannel(clock) for name in CHANNELS}
    return open_firm(path, clock=clock, channels=channels, **more)  # type: ignore[arg-type]


def observed(
    number: int, author: str, at: datetime, *, kind: Kind = Kind.POST, words: str = "zzwords"
) -> Observation:
    """Something seen of a post; its words and names are such as are found wherever they stand."""
    post = Post(
        platform="x",
        id=f"native-{number}",
        text=f"{words} {number}",
        created_at=at,
        author=Author(id=f"id-{author}", handle=f"handle-{author}", name=f"Name {author}"),
    )
    return Observation(kind, post, at)


def complain(
    firm: Firm,
    number: int,
    author: str = "jo",
    *,
    band: Band = Band.P1,
    brand: str = "Acme",
    team: str = "care",
    topic: str | None = "billing",
    safety: bool = False,
    created_at: datetime | None = None,
) -> int:
    """A complaint is heard; returns the number of its case."""
    at = created_at or firm.now

    def work(desk: Unit) -> int:
        kept = desk.keep_post(observed(number, author, at), "test")
        complaint = Complaint(
            post=kept.post,
            author=kept.author,
            brand=brand,
            team=team,
            topic=topic,
            band=band,
            score=50.0,
            safety=safety,
            created_at=at,
        )
        return firm.house.engine.hear(desk, complaint, firm.now).number

    return int(firm.write(work))  # type: ignore[call-overload]
