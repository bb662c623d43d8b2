"""Asking in the name of an owner: with a token that is granted for a while, and renewed in time.

Source of the exchange: RFC 6749 (refresh tokens), RFC 7523 (signed assertions).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from listener.asking import Asker, Query
from listener.boundary import boundary, fault_of
from listener.collector import Malformed
from listener.fields import count, mapping
from listener.wire import Reply

EARLY = timedelta(minutes=1)  # before its end a token is renewed
USUAL_LIFE = 3_600  # seconds; where the answer does not say
MAX_TOKEN_CHARS = 8_000
MAX_GRANT = 65_536  # bytes of the answer that holds a token


@dataclass(frozen=True, slots=True)
class Grant:
    """Where a token is asked for, and by which form; the form holds secrets.

    headers  of that request alone.
    """

    url: str
    form: Callable[[datetime], Mapping[str, str]]
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Grant({self.url!r})"


class Granted:
    """Asks as an Asker does, with a token that it gets itself."""

    def __init__(self, asker: Asker, grant: Grant) -> None:
        self._asker = asker
        self._grant = grant
        self._token = ""
        self._until: datetime | None = None

    @property
    def name(self) -> str:
        """Of the source."""
        return self._asker.name

    def read(self, reply: Reply) -> object:
        """The JSON of an answer. Raises Malformed."""
        return self._asker.read(reply)

    def get(self, url: str, asked: Query | None, *, now: datetime, deadline: float) -> object:
        """The JSON at an address. Raises SourceError."""
        reply = self.answer(url, asked, now=now, deadline=deadline)
        if fault := fault_of(reply, source=self._asker.name, now=now):
            raise fault
        return self._asker.read(reply)

    def answer(
        self, url: str, asked: Query | None = None, *, now: datetime, deadline: float
    ) -> Reply:
        """The whole answer, whatever its status. A token that is refused is renewed, once."""
        is_fresh = not self._is_good(now)
        reply = self._ask(url, asked, now, deadline)
        if reply.status != 401:
            return reply
        self._until = None
        return reply if is_fresh else self._ask(url, asked, now, deadline)

    def _ask(self, url: str, asked: Query | None, now: datetime, deadline: float) -> Reply:
        if not self._is_good(now):
            self._renew(now, deadline)
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._asker.answer(url, asked, now=now, deadline=deadline, headers=headers)

    def _is_good(self, now: datetime) -> bool:
        return self._until is not None and now < self._until

    def _renew(self, now: datetime, deadline: float) -> None:
        name = self._asker.name
        with boundary(name, now):
            reply = self._asker.wire.request(
                "POST",
                self._grant.url,
                headers={
                    "Accept": "application/json",
                    "Content-Type": "application/x-www-form-urlencoded",
                    **self._asker.headers,
                    **self._grant.headers,
                },
                body=urlencode(self._grant.form(now)).encode(),
                deadline=deadline,
                limit=MAX_GRANT,
            )
        if fault := fault_of(reply, source=name, now=now):
            raise fault
        told = mapping(self._asker.read(reply))
        token, life = told.get("access_token"), told.get("expires_in")
        if not _is_token(token):
            raise Malformed(f'source "{name}": the answer to our key holds no token')
        if isinstance(life, str) and life.isdecimal() and len(life) < 10:
            life = int(life)
        seconds = count(life) or USUAL_LIFE
        self._token = str(token)
        self._until = now + timedelta(seconds=min(seconds, 10**6)) - EARLY


def _is_token(value: object) -> bool:
    """Fit for a header."""
    fit = isinstance(value, str) and 0 < len(value) <= MAX_TOKEN_CHARS
    return fit and str(value).isascii() and str(value).isprintable() and " " not in str(value)
