"""From hand to hand: offers with a contract, raised hands, assignments, other teams. Pure.

The numbers (C10, C11 ...) are the rows of docs/ownership.md.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from config import Band
from escalation import ladder
from escalation.decision import (
    ENGINE,
    Action,
    Answered,
    Arm,
    Cancel,
    Decision,
    Effect,
    Hush,
    Notice,
    Offered,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.subject import Case, Incident, Level, State, Subject

TO_AND_FRO = timedelta(hours=24)  # within this, what goes from hand to hand goes to the lead
MOST_RETURNS = 3
MOST_HANDOFFS = 4


def offer(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C10: the owner, or somebody above, offers it to another. Ownership does not move yet."""
    if subject.state is not State.OWNED or subject.offered_to is not None:
        return Unchanged("only what is owned, and not on offer already, is handed over")
    if action.by != subject.owner and at.rules.rights(action.by, subject, at.now) < Rights.LEAD:
        return Unchanged(f"only {subject.owner} or somebody above hands it over")
    to = action.to
    if to is None or to == subject.owner or not at.rules.is_active(to, at.now):
        return Unchanged(f"{to or 'nobody'} cannot take it")
    if not action.reason or not action.told:
        return Unchanged(
            "handing over takes a reason, and what the customer was told;"
            ' "nothing" is an answer too'
        )
    offered = replace(
        subject, offered_to=to, offered_by=action.by, offered_at=at.now, progress_at=at.now
    )
    rung, page = ladder.ring(offered, to, at, "offered", action.by)
    effects = (
        Offered(to, subject.team, action.reason, action.told),
        # While it is on offer, the offer's wait runs.
        Cancel((TimerKind.HOLD, TimerKind.GRACE)),
        _time_to_answer(rung, at),
        *page,
    )
    return Decision(rung, "offered", action.by, effects, note=action.reason)


def accept(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C11: the offer is taken; now the owner changes."""
    if subject.offered_to is None or subject.offered_to != action.by:
        return Unchanged(f"there is no offer to {action.by}")
    taken = ladder.take_on(subject, action.by, at, event="accepted")
    moved = replace(
        taken.subject,
        handoffs=subject.handoffs + 1,
        handoffs_at=(*_lately(subject.handoffs_at, at.now), at.now),
    )
    givers = dict.fromkeys((subject.owner, subject.offered_by or subject.owner))
    told = (Notice(giver, "accepted") for giver in givers if giver != action.by)
    return replace(taken, subject=moved, effects=(Answered("accepted"), *taken.effects, *told))


def decline(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C12, by the person to whom it was offered."""
    if subject.offered_to is None or subject.offered_to != action.by:
        return Unchanged(f"there is no offer to {action.by}")
    return offer_returned(subject, action.by, at, note=action.reason)


def offer_returned(
    subject: Subject, actor: str, at: Situation, *, note: str = ""
) -> Decision | Unchanged:
    """C12: declined, or not answered in time (the engine is the actor). The owner is paged; what
    has gone to and fro goes to the lead."""
    if subject.offered_to is None:
        return Unchanged("there is no offer")
    back = replace(
        subject,
        offered_to=None,
        offered_by=None,
        offered_at=None,
        returned=subject.returned + 1,
        returns_at=(*_lately(subject.returns_at, at.now), at.now),
        handoffs_at=_lately(subject.handoffs_at, at.now),
    )
    ended = (
        Answered("lapsed" if actor == ENGINE else "declined"),
        Cancel((TimerKind.OFFER,)),
        Hush("offered"),
    )
    if len(back.returns_at) >= MOST_RETURNS or len(back.handoffs_at) >= MOST_HANDOFFS:
        again, effects = ladder.start_round(back, at.rules.lead_step(back), at)
        return Decision(again, "returned_to_lead", actor, (*ended, *effects), note=note)
    rung, page = ladder.ring(back, back.owner, at, "offer_returned", subject.offered_to)
    giver = subject.offered_by
    told = (
        (Notice(giver, "offer_not_taken", subject.offered_to),)
        if giver is not None and giver != back.owner
        else ()
    )
    effects = (*ended, *page, *told, *ladder.hold_anew(rung, at))
    return Decision(rung, "offer_returned", actor, effects, note=note)


def without_offer(before: Subject | None, decision: Decision, at: Situation) -> Decision:
    """Leaving `owned`, or having another owner, cancels a pending offer: true of every transition,
    so it is said once."""
    after = decision.subject
    if before is None or before.offered_to is None:
        return decision
    if after.offered_to and after.state is State.OWNED and after.owner == before.owner:
        return decision
    cleared = replace(after, offered_to=None, offered_by=None, offered_at=None)
    contract = [one for one in decision.effects if isinstance(one, Offered | Answered)]
    if contract and isinstance(contract[0], Answered):
        return replace(decision, subject=cleared)
    ended = (Cancel((TimerKind.OFFER,)), Hush("offered"), Answered("withdrawn"))
    told = _told_of_withdrawal(before.offered_to, decision)
    return replace(decision, subject=cleared, effects=(*ended, *told, *decision.effects))


def _told_of_withdrawal(taker: str, decision: Decision) -> tuple[Notice, ...]:
    """Whoever was asked to take it over hears that they need not; unless they did this themselves,
    are asked for it all the same, or hear of it anyway."""
    told = any(isinstance(one, Notice) and one.person == taker for one in decision.effects)
    if told or taker in (decision.actor, decision.subject.owner):
        return ()
    return (Notice(taker, "offer_withdrawn", decision.actor),)


def return_outlived(before: Subject | None, decision: Decision, at: Situation) -> Decision:
    """Word that an offer came back, "it is yours", is withdrawn unsent once it is so no more: by a
    new offer that is accepted, a claim, an assignment, a close. Every decision passes here."""
    after = decision.subject
    if before is None or not before.returned:
        return decision
    if after.state is State.OWNED and after.owner == before.owner:
        return decision
    outlived = (Hush("offer_returned"), Hush("offer_not_taken"))
    return replace(decision, effects=(*outlived, *decision.effects))


def offer_in_storm(before: Subject | None, decision: Decision, at: Situation) -> Decision:
    """C21, C22: while a storm holds a case, its offer's page is held, and with it the time to
    answer; once it lets go, whoever is offered the case is paged and has the full time.

    An offer is not refused meanwhile: while inhibited, transitions happen as written, but pages
    and the wait for an acknowledgement are held. This wait is one as well: it is as long, begins
    with its page, and must not be over for somebody who was never told. Every decision passes here.
    """
    after = decision.subject
    if after.offered_to is None:
        return decision
    if ladder.is_inhibited(after):
        kept = tuple(one for one in decision.effects if not _is_time_to_answer(one))
        if kept == decision.effects and TimerKind.OFFER not in at.dues:
            return decision
        return replace(decision, effects=(*kept, Cancel((TimerKind.OFFER,)), Hush("offered")))
    if before is None or not ladder.is_inhibited(before):
        return decision
    rung, page = ladder.ring(after, after.offered_to, at, "offered", after.offered_by or "")
    effects = (*decision.effects, *page, _time_to_answer(rung, at))
    return replace(decision, subject=rung, effects=effects)


def _time_to_answer(subject: Subject, at: Situation) -> Arm:
    """An offer is answered within the time in which a page is acknowledged."""
    return Arm(TimerKind.OFFER, at.rules.due(subject, at.rules.times(subject).ack, at.now))


def _is_time_to_answer(effect: Effect) -> bool:
    return isinstance(effect, Arm) and effect.timer is TimerKind.OFFER


def claim(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C29: "raise a hand". Anybody with a role takes it, but not a P1 from the executive."""
    if not subject.is_open or (subject.owner == action.by and subject.state is State.OWNED):
        return Unchanged("it is closed or theirs already")
    if at.rules.rights(action.by, subject, at.now) < Rights.ROLE:
        return Unchanged(f"{action.by} has no role")
    if subject.band is Band.P1 and subject.owner == at.rules.settings.fallback_executive:
        return Unchanged("a P1 that reached the executive is not claimed; ask them to assign it")
    return ladder.take_on(subject, action.by, at, event="claimed")


def assign(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C27: a lead, or somebody above, makes a person the owner; the person is paged."""
    if at.rules.rights(action.by, subject, at.now) < Rights.LEAD:
        return Unchanged(f"only the lead of team {subject.team} or somebody above assigns")
    if action.to is None or not at.rules.is_active(action.to, at.now):
        return Unchanged(f"{action.to or 'nobody'} is no active person")
    if subject.state not in (State.NEW, State.OWNED):
        return Unchanged(f"it is {subject.state}")
    if subject.state is State.NEW and subject.owner == action.to:
        return Unchanged(f"{action.to} is asked already")
    step = at.rules.step_of(subject, action.to, at.now)
    assigned, effects = ladder.ask(subject, step, action.to, at.aloud())
    stop = Cancel(ladder.WORK_TIMERS)
    return Decision(assigned, "assigned", action.by, (stop, *effects), note=action.reason)


def reroute(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C28: "wrong team". The other team's step 0 owns it: a hand-off that nobody has to accept,
    but that counts as one. So what teams send to and fro comes to a lead as well (C12): to that of
    the team that has it then, who can end it, where the team before has done with it. The topic
    stays, unless another is given."""
    known = {team.name for team in at.rules.settings.teams}
    if action.to is not None and action.to == subject.team:
        return Unchanged(f"{action.to} has it already")
    if action.to not in known:
        return Unchanged(f'there is no team "{action.to}"')
    may = action.by in (subject.owner, *subject.asked)
    may = may or at.rules.rights(action.by, subject, at.now) >= Rights.MEMBER
    if subject.state not in (State.NEW, State.OWNED) or not may:
        return Unchanged("only its owner, a paged person or the team reroutes what is open")
    if isinstance(subject, Incident) and subject.level is not Level.WATCH:
        return Unchanged("a storm stays with communications")
    lately = (*_lately(subject.handoffs_at, at.now), at.now)
    moved: Subject = replace(
        subject, team=action.to, handoffs=subject.handoffs + 1, handoffs_at=lately
    )
    if isinstance(moved, Case) and action.topic is not None:  # an incident is known by its own
        if (unknown := _unknown_topic(action.topic, at)) is not None:
            return Unchanged(unknown)
        moved = replace(moved, topic=action.topic)
    is_to_and_fro = len(lately) >= MOST_HANDOFFS
    step = at.rules.lead_step(moved) if is_to_and_fro else 0
    again, effects = ladder.start_round(moved, step, at)
    contract = (Offered(again.owner, action.to, action.reason, action.told), Answered("rerouted"))
    return Decision(again, "rerouted", action.by, (*contract, *effects), note=action.reason)


def _unknown_topic(topic: str, at: Situation) -> str | None:
    known = sorted({one for team in at.rules.settings.teams for one in team.owns})
    if topic in known:
        return None
    return f'there is no topic "{topic}". Known: {", ".join(known) or "none"}'


def _lately(instants: tuple[datetime, ...], now: datetime) -> tuple[datetime, ...]:
    """Of some instants, those of the last 24 h: only they count."""
    return tuple(instant for instant in instants if now - instant < TO_AND_FRO)
