"""What we hid, deleted or blocked on a platform: said with its reason, confirmed by another. Pure.

Taking words away fans the fire, so that nobody does it alone and unseen: it is kept for good, and
a second person says whether it was right. Criticism is no reason. The request belongs to the case
and outlives its closing; nothing climbs for it, for nobody waits: what is not confirmed is shown
as not confirmed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from escalation.decision import (
    Action,
    Decision,
    Hush,
    Notice,
    Outcome,
    Page,
    Unchanged,
    Verb,
)
from escalation.roster import Rights
from escalation.rules import Rules, Situation
from escalation.subject import Case

ASKED = "hid_asked"  # what a page says that asks whether it was right
# What can be done to a post, and how it is said of one.
WHAT: Mapping[str, str] = {
    "hid": "hidden",
    "deleted": "deleted",
    "blocked": "blocked (its author)",
}
# The reasons there are, with their words. That somebody criticises us is on purpose none of them.
WHY: Mapping[str, str] = {
    "spam": "spam",
    "personal-data": "personal data of somebody",
    "illegal": "illegal content",
    "hate": "hate or a threat",
    "impersonation": "impersonation of somebody",
    "court-order": "by order of a court",
}
NO_CRITICISM = "criticism is no reason: it is answered, not hidden"


def hid(case: Case, action: Action, at: Situation) -> Outcome:
    """Somebody says what was hidden and why, and whom to ask whether it was right."""
    if (why := _cannot_say(case, action, at)) is not None:
        return Unchanged(why)
    second = str(action.to)
    said = replace(
        case,
        hid_by=action.by,
        hid_of=second,
        hid_at=at.now,
        hid_what=action.what,
        hid_why=action.why,
        page_number=case.page_number + 1,
    )
    page = Page(second, at.rules.opening(case, at.now) or at.now, what=ASKED)
    told = () if case.owner in (action.by, second) else (Notice(case.owner, "hid", action.by),)
    return Decision(said, "hid", action.by, (Hush(ASKED), page, *told), note=action.reason)


def _cannot_say(case: Case, action: Action, at: Situation) -> str | None:
    rights = at.rules.rights(action.by, case, at.now)
    if rights < Rights.ROLE:
        return f"{action.by} has no role in any team"
    if case.hid_of is not None:
        return f"{case.hid_of} has not answered yet whether what {case.hid_by} hid was right"
    if action.what not in WHAT:
        return f"say what was done: {', '.join(WHAT)}"
    if action.why not in WHY:
        return f"the reason is one of {', '.join(WHY)}; {NO_CRITICISM}"
    if not action.reason.strip():
        return "say where it was: the link of what was hidden"
    return _cannot_be_second(case, action.by, action.to, at)


def _cannot_be_second(case: Case, by: str, second: str | None, at: Situation) -> str | None:
    if not second:
        return "say who confirms it: a second person of the team, or above"
    if second == by:
        return "nobody confirms what they hid themselves; name another of the team, or above"
    if not may_confirm(second, by, case, at.rules, at.now):
        return f"{second} cannot confirm it: not there, or not of team {case.team} nor above it"
    return None


def may_confirm(person: str, hider: str | None, case: Case, rules: Rules, now: datetime) -> bool:
    """May somebody say whether it was right? Not who did it; of the team or above, and there."""
    return person != hider and rules.rights(person, case, now) >= Rights.MEMBER


def answer(case: Case, action: Action, at: Situation) -> Outcome:
    """It was right, or it was not; by whoever was asked, or another of the team or above."""
    if case.hid_of is None:
        return Unchanged("nothing is to be confirmed: nobody said that something was hidden")
    if action.by == case.hid_by:
        return Unchanged("nobody confirms what they hid themselves")
    if not may_confirm(action.by, case.hid_by, case, at.rules, at.now):
        return Unchanged(f"{action.by} is not of team {case.team}, nor above it")
    refused = action.verb is Verb.REFUSE_HID
    if refused and not action.reason.strip():
        return Unchanged("say why it was not right to hide it")
    event = "hid_refused" if refused else "hid_confirmed"
    people = dict.fromkeys((str(case.hid_by), case.hid_of, case.owner))
    told = tuple(Notice(person, event, action.by) for person in people if person != action.by)
    return Decision(settled(case), event, action.by, (Hush(ASKED), *told), note=action.reason)


def settled(case: Case) -> Case:
    """A case of which nothing is to be confirmed; what was, the ledger has."""
    return replace(case, hid_by=None, hid_of=None, hid_at=None, hid_what=None, hid_why=None)
