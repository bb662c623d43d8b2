"""The pages of the form: plain HTML with labels, for any browser, without script, style or picture.

What somebody has written is shown to nobody but in the answer to their own sending, where it was
not taken, so that it is not lost.
"""

import math
from dataclasses import dataclass

from escalation import encode
from listener.spooled import Record
from tocsin.form.counter import No, Refused
from tocsin.form.stamps import SOONEST, Bad

# Contrast of text is at least 7 to 1 (W3C, WCAG 2.2, 1.4.6), targets are 44 px.
STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem;
 color:#1a1a1a;background:#fff}
label,legend{display:block;margin:.75rem 0 .25rem;font-weight:600}
label.beside{font-weight:400}
input[type=text],textarea,select{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;
 border:1px solid #767676;border-radius:.25rem;color:inherit;background:inherit}
button{font:inherit;font-weight:600;min-height:44px;padding:.5rem 1.25rem;margin-top:1rem}
blockquote{margin:1rem 0;padding:.5rem 1rem;border-left:4px solid #767676;white-space:pre-wrap}
p,li,blockquote,code{overflow-wrap:anywhere}
code{font-size:1.2rem}
.told{border:2px solid #8a1c1c;padding:.75rem}
@media(prefers-color-scheme:dark){body{color:#f2f2f2;background:#141414}
 .told{border-color:#ffb3b3}}
"""
_WHY = {
    No.FULL: "We cannot take anything in just now. Copy your words and come back later today.",
    No.BROKEN: "We could not keep it: something of ours failed. Try again in a minute.",
    No.EMPTY: "There were no words in it. Write what happened.",
    No.BRAND: "Choose what it is about.",
    No.NUMBER: "There is no such reply number, or it is over. Look whether all eight groups of four"
    " are there.",
    No.SITE: "That was not sent from this page. Open it by its own address and write there.",
    No.FORM: "That is no form of this page. It takes words alone, no files.",
    No.LARGE: "That is too much text.",
    No.SLOW: "What was sent came too slowly. Try again.",
    Bad.EARLY: f"That was faster than {SOONEST:.0f} seconds, as a machine would be. Press the "
    "button once more.",
    Bad.OLD: "This page was open for very long. Press the button once more.",
    Bad.USED: "This was sent already, and is kept once. To write something else, open the page"
    " anew.",
}
_STATUS = {
    No.FLOOD: 429, No.FULL: 503, No.BROKEN: 503, No.EMPTY: 422, No.LONG: 422, No.BRAND: 422,
    No.NUMBER: 404, No.SITE: 403, No.FORM: 415, No.LARGE: 413, No.SLOW: 408,
    Bad.EARLY: 422, Bad.OLD: 422, Bad.USED: 409,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page, its status of HTTP, and the seconds after which it is worth trying again."""

    status: int
    html: str
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """What is in the fields: of the sender's own sending, or nothing."""

    brand: str = ""
    text: str = ""
    wants_answer: bool = False


def form(
    brands: tuple[str, ...],
    longest: int,
    stamp: str,
    danger: str,
    filled: Filled | None = None,
    refused: Refused | None = None,
) -> Page:
    """The form, empty, or as it was sent with what is wrong with it."""
    given = filled or Filled()
    shown = brands[0] if len(brands) == 1 else "us"
    parts = [
        f"<h1>Tell {_text(shown)} what went wrong</h1>",
        _told(refused, longest),
        "<p>You need not say who you are. We ask for no name and no address, set no cookie, and "
        "keep neither your computer's address nor the second in which you wrote. What you write "
        "is read by people: leave out whatever would tell who you are.</p>",
        f'<form method="post" accept-charset="utf-8">{_hidden("stamp", stamp)}',
        _choice(brands, given.brand),
        _words("What happened?", given.text, longest),
        '<p><input type="checkbox" id="answer" name="answer" value="yes"'
        f'{" checked" if given.wants_answer else ""}> <label class="beside" for="answer">'
        "I want to come back and read an answer</label></p>",
        '<button name="do" value="send">Send</button></form>',
        '<p><a href="reply">I have a reply number</a></p>',
        _danger(danger),
    ]
    return _page("Write to us without a name", parts, refused)


def thanks(number: str, danger: str) -> Page:
    """It is kept."""
    told = (
        "<h2>Your reply number</h2>"
        f"<p><code>{_text(number)}</code></p>"
        "<p>Write it down: it is shown this once, and nobody can find it for you, for we keep no "
        "copy that could be read. Whoever has it can read our answer.</p>"
        '<p><a href="reply">Come back here with it</a>, tomorrow or later.</p>'
        if number
        else ""
    )
    parts = [
        '<h1>Thank you</h1><p role="status">It is kept, and somebody will read it. Nothing that '
        "would tell who you are was kept with it.</p>",
        told,
        _danger(danger),
    ]
    return _page("Thank you", parts)


def ask_number(danger: str, refused: Refused | None = None) -> Page:
    """Where a reply number is typed."""
    parts = [
        "<h1>Read our answer</h1>",
        _told(refused, 0),
        '<form method="post" accept-charset="utf-8">'
        '<label for="number">Your reply number: eight groups of four</label>'
        '<input type="text" id="number" name="number" required maxlength="80" autocomplete="off" '
        'autocapitalize="none" spellcheck="false">'
        '<button name="do" value="read">Show the answer</button></form>',
        '<p><a href="./">Write something new</a></p>',
        _danger(danger),
    ]
    return _page("Read our answer", parts, refused)


def answers(
    record: Record,
    number: str,
    longest: int,
    stamp: str,
    danger: str,
    text: str = "",
    refused: Refused | None = None,
    *,
    added: bool = False,
) -> Page:
    """What the firm has answered, and nothing else; and where a word can be added."""
    told = [
        f'<h2>{one.on.isoformat()}</h2><blockquote dir="auto">{_lines(one.text)}</blockquote>'
        for one in record.answers
    ]
    parts = [
        "<h1>Our answer</h1>",
        '<p role="status">Your word is kept.</p>' if added else "",
        _told(refused, longest),
        *(told or ["<p>There is no answer yet.</p>"]),
        f'<form method="post" accept-charset="utf-8">{_hidden("stamp", stamp)}'
        f"{_hidden('number', number)}",
        _words("Add a word", text, longest),
        '<button name="do" value="add">Send</button></form>',
        _danger(danger),
    ]
    return _page("Our answer", parts, refused)


def nothing() -> Page:
    """The same for any other address."""
    return Page(404, _html("Nothing here", ["<h1>There is nothing here</h1>"]))


def refusal(refused: Refused, danger: str) -> Page:
    """What was sent was no form that could be shown again."""
    parts = ["<h1>Nothing was kept</h1>", _told(refused, 0), _danger(danger)]
    return _page("Nothing was kept", parts, refused)


# ------------------------------------------------------------------------------ parts
def _page(title: str, parts: list[str], refused: Refused | None = None) -> Page:
    if refused is None:
        return Page(200, _html(title, parts))
    return Page(_STATUS[refused.why], _html(f"Not kept: {title}", parts), math.ceil(refused.wait))


def _html(title: str, parts: list[str]) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main></body></html>\n"
    )


def _told(refused: Refused | None, longest: int) -> str:
    if refused is None:
        return ""
    return f'<p class="told" role="alert"><strong>{_text(_why(refused, longest))}</strong></p>'


def _why(refused: Refused, longest: int) -> str:
    if refused.why is No.LONG:
        return f"That is more than {longest:,} characters. Shorten it, or send it in two parts."
    if refused.why is No.FLOOD:
        minutes = max(1, math.ceil(refused.wait / 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        return (
            "Very many are writing just now, and it was not kept. Your words are still here: press "
            f"the button again in {wait}."
        )
    return _WHY[refused.why]


def _choice(brands: tuple[str, ...], chosen: str) -> str:
    if len(brands) == 1:
        return _hidden("brand", brands[0])
    rows = "".join(
        f'<option value="{_text(one)}"{" selected" if one == chosen else ""}>{_text(one)}</option>'
        for one in brands
    )
    return (
        '<label for="brand">What is it about?</label>'
        f'<select id="brand" name="brand" required><option value="">Choose</option>{rows}</select>'
    )


def _words(label: str, text: str, longest: int) -> str:
    # A line end right after the tag is left out by browsers, so one is given away.
    return (
        f'<label for="text">{label}</label><p id="most">At most {longest:,} characters; words '
        'alone, no files.</p><textarea id="text" name="text" rows="10" required '
        f'maxlength="{longest}" aria-describedby="most" autocomplete="off">\n'
        f"{_lines(text)}</textarea>"
    )


def _danger(text: str) -> str:
    return f"<hr><p><strong>{_text(text)}</strong></p>"


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{_text(value)}">'


def _text(text: str) -> str:
    return encode.html(encode.one_line(text))


def _lines(text: str) -> str:
    return encode.html(text, lines=True)
