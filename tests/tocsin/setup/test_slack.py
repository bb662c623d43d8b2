"""What sets Slack up asks for no more than is used, and says every step for what is declared."""

import json
import re
from pathlib import Path

from config import Secret
from escalation.channels.slack import Settings
from tocsin.setup.slack import EVENTS, SCOPES, manifest, steps

PAGE = Path(__file__).parents[3] / "docs" / "channels" / "slack.md"


def declared(**more: object) -> Settings:
    return Settings(name="desk", token=Secret(env="BOT"), **more)  # type: ignore[arg-type]


def test_the_manifest_switches_on_what_is_needed_and_nothing_else() -> None:
    made = json.loads(manifest())
    assert made["settings"]["socket_mode_enabled"]
    assert made["settings"]["interactivity"] == {"is_enabled": True}
    assert made["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert made["settings"]["event_subscriptions"] == {"bot_events": list(EVENTS)}
    assert made["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    # What Slack takes: 35 characters of a name, 140 of a description.
    shown = made["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140


def test_every_scope_is_explained_on_the_page() -> None:
    table = PAGE.read_text().partition("| scope |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"`([a-z:.]+)`", table)) == sorted(SCOPES)


def test_the_steps_name_where_the_secrets_go_and_what_people_write() -> None:
    said = steps(declared(app_token=Secret(file="/run/secrets/app"), room="C024BE91L"))
    for part in (manifest(), "environment variable BOT", "file /run/secrets/app", "C024BE91L"):
        assert part in said
    assert 'channel = "desk"' in said


def test_what_is_not_declared_yet_is_asked_for() -> None:
    said = steps(declared())
    assert "declare it as `app_token`" in said
    assert "Declare it as `room`" in said
