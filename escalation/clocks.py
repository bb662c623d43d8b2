"""What runs out: the promises to the customer, and the time within which an executive must hear
of what is urgent and not resolved. Pure.

The numbers (C20 ...) are the rows of docs/ownership.md.
"""

from dataclasses import replace
from datetime import timedelta

from config import Band
from escalation import ladder
from escalation.decision import (
    ENGINE,
    Arm,
    Decision,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
    Warn,
    WarningKind,
)
from escalation.rules import REOPEN_WITHIN, Situation
from escalation.subject import Case, State, Subject

TOLD = "executive_told"  # what a page says that the executive clock sends

DOWNTIME = timedelta(minutes=1)  # later than this a wait ended while nobody was here to see it


def _was_asked_just_now(case: Case, at: Situation) -> bool:
    """Did its owner's time to acknowledge begin at this very instant?"""
    due = at.rules.due(case, at.rules.times(case).ack, at.now)
    return at.late >= DOWNTIME and at.dues.get(TimerKind.ACK) == due


def breach(case: Case, timer: TimerKind, at: Situation) -> Outcome:
    """C20: a reply or resolve clock ran out. P1, P2 are asked for anew, one step above the owner.

    A clock runs out once: it is a warning, with the owner as the one who was told.
    """
    if not case.is_open:
        return Unchanged("it is closed")
    event = f"breached_{timer}"
    warning = Warn(WarningKind.BREACHED, case.owner)
    if case.band not in (Band.P1, Band.P2):
        lead = at.rules.first_from(case, at.rules.lead_step(case), at.now)[1]
        return Decision(case, event, ENGINE, (warning, Notice(lead, event, case.owner)))
    if case.state is State.NEW and at.rules.is_at_the_top(case):
        # Nobody stands above the one who is being paged.
        return Decision(case, event, ENGINE, (warning,))
    if case.state is State.NEW and _was_asked_just_now(case, at):
        # After a downtime all that ended meanwhile is one climb.
        return Decision(case, event, ENGINE, (warning,))
    if ladder.is_silenced(case, at):
        return _breach_in_silence(case, event, warning, at)
    again, effects = ladder.start_round(case, case.step + 1, at, past=(case.owner,))
    told = (Notice(case.owner, "breached", again.owner),) if _knows_of_it(case, again) else ()
    return Decision(again, event, ENGINE, (warning, *effects, *told))


def _knows_of_it(case: Case, again: Case) -> bool:
    """Does its owner lose a case of which they have heard? Not so where its page was held."""
    is_held = case.state is State.NEW and (case.held_until is not None or ladder.is_inhibited(case))
    return not is_held and again.owner != case.owner


def _breach_in_silence(case: Case, event: str, warning: Warn, at: Situation) -> Decision:
    """What a silence holds does not climb: owner after owner would have it and none be told. Who
    has it is asked when the silence ends."""
    if case.state is State.NEW:
        return Decision(case, event, ENGINE, (warning,))
    again, effects = ladder.restart_at(case, case.owner, at)
    return Decision(again, event, ENGINE, (warning, *effects))


def watched(before: Subject | None, outcome: Decision, at: Situation) -> Decision:
    """The same decision, with the executive clock started where it makes a case urgent.

    It counts from when the case first became P1. No acknowledgement, hand-off, snooze, reply,
    storm or falling band stops it; only closing does, and what is reopened within 14 days counts
    on. Every decision passes here, so that none can forget it.
    """
    case = outcome.subject
    if not isinstance(case, Case) or not case.is_open:
        return outcome
    reopened = before is not None and not before.is_open
    since = case.urgent_since
    if reopened and before is not None and before.closed_at is not None:
        since = since if at.now - before.closed_at <= REOPEN_WITHIN else None
    starts = since is None and case.band is Band.P1
    if not (starts or reopened):
        return outcome
    since = at.now if starts else since
    urgent = replace(case, urgent_since=since)
    if since is None:
        return replace(outcome, subject=urgent)
    due = max(at.now, since + at.rules.settings.executive_clock.after)
    arm = Arm(TimerKind.EXECUTIVE, due)
    return replace(outcome, subject=urgent, effects=(*outcome.effects, arm))


def tell_executive(case: Case, at: Situation) -> Outcome:
    """Urgent and still not resolved: the executive is paged, again and again until it is closed.

    Who owns it and where it stands does not change.
    """
    if not case.is_open:
        return Unchanged("it is closed")
    told = replace(case, page_number=case.page_number + 1)
    effects = (
        Page(at.rules.executive(at.now), at.now, what=TOLD),
        Arm(TimerKind.EXECUTIVE, at.now + at.rules.settings.executive_clock.after),
    )
    return Decision(told, TOLD, ENGINE, effects)
