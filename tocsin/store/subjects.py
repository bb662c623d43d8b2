"""Cases, incidents, faults, and their timers."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from config import Band
from escalation.decision import TimerKind
from escalation.desk import Timer
from escalation.subject import (
    KINDS,
    AskedAgain,
    AtTheTop,
    Case,
    Fault,
    Incident,
    Level,
    Matter,
    Ref,
    Subject,
)
from tocsin.store.rows import TABLES, Shape
from tocsin.store.times import ms, utc

_SHAPES: Mapping[str, Shape[Any]] = {name: Shape(kind) for name, kind in KINDS.items()}
Label = tuple[str, str, int]
NOTHING: Mapping[str, str] = {}
MANY = 1000  # waiting cases are counted as far as this; nobody needs to know how many more
# What a rival writer would have moved: by these a write is compared with what was read.
_GUARD = ("state", "owner", "round", "step", "page_number")

# When a page that asks for no acknowledgement is wanted, by a person in a round.
_WANTED = {
    "offered": "offered_to = ? and round = ?",
    "offer_returned": "state = 'owned' and owner = ? and round = ?",
}


_JUDGED = (
    "number in (select c.case_number from case_posts c join cases k on k.number = c.case_number "
    "join mentions m on m.post = c.post and m.brand = k.brand join judgements j on j.id = "
    "(select max(id) from judgements where mention = m.id) where "
)
_ABOUT = {
    "aspect": f"{_JUDGED}exists (select 1 from json_each(j.aspects) where value = ?))",  # noqa: S608
    "journey": f"{_JUDGED}j.journey = ?)",
}


@lru_cache(maxsize=256)  # the same few are asked again and again
def _query(kind: str, where: str) -> str:
    return f"select {_SHAPES[kind].columns} from {TABLES[kind]} {where}"  # noqa: S608


class Conflict(Exception):
    """The subject was changed by somebody else between reading and writing it."""


class SubjectRows:
    """What the engine reads and writes of subjects."""

    connection: sqlite3.Connection

    def subject(self, ref: Ref) -> Subject | None:
        """Read a subject; None where there is none of that number."""
        table = TABLES.get(ref.kind)
        if table is None:
            return None
        found = self._subjects(ref.kind, "where number = ?", (ref.number,))
        return found[0] if found else None

    def _subjects(self, kind: str, where: str, values: Sequence[Any]) -> list[Any]:
        rows = self.connection.execute(_query(kind, where), values).fetchall()
        return list(map(_SHAPES[kind].value, rows))

    def next_number(self, kind: str) -> int:
        """A number never used before for that kind of subject."""
        query = f"select coalesce(max(number), 0) + 1 from {TABLES[kind]}"  # noqa: S608
        return int(self.connection.execute(query).fetchone()[0])

    def save(self, subject: Subject, before: Subject | None) -> None:
        """Write a subject by compare-and-set against what was read (None: it is new).

        Raises Conflict where the row is not what was read.
        """
        table, shape = TABLES[subject.kind], _SHAPES[subject.kind]
        if before is None:
            marks = ", ".join("?" * len(shape.names))
            self.connection.execute(
                f"insert into {table} ({shape.columns}) values ({marks})",  # noqa: S608
                shape.row(subject),
            )
            return
        changed = shape.changes(before, subject)
        sets = "".join(f"{name} = ?, " for name in changed)
        wheres = " and ".join(f"{name} is ?" for name in _GUARD)
        guard = (shape.column(name, getattr(before, name)) for name in _GUARD)
        done = self.connection.execute(
            f"update {table} set {sets}version = version + 1 "  # noqa: S608
            f"where number = ? and {wheres}",
            (*changed.values(), subject.number, *guard),
        )
        if done.rowcount != 1:
            raise Conflict(f"{subject.ref.spoken} was changed by somebody else")

    def open_case(self, brand: str, author: int) -> Case | None:
        """The author's open case with a brand."""
        where = "where brand = ? and author = ? and state <> 'closed'"
        found = self._subjects("case", where, (brand, author))
        return found[0] if found else None

    def last_closed_case(self, brand: str, author: int) -> Case | None:
        """The author's case with a brand that was closed last."""
        where = (
            "where brand = ? and author = ? and state = 'closed' order by closed_at desc, "
            "number desc limit 1"
        )
        found = self._subjects("case", where, (brand, author))
        return found[0] if found else None

    def open_cases(self, brand: str, topic: str | None, since: datetime) -> Sequence[Case]:
        """Open cases of a brand (and topic) whose last complaint is not older than `since`."""
        where = "where brand = ? and state <> 'closed' and complained_at >= ?"
        values: list[Any] = [brand, ms(since)]
        if topic is not None:
            where += " and topic = ?"
            values.append(topic)
        return self._subjects("case", where + " order by number", values)

    def members(self, incident: int) -> Sequence[Case]:
        """Open cases that belong to an incident."""
        where = "where incident = ? and state <> 'closed' order by number"
        return self._subjects("case", where, (incident,))

    def open_incident(self, brand: str, topic: str | None) -> Incident | None:
        """The open incident of a brand: of all of it, or of this topic."""
        where = (
            "where brand = ? and state <> 'closed' and (topic is null or topic = ?) "
            "order by level = 'storm' desc, number limit 1"
        )
        found = self._subjects("incident", where, (brand, topic))
        return found[0] if found else None

    def open_fault(self, about: str) -> Fault | None:
        """The open fault of that name."""
        found = self._subjects("fault", "where about = ? and state <> 'closed'", (about,))
        return found[0] if found else None

    def open_faults(self, prefix: str) -> list[str]:
        """What the open faults are about whose name begins so."""
        rows = self.connection.execute(
            "select about from faults where state <> 'closed' and substr(about, 1, ?) = ? "
            "order by about",
            (len(prefix), prefix),
        )
        return [row[0] for row in rows.fetchall()]

    def open_subjects(self) -> Sequence[Subject]:
        """Every open case, incident, fault and private matter."""
        return [s for kind in KINDS for s in self._subjects(kind, "where state <> 'closed'", ())]

    def subjects(
        self,
        kind: str,
        *,
        only_open: bool,
        limit: int = 1000,
        like: Mapping[str, str] = NOTHING,
        urgent_first: bool = False,
    ) -> Sequence[Any]:
        """Subjects of a kind, the newest first, or what is open and most urgent before that.

        like  what they are to have: `owner`, `team`, `band`, or `state`, by which an incident's
              level may be meant too; of cases also `aspect` and `journey`, of any of their posts.
        """
        wheres, values = ["state <> 'closed'" if only_open else "true"], list[Any]()
        for name in ("owner", "team", "band", "state"):
            if name in like:
                level = ", level" if name == "state" and kind == "incident" else ""
                wheres.append(f"? in ({name}{level})")
                values.append(like[name])
        for name in ("aspect", "journey"):
            if name in like:
                wheres.append(_ABOUT[name])
                values.append(like[name])
        urgency = "state = 'closed', band <> 'storm', band, " if urgent_first else ""
        where = f"where {' and '.join(wheres)} order by {urgency}number desc limit ?"
        return self._subjects(kind, where, (*values, limit))

    def count_open(self, kind: str) -> int:
        """How many subjects of a kind are open."""
        query = f"select count(*) from {TABLES[kind]} where state <> 'closed'"  # noqa: S608
        return int(self.connection.execute(query).fetchone()[0])

    def cases_opened(self, brand: str, topic: str, since: datetime) -> int:
        """How many cases were opened on a topic since then."""
        row = self.connection.execute(
            "select count(*) from cases where brand = ? and topic = ? and opened_at >= ?",
            (brand, topic, ms(since)),
        ).fetchone()
        return int(row[0])

    def attach(self, case: int, post: int) -> None:
        """Make a post part of a case; a second time changes nothing."""
        self.connection.execute(
            "insert or ignore into case_posts (case_number, post) values (?, ?)", (case, post)
        )

    def is_wanted(self, ref: Ref, round_: int, person: str, what: str) -> bool:
        """Is a page still wanted: does a subject wait, in this round and without a hold, for a
        person's acknowledgement, or for the other thing that the page says?"""
        if ref.kind not in TABLES:
            return False
        if what != "page":
            condition = _WANTED.get(what, "state <> 'closed' and ? is not null and round = ?")
            row = self.connection.execute(
                f"select 1 from {TABLES[ref.kind]} where number = ? and {condition}",  # noqa: S608
                (ref.number, person, round_),
            ).fetchone()
            return row is not None
        free = " and (inhibited_by is null or safety)" if ref.kind == "case" else ""
        row = self.connection.execute(
            f"select 1 from {TABLES[ref.kind]} where number = ? and state = 'new' "  # noqa: S608
            f"and held_until is null and round = ? and owner = ?{free}",
            (ref.number, round_, person),
        ).fetchone()
        return row is not None

    def several(self, refs: Sequence[Ref]) -> list[Subject]:
        """Read several subjects, in the order given; those that are not there are left out."""
        found: dict[Ref, Subject] = {}
        for kind in dict.fromkeys(ref.kind for ref in refs if ref.kind in TABLES):
            numbers = [ref.number for ref in refs if ref.kind == kind]
            where = f"where number in ({', '.join('?' * len(numbers))})"
            found |= {one.ref: one for one in self._subjects(kind, where, numbers)}
        return [found[ref] for ref in refs if ref in found]

    def unrecorded(self, at_most: int) -> list[Ref]:
        """Subjects of which the ledger has no entry at all."""
        found: list[Ref] = []
        for kind, table in TABLES.items():
            rows = self.connection.execute(
                f"select number from {table} s where not exists (select 1 from ledger "  # noqa: S608
                f"where subject = '{kind}:' || s.number) order by number limit ?",
                (at_most - len(found),),
            )
            found += [Ref(kind, row[0]) for row in rows.fetchall()]
        return found

    def labels(self, refs: Sequence[Ref]) -> Mapping[Ref, Label]:
        """The brand, band and step of several subjects; nothing of those that are not there, as
        what a digest is about."""
        found: dict[Ref, Label] = {}
        for kind in {ref.kind for ref in refs} & TABLES.keys():
            rows = self.connection.execute(
                f"select number, brand, band, step from {TABLES[kind]} "  # noqa: S608
                "where number in (select value from json_each(?))",
                (json.dumps([ref.number for ref in refs if ref.kind == kind]),),
            )
            found |= {Ref(kind, row[0]): (row[1], row[2], row[3]) for row in rows.fetchall()}
        return found

    def storming(self) -> list[tuple[str, Level]]:
        """The brands that are in an open storm, or in one that is contained, and which it is."""
        rows = self.connection.execute(
            "select distinct brand, level from incidents where level in ('storm', 'contained') "
            "and state <> 'closed' order by brand"
        )
        return [(row[0], Level(row[1])) for row in rows.fetchall()]

    # --------------------------------------------------------------------------- timers
    def arm(self, ref: Ref, kind: TimerKind, due: datetime, now: datetime) -> None:
        """Start a wait, replacing an earlier one of that kind. `now` is kept with it, so that
        business time can be counted again where a calendar changes."""
        self.connection.execute(
            "insert into timers (kind, number, timer, generation, due, armed_at) "
            "values (?, ?, ?, 1, ?, ?) on conflict do update set "
            "generation = generation + 1, due = excluded.due, armed_at = excluded.armed_at",
            (ref.kind, ref.number, kind, ms(due), ms(now)),
        )

    def count_from(self, now: datetime) -> int:
        """Where a clock ran ahead when waits began, count what is left of each from now: none
        takes longer than it was to. Returns how many."""
        done = self.connection.execute(
            "update timers set due = due - (armed_at - ?), armed_at = ? "
            "where due is not null and armed_at > ?",
            (ms(now), ms(now), ms(now)),
        )
        return done.rowcount

    def cancel(self, ref: Ref, kinds: Sequence[TimerKind]) -> None:
        """Stop waits; without kinds, all of the subject's."""
        only = f" and timer in ({', '.join('?' * len(kinds))})" if kinds else ""
        self.connection.execute(
            "update timers set generation = generation + 1, due = null "  # noqa: S608
            f"where kind = ? and number = ? and due is not null{only}",
            (ref.kind, ref.number, *kinds),
        )

    def dues(self, ref: Ref) -> Mapping[TimerKind, datetime]:
        """The running waits of a subject."""
        rows = self.connection.execute(
            "select timer, due from timers where kind = ? and number = ? and due is not null",
            (ref.kind, ref.number),
        )
        return {TimerKind(timer): utc(due) for timer, due in rows.fetchall()}

    def begun(self, ref: Ref) -> Mapping[TimerKind, datetime]:
        """When each of a subject's running waits began."""
        rows = self.connection.execute(
            "select timer, armed_at from timers where kind = ? and number = ? and due is not null",
            (ref.kind, ref.number),
        )
        return {TimerKind(timer): utc(armed_at) for timer, armed_at in rows.fetchall()}

    def move(self, ref: Ref, kind: TimerKind, due: datetime) -> None:
        """Let a running wait end at another instant; when it began stays as it is."""
        self.connection.execute(
            "update timers set generation = generation + 1, due = ? "
            "where kind = ? and number = ? and timer = ? and due is not null",
            (ms(due), ref.kind, ref.number, kind),
        )

    def brief_cases(self, numbers: Sequence[int]) -> list[sqlite3.Row]:
        """The little of several cases that a list of them shows, with when each is to be
        acknowledged; in the order of their numbers."""
        marks = ", ".join("?" * len(numbers))
        return self.connection.execute(
            "select c.number, c.brand, c.topic, c.team, c.band, c.state, c.owner, c.posts, "  # noqa: S608
            "c.step, c.safety, c.incident, t.due from cases c left join timers t "
            "on t.kind = 'case' and t.number = c.number and t.timer = 'ack' "
            f"where c.number in ({marks}) order by c.number",
            tuple(numbers),
        ).fetchall()

    def waiting_at_the_top(self, person: str, last_steps: Mapping[str, int]) -> Sequence[AtTheTop]:
        """What waits at the last step for a person's acknowledgement, by what decides its waits;
        each once.

        last_steps  the number of the last step of each team's policy; "": of other teams.
        """
        found = [
            (kind, row)
            for kind, table in TABLES.items()
            if kind != Matter.kind
            for row in self.connection.execute(
                f"select team, band, safety, max(step) as top from {table} "  # noqa: S608
                "where owner = ? and state = 'new' and held_until is null group by 1, 2, 3",
                (person,),
            ).fetchall()
        ]
        tops = (
            AtTheTop(
                kind,
                row["team"],
                Band(row["band"]),
                bool(row["safety"]),
                last_steps.get(row["team"], last_steps.get("", 0)),
            )
            for kind, row in found
        )
        return [top for (_, row), top in zip(found, tops, strict=True) if row["top"] >= top.step]

    def repeat_acks(self, person: str, again: Sequence[AskedAgain], now: datetime) -> int:
        """Start the ack waits of those of a person's subjects anew. Returns how many."""
        moved = [
            (ms(one.due), ms(now), one.top.kind, number)
            for kind in dict.fromkeys(one.top.kind for one in again)
            for number, one in self._asked_by(person, kind, again)
        ]
        self.connection.executemany(
            "update timers set generation = generation + 1, due = ?, armed_at = ? "
            "where kind = ? and number = ? and timer = 'ack'",
            moved,
        )
        return len(moved)

    def _asked_by(
        self, person: str, kind: str, again: Sequence[AskedAgain]
    ) -> Iterator[tuple[int, AskedAgain]]:
        """The numbers of a person's subjects of a kind whose wait is among those."""
        alike = {(a.top.team, a.top.band, a.top.safety): a for a in again if a.top.kind == kind}
        rows = self.connection.execute(
            # By what is due, which is little; a person may have thousands of subjects (`cross`:
            # in this order).
            "select t.number, t.due, s.team, s.band, s.safety, s.step from timers t "  # noqa: S608
            f"cross join {TABLES[kind]} s on s.number = t.number "
            "where t.due is not null and t.due <= ? and +t.kind = ? and t.timer = 'ack' "
            "and s.owner = ? and s.state = 'new'",
            (ms(max(one.until for one in alike.values())), kind, person),
        )
        for number, due, team, band, safety, step in rows.fetchall():
            one = alike.get((team, band, bool(safety)))
            if one is not None and due <= ms(one.until) and step >= one.top.step:
                yield number, one

    def asked_at_the_top(
        self, person: str, last_steps: Mapping[str, int], limit: int
    ) -> Sequence[Ref]:
        """What waits at the last step for a person's acknowledgement, the most urgent first.

        last_steps  the number of the last step of each team's policy.
        """
        # A team that is no longer declared has the triage team's ladder, named "" here.
        marks = ", ".join("?" * len(last_steps))
        steps = " or ".join("(team = ? and step >= ?)" for _ in last_steps)
        steps += f" or (team not in ({marks}) and step >= ?)"
        pairs = [value for pair in last_steps.items() for value in pair]
        values = (*pairs, *last_steps, last_steps.get("", 0))
        found: list[Ref] = []
        for band in Band:  # the most urgent first
            for kind, table in TABLES.items():
                if kind == Matter.kind:  # it shares its message with nothing
                    continue
                rows = self.connection.execute(
                    f"select number from {table} where owner = ? and state = 'new' "  # noqa: S608
                    f"and band = ? and held_until is null and ({steps}) "
                    + ("and inhibited_by is null " if kind == "case" else "")
                    + "order by safety desc, number limit ?",
                    (person, band, *values, limit - len(found)),
                )
                found += [Ref(kind, row[0]) for row in rows.fetchall()]
            if len(found) >= limit:
                break
        return found

    def unacknowledged(self, person: str) -> int:
        """How many cases wait for a person's acknowledgement, at whatever step; at most MANY."""
        row = self.connection.execute(
            "select count(*) from (select 1 from cases where owner = ? and state = 'new' limit ?)",
            (person, MANY),
        ).fetchone()
        return int(row[0])

    def spend(self, timer: Timer) -> bool:
        """Take a due timer out of the running ones; False where its generation is old."""
        done = self.connection.execute(
            "update timers set due = null where kind = ? and number = ? and timer = ? "
            "and generation = ? and due is not null",
            (timer.ref.kind, timer.ref.number, timer.kind, timer.generation),
        )
        return done.rowcount == 1

    def due_timers(self, now: datetime, limit: int = 500) -> Sequence[Timer]:
        """What has fallen due, in order of due time, then subject."""
        rows = self.connection.execute(
            "select kind, number, timer, generation, due from timers "
            "where due <= ? order by due, kind, number, timer limit ?",
            (ms(now), limit),
        )
        return [
            Timer(Ref(kind, number), TimerKind(timer), generation, utc(due))
            for kind, number, timer, generation, due in rows.fetchall()
        ]

    def next_timer(self) -> datetime | None:
        """When the next wait is over."""
        row = self.connection.execute("select min(due) from timers where due is not null")
        due = row.fetchone()[0]
        return None if due is None else utc(due)
