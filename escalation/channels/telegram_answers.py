"""What Telegram's answers mean: a result, "not now" or "never"."""

import re
from typing import Any

from escalation.channel import ChannelRefused, ChannelUnavailable, Receipt
from escalation.channels.rest import found_in
from escalation.retry_after import MAX_WAIT
from listener.wire import Reply

CHAT = re.compile(r"-?[1-9]\d{0,15}", re.ASCII)
NO_CHAT = "Telegram knows chats by their numeric id only"
REF = re.compile(r"(-?[1-9]\d{0,15}):([1-9]\d{0,15})", re.ASCII)
UNCHANGED = "message is not modified"
# By what Telegram's description says; its own words are not repeated.
_REMEDIES = {
    "bot was blocked": "the person has blocked the bot; they must unblock it and send /start",
    "can't initiate conversation": "the person has to write /start to the bot first",
    "user is deactivated": "the person's account is gone; declare another contact",
    "bot was kicked": "the bot was removed from the group; add it again",
    "not a member": "the bot is not in that group or channel; add it",
    "chat not found": "no such chat; use the numeric id, and let the person send /start first",
    "not enough rights": "the bot may not write there; ask an administrator of the group",
    "have no rights": "the bot may not write there; ask an administrator of the group",
    "chat_write_forbidden": "the bot may not write there; ask an administrator of the group",
    "message to edit not found": "the message is gone",
    "message can't be edited": "the message cannot be changed any more",
    "message can't be deleted": "Telegram lets a bot delete a message for 48 hours only",
    "upgraded to a supergroup": "the group has a new id since it became a supergroup; declare that",
    "webhook is active": "something else takes the bot's updates by a webhook; make a bot for "
    "Tocsin alone",
}
_GONE = "message to delete not found"
_LATER = frozenset({408, 409, 420, 429})


class AlreadyGone(ChannelRefused):
    """There is no such message to be deleted."""


def result(name: str, reply: Reply) -> Any:
    """What a method gave back; None where a message says already what it should say.

    Raises ChannelUnavailable or ChannelRefused.
    """
    answer = found_in(reply.body)
    if answer.get("ok") is True and reply.status == 200:
        return answer.get("result")
    if UNCHANGED in _said(answer):
        return None
    raise _reading(name, reply, answer)


def receipt(name: str, sent: Any) -> Receipt:
    chat = sent.get("chat") if isinstance(sent, dict) else None
    ref = f"{chat.get('id')}:{sent.get('message_id')}" if isinstance(chat, dict) else ""
    if not REF.fullmatch(ref):
        raise ChannelUnavailable(f"{name}: Telegram's answer names no message")
    return Receipt(ref)


def _said(answer: dict[str, Any]) -> str:
    return str(answer.get("description", "")).lower()


def _reading(
    name: str, reply: Reply, answer: dict[str, Any]
) -> ChannelUnavailable | ChannelRefused:
    status = reply.status
    remedy = next((way for words, way in _REMEDIES.items() if words in _said(answer)), "")
    if status == 409 and remedy:
        return ChannelRefused(f"{name}: {remedy}")
    if status in _LATER or status >= 500 or "error_code" not in answer:
        return ChannelUnavailable(f"{name}: Telegram is not available ({status})", _wait(answer))
    if _GONE in _said(answer):
        return AlreadyGone(f"{name}: the message is gone")
    if status in (401, 404):
        return ChannelRefused(
            f"{name}: Telegram refused the token: ask @BotFather for a new one (/token) and put it "
            "where `token` points"
        )
    return ChannelRefused(
        f"{name}: {remedy}" if remedy else f"{name}: Telegram refused the message ({status})"
    )


def _wait(answer: dict[str, Any]) -> float | None:
    """Seconds that Telegram asks us to wait (ResponseParameters, retry_after)."""
    given = answer.get("parameters")
    seconds = given.get("retry_after") if isinstance(given, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return min(max(float(seconds), 0.0), MAX_WAIT) if seconds == seconds else None
