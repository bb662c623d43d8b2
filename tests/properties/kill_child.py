"""What the crash proof kills: a house on a file, fed from a file, that notes what it delivers.

    python -m tests.properties.kill_child FOLDER [N]     kills itself at the N-th point it passes

Every start goes on where the last one ended: posts are read from the stored cursor, and the clock
goes on from the last ledger entry. The clock moves by itself, so two runs see the same instants.
"""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from escalation.channel import Capabilities, Message, Receipt
from listener.collectors import file as file_source
from listener.collectors.file import FileSource
from tests import firm as firms
from tocsin import wiring
from tocsin.clock import VirtualClock
from tocsin.randomness import SeededRandomness
from tocsin.wiring import House

START = datetime(2026, 11, 18, 9, tzinfo=UTC)
SOURCE = "posts"
BATCH = 20  # posts; the last cursor is never far from a kill
RUNS_ON = timedelta(minutes=40)  # after the last post: long enough to climb to the top


class Noting:
    """A channel that notes each message's key in a file, on disk before it says so."""

    capabilities = Capabilities(update=True)

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        repeated = "again" if message.repeated else "first"
        self._note(f"{message.purpose} {repeated} {message.key}")
        return Receipt(message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        return Receipt(ref)

    def _note(self, line: str) -> None:
        self._file.write(line + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


class Points:
    """Counts the numbered points; at the chosen one the process dies as by kill -9."""

    def __init__(self, at: int | None, counted: Path) -> None:
        self._at = at
        self._counted = counted
        self._number = 0

    def __call__(self, point: str) -> None:
        self._number += 1
        if self._number == self._at:
            self._counted.write_text(point)
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def passed(self) -> int:
        return self._number


def run(folder: Path, kill_at: int | None) -> int:
    """Run to the end, or until killed; returns how many points were passed."""
    file_source.MAX_LINES = BATCH
    points = Points(kill_at, folder / "killed_at")
    clock = VirtualClock(START)
    house = wiring.build(
        firms.settings(),
        folder / "house.db",
        clock=clock,
        randomness=SeededRandomness(os.getpid()),
        channels={name: Noting(folder / "delivered") for name in firms.CHANNELS},
        exclusive=True,
        kill=points,
    )
    house.store.write(lambda desk: desk.resume_sending())
    with house.store.borrow() as desk:
        last = desk.last_ledger_time()
    clock.move_to(last or START)
    house.store.write(lambda desk: house.engine.repair(desk, clock.now()))
    house.store.write(lambda desk: desk.start_source(SOURCE, START))
    source = FileSource(folder / "posts.jsonl", page_backlog=True)
    _go_on(house, clock)
    while _feed(house, source, clock):
        pass
    while (instant := _next(house)) is not None and instant <= _end(folder):
        clock.move_to(instant)
        _go_on(house, clock)
    house.store.close()
    return points.passed


def _feed(house: House, source: FileSource, clock: VirtualClock) -> bool:
    """Take one batch in, at the instant that its first post was written."""
    with house.store.borrow() as desk:
        state = desk.source(SOURCE)
    assert state is not None
    batch = source.fetch(state.cursor, now=clock.now(), deadline=20.0)
    if not batch.observations:
        return False
    arrives = batch.observations[0].post.created_at
    while (instant := _next(house)) is not None and instant < arrives:
        clock.move_to(instant)
        _go_on(house, clock)
    clock.move_to(arrives)
    batch = source.fetch(state.cursor, now=clock.now(), deadline=20.0)
    house.store.write(lambda desk: house.pipeline.take(desk, SOURCE, batch, clock.now()))
    _go_on(house, clock)
    return True


def _go_on(house: House, clock: VirtualClock) -> None:
    """Everything that is due at this instant."""
    while True:
        for error in house.rounds.run(clock.now()):
            raise error
        house.delivery.send_due(clock.now())
        with house.store.borrow() as desk:
            dues = (desk.next_timer(), desk.next_message())
        if all(due is None or due > clock.now() for due in dues):
            return


def _next(house: House) -> datetime | None:
    with house.store.borrow() as desk:
        instants = (desk.next_timer(), desk.next_message())
    return min((one for one in instants if one is not None), default=None)


def _end(folder: Path) -> datetime:
    return datetime.fromisoformat((folder / "until").read_text())


if __name__ == "__main__":
    print(run(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
