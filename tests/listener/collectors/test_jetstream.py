"""Jetstream frames become observations; what is not as documented is refused in words."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.collectors.jetstream import Event, read_frame
from listener.collectors.jetstream_place import LOOK_BACK, OVERLAP, Place, start_from
from listener.mention import Kind

NOON = datetime(2026, 7, 4, 14, 38, 8, tzinfo=UTC)
NOON_US = 1783175888000000
DID = "did:plc:abcdefghijklmnopqrstuvwx"
POST = "app.bsky.feed.post"


def record(**more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": "late again", "createdAt": "2026-07-04T14:38:07Z", **more}


def v1(operation: str = "create", **more: Any) -> str:
    commit = {"operation": operation, "collection": POST, "rkey": "3k", "record": record(), **more}
    return json.dumps({"did": DID, "time_us": NOON_US, "kind": "commit", "commit": commit})


def v2(fragment: str = "commit", **more: Any) -> str:
    payload = {"$type": f"network.bsky.jetstream.subscribeEvents#{fragment}", "seq": 7, "did": DID}
    payload |= {"time": "2026-07-04T14:38:08.000000Z", "operation": "create", "collection": POST}
    payload |= {"rkey": "3k", "record": record(), **more}
    return json.dumps({"$type": "message", "payload": payload})


def test_the_recorded_lines_are_all_read(shared: Path) -> None:
    events: list[Event] = []
    for name in ("golden_v1", "expected_v1.half"):
        lines = (shared / "fixtures" / "bluesky" / f"jetstream__{name}.jsonl").read_text()
        events += [read_frame(line, NOON) for line in lines.splitlines() if line]
    assert len(events) == 87
    assert all(event.position and event.at for event in events)
    posts = [event.seen for event in events if event.seen and event.seen.kind is Kind.POST]
    deletes = [event.seen for event in events if event.seen and event.seen.kind is Kind.DELETE]
    assert (len(posts), len(deletes)) == (5, 1)
    assert all(seen.post.id.startswith("at://did:") and seen.post.author.id for seen in posts)


def test_a_recorded_reply_is_read_in_full(shared: Path) -> None:
    lines = (shared / "fixtures" / "bluesky" / "jetstream__golden_v1.jsonl").read_text()
    (event,) = [read_frame(line, NOON) for line in lines.splitlines() if "RSV" in line]
    assert event.seen is not None
    post = event.seen.post
    assert post.id == f"at://did:plc:q235v55g5unth4zjjdpacfdr/{POST}/3mmoojp4cd223"
    assert (
        post.url == "https://bsky.app/profile/did:plc:q235v55g5unth4zjjdpacfdr/post/3mmoojp4cd223"
    )
    assert (post.platform, post.lang, post.author.id) == ("bluesky", "en", post.id[5:37])
    assert post.in_reply_to == post.conversation_id
    assert post.created_at == datetime(2026, 5, 25, 14, 23, 28, 757000, UTC)
    assert event.position == 1779719009157119


@pytest.mark.parametrize("frame", [v1(), v2()], ids=["v1", "v2"])
def test_both_wires_carry_the_same_post(frame: str) -> None:
    event = read_frame(frame, NOON)
    assert event.at == NOON
    assert event.seen is not None
    assert event.seen == read_frame(v1(), NOON).seen


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        pytest.param(v1("update"), Kind.EDIT, id="an edit"),
        pytest.param(v1("delete", record=None), Kind.DELETE, id="a delete"),
        pytest.param(v2(operation="delete", record=None), Kind.DELETE, id="a delete on v2"),
    ],
)
def test_kinds(frame: str, kind: Kind) -> None:
    seen = read_frame(frame, NOON).seen
    assert seen is not None
    assert (seen.kind, seen.post.id) == (kind, f"at://{DID}/{POST}/3k")


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(v1(collection="app.bsky.feed.like"), id="a like"),
        pytest.param(json.dumps({"kind": "identity", "time_us": 5}), id="a new handle"),
        pytest.param(json.dumps({"kind": "account", "time_us": 5}), id="an account that left"),
        pytest.param(v2("sync"), id="a sync"),
        pytest.param(v2("account", account={"active": False}), id="an account on v2"),
    ],
)
def test_what_is_no_post_still_moves_the_place(frame: str) -> None:
    event = read_frame(frame, NOON)
    assert event.seen is None
    assert event.position is not None


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(v2("info", name="OutdatedCursor"), id="advice"),
        pytest.param('{"$type": "error", "error": "ConsumerTooSlow"}', id="an error"),
    ],
)
def test_notices_have_no_place(frame: str) -> None:
    event = read_frame(frame, NOON)
    assert event.position is None
    assert event.notice in ("OutdatedCursor", "ConsumerTooSlow")


@pytest.mark.parametrize(
    ("fields", "conversation"),
    [
        pytest.param({}, f"at://{DID}/{POST}/3k", id="a post opens its own"),
        pytest.param(
            {"reply": {"root": {"uri": "at://r"}, "parent": {"uri": "at://p"}}},
            "at://r",
            id="reply",
        ),
        pytest.param({"embed": {"record": {"uri": "at://q"}}}, "at://q", id="a quote"),
        pytest.param(
            {"embed": {"record": {"record": {"uri": "at://q"}}, "media": {}}},
            "at://q",
            id="a quote with a picture",
        ),
        pytest.param({"reply": "x", "embed": [1]}, f"at://{DID}/{POST}/3k", id="nonsense"),
        pytest.param({"reply": {"root": {"uri": "http://x"}}}, f"at://{DID}/{POST}/3k", id="no at"),
    ],
)
def test_conversations(fields: dict[str, Any], conversation: str) -> None:
    seen = read_frame(v1(record=record(**fields)), NOON).seen
    assert seen is not None
    assert seen.post.conversation_id == conversation


@pytest.mark.parametrize(
    ("created", "shown", "backfill"),
    [
        pytest.param("2026-07-04T14:38:07Z", NOON - timedelta(seconds=1), False, id="as stated"),
        pytest.param("2031-01-01T00:00:00Z", NOON, False, id="not in the future"),
        pytest.param("yesterday", NOON, False, id="unreadable"),
        pytest.param("2026-07-04T14:38:07", NOON, False, id="without a zone"),
        pytest.param(None, NOON, False, id="missing"),
        pytest.param("2019-01-01T00:00:00Z", datetime(2019, 1, 1, tzinfo=UTC), True, id="imported"),
    ],
)
def test_times(created: object, shown: datetime, backfill: bool) -> None:
    seen = read_frame(v1(record=record(createdAt=created)), NOON).seen
    assert seen is not None
    assert (seen.post.created_at, seen.backfill) == (shown, backfill)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "[]",
        "{}",
        "{oops",
        "[" * 5000,
        '{"payload": 3}',
        v1(record=None),
        v1(record=record(text=3)),
        v1(rkey=None),
        v1(rkey="x" * 1000),
        v1("explode"),
        v2(seq=True),
        v2(time="soon"),
        json.dumps({"kind": "commit", "time_us": 5}),
        json.dumps({"kind": "commit", "time_us": -1, "commit": {}}),
        json.dumps({"kind": "identity", "time_us": 2**62}),
    ],
)
def test_what_is_not_as_documented_is_refused_in_words(frame: str) -> None:
    with pytest.raises(ValueError, match=r"is|deeper"):
        read_frame(frame, NOON)


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("commit"),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["kind", "commit", "payload", "did", "time_us", "record", "$type", "uri"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_any_frame_is_an_event_or_a_refusal(frame: Any) -> None:
    try:
        event: Event | None = read_frame(json.dumps(frame), NOON)
    except ValueError:
        event = None
    assert event is None or isinstance(event, Event)


# --- where to go on -----------------------------------------------------------------------------


def us(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000


HOUR = timedelta(hours=1)
PLACE = Place("a.example", "v1", us(NOON - HOUR), NOON - HOUR)


@pytest.mark.parametrize(
    ("stored", "host", "api", "cursor", "lost"),
    [
        pytest.param(None, "a.example", "v1", us(NOON), None, id="first from when it began"),
        pytest.param(
            PLACE.spell(), "a.example", "v1", us(NOON - HOUR - OVERLAP), None, id="v1 by time"
        ),
        pytest.param(
            Place("a.example", "v2", 42, NOON - HOUR).spell(),
            "a.example",
            "v2",
            42,
            None,
            id="v2 by sequence number on the same instance",
        ),
        pytest.param(
            Place("a.example", "v2", 42, NOON - HOUR).spell(),
            "b.example",
            "v2",
            us(NOON - HOUR - timedelta(minutes=1)),
            None,
            id="a sequence number is never taken to another instance",
        ),
        pytest.param(
            Place("a.example", "v2", 42, NOON - HOUR).spell(),
            "a.example",
            "v1",
            us(NOON - HOUR - timedelta(minutes=1)),
            None,
            id="nor to another wire",
        ),
        pytest.param(
            Place("a.example", "v1", 9, NOON + HOUR).spell(),
            "a.example",
            "v1",
            us(NOON - OVERLAP),
            None,
            id="a time in the future is never sent",
        ),
        pytest.param(
            Place("a.example", "v1", 9, NOON - 2 * LOOK_BACK).spell(),
            "a.example",
            "v1",
            us(NOON - LOOK_BACK),
            NOON - 2 * LOOK_BACK,
            id="what is longer ago than the stream is kept is a gap",
        ),
        pytest.param(
            "nonsense", "a.example", "v1", us(NOON - LOOK_BACK), NOON - LOOK_BACK, id="unreadable"
        ),
    ],
)
def test_where_to_begin(
    stored: str | None, host: str, api: str, cursor: int | None, lost: datetime | None
) -> None:
    start = start_from(stored, host, api, NOON, began=NOON)
    assert start.cursor == cursor
    assert [gap.since for gap in start.gaps] == ([lost] if lost else [])
