"""What Discord's events say: who pressed, filled in or wrote what, and where it is answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from escalation.channels.chat_parts import press_of
from escalation.channels.discord_calls import ID
from escalation.conversation import Incoming

COMPONENT, FILLED = 3, 5  # types of interactions
_WORDS = (0, 19)  # types of messages: plain, and an answer to another one


@dataclass(frozen=True, slots=True)
class Heard:
    """One event that says something to us.

    sender, channel, message  ids; message: what is answered, "": none.
    callback                  where an interaction is answered; "": words.
    application               whose interaction it is. in_room: others read there too.
    """

    incoming: Incoming
    sender: str
    channel: str
    message: str = ""
    callback: str = ""
    application: str = ""
    in_room: bool = False


def heard(kind: str, event: Any, me: str) -> Heard | None:
    """What an event says; None: nothing to us, or not to be read."""
    try:
        if kind == "INTERACTION_CREATE":
            return _interaction(event)
        return _words(event, me) if kind == "MESSAGE_CREATE" else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _interaction(event: dict[str, Any]) -> Heard | None:
    data = event["data"]
    press = press_of(data["custom_id"])
    is_filled = event["type"] == FILLED
    if press is None or (not is_filled and event["type"] != COMPONENT):
        return None
    user = event["member"]["user"] if "member" in event else event["user"]
    sender, channel = _id(user["id"]), _id(event["channel_id"])
    shown = event.get("message") or {}
    incoming = Incoming(
        f"interaction {_id(event['id'])}",
        (sender,),
        verb=press[0],
        token=press[1],
        ref=f"{channel}:{_id(shown['id'])}" if shown else "",
        room=channel if "guild_id" in event else "",
        values=dict(_filled(data.get("components") or [])) if is_filled else {},
        is_filled=is_filled,
    )
    callback = f"{_id(event['id'])}/{_secret(event['token'])}"
    return Heard(
        incoming,
        sender,
        channel,
        callback=callback,
        application=_id(event["application_id"]),
        in_room="guild_id" in event,
    )


def _filled(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What stands in each field: of a text its words, of a choice the one that was chosen."""
    for one in components:
        field: dict[str, Any] = one.get("component") or next(iter(one.get("components") or ()), {})
        if "custom_id" in field:
            chosen = field.get("values") or [""]
            value = field["value"] if "value" in field else chosen[0]
            yield str(field["custom_id"])[:100], str(value or "")


def _words(event: dict[str, Any], me: str) -> Heard | None:
    """Words to us: all of them in a direct channel, elsewhere what answers or calls the bot."""
    author, text = event["author"], event["content"]
    if author.get("bot") or "webhook_id" in event or event.get("type", 0) not in _WORDS:
        return None
    sender, channel, message = _id(author["id"]), _id(event["channel_id"]), _id(event["id"])
    answered = event.get("referenced_message") or {}
    is_ours = bool(answered) and (answered.get("author") or {}).get("id") == me
    called = any(one.get("id") == me for one in event.get("mentions") or [])
    in_room = "guild_id" in event
    if not isinstance(text, str) or not text or (in_room and not (is_ours or called)):
        return None
    ref = f"{channel}:{_id(answered['id'])}" if is_ours else ""
    room = channel if in_room else ""
    incoming = Incoming(
        f"message {message}", (sender,), ref=ref, room=room, text=_without(text, me)
    )
    return Heard(incoming, sender, channel, message, in_room=in_room)


def _without(text: str, me: str) -> str:
    """Words without the name that they call."""
    first, _, more = text.strip().partition(" ")
    return more.strip() if first in (f"<@{me}>", f"<@!{me}>") else text


def _id(value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError("no id")
    return value


def _secret(value: Any) -> str:
    """The token of an interaction, which becomes part of an address."""
    if not isinstance(value, str) or not value.replace("-", "").replace("_", "").isalnum():
        raise ValueError("no token")
    if not value.isascii():
        raise ValueError("no token")
    return value
