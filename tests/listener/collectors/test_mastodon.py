"""Mastodon's timelines walked forward, its statuses read, and kept posts looked at again."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from listener.collectors.mastodon import PAGES_ALONE, MastodonSource, Settings, build, tags_of
from listener.collectors.mastodon_place import Place, begun, moved_on
from listener.collectors.mastodon_posts import Page, by_age, decode
from listener.mention import Kind, Observation
from listener.tools import Tools
from listener.wire import Reply
from tests.listener.collectors.mastodon_instance import ACME, START, Instance, number, status


class Reader:
    """Reads one instance's only tag, round by round."""

    def __init__(self, tools: Callable[..., Tools], wire_of: Callable[..., object]) -> None:
        self.instance = Instance()
        settings = Settings(name="m", instance="here.example", tags=("acme",))
        made = build(settings, (ACME,), tools(wire_of(self.instance.answer)))
        assert isinstance(made, MastodonSource)
        self.source = made
        self.cursor: str | None = None
        self.seen: list[Observation] = []

    def fetch(self, minute: float) -> Batch:
        now = START + timedelta(minutes=minute)
        batch = self.source.fetch(self.cursor, now=now, deadline=9.0)
        self.cursor = batch.cursor or self.cursor
        self.seen += batch.observations
        return batch

    def read(self, minute: float) -> None:
        while self.fetch(minute).more:
            pass

    @property
    def ids(self) -> set[str]:
        return {seen.post.id.rpartition("/")[2] for seen in self.seen}


@pytest.fixture
def reader(tools: Callable[..., Tools], wire_of: Callable[..., object]) -> Reader:
    return Reader(tools, wire_of)


def test_a_status_is_read(reader: Reader) -> None:
    parent = status(1, in_reply_to_id="77")
    reader.instance.statuses = [parent]
    reader.read(2)
    (seen,) = reader.seen
    post = seen.post
    assert (post.id, post.aliases) == (parent["uri"], (f"here.example/{parent['id']}",))
    assert (post.text, post.lang) == ("#acme is late & silent", "en")
    assert (post.author.handle, post.author.followers) == ("ann@there.example", 9)
    assert (post.engagement.likes, post.engagement.reposts, post.engagement.replies) == (3, 2, 1)
    assert post.in_reply_to == "here.example/77"
    assert post.url == parent["url"]


def test_a_burst_is_walked_to_its_end_whatever_a_page_holds(reader: Reader) -> None:
    reader.instance.cap = 7
    reader.read(0)
    reader.instance.statuses = [status(1, n) for n in range(60)]
    reader.read(2)
    assert len(reader.ids) == 60


def test_what_was_written_before_the_first_start_is_backfill(reader: Reader) -> None:
    reader.instance.statuses = [status(-30), status(1)]
    reader.read(0)
    reader.read(2)
    assert {seen.post.created_at < START: seen.backfill for seen in reader.seen} == {
        True: True,
        False: False,
    }


def test_a_status_that_arrives_late_is_heard(reader: Reader) -> None:
    reader.read(1)
    reader.instance.statuses = [status(20)]
    reader.read(21)
    reader.instance.statuses.append(status(15))
    reader.read(23)
    assert reader.ids == {number(20), number(15)}


def test_what_arrives_late_is_heard_though_a_round_before_took_an_hour() -> None:
    """The newest id of a round is as old as its last page, not as its first."""
    overlap, place = timedelta(minutes=10), None

    def read(minute: float, *numbers: str) -> Place:
        now = START + timedelta(minutes=minute)
        asked = begun(place, now, now, overlap, by_time=True)
        page = Page((), numbers, (), len(numbers))
        return moved_on(asked, page, overlap, now, by_time=True)

    place = read(0, number(-1))  # it breaks off here, and is gone on with an hour later
    place = read(60, number(59))
    place = read(60)
    place = read(63)
    again = begun(place, START + timedelta(minutes=69), START, overlap, by_time=True)
    assert by_age(str(again.after)) < by_age(number(58)), "written then, shown nine minutes late"


def test_a_timeline_that_cannot_be_read_at_first_is_owed_what_is_written_meanwhile() -> None:
    hours_later = START + timedelta(hours=8)
    place = begun(None, hours_later, START, timedelta(minutes=10), by_time=True)
    assert place.first == START
    assert by_age(str(place.after)) < by_age(number(1)), "it is asked from before the first start"


def test_the_overlap_does_not_grow_the_cursor(reader: Reader) -> None:
    for minute in range(0, 600, 2):
        reader.instance.statuses.append(status(minute - 0.5))
        reader.read(minute)
    assert len(reader.ids) == 300
    assert len(reader.cursor or "") < 2_000
    assert len(reader.instance.asked) < 300 * 3


class Busy:
    """An instance on whose public timeline something is written all the time. Each request takes
    a second, in which `at_once` statuses are written, the last of them a little late."""

    def __init__(self, wire_of: Callable[..., Any], at_once: int) -> None:
        self.instance, self.at_once, self.seconds = Instance(), at_once, 0
        settings = Settings(
            name="m", instance="here.example", tags=("acme",), timeline="all", token=Secret(env="T")
        )
        wire = wire_of(self.answer)
        self.source = build(settings, (ACME,), Tools(wire, lambda secret: "tok", "tocsin/0"))
        self.cursor: str | None = None
        self.asked: list[str] = []
        self.shown: set[str] = set()

    def answer(self, url: str) -> Reply:
        self.seconds += 1
        for n in range(self.at_once):
            late = 20 if n == self.at_once - 1 else 0
            self.instance.statuses.append(status((self.seconds - late) / 60 - 0.001, n))
        path = urlsplit(url).path
        self.asked.append(path.rpartition("/")[2])
        if not path.endswith("/public"):
            return self.instance.reply(200, [])
        reply = self.instance.answer(url)
        self.shown |= {one["id"] for one in json.loads(reply.body)}
        return reply

    def read(self, minutes: int) -> None:
        """Poll every two minutes."""
        while self.seconds < minutes * 60:
            now = START + timedelta(seconds=self.seconds)
            batch = self.source.fetch(self.cursor, now=now, deadline=9.0)
            self.cursor = batch.cursor or self.cursor
            self.seconds += 0 if batch.more else 120

    def longest_without(self, name: str) -> int:
        """In requests."""
        found = [at for at, asked in enumerate(self.asked) if asked == name]
        return max(b - a for a, b in zip(found, [*found[1:], len(self.asked)], strict=True))


@pytest.mark.parametrize("at_once", [1, 2])
def test_a_busy_public_timeline_keeps_no_other_waiting(
    wire_of: Callable[..., Any], at_once: int
) -> None:
    busy = Busy(wire_of, at_once)
    busy.read(60)
    assert busy.longest_without("acme") < 60
    assert busy.longest_without("notifications") < 60
    written = {one["id"] for one in busy.instance.statuses if int(one["id"]) < int(number(50))}
    assert written <= busy.shown, "and nothing of it is left out, late or not"


def test_a_backlog_is_read_without_keeping_the_other_timelines_waiting(
    wire_of: Callable[..., Any],
) -> None:
    busy = Busy(wire_of, 1)
    busy.instance.statuses = [status(-30, n) for n in range(40 * 500)]
    busy.read(20)
    assert busy.longest_without("acme") <= PAGES_ALONE + 3
    assert {one["id"] for one in busy.instance.statuses if int(one["id"]) < int(number(10))} <= (
        busy.shown
    )


@given(st.data())
def test_whatever_arrives_in_time_is_heard_once_it_is_there(data: st.DataObject) -> None:
    from tests.listener.collectors import conftest

    reader = Reader(lambda wire: Tools(wire, conftest.no_secret, "tocsin/0"), conftest.ScriptedWire)
    reader.instance.cap = data.draw(st.sampled_from([1, 3, 40]))
    minute, waiting = 0, []
    for _ in range(data.draw(st.integers(1, 6))):
        minute += data.draw(st.integers(1, 30))
        for n in range(data.draw(st.integers(0, 5))):
            late = data.draw(st.sampled_from([-1, 0, 0, 4, 8]))  # -1: its clock is ahead of ours
            waiting.append(status(minute - late - 0.5, n))
        reader.instance.statuses += waiting
        waiting = []
        reader.read(minute)
    reader.read(minute + 2)
    wanted = {one["id"] for one in reader.instance.statuses if int(one["id"]) > int(number(-59))}
    assert wanted <= reader.ids


def test_an_instance_that_shows_nothing_to_strangers_is_told_plainly(reader: Reader) -> None:
    for code, kind in (
        (401, AuthorisationLost),
        (403, Forbidden),
        (404, Forbidden),
        (422, Forbidden),
    ):
        reader.instance.status = code
        with pytest.raises(kind, match=r"here\.example shows this timeline only.*token"):
            reader.fetch(1)


def test_a_window_that_is_used_up_is_waited_for(reader: Reader) -> None:
    reader.instance.headers = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "2026-11-02T08:05:00.000000Z",
    }
    reader.instance.statuses = [status(1)]
    assert not reader.fetch(2).more
    with pytest.raises(RateLimited) as rested:
        reader.fetch(2)
    assert rested.value.until == START + timedelta(minutes=5)
    reader.instance.headers = {}
    reader.read(6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"uri": 7},
        {"uri": "with blank"},
        {"created_at": "soon"},
        {"account": None},
        {"account": {"acct": 1}},
        {"id": None},
        {"id": "../x"},
    ],
)
def test_a_status_that_cannot_be_read_costs_no_other(reader: Reader, wrong: dict[str, Any]) -> None:
    reader.instance.statuses = [status(1), status(1, 1)]
    good = reader.instance.answer
    spoilt = {**status(1, 2), **wrong}

    def answer(url: str) -> Reply:
        body = json.loads(good(url).body)
        return Reply(200, {}, json.dumps([spoilt, *body] if body else []).encode())

    reader.source._instance._asker.wire.answer = answer  # type: ignore[attr-defined]
    batch = reader.fetch(2)
    assert len(batch.observations) == 2
    assert len(batch.malformed) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"7", b"[" * 5_000, b'{"error": "x"}'])
def test_what_is_no_timeline_is_malformed(reader: Reader, body: bytes) -> None:
    reader.source._instance._asker.wire.answer = lambda url: Reply(200, {}, body)  # type: ignore[attr-defined]
    with pytest.raises(Malformed):
        reader.fetch(1)


def test_kept_posts_are_looked_at_again_and_only_a_plain_no_erases(reader: Reader) -> None:
    assert isinstance(reader.source, Refreshes)
    reader.instance.statuses = [status(1), status(2)]
    reader.read(3)
    by_time = sorted(reader.seen, key=lambda seen: seen.post.created_at)
    known = [Known(seen.post.id, seen.post.aliases) for seen in by_time]
    elsewhere = Known("https://x/1", ("other.example/1",))
    reader.instance.statuses[0]["reblogs_count"] = 70
    del reader.instance.statuses[1]
    found = reader.source.refresh([*known, elsewhere], now=START, deadline=9.0)
    by_kind = {seen.kind: seen.post for seen in found.observations}
    assert by_kind[Kind.POST].engagement.reposts == 70
    assert found.absent == (known[1].id,)
    assert found.unknown == ("https://x/1",)


def test_an_instance_without_the_list_is_asked_one_by_one(reader: Reader) -> None:
    reader.instance.statuses = [status(1)]
    reader.read(3)
    reader.instance.has_list = False
    known = [Known(seen.post.id, seen.post.aliases) for seen in reader.seen]
    reader.instance.statuses[0]["reblogs_count"] = 70
    (seen,) = reader.source.refresh(known, now=START, deadline=9.0).observations
    assert (seen.post.id, seen.post.engagement.reposts) == (known[0].id, 70)
    reader.instance.statuses = []
    assert reader.source.refresh(known, now=START, deadline=9.0).absent == (known[0].id,)


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b'{"error": 7}'])
def test_a_proxys_not_found_is_none_of_the_instances(reader: Reader, body: bytes) -> None:
    reader.instance.statuses = [status(1)]
    reader.read(3)
    known = [Known(seen.post.id, seen.post.aliases) for seen in reader.seen]
    wire = reader.source._instance._asker.wire
    wire.answer = lambda url: Reply(404, {}, body)  # type: ignore[attr-defined]
    found = reader.source.refresh(known, now=START, deadline=9.0)
    assert (found.absent, found.unknown) == ((), (known[0].id,))


def test_an_instance_in_trouble_erases_nothing(reader: Reader) -> None:
    reader.instance.statuses = [status(1)]
    reader.read(3)
    known = [Known(seen.post.id, seen.post.aliases) for seen in reader.seen]
    reader.instance.status = 403
    with pytest.raises(Forbidden):
        reader.source.refresh(known, now=START, deadline=9.0)


def test_a_token_goes_with_every_request_and_into_no_error(
    wire_of: Callable[..., Any],
) -> None:
    instance = Instance(status=401)
    wire = wire_of(instance.answer)
    settings = Settings(
        name="m", instance="https://here.example/", tags=("acme",), token=Secret(env="X")
    )
    source = build(settings, (ACME,), Tools(wire, lambda secret: "s3cret", "tocsin/0"))
    with pytest.raises(Exception, match="credentials are refused") as refused:
        source.fetch(None, now=START, deadline=9.0)
    assert wire.asked[0].headers["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in str(refused.value)


def test_mentions_are_walked_through_by_their_own_numbers(wire_of: Callable[..., Any]) -> None:
    asked: list[str] = []

    def answer(url: str) -> Reply:
        asked.append(url)
        if "notifications" not in url or "min_id=12" in url:
            return Reply(200, {}, b"[]")
        notes = [{"id": "12", "type": "mention", "status": status(1)}, {"id": "11"}]
        return Reply(200, {}, json.dumps(notes).encode())

    settings = Settings(name="m", instance="here.example", tags=("a",), token=Secret(env="X"))
    source = build(settings, (ACME,), Tools(wire_of(answer), lambda secret: "s", "tocsin/0"))
    cursor, seen = None, []
    for _ in range(4):
        batch = source.fetch(cursor, now=START + timedelta(minutes=2), deadline=9.0)
        cursor, seen = batch.cursor or cursor, [*seen, *batch.observations]
    assert [one.post.id for one in seen] == [status(1)["uri"]]
    assert any("min_id=12" in url for url in asked)


@pytest.mark.parametrize("odd", [[], None, "x" * 40, "9" * 40, {"a": 1}, True, -1])
def test_a_notification_with_an_odd_number_moves_no_place(
    wire_of: Callable[..., Any], odd: object
) -> None:
    asked: list[str] = []

    def answer(url: str) -> Reply:
        asked.append(url)
        notes = [{"id": odd, "type": "mention"}, {"id": "7", "type": "mention"}]
        return Reply(200, {}, json.dumps(notes if "notifications" in url else []).encode())

    settings = Settings(name="m", instance="here.example", tags=("a",), token=Secret(env="X"))
    source = build(settings, (ACME,), Tools(wire_of(answer), lambda secret: "s", "tocsin/0"))
    assert isinstance(source, MastodonSource)
    cursor = None
    for minute in range(6):
        now = START + timedelta(minutes=minute)
        cursor = source.fetch(cursor, now=now, deadline=9.0).cursor or cursor
    back = source.look_back(None, since=START, now=START, deadline=9.0)
    source.look_back(back.cursor, since=START, now=START, deadline=9.0)
    places = [parse_qs(urlsplit(url).query) for url in asked if "notifications" in url]
    named = {value[0] for one in places for name, value in one.items() if name.endswith("_id")}
    assert named <= {"7"}
    assert "7" in named


def test_a_token_is_not_sent_in_clear() -> None:
    with pytest.raises(ValueError, match="only sent over https"):
        Settings(name="m", instance="http://here.example", token=Secret(env="X"))


def test_terms_become_tags() -> None:
    assert tags_of(
        (ACME, Brand(name="B", terms=("#acme", "4711", "!!"))),
    ) == ("acme", "AcmeAir")


@pytest.mark.parametrize("odd", ["\ud800", "\0", "x" * 26, ["4"], {"id": "4"}, True, -1])
def test_what_is_no_id_of_a_parent_is_none(odd: object) -> None:
    assert decode(status(1, in_reply_to_id=odd), "here.example", START).post.in_reply_to is None
    assert decode(status(1, in_reply_to_id="4"), "here.example", START).post.in_reply_to


def test_recorded_statuses_are_read(shared: Path) -> None:
    count = 0
    for path in sorted((shared / "fixtures" / "mastodon").glob("*.json")):
        for raw in _statuses(json.loads(path.read_text())):
            seen = decode(raw, "localhost:3000", datetime(2027, 1, 1, tzinfo=UTC))
            assert seen.post.id.startswith("http")
            assert "<" not in seen.post.text
            count += 1
    assert count > 20


def _statuses(value: object) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        if {"uri", "content", "account", "visibility"} <= value.keys():
            found.append(value)
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            found += _statuses(part)
    return found


def test_it_is_read_back_to_an_instant(reader: Reader) -> None:
    from listener.collector import LooksBack

    assert isinstance(reader.source, LooksBack)
    statuses = [status(-minute) for minute in range(1, 200)]

    def answer(url: str) -> Reply:
        before = int(parse_qs(urlsplit(url).query).get("max_id", [str(2**62)])[0])
        older = [one for one in statuses if int(one["id"]) < before]
        return Reply(200, {}, json.dumps(older[:40]).encode())

    reader.source._instance._asker.wire.answer = answer  # type: ignore[attr-defined]
    cursor, more, ids = None, True, set()
    while more:
        batch = reader.source.look_back(
            cursor, since=START - timedelta(minutes=150), now=START, deadline=9.0
        )
        ids |= {seen.post.id for seen in batch.observations}
        cursor, more = batch.cursor, batch.more
    assert ids == {one["uri"] for one in statuses[:150]}
