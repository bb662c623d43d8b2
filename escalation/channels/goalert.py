"""GoAlert: hands pages on to a service, by a generic API integration key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from config import ChannelSettings, Secret
from escalation import encode
from escalation.channel import Capabilities, Channel, ChannelRefused, Message, Receipt
from escalation.channels.pager import asking, is_asking, must_be_a_page, news
from escalation.channels.posting import ask, check, revealed, safe_address
from escalation.channels.short_text import OPEN, lines, title
from listener.tools import Tools

# GoAlert cuts a summary at 1,024 characters and details at 6 KiB (alert/alert.go).
CAPABILITIES = Capabilities(update=True, pager=True, max_chars=1024)
MAX_DETAILS = 6 * 1024  # bytes
REMEDIES = {
    400: "it refused the alert",
    401: "it does not know the key: copy it again from the service's integration keys",
    403: "it does not take the key: make a generic API key for the service",
    404: 'there is no GoAlert at "url"',
}


class Settings(ChannelSettings):
    """One service of a GoAlert, by the key of its integration."""

    pages_only: ClassVar[bool] = True

    kind: Literal["goalert"] = "goalert"
    url: Annotated[str, Field(max_length=500), AfterValidator(safe_address)]
    key: Secret
    room: None = None


@dataclass(frozen=True, slots=True)
class GoAlert:
    """Opens and closes alerts of one service."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Open an alert; the same that is asked again is counted on the one that is open."""
        name = self.settings.name
        must_be_a_page(name, message)
        ref = self.known_as(message)
        self._send({"dedup": ref, **_alert(message)}, deadline)
        return Receipt(ref=ref)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Close it once somebody has it: no key can acknowledge, and an open alert would go on
        ringing although it was answered here."""
        name = self.settings.name
        if not is_asking(ref):
            raise ChannelRefused(f"{name}: no alert of ours has this reference")
        if news(ref, asking(name, message), message) is not None:
            self._send({"dedup": ref, "action": "close", **_alert(message)}, deadline)
        return Receipt(ref=ref)

    def known_as(self, message: Message) -> str:
        """The key under which what is asked is one alert."""
        return asking(self.settings.name, message)

    def _send(self, alert: dict[str, Any], deadline: float) -> None:
        name, settings = self.settings.name, self.settings
        key = {"Authorization": f"Bearer {revealed(name, self.tools, settings.key)}"}
        url = f"{settings.url}/api/v2/generic/incoming"
        reply = ask(name, self.tools, url, alert, deadline=deadline, headers=key)
        check(name, reply, self.now(), REMEDIES)


def build(settings: Settings, tools: Tools) -> Channel:
    """A GoAlert channel. Raises ChannelRefused where its key is missing."""
    revealed(settings.name, tools, settings.key)
    return GoAlert(settings, tools, now=lambda: datetime.now(UTC))


def _alert(message: Message) -> dict[str, str]:
    # GoAlert shows details as Markdown; two line ends make a new paragraph.
    details = encode.cut_bytes("\n\n".join(lines(message, encode.inert)), MAX_DETAILS - 1000)
    if message.link:
        details = f"[{OPEN}]({message.link})\n\n{details}"
    return {"summary": title(message, encode.inert), "details": details}
