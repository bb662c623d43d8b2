"""What Mastodon's streaming server sends, and what it is asked for. Pure.

Source: docs.joinmastodon.org/methods/streaming, "Event types and payloads" and "WebSocket", and
entities/Instance, `configuration.urls.streaming`. A payload is a string, and mostly JSON by itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from listener.boundary import MAX_PARTS
from listener.collectors.mastodon_posts import ID, PLATFORM, decode, is_open, local_id
from listener.fields import Raw, mapping, required_text, text
from listener.jsontext import parse_json
from listener.mention import Author, Kind, Observation, Post

PATH = "/api/v1/streaming"
HEALTH = f"{PATH}/health"
MAX_PLACE_CHARS = 300
MAX_POSTS = 200  # of one batch
MAX_MALFORMED = 50  # reasons kept of one batch
_PLACE = re.compile(r"(wss?)://([A-Za-z0-9.-]{1,253}(?::\d{1,5})?)(/[A-Za-z0-9._/-]{0,100})?")
_STATUSES = {"update": Kind.POST, "status.update": Kind.EDIT}


@dataclass(frozen=True, slots=True)
class Event:
    """One frame.

    seen     what was observed; None where it is about no post of strangers.
    refused  the status with which a subscription was refused; None for any other frame.
    """

    seen: Observation | None = None
    refused: int | None = None


def read_event(raw: str | bytes, host: str, seen_at: datetime) -> Event:
    """Read one frame. Raises ValueError where it is not as documented.

    host  the instance, whose number of a post becomes an alias.
    """
    frame = _object(raw)
    if "error" in frame and "event" not in frame:
        status = frame.get("status")
        return Event(refused=status if isinstance(status, int) else 0)
    kind = required_text(frame, "event")
    if kind == "delete":
        return Event(_gone(frame.get("payload"), host, seen_at))
    if kind in _STATUSES:
        status = _object(frame.get("payload"))
        seen = decode(status, host, seen_at)
        return Event(replace(seen, kind=_STATUSES[kind]) if is_open(status) else None)
    if kind == "notification":
        return Event(_mention(_object(frame.get("payload")), host, seen_at))
    return Event()  # announcements, filters, conversations: no posts to be heard


def subscriptions(timelines: Sequence[tuple[str, bool]]) -> tuple[Mapping[str, str], ...]:
    """What to ask for, one for each timeline: its path, and whether it is the instance's own."""
    return tuple(_subscription(path, is_local) for path, is_local in timelines)


def _subscription(path: str, is_local: bool) -> Mapping[str, str]:
    asked = {"type": "subscribe"}
    if path.endswith("/notifications"):
        return asked | {"stream": "user:notification"}
    if path.endswith("/timelines/public"):
        return asked | {"stream": "public:local" if is_local else "public"}
    return asked | {"stream": "hashtag", "tag": unquote(path.rpartition("/")[2])}


def place_of(instance: object, base: str) -> str:
    """Where an instance says that it streams: `ws(s)://host`, without a slash at its end.

    base  the instance's own address, which is also where it streams when it says nothing. Raises
          ValueError where the place is none that a token may be sent to.
    """
    own = base.replace("http", "ws", 1)
    urls = mapping(mapping(mapping(instance).get("configuration")).get("urls"))
    named = text(urls.get("streaming"), MAX_PLACE_CHARS) or own
    found = _PLACE.fullmatch(named)
    if found is None or (found[1] == "ws" and not own.startswith("ws://")):
        raise ValueError("the instance names no place for streaming that a token may be sent to")
    return named.rstrip("/")


def _object(raw: object) -> Raw:
    if not isinstance(raw, str | bytes):
        raise ValueError("payload is no text")
    data = raw if isinstance(raw, bytes) else raw.encode(errors="replace")
    if sum(data.count(mark) for mark in (b",", b"{", b"[")) > MAX_PARTS:
        raise ValueError("it has more parts than any event")
    found = parse_json(raw)
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return found


def _gone(number: object, host: str, seen_at: datetime) -> Observation:
    """A deletion names the instance's own number, which is an alias of the post that is kept."""
    if not isinstance(number, str) or not ID.fullmatch(number):
        raise ValueError("payload is no id")
    post = Post(PLATFORM, local_id(host, number), "", seen_at, Author(""))
    return Observation(Kind.DELETE, post, seen_at)


def _mention(note: Raw, host: str, seen_at: datetime) -> Observation | None:
    status = mapping(note.get("status"))
    if note.get("type") != "mention" or not is_open(status):
        return None
    return decode(status, host, seen_at)


class Heard:
    """What one fetch has heard so far, each thing once: several tags bring the same post."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Kind, str, str, str], Observation] = {}
        self.malformed: list[str] = []

    @property
    def observations(self) -> tuple[Observation, ...]:
        """In the order in which they came."""
        return tuple(self._seen.values())

    @property
    def is_full(self) -> bool:
        """It is enough for one batch."""
        return len(self._seen) >= MAX_POSTS

    def spoil(self, reason: str) -> None:
        """Note why a frame could not be read."""
        if len(self.malformed) < MAX_MALFORMED:
            self.malformed.append(reason)

    def keep(self, seen: Observation) -> bool:
        """Keep one; true while there is but one."""
        post = seen.post
        self._seen.setdefault((seen.kind, post.id, post.title, post.text), seen)
        return len(self._seen) == 1
