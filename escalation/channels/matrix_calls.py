"""Calls to a Matrix homeserver: one errand of several requests, which ends by its deadline."""

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from config import MissingSecret, Secret
from escalation import encode
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels.matrix_answers import reading
from escalation.channels.unreached import unreached
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, WireError

API, MEDIA = "/_matrix/client/", "/_matrix/media/v3/"
MAX_ANSWER = 8 * 1024 * 1024  # bytes; a sync of a busy room is the longest
# Client-server API, appendix "Identifier grammar"; at most 255 bytes each.
_SERVER = r"[A-Za-z0-9.:\[\]-]{1,230}"
PERSON = re.compile(rf"@[!-9;-~]{{1,200}}:{_SERVER}")
ROOM = re.compile(rf"![!-9;-~]{{1,200}}(?::{_SERVER})?")
ALIAS = re.compile(rf"#[^\s:\x00-\x1f\ud800-\udfff]{{1,200}}:{_SERVER}")
EVENT = re.compile(r"\$[!-{}~]{1,254}")
# Content repository, "Matrix Content (mxc://) URIs".
PLACE = re.compile(rf"mxc://{_SERVER}/[A-Za-z0-9_-]{{1,200}}", re.ASCII)
REF = re.compile(r"(![!-{}~]{1,254})\|(\$[!-{}~]{1,254})")


def wrong_address(to: str) -> str:
    """Why an address is that of no person and no room."""
    if PERSON.fullmatch(to) or ROOM.fullmatch(to) or ALIAS.fullmatch(to):
        return ""
    return "no Matrix address; write @ada:example.org, !room:example.org or #room:example.org"


@dataclass(frozen=True, slots=True)
class Homeserver:
    """A homeserver, and the token of our account there."""

    name: str  # of the channel, for errors
    address: str
    token: Secret
    tools: Tools
    now: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic

    def errand(self, deadline: float) -> "Errand":
        """Requests that end, all together, within `deadline` seconds."""
        return Errand(self, self.monotonic() + deadline)


@dataclass(frozen=True, slots=True)
class Errand:
    """Some requests, made for one purpose. `path`: its parts below the API's, the version first;
    each is quoted. All raise as `matrix_answers.reading` says."""

    server: Homeserver
    ends: float

    def get(self, *path: str, query: str = "") -> dict[str, Any]:
        """Ask for something. `query`: encoded already."""
        return self._ask("GET", path, None, query)

    def post(self, *path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Have something done."""
        return self._ask("POST", path, content)

    def put(self, *path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Put something where it belongs; with a transaction's id it is done once."""
        return self._ask("PUT", path, content)

    def upload(self, png: bytes, name: str) -> str:
        """Where the homeserver keeps a picture (content repository, "POST upload").

        Raises ChannelUnavailable or ChannelRefused.
        """
        place = f"{MEDIA}upload?filename={quote(name, safe='')}"
        found = self._request("POST", place, png, "image/png").get("content_uri")
        if not isinstance(found, str) or not PLACE.fullmatch(found):
            raise ChannelRefused(f"{self.server.name}: the homeserver names no place of a picture")
        return found

    def _ask(
        self, method: str, path: tuple[str, ...], content: dict[str, Any] | None, query: str = ""
    ) -> dict[str, Any]:
        place = "/".join(quote(part, safe="") for part in path)
        body = None if content is None else json.dumps(content).encode()
        return self._request(method, f"{API}{place}" + (f"?{query}" if query else ""), body)

    def _request(
        self, method: str, place: str, body: bytes | None, kind: str = "application/json"
    ) -> dict[str, Any]:
        server = self.server
        left = self.ends - server.monotonic()
        if left <= 0:
            raise ChannelUnavailable(f"{server.name}: the homeserver takes too long")
        url = f"{server.address.rstrip('/')}{place}"
        try:
            reply = server.tools.wire.request(
                method, url, headers=self._headers(kind), body=body, deadline=left, limit=MAX_ANSWER
            )
        except AddressRefused:
            raise ChannelRefused(
                f'{server.name}: "homeserver" is an address that may not be reached; one of this '
                'machine or of a private network must stand in "private_hosts", as "host:port"'
            ) from None
        except DeadlinePassed:
            raise ChannelUnavailable(f"{server.name}: the homeserver takes too long") from None
        except WireError as error:
            why = f"the homeserver cannot be reached: {unreached(url, error)}"
            raise ChannelUnavailable(f"{server.name}: {why}") from None
        return reading(server.name, reply, server.now())

    def _headers(self, kind: str) -> dict[str, str]:
        server = self.server
        try:
            # Asked for at each request, so that a renewed token is used without a restart.
            token = server.tools.reveal(server.token)
        except MissingSecret as error:
            raise ChannelRefused(f"{server.name}: {error}") from None
        if not re.fullmatch(r"[!-~]+", token):
            raise ChannelRefused(f"{server.name}: what stands in {server.token} is no Matrix token")
        return {
            "Authorization": f"Bearer {token}",
            "Content-Type": kind,
            "User-Agent": server.tools.user_agent,
        }


def once(*parts: str) -> str:
    """A transaction id: the same for the same parts, so that a repeat is taken for one event."""
    whole = "\0".join(encode.legible(part) for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()[:40]
