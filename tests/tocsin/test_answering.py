"""What people press and write in a chat: once, by whom it is known, and on what was shown."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from config.settings import Band
from escalation import buttons
from escalation.channel import Capabilities, Message, Purpose, Receipt
from escalation.conversation import Answer, Incoming
from escalation.decision import ENGINE, Action, TimerKind, Verb
from escalation.subject import Case, Ref
from tests.firm import (
    EXECUTIVE,
    FIRST,
    LEAD,
    NOON,
    OWNER,
    PRESS,
    SECOND,
    FakeChannel,
    Firm,
    complain,
    open_firm,
)
from tests.hostile import OWN
from tocsin import chat_reading
from tocsin.aging import age_out
from tocsin.answering import Answering
from tocsin.clock import VirtualClock
from tocsin.store.handles import KEPT

MINUTE = timedelta(minutes=1)
CAPABLE = Capabilities(
    update=True, thread=True, buttons=True, two_way=True, forms=True, confirms=True
)


@dataclass
class ChatRoom:
    """A firm whose chat has buttons, and people who press them."""

    forms: bool = True
    firm: Firm = field(init=False)
    chat: FakeChannel = field(init=False)
    pressed: int = 0

    def __post_init__(self) -> None:
        clock = VirtualClock(NOON)
        can = replace(CAPABLE, forms=self.forms, confirms=self.forms)
        self.chat = FakeChannel(clock, capabilities=can)
        self.firm = open_firm(
            None, clock=clock, channels={"chat": self.chat, "mail": FakeChannel(clock)}
        )

    @property
    def answering(self) -> Answering:
        return Answering(self.firm.house, "chat", self.chat.capabilities)

    def complain(self, number: int = 1, **more: object) -> int:
        case = complain(self.firm, number, **more)  # type: ignore[arg-type]
        self.firm.passes(MINUTE * 6 if more.get("band") is Band.P3 else timedelta())
        return case

    def page(self, person: str = OWNER) -> Message:
        return self.chat.pages(f"{person}@chat")[-1]

    def card(self) -> Message:
        cards = [m for _, m in self.chat.taken if m.purpose is Purpose.CARD]
        shown = [m for m in self.chat.updated if m.purpose is Purpose.CARD]
        return (shown or cards)[-1]

    def press(
        self,
        person: str,
        message: Message,
        verb: str,
        *,
        once: str | None = None,
        **values: str,
    ) -> Answer:
        self.pressed += 1
        answer = self.answering.take(
            Incoming(
                once or f"press {self.pressed}",
                (f"{person}@chat",),
                verb=verb,
                token=message.token,
                values=values,
                is_filled=bool(values),
            )
        )
        self.firm.settle()
        return answer

    def write(self, person: str, text: str, ref: str = "") -> Answer:
        self.pressed += 1
        answer = self.answering.take(
            Incoming(f"words {self.pressed}", (f"{person}@chat",), text=text, ref=ref)
        )
        self.firm.settle()
        return answer

    def case(self, number: int = 1) -> Case:
        with self.firm.house.store.borrow() as desk:
            found = desk.subject(Ref("case", number))
        assert isinstance(found, Case)
        return found

    def entries(self) -> list[tuple[str, str | None]]:
        with self.firm.house.store.borrow() as desk:
            history = desk.history("case:1")
        return [(one["event"], one["facts"].get("via")) for one in history]


def owned_room() -> ChatRoom:
    room = ChatRoom()
    room.complain()
    assert room.press(OWNER, room.page(), "ack").done
    return room


def verbs(message: Message) -> list[str]:
    return [button.verb for button in message.buttons]


# -------------------------------------------------------------------------- what is offered
def test_a_page_offers_to_acknowledge_first_and_says_no_command() -> None:
    room = ChatRoom()
    room.complain()
    assert verbs(room.page())[0] == "ack"
    assert not any("tocsin cases" in line for line in room.page().lines)


def test_a_channel_without_buttons_is_told_the_command() -> None:
    room = ChatRoom()
    room.complain(band=Band.STORM)  # on two channels
    by_mail = room.firm.channels["mail"].pages()[-1]
    assert not by_mail.buttons
    assert any("tocsin cases ack 1" in line for line in by_mail.lines)


def test_who_is_asked_again_is_reminded_under_the_first_page_and_called_by_name() -> None:
    room = ChatRoom()
    room.complain()
    room.firm.passes(timedelta(hours=2))
    asked = room.chat.pages(f"{EXECUTIVE}@chat")
    assert len(asked) > 1
    first, *others = asked
    assert first.under is None
    assert all(one.under is not None and one.mention and not one.buttons for one in others)


# ---------------------------------------------------------------------------- pressing
def test_a_press_acknowledges_and_the_card_shows_who_did_it() -> None:
    room = ChatRoom()
    room.complain()
    answer = room.press(OWNER, room.page(), "ack")
    assert answer.done
    assert room.case().acked_by == OWNER
    assert ("acknowledged", "chat") in room.entries()
    assert any(f"acknowledged by {OWNER} (chat)" in step for step in room.card().trail)


def test_the_page_that_was_answered_loses_its_button_at_once() -> None:
    room = ChatRoom()
    room.complain()
    room.press(OWNER, room.page(), "ack")
    shown = [m for m in room.chat.updated if m.purpose is Purpose.PAGE][-1]
    assert "ack" not in verbs(shown)
    assert "Next: olwyn has acknowledged" in " ".join(shown.lines)


def test_the_same_press_five_times_is_done_once() -> None:
    room = ChatRoom()
    room.complain()
    page = room.page()
    done = [room.press(OWNER, page, "ack", once="one").done for _ in range(5)]
    assert done == [True, False, False, False, False]
    assert [event for event, _ in room.entries()].count("acknowledged") == 1


@pytest.mark.parametrize("who", [(), ("",), ("mallory@chat",), ("olwyn@mail",), ("olwyn",)])
def test_whoever_is_not_declared_there_can_do_nothing_and_is_told(who: tuple[str, ...]) -> None:
    room = ChatRoom()
    room.complain()
    answer = room.answering.take(Incoming("1", who, verb="ack", token=room.page().token))
    assert not answer.done
    assert "does not know you here" in answer.text
    assert room.case().acked_by is None


def test_whoever_is_declared_by_mail_alone_is_told_why_it_does_not_count() -> None:
    room = ChatRoom()
    answer = room.answering.take(Incoming("1", ("U1",), text="cases", unvouched="the sea is wide"))
    assert 'to = "U1"' in answer.text
    assert answer.text.endswith(
        "Mail addresses that are declared for people do not count here now, because the sea is "
        "wide."
    )


def test_where_nobody_is_declared_by_mail_nothing_is_said_of_it() -> None:
    room = ChatRoom()
    here = replace(room.answering, channel="elsewhere")
    answer = here.take(Incoming("1", ("U1",), text="cases", unvouched="the sea is wide"))
    assert "does not know you here" in answer.text
    assert "Mail" not in answer.text


def test_whoever_may_be_one_of_ours_is_told_each_time_that_nothing_was_done() -> None:
    room = ChatRoom()
    said = [
        room.answering.take(Incoming(str(n), ("U1",), text="cases", unsure=True)).text
        for n in range(3)
    ]
    assert (
        said
        == ["It could not be told in time who you are, so nothing was done. Please do it again."]
        * 3
    )
    here = replace(room.answering, channel="elsewhere")
    assert here.take(Incoming("9", ("U1",), text="cases", unsure=True)).text.startswith("Tocsin")


def test_a_second_person_is_told_who_was_first() -> None:
    room = ChatRoom()
    room.complain()
    page = room.page()
    room.press(OWNER, page, "ack")
    answer = room.press(FIRST, page, "ack")
    assert not answer.done
    assert OWNER in answer.text


def test_a_token_of_another_channel_or_of_nothing_presses_nothing() -> None:
    room = ChatRoom()
    room.complain()
    elsewhere = Answering(room.firm.house, "mail", CAPABLE)
    press = Incoming("1", (f"{OWNER}@mail",), verb="ack", token=room.page().token)
    assert "older than what Tocsin remembers" in elsewhere.take(press).text
    unknown = Incoming("2", (f"{OWNER}@chat",), verb="ack", token="0" * 32)
    assert "older than what Tocsin remembers" in room.answering.take(unknown).text
    assert room.case().acked_by is None


def test_a_press_on_what_was_asked_anew_since_is_refused() -> None:
    room = ChatRoom()
    room.complain()
    old = room.page()
    room.press(OWNER, old, "ack")
    room.press(LEAD, room.card(), "wrong-team", to="tech", reason="the app crashes")
    answer = room.press(OWNER, old, "ack")
    assert not answer.done
    assert "asked anew since" in answer.text


# ------------------------------------------------------------------------------- forms
def test_a_hand_over_asks_first_and_is_done_with_what_was_filled_in() -> None:
    room = ChatRoom()
    room.complain()
    room.press(OWNER, room.page(), "ack")
    asked = room.press(OWNER, room.card(), "handoff")
    assert asked.form is not None
    assert [one.name for one in asked.form.fields] == ["to", "reason", "told"]
    assert OWNER not in [value for value, _ in asked.form.fields[0].choices]
    done = room.press(
        OWNER, room.card(), "handoff", to=FIRST, reason="knows it", told="we look into it"
    )
    assert done.done
    assert room.case().offered_to == FIRST


def test_a_form_with_mistakes_comes_back_with_what_was_typed() -> None:
    room = ChatRoom()
    room.complain()
    answer = room.press(OWNER, room.page(), "snooze", wait="soon", reason="waiting for parts")
    assert answer.form is not None
    assert set(answer.form.wrong) == {"wait"}
    assert {one.name: one.known for one in answer.form.fields}["reason"] == "waiting for parts"
    assert room.case().state == "new"


def test_one_click_says_that_it_is_no_complaint_and_is_kept_as_a_label() -> None:
    room = ChatRoom()
    room.complain(band=Band.P3)
    answer = room.press(OWNER, room.page(), "not-a-complaint")
    assert answer.done, answer.text
    assert room.case().close_reason == "dismissed"
    with room.firm.house.store.borrow() as desk:
        labels = desk.connection.execute("select kind, value, person from labels").fetchall()
    assert [tuple(one) for one in labels] == [("complaint", "false", OWNER)]


# ------------------------------------------------------------------------------- words
def test_where_there_are_no_forms_everything_is_asked_one_by_one() -> None:
    room = ChatRoom(forms=False)
    room.complain()
    room.press(OWNER, room.page(), "ack")
    assert "To whom?" in room.press(OWNER, room.card(), "handoff").text
    assert "Choose one of" in room.write(OWNER, "nobody").text
    assert "Why?" in room.write(OWNER, f"@{FIRST}").text
    assert "told?" in room.write(OWNER, "knows it better").text
    assert room.write(OWNER, "nothing").done
    assert room.case().offered_to == FIRST


def test_an_answer_can_be_called_off() -> None:
    room = ChatRoom(forms=False)
    room.complain()
    room.press(OWNER, room.page(), "ack")
    room.press(OWNER, room.card(), "snooze")
    assert room.write(OWNER, "cancel").text == "Case 1 is left as it was."
    assert "Write `cases`" in room.write(OWNER, "2h").text


def test_a_command_of_one_line_does_it_all() -> None:
    room = ChatRoom()
    room.complain()
    assert room.write(OWNER, "ack 1").done
    assert room.write(OWNER, "snooze 1 2h waiting for parts").done
    assert room.case().state == "snoozed"


def test_words_under_a_message_are_a_note_and_a_command_there_needs_no_number() -> None:
    room = ChatRoom()
    room.complain()
    assert room.write(OWNER, "ack", ref="at 1").done
    assert room.write(OWNER, "the courier has it since Monday", ref="at 1").done
    assert [event for event, _ in room.entries()][-1] == "noted"


def test_a_reaction_means_what_its_button_means_and_others_mean_nothing() -> None:
    room = ChatRoom()
    room.complain()
    wave = Incoming("1", (f"{OWNER}@chat",), ref="at 1", sign="👋")
    assert room.answering.take(wave) == Answer()
    tick = Incoming("2", (f"{OWNER}@chat",), ref="at 1", sign="✅\ufe0f")
    assert room.answering.take(tick).done
    assert room.case().acked_by == OWNER


def test_my_cases_and_my_absence_are_commands() -> None:
    room = ChatRoom()
    room.complain()
    assert room.write(OWNER, "cases").text.startswith("case 1 · ")
    assert room.write(OWNER, "away until 18:00").done
    assert room.case().owner != OWNER
    assert room.write(OWNER, "cases").text == "Nothing is open with you."
    assert room.write(OWNER, "back").done
    assert "never away" in room.write(EXECUTIVE, "away until 18:00").text


@pytest.mark.parametrize("line", OWN.values(), ids=OWN.keys())
def test_hostile_words_are_answered_and_change_nothing(line: str) -> None:
    room = ChatRoom()
    room.complain()
    answer = room.answering.take(Incoming("x", (f"{OWNER}@chat",), text=line))
    assert not answer.done
    assert room.case().acked_by is None


def labels(room: ChatRoom) -> list[tuple[str, str, str]]:
    with room.firm.house.store.borrow() as desk:
        rows = desk.connection.execute("select kind, value, person from labels order by kind")
        return [tuple(one) for one in rows.fetchall()]


def test_wrong_team_teaches_whose_work_it_is_by_a_press_as_by_the_command() -> None:
    room = ChatRoom()
    room.complain(band=Band.P3)
    asked = room.press(OWNER, room.page(), "wrong-team")
    assert asked.form is not None
    assert [value for value, _ in asked.form.fields[0].choices] == ["tech", "media"]
    done = room.press(OWNER, room.page(), "wrong-team", to="tech", reason="wrong team")
    assert done.done, done.text
    assert room.case().team == "tech"
    by_press = labels(room)
    assert by_press == [("team", "tech", OWNER)]
    other = ChatRoom()
    other.complain(band=Band.P3)
    reroute = Action(Verb.REROUTE, OWNER, "tech", reason="wrong team")
    why = other.firm.write(
        lambda desk: other.firm.house.engine.act(desk, Ref("case", 1), reroute, other.firm.now)
    )
    assert why is None
    assert labels(other) == by_press


# ------------------------------------------------------------------------------- hidden
HID = {"what": "deleted", "why": "spam", "link": "https://example.com/p/1", "to": LEAD}


def test_what_was_hidden_is_asked_for_and_a_second_person_answers_by_a_press() -> None:
    room = ChatRoom()
    room.complain()
    room.press(OWNER, room.page(), "ack")
    asked = room.press(OWNER, room.card(), "hid")
    assert asked.form is not None
    assert [one.name for one in asked.form.fields] == ["what", "why", "link", "to"]
    assert OWNER not in [value for value, _ in asked.form.fields[3].choices]
    assert room.press(OWNER, room.card(), "hid", **HID).done
    assert any(f"deleted by {OWNER} (chat)" in step for step in room.card().trail)
    page = room.page(LEAD)
    assert verbs(page) == ["confirm-hid", "refuse-hid"]
    assert any("Where: https://example.com/p/1" in line for line in page.lines)
    not_they = room.press(OWNER, page, "confirm-hid")
    assert not not_they.done
    assert "nobody confirms what they hid themselves" in not_they.text
    assert room.press(LEAD, page, "confirm-hid").done
    assert any(f"confirmed as right by {LEAD} (chat)" in step for step in room.card().trail)
    assert "confirm-hid" not in verbs(room.chat.updated[-1])


def test_whoever_is_asked_says_why_it_was_not_right() -> None:
    room = ChatRoom(forms=False)
    room.complain()
    room.press(OWNER, room.page(), "hid", **HID)
    assert "Why?" in room.press(LEAD, room.page(LEAD), "refuse-hid").text
    assert room.write(LEAD, "it was a question").done
    assert room.entries()[-1] == ("hid_refused", "chat")


def test_criticism_is_no_reason_to_hide_and_a_chat_says_so() -> None:
    room = ChatRoom()
    room.complain()
    again = room.press(OWNER, room.page(), "hid", **{**HID, "why": "criticism"})
    assert again.form is not None
    assert "criticism is no reason: it is answered, not hidden" in again.form.wrong["why"]
    assert room.write(OWNER, "hid 1 deleted").text.startswith(
        "Case 1, we hid or deleted: Why? One of: spam, personal-data"
    )
    assert "criticism is no reason" in room.write(OWNER, "they were rude").text
    assert room.case().hid_of is None


def test_a_closed_case_offers_to_say_that_something_was_hidden() -> None:
    room = ChatRoom()
    room.complain(band=Band.P3)
    room.press(OWNER, room.page(), "not-a-complaint")
    assert verbs(room.card()) == ["reopen", "hid"]
    assert room.press(OWNER, room.card(), "hid", **HID).done
    assert room.press(LEAD, room.page(LEAD), "confirm-hid").done


# ------------------------------------------------------------- who, where and when, of all
ACCOUNT = {"cause": "care", "cost": "1", "money": "0", "done": "refunded", "done_for_rest": "told"}
OFFER = {"to": FIRST, "reason": "knows it", "told": "nothing"}
WHY = {"reason": "because"}
Did = tuple[str, str, dict[str, str]]  # who, what, with what
TAKEN: Did = (OWNER, "ack", {})
OFFERED: Did = (OWNER, "handoff", OFFER)
ASKED: Did = (OWNER, "permission", {"money": "90", "reason": "a refund"})
SAID_HID: Did = (OWNER, "hid", HID)
# What was done before, and what is done, to which subject, number 1.
EVERY: tuple[tuple[str, tuple[Did, ...], Did], ...] = (
    ("case", (), TAKEN),
    ("case", (), (SECOND, "claim", {})),
    ("case", (TAKEN,), OFFERED),
    ("case", (TAKEN, OFFERED), (FIRST, "accept", {})),
    ("case", (TAKEN, OFFERED), (FIRST, "decline", WHY)),
    ("case", (TAKEN,), (OWNER, "snooze", {"wait": "2h", "reason": "parts"})),
    ("case", (TAKEN,), (OWNER, "replied", {"link": "https://example.com/r"})),
    ("case", (TAKEN,), ASKED),
    ("case", (TAKEN, ASKED), (EXECUTIVE, "grant", {})),
    ("case", (TAKEN, ASKED), (EXECUTIVE, "refuse", WHY)),
    ("case", (TAKEN,), (OWNER, "resolve", ACCOUNT)),
    ("case", ((LEAD, "not-a-complaint", {}),), (OWNER, "reopen", WHY)),
    ("case", (), (LEAD, "not-a-complaint", {})),
    ("case", (), (LEAD, "not-us", {})),
    ("case", (), (LEAD, "spam", {})),
    ("case", (), (LEAD, "withdrawn", WHY)),
    ("case", (), (OWNER, "wrong-team", {"to": "tech", "reason": "the app"})),
    ("case", (), (OWNER, "escalate", WHY)),
    ("case", (TAKEN,), (OWNER, "note", WHY)),
    ("case", (), SAID_HID),
    ("case", (SAID_HID,), (LEAD, "confirm-hid", {})),
    ("case", (SAID_HID,), (LEAD, "refuse-hid", WHY)),
    ("incident", ((PRESS, "ack", {}),), (PRESS, "update", {**WHY, "link": "https://a.example"})),
    ("incident", ((PRESS, "ack", {}),), (PRESS, "contain", {})),
    ("incident", ((PRESS, "ack", {}),), (PRESS, "note", WHY)),
    ("incident", (), (PRESS, "dismiss", WHY)),
    ("fault", (), TAKEN),
    ("fault", (TAKEN,), (OWNER, "resolve", WHY)),
)


def card_of(room: ChatRoom, kind: str) -> Message:
    cards = [*(m for _, m in room.chat.taken), *room.chat.updated]
    return [m for m in cards if m.purpose is Purpose.CARD and m.subject == f"{kind} 1"][-1]


def with_all_three() -> ChatRoom:
    room = ChatRoom()
    room.complain(topic=None)
    engine, now = room.firm.house.engine, room.firm.now
    declared = Action(Verb.DECLARE, PRESS, reason="news")
    room.firm.write(lambda desk: engine.fault(desk, "source:x", "deaf", now))
    room.firm.write(lambda desk: engine.declare(desk, "Bolt Works", declared, now))
    room.firm.passes(MINUTE * 6)
    return room


@pytest.mark.parametrize(
    ("kind", "before", "deed"), EVERY, ids=[f"{kind} {deed[1]}" for kind, _, deed in EVERY]
)
def test_whatever_is_done_in_a_chat_is_in_the_ledger_with_who_where_and_when(
    kind: str, before: tuple[Did, ...], deed: Did
) -> None:
    room = with_all_three()
    for who, verb, values in before:
        done = room.press(who, card_of(room, kind), verb, **values)
        assert done.done, done.text
    room.firm.clock.move_to(room.firm.now + timedelta(seconds=7))
    at, (who, verb, values) = room.firm.now, deed
    done = room.press(who, card_of(room, kind), verb, **values)
    if not done.done and done.form is not None:
        pytest.fail(f"more is asked: {done.form.wrong}")
    assert done.done, done.text
    with room.firm.house.store.borrow() as desk:
        by_hand = [one for one in desk.history(f"{kind}:1") if one["actor"] != ENGINE]
    newest = by_hand[-1]
    assert (newest["actor"], newest["facts"]["via"], newest["at"]) == (who, "chat", at)


def test_every_verb_that_a_chat_has_is_tried() -> None:
    offered = {
        button.verb
        for table in (buttons._CASE, buttons._INCIDENT, buttons._FAULT)
        for some in table.values()
        for button in some
    }
    assert {deed[1] for _, _, deed in EVERY} == offered | set(chat_reading.VERBS)


def test_a_form_with_more_fields_than_the_channel_can_show_is_asked_for_in_words() -> None:
    room = owned_room()
    for most, is_shown in ((3, True), (2, False)):
        can = replace(CAPABLE, max_fields=most)
        press = Incoming(f"{most}", (f"{OWNER}@chat",), verb="handoff", token=room.card().token)
        answer = Answering(room.firm.house, "chat", can).take(press)
        assert (answer.form is not None) is is_shown
        assert answer.asks is not is_shown
        assert answer.text.startswith("Case 1, hand over: To whom?") is not is_shown


def dues_of_the_storm(room: ChatRoom) -> dict[TimerKind, datetime]:
    with room.firm.house.store.borrow() as desk:
        return dict(desk.dues(Ref("incident", 1)))


def test_talk_under_a_storm_is_a_note_and_no_update_for_the_public() -> None:
    room = with_all_three()
    assert room.press(PRESS, card_of(room, "incident"), "ack").done
    before = dues_of_the_storm(room)
    room.firm.passes(MINUTE * 5)
    with room.firm.house.store.borrow() as desk:
        find = "select receipt from messages where kind = 'incident' and purpose = 'card'"
        ref = str(desk.connection.execute(find).fetchone()[0])
    said = room.write(PRESS, "The carrier says tomorrow", ref=ref)
    assert said.done, said.text
    assert "has added a note" in said.text
    after = dues_of_the_storm(room)
    assert after[TimerKind.UPDATE] == before[TimerKind.UPDATE]
    assert after[TimerKind.HOLD] > before[TimerKind.HOLD], "it is progress"
    with room.firm.house.store.borrow() as desk:
        newest = desk.history("incident:1")[-1]
    assert (newest["event"], newest["note"]) == ("commented", "The carrier says tomorrow")
    update = room.write(PRESS, "update incident 1 https://a.example we know and refund", ref=ref)
    assert update.done, update.text
    assert dues_of_the_storm(room)[TimerKind.UPDATE] > before[TimerKind.UPDATE]
    replies = [m.headline for _, m in room.chat.taken if m.purpose is Purpose.REPLY]
    assert replies[-2:] == [f"Note by {PRESS}", f"Public update, says {PRESS}"]


def test_talk_under_a_storm_that_was_told_of_reminds_nobody_of_progress() -> None:
    room = with_all_three()
    assert room.press(PRESS, card_of(room, "incident"), "ack").done
    assert room.write(PRESS, "update incident 1 we know and refund").done
    assert TimerKind.HOLD not in dues_of_the_storm(room)
    assert room.write(PRESS, "note incident 1 the carrier says tomorrow").done
    assert TimerKind.HOLD not in dues_of_the_storm(room)


@pytest.mark.parametrize(
    "sentence",
    [
        "Done the first call, I try again at noon",
        "Close to a solution, customer calls tomorrow",
        "Close 2 of the 3 tickets tomorrow",
        "Reply is being drafted by legal",
        "resolve this when the refund is out",
        "Escalate now? I would wait.",
        "Dismiss that thought, she is right",
        "Mine says the same",
    ],
)
def test_a_sentence_that_begins_like_a_command_is_a_note(sentence: str) -> None:
    room = ChatRoom()
    room.complain()
    room.press(OWNER, room.page(), "ack")
    before = room.case().state
    assert room.write(OWNER, sentence, ref="at 1").done
    assert room.case().state == before
    assert room.entries()[-1][0] == "noted"


def many(room: ChatRoom) -> Message:
    """Thirty-five cases at once: the message that shows most of them."""
    for number in range(1, 36):
        complain(room.firm, number, f"author-{number}")
    room.firm.passes(timedelta(minutes=3))
    pages = [*room.chat.pages(f"{OWNER}@chat"), *room.chat.updated]
    bundles = (m for m in pages if m.subject.startswith("cases "))
    return max(bundles, key=lambda m: m.subject.count(","))


def test_under_a_message_of_several_only_acknowledge_is_a_word() -> None:
    room = ChatRoom()
    bundle = many(room)
    with room.firm.house.store.borrow() as desk:
        ref = desk.connection.execute(
            "select receipt from messages where key = ?", (bundle.key,)
        ).fetchone()[0]
    answer = room.write(OWNER, "resolve", ref=ref)
    assert not answer.done
    assert "only `ack`" in answer.text
    assert room.write(OWNER, "ack", ref=ref).done


def test_all_is_what_the_message_showed_and_no_more() -> None:
    room = ChatRoom()
    bundle = many(room)
    shown = {int(number) for number in bundle.subject.removeprefix("cases ").split(", ")}
    assert len(shown) == 20
    with room.firm.house.store.borrow() as desk:
        handle = desk.handle(bundle.token, room.firm.now)
    assert handle is not None
    assert {one.ref.number for one in handle.about} == shown


def test_a_token_that_is_unknown_presses_nothing_of_what_stands_there_now() -> None:
    room = ChatRoom()
    room.complain()
    press = Incoming("1", (f"{OWNER}@chat",), verb="ack", token="0" * 32, ref="at 1")
    assert not room.answering.take(press).done
    assert room.case().acked_by is None


def test_a_whole_command_is_no_answer_to_what_was_asked_before() -> None:
    room = ChatRoom(forms=False)
    room.complain(1)
    room.complain(2, author="lu")
    room.press(OWNER, room.page(), "escalate")
    assert room.write(OWNER, "ack 2").done
    assert room.case(2).acked_by == OWNER


# ------------------------------------------------------------------- sent, pruned, handed on
@dataclass
class Answered(FakeChannel):
    """Somebody acknowledges while the page is still being sent."""

    meanwhile: Callable[[], None] = lambda: None

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        if message.purpose is Purpose.PAGE:
            self.meanwhile()
        return super().deliver(message, deadline=deadline)


def test_what_is_acknowledged_while_it_is_sent_is_shown_so() -> None:
    clock = VirtualClock(NOON)
    chat = Answered(clock, capabilities=CAPABLE)
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})
    act = Action(Verb.ACK, OWNER)

    def acknowledge() -> None:
        firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), act, firm.now))

    chat.meanwhile = acknowledge
    complain(firm, 1)
    firm.settle()
    shown = [m for m in chat.updated if m.purpose is Purpose.PAGE]
    assert shown, "the page shows for ever that it is asked for"
    assert "ack" not in verbs(shown[-1])


@dataclass
class Reacted(FakeChannel):
    """Its buttons are reactions, and somebody is quick."""

    quick: Callable[[str, Message], None] = lambda ref, message: None

    def react(self, ref: str, message: Message, *, deadline: float) -> None:
        self.quick(ref, message)


def test_a_reaction_is_known_before_the_others_stand_beside_it() -> None:
    clock = VirtualClock(NOON)
    chat = Reacted(clock, capabilities=CAPABLE)
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})
    answers: list[Answer] = []

    def tick(ref: str, message: Message) -> None:
        if message.purpose is Purpose.PAGE:
            given = Incoming(f"tick {ref}", (f"{OWNER}@chat",), ref=ref, sign="✅")
            answers.append(Answering(firm.house, "chat", CAPABLE).take(given))

    chat.quick = tick
    complain(firm, 1)
    firm.settle()
    assert [one.done for one in answers] == [True]


def test_a_channel_whose_reactions_fail_has_sent_its_message_and_stops_no_other() -> None:
    clock = VirtualClock(NOON)
    chat = Reacted(clock, capabilities=CAPABLE)
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})

    def fail(ref: str, message: Message) -> None:
        raise ZeroDivisionError

    chat.quick = fail
    complain(firm, 1)
    firm.passes(MINUTE * 4)
    assert sorted(message.purpose for _, message in chat.taken) == ["card", "page"]


def test_what_nobody_will_press_any_more_is_forgotten() -> None:
    room = ChatRoom()
    room.complain()
    token, store = room.page().token, room.firm.house.store
    with store.borrow() as desk:
        assert desk.handle(token, room.firm.now) is not None
    later = room.firm.now + timedelta(days=100)
    age_out(store, room.firm.now, later)
    with store.borrow() as desk:
        assert desk.handle(token, room.firm.now) is None


def test_what_is_too_old_to_be_remembered_presses_nothing_though_it_is_not_yet_forgotten() -> None:
    room = ChatRoom()
    room.complain()
    page = room.page()
    room.firm.clock.move_to(room.firm.now + KEPT + MINUTE)
    by_token = Incoming("1", (f"{OWNER}@chat",), verb="ack", token=page.token)
    by_receipt = Incoming("2", (f"{OWNER}@chat",), verb="ack", ref="at 1")
    for press in (by_token, by_receipt):
        assert "older than what Tocsin remembers" in room.answering.take(press).text
    reaction = Incoming("3", (f"{OWNER}@chat",), sign="✅", ref="at 1")
    assert room.answering.take(reaction) == Answer()
    assert room.case().acked_by is None


def test_which_presses_were_done_is_kept_as_long_as_what_was_pressed_and_no_longer() -> None:
    room = ChatRoom()
    room.complain()
    room.press(OWNER, room.page(), "ack", once="one")
    store, at = room.firm.house.store, room.firm.now

    def kept() -> int:
        with store.borrow() as desk:
            return int(desk.connection.execute("select count(*) from acted").fetchone()[0])

    before = kept()
    age_out(store, at, at + KEPT)
    assert kept() == before > 0
    age_out(store, at, at + KEPT + MINUTE)
    assert kept() == 0


def test_what_is_shown_can_be_pressed_however_often_it_could_not_be_shown_anew() -> None:
    room = owned_room()
    card = room.card()
    room.chat.state = "down"
    for number in range(5):
        room.write(OWNER, f"note 1 try {number}")
        room.firm.passes(MINUTE * 2)
    assert room.press(OWNER, card, "note", reason="they rang").done


def test_a_pager_is_handed_each_message_and_none_joins_another() -> None:
    clock = VirtualClock(NOON)
    pager = FakeChannel(clock, capabilities=Capabilities(update=True, pager=True))
    firm = open_firm(None, clock=clock, channels={"chat": pager, "mail": FakeChannel(clock)})
    for number in range(1, 9):
        complain(firm, number, f"author-{number}", band=Band.P2)
        firm.passes(MINUTE)
    firm.passes(MINUTE * 9)
    with firm.house.store.borrow() as desk:
        carried = desk.connection.execute(
            "select distinct receipt_key from messages where channel = 'chat' "
            "and purpose = 'page' and state = 'sent'"
        ).fetchall()
        said = desk.connection.execute(
            "select count(*) from messages where channel = 'chat' and purpose = 'page' "
            "and state = 'sent' and sent_at > (select sent_at from messages m "
            "where m.key = messages.receipt_key)"
        ).fetchone()[0]
    assert {row[0] for row in carried} <= {message.key for _, message in pager.taken}
    assert said == 0, "a page joined a message that had left before it"


# -------------------------------------------------------------------------- what is true
def notices(room: ChatRoom, person: str) -> list[str]:
    told = [one for _, one in room.chat.taken if one.purpose is Purpose.NOTICE]
    return [line for one in told if one.to == f"{person}@chat" for line in one.lines]


def test_who_was_asked_hears_that_a_person_let_it_climb_and_not_that_time_was_over() -> None:
    room = ChatRoom()
    room.complain()
    room.firm.passes(MINUTE)
    assert room.press(FIRST, room.card(), "escalate", reason="beyond us").done
    [said, _] = notices(room, OWNER)
    above = room.case().owner
    assert said == f"{FIRST} let it climb before its time: beyond us. {above} is being asked now."


def test_whoever_lets_it_climb_is_not_told_so_once_more() -> None:
    room = ChatRoom()
    room.complain()
    room.firm.passes(MINUTE)
    assert room.press(OWNER, room.page(), "escalate", reason="beyond me").done
    assert notices(room, OWNER) == []


def test_what_a_person_opened_again_is_said_to_be_theirs() -> None:
    room = owned_room()
    assert room.press(LEAD, room.card(), "not-a-complaint").done
    assert room.press(FIRST, room.card(), "reopen", reason="she called").done
    assert any(f"reopened by {FIRST}" in line for line in room.card().lines)
    assert not any("it came back" in line for line in room.card().lines)
