"""Alertmanager: hands pages on as alerts, by its API v2."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import quote

from pydantic import AfterValidator, Field, model_validator

from config import ChannelSettings, Secret
from config.forms import form
from escalation.channel import Capabilities, Channel, ChannelRefused, Message, Receipt
from escalation.channels.alertmanager_alert import Labels, labels_of, notes_of, read_labels
from escalation.channels.pager import asking, must_be_a_page, news
from escalation.channels.posting import ask, check, revealed, safe_address, web_address
from listener.tools import Tools
from listener.wire import Reply

# Alertmanager keeps alerts in memory alone: one that was restarted hears of them again by then.
AGAIN = 120.0  # seconds
CAPABILITIES = Capabilities(update=True, pager=True, again_after=AGAIN)
# An end of our own, far away: after `resolve_timeout` (5 min by default) of our silence it would
# call answered what nobody has answered.
LASTS = timedelta(days=1)
REMEDIES = {
    400: "it refused the alert",
    401: 'it wants a name and password: write "username" and "password"',
    403: "it does not take the name and password",
    404: 'there is no Alertmanager with API v2 at "url"',
}

_LOGIN = form(
    r"[!-9;-~]{1,100}",
    "is no name to log in with",
    "Write at most 100 letters, digits and signs, without a blank or a colon",
)


class Settings(ChannelSettings):
    """One Alertmanager, and how to log in where it asks for that."""

    pages_only: ClassVar[bool] = True

    kind: Literal["alertmanager"] = "alertmanager"
    url: Annotated[str, Field(max_length=500), AfterValidator(web_address)]
    username: Annotated[str, _LOGIN] | None = None
    password: Secret | None = None
    room: None = None

    @model_validator(mode="after")
    def _a_password_travels_safely(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("give both username and password, or neither")
        if self.password is not None:
            safe_address(self.url)
        return self


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """Posts alerts, posts them again while they are asked, and ends them."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post an alert. The receipt is its labels, by which it is known there."""
        must_be_a_page(self.settings.name, message)
        labels = labels_of(self.settings.name, message)
        self._post(labels, message, message.link, LASTS, deadline)
        return Receipt(ref=self.known_as(message))

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """End it once somebody has it, which it cannot show; else post it again with its link."""
        name, labels = self.settings.name, read_labels(ref)
        if labels is None:
            raise ChannelRefused(f"{name}: no alert of ours has this reference")
        if news(labels["asking"], asking(name, message), message) is not None:
            self._post(labels, message, "", timedelta(), deadline)
        else:
            link = message.link or self._link_of(labels, deadline / 2)
            self._post(labels, message, link, LASTS, deadline / 2)
        return Receipt(ref=ref)

    def known_as(self, message: Message) -> str:
        """Its labels."""
        return json.dumps(labels_of(self.settings.name, message), sort_keys=True)

    def _link_of(self, labels: Labels, deadline: float) -> str:
        """The link of the alert as it stands there; "" where it was forgotten."""
        wanted = quote(f'asking="{labels["asking"]}"')
        reply = self._ask(f"?filter={wanted}", None, deadline)
        try:
            known = json.loads(reply.body)
            return next(str(one["generatorURL"]) for one in known if one["labels"] == labels)
        except (ValueError, TypeError, LookupError, StopIteration, RecursionError):
            return ""

    def _post(
        self, labels: Labels, message: Message, link: str, lasts: timedelta, deadline: float
    ) -> None:
        # Without a beginning it would take the end for one. It keeps the earliest that it knows.
        starts = self.now()
        alert = {
            "labels": labels,
            "annotations": notes_of(message),
            "startsAt": starts.isoformat(),
            "endsAt": (starts + lasts).isoformat(),
        }
        self._ask("", [alert | ({"generatorURL": link} if link else {})], deadline)

    def _ask(self, query: str, content: Any, deadline: float) -> Reply:
        name, settings = self.settings.name, self.settings
        headers = {}
        if settings.username is not None and settings.password is not None:
            password = revealed(name, self.tools, settings.password)
            pair = base64.b64encode(f"{settings.username}:{password}".encode()).decode()
            headers = {"Authorization": f"Basic {pair}"}
        url = f"{settings.url}/api/v2/alerts{query}"
        reply = ask(name, self.tools, url, content, deadline=deadline, headers=headers)
        check(name, reply, self.now(), REMEDIES)
        return reply


def build(settings: Settings, tools: Tools) -> Channel:
    """An Alertmanager channel. Raises ChannelRefused where its password is missing."""
    if settings.password is not None:
        revealed(settings.name, tools, settings.password)
    return Alertmanager(settings, tools, now=lambda: datetime.now(UTC))
