"""What a notice says in full: the sentence of its kind, with what the ledger knows beside it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from escalation import encode, notices
from escalation.decision import ENGINE
from escalation.subject import Ref
from tocsin.permissions import GRANTED, Permission, permissions
from tocsin.store import Unit

MAX_TYPED = 300  # characters of what was typed, in a sentence of ours
ANSWERS = ("permission_granted", "permission_refused")

History = Sequence[Mapping[str, Any]]


def told(
    desk: Unit,
    ref: Ref,
    what: str,
    about: str,
    shown: Callable[[str], str],
    currency: str,
    *,
    typed: bool,
) -> str:
    """One notice. about: whom it speaks of; shown: a person's name as people call them.

    typed  what people typed may stand there, because it can be taken back.
    """
    sentence = notices.sentence(what, shown(about))
    if what in ANSWERS:
        answer = answered(desk.history(str(ref)))
        if answer is None:
            return sentence
        more = reasons(answer) if typed else ""
        return permits(answer, shown(about), currency) + (f": {more}" if more else ".")
    if what == "let_climb":
        return _let_climb(desk.history(str(ref)), sentence, shown, typed=typed)
    return sentence


def answered(history: History, at: datetime | None = None) -> Permission | None:
    """The newest request that was answered, or the one that was at an instant; None: none."""
    found = [
        one
        for one in permissions(history)
        if one.answered_at is not None and at in (None, one.answered_at)
    ]
    return found[-1] if found else None


def permits(answer: Permission, who: str, currency: str) -> str:
    """Who permits how much, or does not; without the full stop."""
    much = f"{answer.money:,} {currency}" if answer.money else "what was asked for"
    return f"{who} {'permits' if answer.outcome == GRANTED else 'does not permit'} {much}"


def reasons(answer: Permission) -> str:
    """What it was asked for, and what was typed with the answer."""
    typed = (encode.cut(encode.one_line(one), MAX_TYPED) for one in (answer.why, answer.said))
    return " · ".join(one for one in typed if one)


def _let_climb(history: History, sentence: str, shown: Callable[[str], str], *, typed: bool) -> str:
    """Who let it climb, and why."""
    steps = [one for one in history if one["event"] == "escalated" and one["actor"] != ENGINE]
    if not steps:
        return sentence
    reason = encode.cut(encode.one_line(steps[-1]["note"]), MAX_TYPED) if typed else ""
    why = f": {reason.removesuffix('.')}" if reason else ""
    who = f"{shown(steps[-1]['actor'])} let it climb"
    return sentence.replace("It was let climb", who, 1).replace(" time.", f" time{why}.", 1)
