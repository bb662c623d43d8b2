"""The engine: takes what was heard, done or has fallen due, decides, and writes it all down.

It holds no state of its own. Every method runs inside one transaction (the `desk`) and with one
`now`; it makes no network call. The decisions are in ownership, incidents and ladder.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config import Band
from escalation import faults, handoffs, incidents, ladder, ownership
from escalation.decision import (
    ENGINE,
    Action,
    Decision,
    Outcome,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.desk import Desk, Timer
from escalation.incidents import Spike
from escalation.ownership import Weighed
from escalation.record import Recorder, happening, outgoing_again, token
from escalation.rules import Situation
from escalation.subject import Case, Fault, Incident, Level, Ref, State, Subject
from escalation.verbs import act_on, fire_on

FLOOD_WINDOW = timedelta(minutes=10)
FLOOD_PAGES = 60  # more pages in the window than this, for the whole house: suspect one cause
FLOOD_CASES = 20  # as many cases on one topic in the window: suspect one cause
STORM_UNREACHABLE = timedelta(minutes=10)
MEMBERS_SINCE = timedelta(hours=24)  # cases older than this are not taken for part of a storm


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as it reaches the engine. `post` and `author` are our own ids."""

    post: int
    author: int
    brand: str
    team: str
    topic: str | None
    band: Band
    score: float
    safety: bool
    created_at: datetime


class Engine(Recorder):
    """Everything that can happen to a subject, from outside, by hand or by the clock."""

    # --------------------------------------------------------------------- what was heard
    def hear(self, desk: Desk, complaint: Complaint, now: datetime) -> Case:
        """Give a complaint its case: the author's open one, one closed lately, or a new one."""
        heard = Weighed(complaint.created_at, complaint.band, complaint.score, complaint.safety)
        known = self.case_of(desk, complaint.brand, complaint.author, complaint.created_at)
        if known is None:
            return self._open(desk, complaint, now)
        at = self.situation(desk, known, now)
        self.apply(desk, known, ownership.hear_again(known, heard, at), at)
        desk.attach(known.number, complaint.post)
        if not known.is_open and _case(desk, known.ref).is_open:
            self._join_incident(desk, known.ref, now)
        return _case(desk, known.ref)

    def _join_incident(self, desk: Desk, ref: Ref, now: datetime) -> None:
        """A case that was opened again belongs to the open incident, like a new one."""
        case = _case(desk, ref)
        incident = desk.open_incident(case.brand, case.topic)
        if incident is not None:
            self._link(desk, case, incident, now)

    def case_of(self, desk: Desk, brand: str, author: int, complained_at: datetime) -> Case | None:
        """The case that a complaint joins: the author's open one, else one closed lately."""
        known = desk.open_case(brand, author)
        if known is not None:
            return known
        closed = desk.last_closed_case(brand, author)
        return closed if closed and ownership.may_reopen(closed, complained_at) else None

    def edited(self, desk: Desk, case: Case, complaint: Complaint, now: datetime) -> None:
        """C26: a post of the case has other words now. It is weighed again, not counted again."""
        weighed = Weighed(complaint.created_at, complaint.band, complaint.score, complaint.safety)
        at = self.situation(desk, case, now)
        self.apply(desk, case, ownership.rescore(case, weighed, at), at)

    def _open(self, desk: Desk, complaint: Complaint, now: datetime) -> Case:
        incident = desk.open_incident(complaint.brand, complaint.topic)
        storm = incident is not None and incident.level is Level.STORM and not complaint.safety
        case = Case(
            number=desk.next_number(Case.kind),
            brand=complaint.brand,
            team=complaint.team,
            topic=complaint.topic,
            band=complaint.band,
            score=complaint.score,
            safety=complaint.safety,
            author=complaint.author,
            owner=self.rules.settings.fallback_executive,
            opened_at=now,
            complained_at=complaint.created_at,
            incident=incident.number if incident else None,
            inhibited_by=incident.number if incident and storm else None,
        )
        at = Situation(now, self.rules)
        self.apply(desk, None, ownership.open_case(case, at), at)
        desk.attach(case.number, complaint.post)
        self._suspect_flood(desk, complaint, now)
        return _case(desk, case.ref)

    def _link(self, desk: Desk, case: Case, incident: Incident, now: datetime) -> None:
        storm = incident.level is Level.STORM
        at = self.situation(desk, case, now)
        self.apply(desk, case, ownership.link(case, incident.number, storm, at), at)

    def _suspect_flood(self, desk: Desk, complaint: Complaint, now: datetime) -> None:
        """S1: very many cases on one topic, or pages for the whole house, have one cause."""
        since = now - FLOOD_WINDOW
        topic = complaint.topic
        cases = desk.cases_opened(complaint.brand, topic, since) if topic else 0
        pages = desk.pages_sent(since)
        if cases < FLOOD_CASES and pages <= FLOOD_PAGES:
            return
        if desk.open_incident(complaint.brand, topic) is not None:
            return
        reason = f"{cases} cases on one topic" if cases >= FLOOD_CASES else f"{pages} pages"
        spike = Spike(
            storm=False,
            people=cases,
            posts=cases,
            minutes=10,
            usual=0.0,
            sentence=f"{reason} in 10 min",
        )
        self.spike(desk, complaint.brand, topic if cases >= FLOOD_CASES else None, spike, now)

    def brand_replied(self, desk: Desk, case: Case, replied_at: datetime, now: datetime) -> None:
        """Our own account answered in the case's thread."""
        at = self.situation(desk, case, now)
        self.apply(desk, case, ownership.brand_reply(case, replied_at, at), at)

    def reply_deleted(self, desk: Desk, case: Case, now: datetime) -> None:
        """Our own reply is gone from the platform."""
        at = self.situation(desk, case, now)
        self.apply(desk, case, ownership.reply_deleted(case, at), at)

    def post_deleted(self, desk: Desk, case: Case, posts_left: int, now: datetime) -> None:
        """The author deleted a post of the case; what is left is counted by the caller."""
        at = self.situation(desk, case, now)
        self.apply(desk, case, ownership.withdrawn(case, posts_left, at), at)

    # ------------------------------------------------------------------------- incidents
    def spike(
        self, desk: Desk, brand: str, topic: str | None, spike: Spike, now: datetime
    ) -> Incident:
        """S1, S2: the detector rang. One open incident a brand and topic, raised in place."""
        known = desk.open_incident(brand, topic)
        if known is None:
            return self._open_incident(desk, brand, topic, spike, now)
        newer = incidents.measured(known, spike)
        at = self.situation(desk, known, now)
        outcome = incidents.storm(newer, at) if spike.storm else Unchanged("measured again")
        if isinstance(outcome, Decision):
            self.apply(desk, known, outcome, at)
            self._take_members(desk, known.ref, now)
        elif newer != known:
            self.apply(desk, known, Decision(newer, "incident_measured", ENGINE), at)
        return _incident(desk, known.ref)

    def _open_incident(
        self,
        desk: Desk,
        brand: str,
        topic: str | None,
        spike: Spike,
        now: datetime,
        action: Action | None = None,
    ) -> Incident:
        settings = self.rules.settings
        owners = {t: team.name for team in settings.teams for t in team.owns}
        team = owners.get(topic or "") or settings.brand(brand).team or settings.triage_team.name
        fresh = Incident(
            number=desk.next_number(Incident.kind),
            brand=brand,
            team=team,
            topic=topic,
            band=Band.P2,
            owner=settings.fallback_executive,
            opened_at=now,
        )
        fresh = incidents.measured(fresh, spike)
        at = Situation(now, self.rules)
        by = ENGINE if action is None else action.by
        opened = incidents.storm(fresh, at, by=by) if spike.storm else incidents.watch(fresh, at)
        self.apply(desk, None, _by_hand(opened, action), at)
        self._take_members(desk, fresh.ref, now)
        return _incident(desk, fresh.ref)

    def _take_members(self, desk: Desk, ref: Ref, now: datetime) -> None:
        incident = _incident(desk, ref)
        for case in desk.open_cases(incident.brand, incident.topic, now - MEMBERS_SINCE):
            self._link(desk, case, incident, now)
        if incident.level is Level.STORM:
            desk.arm(ref, TimerKind.UNREACHABLE, now + STORM_UNREACHABLE, now)

    def _release_members(self, desk: Desk, incident: Incident, now: datetime, leave: bool) -> None:
        """C22: the storm no longer pages for its cases."""
        for case in desk.members(incident.number):
            at = self.situation(desk, case, now)
            self.apply(desk, case, ownership.unlink(case, at, leave=leave), at)

    def calm(self, desk: Desk, brand: str, now: datetime) -> None:
        """S5: the rate has been under half the storm threshold for an hour."""
        known = desk.open_incident(brand, None)
        if known is None or known.level is not Level.STORM or known.storm_at is None:
            return
        if now - known.storm_at >= incidents.CALM_BEFORE_CONTAINING:
            at = self.situation(desk, known, now)
            self._settle_incident(desk, known, incidents.contain(known, at), at)

    def _settle_incident(
        self, desk: Desk, before: Incident, outcome: Outcome, at: Situation
    ) -> str | None:
        """Apply; when it is no storm any longer, its cases page for themselves again."""
        why = self.apply(desk, before, outcome, at)
        after = _incident(desk, before.ref)
        if before.level is Level.STORM and after.level is not Level.STORM:
            desk.cancel(after.ref, (TimerKind.UNREACHABLE,))
            self._release_members(desk, after, at.now, leave=after.state is State.CLOSED)
        return why

    def declare(self, desk: Desk, brand: str, action: Action, now: datetime) -> Incident:
        """S2: a person says that this is a storm."""
        spike = Spike(
            storm=True, people=0, posts=0, minutes=0, usual=0.0, sentence="declared by a person"
        )
        known = desk.open_incident(brand, None)
        if known is None:
            return self._open_incident(desk, brand, None, spike, now, action)
        self._raise_to_storm(desk, known, action, now)
        return _incident(desk, known.ref)

    def _raise_to_storm(
        self, desk: Desk, known: Incident, action: Action, now: datetime
    ) -> str | None:
        whole = desk.open_incident(known.brand, None)
        if known.is_open and whole is not None and whole.number != known.number:
            return f"incident {whole.number} is open for all of {known.brand}; declare that one"
        at = self.situation(desk, known, now)
        risen = _by_hand(incidents.storm(known, at, by=action.by), action)
        why = self.apply(desk, known, risen, at)
        if why is None:
            self._take_members(desk, known.ref, now)
        return why

    # ---------------------------------------------------------------------------- faults
    def fault(self, desk: Desk, about: str, detail: str, now: datetime) -> None:
        """Something of ours has failed: the triage team's ladder is asked, once per fault."""
        if desk.open_fault(about) is not None:
            return
        settings = self.rules.settings
        fresh = Fault(
            number=desk.next_number(Fault.kind),
            brand="",
            team=settings.triage_team.name,
            topic=None,
            band=Band.P2,
            owner=settings.fallback_executive,
            opened_at=now,
            about=about,
            detail=detail,
        )
        at = Situation(now, self.rules)
        self.apply(desk, None, faults.begin(fresh, at), at)

    def mended(self, desk: Desk, about: str, now: datetime) -> None:
        """What had failed works again: its fault closes by itself."""
        known = desk.open_fault(about)
        if isinstance(known, Fault):
            at = self.situation(desk, known, now)
            self.apply(desk, known, faults.mended(known, at), at)

    # --------------------------------------------------------------------------- timers
    def fire(self, desk: Desk, timer: Timer, now: datetime) -> None:
        """A wait is over. A timer of an old generation does nothing."""
        if not desk.spend(timer):
            return
        subject = desk.subject(timer.ref)
        if subject is None:
            return
        at = self.situation(desk, subject, now)
        if timer.kind is TimerKind.ACK and self._is_at_the_top(subject):
            self.page_again(desk, subject, at)
        elif timer.kind is TimerKind.UNREACHABLE:
            self._storm_unreachable(desk, subject, now)
        elif isinstance(subject, Incident):
            self._settle_incident(desk, subject, fire_on(subject, timer.kind, at), at)
        else:
            self.apply(desk, subject, fire_on(subject, timer.kind, at), at)

    def _is_at_the_top(self, subject: Subject) -> bool:
        asked = subject.state is State.NEW and subject.held_until is None
        at_the_top = subject.step >= self.rules.last_step(subject)
        return asked and at_the_top and not ladder.is_inhibited(subject)

    def page_again(self, desk: Desk, subject: Subject, at: Situation) -> None:
        """C7 at the last step: its person is paged again, on all channels, as long as it takes.

        One message speaks of everything that this person has not acknowledged at the last step;
        what would have been repeated within half the wait is taken along, so that many cases do
        not ring one by one. No state changes but the waits.
        """
        person = self.rules.settings.fallback_executive
        if subject.owner != person:  # the settings name another executive now
            self.apply(desk, subject, *self._hand_to(subject, person, at))
            return
        following = self.rules.repeat_at(subject, at.now)
        soon = at.now + (following - at.now) / 2
        desk.arm(subject.ref, TimerKind.ACK, at.now, at.now)
        desk.repeat_acks(subject, self.rules.last_step(subject), soon, following)
        desk.enter(
            chain=token(subject.brand) or "house",
            event="paged_again",
            subject=str(subject.ref),
            actor=ENGINE,
            facts={},  # no field of the subject has changed
            at=at.now,
        )
        desk.hush_again(person)
        for contact in self.contacts(person):
            desk.queue(outgoing_again(subject.ref, person, contact, at.now))
        desk.tell(happening("paged_again", subject, at.now, actor=ENGINE))

    def _hand_to(self, subject: Subject, person: str, at: Situation) -> tuple[Decision, Situation]:
        asked, effects = ladder.ask(subject, subject.step, person, at)
        return Decision(asked, "escalated", ENGINE, effects), at

    def _storm_unreachable(self, desk: Desk, subject: Subject, now: datetime) -> None:
        """C22: ten minutes on, no page of the storm has reached anybody; the cases page again.

        Looked at again as long as it lasts, for the cases that join it meanwhile.
        """
        if not isinstance(subject, Incident) or subject.level is not Level.STORM:
            return
        if subject.state is State.NEW and not desk.reached(subject.ref):
            self._release_members(desk, subject, now, leave=False)
            desk.arm(subject.ref, TimerKind.UNREACHABLE, now + STORM_UNREACHABLE, now)

    def unreachable(self, desk: Desk, ref: Ref, person: str, now: datetime) -> None:
        """C7: every channel of the person who is asked has failed for two minutes."""
        subject = desk.subject(ref)
        if subject is not None and subject.owner == person and subject.state is State.NEW:
            at = self.situation(desk, subject, now)
            self.apply(desk, subject, ladder.climb(subject, at, event="unreachable"), at)

    def repair(self, desk: Desk, now: datetime) -> None:
        """C23: give every open subject whose owner has left to the next active person; a fault
        of a source that is not declared any more is none."""
        sources = {f"source:{source.name}"[:64] for source in self.rules.settings.sources}
        for subject in desk.open_subjects():
            about = subject.about if isinstance(subject, Fault) else ""
            if about.startswith("source:") and about not in sources:
                self.mended(desk, about, now)
                continue
            at = self.situation(desk, subject, now)
            self.apply(desk, subject, ladder.person_gone(subject, at), at)

    def change_shifts(self, desk: Desk, now: datetime) -> None:
        """C24: a `new` case at a step that now means another person passes to them."""
        for subject in desk.open_subjects():
            if isinstance(subject, Case) and subject.state is State.NEW:
                person = self.rules.person_at(subject, now)
                at = self.situation(desk, subject, now)
                self.apply(desk, subject, handoffs.shift_change(subject, person, at), at)

    # --------------------------------------------------------------------------- actions
    def act(self, desk: Desk, ref: Ref, action: Action, now: datetime) -> str | None:
        """Do what a person asked for. Returns None when done, else why nothing changed."""
        subject = desk.subject(ref)
        if subject is None:
            return f"there is no {ref.spoken}"
        if not self.rules.is_active(action.by, now):
            return f"{action.by} is no active person"
        if action.id is not None and not desk.once(action.id, now):
            return "it was done already"
        if action.round is not None and action.round != subject.round:
            return f"{ref.spoken} has been asked anew since; look at it as it is now"
        if isinstance(subject, Incident) and action.verb is Verb.DECLARE:
            return self._raise_to_storm(desk, subject, action, now)
        if isinstance(subject, Case) and action.verb is Verb.REOPEN:
            other = desk.open_case(subject.brand, subject.author)
            if other is not None and other.number != subject.number:
                return f"the author has an open case already: case {other.number}"
        at = self.situation(desk, subject, now)
        outcome = act_on(subject, action, at)
        if isinstance(outcome, Decision):
            outcome = replace(outcome, via=action.via)
        if isinstance(subject, Incident):
            return self._settle_incident(desk, subject, outcome, at)
        return self.apply(desk, subject, outcome, at)


def _by_hand(outcome: Outcome, action: Action | None) -> Outcome:
    """What a person did, with where and why."""
    if action is None or not isinstance(outcome, Decision):
        return outcome
    return replace(outcome, via=action.via, note=outcome.note or action.reason)


def _case(desk: Desk, ref: Ref) -> Case:
    found = desk.subject(ref)
    assert isinstance(found, Case)
    return found


def _incident(desk: Desk, ref: Ref) -> Incident:
    found = desk.subject(ref)
    assert isinstance(found, Incident)
    return found
