"""Storing keeps what was written; matching sees through disguise, but not through look-alikes."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.folding import REPLACEMENT, clean, fold
from listener.mention import MAX_TEXT_CHARS

ANY_TEXT = st.text(st.characters(), max_size=300)  # with surrogates and controls


@pytest.mark.parametrize(
    ("text", "stored", "replaced"),
    [
        pytest.param("plain", "plain", 0, id="an ordinary text is left alone"),
        pytest.param("a\x00b", f"a{REPLACEMENT}b", 1, id="NUL is replaced"),
        pytest.param("\udfff\ud800", REPLACEMENT * 2, 2, id="lone surrogates are replaced"),
        pytest.param("\u202eabc\u200b", "\u202eabc\u200b", 0, id="what nobody sees is kept"),
        pytest.param("👍🏿", "👍🏿", 0, id="characters beyond the first plane are kept"),
        pytest.param("a" * (MAX_TEXT_CHARS + 5), "a" * MAX_TEXT_CHARS, 0, id="too long is cut"),
    ],
)
def test_clean_makes_a_text_storable(text: str, stored: str, replaced: int) -> None:
    assert clean(text) == (stored, replaced)


@given(ANY_TEXT)
def test_a_cleaned_text_can_be_written_as_utf8_and_needs_no_more_cleaning(text: str) -> None:
    stored, _ = clean(text)
    assert stored.encode().decode() == stored
    assert clean(stored) == (stored, 0)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("ACME Air", "acme air", id="case"),
        pytest.param("acme \t\n  air ", "acme air", id="any white space is one blank"),
        pytest.param("Ａｃｍｅ", "acme", id="full width"),
        pytest.param("𝕬𝖈𝖒𝖊 is down", "acme is down", id="a whole word in fancy letters"),
        pytest.param("Ⓐⓒⓜⓔ", "acme", id="circled letters"),
        pytest.param("ﬁne", "fine", id="ligatures"),
        pytest.param("Straße", "strasse", id="sharp s"),
        pytest.param("İstanbul", "istanbul", id="Turkish dotted capital"),
        pytest.param("Nestlé Ñandú", "nestle nandu", id="accents"),
        pytest.param("Nestle\u0301", "nestle", id="accents written apart"),
        pytest.param("a\u200bc\u00adm\u2060e\ufeff", "acme", id="invisible characters"),
        pytest.param("\u202eacme\u202c", "acme", id="bidi controls"),
        pytest.param("ac\x00me\x1b", "acme", id="control characters"),
        pytest.param("\x1b[31mAcme\x1b[0m is down", "acme is down", id="colours of a terminal"),
        pytest.param("\x1b[38;5;196mac\x1b[1;4mme", "acme", id="colours inside a word"),
        pytest.param("\x9b31macme\x9b0m é", "acme e", id="colours in eight bits"),
        pytest.param("\x1b]0;title\x07acme", "acme", id="a window's title, ended by a bell"),
        pytest.param("\x1b]8;;http://a.b\x1b\\acme\x1b]8;;\x1b\\", "acme", id="a terminal's link"),
        pytest.param("\x1bcacme\x1b(B", "acme", id="short escape sequences"),
        pytest.param(
            "\x1b]0;acme is down", "]0;acme is down", id="a title that never ends is text"
        ),
        pytest.param("A¯ª", "a a", id="an accent over a blank parts words"),
        pytest.param("\x1b", "", id="an escape alone"),
        pytest.param("Z\u0300\u0489\u035fA\u0301", "za", id="stacked marks"),
        pytest.param("Acme’s “best”", 'acme\'s "best"', id="typographic quotes"),
        pytest.param("Acme™", "acme", id="a trade mark sign is no letter"),
        pytest.param("हिन्दी", "हिन्दी", id="vowel signs elsewhere stay"),
        pytest.param("ガス", "ガス", id="voiced kana stay"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "start", ["\x1b[", "\x1b]", "\x1b]0;", "\x1b(", "\x1b[1;", "\x1bP\x9d", "\x9d"]
)
def test_escape_sequences_that_never_end_are_answered(start: str) -> None:
    assert "\x1b" not in fold(start * 20_000 + " acme")


@pytest.mark.parametrize(
    "name", ["Тocsin", "Τocsin", "𝐓ocsin", "Tocsⅰn", "Tocsın", "toCſin", "Ｔocsin"]
)
def test_a_look_alike_among_plain_letters_stays_one(name: str) -> None:
    assert fold(name) != "tocsin"


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
def test_a_folded_text_can_always_be_searched(text: str) -> None:
    fold(text).encode()


def test_spoofed_texts_fold_to_something_harmless(shared: Path) -> None:
    lines = (shared / "data" / "hostile" / "unicode_spoof.jsonl").read_text().splitlines()
    for row in map(json.loads, lines):
        folded = fold(row["text"])
        assert not set(folded) & set("\u200b\u200c\u200d\u202e\u2066\u2800\u3164\ufeff\u00ad")
        if row["why"].startswith("look-alike"):
            assert "tocsin" not in folded
        if row["text"].startswith("Toc") and row["why"].startswith("invisible"):
            assert "tocsin" in folded
