"""The life of a case: what each event does to it, and to whom it belongs. Pure.

The numbers (C1, C2 ...) are the rows of docs/ownership.md.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from config import Band
from escalation import closing, ladder
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Decision,
    Effect,
    Notice,
    Outcome,
    TimerKind,
    Unchanged,
)
from escalation.roster import Rights
from escalation.rules import REOPEN_WITHIN, Situation
from escalation.subject import Case, State

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


def open_case(case: Case, at: Situation, to: str | None = None) -> Decision:
    """C1: a complaint that joins no case. The owner is step 0's person, or whom somebody of ours
    told of it (`to`), and is paged."""
    step, person = at.rules.first_from(case, 0, at.now) if to is None else (0, to)
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
    more = _one_more(case, heard)
    after_reply = case.replied_at is not None and heard.created_at > case.replied_at
    if case.state in (State.WAITING, State.SNOOZED):
        return _speaks_again(more, heard, after_reply, at)
    rescored, effects = _rescore(more, heard, at)
    if after_reply and TimerKind.NEXT_REPLY not in at.dues:
        effects = (*effects, next_reply(rescored, at))
    return Decision(rescored, "complaint_added", ENGINE, effects)


def _one_more(case: Case, heard: Weighed) -> Case:
    """The case with a further complaint, which may be older than those that are known."""
    return replace(
        case,
        posts=case.posts + 1,
        first_complained_at=min(first_complained_at(case), heard.created_at),
        complained_at=max(case.complained_at, heard.created_at),
    )


def first_complained_at(case: Case) -> datetime:
    """The date of the first complaint that is known; of the only one, where there was no other."""
    return case.first_complained_at or case.complained_at


def _speaks_again(case: Case, heard: Weighed, after_reply: bool, at: Situation) -> Outcome:
    """C3: while waiting or snoozed. A complaint dated before our reply is only added, unless it
    makes the case too urgent to wait."""
    raised = _raise_priority(case, heard)
    woken = _wakes(raised, case)
    if not after_reply and not woken and not _fresh_in_snooze(case, heard):
        added, effects = _rescore(case, heard, at)
        return Decision(added, "complaint_added", ENGINE, effects)
    sooner = _sooner(raised, at) if _is_more_urgent(raised, case) else ()
    again, effects = ladder.restart_at(raised, case.owner, at.aloud() if woken else at)
    clocks = (*sooner, next_reply(again, at))
    return Decision(again, "complaint_again", ENGINE, (*clocks, *effects))


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
        _one_more(case, heard),
        band=heard.band,
        score=heard.score,
        safety=case.safety or heard.safety,
    )
    return _reopen(more, ENGINE, "", at)


def may_reopen(case: Case, complained_at: datetime) -> bool:
    """Is a complaint soon enough after the closing to belong to the closed case? Not to spam."""
    if case.closed_at is None or case.close_reason == closing.SPAM:
        return False
    return complained_at - case.closed_at <= REOPEN_WITHIN


def reopen(case: Case, action: Action, at: Situation) -> Outcome:
    """C30: anybody with a role reopens a closed case, with a reason."""
    if case.state is not State.CLOSED:
        return Unchanged("it is open")
    if at.rules.rights(action.by, case, at.now) < Rights.ROLE or not action.reason:
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
    clocks: tuple[Effect, ...] = (next_reply(again, at),)
    if times.resolved is not None:
        due = at.rules.due(again, times.resolved, at.now)
        clocks = (*clocks, Arm(TimerKind.RESOLVE, due))
    return Decision(again, "reopened", actor, (*effects, *clocks), note=reason)


def rescore(case: Case, heard: Weighed, at: Situation) -> Outcome:
    """C26: reach, velocity or contacts have changed. A higher band pages the owner now.

    heard  the priority as it has settled: a fall in it has been decided upon, and moves no wait.
    What nobody has acknowledged never falls.
    """
    if not case.is_open:
        return Unchanged("it is closed")
    raised = _raise_priority(case, heard)
    if _wakes(raised, case):
        again, effects = ladder.restart_at(raised, case.owner, at.aloud())
        return Decision(again, "band_raised", ENGINE, (*_sooner(raised, at), *effects))
    if case.state is not State.NEW and heard.score < case.score:
        fallen = replace(raised, band=heard.band, score=heard.score)
        return Decision(fallen, "rescored", ENGINE)
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


def _wakes(raised: Case, case: Case) -> bool:
    """C14: what is put off wakes where it becomes more urgent. What waits for the customer has no
    clock that would climb either: where it becomes P1 or a matter of safety, somebody must say
    that they have seen it."""
    if case.state is State.WAITING and raised.band is not Band.P1 and not raised.safety:
        return False
    return case.state in (State.WAITING, State.SNOOZED) and _is_more_urgent(raised, case)


def _rescore(case: Case, heard: Weighed, at: Situation) -> tuple[Case, tuple[Effect, ...]]:
    """The new priority; more urgent, the owner is paged now, and every due time is the earlier of
    old and new (C2, C22, C26)."""
    raised = _raise_priority(case, heard)
    if not _is_more_urgent(raised, case):
        return raised, ()
    sooner = _sooner(raised, at)
    if raised.state is State.NEW:
        ack = at.rules.ack_due(raised, at.now)
        ack = min(at.dues.get(TimerKind.ACK, ack), ack)
        raised, paged = ladder.page(replace(raised, held_until=None), at.aloud(), due=ack)
    else:
        raised, paged = ladder.ring(raised, raised.owner, at, "band_raised")
    return raised, (*sooner, *paged)


def _sooner(case: Case, at: Situation) -> tuple[Effect, ...]:
    """Of every wait that the band sets and that runs: the earlier of its old and new due time."""
    times = at.rules.times(case)
    waits = {
        TimerKind.FIRST_REPLY: times.first_reply,
        TimerKind.NEXT_REPLY: times.next_reply,
        TimerKind.RESOLVE: times.resolved,
        TimerKind.HOLD: times.hold,
        TimerKind.GRACE: times.grace,
        TimerKind.OFFER: times.ack,
    }
    dues = {
        timer: (at.dues[timer], at.rules.due(case, wait, at.now))
        for timer, wait in waits.items()
        if wait is not None and timer in at.dues
    }
    return tuple(Arm(timer, new) for timer, (old, new) in dues.items() if new < old)


def next_reply(case: Case, at: Situation) -> Arm:
    """When our next reply is due; one that is waited for already is not put off."""
    due = at.rules.due(case, at.rules.times(case).next_reply, at.now)
    return Arm(TimerKind.NEXT_REPLY, min(due, at.dues.get(TimerKind.NEXT_REPLY, due)))


def withdrawn(case: Case, posts_left: int, at: Situation) -> Outcome:
    """C19: the author deleted a post. Facts stay; with no post left the owner is told."""
    if not case.is_open or posts_left > 0:
        return Unchanged("posts are left" if posts_left else "it is closed")
    return Decision(case, "withdrawn", ENGINE, (Notice(case.owner, "withdrawn"),))
