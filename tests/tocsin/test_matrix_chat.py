"""From a complaint to a click in Matrix, to the card that says who has it."""

from datetime import timedelta

from escalation.subject import State
from tests.escalation.channels.fake_matrix import ADA, BOB, ME, ROOM, reaction, words
from tests.tocsin.matrix_house import House, open_house


def opened() -> House:
    house = open_house()
    house.complain()
    return house


def test_a_click_on_a_page_acknowledges_and_the_card_says_who_did_it() -> None:
    house = opened()
    [card], [page] = house.events_in(ROOM), house.events_in(house.direct(ADA))
    assert house.server.signs(page)[0] == "✅"
    answer = house.does(ADA, house.direct(ADA), "m.reaction", reaction(page, "✅"))
    assert answer.done
    assert house.case().acked_by == "ada"
    assert "acknowledged by Ada Lovelace (chat)" in house.server.shown(card)["body"]
    assert house.thread(page) == [answer.text]
    assert [one for one in house.server.signs(card) if one == "✅"] == []


def test_a_click_on_the_card_is_as_good() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    assert house.does(BOB, ROOM, "m.reaction", reaction(card, "✅\ufe0f")).done
    assert house.case().acked_by == "bob"


def test_a_stranger_in_the_room_can_do_nothing_and_learns_how_to_be_known() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    mallory = "@mallory:evil.example"
    answer = house.does(mallory, ROOM, "m.room.message", words("ack", root=card))
    assert not answer.done
    assert house.case().acked_by is None
    assert f'to = "{mallory}"' in house.thread(card)[-1]
    assert "tocsin.toml" in house.thread(card)[-1]


def test_a_strangers_clicks_are_not_answered_in_everybodys_room() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    mallory = "@mallory:evil.example"
    for sign in ("✅", "🔀", "💤"):
        assert not house.does(mallory, ROOM, "m.reaction", reaction(card, sign)).done
    assert house.case().acked_by is None
    assert house.thread(card) == []
    answer = house.does(mallory, ROOM, "m.room.message", words("ack", root=card))
    assert "does not know you" in answer.text  # who asks in words is told


def test_who_lost_a_race_is_told_at_once_by_whom_and_under_the_message() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    house.does(ADA, ROOM, "m.reaction", reaction(card, "✅"))
    answer = house.does(BOB, ROOM, "m.reaction", reaction(card, "✅"))
    assert not answer.done
    assert "nothing was done, because Ada Lovelace has it since" in answer.text
    assert house.thread(card)[-1] == answer.text


def test_a_tick_of_whoever_has_it_and_one_that_comes_much_later_are_only_ticks() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    house.does(ADA, ROOM, "m.reaction", reaction(card, "✅"))
    assert house.does(ADA, ROOM, "m.reaction", reaction(card, "✅\ufe0f")).text == ""
    house.firm.passes(timedelta(minutes=11))
    assert house.does(BOB, ROOM, "m.reaction", reaction(card, "✅")).text == ""


def test_what_is_typed_under_the_card_stands_there_once() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    house.does(ADA, ROOM, "m.reaction", reaction(card, "✅"))
    answer = house.does(ADA, ROOM, "m.room.message", words("the courier has it", root=card))
    house.firm.passes(timedelta(minutes=2))
    assert answer.text == "Case 1: noted."
    assert [one for one in house.thread(card) if "courier" in one] == ["the courier has it"]
    assert not any("Note by" in one for one in house.thread(card))


def test_what_is_typed_under_ones_own_page_is_shown_to_the_room() -> None:
    house = opened()
    [card], [page] = house.events_in(ROOM), house.events_in(house.direct(ADA))
    house.does(ADA, ROOM, "m.reaction", reaction(card, "✅"))
    house.does(ADA, house.direct(ADA), "m.room.message", words("he has it", root=page))
    house.firm.passes(timedelta(minutes=2))
    assert any("Note by Ada Lovelace" in one for one in house.thread(card))


def test_a_refused_choice_is_asked_for_once_more_and_said_once() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    house.does(ADA, ROOM, "m.reaction", reaction(card, "✅"))
    house.does(ADA, ROOM, "m.reaction", reaction(card, "🤝"))
    answer = house.does(ADA, ROOM, "m.room.message", words("nobody", root=card))
    assert answer.text.count("bob") == 1
    assert "To whom" not in answer.text


def test_answers_call_people_by_the_names_they_are_known_by() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    acked = house.does(ADA, ROOM, "m.reaction", reaction(card, "✅"))
    assert acked.text.startswith("Case 1: Ada Lovelace has acknowledged it and owns it now")
    house.does(ADA, ROOM, "m.reaction", reaction(card, "💤"))
    house.does(ADA, ROOM, "m.room.message", words("2h", root=card))
    snoozed = house.does(ADA, ROOM, "m.room.message", words("parts", root=card))
    assert "Ada Lovelace has put it off until 2026-11-18 14:00 UTC" in snoozed.text


def test_who_says_that_they_are_away_is_called_by_their_full_name() -> None:
    house = opened()
    away = house.does(ADA, house.direct(ADA), "m.room.message", words("away until 18:00"))
    assert away.text.startswith("Ada Lovelace is away")
    assert "goes to Bob" in away.text
    back = house.does(ADA, house.direct(ADA), "m.room.message", words("back"))
    assert back.text.startswith("Ada Lovelace is")


def test_a_list_says_when_before_it_says_by_then() -> None:
    house = opened()
    listed = house.does(ADA, house.direct(ADA), "m.room.message", words("cases")).text
    assert "2026-11-18 12:05 UTC: acknowledge by then, else Grace Hopper is asked" in listed


def test_what_was_copied_from_an_answer_is_read_as_it_was_meant() -> None:
    house = opened()
    there = house.direct(ADA)
    house.does(ADA, there, "m.room.message", words("ack 1"))
    link = "https∶//x․example∕reply"  # as our encoders write a stranger's
    answer = house.does(ADA, there, "m.room.message", words(f"replied 1 {link}"))
    assert answer.done
    with house.firm.house.store.borrow() as desk:
        assert desk.last_note("case:1", "brand_reply") == "https://x.example/reply"


def test_a_deleted_post_is_said_to_have_been_deleted_by_its_author() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    house.firm.write(lambda desk: desk.erase_post(1, house.firm.now))
    house.firm.write(lambda desk: house.firm.house.pipeline.erased(desk, 1, house.firm.now))
    house.firm.passes(timedelta(minutes=5))
    shown = house.server.shown(card)["body"]
    assert "The post was deleted by its author" in shown
    assert "not shown here" not in shown


def test_what_a_snooze_needs_is_asked_for_in_the_thread() -> None:
    house = opened()
    [card] = house.events_in(ROOM)
    house.does(ADA, ROOM, "m.reaction", reaction(card, "✅"))
    asked = house.does(ADA, ROOM, "m.reaction", reaction(card, "💤"))
    assert "For how long?" in asked.text
    for text in ("2h", "waiting for parts"):
        answer = house.does(ADA, ROOM, "m.room.message", words(text, root=card))
    assert answer.done
    assert house.case().state is State.SNOOZED
    shown = house.server.shown(card)["body"]
    ours = [one for one in house.server.related(card, "m.annotation") if one["sender"] == ME]
    signs = [one["content"]["m.relates_to"]["key"] for one in ours]
    assert signs
    assert all(f"{sign} " in shown for sign in signs)
    assert "put off by Ada Lovelace (chat)" in shown
    assert house.thread(card)[-4:-1:2] == ["2h", "waiting for parts"]


def test_words_in_a_direct_room_are_commands() -> None:
    house = opened()
    answer = house.does(ADA, house.direct(ADA), "m.room.message", words("cases"))
    assert answer.text.startswith("case 1 · ")


def test_who_is_asked_again_is_reminded_in_the_thread_of_the_first_page() -> None:
    house = opened()
    house.firm.passes(timedelta(hours=1))
    page = house.events_in(house.direct("@grace:acme.example"))[0]
    reminders = house.thread(page)
    assert reminders
    assert all("acknowledge" in one for one in reminders)
    assert house.server.signs(page)[0] == "✅"


def test_what_an_author_deletes_is_gone_from_the_room_within_the_hour() -> None:
    house = opened()
    assert "zzwords" in str(house.server.events)

    def erase(desk: object) -> None:
        desk.erase_post(1, house.firm.now)  # type: ignore[attr-defined]

    house.firm.write(erase)
    house.firm.passes(timedelta(minutes=59))
    assert "zzwords" not in str(house.server.events)
    assert "handle-jo" not in str(house.server.events)
