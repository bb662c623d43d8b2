"""How a channel is set up is told whole: what to paste is right, and no secret is asked for."""

import re
import tomllib
from pathlib import Path

import pytest

from config import Contact, Person
from config.fields import Declared
from config.load import load
from config.secrets import Secret
from escalation import channels
from tests import firm as firms
from tocsin import setup
from tocsin.catalogue import catalogue

KINDS = setup.kinds()
WITHOUT_STEPS = {"terminal", "slack"}  # the one needs none
FILE = """\
fallback_executive = "grace"
brands = [{ name = "Acme Airways" }]
people = [{ name = "ada", contacts = [{ channel = "terminal", to = "ada" }] },
          { name = "grace", contacts = [{ channel = "terminal", to = "grace" }] }]
teams = [{ name = "care", members = ["ada", "grace"] }]
"""


def pasted(kind: str) -> str:
    """The piece of the file that is to be pasted."""
    said = setup.steps(kind, None)
    found = re.search(r"^\[\[channels\]\]\n(?:[a-z_]+ = .*\n)+", said, re.MULTILINE)
    assert found is not None, said
    return found[0]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_to_be_pasted_is_a_channel_of_that_kind(kind: str, tmp_path: Path) -> None:
    (declared,) = tomllib.loads(pasted(kind))["channels"]
    assert declared["kind"] == kind
    file = tmp_path / "tocsin.toml"
    file.write_text(f'{FILE}\n{pasted(kind)}\n[[channels]]\nkind = "terminal"\n')
    settings = load(file, catalogue(), secrets=False, database=False).settings
    assert [channel.kind for channel in settings.channels] == [kind, "terminal"]


@pytest.mark.parametrize("kind", KINDS)
def test_of_each_secret_it_is_said_where_to_put_it_and_its_value_is_never_asked(kind: str) -> None:
    said = setup.steps(kind, None)
    (declared,) = tomllib.loads(pasted(kind))["channels"]
    settings: type[Declared] = channels.settings_of(kind)
    secrets = [name for name, one in settings.model_fields.items() if one.annotation is Secret]
    for name in secrets:
        place = declared[name].get("env") or declared[name].get("file")
        assert said.count(place) >= 2, f"{place} is where the value goes, and that is said"
    assert "test-alert" in said, "it ends with trying it"
    assert f"docs/channels/{kind}.md" in said


def test_every_kind_of_channel_can_be_set_up() -> None:
    assert set(KINDS) >= channels.CHANNELS.keys() - WITHOUT_STEPS
    with pytest.raises(KeyError):
        setup.steps("smoke signals", None)


def test_who_has_no_address_there_yet_is_named() -> None:
    settings = firms.settings()
    people = (
        Person(name="ada", contacts=(Contact(channel="chat", to="a"),)),
        Person(name="ben"),
        Person(name="cy", active=False),
    )
    declared = settings.model_copy(update={"people": people})
    assert setup.steps("mail", declared).endswith("Without a contact there: ada, ben.\n")
    assert "Without a contact" not in setup.steps("mail", None)
