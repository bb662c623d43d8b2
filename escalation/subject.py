"""The things that are owned: a case, an incident, a fault, which climb the same ladder, and a
private matter, which has a ladder of its own."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from config import Band


class State(StrEnum):
    """Where a subject stands.

    new      somebody must acknowledge it        owned    somebody did, and is at work
    waiting  we replied, the customer's turn     snoozed  put off until a stored time
    """

    NEW = "new"
    OWNED = "owned"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Level(StrEnum):
    """How far an incident has come."""

    WATCH = "watch"
    STORM = "storm"
    CONTAINED = "contained"
    CLOSED = "closed"


PRIVATE = "matter"  # the kind that is named where nobody else reads, and in the ledger


@dataclass(frozen=True, slots=True)
class Ref:
    """Names a subject in timers, messages, the ledger and on the command line: `case:17`."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"

    @property
    def spoken(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def outside(self) -> str:
        """As the log and a message's key and footnote name it, which others may read: what is
        private, by no kind."""
        return f"something:{self.number}" if self.kind == PRIVATE else str(self)


class Pressing(Protocol):
    """What decides how long a wait is: a subject, or the little that is known of one."""

    @property
    def team(self) -> str: ...
    @property
    def band(self) -> Band: ...
    @property
    def safety(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Alike:
    """What is known of subjects whose waits are alike."""

    team: str
    band: Band
    safety: bool = False


@dataclass(frozen=True, slots=True)
class AtTheTop:
    """What decides how subjects that wait at the last step wait. step: the number of that step."""

    kind: str
    team: str
    band: Band
    safety: bool
    step: int


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Subjects that a message which asks again takes along, by what decides their waits.

    until  those that would be asked again by then.   due  when they are asked again after it.
    """

    top: AtTheTop
    until: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What every owned thing has. `owner` is never empty and names an active person.

    step         rung of the ladder, 0 the routed owner; `round` counts runs up the ladder.
    asked        people paged in this round, in turn.
    page_number  pages of this round so far, so that no two of a round are taken for one.
    held_until   while held no ack timer runs; the subject pages afresh at that instant.
    silence      number of the silence that holds it; None: held by the hour, or not at all.
    handoffs     how often it was handed over (an offer accepted, or sent to another team);
                 returned: how often it was given back.
    handoffs_at, returns_at  when that was, within the last 24 h.
    cause        the function that caused it and owns the fix; cost: minutes of work; money: in
                 whole units of the settings' currency.
    done, done_for_rest  what was done for this customer and for everybody else it concerns; typed
                 text, kept beside the ledger.
    """

    kind: ClassVar[str] = "subject"

    number: int
    brand: str
    team: str
    topic: str | None
    band: Band
    owner: str
    opened_at: datetime
    state: State = State.NEW
    step: int = 0
    round: int = 1
    asked: tuple[str, ...] = ()
    page_number: int = 0
    safety: bool = False
    held_until: datetime | None = None
    silence: int | None = None
    paged_at: datetime | None = None
    acked_by: str | None = None
    acked_at: datetime | None = None
    progress_at: datetime | None = None
    offered_to: str | None = None
    offered_by: str | None = None
    offered_at: datetime | None = None
    handoffs: int = 0
    returned: int = 0
    handoffs_at: tuple[datetime, ...] = ()
    returns_at: tuple[datetime, ...] = ()
    misses: int = 0
    closed_at: datetime | None = None
    closed_by: str | None = None
    close_reason: str | None = None
    cause: str | None = None
    cost: int | None = None
    money: int | None = None
    done: str = ""
    done_for_rest: str = ""

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.number)

    @property
    def is_open(self) -> bool:
        return self.state is not State.CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Subject):
    """One complaint, or a run of them by one author about one brand.

    author        our own id of the author.
    inhibited_by  number of the open storm that holds its pages, or None.
    first_complained_at, complained_at  dates of the first and of the last complaint.
    first_replied_at, replied_at  dates of our first and of our last public reply.
    untold        what the owner is paged for once the storm lets go: `band_raised` or
                  `offer_returned`, which it held back.
    permission_of  whom the owner has asked for permission, since `permission_at`;
                   permission_money: how much of it is money, in whole units.
    permission_granted  the most money that was granted for it and is not spent, in whole units.
    permission_seconds  how long it has waited for permission in all, the running wait apart.
    hid_by, hid_of  who says that something was hidden, and who is asked since `hid_at` whether
                   that was right; hid_what, hid_why: as `escalation.hiding` lists them.
    urgent_since   when it first became P1: the executive clock counts from here, and nothing but
                   closing the case stops it.
    """

    kind: ClassVar[str] = "case"

    author: int
    score: float = 0.0
    posts: int = 1
    complained_at: datetime
    first_complained_at: datetime | None = None  # None: there has been no other
    first_replied_at: datetime | None = None
    replied_at: datetime | None = None
    inhibited_by: int | None = None
    untold: str | None = None
    incident: int | None = None  # the open incident it belongs to, inhibited or not
    reopened: int = 0
    permission_of: str | None = None
    permission_at: datetime | None = None
    permission_money: int | None = None
    permission_granted: int | None = None
    permission_seconds: int = 0
    hid_by: str | None = None
    hid_of: str | None = None
    hid_at: datetime | None = None
    hid_what: str | None = None
    hid_why: str | None = None
    urgent_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Subject):
    """Many cases, one cause.

    people, posts  unhappy people and posts when it was last measured; usual: people expected.
    stirred_at     when it was last measured to be unquiet, since it was contained.
    """

    kind: ClassVar[str] = "incident"

    level: Level = Level.WATCH
    people: int = 0
    posts: int = 0
    minutes: int = 0
    usual: float = 0.0
    storm_at: datetime | None = None
    contained_at: datetime | None = None
    stirred_at: datetime | None = None
    declared_by: str | None = None
    merged_into: int | None = None
    sentence: str = ""  # measured numbers in words; holds no post text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Subject):
    """Something of ours that makes us deaf or dumb: a source, a budget, a queue.

    about  a stable name such as `source:hackernews`; one open fault each.
    """

    kind: ClassVar[str] = "fault"

    about: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter(Subject):
    """Something private: a sign of self-harm, which one named person is to see.

    It is of no brand and no team here, and what was said lies elsewhere: nothing that lists, counts
    or quotes what the house has heard comes by it.

    posts      how many posts of its author it is about.
    passed_on  how often one of its people has told others of a danger to them.
    """

    kind: ClassVar[str] = PRIVATE

    posts: int = 1
    passed_on: int = 0


KINDS: dict[str, type[Subject]] = {kind.kind: kind for kind in (Case, Incident, Fault, Matter)}
