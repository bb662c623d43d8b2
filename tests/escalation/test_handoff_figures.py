"""What hand-offs between teams come to: counts, waits, and cases that came back."""

from datetime import timedelta

import pytest

from escalation.handoff_figures import HandedOff, PairFigures, figures
from escalation.subject import Ref
from tests.firm import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def handed(
    route: str,
    outcome: str = "accepted",
    *,
    after: timedelta = timedelta(0),
    waited: timedelta = MINUTE,
    case: int = 1,
) -> HandedOff:
    from_team, _, to_team = route.partition(">")
    offered_at = NOON + after
    return HandedOff(
        ref=Ref("case", case),
        from_team=from_team,
        to_team=to_team,
        offered_at=offered_at,
        answered_at=None if outcome == "pending" else offered_at + waited,
        outcome=outcome,
    )


def only(found: list[PairFigures]) -> PairFigures:
    (pair,) = found
    return pair


def test_without_hand_offs_there_is_no_pair() -> None:
    assert figures([], NOON) == []


def test_how_they_ended_is_counted() -> None:
    ends = ("accepted", "accepted", "declined", "lapsed", "withdrawn", "pending")
    pair = only(figures([handed("care>tech", end) for end in ends], NOON))
    assert pair.handoffs == len(ends)
    counted = (pair.accepted, pair.declined, pair.lapsed, pair.withdrawn, pair.pending)
    assert counted == (2, 1, 1, 1, 1)


def test_what_was_rerouted_waited_for_nobody_and_still_bounces() -> None:
    sent = [
        handed("care>tech", "rerouted", waited=timedelta(0)),
        handed("tech>care", "rerouted", after=HOUR, waited=timedelta(0)),
    ]
    there, back = sorted(figures(sent, NOON), key=lambda pair: pair.from_team)
    assert (there.rerouted, there.accepted, there.median, there.ping_pong) == (1, 0, None, 0)
    assert (back.rerouted, back.ping_pong) == (1, 1)


@pytest.mark.parametrize(
    ("minutes", "median", "p90"),
    [
        pytest.param([7], 7, 7, id="one is both"),
        pytest.param([9, 1], 1, 9, id="of two the shorter is the median"),
        pytest.param([3, 1, 2], 2, 3, id="of three the middle one"),
        pytest.param([*range(1, 11)], 5, 9, id="of ten the ninth is not exceeded by nine"),
        pytest.param([*range(1, 12)], 6, 10, id="of eleven the tenth"),
    ],
)
def test_waits_are_those_of_the_nearest_rank(minutes: list[int], median: int, p90: int) -> None:
    pair = only(figures([handed("care>tech", waited=m * MINUTE) for m in minutes], NOON))
    assert (pair.median, pair.p90) == (median * MINUTE, p90 * MINUTE)


def test_what_is_pending_has_no_wait_yet() -> None:
    pair = only(figures([handed("care>tech", "pending")], NOON))
    assert (pair.median, pair.p90) == (None, None)


@pytest.mark.parametrize(
    ("routes", "back"),
    [
        pytest.param([("care>tech", "accepted")], {}, id="it left once"),
        pytest.param(
            [("care>tech", "accepted"), ("tech>care", "accepted")],
            {"tech>care": 1},
            id="it came back to where it had been",
        ),
        pytest.param(
            [("care>tech", "accepted"), ("tech>media", "accepted"), ("media>care", "accepted")],
            {"media>care": 1},
            id="it came back by a third team",
        ),
        pytest.param(
            [("care>tech", "accepted"), ("tech>care", "declined")], {}, id="nobody took it back"
        ),
        pytest.param(
            [("care>tech", "declined"), ("tech>care", "accepted")], {}, id="it had never left"
        ),
        pytest.param(
            [("care>care", "accepted"), ("care>care", "accepted")], {}, id="it stayed in the team"
        ),
        pytest.param(
            [("care>tech", "accepted"), ("tech>care", "accepted")] * 2,
            {"tech>care": 2, "care>tech": 1},
            id="to and fro",
        ),
    ],
)
def test_ping_pong_is_a_case_that_came_back(
    routes: list[tuple[str, str]], back: dict[str, int]
) -> None:
    ones = [handed(route, end, after=n * HOUR) for n, (route, end) in enumerate(routes)]
    found = {f"{pair.from_team}>{pair.to_team}": pair.ping_pong for pair in figures(ones, NOON)}
    assert {route: times for route, times in found.items() if times} == back


def test_another_case_that_left_is_no_ping_pong() -> None:
    ones = [handed("care>tech", case=1), handed("tech>care", case=2)]
    assert [pair.ping_pong for pair in figures(ones, NOON)] == [0, 0]


def test_what_left_before_the_time_asked_for_is_remembered_but_not_counted() -> None:
    ones = [handed("care>tech", after=-DAY), handed("tech>care")]
    pair = only(figures(ones, NOON))
    assert (pair.from_team, pair.handoffs, pair.ping_pong) == ("tech", 1, 1)


def test_the_busiest_pair_comes_first_then_the_alphabet() -> None:
    ones = [handed("b>c"), handed("a>c"), handed("x>y"), handed("x>y")]
    found = [(pair.from_team, pair.to_team) for pair in figures(ones, NOON)]
    assert found == [("x", "y"), ("a", "c"), ("b", "c")]
