"""The ladder that every subject climbs: ask, climb on silence, take on, remind, start over.

Pure: a subject and a situation in, a Decision out. The numbers (C5, C7 ...) are the rows of
docs/ownership.md.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from config import Band
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Effect,
    Hush,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
    Warn,
    WarningKind,
)
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.silences import hiding
from escalation.subject import Case, State, Subject

S = TypeVar("S", bound=Subject)

# The waits of every open state but `new`; who is asked anew is waited for by none of them.
WORK_TIMERS = (
    TimerKind.HOLD,
    TimerKind.GRACE,
    TimerKind.OFFER,
    TimerKind.WAKE,
    TimerKind.QUIET,
)
ONE_CLICK = timedelta(seconds=60)  # a second "escalate" this soon after a page is the same click


def is_inhibited(subject: Subject) -> bool:
    """A case whose pages are held because an open storm pages for it."""
    return isinstance(subject, Case) and subject.inhibited_by is not None and not subject.safety


def ask(subject: S, step: int, person: str, at: Situation) -> tuple[S, tuple[Effect, ...]]:
    """Make a person the owner who must acknowledge, and page them or hold until they work.

    Never neither: the subject leaves with an `ack` wait, or held until a stored instant, or
    inhibited by a storm.
    """
    first = person not in subject.asked
    subject = replace(
        subject,
        state=State.NEW,
        owner=person,
        step=step,
        asked=(*subject.asked, person) if first else subject.asked,
        held_until=None,
        silence=None,
        offered_to=None,
    )
    return page(subject, at, first=first)


def page(
    subject: S, at: Situation, *, due: datetime | None = None, first: bool = False
) -> tuple[S, tuple[Effect, ...]]:
    """Page the owner of a `new` subject and arm its `ack` wait (`due`: when, if not afresh)."""
    if is_inhibited(subject):
        return subject, (Hush(), Cancel((TimerKind.ACK, TimerKind.HELD)))
    until, silence = held_now(subject, at)
    if until is not None:
        held = replace(subject, held_until=until, silence=silence)
        return held, (Hush(), Cancel((TimerKind.ACK,)), Arm(TimerKind.HELD, until))
    if due is None:
        due = at.rules.ack_due(subject, at.now)
    subject = replace(
        subject,
        page_number=subject.page_number + 1,
        paged_at=at.now,
        held_until=None,
        silence=None,
    )
    return subject, (
        Hush(),
        Cancel((TimerKind.HELD,)),
        Page(subject.owner, at.now + at.rules.group_wait(subject), _channels(subject), first),
        Arm(TimerKind.ACK, due),
    )


def held_now(subject: Subject, at: Situation) -> tuple[datetime | None, int | None]:
    """Until when a page is held, and by which silence: None, None where it may leave.

    A silence that ends outside working hours holds until they begin.
    """
    opening = at.rules.opening(subject, at.now)
    silence = hiding(at.silences, subject, at.now)
    if silence is None or (opening is not None and opening >= silence.until):
        return opening, None
    return at.rules.opening(subject, silence.until) or silence.until, silence.number


def hold_silently(subject: Subject, by: str, at: Situation) -> Outcome:
    """A silence has begun: what nobody has acknowledged is held, and its page withdrawn."""
    if subject.state is not State.NEW or is_inhibited(subject) or subject.silence is not None:
        return Unchanged("nobody is being waited for")
    if held_now(subject, at)[1] is None:
        return Unchanged("no silence holds it")
    held, effects = page(subject, at)
    return Decision(held, "held", by, effects)


def _aloud(subject: Subject, at: Situation) -> Situation:
    """What somebody has taken on, or was paged for, is asked anew whatever is silenced."""
    taken_on = subject.state in (State.OWNED, State.SNOOZED)
    paged = subject.state is State.NEW and subject.held_until is None and not is_inhibited(subject)
    return at.aloud() if taken_on or paged else at


def is_silenced(subject: Subject, at: Situation) -> bool:
    """Does a silence hold it, or would it where it is asked for anew?"""
    return not is_inhibited(subject) and held_now(subject, _aloud(subject, at))[1] is not None


def ring(
    subject: S, person: str, at: Situation, what: str, about: str = ""
) -> tuple[S, tuple[Effect, ...]]:
    """Page a person about something else than an acknowledgement: no ack wait, no other owner.

    Out of hours the page leaves when the subject's clock runs again; while a storm pages for a
    case, it does not leave at all.
    """
    if is_inhibited(subject):
        return subject, ()
    due = (at.rules.opening(subject, at.now) or at.now) + at.rules.group_wait(subject)
    rung = replace(subject, page_number=subject.page_number + 1)
    return rung, (Page(person, due, _channels(subject), what=what, about=about),)


def _channels(subject: Subject) -> int:
    return 2 if subject.band is Band.STORM else 1


def start_round(
    subject: S, from_step: int, at: Situation, *, past: tuple[str, ...] = ()
) -> tuple[S, tuple[Effect, ...]]:
    """Begin the next round at a step, or the first above it that is filled, and not by those
    who are `past` being asked."""
    fresh = _next_round(subject)
    step, person = at.rules.first_from(fresh, from_step, at.now, past)
    asked, effects = ask(fresh, step, person, _aloud(subject, at))
    return asked, (Cancel(WORK_TIMERS), *effects)


def _next_round(subject: S) -> S:
    return replace(
        subject,
        round=subject.round + 1,
        asked=(),
        page_number=0,
        acked_by=None,
        acked_at=None,
    )


def restart_at(subject: S, person: str, at: Situation) -> tuple[S, tuple[Effect, ...]]:
    """Begin the next round at a person, who keeps the place they have in the ladder."""
    if not at.rules.is_active(person, at.now):
        return start_round(subject, 0, at)
    fresh = _next_round(subject)
    step = at.rules.step_of(fresh, person, at.now)
    asked, effects = ask(fresh, step, person, _aloud(subject, at))
    return asked, (Cancel(WORK_TIMERS), *effects)


def climb(subject: Subject, at: Situation, *, event: str = "escalated") -> Outcome:
    """C7: nobody acknowledged in time. The miss is noted and the next person is asked.

    One step a call, and the next wait runs from now: after an outage the ladder is climbed
    step by step, not all at once. The last step pages again for ever: see Engine.page_again.
    """
    if subject.state is not State.NEW or is_inhibited(subject) or subject.held_until is not None:
        return Unchanged("nobody is being waited for")
    if at.rules.is_at_the_top(subject):
        return Unchanged("nobody stands above the last step; it is paged again in its time")
    missed = replace(subject, misses=subject.misses + 1)
    warn = Warn(WarningKind.MISSED_PAGE, subject.owner)
    return _one_step_up(missed, at, event=event, actor=ENGINE, also=(warn,))


def escalate(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C25: somebody of the team lets it climb at once; nobody has missed anything by that.

    An owner who was paged this minute is left the minute: a double click climbs once. Outside of
    the hours in which its clock runs nobody would be paged, and each click would only use up a
    step; what a silence alone holds may page, as a person asks for it.
    """
    if not _may_ack(subject, action.by, at):
        return Unchanged(f"{action.by} is not of team {subject.team}")
    if subject.state is not State.NEW or is_inhibited(subject):
        return Unchanged("nobody is being waited for")
    if at.rules.is_at_the_top(subject):
        return Unchanged("nobody stands above the last step; it is paged again in its time")
    if subject.paged_at is not None and at.now - subject.paged_at < ONE_CLICK:
        return Unchanged(f"{subject.owner} was paged less than a minute ago")
    if (opening := at.rules.opening(subject, at.now)) is not None:
        return Unchanged(
            f"nobody is paged for it before {opening:%Y-%m-%d %H:%M} UTC, when its clock runs"
            " again; acknowledge it yourself if it cannot wait"
        )
    climbed = _one_step_up(subject, at, event="escalated", actor=action.by)
    return replace(climbed, note=action.reason)


def _one_step_up(
    subject: Subject, at: Situation, *, event: str, actor: str, also: tuple[Effect, ...] = ()
) -> Decision:
    step, person = at.rules.first_from(subject, subject.step + 1, at.now, subject.asked)
    climbed, effects = ask(subject, step, person, at.aloud())
    what = "climbed" if actor == ENGINE else "let_climb"
    is_told = subject.owner not in (person, actor)
    told = (Notice(subject.owner, what, person),) if is_told else ()
    return Decision(climbed, event, actor, (*effects, *told, *also))


def release_hold(subject: Subject, at: Situation) -> Outcome:
    """A subject held until now pages afresh, with its full time to acknowledge."""
    if subject.state is not State.NEW or subject.held_until is None:
        return Unchanged("it is not held")
    released, effects = page(replace(subject, held_until=None, silence=None), at)
    return Decision(released, "released", ENGINE, effects)


def acknowledge(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C5: a person takes it on. They must have been paged, be of the team, or stand above it."""
    if subject.state is not State.NEW:
        return Unchanged(_who_has_it(subject))
    if not _may_ack(subject, action.by, at):
        return Unchanged(f"{action.by} was not paged and is not of team {subject.team}")
    return take_on(subject, action.by, at, event="acknowledged")


def _may_ack(subject: Subject, person: str, at: Situation) -> bool:
    """Whoever was paged in this round, is of the team, or stands above it."""
    of_team = at.rules.rights(person, subject, at.now) >= Rights.MEMBER
    return of_team or person in subject.asked


def take_on(subject: Subject, by: str, at: Situation, *, event: str) -> Decision:
    """Make a person the owner who works on it; the others who were paged are told."""
    owned = replace(
        subject,
        state=State.OWNED,
        owner=by,
        step=at.rules.step_of(subject, by, at.now),
        acked_by=by,
        acked_at=at.now,
        progress_at=None,
        held_until=None,
        offered_to=None,
    )
    hold = at.rules.due(owned, at.rules.times(owned).hold, at.now)
    others = tuple(Notice(person, "taken", by) for person in subject.asked if person != by)
    stop = Cancel((TimerKind.ACK, TimerKind.HELD, *WORK_TIMERS))
    return Decision(owned, event, by, (stop, Hush(), Arm(TimerKind.HOLD, hold), *others))


def remind(subject: Subject, at: Situation) -> Outcome:
    """C8: the hold is over, and nothing has happened since the last progress."""
    if subject.state is not State.OWNED:
        return Unchanged(f"it is {subject.state}")
    grace = at.rules.due(subject, at.rules.times(subject).grace, at.now)
    effects = (Notice(subject.owner, "remind"), Arm(TimerKind.GRACE, grace))
    return Decision(subject, "reminded", ENGINE, effects)


def take_back(subject: Subject, at: Situation) -> Outcome:
    """C9: still no progress; it is asked anew, one step above the owner."""
    if subject.state is not State.OWNED:
        return Unchanged(f"it is {subject.state}")
    before = subject.owner
    again, effects = start_round(subject, subject.step + 1, at, past=(before,))
    return Decision(again, "taken_back", ENGINE, (*effects, Notice(before, "taken_back")))


def progress(subject: Subject, action: Action, at: Situation) -> Outcome:
    """C31: a note, by the owner, the team or whoever was paged. It counts as progress: the hold
    of an owned subject begins anew."""
    if not subject.is_open:
        return Unchanged("it is closed")
    if action.by != subject.owner and not _may_ack(subject, action.by, at):
        return Unchanged(f"{action.by} is not of team {subject.team}")
    if not action.reason.strip():
        return Unchanged("a note says something in words, and this one is blank")
    noted = replace(subject, progress_at=at.now)
    return Decision(noted, "noted", action.by, hold_anew(noted, at), note=action.reason)


def hold_anew(subject: Subject, at: Situation) -> tuple[Effect, ...]:
    """Progress was made: an owner has the whole hold again before being reminded.

    While a hand-off is offered its own wait runs, or is held by a storm, and no hold.
    """
    if subject.state is not State.OWNED or subject.offered_to is not None:
        return ()
    due = at.rules.due(subject, at.rules.times(subject).hold, at.now)
    return Cancel((TimerKind.GRACE,)), Arm(TimerKind.HOLD, due)


def _who_has_it(subject: Subject) -> str:
    if subject.state is State.CLOSED:
        return f"it was closed by {subject.closed_by}"
    return (
        f"{subject.owner} has it since {subject.acked_at:%Y-%m-%d %H:%M} UTC"
        if (subject.acked_at)
        else f"{subject.owner} has it"
    )
