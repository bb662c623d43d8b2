"""From hand to hand: offers with a contract, raised hands, snoozes, shifts. Pure.

The numbers (C10, C11 ...) are the rows of docs/ownership.md.
"""

from dataclasses import replace
from datetime import timedelta

from config import Band
from escalation import ladder
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Notice,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.subject import Case, State

LONGEST_SNOOZE = {Band.P1: timedelta(hours=8), Band.P2: timedelta(hours=8)}
LONGEST_SNOOZE_ELSE = timedelta(days=7)


def offer(case: Case, action: Action, at: Situation) -> Outcome:
    """C10: the owner, or somebody above, offers it to another. Ownership does not move yet."""
    if case.state is not State.OWNED or case.offered_to is not None:
        return Unchanged("only an owned case without a pending offer is handed over")
    if action.by != case.owner and at.rules.rights(action.by, case, at.now) < Rights.LEAD:
        return Unchanged(f"only {case.owner} or somebody above hands it over")
    if action.to is None or action.to == case.owner or not at.rules.is_active(action.to, at.now):
        return Unchanged(f"{action.to or 'nobody'} cannot take it")
    offered = replace(case, offered_to=action.to, progress_at=at.now)
    due = at.rules.due(offered, at.rules.times(offered).ack, at.now)
    offer_made = (Notice(action.to, "offered", action.by), Arm(TimerKind.OFFER, due))
    stop = Cancel((TimerKind.HOLD, TimerKind.GRACE))  # while it is offered the offer's wait runs
    return Decision(offered, "offered", action.by, (stop, *offer_made), note=action.reason)


def accept(case: Case, action: Action, at: Situation) -> Outcome:
    """C11: the offer is taken; now the owner changes."""
    if case.offered_to is None or case.offered_to != action.by:
        return Unchanged(f"there is no offer to {action.by}")
    taken = ladder.take_on(case, action.by, at, event="accepted")
    moved = replace(taken.subject, handoffs=taken.subject.handoffs + 1)
    return replace(taken, subject=moved, effects=(*taken.effects, Notice(case.owner, "accepted")))


def offer_returned(case: Case, actor: str, at: Situation) -> Outcome:
    """C12: declined, or not answered in time. The third return goes to the lead."""
    if case.offered_to is None:
        return Unchanged("there is no offer")
    back = replace(case, offered_to=None, returned=case.returned + 1)
    stop = Cancel((TimerKind.OFFER,))
    if back.returned >= 3 or back.handoffs >= 4:
        again, effects = ladder.start_round(back, at.rules.lead_step(back), at)
        return Decision(again, "returned_to_lead", actor, (stop, *effects))
    told = Notice(case.owner, "offer_returned", case.offered_to)
    return Decision(back, "offer_returned", actor, (stop, told, *ladder.hold_anew(back, at)))


def decline(case: Case, action: Action, at: Situation) -> Outcome:
    """C12, by the person to whom it was offered."""
    if case.offered_to != action.by:
        return Unchanged(f"there is no offer to {action.by}")
    return offer_returned(case, action.by, at)


def snooze(case: Case, action: Action, at: Situation) -> Outcome:
    """C13: the owner puts it off, with a reason and not for long. Reply clocks run on."""
    longest = LONGEST_SNOOZE.get(case.band, LONGEST_SNOOZE_ELSE)
    if case.state is not State.OWNED or action.by != case.owner:
        return Unchanged("only its owner snoozes it, after acknowledging")
    if case.safety:
        return Unchanged("a matter of safety is not snoozed")
    if not action.reason or action.wait is None or not timedelta(0) < action.wait <= longest:
        hours = int(longest.total_seconds() // 3600)
        return Unchanged(f"snoozing takes a reason and at most {hours} h")
    snoozed = replace(case, state=State.SNOOZED, progress_at=at.now, offered_to=None)
    stop = Cancel((TimerKind.HOLD, TimerKind.GRACE, TimerKind.OFFER))
    wake = Arm(TimerKind.WAKE, at.now + action.wait)
    return Decision(snoozed, "snoozed", action.by, (stop, wake), note=action.reason)


def wake(case: Case, at: Situation) -> Outcome:
    """C14: the snooze is over."""
    if case.state is not State.SNOOZED:
        return Unchanged("it is not snoozed")
    again, effects = ladder.restart_at(case, case.owner, at)
    return Decision(again, "woken", ENGINE, effects)


def shift_change(case: Case, person: str, at: Situation) -> Outcome:
    """C24: another person is on call now. A `new` case at that step passes to them.

    The due time is kept, but the newcomer has at least two minutes.
    """
    rota = at.rules.team(case).on_call
    if rota is None or case.owner not in rota.people:
        return Unchanged("the owner does not take turns")
    if case.state is not State.NEW or person == case.owner or ladder.is_inhibited(case):
        return Unchanged("the owner stays")
    asked = case.asked if person in case.asked else (*case.asked, person)
    due = max(at.dues.get(TimerKind.ACK, at.now), at.now + timedelta(minutes=2))
    at = at if case.silence is not None else at.aloud()
    moved, effects = ladder.page(replace(case, owner=person, asked=asked), at, due=due)
    return Decision(moved, "shift_change", ENGINE, effects)


def escalate(case: Case, action: Action, at: Situation) -> Outcome:
    """C25: somebody of the team lets it climb at once."""
    if at.rules.rights(action.by, case, at.now) < Rights.MEMBER and action.by not in case.asked:
        return Unchanged(f"{action.by} is not of team {case.team}")
    climbed = ladder.climb(replace(case, held_until=None), at)
    return replace(climbed, actor=action.by) if isinstance(climbed, Decision) else climbed


def claim(case: Case, action: Action, at: Situation) -> Outcome:
    """C29: "raise a hand". Anybody with a role takes it, but not a P1 from the executive."""
    if not case.is_open or (case.owner == action.by and case.state is State.OWNED):
        return Unchanged("it is closed or theirs already")
    if at.rules.rights(action.by, case, at.now) < Rights.ROLE:
        return Unchanged(f"{action.by} has no role")
    if case.band is Band.P1 and case.owner == at.rules.settings.fallback_executive:
        return Unchanged("a P1 that reached the executive is not claimed; ask them to assign it")
    return ladder.take_on(case, action.by, at, event="claimed")
