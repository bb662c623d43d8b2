"""What a person may promise or refund without asking, and who stands above with more. Pure."""

from dataclasses import dataclass
from datetime import datetime

from config import Role
from escalation.rights import stands_above
from escalation.roster import Rights
from escalation.rules import Rules
from escalation.subject import Pressing, Subject

_RIGHTS = {"member": Rights.MEMBER, "lead": Rights.LEAD, "head": Rights.HEAD}


@dataclass(frozen=True, slots=True)
class Card:
    """What somebody may do alone.

    refund   up to how much, in whole units of the currency; None: whatever it takes.
    promise  what they may promise, in the team's words.
    """

    refund: int | None
    promise: tuple[str, ...] = ()

    def allows(self, money: int | None) -> bool:
        """Is so much money within it? A promise that costs no money is, for whoever is asked."""
        return self.refund is None or (money or 0) <= self.refund


def card_of(person: str, subject: Subject, rules: Rules, now: datetime) -> Card:
    """What a person may do for a case of the subject's team; an executive everything.

    A role may do what those below it may; whoever stands outside of the team, nothing.
    """
    rights = rules.rights(person, subject, now)
    if rights >= Rights.EXECUTIVE:
        return Card(None)
    cards = [card for card in rules.team(subject).authority if _RIGHTS[card.role] <= rights]
    promises = (promise for card in cards for promise in card.promise)
    refund = max((card.refund for card in cards), default=0)
    return Card(refund, tuple(dict.fromkeys(promises)))


def are_declared(subject: Pressing, rules: Rules) -> bool:
    """Has the team said who may do what?"""
    return bool(rules.team(subject).authority)


def above(subject: Subject, money: int | None, rules: Rules, now: datetime) -> tuple[str, ...]:
    """Who can permit so much, the lowest above the owner first; the last is the executive."""
    team = rules.team(subject)
    found: list[str] = []
    for role in (Role.LEAD, Role.HEAD):
        person = rules.roster.resolve(role, team.name, subject.topic, now)
        if person is None or person == subject.owner:
            continue
        is_above = stands_above(person, subject.owner, subject, rules, now)
        if is_above and card_of(person, subject, rules, now).allows(money):
            found.append(person)
    return tuple(dict.fromkeys([*found, rules.settings.fallback_executive]))


def may_permit(
    person: str, subject: Subject, money: int | None, rules: Rules, at: datetime
) -> bool:
    """May somebody permit so much to the subject's owner, whoever was asked?"""
    rights = rules.rights(person, subject, at)
    if rights >= Rights.EXECUTIVE:
        return True
    is_above = stands_above(person, subject.owner, subject, rules, at)
    return rights >= Rights.LEAD and is_above and card_of(person, subject, rules, at).allows(money)
