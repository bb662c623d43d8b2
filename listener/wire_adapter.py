"""`requests` through our own door: what tweepy and praw send gets our deadline and address check.

Mounted on a `requests.Session`, it sends a prepared request through a `Wire` and judges the answer
at the boundary before the library sees it. The libraries then never meet what makes them sleep,
retry or fall over: no rate-limit header reaches them, no 429, no 5xx and no broken JSON.

Import this module only where the library that needs it is imported: it needs `requests`.
"""

import io
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from listener.boundary import fault_of, pause_of, read_json
from listener.collector import RateLimited, SourceError
from listener.wire import DeadlinePassed, Reply, Wire

LIMIT = 10 * 1024 * 1024  # bytes; a page of a hundred posts is a twentieth of it
# Decoded already (the first three), or what a library would sleep on.
_HELD_BACK = ("content-encoding", "transfer-encoding", "content-length", "set-cookie")
_RATE_HEADERS = ("x-rate-limit-", "x-ratelimit-", "retry-after")


class WireAdapter(BaseAdapter):
    """Sends the requests of one library for one source.

    base_from, base_to  the library's built-in address and the one to use instead.
    counts_apart        the platform counts the requests to each address by themselves: one whose
                        window is used up keeps no other waiting.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        source: str,
        base_from: str = "",
        base_to: str = "",
        counts_apart: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._wire = wire
        self._source = source
        self._base_from = base_from.rstrip("/")
        self._base_to = base_to.rstrip("/")
        self._monotonic = monotonic
        self._started_at = datetime.min.replace(tzinfo=UTC)
        self._started = self._ends = 0.0
        self._counts_apart = counts_apart
        self._rests: dict[str, datetime] = {}  # until when which address rests; "": all of them

    def begin(self, now: datetime, deadline: float) -> None:
        """Start a fetch: from here on all requests together have `deadline` seconds.

        Raises RateLimited while a window that was used up before is not over.
        """
        self._started_at, self._started = now, self._monotonic()
        self._ends = self._started + deadline
        self._rests = {path: until for path, until in self._rests.items() if until > now}
        self._let("")

    @property
    def now(self) -> datetime:
        """The fetch's `now`, moved on by the time that has passed since."""
        return self._started_at + timedelta(seconds=self._monotonic() - self._started)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send through the wire. Raises WireError, or the SourceError that the answer stands for.

        The library's own timeout, certificates and proxies are not used.
        """
        left = self._ends - self._monotonic()
        if left <= 0:
            raise DeadlinePassed("no time is left for another request")
        path = urlsplit(request.url or "").path if self._counts_apart else ""
        self._let(path)
        reply = self._wire.request(
            request.method or "GET",
            self._moved(request.url or ""),
            headers={name: _as_text(value) for name, value in request.headers.items()},
            body=_as_bytes(request.body),
            deadline=left,
            limit=LIMIT,
        )
        self._judge(reply, path)
        return _as_response(reply, request)

    def close(self) -> None:
        """Nothing to let go of: the wire belongs to whoever made it."""

    def _moved(self, url: str) -> str:
        if self._base_from and url.startswith(f"{self._base_from}/"):
            return self._base_to + url[len(self._base_from) :]
        return url

    def _let(self, path: str) -> None:
        """Raises RateLimited where it still rests."""
        until = self._rests.get(path)
        if until is not None and until > self.now:
            raise self._limited(
                RateLimited(f'source "{self._source}": its window of requests is used up', until)
            )

    def _limited(self, fault: SourceError) -> SourceError:
        if isinstance(fault, RateLimited):
            fault.alone = self._counts_apart
        return fault

    def _judge(self, reply: Reply, path: str) -> None:
        fault = fault_of(reply, source=self._source, now=self.now)
        if fault is not None:
            raise self._limited(fault)
        if pause := pause_of(reply, self.now):
            self._rests[path] = self.now + pause
        read_json(reply, source=self._source)


def _as_text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _as_bytes(body: object) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    raise TypeError("only a complete body is sent")


def _as_response(reply: Reply, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code = reply.status
    response.headers.update(
        {
            name: value
            for name, value in reply.headers.items()
            if name not in _HELD_BACK and not name.startswith(_RATE_HEADERS)
        }
    )
    response.headers["content-length"] = str(len(reply.body))
    response.raw = io.BytesIO(reply.body)
    response.url = request.url or ""
    response.request = request
    return response
