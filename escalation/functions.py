"""Which function owns the cause of a complaint, and who answers for the fix. Pure.

Two duties, two owners: the owner of a case owns the moment, the reply to the customer; the
function that caused it owns the fix. A team is a function as well, so that there always is one.
"""

from collections.abc import Sequence
from datetime import datetime

from config import Role
from config.problems import no_such
from escalation.rules import Rules
from escalation.subject import Subject


def known(rules: Rules) -> Sequence[str]:
    """The names of all functions: those that are declared, then the teams."""
    declared = [function.name for function in rules.settings.functions]
    return list(dict.fromkeys([*declared, *(team.name for team in rules.settings.teams)]))


def function_of(subject: Subject, rules: Rules) -> str:
    """The function that owns the fix: as somebody said, else as declared for the topic, else the
    team itself."""
    if subject.cause is not None:
        return subject.cause
    team = rules.team(subject)
    return team.causes.get(subject.topic or "", team.name)


def head_of(function: str, rules: Rules, now: datetime) -> str | None:
    """Who answers for a function: its head, or the executive where the head is away.

    None: it is no function that anybody declared.
    """
    executive = rules.settings.fallback_executive
    for one in rules.settings.functions:
        if one.name == function:
            return one.head if rules.is_active(one.head, now) else executive
    if all(team.name != function for team in rules.settings.teams):
        return None
    return rules.roster.resolve(Role.HEAD, function, None, now) or executive


def unknown(cause: str, rules: Rules) -> str | None:
    """What is wrong with a cause that is no declared function, the known and the nearest named."""
    names = known(rules)
    if cause in names:
        return None
    what, remedy = no_such("function", cause, names)
    return f"{what}. {remedy}"


def shown_name(function: str, rules: Rules) -> str:
    """A function as people call it."""
    for one in rules.settings.functions:
        if one.name == function:
            return one.full_name or one.name
    return function
