"""From what was heard to how urgent it is: which facts count, and which are said to be unknown."""

from datetime import timedelta

import pytest

from config.settings import DEFAULT_BANDS, Band
from escalation.priority import Priority
from escalation.weighing import weigh
from listener.intake import Kept, Mention, Standing
from listener.mention import Author, Post
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
        "usual_followers": 100.0,
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
        pytest.param({}, {"velocity", "segment", "journey"}, id="what nobody measures yet"),
        pytest.param(
            {"usual_followers": None},
            {"velocity", "segment", "journey", "reach"},
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
        one, usual_followers=None, unresolved=0, reopened=0, times=DEFAULT_BANDS[Band.P4], now=NOON
    )
    assert not assessment.scored
    assert "negativity" in score.unknown
