"""The account that is given of a case or an incident when it is closed. Pure.

For what is urgent: which function caused it, what it cost in minutes and money, what was done for
this customer, and what for everybody else whom the same cause concerns.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from config import Band
from config.duties import MOST_MONEY
from config.fields import NAME_PATTERN
from config.problems import which
from escalation import functions
from escalation.decision import Action
from escalation.rules import Rules
from escalation.subject import Case, Incident, Subject

S = TypeVar("S", bound=Subject)

MOST_MINUTES = 1_000_000  # of work on one subject: ten people for a year
MAX_DONE = 2_000  # characters
_NOTHING = re.compile(r"\W*(?:nothing|none|no|nil|n/?a)\W*|\W*nothing\W+because\b.*", re.I | re.S)
_BECAUSE = re.compile(r"\W*nothing\W+because\b\W*\w", re.I)


def is_asked_for(subject: Subject) -> bool:
    """Does closing take a whole account? For incidents, and cases of P1 and P2; the rest closes by
    one click."""
    urgent = isinstance(subject, Case) and subject.band in (Band.P1, Band.P2)
    return urgent or isinstance(subject, Incident)


def wanting(subject: Subject, action: Action, rules: Rules) -> str | None:
    """All that is missing from the account, or wrong with it, and how to give it; None: nothing."""
    problems = list(wrong(action, rules))
    missing = list(_missing(subject, action, rules)) if is_asked_for(subject) else []
    if missing:
        problems.append("closing this also takes " + "; ".join(missing))
    return ". ".join(problems) or None


def wanting_cause(subject: Subject, action: Action, rules: Rules) -> str | None:
    """The same of the cause alone, for what closes without having been resolved."""
    why = next(wrong(Action(action.verb, action.by, cause=action.cause), rules), None)
    if why is None and is_asked_for(subject) and not (action.cause or subject.cause):
        return f"closing this also takes {cause_words(rules)}"
    return why


def given(subject: S, action: Action, rules: Rules) -> S:
    """The subject with its account; what was not given is prefilled from the topic."""
    return replace(
        subject,
        cause=action.cause or functions.function_of(subject, rules),
        cost=subject.cost if action.cost is None else action.cost,
        money=subject.money if action.money is None else action.money,
        done=action.done.strip() or subject.done,
        done_for_rest=action.done_for_rest.strip() or subject.done_for_rest,
    )


def is_nothing(text: str) -> bool:
    """Does somebody say that nothing was done?"""
    return _NOTHING.fullmatch(text) is not None


def must_say_why(text: str) -> None:
    """Where nothing was done it is said why. Raises ValueError, which says how."""
    if text.strip() and is_nothing(text) and not _BECAUSE.match(text):
        raise ValueError('where nothing was done, say why: "nothing, because …"')
    if text.strip() and not any(c.isalnum() for c in text):
        raise ValueError("say it in words")


def wrong(action: Action, rules: Rules) -> Iterator[str]:
    """What is wrong with an answer that was given; nothing about those that were not."""
    if action.cause is not None:
        if re.fullmatch(NAME_PATTERN, action.cause) is None:
            yield 'a cause is a short name such as "delivery"; say more in the reason'
        elif (why := functions.unknown(action.cause, rules)) is not None:
            yield why.removesuffix(".")
    if action.cost is not None and not 0 <= action.cost <= MOST_MINUTES:
        yield f"the cost is in minutes of work, 0 to {MOST_MINUTES}"
    if action.money is not None and not 0 <= action.money <= MOST_MONEY:
        yield f"money is in whole {rules.settings.currency}, 0 to {MOST_MONEY}"
    for option, text in (("--done", action.done), ("--rest", action.done_for_rest)):
        if len(text) > MAX_DONE:
            yield f"{option} is longer than {MAX_DONE} characters"
        elif text.strip() and (is_nothing(text) and not _BECAUSE.match(text)):
            yield f'{option}: where nothing was done, say why: "nothing, because …"'
        elif text.strip() and not any(c.isalnum() for c in text):
            yield f"{option} says nothing in words"


def _missing(subject: Subject, action: Action, rules: Rules) -> Iterator[str]:
    if not (action.cause or subject.cause):
        yield cause_words(rules)
    if action.cost is None:
        yield "the cost in minutes of work, 0 allowed (--cost 20)"
    if action.money is None:
        yield f"the money in whole {rules.settings.currency}, 0 allowed (--money 0)"
    if not action.done.strip():
        yield 'what was done for this customer (--done "…")'
    if not action.done_for_rest.strip():
        yield 'what was done for everybody else it concerns (--rest "…"), or "nothing, because …"'
    if isinstance(subject, Incident) and not action.reason.strip():
        yield 'a review: what happened, and what will be otherwise (--reason "…")'


def cause_words(rules: Rules) -> str:
    """How a cause is said, and which are known."""
    names = which("", functions.known(rules), "known").removesuffix(".")
    return f"the cause, the function that owns the fix (--cause NAME; {names})"
