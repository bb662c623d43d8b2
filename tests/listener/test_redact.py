"""What may be shown outside holds nobody's name, address or number, however it is disguised."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.mention import Author
from listener.redact import MAX_SHOWN, redacted

ANN = Author("u-4711", "@ann_smith", "Ann Smith")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("@Acme help", "[person] help", id="a handle"),
        pytest.param("@ann@mastodon.social hi", "[person] hi", id="a handle with its server"),
        pytest.param("as u/ann_s said", "as [person] said", id="a handle on Reddit"),
        pytest.param("mail ann.s+x@example.com", "mail [address]", id="a mail address"),
        pytest.param("ann at example dot com", "[address]", id="one that is spelt out"),
        pytest.param("ann (at) example (dot) com", "[address]", id="one in brackets"),
        pytest.param("ann@b\u00fccher.example", "[address]", id="one in another alphabet"),
        pytest.param("ａnn＠example．com", "[address]", id="one in wide letters"),
        pytest.param("ann\u2060@\u200dexample.com", "[address]", id="one with unseen characters"),
        pytest.param("see https://a.b/c?u=ann", "see [link]", id="a link"),
        pytest.param("see a.example.com/c", "see [link]", id="a link without its beginning"),
        pytest.param("call +44 (0) 20 7946 0958!", "call [number]!", id="a telephone number"),
        pytest.param("ｃａｌｌ ０２０ ７９４６ ０９５８", "call [number]", id="one in wide digits"),
        pytest.param("ca\u200bll 020\u200b7946\u200b0958", "call [number]", id="one in pieces"),
        pytest.param("٠٢٠٧٩٤٦٠٩٥٨", "[number]", id="one in Arabic digits"),
        pytest.param("𝟎𝟐𝟎𝟕𝟗𝟒𝟔𝟎𝟗𝟓𝟖", "[number]", id="one in bold digits"),
        pytest.param("0 2 0 7 9 4 6 0 9 5 8", "[number]", id="one with blanks"),
        pytest.param("\u202e8590 6497 020\u202c", "[number]", id="one written backwards"),
        pytest.param("card 4111 1111 1111 1111", "card [number]", id="a card"),
        pytest.param("IBAN DE89 3704 0044 0532 0130 00.", "iban [number].", id="an IBAN"),
        pytest.param("GB29 NWBK 6016 1331 9268 19 ok", "[number] ok", id="a British IBAN"),
        pytest.param("FR1420041010050500013M02606", "[number]", id="a French IBAN"),
        pytest.param("order 12345 late", "[number] late", id="an order"),
        pytest.param("order number 98-AB lost", "[number] lost", id="an order of few digits"),
        pytest.param("booking reference: XKCDEF", "booking [number]", id="a booking of letters"),
        pytest.param("pnr abcdef", "[number]", id="a booking in an airline's word"),
        pytest.param("Kundennummer 4711", "[number]", id="a customer in German"),
        pytest.param("case #77", "[number]", id="a case"),
        pytest.param("born 01/02/1980", "born [number]", id="a birthday"),
        pytest.param("12 Baker Street", "[place]", id="a street"),
        pytest.param("Hauptstraße 12", "[place]", id="a street in German"),
        pytest.param("in NW1 6XE", "in [place]", id="a postcode"),
        pytest.param("I, Ann Smith, wait", "i, [person], wait", id="the author's name"),
        pytest.param("I, ANN, wait", "i, [person], wait", id="half of the author's name"),
        pytest.param("it is Àńn", "it is [person]", id="the author's name with accents"),
        pytest.param("my name is Zoe Quill", "[person]", id="a name that is said"),
        pytest.param("ich heiße Zoe Quill", "[person]", id="a name that is said in German"),
    ],
)
def test_who_and_where_is_taken_out(text: str, shown: str) -> None:
    assert redacted(text, ANN) == shown


@pytest.mark.parametrize(
    "text",
    [
        "waiting 3 weeks, 45 minutes on hold",
        "my order is late and my account is locked",
        "my invoice is wrong",
        "booking no longer works",
        "the service is bad.no reply",
        "flight 212 again",
        "the app looks at my data",
    ],
)
def test_what_a_complaint_says_stays(text: str) -> None:
    assert redacted(text, ANN) == text


def test_what_is_shown_is_short_and_ends_at_a_word() -> None:
    assert len(redacted("late " * 5_000, ANN)) <= MAX_SHOWN
    assert "ann" not in redacted("x" * (2 * MAX_SHOWN - 3) + " ann smith", ANN)


@given(st.text(max_size=100), st.text(max_size=100))
def test_an_address_is_seen_whatever_stands_around_it(before: str, after: str) -> None:
    shown = redacted(f"{before} ann.smith@example.com 020 7946 0958 {after}", ANN)
    assert "example" not in shown
    assert "7946" not in shown
    shown.encode()


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_no_name_is_too_odd(number: str, handle: str, name: str) -> None:
    assert redacted("still waiting", Author(number, handle, name))


def test_unseen_characters_hide_no_address(shared: Path) -> None:
    lines = (shared / "data/hostile/unicode_spoof.jsonl").read_text().splitlines()
    marks = {mark for line in lines for mark in json.loads(line)["text"]}
    unseen = [mark for mark in marks if unicodedata.category(mark) in ("Cf", "Mn", "Cc")]
    assert len(unseen) > 10
    for mark in unseen:
        shown = redacted(f"write to ann{mark}@exa{mark}mple.com, call 0207{mark}946095", ANN)
        assert "mple" not in shown, hex(ord(mark))
        assert "46095" not in shown, hex(ord(mark))
