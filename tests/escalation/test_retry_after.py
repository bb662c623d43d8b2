"""A stated wait is kept, within reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.retry_after import MAX_WAIT, stated_wait

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("30", 30.0, id="seconds"),
        pytest.param(" 0 ", 0.0, id="at once"),
        pytest.param("Sat, 21 Nov 2026 12:01:00 GMT", 60.0, id="a date"),
        pytest.param("Sat, 21 Nov 2026 12:01:00 -0000", 60.0, id="a date without a zone is UTC"),
        pytest.param("Sat, 21 Nov 2026 11:00:00 GMT", 0.0, id="a date that has passed"),
        pytest.param("Sat, 21 Nov 2099 11:00:00 GMT", MAX_WAIT, id="a far date is cut"),
        pytest.param("86400", MAX_WAIT, id="a long wait is cut"),
        pytest.param("9" * 5000, MAX_WAIT, id="an absurd one as well"),
        pytest.param("-5", None, id="a negative wait says nothing"),
        pytest.param("soon", None, id="nor does a word"),
        pytest.param("٣٠", None, id="nor other digits"),
        pytest.param(None, None, id="nothing is stated"),
    ],
)
def test_stated_wait(value: str | None, seconds: float | None) -> None:
    assert stated_wait(value, NOON) == seconds


@settings(deadline=None)  # a busy machine is no failure
@given(value=st.text())
def test_any_text_is_a_wait_within_reason_or_none(value: str) -> None:
    seconds = stated_wait(value, NOON)
    assert seconds is None or 0 <= seconds <= MAX_WAIT
