"""What a message looks like in Mattermost: a post, the customer's words attached, its reactions."""

import re
from collections.abc import Sequence
from typing import Any

from escalation import encode, encode_chats
from escalation.channel import Button, Message
from escalation.channels.chat_parts import Parts, parts

# Half of what a server takes that never changed its database (4,000 characters), the attached
# words apart.
ROOM = 3500
MAX_ANSWER = 3500
# What reactions are called (docs.mattermost.com, "Emoji": the names of emojibase and emoji-data).
NAMES = {
    "✅": "white_check_mark",
    "❎": "negative_squared_cross_mark",
    "🤝": "handshake",
    "💤": "zzz",
    "💬": "speech_balloon",
    "🙋": "raising_hand",
    "🏁": "checkered_flag",
    "🔁": "repeat",
    "🚫": "no_entry_sign",
    "🔀": "twisted_rightwards_arrows",
    "🆙": "up",
    "🙈": "see_no_evil",
    "📣": "mega",
    "🧯": "fire_extinguisher",
}
_SIGNS = {name: sign for sign, name in NAMES.items()}
_SKIN = re.compile(r"_(?:(?:medium_)?(?:light|dark)|medium)_skin_tone$")


def post(message: Message, called: str = "") -> dict[str, Any]:
    """The fields of a post that say what the message says. called: whom it calls by name."""
    made = parts(message, encoded, ROOM)
    call = f"@{called}" if called else ""
    text = (f"**{made.headline}**", call, made.lines, legend(message), made.trail, made.note)
    return {"message": "\n".join(part for part in text if part), "props": _props(made, message)}


def plain(text: str) -> str:
    """An answer's text."""
    return encode.cut(encoded(text), MAX_ANSWER)


def encoded(text: str) -> str:
    """A stranger's text, as Mattermost shows it unchanged."""
    return encode_chats.mattermost(text, lines=True)


def legend(message: Message) -> str:
    """What each reaction means, in words."""
    offered = [one for one in message.buttons if one.sign in NAMES]
    return " · ".join(f"{one.sign} {encoded(encode.one_line(one.label))}" for one in offered)


def reactions(buttons: Sequence[Button]) -> tuple[str, ...]:
    """Names of the reactions that stand for buttons, in their order."""
    return tuple(NAMES[one.sign] for one in buttons if one.sign in NAMES)


def sign_of(name: str) -> str:
    """The sign that a reaction is, whatever its skin; "": none that we use."""
    return _SIGNS.get(_SKIN.sub("", name), "")


def _props(made: Parts, message: Message) -> dict[str, Any]:
    """With an attachment, be it none, the server previews no link (`getEmbedForPost`)."""
    attached: list[dict[str, str]] = []
    if message.verbatim is not None:
        words = "\n".join(part for part in (made.words, made.source) if part)
        one = {"fallback": made.headline, "text": words}
        link = {"title": "The customer's post", "title_link": made.link} if made.link else {}
        attached.append(one | link)
    return {
        "attachments": attached,
        "disable_group_highlight": True,
        "mentionHighlightDisabled": True,
    }
