"""What a decision is: the subject as it will be, and what has to happen with it, as values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from escalation.subject import Subject

LADDER_PAGE = "page"  # what a page of the ladder asks for
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
    PERMISSION = "permission"
    EXECUTIVE = "executive"


REPLY_CLOCKS = (TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY)


@dataclass(frozen=True, slots=True)
class Arm:
    """Start or restart a wait. `since`: when it begins, where that is later than now."""

    timer: TimerKind
    due: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop waits; without names, all of the subject's."""

    timers: tuple[TimerKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Demand of a person to act, not before `due`: as a rule, to acknowledge.

    channels  on how many of the person's channels at once; None: on all of them.
    first     nobody has asked this person in this round before.
    what      what is asked of them: `page`, to own it; else the key of the sentence that says what
              is wanted: no page of the ladder, and nobody who acknowledges takes it back.
    about     whom that sentence speaks of.
    """

    person: str
    due: datetime
    channels: int | None = 1
    first: bool = False
    what: str = LADDER_PAGE
    about: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Tell a person something; asks nothing. `what` is one of the keys of alert texts."""

    person: str
    what: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Hush:
    """Withdraw pages and notices that have not been sent yet; `what`: of this kind."""

    what: str = LADDER_PAGE


@dataclass(frozen=True, slots=True)
class Offered:
    """A hand-off began: its contract, kept with the subject's team and owner before it.

    to, team  the person and team to whom it goes. reason, told: why, and what the customer was
              already told; typed text, kept beside the ledger.
    """

    to: str
    team: str
    reason: str
    told: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The hand-off that was pending ended: `accepted`, `declined`, `lapsed` or `withdrawn`."""

    outcome: str


class WarningKind(StrEnum):
    """What was warned of and not heeded, should a storm follow."""

    MISSED_PAGE = "missed_page"
    BREACHED = "breached"
    DISMISSED_WATCH = "dismissed_watch"
    DISMISSED_CASE = "dismissed_case"
    WONT_ACT = "wont_act"


@dataclass(frozen=True, slots=True)
class Warn:
    """Remember a warning. `person`: who was told, or who decided; never who raised it."""

    what: WarningKind
    person: str


Effect = Arm | Cancel | Page | Notice | Hush | Offered | Answered | Warn


@dataclass(frozen=True, slots=True)
class Decision:
    """A transition: applied whole, in one transaction, or not at all.

    event  name in ledger and replay; note: a typed reason, kept beside the ledger, erasable.
    via    where the actor did it: `cli`, `replay` or a channel's name; "" for the engine.
    """

    subject: Subject
    event: str
    actor: str
    effects: tuple[Effect, ...] = ()
    note: str = ""
    via: str = ""


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
    NOTE = "note"  # of an incident: a public update was posted
    COMMENT = "comment"  # words about an incident for those at work on it; no update for the public
    CLAIM = "claim"
    REROUTE = "reroute"
    ESCALATE = "escalate"
    CONTAIN = "contain"
    DECLARE = "declare"
    MERGE = "merge"
    CAUSE = "cause"  # which function owns the fix
    WONT_ACT = "wont_act"
    PERMISSION = "permission"  # ask for what the owner may not promise alone
    GRANT = "grant"
    REFUSE = "refuse"
    HID = "hid"  # we hid, deleted or blocked something on a platform
    CONFIRM_HID = "confirm_hid"  # a second person says that this was right
    REFUSE_HID = "refuse_hid"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person did.

    to      person (assign, handoff; hid: who is to confirm it) or team (reroute).
    topic   what it is about in truth (reroute); None: as it is.
    wait    how long (snooze).
    told    what the customer was already told (handoff).
    cause, cost, money  function that caused it, minutes of work and whole units of money it cost
            (resolve); money also says how much permission is asked for.
    done, done_for_rest  what was done for this customer, and for everybody else (resolve).
    what, why  what was hidden and the reason, as `escalation.hiding` lists them (hid).
    into    number of the incident that takes the cases over (merge).
    round   the round that the actor saw; an older one is refused. None: whatever is now.
    seen    what was asked when the actor looked, as `requested.requests` says it; an answer to
            another request is refused. None: whatever is asked now.
    via     where it was done: `cli`, `replay`, or a channel's name.
    id      the outside event, such as a channel's delivery id; a second time changes nothing.
    """

    verb: Verb
    by: str
    to: str | None = None
    reason: str = ""
    wait: timedelta | None = None
    cause: str | None = None
    cost: int | None = None
    money: int | None = None
    told: str = ""
    topic: str | None = None
    done: str = ""
    done_for_rest: str = ""
    what: str | None = None
    why: str | None = None
    into: int | None = None
    round: int | None = None
    seen: tuple[tuple[str, datetime], ...] | None = None
    via: str = ""
    id: str | None = None
