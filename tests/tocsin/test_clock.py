"""A clock that never goes back and never stands still."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.clock import SteadyClock, VirtualClock

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


class Hands:
    """A wall clock and a monotonic one, moved apart by hand."""

    def __init__(self) -> None:
        self.wall = NOON
        self.monotonic = 0.0

    def pass_(self, seconds: float, *, wall_jumps: timedelta = timedelta(0)) -> None:
        self.monotonic += seconds
        self.wall += timedelta(seconds=seconds) + wall_jumps


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def clock(hands: Hands) -> SteadyClock:
    return SteadyClock(wall=lambda: hands.wall, monotonic=lambda: hands.monotonic)


@pytest.mark.parametrize(
    ("jump", "passed"),
    [
        pytest.param(timedelta(0), timedelta(seconds=60), id="both agree"),
        pytest.param(timedelta(hours=-1), timedelta(seconds=60), id="set back, no wait is delayed"),
        pytest.param(timedelta(days=-365), timedelta(seconds=60), id="set back by a year"),
        pytest.param(timedelta(hours=1), timedelta(hours=1, seconds=60), id="set forward"),
    ],
)
def test_a_minute_passes(
    hands: Hands, clock: SteadyClock, jump: timedelta, passed: timedelta
) -> None:
    hands.pass_(60, wall_jumps=jump)
    assert clock.now() == NOON + passed


def test_after_a_mistake_was_put_right_time_goes_on(hands: Hands, clock: SteadyClock) -> None:
    hands.pass_(1, wall_jumps=timedelta(days=365))
    ahead = clock.now()
    hands.pass_(60, wall_jumps=timedelta(days=-365))
    assert clock.now() == ahead + timedelta(seconds=60)


def test_it_counts_on_from_the_last_ledger_time(hands: Hands, clock: SteadyClock) -> None:
    clock.not_before(NOON + timedelta(hours=2))
    hands.pass_(5)
    assert clock.now() == NOON + timedelta(hours=2, seconds=5)


def test_a_virtual_clock_never_goes_back() -> None:
    clock = VirtualClock(NOON)
    clock.move_to(NOON - timedelta(days=1))
    assert clock.now() == NOON
