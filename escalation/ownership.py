"""The life of a case: what each event does to it, and to whom it belongs. Pure.

The numbers (C1, C2 ...) are the rows of docs/ownership.md.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config import Band
from escalation import ladder
from escalation.decision import (
    ENGINE,
    REPLY_CLOCKS,
    Action,
    Arm,
    Cancel,
    Decision,
    Effect,
    Hush,
    Notice,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.subject import Case, State

REOPEN_WITHIN = timedelta(days=14)  # a complaint this soon after closing reopens the case
QUIET = timedelta(hours=72)  # after our reply, silence this long closes the case
LONGEST_SNOOZE = {Band.P1: timedelta(hours=8), Band.P2: timedelta(hours=8)}
LONGEST_SNOOZE_ELSE = timedelta(days=7)
SPAM = "spam"
_ORDER = (Band.P4, Band.P3, Band.P2, Band.P1, Band.STORM)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A complaint as the engine takes it in: its own date, and the priority of the case with it."""

    created_at: datetime
    band: Band
    score: float
    safety: bool


def is_higher(band: Band, than: Band) -> bool:
    """Is one band more urgent than another?"""
    return _ORDER.index(band) > _ORDER.index(than)


def open_case(case: Case, at: Situation) -> Decision:
    """C1: a complaint that joins no case. The owner is step 0's person and is paged."""
    step, person = at.rules.first_from(case, 0, at.now)
    asked, effects = ladder.ask(case, step, person, at)
    times = at.rules.times(case)
    clocks: list[Effect] = [
        Arm(TimerKind.FIRST_REPLY, at.rules.due(case, times.first_reply, at.now))
    ]
    if times.resolved is not None:
        clocks.append(Arm(TimerKind.RESOLVE, at.rules.due(case, times.resolved, at.now)))
    return Decision(asked, "case_opened", ENGINE, (*clocks, *effects))


def hear_again(case: Case, heard: Weighed, at: Situation) -> Outcome:
    """C2, C3, C4: a further complaint by the same author about the same brand."""
    if case.state is State.CLOSED:
        return _reopen_heard(case, heard, at)
    more = replace(
        case, posts=case.posts + 1, complained_at=max(case.complained_at, heard.created_at)
    )
    after_reply = case.replied_at is not None and heard.created_at > case.replied_at
    if case.state in (State.WAITING, State.SNOOZED):
        return _speaks_again(more, heard, after_reply, at)
    rescored, effects = _rescore(more, heard, at)
    if after_reply and TimerKind.NEXT_REPLY not in at.dues:
        effects = (*effects, _next_reply(rescored, at))
    return Decision(rescored, "complaint_added", ENGINE, effects)


def _speaks_again(case: Case, heard: Weighed, after_reply: bool, at: Situation) -> Outcome:
    """C3: while waiting or snoozed. A complaint dated before our reply is only added."""
    raised = _raise_priority(case, heard)
    woken = case.state is State.SNOOZED and _is_more_urgent(raised, case)
    if not after_reply and not woken and not _fresh_in_snooze(case, heard):
        return Decision(raised, "complaint_added", ENGINE)
    again, effects = ladder.restart_at(raised, case.owner, at)
    stop = Cancel((TimerKind.QUIET, TimerKind.WAKE))
    return Decision(again, "complaint_again", ENGINE, (stop, *effects, _next_reply(again, at)))


def _fresh_in_snooze(case: Case, heard: Weighed) -> bool:
    return (
        case.state is State.SNOOZED
        and case.replied_at is None
        and heard.created_at >= case.complained_at
    )


def _reopen_heard(case: Case, heard: Weighed, at: Situation) -> Outcome:
    """C4: within 14 days of closing, unless it was dismissed as spam."""
    if not may_reopen(case, heard.created_at):
        return Unchanged("it is closed for good")
    more = replace(
        case,
        posts=case.posts + 1,
        complained_at=max(case.complained_at, heard.created_at),
        band=heard.band,
        score=heard.score,
        safety=case.safety or heard.safety,
    )
    return _reopen(more, ENGINE, "", at)


def may_reopen(case: Case, complained_at: datetime) -> bool:
    """Is a complaint soon enough after the closing to belong to the closed case? Not to spam."""
    if case.closed_at is None or case.close_reason == SPAM:
        return False
    return complained_at - case.closed_at <= REOPEN_WITHIN


def reopen(case: Case, action: Action, at: Situation) -> Outcome:
    """C30: anybody with a role reopens a closed case, with a reason."""
    if case.state is not State.CLOSED:
        return Unchanged("it is open")
    if at.rules.rights(action.by, case) < Rights.ROLE or not action.reason:
        return Unchanged("reopening takes a person with a role, and a reason")
    return _reopen(case, action.by, action.reason, at)


def _reopen(case: Case, actor: str, reason: str, at: Situation) -> Decision:
    fresh = replace(
        case,
        reopened=case.reopened + 1,
        closed_at=None,
        closed_by=None,
        close_reason=None,
        progress_at=None,
    )
    again, effects = ladder.restart_at(fresh, case.owner, at)
    times = at.rules.times(again)
    clocks: tuple[Effect, ...] = (_next_reply(again, at),)
    if times.resolved is not None:
        due = at.rules.due(again, times.resolved, at.now)
        clocks = (*clocks, Arm(TimerKind.RESOLVE, due))
    return Decision(again, "reopened", actor, (*effects, *clocks), note=reason)


def rescore(case: Case, heard: Weighed, at: Situation) -> Outcome:
    """C26: reach, velocity or contacts have changed. A higher band pages the owner now."""
    if not case.is_open:
        return Unchanged("it is closed")
    raised = _raise_priority(case, heard)
    if case.state is State.SNOOZED and _is_more_urgent(raised, case):
        again, effects = ladder.restart_at(raised, case.owner, at)
        return Decision(again, "band_raised", ENGINE, effects)
    rescored, effects = _rescore(case, heard, at)
    if rescored == case:
        return Unchanged("its priority is the same")
    return Decision(rescored, "band_raised" if effects else "rescored", ENGINE, effects)


def _raise_priority(case: Case, heard: Weighed) -> Case:
    """Rises act at once; a fall of the band never comes from a further complaint."""
    safety = case.safety or heard.safety
    case = replace(case, safety=safety, inhibited_by=None if safety else case.inhibited_by)
    if not is_higher(heard.band, case.band):
        return replace(case, score=max(case.score, heard.score))
    return replace(case, band=heard.band, score=heard.score)


def _is_more_urgent(raised: Case, case: Case) -> bool:
    """A higher band, or a matter of safety now: neither snooze, hold nor storm holds it back."""
    return is_higher(raised.band, case.band) or (raised.safety and not case.safety)


def _rescore(case: Case, heard: Weighed, at: Situation) -> tuple[Case, tuple[Effect, ...]]:
    """The new priority; more urgent, every due time is the earlier of old and new (C22, C26)."""
    raised = _raise_priority(case, heard)
    effects: tuple[Effect, ...] = ()
    if not _is_more_urgent(raised, case):
        return raised, effects
    times = at.rules.times(raised)
    waits = ((TimerKind.FIRST_REPLY, times.first_reply), (TimerKind.NEXT_REPLY, times.next_reply))
    for timer, wait in waits:
        if timer in at.dues:
            due = min(at.dues[timer], at.rules.due(raised, wait, at.now))
            effects = (*effects, Arm(timer, due))
    if raised.state is State.NEW:
        ack = at.rules.due(raised, times.ack, at.now)
        ack = min(at.dues.get(TimerKind.ACK, ack), ack)
        raised, paged = ladder.page(replace(raised, held_until=None), at, due=ack)
        return raised, (*effects, *paged)
    return raised, (*effects, Notice(raised.owner, "band_raised"))


def _next_reply(case: Case, at: Situation) -> Arm:
    wait = at.rules.times(case).next_reply
    return Arm(TimerKind.NEXT_REPLY, at.rules.due(case, wait, at.now))


def brand_reply(case: Case, replied_at: datetime, at: Situation, *, by: str = ENGINE) -> Outcome:
    """C6: our own account answered in the thread. It counts as an acknowledgement.

    A reply dated before the last complaint stops no clock; it is only remembered.
    """
    if case.state not in (State.NEW, State.OWNED, State.SNOOZED):
        return Unchanged(f"it is {case.state}")
    first = min(case.first_replied_at or replied_at, replied_at)
    if replied_at < case.complained_at:
        seen = replace(case, first_replied_at=first)
        return Decision(seen, "brand_reply_earlier", by) if seen != case else Unchanged("known")
    waiting = replace(
        case,
        state=State.WAITING,
        first_replied_at=first,
        replied_at=max(case.replied_at or replied_at, replied_at),
        progress_at=at.now,
        held_until=None,
        offered_to=None,
    )
    stop = Cancel((TimerKind.ACK, TimerKind.HELD, *REPLY_CLOCKS, *ladder.WORK_TIMERS))
    return Decision(
        waiting, "brand_reply", by, (stop, Hush(), Arm(TimerKind.QUIET, at.now + QUIET))
    )


def reply_deleted(case: Case, at: Situation) -> Outcome:
    """C18: our reply is gone and there is no other after the last complaint."""
    if case.state is not State.WAITING:
        return Unchanged(f"it is {case.state}")
    again, effects = ladder.restart_at(replace(case, replied_at=None), case.owner, at)
    effects = (Cancel((TimerKind.QUIET,)), *effects, _next_reply(again, at))
    return Decision(again, "brand_reply_deleted", ENGINE, effects)


def said_replied(case: Case, action: Action, at: Situation) -> Outcome:
    """C31: a person says that we replied, where it cannot be seen."""
    if at.rules.rights(action.by, case) < Rights.MEMBER and action.by != case.owner:
        return Unchanged(f"{action.by} is not of team {case.team}")
    return brand_reply(case, max(at.now, case.complained_at), at, by=action.by)


def offer(case: Case, action: Action, at: Situation) -> Outcome:
    """C10: the owner, or somebody above, offers it to another. Ownership does not move yet."""
    if case.state is not State.OWNED or case.offered_to is not None:
        return Unchanged("only an owned case without a pending offer is handed over")
    if action.by != case.owner and at.rules.rights(action.by, case) < Rights.LEAD:
        return Unchanged(f"only {case.owner} or somebody above hands it over")
    if action.to is None or action.to == case.owner or not at.rules.is_active(action.to):
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


def resolve(case: Case, action: Action, at: Situation) -> Outcome:
    """C15: the owner, or somebody above, closes it. In `new` this is also the acknowledgement."""
    if not case.is_open:
        return Unchanged(f"it was closed by {case.closed_by}")
    if action.by != case.owner and at.rules.rights(action.by, case) < Rights.LEAD:
        return Unchanged(f"only {case.owner} or somebody above resolves it")
    if (why := ladder.unusable_cause(action)) is not None:
        return Unchanged(why)
    # One click suffices: the cause is prefilled from the topic, else the team.
    cause = action.cause or case.topic or case.team
    done = replace(case, cause=cause, cost=action.cost)
    return close(done, action.by, "resolved", at, note=action.reason)


def dismiss(case: Case, action: Action, at: Situation) -> Outcome:
    """C16: "not a complaint", "not us", "spam". P1 and safety: lead or above."""
    if case.state not in (State.NEW, State.OWNED):
        return Unchanged(f"it is {case.state}")
    rights = at.rules.rights(action.by, case)
    if (case.band is Band.P1 or case.safety) and rights < Rights.LEAD:
        return Unchanged("dismissing this takes the lead or somebody above")
    if rights < Rights.MEMBER and action.by not in case.asked:
        return Unchanged(f"{action.by} was not paged and is not of team {case.team}")
    if not action.reason:
        return Unchanged('dismissing takes a reason: "not a complaint", "not us" or "spam"')
    reason = SPAM if action.reason.strip().lower() == SPAM else "dismissed"
    return close(case, action.by, reason, at, note=action.reason)


def close(case: Case, actor: str, reason: str, at: Situation, *, note: str = "") -> Decision:
    """Close a case: every wait ends, unsent pages are withdrawn, who was paged is told."""
    closed = replace(
        case,
        state=State.CLOSED,
        closed_at=at.now,
        closed_by=actor,
        close_reason=reason,
        held_until=None,
        offered_to=None,
        inhibited_by=None,
    )
    told = tuple(Notice(person, "closed", actor) for person in case.asked if person != actor)
    told = told if case.state is State.NEW else ()
    return Decision(closed, "closed", actor, (Cancel(), Hush(), *told), note=note)


def quiet(case: Case, at: Situation) -> Outcome:
    """C17: we replied and the customer has said nothing more. P1, P2 are asked for a cause."""
    if case.state is not State.WAITING:
        return Unchanged(f"it is {case.state}")
    if case.band in (Band.P1, Band.P2) and case.cause is None:
        owned = replace(case, state=State.OWNED, progress_at=None)
        hold = at.rules.due(owned, at.rules.times(owned).hold, at.now)
        effects = (Arm(TimerKind.HOLD, hold), Notice(owned.owner, "cause_wanted"))
        return Decision(owned, "cause_wanted", ENGINE, effects)
    return close(case, ENGINE, "silence", at)


def withdrawn(case: Case, posts_left: int, at: Situation) -> Outcome:
    """C19: the author deleted a post. Facts stay; with no post left the owner is told."""
    if not case.is_open or posts_left > 0:
        return Unchanged("posts are left" if posts_left else "it is closed")
    return Decision(case, "withdrawn", ENGINE, (Notice(case.owner, "withdrawn"),))


def breach(case: Case, timer: TimerKind, at: Situation) -> Outcome:
    """C20: a reply or resolve clock ran out. P1, P2 climb one step above the owner."""
    if not case.is_open:
        return Unchanged("it is closed")
    event = f"breached_{timer}"
    lead = at.rules.first_from(case, at.rules.lead_step(case), at.now)[1]
    if case.band not in (Band.P1, Band.P2) or ladder.is_inhibited(case):
        return Decision(case, event, ENGINE, (Notice(lead, event, case.owner),))
    if case.state is State.NEW and case.step >= at.rules.last_step(case):
        return Decision(case, event, ENGINE)  # nobody stands above the one who is being paged
    again, effects = ladder.start_round(case, case.step + 1, at, past=(case.owner,))
    return Decision(again, event, ENGINE, effects)


def link(case: Case, incident: int, storm: bool, at: Situation) -> Outcome:
    """C21: the case belongs to an incident. An open storm pages for it, safety excepted."""
    inhibited = incident if storm and not case.safety else None
    if not case.is_open or (case.incident, case.inhibited_by) == (incident, inhibited):
        return Unchanged("it is closed or a member already")
    linked = replace(case, incident=incident, inhibited_by=inhibited)
    if inhibited is None or case.state is not State.NEW:
        return Decision(linked, "linked", ENGINE)
    held = replace(linked, held_until=None)
    stop = Cancel((TimerKind.ACK, TimerKind.HELD))
    return Decision(held, "inhibited", ENGINE, (stop, Hush()))


def unlink(case: Case, at: Situation, *, leave: bool) -> Outcome:
    """C22: the storm is over, or cannot be paged. A `new` case has its full time again.

    leave  true: it is no longer a member of the incident either.
    """
    if not case.is_open or case.inhibited_by is None:
        return Unchanged("no storm holds it")
    free = replace(case, inhibited_by=None, incident=None if leave else case.incident)
    if free.state is not State.NEW:
        return Decision(free, "released", ENGINE)
    paged, effects = ladder.page(free, at)
    return Decision(paged, "released", ENGINE, effects)


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
    moved, effects = ladder.page(replace(case, owner=person, asked=asked), at, due=due)
    return Decision(moved, "shift_change", ENGINE, effects)


def escalate(case: Case, action: Action, at: Situation) -> Outcome:
    """C25: somebody of the team lets it climb at once."""
    if at.rules.rights(action.by, case) < Rights.MEMBER and action.by not in case.asked:
        return Unchanged(f"{action.by} is not of team {case.team}")
    climbed = ladder.climb(replace(case, held_until=None), at)
    return replace(climbed, actor=action.by) if isinstance(climbed, Decision) else climbed


def reroute(case: Case, action: Action, at: Situation) -> Outcome:
    """C28: "wrong team". The other team's step 0 owns it; the click is kept as a label."""
    known = {team.name for team in at.rules.settings.teams}
    if action.to not in known or action.to == case.team:
        return Unchanged(f'there is no other team "{action.to}"')
    may = action.by in case.asked or at.rules.rights(action.by, case) >= Rights.MEMBER
    if case.state not in (State.NEW, State.OWNED) or not (may or action.by == case.owner):
        return Unchanged("only its owner, a paged person or the team reroutes an open case")
    moved = replace(case, team=action.to, topic=None)
    again, effects = ladder.start_round(moved, 0, at)
    return Decision(again, "rerouted", action.by, effects, note=action.reason)


def claim(case: Case, action: Action, at: Situation) -> Outcome:
    """C29: "raise a hand". Anybody with a role takes it, but not a P1 from the executive."""
    if not case.is_open or (case.owner == action.by and case.state is State.OWNED):
        return Unchanged("it is closed or theirs already")
    if at.rules.rights(action.by, case) < Rights.ROLE:
        return Unchanged(f"{action.by} has no role")
    if case.band is Band.P1 and case.owner == at.rules.settings.fallback_executive:
        return Unchanged("a P1 that reached the executive is not claimed; ask them to assign it")
    return ladder.take_on(case, action.by, at, event="claimed")
