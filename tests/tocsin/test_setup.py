"""How a channel is set up is told whole: what to paste is right, and no secret is asked for."""

import re
import tomllib
from pathlib import Path

import pytest
import typer

from config import Contact, Person
from config.load import load
from escalation import channels
from tests import firm as firms
from tocsin import setup
from tocsin.catalogue import catalogue
from tocsin.cli.running import init

KINDS = setup.kinds()
FILE = """\
fallback_executive = "grace"
brands = [{ name = "Acme Airways" }]
people = [{ name = "ada", contacts = [{ channel = "terminal", to = "ada" }] },
          { name = "grace", contacts = [{ channel = "terminal", to = "grace" }] }]
teams = [{ name = "care", members = ["ada", "grace"] }]
"""


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_to_be_pasted_is_a_channel_of_that_kind(kind: str, tmp_path: Path) -> None:
    assert setup.piece(kind).strip() in setup.told(kind, None)
    file = tmp_path / "tocsin.toml"
    terminal = "" if kind == "terminal" else '[[channels]]\nkind = "terminal"\n'
    file.write_text(f"{FILE}\n{setup.piece(kind)}\n{terminal}")
    settings = load(file, catalogue(), secrets=False, database=False).settings
    assert settings.channels[0].kind == kind
    declared = setup.told(kind, settings)
    assert f"tocsin.toml declares it already, as {kind}." in declared
    assert "[[channels]]" not in declared, "what is there is not pasted again"


@pytest.mark.parametrize("kind", KINDS)
def test_of_each_secret_it_is_said_where_to_put_it_and_its_value_is_never_asked(kind: str) -> None:
    said = setup.told(kind, None)
    (declared,) = tomllib.loads(setup.piece(kind))["channels"]
    secrets = [one for one in declared.values() if isinstance(one, dict)]
    for secret in secrets:
        (place,) = secret.values()
        assert said.count(place) >= 2, f"{place} is where the value goes, and that is said"
    assert f"tocsin test-alert {kind} --person NAME" in said, "it ends with trying it"
    assert f"docs/channels/{kind}.md" in said


ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "docs" / "channels").glob("*.md"),
    ROOT / "config" / "example.toml",
)
_BLOCK = re.compile(r"^(?:# )?\[\[channels\]\]\n(?:(?:# )?[a-z_]+ = .*\n)+", re.MULTILINE)
_KIND = re.compile(r'^(?:# )?kind = "([a-z]+)"', re.MULTILINE)
_PLACE = re.compile(r'^(?:# )?([a-z_]+) = \{ env = "([A-Z_]+)" \}', re.MULTILINE)


def places(text: str) -> set[tuple[str, str, str]]:
    """Kind, setting and name of every variable that a text declares for a channel."""
    return {
        (kind[1], *found)
        for block in _BLOCK.findall(text)
        if (kind := _KIND.search(block))
        for found in _PLACE.findall(block)
    }


def test_every_page_and_what_is_pasted_name_the_same_variables() -> None:
    pasted = {found[:2]: found[2] for kind in KINDS for found in places(setup.piece(kind))}
    told = {(page.name, *found) for page in PAGES for found in places(page.read_text())}
    assert len(told) > len(pasted) > 8
    assert {one for one in told if pasted.get(one[1:3], one[3]) != one[3]} == set()


@pytest.mark.parametrize("kind", ["discord", "matrix", "mattermost", "slack", "telegram"])
def test_a_chat_is_pasted_with_the_room_that_its_steps_speak_of(kind: str) -> None:
    assert 'room = "' in setup.piece(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_is_never_told_as_if_it_were_declared(kind: str) -> None:
    """The room of what is to be pasted is nobody's; and no line ends in a blank."""
    said = setup.told(kind, None)
    assert "The room is" not in said
    assert [line for line in said.splitlines() if line != line.rstrip()] == []
    assert "put it into the\n" not in said


def test_open_topics_of_ntfy_need_no_token_and_the_topic_is_the_contact() -> None:
    said = setup.told("ntfy", None)
    assert 'Write the topic as the person\'s contact: contacts = [{ channel = "ntfy"' in said
    assert "in the web app, Account, Access tokens" in said
    (pasted,) = tomllib.loads(setup.piece("ntfy"))["channels"]
    assert "token" not in pasted


def test_whom_mattermost_pages_by_mail_it_may_not_recognise_and_that_is_told() -> None:
    said = setup.told("mattermost", None)
    assert "writes is recognised by their id alone" in said
    assert "mail_is_verified = true" in said
    assert "give them a contact by mail or on the terminal, or it does not start" in said


@pytest.mark.parametrize("kind", ["teams", "ntfy", "googlechat", "mail"])
def test_where_links_are_wanted_their_page_is_named(kind: str) -> None:
    assert "docs/links.md" in setup.told(kind, None)


def test_where_a_room_of_matrix_has_its_id_is_told_first() -> None:
    assert "Room settings, Advanced, Internal room ID" in setup.told("matrix", None)


@pytest.mark.parametrize(
    ("typed", "said"), [("slak", 'Did you mean "slack"?'), ("zzz", "Channels: alertmanager, ")]
)
def test_a_kind_that_is_mistyped_is_answered_with_the_one_meant(
    typed: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        init(Path(typed))
    told = capsys.readouterr().err
    assert said in told
    assert all(kind in told for kind in KINDS)


@pytest.mark.parametrize("typed", ["Slack", "terminal", "Terminal"])
def test_a_kind_is_known_however_it_is_spelt(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    init(Path(typed))
    assert f"{typed.casefold()}: how it is set up" in capsys.readouterr().out


def test_what_is_written_first_says_how_people_act_from_their_mail() -> None:
    written = (ROOT / "config" / "example.toml").read_text()
    assert "# links = " in written
    assert "docs/links.md" in written


@pytest.mark.parametrize("kind", KINDS)
def test_who_needs_a_library_is_told_how_to_install_it(kind: str) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    wants = kind in project["optional-dependencies"]
    assert (f"pip install 'tocsin[{kind}]'" in setup.told(kind, None)) is wants


def test_every_kind_of_channel_can_be_set_up() -> None:
    assert set(KINDS) == channels.CHANNELS.keys()
    with pytest.raises(KeyError):
        setup.told("smoke signals", None)
    with pytest.raises(KeyError):
        setup.piece("smoke signals")


def test_who_has_no_address_there_yet_is_named() -> None:
    settings = firms.settings()
    people = (
        Person(name="ada", contacts=(Contact(channel="chat", to="a"),)),
        Person(name="ben"),
        Person(name="cy", active=False),
    )
    declared = settings.model_copy(update={"people": people})
    assert "Without a contact there: ada, ben." in setup.told("mail", declared)
    assert "Without a contact" not in setup.told("mail", None)


def test_where_people_are_found_by_mail_no_address_is_copied_by_hand() -> None:
    assert 'contacts = [{ channel = "mail" }]' in setup.told("mail", None)
    assert "mail address" not in setup.told("webhook", None)


def test_a_mistyped_kind_writes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(typer.Exit):
        init(Path("slak"))
    told = "".join(capsys.readouterr())
    assert 'slak is no kind of channel or source. Did you mean "slack"? ' in told
    assert list(tmp_path.iterdir()) == []
