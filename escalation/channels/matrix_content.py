"""What a message looks like in Matrix: a plain body and HTML, every text of both encoded."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from escalation import encode
from escalation.channel import Button, Message, Picture, Verbatim
from escalation.channels.matrix_calls import PERSON
from escalation.wording import attribution, footnote

# Ours. An event holds 65,536 bytes (client-server API, "Size limits"); a character takes at most
# eight of them, body and HTML together.
MAX_HEADLINE = 200
MAX_WORDS = 2500
MAX_LINE = 500
MAX_LINES = 3500  # characters of all lines together
MAX_URL = 1000
MAX_ANSWER = 4000
# Only what cannot end the attribute; anything else is shown as text.
_LINKABLE = re.compile(r"https?://[!#-;=?-{}~]+", re.ASCII)

Content = dict[str, Any]


def content(message: Message) -> Content:
    """An `m.room.message` (client-server API, "Instant Messaging"), without its relation."""
    return _event(_parts(message), message)


def brief(message: Message) -> Content:
    """The same with its headline alone: nothing of a stranger's."""
    return _event(_parts(replace(message, verbatim=None, lines=(), trail=(), buttons=())), message)


def image(picture: Picture, place: str) -> Content:
    """What an event of words becomes to show a picture; its words are the caption (client-server
    API, "m.image" and "Media captions")."""
    info = {"mimetype": "image/png", "size": len(picture.png)}
    return {"msgtype": "m.image", "filename": picture.name, "url": place, "info": info}


def _event(parts: list[tuple[str, str]], message: Message) -> Content:
    person = message.mention if message.mention and PERSON.fullmatch(message.mention) else None
    return {
        "msgtype": "m.text",
        "body": "\n\n".join(plain for plain, _ in parts),
        "format": "org.matrix.custom.html",
        "formatted_body": "".join(html for _, html in parts),
        **addressed(person),
    }


def addressed(person: str | None) -> Content:
    """Whom a message calls, and nobody else; and that none of its links is to be previewed.

    An empty list is how Beeper's and gomuks's clients take it (proposal MSC4095); Element leaves
    out whatever stands in a quotation (UrlPreviewGroupViewModel), where links of ours stand.
    """
    return {
        "m.mentions": {"user_ids": [person]} if person else {},
        "com.beeper.linkpreviews": [],
    }


def replacing(event: str, made: Content) -> Content:
    """The content of the event that puts `made` in another's place ("Event replacements")."""
    return {
        # Seen only where replacements are not known.
        "msgtype": made["msgtype"],
        "body": "* " + made["body"].partition("\n")[0],
        **addressed(None),
        "m.new_content": made,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
    }


def threaded(root: str, made: Content) -> Content:
    """A message in the thread under another ("Threading")."""
    relation = {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": root},
    }
    return {**made, "m.relates_to": relation}


def replying(event: str, made: Content) -> Content:
    """A message that answers another where it stands ("Rich replies")."""
    return {**made, "m.relates_to": {"m.in_reply_to": {"event_id": event}}}


def answer(text: str, sender: str) -> Content:
    """What is said back: a notice, which calls nobody and which no bot answers.

    sender  whom it answers; their own id stays as it is written, because it is to be copied into
            the configuration.
    """
    shown = encode.matrix(encode.cut(text, MAX_ANSWER), lines=True)
    return {
        "msgtype": "m.notice",
        "body": shown.replace(encode.matrix(sender), sender) if sender else shown,
        **addressed(None),
    }


def _parts(message: Message) -> list[tuple[str, str]]:
    """Headline, words, what to know, what was done, what can be done, footnote: plain and HTML."""
    headline = encode.cut(encode.one_line(message.headline), MAX_HEADLINE) or "Tocsin"
    shown = encode.matrix(headline), encode.matrix_html(headline)
    made = [(shown[0], f"<p><strong>{shown[1]}</strong></p>")]
    if message.verbatim is not None:
        made.append(_words(message.verbatim))
    paragraphs = (message.lines, message.trail, legend(message.buttons), (footnote(message),))
    room = MAX_LINES
    for lines in paragraphs:
        kept = [encode.cut(encode.one_line(line), min(MAX_LINE, room)) for line in lines if line]
        text = encode.cut("\n".join(line for line in kept if line), room)
        room -= len(text)
        if text:
            made.append((encode.matrix(text, lines=True), f"<p>{_html(text)}</p>"))
    return made


def legend(buttons: tuple[Button, ...]) -> tuple[str, ...]:
    """What each reaction means, in words: nobody has to guess at an emoji."""
    signs = [f"{one.sign} {one.label.removesuffix('…').strip()}" for one in buttons if one.sign]
    return (f"React: {' · '.join(signs)}",) if signs else ()


def _words(verbatim: Verbatim) -> tuple[str, str]:
    words = encode.legible(verbatim.text, lines=True).strip()
    text = encode.cut(words, MAX_WORDS)
    source = encode.cut(encode.one_line(attribution(verbatim)), MAX_LINE)
    url = encode.cut(encode.one_line(verbatim.url), MAX_URL)
    shown = [part for part in (text, source) if part]
    html = [_html(part) for part in shown] + ([_link(verbatim.url, url)] if url else [])
    plain = "\n".join(encode.matrix(part, lines=True) for part in (*shown, url) if part)
    return plain, f"<blockquote>{'<br>'.join(html)}</blockquote>"


def _link(url: str, shown: str) -> str:
    """A link that shows where it leads; no label, so that none can be forged."""
    if len(url) > MAX_URL or not _LINKABLE.fullmatch(url) or not _is_a_page(url):
        return encode.matrix_html(shown)
    safe = encode.html(url)
    return f'<a href="{safe}">{safe}</a>'


def _is_a_page(url: str) -> bool:
    """Is it the address of a page, and no person's or room's of Matrix? Clients show those as
    mentions: `matrix.to/#/@ada:example.org`, and "#/" at other addresses of such clients."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and parts.hostname != "matrix.to" and "#/" not in url


def _html(text: str) -> str:
    return encode.matrix_html(text, lines=True).replace("\n", "<br>")
