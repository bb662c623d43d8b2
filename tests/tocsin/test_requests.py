"""An answer is for the request that was shown: not for the next one of the same round."""

from escalation.channel import Message
from escalation.conversation import Incoming
from tests.firm import EXECUTIVE, FIRST, LEAD, OWNER
from tests.tocsin.test_answering import HID, MINUTE, ChatRoom, owned_room


def asked_for(room: ChatRoom, money: str) -> Message:
    """The owner asks for permission; the page of whoever is to answer."""
    asked = room.press(OWNER, room.card(), "permission", money=money, reason="a refund")
    assert asked.done, asked.text
    return room.page(str(room.case().permission_of))


def said_hid(room: ChatRoom) -> Message:
    """The owner says that something was hidden; the page of whoever is to confirm it."""
    assert room.press(OWNER, room.card(), "hid", **HID).done
    return room.page(LEAD)


def offered(room: ChatRoom) -> Message:
    """The owner offers the case to another; the page of that one."""
    values = {"to": FIRST, "reason": "knows it", "told": "nothing"}
    assert room.press(OWNER, room.card(), "handoff", **values).done
    return room.page(FIRST)


def test_a_button_grants_no_later_and_larger_request_than_the_one_it_stood_under() -> None:
    room = owned_room()
    old = asked_for(room, "90")
    assert room.press(EXECUTIVE, old, "refuse", reason="too much").done
    room.firm.passes(MINUTE)
    asked_for(room, "900")
    room.firm.passes(MINUTE)
    answer = room.press(EXECUTIVE, old, "grant")
    assert not answer.done
    assert "not what was shown there" in answer.text
    assert (room.case().permission_money, room.case().permission_granted) == (900, None)


def test_a_request_that_climbs_is_still_the_same_and_whoever_was_asked_first_answers_it() -> None:
    room = owned_room()
    assert room.press(OWNER, room.card(), "permission", reason="a call by the manager").done
    first = str(room.case().permission_of)
    old = room.page(first)
    room.firm.passes(MINUTE * 8)
    assert room.case().permission_of not in (None, first)
    assert room.press(first, old, "grant").done
    assert room.case().permission_of is None


def test_a_button_confirms_no_other_hide_than_the_one_it_stood_under() -> None:
    room = owned_room()
    old = said_hid(room)
    assert room.press(LEAD, old, "refuse-hid", reason="it was a question").done
    room.firm.passes(MINUTE)
    new = said_hid(room)
    answer = room.press(LEAD, old, "confirm-hid")
    assert not answer.done
    assert "not what was shown there" in answer.text
    assert room.case().hid_of == LEAD
    assert room.press(LEAD, new, "confirm-hid").done


def test_a_button_takes_over_no_other_hand_over_than_the_one_it_stood_under() -> None:
    room = owned_room()
    old = offered(room)
    assert room.press(FIRST, old, "decline", reason="not mine").done
    room.firm.passes(MINUTE)
    new = offered(room)
    answer = room.press(FIRST, old, "accept")
    assert not answer.done
    assert "not what was shown there" in answer.text
    assert room.press(FIRST, new, "accept").done


def test_an_answer_in_words_is_for_the_request_that_was_shown_when_it_began() -> None:
    room = ChatRoom(forms=False)
    room.complain()
    room.press(OWNER, room.page(), "ack")
    page = asked_for(room, "90")
    assert "Why?" in room.press(EXECUTIVE, page, "refuse").text
    assert room.press(EXECUTIVE, page, "grant").done
    room.firm.passes(MINUTE)
    asked_for(room, "900")
    answer = room.write(EXECUTIVE, "too much")
    assert not answer.done
    assert "not what was shown there" in answer.text
    assert room.write(EXECUTIVE, "refuse 1 too much").done, "by its number it is what is asked now"


def test_a_reaction_answers_what_was_shown_and_not_what_is_only_about_to_be() -> None:
    room = owned_room()
    old = asked_for(room, "90")
    with room.firm.house.store.borrow() as desk:
        find = "select receipt from messages where key = ?"
        ref = str(desk.connection.execute(find, (old.key,)).fetchone()[0])
    assert room.press(EXECUTIVE, old, "refuse", reason="too much").done
    room.firm.passes(MINUTE)
    room.chat.state = "down"
    asked_for(room, "900")
    room.firm.passes(MINUTE * 3)
    tick = Incoming("tick", (f"{EXECUTIVE}@chat",), ref=ref, sign="✅")
    assert not room.answering.take(tick).done
    assert room.case().permission_granted is None
    room.chat.state = "up"
    room.firm.passes(MINUTE * 6)
    again = Incoming("tick again", (f"{EXECUTIVE}@chat",), ref=ref, sign="✅")
    assert room.answering.take(again).done
    assert room.case().permission_granted == 900
