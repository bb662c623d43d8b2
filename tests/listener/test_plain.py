"""HTML becomes the text a person would read, whatever the HTML."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.plain import MAX_HTML_CHARS, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("no markup at all", "no markup at all", id="plain text is left alone"),
        pytest.param("2 < 3 & 4 > 1", "2 < 3 & 4 > 1", id="a bare sign is no tag"),
        pytest.param("<p>One</p><p>Two</p>", "One\n\nTwo", id="paragraphs stand apart"),
        pytest.param("One<br>Two<br/>Three", "One\nTwo\nThree", id="line breaks are kept"),
        pytest.param("caf&eacute; &amp; &#x27;bar&#39;", "café & 'bar'", id="entities are decoded"),
        pytest.param("&amp;lt;b&amp;gt;", "&lt;b&gt;", id="entities are decoded once only"),
        pytest.param("a<script>alert(1)</script>b", "ab", id="scripts are not shown"),
        pytest.param("a<STYLE>p{}</Style >b", "ab", id="styles are not shown, in any case"),
        pytest.param("a<!-- <b>hidden</b> -->b", "ab", id="comments are not shown"),
        pytest.param("a<!-- never closed", "a", id="an open comment runs to the end"),
        pytest.param("a<script>never closed", "a", id="an open script runs to the end"),
        pytest.param('<a href="x" title="1>0">link</a>', "link", id="a quoted > ends no tag"),
        pytest.param("<b>cut off <i", "cut off", id="a tag cut off at the end is no text"),
        pytest.param("a&nbsp; &nbsp;b \n\n\n\n c", "a b\n\nc", id="blank space is gathered"),
        pytest.param("a\x00b\ud800c", "a\ufffdb\ufffdc", id="what cannot be stored is replaced"),
        pytest.param("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";", id="an endless reference"),
    ],
)
def test_plain_text(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.text(alphabet=st.sampled_from("<>/!-\"'&;# abps\n\x00="), max_size=200))
def test_it_never_raises_and_never_grows_markup(html: str) -> None:
    assert len(plain_text(html)) <= len(html) * 2


@pytest.mark.parametrize(
    "unit", ["<a ", "<!--", "<p\n", "<a b='", '<a "', "<a =", "</", "<svg/>", "&#"]
)
def test_repeated_openings_are_read_in_linear_time(unit: str) -> None:
    """A quadratic scanner needs half a minute for some of these; the suite would crawl."""
    assert len(plain_text(unit * (MAX_HTML_CHARS // len(unit)))) <= MAX_HTML_CHARS


def test_a_long_fragment_is_cut() -> None:
    assert len(plain_text("x" * (MAX_HTML_CHARS + 5))) == MAX_HTML_CHARS


def test_hostile_lists_pass_through(shared: Path) -> None:
    for name in ("xss", "naughty_strings"):
        for line in (shared / "data" / "hostile" / f"{name}.jsonl").read_text().splitlines():
            shown = plain_text(json.loads(line))
            shown.encode()
            assert "\x00" not in shown
