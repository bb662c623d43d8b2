"""Slack: cards in a room, pages as direct messages, through a bot token."""

import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from importlib.util import find_spec
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from config import ChannelSettings, MissingSecret, Secret
from escalation import encode
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Receipt,
)
from escalation.channels.slack_answers import REF, reading, receipt
from escalation.channels.slack_blocks import blocks, fallback
from listener.deadline import within
from listener.tools import Tools
from listener.wire import WireError

# One message a second to one room (docs.slack.dev, rate limits).
CAPABILITIES = Capabilities(update=True, max_chars=3000, min_gap=1.0)
MAX_KEY = 500  # characters of a message's key that Slack keeps as metadata
# Never shown: the library's own log lines repeat what the server said.
_SILENT = logging.Logger("slack_sdk, silenced", logging.CRITICAL + 1)


class Settings(ChannelSettings):
    """A Slack workspace: the bot's token, and the room that everyone sees."""

    kind: Literal["slack"] = "slack"
    token: Secret
    api: str = Field(default="https://slack.com/api/", max_length=500)

    @field_validator("api")
    @classmethod
    def _the_token_stays_private(cls, api: str) -> str:
        parts = urlsplit(api)
        local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if not parts.hostname or not (
            parts.scheme == "https" or (parts.scheme == "http" and local)
        ):
            raise ValueError('"api" must begin with https://, or the token would travel in clear')
        return api


@dataclass(frozen=True, slots=True)
class Slack:
    """Posts and updates messages in one workspace."""

    settings: Settings
    tools: Tools
    now: Callable[[], datetime]
    capabilities: Capabilities = CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post to a room or, with a member's id, to their direct messages."""
        return self._call("chat.postMessage", {"channel": message.to}, message, deadline)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Replace the text of a message of ours."""
        place = REF.fullmatch(ref)
        if place is None:
            raise ChannelRefused(f"{self.settings.name}: no message of ours has this reference")
        return self._call("chat.update", {"channel": place[1], "ts": place[2]}, message, deadline)

    def _call(
        self, method: str, place: dict[str, str], message: Message, deadline: float
    ) -> Receipt:
        from slack_sdk.errors import SlackApiError, SlackClientError

        name = self.settings.name
        request = {**place, **_content(message)}
        client = self._client(deadline)
        try:
            answer = within(
                deadline, lambda: client.api_call(method, json=request), lane=f"slack {name}"
            )
        except SlackApiError as error:
            raise reading(name, error.response, self.now()) from None
        except WireError as error:
            raise ChannelUnavailable(str(error)) from None
        except OSError:
            raise ChannelUnavailable(f"{name}: Slack cannot be reached") from None
        # What a broken answer makes the library trip over; none of it is worth showing.
        except (SlackClientError, HTTPException, ValueError, TypeError, LookupError,
                AttributeError, RecursionError):  # fmt: skip
            raise ChannelUnavailable(f"{name}: Slack's answer cannot be read") from None
        return receipt(name, answer.data)

    def _client(self, deadline: float) -> Any:
        from slack_sdk import WebClient

        try:
            # Asked for at each message, so that a renewed token is used without a restart.
            token = self.tools.reveal(self.settings.token)
        except MissingSecret as error:
            raise ChannelRefused(f"{self.settings.name}: {error}") from None
        if not re.fullmatch(r"[!-~]+", token):
            raise ChannelRefused(
                f"{self.settings.name}: what stands in {self.settings.token} is no Slack token"
            )
        return WebClient(
            token,
            base_url=self.settings.api,
            timeout=math.ceil(deadline),
            user_agent_prefix=self.tools.user_agent,
            logger=_SILENT,
            retry_handlers=[],
        )


def build(settings: Settings, tools: Tools) -> Channel:
    """A Slack channel. Raises ChannelRefused where slack-sdk or the token is missing."""
    if find_spec("slack_sdk") is None:
        raise ChannelRefused(
            f"{settings.name}: install slack-sdk, with: pip install 'tocsin[slack]'"
        )
    try:
        tools.reveal(settings.token)
    except MissingSecret as error:
        raise ChannelRefused(f"{settings.name}: {error}") from None
    return Slack(settings, tools, now=lambda: datetime.now(UTC))


def _content(message: Message) -> dict[str, Any]:
    return {
        "text": fallback(message),
        "blocks": blocks(message),
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {
            "event_type": "tocsin_message",
            "event_payload": {"key": encode.cut(encode.one_line(message.key), MAX_KEY)},
        },
    }
