"""Replay: posts through the whole pipeline on a virtual clock. Same input, same output.

Nobody answers unless an action says so. Nothing leaves the house: its channels only note what
they were given.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import merge
from operator import attrgetter, itemgetter
from pathlib import Path

from config import Settings
from escalation.channel import Capabilities, Channel, Message, Receipt
from escalation.desk import Happening
from escalation.subject import Ref
from listener.collector import Batch
from listener.mention import Observation
from listener.postline import read_lines
from tocsin import wiring
from tocsin.actions import Scripted, read_action
from tocsin.clock import VirtualClock
from tocsin.randomness import SeededRandomness
from tocsin.store import Unit

SOURCE = "replay"
AFTER_LAST = timedelta(hours=24)  # how long the clock runs on after the last post
_UNSAID = datetime(1970, 1, 1, tzinfo=UTC)  # stands for a time that a line does not give
MAX_INSTANTS = 5_000_000  # a rule that re-arms for ever at one instant must not hang a replay

Event = tuple[datetime, Callable[[datetime], None]]  # what happens from outside, and when


class ReplayRefused(Exception):
    """The input cannot be replayed; the text says where and what to do."""


@dataclass(frozen=True)
class Silent:
    """A channel of a replay: takes every message, shows it to whoever watches."""

    watcher: Callable[[Message], None] = lambda message: None
    capabilities: Capabilities = field(default=Capabilities(update=True))

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        self.watcher(message)
        return Receipt(message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        return Receipt(ref)


@dataclass(frozen=True, slots=True)
class Misread:
    """A line that could not be read."""

    file: str
    line: int
    error: str


def read_posts(paths: Sequence[Path]) -> tuple[list[Observation], list[Misread]]:
    """All posts of the files in the order they were seen, and the lines that are none.

    A line without `seen_at` was seen when it was created. Raises ReplayRefused for a file that
    cannot be read.
    """
    posts: list[Observation] = []
    misread: list[Misread] = []
    for path in paths:
        try:
            with path.open("rb") as stream:
                for number, one in read_lines(stream, seen_at=_UNSAID):
                    if isinstance(one, str):
                        misread.append(Misread(path.name, number, one))
                    elif (seen := _seen(one)) == _UNSAID:
                        misread.append(Misread(path.name, number, '"created_at" is missing'))
                    else:
                        posts.append(replace(one, seen_at=seen))
        except OSError as error:
            raise ReplayRefused(f"{path} cannot be read: {error.strerror}") from None
    # Sorting keeps the order of lines with one and the same time.
    posts.sort(key=lambda one: one.seen_at)
    return posts, misread


def _seen(one: Observation) -> datetime:
    return one.post.created_at if one.seen_at == _UNSAID else one.seen_at


def read_actions(path: Path) -> list[Scripted]:
    """What people do in a replay, in order of time. Raises ReplayRefused with file and line."""
    actions = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReplayRefused(f"{path} cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                actions.append(read_action(line))
            except ValueError as error:
                raise ReplayRefused(f"{path.name}:{number}: {error}") from None
    return sorted(actions, key=lambda scripted: scripted.at)


class Replay:
    """One replay. Iterate `run`; the store stays at `database` where that is given."""

    def __init__(
        self,
        settings: Settings,
        *,
        start: datetime,
        database: Path | None = None,
        told: Callable[[Happening], None],
        watcher: Callable[[Message], None] = lambda message: None,
        channels: dict[str, Channel] | None = None,
        models: Path | None = None,
    ) -> None:
        """models: the store whose model judges; default: the settings' own."""
        self.clock = VirtualClock(start)
        self._told = told
        self._message: tuple[int, datetime | None] | None = None
        self._channels = [channel.name for channel in settings.channels]
        silent = {channel.name: Silent(watcher) for channel in settings.channels}
        self.house = wiring.build(
            settings,
            database,
            clock=self.clock,
            randomness=SeededRandomness(),
            channels=channels or silent,
            durable=False,
            exclusive=True,
            models=models,
            told=told,
        )
        self.house.store.write(lambda desk: _start(desk, start))

    def run(
        self, posts: Iterable[Observation], actions: Sequence[Scripted], until: datetime
    ) -> Iterator[datetime]:
        """Let time pass until `until`; yields every instant at which something was done."""
        heard: Iterator[Event] = ((post.seen_at, partial(self._hear, post)) for post in posts)
        done: Iterator[Event] = ((one.at, partial(self._do, one)) for one in actions)
        # At one instant what was heard comes first: people answer what they have been shown.
        return self.play(merge(heard, done, key=itemgetter(0)), until)

    def play(self, events: Iterable[Event], until: datetime) -> Iterator[datetime]:
        """The same with events in order of time, which are drawn as they come up. May be called
        again, to go on from where it ended."""
        waiting = iter(events)
        event = next(waiting, None)
        # As the daemon does, so that the first change of shifts is known before the first wait.
        self._pass(self.clock.now())
        for _ in range(MAX_INSTANTS):
            timer, message = self._next_by_clock()
            instants = (timer, message, event[0] if event else None)
            now = min((one for one in instants if one is not None), default=None)
            if now is None or now > until:
                break
            self.clock.move_to(now)
            now = self.clock.now()
            if timer is not None and timer <= now:
                self._pass(now)
            while event is not None and event[0] <= now:
                event[1](now)
                event = next(waiting, None)
            with self.house.store.borrow() as desk:
                message = self._next_message(desk)
            if message is not None and message <= now:
                self.house.delivery.send_due(now, self._channels)
            yield now
        self.clock.move_to(until)
        self.house.store.write(self.house.pipeline.keep)

    def _pass(self, now: datetime) -> None:
        for error in self.house.rounds.run(now):
            raise error

    def _next_by_clock(self) -> tuple[datetime | None, datetime | None]:
        """When the next wait is over, and when the next message is due."""
        with self.house.store.borrow() as desk:
            return self.house.rounds.next_at(desk), self._next_message(desk)

    def _next_message(self, desk: Unit) -> datetime | None:
        """When the next message is due; looked for again only where a row has changed since."""
        changes = desk.connection.total_changes
        if self._message is None or self._message[0] != changes:
            self._message = changes, desk.next_message()
        return self._message[1]

    def _hear(self, observation: Observation, now: datetime) -> None:
        batch = Batch((observation,))
        self.house.store.write(
            lambda desk: self.house.pipeline.take(desk, SOURCE, batch, now, keep_spread=False)
        )

    def _do(self, scripted: Scripted, now: datetime) -> None:
        why = self.house.store.write(lambda desk: self._act(desk, scripted, now))
        if why is not None:
            self._told(Happening(at=now, event="no_change", actor=scripted.action.by, text=why))

    def _act(self, desk: Unit, scripted: Scripted, now: datetime) -> str | None:
        engine, action = self.house.engine, scripted.action
        if scripted.brand is not None:
            return _declare(self.house, desk, scripted.brand, scripted, now)
        if scripted.incident is not None:
            return engine.act(desk, Ref("incident", scripted.incident), action, now)
        number = scripted.case
        if number is None:
            found = desk.cases_of_native(scripted.post or "")
            if not found:
                return f"no case holds the post {scripted.post}"
            number = found[-1]
        return engine.act(desk, Ref("case", number), action, now)

    def close(self) -> None:
        self.house.store.close()


def _declare(
    house: wiring.House, desk: Unit, brand: str, scripted: Scripted, now: datetime
) -> str | None:
    if brand not in {known.name for known in house.settings.brands}:
        return f"there is no brand {brand}"
    if not house.engine.rules.is_active(scripted.action.by, scripted.at):
        return f"{scripted.action.by} is no active person"
    house.engine.declare(desk, brand, scripted.action, now)
    return None


def _start(desk: Unit, start: datetime) -> None:
    desk.start_source(SOURCE, start)


_TOLD = (
    "brand",
    "owner",
    "step",
    "band",
    "channel",
    "text",
    "platform",
    "post",
    "actor",
    "reason",
)
_told_of = attrgetter(*_TOLD)


def as_json(happening: Happening) -> dict[str, object]:
    """One thing that happened, as `replay --json` writes it; empty fields are left out."""
    at = happening.at.astimezone(UTC).replace(tzinfo=None)
    row: dict[str, object] = {
        "at": at.isoformat(timespec="milliseconds") + "Z",
        "event": happening.event,
    }
    if happening.ref is not None:
        row[happening.ref.kind] = happening.ref.number
    told = zip(_TOLD, _told_of(happening), strict=True)
    return row | {name: value for name, value in told if value is not None and value != ""}
