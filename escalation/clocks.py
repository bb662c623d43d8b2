"""The promises to the customer that run out: first reply, next reply, resolved. Pure.

The numbers (C20 ...) are the rows of docs/ownership.md.
"""

from datetime import timedelta

from config import Band
from escalation import ladder
from escalation.decision import (
    ENGINE,
    Decision,
    Notice,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.rules import Situation
from escalation.subject import Case, State

DOWNTIME = timedelta(minutes=1)  # later than this a wait ended while nobody was here to see it


def _was_asked_just_now(case: Case, at: Situation) -> bool:
    """Did its owner's time to acknowledge begin at this very instant?"""
    due = at.rules.due(case, at.rules.times(case).ack, at.now)
    return at.late >= DOWNTIME and at.dues.get(TimerKind.ACK) == due


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
    if case.state is State.NEW and _was_asked_just_now(case, at):
        return Decision(
            case, event, ENGINE
        )  # after a downtime all that ended meanwhile is one climb
    again, effects = ladder.start_round(case, case.step + 1, at, past=(case.owner,))
    return Decision(again, event, ENGINE, effects)
