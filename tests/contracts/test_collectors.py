"""What every polled source promises, whatever its platform answers.

    a batch, or a SourceError · nothing lost · one bad post costs only itself · no secret told

A new source adds its row to `SAMPLES` in collector_samples.py, whose head says how; a test fails
until it does, or until `LEFT_OUT` says why it cannot.
"""

import base64
import contextlib
import json
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import Brand
from listener import collectors
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Batch,
    Collector,
    Forbidden,
    Known,
    Later,
    LooksBack,
    Malformed,
    RateLimited,
    Refreshes,
    SourceError,
)
from listener.mention import Kind, Observation
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, Reply, TooLarge, Unreachable
from tests.contracts.collector_samples import (
    LEFT_OUT,
    SAMPLES,
    START,
    Item,
    Sample,
    number_of,
    spread,
)
from tocsin.wire import HttpWire

SECRET = "EXAMPLE-c2VjcmV0-0123456789"
LIMIT = 10 * 1024 * 1024  # bytes of one answer
SOON = timedelta(minutes=2)
MANY = 300  # fetches after which a source that always has more has gone wrong


@dataclass
class Platform:
    """A platform behind a wire: what was written, and what it answers instead just now."""

    sample: Sample
    written: list[tuple[datetime, Item]] = field(default_factory=list)
    now: datetime = START
    instead: Reply | Exception | None = None
    asked: list[tuple[str, float, int]] = field(default_factory=list, repr=False)
    faults: list[Reply | Exception] = field(default_factory=list)  # each instead of one answer

    def write(self, numbers: Sequence[int], first: datetime) -> None:
        times = spread(len(numbers), first)
        self.written += [
            (at, self.sample.item(n, at)) for n, at in zip(numbers, times, strict=True)
        ]

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Any = None,
        body: bytes | None = None,
        deadline: float = 30.0,
        limit: int = LIMIT,
        redirects: int = 0,
    ) -> Reply:
        if method == "POST" and url == self.sample.granted:
            return Reply(
                200, {}, json.dumps({"access_token": SECRET, "expires_in": 99_999}).encode()
            )
        self.asked.append((url, deadline, limit))
        instead = self.faults.pop(0) if self.faults else self.instead
        if isinstance(instead, Exception):
            raise instead
        if instead is not None:
            if len(instead.body) > limit:
                raise TooLarge(f"more than {limit} bytes")
            return instead
        seen = sorted((one for one in self.written if one[0] <= self.now), key=lambda one: one[0])
        answer = self.sample.page(url, [item for _, item in reversed(seen)])
        return Reply(200, {"content-type": self.sample.content_type}, answer)


@dataclass
class World:
    """A source on its platform, the cursor that was stored, and what came."""

    kind: str
    platform: Platform
    cursor: str | None = None
    came: list[Observation] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    source: Collector = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.source = built(self.kind, self.platform)

    def fetch(self) -> Batch:
        batch = self.source.fetch(self.cursor, now=self.platform.now, deadline=20.0)
        self.cursor = batch.cursor or self.cursor
        self.batches.append(batch)
        self.came += batch.observations
        return batch

    def read(self) -> None:
        for _ in range(MANY):
            if not self.fetch().more:
                return
        raise AssertionError("it always has more")

    def numbers(self) -> set[int]:
        return {number_of(f"{one.post.title} {one.post.text}") for one in self.came}


def built(kind: str, wire: Any) -> Collector:
    declared = collectors.settings_of(kind)(kind=kind, name="it", **SAMPLES[kind].declare)
    given = SAMPLES[kind].secret(SECRET)
    tools = Tools(wire, lambda secret: given, "tocsin/0 (+https://tocsin.example)")
    return collectors.build(declared, [Brand(name="Acme")], tools)


@pytest.fixture(params=sorted(SAMPLES))
def world(request: pytest.FixtureRequest) -> World:
    sample = SAMPLES[request.param]
    if sample.needs and find_spec(sample.needs) is None:
        pytest.skip(f"left out: {sample.needs} is not installed")
    return World(request.param, Platform(sample))


def later(world: World, after: timedelta = SOON) -> None:
    """Time passes: longer than any source rests between two polls."""
    world.platform.now += after


def test_every_source_is_under_this_contract_or_says_why_not() -> None:
    assert set(SAMPLES) | set(LEFT_OUT) == set(collectors.COLLECTORS)
    assert not set(SAMPLES) & set(LEFT_OUT)


# --------------------------------------------------------------------------------- good answers
def test_an_empty_answer_is_a_batch_without_posts(world: World) -> None:
    world.read()
    assert world.came == []
    assert [batch.gaps for batch in world.batches if batch.gaps] == []
    assert world.cursor is not None


def test_posts_are_heard_as_the_platform_tells_them(world: World) -> None:
    world.platform.write([1, 2, 3], START - timedelta(minutes=5))
    world.read()
    assert world.numbers() == {1, 2, 3}
    facts = collectors.facts_of(world.kind)
    for seen in world.came:
        assert seen.post.platform == facts.platform
        assert seen.post.created_at.tzinfo is UTC
        assert seen.post.created_at <= seen.seen_at == START
        assert seen.post.author.id
        assert seen.backfill, "it was written before the source was first started"


def test_what_is_written_after_the_first_start_is_news(world: World) -> None:
    world.platform.write([1], START - timedelta(minutes=5))
    world.read()
    world.platform.write([2], START + timedelta(minutes=1))
    later(world, timedelta(minutes=20))
    world.read()
    news = [seen for seen in world.came if not seen.backfill]
    assert {number_of(f"{one.post.title} {one.post.text}") for one in news} == {2}


def test_a_post_has_the_same_id_each_time_it_is_seen(world: World) -> None:
    world.platform.write([1], START - timedelta(minutes=1))
    world.read()
    world.restart()
    world.cursor = None
    world.read()
    assert len(world.came) == 2
    assert len({seen.post.id for seen in world.came}) == 1


def test_one_malformed_item_costs_only_itself_and_is_counted(world: World) -> None:
    world.platform.write([1, 2], START - timedelta(minutes=5))
    world.platform.written.append((START - timedelta(minutes=4, seconds=30), odd(world)))
    world.read()
    assert world.numbers() == {1, 2}
    assert [reason for batch in world.batches for reason in batch.malformed]


@pytest.mark.parametrize("item", [None, 7, "x", [], [[]], {}, {"id": "\ud800"}, {"id": 10**400}])
def test_an_item_of_any_shape_is_left_out(world: World, item: object) -> None:
    if world.kind == "feed":
        pytest.skip("a feed is XML: its documents are in test_feed_document.py")
    world.platform.write([1, 2], START - timedelta(minutes=5))
    world.fetch()
    url = world.platform.asked[0][0]
    body = world.platform.sample.page(url, [one for _, one in reversed(world.platform.written)])
    at = body.index(b"[", 0 if body.startswith(b"[") else body.index(first_list(body))) + 1
    world.platform.instead = Reply(
        200, {}, body[:at] + json.dumps(item).encode() + b"," + body[at:]
    )
    world.restart()
    world.came.clear()
    world.cursor = None
    batch = world.fetch()
    assert world.numbers() == {1, 2}
    assert batch.malformed


def first_list(body: bytes) -> bytes:
    """Where the list of items begins: the first one that is not empty."""
    return next(
        f'"{name}": ['.encode()
        for name, value in named(json.loads(body))
        if isinstance(value, list) and value
    )


def named(value: object) -> Iterator[tuple[str, object]]:
    for name, one in value.items() if isinstance(value, dict) else ():
        yield name, one
        yield from named(one)


def test_a_post_from_the_future_is_as_old_as_its_first_sight(world: World) -> None:
    """Clocks differ, and an author may choose the time: it must not stand above all others."""
    platform = world.platform
    platform.written.append((START, platform.sample.item(1, START + timedelta(hours=2))))
    platform.write([2], START - timedelta(minutes=1))
    world.read()
    assert {1, 2} == world.numbers()
    assert all(seen.post.created_at <= START for seen in world.came)
    platform.write([3], START + timedelta(minutes=1))
    later(world, timedelta(minutes=20))
    world.read()
    assert 3 in world.numbers()


def odd(world: World) -> Item:
    return world.platform.sample.broken


# ----------------------------------------------------------------------------- bursts, restarts
def test_a_burst_of_pages_is_read_to_its_end_over_a_restart(world: World) -> None:
    world.read()
    count = 2 * world.platform.sample.size + 10
    world.platform.write(range(1, count + 1), START + timedelta(seconds=1))
    later(world, timedelta(seconds=count) + SOON)
    world.fetch()
    world.restart()
    world.read()
    assert world.numbers() == set(range(1, count + 1))
    assert not any(seen.backfill for seen in world.came)
    # A feed that showed nothing before may have lost what came before its oldest entry.
    first = START + timedelta(seconds=1)
    assert [gap for batch in world.batches for gap in batch.gaps if gap.until > first] == []


@pytest.mark.parametrize("deleted", [1, 3])
def test_what_is_deleted_between_two_pages_costs_no_other_post(world: World, deleted: int) -> None:
    """Pages that are counted from the newest post move on by what is deleted."""
    world.read()
    size, platform = world.platform.sample.size, world.platform
    platform.write(range(1, 3 * size + 21), START + timedelta(hours=1))
    later(world, timedelta(hours=5))
    while not world.numbers() and world.fetch().more:
        pass
    whole = list(platform.written)
    del platform.written[-3 - deleted : -3]
    lost = {whole.index(one) + 1 for one in whole if one not in platform.written}
    world.read()
    platform.write(range(len(whole) + 1, len(whole) + size), START + timedelta(hours=7))
    later(world, timedelta(hours=3))
    world.read()
    gaps = [gap for batch in world.batches for gap in batch.gaps]
    for number in set(range(1, len(whole) + 1)) - world.numbers() - lost:
        at = whole[number - 1][0]
        assert any(gap.since <= at <= gap.until for gap in gaps), number


def test_reading_goes_on_from_the_stored_cursor(world: World) -> None:
    world.platform.write([1], START - timedelta(minutes=1))
    world.read()
    world.restart()
    world.platform.write([2], START + timedelta(seconds=30))
    later(world, timedelta(minutes=20))
    world.read()
    assert world.numbers() == {1, 2}
    assert [s.backfill for s in world.came if "post-2" in f"{s.post.title} {s.post.text}"] == [
        False
    ]


@pytest.mark.parametrize(
    "cursor", ["", "{", "[]", "7", "null", '{"a": 3}', "[" * 500, "\ud800", '{"places": []}']
)
def test_an_unreadable_cursor_starts_the_source_afresh(world: World, cursor: str) -> None:
    world.platform.write([1], START - timedelta(minutes=1))
    world.cursor = cursor
    world.read()
    assert world.numbers() == {1}


def test_what_was_written_earlier_is_read_back_to_an_instant(world: World) -> None:
    if not isinstance(world.source, LooksBack):
        pytest.skip("it cannot look back")
    count = world.platform.sample.size + 10
    since = START - timedelta(seconds=2 * count)
    world.platform.write(range(1, count + 1), since)
    cursor, seen = None, []
    for _ in range(MANY):
        batch = world.source.look_back(cursor, since=since, now=START, deadline=20.0)
        seen += batch.observations
        cursor = batch.cursor
        if not batch.more:
            break
    assert {number_of(f"{one.post.title} {one.post.text}") for one in seen} == {
        *range(1, count + 1)
    }
    assert all(one.backfill for one in seen)


# --------------------------------------------------------------------------------------- faults
PAGE = b"<!doctype html><html><body>Are you human? EXAMPLE-c2VjcmV0-0123456789</body></html>"
TELLTALE = json.dumps({"error": SECRET, "message": SECRET, "errors": [SECRET]}).encode()
# Telegram answers so to a token that it does not know.
NOT_THERE = (BadRequest, Forbidden, AuthorisationLost)
FAULTS: dict[str, tuple[Reply | Exception, tuple[type[SourceError], ...]]] = {
    "too many requests": (Reply(429, {"retry-after": "60"}, TELLTALE), (RateLimited,)),
    "too many requests, no word of when": (Reply(429, {}, b""), (RateLimited,)),
    "a reset long past": (Reply(429, {"x-ratelimit-reset": "5"}, b"{}"), (RateLimited,)),
    "broken": (Reply(500, {}, TELLTALE), (Later,)),
    "down": (Reply(503, {}, b""), (Later,)),
    "a bad gateway's page": (Reply(502, {"content-type": "text/html"}, PAGE), (Later,)),
    "a page instead of an answer": (Reply(200, {"content-type": "text/html"}, PAGE), (Malformed,)),
    "nothing at all": (Reply(200, {}, b""), (Malformed,)),
    "cut short": (Reply(200, {}, b'{"items": [{"id": "1'), (Malformed,)),
    "a pit": (Reply(200, {}, b"[" * 100_000), (Malformed,)),
    "more parts than memory": (Reply(200, {}, b"[" + b"{}," * 3_000_000 + b"{}]"), (Malformed,)),
    "more bytes than are taken": (Reply(200, {}, b"x" * (LIMIT + 1)), (Malformed,)),
    "wrong": (Reply(400, {}, TELLTALE), (BadRequest, Forbidden)),
    "a proxy that knows no such page": (
        Reply(404, {"content-type": "text/html"}, PAGE),
        NOT_THERE,
    ),
    "not found": (Reply(404, {}, b"{}"), NOT_THERE),
    "gone for good": (Reply(410, {}, b""), NOT_THERE),
    "moved": (
        Reply(301, {"location": f"https://evil.example/{SECRET}"}, b""),
        (BadRequest, Forbidden),
    ),
    "too slow": (DeadlinePassed("the deadline passed"), (Later,)),
    "nobody there": (Unreachable("no answer"), (Later,)),
    "a private address": (AddressRefused("10.0.0.7 is private"), (BadRequest, Forbidden)),
    "a bug": (RuntimeError(f"key={SECRET}"), (Later,)),
}


SCRIPTS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 130)),
        st.tuples(st.just("fault"), st.sampled_from(sorted(FAULTS))),
        st.tuples(st.just("poll"), st.integers(0, 15)),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=12,
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_loses_nothing(world: World, fault: str) -> None:
    answer, kinds = FAULTS[fault]
    world.platform.write([1], START - timedelta(minutes=1))
    world.read()
    world.platform.write([2], START + timedelta(seconds=10))
    later(world, timedelta(minutes=20))
    before, world.platform.instead = world.cursor, answer
    with pytest.raises(kinds) as raised:
        world.fetch()
    assert world.cursor == before
    assert_no_secret(raised.value)
    if isinstance(raised.value, RateLimited):
        assert raised.value.until > world.platform.now
    world.platform.instead = None
    for _ in range(2):  # what failed has its turn in the next poll
        later(world, timedelta(hours=1, minutes=1))
        world.read()
    assert world.numbers() == {1, 2}


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(script=SCRIPTS)
def test_whatever_happens_every_post_is_heard_or_in_a_gap(
    kind: str, script: list[tuple[str, Any]]
) -> None:
    needs = SAMPLES[kind].needs
    if needs and find_spec(needs) is None:
        pytest.skip(f"left out: {needs} is not installed")
    world = World(kind, Platform(SAMPLES[kind]))
    world.read()  # what was written before the first start nobody was promised
    for what, how in script:
        if what == "write":
            first, last = len(world.platform.written) + 1, world.platform.written[-1:]
            at = max([world.platform.now, *(one[0] for one in last)])
            ends = min(first + how, SAMPLES[kind].most)
            world.platform.write(range(first, ends), at + timedelta(seconds=1))
        elif what == "fault":
            world.platform.faults.append(FAULTS[how][0])
        elif what == "restart":
            world.restart()
        else:
            later(world, timedelta(minutes=how))
            with_patience(world.read)
    world.platform.faults.clear()
    for _ in range(3):
        later(world, timedelta(hours=1, minutes=1))
        world.read()
    lost = set(range(1, len(world.platform.written) + 1)) - world.numbers()
    gaps = [gap for batch in world.batches for gap in batch.gaps]
    for number in lost:
        at = world.platform.written[number - 1][0]
        assert any(gap.since <= at <= gap.until for gap in gaps), number


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", [b"", TELLTALE, PAGE])
def test_a_refusal_is_one_that_somebody_must_see_to(world: World, status: int, body: bytes) -> None:
    world.platform.instead = Reply(status, {}, body)
    with pytest.raises(world.platform.sample.refused) as raised:
        world.fetch()
    assert '"it' in str(raised.value), "it does not say which source"
    assert_no_secret(raised.value)


def assert_no_secret(error: BaseException) -> None:
    told = "".join(traceback.format_exception(error))
    assert SECRET not in told
    assert SECRET not in repr(error)


def test_a_source_shows_no_secret_of_its_own(world: World) -> None:
    world.platform.write([1], START - timedelta(minutes=1))
    world.read()
    assert SECRET not in repr(world.source)
    assert SECRET not in repr(vars(world.source))
    assert SECRET not in str(world.cursor)
    assert SECRET not in str(world.batches)


def test_every_request_keeps_its_deadline_and_its_limit(world: World) -> None:
    world.platform.write(range(1, 200), START - timedelta(minutes=5))
    for _ in range(5):
        world.fetch()
    assert world.platform.asked
    for _, deadline, limit in world.platform.asked:
        assert deadline <= 20.0
        assert limit <= LIMIT


def test_nothing_is_asked_for_at_a_private_address(world: World) -> None:
    asked: list[str] = []

    def private(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["10.0.0.7"]

    wire = HttpWire(resolver=private)
    with pytest.raises((BadRequest, Forbidden), match="not a public one"):
        built(world.kind, wire).fetch(None, now=START, deadline=2.0)
    assert asked, "it never asked for a host at all"


# ---------------------------------------------------------------------------- following up posts
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_deletes_no_kept_post(world: World, fault: str) -> None:
    if not isinstance(world.source, Refreshes):
        pytest.skip("it cannot look at kept posts again")
    world.platform.write([1, 2], START - timedelta(minutes=1))
    world.read()
    known = [Known(s.post.id, s.post.aliases, s.post.url) for s in world.came]
    world.platform.instead = FAULTS[fault][0]
    try:
        found = world.source.refresh(known, now=START, deadline=20.0)
    except SourceError as error:
        assert_no_secret(error)
    else:
        assert [one for one in found.observations if one.kind is Kind.DELETE] == []
        assert found.absent == ()
        assert set(found.unknown) == {one.id for one in known}


@pytest.mark.parametrize("how", ["its own", b"[]", b"{}", b"null", b'{"error": "x"}'])
@pytest.mark.parametrize("status", [200, 404, 410])
def test_a_good_answer_that_shows_nothing_deletes_no_kept_post_by_itself(
    world: World, how: bytes | str, status: int
) -> None:
    if not isinstance(world.source, Refreshes):
        pytest.skip("it cannot look at kept posts again")
    world.platform.write(range(1, 21), START - timedelta(minutes=1))
    world.read()
    many = world.source.at_once
    known = [Known(s.post.id, s.post.aliases, s.post.url) for s in world.came][:many]
    address = world.platform.asked[0][0]
    empty = world.platform.sample.page(address, []) if isinstance(how, str) else how
    world.platform.instead = Reply(status, {}, empty)
    try:
        found = world.source.refresh(known, now=START, deadline=20.0)
    except SourceError as error:
        assert_no_secret(error)
        return
    assert [one for one in found.observations if one.kind is Kind.DELETE] == []
    groups = [*found.absent, *found.unknown, *(one.post.id for one in found.observations)]
    assert sorted(groups) == sorted(one.id for one in known), "each is in one group"
    assert not (found.absent and found.shows), "nothing was shown"


def test_another_places_posts_are_not_asked_for(world: World) -> None:
    if not isinstance(world.source, Refreshes):
        pytest.skip("it cannot look at kept posts again")
    world.platform.instead = Reply(404, {}, b"{}")
    strange = Known("elsewhere.example/../9?x=1", ("elsewhere.example/post/9",))
    assert world.source.refresh([strange], now=START, deadline=20.0).unknown == (strange.id,)
    assert world.platform.asked == []


# ------------------------------------------------------------------------------ what others send
def test_hostile_documents_are_refused_within_limits(world: World, shared: Path) -> None:
    for name, answer in [*documents(shared), *bad_days(shared)]:
        world.restart()
        world.platform.instead = answer
        try:
            batch = world.source.fetch(None, now=START, deadline=20.0)
        except SourceError as error:
            assert_no_secret(error)
        else:
            for seen in batch.observations:
                f"{seen.post.title}{seen.post.text}".encode(), name
            assert len(batch.observations) <= 1_000, name


def test_after_hostile_documents_everything_is_heard(world: World, shared: Path) -> None:
    world.platform.write([1], START - timedelta(minutes=1))
    world.read()
    world.platform.write([2], START + timedelta(seconds=10))
    for _, answer in [*documents(shared), *bad_days(shared)]:
        later(world, timedelta(seconds=1))
        world.platform.instead = answer
        with_patience(world.fetch)
    world.platform.instead = None
    later(world, timedelta(hours=1, minutes=1))
    world.restart()
    world.read()
    assert {1, 2} <= world.numbers()


def with_patience(fetch: Callable[[], object]) -> None:
    with contextlib.suppress(SourceError):
        fetch()


def documents(shared: Path) -> Iterator[tuple[str, Reply]]:
    lines = (shared / "data/hostile/json_documents.jsonl").read_text("ascii").splitlines()
    for row in map(json.loads, lines):
        yield row["name"], Reply(200, {}, base64.b64decode(row["b64"]))


def bad_days(shared: Path) -> Iterator[tuple[str, Reply]]:
    lines = (shared / "data/hostile/http_faults.jsonl").read_text("ascii").splitlines()
    for number, row in enumerate(map(json.loads, lines)):
        if "body_gen" not in row:  # how a body arrives is the wire's matter, and tested there
            headers = {name.lower(): value for name, value in (row["headers"] or {}).items()}
            body = (row["body"] or "").encode(errors="replace")
            yield f"line {number + 1}", Reply(row["status"], headers, body)
