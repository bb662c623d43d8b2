"""What the crash proof kills: a house on a file, fed from a file, that notes what it delivers.

    python -m tests.properties.kill_child        reads `FOLDER [N]` from standard input, a line each

Each line is a run in a process of its own, split off from this one, which has all modules loaded.
With N it kills itself at the N-th point it passes: before and after each write, sync, truncation
and deletion of a file, half-way through each write, before and after each commit and each send.

Every start goes on where the last one ended: posts are read from the stored cursor, and the clock
goes on from the last ledger entry. The clock moves by itself, so two runs see the same instants.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from escalation.channel import Capabilities, Message, Receipt
from listener.collectors import file as file_source
from listener.collectors.file import FileSource
from tests import firm as firms
from tests.properties.disk import WatchedDisk
from tocsin import wiring
from tocsin.clock import VirtualClock
from tocsin.randomness import SeededRandomness
from tocsin.wiring import House

START = datetime(2026, 11, 18, 9, tzinfo=UTC)
SOURCE = "posts"
BATCH = 10  # posts; the last cursor is never far from a kill


class Noting:
    """A channel that notes each message and the pages in it, written before it says so."""

    capabilities = Capabilities(update=True)

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._file = path.open("a")
        self.house: House | None = None

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        self._note(
            {
                "key": message.key,
                "purpose": str(message.purpose),
                "repeated": message.repeated,
                "carries": self._carried(message.to),
            }
        )
        return Receipt(message.key)

    def _carried(self, to: str) -> list[str]:
        """The keys of what is being sent to that address now: of all that this message folds."""
        assert self.house is not None
        with self.house.store.borrow() as desk:
            rows = desk.connection.execute(
                "select key from messages where state = 'sending' and begun = 1 "
                "and channel = ? and address = ? order by id",
                (self._name, to),
            ).fetchall()
        return [row[0] for row in rows]

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        return Receipt(ref)

    def _note(self, line: dict[str, object]) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


class Points:
    """Counts the numbered points; at the chosen one the process dies as by kill -9."""

    def __init__(self, at: int | None, killed_at: Path) -> None:
        self._at = at
        self._killed_at = killed_at
        self.passed = 0

    def __call__(self, point: str) -> None:
        self._pass(point, None)

    def before(self, what: str, half: Callable[[], object] | None) -> None:
        self._pass(f"before {what}", None)
        if half is not None:
            self._pass(f"half-way through {what}", half)

    def after(self, what: str) -> None:
        self._pass(f"after {what}", None)

    def _pass(self, point: str, half: Callable[[], object] | None) -> None:
        self.passed += 1
        if self.passed == self._at:
            if half is not None:
                half()
            self._killed_at.write_text(point)
            os.kill(os.getpid(), signal.SIGKILL)


def run(folder: Path, kill_at: int | None) -> int:
    """Run to the end, or until killed; returns how many points were passed."""
    file_source.MAX_LINES = BATCH
    points = Points(kill_at, folder / "killed_at")
    WatchedDisk(points.before, points.after)
    clock = VirtualClock(START)
    channels = {name: Noting(name, folder / "delivered") for name in firms.CHANNELS}
    # A second start must not draw the random ids of the first again.
    starts = (folder / "starts").read_text() if (folder / "starts").exists() else ""
    (folder / "starts").write_text(starts + "x")
    house = wiring.build(
        firms.settings(),
        folder / "house.db",
        clock=clock,
        randomness=SeededRandomness(len(starts)),
        channels=channels,
        exclusive=True,
        kill=points,
    )
    for channel in channels.values():
        channel.house = house
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


def split_off(folder: Path, kill_at: int | None) -> int:
    """A run in a process of its own; returns how that ended. Points are written to `points`."""
    child = os.fork()
    if child == 0:
        try:
            (folder / "points").write_text(str(run(folder, kill_at)))
        except BaseException:  # noqa: BLE001  the end of this process
            (folder / "error").write_text(traceback.format_exc())
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def serve() -> None:
    """Answer each line of standard input with how its run ended."""
    firms.new_firm().house.store.close()  # what is loaded when it is first needed, is loaded now
    for line in sys.stdin:
        folder, _, number = line.strip().partition(" ")
        print(split_off(Path(folder), int(number) if number else None), flush=True)


if __name__ == "__main__":
    serve()
