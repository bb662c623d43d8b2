"""What Tocsin asks of a Mattermost server, and what its answers mean."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from config import Secret
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels import rest
from escalation.retry_after import stated_wait
from listener.tools import Tools
from listener.wire import Reply

ID = re.compile(r"[a-z0-9]{26}", re.ASCII)  # of a user, a channel and a post alike
_NAME = re.compile(r"[a-z0-9._-]{1,64}", re.ASCII)
LEAST = 0.05  # seconds; the last call of many is tried even so
_LATER = frozenset({408, 425, 429})


class Gone(ChannelRefused):
    """There is no such thing, or we may not see it."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one server that together end by one instant.

    ends   of `time.monotonic`.
    known  what was asked before and does not change: ids, and the channels they lead to.
    """

    tools: Tools
    name: str
    url: str
    token: Secret
    ends: float
    known: dict[str, str]

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """One request. Raises ChannelUnavailable, ChannelRefused, and of the latter Gone."""
        token = rest.revealed(self.tools, self.name, self.token, "Mattermost")
        reply = rest.ask(
            self.tools,
            self.name,
            method,
            f"{self.url}/api/v4{path}",
            platform="Mattermost",
            headers={"Authorization": f"Bearer {token}"},
            body=body,
            deadline=max(LEAST, self.ends - time.monotonic()),
        )
        _check(self.name, reply)
        return reply

    def me(self) -> str:
        """The bot's own id."""
        return self.known.get("me") or self.asked_me()

    def asked_me(self) -> str:
        """The same, asked anew: a renewed token may be another bot's."""
        found = self._id(rest.found_in(self.ask("GET", "/users/me").body))
        self.known["me"] = found
        return found

    def user(self, contact: str) -> dict[str, Any]:
        """A person by their id or mail address. Raises Gone, and ChannelRefused for who left."""
        if ID.fullmatch(contact):
            path = f"/users/{contact}"
        elif "@" in contact.strip("@") and len(contact) <= 320:
            path = f"/users/email/{quote(contact.encode('utf-8', 'replace'), safe='')}"
        else:
            raise Gone(
                f"{self.name}: Mattermost knows people by mail address or id, rooms by id only"
            )
        found = rest.found_in(self.ask("GET", path).body)
        self._id(found)
        if found.get("delete_at"):
            raise ChannelRefused(f"{self.name}: the person's account is deactivated")
        return found

    def username(self, contact: str) -> str:
        """How a person is called there, without the @; "" where it cannot be said."""
        found = self.user(contact).get("username")
        return found if isinstance(found, str) and _NAME.fullmatch(found) else ""

    def place(self, to: str) -> str:
        """The channel of an address: of a person, their direct one. A room is its own."""
        if to not in self.known:
            try:
                found = self.direct(self._id(self.user(to)))
            except Gone:
                if not ID.fullmatch(to):
                    raise
                found = to
            self.known[to] = found
        return self.known[to]

    def direct(self, user: str) -> str:
        """The channel in which we talk to one person alone."""
        key = f"{rest.DIRECT}{user}"
        if key not in self.known:
            body = self.ask("POST", "/channels/direct", [self.me(), user]).body
            found = self._id(rest.found_in(body))
            rest.keep_direct(self.known, user, found)
            return found
        return self.known[key]

    def made(self, reply: Reply) -> str:
        """Id of the post that an answer tells of."""
        return self._id(rest.found_in(reply.body))

    def _id(self, found: dict[str, Any]) -> str:
        one = found.get("id")
        if not isinstance(one, str) or not ID.fullmatch(one):
            raise ChannelUnavailable(f"{self.name}: Mattermost's answer cannot be read")
        return one


def _check(name: str, reply: Reply) -> None:
    """Raise unless it was done. Nothing of the answer is repeated."""
    status = reply.status
    if 200 <= status < 300:
        return
    if status in _LATER or status >= 500 or 300 <= status < 400:
        headers = reply.headers
        said = headers.get("retry-after") or headers.get("x-ratelimit-reset")
        wait = stated_wait(said, datetime.now(UTC)) if status == 429 else None
        raise ChannelUnavailable(f"{name}: Mattermost is not available ({status})", wait)
    if status == 401:
        raise ChannelRefused(
            f"{name}: Mattermost refused the token: make a new one for the bot and put it where "
            "`token` points"
        )
    if "deleted" in str(rest.found_in(reply.body).get("id", "")):
        raise Gone(f"{name}: the channel is archived, or the message is gone")
    if status in (400, 404):
        raise Gone(f"{name}: Mattermost knows no such person, channel or message")
    if status == 403:
        raise Gone(f"{name}: the bot may not do that there: add it to the team and to the channel")
    raise ChannelRefused(f"{name}: Mattermost refused the message ({status})")
