"""What the engine needs of a store, inside one transaction. `tocsin.store` keeps the promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from escalation.channel import Purpose
from escalation.decision import LADDER_PAGE, Offered, TimerKind, Warn
from escalation.ledger import Entry
from escalation.silences import Scope, Silence
from escalation.subject import AskedAgain, AtTheTop, Case, Incident, Matter, Ref, Subject
from escalation.warnings import Warned


@dataclass(frozen=True, slots=True)
class Timer:
    """A wait, stored with its subject. A firing with an old generation does nothing."""

    ref: Ref
    kind: TimerKind
    generation: int
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to be sent: who, where and about what. Its words are made when it is sent, so
    that a deletion in between reaches it.

    key     idempotency key, unique in the store.
    person  whom it is for; None for a card, which is for a room.
    what    which text (`page`, `card`, or a notice's key); about: its argument.
    rank    the lower goes first: 0 safety, then by band; 9 what has no band.
    """

    key: str
    purpose: Purpose
    ref: Ref
    channel: str
    to: str
    due: datetime
    person: str | None = None
    round: int = 0
    step: int = 0
    nth: int = 0
    what: str = ""
    about: str = ""
    first_storm_page: bool = False
    rank: int = 9


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, told after its transaction: to the replay, the log, the console.

    message  key of the message that left: a bundle is one, and is told once for each subject.
    asks     whether that message asks for the subject, or only tells of it beside what it asks for.
    """

    at: datetime
    event: str
    ref: Ref | None = None
    brand: str = ""
    owner: str = ""
    step: int | None = None
    band: str = ""
    channel: str = ""
    to: str = ""
    text: str = ""
    platform: str = ""
    post: str = ""
    actor: str = ""
    reason: str = ""
    message: str = ""
    asks: bool = False
    safety: bool = False


class Desk(Protocol):
    """The verbs of a transaction. Everything asked and done through it commits together."""

    def subject(self, ref: Ref) -> Subject | None:
        """Read a subject; None where there is none of that number."""

    def next_number(self, kind: str) -> int:
        """A number never used before for that kind of subject."""

    def save(self, subject: Subject, before: Subject | None) -> None:
        """Write a subject by compare-and-set against what was read (None: it is new)."""

    def open_case(self, brand: str, author: int) -> Case | None:
        """The author's open case with a brand."""

    def last_closed_case(self, brand: str, author: int) -> Case | None:
        """The author's case with a brand that was closed last."""

    def open_cases(self, brand: str, topic: str | None, since: datetime) -> Sequence[Case]:
        """Open cases of a brand (and topic) whose last complaint is not older than `since`."""

    def members(self, incident: int) -> Sequence[Case]:
        """Open cases that belong to an incident."""

    def open_incident(self, brand: str, topic: str | None) -> Incident | None:
        """The open incident of a brand: of all of it, or of this topic."""

    def open_fault(self, about: str) -> Subject | None:
        """The open fault of that name."""

    def open_matter(self, post: int) -> Matter | None:
        """The open private matter of the author of a post that was kept privately."""

    def confided(self, post: int, matter: int) -> None:
        """Make a post that was kept privately part of a private matter."""

    def matters_waiting(self, person: str) -> int:
        """How many private matters wait for a person's acknowledgement."""

    def matters_opened(self, since: datetime) -> int:
        """How many private matters were opened since then."""

    def open_subjects(self) -> Sequence[Subject]:
        """Every open case, incident, fault and private matter."""

    def unresolved_contacts(self, brand: str, author: int) -> int:
        """How many complaints of theirs nobody of ours has answered, over linked accounts."""

    def cases_opened(self, brand: str, topic: str, since: datetime) -> int:
        """How many cases were opened on a topic since then."""

    def pages_sent(self, since: datetime) -> int:
        """How many pages left the house since then."""

    def pages_to(self, person: str, since: datetime) -> int:
        """How many pages a person had since then, on the channel that brought them most."""

    def had_pages(self, person: str, since: datetime, most: int) -> bool:
        """Whether they were so many."""

    def attach(self, case: int, post: int) -> None:
        """Make a post part of a case; a second time changes nothing."""

    def arm(self, ref: Ref, kind: TimerKind, due: datetime, now: datetime) -> None:
        """Start a wait, replacing an earlier one of that kind. `now` is kept with it, so that
        business time can be counted again where a calendar changes."""

    def cancel(self, ref: Ref, kinds: Sequence[TimerKind]) -> None:
        """Stop waits; without kinds, all of the subject's."""

    def dues(self, ref: Ref) -> Mapping[TimerKind, datetime]:
        """The running waits of a subject."""

    def begun(self, ref: Ref) -> Mapping[TimerKind, datetime]:
        """When each of a subject's running waits began."""

    def move(self, ref: Ref, kind: TimerKind, due: datetime) -> None:
        """Let a running wait end at another instant; when it began stays as it is."""

    def kept(self, name: str) -> str | None:
        """A fact of this installation, None where it was never kept."""

    def keep(self, name: str, value: str) -> None:
        """Keep a fact of this installation under a name."""

    def waiting_at_the_top(self, person: str, last_steps: Mapping[str, int]) -> Sequence[AtTheTop]:
        """What waits at the last step for a person's acknowledgement, by what decides its waits;
        each once.

        last_steps  the number of the last step of each team's policy.
        """

    def repeat_acks(self, person: str, again: Sequence[AskedAgain], now: datetime) -> int:
        """Start the ack waits of those of a person's subjects anew. Returns how many."""

    def spend(self, timer: Timer) -> bool:
        """Take a due timer out of the running ones; False where its generation is old."""

    def queue(self, message: Outgoing, queued_at: datetime | None = None) -> None:
        """Put a message into the outbox; a key that is there already changes nothing.

        queued_at  when it should have been there, where that was earlier than its due time.
        """

    def freshen_cards(self, ref: Ref, now: datetime) -> None:
        """Have the cards of a subject that stand where it is shown no more say how it stands."""

    def requeue_card(self, message: Outgoing, *, at_once: bool = False) -> None:
        """Put a card into the outbox, or ask for its update where it has been sent."""

    def freshen_pages(self, ref: Ref, now: datetime) -> None:
        """Have the pages of a subject that can still be changed show how it stands now."""

    def hush(self, ref: Ref, what: str = LADDER_PAGE) -> None:
        """Withdraw what is to be said of a subject, of a kind, and has not been sent."""

    def has_heard(self, ref: Ref, person: str, what: str) -> bool:
        """Has the newest page of a kind left, that a person was to have about a subject?"""

    def is_spent(self, key: str) -> bool:
        """Has a message of that key left, or is it not wanted any more? Queued again, it would say
        nothing."""

    def hush_again(self, person: str, after: datetime | None = None) -> None:
        """Withdraw what asks a person again and has not been sent; of that, only what is due after
        an instant."""

    def watch_backlash(self, case: int, why: str, since: datetime) -> bool:
        """Watch what is said in a case's thread and in its words: something was taken away."""

    def label_case(
        self, case: int, complaint: bool | None, team: str | None, person: str, now: datetime
    ) -> None:
        """Keep as labels of a case's posts what a person said of it; None was not said."""

    def label_not_us(self, case: int, person: str, now: datetime) -> None:
        """Keep as labels of a case's posts that a person said they mean somebody else."""

    def unlabel_not_us(self, case: int) -> None:
        """Take those labels back."""

    def newest_note(self, ref: Ref) -> tuple[str, str] | None:
        """Who wrote the note that is the newest thing that happened to a subject, and the note;
        None where the newest is no note."""

    def asking_since(self, ref: Ref) -> datetime | None:
        """Since when somebody is asked in the incident's present round; None: nobody is."""

    def reached(self, ref: Ref) -> bool:
        """Has a page of the incident's present round been sent?"""

    def offered(self, subject: Subject, offer: Offered, by: str, now: datetime) -> None:
        """Keep the contract of a hand-off that begins; `subject` as it was before."""

    def answered(self, ref: Ref, outcome: str, now: datetime) -> None:
        """Note how the subject's pending hand-off ended; without one, nothing."""

    def warn(self, subject: Subject, warning: Warn, now: datetime) -> None:
        """Remember a warning about a subject, under the team that had it."""

    def warnings_before(self, brand: str, until: datetime, limit: int) -> Sequence[Warned]:
        """A brand's warnings up to an instant that no storm has yet: the newest first."""

    def attach_warnings(self, warnings: Sequence[int], incident: int) -> None:
        """Put warnings, by their ids, to the storm that followed; the first storm keeps them."""

    def attach_warnings_of(self, ref: Ref, incident: int, until: datetime) -> None:
        """The same for a subject's warnings up to an instant."""

    def merge_warnings(self, incident: int, into: int) -> None:
        """Give an incident's warnings to the one that it is merged into."""

    def silences(self, now: datetime) -> Sequence[Silence]:
        """The silences that run."""

    def silence_of(self, number: int) -> Silence | None:
        """Read a silence; None where there is none of that number."""

    def add_silence(
        self, scope: Scope, author: str, reason: str, now: datetime, until: datetime
    ) -> Silence:
        """Keep a silence that begins now."""

    def end_silence(self, number: int, by: str, now: datetime) -> None:
        """Note that a silence was ended before its time."""

    def silenced(self, number: int, ref: Ref, now: datetime) -> None:
        """Count what a silence holds; the same a second time changes nothing."""

    def held_by(self, number: int) -> Sequence[Subject]:
        """The subjects that a silence holds."""

    def once(self, event: str, now: datetime) -> bool:
        """True the first time that an outside event is seen, False ever after."""

    def staff_id(self, person: str) -> str:
        """The random id under which a person appears in the ledger."""

    def disguised(self, typed: str) -> str:
        """A typed word as the ledger may have it: a keyed hash of it."""

    def enter(
        self,
        chain: str,
        event: str,
        subject: str,
        actor: str,
        facts: Mapping[str, Any],
        at: datetime,
        note: str = "",
    ) -> Entry:
        """Append to the ledger; the note is kept beside it, erasable."""

    def tell(self, happening: Happening) -> None:
        """Hand on what happened, once the transaction has committed."""


def case_at(desk: Desk, ref: Ref) -> Case:
    """A case that is known to be there."""
    found = desk.subject(ref)
    assert isinstance(found, Case)
    return found


def incident_at(desk: Desk, ref: Ref) -> Incident:
    """An incident that is known to be there."""
    found = desk.subject(ref)
    assert isinstance(found, Incident)
    return found
