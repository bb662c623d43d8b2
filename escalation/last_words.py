"""Which notices are said when their message is made: the last word on each subject, if it is true.

Pure. A notice may wait, for the limit or for its channel, and what it says be over by then: "Ada
has taken it, nothing is left for you to do" is wrong for whoever owns it now. Pages are withdrawn
by what answers them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from escalation.subject import Case, Incident, Level, Ref, State, Subject

# Of whom it speaks is the owner, whoever that is by now.
_OF_OWNER = (
    "breached_first_reply",
    "breached_next_reply",
    "breached_resolve",
    "update_missing",
)


_OF_HIDING = ("hid_confirmed", "hid_refused")


@dataclass(frozen=True, slots=True)
class Word:
    """A notice that waits: `what` it says to a person of a subject, and whom it speaks of.

    id  in the order in which they were queued.
    """

    id: int
    ref: Ref
    person: str
    what: str
    about: str
    at: datetime


def last_words(words: Iterable[Word], subjects: Mapping[Ref, Subject]) -> dict[int, str]:
    """The notices that are said, by id, each with whom it speaks of now.

    A word that came later takes the place of the earlier one even where it is not true any more:
    what was said before it is older still.
    """
    last = {(one.person, one.ref, _matter(one)): one for one in sorted(words, key=_order)}
    return {
        one.id: _about(one, subjects.get(one.ref))
        for one in last.values()
        if one.ref not in subjects or _is_true(one, subjects[one.ref])
    }


def _order(word: Word) -> tuple[datetime, int]:
    return (word.at, word.id)


def _matter(word: Word) -> str:
    """What it is about: where it stands, or a question of its own that is answered by itself."""
    if word.what.startswith("permission_"):
        return "permission"
    return word.what if word.what in ("cause_named", "hid", *_OF_HIDING) else ""


def _about(word: Word, subject: Subject | None) -> str:
    return subject.owner if subject is not None and word.what in _OF_OWNER else word.about


def _is_asked(subject: Subject, word: Word) -> bool:
    """Has the reader something to do with it, as its owner or by an offer?"""
    return subject.is_open and word.person in (subject.owner, subject.offered_to)


def _nothing_is_left(subject: Subject, word: Word) -> bool:
    return not _is_asked(subject, word)


def _is_still_replied(subject: Subject, word: Word) -> bool:
    return subject.state is State.WAITING or not _is_asked(subject, word)


def _is_with_another(subject: Subject, word: Word) -> bool:
    return subject.state is State.NEW and subject.owner != word.person


def _is_left_lying(subject: Subject, word: Word) -> bool:
    worked = subject.progress_at is not None and subject.progress_at > word.at
    return subject.state is State.OWNED and subject.owner == word.person and not worked


def _stays_with_its_owner(subject: Subject, word: Word) -> bool:
    taken = word.about in (subject.owner, subject.offered_to)
    return subject.state is State.OWNED and subject.owner != word.person and not taken


def _wants_a_cause(subject: Subject, word: Word) -> bool:
    return subject.is_open and subject.owner == word.person and subject.cause is None


def _is_waited_for(subject: Subject, word: Word) -> bool:
    return subject.state not in (State.WAITING, State.CLOSED)


def _permission_is_asked_elsewhere(subject: Subject, word: Word) -> bool:
    return isinstance(subject, Case) and subject.permission_of not in (None, word.person)


def _is_open(subject: Subject, word: Word) -> bool:
    return subject.is_open


def _is_closed(subject: Subject, word: Word) -> bool:
    return not subject.is_open


def _is_storm(subject: Subject, word: Word) -> bool:
    return isinstance(subject, Incident) and subject.level is Level.STORM


def _is_contained(subject: Subject, word: Word) -> bool:
    return isinstance(subject, Incident) and subject.level is Level.CONTAINED


# What is not here has happened, and stays true.
_TRUE: Mapping[str, Callable[[Subject, Word], bool]] = {
    "climbed": _is_with_another,
    "let_climb": _is_with_another,
    "taken": _nothing_is_left,
    "closed": _is_closed,
    "remind": _is_left_lying,
    "taken_back": _nothing_is_left,
    "accepted": _nothing_is_left,
    "offer_not_taken": _stays_with_its_owner,
    "offer_withdrawn": _nothing_is_left,
    "replied": _is_still_replied,
    "reply_deleted": _is_waited_for,
    "cause_wanted": _wants_a_cause,
    "withdrawn": _is_open,
    "breached_first_reply": _is_open,
    "breached_next_reply": _is_open,
    "breached_resolve": _is_open,
    "breached": _nothing_is_left,
    "update_due": _is_storm,
    "update_missing": _is_storm,
    "contained": _is_contained,
    "permission_climbed": _permission_is_asked_elsewhere,
    "permission_withdrawn": _is_closed,
    "mended": _is_closed,
}


def _is_true(word: Word, subject: Subject) -> bool:
    says = _TRUE.get(word.what)
    return says is None or says(subject, word)
