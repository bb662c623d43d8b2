"""Whether something would be refused, looked at before it is asked for: nobody answers questions
for what cannot be done anyway, and of several answers only the one that was refused is asked again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from config import Person
from escalation.conversation import FieldKind, Form, FormField, Incoming
from tocsin.store import Unit
from tocsin.store.handles import Shown

if TYPE_CHECKING:
    from tocsin.answering import Answering

# What stands for an answer that is still to come: nothing is refused because of it alone.
_ANSWERS: Mapping[str, str] = {
    "wait": "1m",
    "cost": "0",
    "money": "0",
    "link": "https://example.com/",
}
_WORDS = "words that are still to come"


def refusal(
    answering: "Answering",
    desk: Unit,
    form: Form,
    about: Sequence[Shown],
    incoming: Incoming,
    values: Mapping[str, str],
    person: Person,
    now: datetime,
) -> tuple[str, str] | None:
    """Why it would be refused, with the field whose answer is to blame, "" where none is; None: it
    would be done, or is refused only when it is tried. Of several subjects all have to refuse.

    incoming  who says it where; values: what was answered so far.
    """
    for field, tried in _tries(form, values):
        whys = [
            answering.would_say(desk, one, form.verb, tried, incoming, person, now) for one in about
        ]
        if whys and all(whys):
            return field, "\n".join(why for why in whys if why)
    return None


def _tries(form: Form, values: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The form with one answer more each time, and with what stands for the others."""
    given = [one for one in form.fields if values.get(one.name)]
    for upto in range(len(given) + 1):
        known = {one.name: values[one.name] for one in given[:upto]}
        others = {one.name: _stands_for(one) for one in form.fields if one.name not in known}
        yield given[upto - 1].name if upto else "", {**others, **known}


def _stands_for(field: FormField) -> str:
    if field.kind is FieldKind.CHOICE:
        return next((value for value, _ in field.choices), "")
    return _ANSWERS.get(field.name, _WORDS) if field.needed else ""
