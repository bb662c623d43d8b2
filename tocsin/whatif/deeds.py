"""What people did, as the ledger has it: an action, and the subject it was meant for.

Other rules give other numbers to cases, so that a case is named by its posts, the one that opened
it first, and an incident by its brand and topic.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config import Band
from escalation.closing import SPAM
from escalation.decision import ENGINE, Action, Verb
from escalation.snoozes import LONGEST_SNOOZE, LONGEST_SNOOZE_ELSE
from escalation.subject import State
from tocsin.store.times import ms, utc

PAGE = 500  # ledger entries read at once
POSTS = 20  # of a case that it is looked for by
ERASED = "(erased)"  # stands for a typed reason that is not kept any more
VIA = "replay"
_JUST_AFTER_MS = 60_000
_WITH_REASON = (
    Verb.DISMISS,
    Verb.SNOOZE,
    Verb.REOPEN,
    Verb.HANDOFF,
    Verb.WONT_ACT,
    Verb.PERMISSION,
    Verb.REFUSE,
    Verb.HID,
    Verb.REFUSE_HID,
)

# Entries of the ledger by people, and the action behind each. Those with two meanings are below.
VERBS: Mapping[str, Verb] = {
    "acknowledged": Verb.ACK,
    "assigned": Verb.ASSIGN,
    "offered": Verb.HANDOFF,
    "accepted": Verb.ACCEPT,
    "offer_returned": Verb.DECLINE,
    "returned_to_lead": Verb.DECLINE,
    "snoozed": Verb.SNOOZE,
    "brand_reply": Verb.REPLIED,
    "brand_reply_earlier": Verb.REPLIED,
    "closed": Verb.RESOLVE,
    "reopened": Verb.REOPEN,
    "claimed": Verb.CLAIM,
    "rerouted": Verb.REROUTE,
    "escalated": Verb.ESCALATE,
    "noted": Verb.NOTE,
    "commented": Verb.COMMENT,
    "cause_named": Verb.CAUSE,
    "permission_asked": Verb.PERMISSION,
    "permission_granted": Verb.GRANT,
    "permission_refused": Verb.REFUSE,
    "hid": Verb.HID,
    "hid_confirmed": Verb.CONFIRM_HID,
    "hid_refused": Verb.REFUSE_HID,
    "incident_storm": Verb.DECLARE,
    "incident_contained": Verb.CONTAIN,
    "incident_closed": Verb.RESOLVE,
    "incident_dismissed": Verb.DISMISS,
}

_WHO_IS_THERE = "by which somebody said who is there, which is not replayed"
_OF_SILENCES = "by which a silence began or ended, which is not replayed"
# Entries by people that are about no case or incident.
NOT_REPLAYED: Mapping[str, str] = {
    **dict.fromkeys(("away", "back", "cover", "uncover"), _WHO_IS_THERE),
    **dict.fromkeys(("silenced", "silence_ended"), _OF_SILENCES),
    "held": _OF_SILENCES,
    "case_opened": "by which somebody of ours told of a danger, which is not replayed",
    "incident_merged": "by which incidents were merged, which is not replayed",
    "incident_absorbed": "by which incidents were merged, which is not replayed",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a person did.

    entry   the ledger's number of it.
    kind, number  what it was done to, as the store numbers it.
    posts   of a case: platform and id of its posts that are left, the oldest first.
    team    of a reroute, as the ledger writes it.
    """

    entry: int
    at: datetime
    action: Action
    kind: str
    number: int
    brand: str
    topic: str | None = None
    posts: tuple[tuple[str, str], ...] = ()
    team: str | None = None


_ENTRIES = (
    "select l.number, l.at, l.event, l.subject, l.facts, s.name, n.note from ledger l "
    "left join staff s on s.id = l.actor left join ledger_notes n on n.entry = l.number "
    "where l.number > ? and l.at between ? and ? and l.actor <> ? "
    "and l.subject not like 'matter:%' order by l.number limit ?"  # private: not even counted
)


def read_deeds(
    connection: sqlite3.Connection, since: datetime, until: datetime, left_out: Counter[str]
) -> Iterator[Deed]:
    """What people did, in order of time; what cannot be done again is counted, by reason."""
    span = (ms(since), ms(until))
    after, at = 0, since
    while rows := connection.execute(_ENTRIES, (after, *span, ENGINE, PAGE)).fetchall():
        for row in rows:
            found = _Entry(connection, row).deed(max(at, utc(row["at"])))
            if isinstance(found, str):
                left_out[found] += 1
            else:
                at = found.at
                yield found
        after = rows[-1]["number"]


class _Entry:
    """One entry of the ledger, with what else the store knows of it."""

    def __init__(self, connection: sqlite3.Connection, row: sqlite3.Row) -> None:
        self._connection = connection
        self._row = row
        self._facts = _facts_of(row["facts"])
        self._kind, _, number = str(row["subject"]).partition(":")
        self._number = int(number) if number.isascii() and number.isdigit() else 0

    def deed(self, at: datetime) -> Deed | str:
        """The deed, or why it cannot be done again."""
        if self._kind == "fault":
            return "about a fault of the machine, which is not replayed"
        verb = VERBS.get(self._row["event"])
        if verb is None:
            return NOT_REPLAYED.get(
                self._row["event"], f"of a kind that is not replayed ({self._row['event']})"
            )
        if self._row["name"] is None:
            return "by somebody whose name is not kept any more"
        subject = self._subject()
        if subject is None:
            return f"about a {self._kind} that is not kept any more"
        if self._kind == "case" and not (posts := self._posts()):
            return "about a case of which no post is kept any more"
        return Deed(
            entry=self._row["number"],
            at=at,
            action=self._action(verb, subject),
            kind=self._kind,
            number=self._number,
            brand=subject["brand"],
            topic=subject["topic"],
            posts=posts if self._kind == "case" else (),
            team=str(self._facts.get("team", "")) if verb is Verb.REROUTE else None,
        )

    def _action(self, verb: Verb, subject: sqlite3.Row) -> Action:
        if verb is Verb.RESOLVE and self._facts.get("close_reason") in (SPAM, "dismissed"):
            verb = Verb.DISMISS
        elif self._facts.get("close_reason") == str(Verb.WONT_ACT):
            verb = Verb.WONT_ACT
        reason = self._row["note"] or ""
        if self._facts.get("close_reason") == SPAM:
            reason = SPAM
        elif verb in _WITH_REASON:
            reason = reason or ERASED
        closes = verb in (Verb.RESOLVE, Verb.CAUSE)
        money = "permission_money" if verb is Verb.PERMISSION else "money"
        return Action(
            verb=verb,
            by=self._row["name"],
            to=self._to(verb),
            reason=reason,
            wait=self._snoozed(subject) if verb is Verb.SNOOZE else None,
            cause=self._facts.get("cause", subject["cause"]) if closes else None,
            cost=self._facts.get("cost", subject["cost"]) if closes else None,
            money=self._facts.get(money, subject["money"] if closes else None),
            done=subject["done"] if closes else "",
            done_for_rest=subject["done_for_rest"] if closes else "",
            told=self._told() if verb is Verb.HANDOFF else "",
            what=self._facts.get("hid_what") if verb is Verb.HID else None,
            why=self._facts.get("hid_why") if verb is Verb.HID else None,
            topic=self._topic() if verb is Verb.REROUTE else None,
            via=VIA,
        )

    def _topic(self) -> str | None:
        """The topic that was given with another team; None: it stayed."""
        topic = self._facts.get("topic")
        return topic.replace("+", " ") if isinstance(topic, str) else None

    def _subject(self) -> sqlite3.Row | None:
        table = {"case": "cases", "incident": "incidents"}.get(self._kind)
        if table is None:
            return None
        found: sqlite3.Row | None = self._connection.execute(
            "select brand, topic, band, owner, cause, cost, money, done, done_for_rest "  # noqa: S608
            f"from {table} where number = ?",
            (self._number,),
        ).fetchone()
        return found

    def _posts(self) -> tuple[tuple[str, str], ...]:
        rows = self._connection.execute(
            "select p.platform, p.native_id from case_posts c join posts p on p.id = c.post "
            "where c.case_number = ? and p.deleted_at is null order by p.id limit ?",
            (self._number, POSTS),
        )
        return tuple((row[0], row[1]) for row in rows.fetchall())

    def _to(self, verb: Verb) -> str | None:
        """To whom it was assigned or offered."""
        field = {Verb.ASSIGN: "owner", Verb.HANDOFF: "offered_to", Verb.HID: "hid_of"}.get(verb)
        if field is None:
            return None
        person = self._facts.get(field) or self._earlier(field)
        row = self._connection.execute(
            "select name from staff where id = ?", (str(person),)
        ).fetchone()
        return None if row is None else str(row[0])

    def _earlier(self, field: str) -> Any:
        """What a field had become by then; an entry has only what it changed."""
        rows = self._connection.execute(
            "select facts from ledger where subject = ? and number < ? order by number desc",
            (self._row["subject"], self._row["number"]),
        )
        known = (_facts_of(row[0]) for row in rows.fetchall())
        return next((facts[field] for facts in known if field in facts), None)

    def _told(self) -> str:
        """What the customer had been told, by the contract of the hand-off."""
        row = self._connection.execute(
            "select told from handoffs where kind = ? and number = ? and offered_at = ?",
            (self._kind, self._number, self._row["at"]),
        ).fetchone()
        return ERASED if row is None else row[0] or ERASED

    def _snoozed(self, subject: sqlite3.Row) -> timedelta:
        """For how long; the ledger only tells when it ended, in whole minutes it is near enough.

        A snooze that something else ended lasts until just after that, one that still runs until
        its wait is over.
        """
        urgent = subject["band"] in LONGEST_SNOOZE
        longest = LONGEST_SNOOZE[Band(subject["band"])] if urgent else LONGEST_SNOOZE_ELSE
        until = self._left_snooze_at() or self._wakes_at()
        if until is None:
            return longest
        minutes = timedelta(minutes=max(1, (until - self._row["at"]) // 60_000))
        return min(minutes, longest)

    def _left_snooze_at(self) -> int | None:
        rows = self._connection.execute(
            "select at, event, facts from ledger where subject = ? and number > ? order by number",
            (self._row["subject"], self._row["number"]),
        )
        for at, event, facts in rows.fetchall():
            if _facts_of(facts).get("state", State.SNOOZED) != State.SNOOZED:
                return int(at) if event == "woken" else int(at) + _JUST_AFTER_MS
        return None

    def _wakes_at(self) -> int | None:
        row = self._connection.execute(
            "select due from timers where kind = ? and number = ? and timer = 'wake'",
            (self._kind, self._number),
        ).fetchone()
        return None if row is None else row[0]


def _facts_of(text: str) -> dict[str, Any]:
    """The facts of an entry; of one that somebody has tampered with, none."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}
