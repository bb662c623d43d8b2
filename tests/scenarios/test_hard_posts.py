"""Twenty posts that a support lead would find hard, each explained so that one can judge it.

What is explained is kept in hard_posts/explained.txt, which `make explained` writes anew.
"""

import re

import pytest

from tests.scenarios.explaining import EXPLAINED, Hard, hard_posts, page

POSTS = 20
MOST_WRONG = 7  # of them; it may only fall


@pytest.fixture(scope="module")
def hard() -> list[Hard]:
    return hard_posts()


def sections() -> list[str]:
    """The kept page, a post a piece."""
    return re.split(r"^(?=\d+\. )", EXPLAINED.read_text("utf-8"), flags=re.MULTILINE)[1:]


def values(section: str, key: str) -> list[str]:
    return re.findall(rf"^ +{key}  (.*)$", section, re.MULTILINE)


def test_each_kind_of_hard_post_stands_once(hard: list[Hard]) -> None:
    assert len({post.what for post in hard}) == len(hard) == POSTS


def test_the_verdicts_are_those_that_were_kept(hard: list[Hard]) -> None:
    kept = [values(section, "verdict") for section in sections()]
    assert kept == [list(post.judged.values()) for post in hard], "`make explained` writes it anew"


def test_what_is_wrong_is_marked_so_and_nothing_else_is(hard: list[Hard]) -> None:
    marked = [re.findall(r"^KNOWN WRONG: .*$", one, re.MULTILINE) for one in sections()]
    assert marked == [list(post.wrong) for post in hard], "`make explained` writes it anew"


def test_most_of_the_hard_posts_are_right(hard: list[Hard]) -> None:
    assert sum(bool(post.wrong) for post in hard) <= MOST_WRONG


@pytest.mark.parametrize("number", range(POSTS))
def test_an_explanation_names_what_a_person_asks_for(hard: list[Hard], number: int) -> None:
    section = page([hard[number]])
    for key in ("brand", "verdict", "complaint", "severity", "safety", "why", "team", "paged"):
        told = values(section, key)
        assert len(told) == len(hard[number].wanted), key
        assert all(told), key


def test_who_was_not_paged_is_told_why(hard: list[Hard]) -> None:
    for post in hard:
        told = values(page([post]), "paged")
        for verdict, paged in zip(post.judged.values(), told, strict=True):
            assert paged.startswith("nobody: ") or verdict == "complaint" or post.alarmed
