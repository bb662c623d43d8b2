"""No text of a stranger's adds a tag, an attribute or a link to a page of ours."""

import re
from pathlib import Path

import pytest

from escalation.channel import Message, Purpose, Verbatim
from escalation.conversation import FieldKind, Form, FormField
from tests.hostile import FILES, OWN, texts_of_file
from tests.tocsin.web.house import Read, read
from tocsin.web import pages

FIELDS = (
    FormField("wait", "For how long"),
    FormField("reason", "Why", FieldKind.TEXT),
    FormField("to", "To whom", FieldKind.CHOICE, choices=(("ada", "Ada"), ("ben", "Ben"))),
)


def page(text: str, url: str) -> Read:
    """A page whose every part was written by a stranger."""
    shown = Message(
        key="",
        purpose=Purpose.PAGE,
        to="",
        headline=text,
        lines=(text, text),
        verbatim=Verbatim(text, text, text, None, url),
        subject=text,
    )
    fields = (*FIELDS, FormField("x", text, hint=text, choices=((text, text),)))
    form = pages.filled(
        Form("snooze", "", text, fields), {"wait": text, "reason": text}, {"wait": text, "x": text}
    )
    made = pages.subject(
        shown, trail=(text,), forms=(form,), seal="1.a", acts_as=text, elsewhere=(text,), told=text
    )
    return read(made.html.partition("</style>")[2])


def tags(read: Read) -> list[tuple[str, list[str]]]:
    return [(tag, sorted(attrs)) for tag, attrs in read.tags]


PLAIN = tags(page("plain", ""))


@pytest.mark.parametrize("name", ["own", *FILES])
def test_a_page_has_the_tags_that_we_gave_it(shared: Path, name: str) -> None:
    texts = OWN.values() if name == "own" else texts_of_file(shared, name)
    assert texts
    for text in texts:
        assert tags(page(f".{text[:3000]}", "")) == PLAIN, ascii(text[:80])


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://x.example/1?a=1&b=2", True),
        ("http://x.example/1", True),
        ("javascript:alert(1)", False),
        ("https://x.example/'onclick='alert(1)", True),
        ('https://x.example/"onclick="alert(1)', True),
        ("https://x.example/ onclick=alert(1)", False),
        ("https://x.example/<b>", False),
        ("https://\u202eelpmaxe.x", True),
        ("data:text/html,hi", False),
        ("//x.example", False),
        ("", False),
    ],
)
def test_only_an_address_of_the_web_is_a_link_and_it_tells_nobody_whence(
    url: str, is_link: bool
) -> None:
    links = [attrs for tag, attrs in page("plain", url).tags if tag == "a"]
    assert bool(links) is is_link
    for attrs in links:
        assert set(attrs) == {"href", "rel"}
        assert attrs["rel"] == "noreferrer noopener nofollow"
        assert re.match("https?://", attrs["href"] or "")


def test_what_was_typed_stands_in_its_field_again() -> None:
    typed = 'two lines:\n<b>"1 & 2"</b>'
    form = Form("snooze", "", "Snooze", FIELDS)
    again = pages.filled(form, {"wait": "2 h", "reason": typed, "to": "ben"}, {})
    shown = Message(key="", purpose=Purpose.PAGE, to="", headline="Now")
    html = pages.subject(shown, trail=(), forms=(again,), seal="", acts_as="Ada", elsewhere=()).html
    assert "&quot;1 &amp; 2&quot;&lt;/b&gt;</textarea>" in html
    assert 'value="2 h"' in html
    assert '<option value="ben" selected>' in html
