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
WITHOUT_STEPS = {"terminal"}  # it needs none
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
    file.write_text(f'{FILE}\n{setup.piece(kind)}\n[[channels]]\nkind = "terminal"\n')
    settings = load(file, catalogue(), secrets=False, database=False).settings
    assert [channel.kind for channel in settings.channels] == [kind, "terminal"]
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
    assert set(KINDS) >= channels.CHANNELS.keys() - WITHOUT_STEPS
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
    assert "slak is no kind of channel. Known: " in "".join(capsys.readouterr())
    assert list(tmp_path.iterdir()) == []
