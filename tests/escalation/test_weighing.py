"""From what was heard to how urgent it is: which facts count, and which are said to be unknown."""

from datetime import timedelta

import pytest

from config.settings import DEFAULT_BANDS, Band
from escalation.priority import Priority
from escalation.weighing import Reading, Usual, rate_of, reactions_of, weigh, weigh_again
from listener.intake import Kept, Mention, Standing
from listener.mention import Author, Engagement, Post
from tests.firm import NOON, settings
from tocsin.wiring import assessor_of

ANGRY = "@Acme billed me twice again and nobody answers. Terrible, I want my money back."
LAWYER = "@Acme billed me twice. My lawyer will sue you, this is a scandal, terrible."


def mention(text: str, *, followers: int | None = 100, lang: str = "en") -> Mention:
    post = Post("x", "1", text, NOON, Author("u", followers=followers), lang=lang)
    (assessment,) = assessor_of(settings()).assess(post)
    return Mention(Kept(Standing.NEW, 1, 1), post, assessment, NOON, NOON, False)


def weighed(text: str = ANGRY, **more: object) -> Priority:
    followers = more.pop("followers", 100)
    fields = {
        "usual": Usual(followers=100.0),
        "unresolved": 0,
        "reopened": 0,
        "times": DEFAULT_BANDS[Band.P4],
        "now": NOON,
    }
    one = mention(text, followers=followers)  # type: ignore[arg-type]
    return weigh(one, **{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"unresolved": 2}, id="more contacts that nobody has answered"),
        pytest.param({"reopened": 1}, id="it came back after closing"),
        pytest.param({"now": NOON + timedelta(hours=7)}, id="it has waited for long"),
        pytest.param({"followers": 1_000_000}, id="it reaches many more than usual"),
    ],
)
def test_what_makes_it_more_urgent(more: dict[str, object]) -> None:
    assert weighed(**more).score > weighed().score


@pytest.mark.parametrize(
    ("more", "least"),
    [
        pytest.param({"text": LAWYER}, Band.P1, id="a matter of law rings at once"),
        pytest.param({"unresolved": 2}, Band.P2, id="the third contact is at least soon"),
        pytest.param({"followers": 1_000_000}, Band.P2, id="so is a great reach"),
    ],
)
def test_floors(more: dict[str, object], least: Band) -> None:
    order = list(Band)
    assert order.index(weighed(**more).band) <= order.index(least)


def test_ten_points_for_each_time_it_came_back() -> None:
    assert weighed(reopened=2).score == pytest.approx(weighed().score + 20)


def test_a_complaint_from_the_future_is_not_younger_than_new() -> None:
    assert weighed(now=NOON - timedelta(hours=1)).score == weighed().score


@pytest.mark.parametrize(
    ("more", "unknown"),
    [
        pytest.param({}, {"velocity", "segment"}, id="what nobody measures yet"),
        pytest.param(
            {"usual": Usual()},
            {"velocity", "segment", "reach"},
            id="and the reach, where the usual is unknown",
        ),
    ],
)
def test_what_is_unknown_is_named(more: dict[str, object], unknown: set[str]) -> None:
    assert set(weighed(**more).unknown) == unknown


def test_a_language_that_is_not_scored_has_no_negativity() -> None:
    post = Post("x", "1", "@Acme 请退款", NOON, Author("u"), lang="zh")
    (assessment,) = assessor_of(settings()).assess(post)
    one = Mention(Kept(Standing.NEW, 1, 1), post, assessment, NOON, NOON, False)
    score = weigh(
        one, usual=Usual(), unresolved=0, reopened=0, times=DEFAULT_BANDS[Band.P4], now=NOON
    )
    assert not assessment.scored
    assert "negativity" in score.unknown


# -------------------------------------------------------------------------- how far, how fast
@pytest.mark.parametrize(
    ("readings", "rate"),
    [
        pytest.param([], None, id="never read: unknown"),
        pytest.param([(60, 30)], 30.0, id="since it was written"),
        pytest.param([(1, 30)], 120.0, id="over a quarter of an hour at least"),
        pytest.param([(60, 30), (120, 90)], 60.0, id="between two readings"),
        pytest.param([(60, 30), (115, 80), (120, 90)], 60.0, id="that are not too near"),
        pytest.param([(60, 30), (120, 10)], 0.0, id="counts that go down are no reactions"),
        pytest.param([(-60, 30)], 120.0, id="read before it was written"),
    ],
)
def test_reactions_an_hour(readings: list[tuple[int, int]], rate: float | None) -> None:
    seen = [Reading(NOON + timedelta(minutes=at), many) for at, many in readings]
    assert rate_of(seen, NOON) == rate


@pytest.mark.parametrize(
    ("engagement", "many"),
    [
        pytest.param(Engagement(1, 2, 3, 4, 500), 10, id="all but the views"),
        pytest.param(Engagement(likes=0), 0, id="none is a number"),
        pytest.param(Engagement(views=9), None, id="views alone are no reactions"),
    ],
)
def test_what_counts_as_a_reaction(engagement: Engagement, many: int | None) -> None:
    assert reactions_of(engagement) == many


USUAL = Usual(followers=100.0, rate=10.0, views=100.0)


def again(**more: object) -> Priority:
    fields: dict[str, object] = {"rate": None, "views": None, "safety": False, "reopened": 0}
    return weigh_again(weighed(), usual=USUAL, **{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "points"),
    [
        pytest.param({"rate": 1000.0}, 1, id="it gathers faster than usual"),
        pytest.param({"views": 100_000}, 1, id="it is seen by more than usual"),
        pytest.param({"safety": True}, 1, id="it is a matter of safety"),
        pytest.param({"reopened": 1}, 1, id="it came back"),
        pytest.param({}, 0, id="nothing is known anew"),
        pytest.param({"views": 1}, 0, id="few views take nothing from the author's reach"),
    ],
)
def test_weighed_again(more: dict[str, object], points: int) -> None:
    found = again(**more).score - weighed().score
    assert (found > 0) == (points > 0)
    assert found >= 0


def test_what_slows_down_falls_and_its_reach_stays() -> None:
    fast = again(rate=1000.0, views=100_000)
    slow = weigh_again(fast, rate=0.0, views=1, usual=USUAL, safety=False, reopened=0)
    values = {term.name: term.value for term in slow.terms}
    assert values["velocity"] == 0.0
    assert values["reach"] == {term.name: term.value for term in fast.terms}["reach"]
    assert slow.score < fast.score
    assert "velocity" not in slow.unknown


def test_of_a_further_complaint_the_worse_of_each_input_counts() -> None:
    first = weighed(followers=1_000_000, unresolved=0)
    mild = weigh(
        mention("@Acme where is my invoice? Still waiting."),
        usual=Usual(followers=100.0),
        unresolved=2,
        reopened=0,
        times=DEFAULT_BANDS[Band.P4],
        now=NOON,
        before=first,
    )
    before = {term.name: term.value for term in first.terms}
    after = {term.name: term.value for term in mild.terms}
    assert after == {**before, "contacts": 1.0}
    assert mild.score > first.score


def test_safety_is_not_forgotten_by_a_further_complaint() -> None:
    safe = weighed(text=LAWYER)
    mild = weighed(before=safe)
    assert mild.band is Band.P1
    assert [floor.name for floor in mild.floors] == ["safety"]
