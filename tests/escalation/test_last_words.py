"""The last word: of notices that wait, what is said when their message is made."""

from dataclasses import replace

import pytest

from escalation.last_words import _TRUE, Word, last_words
from escalation.notices import NOTICES
from escalation.subject import Level, State, Subject
from tests.cases import MINUTE, a_case, a_fault, a_storm, closed, on_offer, owned, snoozed, waiting
from tests.firm import FIRST, LEAD, NOON, OWNER, SECOND


def said(subject: Subject, *whats: str, to: str = OWNER, about: str = FIRST) -> list[str]:
    words = [
        Word(number, subject.ref, to, what, about, NOON) for number, what in enumerate(whats, 1)
    ]
    kept = last_words(words, {subject.ref: subject})
    return [word.what for word in words if word.id in kept]


FIRSTS = owned(owner=FIRST, acked_by=FIRST)


@pytest.mark.parametrize(
    ("what", "subject", "is_said"),
    [
        pytest.param("taken", FIRSTS, True, id="another has it"),
        pytest.param("taken", owned(), False, id="the reader has it by now"),
        pytest.param("taken", a_case(), False, id="the reader is asked for it anew"),
        pytest.param(
            "taken", replace(FIRSTS, offered_to=OWNER), False, id="it is on offer to the reader"
        ),
        pytest.param("closed", closed(), True, id="it is closed"),
        pytest.param("closed", FIRSTS, False, id="it was opened again"),
        pytest.param("climbed", a_case(owner=FIRST), True, id="the next one is asked"),
        pytest.param("climbed", a_case(), False, id="it came back to the reader"),
        pytest.param("climbed", FIRSTS, False, id="somebody has acknowledged it"),
        pytest.param("let_climb", a_case(owner=FIRST), True, id="somebody let it climb"),
        pytest.param("let_climb", FIRSTS, False, id="it was let climb, and acknowledged"),
        pytest.param("remind", owned(), True, id="nothing has happened"),
        pytest.param(
            "remind", owned(progress_at=NOON + MINUTE), False, id="something has happened since"
        ),
        pytest.param("remind", FIRSTS, False, id="another works on it"),
        pytest.param("remind", snoozed(), False, id="it was put off"),
        pytest.param("taken_back", a_case(owner=LEAD), True, id="it was taken back"),
        pytest.param("taken_back", owned(), False, id="it was taken back, and taken on again"),
        pytest.param("accepted", FIRSTS, True, id="it was accepted"),
        pytest.param("accepted", owned(), False, id="it was accepted, and came back"),
        pytest.param("offer_not_taken", owned(owner=LEAD), True, id="it stays with its owner"),
        pytest.param("offer_not_taken", FIRSTS, False, id="it was taken after all"),
        pytest.param(
            "offer_not_taken", on_offer(FIRST, owner=LEAD), False, id="it is offered again"
        ),
        pytest.param("offer_withdrawn", FIRSTS, True, id="it is on offer no more"),
        pytest.param("offer_withdrawn", on_offer(OWNER, owner=FIRST), False, id="it is, again"),
        pytest.param("replied", waiting(owner=FIRST), True, id="we have replied"),
        pytest.param("replied", a_case(), False, id="and the customer has come back"),
        pytest.param("reply_deleted", a_case(), True, id="the customer waits"),
        pytest.param("reply_deleted", waiting(), False, id="there is another reply"),
        pytest.param("cause_wanted", owned(), True, id="its cause is wanted"),
        pytest.param("cause_wanted", owned(cause="delivery"), False, id="its cause was named"),
        pytest.param("withdrawn", owned(), True, id="it may be closed"),
        pytest.param("withdrawn", closed(), False, id="it is closed already"),
        pytest.param("breached", a_case(owner=LEAD), True, id="the next step was asked"),
        pytest.param("breached", a_case(), False, id="the reader is asked again"),
        pytest.param("breached_resolve", FIRSTS, True, id="a promise is not kept"),
        pytest.param("breached_resolve", closed(), False, id="it is kept, though late"),
        pytest.param("update_due", a_storm(), True, id="a storm goes on"),
        pytest.param("update_missing", a_storm(level=Level.CONTAINED), False, id="it is contained"),
        pytest.param("contained", a_storm(level=Level.CONTAINED), True, id="so it is said"),
        pytest.param("contained", a_storm(), False, id="it is a storm again"),
        pytest.param("permission_climbed", owned(permission_of=LEAD), True, id="asked elsewhere"),
        pytest.param("permission_climbed", owned(), False, id="it has been answered"),
        pytest.param("permission_withdrawn", closed(), True, id="it is needed no more"),
        pytest.param("permission_withdrawn", owned(), False, id="it was opened again"),
        pytest.param("mended", a_fault(state=State.CLOSED), True, id="it works again"),
        pytest.param("mended", a_fault(), False, id="it has failed again"),
    ],
)
def test_what_is_true_no_more_is_not_said(what: str, subject: Subject, is_said: bool) -> None:
    assert (said(subject, what) == [what]) == is_said


def test_only_the_last_word_on_where_a_case_stands_is_said() -> None:
    assert said(FIRSTS, "climbed", "taken_back", "taken") == ["taken"]
    assert said(closed(), "taken", "closed") == ["closed"]


def test_an_earlier_word_is_not_said_in_place_of_a_later_one_that_is_not_true() -> None:
    assert said(a_case(owner=LEAD), "taken", "closed") == []


def test_an_answer_and_a_duty_are_said_beside_where_a_case_stands() -> None:
    whats = ("permission_granted", "cause_named", "taken")
    assert said(FIRSTS, *whats) == list(whats)


def test_each_reader_has_a_last_word_of_their_own() -> None:
    words = [Word(n, FIRSTS.ref, to, "taken", FIRST, NOON) for n, to in enumerate((OWNER, SECOND))]
    assert set(last_words(words, {FIRSTS.ref: FIRSTS})) == {0, 1}


def test_a_promise_that_is_not_kept_is_said_with_the_owner_of_now() -> None:
    word = Word(1, FIRSTS.ref, LEAD, "breached_first_reply", OWNER, NOON)
    assert last_words([word], {FIRSTS.ref: FIRSTS}) == {1: FIRST}


def test_what_is_gone_from_the_store_is_left_to_whoever_words_it() -> None:
    word = Word(1, FIRSTS.ref, LEAD, "taken", OWNER, NOON)
    assert last_words([word], {}) == {1: OWNER}


def test_every_sentence_whose_truth_is_looked_at_is_one_that_is_written() -> None:
    assert _TRUE.keys() <= NOTICES.keys()
