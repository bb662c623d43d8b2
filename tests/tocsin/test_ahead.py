"""What the calendar of a file leaves open in the days to come is told with its line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load
from tocsin import ahead
from tocsin.catalogue import catalogue

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
THURSDAYS = [str((NOW + timedelta(days=1, weeks=n)).date()) for n in range(600)]
FILE = """\
fallback_executive = "grace"
[[brands]]
name = "Acme Airways"
[[people]]
name = "ada"
contacts = [{ channel = "terminal", to = "ada" }]
away = [{ from = "2026-11-20", until = "2026-11-22" },
  { from = "2026-12-01", until = "2026-12-01" }]
[[people]]
name = "grace"
contacts = [{ channel = "terminal", to = "grace" }]
[[teams]]
name = "care"
members = ["ada", "grace"]
[[channels]]
kind = "terminal"
"""


@pytest.mark.parametrize(
    ("added", "told"),
    [
        pytest.param("", [], id="a team without a rota has whoever is there"),
        pytest.param(
            'on_call = ["ada"]\n',
            [
                '15: team "care", on_call: nobody is on call from 2026-11-20 00:00 until '
                "2026-11-23 00:00, and 1 more within 30 days"
            ],
            id="a rota of one who is away, twice",
        ),
        pytest.param(
            '[teams.on_call]\npeople = ["ada"]\noverrides = [{ person = "grace", from = '
            '"2026-11-20", until = "2026-11-22" }]\n',
            [
                '15: team "care", on_call: nobody is on call from 2026-12-01 00:00 until '
                "2026-12-02 00:00"
            ],
            id="covered by an override, once",
        ),
        pytest.param(
            f'days_off = {THURSDAYS}\nhours = {{ days = ["thu"] }}\n',
            ['16: team "care", hours: these working hours never come, with these holidays'],
            id="working hours that never come",
        ),
    ],
)
def test_what_is_told(added: str, told: list[str], tmp_path: Path) -> None:
    path = tmp_path / "tocsin.toml"
    path.write_text(FILE.replace("[[channels]]", f"{added}[[channels]]"))
    loaded = load(path, catalogue())
    found = [f"{one.line}: {one.where}: {one.what}" for one in ahead.warnings(loaded, NOW)]
    assert found == told
