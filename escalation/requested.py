"""What is asked about a subject beside to own it: a permission, a hide, a hand-over. Pure.

Such a request has no number; it is known by the instant at which it was made, which stays the same
while it climbs. A round may see several of them, so that an answer names the one it is for.
"""

from collections.abc import Mapping
from datetime import datetime

from escalation.decision import Action, Verb
from escalation.subject import Subject

Requests = tuple[tuple[str, datetime], ...]  # what is asked, as the subject's field, and since when

ANOTHER = "what is asked now is not what was shown there; look at it as it is now, then answer"

_ANSWERS: Mapping[Verb, str] = {
    Verb.ACCEPT: "offered_at",
    Verb.DECLINE: "offered_at",
    Verb.GRANT: "permission_at",
    Verb.REFUSE: "permission_at",
    Verb.CONFIRM_HID: "hid_at",
    Verb.REFUSE_HID: "hid_at",
}
_FIELDS = tuple(dict.fromkeys(_ANSWERS.values()))


def requests(subject: Subject) -> Requests:
    """What is asked about a subject as it stands."""
    found = ((name, getattr(subject, name, None)) for name in _FIELDS)
    return tuple((name, at) for name, at in found if at is not None)


def is_another(subject: Subject, verb: Verb, seen: Requests) -> bool:
    """Is what a verb would answer now not what was to be seen? Where nothing is asked any more
    there is nothing to take it for."""
    field = _ANSWERS.get(verb, "")
    now = dict(requests(subject)).get(field)
    return now is not None and dict(seen).get(field) != now


def why_not(subject: Subject, action: Action) -> str | None:
    """Why an action answers nothing that is asked now; None: it may."""
    if action.seen is None or not is_another(subject, action.verb, action.seen):
        return None
    return ANOTHER
