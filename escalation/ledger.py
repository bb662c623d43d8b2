"""The ledger's rules: what an entry may hold, how entries are chained, and how a chain is checked.

An entry's digest is the SHA-256, in hexadecimal, over the previous digest (64 ASCII characters)
followed by the entry's canonical JSON: keys sorted, no spaces, ASCII, times in UTC milliseconds.
There are no floats in it, because two programs write one float in two ways: a score is kept rounded
to an integer. Anybody can check a chain with a JSON writer and a SHA-256.

No text can get in. A fact is a flag, an integer, or a short word without spaces (an id, a state, a
kind), or a list of these: no post, name or handle has to be looked for later in order to be erased.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from escalation.localtime import in_utc, ms, utc
from escalation.numbers import MOST_INTEGER

SCHEMA = 1
GENESIS = "0" * 64
"""What stands in place of a digest before the first entry."""

MOST_FACTS = 64
MOST_IN_LIST = 1000

_WORD = re.compile(r"[A-Za-z0-9_.:+-]{0,64}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
)
_LAST_MS = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z

Scalar = str | int | bool | None
Fact = Scalar | Sequence[Scalar]


class NotForTheLedger(ValueError):
    """A value that could be a person's text, or that cannot be written in one way only.

    The message says which field, and never repeats the value.
    """


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a chain. Made by `next_entry`; rows read back may be anything until verified.

    number    1 for the first of its chain, then without gaps.
    schema    version of this shape.
    chain     which chain: one a brand.
    at_ms     UTC milliseconds; never less than the entry before.
    event     what happened, as the rules of ownership name it.
    subject   of what: an opaque id such as "case:17".
    actor     by whom: a random id of ours, or "engine".
    facts     what else is to be kept; lists are tuples.
    previous  digest of the entry before, GENESIS for the first.
    digest    of this entry.
    """

    number: int
    schema: int
    chain: str
    at_ms: int
    event: str
    subject: str
    actor: str
    facts: Mapping[str, Fact]
    previous: str
    digest: str

    @property
    def head(self) -> "Head":
        return Head(self.number, self.digest)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain, to be kept elsewhere: only against it a cut-off end shows."""

    number: int
    digest: str


START = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Verified:
    """The chain holds as far as `head`."""

    head: Head


@dataclass(frozen=True, slots=True)
class FirstBad:
    """The number of the first row that is not what was written, and what is wrong with it."""

    number: int
    what: str


def ledger_now(wall: datetime, last: Entry | None) -> datetime:
    """The later of the wall clock and the last entry: ledger time never goes back."""
    wall = in_utc(wall)
    return wall if last is None else max(wall, utc(last.at_ms))


def next_entry(
    last: Entry | None,
    *,
    chain: str,
    now: datetime,
    event: str,
    subject: str,
    actor: str,
    facts: Mapping[str, Fact] = MappingProxyType({}),
) -> Entry:
    """The entry that follows `last`, None before the first.

    Raises NotForTheLedger for a value that is no id, integer, flag or time (see the module), and
    ValueError for a `now` without a zone or another chain's entry as the last.
    """
    if last is not None and last.chain != chain:
        raise ValueError("the last entry is of another chain")
    before = last.head if last else START
    undigested = partial(
        Entry,
        number=before.number + 1,
        schema=SCHEMA,
        chain=chain,
        at_ms=ms(ledger_now(now, last)),
        event=event,
        subject=subject,
        actor=actor,
        facts=MappingProxyType({name: _frozen(fact) for name, fact in facts.items()}),
        previous=before.digest,
    )
    entry = undigested(digest=GENESIS)
    _check(entry)
    return undigested(digest=digest_of(entry))


def canonical(entry: Entry) -> bytes:
    """The one way to write what an entry says, without its own and the previous digest."""
    said = {
        "number": entry.number,
        "schema": entry.schema,
        "chain": entry.chain,
        "at_ms": entry.at_ms,
        "event": entry.event,
        "subject": entry.subject,
        "actor": entry.actor,
        "facts": dict(entry.facts),
    }
    return _CANONICAL.encode(said).encode("ascii")


def digest_of(entry: Entry) -> str:
    """The digest that an entry must carry, 64 hexadecimal digits."""
    return sha256(entry.previous.encode("ascii") + canonical(entry)).hexdigest()


def verify(
    entries: Iterable[Entry], expected_head: Head | None = None, *, after: Head = START
) -> Verified | FirstBad:
    """Check a chain, or the rest of one after a head that was checked before.

    expected_head  a head kept elsewhere; without it a cut-off end, or a chain rewritten as a whole
                   from some row on, cannot be found. Rows after it are welcome.
    A row whose own digest was forged to fit is named too, because the next row was built on the
    true one. Never raises for what a row holds.
    """
    last: Entry | None = None
    head = after
    if bad := _not_as_kept(after, expected_head):
        return bad
    for entry in entries:
        bad = _first_bad(entry, head, last) or _not_as_kept(entry.head, expected_head)
        if bad:
            return bad
        last, head = entry, entry.head
    if expected_head is not None and expected_head.number > head.number:
        return FirstBad(head.number + 1, f"missing: the chain went on to {expected_head.number}")
    return Verified(head)


def _first_bad(entry: Entry, head: Head, last: Entry | None) -> FirstBad | None:
    """What is wrong with a row, given the good ones before it."""
    number = head.number + 1
    if entry.number != number or isinstance(entry.number, bool):
        return FirstBad(number, "missing, or out of its place")
    try:
        _check(entry)
    except NotForTheLedger as error:
        return FirstBad(number, str(error))
    if entry.digest != digest_of(entry):
        return FirstBad(number, "changed: its digest is not that of what it says")
    if entry.previous != head.digest:
        return _broken_link(number, last)
    if last is not None and entry.chain != last.chain:
        return FirstBad(number, "of another chain")
    if last is not None and entry.at_ms < last.at_ms:
        return FirstBad(number, "its time is before that of the row before")
    return None


def _broken_link(number: int, last: Entry | None) -> FirstBad:
    """Which of two sound rows that do not fit each other is to blame.

    The earlier: it was rewritten together with its digest, while the later still carries the
    digest that it was built on.
    """
    if last is None:
        return FirstBad(number, "not built on the row before it")
    return FirstBad(number - 1, f"rewritten: row {number} was built on another digest")


def _not_as_kept(head: Head, expected: Head | None) -> FirstBad | None:
    if expected is None or head.number != expected.number or head.digest == expected.digest:
        return None
    return FirstBad(head.number, "rewritten: its digest is not the one that was kept elsewhere")


def _check(entry: Entry) -> None:
    """Raise NotForTheLedger, naming the field, for a value of a shape that no entry may have."""
    if entry.schema != SCHEMA:
        raise NotForTheLedger(f"schema: only {SCHEMA} is known")
    if not _is_integer(entry.at_ms) or not 0 <= entry.at_ms <= _LAST_MS:
        raise NotForTheLedger("at_ms: not UTC milliseconds")
    for name in ("chain", "event", "subject", "actor"):
        if not _is_word(getattr(entry, name)) or not getattr(entry, name):
            raise NotForTheLedger(f"{name}: 1 to 64 of A-Z a-z 0-9 _ . : + - are allowed, no text")
    for name in ("previous", "digest"):
        value: Any = getattr(entry, name)
        if not isinstance(value, str) or not _DIGEST.fullmatch(value):
            raise NotForTheLedger(f"{name}: not a SHA-256 in hexadecimal")
    _check_facts(entry.facts)


def _check_facts(facts: Any) -> None:
    if not isinstance(facts, Mapping) or len(facts) > MOST_FACTS:
        raise NotForTheLedger(f"facts: not a table of at most {MOST_FACTS}")
    for name, fact in facts.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise NotForTheLedger("facts: a name must be a lower-case word of at most 32 letters")
        values = fact if isinstance(fact, list | tuple) else (fact,)
        if len(values) > MOST_IN_LIST:
            raise NotForTheLedger(f"facts, {name}: more than {MOST_IN_LIST} values")
        if not all(_is_scalar(value) for value in values):
            raise NotForTheLedger(
                f"facts, {name}: only flags, integers, and words of at most 64 of"
                " A-Z a-z 0-9 _ . : + - are allowed; texts, names and floats are not"
            )


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, bool) or _is_integer(value) or _is_word(value)


def _is_integer(value: object) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return -MOST_INTEGER <= value <= MOST_INTEGER


def _is_word(value: object) -> bool:
    return isinstance(value, str) and _WORD.fullmatch(value) is not None


def _frozen(fact: Fact) -> Fact:
    return tuple(fact) if isinstance(fact, list | tuple) else fact
