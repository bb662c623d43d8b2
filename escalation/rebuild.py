"""From the ledger back to the state: what a subject must look like, by its entries alone. Pure.

Every entry says which fields of its subject have changed and to what, so the entries in turn give
the subject as it must be stored. People appear by their opaque ids, instants as UTC milliseconds.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from escalation.record import recorded, unwritten
from escalation.subject import Subject

Fields = dict[str, Any]
"""A subject's recorded fields, each as the ledger's facts spell it."""


def rebuild(kind: str, history: Iterable[object]) -> Fields:
    """The recorded fields of a subject after its entries.

    kind     of the subject: `case`, `incident` or `fault`.
    history  the facts of all its entries, in the order of the ledger. What is no table of facts,
             because somebody has changed it, tells nothing.
    """
    fields = unwritten(kind)
    for facts in history:
        follow(fields, facts)
    return fields


def follow(fields: Fields, facts: object) -> None:
    """Take one entry's facts into the fields; facts of no field, such as `via`, are left out."""
    if isinstance(facts, Mapping):
        fields.update((name, _plain(fact)) for name, fact in facts.items() if name in fields)


def differences(
    subject: Subject, rebuilt: Mapping[str, Any], staff_id: Callable[[str], str]
) -> tuple[str, ...]:
    """The names of the fields in which a stored subject is not what its entries say.

    staff_id  the opaque id of a person; whatever it gives for somebody who has none is a
              difference.
    """
    stored = recorded(subject, staff_id)
    return tuple(name for name, fact in stored.items() if not _same(rebuilt.get(name), fact))


def _plain(fact: Any) -> Any:
    return list(fact) if isinstance(fact, tuple) else fact


def _same(one: Any, other: Any) -> bool:
    """Equal, and of one type: in the ledger 1 is not true."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)
