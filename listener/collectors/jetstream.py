"""What Bluesky's Jetstream says, turned into observations. Pure: no socket, no clock.

Two wires carry the same events. v1 (`/subscribe`) marks them with `time_us`; v2
(`network.bsky.jetstream.subscribeEvents`) with an instance's own sequence number and a time, in
an envelope. Sources: the repository bluesky-social/jetstream and its lexicon.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.fields import mapping, objects
from listener.jsontext import parse_json, storable
from listener.linked import MAX_LINKS, links_of
from listener.mention import MAX_TEXT_CHARS, Author, Kind, Observation, Post

POSTS = "app.bsky.feed.post"
MAX_ID_CHARS = 600  # a DID has at most 256 characters, a record key 512, and both are rare
IMPORTED = timedelta(days=1)  # a post dated so long before its arrival was brought from elsewhere
_EPOCH = datetime.fromtimestamp(0, UTC)
_KINDS = {"create": Kind.POST, "update": Kind.EDIT, "delete": Kind.DELETE}


@dataclass(frozen=True, slots=True)
class Event:
    """One frame.

    position  where it stands on its wire: `time_us` (v1) or `seq` (v2); None where it has none.
    at        aware UTC, when the instance witnessed it.
    seen      the post it is about; None for everything else.
    notice    what the instance says about the stream itself, such as OutdatedCursor.
    """

    position: int | None = None
    at: datetime | None = None
    seen: Observation | None = None
    notice: str = ""


def read_frame(raw: str | bytes, seen_at: datetime) -> Event:
    """Read one frame of either wire. Raises ValueError where it is not as documented."""
    frame = _object(parse_json(raw), "the frame")
    if "payload" in frame:
        return _from_v2(_object(frame["payload"], "payload"), seen_at)
    if frame.get("$type") == "error":
        return Event(notice=_text(frame, "error")[:100])
    position = _whole(frame, "time_us")
    at = _moment(position)
    if frame.get("kind") != "commit":
        return Event(position, at)
    commit = _object(frame.get("commit"), "commit")
    return Event(position, at, read_commit(_text(frame, "did"), commit, at, seen_at))


def _from_v2(payload: Mapping[str, Any], seen_at: datetime) -> Event:
    kind = _text(payload, "$type").rpartition("#")[2]
    if kind == "info":
        return Event(notice=_text(payload, "name")[:100])
    position, at = _whole(payload, "seq"), _time(payload.get("time"))
    if at is None:
        raise ValueError('"time" is no time')
    if kind != "commit":
        return Event(position, at)
    return Event(position, at, read_commit(_text(payload, "did"), payload, at, seen_at))


def read_commit(
    did: str, commit: Mapping[str, Any], at: datetime, seen_at: datetime
) -> Observation | None:
    """The post a commit is about; None where it is no post."""
    if commit.get("collection") != POSTS:
        return None
    kind = _KINDS.get(_text(commit, "operation"))
    if kind is None:
        raise ValueError('"operation" is neither create nor update nor delete')
    rkey = _text(commit, "rkey")
    uri = f"at://{did}/{POSTS}/{rkey}"
    if len(uri) > MAX_ID_CHARS or not did.startswith("did:"):
        raise ValueError('"did" or "rkey" is not as documented')
    if kind is Kind.DELETE:
        return Observation(kind, Post("bluesky", uri, "", at, Author(did)), seen_at)
    record = _object(commit.get("record"), "record")
    stated = _time(record.get("createdAt")) or at
    post = Post(
        platform="bluesky",
        id=uri,
        text=storable(_text(record, "text"))[:MAX_TEXT_CHARS],
        created_at=min(stated, at),  # the author's client sets it; it may lie in the future
        author=Author(id=did),
        lang=_language(record),
        url=f"https://bsky.app/profile/{did}/post/{rkey}",
        in_reply_to=_linked(record, "reply", "parent"),
        conversation_id=_linked(record, "reply", "root") or _quoted(record) or uri,
        links=_links_of(record),
    )
    return Observation(kind, post, seen_at, backfill=at - stated > IMPORTED)


def _language(record: Mapping[str, Any]) -> str | None:
    """The first of the languages that the author's client names."""
    tags = record.get("langs")
    first = tags[0] if isinstance(tags, list) and tags else None
    return storable(first).lower()[:35] or None if isinstance(first, str) else None


def _quoted(record: Mapping[str, Any]) -> str | None:
    """The post a quote speaks about; a quote belongs to that conversation."""
    return _linked(record, "embed", "record") or _linked(record, "embed", "record", "record")


def _links_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Where its words and its card lead (app.bsky.richtext.facet, app.bsky.embed.external and
    .recordWithMedia): the text shows an address cut short, or none."""
    embed = mapping(record.get("embed"))
    cards = (
        mapping(one.get("external")).get("uri") for one in (embed, mapping(embed.get("media")))
    )
    facets = objects(record.get("facets"))[: 2 * MAX_LINKS]
    features = (one for facet in facets for one in objects(facet.get("features"))[:MAX_LINKS])
    return links_of((*cards, *(one.get("uri") for one in features)))


def _linked(record: Mapping[str, Any], *path: str) -> str | None:
    """The `uri` at the end of a path of objects, where it is there."""
    value: Any = record
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    uri = value.get("uri") if isinstance(value, dict) else None
    if not isinstance(uri, str) or not uri.startswith("at://") or len(uri) > MAX_ID_CHARS:
        return None
    return storable(uri)


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is no object")
    return value


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ValueError(f'"{key}" is no text')
    return storable(value)


def _whole(row: Mapping[str, Any], key: str) -> int:
    value = row.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(f'"{key}" is no whole number')
    return value


def _moment(time_us: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        raise ValueError('"time_us" is no time') from None


def _time(value: object) -> datetime | None:
    """An ISO time in UTC, or None where a client wrote something else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
