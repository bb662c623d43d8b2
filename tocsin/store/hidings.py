"""What was hidden, deleted or blocked, and whether a second person called it right: read from the
ledger, which has it for good."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from escalation.record import token
from escalation.subject import Ref
from tocsin.store.times import ms, utc

PENDING, CONFIRMED, REFUSED = "not confirmed", "confirmed", "called not right"
_ANSWERS = {"hid_confirmed": CONFIRMED, "hid_refused": REFUSED}
_FOR_EVER = 2**63 - 1
# As the index `ledger_of_hidings` has it, word by word, so that SQLite takes that.
_ENTRIES = """
select l.at, l.event, l.subject, l.chain, l.facts, coalesce(s.name, l.actor) as actor,
       coalesce(n.note, '') as note
from ledger l indexed by ledger_of_hidings left join staff s on s.id = l.actor
left join ledger_notes n on n.entry = l.number
where l.at >= ? and l.event in ('hid', 'hid_confirmed', 'hid_refused') order by l.number
"""


@dataclass(frozen=True, slots=True)
class Hiding:
    """One thing that was hidden.

    chain      the ledger's name of its brand. what, why: as `escalation.hiding` lists them.
    where      the link that was given, "" once it is erased.
    outcome    PENDING, CONFIRMED or REFUSED, since answered_at, by answered_by; said: why not.
    """

    ref: Ref
    chain: str
    at: datetime
    by: str
    what: str
    why: str
    where: str = ""
    outcome: str = PENDING
    answered_at: datetime | None = None
    answered_by: str | None = None
    said: str = ""


class HidingRows:
    """Of the ledger, what was hidden."""

    connection: sqlite3.Connection

    def hidings(
        self, since: datetime, until: datetime | None = None, brand: str | None = None
    ) -> list[Hiding]:
        """What was hidden from an instant until another, which is outside; of one brand, or of
        all; in order, each with what has been answered by now."""
        return hidings_in(self.connection, since, until, brand)


def hidings_in(
    connection: sqlite3.Connection,
    since: datetime,
    until: datetime | None = None,
    brand: str | None = None,
) -> list[Hiding]:
    """As `HidingRows.hidings`, by a connection whose rows have names."""
    rows = connection.execute(_ENTRIES, (ms(since),)).fetchall()
    chain = None if brand is None else token(brand)
    entries = (_entry(row) for row in rows if chain in (None, row["chain"]))
    last = _FOR_EVER if until is None else ms(until)
    return [one for one in paired(entries) if ms(one.at) < last]


def hidings_of(history: Iterable[Mapping[str, Any]], ref: Ref) -> list[Hiding]:
    """Those of one case, from its history as `Unit.history` gives it."""
    return paired({**entry, "ref": ref, "chain": ""} for entry in history)


def paired(entries: Iterable[Mapping[str, Any]]) -> list[Hiding]:
    """Each with its answer: of one case only one waits for its answer at a time."""
    found: list[Hiding] = []
    waiting: dict[Ref, int] = {}
    for one in entries:
        ref, event = one["ref"], one["event"]
        if event == "hid":
            waiting[ref] = len(found)
            found.append(_hiding(one))
        elif event in _ANSWERS and ref in waiting:
            place = waiting.pop(ref)
            found[place] = replace(
                found[place],
                outcome=_ANSWERS[event],
                answered_at=one["at"],
                answered_by=one["actor"],
                said=one["note"],
            )
    return found


def counted(found: Sequence[Hiding]) -> dict[str, int]:
    """How many there are of each outcome."""
    outcomes = (PENDING, CONFIRMED, REFUSED)
    return {name: sum(one.outcome == name for one in found) for name in outcomes}


def _hiding(entry: Mapping[str, Any]) -> Hiding:
    facts = entry["facts"] if isinstance(entry["facts"], dict) else {}
    return Hiding(
        ref=entry["ref"],
        chain=entry["chain"],
        at=entry["at"],
        by=entry["actor"],
        what=str(facts.get("hid_what", "")),
        why=str(facts.get("hid_why", "")),
        where=entry["note"],
    )


def _entry(row: sqlite3.Row) -> dict[str, Any]:
    kind, _, number = row["subject"].partition(":")
    return {
        "ref": Ref(kind, int(number)),
        "chain": row["chain"],
        "at": utc(row["at"]),
        "event": row["event"],
        "actor": row["actor"],
        "facts": _facts(row["facts"]),
        "note": row["note"],
    }


def _facts(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # somebody has changed it: the ledger's check finds that
        return {}
