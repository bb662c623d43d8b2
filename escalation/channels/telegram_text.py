"""What a message looks like in Telegram: plain text, what stands out in it, and its buttons."""

from typing import Any

from escalation import encode, encode_chats
from escalation.channel import Message, Purpose, Weight
from escalation.channels.chat_parts import parts, pressed

# core.telegram.org/bots/api: a text 4,096 UTF-16 units after entities, an answer to a press 200
# characters, what comes back with a press 64 bytes.
MAX_TEXT = 4096
MAX_ANSWER = 200
MAX_PRESS = 64
ROOM = 1900  # characters before encoding to UTF-16: an emoji is two units, and some text is ours
FOR_YOU = "For you"

Entity = dict[str, Any]


def content(message: Message) -> dict[str, Any]:
    """The fields of sendMessage and editMessageText that say what the message says."""
    text, entities = _written(message)
    return {
        "text": text,
        "entities": entities,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": keyboard(message)},
    }


def plain(text: str, limit: int = MAX_TEXT // 2) -> str:
    """An answer's text. Half of the limit: every character may count as two."""
    return encode.cut(encode_chats.telegram(text, lines=True).strip(), limit)


def keyboard(message: Message) -> list[list[dict[str, str]]]:
    """Buttons: what is asked of the reader in a row of its own, the rest two by two."""
    main: list[dict[str, str]] = []
    rest: list[dict[str, str]] = []
    for button in message.buttons:
        data = pressed(button, message.token, MAX_PRESS)
        if data is not None:
            shown = {"text": encode.cut(encode.one_line(button.label), 40), "callback_data": data}
            (main if button.weight is Weight.MAIN else rest).append(shown)
    return [[one] for one in main] + [rest[at : at + 2] for at in range(0, len(rest), 2)]


def _written(message: Message) -> tuple[str, list[Entity]]:
    made = parts(message, lambda text: encode_chats.telegram(text, lines=True), ROOM)
    entities: list[Entity] = []
    pieces: list[str] = []

    def add(text: str, **entity: Any) -> None:
        if not text:
            return
        if entity:
            offset = _units("\n".join([*pieces, ""]))
            entities.append({"offset": offset, "length": _units(text), **entity})
        pieces.append(text)

    add(made.headline, type="bold")
    if _is_called(message):
        add(FOR_YOU, type="text_mention", user={"id": int(message.mention or 0)})
    add(made.words, type="blockquote")
    add(made.source)
    if made.link:
        add(encode_chats.telegram(made.link), type="text_link", url=made.link)
    for text in (made.lines, made.trail, made.note):
        add(text)
    return "\n".join(pieces), entities


def _is_called(message: Message) -> bool:
    """Is somebody to be called who would not hear it anyway? A private chat calls by itself."""
    mention = message.mention or ""
    is_id = mention.isascii() and mention.isdigit() and len(mention) <= 16
    return message.purpose in (Purpose.PAGE, Purpose.REPLY) and is_id and mention != message.to


def _units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
