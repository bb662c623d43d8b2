"""Deliveries of a webhook, read from their spool and taken away only when they are stored."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config import Secret
from listener import delivered as spools
from listener.collector import Batch
from listener.collectors.webhook import MAX_LINES, Settings, WebhookSource, build
from listener.delivered import Spool, SpoolFull
from listener.tools import Tools

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def lines(*ids: str, **more: Any) -> bytes:
    rows = ({"platform": "shop", "id": one, "text": "Acme is late", **more} for one in ids)
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def ids(batch: Batch) -> list[str]:
    return [one.post.id for one in batch.observations]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "shop")


def fetch(spool: Spool, cursor: str | None) -> Batch:
    return WebhookSource(spool).fetch(cursor, now=NOW, deadline=20.0)


def test_deliveries_are_read_in_the_order_in_which_they_came(spool: Spool) -> None:
    spool.put(lines("1", "2"))
    spool.put(lines("3"))
    assert ids(fetch(spool, None)) == ["1", "2", "3"]


def test_a_delivery_is_taken_away_only_after_it_was_stored(spool: Spool) -> None:
    spool.put(lines("1"))
    first = fetch(spool, None)
    assert ids(fetch(spool, None)) == ["1"]  # a crash before the cursor was stored
    spool.put(lines("2"))
    second = fetch(spool, first.cursor)
    assert ids(second) == ["2"]
    assert ids(fetch(spool, second.cursor)) == []
    assert spool.names() == []


def test_a_clock_that_went_back_puts_nothing_out_of_order(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.put(lines("1"))
    monkeypatch.setattr(spools.time, "time_ns", lambda: 5)
    spool.put(lines("2"))
    assert ids(fetch(spool, None)) == ["1", "2"]


def test_a_line_that_is_no_post_costs_only_itself_and_is_not_repeated(spool: Spool) -> None:
    spool.put(b'{"platform": "hunter2"}\n' + lines("2"))
    batch = fetch(spool, None)
    assert ids(batch) == ["2"]
    (reason,) = batch.malformed
    assert "line 1" in reason
    assert "hunter2" not in reason


def test_much_is_read_in_parts(spool: Spool) -> None:
    for start in range(3):
        spool.put(lines(*(f"{start}-{n}" for n in range(MAX_LINES))))
    first = fetch(spool, None)
    assert (len(first.observations), first.more) == (MAX_LINES, True)
    assert fetch(spool, first.cursor).observations[0].post.id == "1-0"


def test_a_folder_that_is_not_there_yet_is_quiet(spool: Spool) -> None:
    assert fetch(spool, None).observations == ()


def test_what_else_lies_in_the_folder_is_left_alone(spool: Spool, tmp_path: Path) -> None:
    spool.put(lines("1"))
    other = tmp_path / "shop" / "notes.txt"
    other.write_text("mine")
    hostile = json.dumps({"since": NOW.isoformat(), "handed": ["notes.txt", "../x", 7]})
    assert ids(fetch(spool, hostile)) == ["1"]
    assert other.read_text() == "mine"


def test_a_spool_that_nobody_reads_is_full_some_day(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "MAX_FILES", 2)
    spool.put(b"1")
    spool.put(b"2")
    with pytest.raises(SpoolFull):
        spool.put(b"3")
    monkeypatch.setattr(spools, "MAX_FILES", 9)
    monkeypatch.setattr(spools, "MAX_BYTES", 2)
    with pytest.raises(SpoolFull):
        spool.put(b"3")


def test_only_this_user_may_read_what_waits(spool: Spool, tmp_path: Path) -> None:
    spool.put(b"1")
    folder = tmp_path / "shop"
    modes = [path.stat().st_mode & 0o077 for path in (folder, folder / spool.names()[0])]
    assert modes == [0, 0]


@pytest.mark.parametrize("cursor", ["", "[]", "x", '{"handed": 3}', "[" * 5_000])
def test_a_cursor_that_cannot_be_read_loses_nothing(spool: Spool, cursor: str) -> None:
    spool.put(lines("1"))
    assert ids(fetch(spool, cursor)) == ["1"]


def test_it_is_built_from_its_settings(tmp_path: Path, nothing: Tools) -> None:
    settings = Settings(name="shop", kind="webhook", secret=Secret(env="S"), spool=tmp_path / "s")
    Spool(tmp_path / "s").put(lines("1"))
    assert ids(build(settings, [], nothing).fetch(None, now=NOW, deadline=5.0)) == ["1"]


@pytest.mark.parametrize("name", ["a shop", "Shop", "../shop", ""])
def test_a_name_that_is_no_part_of_an_address_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings(name=name, kind="webhook", secret=Secret(env="S"), spool=Path("x"))
