"""What people write in their own words: who takes it, what is a label, until when they are away."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.settings import Band
from escalation import buttons
from escalation.channel import Button
from escalation.conversation import Incoming
from escalation.subject import Ref
from tests.firm import EXECUTIVE, FIRST, LEAD, NOON, OWNER, SECOND
from tests.tocsin.test_answering import ChatRoom, many, owned_room, verbs
from tests.tocsin.test_dialogues import CARE, OTHERS, asked, receipt_of, says
from tocsin.chat_reading import VERBS, agrees, read_command
from tocsin.deeds import DEEDS
from tocsin.in_chat import in_chat
from tocsin.spoken_times import spoken_instant

BERLIN = ZoneInfo("Europe/Berlin")


# ------------------------------------------------------------------------------- taking it
YES = (
    "on it",
    "I'm on it",
    "I’m on it!",
    "im on it",
    "I'll take it",
    "I will take this one",
    "taking this",
    "got it",
    "I got this",
    "I've got it",
    "looking into it",
    "Ok, looking into it now",
    "ack!",
    "Ack.",
    "acknowledged",
    "acknowledge",
    "mine",
    "👍",
    "👍🏽",
    "👍 on it",
    "yes, I'll do it",
    "let me handle it",
)


@pytest.mark.parametrize("words", YES)
def test_whoever_is_asked_takes_it_in_their_own_words(words: str) -> None:
    room = ChatRoom()
    room.complain()
    assert room.write(OWNER, words, ref="at 1").done
    assert room.case().acked_by == OWNER


@pytest.mark.parametrize("words", ["on it", "👍", "I'll take it"])
def test_by_itself_it_means_the_one_thing_that_is_asked_of_them(words: str) -> None:
    room = ChatRoom()
    room.complain()
    assert room.write(OWNER, words).done
    assert room.case().acked_by == OWNER


def test_of_two_things_that_are_asked_it_is_said_which() -> None:
    room = ChatRoom()
    room.complain()
    room.complain(2, author="lu")
    answer = room.write(OWNER, "on it")
    assert not answer.done
    assert "Say which: `ack 17`" in answer.text
    assert room.write(OWNER, "I'll take 2").done
    assert (room.case(1).acked_by, room.case(2).acked_by) == (None, OWNER)


@pytest.mark.parametrize(
    "words",
    [
        "I'm on it as soon as the shop opens",
        "got it, but who owns the till?",
        "is anybody on it?",
        "looking into it tomorrow perhaps",
        "who is taking this",
        "not on it",
        "the customer called me, all calm",
    ],
)
def test_a_note_that_does_not_acknowledge_says_so(words: str) -> None:
    room = ChatRoom()
    room.complain()
    answer = room.write(OWNER, words, ref="at 1")
    assert "not acknowledged yet: write `ack 1`" in answer.text
    assert "progress; " not in answer.text
    assert room.case().acked_by is None
    assert room.entries()[-1][0] == "noted"


def test_who_was_not_asked_is_told_that_it_is_not_acknowledged() -> None:
    room = ChatRoom()
    room.complain()
    answer = room.write(SECOND, "on it", ref="at 1")
    assert "not acknowledged yet: write `ack 1`" in answer.text
    assert room.case().acked_by is None


def test_a_yes_accepts_what_is_on_offer() -> None:
    room = owned_room()
    room.press(OWNER, room.card(), "handoff", to=FIRST, reason="knows it", told="nothing")
    assert room.write(FIRST, "got it", ref=offer_to(room, FIRST)).done
    assert room.case().owner == FIRST


def offer_to(room: ChatRoom, person: str) -> str:
    with room.firm.house.store.borrow() as desk:
        find = "select receipt from messages where person = ? and receipt is not null order by id"
        return str(desk.connection.execute(find, (person,)).fetchall()[-1][0])


def test_under_a_message_of_several_a_yes_takes_all_that_it_shows() -> None:
    room = ChatRoom()
    bundle = many(room)
    with room.firm.house.store.borrow() as desk:
        ref = desk.connection.execute(
            "select receipt from messages where key = ?", (bundle.key,)
        ).fetchone()[0]
    assert room.write(OWNER, "on it", ref=ref).done


def test_a_thumb_on_a_page_to_oneself_is_a_yes_and_on_a_card_it_is_only_a_thumb() -> None:
    room = ChatRoom()
    room.complain()
    with room.firm.house.store.borrow() as desk:
        find = "select receipt, person from messages where receipt is not null"
        refs = {row["person"]: row["receipt"] for row in desk.connection.execute(find)}
    thumb = Incoming("1", (f"{OWNER}@chat",), ref=refs[None], sign="👍")
    assert not room.answering.take(thumb).done
    other = Incoming("2", (f"{LEAD}@chat",), ref=refs[OWNER], sign="👍")
    assert not room.answering.take(other).done
    page = Incoming("3", (f"{OWNER}@chat",), ref=refs[OWNER], sign="👍🏽")
    assert room.answering.take(page).done
    assert room.case().acked_by == OWNER


@pytest.mark.parametrize(
    ("words", "ref"),
    [
        ("on it 7", Ref("case", 7)),
        ("I'll take case 7", Ref("case", 7)),
        ("taking incident 3", Ref("incident", 3)),
    ],
)
def test_a_number_says_which(words: str, ref: Ref) -> None:
    assert agrees(words) == (ref, True)


# ------------------------------------------------------------------------------- labels
LABELS = sorted(
    {(one.label, one.verb) for one in vars(buttons).values() if isinstance(one, Button)}
)


@pytest.mark.parametrize(("label", "verb"), LABELS)
def test_each_label_of_our_messages_is_a_command(label: str, verb: str) -> None:
    plain = label.removesuffix("…").strip()
    for said in (plain, plain.lower(), label):
        assert read_command(f"{said} 7") == (verb, "7")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("not us 9", ("not-us", "9")),
        ("Not a complaint: 7", ("not-a-complaint", "7")),
        ("withdrawn 5", ("withdrawn", "5")),
        ("hand over to ben", ("handoff", "to ben")),
        ("my open cases", ("cases", "")),
        ("My cases?", ("cases", "")),
        ("what's open", ("cases", "")),
        ("show me 4", ("show", "me 4")),
        ("hand over the keys", ("handoff", "the keys")),
    ],
)
def test_what_people_write_is_read_as_what_it_means(line: str, meant: tuple[str, str]) -> None:
    assert read_command(line) == meant


def test_hand_over_to_somebody_under_a_message_asks_only_what_is_missing() -> None:
    room = owned_room()
    asked_for = room.write(OWNER, f"hand over to {FIRST}", ref="at 1")
    assert asked_for.text.startswith("Case 1, hand over: Why?")


@pytest.mark.parametrize(
    "sentence", ["hand over the keys", "Not us, they mean the band", "show it"]
)
def test_a_sentence_that_begins_with_a_label_is_a_note(sentence: str) -> None:
    room = owned_room()
    assert room.write(OWNER, sentence, ref="at 1").done
    assert room.entries()[-1][0] == "noted"


@pytest.mark.parametrize(
    ("line", "reason"),
    [("not us 1", "dismissed"), ("spam 1", "spam"), ("withdrawn 1 they said so", "withdrawn")],
)
def test_each_kind_of_closing_has_its_word(line: str, reason: str) -> None:
    room = ChatRoom()
    room.complain(band=Band.P3)
    assert room.write(OWNER, line).done
    assert room.case().close_reason == reason


def test_help_names_every_verb() -> None:
    told = ChatRoom().write(OWNER, "help").text
    assert [verb for verb in VERBS if f"`{verb}" not in told] == []
    assert len(told.splitlines()) <= 9


def test_a_case_is_shown_by_its_number_without_the_customers_words() -> None:
    room = ChatRoom()
    room.complain()
    shown = room.write(LEAD, "show 1").text
    assert shown.startswith("Case 1 · ")
    assert "Next: " in shown
    assert "zzwords" not in shown
    assert room.write(LEAD, "show 99").text.startswith("There is no case 99")
    room.firm.write(
        lambda desk: room.firm.house.engine.fault(desk, "source:x", "deaf", room.firm.now)
    )
    assert "deaf" in room.write(LEAD, "show fault 1").text


# ------------------------------------------------------------------------------- until when
@pytest.mark.parametrize(
    ("words", "local"),
    [
        ("until tomorrow 9", "2026-11-19 09:00"),
        ("tomorrow at 9:30", "2026-11-19 09:30"),
        ("till 18:00", "2026-11-18 18:00"),
        ("until 5pm", "2026-11-18 17:00"),
        ("until 9", "2026-11-19 09:00"),
        ("until noon", "2026-11-19 12:00"),
        ("until Friday", "2026-11-21 00:00"),
        ("until monday 8", "2026-11-23 08:00"),
        ("until Wednesday", "2026-11-26 00:00"),
        ("tomorrow", "2026-11-20 00:00"),
        ("for 2 hours", "2026-11-18 15:00"),
    ],
)
def test_a_time_is_read_as_people_write_it(words: str, local: str) -> None:
    at = spoken_instant(words, NOON, BERLIN)
    assert at is not None
    assert f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize(
    ("line", "is_one"),
    [("away friday", True), ("away 18:00", True), ("away", True), ("away from keyboard", False)],
)
def test_a_sentence_about_being_away_is_no_absence(line: str, is_one: bool) -> None:
    room = owned_room()
    answer = room.write(OWNER, line, ref="at 1")
    assert (room.entries()[-1][0] == "noted") is not is_one, answer.text


@pytest.mark.parametrize(
    "words", ["until 25:00", "until the cows come home", "13pm", "", "until 0pm"]
)
def test_what_is_no_time_is_none(words: str) -> None:
    assert spoken_instant(words, datetime(2026, 11, 18, 12, tzinfo=UTC), BERLIN) is None


def test_an_absence_in_own_words_is_taken_and_what_is_no_time_is_told_every_form() -> None:
    room = ChatRoom()
    told = room.write(OWNER, "away until half past never").text
    assert "`away until 18:00`" in told
    assert "`away until tomorrow 9`" in told
    assert room.write(OWNER, "away till tomorrow 9∶00").done, "as copied from a chat"
    assert "2026-11-19 09:00" in room.write(OWNER, "away until tomorrow 9").text


# ----------------------------------------------------------------------- a question's case
def test_words_under_another_case_answer_nothing_that_is_asked_of_the_first() -> None:
    room = asked("wrong-team")
    room.complain(2, author="lu")
    under = receipt_of(room, 2)
    for number, words in enumerate(("tech", "the customer called me, all calm")):
        answer = says(room, words, f"w{number}", ref=under)
        assert answer.text.startswith("Case 2: ")
    assert room.case(1).team == "care"
    assert room.case(2).progress_at == room.firm.now


def test_escalate_under_another_case_is_no_reason_for_the_first() -> None:
    room = asked("wrong-team")
    room.complain(2, author="lu")
    answer = says(room, "escalate", "a", ref=receipt_of(room, 2))
    assert answer.text.startswith("Case 2: nothing was done, because")
    assert room.case(1).team == "care"


def test_a_case_named_under_another_one_is_asked_about_and_answered_there() -> None:
    room = asked("snooze")
    room.complain(2, author="lu")
    under = receipt_of(room, 2)
    again = says(room, "handoff 1", "a", ref=under)
    assert again.text.startswith("Case 1, hand over: To whom?")
    assert says(room, FIRST, "b", ref=under).text.startswith("Case 1, hand over: Why?")


def test_a_second_question_says_that_the_first_is_dropped() -> None:
    room = asked("snooze")
    room.complain(2, author="lu")
    assert room.write(OWNER, "ack 2").done
    room.press(OWNER, room.card(), "snooze")
    dropped = says(room, "handoff 1", "b", place=CARE).text
    assert dropped.startswith("What you were asked before is dropped (case 2). Case 1, hand over: ")
    assert says(room, FIRST, "c", place=OTHERS).text.startswith("Write `cases`")


# ------------------------------------------------------------------- checked before asking
def test_what_is_refused_anyway_is_refused_before_anything_is_asked() -> None:
    room = ChatRoom(forms=False)
    room.complain()
    for line, why in (
        ("decline 1", "nobody has offered it"),
        ("handoff 1", "write `ack 1`"),
        ("snooze 1", "not acknowledged yet"),
        ("escalate 1", "paged less than a minute ago"),
        ("reopen 1", "it is open"),
    ):
        answer = room.write(OWNER, line)
        assert not answer.asks, line
        assert why in answer.text, answer.text
        assert "tocsin " not in answer.text
    room.write(OWNER, "ack 1")
    assert room.write(LEAD, "not-a-complaint 1").done
    assert not room.write(OWNER, "resolve 1").asks


def test_a_form_is_not_shown_for_what_is_refused_anyway() -> None:
    room = ChatRoom()
    room.complain()
    answer = room.press(OWNER, room.page(), "escalate")
    assert answer.form is None
    assert "less than a minute ago" in answer.text


def test_what_is_not_acknowledged_offers_neither_to_hand_over_nor_to_put_off() -> None:
    room = ChatRoom()
    room.complain()
    assert {"handoff", "snooze"}.isdisjoint(verbs(room.page()))
    room.press(OWNER, room.page(), "ack")
    assert {"handoff", "snooze"} <= set(verbs(room.card()))


def test_safety_is_never_offered_to_be_put_off() -> None:
    room = ChatRoom()
    room.complain(safety=True)
    room.press(OWNER, room.page(), "ack")
    assert "snooze" not in verbs(room.card())
    assert not room.write(OWNER, "snooze 1").asks


def test_nobody_is_offered_to_dismiss_what_only_a_lead_dismisses() -> None:
    room = ChatRoom()
    room.complain()
    assert "not-a-complaint" not in verbs(room.page())
    assert "not-a-complaint" in verbs(room.card()), "leads read it too"
    room.firm.passes(timedelta(hours=2))
    assert "not-a-complaint" in verbs(room.page(LEAD))
    assert "escalate" not in verbs(room.page(EXECUTIVE)), "nobody stands above"


def test_one_refused_answer_is_asked_again_and_the_others_are_kept() -> None:
    room = ChatRoom(forms=False)
    room.complain()
    room.write(OWNER, "ack 1")
    assert "Which function caused it?" in room.write(OWNER, "resolve 1").text
    for words in ("delivery", "20", "0", "refunded"):
        answer = room.write(OWNER, words)
    assert "What was done for everybody else?" in answer.text
    again = room.write(OWNER, "nothing")
    assert again.asks
    assert 'say why: "nothing, because …"' in again.text.replace("W", "w", 1)
    assert "--" not in again.text
    assert room.write(OWNER, "nothing, because nobody else ordered it").done
    assert (room.case().cause, room.case().cost, room.case().done) == ("delivery", 20, "refunded")


def test_too_long_a_wait_is_asked_again_at_once() -> None:
    room = ChatRoom(forms=False)
    room.complain()
    room.write(OWNER, "ack 1")
    room.write(OWNER, "snooze 1")
    again = room.write(OWNER, "3d").text
    assert "at most 8 h" in again
    assert "For how long?" in again
    assert "Why?" in room.write(OWNER, "2h").text
    assert room.write(OWNER, "parts").done


def test_a_form_that_is_refused_for_one_answer_comes_back_with_the_others() -> None:
    room = owned_room()
    answer = room.press(OWNER, room.card(), "snooze", wait="3d", reason="waiting for parts")
    assert answer.form is not None
    assert set(answer.form.wrong) == {"wait"}
    assert {one.name: one.known for one in answer.form.fields}["reason"] == "waiting for parts"


@pytest.mark.parametrize("kind", sorted(DEEDS))
def test_no_command_of_a_shell_is_left_in_what_a_chat_says(kind: str) -> None:
    for deed in DEEDS[kind]:
        said = in_chat(f"it is so: `tocsin {kind}s {deed.name} 15 --as 'Ada L' --reason WHY`")
        assert said.startswith("it is so: write `")
        assert "tocsin" not in said
        assert "--" not in said


def test_options_are_left_out_of_what_a_chat_says() -> None:
    assert in_chat("the money in whole EUR, 0 allowed (--money 0)") == (
        "the money in whole EUR, 0 allowed"
    )
    assert in_chat("how: tocsin cases permission 5 --money 90 --as ana") == (
        "how: write `permission 5 90`"
    )


def test_time_passes_and_the_page_may_climb() -> None:
    room = ChatRoom(forms=False)
    room.complain()
    room.firm.passes(timedelta(minutes=2))
    assert "Why?" in room.press(OWNER, room.page(), "escalate").text
