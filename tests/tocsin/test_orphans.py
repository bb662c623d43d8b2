"""Where a message that is sent again stands twice, no copy keeps a customer's words: they are added
once the receipt is kept."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Secret
from config.settings import Band, Contact, Settings
from escalation import channels
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
    TakesBack,
)
from escalation.decision import Action, Verb
from escalation.subject import Ref
from listener.tools import Tools
from tests.escalation.channels import fake_discord, fake_matrix, fake_mattermost, fake_slack
from tests.escalation.channels.fake_discord import FakeDiscord
from tests.escalation.channels.fake_matrix import FakeMatrix
from tests.escalation.channels.fake_mattermost import FakeMattermost
from tests.escalation.channels.fake_slack import FakeSlack
from tests.escalation.channels.fake_telegram import FakeTelegram
from tests.escalation.channels.loopback_server import tools_for
from tests.firm import NOON, OWNER, FakeChannel, Firm, complain, open_firm, settings
from tests.tocsin.erased import erase
from tocsin.abilities import NoWire
from tocsin.clock import VirtualClock

MINUTE = timedelta(minutes=1)
DOUBLES = Capabilities(update=True, thread=True, buttons=True, doubles=True)
WORDS = "zzwords"


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Chat(FakeChannel):
    """A chat that keeps what it takes; `losing` receipts get lost, `stuck` updates do not pass."""

    capabilities: Capabilities = field(default=DOUBLES)
    stands: dict[str, Message] = field(default_factory=dict)
    losing: int = 0
    stuck: int = 0

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        receipt = super().deliver(message, deadline=deadline)
        self.stands[receipt.ref] = message
        if self.losing:
            self.losing -= 1
            raise ChannelUnavailable("no answer in time")
        return receipt

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        if self.stuck:
            self.stuck -= 1
            raise ChannelUnavailable("no answer in time")
        self.stands[ref] = message
        return super().update(ref, message, deadline=deadline)

    @property
    def quoting(self) -> list[str]:
        return [ref for ref, one in self.stands.items() if one.verbatim is not None]


def firm_with(**more: Any) -> tuple[Firm, Chat]:
    clock = VirtualClock(NOON)
    chat = Chat(clock, **more)
    return open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)}), chat


def pages(chat: Chat) -> list[Message]:
    return [one for one in chat.stands.values() if one.purpose is Purpose.PAGE]


# ----------------------------------------------------------------------------- what rings
def test_the_first_call_says_the_first_line_and_can_be_acted_on() -> None:
    firm, chat = firm_with()
    complain(firm, 1)
    firm.settle()
    sent = next(one for _, one in chat.taken if one.purpose is Purpose.PAGE)
    (page,) = pages(chat)
    assert (sent.headline, sent.mention) == (page.headline, f"{OWNER}@chat")
    assert [one.verb for one in sent.buttons][:1] == ["ack"]
    assert (sent.token, sent.lines, sent.verbatim) == (page.token, (), None)
    assert page.verbatim is not None
    assert page.lines


def test_what_quotes_nobody_is_sent_at_once() -> None:
    firm, chat = firm_with()
    case = complain(firm, 1)
    firm.settle()
    for one in (chat.taken, chat.updated):
        one.clear()
    act = Action(Verb.CLAIM, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", case), act, firm.now))
    firm.settle()
    told = [one for _, one in chat.taken if one.purpose is Purpose.REPLY]
    assert told
    assert not {one.key for one in told} & {one.key for one in chat.updated}


def test_a_page_is_told_of_once_though_its_words_follow() -> None:
    firm, _ = firm_with()
    complain(firm, 1)
    firm.settle()
    told = [one.event for one in firm.happened if one.channel == "chat"]
    assert sorted(told) == ["card", "page"]


# ------------------------------------------------------------------------------ lost receipts
def test_a_copy_whose_receipt_was_lost_holds_no_words() -> None:
    firm, chat = firm_with(losing=2)
    complain(firm, 1)
    firm.passes(2 * MINUTE)
    assert len(chat.stands) == 4, "a page and a card stand twice"
    assert len(chat.quoting) == 2
    erase(firm)
    firm.settle()
    assert chat.quoting == []


def test_words_that_could_not_be_added_are_an_update_and_no_second_message() -> None:
    firm, chat = firm_with(stuck=3)
    complain(firm, 1)
    firm.passes(3 * MINUTE)
    assert len(chat.taken) == 2
    assert len(chat.quoting) == 2
    assert firm.channels["mail"].pages() == [], "its person was reached"


def test_words_that_cannot_be_added_for_long_do_not_have_the_case_climb() -> None:
    firm, chat = firm_with(stuck=1000)
    complain(firm, 1, band=Band.P2)
    firm.passes(10 * MINUTE)
    assert len(pages(chat)) == 1
    assert "unreachable" not in [one.event for one in firm.happened]


@pytest.mark.parametrize(
    ("point", "copies"),
    [
        pytest.param("after headline", 2, id="before the first receipt was kept"),
        pytest.param("after send", 1, id="after the words had left"),
    ],
)
def test_a_crash_leaves_no_copy_with_words(tmp_path: Path, point: str, copies: int) -> None:
    clock = VirtualClock(NOON)
    chat = Chat(clock)
    armed = [point]

    def kill(at: str) -> None:
        if armed and armed[0] == at:
            armed.clear()
            raise Killed

    def opened() -> Firm:
        house = {"chat": chat, "mail": FakeChannel(clock)}
        return open_firm(tmp_path / "db", clock=clock, channels=house, kill=kill, durable=True)

    firm = opened()
    complain(firm, 1)
    with pytest.raises(Killed):
        firm.settle()
    firm.house.store.close()
    firm = opened()
    firm.passes(2 * MINUTE)
    assert len(pages(chat)) == copies
    assert len(chat.quoting) == 2, "the page and the card, once each"
    erase(firm)
    firm.settle()
    assert chat.quoting == []


# -------------------------------------------------------------------------------- real channels
@dataclass
class Losing:
    """A channel of ours whose first receipts never arrive: the platform took the messages."""

    channel: Channel
    losing: int = 2
    mislaid: int = 0  # updates whose answers never arrive
    lost: Callable[[], None] = lambda: None

    @property
    def capabilities(self) -> Capabilities:
        return self.channel.capabilities

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        receipt = self.channel.deliver(message, deadline=deadline)
        if self.losing:
            self.losing -= 1
            self.lost()
            raise ChannelUnavailable("no answer in time")
        return receipt

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        receipt = self.channel.update(ref, message, deadline=deadline)
        if self.mislaid:
            self.mislaid -= 1
            raise ChannelUnavailable("no answer in time")
        return receipt

    def take_back(self, ref: str, *, deadline: float) -> None:
        assert isinstance(self.channel, TakesBack)
        self.channel.take_back(ref, deadline=deadline)


@dataclass
class Place:
    """A platform on loopback: our channel there, a person, a room, and all that stands there."""

    server: Any
    channel: Channel
    person: str
    room: str
    stands: Callable[[], list[Any]]
    forgets: Callable[[], None] = lambda: None  # what it knows a message again by


def _built(kind: str, server: Any, token: str, **given: Any) -> Channel:
    named = channels.settings_of(kind)(name="chat", kind=kind, token=Secret(env="TOKEN"), **given)
    is_slack = isinstance(server, FakeSlack)  # it is reached by its own library
    tools = Tools(NoWire(), lambda _: token, "test") if is_slack else tools_for(server, token)
    return channels.build(named, tools)


def _slack() -> Place:
    server = FakeSlack()
    made = _built("slack", server, fake_slack.BOT_TOKEN, api=server.api)
    stands = lambda: list(server.messages.values())  # noqa: E731
    return Place(server, made, fake_slack.ADA, fake_slack.ROOM, stands)


def _telegram() -> Place:
    server = FakeTelegram("EXAMPLE")
    made = _built("telegram", server, "EXAMPLE", api=server.url)
    return Place(server, made, "1001", "-100200", lambda: list(server.messages.values()))


def _mattermost() -> Place:
    server = FakeMattermost("EXAMPLE")
    made = _built("mattermost", server, "EXAMPLE", url=server.url)
    people = fake_mattermost
    stands = lambda: list(server.posts.values())  # noqa: E731
    return Place(server, made, people.ADA, people.ROOM, stands, server.pending.clear)


def _discord() -> Place:
    server = FakeDiscord("EXAMPLE")
    made = _built("discord", server, "EXAMPLE", api=server.api)
    people = fake_discord

    def forgets() -> None:
        for one in server.messages.values():
            one.pop("nonce", None)

    stands = lambda: list(server.messages.values())  # noqa: E731
    return Place(server, made, people.ADA, people.ROOM, stands, forgets)


def _matrix() -> Place:
    server = FakeMatrix()
    known = channels.settings_of("matrix")(
        name="chat", kind="matrix", homeserver="https://x.example", token=Secret(env="TOKEN")
    )
    made = channels.build(known, Tools(server, lambda _: fake_matrix.TOKEN, "test"))

    def stands() -> list[Any]:
        """Each message with all that was put in its place: the room's history keeps it."""
        return [[one, server.related(one["event_id"], "m.replace")] for one in _written(server)]

    people, forgets = fake_matrix, server.transactions.clear
    return Place(nullcontext(), made, people.ADA, people.ROOM, stands, forgets)


def _written(server: FakeMatrix) -> list[dict[str, Any]]:
    """The events of messages, without those that replace one."""
    sent = [one for one in server.events.values() if one["type"] == "m.room.message"]
    replaces = '"rel_type": "m.replace"'
    return [one for one in sent if one["content"] and replaces not in json.dumps(one)]


PLACES = {
    "slack": _slack,
    "telegram": _telegram,
    "mattermost": _mattermost,
    "discord": _discord,
    "matrix": _matrix,
}
COPIES = {
    "slack": 2,
    "telegram": 2,
    "mattermost": 0,
    "discord": 0,
    "matrix": 0,
}  # each knows a key again, or not


@pytest.fixture(params=sorted(PLACES))
def named(request: pytest.FixtureRequest) -> Iterator[tuple[str, Place]]:
    for library in ("websockets", "slack_sdk"):
        pytest.importorskip(library, reason=f"left out: needs {library}")
    made = PLACES[request.param]()
    with made.server:
        yield request.param, made


def at(place: Place, channel: Channel) -> Firm:
    """A firm whose owner is reached there, and whose cases are shown in the room there."""
    known = settings()

    def reached(contact: Contact) -> Contact:
        there = contact.channel == "chat" and contact.to == f"{OWNER}@chat"
        return contact.model_copy(update={"to": place.person}) if there else contact

    people = tuple(
        one.model_copy(update={"contacts": tuple(map(reached, one.contacts))})
        for one in known.people
    )
    rooms = tuple(
        one.model_copy(update={"room": place.room}) if one.name == "chat" else one
        for one in known.channels
    )
    declared: Settings = known.model_copy(update={"people": people, "channels": rooms})
    clock = VirtualClock(NOON)
    both: Any = {"chat": channel, "mail": FakeChannel(clock)}
    return open_firm(None, clock=clock, channels=both, declared=declared)


def words_in(stands: list[Any]) -> list[Any]:
    return [one for one in stands if WORDS in json.dumps(one)]


@pytest.mark.parametrize("is_late", [False, True])
def test_no_copy_keeps_erased_words_where_a_send_timed_out(
    named: tuple[str, Place], is_late: bool
) -> None:
    """is_late: it is sent again after the platform has forgotten what it knew it by."""
    kind, place = named
    lost = {"lost": place.forgets} if is_late else {}
    firm = at(place, Losing(place.channel, **lost))
    complain(firm, 1, band=Band.P1)
    firm.passes(timedelta(seconds=30))
    assert len(words_in(place.stands())) == 2, "the page and the card"
    assert len(place.stands()) == 2 + (2 if is_late else COPIES[kind])
    erase(firm)
    firm.settle()
    assert words_in(place.stands()) == []


def test_no_erased_words_stay_where_the_answer_to_them_was_lost(named: tuple[str, Place]) -> None:
    _, place = named
    firm = at(place, Losing(place.channel, losing=0, mislaid=2))
    complain(firm, 1, band=Band.P1)
    firm.settle()
    assert words_in(place.stands()), "they were taken"
    erase(firm)
    firm.passes(2 * MINUTE)
    assert words_in(place.stands()) == []


def test_a_message_that_cannot_be_changed_is_deleted_there(named: tuple[str, Place]) -> None:
    _, place = named

    @dataclass
    class Frozen(Losing):
        def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
            if message.verbatim is None:
                raise ChannelRefused("edit_window_closed")
            return super().update(ref, message, deadline=deadline)

    firm = at(place, Frozen(place.channel, losing=0))
    complain(firm, 1)
    firm.settle()
    assert len(words_in(place.stands())) == 2
    erase(firm)
    firm.settle()
    assert words_in(place.stands()) == []
    with firm.house.store.borrow() as desk:
        assert desk.words_left() == {}
