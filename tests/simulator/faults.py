"""What can go wrong with one request: what the server does to any answer, and what a dialect does.

Each is one word of a script. The server plays the faults of the transport on a real socket and
those of the status line; the rest is told to the dialect in `Request.fault`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Fault(StrEnum):
    """One thing that goes wrong with one request."""

    # Of the status line and the headers.
    LIMIT_PAST = "429, reset in the past"
    LIMIT_NONE = "429, no reset"
    LIMIT_DATE = "429, reset as a date"
    LIMIT_FAR = "429, reset in a year"
    LIMIT_FLOAT = "429, reset as a fraction"
    CAPPED = "429, the month's posts are used up"
    PAYMENT = "402"
    BROKEN = "500"
    BUSY = "503"
    UNAUTHORISED = "401"
    BLOCKED = "403 with a web page"
    PAGE = "200 with a web page"
    # Of the transport.
    CUT = "JSON cut in half"
    SHORT = "body shorter than announced"
    CLOSED = "closed after the headers"
    ABORTED = "connection reset"
    DRIP = "a byte now and then"
    HANG = "no answer"
    GOING_AWAY = "clean close 1001"  # of streams
    SILENT = "a stream without a sign of life"
    TAKEN = "429, another stream is open"
    # Of the platform, played by the dialects.
    TWICE = "every item twice"
    SHUFFLED = "items in no order"
    SPOILT = "malformed items among the good"
    HUGE = "a huge item"
    ODD = "unknown values"
    RENAMED = "fields renamed"
    PARTIAL = "200 with partial errors"
    TOO_OLD = "the cursor is too old"
    AFRESH = "sequence numbers begin again"
    EMPTY = "an empty answer"


SLOW = frozenset({Fault.DRIP, Fault.HANG, Fault.SILENT})
STATUS = frozenset(list(Fault)[: list(Fault).index(Fault.CUT)])
TRANSPORT = frozenset({Fault.CUT, Fault.SHORT, Fault.CLOSED, Fault.ABORTED, Fault.DRIP, Fault.HANG})
ITEMS = frozenset({Fault.TWICE, Fault.SHUFFLED, Fault.SPOILT, Fault.HUGE})
COMMON = STATUS | TRANSPORT | ITEMS
"""What every dialect over HTTP meets."""

NOTHING: Mapping[str, str] = MappingProxyType({})
FREE: Mapping[str, float] = MappingProxyType({})
HUGE_CHARS = 300_000
YEAR = timedelta(days=365)
_HTML = b"<!doctype html><html><body><h1>Blocked</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answers.

    charged  dollars by what was read; each thing is charged once on a day of UTC.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    charged: Mapping[str, float] = field(default_factory=dict)


def as_json(
    value: object,
    status: int = 200,
    *,
    charged: Mapping[str, float] = FREE,
    headers: Mapping[str, str] = NOTHING,
) -> Answer:
    """An answer in JSON."""
    given = {"content-type": "application/json", **headers}
    return Answer(status, given, json.dumps(value).encode(), charged)


def refusal(fault: Fault, now: datetime) -> Answer | None:
    """The answer of a fault of the status line; None for any other fault. `now`: its clock."""
    if fault in _RESETS:
        return Answer(429, _resets(_RESETS[fault](now)), b'{"title":"Too Many Requests"}')
    if fault is Fault.CAPPED:
        said = {"type": "https://api.twitter.com/2/problems/usage-capped", "title": "UsageCapped"}
        return as_json(said, 429, headers={"x-rate-limit-remaining": "449"})
    if fault is Fault.BLOCKED:
        return Answer(403, {"content-type": "text/html"}, _HTML)
    if fault is Fault.PAGE:
        return Answer(200, {"content-type": "text/html"}, _HTML)
    status = _STATUSES.get(fault)
    return as_json({"error": "trouble"}, status) if status else None


def spoiled(fault: Fault | None, items: Sequence[Any], enlarge: Callable[[Any], Any]) -> list[Any]:
    """The items of a page as a fault leaves them. `enlarge` gives one a text of HUGE_CHARS."""
    if fault is Fault.TWICE:
        return [one for item in items for one in (item, item)]
    if fault is Fault.SHUFFLED:
        return [*items[1::2], *items[0::2]]
    if fault is Fault.SPOILT:
        return [None, *items[:1], {}, "no item", *items[1:], {"id": []}, 7]
    if fault is Fault.HUGE and items:
        return [enlarge(items[0]), *items[1:]]
    return list(items)


_STATUSES = {
    Fault.PAYMENT: 402,
    Fault.BROKEN: 500,
    Fault.BUSY: 503,
    Fault.UNAUTHORISED: 401,
}
_RESETS: Mapping[Fault, Callable[[datetime], str]] = {
    Fault.LIMIT_PAST: lambda now: str(int(now.timestamp()) - 900),
    Fault.LIMIT_NONE: lambda now: "",
    Fault.LIMIT_DATE: lambda now: format_datetime(now + timedelta(minutes=10), usegmt=True),
    Fault.LIMIT_FAR: lambda now: str(int((now + YEAR).timestamp())),
    Fault.LIMIT_FLOAT: lambda now: "300.5",
}


def _resets(value: str) -> dict[str, str]:
    """All the spellings of one reset: each collector reads the one of its platform."""
    names = ("retry-after", "x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")
    return dict.fromkeys(names, value) if value else {}
