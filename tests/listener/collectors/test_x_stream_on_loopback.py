"""X's stream over a real socket, in the daemon's own thread: it is heard, and it ends when told."""

from collections.abc import Iterator

import pytest

from listener.collectors.x_stream import LASTED
from tests.simulator.dialects.x_stream import XStream
from tests.simulator.faults import Fault
from tests.simulator.house import Listener
from tests.simulator.script import Script, Step
from tests.simulator.server import Platform

PATIENCE = 10.0  # seconds; half of what a stream listens for, and only a failing test waits so long
TURNS = 400
TURN = 0.02  # seconds
POSTS = 12
QUIET_HOUR = Script((Step(), Step(wait=600), Step(wait=600, posts=POSTS)))


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with Platform() as platform:
        yield platform


@pytest.fixture
def listener(platform: Platform) -> Iterator[Listener]:
    listener = Listener(platform, XStream(), Script(()))
    yield listener
    listener.close()


def is_streaming(listener: Listener) -> bool:
    """Wait until the platform has a stream open."""
    return any(listener.stage.streams or listener.stage.over.wait(TURN) for _ in range(TURNS))


def test_a_stream_that_is_quiet_does_not_keep_the_house_from_stopping(listener: Listener) -> None:
    listener.worker.start()
    assert is_streaming(listener), "no stream was opened"
    listener.worker.stop()
    assert listener.worker.join(PATIENCE), "it listens on until its deadline"


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.DRIP])
def test_nor_does_one_that_says_nothing_of_use(listener: Listener, fault: Fault) -> None:
    listener.worker.start()
    assert is_streaming(listener)
    listener.firm.clock.move_to(listener.now + 2 * LASTED)
    # The first is nothing to a reading of rules, of which there may be one before the stream ends.
    listener.stage.faults = [Fault.SILENT, *[fault] * 3]
    listener.stage.let_go()  # the first stream ends, and the next has the fault
    assert listener.stage.stuck.wait(PATIENCE), "it was not opened again"
    listener.worker.stop()
    assert listener.worker.join(PATIENCE)


def test_what_is_written_while_it_is_open_comes_by_the_stream_alone(platform: Platform) -> None:
    listener = Listener(platform, XStream(), QUIET_HOUR)
    try:
        listener.run()
        asked = [one.path for one in listener.stage.asked]
        kept = [row for row in listener.rows() if not row.is_gone]
    finally:
        listener.close()
    assert len(kept) == POSTS
    assert not any(row.backfill for row in kept)
    assert asked.count("/2/tweets/search/recent") == 2  # at first, and to fill the hole
    assert asked.count("/2/tweets/search/stream") == 1
