"""What the calendar of a file leaves open in the days to come is told with its line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load
from tests.small_firm import ADA, SMALL_FIRM
from tocsin import ahead
from tocsin.catalogue import catalogue

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
THURSDAYS = [str((NOW + timedelta(days=1, weeks=n)).date()) for n in range(600)]
AWAY = """\
away = [{ from = "2026-11-20", until = "2026-11-22" },
  { from = "2026-12-01", until = "2026-12-01" }]
"""
FILE = SMALL_FIRM.replace(ADA, ADA + AWAY)


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


# ------------------------------------------------------------------------------ of channels
CHANNELS = (
    FILE.replace(
        'contacts = [{ channel = "terminal", to = "ada" }]',
        'email = "ada@acme.example"\ncontacts = [{ channel = "desk" }, { channel = "mail" }]',
    )
    + """\
room = "everyone"
[[channels]]
name = "desk"
kind = "webhook"
url = "https://desk.example/tocsin"
secret = { env = "DESK_SECRET" }
room = "complaints"
[[channels]]
kind = "mail"
host = "mail.acme.example"
sender = "tocsin@acme.example"
"""
)


def of_channels(path: Path, text: str) -> list[str]:
    file = path / "tocsin.toml"
    file.write_text(text)
    loaded = load(file, catalogue(), secrets=False, database=False)
    return [str(one) for one in ahead.of_channels(loaded)]


def test_a_room_in_which_nothing_can_be_done_is_told(tmp_path: Path) -> None:
    said = of_channels(tmp_path, CHANNELS)
    assert any("what is shown on desk can be acted on by the command line alone" in s for s in said)
    assert not any("shown on terminal" in one for one in said), "a terminal is for trying it out"
    linked = of_channels(tmp_path, f'links = "https://tocsin.acme.example"\n{CHANNELS}')
    assert not any("can be acted on" in one for one in linked)


def test_a_teams_own_room_is_looked_at_in_place_of_the_channels_rooms(tmp_path: Path) -> None:
    rooms = 'rooms = [{ channel = "mail", to = "all@acme.example" }]\n[[channels]]'
    said = of_channels(tmp_path, CHANNELS.replace("[[channels]]", rooms, 1))
    (one,) = [line for line in said if "can be acted on" in line]
    assert 'team "care", rooms 1' in one
    assert "shown on mail" in one


def test_a_contact_by_mail_address_where_nobody_is_found_by_it_is_told(tmp_path: Path) -> None:
    said = of_channels(tmp_path, CHANNELS)
    (one,) = [line for line in said if "finds nobody by a mail address" in line]
    assert 'person "ada", contacts 1: desk finds nobody' in one


MATTERMOST = """\
[[channels]]
name = "chat"
kind = "mattermost"
url = "https://chat.acme.example"
token = { env = "MATTERMOST_TOKEN" }
"""
BY_MAIL = '{ channel = "chat", to = "ada@acme.example" }'
BY_ID = '{ channel = "chat", to = "abcdefghijklmnopqrstuvwxyz" }'


@pytest.mark.parametrize(
    ("contacts", "more", "is_told"),
    [
        pytest.param(BY_MAIL, "", True, id="by a mail address alone"),
        pytest.param(BY_MAIL, "mail_is_verified = true\n", False, id="where they are verified"),
        pytest.param(f"{BY_MAIL}, {BY_ID}", "", False, id="by their id, too"),
        pytest.param(BY_ID, "", False, id="by their id alone"),
    ],
)
def test_who_is_paged_but_not_recognised_is_told(
    contacts: str, more: str, is_told: bool, tmp_path: Path
) -> None:
    terminal = '{ channel = "terminal", to = "ada" }'
    said = of_channels(tmp_path, FILE.replace(terminal, contacts) + MATTERMOST + more)
    found = [one for one in said if "chat pages ada, but does not recognise them when" in one]
    assert len(found) == is_told


def test_who_has_no_address_on_a_channel_is_named(tmp_path: Path) -> None:
    file = tmp_path / "tocsin.toml"
    file.write_text(CHANNELS)
    settings = load(file, catalogue(), secrets=False, database=False).settings
    assert list(ahead.nowhere(settings)) == [
        "On terminal there is no address of ada.",
        "On desk there is no address of grace.",
        "On mail there is no address of grace.",
    ]


# --------------------------------------------------------------------- what would be of no use
def of_no_use(folder: Path, added: str, file: str = FILE) -> list[str]:
    path = folder / "tocsin.toml"
    path.write_text(file + added)
    found = ahead.of_no_use(load(path, catalogue(), secrets=False))
    return [str(one).partition("tocsin.toml:")[2] for one in found]


FLOW = '[[channels]]\nkind = "teams"\nname = "desk"\nurl = { env = "TOCSIN_TEST_FLOW" }\n'
SLACK = (
    '[[channels]]\nkind = "slack"\nname = "desk"\ntoken = { env = "TOCSIN_TEST_BOT" }\n'
    'app_token = { env = "TOCSIN_TEST_APP" }\n'
)
MATRIX = (
    '[[channels]]\nkind = "matrix"\nname = "desk"\nhomeserver = "http://127.0.0.1:8008"\n'
    'token = { env = "TOCSIN_TEST_BOT" }\n'
)


@pytest.mark.parametrize(
    ("value", "wrong"), [("https://flows.example/a", False), ("hello", True), (None, False)]
)
def test_a_secret_that_cannot_be_what_it_should_be_is_told_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None, wrong: bool
) -> None:
    monkeypatch.delenv("TOCSIN_TEST_FLOW", raising=False)
    if value is not None:
        monkeypatch.setenv("TOCSIN_TEST_FLOW", value)
    told = "\n".join(of_no_use(tmp_path, FLOW))
    assert ("TOCSIN_TEST_FLOW is no address that begins with https://" in told) is wrong
    assert bool(told) is wrong
    assert value is None or value not in told


@pytest.mark.parametrize(
    ("bot", "app", "wrong"), [("xoxb-1", "xapp-1", False), ("xapp-1", "xoxb-1", True)]
)
def test_slacks_tokens_in_each_others_place_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bot: str, app: str, wrong: bool
) -> None:
    monkeypatch.setenv("TOCSIN_TEST_BOT", bot)
    monkeypatch.setenv("TOCSIN_TEST_APP", app)
    assert ("each other's place" in "\n".join(of_no_use(tmp_path, SLACK))) is wrong


@pytest.mark.parametrize(
    ("hosts", "told"),
    [
        (
            "",
            "127.0.0.1:8008 is on this machine or a private network, and is not reached. "
            'Add it: private_hosts = ["127.0.0.1:8008"]',
        ),
        ('private_hosts = ["127.0.0.1:8008"]\n', ""),
    ],
)
def test_a_server_on_this_machine_is_told_unless_it_is_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hosts: str, told: str
) -> None:
    monkeypatch.setenv("TOCSIN_TEST_BOT", "syt_x")
    found = "\n".join(of_no_use(tmp_path, MATRIX, hosts + FILE))
    assert told in found
    assert bool(found) is bool(told)


def test_a_private_host_that_can_have_no_effect_is_refused_with_its_line(tmp_path: Path) -> None:
    hosts = 'private_hosts = ["127.0.0.1:8008",\n  "http://me:hunter2@10.0.0.5:9/x"]\n'
    (told,) = of_no_use(tmp_path, "", hosts + FILE)
    assert told.endswith('private_hosts 2: this entry has no effect. Write "10.0.0.5:9"')
    assert told.startswith("2: ")


def test_whom_no_channel_would_find_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_TEST_BOT", "x" * 70)
    discord = '[[channels]]\nkind = "discord"\ntoken = { env = "TOCSIN_TEST_BOT" }\n'
    by_mail = 'email = "ada@acme.example"\ncontacts = [{ channel = "discord" }]'
    file = FILE.replace('contacts = [{ channel = "terminal", to = "ada" }]', by_mail)
    told = of_no_use(tmp_path, discord, file)
    assert any("nothing reaches ada: discord finds nobody by a mail address" in one for one in told)


@pytest.mark.parametrize(("about", "wrong"), [("Nobody", True), ("acme airways", False)])
def test_a_source_about_no_brand_is_told_with_the_known_terms(
    tmp_path: Path, about: str, wrong: bool
) -> None:
    csv = f'[[sources]]\nkind = "csv"\npath = "/x.csv"\ntext = "t"\nabout = "{about}"\n'
    told = "\n".join(of_no_use(tmp_path, csv))
    assert ("no brand has the term" in told) is wrong
    assert ("Known: Acme Airways" in told) is wrong
