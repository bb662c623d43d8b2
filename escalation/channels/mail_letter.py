"""One message as a letter. No text of a stranger's can add a header, a recipient or a tag."""

import hashlib
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from escalation import encode
from escalation.channel import Message, Picture, Purpose, Verbatim
from escalation.channels.short_text import standing_alone
from escalation.wording import attribution, footnote

MAX_SUBJECT = 150  # characters; more is cut by mail programs anyway
MAX_VERBATIM = 20_000  # characters
MAX_HTML = 2_000_000  # characters of a digest; larger ones are cut by mail programs
# One address and nothing beside it: no list, no name, no comment, no line end; and no "?", with
# which it could pass for an encoded word (RFC 2047).
_ATOM = r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
ADDRESS = re.compile(rf"^{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*$")
MAX_ADDRESS = 254  # characters (RFC 5321, 4.5.3.1.3, less the angle brackets)
_SEVERAL = re.compile(r"cases (\d+), \d")  # the subject of a bundle
_LINK = re.compile(r"https?://[^\s<>\"]+")
# Mail programs leave out style sheets, so each style stands where it is used.
_BUTTON = (
    "display:inline-block;padding:12px 20px;border-radius:6px;background:#123f75;color:#ffffff;"
    "font-weight:bold;text-decoration:none"
)
_ID = re.compile(r"<[0-9a-f]{40}@[A-Za-z0-9.-]{1,253}>")


def letter(message: Message, sender: str, now: datetime) -> EmailMessage:
    """Write the letter: plain text, HTML beside it, and headers that thread and identify it.

    The Message-ID is made from the key, so that a repeat is the same letter.
    """
    domain = sender.rpartition("@")[2]
    post = EmailMessage(policy=SMTP)
    post["From"] = f"Tocsin <{sender}>"
    post["To"] = message.to
    post["Subject"] = _subject(message)
    post["Date"] = format_datetime(now)
    post["Message-ID"] = f"<{_digest(message.key)}@{domain}>"
    if message.subject:
        # Nobody holds the root of the thread; letters that name the same one are shown together.
        root = f"<{_digest(f'thread {message.subject}')}@{domain}>"
        above = message.under if message.under and _ID.fullmatch(message.under) else None
        post["In-Reply-To"] = above or root
        post["References"] = f"{root} {above}" if above else root
    post["Auto-Submitted"] = "auto-generated"
    if message.purpose is Purpose.PAGE:
        post["Importance"] = "high"
    post.set_content(_text(message), cte="quoted-printable")
    post.add_alternative(_page(message, domain), subtype="html", cte="quoted-printable")
    if message.picture is not None:
        _show(post, message.picture, _picture_id(message, domain))
    return post


def _show(post: EmailMessage, picture: Picture, cid: str) -> None:
    """Within the HTML where a program shows that, and as a file for every other (RFC 2387)."""
    pages = post.get_payload()
    assert isinstance(pages, list)
    page = pages[-1]
    assert isinstance(page, EmailMessage)
    page.add_related(
        picture.png,
        maintype="image",
        subtype="png",
        cid=f"<{cid}>",
        disposition="inline",
        filename=picture.name,
    )


def _picture_id(message: Message, domain: str) -> str:
    return f"{_digest(f'picture {message.key}')}@{domain}"


def _subject(message: Message) -> str:
    headline = standing_alone(message) or "Tocsin"
    # A reader would decode what looks like an encoded word (RFC 2047) of a stranger's.
    return encode.cut(headline.replace("=?", "= ?"), MAX_SUBJECT)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:40]


def _text(message: Message) -> str:
    rows = [encode.one_line(message.headline), ""]
    if message.verbatim is not None:
        words = encode.cut(encode.terminal(message.verbatim.text, lines=True), MAX_VERBATIM)
        rows += [f"> {row}" for row in words.split("\n")]
        rows += [f"— {encode.one_line(attribution(message.verbatim))}"]
        rows += [encode.one_line(message.verbatim.url), ""]
    rows += [encode.one_line(line) for line in message.lines]
    if link := _link(message):
        rows += ["", f"{_invitation(message)}:", link]
    return "\n".join([*rows, "", "-- ", encode.one_line(footnote(message)), ""])


def _page(message: Message, domain: str) -> str:
    if message.html is not None and len(message.html) <= MAX_HTML:
        # Made by the digest, which has encoded it; here only what no letter can carry is mended.
        return message.html.encode(errors="replace").decode()
    lines = "".join(f"<p>{encode.html(line)}</p>\n" for line in message.lines)
    words = _words(message.verbatim) if message.verbatim is not None else ""
    return (
        f"<!doctype html>\n<h1 style='font-size:1.2em'>{encode.html(message.headline)}</h1>\n"
        f"{words}{_image(message, domain)}{lines}{_button(message)}"
        f"<p style='color:#666'>{encode.html(footnote(message))}</p>\n"
    )


def _image(message: Message, domain: str) -> str:
    if message.picture is None:
        return ""
    alt = encode.html(message.picture.alt)
    place = f"cid:{_picture_id(message, domain)}"
    return f"<p><img src='{place}' alt='{alt}' width='800' style='max-width:100%'></p>\n"


def _link(message: Message) -> str:
    """The address of our own page; "" where there is none that a program would open."""
    return message.link if _LINK.fullmatch(message.link) else ""


def _invitation(message: Message) -> str:
    """What opens behind the link, so that nobody takes pressing it for acting."""
    about = encode.one_line(message.subject)
    if several := _SEVERAL.match(about):
        about = f"case {several[1]}"  # the link is for the first
    return f"Open {about} to act on it" if about else "Open it to act on it"


def _button(message: Message) -> str:
    """A link that looks like a button, and its address for whoever may not press such."""
    link = encode.html(_link(message))
    if not link:
        return ""
    return (
        f"<p><a href='{link}' style='{_BUTTON}'>{encode.html(_invitation(message))}</a></p>\n"
        f"<p style='color:#4a4a4a'>Or open this address; it is yours alone and works once:<br>\n"
        f"<a href='{link}'>{link}</a></p>\n"
    )


def _words(verbatim: Verbatim) -> str:
    text = encode.cut(encode.legible(verbatim.text, lines=True), MAX_VERBATIM)
    url = encode.one_line(verbatim.url)
    shown = encode.html(url)
    link = f'<a href="{shown}">{shown}</a>' if _LINK.fullmatch(url) else shown
    return (
        f"<blockquote style='white-space:pre-wrap'>{encode.html(text, lines=True)}</blockquote>\n"
        f"<p>— {encode.html(attribution(verbatim))} · {link}</p>\n"
    )
