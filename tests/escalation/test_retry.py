"""Delivery retries: how long between attempts, and when another way is taken."""

from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.retry import is_unreachable, next_attempt, next_channel_is_due

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("attempts", "jitter", "stated", "seconds"),
    [
        pytest.param(1, 1, None, 1, id="a second after the first failure"),
        pytest.param(2, 1, None, 2, id="then twice as long"),
        pytest.param(9, 1, None, 256, id="and so on"),
        pytest.param(10, 1, None, 300, id="up to five minutes"),
        pytest.param(10**9, 1, None, 300, id="and no longer, however often it failed"),
        pytest.param(3, 0, None, 2, id="the least jitter halves the wait"),
        pytest.param(3, 0.5, None, 3, id="jitter lies in between"),
        pytest.param(1, 1, 30.5, 30.5, id="a stated wait is kept"),
        pytest.param(10, 1, 30, 300, id="a stated wait that is shorter shortens nothing"),
        pytest.param(1, 1, 1e18, 86400, id="a stated wait of ages is a day"),
        pytest.param(1, 1, -7, 1, id="a stated wait in the past is none"),
        pytest.param(1, 1, nan, 1, id="a stated wait that is no number is none"),
        pytest.param(1, 1, inf, 1, id="a stated wait without end is none"),
    ],
)
def test_when_a_message_is_tried_again(
    attempts: int, jitter: float, stated: float | None, seconds: float
) -> None:
    assert next_attempt(attempts, NOW, jitter, stated) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("attempts", "jitter"), [(0, 0.5), (1, -0.1), (1, 1.1), (1, nan)])
def test_what_is_no_retry_is_refused(attempts: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="at least one attempt"):
        next_attempt(attempts, NOW, jitter, None)


@given(st.integers(1, 10_000), st.floats(0, 1), st.none() | st.floats())
def test_a_retry_is_never_at_once_and_never_given_up(
    attempts: int, jitter: float, stated: float | None
) -> None:
    wait = next_attempt(attempts, NOW, jitter, stated) - NOW
    assert timedelta(seconds=0.5) <= wait <= timedelta(days=1)


@pytest.mark.parametrize(("seconds", "due"), [(0, False), (59.9, False), (60, True), (600, True)])
def test_after_a_minute_of_failure_the_next_channel_is_used_as_well(
    seconds: float, due: bool
) -> None:
    assert next_channel_is_due(ago(seconds), NOW) is due


@pytest.mark.parametrize(
    ("failing_since", "unreachable"),
    [
        pytest.param([ago(120), ago(500)], True, id="all have failed for two minutes"),
        pytest.param([ago(119.9), ago(500)], False, id="one not yet for two minutes"),
        pytest.param([ago(500), None], False, id="one works"),
        pytest.param([], True, id="there is none"),
    ],
)
def test_a_person_is_unreachable_when_every_channel_has_failed_for_two_minutes(
    failing_since: list[datetime | None], unreachable: bool
) -> None:
    assert is_unreachable(failing_since, NOW) is unreachable
