"""Delivery: the urgent goes first, one failure stops nothing else, erased words are taken back."""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from config.settings import Band, Contact, Settings
from escalation.channel import (
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
)
from escalation.decision import Action, Verb
from escalation.desk import Outgoing
from escalation.grouping import BUNDLE_WAIT, MAX_IN_BUNDLE
from escalation.incidents import Spike
from escalation.subject import Ref
from tests import firm as firms
from tests.firm import (
    FIRST,
    NOON,
    OWNER,
    FakeChannel,
    Firm,
    complain,
    new_firm,
    open_firm,
    settings,
)
from tests.tocsin.erased import erase
from tocsin.clock import VirtualClock
from tocsin.delivery import SEND_DEADLINE, Delivery
from tocsin.messages import Messages
from tocsin.store import Unit

S = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def rows(firm: Firm, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    with firm.house.store.borrow() as desk:
        found = desk.connection.execute(f"select {columns} from messages where {where} order by id")
        return [tuple(row) for row in found.fetchall()]


def send(firm: Firm, *channels: str) -> int:
    return firm.house.delivery.send_due(firm.now, channels or None)


def later(firm: Firm, wait: timedelta) -> None:
    """Time passes and messages are sent, but no wait of the engine ends."""
    firm.clock.move_to(firm.now + wait)
    send(firm)


@dataclass
class Counting(FakeChannel):
    """Says what it was asked to do, and fails with what it is given."""

    error: Exception | None = None
    asked: list[tuple[datetime, Message]] = field(default_factory=list)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        self.asked.append((self.clock.now(), message))
        if self.error is not None:
            raise self.error
        return super().deliver(message, deadline=deadline)


def firm_with(**chat: Any) -> tuple[Firm, Counting]:
    clock = VirtualClock(NOON)
    counting = Counting(clock, **chat)
    channels: dict[str, FakeChannel] = {"chat": counting, "mail": FakeChannel(clock)}
    return open_firm(None, clock=clock, channels=channels), counting


# ------------------------------------------------------------------------------- order
def test_pages_go_before_cards() -> None:
    firm, chat = firm_with()
    for number in range(1, 9):
        complain(firm, number, f"author-{number}")
    firm.settle()
    purposes = [message.purpose for _, message in chat.asked]
    assert purposes.count(Purpose.CARD) == 8
    assert purposes == sorted(purposes, key=lambda purpose: purpose is not Purpose.PAGE)


def test_a_channel_that_does_not_answer_is_asked_once_in_a_pass() -> None:
    firm, chat = firm_with(error=ChannelUnavailable("timeout"))
    for number in range(1, 9):
        complain(firm, number, f"author-{number}")
    send(firm)
    assert len(chat.asked) == 1
    assert {state for (state,) in rows(firm, "state")} == {"queued"}


def test_what_was_not_tried_counts_no_attempt() -> None:
    firm, _ = firm_with(error=ChannelUnavailable("timeout"))
    complain(firm, 1)
    send(firm)
    assert rows(firm, "purpose, attempts, failing_since is not null") == [
        ("page", 1, 1),
        ("card", 0, 1),
    ]


def test_a_page_answered_while_the_one_before_it_is_sent_does_not_leave() -> None:
    firm, chat = firm_with()
    first, second = complain(firm, 1, "jo", topic="billing"), complain(firm, 2, "al", topic=None)

    def answered(message: Message, *, deadline: float) -> Receipt:
        for number, person in ((first, OWNER), (second, FIRST)):
            if message.to != f"{person}@chat":
                act = Action(Verb.ACK, person)
                firm.write(
                    lambda desk, n=number, a=act: firm.house.engine.act(
                        desk, Ref("case", n), a, firm.now
                    )
                )
        chat.asked.append((firm.now, message))
        return Receipt("1")

    chat.deliver = answered  # type: ignore[method-assign]
    send(firm)
    assert len([m for _, m in chat.asked if m.purpose is Purpose.PAGE]) == 1


def test_each_message_is_noted_at_the_time_at_which_it_left() -> None:
    firm = new_firm()
    chat = firm.channels["chat"]
    take = chat.deliver

    def slow(message: Message, *, deadline: float) -> Receipt:
        firm.clock.move_to(firm.now + 5 * S)
        return take(message, deadline=deadline)

    chat.deliver = slow  # type: ignore[method-assign]
    house = firm.house
    delivery = Delivery(
        house.store, house.engine, firm.channels, house.randomness, clock=firm.clock.now
    )
    complain(firm, 1)
    delivery.send_due(firm.now)
    start = int(NOON.timestamp() * 1000)
    assert rows(firm, "sent_at") == [(start + 5000,), (start + 10000,)]


def test_however_many_wait_for_one_person_no_page_waits_longer_than_a_bundle() -> None:
    firm = new_firm()
    for number in range(1, 61):
        for one in range(5):
            complain(firm, 5 * number + one, f"author-{5 * number + one}", band=Band.P1)
        firm.passes(5 * S)
    firm.passes(151 * S)
    ((waited,),) = rows(
        firm, "max(sent_at - queued_at)", "purpose = 'page' and what = 'page' and step = 0"
    )
    assert waited <= 150_000
    assert not rows(firm, "id", "purpose = 'page' and step = 0 and state = 'withdrawn'")
    sent = [m for m in firm.channels["chat"].pages() if m.to.startswith(OWNER)]
    assert len(sent) <= 8
    assert any("more wait for you" in "".join(message.lines) for message in sent)


@pytest.mark.parametrize(
    ("band", "safety"),
    [
        pytest.param(Band.P1, False, id="a case of the first band"),
        pytest.param(Band.P3, True, id="a matter of safety, whatever its band"),
    ],
)
def test_however_much_waits_the_urgent_leaves_in_the_next_bundle(band: Band, safety: bool) -> None:
    firm = new_firm()
    for number in range(1, 121):
        complain(firm, number, f"author-{number}", band=Band.P3)
    firm.passes(12 * MINUTE)
    urgent = complain(firm, 500, "urgent", band=band, safety=safety)
    firm.passes(151 * S)
    ((queued_at, sent_at),) = rows(
        firm, "queued_at, sent_at", f"purpose = 'page' and step = 0 and number = {urgent}"
    )
    assert sent_at is not None
    assert sent_at - queued_at <= 150_000
    last = firm.channels["chat"].pages()[-1]
    assert f" {urgent}" in last.subject, "and is one of those that it lists"


# ------------------------------------------------------------------------------- failing
def test_a_receipt_that_cannot_be_written_stops_nothing_and_is_made_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    firm = new_firm()
    complain(firm, 1)
    sent = Unit.sent

    def full(desk: Unit, parcel: Any, receipt: str, now: datetime, **more: Any) -> None:
        if parcel.messages[0].message.purpose is Purpose.PAGE and firm.now == NOON:
            raise sqlite3.OperationalError("database or disk is full")
        sent(desk, parcel, receipt, now, **more)

    monkeypatch.setattr(Unit, "sent", full)
    send(firm)
    assert rows(firm, "purpose, state") == [("page", "sending"), ("card", "sent")]
    later(firm, timedelta(seconds=2 * SEND_DEADLINE))
    assert rows(firm, "state", "purpose = 'page'") == [("sending",)], "it may still be under way"
    later(firm, timedelta(seconds=SEND_DEADLINE))
    assert rows(firm, "state, repeated", "purpose = 'page'") == [("sent", 1)]
    assert firm.channels["chat"].pages()[-1].repeated


@pytest.fixture
def unwordable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 1 cannot be put into words."""
    word = Messages._of_case

    def failing(self: Messages, desk: Any, case: Any, *more: Any) -> Message:
        if case.number == 1:
            raise ValueError("a bug")
        return word(self, desk, case, *more)

    monkeypatch.setattr(Messages, "_of_case", failing)


@pytest.mark.usefixtures("unwordable")
def test_a_message_that_cannot_be_worded_stops_no_other_and_leaves_without_words() -> None:
    firm = new_firm()
    complain(firm, 1, "jo", topic="billing")
    complain(firm, 2, "al", topic=None)
    send(firm)
    assert {number for (number,) in rows(firm, "number", "state = 'sent'")} == {2}
    later(firm, S)
    assert {state for (state,) in rows(firm, "state")} == {"sent"}
    (page,) = firm.channels["chat"].pages(f"{OWNER}@chat")
    assert page.headline == "Case 1 waits for you: tocsin cases show 1"
    assert page.mention == f"{OWNER}@chat"


def test_a_digest_is_worded_outside_of_the_writing_transaction(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    firm = new_firm(tmp_path / "a.db")
    writing: list[bool] = []

    def word(desk: Unit, settings: Any, outgoing: Outgoing, words: bool, now: datetime) -> Message:
        with firm.house.store.borrow() as writer:
            writing.append(writer.connection.in_transaction)
        return Message(outgoing.key, Purpose.DIGEST, outgoing.to, "a week")

    monkeypatch.setattr("tocsin.messages.digest_message", word)
    week = Outgoing(
        key="digest|x",
        purpose=Purpose.DIGEST,
        ref=Ref("digest", 202646),
        channel="chat",
        to="room",
        due=NOON,
    )
    firm.write(lambda desk: desk.queue(week))
    send(firm)
    assert writing == [False]
    assert rows(firm, "state") == [("sent",)]


def test_a_channel_that_states_a_long_wait_is_left_alone_and_the_next_one_used_at_once() -> None:
    firm, chat = firm_with(error=ChannelUnavailable("rate limited", retry_after=3600.0))
    complain(firm, 1)
    firm.settle()
    assert len(firm.channels["mail"].pages()) == 1
    for number in range(2, 9):
        complain(firm, number, f"author-{number}")
    firm.passes(MINUTE)
    assert len(chat.asked) == 1
    assert not rows(firm, "id", "purpose = 'page' and channel = 'mail' and state <> 'sent'")
    paged = {number for (number,) in rows(firm, "number", "channel = 'mail' and purpose = 'page'")}
    assert paged == set(range(1, 9))


def test_a_short_stated_wait_is_kept_and_takes_nobody_elsewhere() -> None:
    firm, chat = firm_with(error=ChannelUnavailable("rate limited", retry_after=30.0))
    complain(firm, 1)
    send(firm)
    chat.error = None
    later(firm, 29 * S)
    assert len(chat.asked) == 1
    later(firm, S)
    assert len(chat.pages()) == 1
    assert firm.channels["mail"].taken == []


def test_pages_for_a_channel_that_is_configured_no_more_go_to_the_next_one() -> None:
    firm = new_firm()
    complain(firm, 1)
    left = {"mail": firm.channels["mail"]}
    house = firm.house
    delivery = Delivery(house.store, house.engine, left, house.randomness)
    assert delivery.send_due(firm.now, ["mail"]) == 0
    assert delivery.redirect_unknown(firm.now) == 2
    assert delivery.send_due(firm.now, ["mail"]) == 1
    assert rows(firm, "purpose, channel, state") == [
        ("page", "chat", "failed"),
        ("card", "chat", "failed"),
        ("page", "mail", "sent"),
    ]
    assert delivery.redirect_unknown(firm.now) == 0


# ------------------------------------------------------------------------- several at once
@dataclass
class Shut:
    """A door that is shut: the channel has failed meanwhile."""

    shut: bool = True
    failed: int = 0

    def is_shut(self) -> bool:
        return self.shut

    def fails(self) -> None:
        self.failed += 1


def test_what_is_taken_at_once_goes_to_different_addresses_and_none_that_is_busy() -> None:
    firm = new_firm()
    for number, topic in enumerate(("billing", "billing", None), 1):
        complain(firm, number, f"author-{number}", topic=topic)
    taken = firm.house.delivery.take("chat", firm.now, 8, {("chat", "room")})
    places = sorted(one.parcel.to for one in taken.leaving)
    assert places == sorted([f"{FIRST}@chat", f"{OWNER}@chat"])
    more = firm.house.delivery.take("chat", firm.now, 8, {("chat", to) for to in places})
    assert [one.parcel.to for one in more.leaving] == ["room"], "the first of three cards"
    assert {state for (state,) in rows(firm, "state", "purpose = 'page'")} == {"sending"}
    assert [state for (state,) in rows(firm, "state", "purpose = 'card'")].count("queued") == 2


def send_at_once(firm: Firm, channel: str) -> None:
    """As the daemon does: what was taken is sent before more is taken for its address."""
    delivery = firm.house.delivery
    while taken := delivery.take(channel, firm.now, 8, ()).leaving:
        for one in taken:
            assert delivery.send_taken(one, firm.now, Shut(shut=False))


def test_no_matter_of_safety_waits_for_what_does_not_fit_into_the_bundle_behind_it() -> None:
    firm, chat = firm_with()
    case = complain(firm, 1)
    firm.settle()
    chat.asked.clear()
    claim = Action(Verb.CLAIM, FIRST)  # of which its owner is told: one notice
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", case), claim, firm.now))
    for number in range(2, 4):
        complain(firm, number, f"author-{number}", safety=True)
    for number in range(4, 4 + MAX_IN_BUNDLE):
        complain(firm, number, f"author-{number}")
    send_at_once(firm, "chat")
    told = [message.subject for _, message in chat.asked if message.to == f"{OWNER}@chat"]
    assert told[:2] == ["case 2", "case 3"]
    assert [len(one.split(", ")) for one in told[2:]] == [MAX_IN_BUNDLE]
    send_at_once(firm, "chat")
    assert rows(firm, "state", "purpose = 'notice'") == [("queued",)], "it waits for the next one"
    firm.clock.move_to(firm.now + BUNDLE_WAIT)
    send_at_once(firm, "chat")
    assert rows(firm, "state", "purpose = 'notice'") == [("sent",)]


def test_what_was_taken_goes_back_untried_where_its_channel_has_failed_meanwhile() -> None:
    firm, chat = firm_with()
    complain(firm, 1)
    taken = firm.house.delivery.take("chat", firm.now, 8, ())
    for one in taken.leaving:
        assert not firm.house.delivery.send_taken(one, firm.now, Shut())
    assert chat.asked == []
    assert set(rows(firm, "state, attempts")) == {("queued", 0)}


def test_a_failure_is_told_before_it_is_written_down() -> None:
    firm, _ = firm_with(error=ChannelUnavailable("timeout"))
    complain(firm, 1)
    (first, *_) = firm.house.delivery.take("chat", firm.now, 1, ()).leaving
    door = Shut(shut=False)
    states: list[Any] = []
    door.fails = lambda: states.extend(rows(firm, "state", "purpose = 'page'"))  # type: ignore[method-assign]
    assert not firm.house.delivery.send_taken(first, firm.now, door)
    assert states == [("sending",)]
    assert rows(firm, "state", "purpose = 'page'") == [("queued",)]


@pytest.mark.usefixtures("unwordable")
def test_what_cannot_be_worded_stops_nothing_that_is_taken_with_it() -> None:
    firm = new_firm()
    complain(firm, 1, "jo", topic="billing")
    complain(firm, 2, "al", topic=None)
    taken = firm.house.delivery.take("chat", firm.now, 8, ())
    assert taken.again
    assert f"{FIRST}@chat" in [one.parcel.to for one in taken.leaving]


# ------------------------------------------------------------------------------- renewing
def test_an_answer_does_not_stop_erased_words_from_being_taken_back() -> None:
    firm = new_firm()
    case = complain(firm, 1)
    firm.settle()
    chat = firm.channels["chat"]
    chat.state = "down"
    erase(firm)
    send(firm)
    act = Action(Verb.ACK, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", case), act, firm.now))
    chat.state = "up"
    firm.passes(MINUTE)
    assert [m.verbatim for m in chat.updated if m.purpose is Purpose.PAGE] == [None]


def test_renewing_one_page_of_a_bundle_keeps_the_others_in_it() -> None:
    firm = new_firm()
    for number in range(1, 6):
        complain(firm, number, f"author-{number}")
    firm.settle()
    (bundle,) = firm.channels["chat"].pages()
    erase(firm)
    firm.settle()
    (renewed,) = (m for m in firm.channels["chat"].updated if m.purpose is Purpose.PAGE)
    assert renewed.headline == bundle.headline
    assert renewed.key == bundle.key
    assert len(renewed.lines) == len(bundle.lines)


def test_a_message_that_may_not_be_edited_makes_nobody_unreachable() -> None:
    firm = new_firm()
    complain(firm, 1, band=Band.P3)
    firm.passes(6 * MINUTE)

    def update(ref: str, message: Message, *, deadline: float) -> Receipt:
        raise ChannelRefused("message too old to edit")

    for channel in firm.channels.values():
        channel.update = update  # type: ignore[method-assign]
    erase(firm)
    firm.passes(10 * MINUTE)
    assert not [one for one in firm.happened if one.event in ("unreachable", "escalated")]
    assert firm.channels["mail"].pages() == []
    assert rows(firm, "sent_at is not null", "purpose = 'page' and kind = 'case'") == [(1,)]


def quoting(firm: Firm, channel: str = "chat") -> set[str]:
    """Keys of the messages that show a customer's words now."""
    shown = {m.key: m for _, m in firm.channels[channel].taken}
    shown |= {m.key: m for m in firm.channels[channel].updated}
    return {key for key, message in shown.items() if message.verbatim is not None}


def handed_off(firm: Firm) -> None:
    case = Ref("case", complain(firm, 1, band=Band.P3))
    firm.passes(6 * MINUTE)
    offer = Action(Verb.HANDOFF, OWNER, to=FIRST, reason="zz", told="nothing")
    for act in (
        Action(Verb.ACK, OWNER),
        offer,
    ):
        firm.write(lambda desk, a=act: firm.house.engine.act(desk, case, a, firm.now))
    firm.passes(6 * MINUTE)


def storm(firm: Firm) -> None:
    for number in (1, 2, 3):
        complain(firm, number, f"author-{number}", band=Band.P3)
    spike = Spike(True, 30, 30, 10, 1.0, "s")
    firm.write(lambda desk: firm.house.engine.spike(desk, "Acme", None, spike, firm.now))
    firm.settle()


def asked_at_the_top(firm: Firm) -> None:
    complain(firm, 1)
    firm.passes(timedelta(hours=1))


@pytest.mark.parametrize(
    ("story", "one"),
    [
        pytest.param(handed_off, "|offered|", id="an offer"),
        pytest.param(storm, "card|incident", id="an incident's card"),
        pytest.param(storm, "page|incident", id="an incident's page"),
        pytest.param(asked_at_the_top, "again|", id="what asks again at the last step"),
        pytest.param(asked_at_the_top, "|climbed|", id="a notice that it climbed"),
    ],
)
def test_erased_words_are_taken_back_wherever_they_were_shown(story: Any, one: str) -> None:
    firm = new_firm()
    story(firm)
    assert [key for key in quoting(firm) if one in key], "it does not speak of anything"
    before = {m.key for _, m in firm.channels["chat"].taken if m.verbatim}
    erase(firm)
    firm.passes(6 * MINUTE)
    left = {
        m.key
        for m in {
            **{m.key: m for _, m in firm.channels["chat"].taken},
            **{m.key: m for m in firm.channels["chat"].updated},
        }.values()
        if m.verbatim and m.key in before and m.verbatim.text.endswith(" 1")
    }
    assert left == set()


# ------------------------------------------------------------- a channel that states a long wait
RESTS = ChannelUnavailable("rate limited", retry_after=86_400.0)


@dataclass
class RestingFor(FakeChannel):
    """States a long wait to some people's addresses, and takes the rest."""

    people: tuple[str, ...] = ()
    error: Exception = RESTS
    asked: list[datetime] = field(default_factory=list)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        if message.to.startswith(self.people):
            self.asked.append(self.clock.now())
            raise self.error
        return super().deliver(message, deadline=deadline)


def with_contacts(person: str, channels: int) -> Settings:
    declared = settings()
    people = tuple(
        one.model_copy(update={"contacts": one.contacts[:channels]}) if one.name == person else one
        for one in declared.people
    )
    return declared.model_copy(update={"people": people})


def climbs(firm: Firm) -> list[tuple[datetime, str]]:
    return [(one.at, one.event) for one in firm.happened if one.event == "unreachable"]


@pytest.mark.parametrize("contacts", [1, 2])
def test_a_case_climbs_after_two_minutes_in_which_all_channels_rest(contacts: int) -> None:
    clock = VirtualClock(NOON)
    channels: dict[str, FakeChannel] = {
        name: RestingFor(clock, people=(OWNER,)) for name in ("chat", "mail")
    }
    firm = open_firm(None, clock=clock, channels=channels, declared=with_contacts(OWNER, contacts))
    complain(firm, 1, band=Band.P3)
    firm.passes(5 * MINUTE)  # its group's wait, after which it is refused
    firm.passes(2 * MINUTE - S)
    assert climbs(firm) == []
    firm.passes(S)
    assert climbs(firm) == [(NOON + 7 * MINUTE, "unreachable")]


def test_the_channel_that_rests_is_asked_no_earlier_although_the_case_climbed() -> None:
    clock = VirtualClock(NOON)
    chat = RestingFor(clock, people=(OWNER,))
    channels: dict[str, FakeChannel] = {"chat": chat, "mail": FakeChannel(clock)}
    firm = open_firm(None, clock=clock, channels=channels, declared=with_contacts(OWNER, 1))
    for number in range(1, 4):
        complain(firm, number, f"author {number}")
        firm.passes(10 * MINUTE)
    assert chat.asked == [NOON]
    assert len(climbs(firm)) == 3


def test_what_is_queued_while_its_only_channel_rests_climbs_two_minutes_later() -> None:
    clock = VirtualClock(NOON)
    channels: dict[str, FakeChannel] = {
        name: RestingFor(clock, people=("",)) for name in ("chat", "mail")
    }
    firm = open_firm(None, clock=clock, channels=channels)
    complain(firm, 1)
    firm.passes(30 * MINUTE)
    firm.happened.clear()
    began = firm.now
    complain(firm, 2, "ky")
    firm.passes(2 * MINUTE)
    assert (began + 2 * MINUTE, "unreachable") in climbs(firm)


def test_one_channel_that_refuses_for_good_and_one_that_rests_reach_nobody() -> None:
    clock = VirtualClock(NOON)
    mail = RestingFor(clock, people=(OWNER,), error=ChannelRefused("no such address"))
    channels: dict[str, FakeChannel] = {"chat": RestingFor(clock, people=(OWNER,)), "mail": mail}
    firm = open_firm(None, clock=clock, channels=channels)
    complain(firm, 1)
    firm.passes(2 * MINUTE)
    assert climbs(firm) == [(NOON + 2 * MINUTE, "unreachable")]


def test_an_acknowledged_case_does_not_climb_when_its_channels_have_rested() -> None:
    clock = VirtualClock(NOON)
    channels: dict[str, FakeChannel] = {
        name: RestingFor(clock, people=(OWNER,)) for name in ("chat", "mail")
    }
    firm = open_firm(None, clock=clock, channels=channels)
    number = complain(firm, 1)
    firm.passes(MINUTE)
    ack = Action(Verb.ACK, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", number), ack, firm.now))
    firm.passes(5 * MINUTE)
    assert climbs(firm) == []


def test_the_card_in_the_room_of_the_team_that_had_it_before_goes_on_saying_how_it_stands() -> None:
    clock = VirtualClock(NOON)
    rooms = {name: Contact(channel="chat", to=f"room-{name}") for name in ("care", "tech", "media")}
    teams = [
        team.model_copy(update={"rooms": (rooms[team.name],)})
        for team in (firms.CARE, firms.TECH, firms.MEDIA)
    ]
    channels = {"chat": FakeChannel(clock), "mail": FakeChannel(clock)}
    firm = open_firm(
        None, clock=clock, channels=channels, declared=firms.settings(teams=tuple(teams))
    )
    complain(firm, 1)
    firm.settle()
    chat = channels["chat"]

    def does(action: Action) -> list[str]:
        before = len(chat.updated)
        firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), action, firm.now))
        firm.passes(timedelta(seconds=1))
        cards = [m for m in chat.updated[before:] if m.to == "room-care"]
        return ["\n".join((m.headline, *m.lines)) for m in cards]

    (moved,) = does(Action(Verb.REROUTE, OWNER, to="tech", reason="it is the app"))
    assert "ursul" in moved
    (taken,) = does(Action(Verb.ACK, firms.OTHER))
    assert "ursul has acknowledged" in taken
    (closed,) = does(Action(Verb.DISMISS, firms.EXECUTIVE, reason="not us"))
    assert "Closed" in closed
