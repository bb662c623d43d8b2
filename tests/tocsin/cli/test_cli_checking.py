"""`tocsin check` tells everything that is wrong in one go, and what can never work with it."""

from pathlib import Path
from typing import Any

import pytest

from tests.small_firm import SMALL_FIRM

CHATS = """\
[[channels]]
kind = "matrix"
homeserver = "https://matrix.example"
token = { env = "TOCSIN_TEST_MATRIX" }
room = "care"
[[channels]]
kind = "teams"
colour = "red"
url = { env = "TOCSIN_TEST_TEAMS" }
[[channels]]
kind = "slack"
token = { env = "TOCSIN_TEST_BOT" }
app_token = { env = "TOCSIN_TEST_APP" }
[[channels]]
kind = "telegram"
token = { env = "TOCSIN_TEST_TELEGRAM" }
room = "@care"
"""


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MATRIX", "TEAMS", "BOT", "APP", "TELEGRAM"):
        monkeypatch.delenv(f"TOCSIN_TEST_{name}", raising=False)


def checked(tocsin: Any, folder: Path, text: str) -> str:
    (folder / "tocsin.toml").write_text(text)
    said = tocsin("check")
    assert said.code == 2
    return str(said.err)


def test_a_missing_secret_is_told_beside_what_else_is_wrong_in_its_table(
    tocsin: Any, tmp_path: Path
) -> None:
    said = checked(tocsin, tmp_path, SMALL_FIRM + CHATS)
    assert 'tocsin.toml:19: channel "matrix", room: ' in said
    assert 'tocsin.toml:22: channel "teams", colour: unknown key' in said
    for name in ("MATRIX", "TEAMS", "BOT", "APP", "TELEGRAM"):
        assert f"environment variable TOCSIN_TEST_{name} is not set" in said
    assert 'tocsin.toml:31: channel "telegram", room: Telegram knows chats by their numeric' in said
    assert "8 problems in " in said


def test_what_a_secret_cannot_be_is_told_beside_what_else_is_wrong(
    tocsin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("MATRIX", "syt_1"),
        ("TEAMS", "notaurl"),
        ("BOT", "xapp-1"),
        ("APP", "xoxb-1"),
        ("TELEGRAM", "1:a"),
    ):
        monkeypatch.setenv(f"TOCSIN_TEST_{name}", value)
    said = checked(tocsin, tmp_path, SMALL_FIRM + CHATS)
    assert "TOCSIN_TEST_TEAMS is no address that begins with https://" in said
    assert "each other's place" in said
    assert "notaurl" not in said
    lines = [int(one.partition(":")[2].partition(":")[0]) for one in said.splitlines()[:-1]]
    assert lines == sorted(lines)
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("kind", "to", "why"),
    [
        ("telegram", "@ada", "Telegram knows chats by their numeric id only"),
        ("telegram", "-1001234567890", ""),
        ("discord", "ada#1234", "Discord knows people and channels by their id only"),
        ("discord", "80351110224678912", ""),
        ("mattermost", "town-square", "Mattermost knows people by mail address or id, rooms by id"),
        ("mattermost", "ada@acme.example", ""),
        ("mattermost", "4xp9fdt77pncbef59f4k1qe83o", ""),
        ("matrix", "ada", "no Matrix address. Write @ada:example.org, !room:example.org or #room"),
        ("matrix", "@ada:example.org", ""),
        ("ntfy", "a topic", "a topic is 1 to 64 letters, digits, hyphens and underscores"),
        ("ntfy", "tocsin-1", ""),
        ("mail", "Ada <ada@acme.example>", "the contact's address is no plain mail address"),
        ("mail", "ada@acme.example", ""),
        (
            "slack",
            "general",
            "no address of Slack's. Write a person's member id (U024BE7LH",
        ),
        ("slack", "@ada", "a room's id (C024BE91L) or #name"),
        ("slack", "u024be7lh", "no address of Slack's"),
        ("slack", "#The Room", "no address of Slack's"),
        ("slack", "https://acme.slack.com/archives/C024BE91L", "no address of Slack's"),
        ("slack", "U024BE7LH", ""),
        ("slack", "W012A3CDE", ""),
        ("slack", "C024BE91L", ""),
        ("slack", "G024BE91L", ""),
        ("slack", "D024BE91L", ""),
        ("slack", "#care-de", ""),
        ("slack", "ada@acme.example", ""),
        ("terminal", "anything", ""),
    ],
)
@pytest.mark.parametrize("place", ["people", "rooms"])
def test_an_address_that_can_never_work_is_told_at_its_line(
    tocsin: Any, tmp_path: Path, kind: str, to: str, why: str, place: str
) -> None:
    """The file has another mistake as well, so that a check always says something."""
    contact = f'{{ channel = "desk", to = "{to}" }}'
    text = SMALL_FIRM + f'[[channels]]\nkind = "{kind}"\nname = "desk"\nmistake = 1\n'
    if place == "people":
        text = text.replace('{ channel = "terminal", to = "ada" }', contact)
    else:
        text = text.replace('"grace"]\n', f'"grace"]\nrooms = [{contact}]\n')
    said = checked(tocsin, tmp_path, text)
    line = 6 if place == "people" else 13
    told = [one for one in said.splitlines() if f"tocsin.toml:{line}: " in one]
    assert bool(told) is bool(why)
    assert why in "".join(told)


def test_of_an_address_shared_by_all_who_hear_of_self_harm_the_line_and_the_people_are_told(
    tocsin: Any, tmp_path: Path
) -> None:
    said = checked(tocsin, tmp_path, SMALL_FIRM.replace('to = "grace"', 'to = "ada"'))
    assert (
        "nobody would be told of signs of self-harm: ada and grace have the same address on "
        "terminal. Give each their own"
    ) in said
    assert "tocsin.toml:6: " in said


def test_where_only_a_room_would_hear_of_self_harm_that_is_told(
    tocsin: Any, tmp_path: Path
) -> None:
    """Each has an address of their own, and both are rooms."""
    rooms = 'rooms = [{ channel = "terminal", to = "ada" }, { channel = "terminal", to = "grace" }]'
    said = checked(tocsin, tmp_path, SMALL_FIRM.replace('"grace"]\n', f'"grace"]\n{rooms}\n'))
    assert "self-harm: the address of ada on terminal is a room. Give them one of their own" in said


def test_a_secret_in_a_file_is_looked_for_beside_the_configuration(
    tocsin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole path is told, because `check` may be typed in another folder."""
    slack = '[[channels]]\nkind = "slack"\ntoken = { file = "secret.txt" }\n'
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    path = tmp_path / "tocsin.toml"
    path.write_text(SMALL_FIRM + slack)
    said = tocsin("check", "--config", path)
    missing = f"secret file {tmp_path / 'secret.txt'} cannot be read: there is no such file"
    assert missing in said.err
    path.write_text(SMALL_FIRM + slack.replace("secret.txt", "~nobody-of-that-name/secret.txt"))
    assert "the secret is not there" in tocsin("check", "--config", path).err
    path.write_text(SMALL_FIRM + slack)
    (tmp_path / "secret.txt").write_text("xoxb-1")
    assert tocsin("check", "--config", path).code == 0
