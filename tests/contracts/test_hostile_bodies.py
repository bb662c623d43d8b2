"""Whatever body a stranger sends, through every source that can receive it.

    refused within limits · counted, never read as a quiet day · nothing lost · nowhere private

The bodies are those of ../shared/data/hostile: HTTP faults, JSON documents, XML feeds, feed
documents, and addresses that lead to this machine. Here the answers of polled sources, X and
Reddit, the frames of Bluesky, and the lines of files and deliveries; the form and the mailbox have
tests of their own (test_form_source.py, test_imap_source.py).
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest

from config import Brand
from listener import collectors
from listener.collector import (
    BadRequest,
    Batch,
    Forbidden,
    Known,
    LooksBack,
    Malformed,
    Refreshes,
    SourceError,
)
from listener.collectors.jetstream_heard import MAX_MALFORMED
from listener.delivered import Spool
from listener.fields import mapping
from listener.mention import Kind, Observation
from listener.tools import Tools
from listener.wire import DeadlinePassed, Reply, TooLarge, Unreachable
from tests.contracts.collector_samples import SAMPLES, START
from tests.contracts.test_collectors import (
    LIMIT,
    SECRET,
    Platform,
    World,
    assert_no_secret,
    bad_days,
    documents,
    later,
    with_patience,
    world,
)
from tests.listener.collectors import test_bluesky_source as skies
from tests.listener.collectors import test_x_and_reddit_under_faults as metered
from tests.listener.collectors.test_feed_document import body_of
from tocsin.wire import HttpWire

__all__ = ["world"]  # the fixture: every polled source, on its platform

DAY = timedelta(days=1)
FEEDS = ("xml_feeds", "feed_documents")
# What each platform's own way of saying "nothing new" looks like; all else is no quiet day.
NOTHING_NEW: Mapping[str, Any] = {
    "discord": lambda value: value == [],
    "facebook": lambda value: isinstance(mapping(value).get("data"), list),  # posts, no comments
    "googlebusiness": lambda value: value == {},
    "googleplay": lambda value: value == {},
    "instagram": lambda value: isinstance(mapping(value).get("data"), list),
    "mastodon": lambda value: value == [],
    "x": lambda value: value == {"data": []},
}


def rows(shared: Path, name: str) -> Iterator[dict[str, Any]]:
    path = shared / "data" / "hostile" / f"{name}.jsonl"
    yield from map(json.loads, path.read_text("ascii").splitlines())


Answers = list[tuple[str, Reply | Exception]]


@cache
def bodies(shared: Path) -> Answers:
    """Every answer that there is, by name; those that are recipes as the wire hands them on."""
    feeds: Answers = [
        (f"{name}: {row['name']}", Reply(200, {"content-type": kind}, body_of(row)))
        for name in FEEDS
        for row in rows(shared, name)
        for kind in ("application/xml",)
    ]
    made: Answers = [
        (f"{row['body_gen']['kind']} {row['status']}", made_up(row))
        for row in rows(shared, "http_faults")
        if "body_gen" in row
    ]
    return [*documents(shared), *bad_days(shared), *feeds, *made]


def made_up(row: Mapping[str, Any]) -> Reply | Exception:
    """A body that is too large or too odd to be stored; where the wire refuses it, its error."""
    kind, count = row["body_gen"]["kind"], int(row["body_gen"].get("n", 0))
    bytes_of = {
        "nest": lambda: b"[" * count,
        "many_items": lambda: b'{"data":[' + b"{}," * count + b"{}]}",
        "many_keys": lambda: b"{" + b'"k":0,' * count + b'"k":0}',
        "big_int": lambda: b'{"data":' + b"9" * count + b"}",
        "many_headers": lambda: b"{}",
        "bad_gzip": lambda: b"\x1f\x8b\x08broken",
        "brotli_unannounced": lambda: b"\x8b\x02\x80{}\x03",
        "wrong_charset": lambda: '{"data":[]}'.encode("utf-16"),
    }
    if kind in bytes_of:
        return Reply(row["status"], {}, bytes_of[kind]())
    if kind in ("long_string", "gzip_bomb", "no_end"):
        return TooLarge(f"more than {LIMIT} bytes")
    return DeadlinePassed("30 s") if kind == "slow_body" else Unreachable(kind)


def quiet(batch: Batch) -> bool:
    """It says that nothing was written, and that nothing was wrong."""
    return not (batch.observations or batch.malformed or batch.gaps or batch.trouble)


def says_nothing_new(kind: str, answer: Reply | Exception) -> bool:
    if isinstance(answer, Exception) or kind not in NOTHING_NEW:
        return False
    try:
        return bool(NOTHING_NEW[kind](json.loads(answer.body)))
    except ValueError:
        return False


def is_a_page(url: str) -> bool:
    """Nothing else that a browser would open or run: no script, no file."""
    return not url or url.lower().startswith(("http://", "https://"))


def check(batch: Batch, name: str) -> None:
    for seen in batch.observations:
        f"{seen.post.title}{seen.post.text}{seen.post.url}".encode(), name
        assert is_a_page(seen.post.url), name
    assert len(batch.observations) <= 1_000, name


# --------------------------------------------------------------------------------- the polled ones
def test_no_hostile_body_passes_for_a_quiet_day(world: World, shared: Path) -> None:
    world.read()
    for name, answer in bodies(shared):
        later(world, DAY)  # longer than any rest that an answer may ask for
        world.platform.instead = answer
        try:
            batch = world.source.fetch(None, now=world.platform.now, deadline=20.0)
        except SourceError as error:
            assert_no_secret(error)
            continue
        check(batch, name)
        if world.kind == "feed" and isinstance(answer, Reply) and b"<" in answer.body:
            continue  # a feed of no entries is one
        assert not quiet(batch) or says_nothing_new(world.kind, answer), (name, answer)


def test_after_every_hostile_body_nothing_is_lost(world: World, shared: Path) -> None:
    world.platform.write([1], START - timedelta(minutes=1))
    world.read()
    world.platform.write([2], START + timedelta(seconds=10))
    for _, answer in bodies(shared):
        later(world, timedelta(milliseconds=100))
        world.platform.instead = answer
        with_patience(world.fetch)
    world.platform.instead = None
    for _ in range(2):
        later(world, timedelta(hours=1, minutes=1))
        world.restart()
        world.read()
    assert {1, 2} <= {n for seen in world.came for n in numbers_in(seen)}


def numbers_in(seen: Observation) -> Iterator[int]:
    """Which of the posts of the contract it is, if any: hostile ones have no number."""
    found = re.search(r"post-(\d+)", f"{seen.post.title} {seen.post.text}")
    yield from [int(found[1])] if found else ()


def test_no_answer_is_asked_for_beyond_the_limits(world: World, shared: Path) -> None:
    for _, answer in bodies(shared)[::7]:
        later(world, DAY)
        world.platform.instead = answer
        with_patience(world.fetch)
    assert world.platform.asked
    assert max(limit for _, _, limit in world.platform.asked) <= LIMIT
    assert max(deadline for _, deadline, _ in world.platform.asked) <= 30.0


# ---------------------------------------------------------------- looking again, and looking back
def test_no_hostile_body_erases_a_kept_post(world: World, shared: Path) -> None:
    if not isinstance(world.source, Refreshes):
        pytest.skip("it cannot look at kept posts again")
    world.platform.write([1, 2], START - timedelta(minutes=1))
    world.read()
    known = [Known(s.post.id, s.post.aliases, s.post.url) for s in world.came]
    for name, answer in bodies(shared):
        later(world, DAY)
        world.platform.instead = answer
        try:
            found = world.source.refresh(known, now=world.platform.now, deadline=20.0)
        except SourceError as error:
            assert_no_secret(error)
            continue
        erased = [one.post.id for one in found.observations if one.kind is Kind.DELETE]
        assert erased == [], (name, answer)
        assert set(found.unknown) | {one.post.id for one in found.observations} >= {
            one.id for one in known
        }


def test_no_hostile_body_ends_looking_back_otherwise_than_by_its_own_errors(
    world: World, shared: Path
) -> None:
    if not isinstance(world.source, LooksBack):
        pytest.skip("it cannot look back")
    for name, answer in bodies(shared)[::3]:
        later(world, DAY)
        world.platform.instead = answer
        since, now = world.platform.now - DAY, world.platform.now
        try:
            batch = world.source.look_back(None, since=since, now=now, deadline=20.0)
        except SourceError as error:
            assert_no_secret(error)
            continue
        check(batch, name)
        assert all(seen.backfill for seen in batch.observations)


# ------------------------------------------------------------------------- links to this machine
@cache
def addresses(shared: Path) -> list[str]:
    """Addresses that must never be asked for."""
    return [
        row["url"]
        for row in rows(shared, "ssrf_urls")
        if "url" in row and row["expect"].startswith("deny")
    ]


def bent(value: Any, link: str) -> Any:
    """A platform's item whose every link leads elsewhere, with one more among its words."""
    if isinstance(value, dict):
        return {name: bent(one, link) for name, one in value.items()}
    if isinstance(value, list):
        return [bent(one, link) for one in value]
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return link
    return f"{value} {link}" if isinstance(value, str) and "post-" in value else value


def test_no_link_of_a_stranger_is_followed(world: World, shared: Path) -> None:
    """A post's links are kept or left out; nobody asks for what stands behind them."""
    world.platform.write([1], START - timedelta(minutes=9))
    world.read()
    hosts = {urlsplit(url).hostname for url, _, _ in world.platform.asked}
    for number, link in enumerate(addresses(shared), 2):
        at = START - timedelta(seconds=number)
        item = bent(world.platform.sample.item(number, at), link)
        world.platform.written.append((at, item))
    world.restart()
    world.cursor = None
    world.read()
    assert {urlsplit(url).hostname for url, _, _ in world.platform.asked} == hosts
    assert all(is_a_page(seen.post.url) for seen in world.came)


@pytest.mark.skipif(find_spec("feedparser") is None, reason="feedparser is not installed")
def test_no_feed_is_read_at_a_private_address(shared: Path) -> None:
    """Redirects to such a place are the wire's matter: test_wire.py, test_addresses.py."""
    settings, tls = collectors.settings_of("feed"), HttpWire()._tls
    for link in addresses(shared):
        try:
            declared = settings.model_validate({"kind": "feed", "name": "it", "urls": [link]})
        except ValueError:
            continue
        wire = HttpWire(resolver=lambda host, port: ["127.0.0.1"], tls=tls)
        tools = Tools(wire, lambda secret: SECRET, "tocsin/0")
        source = collectors.build(declared, [Brand(name="Acme")], tools)
        with pytest.raises((BadRequest, Forbidden)):
            source.fetch(None, now=START, deadline=2.0)
        wire.close()


# ---------------------------------------------------------------------------------- X and Reddit
class Answering(metered.Platform):
    """X or Reddit, which answers something else for a while."""

    instead: Reply | Exception | None = None

    def request(self, method: str, url: str, **options: Any) -> Reply:
        assert options.get("limit", LIMIT) <= LIMIT
        assert options.get("deadline", 30.0) <= 30.0
        if self.instead is None or url.endswith("/api/v1/access_token"):
            return super().request(method, url, **options)
        if isinstance(self.instead, Exception):
            raise self.instead
        return self.instead


@pytest.mark.parametrize("dialect", ["x", "reddit"])
def test_x_and_reddit_refuse_every_hostile_body_and_lose_nothing(
    dialect: Literal["x", "reddit"], shared: Path
) -> None:
    pytest.importorskip({"x": "tweepy", "reddit": "praw"}[dialect])
    platform = Answering(dialect)
    listener = metered.Listener(platform, 1_000.0)
    listener.poll()
    platform.write(3)
    for name, answer in bodies(shared):
        platform.now += timedelta(seconds=1)
        platform.instead = answer
        try:
            day = platform.now.date()
            listener.purse.note({}, {}, day)
            batch = listener.source.fetch(listener.cursor, now=platform.now, deadline=10)
        except SourceError as error:
            assert_no_secret(error)
            continue
        listener.cursor = batch.cursor or listener.cursor
        check(batch, name)
        assert not quiet(batch) or says_nothing_new(dialect, answer), (name, answer)
    platform.instead = None
    for _ in range(3):
        platform.now += timedelta(hours=2)
        listener.restart(0)
        listener.poll()
    for entry in platform.shown:
        name = metered.x_id(entry) if dialect == "x" else f"t1_{metered.base36(entry[1])}"
        assert name in listener.heard or any(
            gap.since <= entry[0] <= gap.until for gap in listener.gaps
        )


# ---------------------------------------------------------------------------------------- Bluesky
def test_hostile_frames_of_a_stream_are_counted_and_cost_no_other(shared: Path) -> None:
    texts = [
        answer.body.decode(errors="replace")
        for _, answer in bodies(shared)
        if isinstance(answer, Reply) and len(answer.body) < 1_000_000
    ]
    second = skies.SECOND
    between = [skies.frame(f"good{n}", skies.NOON + n * second) for n in range(5)]
    steps: list[Any] = []
    for n, good in enumerate(between):
        steps += [*texts[n :: len(between)], good]
    source = skies.source(skies.Sky(steps))
    batches = [source.fetch(None, now=skies.NOON, deadline=20.0)]
    for _ in range(len(steps)):
        if len([one for batch in batches for one in skies.ids(batch)]) >= len(between):
            break
        batches.append(source.fetch(batches[-1].cursor, now=skies.NOON, deadline=20.0))
    assert [one for batch in batches for one in skies.ids(batch)] == [
        f"good{n}" for n in range(len(between))
    ]
    assert sum(len(batch.malformed) for batch in batches) >= MAX_MALFORMED


# ------------------------------------------------------------------------------ files, deliveries
@pytest.mark.parametrize("kind", ["file", "csv", "webhook"])
def test_hostile_lines_are_counted_and_cost_no_other(
    kind: str, shared: Path, tmp_path: Path
) -> None:
    good = json.dumps({"platform": "x", "id": "1", "text": "Acme is late"}).encode()
    lines = [
        answer.body.replace(b"\n", b" ").replace(b"\r", b" ")
        for _, answer in bodies(shared)
        if isinstance(answer, Reply) and len(answer.body) < 1_000_000
    ]
    source = reading(kind, tmp_path, lines, good)
    seen: list[Observation] = []
    malformed = 0
    cursor = None
    for _ in range(200):
        batch = source.fetch(cursor, now=START, deadline=20.0)
        cursor = batch.cursor or cursor
        seen += batch.observations
        malformed += len(batch.malformed)
        if not batch.more:
            break
    assert [one for one in seen if "Acme is late" in one.post.text]
    if kind != "csv":  # where a record of any words is one
        assert len(seen) + malformed >= len([line for line in lines if line.strip()])
        assert len(seen) <= 5


def reading(kind: str, folder: Path, lines: list[bytes], good: bytes) -> Any:
    path = folder / "in"
    given: dict[str, Any] = {"path": str(path)}
    if kind == "csv":
        given |= {"platform": "survey", "text": "words", "about": "Acme"}
        path.write_bytes(b"\n".join([b"words", *lines, b"Acme is late", b""]))
        written = (START - DAY).timestamp()  # nobody writes to it any more
        os.utime(path, (written, written))
    elif kind == "file":
        path.write_bytes(b"\n".join([*lines, good, b""]))
    else:
        given = {"spool": str(folder / "spool"), "secret": {"env": "TOKEN"}}
    declared = collectors.settings_of(kind).model_validate({"kind": kind, "name": "it", **given})
    tools = Tools(Platform(SAMPLES["hackernews"]), lambda secret: SECRET, "tocsin/0")
    source = collectors.build(declared, [Brand(name="Acme")], tools)
    if kind == "webhook":
        spool = Spool(folder / "spool")
        for at in range(0, len(lines), 200):
            spool.put(b"\n".join([*lines[at : at + 200], good]))
    return source


def test_a_body_that_is_refused_is_named_in_a_sentence_without_its_text(shared: Path) -> None:
    """What an operator reads of a hostile body is ours, never the stranger's."""
    listening = World("mastodon", Platform(SAMPLES["mastodon"]))
    told = set()
    for _, answer in bodies(shared):
        listening.platform.instead = answer
        listening.platform.now += DAY
        try:
            listening.fetch()
        except Malformed as error:
            told.add(str(error))
        except SourceError:
            continue
    assert told
    assert [said for said in told if not re.fullmatch(r'source "it": [ -~]{5,200}', said)] == []
