"""A channel that takes nothing: no page is lost, nobody is flooded when it is back, and an address
that refuses for good is let be until it is mended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import Band, Secret
from escalation.channel import ChannelRefused, Message, Purpose, Receipt
from escalation.channels.webhook import Settings as Webhook
from escalation.decision import Action, Verb
from escalation.subject import Fault, Ref
from tests import firm as firms
from tests.firm import EVERYBODY, NOON, OWNER, FakeChannel, Firm, complain, open_firm
from tocsin.clock import VirtualClock
from tocsin.daemon import Daemon
from tocsin.store.refusals import TRIED_EVERY

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@dataclass
class Choosy(FakeChannel):
    """Refuses everything for some addresses, or every message with a customer's words."""

    gone: set[str] = field(default_factory=set)
    squeamish: bool = False
    asked: list[tuple[datetime, str]] = field(default_factory=list)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        self.asked.append((self.clock.now(), message.to))
        if message.to in self.gone:
            raise ChannelRefused("channel_not_found: invite Tocsin to the room again")
        if self.squeamish and message.verbatim is not None:
            raise ChannelRefused("invalid_blocks")
        return super().deliver(message, deadline=deadline)

    def asked_of(self, to: str) -> list[datetime]:
        return [at for at, address in self.asked if address == to]


def firm_with(**more: object) -> tuple[Firm, Choosy]:
    clock = VirtualClock(NOON)
    chat = Choosy(clock, **more)  # type: ignore[arg-type]
    return open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)}), chat


def only_chat() -> tuple[Firm, Choosy]:
    """A firm whose people are reached by chat alone."""
    clock = VirtualClock(NOON)
    chat = Choosy(clock)
    known = firms.settings()
    people = tuple(one.model_copy(update={"contacts": one.contacts[:1]}) for one in known.people)
    declared = known.model_copy(update={"people": people})
    return open_firm(None, clock=clock, channels={"chat": chat}, declared=declared), chat


def act(firm: Firm, case: int, verb: Verb = Verb.ACK, by: str = OWNER) -> None:
    action = Action(verb, by, reason="seen")
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", case), action, firm.now))


def turned_away(firm: Firm) -> dict[str, str]:
    with firm.house.store.borrow() as desk:
        return desk.turned_away_channels()


# ------------------------------------------------------------------------- down for six hours
def test_after_six_hours_no_page_is_lost_and_each_person_gets_one_message() -> None:
    firm, chat = only_chat()
    chat.state = "down"
    for number in range(1, 19):
        complain(firm, number, f"author-{number}", band=(Band.P1, Band.P2, Band.P3)[number % 3])
        firm.passes(20 * MINUTE)
    assert chat.taken == []
    chat.state = "up"
    back = firm.now
    firm.passes(6 * MINUTE)  # by then the longest wait between two tries is over
    assert [m for _, m in chat.taken if m.purpose is Purpose.PAGE]
    with firm.house.store.borrow() as desk:
        left = desk.connection.execute(
            "select address, count(distinct receipt_key) from messages where state = 'sent' "
            "and purpose in ('page', 'notice') and queued_at < ? group by address",
            (int(back.timestamp() * 1000),),
        ).fetchall()
        assert {count for _, count in left} == {1}, [tuple(row) for row in left]
        waits = "state = 'queued' and purpose = 'page' and queued_at < ?"
        late = desk.connection.execute(
            f"select count(*) from messages where {waits}",
            (int(back.timestamp() * 1000),),
        ).fetchone()[0]
        assert late == 0
    with firm.house.store.borrow() as desk:
        asked = desk.connection.execute(
            "select c.number from cases c where c.state = 'new' and c.held_until is null "
            "and not exists (select 1 from messages m where m.kind = 'case' "
            "and m.number = c.number and m.purpose = 'page' and m.state in ('sent', 'queued') "
            "and m.person = c.owner) and not exists (select 1 from messages a "
            "where a.what = 'again' and a.state in ('sent', 'queued') and a.person = c.owner)"
        ).fetchall()
    assert [tuple(row) for row in asked] == []


def test_a_channel_that_takes_messages_again_is_no_trouble_though_some_wait_still() -> None:
    firm, chat = only_chat()
    chat.state = "down"
    for number in range(1, 4):
        complain(firm, number, f"author-{number}")
        firm.passes(MINUTE)
    assert failing(firm) == {"chat"}
    chat.state = "up"
    while not chat.taken:
        instant = firm.next_instant()
        assert instant is not None
        firm.clock.move_to(instant)
        firm.house.delivery.send_one(next_try(firm), firm.now)
    assert still_failing(firm) > 0
    assert failing(firm) == set()
    chat.state = "down"
    firm.settle()
    firm.passes(6 * MINUTE)
    assert failing(firm) == {"chat"}, "what is tried since and is not taken counts again"


def failing(firm: Firm) -> set[str]:
    with firm.house.store.borrow() as desk:
        return set(desk.failing_channels(firm.now - MINUTE))


def next_try(firm: Firm) -> str:
    with firm.house.store.borrow() as desk:
        query = "select key from messages where state = 'queued' and due <= ? order by due limit 1"
        found = desk.connection.execute(query, (int(firm.now.timestamp() * 1000),)).fetchone()
    return "" if found is None else str(found[0])


def still_failing(firm: Firm) -> int:
    query = "select count(*) from messages where state = 'queued' and failing_since is not null"
    with firm.house.store.borrow() as desk:
        return int(desk.connection.execute(query).fetchone()[0])


def test_what_was_answered_while_it_was_down_does_not_ring_when_it_is_back() -> None:
    firm, chat = firm_with()
    chat.state = firm.channels["mail"].state = "down"
    complain(firm, 1)
    firm.settle()
    act(firm, 1)
    firm.passes(6 * HOUR)
    chat.state = firm.channels["mail"].state = "up"
    before = firm.now
    firm.passes(6 * MINUTE)
    late = [m for at, m in chat.taken if m.purpose is Purpose.PAGE and at >= before]
    assert not [m for m in late if "olwyn" in m.to and m.key.startswith("page|case:1|1|0")]


# ----------------------------------------------------------------------------- plain words
def test_a_message_that_is_refused_goes_in_our_own_words() -> None:
    firm, chat = firm_with(squeamish=True)
    complain(firm, 1)
    firm.settle()
    assert {m.purpose for _, m in chat.taken} == {Purpose.PAGE, Purpose.CARD}
    assert all(m.verbatim is None for _, m in chat.taken)
    assert turned_away(firm) == {}


# -------------------------------------------------------------------- an address that refuses
def test_a_room_that_is_gone_is_tried_once_an_hour_and_no_oftener() -> None:
    firm, chat = firm_with(gone={"room"})
    for number in range(1, 9):
        complain(firm, number, f"author-{number}")
        firm.passes(10 * MINUTE)
    asked = chat.asked_of("room")
    # With the words, without them; then once an hour, and without them again.
    assert len(asked) <= 4
    assert any(at >= NOON + TRIED_EVERY for at in asked)


def test_it_is_told_with_what_to_do_and_the_pages_go_on() -> None:
    firm, chat = firm_with(gone={"room"})
    complain(firm, 1)
    firm.settle()
    assert turned_away(firm) == {"chat": "channel_not_found: invite Tocsin to the room again"}
    assert chat.pages(f"{OWNER}@chat")


def test_once_it_is_mended_the_room_shows_what_it_missed_as_it_stands() -> None:
    firm, chat = firm_with(gone={"room"})
    for number in (1, 2, 3):
        complain(firm, number, f"author-{number}")
    firm.settle()
    act(firm, 1)
    firm.settle()
    chat.gone.clear()
    firm.passes(TRIED_EVERY + MINUTE)
    for _ in range(3):
        firm.house.delivery.send_due(firm.now)
        firm.clock.move_to(firm.now + MINUTE)
    cards = {m.subject: m for _, m in chat.taken if m.purpose is Purpose.CARD}
    assert set(cards) == {"case 1", "case 2", "case 3"}
    assert all(m.verbatim is not None for m in cards.values())
    assert turned_away(firm) == {}


def test_whom_one_channel_does_not_know_is_paged_on_the_next_at_once() -> None:
    firm, chat = firm_with(gone={f"{OWNER}@chat"})
    complain(firm, 1)
    firm.settle()
    act(firm, 1)
    before = len(chat.asked_of(f"{OWNER}@chat"))
    complain(firm, 2, "al")
    firm.settle()
    assert len(chat.asked_of(f"{OWNER}@chat")) == before, "it is known by now"
    mail = firm.channels["mail"].pages(f"{OWNER}@mail")
    assert len(mail) == 2


def test_whoever_has_no_other_channel_is_tried_all_the_same() -> None:
    firm, chat = only_chat()
    chat.gone = {f"{OWNER}@chat"}
    complain(firm, 1)
    firm.settle()
    before = len(chat.asked_of(f"{OWNER}@chat"))
    complain(firm, 2, "al")
    firm.settle()
    assert len(chat.asked_of(f"{OWNER}@chat")) > before


def test_a_revoked_token_loses_no_page() -> None:
    firm, chat = firm_with()
    chat.gone = {"room", *(f"{name}@chat" for name in EVERYBODY)}
    complain(firm, 1)
    firm.settle()
    assert firm.channels["mail"].pages(f"{OWNER}@mail")
    chat.gone.clear()
    firm.passes(TRIED_EVERY)
    firm.house.delivery.send_due(firm.now)
    assert [m for _, m in chat.taken if m.purpose is Purpose.CARD]


def test_at_a_start_every_address_is_tried_at_once_and_unknown_ones_are_forgotten() -> None:
    firm, chat = firm_with(gone={"room", f"{OWNER}@chat"})
    complain(firm, 1)
    firm.settle()
    chat.gone.clear()
    firm.write(lambda desk: desk.try_all_again([("chat", f"{OWNER}@chat")], firm.now))
    complain(firm, 2, "al")
    firm.settle()
    assert chat.pages(f"{OWNER}@chat")
    assert turned_away(firm) == {}


@pytest.mark.parametrize("verb", [Verb.ACK, Verb.NOTE])
def test_a_card_that_may_no_longer_be_changed_makes_no_room_refused(verb: Verb) -> None:
    firm, chat = firm_with()
    complain(firm, 1)
    firm.settle()

    def never(ref: str, message: Message, *, deadline: float) -> Receipt:
        raise ChannelRefused("message_not_found")

    chat.update = never  # type: ignore[method-assign]
    act(firm, 1, verb)
    firm.settle()
    assert turned_away(firm) == {}


def test_its_fault_pages_elsewhere_and_closes_once_it_is_mended() -> None:
    firm, chat = firm_with()
    chat.gone = {"room", *(f"{name}@chat" for name in EVERYBODY)}
    daemon = Daemon(firm.house, firm.channels, [])
    complain(firm, 1)
    firm.settle()
    daemon.watch_channels()
    firm.passes(MINUTE)
    faults = [m for m in firm.channels["mail"].pages() if "channel:chat" in m.headline]
    assert faults
    assert any("invite Tocsin to the room again" in line for line in faults[0].lines)
    chat.gone.clear()
    firm.passes(TRIED_EVERY)
    firm.house.delivery.send_due(firm.now)
    daemon.watch_channels()
    with firm.house.store.borrow() as desk:
        assert desk.open_fault("channel:chat") is None
    assert turned_away(firm) == {}


@dataclass
class Blind(Choosy):
    """A chat that hears, but is told nobody's mail address."""

    why: str = "give it the scope users:read.email"

    def unvouched(self) -> str:
        return self.why


def test_people_who_cannot_act_because_their_address_is_not_told_are_a_fault() -> None:
    clock = VirtualClock(NOON)
    chat = Blind(clock)
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})
    daemon = Daemon(firm.house, firm.channels, [])
    daemon.watch_channels()
    with firm.house.store.borrow() as desk:
        fault = desk.open_fault("channel:chat")
    assert isinstance(fault, Fault)
    assert f"does not recognise {EVERYBODY[0]}" in fault.detail
    assert fault.detail.endswith("when they act: give it the scope users:read.email")
    chat.why = ""
    daemon.watch_channels()
    with firm.house.store.borrow() as desk:
        assert desk.open_fault("channel:chat") is None


def test_somebody_who_has_left_stays_left_though_the_others_are_reached() -> None:
    firm, chat = firm_with(gone={f"{OWNER}@chat"})
    complain(firm, 1)
    firm.passes(30 * MINUTE)
    assert chat.pages(f"{firms.FIRST}@chat")
    assert turned_away(firm)


# ------------------------------------------------------------------- the person's next channel
def test_a_page_that_fails_for_a_minute_is_on_the_next_channel_within_that_minute() -> None:
    """The waits between tries double: none of them may be what the next channel waits for."""
    firm, chat = firm_with()
    chat.state = "down"
    complain(firm, 1, band=Band.P1)
    firm.passes(59 * SECOND)
    assert firm.channels["mail"].pages() == []
    firm.passes(SECOND)
    assert [page.to for page in firm.channels["mail"].pages()] == [f"{OWNER}@mail"]
    firm.passes(30 * MINUTE)
    to_owner = firm.channels["mail"].pages(f"{OWNER}@mail")
    assert len({page.key for page in to_owner}) == len(to_owner), "and nothing is said twice"


# ----------------------------------------------------------------------------- a new token
def test_a_new_token_in_its_file_is_used_within_a_minute_and_without_a_restart(
    tmp_path: Path,
) -> None:
    token = tmp_path / "token"
    token.write_text("revoked")
    clock = VirtualClock(NOON)
    chat = Choosy(clock, gone={"room", *(f"{name}@chat" for name in EVERYBODY)})
    known = firms.settings()
    spoken = Webhook(
        name="chat", room="room", url="https://chat.example", secret=Secret(file=token)
    )
    declared = known.model_copy(update={"channels": (spoken, *known.channels[1:])})
    channels = {"chat": chat, "mail": FakeChannel(clock)}
    firm = open_firm(None, clock=clock, channels=channels, declared=declared)
    daemon = Daemon(firm.house, firm.channels, [])
    for number in (1, 2, 3):
        complain(firm, number, f"author-{number}")
    firm.passes(5 * MINUTE)
    daemon.watch_channels()
    asked = len(chat.asked_of("room"))
    firm.passes(5 * MINUTE)
    daemon.watch_channels()
    assert len(chat.asked_of("room")) == asked, "nothing is tried while nothing has changed"
    chat.gone.clear()
    token.write_text("fresh")
    daemon.watch_channels()
    firm.settle()
    firm.passes(SECOND)
    shown = {m.subject for _, m in chat.taken if m.purpose is Purpose.CARD}
    assert shown >= {"case 1", "case 2", "case 3"}
    daemon.watch_channels()
    assert turned_away(firm) == {}
    with firm.house.store.borrow() as desk:
        assert desk.open_fault("channel:chat") is None
    complain(firm, 9, "al")
    firm.settle()
    assert any(m.subject == "case 4" for m in chat.pages(f"{OWNER}@chat"))


def test_the_wrong_token_once_more_is_tried_once_and_not_in_a_flood() -> None:
    firm, chat = firm_with(gone={"room"})
    for number in range(1, 21):
        complain(firm, number, f"author-{number}")
    firm.passes(5 * MINUTE)
    before = len(chat.asked_of("room"))
    firm.write(lambda desk: desk.try_channel_again("chat", firm.now))
    firm.settle()
    assert 1 <= len(chat.asked_of("room")) - before <= 2
    assert turned_away(firm)
