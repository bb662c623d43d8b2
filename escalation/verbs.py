"""Which decision answers which action and which timer, for each kind of subject."""

from collections.abc import Callable, Mapping

from escalation import clocks, closing, faults, handoffs, incidents, ladder, ownership
from escalation.decision import ENGINE, Action, Outcome, TimerKind, Unchanged, Verb
from escalation.rules import Situation
from escalation.subject import Case, Fault, Incident, Subject

_LADDER_TIMERS: Mapping[TimerKind, Callable[[Subject, Situation], Outcome]] = {
    TimerKind.ACK: ladder.climb,
    TimerKind.HELD: ladder.release_hold,
    TimerKind.HOLD: ladder.remind,
    TimerKind.GRACE: ladder.take_back,
}
_CASE_TIMERS: Mapping[TimerKind, Callable[[Case, Situation], Outcome]] = {
    TimerKind.FIRST_REPLY: lambda case, at: clocks.breach(case, TimerKind.FIRST_REPLY, at),
    TimerKind.NEXT_REPLY: lambda case, at: clocks.breach(case, TimerKind.NEXT_REPLY, at),
    TimerKind.RESOLVE: lambda case, at: clocks.breach(case, TimerKind.RESOLVE, at),
    TimerKind.QUIET: closing.quiet,
    TimerKind.WAKE: handoffs.wake,
    TimerKind.OFFER: lambda case, at: handoffs.offer_returned(case, ENGINE, at),
}
_LADDER_VERBS: Mapping[Verb, Callable[[Subject, Action, Situation], Outcome]] = {
    Verb.ACK: ladder.acknowledge,
    Verb.ASSIGN: ladder.assign,
    Verb.NOTE: ladder.progress,
}
_CASE_VERBS: Mapping[Verb, Callable[[Case, Action, Situation], Outcome]] = {
    Verb.ACK: ladder.acknowledge,
    Verb.ASSIGN: ladder.assign,
    Verb.NOTE: ladder.progress,
    Verb.HANDOFF: handoffs.offer,
    Verb.ACCEPT: handoffs.accept,
    Verb.DECLINE: handoffs.decline,
    Verb.SNOOZE: handoffs.snooze,
    Verb.REPLIED: ownership.said_replied,
    Verb.RESOLVE: closing.resolve,
    Verb.DISMISS: closing.dismiss,
    Verb.REOPEN: ownership.reopen,
    Verb.CLAIM: handoffs.claim,
    Verb.REROUTE: ownership.reroute,
    Verb.ESCALATE: handoffs.escalate,
}
_INCIDENT_VERBS: Mapping[Verb, Callable[[Incident, Action, Situation], Outcome]] = {
    Verb.ACK: ladder.acknowledge,
    Verb.ASSIGN: ladder.assign,
    Verb.NOTE: incidents.post_update,
    Verb.DISMISS: incidents.dismiss,
    Verb.CONTAIN: lambda incident, action, at: incidents.contain(
        incident, at, by=action.by, reason=action.reason
    ),
    Verb.RESOLVE: incidents.resolve,
}


def fire_on(subject: Subject, kind: TimerKind, at: Situation) -> Outcome:
    """What the end of a wait does to a subject."""
    if isinstance(subject, Incident) and kind is TimerKind.UPDATE:
        return incidents.update_due(subject, at)
    if isinstance(subject, Case) and kind in _CASE_TIMERS:
        return _CASE_TIMERS[kind](subject, at)
    step = _LADDER_TIMERS.get(kind)
    return step(subject, at) if step else Unchanged(f"{subject.kind}s do not wait for {kind}")


def act_on(subject: Subject, action: Action, at: Situation) -> Outcome:
    """What a person's action does to a subject."""
    if isinstance(subject, Case):
        handler = _CASE_VERBS.get(action.verb)
        return handler(subject, action, at) if handler else _cannot(subject, action)
    if isinstance(subject, Incident):
        change = _INCIDENT_VERBS.get(action.verb)
        return change(subject, action, at) if change else _cannot(subject, action)
    # A fault closes by itself when mended, or when a person says that it is.
    if isinstance(subject, Fault) and action.verb is Verb.RESOLVE:
        return faults.resolve(subject, action, at)
    step = _LADDER_VERBS.get(action.verb)
    return step(subject, action, at) if step else _cannot(subject, action)


def _cannot(subject: Subject, action: Action) -> Unchanged:
    return Unchanged(f"{subject.kind}s cannot be changed by {action.verb}")
