"""Rows as somebody asks to see them: lists with their next wait, and hand-offs with their ends."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from escalation.decision import TimerKind
from escalation.handoff_figures import HandedOff
from escalation.subject import Ref
from tocsin.store.times import ms, utc


class LookingRows:
    """Reads only; nothing that decides depends on it."""

    connection: sqlite3.Connection

    def next_dues(self, kind: str) -> Mapping[int, tuple[TimerKind, datetime]]:
        """The wait of each subject of a kind that is over first. Whether a storm reaches anybody
        is waited for until somebody has acknowledged it."""
        rows = self.connection.execute(
            "select number, timer, min(due) from timers where kind = ? and due is not null "
            "and (timer <> 'unreachable' or number in "
            "(select number from incidents where state = 'new')) group by number",
            (kind,),
        )
        return {number: (TimerKind(timer), utc(due)) for number, timer, due in rows.fetchall()}

    def contracts_of(self, ref: Ref) -> list[dict[str, Any]]:
        """A subject's hand-offs in order, each with what was agreed and how it ended."""
        rows = self.connection.execute(
            "select from_person, from_team, to_person, to_team, reason, told, offered_at, "
            "answered_at, outcome from handoffs where kind = ? and number = ? "
            "order by offered_at, id",
            (ref.kind, ref.number),
        )
        return [
            {
                **dict(row),
                "offered_at": utc(row["offered_at"]),
                "answered_at": None if row["answered_at"] is None else utc(row["answered_at"]),
                "outcome": row["outcome"] or "pending",
            }
            for row in rows.fetchall()
        ]

    def handed_off(self, since: datetime) -> Sequence[HandedOff]:
        """All hand-offs of the subjects of which one was offered since then, in order; so that
        it shows when one came back to a team that it had left before."""
        rows = self.connection.execute(
            "select kind, number, from_team, to_team, offered_at, answered_at, outcome "
            "from handoffs where (kind, number) in "
            "(select kind, number from handoffs where offered_at >= ?) order by offered_at, id",
            (ms(since),),
        )
        return [
            HandedOff(
                ref=Ref(kind, number),
                from_team=from_team,
                to_team=to_team,
                offered_at=utc(offered_at),
                answered_at=None if answered_at is None else utc(answered_at),
                outcome=outcome or "pending",
            )
            for kind, number, from_team, to_team, offered_at, answered_at, outcome in rows
        ]
