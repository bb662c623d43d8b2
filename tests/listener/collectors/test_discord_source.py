"""Discord's channels walked forward by id. Bodies are written from the documented fields."""

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
    Known,
    Malformed,
    RateLimited,
    Refreshes,
)
from listener.collectors.discord import PAGE, DiscordSource, Settings, build
from listener.collectors.discord_messages import decode, snowflake
from listener.mention import Kind, Observation
from listener.tools import Tools
from listener.wire import Reply

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
SERVER, ROOM, OTHER = "613425648685547541", "613425648685547545", "613425648685547550"
HOT = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.hunter2"  # a made-up token


def own(minute: float, n: int = 0) -> int:
    return snowflake(START + timedelta(minutes=minute)) + n


def message(minute: float, n: int = 0, **changed: Any) -> dict[str, Any]:
    return {
        "id": str(own(minute, n)),
        "type": 0,
        "channel_id": ROOM,
        "content": "<@80351110224678912> it is down again",
        "timestamp": (START + timedelta(minutes=minute)).isoformat(),
        "edited_timestamp": None,
        "author": {"id": "80351110224678913", "username": "ann", "global_name": "Ann"},
        "mentions": [{"id": "80351110224678912", "username": "helper"}],
        "reactions": [{"count": 2, "emoji": {"name": "x"}}, {"count": 1, "emoji": {"name": "y"}}],
        "attachments": [],
        "embeds": [],
        **changed,
    }


@dataclass
class Server:
    """Channels that answer as documented: after an id the next ones, newest first."""

    rooms: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    closed: dict[str, Reply] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, url: str) -> Reply:
        parts = urlsplit(url)
        room = parts.path.split("/")[-2]
        query = parse_qs(parts.query)
        after, limit = int(query.get("after", ["0"])[0]), int(query["limit"][0])
        self.asked.append((room, after))
        if room in self.closed:
            return self.closed[room]
        found = sorted((int(one["id"]), one) for one in self.rooms.get(room, []))
        page = [one for at, one in found if at > after][:limit]
        return Reply(200, self.headers, json.dumps(page[::-1]).encode())


def settings(*channels: str, **more: Any) -> Settings:
    declared = {"token": Secret(env="T"), "server": SERVER, "channels": channels or (ROOM,), **more}
    return Settings(name="our server", kind="discord", **declared)


@dataclass
class Reader:
    source: DiscordSource
    cursor: str | None = None
    seen: list[Observation] = field(default_factory=list)

    def read(self, minute: float) -> Batch:
        while True:
            now = START + timedelta(minutes=minute)
            batch = self.source.fetch(self.cursor, now=now, deadline=20.0)
            self.cursor = batch.cursor or self.cursor
            self.seen += batch.observations
            if not batch.more:
                return batch

    @property
    def ids(self) -> list[str]:
        return [one.post.id for one in self.seen]


Make = Callable[..., Reader]


@pytest.fixture
def reader(wire_of: Callable[..., Any]) -> Make:
    def make(server: Server, *channels: str, **more: Any) -> Reader:
        tools = Tools(wire_of(server), lambda secret: HOT, "tocsin/0")
        source = build(settings(*channels, **more), [Brand(name="Acme")], tools)
        assert isinstance(source, DiscordSource)
        return Reader(source)

    return make


def test_a_message_is_read() -> None:
    seen = decode(message(0), server=SERVER, channel=ROOM, about="Acme", now=START)
    assert seen is not None
    post = seen.post
    assert (post.platform, post.id) == ("discord", f"{ROOM}/{own(0)}")
    assert (post.title, post.text) == ("Acme", "@helper it is down again")
    assert (post.author.id, post.author.handle, post.author.name) == (
        "80351110224678913", "ann", "Ann",
    )  # fmt: skip
    assert post.url == f"https://discord.com/channels/{SERVER}/{ROOM}/{own(0)}"
    assert (post.created_at, post.engagement.likes, post.in_reply_to) == (START, 3, None)


def test_a_reply_names_what_it_answers_and_a_notice_is_no_post() -> None:
    answer = message(1, type=19, message_reference={"message_id": str(own(0))})
    seen = decode(answer, server=SERVER, channel=ROOM, about="", now=START)
    assert seen is not None
    assert seen.post.in_reply_to == f"{ROOM}/{own(0)}"
    joined = message(2, type=7, content="")
    assert decode(joined, server=SERVER, channel=ROOM, about="", now=START) is None


def test_a_channel_is_walked_to_its_end_and_nothing_is_read_twice_for_ever(reader: Make) -> None:
    server = Server({ROOM: [message(-1, n) for n in range(PAGE + 20)]})
    reading = reader(server)
    reading.read(0)
    assert len(set(reading.ids)) == PAGE + 20
    assert all(one.backfill for one in reading.seen)
    reading.seen.clear()
    server.rooms[ROOM].append(message(5))
    reading.read(6)
    fresh = [one for one in reading.seen if not one.backfill]
    assert [one.post.id for one in fresh] == [f"{ROOM}/{own(5)}"]


def test_the_last_message_may_be_deleted_without_losing_the_next(reader: Make) -> None:
    server = Server({ROOM: [message(-1)]})
    reading = reader(server)
    reading.read(0)
    server.rooms[ROOM] = [message(1)]
    reading.read(2)
    assert f"{ROOM}/{own(1)}" in reading.ids


def test_an_id_from_the_future_does_not_make_a_channel_deaf(reader: Make) -> None:
    hostile = message(-1, id="9" * 19)
    server = Server({ROOM: [hostile, message(-2)]})
    reading = reader(server)
    reading.read(0)
    server.rooms[ROOM] = [message(1)]
    reading.read(2)
    assert f"{ROOM}/{own(1)}" in reading.ids


def test_a_window_that_is_used_up_ends_the_turn_and_the_next_poll_goes_on(reader: Make) -> None:
    server = Server({ROOM: [message(-1, n) for n in range(PAGE + 20)]})
    server.headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(START.timestamp() + 9)}
    reading = reader(server)
    assert not reading.read(0).more
    assert len(server.asked) == 1
    reading.read(2)
    assert len(set(reading.ids)) == PAGE + 20


def test_a_closed_channel_does_not_keep_the_others_waiting(reader: Make) -> None:
    server = Server({OTHER: [message(-1)]}, {ROOM: Reply(403, {}, b'{"code": 50001}')})
    reading = reader(server, ROOM, OTHER)
    with pytest.raises(Forbidden, match="our server"):
        reading.read(0)
    reading.read(0)
    assert reading.ids == [f"{OTHER}/{own(-1)}"]


def test_messages_without_their_words_say_which_switch_is_off(reader: Make) -> None:
    reading = reader(Server({ROOM: [message(-1, content=""), message(-2, content="")]}))
    with pytest.raises(Forbidden, match="Message Content Intent"):
        reading.read(0)
    assert reading.cursor is None


def test_a_picture_alone_is_no_post_and_no_fault(reader: Make) -> None:
    picture = message(-1, content="", attachments=[{"id": "1"}])
    reading = reader(Server({ROOM: [picture, message(-2)]}))
    assert reading.read(0).malformed == ()
    assert reading.ids == [f"{ROOM}/{own(-2)}"]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"timestamp": "yesterday"}, id="no time"),
        pytest.param({"id": "x"}, id="no id"),
        pytest.param({"author": None}, id="nobody's"),
    ],
)
def test_one_malformed_message_costs_only_itself(reader: Make, broken: dict[str, Any]) -> None:
    reading = reader(Server({ROOM: [message(-1)]}))
    server = Server({ROOM: []})
    body = json.dumps([{**message(-2), **broken}, message(-1)]).encode()
    server.closed[ROOM] = Reply(200, {}, body)
    reading = reader(server)
    assert len(reading.read(0).malformed) == 1
    assert reading.ids == [f"{ROOM}/{own(-1)}"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(Reply(401, {}, b"{}"), AuthorisationLost, id="the token is refused"),
        pytest.param(Reply(429, {"retry-after": "3"}, b"{}"), RateLimited, id="too often"),
        pytest.param(Reply(200, {}, b"{}"), Malformed, id="no list"),
        pytest.param(Reply(200, {}, b"[" * 10_000), Malformed, id="a pit"),
    ],
)
def test_faults_are_named_and_repeat_no_token(
    reader: Make, reply: Reply, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match="our server") as caught:
        reader(Server(closed={ROOM: reply})).read(0)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("cursor", ["[]", "x", json.dumps({ROOM: {"first": 1}}), "[" * 5_000])
def test_a_cursor_that_cannot_be_read_is_a_first_start(reader: Make, cursor: str) -> None:
    reading = reader(Server({ROOM: [message(-1)]}))
    reading.cursor = cursor
    reading.read(0)
    assert reading.ids == [f"{ROOM}/{own(-1)}"]


def test_a_look_back_at_kept_messages_tells_edits_and_deletions(reader: Make) -> None:
    edited = message(-3, content="it works again")
    source = reader(Server({ROOM: [edited, message(-1)]})).source
    assert isinstance(source, Refreshes)
    kept = [Known(f"{ROOM}/{own(at)}") for at in (-3, -2)]
    found = source.refresh(kept, now=START, deadline=20.0)
    assert [(one.kind, one.post.id) for one in found.observations] == [
        (Kind.POST, f"{ROOM}/{own(-3)}"),
    ]
    assert (found.absent, found.shows) == ((f"{ROOM}/{own(-2)}",), True)
    assert found.observations[0].post.text == "it works again"


def test_who_may_not_read_the_past_is_shown_nothing_and_deletes_nothing(reader: Make) -> None:
    """Discord's documentation: without Read Message History there are no messages, and no error."""
    kept = [Known(f"{ROOM}/{own(-2)}")]
    found = reader(Server()).source.refresh(kept, now=START, deadline=20.0)
    assert (found.observations, found.absent, found.unknown) == ((), (), (kept[0].id,))


def test_the_newest_message_is_known_to_be_absent_by_the_older_ones_that_stand(
    reader: Make,
) -> None:
    kept = [Known(f"{ROOM}/{own(-1)}")]
    source = reader(Server({ROOM: [message(-3)]})).source
    found = source.refresh(kept, now=START, deadline=20.0)
    assert (found.absent, found.shows) == ((kept[0].id,), True)


@pytest.mark.parametrize("item", [None, 7, [], {}, {"id": "x"}])
def test_a_message_that_cannot_be_read_is_not_taken_for_an_absent_one(
    reader: Make, item: object
) -> None:
    page = json.dumps([item, message(-1)]).encode()
    kept = [Known(f"{ROOM}/{own(at)}") for at in (-2, -1)]
    source = reader(Server(closed={ROOM: Reply(200, {}, page)})).source
    found = source.refresh(kept, now=START, deadline=20.0)
    assert [one.kind for one in found.observations] == [Kind.POST]
    assert (found.absent, found.unknown) == ((), (kept[0].id,))


def test_what_was_learned_of_one_channel_stands_when_the_next_one_fails(reader: Make) -> None:
    other = str(int(ROOM) + 1)
    server = Server({ROOM: [message(-3)]}, {other: Reply(502, {}, b"")})
    kept = [Known(f"{ROOM}/{own(-3)}"), Known(f"{other}/{own(-2)}")]
    found = reader(server).source.refresh(kept, now=START, deadline=20.0)
    assert [one.post.id for one in found.observations] == [kept[0].id]
    assert found.unknown == (kept[1].id,)


@pytest.mark.parametrize("status", [403, 404, 429])
def test_a_channel_that_is_closed_to_us_deletes_nothing(reader: Make, status: int) -> None:
    server = Server({}, {ROOM: Reply(status, {}, b"{}")})
    kept = [Known(f"{ROOM}/{own(-2)}"), Known("something else")]
    try:
        found = reader(server).source.refresh(kept, now=START, deadline=20.0)
    except RateLimited:
        return
    assert found.observations == ()
    assert set(found.unknown) == {one.id for one in kept}
