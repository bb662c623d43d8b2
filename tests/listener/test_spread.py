"""When a brand's complaints are a watch, a storm, or nothing new."""

import json
import math
from collections.abc import Iterable, Iterator
from itertools import chain
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener import heard as memory
from listener.breadth import MOST_PLATFORMS
from listener.heard import Heard
from listener.spread import MOST_OUTAGES, Sensitivity, Signal, Spread, Voice
from listener.spread import sentence as say

MONDAY = 1_767_571_200.0  # 2026-01-05 00:00 UTC
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
QUIET_DAYS = 5
STORM_AT = MONDAY + QUIET_DAYS * DAY + 10 * HOUR


def voice(at: float, author: str, unhappy: bool = False, root: str | None = None) -> Voice:
    return Voice(at, author, unhappy, root, "x")


def ordinary(days: float, an_hour: float = 12, unhappy: float = 0.15) -> Iterator[Voice]:
    """A brand's usual days: many people, few of them unhappy."""
    dice, at = Random(4), MONDAY
    while (at := at + dice.expovariate(an_hour) * HOUR) < MONDAY + days * DAY:
        yield voice(at, f"u{dice.randrange(10**6)}", dice.random() < unhappy)


def burst(
    posts: int, people: int, hours: float, unhappy: float, root: str | None = None
) -> Iterator[Voice]:
    """Posts that come evenly within some hours, from so many accounts, after the ordinary days."""
    dice = Random(8)
    for number in range(posts):
        at = STORM_AT + number * hours * HOUR / posts
        yield voice(at, f"b{number % people}", dice.random() < unhappy, root)


def told(voices: Iterable[Voice], spread: Spread | None = None) -> list[Signal]:
    spread = spread or Spread()
    return [signal for each in voices if (signal := spread.hear(each))]


def taught() -> str:
    """The dump of a measure that has heard the ordinary days and the morning before a burst."""
    spread = Spread()
    assert not told(ordinary(QUIET_DAYS + 10 / 24), spread)
    return spread.dump()


TAUGHT = taught()


@pytest.mark.parametrize(
    ("voices", "levels"),
    [
        pytest.param(
            burst(60, 60, 1, 0.8), ["storm"], id="many people unhappy within an hour are a storm"
        ),
        pytest.param(
            burst(400, 400, 4, 0.8), ["storm", "storm"], id="a storm that doubles is told again"
        ),
        pytest.param(
            burst(500, 500, 4, 0.15),
            ["watch"],
            id="many more people in the usual mood are a watch",
        ),
        pytest.param(burst(400, 1, 2, 1.0), [], id="one bot with hundreds of posts is one voice"),
        pytest.param(burst(400, 3, 2, 1.0), [], id="three bots with hundreds of posts are three"),
        pytest.param(burst(40, 4, 1, 0.85), [], id="a quarrel of four people is theirs"),
        pytest.param(burst(300, 300, 3, 0.03), [], id="a happy campaign is no storm"),
        pytest.param(burst(40, 40, 1, 0.1), [], id="news that few resent are no storm"),
        pytest.param(burst(0, 1, 1, 0.0), [], id="nothing is nothing"),
    ],
)
def test_what_is_told_after_ordinary_days(voices: Iterable[Voice], levels: list[str]) -> None:
    assert [signal.level for signal in told(voices, Spread.load(TAUGHT))] == levels


def test_a_storm_is_told_while_it_is_small() -> None:
    first = told(burst(60, 60, 1, 0.8), Spread.load(TAUGHT))[0]
    assert first.people <= 15
    assert first.usual < first.people / 3
    assert first.usual_share < 0.25 < first.unhappy_share <= 1


def test_reposts_of_one_post_turn_no_mood_alone() -> None:
    shared, own = burst(200, 200, 2, 0.5, root="t1"), burst(200, 200, 2, 0.5)
    scores = [
        max(signal.score for signal in told(voices, Spread.load(TAUGHT, "keen")))
        for voices in (shared, own)
    ]
    assert scores[0] < scores[1]


@pytest.mark.parametrize(
    ("voices", "levels"),
    [
        pytest.param(
            [voice(MONDAY + n * MINUTE, f"a{n}", True) for n in range(60)],
            ["storm"],
            id="a storm already raging when we start is told",
        ),
        pytest.param(
            [voice(MONDAY + n * MINUTE, f"a{n}", n % 2 == 0) for n in range(60)],
            [],
            id="where half of the people are unhappy from the start nothing is told",
        ),
        pytest.param(
            [voice(MONDAY + n * MINUTE, f"a{n}", True) for n in range(24)],
            [],
            id="two dozen are too few on the first day",
        ),
        pytest.param(
            [voice(MONDAY + n * 10 * MINUTE, f"a{n}", True) for n in range(140)],
            [],
            id="a brand that people always complain about is no storm",
        ),
    ],
)
def test_the_first_day(voices: list[Voice], levels: list[str]) -> None:
    assert [signal.level for signal in told(voices)] == levels


def test_four_unhappy_people_in_a_day_are_a_watch_for_a_small_brand() -> None:
    rare = [voice(MONDAY + day * DAY, f"r{day}", day % 5 == 0) for day in range(20)]
    four = [voice(MONDAY + 20 * DAY + n * 5 * HOUR, f"f{n}", True) for n in range(4)]
    assert [(signal.level, signal.people) for signal in told(rare + four)] == [("watch", 4)]


@pytest.mark.parametrize("fewer", ["calm", "normal"])
def test_a_keener_measure_tells_no_later(fewer: Sensitivity) -> None:
    order: list[Sensitivity] = ["calm", "normal", "keen"]
    keener = order[order.index(fewer) + 1]
    first = [
        told(burst(60, 60, 1, 0.8), Spread.load(TAUGHT, name))[0].people for name in (keener, fewer)
    ]
    assert first == sorted(first)


def test_an_unknown_sensitivity_is_refused() -> None:
    with pytest.raises(ValueError, match="Known: calm, normal, keen"):
        Spread("shrill")  # type: ignore[arg-type]


def test_a_storm_ends_in_calm_and_silence_of_a_deaf_source_is_not_calm() -> None:
    spread = Spread.load(TAUGHT)
    assert spread.calm(STORM_AT)
    assert told(burst(60, 60, 1, 0.8), spread)
    end = STORM_AT + HOUR
    assert not spread.calm(end)
    assert not spread.calm(end + 30 * MINUTE)
    assert spread.calm(end + 2 * HOUR)
    spread.outage(end + HOUR, end + 2 * HOUR)
    assert not spread.calm(end + 2 * HOUR)


def test_the_rate_counts_people_posts_and_platforms() -> None:
    spread = Spread()
    for number in range(10):
        author = f"a{number % 4}"
        spread.hear(Voice(MONDAY + number, author, number < 2, None, f"p{number % 2}"))
    rate = spread.rate(MONDAY + MINUTE)
    assert (rate.unhappy, rate.people, rate.posts, rate.platforms) == (2, 4, 10, 2)
    assert spread.rate(MONDAY + DAY).posts == 0
    assert Spread().rate(MONDAY).posts == 0


def test_posts_are_counted_over_as_long_a_window_as_is_asked_for() -> None:
    spread = Spread()
    for number in range(10):
        spread.hear(voice(MONDAY + number * 6 * MINUTE, f"a{number}"))
    now = MONDAY + HOUR
    assert [spread.posts(minutes, now) for minutes in (10, 30, 60, 120)] == [1, 5, 10, 10]
    assert Spread().posts(30, now) == 0


def test_time_when_a_source_was_down_never_teaches() -> None:
    def usual(spread: Spread) -> float:
        told(ordinary(2), spread)
        spread.hear(voice(MONDAY + 6 * DAY, "late"), MONDAY + 6 * DAY)
        return spread.rate(MONDAY + 6 * DAY).usual

    deaf = Spread()
    deaf.outage(MONDAY + 2 * DAY, MONDAY + 6 * DAY)
    assert usual(deaf) > 1.5 * usual(Spread())


def outcry(seed: int, hours: int = 30) -> list[Voice]:
    """A rough stream: hours of chatter of random mood, repost trees and a burst."""
    dice = Random(seed)
    voices = []
    for hour in range(hours):
        angry = hour > hours - 4
        for _ in range(dice.randrange(40 if angry else 8)):
            at = MONDAY + (hour + dice.random()) * HOUR
            root = f"t{dice.randrange(3)}" if dice.random() < 0.3 else None
            unhappy = dice.random() < (0.8 if angry else 0.2)
            voices.append(voice(at, f"u{dice.randrange(500)}", unhappy, root))
    return sorted(voices, key=lambda each: each.at)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), cut=st.floats(0, 1), jumble=st.booleans())
def test_a_restart_changes_nothing(seed: int, cut: float, jumble: bool) -> None:
    voices = outcry(seed)
    if jumble:
        Random(seed).shuffle(voices)
    at = int(cut * len(voices))
    whole, before = Spread(), Spread()
    whole.outage(MONDAY + HOUR, MONDAY + 2 * HOUR)
    before.outage(MONDAY + HOUR, MONDAY + 2 * HOUR)
    told(voices[:at], before)
    assert told(voices[:at], whole) is not None
    after = Spread.load(before.dump())
    assert [whole.hear(each) for each in voices[at:]] == [after.hear(each) for each in voices[at:]]
    assert whole.dump() == after.dump()


def test_the_same_posts_tell_the_same() -> None:
    assert told(outcry(1)) == told(outcry(1)) != []


def test_a_little_disorder_changes_no_count() -> None:
    voices = list(burst(60, 60, 1, 0.8))
    orders = [voices, [each for n in range(0, 60, 4) for each in reversed(voices[n : n + 4])]]
    spreads = [Spread.load(TAUGHT) for _ in orders]
    levels = [
        [s.level for s in told(each, spread)] for each, spread in zip(orders, spreads, strict=True)
    ]
    assert levels[0] == levels[1]
    rates = [spread.rate(STORM_AT + HOUR) for spread in spreads]
    assert rates[0] == rates[1]


def test_a_late_post_counts_in_its_own_time_and_a_very_late_one_not_at_all() -> None:
    spread = Spread()
    spread.hear(voice(MONDAY, "first"))
    spread.hear(voice(MONDAY + DAY, "newest"))
    spread.hear(voice(MONDAY + DAY - 5 * HOUR, "late", True))
    spread.hear(voice(MONDAY + DAY - 7 * HOUR, "too late", True))
    assert spread.rate(MONDAY + DAY).posts == 1
    counted = Heard.load(json.loads(spread.dump())["heard"])
    assert counted.within(memory.POSTS, memory.SPAN - 1) == 2


@pytest.mark.parametrize("clock", [None, STORM_AT], ids=["without a clock", "with a clock"])
def test_a_post_from_the_far_future_does_not_move_the_clock(clock: float | None) -> None:
    spread = Spread.load(TAUGHT)
    for year in range(1, 4):
        spread.hear(voice(STORM_AT + year * 365 * DAY, "time traveller", True), clock)
    assert [signal.level for signal in told(burst(60, 60, 1, 0.8), spread)] == ["storm"]


def test_a_long_silence_is_believed_when_a_second_author_confirms_it() -> None:
    spread = Spread.load(TAUGHT)
    later = STORM_AT + 400 * DAY
    spread.hear(voice(later, "ann"))
    assert spread.rate(later).posts == 0
    spread.hear(voice(later + MINUTE, "ben"))
    assert spread.rate(later + MINUTE).posts == 2


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(voice(math.nan, "a", True), id="no number"),
        pytest.param(voice(math.inf, "a", True), id="the end of time"),
        pytest.param(voice(-1e300, "a", True), id="before all time"),
        pytest.param(voice(1e18, "a", True), id="after the year 2100"),
    ],
)
def test_a_time_that_is_none_is_not_counted(hostile: Voice) -> None:
    spread = Spread.load(TAUGHT)
    assert spread.hear(hostile) is None
    assert spread.dump() == TAUGHT


@given(
    at=st.floats(),
    author=st.text(st.characters(codec=None), max_size=30),
    root=st.none() | st.text(st.characters(codec=None), max_size=5),
    now=st.none() | st.floats(),
)
@settings(deadline=None)
def test_no_post_whatever_raises(
    at: float, author: str, root: str | None, now: float | None
) -> None:
    spread = Spread.load(TAUGHT)
    spread.hear(Voice(at, author, True, root, author), now)
    spread.calm(at if 0 <= at < 4e9 else STORM_AT)
    Spread.load(spread.dump())


def test_memory_and_dump_stay_small_whatever_comes() -> None:
    spread, dice = Spread(), Random(2)
    for number in range(40_000):
        at = MONDAY + number * 4
        spread.hear(Voice(at, f"a{number}", dice.random() < 0.5, f"t{number}", f"p{number}" * 20))
        if number % 100 == 0:
            spread.outage(at, at + 1)
    state = json.loads(spread.dump())
    entry = memory.ENTRY * 4 / 3
    assert len(state["heard"]["authors"]) == memory.MOST_AUTHORS * entry
    assert len(state["heard"]["trees"]) <= memory.MOST_TREES * entry + 4
    assert len(state["platforms"]) == MOST_PLATFORMS
    assert len(state["outages"]) == MOST_OUTAGES
    assert len(spread.dump()) < 24_000


def test_a_dump_names_nobody() -> None:
    spread = Spread()
    spread.hear(Voice(MONDAY, "ann-the-author", True, "post-77", "x"))
    assert "ann" not in spread.dump()
    assert '77"' not in spread.dump()


def broken(**changes: object) -> str:
    return json.dumps({**json.loads(TAUGHT), **changes})


HEARD, USUAL = json.loads(TAUGHT)["heard"], json.loads(TAUGHT)["usual"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half a JSON text"),
        pytest.param("[]", id="a list"),
        pytest.param("{}", id="an empty object"),
        pytest.param("[" * 50_000, id="a tower of brackets"),
        pytest.param("x" * 100_000, id="too long a text"),
        pytest.param(broken(version=99), id="another version"),
        pytest.param(broken(sensitivity="shrill"), id="an unknown sensitivity"),
        pytest.param(broken(newest=math.nan), id="a clock that is no number"),
        pytest.param(broken(newest=MONDAY), id="a clock that the counts gainsay"),
        pytest.param(broken(heard=3), id="counts that are a number"),
        pytest.param(broken(heard={**HEARD, "cell": -4}), id="a cell before all time"),
        pytest.param(broken(heard={**HEARD, "counts": ["1"] * 6}), id="rows of one cell"),
        pytest.param(broken(heard={**HEARD, "authors": "???"}), id="authors in no encoding"),
        pytest.param(broken(heard={**HEARD, "authors": "AAAA"}), id="half an author"),
        pytest.param(broken(usual={**USUAL, "people": 0}), id="a mood of no people"),
        pytest.param(broken(usual={**USUAL, "means": [1.0]}), id="a day of one hour"),
        pytest.param(broken(usual={**USUAL, "mean": math.inf}), id="endlessly many voices"),
        pytest.param(broken(usual={**USUAL, "times": [-1] * 48}), id="counts below nothing"),
        pytest.param(broken(told=["panic", 1, 1, 1]), id="an unknown level"),
        pytest.param(broken(told=["storm"]), id="a level without its time"),
        pytest.param(broken(outages=[[1]]), id="half an outage"),
        pytest.param(broken(held=[1, 2]), id="half a post"),
        pytest.param(broken(platforms={"x": "soon"}), id="a platform without its time"),
    ],
)
def test_a_text_that_is_no_dump_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a dump of the firestorm measure"):
        Spread.load(text)


@pytest.mark.parametrize(
    ("signal", "sentence"),
    [
        pytest.param(
            Signal("storm", 42, 30, 4.667, 0.68, 0.14, 31.0),
            "Acme: 42 unhappy people in 30 min, 9× the usual; "
            "68 % of people are unhappy (usual 14 %)",
            id="a storm",
        ),
        pytest.param(
            Signal("watch", 4, 1437, 0.02, 1.0, 0.2, 9.0),
            "Acme: 4 unhappy people in 24 h, over 100× the usual; "
            "100 % of people are unhappy (usual 20 %)",
            id="a watch where there is hardly a usual",
        ),
        pytest.param(
            Signal("watch", 36, 362, 15.0, 0.3, 0.3, 10.0),
            "Acme: 36 unhappy people in 6 h, 2.4× the usual; "
            "30 % of people are unhappy (usual 30 %)",
            id="a slow doubling",
        ),
    ],
)
def test_the_sentence_has_the_signals_figures(signal: Signal, sentence: str) -> None:
    assert say(signal, "Acme") == sentence


def test_two_bursts_far_apart_are_told_both() -> None:
    again = (
        voice(each.at + 2 * DAY, f"again {each.author}", each.unhappy)
        for each in burst(60, 60, 1, 0.8)
    )
    signals = told(chain(burst(60, 60, 1, 0.8), again), Spread.load(TAUGHT))
    assert [signal.level for signal in signals] == ["storm", "storm"]
