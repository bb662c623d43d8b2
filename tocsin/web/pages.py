"""The pages of a link: plain HTML that needs no script and shows the same on a telephone.

Every text of a stranger's goes through `encode.html`. Nothing on a page submits, loads or opens
by itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from escalation import encode
from escalation.channel import Message, Verbatim
from escalation.conversation import FieldKind, Form, FormField
from escalation.wording import attribution

MAX_VERBATIM = 20_000  # characters
DID: Mapping[str, str] = {
    "ack": "to acknowledge",
    "accept": "to accept",
    "decline": "to decline",
    "snooze": "to snooze",
    "note": "to comment on",
}
# What is said beside a form, by its verb.
_SAYS: Mapping[str, str] = {
    "ack": "You own it from then on, and nobody else is paged for it.",
    "accept": "You own it from then on.",
    "decline": "It stays with whoever offered it.",
    "snooze": "You keep it, and are paged again when the time is over.",
    "note": "This acknowledges nothing: while nobody has, the next person is paged.",
}
_REFUSED: Mapping[int, str] = {
    400: "What was sent cannot be read. Open the link again and press there.",
    403: "That was not pressed on this page. Open the link again and press there.",
    408: "What was sent came too slowly. Open the link again and press there.",
    413: "That is too much text. Write at most 1,000 characters.",
    415: "What was sent is no form of this page. Open the link again and press there.",
}
_WEB = re.compile(r"https?://[!-;=?-{}~]+", re.ASCII)
# Contrast of text and of buttons is at least 7 to 1 (W3C, WCAG 2.2, 1.4.6), targets are 44 px.
STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem;
 color:#1a1a1a;background:#fff}
h1{font-size:1.3rem;line-height:1.3}h2{font-size:1.05rem;margin:0 0 .25rem}
blockquote{margin:1rem 0;padding:.5rem 1rem;border-left:4px solid #767676;white-space:pre-wrap;
 overflow-wrap:anywhere}
p,li,h1{overflow-wrap:anywhere}
form{border:1px solid #767676;border-radius:.4rem;padding:1rem;margin:1rem 0}
label{display:block;margin:.75rem 0 .25rem}
input,textarea,select{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;
 border:1px solid #767676;border-radius:.25rem;color:inherit;background:inherit}
button{font:inherit;font-weight:600;min-height:44px;padding:.5rem 1.25rem;margin-top:1rem;
 border:2px solid #123f75;border-radius:.4rem;background:#fff;color:#123f75}
form:first-of-type button{background:#123f75;color:#fff}
.as{border-left:4px solid #123f75;padding-left:.75rem}
.told{border:2px solid #8a1c1c;border-radius:.4rem;padding:.75rem}
.wrong{color:#8a1c1c;font-weight:600}.small{color:#4a4a4a}
code{overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#f2f2f2;background:#141414}
 .small{color:#c4c4c4}.wrong{color:#ffb3b3}.told{border-color:#ffb3b3}
 .as{border-color:#a9cdff}
 button{background:#141414;color:#a9cdff;border-color:#a9cdff}
 form:first-of-type button{background:#a9cdff;color:#141414}}
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the status of HTTP with which it is answered."""

    status: int
    html: str


def subject(
    shown: Message,
    *,
    trail: Sequence[str],
    forms: Sequence[Form],
    seal: str,
    acts_as: str,
    elsewhere: Sequence[str],
    told: str = "",
    status: int = 200,
) -> Page:
    """What a link is about, and what can be done with it.

    seal       is sent back with every form. acts_as: in whose name it is done.
    elsewhere  commands for what a link may not do. told: why nothing was done.
    """
    parts = [
        f'<p class="told" role="alert">{_text(told)}</p>' if told else "",
        f"<h1>{_text(shown.headline)}</h1>",
        _words(shown.verbatim) if shown.verbatim is not None else "",
        *(f"<p>{_text(line)}</p>" for line in shown.lines),
        _list(trail, "Until now"),
        f'<p class="as">You act here as <strong>{_text(acts_as)}</strong>. What you press is done '
        "in that name, and the history says that it was done by link. If that is somebody else, as "
        "where others read along, leave it to them.</p>",
        '<p class="small">The link works once: pass it on to nobody, and write a comment beside '
        "what you do. Opening it changes nothing.</p>",
        *(_form(one, seal) for one in forms),
        _elsewhere(elsewhere),
    ]
    return _page(status, shown.subject.capitalize(), parts)


def done(text: str, *, named: str, commands: Sequence[str]) -> Page:
    """It was done. named: what it was done to, in our own words; commands: how it goes on."""
    shown = "".join(f'<p role="status">{_text(line)}</p>' for line in text.split("\n"))
    return _page(200, "Done", ["<h1>Done</h1>", shown, *_goes_on(named, commands)])


def used(
    *,
    who: str,
    at: str,
    did: str,
    subject: str,
    status: int,
    named: str = "",
    commands: Sequence[str] = (),
) -> Page:
    """The link was used before: by whom, when and what for, whoever asks; named, commands: as of
    `done`."""
    what = f"{DID.get(did, 'to act on')} {subject}"
    told = f"{who} used this link on {at} {what}. It works once."
    parts = ["<h1>This link was used</h1>", f"<p>{_text(told)}</p>"]
    return _page(status, "Used", [*parts, *_goes_on(named, commands)])


def expired() -> Page:
    """What the link was for is over."""
    told = (
        "What it was about is closed, was asked anew since, or is not yours to answer any more. "
        "The newest letter about it has the newest link."
    )
    return _page(410, "Over", ["<h1>This link is over</h1>", f"<p>{told}</p>"])


def unknown() -> Page:
    """The same for a link that never was, one that is forgotten, and any other address."""
    told = "Perhaps a part of the link is missing: open it from the letter again, or copy all of it"
    return _page(404, "Nothing here", ["<h1>There is nothing here</h1>", f"<p>{told}.</p>"])


def refused(status: int) -> Page:
    """What was sent is not taken."""
    told = _REFUSED.get(status, _REFUSED[400])
    return _page(status, "Not done", ["<h1>Nothing was done</h1>", f"<p>{told}</p>"])


def broken() -> Page:
    """Something of ours failed."""
    told = "Tocsin could not do that just now; nothing was changed. Try again in a minute."
    return _page(503, "Not done", ["<h1>Nothing was done</h1>", f"<p>{told}</p>"])


def filled(form: Form, values: Mapping[str, str], wrong: Mapping[str, str]) -> Form:
    """A form as it was filled in, with what is wrong with it."""
    fields = tuple(replace(one, known=values.get(one.name, "")) for one in form.fields)
    return replace(form, fields=fields, wrong=wrong)


def reasons(form: Form) -> str:
    """What is wrong with a form as it was filled in, each with the name of its field."""
    told = ((one.label, form.wrong[one.name]) for one in form.fields if one.name in form.wrong)
    return " ".join(f"{label}: {reason.rstrip('.')}." for label, reason in told)


# ------------------------------------------------------------------------------ parts
def _page(status: int, title: str, parts: Sequence[str]) -> Page:
    return Page(
        status,
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="robots" content="noindex,nofollow">\n'
        f"<title>{_text(title)} · Tocsin</title>\n<style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main></body></html>\n",
    )


def _text(text: str) -> str:
    return encode.html(encode.one_line(text))


def _words(words: Verbatim) -> str:
    said = encode.cut(encode.legible(words.text, lines=True), MAX_VERBATIM)
    url = encode.one_line(words.url)
    link = _text(url)
    if _WEB.fullmatch(url):
        link = f'<a href="{link}" rel="noreferrer noopener nofollow">{link}</a>'
    return (
        f'<blockquote dir="auto">{encode.html(said, lines=True)}</blockquote>\n'
        f'<p class="small">— {_text(attribution(words))}{" · " if url else ""}{link}</p>'
    )


def _list(rows: Sequence[str], title: str) -> str:
    items = "".join(f"<li>{_text(row)}</li>" for row in rows)
    return f"<h2>{title}</h2><ul>{items}</ul>" if rows else ""


def _form(form: Form, seal: str) -> str:
    fields = "\n".join(_field(form, one) for one in form.fields)
    says = _SAYS.get(form.verb, "")
    return (
        f'<form method="post"><h2>{_text(form.title)}</h2>\n<p class="small">{says}</p>\n'
        f'<input type="hidden" name="seen" value="{_text(seal)}">\n'
        f"{fields}\n"
        f'<button name="do" value="{_text(form.verb)}">{_text(form.title)}</button></form>'
    )


def _field(form: Form, field: FormField) -> str:
    name = f"{form.verb}-{field.name}"
    hint = f" ({_text(field.hint)})" if field.hint else ""
    wrong = form.wrong.get(field.name, "")
    said = f'<p class="wrong" id="{name}-wrong">{_text(wrong)}</p>' if wrong else ""
    of_it = f' aria-invalid="true" aria-describedby="{name}-wrong"' if wrong else ""
    same = f'id="{name}" name="{_text(field.name)}"{" required" if field.needed else ""}{of_it}'
    return f'<label for="{name}">{_text(field.label)}{hint}</label>{said}{_control(field, same)}'


def _control(field: FormField, same: str) -> str:
    known = encode.html(field.known, lines=True)
    if field.kind is FieldKind.TEXT:
        # A line end right after the tag is left out by browsers, so one is given away.
        return f'<textarea {same} rows="3" maxlength="{field.most}">\n{known}</textarea>'
    if field.kind is FieldKind.CHOICE:
        rows = "".join(_choice(value, label, field.known) for value, label in field.choices)
        return f"<select {same}>{rows}</select>"
    return f'<input type="text" {same} maxlength="{field.most}" value="{_text(field.known)}">'


def _choice(value: str, label: str, known: str) -> str:
    chosen = " selected" if value == known else ""
    return f'<option value="{_text(value)}"{chosen}>{_text(label)}</option>'


def _goes_on(named: str, commands: Sequence[str]) -> tuple[str, ...]:
    """What a used link was about, and where the rest is done."""
    if not named:
        return ()
    rows = "".join(f"<li><code>{_text(one)}</code></li>" for one in commands)
    return (
        f"<p><strong>{_text(named)}</strong></p>",
        "<h2>How it goes on</h2>\n<p>This link has done its work, and you can close this page. All "
        'else, such as "we replied", "wrong team", "not a complaint" and closing, is done in a '
        "chat that hears you, or on the command line where Tocsin runs:</p>\n"
        f"<ul>{rows}</ul>",
    )


def _elsewhere(commands: Sequence[str]) -> str:
    rows = "".join(f"<li><code>{_text(one)}</code></li>" for one in commands)
    return (
        "<h2>Everything else</h2>\n<p>Closing, handing over and permitting ask who you are, which "
        "a link cannot. For now that is the command line, where Tocsin runs:</p>\n"
        f"<ul>{rows}</ul>"
    )
