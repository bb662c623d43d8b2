"""Which decision answers which action and which timer, for each kind of subject."""

from collections.abc import Callable, Mapping
from typing import Any

from escalation import (
    clocks,
    closing,
    faults,
    handoffs,
    hiding,
    incidents,
    ladder,
    ownership,
    permission,
    private,
    replies,
    snoozes,
)
from escalation.decision import ENGINE, Action, Outcome, TimerKind, Unchanged, Verb
from escalation.rules import Situation
from escalation.subject import Case, Fault, Incident, Matter, Subject

_LADDER_TIMERS: Mapping[TimerKind, Callable[[Subject, Situation], Outcome]] = {
    TimerKind.ACK: ladder.climb,
    TimerKind.HELD: ladder.release_hold,
    TimerKind.HOLD: ladder.remind,
    TimerKind.GRACE: ladder.take_back,
    TimerKind.WAKE: snoozes.wake,
    TimerKind.OFFER: lambda subject, at: handoffs.offer_returned(subject, ENGINE, at),
}
# What a subject's own kind answers goes before what all of them answer alike.
_TIMERS: Mapping[type[Subject], Mapping[TimerKind, Callable[[Any, Situation], Outcome]]] = {
    Case: {
        TimerKind.FIRST_REPLY: lambda case, at: clocks.breach(case, TimerKind.FIRST_REPLY, at),
        TimerKind.NEXT_REPLY: lambda case, at: clocks.breach(case, TimerKind.NEXT_REPLY, at),
        TimerKind.RESOLVE: lambda case, at: clocks.breach(case, TimerKind.RESOLVE, at),
        TimerKind.QUIET: closing.quiet,
        TimerKind.PERMISSION: permission.lapse,
        TimerKind.EXECUTIVE: clocks.tell_executive,
    },
    Incident: {TimerKind.UPDATE: incidents.update_due},
    Fault: {},
    Matter: {TimerKind.ACK: private.climb, TimerKind.HOLD: private.remind},
}
_LADDER_VERBS: Mapping[Verb, Callable[[Subject, Action, Situation], Outcome]] = {
    Verb.ACK: ladder.acknowledge,
    Verb.ASSIGN: handoffs.assign,
    Verb.HANDOFF: handoffs.offer,
    Verb.ACCEPT: handoffs.accept,
    Verb.DECLINE: handoffs.decline,
    Verb.NOTE: ladder.progress,
    Verb.CLAIM: handoffs.claim,
    Verb.ESCALATE: ladder.escalate,
}
_VERBS: Mapping[type[Subject], Mapping[Verb, Callable[[Any, Action, Situation], Outcome]]] = {
    Case: {
        Verb.SNOOZE: snoozes.snooze,
        Verb.REPLIED: replies.said_replied,
        Verb.RESOLVE: closing.resolve,
        Verb.DISMISS: closing.dismiss,
        Verb.WONT_ACT: closing.wont_act,
        Verb.CAUSE: closing.name_cause,
        Verb.PERMISSION: permission.ask,
        Verb.GRANT: permission.answer,
        Verb.REFUSE: permission.answer,
        Verb.HID: hiding.hid,
        Verb.CONFIRM_HID: hiding.answer,
        Verb.REFUSE_HID: hiding.answer,
        Verb.REOPEN: ownership.reopen,
        Verb.REROUTE: handoffs.reroute,
    },
    Incident: {
        Verb.NOTE: incidents.post_update,
        Verb.COMMENT: incidents.comment,
        Verb.SNOOZE: snoozes.snooze,
        Verb.DISMISS: incidents.dismiss,
        Verb.WONT_ACT: incidents.wont_act,
        Verb.CAUSE: closing.name_cause,
        Verb.CONTAIN: lambda incident, action, at: incidents.contain(
            incident, at, by=action.by, reason=action.reason
        ),
        Verb.RESOLVE: incidents.resolve,
        Verb.REROUTE: handoffs.reroute,
    },
    # A fault closes by itself when mended, or when a person says that it is.
    Fault: {Verb.RESOLVE: faults.resolve},
    Matter: {
        Verb.ACK: private.acknowledge,
        Verb.RESOLVE: private.resolve,
        Verb.DISMISS: private.dismiss,
    },
}


def fire_on(subject: Subject, kind: TimerKind, at: Situation) -> Outcome:
    """What the end of a wait does to a subject."""
    shared = {} if isinstance(subject, Matter) else _LADDER_TIMERS
    fired = _TIMERS[type(subject)].get(kind) or shared.get(kind)
    return fired(subject, at) if fired else Unchanged(f"{subject.kind}s do not wait for {kind}")


def act_on(subject: Subject, action: Action, at: Situation) -> Outcome:
    """What a person's action does to a subject."""
    shared = {} if isinstance(subject, Matter) else _LADDER_VERBS
    done = _VERBS[type(subject)].get(action.verb) or shared.get(action.verb)
    if done is None:
        return Unchanged(f"{subject.kind}s cannot be changed by {action.verb}")
    return done(subject, action, at)
