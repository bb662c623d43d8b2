"""Calls of Slack's Web API: within a deadline, with the token of now, read for what they mean."""

import logging
import math
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any, TypeVar

from config import MissingSecret, Secret
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.slack_answers import reading
from escalation.channels.unreached import unreached
from listener.deadline import MAX_UNFINISHED, within
from listener.tools import Tools
from listener.wire import WireError

# Never shown: the libraries' own log lines repeat what the server said.
SILENT = logging.Logger("slack, silenced", logging.CRITICAL + 1)
# These take no JSON (docs.slack.dev, the pages of the methods).
_AS_FORM = ("users.info", "users.lookupByEmail", "auth.test", "apps.connections.open")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Calls:
    """What one workspace's app may ask of Slack.

    name  of the channel, for errors; api: Slack's address; token: where the bot's token is kept.
    """

    name: str
    api: str
    token: Secret
    tools: Tools
    now: Callable[[], datetime]

    def within(
        self,
        deadline: float,
        work: Callable[[], Found],
        *,
        lane: str = "",
        most: int = MAX_UNFINISHED,
    ) -> Found:
        """Do some calls, all of them within `deadline` seconds.

        lane, most  what fills up, and with how many, without hindering others (see
                    `listener.deadline`).
        """
        try:
            return within(deadline, work, lane=f"slack {self.name} {lane}".rstrip(), most=most)
        except WireError as error:
            raise ChannelUnavailable(str(error)) from None

    def call(
        self, method: str, fields: dict[str, Any], timeout: float, token: Secret | None = None
    ) -> dict[str, Any]:
        """Call a method once and return its answer.

        timeout  seconds that each single read may take; the whole is bounded by `within`.
        Raises ChannelUnavailable or ChannelRefused, which hold nothing of the answer but its code.
        """
        from slack_sdk.errors import SlackClientError

        client = self.client(token or self.token, timeout)
        way = "params" if method in _AS_FORM else "json"
        try:
            data = client.api_call(method, **{way: fields}).data
            return data if isinstance(data, dict) else {}
        # What a broken answer makes the library trip over, too; none of it is worth showing.
        except (SlackClientError, OSError, HTTPException, ValueError, TypeError, LookupError,
                AttributeError, RecursionError) as error:  # fmt: skip
            failed = self._meaning(error)
            # Its frames keep the library's sockets open until some later garbage collection.
            traceback.clear_frames(error.__traceback__)
        raise failed

    def _meaning(self, error: Exception) -> ChannelUnavailable | ChannelRefused:
        from slack_sdk.errors import SlackApiError

        if isinstance(error, SlackApiError):
            return reading(self.name, error.response, self.now())
        if isinstance(error, OSError):
            why = unreached(self.api, error)
            return ChannelUnavailable(f"{self.name}: Slack cannot be reached: {why}")
        return ChannelUnavailable(f"{self.name}: Slack's answer cannot be read")

    def client(self, token: Secret, timeout: float) -> Any:
        """Slack's own client, which tries nothing again. Raises ChannelRefused for what is no
        token."""
        from slack_sdk import WebClient

        return WebClient(
            self.revealed(token),
            base_url=self.api,
            timeout=math.ceil(timeout),
            user_agent_prefix=self.tools.user_agent,
            logger=SILENT,
            retry_handlers=[],
        )

    def revealed(self, secret: Secret) -> str:
        """A token. Asked for at each use, so that a renewed one is used without a restart."""
        try:
            token = self.tools.reveal(secret)
        except MissingSecret as error:
            raise ChannelRefused(f"{self.name}: {error}") from None
        if not re.fullmatch(r"[!-~]+", token):
            raise ChannelRefused(f"{self.name}: what stands in {secret} is no Slack token")
        return token
