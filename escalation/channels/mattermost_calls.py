"""What Tocsin asks of a Mattermost server, and what its answers mean."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from escalation import encode
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels import rest
from escalation.retry_after import stated_wait
from listener.wire import Reply

NO_ADDRESS = "Mattermost knows people by mail address or id, rooms by id only"
ID = re.compile(r"[a-z0-9]{26}", re.ASCII)  # of a user, a channel and a post alike
_NAME = re.compile(r"[a-z0-9._-]{1,64}", re.ASCII)
_LATER = frozenset({408, 425, 429})


class Gone(ChannelRefused):
    """There is no such thing, or we may not see it. `status`: of the answer; 0: there was none."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Calls(rest.BotCalls):
    """Calls of one server."""

    platform: ClassVar[str] = "Mattermost"
    scheme: ClassVar[str] = "Bearer"

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """One request. Raises ChannelUnavailable, ChannelRefused, and of the latter Gone."""
        reply = self.reply(method, f"/api/v4{path}", body)
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
        elif not wrong_address(contact):
            path = f"/users/email/{quote(contact.encode('utf-8', 'replace'), safe='')}"
        else:
            raise Gone(f"{self.name}: {NO_ADDRESS}")
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


def wrong_address(to: str) -> str:
    """Why an address is that of no person and no room."""
    may = ID.fullmatch(to) or ("@" in to.strip("@") and len(to) <= 320)
    return "" if may else NO_ADDRESS


def once(*parts: str) -> str:
    """A `pending_post_id`: sent again within 30 s it is taken for the same post, and no second one
    is made (the server's `deduplicateCreatePost`; each node of a cluster by itself)."""
    return hashlib.sha256("\0".join(map(encode.legible, parts)).encode()).hexdigest()[:40]


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
        raise Gone(f"{name}: the channel is archived, or the message is gone", status)
    if status in (400, 404):
        raise Gone(f"{name}: Mattermost knows no such person, channel or message", status)
    if status == 403:
        why = "the bot may not do that there: add it to the team and to the channel"
        raise Gone(f"{name}: {why}", status)
    raise ChannelRefused(f"{name}: Mattermost refused the message ({status})")
