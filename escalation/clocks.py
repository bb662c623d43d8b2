"""The promises to the customer that run out: first reply, next reply, resolved. Pure.

The numbers (C20 ...) are the rows of docs/ownership.md.
"""

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


def breach(case: Case, timer: TimerKind, at: Situation) -> Outcome:
    """C20: a reply or resolve clock ran out. P1, P2 climb one step above the owner."""
    if not case.is_open:
        return Unchanged("it is closed")
    event = f"breached_{timer}"
    lead = at.rules.first_from(case, at.rules.lead_step(case), at.now)[1]
    if case.band not in (Band.P1, Band.P2):
        return Decision(case, event, ENGINE, (Notice(lead, event, case.owner),))
    if case.state is State.NEW and case.step >= at.rules.last_step(case):
        return Decision(case, event, ENGINE)  # nobody stands above the one who is being paged
    again, effects = ladder.start_round(case, case.step + 1, at, past=(case.owner,))
    return Decision(again, event, ENGINE, effects)
