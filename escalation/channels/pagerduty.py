"""PagerDuty: hands pages on to a service, by its Events API v2."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from config import ChannelSettings, Secret
from escalation import encode
from escalation.channel import Capabilities, Channel, ChannelRefused, Message, Receipt, Stands
from escalation.channels.pager import asking, is_asking, must_be_a_page, news, severity
from escalation.channels.posting import ask, check, revealed, safe_address
from escalation.channels.short_text import OPEN, lines, title
from listener.tools import Tools

# PagerDuty, Events API v2 overview: 512 KB an event, a summary of 1,024 characters; ours are
# far below.
CAPABILITIES = Capabilities(update=True, pager=True, max_chars=1024)
TOLD = {Stands.OWNED: "acknowledge", Stands.OVER: "resolve"}
REMEDIES = {
    400: "it refused the event: look whether the integration key is one of Events API v2",
    401: "it does not know the integration key: copy it again from the service's integrations",
    403: "it does not take the integration key: copy it again from the service's integrations",
    404: 'there is no event interface at "api"',
}


class Settings(ChannelSettings):
    """One service of PagerDuty, by the key of its integration."""

    pages_only: ClassVar[bool] = True

    kind: Literal["pagerduty"] = "pagerduty"
    key: Secret
    api: Annotated[
        str, Field(default="https://events.pagerduty.com", max_length=500),
        AfterValidator(safe_address),
    ]  # fmt: skip
    room: None = None


@dataclass(frozen=True, slots=True)
class PagerDuty:
    """Triggers, acknowledges and resolves alerts of one service."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Trigger; the same that is asked again is added to the alert that is open."""
        name = self.settings.name
        must_be_a_page(name, message)
        ref = self.known_as(message)
        self._send({"event_action": "trigger", "dedup_key": ref, **_trigger(message)}, deadline)
        return Receipt(ref=ref)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Acknowledge or resolve, as the page's subject stands; else there is nothing to say."""
        name = self.settings.name
        if not is_asking(ref):
            raise ChannelRefused(f"{name}: no alert of ours has this reference")
        told = news(ref, asking(name, message), message)
        if told is not None:
            self._send({"event_action": TOLD[told], "dedup_key": ref}, deadline)
        return Receipt(ref=ref)

    def known_as(self, message: Message) -> str:
        """The key under which what is asked is one alert."""
        return asking(self.settings.name, message)

    def _send(self, event: dict[str, Any], deadline: float) -> None:
        name, settings = self.settings.name, self.settings
        event["routing_key"] = revealed(name, self.tools, settings.key)
        url = f"{settings.api}/v2/enqueue"
        check(name, ask(name, self.tools, url, event, deadline=deadline), self.now(), REMEDIES)


def build(settings: Settings, tools: Tools) -> Channel:
    """A PagerDuty channel. Raises ChannelRefused where its key is missing."""
    revealed(settings.name, tools, settings.key)
    return PagerDuty(settings, tools, now=lambda: datetime.now(UTC))


def _trigger(message: Message) -> dict[str, Any]:
    page: dict[str, Any] = {
        "payload": {
            "summary": title(message, encode.unlinked),
            "source": "Tocsin",
            "severity": severity(message),
            "class": encode.unlinked(encode.one_line(message.subject))[:100],
            "custom_details": {"what to know": lines(message, encode.unlinked)},
        },
        "client": "Tocsin",
    }
    if message.link:
        page |= {"client_url": message.link, "links": [{"href": message.link, "text": OPEN}]}
    return page
