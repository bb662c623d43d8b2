"""What is asked in words is answered where it was asked, once, and by nothing else."""

from dataclasses import replace

import pytest

from escalation.conversation import Answer, Incoming
from tests.firm import FIRST, HEAD, LEAD, OWNER
from tests.tocsin.test_answering import CAPABLE, ChatRoom
from tocsin.answering import Answering

WHO = (f"{OWNER}@chat",)
WHY = "Case 1, hand over: Why?"
CARE, OTHERS = "room of care", "room of others"


def asked(verb: str = "handoff", *, place: str = CARE) -> ChatRoom:
    """The owner of case 1 has pressed something in a room, whose form is asked for in words."""
    room = ChatRoom(forms=False)
    room.complain()
    room.press(OWNER, room.page(), "ack")
    press = Incoming("pressed", WHO, verb=verb, token=room.card().token, room=place)
    assert room.answering.take(press).asks
    return room


def says(room: ChatRoom, text: str, once: str, *, ref: str = "", place: str = "") -> Answer:
    return room.answering.take(Incoming(once, WHO, text=text, ref=ref, room=place))


def receipt_of(room: ChatRoom, case: int) -> str:
    """Of the page that speaks of a case."""
    with room.firm.house.store.borrow() as desk:
        find = (
            "select receipt from messages where kind = 'case' and number = ? and purpose = 'page'"
        )
        return str(desk.connection.execute(find, (case,)).fetchone()[0])


def dialogues(room: ChatRoom) -> str:
    """All that is kept of what is half said."""
    with room.firm.house.store.borrow() as desk:
        rows = desk.connection.execute("select * from dialogues").fetchall()
    return str([tuple(row) for row in rows])


# ---------------------------------------------------------------------------- told twice
def test_an_answer_that_is_told_twice_fills_one_field_and_is_asked_on_the_same() -> None:
    room = asked()
    first = says(room, FIRST, "a")
    assert first.text.startswith(WHY)
    assert says(room, FIRST, "a") == first
    assert "told?" in says(room, "knows it better", "b").text
    assert says(room, FIRST, "a").text.startswith("That has been heard already")
    assert says(room, "nothing", "c").done
    with room.firm.house.store.borrow() as desk:
        (offer,) = desk.connection.execute("select reason, told from handoffs").fetchall()
    assert tuple(offer) == ("knows it better", "nothing")


def test_the_last_answer_that_is_told_twice_is_no_note() -> None:
    room = asked("snooze")
    ref = receipt_of(room, 1)
    says(room, "2h", "a", ref=ref)
    assert says(room, "waiting for parts", "b", ref=ref).done
    before = room.entries()
    again = says(room, "waiting for parts", "b", ref=ref)
    assert not again.done
    assert again.text.startswith("That has been heard already")
    assert room.entries() == before


def test_a_press_that_is_told_twice_asks_the_same_and_forgets_no_answer() -> None:
    room = asked()
    press = Incoming("pressed", WHO, verb="handoff", token=room.card().token, room=CARE)
    assert room.answering.take(press).text.startswith("Case 1, hand over: To whom?")
    says(room, FIRST, "a")
    assert room.answering.take(press).text.startswith("That has been heard already")
    assert "told?" in says(room, "knows it better", "b").text


# ------------------------------------------------------------------------------- where
def test_words_under_a_message_of_something_else_are_no_answer() -> None:
    room = asked()
    room.complain(2, author="lu")
    under = receipt_of(room, 2)
    assert under != receipt_of(room, 1)
    assert says(room, "the courier has it", "a", ref=under).done
    assert room.case(2).progress_at == room.firm.now, "it is a note there"
    assert says(room, FIRST, "b", ref=receipt_of(room, 1)).text.startswith(
        "Case 1, hand over: Why?"
    )


def test_words_in_another_room_are_no_answer_and_those_to_us_alone_are() -> None:
    room = asked()
    assert says(room, FIRST, "a", place=OTHERS).text.startswith("Write `cases`")
    assert says(room, FIRST, "b", place=CARE).text.startswith(WHY)
    assert "told?" in says(room, "knows it better", "c").text


def test_what_is_asked_between_us_alone_is_not_answered_in_a_room() -> None:
    room = asked(place="")
    assert says(room, FIRST, "a", place=CARE).text.startswith("Write `cases`")
    assert says(room, FIRST, "b").text.startswith(WHY)


# ----------------------------------------------------------------------------- erasure
def test_what_was_half_said_of_a_case_goes_with_the_words_of_any_of_its_posts() -> None:
    room = asked()
    room.complain(2)  # the same author: a second post of case 1
    assert room.case().posts == 2
    says(room, FIRST, "a")
    says(room, "they write that zzwords 1 is wrong", "b")
    assert "zzwords" in dialogues(room)
    room.firm.write(lambda desk: desk.erase_post(1, room.firm.now))
    assert dialogues(room) == "[]"
    assert not says(room, "nothing", "c").done
    assert room.case().offered_to is None


def test_what_was_half_said_of_other_cases_stays() -> None:
    room = asked()
    room.complain(2, author="lu")
    with room.firm.house.store.borrow() as desk:
        (post,) = desk.connection.execute("select post from case_posts where case_number = 2")
    room.firm.write(lambda desk: desk.erase_post(post[0], room.firm.now))
    assert says(room, FIRST, "a").text.startswith(WHY)


# ----------------------------------------------------------------- what cannot be taken back
def grave(room: ChatRoom, once: str, *, by: str = LEAD) -> Answer:
    token = room.card().token
    press = Incoming(once, (f"{by}@chat",), verb="not-a-complaint", token=token, room=CARE)
    return room.answering.take(press)


def in_words() -> ChatRoom:
    room = ChatRoom(forms=False)
    room.complain()
    return room


def test_what_no_second_press_takes_back_is_done_at_the_second_press() -> None:
    room = in_words()
    first = grave(room, "1")
    assert first.text == (
        "Case 1: Not a complaint: are you sure? Write `yes`, or press it once more. "
        "(`cancel` to leave it.)"
    )
    assert room.case().state == "new"
    assert grave(room, "1") == first, "the same press, told twice, is no second one"
    assert room.case().state == "new"
    assert grave(room, "2").done
    assert room.case().close_reason == "dismissed"
    assert not grave(room, "2").done
    assert dialogues(room) == "[]"


@pytest.mark.parametrize(("word", "state"), [("Yes", "closed"), ("no", "new"), ("cancel", "new")])
def test_a_word_is_as_good_as_the_second_press(word: str, state: str) -> None:
    room = in_words()
    grave(room, "1")
    answer = room.write(LEAD, word)
    assert answer.done is (state == "closed")
    assert room.case().state == state
    assert dialogues(room) == "[]"


def test_another_persons_press_and_one_under_another_case_are_no_second_press() -> None:
    room = in_words()
    grave(room, "1")
    assert "are you sure?" in grave(room, "2", by=HEAD).text
    room.complain(2, author="lu")
    room.firm.settle()
    assert room.card().subject == "case 2"
    assert "are you sure?" in grave(room, "3").text
    assert {room.case(1).state, room.case(2).state} == {"new"}


def test_a_reaction_is_made_sure_of_as_a_button_is() -> None:
    room = in_words()
    for once, done in (("1", False), ("2", True)):
        sign = Incoming(once, (f"{LEAD}@chat",), ref="at 1", sign="🚫")
        assert room.answering.take(sign).done is done


def test_whoever_types_the_whole_command_means_it() -> None:
    room = in_words()
    assert room.write(LEAD, "not-a-complaint 1").done


def test_a_channel_with_forms_makes_sure_by_one_unless_it_does_so_by_itself() -> None:
    room = ChatRoom()
    room.complain()
    press = Incoming("1", (f"{LEAD}@chat",), verb="not-a-complaint", token=room.card().token)
    asking = Answering(room.firm.house, "chat", replace(CAPABLE, confirms=False))
    form = asking.take(press).form
    assert form is not None
    assert [one.name for one in form.fields] == ["sure"]
    wrong = asking.take(replace(press, id="2", values={"sure": ""}, is_filled=True))
    assert wrong.form is not None
    assert set(wrong.form.wrong) == {"sure"}
    assert room.case().state == "new"
    assert asking.take(replace(press, id="3", values={"sure": "yes"}, is_filled=True)).done
    other = ChatRoom()
    other.complain()
    token = other.card().token
    assert other.answering.take(replace(press, token=token)).done
