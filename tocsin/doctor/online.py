"""`tocsin doctor --online`: each source is asked once, and what it brings is thrown away."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config import Settings, SourceSettings
from listener import collectors
from listener.budget import Allowance, Unlimited
from listener.collector import Batch, Collector, Forecast, Foresees, SourceError
from listener.metered import purse_of
from listener.tools import Tools
from tocsin.doctor.finding import Finding, note, problem, sound
from tocsin.doctor.kept import open_to_look
from tocsin.live import USER_AGENT, reveal
from tocsin.randomness import SystemRandomness
from tocsin.spending import note_spent
from tocsin.store import Unit
from tocsin.wire import HttpWire

SECONDS = 5.0  # for one source
MONTH = 30  # days
GRACE = 2.0  # seconds for one that does not keep to it


def examine(settings: Settings, database: Path, now: datetime) -> Sequence[Finding]:
    """Ask every source at once, from where the daemon stands; nothing is stored."""
    wire = HttpWire(allowed=settings.private_hosts)
    cursors = _cursors(database)
    built: list[tuple[str, Collector | SourceError]] = []
    for source in settings.sources:
        purse = purse_left(source, database, now)
        tools = Tools(wire, reveal, USER_AGENT, purse or Unlimited())
        try:
            built.append((source.name, collectors.build(source, settings.brands, tools)))
        except SourceError as error:
            built.append((source.name, error))
    try:
        return ask(built, cursors, now)
    finally:
        wire.close()


def ask(
    built: Sequence[tuple[str, Collector | SourceError]],
    cursors: dict[str, str | None],
    now: datetime,
) -> list[Finding]:
    """What came back from each source in their order, or why nothing did; and what it would find,
    where it can be asked that."""
    questions = [_Question(name, one, cursors.get(name), now) for name, one in built]
    for question in questions:
        question.thread.start()
    for question in questions:
        question.thread.join(SECONDS + GRACE)
    return [found for question in questions for found in question.findings()]


def _cursors(database: Path) -> dict[str, str | None]:
    """Where the daemon stands in each source; nowhere, where there is no store to ask."""
    with suppress(Exception), closing(open_to_look(database)) as connection:
        desk = Unit(connection, SystemRandomness())
        return {state.name: state.cursor for state in desk.sources()}
    return {}


def purse_left(source: SourceSettings, database: Path, now: datetime) -> Allowance | None:
    """What asking may cost: what the daemon has left, where there is a store that says so."""
    purse = purse_of(source)
    if purse is not None:
        with suppress(Exception), closing(open_to_look(database)) as connection:
            note_spent(Unit(connection, SystemRandomness()), source.name, purse, now)
    return purse


def sentence(found: Forecast) -> str:
    """What a forecast means, for whoever pays."""
    posts = found.posts * MONTH / found.days
    named = f", at most ${posts * found.named:.2f} with authors" if found.named > found.each else ""
    return (
        f"{found.posts} posts in {found.days:g} days: about ${posts * found.each:.2f} in {MONTH} "
        f"days to read each once{named}. Counting cost ${found.dollars:.3f}"
    )


@dataclass
class _Question:
    """One source, asked in a thread of its own."""

    name: str
    source: Collector | SourceError
    cursor: str | None
    now: datetime
    answer: Batch | str | None = None
    forecast: Forecast | None = None
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._ask, name=f"ask {self.name}", daemon=True)

    def _ask(self) -> None:
        if isinstance(self.source, SourceError):
            self.answer = str(self.source)
            return
        ends = time.monotonic() + SECONDS
        try:
            self.answer = self.source.fetch(self.cursor, now=self.now, deadline=SECONDS)
        except SourceError as error:
            self.answer = str(error)
        except Exception as error:  # noqa: BLE001  a broken source is what is looked for
            self.answer = f"unexpected {type(error).__name__}"
        with suppress(Exception):  # what it would find is told where it can be
            left = max(GRACE / 2, ends - time.monotonic())
            if isinstance(self.source, Foresees):
                self.forecast = self.source.foresee(now=self.now, deadline=left)
        with suppress(Exception):
            self.source.close()

    def findings(self) -> Iterator[Finding]:
        """What is to be said of it."""
        yield self._finding()
        if self.forecast is not None:
            said = sentence(self.forecast)
            yield note(f"source {self.name}", f"What it asks for found {said}.")

    def _finding(self) -> Finding:
        about = f"source {self.name}"
        if self.answer is None:
            return problem(about, f"Asked now, it did not answer within {SECONDS + GRACE:.0f} s.")
        if isinstance(self.answer, str):
            return problem(about, f"Asked now: {self.answer.rstrip('.')}.")
        posts = len(self.answer.observations)
        cost = f" It cost ${self.answer.dollars:.3f}." if self.answer.dollars else ""
        more = " and has more" if self.answer.more else ""
        return sound(about, f"Asked now, it answered with {posts} post(s){more}.{cost}")
