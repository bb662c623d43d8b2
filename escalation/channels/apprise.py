"""Apprise: plain text to any of the services that the library Apprise knows."""

import logging
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

from config import ChannelSettings, Secret
from escalation import encode
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
)
from escalation.channels.posting import revealed
from escalation.channels.short_text import OPEN, lines, title
from listener.deadline import MAX_UNFINISHED, within
from listener.tools import Tools
from listener.wire import WireError

MAX_TEXT = 1500  # characters; Discord, the tightest of the great ones, takes 2,000 with the title
AT_ONCE = 4  # what the services behind it take is not known
CAPABILITIES = Capabilities(max_chars=MAX_TEXT, at_once=AT_ONCE)
# Calls under way, and some that a service has left without an answer.
MOST = AT_ONCE + MAX_UNFINISHED


class Settings(ChannelSettings):
    """One service, by the address that Apprise gives it; it holds that service's keys."""

    kind: Literal["apprise"] = "apprise"
    url: Secret


@dataclass(frozen=True, slots=True)
class Apprise:
    """Notifies one service; each message goes through our own outbox first."""

    settings: Settings
    tools: Tools
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Notify once. The library says no more than whether the service took it."""
        name = self.settings.name
        url = revealed(name, self.tools, self.settings.url)
        told = {"title": title(message, encode.inert), "body": text(message)}
        told |= {"notify_type": "warning" if message.purpose is Purpose.PAGE else "info"}

        def notify() -> bool:
            service = _service(name, url, deadline)
            return bool(service.notify(**told, body_format="text", interpret_escapes=False))

        try:
            is_taken = within(deadline, notify, lane=f"apprise {name}", most=MOST)
        except ChannelRefused:
            raise
        except WireError as error:
            raise ChannelUnavailable(str(error)) from None
        except Exception as error:  # noqa: BLE001  a hundred services' code; its texts may hold keys
            raise ChannelUnavailable(f"{name}: Apprise failed ({type(error).__name__})") from None
        if not is_taken:
            raise ChannelUnavailable(f"{name}: the service did not take the message")
        return Receipt(ref=message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        raise ChannelRefused(f"{self.settings.name}: what Apprise has sent cannot be changed")


def build(settings: Settings, tools: Tools) -> Channel:
    """An Apprise channel. Raises ChannelRefused where the library or the address is missing."""
    if find_spec("apprise") is None:
        raise ChannelRefused(f"{settings.name}: install Apprise: pip install 'tocsin[apprise]'")
    revealed(settings.name, tools, settings.url)
    return Apprise(settings, tools)


def text(message: Message) -> str:
    """What is said, with our own link as it is and nothing else that a service could act on."""
    rows = encode.cut("\n".join(lines(message, encode.inert)), MAX_TEXT)
    return f"{OPEN}: {message.link}\n{rows}" if message.link else rows or "Tocsin"


def _service(name: str, url: str, deadline: float) -> Any:
    import apprise

    # Their lines say what is sent and where to, keys in part.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    asset = apprise.AppriseAsset(
        async_mode=False,
        app_id="Tocsin",
        storage_mode="memory",
        allow_templates=False,
        service_timeout=deadline,
    )
    service = apprise.Apprise(asset=asset)
    if not service.add(url) or len(service) != 1:
        raise ChannelRefused(f"{name}: Apprise knows no service of such an address")
    return service
