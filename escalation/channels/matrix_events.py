"""What a homeserver's events mean to us, read without asking anybody. All of it is hostile."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from escalation.channels.calling import called
from escalation.channels.matrix_calls import EVENT, PERSON, ROOM
from escalation.conversation import MAX_WORDS

MOST_SIGN = 64  # characters of a reaction
_QUOTED = re.compile(r"(?:> [^\n]*\n)+\n")  # how older clients repeat what they reply to


@dataclass(frozen=True, slots=True)
class Heard:
    """An event that may be for us.

    about   the event that it reacts to, or under or to which it was written; "": none.
    called  it names our account, or begins by calling it. perhaps: it begins by our name, and may
            be about us instead.
    at      milliseconds since 1970 when its homeserver took it, as that says; 0: not said.
    """

    room: str
    id: str
    sender: str
    sign: str = ""
    text: str = ""
    about: str = ""
    called: bool = False
    perhaps: bool = False
    at: int = 0


def events(found: dict[str, Any], me: str, encrypted: Callable[[str], None]) -> list[Heard]:
    """What an answer of /sync holds for us, in order; `encrypted` is told of rooms that are now."""
    kept: list[Heard] = []
    for room, joined in _items(_dict(found, "rooms"), "join"):
        if not ROOM.fullmatch(room):
            continue
        timeline = _dict(joined, "timeline").get("events")
        for event in timeline if isinstance(timeline, list) else []:
            if isinstance(event, dict) and event.get("type") == "m.room.encryption":
                encrypted(room)
            one = heard(event, room, me) if isinstance(event, dict) else None
            if one is not None:
                kept.append(one)
    return kept


def heard(event: dict[str, Any], room: str, me: str) -> Heard | None:
    """An event as far as it may be for us; None: it is ours, taken back, or cannot be read."""
    sender, named, content = event.get("sender"), event.get("event_id"), event.get("content")
    if (
        not isinstance(sender, str)
        or not PERSON.fullmatch(sender)
        or sender == me
        or is_gone(event)
    ):
        return None
    if not isinstance(named, str) or not EVENT.fullmatch(named) or not isinstance(content, dict):
        return None
    at = event.get("origin_server_ts")
    made = Heard(room, named, sender, at=at if type(at) is int else 0)
    return (
        _reaction(event, made)
        if event.get("type") == "m.reaction"
        else _words(event, content, made, me)
    )


def _reaction(event: dict[str, Any], heard: Heard) -> Heard | None:
    relation = relation_of(event)
    sign = relation.get("key")
    if relation.get("rel_type") != "m.annotation" or not isinstance(sign, str):
        return None
    known = 0 < len(sign) <= MOST_SIGN
    return replace(heard, sign=sign, about=str(relation["event_id"])) if known else None


def _words(event: dict[str, Any], content: dict[str, Any], heard: Heard, me: str) -> Heard | None:
    relation, text = relation_of(event), content.get("body")
    kind = relation.get("rel_type")
    # A notice is a machine's; a replacement corrects words that have been heard already.
    if event.get("type") != "m.room.message" or content.get("msgtype") != "m.text":
        return None
    if kind == "m.replace" or not isinstance(text, str):
        return None
    replied = _dict(relation, "m.in_reply_to").get("event_id")
    about = relation["event_id"] if kind == "m.thread" else replied
    text = text[: 4 * MAX_WORDS]
    text = _QUOTED.sub("", text, count=1) if replied else text
    is_named, calls = _called(content, me), called(text, me[1:], me[1:].partition(":")[0])
    is_called = is_named or calls.surely
    return replace(
        heard,
        text=calls.text if is_called or not about else text,
        about=about if isinstance(about, str) and EVENT.fullmatch(about) else "",
        called=is_called,
        perhaps=calls.perhaps and not is_called,
    )


def _called(content: dict[str, Any], me: str) -> bool:
    users = _dict(content, "m.mentions").get("user_ids")
    return isinstance(users, list) and me in users


def relation_of(event: dict[str, Any]) -> dict[str, Any]:
    """What an event relates to; empty: nothing, or nothing that can be read."""
    content = event.get("content")
    relation = content.get("m.relates_to") if isinstance(content, dict) else None
    if not isinstance(relation, dict):
        return {}
    named = relation.get("event_id")
    if relation.get("rel_type") and not (isinstance(named, str) and EVENT.fullmatch(named)):
        return {}
    return relation


def is_gone(event: dict[str, Any]) -> bool:
    """Is there nothing, or was it taken back ("Redactions")?"""
    unsigned = event.get("unsigned")
    was_redacted = isinstance(unsigned, dict) and "redacted_because" in unsigned
    return was_redacted or not event.get("content")


def _dict(found: dict[str, Any], name: str) -> dict[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _items(found: dict[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, part) for key, part in _dict(found, name).items() if isinstance(part, dict)]
