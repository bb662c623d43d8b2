"""What a decision is: the subject as it will be, and what has to happen with it, as values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from escalation.subject import Subject

ENGINE = "engine"  # the actor of what nobody did by hand


class TimerKind(StrEnum):
    """The waits of a subject. Arming a kind again replaces the earlier wait of that kind."""

    ACK = "ack"
    HELD = "held"
    HOLD = "hold"
    GRACE = "grace"
    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLVE = "resolve"
    QUIET = "quiet"
    WAKE = "wake"
    OFFER = "offer"
    UPDATE = "update"
    UNREACHABLE = "unreachable"


REPLY_CLOCKS = (TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY)


@dataclass(frozen=True, slots=True)
class Arm:
    """Start or restart a wait."""

    timer: TimerKind
    due: datetime


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop waits; without names, all of the subject's."""

    timers: tuple[TimerKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Demand of a person to acknowledge, not before `due`.

    channels  on how many of the person's channels at once; None: on all of them.
    first     nobody has asked this person in this round before.
    """

    person: str
    due: datetime
    channels: int | None = 1
    first: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Tell a person something; asks nothing. `what` is one of the keys of alert texts."""

    person: str
    what: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Hush:
    """Withdraw pages that have not been sent yet."""


Effect = Arm | Cancel | Page | Notice | Hush


@dataclass(frozen=True, slots=True)
class Decision:
    """A transition: applied whole, in one transaction, or not at all.

    event  name in ledger and replay; note: a typed reason, kept beside the ledger, erasable.
    """

    subject: Subject
    event: str
    actor: str
    effects: tuple[Effect, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing happens, and why; said to whoever asked."""

    why: str


Outcome = Decision | Unchanged


class Verb(StrEnum):
    """What a person can do to a subject, the same in chat, on the command line and in replay."""

    ACK = "ack"
    ASSIGN = "assign"
    HANDOFF = "handoff"
    ACCEPT = "accept"
    DECLINE = "decline"
    SNOOZE = "snooze"
    REPLIED = "replied"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    NOTE = "note"
    CLAIM = "claim"
    REROUTE = "reroute"
    ESCALATE = "escalate"
    CONTAIN = "contain"
    DECLARE = "declare"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person did.

    to      person (assign, handoff) or team (reroute).
    wait    how long (snooze).
    cause, cost  function that caused it and minutes it cost (resolve).
    """

    verb: Verb
    by: str
    to: str | None = None
    reason: str = ""
    wait: timedelta | None = None
    cause: str | None = None
    cost: int | None = None
