"""When a kept post is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from listener.looking_again import SWEEP, next_look

SEEN = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "following"),
    [(0, 5), (5, 15), (6, 15), (15, 60), (60, 360), (360, 24 * 60), (1_440, 1_440 + 20 * 60)],
)
def test_the_post_of_an_open_case_is_looked_at_often_at_first(minutes: int, following: int) -> None:
    now = SEEN + timedelta(minutes=minutes)
    assert next_look(SEEN, now, is_open=True) == SEEN + timedelta(minutes=following)


def test_every_other_post_is_looked_at_daily() -> None:
    assert next_look(SEEN, SEEN, is_open=False) == SEEN + SWEEP
    assert timedelta(hours=12) < SWEEP < timedelta(days=1)
