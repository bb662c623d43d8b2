"""A case answered in Mattermost, Telegram and Discord: the whole way there and back.

The platforms are servers on loopback; the channel, what answers and the store are the real ones.
"""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config import Secret, Settings
from config.settings import Contact
from escalation import channels
from escalation.channel import Channel
from escalation.channels.turns import AT_ONCE
from escalation.subject import Case, Ref
from tests.escalation.channels import fake_discord, fake_mattermost
from tests.escalation.channels.fake_discord import FakeDiscord
from tests.escalation.channels.fake_mattermost import FakeMattermost
from tests.escalation.channels.fake_telegram import FakeTelegram
from tests.escalation.channels.loopback_server import (
    WITHIN,
    Asked,
    LoopbackServer,
    Told,
    comes,
    listening,
    tools_for,
)
from tests.firm import FIRST, NOON, OWNER, FakeChannel, Firm, complain, open_firm, settings
from tocsin.answering import Answering
from tocsin.clock import VirtualClock
from tocsin.strangers import MOST_A_MINUTE

pytest.importorskip("websockets", reason="left out: needs websockets")
TOKEN = "EXAMPLE-0123456789"


@dataclass
class Place:
    """A platform: who is who there, and what people do and see.

    press(who, verb) does what a person does to the first page; said() is what the page says now;
    told() all answers so far, as text.
    """

    server: LoopbackServer
    channel: Channel
    owner: str
    other: str
    press: Callable[[str, str], Any]
    write: Callable[[str, str], Any]
    said: Callable[[], str]
    told: Callable[[], str]


def on_telegram() -> Place:
    server = FakeTelegram(TOKEN)

    def page() -> tuple[tuple[int, int], dict[str, Any]]:
        return next((at, one) for at, one in server.messages.items() if "reply_markup" in one)

    def press(who: str, verb: str) -> None:
        (chat, number), one = page()
        rows = one["reply_markup"]["inline_keyboard"]
        shown = [button["callback_data"] for row in rows for button in row]
        data = next((one for one in shown if one.startswith(f"{verb}:")), None) or kept[verb]
        kept[verb] = data
        server.press(int(who), chat, number, data)

    kept: dict[str, str] = {}
    channel = _channel("telegram", server, api="url")
    return Place(
        server,
        channel,
        "1001",
        "1002",
        press,
        lambda who, text: server.write(int(who), text),
        lambda: str(page()[1]),
        lambda: str([*server.told, *list(server.messages.values())[1:]]),
    )


def on_mattermost() -> Place:
    server = FakeMattermost(TOKEN)
    names = {"ack": "white_check_mark", "handoff": "handshake"}
    root = fake_mattermost.id_of("post0")
    return Place(
        server,
        _channel("mattermost", server, url="url"),
        fake_mattermost.ADA,
        fake_mattermost.BEN,
        lambda who, verb: server.react(who, root, names[verb], channel=f"d{who}"[:26]),
        server.write,
        lambda: str([server.posts[root], server.reactions[root]]),
        lambda: str(list(server.posts.values())[1:]),
    )


def on_discord() -> Place:
    server = FakeDiscord(TOKEN)

    def press(who: str, verb: str) -> None:
        [row, *_] = next(iter(server.messages.values()))["components"]
        shown = [one["custom_id"] for one in row["components"]]
        data = next((one for one in shown if one.startswith(f"{verb}:")), None) or kept[verb]
        kept[verb] = data
        server.press(who, data, room=f"5{who[1:]}")

    kept: dict[str, str] = {}
    return Place(
        server,
        _channel("discord", server, api="api"),
        fake_discord.ADA,
        fake_discord.BEN,
        press,
        server.write,
        lambda: str(next(iter(server.messages.values()))),
        lambda: str([*server.answers, *list(server.messages.values())[1:]]),
    )


def _channel(kind: str, server: LoopbackServer, **address: str) -> Channel:
    [(name, attribute)] = address.items()
    given = {name: getattr(server, attribute), "token": Secret(env="TOKEN")}
    declared = channels.settings_of(kind)(name="chat", kind=kind, **given)
    return channels.build(declared, tools_for(server, TOKEN))


PLACES = {"telegram": on_telegram, "mattermost": on_mattermost, "discord": on_discord}


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    made = PLACES[request.param]()
    with made.server:
        yield made


@dataclass
class Talk:
    """A firm whose owner is reached in a chat, and whose chat is heard."""

    firm: Firm
    place: Place
    answering: Answering

    def case(self) -> Case:
        with self.firm.house.store.borrow() as desk:
            found = desk.subject(Ref("case", 1))
        assert isinstance(found, Case)
        return found

    def events(self) -> list[str]:
        with self.firm.house.store.borrow() as desk:
            return [str(one["event"]) for one in desk.history("case:1")]


@pytest.fixture
def talk(place: Place, tmp_path: Path) -> Iterator[Talk]:
    clock = VirtualClock(NOON)
    firm = open_firm(
        tmp_path / "tocsin.db",
        clock=clock,
        channels={"chat": place.channel, "mail": FakeChannel(clock)},  # type: ignore[dict-item]
        declared=_declared(place),
    )
    complain(firm, 1)
    firm.settle()
    answering = Answering(firm.house, "chat", place.channel.capabilities)
    with listening(place.channel, answering.take):  # type: ignore[arg-type]
        yield Talk(firm, place, answering)


def _declared(place: Place) -> Settings:
    """The firm, with the owner alone in the chat; its room is nowhere."""
    whole = settings()
    mail = {one.name: Contact(channel="mail", to=f"{one.name}@mail") for one in whole.people}
    chat = Contact(channel="chat", to=place.owner)
    people = tuple(
        one.model_copy(update={"contacts": (chat,) if one.name == OWNER else (mail[one.name],)})
        for one in whole.people
    )
    rooms = tuple(one.model_copy(update={"room": None}) for one in whole.channels)
    return whole.model_copy(update={"people": people, "channels": rooms})


def test_a_press_acknowledges_and_the_page_shows_it(talk: Talk) -> None:
    place = talk.place
    assert re.search(r"\bAcknowledge\b", place.said())
    place.press(place.owner, "ack")
    comes(lambda: talk.case().acked_by == OWNER)
    talk.firm.settle()
    assert "acknowledged by" in place.said()
    assert not re.search(r"\bAcknowledge\b", place.said()), "what is done is offered no more"


def test_the_same_press_five_times_is_done_once(talk: Talk) -> None:
    place = talk.place
    for _ in range(5):
        place.press(place.owner, "ack")
    place.write(place.owner, "cases")
    comes(lambda: "case 1" in place.told().lower())
    assert talk.events().count("acknowledged") == 1


def test_a_stranger_can_do_nothing_and_is_told_what_to_declare(talk: Talk) -> None:
    place = talk.place
    place.press(place.other, "ack")
    comes(lambda: "does not know you here" in place.told())
    assert place.other in place.told()
    assert "acknowledged" not in talk.events()


# ------------------------------------------------------------------------- many strangers
ANSWERS = ("sendMessage", "answerCallbackQuery", "/channels/direct", "/messages", "/callback")


@dataclass
class Held:
    """A platform that takes no answer until it is let go; counts those that it was asked to."""

    server: LoopbackServer
    asked: list[str] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._answer, self.server.answer = self.server.answer, self.answer  # type: ignore[method-assign]

    def answer(self, asked: Asked) -> Told:
        if any(part in asked.path for part in ANSWERS):
            self.asked.append(asked.path)
            self.open.wait(WITHIN)
        return self._answer(asked)


@pytest.fixture
def held(talk: Talk) -> Iterator[Held]:
    one = Held(talk.place.server)
    yield one
    one.open.set()


def strangers(place: Place, many: int) -> list[str]:
    """Ids of people whom the platform knows and nobody declared."""
    if not isinstance(place.server, FakeMattermost):
        return [str(900_000_000_000_000 + number) for number in range(many)]
    ids = [fake_mattermost.id_of(f"stranger{number}x") for number in range(many)]
    place.server.users |= {one: place.server.user(one, one) for one in ids}
    return ids


def test_an_acknowledgement_behind_a_thousand_strangers_waits_for_no_answer_to_them(
    talk: Talk, held: Held
) -> None:
    for who in strangers(talk.place, 1_000):
        talk.place.write(who, "hello?")
    talk.place.press(talk.place.owner, "ack")
    comes(lambda: talk.case().acked_by == OWNER)
    assert 0 < len(held.asked) <= AT_ONCE, "what is said to strangers is still being said"


def test_of_a_thousand_strangers_a_few_are_answered_and_the_others_counted(talk: Talk) -> None:
    place = talk.place
    for who in strangers(place, 1_000):
        place.write(who, "hello?")
    place.write(place.owner, "cases")
    comes(lambda: place.told().count("does not know you here") == MOST_A_MINUTE)
    comes(lambda: "case 1" in place.told().lower())
    assert place.told().count("does not know you here") == MOST_A_MINUTE
    assert talk.answering.strangers.take_unanswered() == 1_000 - MOST_A_MINUTE


def test_a_stranger_who_presses_a_thousand_times_is_told_once(talk: Talk) -> None:
    place = talk.place
    for _ in range(1_000):
        place.press(place.other, "ack")
    place.press(place.owner, "ack")
    comes(lambda: talk.case().acked_by == OWNER)
    comes(lambda: "does not know you here" in place.told())
    assert place.told().count("does not know you here") == 1


def test_words_do_what_a_form_would_ask(talk: Talk) -> None:
    place = talk.place
    place.write(place.owner, "ack 1")
    place.write(place.owner, "handoff 1")
    comes(lambda: "To whom?" in place.told())
    for answer in (FIRST, "hers", "nothing"):
        place.write(place.owner, answer)
    comes(lambda: talk.case().offered_to == FIRST)
