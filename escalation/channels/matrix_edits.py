"""Replacements of a message of ours: what stands there now, and nothing of what stood there.

A replacement leaves what it replaces in the room's history, where every member can read it. So
what may quote strangers stands in replacements alone, and each is taken back when the next one is
there; the message itself says its headline.
"""

import json
from typing import Any

from escalation.channels.matrix_calls import EVENT, Errand, once
from escalation.channels.matrix_content import replacing

MOST = 100  # replacements that are looked through; each update takes the earlier ones back


def show(errand: Errand, room: str, event: str, me: str, made: dict[str, Any]) -> str:
    """Put `made` in the place of a message, unless it stands there already, and take back what
    stood there. Doing it again does what was not done. Raises as `Channel.update` does.

    Returns the id of the replacement that stands there now.
    """
    there = related(errand, room, event, me, "m.replace", "m.room.message")
    before = str(there[0]["event_id"]) if there else ""
    stands = before if there and there[0]["content"].get("m.new_content") == made else ""
    if not stands:
        # What is shown may come back to what it was: each is named by what it follows, too.
        transaction = once(event, before, json.dumps(made))
        place = ("v3", "rooms", room, "send", "m.room.message", transaction)
        stands = str(errand.put(*place, content=replacing(event, made)).get("event_id"))
    for one in there:
        if one["event_id"] != stands:
            redact(errand, room, one["event_id"])
    return stands


def remove(errand: Errand, room: str, event: str, me: str) -> None:
    """Take a message back with all that was put in its place; done before, it is done again."""
    for one in related(errand, room, event, me, "m.replace", "m.room.message"):
        redact(errand, room, one["event_id"])
    redact(errand, room, event)


def related(
    errand: Errand, room: str, event: str, me: str, relation: str, kind: str
) -> list[dict[str, Any]]:
    """Events of ours that relate to one, the newest first ("Relationships API")."""
    place = ("v1", "rooms", room, "relations", event, relation, kind)
    chunk = errand.get(*place, query=f"limit={MOST}").get("chunk")
    found = [one for one in chunk if isinstance(one, dict)] if isinstance(chunk, list) else []
    return [one for one in found if one.get("sender") == me and _can_be_read(one)]


def redact(errand: Errand, room: str, event: str) -> None:
    """Take an event of ours back; what it said is gone for everyone."""
    errand.put("v3", "rooms", room, "redact", event, once("redact", event), content={})


def _can_be_read(event: dict[str, Any]) -> bool:
    named, content = event.get("event_id"), event.get("content")
    return isinstance(named, str) and bool(EVENT.fullmatch(named)) and isinstance(content, dict)
