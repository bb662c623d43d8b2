"""The Bluesky source loses nothing in silence, whatever the stream does."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Brand
from listener.collector import BadRequest, Batch, Forbidden, Later, RateLimited, SourceError
from listener.collectors import bluesky, settings_of
from listener.collectors.bluesky import HOSTS, LINGER, SILENCE, JetstreamSource
from listener.collectors.bluesky_source import Followed
from listener.collectors.jetstream_heard import MAX_POSTS
from listener.collectors.jetstream_place import LOOK_BACK, Place
from listener.mention import Author, Kind, Post
from listener.stream import StreamClosed, StreamRefused
from listener.tools import Tools
from listener.wire import Reply

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DID = "did:plc:abcdefghijklmnopqrstuvwx"
SECOND = timedelta(seconds=1)


def us(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000


def frame(
    rkey: str, at: datetime = NOON, text: str = "Acme again", operation: str = "create"
) -> str:
    record = {"text": text, "createdAt": at.isoformat(), "langs": ["en"]}
    commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": rkey}
    commit |= {"record": record} if operation != "delete" else {}
    return json.dumps({"did": DID, "time_us": us(at), "kind": "commit", "commit": commit})


def frame_v2(rkey: str, seq: int, at: datetime = NOON, text: str = "Acme again") -> str:
    payload: dict[str, Any] = {"$type": "x#commit", "seq": seq, "did": DID, "rkey": rkey}
    payload |= {"time": at.isoformat(), "operation": "create", "collection": "app.bsky.feed.post"}
    payload |= {"record": {"text": text, "createdAt": at.isoformat()}}
    return json.dumps({"$type": "message", "payload": payload})


def refusal(status: int, body: bytes = b"", retry_after: str = "") -> StreamRefused:
    headers = {"retry-after": retry_after} if retry_after else {}
    return StreamRefused(Reply(status, headers, body))


Step = str | float | Exception


class Sky:
    """Scripted streams: each opening takes the next script. A number is seconds of silence."""

    def __init__(self, *scripts: list[Step] | StreamClosed) -> None:
        self.scripts = list(scripts)
        self.opened: list[str] = []
        self.subprotocols: list[str | None] = []
        self.now = 0.0
        self.steps: list[Step] = []
        self.closed = 0

    def __call__(
        self, url: str, *, user_agent: str, subprotocol: str | None, timeout: float
    ) -> "Sky":
        self.opened.append(url)
        self.subprotocols.append(subprotocol)
        script = self.scripts.pop(0)
        if isinstance(script, StreamClosed):
            raise script
        self.steps = list(script)
        return self

    def receive(self, timeout: float) -> str | None:
        step = self.steps.pop(0) if self.steps else timeout
        if isinstance(step, Exception):
            raise step
        if isinstance(step, str):
            self.now += 0.001
            return step
        self.now += min(step, timeout)
        if step > timeout:
            self.steps.insert(0, step - timeout)
        return None

    def close(self) -> None:
        self.closed += 1

    def cursors(self) -> list[str | None]:
        asked = [parse_qs(urlsplit(url).query) for url in self.opened]
        return [query.get("cursor", [None])[0] for query in asked]


def source(
    sky: Sky, *, api: str = "v1", hosts: tuple[str, ...] = ("a.example",)
) -> JetstreamSource:
    return JetstreamSource(
        hosts,
        name="sky",
        api=api,
        keep=lambda post: "Acme" in post.text,
        user_agent="tocsin",
        opener=sky,
        clock=lambda: sky.now,
    )


def ids(batch: Batch) -> list[str]:
    return [seen.post.id.rpartition("/")[2] for seen in batch.observations]


def place(batch: Batch) -> Place:
    assert batch.cursor is not None
    found = Place.read(batch.cursor)
    assert found is not None
    return found


def fetch(listener: JetstreamSource, cursor: str | None, deadline: float = 30.0) -> Batch:
    return listener.fetch(cursor, now=NOON, deadline=deadline)


def test_only_posts_that_concern_a_brand_and_all_deletes_are_handed_on() -> None:
    sky = Sky([frame("a"), frame("b", text="cats"), frame("c", text="", operation="delete")])
    batch = fetch(source(sky), None)
    assert ids(batch) == ["a", "c"]
    assert [seen.kind for seen in batch.observations] == [Kind.POST, Kind.DELETE]
    assert batch.more


def test_a_kept_post_is_handed_on_within_a_second_and_not_at_the_deadline() -> None:
    sky = Sky([frame("a"), frame("b")])
    fetch(source(sky), None, deadline=600.0)
    assert sky.now <= LINGER + 0.1


def test_the_place_moves_though_nothing_concerned_us() -> None:
    later = NOON + 5 * SECOND
    sky = Sky([frame("a", text="cats"), frame("b", later, text="dogs")])
    batch = fetch(source(sky), None)
    assert (batch.observations, place(batch).at) == ((), later)


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_stream_that_has_told_nothing_yet_is_gone_on_with_from_when_it_was_opened(
    api: str,
) -> None:
    sky = Sky([20.0], [])
    first = fetch(source(sky, api=api), None, deadline=5.0)
    fetch(source(sky, api=api), first.cursor, deadline=5.0)
    opened = int(sky.cursors()[1] or 0)
    assert NOON - timedelta(minutes=11) <= datetime.fromtimestamp(opened / 1e6, UTC) < NOON


def test_a_full_batch_leaves_the_rest_for_the_next_and_keeps_the_stream_open() -> None:
    sky = Sky([frame(f"p{n}") for n in range(MAX_POSTS + 3)])
    listener = source(sky)
    first = fetch(listener, None)
    second = fetch(listener, first.cursor)
    assert (len(first.observations), ids(second)) == (MAX_POSTS, ["p200", "p201", "p202"])
    assert len(sky.opened) == 1


def test_what_the_store_did_not_take_is_read_again() -> None:
    sky = Sky([frame("a")], [frame("a"), frame("b")])
    listener = source(sky)
    fetch(listener, None)
    stored = Place("a.example", "v1", us(NOON), NOON - SECOND).spell()
    assert ids(fetch(listener, stored)) == ["a", "b"]
    assert len(sky.opened) == 2


def test_a_clean_close_hands_on_what_was_heard_and_the_next_fetch_goes_on_from_there() -> None:
    sky = Sky([frame("a"), StreamClosed("code 1001")], [frame("b")])
    listener = source(sky)
    first = fetch(listener, None)
    assert (ids(first), first.more) == (["a"], False)
    assert ids(fetch(listener, first.cursor)) == ["b"]
    assert sky.cursors() == [str(us(NOON)), str(us(NOON - 5 * SECOND))]


def test_a_stream_that_closes_at_once_is_a_pause_and_never_a_hot_loop() -> None:
    sky = Sky([StreamClosed("code 1000")])
    with pytest.raises(Later, match="code 1000"):
        fetch(source(sky), None)
    assert len(sky.opened) == 1


def test_silence_over_several_fetches_is_noticed() -> None:
    sky = Sky([SILENCE * 2])
    listener = source(sky)
    first = fetch(listener, None, deadline=40.0)
    assert first.more
    with pytest.raises(Later, match=r"a\.example has been silent for 60 s"):
        fetch(listener, first.cursor, deadline=40.0)
    assert sky.closed == 1


def test_another_instance_is_asked_from_a_little_earlier_when_one_does_not_answer() -> None:
    sky = Sky([frame("a"), StreamClosed("gone")], StreamClosed("refused"), [frame("b")])
    listener = source(sky, hosts=("a.example", "b.example"))
    first = fetch(listener, None)
    with pytest.raises(Later, match=r"a\.example\": refused"):
        fetch(listener, first.cursor)
    assert ids(fetch(listener, first.cursor)) == ["b"]
    assert [urlsplit(url).hostname for url in sky.opened] == ["a.example", "a.example", "b.example"]
    assert sky.cursors()[-1] == str(us(NOON - 60 * SECOND))


def test_a_place_that_the_instance_no_longer_has_is_a_gap_though_it_says_nothing() -> None:
    heard = NOON - timedelta(hours=10)
    resumed = NOON - timedelta(hours=2)
    sky = Sky([frame("a", resumed)])
    batch = fetch(source(sky), Place("a.example", "v1", us(heard), heard).spell())
    assert [(gap.since, gap.until) for gap in batch.gaps] == [(heard - 5 * SECOND, resumed)]


def test_a_place_that_the_instance_has_is_no_gap() -> None:
    heard = NOON - timedelta(hours=10)
    sky = Sky([frame("a", heard), frame("b", NOON)])
    assert fetch(source(sky), Place("a.example", "v1", us(heard), heard).spell()).gaps == ()


def test_beyond_the_look_back_the_gap_is_told_with_the_first_batch() -> None:
    heard = NOON - 2 * LOOK_BACK
    sky = Sky([frame("a", NOON - LOOK_BACK)])
    batch = fetch(source(sky), Place("a.example", "v1", us(heard), heard).spell())
    assert [(gap.since, gap.until) for gap in batch.gaps] == [(heard, NOON - LOOK_BACK)]


def test_a_sequence_number_too_old_is_looked_for_by_time_and_the_loss_is_a_gap() -> None:
    heard, floor = NOON - timedelta(hours=20), NOON - timedelta(hours=4)
    refused = refusal(400, b'{"error":"CursorTooOld","message":"floor is 99"}')
    sky = Sky(refused, [frame_v2("a", 99, floor)])
    batch = fetch(source(sky, api="v2"), Place("a.example", "v2", 7, heard).spell())
    assert ids(batch) == ["a"]
    assert [(gap.since, gap.until) for gap in batch.gaps] == [(heard, floor)]
    assert sky.cursors() == ["7", str(us(NOON - LOOK_BACK))]


def test_on_v2_the_place_is_the_sequence_number() -> None:
    sky = Sky([frame_v2("a", 41), frame_v2("b", 42)])
    batch = fetch(source(sky, api="v2"), None)
    assert place(batch).position == 42
    assert "/xrpc/network.bsky.jetstream.subscribeEvents?" in sky.opened[0]
    assert sky.subprotocols == ["xrpc.v1.json"]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_what_is_written_while_the_first_connection_is_made_is_heard(api: str) -> None:
    sky = Sky(StreamClosed("nobody answers"), [])
    listener = source(sky, api=api)
    with pytest.raises(Later):
        fetch(listener, None)
    listener.fetch(None, now=NOON + SECOND, deadline=1.0)
    assert sky.cursors() == [str(us(NOON))] * 2


def test_an_instance_that_counts_its_events_anew_is_asked_by_time() -> None:
    again = frame_v2("b", 3, NOON + SECOND)
    sky = Sky([frame_v2("a", 900)], [again], [again])
    listener = source(sky, api="v2")
    first = fetch(listener, None)
    listener = source(sky, api="v2")
    with pytest.raises(Later, match=r"a\.example counts its events anew"):
        fetch(listener, first.cursor)
    assert ids(fetch(listener, first.cursor)) == ["b"]
    assert sky.cursors() == [str(us(NOON)), "900", str(us(NOON) - 60_000_000)]


def test_a_time_far_ahead_never_becomes_our_place() -> None:
    sky = Sky([frame("a"), frame("b", NOON + timedelta(days=400))])
    batch = fetch(source(sky), None)
    assert (ids(batch), place(batch).at) == (["a", "b"], NOON)


def test_unreadable_frames_are_counted_and_cost_nothing_else() -> None:
    sky = Sky(["{oops", frame("a"), '{"time_us": "x"}'])
    batch = fetch(source(sky), None)
    assert (ids(batch), len(batch.malformed)) == (["a"], 2)


def test_a_fault_in_matching_loses_no_post() -> None:
    sky = Sky([frame("a"), frame("b")], [frame("a"), frame("b")])
    faults = iter([RuntimeError("a bug")])

    def keep(post: Post) -> bool:
        for fault in faults:
            raise fault
        return True

    listener = JetstreamSource(
        ["a.example"],
        name="sky",
        api="v1",
        keep=keep,
        user_agent="t",
        opener=sky,
        clock=lambda: sky.now,
    )
    with pytest.raises(Later, match="RuntimeError"):
        fetch(listener, None)
    assert ids(fetch(listener, None)) == ["a", "b"]


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        pytest.param(refusal(503), Later, id="overloaded"),
        pytest.param(refusal(403, b"<html>"), Forbidden, id="a block page"),
        pytest.param(refusal(400, b"what?"), BadRequest, id="a request it does not know"),
        pytest.param(refusal(429, retry_after="90"), RateLimited, id="too many streams"),
        pytest.param(StreamClosed("timed out"), Later, id="no answer"),
    ],
)
def test_refusals(refused: StreamClosed, kind: type[SourceError]) -> None:
    with pytest.raises(kind, match=r"a\.example"):
        fetch(source(Sky(refused)), None)


def test_a_rate_limit_lasts_as_long_as_the_instance_says() -> None:
    with pytest.raises(RateLimited) as caught:
        fetch(source(Sky(refusal(429, retry_after="90"))), None)
    assert caught.value.until == NOON + 90 * SECOND


# --- whatever happens ---------------------------------------------------------------------------


class Timeline:
    """An instance that publishes a post a minute, forgets the oldest, and fails as it is told."""

    def __init__(self) -> None:
        self.published = 0
        self.floor = 0  # the first post it still has
        self.at = 0  # the next post on the open stream
        self.lasts = 1_000_000  # frames until the stream is closed
        self.refuses = 0  # openings
        self.now = 0.0

    def time_of(self, number: int) -> datetime:
        return NOON - timedelta(hours=30) + timedelta(minutes=number)

    def __call__(
        self, url: str, *, user_agent: str, subprotocol: str | None, timeout: float
    ) -> "Timeline":
        if self.refuses:
            self.refuses -= 1
            raise StreamClosed("refused")
        asked = parse_qs(urlsplit(url).query).get("cursor")
        if asked is None:
            self.at = self.published
            return self
        kept = range(self.floor, self.published)
        later = (n for n in kept if us(self.time_of(n)) >= int(asked[0]))
        self.at = next(later, self.published)
        return self

    def receive(self, timeout: float) -> str | None:
        self.lasts -= 1
        if self.lasts < 0:
            self.lasts = 1_000_000
            raise StreamClosed("code 1001")
        if self.at < self.published:
            self.at += 1
            return frame(str(self.at - 1), self.time_of(self.at - 1))
        self.now += timeout
        return None

    def close(self) -> None:
        """Nothing is held."""

    def suffers(self, what: str, count: int) -> None:
        if what == "publish":
            self.published += count
        elif what == "forget":
            self.floor = min(self.floor + count, self.published)
        elif what == "close":
            self.lasts = count
        elif what == "refuse":
            self.refuses = count


happenings = st.one_of(
    st.tuples(st.just("publish"), st.integers(1, 40)),
    st.tuples(st.just("forget"), st.integers(1, 20)),
    st.tuples(st.just("close"), st.integers(0, 10)),
    st.tuples(st.just("refuse"), st.integers(1, 2)),
    st.tuples(st.just("fetch"), st.integers(1, 3)),
    st.tuples(st.just("crash before it is stored"), st.just(0)),
    st.tuples(st.just("fail to store it"), st.just(0)),
)


@given(st.lists(happenings, max_size=30))
def test_whatever_happens_every_post_is_heard_or_covered_by_a_gap(
    script: list[tuple[str, int]],
) -> None:
    sky = Timeline()
    listener = hearing(sky)
    heard: set[int] = set()
    gaps: list[Any] = []
    cursor = fetch(listener, None).cursor  # the first start is live
    sky.published = 1
    cursor = fetch(listener, cursor).cursor

    def store() -> bool:
        nonlocal cursor
        try:
            batch = fetch(listener, cursor)
        except SourceError:
            return True
        heard.update(int(post_id) for post_id in ids(batch))
        gaps.extend(batch.gaps)
        cursor = batch.cursor or cursor
        return bool(batch.observations)

    for what, count in script:
        sky.suffers(what, count)
        if what == "fetch":
            for _ in range(count):
                store()
        elif what in ("crash before it is stored", "fail to store it"):
            with suppress(SourceError):
                fetch(listener, cursor)
            if what.startswith("crash"):
                listener = hearing(sky)
    sky.published += 1
    for _ in range(200):
        if not store():
            break
    missed = set(range(1, sky.published)) - heard
    uncovered = {
        n for n in missed if not any(gap.since <= sky.time_of(n) <= gap.until for gap in gaps)
    }
    assert not uncovered


def hearing(sky: Timeline) -> JetstreamSource:
    return JetstreamSource(
        ["a.example", "b.example"],
        name="sky",
        api="v1",
        keep=lambda post: True,
        user_agent="t",
        opener=sky,
        clock=lambda: sky.now,
    )


# --- what is kept -------------------------------------------------------------------------------


class Matches:
    """Stands in for the matcher: a post that says Acme matches."""

    def __init__(self, brands: object) -> None:
        self.brands = brands

    def match(self, post: Post) -> tuple[str, ...]:
        return ("Acme",) if "Acme" in post.text else ()


@pytest.fixture
def matching(monkeypatch: pytest.MonkeyPatch) -> None:
    class Module:
        Matcher = Matches

    monkeypatch.setattr(bluesky, "import_module", lambda name: Module)


OWN = "did:plc:own"


@pytest.mark.parametrize(
    ("text", "author", "answered", "lang", "kept"),
    [
        pytest.param("Acme is late", DID, None, "en", True, id="it names the brand"),
        pytest.param("cats", DID, None, "en", False, id="it does not"),
        pytest.param("never again", DID, f"at://{OWN}/p/1", "fr", True, id="it answers us"),
        pytest.param("thanks", OWN, None, "en", True, id="it is ours"),
        pytest.param("Acme en retard", DID, None, "fr", False, id="a language not asked for"),
        pytest.param("Acme?", DID, None, None, True, id="no language given"),
        pytest.param("Acme", DID, None, "en-gb", True, id="a regional language"),
    ],
)
@pytest.mark.usefixtures("matching")
def test_what_is_kept(
    text: str, author: str, answered: str | None, lang: str | None, kept: bool
) -> None:
    keep = bluesky.concerning([Brand(name="Acme", accounts={"bluesky": (OWN,)})], ["en"])
    post = Post("bluesky", "1", text, NOON, Author(author), in_reply_to=answered, lang=lang)
    assert keep(post) is kept


@pytest.mark.usefixtures("matching")
@pytest.mark.parametrize("api", ["v1", "v2"])
def test_it_is_built_from_its_settings(nothing: Tools, api: str) -> None:
    settings = settings_of("bluesky")(name="sky", kind="bluesky", api=api)  # type: ignore[call-arg]
    listener = bluesky.build(settings, [Brand(name="Acme")], nothing)
    assert isinstance(listener, Followed)
    assert isinstance(listener._stream, JetstreamSource)
    assert listener._stream._hosts == HOSTS[api]


@pytest.mark.parametrize("host", ["https://x", "a b", "x/y", ""])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="hosts"):
        settings_of("bluesky")(name="sky", kind="bluesky", hosts=[host])  # type: ignore[call-arg]


# --- a real websocket on loopback ---------------------------------------------------------------


class Instance:
    """A Jetstream on loopback: sends its lines, then does what `ending` says."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.paths: list[str] = []
        self.closes = True
        self.release = threading.Event()

    def __call__(self, connection: Any) -> None:
        self.paths.append(connection.request.path)
        for line in self.lines:
            connection.send(line)
        if self.closes:
            connection.close(1001)
        else:
            self.release.wait(20)


@pytest.fixture
def instance() -> Iterator[tuple[Instance, str]]:
    pytest.importorskip("websockets")
    from websockets.sync.server import serve

    handler = Instance()
    with serve(handler, "127.0.0.1", 0, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler, f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        handler.release.set()
        server.shutdown()
        thread.join()


def loopback(url: str, api: str = "v1") -> JetstreamSource:
    return JetstreamSource(
        [url], name="sky", api=api, keep=lambda post: True, user_agent="tocsin/0"
    )


def test_recorded_lines_come_through_a_real_websocket(
    instance: tuple[Instance, str], shared: Path
) -> None:
    handler, url = instance
    path = shared / "fixtures" / "bluesky" / "jetstream__expected_v1.half.jsonl"
    handler.lines = path.read_text().splitlines()
    listener = loopback(url)
    now = datetime(2026, 7, 4, 14, 38, 20, tzinfo=UTC)
    batch = listener.fetch(None, now=now, deadline=20.0)
    assert [str(seen.kind) for seen in batch.observations].count("post") == 4
    again = listener.fetch(batch.cursor, now=now, deadline=20.0)
    assert [seen.post.id for seen in again.observations] == [
        seen.post.id for seen in batch.observations
    ]
    assert f"cursor={us(now)}" in handler.paths[0]
    assert "wantedCollections=app.bsky.feed.post" in handler.paths[1]
    assert "cursor=" in handler.paths[1]


def test_a_fetch_ends_at_once_when_the_source_is_closed(instance: tuple[Instance, str]) -> None:
    handler, url = instance
    handler.lines, handler.closes = [], False
    listener = loopback(url)
    found: list[Batch] = []
    thread = threading.Thread(target=lambda: found.append(fetch(listener, None, 30.0)))
    thread.start()
    while not handler.paths or listener._stream is None:
        thread.join(0.01)
    listener.close()
    thread.join(5)
    assert not thread.is_alive()
    assert found == [Batch()]
    assert fetch(listener, None) == Batch()


def test_a_frame_over_the_limit_ends_the_stream_and_not_the_daemon(
    instance: tuple[Instance, str],
) -> None:
    handler, url = instance
    handler.lines = ["x" * 5_000_000]
    with pytest.raises(Later, match="the stream ended"):
        fetch(loopback(url), None)


def test_nobody_listening_is_a_pause() -> None:
    with pytest.raises(Later, match="could not be opened"):
        fetch(loopback("ws://127.0.0.1:9"), None)


def test_a_refusal_over_http_is_understood() -> None:
    pytest.importorskip("websockets")
    from websockets.sync.server import serve

    def refuse(connection: Any, request: Any) -> Any:
        return connection.respond(429, "slow down")

    with serve(lambda connection: None, "127.0.0.1", 0, process_request=refuse) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        with pytest.raises(RateLimited):
            fetch(loopback(url), None)
        server.shutdown()
        thread.join()


def test_nothing_but_a_source_error_comes_out_and_the_place_is_kept() -> None:
    class Odd(Sky):
        def receive(self, timeout: float) -> str | None:
            raise KeyError("token=EXAMPLE")

    sky = Odd([])
    with pytest.raises(Later, match="KeyError") as raised:
        source(sky).fetch(None, now=NOON, deadline=5.0)
    assert "EXAMPLE" not in str(raised.value)
    assert sky.closed == 1
