"""What Slack sends, read: a press, a modal that was filled in, words that were written. Pure.

Everything is taken for hostile: what is not as Slack documents it is left out.
"""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from escalation import encode
from escalation.channels.slack_actions import MORE
from escalation.channels.slack_answers import MEMBER, REF
from escalation.conversation import MAX_WORDS, Incoming

MAX_ID = 300  # characters
MOST_FIELDS = 50  # of a modal that are read
_VERB = re.compile(r"[a-z-]{1,40}")
_TS = re.compile(r"\d{1,20}\.\d{1,10}", re.ASCII)
# A post of somebody's own, with a file or also shown in the room; all else is not written to us.
_WRITTEN = (None, "file_share", "thread_broadcast")
# <https://x.example|shown> and <@U024BE7LH>, as Slack writes what it has recognised.
_MARKED = re.compile(r"<([^<>|\s]{1,2000})(?:\|([^<>]{0,2000}))?>")


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that came in, and where its answer belongs.

    incoming  as Slack tells it; `who` is the member's id alone.
    room, thread  where it was; trigger: what opens a modal, "" where none can be.
    is_talk   it was written, so that the answer is written too where only its author reads it.
    """

    incoming: Incoming
    member: str
    room: str
    thread: str
    trigger: str = ""
    is_talk: bool = False


def pressed(body: Mapping[str, Any]) -> Heard | None:
    """A press of a button or a choice of the menu (docs.slack.dev, "block_actions payload")."""
    action = next(iter(_list(body, "actions")), None)
    member, verb = _text(body, "user", "id"), _verb(action)
    room, ts = _text(body, "container", "channel_id"), _text(body, "container", "message_ts")
    ref = f"{room}:{ts}"
    if not (MEMBER.fullmatch(member) and verb and REF.fullmatch(ref)):
        return None
    once = _once(member, ref, _text(action, "action_ts"), _text(body, "trigger_id"))
    token = _text(action, "block_id")
    return Heard(
        Incoming(once, (member,), verb=verb, token=token, ref=ref, room=_shared(room)),
        member,
        room,
        _ts(_text(body, "container", "thread_ts")),
        _text(body, "trigger_id"),
    )


def _verb(action: object) -> str:
    verb = _text(action, "action_id")
    if verb == MORE:
        verb = _text(action, "selected_option", "value")
    return verb if _VERB.fullmatch(verb) else ""


def submitted(body: Mapping[str, Any]) -> Heard | None:
    """A modal that was sent (docs.slack.dev, "view_submission payload")."""
    member, known = _text(body, "user", "id"), _known(_text(body, "view", "private_metadata"))
    verb, ref = known.get("verb", ""), known.get("ref", "")
    if not (MEMBER.fullmatch(member) and _VERB.fullmatch(verb) and REF.fullmatch(ref)):
        return None
    trigger = _text(body, "trigger_id")
    incoming = Incoming(
        _once(member, _text(body, "view", "id"), trigger),
        (member,),
        verb=verb,
        token=known.get("token", ""),
        ref=ref,
        room=_shared(ref.partition(":")[0]),
        values=_values(body),
        is_filled=True,
    )
    return Heard(incoming, member, ref.partition(":")[0], _ts(known.get("thread", "")), trigger)


def written(event: Mapping[str, Any], event_id: str, me: str) -> Heard | None:
    """Words to us: in our direct messages, or in a thread under a message of ours.

    me  our own member id. What is said elsewhere in a room is said to others, and left out.
    """
    member, room, ts = _text(event, "user"), _text(event, "channel"), _ts(_text(event, "ts"))
    thread = _ts(_text(event, "thread_ts"))
    by_people = event.get("subtype") in _WRITTEN and not event.get("bot_id") and member != me
    to_us = _text(event, "channel_type") == "im" or (
        bool(thread) and bool(me) and _text(event, "parent_user_id") == me
    )
    if not (by_people and to_us and ts and MEMBER.fullmatch(member)):
        return None
    ref = f"{room}:{thread}" if REF.fullmatch(f"{room}:{thread}") else ""
    text = as_typed(_text(event, "text"))
    once = _once(event_id or f"{room}:{ts}")
    incoming = Incoming(once, (member,), ref=ref, room=_shared(room), text=text)
    return Heard(incoming, member, room, thread, is_talk=True)


def _shared(room: str) -> str:
    """A room where others read; "": our direct messages."""
    return "" if room.startswith("D") else room


def as_typed(text: str) -> str:
    """The words as their author typed them: links and names without Slack's marks."""

    def plain(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target[0] in "@#!":
            return f"{target[0].replace('!', '@')}{label or target[1:]}"
        return target.removeprefix("mailto:")

    return html.unescape(_MARKED.sub(plain, text[: 4 * MAX_WORDS]))[:MAX_WORDS]


def _values(body: Mapping[str, Any]) -> dict[str, str]:
    """What stands in each field of a modal: typed, or chosen."""
    state = _dict(_dict(_dict(body, "view"), "state"), "values")
    found = {}
    for name in list(state)[:MOST_FIELDS]:
        element = next(iter(_dict(state, name).values()), None)
        chosen = _text(element, "selected_option", "value")
        found[str(name)] = chosen or _text(element, "value")
    return found


def _known(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _once(*parts: str) -> str:
    """What is the same each time that Slack delivers the same."""
    return encode.cut(encode.one_line("|".join(parts)), MAX_ID)


def _text(found: object, *path: str) -> str:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _dict(found: object, name: str) -> dict[str, Any]:
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, dict) else {}


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else []


def _ts(text: str) -> str:
    return text if _TS.fullmatch(text) else ""
