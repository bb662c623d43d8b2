"""From when until when: days and local times, in the file as people write them."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from pydantic import ValidationError

from config.load import Loaded
from config.moments import Away, begin_of, end_of
from config.problems import ConfigProblems

Loading = Callable[[str | bytes], Loaded]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("value", "begins", "ends"),
    [
        pytest.param("2026-12-24", "2026-12-24", "2026-12-25", id="a day is part of both"),
        pytest.param(date(2026, 12, 24), "2026-12-24", "2026-12-25", id="a day of TOML's own"),
        pytest.param("2028-02-29", "2028-02-29", "2028-03-01", id="a leap day"),
        pytest.param(
            "2026-12-24T18:30", "2026-12-24T18:30", "2026-12-24T18:30", id="a time is itself"
        ),
        pytest.param(
            "2026-12-24 18:30:05", "2026-12-24T18:30:05", "2026-12-24T18:30:05", id="with a blank"
        ),
        pytest.param(wall("2026-12-24T18:30"), "2026-12-24T18:30", "2026-12-24T18:30", id="TOML's"),
    ],
)
def test_when_something_begins_and_ends(value: object, begins: str, ends: str) -> None:
    assert begin_of(value) == wall(begins)
    assert end_of(value) == wall(ends)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param(9, "neither a day nor a time", id="a number"),
        pytest.param(None, "neither a day nor a time", id="nothing"),
        pytest.param("", "neither a day nor a time", id="an empty text"),
        pytest.param("tomorrow", "neither a day nor a time", id="a word"),
        pytest.param("20261224", "neither a day nor a time", id="a day without its dashes"),
        pytest.param("2026-02-29", "no such day", id="no leap year"),
        pytest.param("2026-12-24T25:00", "no such day or time", id="an hour too many"),
        pytest.param("2026-12-24T18:00Z", "neither a day nor a time", id="a text with a zone"),
        pytest.param(
            datetime.fromisoformat("2026-12-24T18:00Z"), "zone of its own", id="TOML's with a zone"
        ),
        pytest.param("٢٠٢٦-١٢-٢٤", "neither a day|no such day", id="digits of another script"),
    ],
)
def test_what_is_no_time_is_refused(value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        begin_of(value)


def test_the_calendar_ends() -> None:
    assert begin_of("9999-12-31") == wall("9999-12-31")
    with pytest.raises(ValueError, match="the calendar ends there"):
        end_of("9999-12-31")


@pytest.mark.parametrize(
    ("begins", "ends", "lasts"),
    [
        pytest.param("2026-12-24", "2026-12-24", True, id="one day"),
        pytest.param("2026-12-24", "2026-12-23", False, id="it ends on the day before"),
        pytest.param("2026-12-24T10:00", "2026-12-24T10:00", False, id="no time at all"),
        pytest.param("2026-12-24T10:00", "2026-12-24", True, id="the rest of a day"),
    ],
)
def test_an_absence_lasts(begins: str, ends: str, lasts: bool) -> None:
    declared = {"from": begins, "until": ends}
    if lasts:
        assert Away.model_validate(declared).until > wall(begins)
    else:
        with pytest.raises(ValidationError, match="over before it begins"):
            Away.model_validate(declared)


FILE = """\
fallback_executive = "grace"
[[brands]]
name = "Acme Airways"
[[people]]
name = "ada"
contacts = [{ channel = "terminal", to = "ada" }]
away = [{ from = "2026-12-24", until = "2027-01-02" }]
[[people]]
name = "grace"
contacts = [{ channel = "terminal", to = "grace" }, { channel = "slack", to = "U2" }]
[[teams]]
name = "care"
members = ["ada", "grace"]
holidays = "DE-BY"
days_off = ["2026-12-24"]
[teams.on_call]
people = ["ada"]
overrides = [
  { person = "grace", from = 2026-12-31T18:00:00, until = "2027-01-01T10:00" },
  { person = "ada", from = "2027-01-01T10:00", until = 2027-01-03 },
]
[[channels]]
kind = "terminal"
[[channels]]
kind = "slack"
"""


@pytest.mark.parametrize(
    "written",
    [
        pytest.param('"2026-12-24"', id="one word"),
        pytest.param("2026-12-24", id="one day of TOML's own"),
    ],
)
def test_one_day_off_may_stand_without_its_brackets(loading: Loading, written: str) -> None:
    text = FILE.replace('days_off = ["2026-12-24"]', f"days_off = {written}")
    assert loading(text).settings.team("care").days_off == (date(2026, 12, 24),)


def test_absences_overrides_and_holidays_are_read(loading: Loading) -> None:
    settings = loading(FILE).settings
    (away,) = settings.person("ada").away
    assert (away.from_, away.until) == (wall("2026-12-24"), wall("2027-01-03"))
    team = settings.team("care")
    assert team.on_call is not None
    assert [one.person for one in team.on_call.overrides] == ["grace", "ada"]
    assert team.on_call.overrides[1].until == wall("2027-01-04")
    assert (team.holidays, team.days_off) == ("DE-BY", (date(2026, 12, 24),))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            '"2027-01-02" }]\n[[people]]\nname = "grace"\n',
            '"2027-01-02" }]\n[[people]]\nname = "grace"\naway = [{ from = "2026-12-24", until = '
            '"2026-12-25" }]\n',
            't.toml:10: person "grace", away 1: the fallback executive is never away, so that a '
            "case is never without an owner. Name another fallback_executive first",
            id="the last of every ladder is never away",
        ),
        pytest.param(
            'from = "2026-12-24"',
            'from = "2027-12-24"',
            't.toml:7: person "ada", away 1: it is over before it begins. Put "from" before '
            '"until"',
            id="an absence that ends before it begins",
        ),
        pytest.param(
            'from = "2026-12-24"',
            "from = 9",
            't.toml:7: person "ada", away 1.from: this is neither a day nor a time. Write a day '
            'such as "2026-12-24", or a time such as "2026-12-24T18:00"',
            id="an absence from a number on",
        ),
        pytest.param(
            'person = "grace"',
            'person = "grase"',
            't.toml:19: team "care", on_call.overrides 1.person: no person named "grase". '
            'Known: ada, grace. Did you mean "grace"?',
            id="an override names a known person",
        ),
        pytest.param(
            'from = "2027-01-01T10:00"',
            'from = "2027-01-01T09:59"',
            't.toml:20: team "care", on_call.overrides 2: it overlaps the one on line 19. '
            "Let one end where the other begins",
            id="no two overrides at one time",
        ),
        pytest.param(
            '"DE-BY"',
            '"DE-YB"',
            None,
            id="a part of a country that does not exist",
        ),
        pytest.param(
            '["2026-12-24"]',
            '["2026-12-24", "2026-12-24T10:00"]',
            't.toml:15: team "care", days_off 2: this is no day. Write for example "2026-12-24"',
            id="a day off that is no day",
        ),
    ],
)
def test_each_problem_has_its_line_and_its_remedy(
    old: str, new: str, problem: str | None, loading: Loading
) -> None:
    assert old in FILE
    with pytest.raises(ConfigProblems) as refused:
        loading(FILE.replace(old, new))
    (found,) = refused.value.problems
    if problem is not None:
        assert str(found).endswith(problem.removeprefix("t.toml"))
    else:
        assert found.line == 14
        assert "no part of DE of that code" in found.what
        assert "DE-BY" in found.remedy


def test_an_override_may_name_somebody_outside_the_rota_but_the_rota_needs_somebody_active(
    loading: Loading,
) -> None:
    nobody = FILE.replace('name = "ada"\n', 'name = "ada"\nactive = false\n')
    with pytest.raises(ConfigProblems, match="nobody on this rota is active"):
        loading(nobody)
