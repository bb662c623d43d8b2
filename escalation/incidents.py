"""The life of an incident: suspected, a storm, contained, closed. Pure.

The numbers (S1, S2 ...) are the rows of docs/ownership.md. Acknowledging, reminding and climbing
are the ladder's, as for a case.
"""

import shlex
from dataclasses import dataclass, replace
from datetime import timedelta

from config import Band
from escalation import account, closing, ladder
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
    TimerKind,
    Unchanged,
    Warn,
    WarningKind,
)
from escalation.roster import Rights
from escalation.rules import Situation
from escalation.subject import Incident, Level, State

UPDATE_CONTAINED = timedelta(hours=4)
QUIET_BEFORE_CLOSING = timedelta(hours=24)
STIRRED_ONCE_IN = timedelta(hours=1)  # an unquiet day is not an entry in the ledger each minute
CALM_BEFORE_CONTAINING = timedelta(minutes=60)  # also for one that a person declared in a calm

_NOTHING: tuple[Effect, ...] = ()
_RANK = {Level.WATCH: 0, Level.CONTAINED: 1, Level.STORM: 2, Level.CLOSED: 3}


@dataclass(frozen=True, slots=True)
class Spike:
    """What the detector measured when it rang."""

    storm: bool
    people: int
    posts: int
    minutes: int
    usual: float
    sentence: str


def watch(incident: Incident, at: Situation) -> Decision:
    """S1: a spike on a topic. A P2 ladder of the topic's team; the cases are linked only."""
    step, person = at.rules.first_from(incident, 0, at.now)
    asked, effects = ladder.ask(incident, step, person, at)
    return Decision(asked, "incident_opened", ENGINE, effects)


def storm(incident: Incident, at: Situation, *, by: str = ENGINE) -> Outcome:
    """S2: storm level, measured or declared. Communications own it; two channels at once."""
    if incident.level in (Level.STORM, Level.CLOSED):
        return Unchanged(f"it is a {incident.level} already")
    risen = replace(
        incident,
        level=Level.STORM,
        band=Band.STORM,
        team=at.rules.settings.communications_team.name,
        topic=None,
        storm_at=at.now,
        contained_at=None,
        stirred_at=None,
        declared_by=by if by != ENGINE else incident.declared_by,
        progress_at=None,
    )
    if incident.asked:
        asked, effects = ladder.start_round(risen, 0, at)
    else:  # nobody has been asked yet: this is its first round
        asked, effects = ladder.ask(risen, *at.rules.first_from(risen, 0, at.now), at)
    update = Arm(TimerKind.UPDATE, at.now + at.rules.times(asked).first_reply)
    return Decision(asked, "incident_storm", by, (*effects, update))


def measured(incident: Incident, spike: Spike) -> Incident:
    """The incident with the newest figures; they never shrink the people it has moved."""
    return replace(
        incident,
        people=max(incident.people, spike.people),
        posts=max(incident.posts, spike.posts),
        minutes=spike.minutes,
        usual=spike.usual,
        sentence=spike.sentence,
    )


def renewed(incident: Incident, spike: Spike) -> Outcome:
    """A running storm is said anew: its sentence, and the figures where they are the worst yet."""
    if incident.level is not Level.STORM or not incident.people:
        return Unchanged("only a storm that was measured is said anew")
    newer = replace(incident, sentence=spike.sentence)
    if spike.people > incident.people:
        newer = measured(incident, spike)
    return Decision(newer, "incident_measured", ENGINE)


def dismiss(incident: Incident, action: Action, at: Situation) -> Outcome:
    """S3: "nothing in it". A watch is kept as a warning, should a storm follow; a storm that was
    declared by mistake was never one."""
    if (why := _not_dismissed(incident, action)) is not None:
        return Unchanged(why)
    rights = at.rules.rights(action.by, incident, at.now)
    theirs = action.by in (*incident.asked, incident.declared_by)
    if rights < Rights.MEMBER and not theirs:
        return Unchanged(f"{action.by} was not paged and is not of team {incident.team}")
    if not action.reason:
        return Unchanged("dismissing takes a reason")
    closed = _close(incident, "incident_dismissed", action, "dismissed", at)
    if incident.level is not Level.WATCH:
        return closed
    warn = Warn(WarningKind.DISMISSED_WATCH, action.by)
    return replace(closed, effects=(*closed.effects, warn))


def _not_dismissed(incident: Incident, action: Action) -> str | None:
    """Why an incident of this kind is not dismissed, and what is done instead."""
    if not incident.is_open:
        return f"it was closed by {incident.closed_by}"
    if incident.level is Level.WATCH or (incident.declared_by and not incident.people):
        return None
    verb = "contain" if incident.level is Level.STORM else "resolve"
    command = shlex.join(("tocsin", "incidents", verb, str(incident.number), "--as", action.by))
    return f"a storm that was measured is not dismissed; say `{command}` instead"


def update_due(incident: Incident, at: Situation) -> Outcome:
    """S4: no statement or update was posted in time; the step above and the owner are paged."""
    if incident.level is Level.CONTAINED:
        effects: tuple[Effect, ...] = (
            Notice(incident.owner, "update_due"),
            Arm(TimerKind.UPDATE, at.now + UPDATE_CONTAINED),
        )
        return Decision(incident, "update_due", ENGINE, effects)
    if incident.level is not Level.STORM:
        return Unchanged("no update is due")
    owner = incident.owner
    above = at.rules.first_from(incident, incident.step + 1, at.now, (owner,))[1]
    rung, pages = incident, _NOTHING
    if above != owner:
        rung, pages = ladder.ring(rung, above, at, "update_missing", owner)
    # The owner comes last: while nobody has acknowledged, the newest page is the one that counts.
    rung, own = ladder.ring(rung, owner, at, "update_due")
    again = Arm(TimerKind.UPDATE, at.now + at.rules.times(incident).next_reply)
    return Decision(rung, "update_missing", ENGINE, (*pages, *own, again))


def post_update(incident: Incident, action: Action, at: Situation) -> Outcome:
    """An update was posted: progress, and the next one is due after the usual time."""
    noted = ladder.progress(incident, action, at)
    if not isinstance(noted, Decision) or incident.level not in (Level.STORM, Level.CONTAINED):
        return noted
    in_storm = incident.level is Level.STORM
    wait = at.rules.times(incident).next_reply if in_storm else UPDATE_CONTAINED
    # From the first update on it is the next update that is waited for.
    stop = Cancel((TimerKind.HOLD, TimerKind.GRACE))
    return replace(noted, effects=(stop, Arm(TimerKind.UPDATE, at.now + wait)))


def comment(incident: Incident, action: Action, at: Situation) -> Outcome:
    """A note for those at work on it. It is progress, and no update: what the public waits for is
    waited for as before."""
    noted = ladder.progress(incident, action, at)
    if not isinstance(noted, Decision):
        return noted
    # From the first update on nobody is reminded of progress, only of the next update.
    is_held = TimerKind.HOLD in at.dues or TimerKind.GRACE in at.dues
    return replace(noted, event="commented", effects=noted.effects if is_held else ())


def contain(incident: Incident, at: Situation, *, by: str = ENGINE, reason: str = "") -> Outcome:
    """S5: by its owner, or when the rate was under half the threshold for an hour."""
    if incident.level is not Level.STORM or incident.state is State.CLOSED:
        return Unchanged("only a storm is contained")
    may = by in (ENGINE, incident.owner) or at.rules.rights(by, incident, at.now) >= Rights.LEAD
    if not may:
        return Unchanged(f"only {incident.owner} or somebody above contains it")
    contained = replace(incident, level=Level.CONTAINED, contained_at=at.now, stirred_at=None)
    effects: tuple[Effect, ...] = (
        Arm(TimerKind.UPDATE, at.now + UPDATE_CONTAINED),
        *(() if by == incident.owner else (Notice(incident.owner, "contained"),)),
    )
    return Decision(contained, "incident_contained", by, effects, note=reason)


def resolve(incident: Incident, action: Action, at: Situation) -> Outcome:
    """S6: closed with its account and a review, a contained storm only after a quiet day; a watch
    at once."""
    if incident.state is State.CLOSED:
        return Unchanged(f"it was closed by {incident.closed_by}")
    if action.by != incident.owner and at.rules.rights(action.by, incident, at.now) < Rights.LEAD:
        return Unchanged(f"only {incident.owner} or somebody above resolves it")
    if incident.level is Level.STORM:
        return Unchanged("a storm is contained first")
    if not _is_quiet(incident, at):
        return Unchanged("a contained storm is closed after 24 h of quiet")
    if (why := account.wanting(incident, action, at.rules)) is not None:
        return Unchanged(why)
    done = account.given(incident, action, at.rules)
    closed = _close(done, "incident_closed", action, "resolved", at)
    return _warned(closed, action.by) if account.is_nothing(done.done) else closed


def wont_act(incident: Incident, action: Action, at: Situation) -> Outcome:
    """A watch that is right, and nothing will be done about it: remembered as a warning."""
    if incident.level is not Level.WATCH or incident.state is State.CLOSED:
        return Unchanged("only a watch is left as it is")
    if (why := closing.refused_to_leave(incident, action, at)) is not None:
        return Unchanged(why)
    left = replace(incident, cause=action.cause or incident.cause)
    return _warned(_close(left, "incident_closed", action, closing.WONT_ACT, at), action.by)


def _warned(decision: Decision, by: str) -> Decision:
    warning = Warn(WarningKind.WONT_ACT, by)
    return replace(decision, effects=(*decision.effects, warning))


def _is_quiet(incident: Incident, at: Situation) -> bool:
    """Quiet for a day, as measured. What a person declared and nothing measured has no quiet to
    wait for."""
    instants = [one for one in (incident.contained_at, incident.stirred_at) if one is not None]
    if incident.level is not Level.CONTAINED or not incident.people or not instants:
        return True
    return at.now - max(instants) >= QUIET_BEFORE_CLOSING


def stirred(incident: Incident, at: Situation) -> Outcome:
    """S6: a contained storm is not quiet; its 24 h begin anew. Noted once an hour."""
    if incident.level is not Level.CONTAINED:
        return Unchanged("it is not contained")
    if incident.stirred_at is not None and at.now - incident.stirred_at < STIRRED_ONCE_IN:
        return Unchanged("noted already")
    return Decision(replace(incident, stirred_at=at.now), "incident_stirred", ENGINE)


def merge(source: Incident, target: Incident, action: Action, at: Situation) -> Outcome:
    """S7: an incident turns out to be part of another, which takes its cases over. It closes; that
    a closed one takes nothing over rules circles out."""
    if not source.is_open:
        return Unchanged(f"it was closed by {source.closed_by}")
    if source.number == target.number:
        return Unchanged("an incident is not merged into itself")
    if not target.is_open:
        return Unchanged(f"{target.ref.spoken} is closed; merge into an open one")
    if target.brand != source.brand:
        return Unchanged(f"{target.ref.spoken} is about {target.brand}; each brand has its own")
    above = at.rules.rights(action.by, target, at.now) >= Rights.LEAD
    if target.level is Level.STORM and action.by != target.owner and not above:
        return Unchanged(f"only {target.owner} or somebody above takes cases into that storm")
    if action.by != source.owner and at.rules.rights(action.by, source, at.now) < Rights.LEAD:
        return Unchanged(f"only {source.owner} or somebody above merges it")
    merged = replace(source, merged_into=target.number)
    closed = _close(merged, "incident_merged", action, "merged", at)
    told = (Notice(who, "merged") for who in (source.owner, *source.asked) if who != action.by)
    return replace(closed, effects=(*closed.effects, *dict.fromkeys(told)))


def absorb(target: Incident, source: Incident, action: Action, at: Situation) -> Decision:
    """S7: the incident that takes another over keeps the higher level and the earlier start."""
    wider = replace(
        target,
        opened_at=min(target.opened_at, source.opened_at),
        storm_at=min(filter(None, (target.storm_at, source.storm_at)), default=None),
        people=max(target.people, source.people),
        posts=max(target.posts, source.posts),
    )
    if _RANK[source.level] <= _RANK[target.level]:
        return Decision(wider, "incident_absorbed", action.by)
    if source.level is Level.STORM:
        risen = storm(wider, at, by=action.by)
        assert isinstance(risen, Decision)
        assert isinstance(risen.subject, Incident)
        began = replace(risen.subject, storm_at=wider.storm_at, declared_by=target.declared_by)
        return replace(risen, subject=began)
    held = replace(
        wider,
        level=Level.CONTAINED,
        contained_at=source.contained_at,
        stirred_at=source.stirred_at,
    )
    update = Arm(TimerKind.UPDATE, at.now + UPDATE_CONTAINED)
    return Decision(held, "incident_absorbed", action.by, (update,))


def _close(incident: Incident, event: str, action: Action, reason: str, at: Situation) -> Decision:
    closed = replace(
        incident,
        level=Level.CLOSED,
        state=State.CLOSED,
        closed_at=at.now,
        closed_by=action.by,
        close_reason=reason,
        held_until=None,
        offered_to=None,
    )
    return Decision(closed, event, action.by, (Cancel(), Hush()), note=action.reason)
