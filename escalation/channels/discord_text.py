"""What a message looks like in Discord: its content and its buttons."""

import hashlib
from typing import Any

from escalation import encode, encode_chats
from escalation.channel import Message, Purpose, Weight
from escalation.channels.chat_parts import Parts, parts, pressed
from escalation.channels.discord_calls import ID, REF

# docs.discord.com: "Create message", "Component reference".
MAX_CONTENT = 2000
MAX_PRESS = 100
MAX_BUTTONS, IN_A_ROW = 25, 5
ROW, BUTTON = 1, 2
SUPPRESS_EMBEDS, EPHEMERAL = 1 << 2, 1 << 6
STYLES = {Weight.MAIN: 1, Weight.PLAIN: 2, Weight.GRAVE: 4}
_NOBODY: dict[str, Any] = {"parse": [], "users": [], "replied_user": False}

Component = dict[str, Any]


def content(message: Message) -> dict[str, Any]:
    """The fields of a message that say what it says; nothing in it calls but who is paged."""
    called = _called(message)
    made = parts(message, encoded, MAX_CONTENT - 300)
    top = (f"**{made.headline}**", f"<@{called}>" if called else "")
    rest = (made.source, f"<{made.link}>" if made.link else "", made.lines, made.trail, made.note)
    text = _joined((*top, _quoted(made, sum(map(len, (*top, *rest)))), *rest))
    return {
        "content": encode.cut(text, MAX_CONTENT),
        "flags": SUPPRESS_EMBEDS,
        "allowed_mentions": _NOBODY | {"users": [called] if called else []},
        "components": _buttons(message),
    }


def created(message: Message, channel: str) -> dict[str, Any]:
    """The same for a new message: under which one, and known again if it is sent twice."""
    made = content(message)
    nonce = hashlib.sha256(encode.legible(message.key).encode()).hexdigest()[:25]
    root = REF.fullmatch(message.under or "")
    if root is not None and root[1] == channel:
        made["message_reference"] = {"message_id": root[2], "fail_if_not_exists": False}
    return {**made, "nonce": nonce, "enforce_nonce": True}


def said(text: str) -> dict[str, Any]:
    """An answer's fields: encoded, calling nobody."""
    shown = encode.cut(encoded(text), MAX_CONTENT)
    return {"content": shown, "flags": SUPPRESS_EMBEDS, "allowed_mentions": _NOBODY}


def encoded(text: str) -> str:
    """A stranger's text, as Discord shows it unchanged."""
    return encode_chats.discord(text, lines=True)


def _called(message: Message) -> str:
    """Who is to be called: a direct message calls by itself."""
    mention = message.mention or ""
    asks = message.purpose in (Purpose.PAGE, Purpose.REPLY)
    return mention if asks and mention != message.to and ID.fullmatch(mention) else ""


def _quoted(made: Parts, taken: int) -> str:
    """The customer's words, as a quotation in what is left beside the rest."""
    if not made.words:
        return ""
    lines = made.words.replace("\n", "\n> ")
    return encode.cut(f"> {lines}", max(0, MAX_CONTENT - taken - 10))


def _joined(texts: tuple[str, ...]) -> str:
    return "\n".join(text for text in texts if text)


def _buttons(message: Message) -> list[Component]:
    made: list[Component] = []
    for button in message.buttons[:MAX_BUTTONS]:
        press = pressed(button, message.token, MAX_PRESS)
        if press is not None:
            label = encode.cut(encode.one_line(button.label), 80)
            made.append(button_of(label, press, STYLES[button.weight]))
    return [row(made[at : at + IN_A_ROW]) for at in range(0, len(made), IN_A_ROW)]


def row(components: list[Component]) -> Component:
    return {"type": ROW, "components": components}


def button_of(label: str, press: str, style: int) -> Component:
    return {"type": BUTTON, "style": style, "label": label, "custom_id": press}
