"""Public holidays: which codes there are, and which days they mean."""

from datetime import date

import pytest

from config.calendars import known_code, public_holidays


@pytest.mark.parametrize(
    ("code", "day", "off"),
    [
        pytest.param("DE-BY", "2026-01-06", True, id="Epiphany in Bavaria"),
        pytest.param("DE-BE", "2026-01-06", False, id="but not in Berlin"),
        pytest.param("DE", "2026-06-04", False, id="Corpus Christi is no holiday of all Germany"),
        pytest.param("DE-BY", "2026-06-04", True, id="but one of Bavaria"),
        pytest.param("US", "2026-07-03", True, id="a Saturday's holiday is observed on Friday"),
        pytest.param("US", "2026-07-04", True, id="and is one itself"),
        pytest.param("US", "2021-12-31", True, id="observed in the year before its own"),
        pytest.param("GB-SCT", "2026-11-30", True, id="Saint Andrew in Scotland"),
        pytest.param("GB-ENG", "2026-11-30", False, id="not in England"),
        pytest.param("IN", "2036-01-26", True, id="a year that the library knows in part"),
    ],
)
def test_which_days_are_holidays(code: str, day: str, off: bool) -> None:
    asked = date.fromisoformat(day)
    assert (asked in public_holidays(known_code(code), asked.year)) is off


@pytest.mark.parametrize(
    ("code", "says"),
    [
        pytest.param("Bavaria", 'no public holidays named "Bavaria"', id="a name"),
        pytest.param("de-by", 'Did you mean "DE"', id="the country in small letters"),
        pytest.param("DE-YB", "Known: DE-", id="no such part: the parts are named"),
        pytest.param("DE-", "no part of DE", id="half a code"),
        pytest.param("SG-1", 'Write "SG" alone', id="a country without parts"),
        pytest.param("", "of that name", id="nothing"),
        pytest.param("../etc/passwd", "no public holidays", id="a path"),
        pytest.param("x" * 100_000, "of that name", id="very long"),
    ],
)
def test_a_code_that_there_is_not_is_refused(code: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        known_code(code)
