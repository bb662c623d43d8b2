"""What leaves the outbox next: the most urgent first, folded by address."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escalation.channel import Purpose
from escalation.grouping import (
    BUNDLE_WAIT,
    FREE_MESSAGES,
    LONGEST,
    MAX_IN_BUNDLE,
    MOST_PAGES,
    SAFETY,
    WINDOW,
    Waiting,
    is_urgent,
    plan,
)
from tocsin.store.joining import JoinRows
from tocsin.store.parcels import Parcel, Queued, queued
from tocsin.store.times import ms, utc

MAX_CLAIM = 200
OVERDUE = timedelta(minutes=20)  # a renewal waits no longer: erased words leave within the hour
Place = tuple[str, str]  # a channel and an address there
# Conditions as the partial indexes have them, or SQLite would not use those.
FOLDING = "state = 'queued' and purpose in ('page', 'notice') and receipt is null"
_ALONE = (
    "state = 'queued' and (purpose in ('card', 'digest', 'head', 'reply') or receipt is not null)",
    "stale = 1 and state = 'sent'",
)
LOOKED_AT = "state = 'queued' and look_at is not null"
_HERE = f"{FOLDING} and channel = a.channel and address = a.address"
# When anything leaves next; each number is found at the head of an index. max() of a number and of
# nothing is nothing.
_NEXT = f"""
    select min(due) from (
        select min(due) as due from messages where {_ALONE[0]}
        union all select min(due) from messages where {_ALONE[1]}
        union all select (select min(due) from messages where {_HERE} and urgent = 1)
            from addresses a
        union all select max(folds_until,
            (select min(due) from messages where {_HERE} and urgent = 0)) from addresses a
        union all select min(look_at) from messages where {LOOKED_AT}
    )
"""  # noqa: S608
# What is to be tried again leaves with what is due there, or an outage ends in a flood. It does so
# once, then keeps to its own time: several of safety, or first pages of storms, leave before all
# else and alone, and would be tried over and over while what is due behind them never had its turn.
_ALONG = "due > ? and failing_since is not null and coalesce(sending_since, 0) < ?"
# By which anything is due, in the words of the indexes too.
DUE = ("state = 'queued' and due <= ?", "stale = 1 and state = 'sent' and due <= ?")


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What could leave now, and when its address is looked at again if it does."""

    order: tuple[bool, int, bool, int]
    ids: tuple[int, ...]
    channel: str
    address: str
    again: datetime | None
    was_tried: bool
    is_failing: bool

    @property
    def place(self) -> Place:
        return self.channel, self.address


class ClaimRows(JoinRows):
    """How delivery takes messages out, and when it is to look again."""

    connection: sqlite3.Connection

    def claim(
        self,
        now: datetime,
        channels: Sequence[str] | None = None,
        at_most: int = MAX_CLAIM,
        editing: Sequence[str] = (),
        busy: Collection[Place] | None = None,
    ) -> list[Parcel]:
        """Take what is due, fold it by address, and mark it as being sent: pages before cards.

        channels  only these; None: all.
        at_most   parcels; few, so that what comes meanwhile and is more urgent goes before the
                  rest.
        editing   channels that can change a message where it stands.
        busy      addresses for which something is under way. Where they are given, nothing is taken
                  for them, and one parcel for each other address. None: nothing is sent at the
                  same time.
        """
        only = "" if channels is None else f" and +channel in ({', '.join('?' * len(channels))})"
        values = tuple(channels or ())
        leaving = [
            one
            for channel, address, folds_until in self._addresses(only, values)
            if busy is None or (channel, address) not in busy
            for one in self._fold(channel, address, folds_until, now)
        ]
        leaving.sort(key=lambda one: one.order)
        chosen = (leaving if busy is None else _one_each(_untried_first(leaving)))[:at_most]
        self._fold_behind(chosen, leaving)
        changing = [name for name in editing if channels is None or name in channels]
        joined = self.joining(now, changing, {one.place for one in leaving} | set(busy or ()))
        del joined[max(0, at_most - len(chosen)) :]
        room = at_most - len(chosen) - len(joined)
        leaves = [*(one.ids for one in chosen), *joined]
        if busy is None:
            return self._take([*leaves, *self._single(only, (ms(now), *values), room)], now)
        held = {*busy, *(one.place for one in chosen), *self._places(joined)}
        return self._take([*leaves, *self._single_each(only, values, now, room, held)], now)

    def _fold_behind(self, chosen: Sequence[_Leaving], leaving: Sequence[_Leaving]) -> None:
        """Addresses fold behind the last that could leave for them: folding any earlier would hold
        back what is to leave right after it."""
        more = Counter(one.place for one in leaving) - Counter(one.place for one in chosen)
        for one in chosen:
            if one.place not in more:
                self._fold_until(one.channel, one.address, one.again)

    def _places(self, leaving: Sequence[tuple[int, ...]]) -> set[Place]:
        rows = self.connection.execute(
            "select distinct channel, address from messages "
            "where id in (select value from json_each(?))",
            (json.dumps([ids[0] for ids in leaving]),),
        )
        return {(channel, address) for channel, address in rows.fetchall()}

    def _addresses(self, only: str, channels: Sequence[str]) -> list[sqlite3.Row]:
        query = f"select * from addresses where true{only} order by channel, address"  # noqa: S608
        return self.connection.execute(query, tuple(channels)).fetchall()

    def _single(self, only: str, values: Sequence[Any], at_most: int) -> list[tuple[int, ...]]:
        """What leaves by itself: cards, digests, and renewals of what is shown somewhere."""
        leaving: dict[object, tuple[int, ...]] = {}
        for condition in _ALONE:
            rows = self.connection.execute(
                f"select id, receipt_key from messages where {condition} "  # noqa: S608
                f"and due <= ?{only} order by due, id limit ?",
                (*values, max(0, at_most)),
            )
            for number, shown in rows.fetchall():
                if shown is None:
                    leaving[number] = (number,)
                elif shown not in leaving:
                    leaving[shown] = self._shown_with(shown)
        return list(leaving.values())[: max(0, at_most)]

    def _single_each(
        self,
        only: str,
        channels: Sequence[str],
        now: datetime,
        at_most: int,
        held: Collection[Place],
    ) -> list[tuple[int, ...]]:
        """The same, one for each address; nothing for those held. A platform takes little more than
        one change a second in a room: a storm that renews every card there must not hold back a new
        one, nor what somebody has just pressed."""
        stopped = json.dumps(["\n".join(place) for place in held])
        # What waits too long, then what is new there, then renewals, the newest change first.
        turns = (
            (_ALONE[1], "min(due)", ms(now - OVERDUE)),
            (_ALONE[0], "min(due)", ms(now)),
            (_ALONE[1], "max(due)", ms(now)),
        )
        found: dict[Place, tuple[int, int, int, str | None]] = {}
        for turn, (condition, which, until) in enumerate(turns if at_most > 0 else ()):
            rows = self.connection.execute(
                f"select channel, address, {which}, id, receipt_key from messages "  # noqa: S608
                f"where {condition} and due <= ?{only} and channel || char(10) || address not in "
                "(select value from json_each(?)) group by channel, address",
                (until, *channels, stopped),
            )
            for channel, address, due, number, shown in rows.fetchall():
                found.setdefault((channel, address), (turn, due, number, shown))
        first = sorted(found.values(), key=lambda one: one[:3])[:at_most]
        return [
            (number,) if shown is None else self._shown_with(shown) for *_, number, shown in first
        ]

    def claim_one(self, key: str, now: datetime) -> list[Parcel]:
        """Take one queued message, whenever it is due; nothing where it is not queued."""
        row = self.connection.execute(
            "select id from messages where key = ? and state = 'queued'", (key,)
        ).fetchone()
        return [] if row is None else self._take([(row["id"],)], now)

    def claim_unknown(self, channels: Sequence[str], now: datetime) -> list[Parcel]:
        """Take what is due on none of these channels, each message by itself."""
        known = ", ".join("?" * len(channels))
        rows = [
            row
            for due in DUE
            for row in self.connection.execute(
                f"select id from messages where {due} "  # noqa: S608
                f"and channel not in ({known}) order by due, id limit ?",
                (ms(now), *channels, MAX_CLAIM),
            ).fetchall()
        ]
        return self._take([(row[0],) for row in rows], now)

    def _take(self, leaving: Sequence[tuple[int, ...]], now: datetime) -> list[Parcel]:
        numbers = [one for ids in leaving for one in ids]
        if not numbers:
            return []
        found = self._read(numbers)
        self.connection.executemany(
            "update messages set state = 'sending', sending_since = ?, begun = 0, stale = 0, "
            "attempts = attempts + 1 where id = ?",
            [(ms(now), one) for one in numbers],
        )
        return [Parcel(tuple(found[one] for one in ids)) for ids in leaving]

    def _read(self, numbers: Sequence[int]) -> dict[int, Queued]:
        rows = self.connection.execute(
            "select * from messages where id in (select value from json_each(?))",
            (json.dumps(numbers),),
        )
        return {row["id"]: queued(row) for row in rows.fetchall()}

    def _fold(self, channel: str, address: str, folds_until: int, now: datetime) -> list[_Leaving]:
        """What could leave for an address now. While it folds there, only what is urgent does;
        then everything that is due leaves together."""
        folding = " and urgent = 1" if ms(now) < folds_until else ""
        rows = self._due(channel, address, f"urgent in (0, 1) and due <= ?{folding}", ms(now))
        if not rows:
            return []
        if not folding:
            oldest = min(row[7] for row in rows)
            rows += self._due(channel, address, _ALONG, ms(now), oldest)
        waiting = [_waiting(row) for row in rows]
        sent, paged = self._sent_lately(channel, address, now, waiting)
        planned = plan(waiting, sent, now, paged)
        again = planned.look_again
        if again is not None:
            again = min(again, self._next_of_safety(channel, address, now) or again)
        orders = {row[0]: (not row[2], row[4], row[3] == Purpose.NOTICE, row[1]) for row in rows}
        urgent = {row[0] for row in rows if row[2]}
        tried = {row[0] for row in rows if row[5]}
        failing = {row[0] for row in rows if row[6] is not None}
        if all(ids[0] in urgent for ids in planned.parcels):  # the rest waits
            self._fold_until(channel, address, again)
        return [
            _Leaving(
                orders[ids[0]],
                ids,
                channel,
                address,
                None if ids[0] in urgent else again,
                was_tried=not tried.isdisjoint(ids),
                is_failing=not failing.isdisjoint(ids),
            )
            for ids in planned.parcels
        ]

    def _due(self, channel: str, address: str, when: str, *values: int) -> list[sqlite3.Row]:
        """What waits for an address and is due; one more of each kind than fits, so that it shows
        whether some are left."""
        most = ((Purpose.PAGE, MOST_PAGES + 1), (Purpose.NOTICE, MAX_IN_BUNDLE + 1))
        return [
            row
            for purpose, limit in most
            for row in self.connection.execute(
                "select id, queued_at, urgent, purpose, rank, attempts, "  # noqa: S608
                f"failing_since, due from messages where {FOLDING} and purpose = '{purpose}' "
                f"and channel = ? and address = ? and {when} "
                "order by urgent desc, rank, queued_at, id limit ?",
                (channel, address, *values, limit),
            ).fetchall()
        ]

    def _fold_until(self, channel: str, address: str, until: datetime | None) -> None:
        if until is not None:
            self.connection.execute(
                "update addresses set folds_until = ? where channel = ? and address = ?",
                (ms(until), channel, address),
            )

    def unfold_for_a_page(self, channel: str, address: str) -> None:
        """The same for a page where none waits yet: notices fold sooner than pages do."""
        self.connection.execute(
            "update addresses set folds_until = 0 where channel = ?1 and address = ?2 "  # noqa: S608
            f"and not exists (select 1 from messages where {FOLDING} and purpose = 'page' "
            "and channel = ?1 and address = ?2)",
            (channel, address),
        )

    def unfold(self, channel: str, address: str) -> None:
        """Look at an address anew, though it folds: something for it does not wait."""
        self.connection.execute(
            "update addresses set folds_until = 0 where channel = ? and address = ?",
            (channel, address),
        )

    def _next_of_safety(self, channel: str, address: str, now: datetime) -> datetime | None:
        """When a page of a matter of safety is due that is not due yet, as one that failed."""
        row = self.connection.execute(
            f"select min(due) from messages where {FOLDING} and purpose = 'page' "  # noqa: S608
            "and channel = ? and address = ? and urgent = 0 and due > ? and rank = ?",
            (channel, address, ms(now), SAFETY),
        ).fetchone()
        return None if row[0] is None else utc(row[0])

    def _sent_lately(
        self, channel: str, address: str, now: datetime, waiting: Sequence[Waiting]
    ) -> tuple[list[datetime], list[datetime]]:
        """When messages left for an address, the newest first, and those with a page in them: of
        the last hour only where that matters, for it may be many rows. What joined one that stood
        there rang nothing."""
        sent, paged = self._sent_since(channel, address, now - WINDOW)
        counted = sent if all(one.notice for one in waiting) else paged
        early = any(map(is_urgent, waiting)) or len(counted) < FREE_MESSAGES
        if early and sent and now < sent[0] + BUNDLE_WAIT:
            return self._sent_since(channel, address, now - LONGEST)
        return sent, paged

    def _sent_since(
        self, channel: str, address: str, since: datetime
    ) -> tuple[list[datetime], list[datetime]]:
        rows = self.connection.execute(
            "select min(sent_at), max(purpose = 'page') from messages "
            "where channel = ? and address = ? "
            "and state = 'sent' and purpose not in ('card', 'reply') and urgent = 0 "
            "and sent_at > ? group by receipt_key order by 1 desc",
            (channel, address, ms(since)),
        ).fetchall()
        return [utc(at) for at, _ in rows], [utc(at) for at, is_page in rows if is_page]

    def was_busy(self, channel: str, address: str, since: datetime) -> bool:
        """Have so many messages left for an address since then that the next one waits?"""
        return len(self._sent_since(channel, address, since)[0]) >= FREE_MESSAGES

    def next_message(self) -> datetime | None:
        """When the next message leaves."""
        due = self.connection.execute(_NEXT).fetchone()[0]
        return None if due is None else utc(due)


def _untried_first(leaving: Sequence[_Leaving]) -> list[_Leaving]:
    """Where a channel fails, few are tried: there what never was goes before the rest, or the same
    would be tried again and again."""
    failing = {one.channel for one in leaving if one.is_failing and not one.was_tried}
    return sorted(leaving, key=lambda one: one.was_tried and one.channel in failing)


def _one_each(leaving: Iterable[_Leaving]) -> list[_Leaving]:
    """The first for each address."""
    first: dict[Place, _Leaving] = {}
    for one in leaving:
        first.setdefault(one.place, one)
    return list(first.values())


def _waiting(row: sqlite3.Row) -> Waiting:
    number, queued_at, urgent, purpose, rank, *_ = row
    return Waiting(number, utc(queued_at), bool(urgent), purpose != Purpose.PAGE, rank)
