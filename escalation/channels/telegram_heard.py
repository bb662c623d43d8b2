"""What Telegram's updates say: who pressed or wrote what, and where it is answered."""

from dataclasses import dataclass
from typing import Any

from escalation.channels.calling import called
from escalation.channels.chat_parts import press_of
from escalation.conversation import Incoming

PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One update that says something to us.

    sender, chat  ids; a private chat has the id of its person.
    message       id of the message to answer under.
    callback      of the press that waits for an answer; "": words.
    """

    incoming: Incoming
    sender: int
    chat: int
    message: int
    callback: str = ""


def heard(update: Any, me: Me) -> Heard | None:
    """What an update says; None: nothing to us, or not to be read."""
    try:
        if "callback_query" in update:
            return _press(update["update_id"], update["callback_query"])
        return _words(update["update_id"], update["message"], me)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _press(number: int, query: dict[str, Any]) -> Heard | None:
    press, sender = press_of(query.get("data")), int(query["from"]["id"])
    if press is None:
        return None
    shown = query["message"]
    chat, message = int(shown["chat"]["id"]), int(shown["message_id"])
    incoming = Incoming(
        f"update {int(number)}",
        (str(sender),),
        verb=press[0],
        token=press[1],
        ref=f"{chat}:{message}",
        room=_shared(shown["chat"]),
    )
    return Heard(incoming, sender, chat, message, callback=str(query["id"]))


def _words(number: int, message: dict[str, Any], me: Me) -> Heard | None:
    """Words to us: in a private chat all of them, in a group what answers or calls the bot.

    Whoever speaks as a group or through another bot is nobody in particular.
    """
    sender, chat, text = message["from"], message["chat"], message["text"]
    if sender.get("is_bot") or "sender_chat" in message or "via_bot" in message:
        return None
    if not isinstance(text, str):
        return None
    replied = message.get("reply_to_message") or {}
    is_under = (replied.get("from") or {}).get("id") == me.id
    said, is_called = _command(text, me)
    calls = called(said, me.username)
    said, is_called = (calls.text, True) if calls.surely else (said, is_called)
    is_to_us = chat["type"] == PRIVATE or is_under or is_called
    if not (is_to_us or calls.perhaps):
        return None
    incoming = Incoming(
        f"update {int(number)}",
        (str(int(sender["id"])),),
        ref=f"{int(chat['id'])}:{int(replied['message_id'])}" if is_under else "",
        room=_shared(chat),
        text=said if is_to_us else calls.text,
        overheard=not is_to_us,
    )
    return Heard(incoming, int(sender["id"]), int(chat["id"]), int(message["message_id"]))


def _shared(chat: dict[str, Any]) -> str:
    """A chat where others read; "": a private one."""
    return "" if chat.get("type") == PRIVATE else str(int(chat["id"]))


def _command(text: str, me: Me) -> tuple[str, bool]:
    """Words without what Telegram wants around them, and whether they call the bot by its name:
    `/not_a_complaint@tocsin_bot 17`, `@tocsin_bot cases`."""
    first, _, more = text.strip().partition(" ")
    name = f"@{me.username}".lower()
    if me.username and first.lower() == name:
        return more.strip(), True
    if not first.startswith("/"):
        return text, False
    word, _, called = first[1:].partition("@")
    if called and f"@{called}".lower() != name:
        return text, False
    word = word.replace("_", "-")
    # What follows /start comes from whoever made the link, not from who pressed it.
    said = "help" if word == "start" else f"{word} {more}".strip()
    return said, bool(called)
