"""The anonymous form's folder, as the daemon reads it: nothing lost, and nothing believed."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config.settings import Brand
from listener.assess import Assessor
from listener.collector import BadRequest, Batch, Forbidden, Later
from listener.collectors import build, settings_of
from listener.collectors.form import CALM_AFTER, MOST_FILES, FormSource, Place
from listener.mention import Author, Post
from listener.spool import LONGEST_SILENCE, Spool
from listener.spooled import Turned, Word, minute_of
from listener.tools import Tools
from tests.firm import NOON
from tests.hostile import lines_of
from tests.listener.collectors.conftest import ScriptedWire

NOW = NOON + timedelta(minutes=10, seconds=31, microseconds=7)
NO_WIRE = ScriptedWire(lambda url: AssertionError(url))
WORDS = "I was charged twice, and nobody answers me"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    spool = Spool(tmp_path / "form")
    spool.prepare()
    spool.beat(NOW)
    return spool


@pytest.fixture
def source(spool: Spool) -> FormSource:
    return FormSource("door", spool, {"Acme"})


def word(number: int, minutes: int = 0, **more: Any) -> Word:
    given = {"author": f"a-{number:032x}", "brand": "Acme", "text": WORDS, **more}
    return Word(id=f"{number:032x}", minute=NOON + timedelta(minutes=minutes), **given)


def everything(source: FormSource, cursor: str | None = None) -> Iterator[Batch]:
    """Fetch as the daemon does, until there is no more."""
    while True:
        batch = source.fetch(cursor, now=NOW, deadline=5)
        yield batch
        cursor = batch.cursor
        if not batch.more:
            return


def on_disk(spool: Spool) -> int:
    return len(list(spool.posts.iterdir()))


def test_a_post_is_of_its_brand_by_nobody_and_of_its_minute(
    spool: Spool, source: FormSource
) -> None:
    spool.keep(word(1))
    (seen,) = source.fetch(None, now=NOW, deadline=5).observations
    assert (seen.post.platform, seen.post.title, seen.post.text) == ("anonymous", "Acme", WORDS)
    assert (seen.post.author.handle, seen.post.author.name, seen.post.url) == ("", "", "")
    assert seen.post.created_at == NOON
    assert seen.seen_at == minute_of(NOW)
    assert not seen.backfill


def test_a_post_is_removed_when_it_is_in_the_store_and_not_before(
    spool: Spool, source: FormSource
) -> None:
    spool.keep(word(1))
    first = source.fetch(None, now=NOW, deadline=5)
    again = source.fetch(None, now=NOW, deadline=5)  # its cursor was never saved
    assert first.observations == again.observations
    assert on_disk(spool) == 1
    assert source.fetch(first.cursor, now=NOW, deadline=5).observations == ()
    assert on_disk(spool) == 0


def test_the_minute_under_way_waits_until_it_is_over(spool: Spool, source: FormSource) -> None:
    spool.keep(word(1, minutes=10))
    assert source.fetch(None, now=NOW, deadline=5).observations == ()
    later = source.fetch(None, now=NOW + timedelta(minutes=1), deadline=5)
    assert len(later.observations) == 1


def test_more_than_a_batch_comes_in_several(spool: Spool, source: FormSource) -> None:
    for number in range(MOST_FILES + 3):
        spool.keep(word(number))
    batches = list(everything(source))
    assert [len(one.observations) for one in batches] == [MOST_FILES, 3]
    source.fetch(batches[-1].cursor, now=NOW, deadline=5)
    assert on_disk(spool) == 0


def test_a_clock_that_goes_back_costs_no_post(spool: Spool, source: FormSource) -> None:
    spool.keep(word(1, minutes=5))
    first = source.fetch(None, now=NOW, deadline=5)
    spool.keep(word(2, minutes=1))
    spool.keep(word(3, minutes=60))  # and one that is ahead is dated now
    found = source.fetch(first.cursor, now=NOW, deadline=5).observations
    assert [one.post.id[-1] for one in found] == ["2", "3"]
    assert max(one.post.created_at for one in found) <= NOW


@pytest.mark.parametrize("cursor", ["", "x", "[]", "{}", '{"taken":["../../x"],"flooded":null}'])
def test_a_cursor_that_is_not_ours_removes_nothing(
    spool: Spool, source: FormSource, cursor: str
) -> None:
    spool.keep(word(1))
    outside = spool.posts / "../../x"
    outside.write_text("not ours")
    assert len(source.fetch(cursor, now=NOW, deadline=5).observations) == 1
    assert outside.read_text() == "not ours"


def test_a_form_that_does_not_run_is_told(spool: Spool, source: FormSource) -> None:
    source.fetch(None, now=minute_of(NOW) + LONGEST_SILENCE, deadline=5)
    with pytest.raises(Later, match="start `tocsin form`"):
        source.fetch(None, now=NOW + LONGEST_SILENCE + timedelta(minutes=2), deadline=5)


def test_what_a_form_left_before_it_died_is_still_read(spool: Spool, source: FormSource) -> None:
    spool.keep(word(1))
    assert source.fetch(None, now=NOW + timedelta(days=3), deadline=5).observations


def test_a_form_that_never_ran_is_told(tmp_path: Path) -> None:
    source = FormSource("door", Spool(tmp_path / "nowhere"), {"Acme"})
    with pytest.raises(Later, match="has never run"):
        source.fetch(None, now=NOW, deadline=5)


def test_a_folder_that_may_not_be_read_is_told(
    source: FormSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("listener.spool.os.scandir", forbidden)
    with pytest.raises(Forbidden, match="give this user the right"):
        source.fetch(None, now=NOW, deadline=5)


# ------------------------------------------------------------- what was turned away, and floods
def test_what_was_turned_away_is_counted_by_reason(spool: Spool, source: FormSource) -> None:
    spool.keep_turned(Turned({"empty": 2, "too long": 1}, NOON))
    spool.keep_turned(Turned({"empty": 3}, NOON))
    batch = source.fetch(None, now=NOW, deadline=5)
    assert dict(batch.turned_away) == {"form: empty": 5, "form: too long": 1}
    assert batch.trouble is None


def test_a_flood_is_told_and_is_over_after_half_an_hour(spool: Spool, source: FormSource) -> None:
    spool.keep_turned(Turned({"flood": 431}, NOON))
    first = source.fetch(None, now=NOW, deadline=5)
    assert "431 posts turned away" in str(first.trouble)
    cursor, told = first.cursor, []
    for minutes in (1, 29, 30, 31):
        now = NOW + timedelta(minutes=minutes)
        spool.beat(now)
        batch = source.fetch(cursor, now=now, deadline=5)
        cursor = batch.cursor
        told.append(batch.trouble)
    assert timedelta(minutes=30) == CALM_AFTER
    assert told == [None, None, "", None]


# ----------------------------------------------------- a form that was broken into is not believed
@pytest.mark.parametrize(
    "left",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"id":1}',
        b"\xff" * 100,
        b"[" * 100_000,
        b'{"text":"' + b"x" * 300_000 + b'"}',
        b'{"id":"../x","author":"a-1","brand":"Acme","text":"x","minute":"2026-11-18T12:00+00:00"}',
        b'{"turned_away":{"flood":-1},"minute":"2026-11-18T12:00+00:00"}',
        b'{"turned_away":{"flood":1e99},"minute":"2026-11-18T12:00+00:00"}',
        b'{"turned_away":{"<b>":1},"minute":"2026-11-18T12:00+00:00"}',
        b'{"turned_away":{"flood":1},"minute":"0001-01-01T00:00+00:00"}',
        b'{"turned_away":{"flood":1},"minute":"2026-11-18"}',
    ],
)
def test_a_file_that_no_form_writes_is_counted_and_costs_no_other(
    spool: Spool, source: FormSource, left: bytes
) -> None:
    (spool.posts / f"20261118T1200-{'f' * 32}.json").write_bytes(left)
    spool.keep(word(1))
    batch = source.fetch(None, now=NOW, deadline=5)
    assert len(batch.observations) == 1
    assert batch.malformed == ("a file that no form writes",)
    source.fetch(batch.cursor, now=NOW, deadline=5)
    assert on_disk(spool) == 0


def test_hostile_json_is_counted_and_costs_no_other(
    spool: Spool, source: FormSource, shared: Path
) -> None:
    lines = lines_of(shared, "json_documents")
    for number, line in enumerate(lines):
        (spool.posts / f"20261118T1200-{number:032x}.json").write_text(line)
    spool.keep(word(1_000))
    batches = list(everything(source))
    assert sum(len(one.observations) for one in batches) == 1
    assert sum(len(one.malformed) for one in batches) == len(lines)


def test_only_ordinary_files_of_our_naming_are_opened(
    spool: Spool, source: FormSource, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text('{"id":"x"}')
    (spool.posts / f"20261118T1200-{'a' * 32}.json").symlink_to(secret)
    os.mkfifo(spool.posts / f"20261118T1200-{'b' * 32}.json")
    (spool.posts / f"20261118T1200-{'c' * 32}.json").mkdir()
    (spool.posts / "20261118T1200-x.json").write_text("{}")
    batch = source.fetch(None, now=NOW, deadline=5)
    assert batch.observations == ()
    assert batch.malformed == ()
    assert Place.read(batch.cursor).taken == ()


def test_a_brand_that_is_not_declared_is_counted(spool: Spool, source: FormSource) -> None:
    spool.keep(word(1, brand="Globex"))
    assert source.fetch(None, now=NOW, deadline=5).malformed == ("an unknown brand",)


# ----------------------------------------------------------------------------- brands, settings
@pytest.mark.parametrize(
    "brand",
    [
        pytest.param(Brand(name="Acme", terms=("@acme_air",)), id="its name is no term"),
        pytest.param(Brand(name="Acme", exclude=("refund",)), id="an excluded word"),
        pytest.param(Brand(name="Acme", near=("kettle",)), id="in other company"),
    ],
)
def test_a_post_is_of_the_brand_that_its_writer_chose(brand: Brand) -> None:
    text = "no refund, charged twice"
    post = Post("anonymous", "1", text, NOON, Author("a-1"), title="Acme")
    found = Assessor((brand, Brand(name="refund"))).assess(post)
    assert [one.brand for one in found] == ["Acme"]


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"folder": "relative"}, "whole path"),
        ({"every": "30s"}, "in which second"),
        ({"addresses": ["http://complain.example"]}, "https://"),
        ({"addresses": ["https://a@complain.example"]}, "https://"),
        ({"listen": "0.0.0.0:8788"}, "this machine"),
        ({"longest": 20_001}, "20000"),
        ({"per_minute": 0}, "greater than or equal to 1"),
        ({"replies_for": "1h"}, "366d"),
        ({"danger": ""}, "at least 1 character"),
    ],
)
def test_what_cannot_be_is_refused_in_words(setting: dict[str, Any], said: str) -> None:
    given = {"kind": "form", "name": "door", "folder": "/var/lib/tocsin-form", **setting}
    with pytest.raises(ValidationError, match=said):
        settings_of("form").model_validate(given)


def test_a_brand_that_nobody_declared_is_refused(
    tools: Callable[[ScriptedWire], Tools],
) -> None:
    given = {"kind": "form", "name": "door", "folder": "/x", "brands": ["Acne"]}
    with pytest.raises(BadRequest, match="Acne"):
        build(settings_of("form").model_validate(given), (Brand(name="Acme"),), tools(NO_WIRE))


def test_what_is_told_without_a_name_is_shown_to_no_language_model() -> None:
    assert settings_of("form").public is False
