"""A source that is sick is told to its owner, and harms nobody else: every simulated platform.

The house, its clock, its channels and the collectors are those of the daemon; see
tests/simulator/README.md.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.firm import OWNER
from tests.simulator.dialects.hackernews import HackerNews
from tests.simulator.faults import Fault
from tests.simulator.house import Listener
from tests.simulator.registry import DIALECTS
from tests.simulator.script import Script, Step
from tests.simulator.server import Platform
from tests.simulator.stage import Stage
from tocsin.deafness import DEAF_AFTER
from tocsin.sources import Reading, SourceWorker

MINUTE = timedelta(minutes=1)
TRIES = 5
MANY = 60  # requests, more than any poll makes
STOPPED_IN = 2.0  # seconds, as docs/operations.md promises
QUIET = 3.0  # seconds for a fetch
PATIENCE = 10.0  # seconds; only a failing test waits so long
SOME_POSTS = Script((Step(), Step(wait=600, posts=3), Step(wait=600, posts=2)))


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with Platform() as platform:
        yield platform


@pytest.fixture(scope="module")
def another() -> Iterator[Platform]:
    with Platform() as platform:
        yield platform


@pytest.fixture(params=sorted(DIALECTS))
def listener(
    request: pytest.FixtureRequest, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Listener]:
    # A stream on which nothing comes is waited on for a whole fetch.
    monkeypatch.setattr("tests.simulator.house.PATIENT", QUIET)
    listener = Listener(platform, DIALECTS[request.param](), SOME_POSTS)
    yield listener
    listener.close()


def told(listener: Listener) -> list[str]:
    """What was said of the source, to whom faults belong."""
    pages = [one for channel in listener.firm.channels.values() for one in channel.pages()]
    said = [f"{one.to}: {' '.join((one.headline, *one.lines))}" for one in pages]
    return [one for one in said if f"source {listener.name} cannot be heard" in one]


def settle(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if holds():
            return
        pause.wait(0.01)
    pytest.fail("it never came to hold")


# ------------------------------------------------------------------------------------- it is told
def refuse(listener: Listener) -> None:
    """The platform knows our credentials no longer, and the source is polled.

    More than once where this machine is so busy that a stream is not opened in time.
    """
    for _ in range(TRIES):
        listener.restart()  # of a stream that is open nobody asks who we are
        listener.stage.faults = [Fault.UNAUTHORISED] * MANY
        listener.poll()
        if open_faults(listener):
            return


def open_faults(listener: Listener) -> list[int]:
    with listener.firm.house.store.borrow() as desk:
        return [one.number for one in desk.subjects("fault", only_open=True)]


def test_lost_authorisation_reaches_an_owner_within_a_minute(listener: Listener) -> None:
    listener.poll()
    refuse(listener)
    assert told(listener) == [], "it is told by the house's rounds, not by the source's thread"
    listener.firm.passes(MINUTE)
    said = told(listener)
    assert said, "nobody was told"
    assert all(one.partition("@")[0] == OWNER for one in said), said


def test_it_is_told_once_while_it_lasts_and_over_when_it_is_heard_again(
    listener: Listener,
) -> None:
    listener.poll()
    refuse(listener)
    listener.firm.passes(MINUTE)
    first, fault = len(told(listener)), open_faults(listener)
    assert len(fault) == 1
    for _ in range(3):
        refuse(listener)
        listener.firm.passes(MINUTE)
    assert open_faults(listener) == fault
    assert len(told(listener)) == first, "a fault that lasts is one fault"
    for _ in range(TRIES):
        listener.stage.faults.clear()
        listener.firm.passes(timedelta(hours=2))
        listener.restart()
        listener.poll()
        if not open_faults(listener):
            return
    pytest.fail("it is heard again, and the fault stays")


def test_a_source_that_does_not_answer_is_told_once_that_has_lasted(listener: Listener) -> None:
    listener.poll()
    listener.restart()
    for _ in range(3):
        listener.stage.faults = [Fault.BROKEN] * MANY
        listener.poll()
        listener.firm.passes(DEAF_AFTER)
        listener.worker._setbacks._wait_until = None
    assert told(listener)


# ----------------------------------------------------------------------------- it harms nobody else
def healthy(listener: Listener, another: Platform) -> tuple[SourceWorker, Stage]:
    """A second source in the same house, on a platform of its own."""
    well = Listener(another, HackerNews(), SOME_POSTS)
    reading = Reading(well.settings, well.worker._collector)
    return SourceWorker(reading, listener.firm.house), well.stage


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP], ids=["hangs", "drips"])
def test_a_sick_source_never_delays_a_healthy_one(
    listener: Listener, another: Platform, fault: Fault
) -> None:
    if listener.dialect.bounds.streams and fault is Fault.DRIP:
        pytest.skip("a stream sends a frame now and then by its nature")
    listener.stage.faults = [fault] * MANY
    listener.worker.start()
    assert listener.stage.stuck.wait(PATIENCE), "it was never asked"
    worker, _ = healthy(listener, another)
    worker.start()
    try:
        for polls in range(1, 4):
            settle(lambda polls=polls: worker.tally.taken >= polls)  # type: ignore[misc]
            worker.tick()
        assert listener.worker.tally.polls == 1
        assert listener.worker.tally.taken == 0, "the sick one was through before"
    finally:
        worker.stop()
        listener.worker.stop()
        assert worker.join(PATIENCE)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP], ids=["hangs", "drips"])
def test_it_stops_within_two_seconds_whatever_is_under_way(
    listener: Listener, fault: Fault
) -> None:
    if listener.dialect.bounds.streams and fault is Fault.DRIP:
        pytest.skip("a stream sends a frame now and then by its nature")
    listener.stage.faults = [fault] * MANY
    listener.worker.start()
    assert listener.stage.stuck.wait(PATIENCE), "it was never asked"
    listener.worker.stop()
    assert listener.worker.join(STOPPED_IN), "it goes on until its deadline"
    assert listener.worker.tally.failures == 0, "what fails because it was ended is no failure"
