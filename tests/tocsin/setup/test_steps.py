"""The steps of setting a channel up name what is declared, and nothing secret."""

from collections.abc import Callable
from typing import Any

import pytest

from config import Secret
from escalation import channels
from tocsin.setup import discord, mattermost, telegram

KINDS: list[tuple[str, Callable[[Any], str], dict[str, Any]]] = [
    ("discord", discord.steps, {}),
    ("mattermost", mattermost.steps, {"url": "https://chat.example"}),
    ("telegram", telegram.steps, {}),
]


@pytest.mark.parametrize(("kind", "steps", "more"), KINDS, ids=[one[0] for one in KINDS])
def test_the_steps_name_what_is_declared_and_what_is_not_yet(
    kind: str, steps: Callable[[Any], str], more: dict[str, Any]
) -> None:
    def told(**given: Any) -> str:
        secret = Secret(env="THE_TOKEN")
        made = channels.settings_of(kind)(name="the chat", kind=kind, token=secret, **more, **given)
        return steps(made)

    assert 'channel = "the chat"' in told()
    assert "THE_TOKEN" in told()
    assert "as `room`" in told()
    assert 'The room is "17"' in told(room="17")
    assert [line[:2] for line in told().splitlines() if line[:1].isdigit()] == [
        f"{number}." for number in range(1, 7 + (kind == "discord"))
    ]


def test_the_invitation_to_discord_is_the_one_on_its_page() -> None:
    assert discord.PERMISSIONS == 68608
