"""`score` on hostile lists, as posts and as plain lines: an answer a line, in order, in ASCII."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import hostile

KEYS = {"id", "lang", "valence", "complaint", "verdict", "severity", "safety", "team", "why"}


def as_posts(texts: Sequence[str]) -> bytes:
    rows = ({"platform": "x", "id": str(at), "text": text} for at, text in enumerate(texts))
    return b"\n".join(json.dumps(row).encode() for row in rows)


def as_plain(texts: Sequence[str]) -> list[bytes]:
    """Each text as one line that is not blank: a blank line is no post, one with "{" is JSON."""
    lines = (text.replace("\n", " ").encode("utf-8", "replace") for text in texts)
    return [b"x " + line for line in lines]


def in_order(rows: Sequence[dict[str, Any]], ids: Sequence[str]) -> bool:
    return [row["id"] for row in rows] == list(ids) and all(row.keys() >= KEYS for row in rows)


def is_ascii_of_a_terminal(out: str) -> bool:
    return all(character == "\n" or " " <= character <= "~" for character in out)


def every_text(shared: Path, name: str) -> list[str]:
    return list(hostile.texts_of_file(shared, name))


def check(tocsin: Any, texts: Sequence[str]) -> None:
    scored = tocsin("score", stdin=as_posts(texts))
    assert (scored.code, scored.err) == (0, "")
    assert in_order(scored.rows, [str(at) for at in range(len(texts))])
    assert is_ascii_of_a_terminal(scored.out)
    plain = tocsin("score", stdin=b"\n".join(as_plain(texts)))
    assert (plain.code, plain.err) == (0, "")
    assert in_order(plain.rows, [f"line-{at + 1}" for at in range(len(texts))])
    assert is_ascii_of_a_terminal(plain.out)


def test_score_answers_every_text_of_our_own_list(tocsin: Any) -> None:
    check(tocsin, list(hostile.OWN.values()))


@pytest.mark.parametrize("name", hostile.FILES)
def test_score_answers_every_hostile_text(tocsin: Any, shared: Path, name: str) -> None:
    check(tocsin, every_text(shared, name))


@pytest.mark.parametrize("name", hostile.FILES)
def test_score_answers_every_hostile_line_as_it_stands(
    tocsin: Any, shared: Path, name: str
) -> None:
    lines = hostile.lines_of(shared, name)
    scored = tocsin("score", shared / "data" / "hostile" / f"{name}.jsonl")
    assert (scored.code, scored.err) == (0, "")
    numbers = [row.get("line") or int(row["id"].removeprefix("line-")) for row in scored.rows]
    assert numbers == list(range(1, len(lines) + 1))


@pytest.mark.parametrize("name", ["terminal_escapes", "unicode_spoof", "naughty_strings"])
def test_no_control_byte_of_a_post_reaches_a_person(
    tocsin: Any, shared: Path, tmp_path: Path, name: str
) -> None:
    tocsin("init")
    texts = every_text(shared, name)
    rows = [
        {"platform": "x", "id": str(at), "text": f"Acme still no refund, no reply {text}"}
        for at, text in enumerate(texts)
    ]
    dated = ({**row, "created_at": "2026-11-16T10:00:00Z"} for row in rows)
    (tmp_path / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in dated))
    told = tocsin("replay", "posts.jsonl", "--db", "kept.db")
    shown = [told, *(tocsin("explain", at, "--db", "kept.db") for at in (0, len(texts) // 2))]
    assert [ended.code for ended in shown] == [0, 0, 0]
    for ended in shown:
        assert all(one == "\n" or one.isprintable() for one in ended.out)
