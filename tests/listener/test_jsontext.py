"""The JSON parser at the edge agrees with RFC 8259, within limits."""

import base64
import json
from pathlib import Path

import pytest

from listener.jsontext import MAX_DEPTH, parse_json


def test_it_agrees_with_the_parsing_suite(shared: Path) -> None:
    rows = (shared / "data" / "hostile" / "json_documents.jsonl").read_text().splitlines()
    wrong = []
    for row in map(json.loads, rows):
        try:
            parse_json(base64.b64decode(row["b64"]))
            outcome = "accept"
        except ValueError:
            outcome = "reject"
        if row["expect"] not in (outcome, "either"):
            wrong.append(row["name"])
    assert not wrong


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("[" * 65 + "]" * 65, "deeper than 64", id="one level too deep"),
        pytest.param("[" * 100_000, "deeper than 64", id="a pit without a floor"),
        pytest.param('{"a":' * 100_000, "deeper than 64", id="nested objects"),
        pytest.param("[NaN]", "NaN is no number", id="not a number"),
        pytest.param("[-Infinity]", "-Infinity is no number", id="an infinity"),
        pytest.param("[" + "9" * 5000 + "]", "digits", id="a number of thousands of digits"),
        pytest.param("{oops}", "not JSON", id="not JSON at all"),
        pytest.param("", "not JSON", id="nothing"),
    ],
)
def test_beyond_the_limits(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_json(text)


def test_brackets_inside_a_text_are_no_nesting() -> None:
    text = "[" * MAX_DEPTH * 2 + '\\"]'
    assert parse_json(json.dumps({"text": text})) == {"text": text}


def test_the_deepest_level_allowed_is_read() -> None:
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None


def test_a_broken_byte_costs_one_character() -> None:
    assert parse_json(b'["caf\xe9"]') == ["caf\ufffd"]
