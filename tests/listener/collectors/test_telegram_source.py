"""Telegram's updates, acknowledged only once they are stored. Bodies are written from the
documented fields."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config import Brand, Secret
from listener.collector import (
    AuthorisationLost,
    Batch,
    Forbidden,
    Later,
    Malformed,
    RateLimited,
    SourceError,
)
from listener.collectors.telegram import PAGE, Settings, TelegramSource, build, decode
from listener.mention import Kind
from listener.tools import Tools
from listener.wire import Reply

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
ROOM = -1001234567890
HOT = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDhunter2"  # a made-up token


def update(
    number: int, minute: float = 0.0, kind: str = "message", **changed: Any
) -> dict[str, Any]:
    return {
        "update_id": number,
        kind: {
            "message_id": number + 5,
            "date": int((START + timedelta(minutes=minute)).timestamp()),
            "chat": {"id": ROOM, "type": "supergroup", "title": "Acme users"},
            "from": {"id": 7, "is_bot": False, "first_name": "Ann", "last_name": "O",
                     "username": "a"},
            "text": "Down again?",
            **changed,
        },
    }  # fmt: skip


@dataclass
class Bot:
    """A bot's queue: what is asked from a number on is acknowledged before it."""

    queue: list[dict[str, Any]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    fault: Reply | None = None

    def __call__(self, url: str) -> Reply:
        self.urls.append(url)
        if self.fault is not None:
            return self.fault
        query = parse_qs(urlsplit(url).query)
        offset = int(query.get("offset", ["0"])[0])
        self.offsets.append(offset)
        if offset:
            self.queue = [one for one in self.queue if one["update_id"] >= offset]
        body = {"ok": True, "result": self.queue[: int(query["limit"][0])]}
        return Reply(200, {}, json.dumps(body).encode())


Make = Callable[[Bot], TelegramSource]


@pytest.fixture
def source(wire_of: Callable[..., Any]) -> Make:
    def make(bot: Bot) -> TelegramSource:
        settings = Settings(
            name="our group", kind="telegram", token=Secret(env="T"), chats=(ROOM,), about="Acme"
        )
        tools = Tools(wire_of(bot), lambda secret: HOT, "tocsin/0")
        made = build(settings, [Brand(name="Acme")], tools)
        assert isinstance(made, TelegramSource)
        return made

    return make


def fetch(source: TelegramSource, cursor: str | None, minute: float = 0.0) -> Batch:
    return source.fetch(cursor, now=START + timedelta(minutes=minute), deadline=20.0)


def ids(batch: Batch) -> list[str]:
    return [one.post.id for one in batch.observations]


def read(one: dict[str, Any]) -> Any:
    seen = decode(one, chats=[str(ROOM)], about="Acme", now=START + timedelta(minutes=5))
    return seen and seen.post


def test_a_message_is_read() -> None:
    post = read(update(1, reply_to_message={"message_id": 3}))
    assert (post.platform, post.id, post.in_reply_to) == ("telegram", f"{ROOM}/6", f"{ROOM}/3")
    assert (post.title, post.text, post.created_at) == ("Acme", "Down again?", START)
    assert (post.author.id, post.author.handle, post.author.name) == ("7", "a", "Ann O")
    assert post.url == "https://t.me/c/1234567890/6"


def test_a_caption_counts_as_words_and_a_picture_alone_is_no_post() -> None:
    assert read(update(1, text=None, caption="Look at this")).text == "Look at this"
    assert read(update(1, text=None)) is None


def test_who_writes_for_a_channel_is_the_channel() -> None:
    shown = {"id": -1009, "title": "Acme news", "username": "acme_news", "type": "channel"}
    post = read(update(1, kind="channel_post", sender_chat=shown, **{"from": None}))
    assert (post.author.id, post.author.handle) == ("-1009", "acme_news")


def test_other_chats_are_left_alone() -> None:
    assert read(update(1, chat={"id": 7, "type": "private"})) is None
    assert read({"update_id": 1, "callback_query": {}}) is None


def test_nothing_is_acknowledged_before_it_is_stored(source: Make) -> None:
    bot = Bot([update(1), update(2)])
    first = fetch(source(bot), None)
    assert ids(first) == [f"{ROOM}/6", f"{ROOM}/7"]
    # A crash before the cursor was stored: they come again.
    assert ids(fetch(source(bot), None)) == ids(first)
    assert ids(fetch(source(bot), first.cursor)) == []
    assert bot.queue == []
    assert bot.offsets == [0, 0, 3]


def test_a_full_page_says_that_there_is_more(source: Make) -> None:
    bot = Bot([update(n) for n in range(1, PAGE + 11)])
    made = source(bot)
    first = fetch(made, None)
    assert first.more
    rest = fetch(made, first.cursor)
    assert len({*ids(first), *ids(rest)}) == PAGE + 10
    assert not rest.more


def test_an_edit_comes_as_an_edit(source: Make) -> None:
    batch = fetch(source(Bot([update(1, kind="edited_message")])), None)
    assert [one.kind for one in batch.observations] == [Kind.EDIT]


def test_what_was_written_before_the_first_start_is_backfill(source: Make) -> None:
    bot = Bot([update(1, minute=-3)])
    first = fetch(source(bot), None)
    assert [one.backfill for one in first.observations] == [True]
    bot.queue.append(update(2, minute=1))
    second = fetch(source(bot), first.cursor, minute=2)
    assert [one.backfill for one in second.observations] == [False]


def test_a_downtime_of_more_than_a_day_is_a_gap(source: Make) -> None:
    made = source(Bot())
    first = fetch(made, None)
    assert fetch(made, first.cursor, minute=23 * 60).gaps == ()
    (gap,) = fetch(made, first.cursor, minute=30 * 60).gaps
    assert (gap.since, gap.until) == (START, START + timedelta(hours=6))


def test_after_a_silent_week_numbers_that_start_anew_are_not_thrown_away(source: Make) -> None:
    bot = Bot([update(9_000)])
    cursor = fetch(source(bot), None).cursor
    for day in range(1, 9):
        cursor = fetch(source(bot), cursor, minute=day * 1_440).cursor
    bot.queue.append(update(17, minute=9 * 1_440))
    last = fetch(source(bot), cursor, minute=9 * 1_440 + 1)
    assert ids(last) == [f"{ROOM}/22"]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"message_id": "x"}, id="no number"),
        pytest.param({"date": None}, id="no date"),
        pytest.param({"from": {"id": "me"}}, id="nobody's"),
        pytest.param({"migrate_to_chat_id": -5}, id="a group that has a new id"),
    ],
)
def test_one_malformed_update_costs_only_itself(source: Make, broken: dict[str, Any]) -> None:
    batch = fetch(source(Bot([update(1, **broken), update(2)])), None)
    assert ids(batch) == [f"{ROOM}/7"]
    assert len(batch.malformed) == 1


def body(**said: Any) -> bytes:
    return json.dumps({"ok": False, **said}).encode()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(Reply(401, {}, body()), AuthorisationLost, id="an unknown token"),
        pytest.param(Reply(404, {}, body()), AuthorisationLost, id="no token at all"),
        pytest.param(Reply(409, {}, body()), Forbidden, id="another listener"),
        pytest.param(
            Reply(429, {}, body(parameters={"retry_after": 20})), RateLimited, id="too often"
        ),
        pytest.param(Reply(502, {}, b"<html>"), Later, id="down"),
        pytest.param(Reply(200, {}, b'{"ok": true}'), Malformed, id="no list"),
    ],
)
def test_faults_are_named_and_repeat_no_token(
    source: Make, reply: Reply, kind: type[SourceError]
) -> None:
    with pytest.raises(kind, match="our group") as caught:
        fetch(source(Bot(fault=reply)), None)
    assert "hunter2" not in str(caught.value)
    if isinstance(caught.value, RateLimited):
        assert caught.value.until == START + timedelta(seconds=20)


@pytest.mark.parametrize("cursor", ["[]", "x", '{"next": -1}', '{"next": 1e99}', "[" * 5_000])
def test_a_cursor_that_cannot_be_read_acknowledges_nothing(source: Make, cursor: str) -> None:
    bot = Bot([update(1)])
    assert ids(fetch(source(bot), cursor)) == [f"{ROOM}/6"]
    assert bot.offsets == [0]


def test_a_key_that_is_no_bots_token_is_refused(nothing: Tools) -> None:
    settings = Settings(name="our group", kind="telegram", token=Secret(env="T"), chats=(ROOM,))
    tools = Tools(nothing.wire, lambda secret: "../secrets", "tocsin/0")
    with pytest.raises(AuthorisationLost, match="no bot's token"):
        build(settings, [], tools)
