"""Rows of what can be done with a message that was sent, found by its token or by its receipt."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.requested import Requests, requests
from escalation.subject import Ref, Subject
from tocsin.randomness import Randomness
from tocsin.store.times import ms, utc

PRESS, LINK = "press", "link"
KEPT_OF_A_MESSAGE = 3  # a press may be under way while the message is shown anew
KEPT = timedelta(days=90)  # as long as a message may be looked at; older presses are refused
DIALOGUE = timedelta(minutes=15)  # how long an answer is waited for


@dataclass(frozen=True, slots=True)
class Shown:
    """A subject as a message showed it: in which round, and what was asked about it, since when."""

    ref: Ref
    round: int
    asked: Requests = ()


def shown_now(subject: Subject) -> Shown:
    """A subject as it stands."""
    return Shown(subject.ref, subject.round, requests(subject))


@dataclass(frozen=True, slots=True)
class Handle:
    """What a message offers.

    person  for whom the message is; None: a room.
    about   what it showed, the first first. wanted: what it asked for, as `Outgoing.what`.
    used_at, used_by, used_for  of a link: when, by whom and for what it was used.
    """

    hash: bytes
    channel: str
    person: str | None
    way: str
    about: tuple[Shown, ...]
    wanted: str
    made_at: datetime
    used_at: datetime | None = None
    used_by: str | None = None
    used_for: str | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A form that is asked for one by one.

    asked  the field that is waited for.
    room   where it began, as `Incoming.room`; heard: the id of what it heard last.
    thread receipt of the message under which it began, as `Incoming.ref`; "": under none.
    """

    verb: str
    about: tuple[Shown, ...]
    answers: Mapping[str, str]
    asked: str
    room: str = ""
    heard: str = ""
    thread: str = ""


class HandleRows:
    """Handles are kept hashed: whoever reads the store can press nothing."""

    connection: sqlite3.Connection
    randomness: Randomness

    def offer(
        self,
        message: int,
        channel: str,
        person: str | None,
        way: str,
        about: Sequence[Subject],
        wanted: str,
        now: datetime,
    ) -> str:
        """Make a message's handle; returns its token, which is kept nowhere else (128 bits)."""
        token = self.randomness.token()
        shown = _written_shown([shown_now(one) for one in about])
        self.connection.execute(
            "insert into handles (hash, message, channel, person, way, about, wanted, made_at) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            (_hash(token), message, channel, person, way, shown, wanted, ms(now)),
        )
        # The one that is shown stays, however often the message could not be shown anew.
        self.connection.execute(
            "delete from handles where message = ?1 and way = ?2 and id not in (select id from "
            "handles where message = ?1 and way = ?2 order by id desc limit ?3) and id not in "
            "(select max(id) from handles where message = ?1 and way = ?2 and shown = 1)",
            (message, way, KEPT_OF_A_MESSAGE),
        )
        return token

    def shown(self, messages: Iterable[int]) -> None:
        """A channel has taken these messages with the newest that they offer."""
        self.connection.executemany(
            "update handles set shown = 1 where message = ? and shown = 0",
            [(message,) for message in messages],
        )

    def handle(self, token: str, now: datetime) -> Handle | None:
        """What a token stands for; None: nothing that is known here, or nothing any more."""
        row = self.connection.execute(
            "select * from handles where hash = ? and made_at >= ?", (_hash(token), ms(now - KEPT))
        ).fetchone()
        return None if row is None else _handle(row)

    def handle_of(self, channel: str, receipt: str, now: datetime) -> Handle | None:
        """What the message offers that a channel knows by this receipt, as it is shown there: what
        is only about to be shown has been seen by nobody."""
        row = self.connection.execute(
            "select h.* from messages m join handles h on h.message = m.id "
            "where m.receipt = ? and m.channel = ? and h.way = 'press' and h.made_at >= ? "
            "order by h.shown desc, h.id desc limit 1",
            (receipt, channel, ms(now - KEPT)),
        ).fetchone()
        return None if row is None else _handle(row)

    def told_by(self, channel: str, receipt: str) -> frozenset[Ref]:
        """What the messages were about that a channel knows by this receipt, offered or not."""
        rows = self.connection.execute(
            "select distinct kind, number from messages where receipt = ? and channel = ?",
            (receipt, channel),
        )
        return frozenset(Ref(row["kind"], row["number"]) for row in rows)

    def said_already(self, ref: Ref, channel: str, receipt: str) -> None:
        """What was just typed under a message stands there as it was written: the reply that would
        say it again, in the same room, is not sent."""
        self.connection.execute(
            "update messages set state = 'withdrawn' where id = (select max(id) from messages "
            "where kind = ?1 and number = ?2 and channel = ?3 and purpose = 'reply' "
            "and what in ('noted', 'commented') and address in (select address from messages "
            "where channel = ?3 and receipt = ?4)) and state = 'queued'",
            (ref.kind, ref.number, channel, receipt),
        )

    def use(self, hashed: bytes, by: str, what: str, now: datetime) -> bool:
        """Note that a link was used; False where it was used before."""
        done = self.connection.execute(
            "update handles set used_at = ?, used_by = ?, used_for = ? "
            "where hash = ? and used_at is null",
            (ms(now), by, what, hashed),
        )
        return done.rowcount == 1

    def forget_handles(self, now: datetime) -> None:
        """Drop what nobody will press any more, and which presses were done: none of so long ago
        can come again that would be taken."""
        self.connection.execute("delete from handles where made_at < ?", (ms(now - KEPT),))
        self.connection.execute("delete from acted where at < ?", (ms(now - KEPT),))
        self.connection.execute("delete from dialogues where at < ?", (ms(now - DIALOGUE),))

    def dialogue(self, channel: str, who: str, now: datetime) -> Dialogue | None:
        """What somebody is being asked in a chat; None: nothing, or too long ago."""
        row = self.connection.execute(
            "select verb, about, answers, asked, room, heard, thread from dialogues "
            "where channel = ? and who = ? and at > ?",
            (channel, who, ms(now - DIALOGUE)),
        ).fetchone()
        if row is None:
            return None
        about, answers = _read_shown(row["about"]), json.loads(row["answers"])
        return Dialogue(
            row["verb"], about, answers, row["asked"], row["room"], row["heard"], row["thread"]
        )

    def ask(self, channel: str, who: str, dialogue: Dialogue, now: datetime) -> None:
        """Remember what somebody is being asked; it replaces what they were asked before."""
        self.connection.execute(
            "insert or replace into dialogues "
            "(channel, who, verb, about, answers, asked, room, heard, thread, at) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                channel,
                who,
                dialogue.verb,
                _written_shown(dialogue.about),
                json.dumps(dict(dialogue.answers)),
                dialogue.asked,
                dialogue.room,
                dialogue.heard,
                dialogue.thread,
                ms(now),
            ),
        )

    def asked(self, channel: str, who: str) -> None:
        """Forget what somebody was being asked."""
        self.connection.execute(
            "delete from dialogues where channel = ? and who = ?", (channel, who)
        )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _handle(row: sqlite3.Row) -> Handle:
    return Handle(
        hash=row["hash"],
        channel=row["channel"],
        person=row["person"],
        way=row["way"],
        about=_read_shown(row["about"]),
        wanted=row["wanted"],
        made_at=utc(row["made_at"]),
        used_at=None if row["used_at"] is None else utc(row["used_at"]),
        used_by=row["used_by"],
        used_for=row["used_for"],
    )


def _written_shown(about: Sequence[Shown]) -> str:
    return json.dumps(
        [
            [one.ref.kind, one.ref.number, one.round, {name: ms(at) for name, at in one.asked}]
            for one in about
        ]
    )


def _read_shown(text: str) -> tuple[Shown, ...]:
    return tuple(
        Shown(Ref(kind, number), round_, tuple((name, utc(at)) for name, at in asked.items()))
        for kind, number, round_, asked in json.loads(text)
    )
