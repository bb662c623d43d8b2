"""Mastodon's streaming makes the source faster, and loses nothing that polling would have heard."""

import contextlib
import itertools
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.server import ServerConnection, serve

from config import Secret
from listener.collector import AuthorisationLost, BadRequest, Batch, Later, LooksBack, Refreshes
from listener.collectors import mastodon_stream
from listener.collectors.mastodon import Settings, build
from listener.collectors.mastodon_ailing import TOLD_AFTER
from listener.collectors.mastodon_events import Event, place_of, read_event
from listener.collectors.mastodon_stream import CHECK, LONGEST, STREAM, MastodonStream
from listener.mention import Kind
from listener.stream import StreamClosed, StreamRefused
from listener.tools import Tools
from listener.wire import AddressRefused, Reply
from tests.hostile import FILES, OWN, texts_of_file
from tests.listener.collectors.conftest import ScriptedWire
from tests.listener.collectors.mastodon_instance import ACME, START, Instance, number, status

TOKEN = "s3cret"
PATIENCE = 10.0  # seconds; only a failing test waits so long
Step = str | Exception


def event(kind: str, payload: object, stream: str = "hashtag") -> str:
    spelt = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"stream": [stream], "event": kind, "payload": spelt})


def update(minute: float, n: int = 0, **changed: Any) -> str:
    return event("update", status(minute, n, **changed))


@dataclass
class Pipe:
    """Scripted streams: each opening takes the next script; then there is silence."""

    scripts: list[list[Step] | StreamClosed] = field(default_factory=list)
    opened: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    closed: int = 0
    clock: float = 0.0

    def __call__(
        self,
        url: str,
        *,
        user_agent: str,
        subprotocol: str | None,
        timeout: float,
        headers: Mapping[str, str] | None,
    ) -> "Pipe":
        self.opened.append((url, headers or {}))
        script = self.scripts.pop(0) if self.scripts else []
        if isinstance(script, StreamClosed):
            raise script
        self.steps = list(script)
        return self

    def send(self, text: str) -> None:
        self.sent.append(json.loads(text))

    def receive(self, timeout: float) -> str | None:
        step = self.steps.pop(0) if self.steps else None
        if isinstance(step, Exception):
            raise step
        self.clock += timeout if step is None else 0.001
        return step

    def close(self) -> None:
        self.closed += 1


@dataclass
class Place:
    """An instance that shows statuses, streams where it says, and has no notifications."""

    instance: Instance = field(default_factory=Instance)
    streaming: object = "wss://streaming.here.example"
    health: Reply | Exception = field(default_factory=lambda: Reply(200, {}, b"OK"))
    wire: ScriptedWire = field(init=False)

    def __post_init__(self) -> None:
        self.wire = ScriptedWire(self.answer)

    def answer(self, url: str) -> Reply | Exception:
        if url.endswith("/api/v1/streaming/health"):
            return self.health
        if self.instance.status == 200 and url.endswith("/api/v2/instance"):
            urls = {"configuration": {"urls": {"streaming": self.streaming}}}
            return Reply(200, {}, json.dumps(urls).encode())
        if self.instance.status == 200 and "/notifications" in url:
            return Reply(200, {}, b"[]")
        return self.instance.answer(url)

    @property
    def walks(self) -> int:
        return sum("/timelines/" in one.url for one in self.wire.asked)


class House:
    """Fetches as the daemon does, and keeps the cursor."""

    def __init__(self, *scripts: list[Step] | StreamClosed, **declared: Any) -> None:
        self.place, self.pipe = Place(), Pipe(list(scripts))
        said = {"tags": ("acme",), "instance": "here.example", **declared}
        settings = Settings(name="m", token=Secret(env="X"), streaming=True, **said)
        source = build(settings, (ACME,), Tools(self.place.wire, lambda secret: TOKEN, "tocsin/0"))
        assert isinstance(source, MastodonStream)
        source._door._open = self.pipe
        source._clock = lambda: self.pipe.clock
        self.source = source
        self.cursor: str | None = None

    def fetch(self, minute: float) -> Batch:
        now = START + timedelta(minutes=minute)
        batch = self.source.fetch(self.cursor, now=now, deadline=20.0)
        self.cursor = batch.cursor or self.cursor
        return batch

    def walk(self, minute: float) -> list[Batch]:
        """Read until it has nothing to page any more, and would listen."""
        batches = [self.fetch(minute)]
        while self.source._is_walk_due(START + timedelta(minutes=minute)) and batches[-1].more:
            batches.append(self.fetch(minute))
        return batches

    def listen(self, minute: float) -> Batch:
        self.walk(minute)
        return self.fetch(minute)


def ids(*batches: Batch) -> list[str]:
    return [seen.post.id for batch in batches for seen in batch.observations]


def test_what_the_stream_tells_is_handed_on_without_a_poll() -> None:
    told = status(1)
    edited = status(1, content="<p>acme mended it</p>")
    gone = event("delete", told["id"])
    house = House([update(1), event("status.update", edited), gone])
    batch = house.listen(2)
    kinds = [(seen.kind, seen.post.text) for seen in batch.observations]
    assert kinds == [
        (Kind.POST, "#acme is late & silent"),
        (Kind.EDIT, "acme mended it"),
        (Kind.DELETE, ""),
    ]
    assert batch.observations[2].post.id in batch.observations[0].post.aliases
    assert batch.more


def test_every_timeline_is_asked_for_and_the_token_goes_nowhere_else() -> None:
    house = House(tags=("acme", "AcmeAir"), timeline="local")
    house.walk(1)
    assert house.pipe.sent == [
        {"type": "subscribe", "stream": "hashtag", "tag": "acme"},
        {"type": "subscribe", "stream": "hashtag", "tag": "AcmeAir"},
        {"type": "subscribe", "stream": "public:local"},
        {"type": "subscribe", "stream": "user:notification"},
    ]
    ((url, headers),) = house.pipe.opened
    assert url == "wss://streaming.here.example/api/v1/streaming"
    assert headers == {"Authorization": f"Bearer {TOKEN}"}
    (health,) = [one for one in house.place.wire.asked if "health" in one.url]
    assert health.url == "https://streaming.here.example/api/v1/streaming/health"
    assert "Authorization" not in health.headers


def test_what_was_missed_before_a_stream_is_open_again_is_read_by_its_number() -> None:
    house = House([StreamClosed("the stream ended: code 1001", 1001)], [])
    house.place.instance.cap = 5
    house.listen(1)
    house.place.instance.statuses = [status(2, n) for n in range(23)]
    before = house.walk(4)
    assert len(house.pipe.opened) == 2
    assert sorted(set(ids(*before))) == sorted(one["uri"] for one in house.place.instance.statuses)
    assert any("min_id=" in one.url for one in house.place.wire.asked)


def test_a_stream_that_breaks_off_is_polled_for_at_once() -> None:
    house = House([StreamClosed("the stream ended: EOFError")])
    house.place.instance.statuses = []
    lost = house.listen(1)
    assert lost.more
    house.place.instance.statuses = [status(1)]
    assert ids(*house.walk(1.01)) == [status(1)["uri"]]
    assert len(house.pipe.opened) == 1


def test_timelines_are_walked_now_and_then_though_the_stream_is_open() -> None:
    house = House()
    house.walk(1)
    walked = house.place.walks
    for minute in range(2, 11):
        house.fetch(minute)
    assert house.place.walks == walked
    house.place.instance.statuses = [status(3)]
    house.walk(1 + CHECK / timedelta(minutes=1))
    assert house.place.walks > walked


def test_a_stream_that_leaves_out_what_is_there_is_opened_anew() -> None:
    house = House()
    house.walk(1)
    house.place.instance.statuses = [status(5)]
    assert ids(*house.walk(11)) == [status(5)["uri"]]
    house.fetch(12)
    assert not house.pipe.closed
    house.walk(21.5)
    assert house.pipe.closed == 1
    house.walk(22)
    assert len(house.pipe.opened) == 2


def test_a_stream_that_tells_it_later_than_a_walk_is_not_deaf() -> None:
    house = House()
    house.walk(1)
    house.place.instance.statuses = [status(5)]
    house.walk(11)
    house.pipe.steps = [update(5)]
    house.fetch(12)
    house.walk(21.5)
    assert not house.pipe.closed


def test_a_stream_that_never_lasts_is_opened_ever_more_seldom() -> None:
    broken = [StreamClosed("the stream could not be opened: OSError") for _ in range(500)]
    house = House(*broken)
    opened: list[float] = []
    for second in range(0, 3_600, 5):
        before = len(house.pipe.opened)
        house.fetch(second / 60)
        opened += [second] * (len(house.pipe.opened) - before)
    pauses = [later - earlier for earlier, later in itertools.pairwise(opened)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 5
    assert pauses[-1] == LONGEST.total_seconds()


def test_a_stream_that_closes_at_once_is_not_opened_in_a_hot_loop() -> None:
    house = House(*[[StreamClosed("the stream ended: code 1001", 1001)] for _ in range(500)])
    for _ in range(200):
        house.fetch(1)
    assert len(house.pipe.opened) == 1


def test_without_a_stream_the_source_is_polled_and_an_owner_is_told_once_it_lasts() -> None:
    down = [StreamClosed("the stream could not be opened: OSError") for _ in range(50)]
    house = House(*down)
    troubles = []
    for minute in range(1, 20):
        house.place.instance.statuses.append(status(minute - 0.5))
        batches = house.walk(minute)
        assert status(minute - 0.5)["uri"] in ids(*batches)
        assert not batches[-1].more
        troubles += [(minute, one.trouble) for one in batches if one.trouble]
    ((minute, trouble),) = troubles
    assert minute == 1 + TOLD_AFTER / timedelta(minutes=1)
    assert "no stream that lasts" in trouble
    house.pipe.scripts.clear()
    house.walk(60)
    over = [house.fetch(60 + n / 2).trouble for n in range(10)]
    assert [one for one in over if one is not None] == [""]


def test_a_stream_that_refuses_the_token_is_told_at_once_and_repeats_no_secret() -> None:
    house = House(StreamRefused(Reply(401, {}, b'{"error": "Invalid access token"}')))
    trouble = house.fetch(1).trouble or ""
    assert "credentials are refused" in trouble
    assert TOKEN not in trouble


def test_a_revoked_token_is_an_authorisation_that_is_lost() -> None:
    house = House([StreamClosed("the stream ended: code 1005", 1005)])
    house.listen(1)
    house.place.instance.status = 401
    with pytest.raises(AuthorisationLost) as lost:
        house.fetch(2)
    assert TOKEN not in str(lost.value)


def test_a_subscription_that_is_refused_is_told_and_costs_no_other() -> None:
    refusal = json.dumps({"error": "Access token does not have the required scopes", "status": 401})
    house = House([refusal, update(1)])
    batch = house.listen(2)
    assert ids(batch) == [status(1)["uri"]]
    assert "refused with 401" in (batch.trouble or "")


def test_a_refusal_that_goes_on_is_not_told_anew_with_every_stream() -> None:
    refusal = json.dumps({"error": "x", "status": 403})
    ended = StreamClosed("the stream ended: code 1001", 1001)
    house = House([refusal, ended], [refusal])
    told = []
    for minute in range(1, 10):
        told += [one.trouble for one in (*house.walk(minute), house.fetch(minute))]
    assert len(house.pipe.opened) == 2
    assert sum(bool(one) for one in told) == 1
    house.source._lost(START + timedelta(minutes=10), "it is mended meanwhile")
    told = []
    for minute in range(11, 20):
        told += [one.trouble for one in (*house.walk(minute), house.fetch(minute))]
    assert [one for one in told if one is not None] == [""]


def test_a_refused_token_stays_told_though_later_openings_fail_otherwise() -> None:
    refused = StreamRefused(Reply(401, {}, b"{}"))
    house = House(refused, *[StreamClosed("no answer") for _ in range(5)])
    told = [house.fetch(minute).trouble for minute in range(1, 6)]
    assert [bool(one) for one in told] == [True, False, False, False, False]
    assert told[1:] == [None] * 4


def test_what_a_first_stream_tells_is_news_though_no_timeline_could_be_read() -> None:
    house = House([update(2)], timeline="none")
    house.place.instance.status = 503
    with pytest.raises(Later):
        house.fetch(1)
    house.source._stream = house.pipe
    house.pipe.steps = [update(2)]
    house.source._walk_at = START + timedelta(minutes=30)
    house.source._walker._turn.only(())  # type: ignore[attr-defined]
    assert [seen.backfill for seen in house.fetch(3).observations] == [False]


def test_a_library_that_fails_in_its_own_way_leaves_the_source_polled() -> None:
    house = House()
    house.source._door._asked = ({"odd": {1}},)  # type: ignore[assignment, dict-item]
    house.place.instance.statuses = [status(1)]
    assert ids(*house.walk(2)) == [status(1)["uri"]]


def test_a_stream_that_is_heard_is_not_taken_for_timelines_that_are_not() -> None:
    house = House([update(1)])
    heard = house.listen(2)
    assert heard.observations
    assert heard.listings == (STREAM,)
    assert set(house.source.listings) == {STREAM, *house.source._walker.listings}


def test_a_post_that_comes_through_several_tags_is_one() -> None:
    mention = event("notification", {"id": "9", "type": "mention", "status": status(1)})
    house = House([update(1), update(1), mention, update(1, content="<p>acme again</p>")])
    texts = [seen.post.text for seen in house.listen(2).observations]
    assert texts == ["#acme is late & silent", "acme again"]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "not a frame",
        "[]",
        "{}",
        '{"event": 7}',
        '{"event": "update"}',
        event("update", "half a pay"),
        event("update", {"id": "1"}),
        event("update", [1]),
        event("delete", "../1"),
        event("delete", {"id": "1"}),
        event("notification", {"type": "mention", "status": {"id": "1"}}),
        "[" * 5_000,
        event("update", "[" * 5_000),
        event("update", "[" + "0," * 400_000 + "0]"),
    ],
)
def test_a_frame_that_cannot_be_read_is_counted_and_costs_no_other(frame: str) -> None:
    batch = House([frame, update(1)]).listen(2)
    assert len(batch.malformed) == 1
    assert ids(batch) == [status(1)["uri"]]


@pytest.mark.parametrize("name", [*FILES, "ours"])
def test_whatever_strangers_send_costs_no_other_post(shared: Path, name: str) -> None:
    hostile = tuple(OWN.values()) if name == "ours" else texts_of_file(shared, name)
    for text in hostile:
        frames = (text, event("update", text), event("delete", text), event(text, text))
        for frame in frames:
            with contextlib.suppress(ValueError):
                read_event(frame, "here.example", START)
    written = [update(1, n, content=text) for n, text in enumerate(hostile[:100])]
    house = House([*hostile[:40], *written, update(1, 999)], timeline="all")
    batch = house.listen(2)
    assert ids(batch)[-1] == status(1, 999)["uri"]


@pytest.mark.parametrize(
    "frame",
    [
        event("filters_changed", "undefined"),
        event("announcement", {"id": "1"}),
        event("encrypted_message", "x"),
        event("something.new", "x"),
        event("notification", {"type": "follow", "account": {}}),
    ],
)
def test_what_is_about_no_post_is_left_alone(frame: str) -> None:
    assert read_event(frame, "here.example", START) == Event()


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_is_not_for_everybody_is_not_heard(visibility: str) -> None:
    closed = status(1, visibility=visibility)
    note = event("notification", {"type": "mention", "status": closed})
    assert read_event(note, "here.example", START) == Event()
    assert read_event(event("update", closed), "here.example", START) == Event()


def test_an_edit_that_names_no_brand_any_more_is_news_of_a_post_that_did() -> None:
    frames = [event("status.update", status(1, n, content="<p>never mind</p>")) for n in (0, 1)]
    batch = House([update(1), *frames], timeline="all").listen(2)
    assert [(seen.kind, seen.post.text) for seen in batch.observations] == [
        (Kind.POST, "#acme is late & silent"),
        (Kind.EDIT, "never mind"),
    ]


def test_what_was_written_before_the_first_start_and_arrives_late_is_backfill() -> None:
    batch = House([update(-30), update(2)]).listen(1)
    assert [seen.backfill for seen in batch.observations] == [True, False]


def test_of_a_public_stream_what_names_no_brand_is_left_out() -> None:
    batch = House([update(1, content="<p>good morning</p>"), update(1, 1)], timeline="all").listen(
        2
    )
    assert ids(batch) == [status(1, 1)["uri"]]


def test_a_private_address_is_not_opened_and_the_source_is_polled() -> None:
    house = House()
    house.place.streaming = "wss://inside.example"
    house.place.health = AddressRefused("inside.example:443: its address is not a public one")
    house.place.instance.statuses = [status(1)]
    assert ids(*house.walk(2)) == [status(1)["uri"]]
    assert house.pipe.opened == []


def test_an_instance_names_its_place_with_a_strangers_word_alone() -> None:
    asked = []

    class Guarding:
        def request(self, method: str, url: str, **_: object) -> Reply:
            asked.append(url)
            if not url.startswith("https://here.example/"):
                raise AddressRefused("it was asked with our own word")
            named = {"configuration": {"urls": {"streaming": "wss://desk.internal:8443"}}}
            return Reply(200, {}, json.dumps(named).encode())

        def at_the_word_of(self, url: str) -> "Guarded":
            return Guarded(url)

    class Guarded:
        def __init__(self, url: str) -> None:
            self.url = url

        def request(self, method: str, url: str, **_: object) -> Reply:
            raise AddressRefused(f"{url} at the word of {self.url}")

    declared = Settings(
        name="m", instance="here.example", token=Secret(env="X"), tags=("acme",), streaming=True
    )
    source = build(declared, [ACME], Tools(Guarding(), lambda _: "token", "t/0"))
    assert isinstance(source, MastodonStream)
    said = r"https://desk.internal:8443/\S* at the word of https://here.example"
    with pytest.raises(BadRequest, match=said):
        source._door.open(START, 9.0)
    assert asked == ["https://here.example/api/v2/instance"]


@pytest.mark.parametrize(
    "named", ["ws://here.example", "https://here.example", "wss://a@b", "wss://a/?x=1", "wss:// "]
)
def test_a_token_is_sent_to_no_odd_place(named: str) -> None:
    urls = {"configuration": {"urls": {"streaming": named}}}
    with pytest.raises(ValueError, match="no place for streaming"):
        place_of(urls, "https://here.example")


@pytest.mark.parametrize("said", [None, {}, {"configuration": []}, {"configuration": {"urls": 7}}])
def test_an_instance_that_names_no_place_streams_where_it_is(said: object) -> None:
    assert place_of(said, "https://here.example") == "wss://here.example"


def test_a_recorded_instance_names_where_it_streams(shared: Path) -> None:
    path = shared / "fixtures" / "mastodon" / "mastodonpy__test_stream_healthy.json"
    answers = json.loads(path.read_text())["interactions"]
    instance = next(
        one["response"]["json"] for one in answers if "instance" in one["request"]["uri"]
    )
    assert place_of(instance, "http://localhost:3000") == "ws://localhost:4000"


def test_streaming_needs_a_token() -> None:
    with pytest.raises(ValueError, match="streaming needs a token"):
        Settings(name="m", instance="here.example", streaming=True)


def test_a_walk_that_fails_leaves_the_stream_open_and_is_made_again_soon() -> None:
    house = House([update(1)])
    house.place.instance.status = 503
    with pytest.raises(Later):
        house.fetch(1)
    house.place.instance.status = 200
    house.walk(1)
    house.place.instance.status = 503
    with pytest.raises(Later):
        house.walk(12)
    assert not house.pipe.closed
    house.place.instance.status = 200
    walked = house.place.walks
    house.walk(14)
    assert house.place.walks > walked


def test_it_looks_back_and_looks_again_as_without_a_stream() -> None:
    source = House().source
    assert isinstance(source, Refreshes)
    assert isinstance(source, LooksBack)


def test_it_stops_at_once_while_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodon_stream, "TURN", PATIENCE)
    listening = threading.Event()

    def hold(connection: ServerConnection) -> None:
        for _ in connection:
            listening.set()

    with serve(hold, "127.0.0.1", 0) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        port = server.socket.getsockname()[1]
        ended = _ended_while_listening(f"127.0.0.1:{port}", listening)
        server.shutdown()
        serving.join(PATIENCE)
    assert ended


def _ended_while_listening(host: str, listening: threading.Event) -> bool:
    place = Place(streaming=f"ws://{host}")
    settings = Settings(name="m", instance=f"http://{host}", token=Secret(env="X"), streaming=True)
    source = build(settings, (ACME,), Tools(place.wire, lambda secret: TOKEN, "tocsin/0"))
    reader = threading.Thread(target=_read_on, args=(source,), daemon=True)
    reader.start()
    assert listening.wait(PATIENCE)
    source.close()
    reader.join(PATIENCE / 5)
    return not reader.is_alive()


def _read_on(source: Any) -> None:
    cursor, more = None, True
    while more:
        batch = source.fetch(cursor, now=START, deadline=PATIENCE)
        cursor, more = batch.cursor or cursor, batch.more


def test_mentions_for_us_alone_are_left_out_of_polls_too(wire_of: Callable[..., Any]) -> None:
    notes = [
        {"id": "2", "type": "mention", "status": status(1, visibility="direct")},
        {"id": "1", "type": "mention", "status": status(1, 1, visibility="unlisted")},
    ]

    def answer(url: str) -> Reply:
        shown = notes if "notifications" in url else []
        return Reply(200, {}, json.dumps(shown).encode())

    settings = Settings(name="m", instance="here.example", tags=("a",), token=Secret(env="X"))
    source = build(settings, (ACME,), Tools(wire_of(answer), lambda secret: TOKEN, "tocsin/0"))
    first = source.fetch(None, now=START + timedelta(minutes=2), deadline=9.0)
    second = source.fetch(first.cursor, now=START + timedelta(minutes=2), deadline=9.0)
    assert {one.rpartition("/")[2] for one in ids(first, second)} == {number(1, 1)}
