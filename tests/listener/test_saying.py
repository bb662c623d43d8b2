"""A signal in the words of the hour it is said in."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from listener.saying import sentence
from listener.storm import Signal

BERLIN = ZoneInfo("Europe/Berlin")
SIGNAL = Signal("storm", 37, 20, 4.1, 0.68, 0.14, 21.5, 1.8, 0.99, 3, None, (130, 1_300))


def test_it_says_the_weekday_the_hour_and_until_when() -> None:
    assert sentence(SIGNAL, "Acme", datetime(2026, 11, 17, 10, 5, tzinfo=BERLIN)) == (
        "Acme: 37 unhappy people in 20 min, 9× the usual for a Tuesday at 10; 68 % of people are "
        "unhappy (usual 14 %); each begets 1.8 more; on 3 platforms; likely 130–1,300 more "
        "unhappy posts by 14:05 CET"
    )


def test_without_an_hour_it_says_how_long() -> None:
    assert sentence(SIGNAL, "Acme").endswith("likely 130–1,300 more unhappy posts in 4 h")
    assert "9× the usual;" in sentence(SIGNAL, "Acme")


@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param(datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN), "03:30 CET", id="set back"),
        pytest.param(datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN), "05:30 CEST", id="set forward"),
        pytest.param(datetime(2026, 11, 17, 22, 0, tzinfo=BERLIN), "02:00 CET", id="midnight"),
    ],
)
def test_four_hours_are_four_hours_in_the_night_the_clocks_change(at: datetime, until: str) -> None:
    assert sentence(SIGNAL, "Acme", at).endswith(f"unhappy posts by {until}")
