"""Our replies: heard in time, heard late, deleted, or only spoken of. Pure.

The numbers (C6, C18, C31) are the rows of docs/ownership.md.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from escalation import ladder
from escalation.decision import (
    ENGINE,
    REPLY_CLOCKS,
    Action,
    Arm,
    Cancel,
    Decision,
    Hush,
    Notice,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.ownership import first_complained_at, next_reply
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.subject import Case, State

QUIET = timedelta(hours=72)  # after our reply, silence this long closes the case


def brand_reply(case: Case, replied_at: datetime, at: Situation, *, by: str = ENGINE) -> Outcome:
    """C6: our own account answered in the thread. It counts as an acknowledgement.

    One that is dated before the last complaint answers what was said before it, and undoes no
    acknowledgement. A further one, while the customer has the word, begins the quiet anew.
    """
    if case.state is State.CLOSED:
        return Unchanged(f"it is {case.state}")
    first = min(case.first_replied_at or replied_at, replied_at)
    if replied_at < case.complained_at:
        return _heard_late(replace(case, first_replied_at=first), case, replied_at, at, by)
    if case.state is State.WAITING and case.replied_at and replied_at <= case.replied_at:
        return Unchanged("known")
    waiting = replace(
        case,
        state=State.WAITING,
        first_replied_at=first,
        replied_at=max(case.replied_at or replied_at, replied_at),
        progress_at=at.now,
        held_until=None,
    )
    stop = Cancel((TimerKind.ACK, TimerKind.HELD, *REPLY_CLOCKS, *ladder.WORK_TIMERS))
    quiet = Arm(TimerKind.QUIET, at.now + QUIET)
    return Decision(waiting, "brand_reply", by, (stop, Hush(), quiet, *_told_of_reply(case)))


def _heard_late(seen: Case, case: Case, replied_at: datetime, at: Situation, by: str) -> Outcome:
    """C6: a reply dated before the last complaint. The first reply is met and the next one is due,
    as it would be had we heard of both in their order. What is older than the first complaint, or
    than a reply that is known, answers nothing; it is only remembered."""
    known = case.replied_at is not None and replied_at <= case.replied_at
    if known or replied_at < first_complained_at(case):
        return Decision(seen, "brand_reply_earlier", by) if seen != case else Unchanged("known")
    answered = replace(seen, replied_at=replied_at)
    effects = (Cancel((TimerKind.FIRST_REPLY,)), _since_last_complaint(answered, at))
    return Decision(answered, "brand_reply_earlier", by, effects)


def _since_last_complaint(case: Case, at: Situation) -> Arm:
    """When our next reply is due where all but the last complaint are answered: never sooner than
    it was before that was known."""
    due = at.rules.due(case, at.rules.times(case).next_reply, case.complained_at)
    running = at.dues.get(TimerKind.NEXT_REPLY, at.now)
    return Arm(TimerKind.NEXT_REPLY, max(due, running, at.now))


def _told_of_reply(case: Case) -> tuple[Notice, ...]:
    """A reply counts as an acknowledgement: the others who were paged need not see to it."""
    if case.state is not State.NEW:
        return ()
    return tuple(Notice(person, "replied") for person in case.asked if person != case.owner)


def reply_deleted(case: Case, at: Situation) -> Outcome:
    """C18: our reply is gone and there is no other after the last complaint."""
    if case.state is not State.WAITING:
        return Unchanged(f"it is {case.state}")
    again, effects = ladder.restart_at(replace(case, replied_at=None), case.owner, at)
    marked = Notice(again.owner, "reply_deleted")
    effects = (*effects, next_reply(again, at), marked)
    return Decision(again, "brand_reply_deleted", ENGINE, effects)


def said_replied(case: Case, action: Action, at: Situation) -> Outcome:
    """C31: a person says that we replied, where it cannot be seen."""
    if at.rules.rights(action.by, case, at.now) < Rights.MEMBER and action.by != case.owner:
        return Unchanged(f"{action.by} is not of team {case.team}")
    said = brand_reply(case, max(at.now, case.complained_at), at, by=action.by)
    return replace(said, note=action.reason) if isinstance(said, Decision) else said
