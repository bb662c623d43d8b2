"""Absences and covers as stretches of time: who is there at any instant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.absences import Cover, Covers, Times

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
hours = st.integers(0, 40)
stretches = st.lists(st.tuples(hours, hours), max_size=8)


def at(hour: float) -> datetime:
    return NOON + hour * HOUR


@pytest.mark.parametrize(
    ("known", "hour", "inside", "edge"),
    [
        pytest.param([], 1, False, None, id="never"),
        pytest.param([(2, 4)], 1, False, 2, id="before it begins"),
        pytest.param([(2, 4)], 2, True, 4, id="from its beginning on"),
        pytest.param([(2, 4)], 4, False, None, id="until just before its end"),
        pytest.param([(2, 4), (4, 6)], 3, True, 6, id="two that meet are one"),
        pytest.param([(2, 9), (3, 4)], 5, True, 9, id="one within another"),
        pytest.param([(8, 9), (2, 4)], 5, False, 8, id="in any order"),
        pytest.param([(4, 2)], 3, False, None, id="one that ends before it begins is none"),
    ],
)
def test_inside_or_outside(
    known: list[tuple[int, int]], hour: int, inside: bool, edge: int | None
) -> None:
    times = Times((at(since), at(until)) for since, until in known)
    assert times.hold(at(hour)) is inside
    assert times.next_edge(at(hour)) == (None if edge is None else at(edge))


@given(stretches, st.integers(-1, 41))
def test_any_stretches_agree_with_looking_at_each(known: list[tuple[int, int]], hour: int) -> None:
    def inside(now: int) -> bool:
        return any(since <= now < until for since, until in known)

    times = Times((at(since), at(until)) for since, until in known)
    assert times.hold(at(hour)) is inside(hour)
    changes = (later for later in range(hour + 1, 60) if inside(later) != inside(hour))
    first = next(changes, None)
    assert times.next_edge(at(hour)) == (None if first is None else at(first))


@given(st.lists(st.tuples(hours, hours, st.sampled_from("abc")), max_size=8), hours)
def test_of_several_covers_at_one_time_the_one_that_began_later_counts(
    known: list[tuple[int, int, str]], hour: int
) -> None:
    covers = Covers(Cover("care", who, at(since), at(until)) for since, until, who in known)
    running = [(since, until, who) for since, until, who in known if since <= hour < until]
    assert covers.person(at(hour)) == (max(running)[2] if running else None)
    assert covers.people == {who for since, until, who in known if since < until}
