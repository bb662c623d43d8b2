"""The registry of channels: one line each, imported only when it is used.

Each module offers `Settings` (a config.ChannelSettings with its own fields), `CAPABILITIES` (what
the kind can do at most) and `build(settings, tools) -> Channel`. Where the form of an address says
that it can never work, it also offers `wrong_address(to) -> str`: why, or "".
"""

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from config import ChannelSettings
from escalation.channel import Capabilities, Channel
from listener.tools import Tools

CHANNELS: Mapping[str, str] = {
    "alertmanager": "escalation.channels.alertmanager",
    "apprise": "escalation.channels.apprise",
    "discord": "escalation.channels.discord",
    "goalert": "escalation.channels.goalert",
    "googlechat": "escalation.channels.googlechat",
    "mail": "escalation.channels.mail",
    "matrix": "escalation.channels.matrix",
    "mattermost": "escalation.channels.mattermost",
    "ntfy": "escalation.channels.ntfy",
    "pagerduty": "escalation.channels.pagerduty",
    "slack": "escalation.channels.slack",
    "teams": "escalation.channels.teams",
    "telegram": "escalation.channels.telegram",
    "terminal": "escalation.channels.terminal",
    "webhook": "escalation.channels.webhook",
}


def settings_of(kind: str) -> type[ChannelSettings]:
    """The settings that a kind of channel declares. Raises KeyError for an unknown kind."""
    return cast("type[ChannelSettings]", import_module(CHANNELS[kind]).Settings)


def capabilities_of(kind: str) -> Capabilities:
    """What a kind of channel can do at most. Raises KeyError for an unknown kind."""
    return cast("Capabilities", import_module(CHANNELS[kind]).CAPABILITIES)


def wrong_address(kind: str, to: str) -> str:
    """Why a person's or a room's address can never work on a kind of channel, in the words in which
    that refuses it; "" where nothing is seen of that. Raises KeyError for an unknown kind."""
    told = getattr(import_module(CHANNELS[kind]), "wrong_address", None)
    return told(to) if callable(told) else ""


def build(settings: ChannelSettings, tools: Tools) -> Channel:
    """Make a channel ready. Raises ChannelRefused where its library or key is missing."""
    return cast("Channel", import_module(CHANNELS[settings.kind]).build(settings, tools))
