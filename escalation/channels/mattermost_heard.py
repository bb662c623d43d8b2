"""What Mattermost's events say: who reacted or wrote what, and under which post."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from escalation.channels.calling import Called, called
from escalation.channels.mattermost_calls import ID
from escalation.channels.mattermost_post import sign_of
from escalation.conversation import Incoming

DIRECT = "D"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event that says something to us.

    sender, channel  their ids. root: the post under which it is answered, "": under none.
    """

    incoming: Incoming
    sender: str
    channel: str
    root: str


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, and whether a post is one of its own."""

    id: str
    username: str
    wrote: Callable[[str], bool]


def heard(event: dict[str, Any], me: Me) -> Heard | None:
    """What an event says; None: nothing to us, or not to be read."""
    try:
        if event["event"] == "reaction_added":
            return _reaction(event, me)
        return _words(event, me) if event["event"] == "posted" else None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def sender_of(event: dict[str, Any]) -> str:
    """Who did what an event tells of; "": nobody, or not to be read."""
    name = {"reaction_added": "reaction", "posted": "post"}
    try:
        return _id(json.loads(event["data"][name[event["event"]]])["user_id"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return ""


def _reaction(event: dict[str, Any], me: Me) -> Heard | None:
    found = json.loads(event["data"]["reaction"])
    sender, post, name = _id(found["user_id"]), _id(found["post_id"]), found["emoji_name"]
    sign = sign_of(name)
    if sender == me.id or not sign or not me.wrote(post):
        return None
    once = f"reaction {post} {sender} {name} {int(found.get('create_at', 0))}"
    # It does not say whether the channel is a direct one; our answer goes into that in any case.
    channel = _id(event["broadcast"]["channel_id"])
    incoming = Incoming(once, (sender,), ref=post, room=channel, sign=sign)
    return Heard(incoming, sender, channel, post)


def _words(event: dict[str, Any], me: Me) -> Heard | None:
    """Words to us: all of them in a direct channel, elsewhere what is under a post of ours or
    calls the bot. What programs and the server write is nobody's."""
    data = event["data"]
    found = json.loads(data["post"])
    sender, text, root = _id(found["user_id"]), found["message"], found.get("root_id") or ""
    props = found.get("props") or {}
    if sender == me.id or found.get("type") or any(str(key).startswith("from_") for key in props):
        return None
    calls = called(text, me.username) if isinstance(text, str) else Called("")
    is_called = calls.surely or me.id in json.loads(data.get("mentions") or "[]")
    is_direct = data.get("channel_type") == DIRECT
    is_ours = bool(root) and ID.fullmatch(root) is not None and me.wrote(root)
    if not isinstance(text, str) or not (is_called or calls.perhaps or is_direct or is_ours):
        return None
    ref, channel = root if is_ours else "", _id(found["channel_id"])
    incoming = Incoming(
        f"post {_id(found['id'])}",
        (sender,),
        ref=ref,
        room="" if is_direct else channel,
        text=text if is_ours and not is_called else calls.text,
        overheard=not (is_called or is_direct or is_ours),
    )
    return Heard(incoming, sender, channel, root)


def _id(value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError("no id")
    return value
