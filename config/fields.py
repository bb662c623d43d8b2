"""The kinds of value that a field of the settings may hold, and what is refused in each."""

import re
from datetime import date, datetime, time, timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from config.durations import Duration
from config.forms import form
from config.query import Query, read_query


class Declared(BaseModel):
    """One table of the user's file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _a_person(name: str) -> str:
    """Whoever had the machine's name would act as it, and everything is open to the machine."""
    if name.casefold() in RESERVED_NAMES:
        raise ValueError("this name stands for Tocsin itself wherever it acts. Choose another")
    return name


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'no time zone "{name}". Write for example "Europe/Berlin"') from None
    return name


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def topics_from_names(value: object) -> object:
    """`owns = ["billing"]` means a topic whose only word is its own name."""
    if isinstance(value, list | tuple):
        if not all(isinstance(topic, str) for topic in value):
            raise ValueError('a list of topics holds names only. Write for example ["billing"]')
        return {topic: (topic,) for topic in value}
    return value


def _no_number(value: object) -> object:
    """`from = 9` would be read as nine seconds past midnight."""
    if isinstance(value, int | float):
        raise ValueError('a number is no time. Write for example "09:00"')
    return value


def _local(value: time | datetime) -> time | datetime:
    if value.tzinfo is not None:
        raise ValueError("it has a zone of its own. Leave that out: it is a local time")
    return value


def _longer_than_nothing(value: timedelta) -> timedelta:
    if not value:
        raise ValueError('it must last longer than nothing. Write for example "5m"')
    return value


def _at_most_an_hour(value: timedelta) -> timedelta:
    if value > timedelta(hours=1):
        raise ValueError('it must be one hour at most. Write for example "15m"')
    return value


def _as_list(value: object) -> object:
    """One day alone stands for a list of it."""
    return (value,) if isinstance(value, str | date) else value


def _a_turn(value: timedelta) -> timedelta:
    if not SHORTEST_TURN <= value <= LONGEST_TURN:
        raise ValueError('a turn on call lasts "1h" to "366d". Write for example "7d"')
    return value


def _a_start(value: datetime) -> datetime:
    """So far away it is a slip of the pen, after which nobody would be on call for years."""
    if not EARLIEST_START <= value.year <= LATEST_START:
        raise ValueError(
            f"the first turn begins from {EARLIEST_START} to {LATEST_START}. "
            'Write for example "2026-01-05T09:00"'
        )
    return value


def _loopback(value: str) -> str:
    """Only this machine may ask; `localhost`, 127.0.0.0/8 and [::1] are this machine."""
    host, colon, port = value.rpartition(":")
    try:
        here = host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        here = False
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else -1
    if not (colon and here and 0 <= number <= 65535) or (":" in host and host[0] != "["):
        raise ValueError('it must be an address and a port of this machine. Write "127.0.0.1:8787"')
    return value


def _web_address(value: str) -> str:
    """Where our own pages are reached; nothing secret may travel in clear beyond this machine."""
    parts = urlsplit(value)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if not (plain and parts.hostname and (parts.scheme == "https" or local)):
        raise ValueError(
            "it must be an https:// address under which people reach this machine. "
            'Write for example "https://tocsin.example"'
        )
    return value.rstrip("/")


def _mail_address(value: str) -> str:
    """One plain address: no name beside it, no list."""
    if _MAIL.fullmatch(value) is None:
        raise ValueError('it must be one mail address. Write for example "ada@example.com"')
    return value


def _query(value: object) -> object:
    return read_query(value) if isinstance(value, str) else value


_MAIL = re.compile(r"[^\s@,;:<>()\[\]\"\\]{1,64}@[^\s@,;:<>()\[\]\"\\]{1,253}")
SHORTEST_TURN, LONGEST_TURN = timedelta(hours=1), timedelta(days=366)
EARLIEST_START, LATEST_START = 2000, 2049  # years
NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}"
Name = Annotated[
    str,
    form(
        NAME_PATTERN,
        "is no name",
        "Use at most 64 letters, digits, blanks and . _ -, a letter or digit first",
    ),
]
RESERVED_NAMES = ("engine",)  # the actor of what nobody did by hand
PersonName = Annotated[Name, AfterValidator(_a_person)]
Words = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_as_tuple)
]
Asked = Annotated[Query, BeforeValidator(_query)]  # written as text: docs/matching.md
Zone = Annotated[str, AfterValidator(_zone)]
LocalTime = Annotated[time, BeforeValidator(_no_number), AfterValidator(_local)]
LocalInstant = Annotated[datetime, BeforeValidator(_no_number), AfterValidator(_local)]
OneOrMore = BeforeValidator(_as_list)
Turn = Annotated[Duration, AfterValidator(_a_turn)]
FirstTurn = Annotated[LocalInstant, AfterValidator(_a_start)]
Wait = Annotated[Duration, AfterValidator(_longer_than_nothing)]
ShortWait = Annotated[Wait, AfterValidator(_at_most_an_hour)]
MailAddress = Annotated[str, Field(max_length=254), AfterValidator(_mail_address)]
WebAddress = Annotated[str, Field(max_length=500), AfterValidator(_web_address)]
Loopback = Annotated[str, AfterValidator(_loopback)]
