"""A storm whose people have one word in common, and hardly that, is called by it all the same."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.firm import NOON, Firm, new_firm
from tests.tocsin.erased import erase
from tests.tocsin.test_storytelling import headlines, hear, restarted, said, storm, told

TURNSTILES = (
    "@Acme terrible, stuck at the turnstiles with my kids",
    "@Acme those turnstiles refuse everybody, awful service",
    "@Acme worst evening ever because of your turnstiles",
    "@Acme who bought these useless turnstiles, I am furious",
    "@Acme an hour in the rain, turnstiles broken, awful",
)
USUAL = (
    "@Acme your app crashed again and charged me twice, terrible",
    "@Acme rude staff in Oslo, no apology, awful",
    "@Acme my refund never came, worst company",
)
LATER = "@Acme furious, we missed the start thanks to the turnstiles"


@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON))
    return firm


def hear_all(firm: Firm, texts: Sequence[str] = (*USUAL, *TURNSTILES)) -> None:
    firm.passes(timedelta(minutes=len(texts) + 1))
    hear(firm, *(said(number, text) for number, text in enumerate(texts, 1)))


def later(firm: Firm, number: int = 12, text: str = LATER) -> None:
    firm.passes(timedelta(minutes=4))
    hear(firm, said(number, text))


def stories(firm: Firm) -> int:
    """How many are kept."""
    query = "select count(*) from stories"
    return int(firm.house.store.write(lambda desk: desk.connection.execute(query).fetchone()[0]))


def test_a_storm_is_called_by_its_sudden_word(firm: Firm) -> None:
    hear_all(firm)
    assert stories(firm) == 0  # one word in common is too little for a story as such
    story = told(firm, storm(firm))
    assert story is not None
    assert "turnstiles" in story.name
    assert (story.people, story.posts) == (5, 5)
    assert any(f'on Acme: "{story.name}"' in headline for headline in headlines(firm))


def test_later_posts_join_the_same_story(firm: Firm) -> None:
    hear_all(firm)
    before = told(firm, storm(firm))
    later(firm)
    after = told(firm, storm(firm, people=6))
    assert before is not None
    assert after is not None
    assert (after.number, after.name, after.people) == (before.number, before.name, 6)
    assert stories(firm) == 1


def test_the_story_goes_on_after_a_restart(firm: Firm) -> None:
    hear_all(firm)
    before = told(firm, storm(firm))
    restarted(firm)
    later(firm)
    after = told(firm, storm(firm, people=6))
    assert before is not None
    assert after is not None
    assert (after.number, after.name, after.people) == (before.number, before.name, 6)


def test_a_storm_of_many_things_has_no_name(firm: Firm) -> None:
    hear_all(firm, USUAL)
    assert told(firm, storm(firm)) is None
    assert stories(firm) == 0


def test_too_small_a_part_of_the_incident_is_not_what_it_is_about(firm: Firm) -> None:
    hear_all(firm)
    assert told(firm, storm(firm, people=40)) is None
    assert stories(firm) == 0


def test_erased_words_leave_the_name_and_do_not_come_back(firm: Firm) -> None:
    hear_all(firm)
    incident = storm(firm)
    for post in (4, 5, 6, 7):
        erase(firm, post)
    story = told(firm, incident)
    assert story is not None
    assert (story.name, story.people) == ("", 1)
    storm(firm)
    after = told(firm, incident)
    assert after is None or after.name == ""


def test_a_name_of_erased_words_is_replaced_by_one_of_those_left(firm: Firm) -> None:
    hear_all(firm)
    incident = storm(firm)
    erase(firm, 4)
    storm(firm)
    story = told(firm, incident)
    assert story is not None
    assert "turnstiles" in story.name
    assert story.people == 4


def test_a_few_who_tell_something_else_do_not_rename_the_storm(firm: Firm) -> None:
    hear_all(firm)
    before = told(firm, storm(firm))
    for number in range(12, 15):
        later(firm, number, "@Acme and now the floodlights are out, terrible service")
    after = told(firm, storm(firm, people=8))
    assert before is not None
    assert after is not None
    assert (after.number, after.name) == (before.number, before.name)
