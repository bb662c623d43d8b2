"""How a one-way channel is set up is said in steps, with the user's own names and no secret."""

import re
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from escalation import channels

ROOT = Path(__file__).parents[2]
KINDS = ("alertmanager", "apprise", "goalert", "googlechat", "ntfy", "pagerduty", "teams")
LONGEST = 110  # characters of a line that holds a name of the user's


def steps(kind: str, **more: Any) -> str:
    """The steps for the example of its page."""
    page = (ROOT / "docs" / "channels" / f"{kind}.md").read_text()
    [example] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    [declared] = tomllib.loads(example)["channels"]
    read = channels.settings_of(kind).model_validate({**declared, "name": "ours", **more})
    return str(import_module(f"tocsin.setup.{kind}").steps(read))


@pytest.mark.parametrize("kind", KINDS)
def test_the_steps_are_numbered_and_end_with_the_contact_and_the_link(kind: str) -> None:
    said = steps(kind)
    numbers = [int(found) for found in re.findall(r"^(\d+)\. ", said, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 'contacts = [{ channel = "ours"' in said
    assert "`links`" in said
    assert max(map(len, said.split("\n"))) <= LONGEST


@pytest.mark.parametrize("kind", KINDS)
def test_they_say_where_each_secret_goes(kind: str) -> None:
    more = {"username": "tocsin", "url": "https://am.example"} if kind == "alertmanager" else {}
    field = {"alertmanager": "password", "goalert": "key", "pagerduty": "key", "ntfy": "token"}
    secret = {field.get(kind, "url"): {"file": "/run/secrets/ours"}}
    assert "into\n   file /run/secrets/ours." in steps(kind, **more, **secret).replace(
        "into file", "into\n   file"
    )


def test_what_needs_no_secret_says_when_it_would() -> None:
    assert "No login is declared" in steps("alertmanager")
    assert "need no token" in steps("ntfy", token=None)
    assert "Use another server" not in steps("ntfy", server="https://ntfy.sh")
