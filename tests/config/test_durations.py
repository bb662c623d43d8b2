"""Durations are read as people write them, and nothing is guessed."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import parse_duration, spell_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("1h30m", timedelta(minutes=90)),
        ("2w1d", timedelta(days=15)),
        ("3650d", timedelta(days=3650)),
    ],
)
def test_a_duration_is_read(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == parse_duration(duration) == duration


@pytest.mark.parametrize(
    "value", [5, 1.5, True, None, "", "5", "m", "5 m", "-5m", "1y", "3651d", "999999w", ["5m"]]
)
def test_what_is_no_duration_is_refused_with_an_example(value: object) -> None:
    with pytest.raises(ValueError, match=r'\. (Write for example|The longest is) "'):
        parse_duration(value)


@pytest.mark.parametrize(
    ("seconds", "spelt"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (90, "1 min 30 s"),
        (630, "10 min"),
        (7200, "2 h"),
        (97200, "1 d 3 h"),
        (-300, "5 min"),
    ],
)
def test_a_duration_is_spelt_in_at_most_two_units(seconds: int, spelt: str) -> None:
    assert spell_duration(timedelta(seconds=seconds)) == spelt


@given(st.text())
def test_no_text_crashes_it(text: str) -> None:
    with suppress(ValueError):
        assert parse_duration(text) >= timedelta(0)
