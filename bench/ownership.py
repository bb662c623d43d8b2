"""What owning costs: `python -m bench.ownership`. Each figure is printed beside what is promised.

The real engine, store and delivery, on a file in a temporary folder. Where time passes, it is a
clock's that is moved by hand.
"""

import os
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from config import Band, Contact, Settings
from config.settings import Brand, ChannelSettings, Person, Policy, Role, Team
from escalation.channel import Capabilities, Channel, Message, Receipt
from escalation.decision import Action, Verb
from escalation.desk import Happening
from escalation.engine import Complaint
from escalation.subject import Ref
from listener.mention import Author, Kind, Observation, Post
from tocsin.clock import VirtualClock
from tocsin.invariants import breaches
from tocsin.randomness import SeededRandomness
from tocsin.store import Unit
from tocsin.verifying import Verifier
from tocsin.wiring import House, build, never

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
OPEN_CASES = 10_000
EVENTS_A_SECOND, EVENT_SECONDS = 1_000, 5
OVERDUE = 5_000
PAGES_A_SECOND, FLOOD = 20, timedelta(minutes=10)
BANDS = (Band.P1, Band.P2, Band.P3, Band.P4)
REPEATS = 15


class Figure(NamedTuple):
    """Something measured. promised: at most this; None where nothing is."""

    name: str
    value: float
    unit: str
    promised: float | None = None


@dataclass
class Desk:
    """A channel that takes everything, and keeps when it did."""

    clock: VirtualClock
    capabilities: Capabilities = field(default=Capabilities(update=True))
    taken: list[tuple[datetime, Message]] = field(default_factory=list)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        self.taken.append((self.clock.now(), message))
        return Receipt(message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        return Receipt(ref)


def main() -> int:
    """Print every figure; returns 1 where one is over what is promised."""
    figures = []
    for part in (standing, transactions, restart, flood):
        with tempfile.TemporaryDirectory() as name:
            for figure in part(Path(name) / "house.db"):
                figures.append(figure)
                bar = "" if figure.promised is None else f"   promised {figure.promised:g}"
                print(f"{figure.name:<58} {figure.value:10,.2f} {figure.unit}{bar}", flush=True)
    return int(any(one.promised is not None and one.value > one.promised for one in figures))


def settings() -> Settings:
    """Two people and one team; both are asked in turn."""
    return Settings(
        fallback_executive="grace",
        brands=(Brand(name="Acme"),),
        people=tuple(
            Person(name=name, contacts=(Contact(channel="desk", to=name),))
            for name in ("ada", "grace")
        ),
        teams=(Team(name="care", members=("ada", "grace")),),
        policies=(Policy(name="default", steps=(Role.OWNER, Role.EXECUTIVE)),),
        channels=(ChannelSettings(name="desk", kind="terminal"),),
    )


def house_at(
    path: Path,
    clock: VirtualClock,
    *,
    threaded: bool = False,
    durable: bool = False,
    seed: int = 1,
    told: Callable[[Happening], None] = lambda happening: None,
) -> tuple[House, Desk]:
    """A house on a file, with one channel."""
    channel = Desk(clock)
    channels: dict[str, Channel] = {"desk": channel}
    house = build(
        settings(),
        path,
        clock=clock,
        randomness=SeededRandomness(seed),
        channels=channels,
        threaded=threaded,
        durable=durable,
        kill=never,
        told=told,
    )
    return house, channel


def hear(house: House, desk: Unit, number: int, band: Band) -> None:
    """A complaint of an author of its own."""
    now = house.clock.now()
    author = Author(id=f"u{number}", handle=f"h{number}", name=f"Name {number}")
    post = Post(platform="x", id=str(number), text="still waiting", created_at=now, author=author)
    kept = desk.keep_post(Observation(Kind.POST, post, now), "bench")
    complaint = Complaint(
        post=kept.post,
        author=kept.author,
        brand="Acme",
        team="care",
        topic=None,
        band=band,
        score=50.0,
        safety=False,
        created_at=now,
    )
    house.engine.hear(desk, complaint, now)


def open_cases(house: House, many: int, bands: Sequence[Band] = BANDS) -> None:
    """So many open cases, each waiting for its owner."""

    def some(desk: Unit, first: int) -> None:
        for number in range(first, min(first + 500, many)):
            hear(house, desk, number, bands[number % len(bands)])

    for first in range(0, many, 500):
        house.store.write(lambda desk, at=first: some(desk, at))  # type: ignore[misc]


def timed(work: Callable[[], object]) -> float:
    """The median of several runs, in milliseconds of this process's time."""
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def standing(path: Path) -> list[Figure]:
    """What ten thousand open cases cost while nothing happens."""
    house, _ = house_at(path, VirtualClock(NOON))
    open_cases(house, OPEN_CASES)
    now, rules = house.clock.now(), house.engine.rules

    def look() -> None:
        with house.store.read() as desk:
            assert not breaches(desk, rules, now)

    house.rounds.run(now)
    checked, passed = timed(look), timed(lambda: house.rounds.run(now))
    entries = house.store.write(lambda desk: desk.last_row())
    began = time.process_time()
    assert Verifier(house.store).whole().is_sound
    took = time.process_time() - began
    house.store.close()
    return [
        Figure(f"invariant check, {OPEN_CASES:,} open cases", checked, "ms", 100),
        Figure(f"engine pass, {OPEN_CASES:,} open cases, nothing due", passed, "ms", 50),
        Figure(f"ledger and state verified, {entries:,} entries", took, "s"),
    ]


def _sync(path: Path) -> list[float]:
    """How long the disk alone takes for a page of the log, in milliseconds, each time."""
    taken = []
    with path.open("ab") as file:
        for _ in range(300):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def transactions(path: Path) -> list[Figure]:
    """How long an event takes until it is on the disk, at a thousand events a second."""
    clock = VirtualClock(NOON)
    house, _ = house_at(path, clock, threaded=True, durable=True)
    cases = 400
    open_cases(house, cases)
    taken: list[float] = []
    workers, many = 40, EVENTS_A_SECOND * EVENT_SECONDS
    begin = time.perf_counter() + 0.5

    def note(number: int) -> None:
        ref = Ref("case", number % cases + 1)
        action = Action(Verb.NOTE, "ada", reason=f"note {number}")  # the same twice is no event
        assert house.store.write(lambda desk: house.engine.act(desk, ref, action, NOON)) is None

    def work(worker: int) -> None:
        for number in range(worker, many, workers):
            due = begin + number / EVENTS_A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            note(number)
            taken.append((time.perf_counter() - due) * 1000)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = many / (time.perf_counter() - begin)
    house.store.close()
    if len(taken) != many:
        raise SystemExit(f"only {len(taken)} of {many} events were written")
    cuts = statistics.quantiles(taken, n=100)
    alone = statistics.quantiles(_sync(path.with_name("sync")), n=100)
    return [
        Figure("the disk alone, 99 of 100 syncs are faster than", alone[98], "ms"),
        Figure("ledger and state on disk, events a second", rate, "/s"),
        Figure("ledger and state on disk, half are faster than", cuts[49], "ms"),
        Figure("ledger and state on disk, 99 of 100 are faster than", cuts[98], "ms", 5),
    ]


def restart(path: Path) -> list[Figure]:
    """How soon the first case climbs, and the last, where many waits ended during a downtime."""
    clock = VirtualClock(NOON)
    house, _ = house_at(path, clock)
    open_cases(house, OVERDUE, (Band.P1,))
    house.store.close()
    clock.move_to(NOON + timedelta(hours=1))
    climbed: list[float] = []

    def told(happening: Happening) -> None:
        if happening.event in ("escalated", "breached_first_reply"):
            climbed.append(time.perf_counter())

    began = time.perf_counter()
    house, _ = house_at(path, clock, threaded=True, durable=True, seed=2, told=told)
    now = clock.now()
    house.store.write(lambda desk: house.engine.repair(desk, now))
    while True:
        assert not house.rounds.run(now)
        with house.store.read() as desk:
            due = desk.next_timer()
        if due is None or due > now:
            break
    house.store.close()
    return [
        Figure(f"first climb after a restart, {OVERDUE:,} waits over", climbed[0] - began, "s", 60),
        Figure(f"last climb after a restart, {OVERDUE:,} waits over", climbed[-1] - began, "s"),
    ]


def flood(path: Path) -> list[Figure]:
    """Twenty pages a second to one person for ten minutes, and nobody answers."""
    clock = VirtualClock(NOON)
    house, channel = house_at(path, clock)
    number, until = 0, NOON + FLOOD
    while clock.now() < until + timedelta(hours=1):
        if clock.now() < until:
            hears = range(number, number + PAGES_A_SECOND)
            house.store.write(
                lambda desk, some=hears: [hear(house, desk, one, Band.P1) for one in some]  # type: ignore[misc,func-returns-value]
            )
            number += PAGES_A_SECOND
        assert not house.rounds.run(clock.now())
        house.delivery.send_due(clock.now())
        clock.move_to(clock.now() + timedelta(seconds=1))
    figures = [*_messages(channel), *_pages(house)]
    house.store.close()
    return figures


def _messages(channel: Desk) -> list[Figure]:
    sent: dict[str, list[datetime]] = defaultdict(list)
    for at, message in channel.taken:
        if message.purpose != "card":
            sent[message.to].append(at)
    return [
        Figure("flood, most messages to one person in 10 min", _most(sent, 10), "", 8),
        Figure("flood, most messages to one person in an hour", _most(sent, 60), "", 30),
    ]


def _most(sent: dict[str, list[datetime]], minutes: int) -> int:
    window = timedelta(minutes=minutes)
    return max(
        sum(first <= at < first + window for at in times)
        for times in sent.values()
        for first in times
    )


def _pages(house: House) -> list[Figure]:
    with house.store.read() as desk:
        longest = desk.connection.execute(
            "select max(sent_at - due) from messages where purpose = 'page' and what = 'page' "
            "and state = 'sent'"
        ).fetchone()[0]
        dropped = desk.connection.execute(
            "select count(*) from cases c where state = 'new' and not exists (select 1 from "
            "messages m where m.kind = 'case' and m.number = c.number and m.purpose = 'page' "
            "and m.person = c.owner and m.state in ('queued', 'sending', 'sent')) and not exists "
            "(select 1 from messages a where a.what = 'again' and a.person = c.owner "
            "and a.state in ('queued', 'sending', 'sent'))"
        ).fetchone()[0]
        told = dict(
            desk.connection.execute(
                "select state, count(*) from messages where purpose = 'page' group by state"
            ).fetchall()
        )
    return [
        Figure("flood, longest wait of a page that left (half its ack)", longest / 1000, "s", 150),
        Figure("flood, pages that left", told.get("sent", 0), ""),
        Figure("flood, pages that climbed on before they left", told.get("withdrawn", 0), ""),
        Figure("flood, cases of which nobody is told", dropped, "", 0),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
