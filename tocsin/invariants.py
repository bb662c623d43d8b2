"""What must hold at every instant, looked for in the store once a minute.

The tests prove that the engine keeps these rules. In a running house they are looked at all the
same: a bug, a disk, or somebody with the file in hand may break what no transition breaks. The
rules are those of docs/invariants.md.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from config import Band
from escalation.decision import ENGINE, TimerKind
from escalation.mending import AT_WORK, LATE_STEP
from escalation.rules import Rules
from escalation.subject import Alike, Matter, Ref
from tocsin.store import Unit
from tocsin.store.rows import TABLES
from tocsin.store.times import ms

MINUTE = timedelta(minutes=1)
MEANWHILE = timedelta(seconds=5)
OVERDUE = timedelta(seconds=30)  # a pass is made every second, and a long one takes a few
CLOSED_LATELY = timedelta(hours=24)
IN_TEN_MINUTES, IN_AN_HOUR = 8, 30  # messages to one person on one channel
MOST = 1_000  # breaches of one kind that are listed

# Each running wait of a subject is a bit of one number, so that a row tells all of them.
_BITS = {kind: 1 << place for place, kind in enumerate(TimerKind)}
_CASES_OF_BITS = " ".join(f"when '{kind}' then {bit}" for kind, bit in _BITS.items())


def _has(*kinds: TimerKind) -> str:
    return f"(waits & {sum(_BITS[kind] for kind in kinds)}) <> 0"


_ASKED = f"({_has(TimerKind.ACK)}) + (held_until is not null)"
# An offer, while a storm holds the case: its time begins when the storm lets go.
_PAUSED = "(offered_to is not null and holding)"
# Rule → when a row breaks it; `waits`: its running waits, `stormed`: an open storm holds it.
_OF_ALL = {
    "1": "owner = '' or owner not in (select value from json_each(:active))",
    "2": f"case when state = 'new' then {_ASKED} + holding <> 1 "
    f"or ({_has(TimerKind.HELD)}) <> (held_until is not null) "
    f"else {_has(TimerKind.ACK, TimerKind.HELD)} or held_until is not null end",
    "10": "(held_until is not null or state = 'snoozed') and (safety or band = 'storm')",
    "waits": f"(state = 'owned' and not ({_has(*AT_WORK)} or {_PAUSED})) "
    f"or (state = 'waiting' and not {_has(TimerKind.QUIET)}) "
    f"or (state = 'snoozed' and not {_has(TimerKind.WAKE)})",
    "offers": f"(offered_to is not null and not holding) <> ({_has(TimerKind.OFFER)})",
}
_OF_CASES = {
    "10": f"({_OF_ALL['10']}) or (safety and inhibited_by is not null)",
    "11": "inhibited_by is not null and (not stormed or inhibited_by is not incident)",
}
_WAITS = (
    "coalesce((select sum(case timer {bits} else 0 end) from timers t "
    "where t.kind = '{kind}' and t.number = s.number and t.due is not null), 0)"
)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold. `ref`: of what, None where it is about no subject."""

    rule: str
    ref: Ref | None


def breaches(desk: Unit, rules: Rules, now: datetime) -> list[Breach]:
    """Everything that does not hold now, in one state of the store; a few indexed queries."""
    found: list[Breach] = []
    for kind in TABLES:
        found += _of_open(desk.connection, kind, rules, now)
        if kind != Matter.kind:  # its last step has a time of its own
            found += _of_last_steps(desk.connection, kind, rules, now)
        found += _of_closed(desk.connection, kind, now)
    found += _of_hidings(desk.connection)
    found += _of_messages(desk.connection, now)
    found += _of_time(desk, now)
    return found


def _of_open(
    connection: sqlite3.Connection, kind: str, rules: Rules, now: datetime
) -> Iterator[Breach]:
    """Rules 1, 2, 10, 11, and that everything open waits for something."""
    conditions = _OF_ALL | (_OF_CASES if kind == "case" else {})
    waits = _WAITS.format(kind=kind, bits=_CASES_OF_BITS)
    broken = " ".join(f", ({condition}) as b{n}" for n, condition in enumerate(conditions.values()))
    holding = "inhibited_by is not null and not safety" if kind == "case" else "0"
    stormed = (
        "exists (select 1 from incidents i where i.number = s.inhibited_by and i.level = 'storm' "
        "and i.state <> 'closed')"
        if kind == "case"
        else "0"
    )
    rows = connection.execute(
        f"select number{broken} from (select *, {waits} as waits, "  # noqa: S608
        f"({holding}) as holding, case when {holding} then {stormed} else 0 end as stormed "
        f"from {TABLES[kind]} s where state <> 'closed') "
        f"where {' or '.join(f'b{n}' for n in range(len(conditions)))} limit :most",
        {"active": json.dumps(_active(rules, now)), "most": MOST},
    )
    for number, *flags in rows.fetchall():
        yield from (
            Breach(rule, Ref(kind, number))
            for rule, flag in zip(conditions, flags, strict=True)
            if flag
        )


def _active(rules: Rules, now: datetime) -> list[str]:
    """Who is there; who has just gone may still own what is given on at the next pass."""
    people = [person.name for person in rules.settings.people]
    return [
        one for one in people if rules.is_active(one, now) or rules.is_active(one, now - MINUTE)
    ]


def _of_last_steps(
    connection: sqlite3.Connection, kind: str, rules: Rules, now: datetime
) -> Iterator[Breach]:
    """Rule 3: at the last step the next page is never further off than the time of its band."""
    ack = (
        f"from {TABLES[kind]} s join timers t on t.kind = '{kind}' and t.number = s.number "
        "and t.timer = 'ack' and t.due is not null where s.state = 'new' and s.owner = ?"
    )
    top = rules.settings.fallback_executive  # others at that number have somebody above them
    groups = connection.execute(
        f"select team, band, safety, step, max(t.due) {ack} group by 1, 2, 3, 4", (top,)
    ).fetchall()
    for team, band, safety, step, latest in groups:
        group = Alike(team, Band(band), bool(safety))
        if step < rules.last_steps.get(team, rules.last_steps[""]):
            continue
        again = rules.top_due(group, now)
        if latest > ms(again + LATE_STEP):
            rows = connection.execute(
                f"select s.number {ack} and team = ? and band = ? and safety = ? "
                "and step = ? and t.due > ? limit ?",
                (top, team, band, safety, step, ms(again + LATE_STEP), MOST),
            )
            yield from (Breach("3", Ref(kind, row[0])) for row in rows.fetchall())


def _of_closed(connection: sqlite3.Connection, kind: str, now: datetime) -> Iterator[Breach]:
    """Rule 13: nothing closes without an actor and a reason, nor what is urgent without a cause.

    Who dismisses or merges something, or will not act, gives that as the reason instead.
    """
    urgent = {"case": "band in ('P1', 'P2')", "incident": "true"}.get(kind, "false")
    rows = connection.execute(
        f"select number from {TABLES[kind]} where state = 'closed' and closed_at > ? "  # noqa: S608
        "and (closed_by is null or closed_by = '' or close_reason is null or close_reason = '' "
        "or (close_reason = 'silence' and closed_by <> ?) "
        f"or (cause is null and close_reason in ('resolved', 'silence') and {urgent})) "
        f"union all select number from {TABLES[kind]} where state = 'closed' "
        "and closed_at is null limit ?",
        (ms(now - CLOSED_LATELY), ENGINE, MOST),
    )
    yield from (Breach("13", Ref(kind, row[0])) for row in rows.fetchall())


def _of_hidings(connection: sqlite3.Connection) -> Iterator[Breach]:
    """Of a case, open or closed: nobody says alone that it was right to hide something."""
    rows = connection.execute(
        "select number from cases where hid_of is not null "
        "and (hid_by is null or hid_by = hid_of or hid_what is null or hid_why is null) limit ?",
        (MOST,),
    )
    yield from (Breach("hidden", Ref("case", row[0])) for row in rows.fetchall())


def _of_messages(connection: sqlite3.Connection, now: datetime) -> Iterator[Breach]:
    """Rule 6: nobody is flooded. What left as one message counts once; first storm pages apart."""
    rows = connection.execute(
        "with left as (select min(kind) as kind, min(number) as number, channel, address, "
        "min(sent_at) as at from messages where state = 'sent' "
        "and purpose in ('page', 'notice', 'digest', 'head') and sent_at > ? and urgent = 0 "
        "and repeated = 0 group by receipt_key, channel, address), "
        "many as (select *, lag(at, ?) over w as short, lag(at, ?) over w as long from left "
        "window w as (partition by channel, address order by at)) "
        "select kind, number from many where at - short < 600000 or at - long < 3600000 limit ?",
        (ms(now - timedelta(hours=1)), IN_TEN_MINUTES, IN_AN_HOUR, MOST),
    )
    yield from (Breach("6", Ref(kind, number)) for kind, number in rows.fetchall())


def _of_time(desk: Unit, now: datetime) -> Iterator[Breach]:
    """Rule 9: ledger time never goes back, and no wait is over without its end."""
    last = desk.last_ledger_time()
    # An entry may be written while this is looked at, after `now` was asked for.
    if last is not None and last > now + MEANWHILE:
        yield Breach("9", None)
    overdue = desk.due_timers(now - OVERDUE, MOST)
    yield from (Breach("9", timer.ref) for timer in overdue)
