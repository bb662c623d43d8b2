"""Text from strangers is shown as text, on every output and whatever it holds."""

import csv
import html
import io
import json
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkify_it import LinkifyIt

from escalation import encode

# Every character, lone surrogates included, with the troublesome ones often.
TROUBLE = st.one_of(
    st.sampled_from(
        "<>&@!`*_~|[]()\\\"'=#;:\n\r\t\x00\x1b\x9b\u202e\u200d\u200b\ufe0f\u0301\ufffe🇩🇪👩🏽"
    ),
    st.sampled_from(
        ["<!channel>", "@here", "&lt;", "\x1b[31m", "javascript:", "http://evil.example"]
    ),
    st.sampled_from(
        ["\ud800", "\udfff", "👩\u200d👩\u200d👧", "&amp;lt;", "![x](http://evil.example)"]
    ),
)
ANY_TEXT = st.lists(st.one_of(st.characters(codec=None), TROUBLE), max_size=60).map("".join)

ENCODERS: dict[str, Callable[..., str]] = {
    "terminal": encode.terminal,
    "slack_plain": encode.slack_plain,
    "slack_mrkdwn": encode.slack_mrkdwn,
    "matrix": encode.matrix,
    "matrix_html": encode.matrix_html,
    "html": encode.html,
    "markdown": encode.markdown,
    "legible": encode.legible,
    "unlinked": encode.unlinked,
    "inert": encode.inert,
}
HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\u2800\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)


def hostile(shared: Path, name: str) -> list[Any]:
    lines = (shared / "data" / "hostile" / f"{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def hostile_texts(shared: Path) -> list[str]:
    """Every text of the lists that end in a person's view, about five thousand, each once."""
    texts = hostile(shared, "naughty_strings") + hostile(shared, "xss")
    for name in ("chat_injection", "markdown_html", "terminal_escapes", "unicode_spoof"):
        texts += [row["text"] for row in hostile(shared, name)]
    texts += [row["value"] for row in hostile(shared, "field_injection")]
    return list(dict.fromkeys(texts))


def is_clean(text: str, *, newline: bool) -> bool:
    text.encode()
    allowed = "\n\t" if newline else ""
    return not HIDDEN.search(text) and not any(
        unicodedata.category(character) == "Cc" and character not in allowed for character in text
    )


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("lines", [False, True], ids=["folded", "with its lines"])
def test_no_hostile_text_brings_control_or_hidden_characters_through(
    name: str, lines: bool, hostile_texts: list[str]
) -> None:
    for text in hostile_texts:
        assert is_clean(ENCODERS[name](text, lines=lines), newline=lines), ascii(text)


@pytest.mark.parametrize("name", ENCODERS)
@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT, lines=st.booleans())
def test_no_text_at_all_brings_control_or_hidden_characters_through(
    name: str, text: str, lines: bool
) -> None:
    assert is_clean(ENCODERS[name](text, lines=lines), newline=lines)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="a colour sequence goes without debris"),
        pytest.param("\x1b\x1b[0m[2J", "\ufffd[2J", id="what is left of a nested one is inert"),
        pytest.param("\x9b2Jx", "x", id="the one-byte introducer counts as well"),
        pytest.param("a\x00\x07b", "a\ufffdb", id="a run of control bytes is one visible mark"),
        pytest.param("a\ud83d", "a\ufffd", id="half a surrogate pair is replaced"),
        pytest.param("\ufffe\U0010ffff", "\ufffd", id="non-characters are replaced"),
        pytest.param("user\u202egpj.exe", "usergpj.exe", id="no text runs backwards"),
        pytest.param("re\u200dfund", "refund", id="a joiner inside a Latin word goes"),
        pytest.param("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧", id="a family stays a family"),
        pytest.param("❤\ufe0f", "❤\ufe0f", id="a red heart stays red"),
        pytest.param("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥", id="and may burn"),
        pytest.param("1\ufe0f\u20e3", "1\ufe0f\u20e3", id="a keycap stays a keycap"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="Persian keeps its joiners"),
        pytest.param("a\ufe0fb", "ab", id="a style on a Latin letter goes"),
        pytest.param("Z" + "\u0300" * 40, "Z" + "\u0300" * 4, id="no towers of marks"),
        pytest.param("\U000e0049\U000e0067hi", "hi", id="smuggled tag characters go"),
        pytest.param("a\r\nb\u2028c\x85d", "a b c d", id="every line end is a blank"),
        pytest.param(
            "\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937", id="Hindi joins behind a mark"
        ),
        pytest.param(
            "\u0995\u09be\u200d\u0995",
            "\u0995\u09be\u200d\u0995",
            id="Bengali joins behind a vowel",
        ),
        pytest.param("👩🏽\u200d🚀", "👩🏽\u200d🚀", id="an astronaut has a colour"),
        pytest.param("\u200d\u0915", "\u0915", id="nothing is joined to a beginning"),
        pytest.param("\u0915\u200d", "\u0915", id="nor to an end"),
        pytest.param("a\u200d\u0915", "a\u0915", id="nor a Latin letter before"),
        pytest.param("\u0915\u200da", "\u0915a", id="nor one behind"),
        pytest.param("\u0915\u200d\ufe0f", "\u0915\u200d", id="nor a style: it is no letter"),
        pytest.param("\ufe0fa", "a", id="a style needs something to style"),
        pytest.param("$\ufe0f", "$", id="a style on an ASCII sign goes"),
        pytest.param("é\ufe0f", "é", id="and on a letter with an accent"),
        pytest.param("a" + "\u20dd" * 6, "a" + "\u20dd" * 4, id="nor of rings"),
        pytest.param("\u0300" * 6, "\u0300" * 4, id="nor a tower without a letter"),
        pytest.param(
            "a\u0300\u0301b\u0300\u0301\u0302",
            "a\u0300\u0301b\u0300\u0301\u0302",
            id="each letter counts its own",
        ),
    ],
)
def test_legible(raw: str, shown: str) -> None:
    assert encode.legible(raw) == shown


def test_lines_are_kept_where_asked_for_and_each_ends_the_same_way() -> None:
    assert encode.terminal("a\r\nb\u2029c\td", lines=True) == "a\nb\nc    d"


@pytest.mark.parametrize("name", [name for name in ENCODERS if name != "markdown"])
def test_lines_are_kept_only_where_asked_for(name: str) -> None:
    assert ENCODERS[name]("a\nb") == "a b"
    assert ENCODERS[name]("a\nb", lines=True) == "a\nb"


@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT)
def test_one_line_is_one_line_and_stays_as_it_is(text: str) -> None:
    once = encode.one_line(text)
    assert "\n" not in once
    assert once == once.strip()
    assert encode.one_line(once) == once


SLACK = [encode.slack_plain, encode.slack_mrkdwn]
FORGED = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)|@(?:channel|here|everyone|group)\b", re.IGNORECASE)


@pytest.mark.parametrize("encoder", SLACK)
@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT)
def test_slack_finds_no_mention_link_or_command_in_any_text(
    encoder: Callable[..., str], text: str
) -> None:
    assert not FORGED.search(encoder(text, lines=True))


@pytest.mark.parametrize("encoder", SLACK)
def test_slack_finds_none_in_the_hostile_texts(
    encoder: Callable[..., str], hostile_texts: list[str]
) -> None:
    assert not [text for text in hostile_texts if FORGED.search(encoder(text, lines=True))]


def test_slack_leaves_quotes_alone_and_html_does_not() -> None:
    assert encode.slack_plain('"it\'s"') == '"it\'s"'
    assert encode.html('"it\'s"') == "&quot;it&#x27;s&quot;"


def test_slack_shows_what_was_written() -> None:
    assert html.unescape(encode.slack_plain("a &lt; b < c @ada")) == "a &lt; b < c @ada"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("*all clear*", "∗all clear∗", id="nothing is bold"),
        pytest.param("_x_ my_name", "＿x＿ my_name", id="nothing is slanted, names keep their _"),
        pytest.param("```x```", "ˋˋˋxˋˋˋ", id="nothing is code"),
        pytest.param(":tada: at 14:05", "∶tada: at 14:05", id="no emoji by name, times stay"),
        pytest.param("@Here we go", "＠Here we go", id="nobody at large is called"),
        pytest.param("@here_", "＠here＿", id="nor with a sign of mark-up behind it"),
    ],
)
def test_slack_formats_nothing_of_a_strangers(raw: str, shown: str) -> None:
    assert encode.slack_mrkdwn(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("https://evil.example/a.b?c=d", "https∶//evil․example/a․b?c=d", id="address"),
        pytest.param("evil.example www.evil.example", "evil․example www․evil․example", id="host"),
        pytest.param("10.0.0.1:80 and 1.5 of 2.25", "10․0.0.1∶80 and 1.5 of 2.25", id="numbers"),
        pytest.param("localhost:8080 LOCALHOST", "loca\u217chost∶8080 LOCA\u217cHOST", id="self"),
        pytest.param("ann@evil.example", "ann＠evil․example", id="mail"),
        pytest.param("@ada:acme.example", "@ada∶acme․example", id="person"),
        pytest.param("@a1:20", "@a1∶20", id="a person who looks like an hour"),
        pytest.param("#care:acme.example", "#care∶acme․example", id="room"),
        pytest.param("matrix:u/ada tel:110", "matrix∶u/ada tel∶110", id="schemes"),
        pytest.param("@room @Room @ann @roommate", "＠room ＠Room @ann ＠roommate", id="all"),
        pytest.param("by 14:05, (9:30) or 9:30.", "by 14:05, (9:30) or 9:30.", id="hours"),
        pytest.param("12:30:45 12:30x", "12∶30∶45 12∶30x", id="no hours"),
        pytest.param("Next: wait. Then: go", "Next: wait. Then: go", id="plain words"),
    ],
)
def test_matrix_leaves_nothing_to_be_linked_by_itself(raw: str, shown: str) -> None:
    assert encode.matrix(raw) == shown


PIECES = """http https mailto tel matrix : // / . .. @ # a b1 7 10 12 30 com example localhost www
room ( - _ · ü мир рф \u200b xn-- ?"""
LINKISH = st.lists(st.sampled_from([*PIECES.split(), " "]), max_size=12).map("".join)


@settings(max_examples=400)
@given(LINKISH)
def test_matrix_leaves_nothing_that_looks_like_a_link_to_be_linked(text: str) -> None:
    shown = encode.matrix(text)
    assert not LinkifyIt(options={"fuzzy_ip": True}).match(shown)
    assert not re.search(r"[@#][^\s:]+:[^\s:]|@room|localhost", shown, re.IGNORECASE)


def test_matrix_html_makes_no_tag_of_a_strangers() -> None:
    assert encode.matrix_html("<b>\"&'</b>") == "&lt;b&gt;&quot;&amp;&#x27;&lt;/b&gt;"


class Tags(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def read_html(page: str) -> Tags:
    parser = Tags()
    parser.feed(page)
    parser.close()
    return parser


def check_html(text: str) -> None:
    shown = encode.html(text)
    parser = read_html(f'<p title="{shown}">{shown}</p>')
    assert parser.tags == [("p", [("title", encode.legible(text))])]
    assert parser.text == encode.legible(text)


def test_html_makes_no_tag_or_attribute_of_the_hostile_texts(hostile_texts: list[str]) -> None:
    for text in hostile_texts:
        check_html(text)


@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT)
def test_html_makes_no_tag_or_attribute_of_any_text(text: str) -> None:
    check_html(text)


def check_markdown(text: str, *, lines: bool) -> None:
    """A real renderer that lets raw HTML through gives the text back, in one paragraph."""
    markdown_it = pytest.importorskip("markdown_it", reason="left out: needs markdown-it-py")
    render = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = read_html(render.render(encode.markdown(text, lines=lines)))
    assert {tag for tag, _ in page.tags} <= {"p", "br"}
    assert not any(attributes for _, attributes in page.tags)
    wanted = " ".join(encode.legible(text, lines=True).split())
    assert " ".join(page.text.split()) == wanted


@pytest.mark.parametrize("lines", [False, True], ids=["folded", "with its lines"])
def test_markdown_renders_the_hostile_texts_as_they_were_written(
    lines: bool, hostile_texts: list[str]
) -> None:
    for text in hostile_texts:
        check_markdown(text, lines=lines)


@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT, lines=st.booleans())
def test_markdown_renders_any_text_as_it_was_written(text: str, lines: bool) -> None:
    check_markdown(text, lines=lines)


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        pytest.param("1. first", "1\\. first", id="no numbered list"),
        pytest.param("12) twelfth", "12\\) twelfth", id="nor with a bracket"),
        pytest.param("12 items", "12 items", id="a number alone stays"),
        pytest.param("- a", "\\- a", id="no list"),
        pytest.param("+ a", "\\+ a", id="nor with a plus"),
        pytest.param("== a", "\\== a", id="no heading by a line below"),
        pytest.param("WWW.evil.example", "WWW\\.evil.example", id="no link by itself"),
        pytest.param('a < "b"', 'a &lt; "b"', id="no tag, and quotes as they are"),
        pytest.param("a\n\n b", "a b", id="one line unless asked for"),
    ],
)
def test_markdown(raw: str, written: str) -> None:
    assert " ".join(encode.markdown(raw).split()) == written


def test_markdown_ends_its_lines_by_hard_breaks() -> None:
    assert encode.markdown("a x\n\n b\n1. c", lines=True) == "a x\\\nb\\\n1\\. c"


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "a@evil.example"])
def test_markdown_leaves_nothing_to_be_linked_by_itself(text: str) -> None:
    assert not re.search(r"(?<!\\):|(?<!\\)@|www\.", encode.markdown(text))


OPENS_AS_FORMULA = re.compile(r"[\s\ufeff;,|\"]*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def test_no_hostile_cell_opens_as_a_formula_and_the_honest_ones_are_unchanged(shared: Path) -> None:
    for row in hostile(shared, "csv_formula"):
        cell = encode.csv_cell(row["cell"])
        if row["expect"] == "opens as text":
            assert not OPENS_AS_FORMULA.match(cell), ascii(cell)
        else:
            assert cell == row["cell"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        pytest.param("=1+1", "'=1+1", id="a formula"),
        pytest.param("-1+1", "'-1+1", id="a sum that begins with a sign"),
        pytest.param("-1.5", "-1.5", id="but not a number"),
        pytest.param("+49 30 1234", "+49 30 1234", id="nor a telephone number"),
        pytest.param("%0A=1+1", "'%0A=1+1", id="one behind an encoded line end"),
        pytest.param(';"=1+1', "';\"=1+1", id="one behind delimiters"),
        pytest.param("'=1+1", "''=1+1", id="one that has an apostrophe already"),
        pytest.param("'tis", "'tis", id="an apostrophe of its own"),
        pytest.param("a\ud800", "a\ufffd", id="half a surrogate pair"),
    ],
)
def test_csv_cell(text: str, cell: str) -> None:
    assert encode.csv_cell(text) == cell


@settings(deadline=None)  # a busy machine is no failure
@given(text=st.one_of(ANY_TEXT, st.text("='+-@;, \t1a", max_size=8)))
def test_a_cell_reads_back_as_the_text_it_was_made_of(text: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow([encode.csv_cell(text), "next"])
    [[cell, after]] = csv.reader(io.StringIO(written.getvalue(), newline=""))
    assert after == "next"
    assert encode.csv_value(cell) == re.sub("[\ud800-\udfff]", "\ufffd", text)


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        pytest.param("short", 5, "short", id="what fits is left alone"),
        pytest.param("longer", 5, "long…", id="the mark counts"),
        pytest.param("one two", 5, "one…", id="no blank stands before the mark"),
        pytest.param("ab&lt;c", 6, "ab…", id="an entity is never parted"),
        pytest.param("ab&lt;cd", 7, "ab&lt;…", id="but kept where it fits"),
        pytest.param("a & b is c", 5, "a &…", id="a bare ampersand is no entity"),
        pytest.param("ab\\*cd", 4, "ab…", id="nor is an escape"),
        pytest.param("ab\\\\cd", 5, "ab\\\\…", id="an escaped backslash is whole"),
        pytest.param("abe\u0301\u0302cd", 5, "ab…", id="a letter keeps its marks"),
        pytest.param("a👩\u200d👩\u200d👧b", 5, "a…", id="a family is not parted"),
        pytest.param("a👍🏽bc", 3, "a…", id="nor a hand and its colour"),
        pytest.param("🇩🇪🇫🇷🇩🇪", 4, "🇩🇪…", id="nor a flag"),
        pytest.param("a\ud83d\ude00b", 3, "a…", id="nor a surrogate pair"),
        pytest.param("x", 0, "", id="nothing fits into nothing"),
        pytest.param("xy", 1, "…", id="the mark alone fits into one"),
        pytest.param("ab\r\ncd", 4, "ab…", id="nor the two signs of a line end"),
        pytest.param("ab\rncd", 4, "ab…", id="a single return may end it"),
        pytest.param("a\nbcd", 3, "a…", id="and a single line feed"),
        pytest.param("xa\nbcd", 4, "xa…", id="wherever it stands"),
        pytest.param("a👍🏻bc", 3, "a…", id="nor the lightest hand"),
        pytest.param("a👍🏿bc", 3, "a…", id="nor the darkest"),
        pytest.param("🇦🇿🇦🇿", 3, "🇦🇿…", id="flags begin and end the alphabet"),
        pytest.param("🇩🇪🇫🇷🇩🇪", 5, "🇩🇪🇫🇷…", id="the second flag is whole where it fits"),
        pytest.param("a🇩🇪🇫🇷", 4, "a🇩🇪…", id="flags are counted from their first"),
        pytest.param("🇩é🇪🇫", 3, "🇩é…", id="half a flag beside a letter is no flag"),
        pytest.param("a🏴\U000e0020\U000e007fbc", 4, "a…", id="nor the tags of a region's flag"),
        pytest.param("a\ud800\udc00b", 3, "a…", id="nor the first surrogate pair"),
        pytest.param("a\udbff\udfffb", 3, "a…", id="nor the last"),
        pytest.param("a\ud800éb", 3, "a\ud800…", id="half a pair is not waited for"),
        pytest.param("aé\udc00bc", 3, "aé…", id="nor the other half"),
        pytest.param("👩\u200d👩\u200d👧", 2, "…", id="a first character too long leaves the mark"),
    ],
)
def test_cut(text: str, limit: int, kept: str) -> None:
    assert encode.cut(text, limit) == kept


@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT, limit=st.integers(0, 70))
def test_a_cut_is_a_beginning_within_the_limit(text: str, limit: int) -> None:
    shown = encode.cut(text, limit)
    assert len(shown) <= limit
    assert shown == text or text.startswith(shown.removesuffix("…").rstrip())


@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT, limit=st.integers(0, 70))
def test_cut_html_still_reads_as_a_beginning_of_the_text(text: str, limit: int) -> None:
    shown = html.unescape(encode.cut(encode.html(text), limit))
    assert shown == encode.legible(text) or encode.legible(text).startswith(
        shown.removesuffix("…").rstrip()
    )


@pytest.mark.parametrize(
    "text",
    ["🇩" * 100_000, "e" + "\u0301" * 100_000, "\x1b[" * 100_000, "&" * 100_000, "\u202e" * 100_000],
    ids=["flags", "marks", "sequences", "ampersands", "bidi controls"],
)
def test_huge_text_is_cut_and_encoded_at_all(text: str) -> None:
    for encoder in ENCODERS.values():
        assert len(encode.cut(encoder(text), 70)) <= 70
    assert len(encode.cut(text, 70)) <= 70


def test_one_line_has_single_blanks() -> None:
    assert encode.one_line(" a \t b\n\nc ") == "a b c"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥", id="a styled emoji is joined"),
        pytest.param("ª\u200dª", "ªª", id="nothing joins letters before Arabic"),
        pytest.param("~\ufe0f", "~", id="a plain sign has no style"),
        pytest.param("\u200d🔥", "🔥", id="nothing is joined to nothing"),
    ],
)
def test_only_honest_invisible_characters_stay(raw: str, shown: str) -> None:
    assert encode.legible(raw) == shown


@pytest.mark.parametrize(
    ("text", "limit", "left"),
    [
        pytest.param("🇦🇿🇿🇦xx", 4, "🇦🇿…", id="no flag is parted, from A to Z"),
        pytest.param("🇦xyz", 2, "🇦…", id="half a flag is parted from a letter"),
        pytest.param("a\u0300bc", 2, "…", id="no letter loses its mark"),
        pytest.param("\u0301" * 5 + "abc", 2, "…", id="marks of nothing go as one"),
    ],
)
def test_a_cut_parts_no_character(text: str, limit: int, left: str) -> None:
    assert encode.cut(text, limit) == left


LINKED = re.compile(
    r"://|www\.|\w\.[^\W\d_]|\d{1,3}(\.\d{1,3}){3}|@(here|channel|everyone|group)\b", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("https://a.example/b?c=d", "https:∕∕a․example/b?c=d", id="an address"),
        pytest.param("Www.Example.CO.uk", "Www․Example․CO․uk", id="a name without a scheme"),
        pytest.param("www.1.2", "www․1.2", id="a beginning that is linked whatever follows"),
        pytest.param("at 10.0.0.1:80", "at 10․0․0․1:80", id="an address of numbers"),
        pytest.param("ann@mail.example", "ann@mail․example", id="a mail address"),
        pytest.param("@HERE now", "＠HERE now", id="everyone at once"),
        pytest.param("@ann now", "@ann now", id="but a handle stays"),
        pytest.param("4.5 stars. Again.", "4.5 stars. Again.", id="and so do sentences"),
        pytest.param("1.2.3", "1.2.3", id="and versions"),
    ],
)
def test_unlinked(raw: str, shown: str) -> None:
    assert encode.unlinked(raw) == shown


@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT)
def test_nothing_is_left_that_is_linked_by_itself(text: str) -> None:
    assert not LINKED.search(encode.unlinked(text))
    assert not LINKED.search(encode.inert(text))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("*a* _b_ ~c~ `d` ||e||", "∗a∗ ＿b＿ ∼c∼ ‵d‵ ｜｜e｜｜", id="emphasis"),
        pytest.param("[a](b) <c> #d @e \\f", "［a］(b) ‹c› ＃d ＠e ＼f", id="links and mentions"),
        pytest.param("now :tada: 14:05", "now ∶tada: 14:05", id="an emoji, but no time of day"),
        pytest.param("- a\n+ b\n= c", "‑ a\n＋ b\n＝ c", id="beginnings of lists and headings"),
        pytest.param("  /kick a/b", "  ∕kick a/b", id="a command, but no path"),
        pytest.param("!ban\n.x", "！ban\n․x", id="commands of bots"),
        pytest.param("1. a\n12) b\n3 c", "1․ a\n12） b\n3 c", id="numbered lists"),
        pytest.param("well-known & so on!", "well-known & so on!", id="no more"),
    ],
)
def test_inert(raw: str, shown: str) -> None:
    assert encode.inert(raw, lines=True) == shown


@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT)
def test_no_text_has_a_sign_of_any_mark_up(text: str) -> None:
    shown = encode.inert(text, lines=True)
    assert not set("*_`~[]<>|#@\\") & set(shown)
    assert not any(re.match(r"\s*([-+=/!.]|\d{1,9}[.)])", row) for row in shown.split("\n"))


@settings(deadline=None)  # a busy machine is no failure
@given(text=ANY_TEXT, limit=st.integers(3, 80))
def test_a_cut_by_bytes_is_a_beginning_within_the_limit(text: str, limit: int) -> None:
    whole = encode.legible(text)
    kept = encode.cut_bytes(whole, limit)
    assert len(kept.encode()) <= limit
    assert kept == whole or (kept[-1] == "…" and whole.startswith(kept[:-1]))


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        pytest.param("refund", 6, "refund", id="what fits stays"),
        pytest.param("refunds", 6, "ref…", id="the mark takes three bytes"),
        pytest.param("äää", 5, "ä…", id="no letter is parted"),
        pytest.param("😀😀", 7, "😀…", id="nor an emoji"),
        pytest.param("😀😀", 3, "…", id="nothing fits but the mark"),
    ],
)
def test_cut_bytes(text: str, limit: int, kept: str) -> None:
    assert encode.cut_bytes(text, limit) == kept
