"""How well stories are told apart, as the bench counts it."""

from pathlib import Path

import pytest

import bench.stories
from bench.stories import (
    AIRLINES,
    GROUPS,
    PURE,
    TUNED_ON,
    Heard,
    heard,
    interleaved,
    read_stories,
    scored,
    withheld,
)
from listener.stories import Said

HERE = Path(bench.stories.__file__).parent


def post(number: int, story: int | None) -> Heard:
    return Heard(Said(number, number, 0.0, ""), story)


def test_the_figures_count_what_they_say() -> None:
    posts = [post(n, story) for n, story in enumerate((0, 0, 0, 0, 1, 1, None))]
    told = {0: 1, 1: 1, 6: 1, 2: 2, 3: 2, 4: 3}
    result = scored(posts, told, 2)
    assert result.purity == pytest.approx(5 / 6)
    assert result.strayed == 0.0
    assert result.groups == 2.0
    assert result.found == pytest.approx(2 / 6)
    assert result.missed == 0.5


def test_without_their_accounts_stories_are_sent_to_airlines_alone() -> None:
    told = withheld({"late": ["@acme late", "@United and @acme late"]})
    assert told == {"late": [" late", "@United and  late"]}


def test_the_stories_that_the_measure_was_tuned_on_keep_what_is_promised() -> None:
    stories = read_stories(HERE / TUNED_ON)
    assert len(stories) == 60
    assert all(len(posts) >= 15 for posts in stories.values())
    posts = interleaved(stories, [], 0)
    result = scored(posts, heard(posts, AIRLINES), len(stories))
    assert result.purity >= PURE
    assert result.groups <= GROUPS
    assert result.found >= 0.45
