"""What a storm is told with: that it spreads, that it is over, and what was not counted twice."""

import json
from dataclasses import replace

import pytest

from listener.crowd import BOT, SAME_TEXT
from listener.spread import Signal, Spread, Voice, sentence
from tests.listener.test_spread import (
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    STORM_AT,
    TAUGHT,
    burst,
    ordinary,
    told,
    voice,
)

PLATFORMS = ("x", "reddit", "bluesky")


def climb(people: int = 120, platforms: tuple[str, ...] = PLATFORMS) -> list[Voice]:
    """An outcry that grows of itself for two hours: as many again in each half-hour."""
    voices = []
    for number in range(people):
        at = STORM_AT + 2 * HOUR * (1 + number) ** 0.4 / (1 + people) ** 0.4
        voices.append(Voice(at, f"c{number}", True, None, platforms[number % len(platforms)]))
    return voices


def levels(voices: list[Voice], spread: Spread | None = None) -> list[str]:
    return [signal.level for signal in told(voices, spread or Spread.load(TAUGHT))]


def test_a_storm_that_grows_on_several_platforms_is_spreading() -> None:
    found = told(climb(), Spread.load(TAUGHT))
    spreading = next(signal for signal in found if signal.level == "spreading")
    assert spreading.surely > 0.9
    assert spreading.begets is not None
    assert spreading.begets > 1
    assert spreading.platforms == 3
    assert [signal.level for signal in found][:1] in (["storm"], ["spreading"])


def test_a_storm_in_one_corner_does_not_spread() -> None:
    assert "spreading" not in levels(climb(platforms=("x",)))


def test_one_far_seen_account_makes_a_storm_in_one_corner_spread() -> None:
    spread = Spread()
    assert not told((replace(each, followers=100) for each in ordinary(5 + 10 / 24)), spread)
    corner = [replace(each, followers=100) for each in climb(platforms=("x",))]
    seen = [*corner[:20], replace(corner[20], followers=2_000_000), *corner[21:]]
    dump = spread.dump()
    assert "spreading" in levels(seen, Spread.load(dump))


@pytest.mark.parametrize("followers", [-1, 10**12, None])
def test_followers_that_cannot_be_change_nothing(followers: int | None) -> None:
    plain, odd = Spread.load(TAUGHT), Spread.load(TAUGHT)
    voices = climb(platforms=("x",))
    strange = [replace(each, followers=followers) for each in voices]
    assert told(voices, plain) == told(strange, odd)
    assert plain.dump() == odd.dump()


def test_the_end_of_a_storm_is_told_once() -> None:
    spread = Spread.load(TAUGHT)
    assert told(climb(), spread)
    end = STORM_AT + 2 * HOUR
    assert spread.clear(end) is None
    assert spread.clear(end + HOUR) is None
    over = spread.clear(end + 6 * HOUR)
    assert over is not None
    assert (over.level, over.is_storm) == ("clear", False)
    assert over.begets is not None
    assert over.begets < 1
    assert spread.clear(end + 7 * HOUR) is None


def test_what_was_no_storm_has_no_end() -> None:
    assert Spread().clear(MONDAY) is None
    assert Spread.load(TAUGHT).clear(STORM_AT + DAY) is None


def test_a_deaf_source_is_no_end_of_a_storm() -> None:
    spread = Spread.load(TAUGHT)
    told(climb(), spread)
    end = STORM_AT + 6 * HOUR
    spread.outage(end - HOUR, end)
    assert spread.clear(end) is None
    assert Spread.load(spread.dump()).clear(end + 3 * HOUR) is not None


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"marks": (SAME_TEXT,), "words": 7}, id="the same words"),
        pytest.param({"marks": (BOT,)}, id="machines, by their own word"),
        pytest.param(
            {"joined": STORM_AT - DAY, "followers": 0}, id="fresh accounts without followers"
        ),
    ],
)
def test_an_orchestrated_outcry_is_no_storm(more: dict[str, object]) -> None:
    crowd = [replace(each, **more) for each in climb()]  # type: ignore[arg-type]
    assert "storm" not in levels(crowd)
    assert "spreading" not in levels(crowd)


def test_new_accounts_of_a_platform_that_tells_no_followers_count_as_anybody() -> None:
    crowd = [replace(each, joined=STORM_AT - DAY) for each in climb()]
    assert levels(crowd) == levels(climb()) != []


def test_a_true_storm_is_told_through_copies_and_says_what_was_not_counted() -> None:
    copies = [
        Voice(STORM_AT + n * 30.0, f"k{n}", True, None, "x", marks=(SAME_TEXT,), words=7)
        for n in range(60)
    ]
    both = sorted([*climb(), *copies], key=lambda each: each.at)
    first, *_ = told(both, Spread.load(TAUGHT))
    assert first.is_storm
    assert first.folded >= 5
    assert f"{first.folded} posts of coordinated or new accounts" in sentence(first, "Acme")


def test_one_post_that_goes_far_beyond_the_usual_is_a_watch_once() -> None:
    spread = Spread.load(TAUGHT)
    found = spread.goes_far("post-1", 40_000.0, 200.0)
    assert found is not None
    assert (found.level, found.post) == ("watch", 200.0)
    assert "one unhappy post goes over 100× the usual" in sentence(found, "Acme")
    again = Spread.load(spread.dump())
    assert again.goes_far("post-1", 90_000.0, 200.0) is None


@pytest.mark.parametrize(
    ("reach", "usual"),
    [
        pytest.param(None, 200.0, id="how far it goes is not known"),
        pytest.param(40_000.0, None, id="what is usual is not known"),
        pytest.param(9_000.0, 200.0, id="only 45 times the usual"),
        pytest.param(150.0, 1.0, id="far for the brand, but few"),
        pytest.param(-5.0, 1.0, id="nonsense"),
    ],
)
def test_one_post_that_does_not_go_far_is_none(reach: float | None, usual: float | None) -> None:
    assert Spread.load(TAUGHT).goes_far("post-1", reach, usual) is None


def test_a_signal_of_the_first_day_says_that_it_is_still_learning() -> None:
    raging = [voice(MONDAY + n * MINUTE, f"a{n}", True) for n in range(60)]
    (first, *_) = told(raging)
    assert first.learning
    assert sentence(first, "Acme").endswith("still learning what is usual")
    (later, *_) = told(burst(60, 60, 1, 0.8), Spread.load(TAUGHT))
    assert not later.learning
    assert "learning" not in sentence(later, "Acme")


def as_version_one(dump: str) -> str:
    """As the version before wrote it: six rows, a cell a platform, four facts of what was told."""
    state = json.loads(dump)
    state["version"] = 1
    state["heard"]["counts"] = state["heard"]["counts"][:6]
    state["platforms"] = {name: cell for name, (cell, _) in state["platforms"].items()}
    state["told"] = ["storm", *state["told"][1:4]]
    for name in ("reach", "reached", "late", "late_due", "passed", "voiced"):
        del state["usual"][name]
    del state["places"]
    if state["held"] is not None:
        state["held"] = state["held"][:5]
    return json.dumps(state)


def test_a_dump_of_the_version_before_is_read_and_its_storm_still_ends() -> None:
    spread = Spread.load(TAUGHT)
    half = climb()[:60]
    told(half, spread)
    old = Spread.load(as_version_one(spread.dump()))
    assert old.rate(half[-1].at) == spread.rate(half[-1].at)
    assert old.clear(STORM_AT + 9 * HOUR) is not None


def as_version_two(dump: str) -> str:
    """As the version before last wrote it: eight rows, and nothing of places."""
    state = json.loads(dump)
    state["version"] = 2
    state["heard"]["counts"] = state["heard"]["counts"][:8]
    for name in ("late", "late_due", "passed", "voiced"):
        del state["usual"][name]
    del state["places"]
    return json.dumps(state)


def test_a_dump_of_the_second_version_is_read_and_a_storm_still_rings() -> None:
    old = Spread.load(as_version_two(TAUGHT))
    assert old.rate(STORM_AT) == Spread.load(TAUGHT).rate(STORM_AT)
    assert "storm" in levels(list(burst(60, 60, 1, 0.8)), old)


def test_an_outcry_that_is_passed_on_rings_no_later_than_one_that_is_not() -> None:
    own = list(burst(60, 60, 1, 0.7))
    passed = [replace(each, root=f"post {n % 9}") for n, each in enumerate(own)]
    first = [told(voices, Spread.load(TAUGHT))[0].people for voices in (passed, own)]
    assert first == sorted(first)


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        pytest.param(
            Signal(
                "spreading",
                42,
                30,
                4.667,
                0.68,
                0.14,
                31.0,
                begets=1.84,
                surely=0.97,
                platforms=3,
                likely=(130, 1300),
            ),
            "Acme: 42 unhappy people in 30 min, 9× the usual; 68 % of people are unhappy (usual "
            "14 %); each begets 1.8 more; it is spreading; on 3 platforms; likely 130–1,300 more "
            "unhappy posts in 4 h",
            id="a storm that spreads",
        ),
        pytest.param(
            Signal("clear", 3, 120, 4.0, 0.1, 0.14, 0.0, begets=0.5),
            "Acme: it is over: for 2 h each unhappy post has begotten 0.5 more",
            id="its end",
        ),
    ],
)
def test_the_sentence_has_every_figure_of_the_signal(signal: Signal, said: str) -> None:
    assert sentence(signal, "Acme") == said
