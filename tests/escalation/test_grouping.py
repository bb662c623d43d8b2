"""Folding: nobody is flooded, no page is dropped, none waits longer than half of five minutes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.grouping import BUNDLE_WAIT, LIMITS, LONGEST, MAX_IN_BUNDLE, Plan, Waiting, plan
from tests.firm import NOON

S = timedelta(seconds=1)
SAFETY_PAGE = Waiting(1, NOON, rank=0)
RANKS = {"page": 2, "safety": 0, "notice": 2}


def waiting(*seconds_ago: int, alone: bool = False) -> list[Waiting]:
    return [Waiting(number, NOON - ago * S, alone) for number, ago in enumerate(seconds_ago, 1)]


@pytest.mark.parametrize(
    ("queue", "sent", "last", "parcels", "again"),
    [
        pytest.param(waiting(0), 0, None, ((1,),), None, id="the first message leaves at once"),
        pytest.param(waiting(0), 3, 5, ((1,),), None, id="and so does the fourth"),
        pytest.param(
            waiting(9, 3), 0, None, ((1, 2),), None, id="what is due together leaves together"
        ),
        pytest.param(waiting(0), 4, 1, (), 149, id="the fifth waits for more of the same"),
        pytest.param(waiting(100, 20), 4, 149, (), 1, id="until 150 s after the message before"),
        pytest.param(
            waiting(100, 20), 4, 150, ((1, 2),), None, id="then all that wait leave together"
        ),
        pytest.param(
            waiting(4000),
            4,
            10,
            (),
            140,
            id="what a failing channel has kept for an hour keeps the distance all the same",
        ),
        pytest.param(
            waiting(4000), 4, 150, ((1,),), None, id="and leaves once the distance is kept"
        ),
        pytest.param(
            waiting(0, alone=True), 8, 1, ((1,),), None, id="a storm's first page never waits"
        ),
        pytest.param(
            [*waiting(0), Waiting(2, NOON, alone=True)],
            4,
            1,
            ((2,),),
            149,
            id="a storm's first page takes nothing else along",
        ),
        pytest.param(
            waiting(*range(30, 0, -1)),
            0,
            None,
            (tuple(range(1, 31)),),
            None,
            id="a bundle takes every page along, though it lists only twenty",
        ),
        pytest.param(
            [
                *(replace(one, notice=True) for one in waiting(*range(40, 20, -1))),
                Waiting(30, NOON),
            ],
            0,
            None,
            ((30, *range(1, MAX_IN_BUNDLE)),),
            150,
            id="no page waits for a notice",
        ),
        pytest.param(
            [*waiting(*range(MAX_IN_BUNDLE, 0, -1)), Waiting(30, NOON, notice=True)],
            0,
            None,
            (tuple(range(1, MAX_IN_BUNDLE + 1)),),
            150,
            id="where pages fill the list no notice is taken along",
        ),
        pytest.param(
            [
                *(replace(one, rank=3) for one in waiting(*range(40, 15, -1))),
                Waiting(30, NOON, rank=1),
                Waiting(31, NOON, rank=0),
            ],
            4,
            150,
            ((31,), (30, *range(1, 26))),
            None,
            id="safety, by itself, and the first band go before older pages of lower bands",
        ),
        pytest.param([], 8, 1, (), None, id="nothing waits: nothing leaves"),
        pytest.param(
            [*waiting(3, 2), replace(SAFETY_PAGE, id=9)],
            4,
            3,
            ((9, 1, 2),),
            None,
            id="a matter of safety does not wait, and takes along what does",
        ),
        pytest.param(
            [*waiting(3), *(replace(SAFETY_PAGE, id=number) for number in (7, 8, 9))],
            0,
            None,
            ((7,), (8,), (9,), (1,)),
            None,
            id="each matter of safety leaves by itself, and what is none after them",
        ),
        pytest.param(
            [replace(SAFETY_PAGE, id=number) for number in range(1, 9)],
            0,
            None,
            ((1,), (2,), (3,), (4,), (5, 6, 7, 8)),
            None,
            id="until the last that there is room for takes the rest along",
        ),
        pytest.param(
            [SAFETY_PAGE], 5, 30, (), 120, id="unless a bundle after it would be one too many"
        ),
        pytest.param(
            [replace(SAFETY_PAGE, notice=True)], 4, 1, (), 149, id="only a page of it does not wait"
        ),
    ],
)
def test_plan(
    queue: list[Waiting],
    sent: int,
    last: int | None,
    parcels: tuple[tuple[int, ...], ...],
    again: int | None,
) -> None:
    planned = plan(queue, [] if last is None else [NOON - last * S] * sent, NOON)
    assert planned.parcels == parcels
    assert planned.look_again == (None if again is None else NOON + again * S)


def test_an_hour_that_is_full_makes_a_matter_of_safety_wait_for_the_next_bundle() -> None:
    """One each 100 s is within the limit of ten minutes, but the bundles that may follow another
    would be too many for an hour."""
    sent = [NOON - (5 + 100 * number) * S for number in range(28)]
    assert plan([SAFETY_PAGE], sent, NOON) == Plan((), NOON + 145 * S)
    assert plan([SAFETY_PAGE], sent[:10], NOON).parcels == ((1,),)


@pytest.mark.parametrize(
    ("queue", "notices", "pages", "leaves"),
    [
        pytest.param(waiting(0), 1, 3, True, id="a notice uses up none of the four free pages"),
        pytest.param(waiting(0), 0, 4, False, id="a page does"),
        pytest.param(waiting(0), 4, 0, True, id="however many notices have left"),
        pytest.param(waiting(0), 5, 0, False, id="as long as there is room for bundles after it"),
        pytest.param(
            [Waiting(1, NOON, notice=True)], 1, 3, False, id="a notice itself waits after any four"
        ),
    ],
)
def test_notices_and_the_four_free_pages(
    queue: list[Waiting], notices: int, pages: int, leaves: bool
) -> None:
    sent = [NOON - 5 * S] * (notices + pages)
    planned = plan(queue, sent, NOON, sent[:pages])
    assert bool(planned.parcels) is leaves


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 7200), st.sampled_from(("page", "safety", "notice"))),
        min_size=1,
        max_size=120,
    ),
    st.integers(1, 60),
)
def test_whatever_comes_when_nobody_gets_more_than_8_in_10_minutes_or_30_in_an_hour(
    arrivals: list[tuple[int, str]], tick: int
) -> None:
    """Whatever the kinds of what comes; no page waits longer for it than for a bundle."""
    queue = {
        number: Waiting(number, NOON + at * S, notice=kind == "notice", rank=RANKS[kind])
        for number, (at, kind) in enumerate(arrivals)
    }
    sent: list[datetime] = []
    paged: set[datetime] = set()
    waited: list[timedelta] = []
    now = NOON
    while queue:
        ready = [one for one in queue.values() if one.queued_at <= now]
        lately = [at for at in reversed(sent) if at > now - LONGEST]
        planned = plan(ready, lately, now, [at for at in lately if at in paged])
        for parcel in planned.parcels:
            sent.append(now)
            left = [queue.pop(number) for number in parcel]
            pages = [one for one in left if not one.notice]
            paged |= {now} if pages else set()
            waited += [now - one.queued_at for one in pages]
        now += tick * S
    for most, window_length in LIMITS:
        for first, last in zip(sent, sent[most:], strict=False):
            assert last - first >= window_length
    assert max(waited, default=0 * S) <= BUNDLE_WAIT + 2 * tick * S
