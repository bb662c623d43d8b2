"""A clock that never goes back and never stands still."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.clock import MOST_JUMPS, SteadyClock, VirtualClock

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


@pytest.mark.parametrize(
    ("jump", "noted"),
    [
        pytest.param(timedelta(seconds=59), [], id="under a minute is not noted"),
        pytest.param(timedelta(seconds=61), [timedelta(seconds=61)], id="forward"),
        pytest.param(timedelta(hours=-1), [timedelta(hours=-1)], id="back"),
        pytest.param(timedelta(days=365), [timedelta(days=365)], id="a year ahead"),
    ],
)
def test_a_jump_of_the_wall_clock_is_noted_with_its_size_and_instant(
    hands: Hands, clock: SteadyClock, jump: timedelta, noted: list[timedelta]
) -> None:
    hands.pass_(300)
    clock.now()
    hands.pass_(1, wall_jumps=jump)
    clock.now()
    assert [one.size for one in clock.jumps] == noted
    assert [one.at for one in clock.jumps] == [hands.wall] * len(noted)
    hands.pass_(3600)
    clock.now()
    assert len(clock.jumps) == len(noted), "it is noted once"


def test_small_steps_in_one_direction_add_up_to_a_jump(hands: Hands, clock: SteadyClock) -> None:
    for _ in range(5):
        hands.pass_(10, wall_jumps=timedelta(seconds=20))
        clock.now()
    assert [one.size for one in clock.jumps] == [timedelta(seconds=80)]


def test_only_so_many_jumps_are_kept(hands: Hands, clock: SteadyClock) -> None:
    for _ in range(MOST_JUMPS + 5):
        hands.pass_(1, wall_jumps=timedelta(hours=1))
        clock.now()
    assert len(clock.jumps) == MOST_JUMPS


def test_it_says_how_far_the_wall_clock_is_behind(hands: Hands, clock: SteadyClock) -> None:
    assert clock.behind() == timedelta(0)
    clock.not_before(NOON + timedelta(hours=2))
    assert clock.behind() == timedelta(hours=2)
    hands.pass_(60, wall_jumps=timedelta(hours=3))
    assert clock.behind() == timedelta(0)
