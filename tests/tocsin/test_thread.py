"""What goes into the thread of a card: what happens with its case, and no more than is read."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from config.settings import Band
from escalation.channel import Capabilities, Message, Purpose
from escalation.decision import Action, Verb
from escalation.subject import Ref
from tests.firm import EXECUTIVE, FIRST, NOON, OWNER, PRESS, FakeChannel, Firm, complain, open_firm
from tests.hostile import OWN
from tocsin.aging import age_out
from tocsin.clock import VirtualClock

CAPABLE = Capabilities(update=True, thread=True, buttons=True)
MINUTE = timedelta(minutes=1)
CASE = Ref("case", 1)


@dataclass
class Room:
    """A firm whose room has threads, unless it is told otherwise."""

    can: Capabilities = CAPABLE
    firm: Firm = field(init=False)
    chat: FakeChannel = field(init=False)

    def __post_init__(self) -> None:
        clock = VirtualClock(NOON)
        self.chat = FakeChannel(clock, capabilities=self.can)
        channels = {"chat": self.chat, "mail": FakeChannel(clock)}
        self.firm = open_firm(None, clock=clock, channels=channels)

    def act(self, verb: Verb, by: str, **more: object) -> None:
        action = Action(verb, by, **more)  # type: ignore[arg-type]
        why = self.firm.write(
            lambda desk: self.firm.house.engine.act(desk, CASE, action, self.firm.now)
        )
        assert why is None
        self.firm.settle()

    def opened(self) -> "Room":
        complain(self.firm, 1)
        self.firm.settle()
        return self

    def posts_again(self, number: int = 2, words: str = "") -> None:
        complain(self.firm, number)
        if words:
            with self.firm.house.store.borrow() as desk:
                desk.connection.execute(
                    "update posts set text = ? where native_id = ?", (words, f"native-{number}")
                )
        self.firm.settle()

    def erase(self, number: int) -> None:
        firm = self.firm
        with firm.house.store.borrow() as desk:
            (post,) = desk.connection.execute(
                "select id from posts where native_id = ?", (f"native-{number}",)
            ).fetchone()
        firm.write(lambda desk: desk.erase_post(post, firm.now))
        firm.write(lambda desk: firm.house.pipeline.erased(desk, post, firm.now))
        firm.settle()

    @property
    def said(self) -> list[Message]:
        return [m for _, m in self.chat.taken if m.purpose is Purpose.REPLY]

    @property
    def said_anew(self) -> list[Message]:
        return [m for m in self.chat.updated if m.purpose is Purpose.REPLY]

    def states(self) -> set[str]:
        with self.firm.house.store.borrow() as desk:
            rows = desk.connection.execute("select state from messages where purpose = 'reply'")
            return {row[0] for row in rows.fetchall()}


def test_a_further_post_comes_under_the_card_with_its_words() -> None:
    room = Room().opened()
    card = next(n for n, (_, m) in enumerate(room.chat.taken, 1) if m.purpose is Purpose.CARD)
    room.posts_again()
    (reply,) = room.said
    assert reply.under == f"at {card}"
    assert reply.verbatim is not None
    assert reply.verbatim.text == "zzwords 2"


def test_nobody_is_called_by_name_in_a_thread_and_nothing_is_offered_there() -> None:
    room = Room().opened()
    room.posts_again()
    room.act(Verb.NOTE, OWNER, reason="rang them")
    assert room.said
    assert all(one.mention is None and not one.buttons and not one.link for one in room.said)


def test_a_note_stands_there_with_its_writers_name() -> None:
    room = Room().opened()
    room.act(Verb.NOTE, OWNER, reason="rang them; they wait for a refund")
    (note,) = room.said
    assert note.headline == f"Note by {OWNER}"
    assert note.lines == ("rang them; they wait for a refund",)


def test_what_it_belongs_to_goes_with_it_for_who_reads_it_without_its_thread() -> None:
    room = Room().opened()
    room.posts_again()
    room.act(Verb.NOTE, OWNER, reason="rang them")
    assert len(room.said) == 2
    for reply in room.said:
        assert re.fullmatch(r"Case \d+ \(.*Acme.*\)", reply.about)
        assert reply.about not in reply.headline, "a thread need not say so"


def test_handing_over_is_told_in_one_sentence_each() -> None:
    room = Room().opened()
    room.act(Verb.ACK, OWNER)
    room.act(Verb.HANDOFF, OWNER, to=FIRST, reason="knows the till", told="nothing")
    room.act(Verb.ACCEPT, FIRST)
    assert [one.headline for one in room.said] == [
        f"{OWNER} offers it to {FIRST}.",
        f"{FIRST} has taken it over.",
    ]
    assert not any("knows the till" in line for one in room.said for line in one.lines)


def test_our_public_reply_is_told_when_it_is_seen() -> None:
    room = Room().opened()
    with room.firm.house.store.borrow() as desk:
        case = desk.subject(CASE)
    room.firm.write(
        lambda desk: room.firm.house.engine.brand_replied(
            desk,
            case,  # type: ignore[arg-type]
            room.firm.now,
            room.firm.now,
        )
    )
    room.firm.settle()
    assert [one.headline for one in room.said] == ["Our public reply was seen."]


def test_an_erased_post_leaves_the_thread_as_well() -> None:
    room = Room().opened()
    room.posts_again()
    room.erase(2)
    assert room.said_anew
    assert room.said_anew[-1].verbatim is None
    assert "erased" in room.said_anew[-1].headline


def test_a_note_is_erased_with_the_last_post_of_its_case() -> None:
    room = Room().opened()
    room.act(Verb.NOTE, OWNER, reason="they live in zzstreet")
    room.erase(1)
    assert room.said_anew[-1].lines == ("Its words have been erased.",)


def test_nothing_is_put_where_there_are_no_threads() -> None:
    room = Room(Capabilities(update=True)).opened()
    room.posts_again()
    room.act(Verb.NOTE, OWNER, reason="rang them")
    assert room.said == []
    assert room.states() == {"withdrawn"}


def test_what_happens_before_the_card_has_left_is_on_the_card_alone() -> None:
    room = Room()
    complain(room.firm, 1, band=Band.P2)  # its card waits half a minute for more
    complain(room.firm, 2, band=Band.P2)
    room.firm.passes(5 * MINUTE)
    assert room.said == []
    assert any("2 posts" in m.headline for _, m in room.chat.taken if m.purpose is Purpose.CARD)


def test_words_that_could_not_be_taken_back_are_not_shown() -> None:
    room = Room(Capabilities(thread=True)).opened()
    room.posts_again()
    room.act(Verb.NOTE, OWNER, reason="rang them")
    assert all(one.verbatim is None for one in room.said)
    assert not any("rang them" in line for one in room.said for line in one.lines)
    assert len(room.said) == 2


def test_thirty_an_hour_and_then_one_line_with_the_number_of_the_rest() -> None:
    room = Room().opened()
    for number in range(45):
        room.act(Verb.NOTE, OWNER, reason=f"note {number}")
    assert len(room.said) == 30
    room.firm.clock.move_to(room.firm.now + timedelta(hours=1, minutes=1))
    room.firm.house.delivery.send_due(room.firm.now)
    assert len(room.said) == 31
    assert "15 more things happened" in room.said[-1].headline


def test_after_a_long_outage_the_thread_gets_one_line() -> None:
    room = Room().opened()
    room.chat.state = "down"
    for number in range(12):
        room.act(Verb.NOTE, OWNER, reason=f"note {number}")
    room.firm.clock.move_to(room.firm.now + timedelta(hours=2))
    room.chat.state = "up"
    for _ in range(2):
        room.firm.house.delivery.send_due(room.firm.now)
        room.firm.clock.move_to(room.firm.now + MINUTE)
    assert [one.headline for one in room.said] == [
        "And 12 more things happened; the card shows how it stands."
    ]


@pytest.mark.parametrize("words", OWN.values(), ids=list(OWN))
def test_whatever_is_typed_or_posted_the_thread_goes_on(words: str) -> None:
    room = Room().opened()
    room.posts_again(2, words.encode("utf-8", "replace").decode())
    (reply,) = room.said
    assert len(reply.headline) <= 70
    assert "\n" not in reply.headline


# ------------------------------------------------------------------------------ incidents
STORM = Ref("incident", 1)


def stormy() -> Room:
    """A storm that a person declared, with its card in the room."""
    room = Room().opened()
    firm = room.firm
    declared = Action(Verb.DECLARE, PRESS, reason="news")
    firm.write(lambda desk: firm.house.engine.declare(desk, "Acme", declared, firm.now))
    firm.settle()
    return room


def does(room: Room, verb: Verb, **more: object) -> None:
    firm, action = room.firm, Action(verb, PRESS, **more)  # type: ignore[arg-type]
    assert firm.write(lambda desk: firm.house.engine.act(desk, STORM, action, firm.now)) is None
    firm.settle()


def test_what_happens_with_an_incident_stands_in_the_thread_of_its_card() -> None:
    room = stormy()
    card = next(
        n
        for n, (_, m) in enumerate(room.chat.taken, 1)
        if m.purpose is Purpose.CARD and m.subject == "incident 1"
    )
    does(room, Verb.ACK)
    does(room, Verb.COMMENT, reason="the carrier says tomorrow")
    does(room, Verb.NOTE, reason="https://a.example we know and refund")
    does(room, Verb.CONTAIN, reason="it is quiet")
    said = [one for one in room.said if one.subject == "incident 1"]
    assert {one.under for one in said} == {f"at {card}"}
    assert [(one.headline, one.lines) for one in said] == [
        (f"{PRESS} declared a storm.", ()),
        (f"Note by {PRESS}", ("the carrier says tomorrow",)),
        (f"Public update, says {PRESS}", ("https://a.example we know and refund",)),
        (f"{PRESS} called it contained.", ()),
    ]


def test_what_was_noted_of_an_incident_is_taken_back_when_it_is_erased() -> None:
    room = stormy()
    does(room, Verb.COMMENT, reason="they live in zzstreet")
    does(room, Verb.DISMISS, reason="nothing in it")
    room.firm.clock.move_to(room.firm.now + timedelta(days=1))
    age_out(room.firm.house.store, room.firm.now, room.firm.now)
    room.firm.settle()
    anew = [one for one in room.said_anew if one.headline == f"Note by {PRESS}"]
    assert [one.lines for one in anew] == [("Its words have been erased.",)]


def test_an_answer_to_a_request_says_how_much_it_permits() -> None:
    room = Room().opened()
    room.act(Verb.ACK, OWNER)
    room.act(Verb.PERMISSION, OWNER, money=120, reason="a new pump")
    room.act(Verb.GRANT, EXECUTIVE)
    assert room.said[-1].headline == f"{EXECUTIVE} permits 120 EUR."
    room.act(Verb.PERMISSION, OWNER, money=900, reason="a new kitchen")
    room.act(Verb.REFUSE, EXECUTIVE, reason="too much")
    assert room.said[-1].headline == f"{EXECUTIVE} does not permit 900 EUR."
