"""What a message looks like in Teams: an Adaptive Card, every text of it within its limit.

Texts of strangers stand in a `RichTextBlock` alone, which knows no Markdown; no text of theirs is
in a `TextBlock`, which does.
"""

import re
from typing import Any

from config import Band
from escalation import encode
from escalation.channel import Message
from escalation.channels.posting import packed
from escalation.channels.short_text import OPEN, lines, title

# Teams takes 28 KB (learn.microsoft.com, "Create incoming webhooks"); others have measured 21 KB.
MAX_BYTES = 20_000
# Workflows shows nothing of cards that say they are newer, as the makers of go-teams-notify and of
# Alertmanager have found. All that we use was there in 1.2.
VERSION = "1.4"
CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
# A sign-in name or a directory id, as "mentioned" takes them; nothing that could end the mention.
_MEMBER = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,190}|[0-9a-fA-F-]{36}")
# Beside the level's word, never instead of it.
_STYLES = {Band.STORM: "attention", Band.P1: "attention", Band.P2: "warning"}

Element = dict[str, Any]


def card(message: Message) -> dict[str, Any]:
    """The request for one card, at most `MAX_BYTES`; lines that are too many are left out."""
    rows = lines(message, _safe)
    for kept in range(len(rows), -1, -1):
        made = _request(message, rows[:kept])
        if len(packed(made)) <= MAX_BYTES:
            return made
    return _request(message, [])


def _request(message: Message, rows: list[str]) -> dict[str, Any]:
    headline = title(message, _safe)
    content: dict[str, Any] = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": headline,
        "body": _body(message, headline, rows),
        "msteams": {"width": "Full"},
    }
    if message.link:
        content["actions"] = [{"type": "Action.OpenUrl", "title": OPEN, "url": message.link}]
    if _called(message):
        who = {"id": message.mention, "name": message.mention}
        call = {"type": "mention", "text": f"<at>{message.mention}</at>", "mentioned": who}
        content["msteams"]["entities"] = [call]
    attachment = {"contentType": CARD, "contentUrl": None, "content": content}
    return {"type": "message", "summary": headline, "attachments": [attachment]}


def _body(message: Message, headline: str, rows: list[str]) -> list[Element]:
    head: Element = {
        "type": "Container",
        "bleed": True,
        "items": [_text(headline, weight="Bolder", size="Medium")],
    }
    style = None if message.standing.band is None else _STYLES.get(message.standing.band)
    if style is not None:
        head["style"] = style
    body = [head]
    if _called(message):
        body.append({"type": "TextBlock", "text": f"<at>{message.mention}</at>", "wrap": True})
    return body + [_text(row) for row in rows]


def _called(message: Message) -> bool:
    return message.mention is not None and bool(_MEMBER.fullmatch(message.mention))


def _text(text: str, **style: str) -> Element:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}


def _safe(text: str) -> str:
    """No link, and no macro of the cards' own language (`{{DATE(…)}}`, `${…}`)."""
    return encode.unlinked(text).replace("{{", "{ {").replace("${", "$ {")
