"""The boundary around platforms and their libraries: whatever goes wrong becomes a SourceError.

Two doors. `fault_of` judges an HTTP answer by its status, headers and body, before a library sees
it; `as_source_error` judges any exception that a library let escape. No text of the platform, the
library or the request gets into a message, because each of them may hold a secret.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from config import MissingSecret
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Forbidden,
    Later,
    Malformed,
    OutOfBudget,
    RateLimited,
    SourceError,
)
from listener.jsontext import MAX_DEPTH, TooDeep, parse_json
from listener.unreached import unreached
from listener.wire import AddressRefused, DeadlinePassed, Reply, TooLarge, WireError

SHORTEST_WAIT = timedelta(seconds=1)
USUAL_WAIT = timedelta(minutes=1)  # where a platform says "wait" but not sensibly for how long
LONGEST_WAIT = timedelta(hours=1)  # a spent quota is another error; windows are 5 to 15 minutes
LONGEST_COUNTDOWN = 10**8  # seconds; a larger number in a reset header is a time, not a countdown
MAX_PROBLEM_BYTES = 65_536  # of an error's body; more says nothing more
MAX_PARTS = 300_000  # of an answer's JSON; each part takes up to 200 bytes of memory once read
MAX_CAUSES = 5  # wrapped exceptions that are looked into

_EPOCH_RESET = "x-rate-limit-reset"  # X: always an epoch time, so a small number is long past
_RESETS = ("x-ratelimit-reset", "ratelimit-reset")  # Reddit, Mastodon, Bluesky: either way
_REMAINING = ("x-rate-limit-remaining", "x-ratelimit-remaining", "ratelimit-remaining")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_SLUG = re.compile(r"/([a-z]+(?:-[a-z]+){0,5})$")  # the end of an X problem's type, a fixed word
# RFC 6749: however the status is chosen, these mean that the credentials are refused.
_OAUTH_REFUSALS = {"invalid_grant", "invalid_client", "invalid_token", "unauthorized_client"}
_SPENT = {"usage-capped", "usagecapexceeded", "credits-depleted", "creditsdepleted"}
_TRANSIENT = {408, 425}


def fault_of(reply: Reply, *, source: str, now: datetime) -> SourceError | None:
    """What an answer means if it is not one to read: None for any 2xx, else the error to raise.

    source  how the operator knows it; part of the message.
    now     our clock when the answer came; a wait is measured on the server's own, if it tells.
    """
    status = reply.status
    if 200 <= status < 300:
        return None
    problem = _Problem.read(reply)
    said = f'source "{source}": {_status_name(status)}{problem.shown}'
    if status == 402 or (status in {403, 429} and problem.spent):
        return OutOfBudget(f"{said}. Credits or quota are used up; top up to hear it again")
    if status == 429:
        return RateLimited(f"{said}: asked to wait", now + (wait_of(reply, now) or USUAL_WAIT))
    if status == 401 or (status in {400, 403} and problem.refuses_credentials):
        return AuthorisationLost(f"{said}. The credentials are refused; renew them")
    if status in {403, 451}:
        page = " with a web page, as a block of our address would" if _is_page(reply) else ""
        return Forbidden(f"{said}{page}")
    if status in _TRANSIENT or status >= 500 or status < 200:
        # A window's end is told with every answer, and says nothing of when a hiccup is over.
        wait = pause_of(reply, now) or _stated(reply, now, "retry-after")
        return RateLimited(f"{said}: asked to wait", now + wait) if wait else Later(said)
    if status < 400:
        return BadRequest(f"{said}: it has moved, or the address in the settings is wrong")
    return BadRequest(said)


def read_json(reply: Reply, *, source: str) -> object:
    """The JSON of an answer, whatever it says it is. Raises Malformed."""
    if sum(reply.body.count(mark) for mark in (b",", b"{", b"[")) > MAX_PARTS:
        raise Malformed(f'source "{source}": JSON of more parts than any page has')
    try:
        return parse_json(reply.body.decode(json.detect_encoding(reply.body), "replace"))
    except TooDeep:
        raise Malformed(
            f'source "{source}": something deeper than {MAX_DEPTH} levels instead of JSON'
        ) from None
    except ValueError:
        what = "a web page" if _is_page(reply) else "something unreadable"
        raise Malformed(f'source "{source}": {what} instead of JSON') from None


def wait_of(reply: Reply, now: datetime) -> timedelta | None:
    """How long an answer asks us to wait; None where it says nothing sensible.

    Between SHORTEST_WAIT and LONGEST_WAIT. A reset in the past says nothing: the window is over,
    yet we were refused, and asking again at once would be a hot loop.
    """
    return _stated(reply, now, "retry-after", *_RESETS, _EPOCH_RESET)


def _stated(reply: Reply, now: datetime, *names: str) -> timedelta | None:
    """The longest wait that these headers state, by the server's own clock if it tells."""
    server_now = _http_date(reply.headers.get("date", "")) or now
    waits = (
        _until(reply.headers.get(name, ""), server_now, countdown=name != _EPOCH_RESET)
        for name in names
    )
    asked = max((wait for wait in waits if wait), default=timedelta())
    if asked <= timedelta():
        return None
    return min(max(asked, SHORTEST_WAIT), LONGEST_WAIT)


def pause_of(reply: Reply, now: datetime) -> timedelta | None:
    """How long to rest after a good answer because its window is used up; None: go on."""
    for name in _REMAINING:
        remaining = reply.headers.get(name, "").strip()
        if _NUMBER.fullmatch(remaining) and float(remaining) < 1:
            return wait_of(reply, now)
    return None


def as_source_error(error: BaseException, *, source: str, now: datetime) -> SourceError:
    """The SourceError that an exception of a library, the wire or ours stands for."""
    said = f'source "{source}"'
    for cause in _causes(error):
        if isinstance(cause, SourceError):
            return cause
        if isinstance(cause, MissingSecret):
            return AuthorisationLost(f"{said}: {cause}")
        if isinstance(cause, WireError):
            return _of_wire(cause, said)
        if type(cause).__name__ == "OAuthException":  # prawcore's: a refusal inside a 200
            return AuthorisationLost(f"{said}: the credentials are refused; renew them")
        fault = _of_response(getattr(cause, "response", None), source, now)
        if fault is not None:
            return fault
        if isinstance(cause, json.JSONDecodeError | RecursionError | UnicodeError):
            return Malformed(f"{said}: the answer cannot be read ({type(cause).__name__})")
    return Later(f"{said}: {unreached(error)}")


@contextmanager
def boundary(source: str, now: datetime) -> Iterator[None]:
    """Let nothing but SourceError out of the block.

    The cause is cut off: its text may hold a token, and a traceback would print it.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001  this is the edge that knows all of them
        raise as_source_error(error, source=source, now=now) from None


class _Problem:
    """What an error's body says in words that are safe to repeat."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    @classmethod
    def read(cls, reply: Reply) -> "_Problem":
        try:
            body = json.loads(reply.body[:MAX_PROBLEM_BYTES])
        except (ValueError, RecursionError):
            return cls(frozenset())
        entries = [body] if isinstance(body, dict) else []
        errors = entries[0].get("errors") if entries else body
        if isinstance(errors, list):
            entries += [entry for entry in errors[:10] if isinstance(entry, dict)]
        return cls(frozenset(word for entry in entries for word in _words_of(entry)))

    @property
    def spent(self) -> bool:
        return bool(self._words & _SPENT)

    @property
    def refuses_credentials(self) -> bool:
        return bool(self._words & _OAUTH_REFUSALS)

    @property
    def shown(self) -> str:
        known = sorted(word for word in self._words if "-" in word)
        return f" ({', '.join(known)})" if known else ""


def _words_of(entry: Mapping[str, object]) -> Iterator[str]:
    kind, title, error = (entry.get(name) for name in ("type", "title", "error"))
    if isinstance(kind, str) and (slug := _SLUG.search(kind[-60:])):
        yield slug[1]
    if isinstance(title, str):
        yield title.lower().replace(" ", "")[:40] if title.isalpha() else ""
    if isinstance(error, str) and error in _OAUTH_REFUSALS:
        yield error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, and what a library wrapped in it (prawcore's `original_exception`)."""
    current: object = error
    for _ in range(MAX_CAUSES):
        if not isinstance(current, BaseException):
            return
        yield current
        current = getattr(current, "original_exception", None)


def _of_wire(error: WireError, said: str) -> SourceError:
    if isinstance(error, TooLarge):
        return Malformed(f"{said}: {error}")
    if isinstance(error, AddressRefused):
        return BadRequest(f"{said}: {error}")
    kind = "no answer in time" if isinstance(error, DeadlinePassed) else "no answer"
    return Later(f"{said}: {kind}: {error}")


def _of_response(response: object, source: str, now: datetime) -> SourceError | None:
    """The fault that a `requests` answer on an exception tells of; both libraries carry one."""
    status = getattr(response, "status_code", None)
    if not isinstance(status, int):
        return None
    headers = {
        str(name).lower(): str(value)
        for name, value in dict(getattr(response, "headers", {})).items()
    }
    body = getattr(response, "content", b"")
    reply = Reply(status, headers, body if isinstance(body, bytes) else b"")
    return fault_of(reply, source=source, now=now) or Malformed(
        f'source "{source}": the answer is not what the platform documents'
    )


def _until(text: str, server_now: datetime, *, countdown: bool = True) -> timedelta | None:
    """The wait that one header asks for: seconds to go, an epoch time, an HTTP or an ISO date."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        seconds = float(text)
        if seconds > LONGEST_COUNTDOWN or not countdown:
            seconds -= server_now.timestamp()
        return timedelta(seconds=min(seconds, LONGEST_COUNTDOWN))
    when = _http_date(text) or _iso_date(text)
    return when - server_now if when else None


def _http_date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text[:64])
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso_date(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text[:40])
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_page(reply: Reply) -> bool:
    start = reply.body[:512].lstrip().lower()
    return "html" in reply.headers.get("content-type", "").lower() or start.startswith(b"<")


def _status_name(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"
