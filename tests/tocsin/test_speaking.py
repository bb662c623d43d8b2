"""Speaking: what one address keeps waiting holds up no other, and nothing overtakes there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from config.settings import Contact, Person, Team
from escalation.channel import Capabilities, ChannelUnavailable, Message, Receipt
from escalation.decision import Action, Verb
from escalation.subject import Ref
from tests.firm import NOON, FakeChannel, Firm, complain, open_firm, settings
from tocsin.clock import VirtualClock
from tocsin.delivery import Taken
from tocsin.speaking import Speaking
from tocsin.store.claims import Place
from tocsin.traffic import BURST, PAUSE, Traffic

PATIENCE = 20.0  # seconds; only a failing test waits so long
TEAMS = ("uno", "dos", "tres")
CAN = Capabilities(update=True)


@dataclass
class Slow(FakeChannel):
    """Keeps a call until its address is let go, and knows which are under way."""

    held: set[str] = field(default_factory=set)
    begun: list[tuple[str, Message]] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=dict)
    most: int = 0
    errors: dict[str, Exception] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        return self._call("deliver", message)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        return self._call("update", message)

    def _call(self, how: str, message: Message) -> Receipt:
        with self.changed:
            self.begun.append((how, message))
            self.at_once[message.to] = self.at_once.get(message.to, 0) + 1
            self.most = max(self.most, self.at_once[message.to])
            self.changed.notify_all()
            assert self.changed.wait_for(lambda: message.to not in self.held, PATIENCE)
            self.at_once[message.to] -= 1
            error = self.errors.get(message.to)
        if error is not None:
            raise error
        return Receipt(f"receipt of {message.key}")

    def lets_go(self, to: str) -> None:
        with self.changed:
            self.held.discard(to)
            self.changed.notify_all()

    def sees(self, *tos: str) -> bool:
        """Waits until calls to these addresses have begun, in whatever order."""
        with self.changed:
            return self.changed.wait_for(
                lambda: set(tos) <= {message.to for _, message in self.begun}, PATIENCE
            )

    def told(self, to: str) -> list[str]:
        return [f"{how} {message.subject}" for how, message in self.begun if message.to == to]


@dataclass
class Desk:
    """A firm of three teams of one each, whose chat is slow; and the thread that speaks there."""

    firm: Firm
    chat: Slow
    speaking: Speaking

    def complain(self, number: int, team: str) -> int:
        return complain(self.firm, number, f"author {number}", team=team, topic=None)


@contextmanager
def speaking(can: Capabilities = CAN, held: set[str] | None = None) -> Iterator[Desk]:
    clock = VirtualClock(NOON)
    chat = Slow(clock, capabilities=can, held=held or set())
    firm = settings()
    people = tuple(
        Person(name=name, contacts=(Contact(channel="chat", to=f"{name}@chat"),)) for name in TEAMS
    )
    teams = tuple(Team(name=name, members=(name,)) for name in TEAMS)
    declared = firm.model_copy(
        update={
            "people": (*firm.people, *people),
            "teams": (*firm.teams, *teams),
            "channels": tuple(one.model_copy(update={"room": None}) for one in firm.channels),
        }
    )
    opened = open_firm(None, clock=clock, channels={"chat": chat}, declared=declared)
    speaks = Speaking("chat", opened.house, can)
    opened.house.store.to_send = speaks.wake
    speaks.start()
    try:
        yield Desk(opened, chat, speaks)
    finally:
        for name in TEAMS:
            chat.lets_go(f"{name}@chat")
        speaks.stop()
        assert speaks.join(PATIENCE)


def test_a_call_that_takes_long_holds_up_no_other_address() -> None:
    with speaking(held={"uno@chat"}) as desk:
        desk.complain(1, "uno")
        assert desk.chat.sees("uno@chat")
        desk.complain(2, "dos")
        assert desk.chat.sees("dos@chat"), "while the call to uno is still under way"
        assert "uno@chat" in desk.chat.held


def test_nothing_to_one_address_overtakes_what_went_there_before() -> None:
    with speaking(held={"uno@chat"}) as desk:
        first = desk.complain(1, "uno")
        assert desk.chat.sees("uno@chat")
        ack = Action(Verb.ACK, "uno")
        house, now = desk.firm.house, desk.firm.now
        desk.firm.write(lambda one: house.engine.act(one, Ref("case", first), ack, now))
        desk.complain(2, "uno")
        desk.complain(3, "dos")
        assert desk.chat.sees("dos@chat")
        desk.complain(4, "tres")
        assert desk.chat.sees("tres@chat")
        assert len(desk.chat.told("uno@chat")) == 1, "what comes after it waits for it"
        desk.chat.lets_go("uno@chat")
        with desk.chat.changed:
            assert desk.chat.changed.wait_for(
                lambda: len(desk.chat.told("uno@chat")) == 3, PATIENCE
            )
    assert desk.chat.most == 1
    told = desk.chat.told("uno@chat")
    assert told[0] == "deliver case 1"
    assert sorted(told[1:]) == ["deliver case 2", "update case 1"]


def test_what_is_taken_while_the_channel_states_a_wait_does_not_go_there() -> None:
    with speaking(held={"uno@chat", "dos@chat"}) as desk:
        for number, team in enumerate(TEAMS[:2], 1):
            desk.complain(number, team)
        assert desk.chat.sees("uno@chat", "dos@chat")
        desk.chat.errors["uno@chat"] = ChannelUnavailable("rate limited", retry_after=3600.0)
        desk.chat.lets_go("uno@chat")
        resting(desk)
        desk.complain(3, "tres")
        desk.chat.lets_go("dos@chat")
    assert desk.chat.told("tres@chat") == []
    assert len(desk.chat.begun) == 2


def resting(desk: Desk) -> None:
    """Wait until the channel's stated wait is written down."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        with desk.firm.house.store.borrow() as rows:
            if rows.connection.execute("select 1 from channel_rests").fetchone():
                return
        pause.wait(0.01)
    pytest.fail("no wait was noted")


def test_what_was_taken_and_not_begun_is_found_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with speaking(held={"uno@chat"}) as desk:
        desk.complain(1, "uno")
        assert desk.chat.sees("uno@chat")
        delivery = desk.firm.house.delivery
        take = delivery.take

        def last(*about: Any) -> Taken:
            desk.speaking.stop()
            return take(*about)

        monkeypatch.setattr(delivery, "take", last)
        desk.complain(2, "dos")
        assert not desk.speaking.join(0.0), "one call is still under way"
        desk.chat.lets_go("uno@chat")
        assert desk.speaking.join(PATIENCE)
    assert [message.to for _, message in desk.chat.begun] == ["uno@chat"]
    with desk.firm.house.store.borrow() as rows:
        states = rows.connection.execute("select state from messages where number = 2").fetchall()
    assert {row[0] for row in states} == {"sending"}


# ------------------------------------------------------------------------------ how many, when
class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


ADA: Place = ("chat", "ada")
JO: Place = ("chat", "jo")


def traffic(**can: float) -> tuple[Traffic, Hand]:
    hand = Hand()
    return Traffic(replace(CAN, **can), lambda: None, hand), hand  # type: ignore[arg-type]


def test_no_more_leave_at_once_than_the_channel_takes() -> None:
    counted, _ = traffic(at_once=2)
    first = counted.enters(ADA)
    assert counted.room()[0] == 1
    counted.enters(JO)
    assert counted.room()[:2] == (0, {ADA, JO})
    first.ends(was_sent=True)
    assert counted.room()[:2] == (1, {JO})


def test_an_address_is_let_be_as_long_as_its_channel_wants() -> None:
    counted, hand = traffic(min_gap=0.5)
    for _ in range(BURST):  # a card, and what is pressed under it at once
        assert counted.room()[1] == set()
        counted.enters(ADA).ends(was_sent=True)
    assert counted.room()[1:] == ({ADA}, 0.5)
    hand.at += 0.25
    assert counted.room()[1:] == ({ADA}, 0.25)
    hand.at += 0.25
    assert counted.room()[1] == set()
    counted.enters(ADA).ends(was_sent=True)
    assert counted.room()[1] == {ADA}, "the burst comes back only with time"


def test_what_was_not_sent_keeps_nobody_waiting() -> None:
    counted, _ = traffic(min_gap=0.5)
    counted.enters(ADA).ends(was_sent=False)
    assert counted.room()[1] == set()


def test_once_a_call_fails_what_was_taken_before_goes_back_and_one_is_tried() -> None:
    counted, hand = traffic(at_once=4)
    fails, other = counted.enters(ADA), counted.enters(JO)
    assert not other.is_shut()
    fails.fails()
    assert other.is_shut()
    assert counted.room()[0] == 0, "the failure is not written down yet"
    fails.ends(was_sent=False)
    other.ends(was_sent=False)
    assert counted.room()[0] == 0
    hand.at += PAUSE
    assert counted.room()[0] == 1
    tried = counted.enters(ADA)
    assert not tried.is_shut()
    tried.ends(was_sent=True)
    assert counted.room()[0] == 4


def test_while_a_failure_is_written_down_nobody_looks_without_end() -> None:
    counted, hand = traffic()
    fails = counted.enters(ADA)
    fails.fails()
    assert counted.room()[::2] == (0, PAUSE)
    fails.ends(was_sent=False)
    hand.at += PAUSE / 2
    assert counted.room()[::2] == (0, PAUSE / 2)


def test_it_is_known_when_nothing_is_under_way_any_more() -> None:
    counted, hand = traffic()
    one = counted.enters(ADA)
    assert not counted.none_is_left(hand.at)
    one.ends(was_sent=True)
    assert counted.none_is_left(hand.at)
