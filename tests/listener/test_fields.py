"""Single fields of a platform's JSON, of which nothing can be trusted."""

import re
from datetime import UTC, datetime

import pytest

from listener.fields import (
    clean,
    count,
    epoch_time,
    iso_time,
    mapping,
    objects,
    optional_id,
    required_id,
    required_text,
    text,
)
from listener.mention import MAX_TEXT_CHARS

DIGITS = re.compile("[0-9]{1,19}")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (3, 3),
        (3.0, 3),
        (0, 0),
        (-1, None),
        (1.5, None),
        (10**13, None),
        (float("inf"), None),
        (float("nan"), None),
        ("many", None),
        (True, None),
        (None, None),
    ],
)
def test_a_count_is_a_whole_number_or_unknown(value: object, read: int | None) -> None:
    assert count(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-11-21T10:00:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00.000+02:00", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21T10:00:00", None),
        ("2026-02-30T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("not a date", None),
        (1700000000, None),
        (None, None),
    ],
)
def test_a_time_has_a_zone_and_is_plausible(value: object, read: datetime | None) -> None:
    assert iso_time(value) == read


@pytest.mark.parametrize("value", [1e300, float("nan"), -5, "1700000000", True, None])
def test_an_epoch_that_is_none_is_unknown(value: object) -> None:
    assert epoch_time(value) is None


def test_an_epoch_is_read_as_utc() -> None:
    assert epoch_time(1700000000.0) == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("value", ["../../x", "", "x" * 20, None, 0, -1, True, 1.0, 2**64, "1\n"])
def test_what_is_no_id_is_refused_without_being_repeated(value: object) -> None:
    with pytest.raises(ValueError, match=r"^id is no id$"):
        required_id({"id": value}, "id", DIGITS)
    assert optional_id(value, DIGITS) is None


def test_an_id_may_come_as_a_number() -> None:
    assert required_id({"id": 17}, "id", DIGITS) == "17"


def test_text_is_cut_and_can_always_be_stored() -> None:
    assert clean("a\0b\ud800c") == "a�b�c"
    assert len(text("x" * (MAX_TEXT_CHARS + 1))) == MAX_TEXT_CHARS
    assert text(7) == ""
    with pytest.raises(ValueError, match="text is no text"):
        required_text({"text": None}, "text")


def test_only_objects_are_taken_for_objects() -> None:
    assert mapping([1]) == {}
    assert objects([{"a": 1}, None, 3]) == [{"a": 1}]
    assert objects({"a": 1}) == []
