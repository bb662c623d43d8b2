"""Slack: cards in a room, pages as direct messages, both with buttons; and what is done there."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any, Literal

from pydantic import Field, field_validator

from config import ChannelSettings, MissingSecret, Secret
from escalation.channel import (
    AT_ONCE,
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Receipt,
)
from escalation.channels import rest
from escalation.channels.slack_answers import MEMBER, NO_THREAD, REF, SlackRefused, receipt
from escalation.channels.slack_blocks import content
from escalation.channels.slack_calls import Calls
from escalation.channels.slack_people import People
from escalation.channels.slack_people import wrong_address as wrong_address
from escalation.conversation import Take
from listener.deadline import MAX_UNFINISHED
from listener.tools import Tools

# One message a second to one room (docs.slack.dev, rate limits).
CAPABILITIES = Capabilities(
    update=True,
    thread=True,
    buttons=True,
    two_way=True,
    forms=True,
    confirms=True,
    by_mail=True,
    doubles=True,
    max_chars=3000,
    min_gap=1.0,
)
# Without the app-level token nothing that is pressed or written there comes back.
ONE_WAY = replace(CAPABILITIES, buttons=False, two_way=False, forms=False)

# Slack's documentation, "Tokens": what each kind begins with.
BOT_TOKEN, APP_TOKEN = "xoxb-", "xapp-"


class Settings(ChannelSettings):
    """A Slack workspace: the bot's token, the app-level token with which it hears, and the room
    that everyone sees."""

    kind: Literal["slack"] = "slack"
    token: Secret
    app_token: Secret | None = None
    api: str = Field(default="https://slack.com/api/", max_length=500)

    @field_validator("api")
    @classmethod
    def _the_token_stays_private(cls, api: str) -> str:
        return f"{rest.private_address(api)}/"


@dataclass(frozen=True, slots=True)
class Slack:
    """Posts and updates messages in one workspace, and hears what is done with them."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES
    people: People = field(default_factory=People, repr=False)

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post to a room or, with a member's id or mail address, to their direct messages."""
        return self._within(deadline, lambda: self._deliver(message, deadline))

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Replace the text of a message of ours."""
        place = self._place(ref)

        def work() -> Receipt:
            fields = {**place, **self._content(message, deadline)}
            return receipt(self.settings.name, self._calls.call("chat.update", fields, deadline))

        return self._within(deadline, work)

    def take_back(self, ref: str, *, deadline: float) -> None:
        """Delete a message of ours; what was written under it stays."""
        place = self._place(ref)
        try:
            self._calls.within(deadline, lambda: self._calls.call("chat.delete", place, deadline))
        except SlackRefused as error:
            if error.code != "message_not_found":
                raise

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear on a web socket of Slack's; see `escalation.conversation.Hearing`."""
        from escalation.channels.slack_socket import listen

        if self.settings.app_token is None:
            raise ChannelRefused(f"{self.settings.name}: hears nothing without `app_token`")
        listen(self._calls, self.settings.app_token, self.people, take, stopping)

    def _within(self, deadline: float, work: Callable[[], Receipt]) -> Receipt:
        # As many as are sent at once, and some that a server has left without an answer.
        return self._calls.within(deadline, work, most=AT_ONCE + MAX_UNFINISHED)

    def unvouched(self) -> str:
        """Why Slack tells nobody's mail address; see `escalation.conversation.Vouching`."""
        return self.people.trouble

    @property
    def _calls(self) -> Calls:
        known = self.settings
        return Calls(known.name, known.api, known.token, self.tools, self.now)

    def _place(self, ref: str) -> dict[str, str]:
        place = REF.fullmatch(ref)
        if place is None:
            raise ChannelRefused(f"{self.settings.name}: no message of ours has this reference")
        return {"channel": place[1], "ts": place[2]}

    def _deliver(self, message: Message, deadline: float) -> Receipt:
        fields = self._content(message, deadline)
        under = REF.fullmatch(message.under or "")
        if under is not None:
            try:
                return self._post({**fields, "channel": under[1], "thread_ts": under[2]}, deadline)
            except SlackRefused as error:
                if error.code not in NO_THREAD:  # a page stands by itself rather than not at all
                    raise
        to = self.people.member(message.to, self._calls, deadline)
        try:
            return self._post({**fields, "channel": to}, deadline)
        except SlackRefused as error:
            self.people.forget(message.to)
            if error.code != "channel_not_found" or not MEMBER.fullmatch(to):
                raise
        opened = self._calls.call("conversations.open", {"users": to}, deadline).get("channel")
        room = opened.get("id") if isinstance(opened, dict) else None
        return self._post({**fields, "channel": str(room)}, deadline)

    def _post(self, fields: dict[str, Any], deadline: float) -> Receipt:
        return receipt(self.settings.name, self._calls.call("chat.postMessage", fields, deadline))

    def _content(self, message: Message, deadline: float) -> dict[str, Any]:
        """A message as Slack takes it, in which a person is called by their id, if it is known."""
        if message.mention and "@" in message.mention:
            try:
                member = self.people.member(message.mention, self._calls, deadline)
            except (ChannelRefused, ChannelUnavailable):
                member = None
            message = replace(message, mention=member)
        return content(message)


def build(settings: Settings, tools: Tools) -> Channel:
    """A Slack channel. Raises ChannelRefused where a library or a token is missing."""
    libraries = ("slack_sdk", "slack_bolt") if settings.app_token else ("slack_sdk",)
    for library in libraries:
        if find_spec(library) is None:
            missing = library.replace("_", "-")
            raise ChannelRefused(
                f"{settings.name}: install {missing}, with: pip install 'tocsin[slack]'"
            )
    try:
        found = [tools.reveal(one) for one in filter(None, (settings.token, settings.app_token))]
    except MissingSecret as error:
        raise ChannelRefused(f"{settings.name}: {error}") from None
    if found[0].startswith(APP_TOKEN) or any(one.startswith(BOT_TOKEN) for one in found[1:]):
        raise ChannelRefused(
            f'{settings.name}: "token" begins with {BOT_TOKEN} and "app_token" with {APP_TOKEN}; '
            "they stand in each other's place"
        )
    able = CAPABILITIES if settings.app_token else ONE_WAY
    return Slack(settings, tools, lambda: datetime.now(UTC), able)
