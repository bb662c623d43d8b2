"""Incidents and their cases: what the detector measured, what people declare, merge and contain.

Every method runs inside one transaction (the `desk`) and with one `now`; the decisions are in
`incidents` and `membership`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from config import Band
from escalation import incidents, membership
from escalation.clocks import DOWNTIME
from escalation.decision import ENGINE, Action, Decision, Outcome, TimerKind, Unchanged
from escalation.desk import Desk, case_at, incident_at
from escalation.incidents import Spike
from escalation.remembering import remember, remember_with
from escalation.rules import Situation
from escalation.silencing import Silencer
from escalation.subject import Case, Incident, Level, Ref, State, Subject

DECLARED = "declared by a person"  # in place of the sentence of a measure
STORM_UNREACHABLE = timedelta(minutes=10)
MEMBERS_SINCE = timedelta(hours=24)  # cases older than this are not taken for part of a storm


class Storms(Silencer):
    """What happens to incidents, and through them to their cases."""

    def spike(
        self, desk: Desk, brand: str, topic: str | None, spike: Spike, now: datetime
    ) -> Incident:
        """S1, S2: the detector rang. One open incident a brand and topic, raised in place."""
        known = desk.open_incident(brand, topic)
        if known is None:
            return self._open_incident(desk, brand, topic, spike, now)
        newer = incidents.measured(known, spike)
        if newer.level is Level.CONTAINED and not spike.storm:
            newer = replace(newer, stirred_at=now)
        at = self.situation(desk, known, now)
        outcome = incidents.storm(newer, at) if spike.storm else Unchanged("measured again")
        if isinstance(outcome, Decision):
            self.apply(desk, known, outcome, at)
            self._take_members(desk, known.ref, now, known.topic)
        elif newer != known:
            self.apply(desk, known, Decision(newer, "incident_measured", ENGINE), at)
        return incident_at(desk, known.ref)

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
        at = self.opening(desk, now)
        by = ENGINE if action is None else action.by
        opened = incidents.storm(fresh, at, by=by) if spike.storm else incidents.watch(fresh, at)
        self.apply(desk, None, _by_hand(opened, action), at)
        self._take_members(desk, fresh.ref, now, topic)
        return incident_at(desk, fresh.ref)

    def _take_members(self, desk: Desk, ref: Ref, now: datetime, topic: str | None) -> None:
        incident = incident_at(desk, ref)
        since = now - MEMBERS_SINCE
        recent = desk.open_cases(incident.brand, incident.topic, since)
        members = desk.members(incident.number)  # of whatever age, where it is a storm again
        for case in {case.number: case for case in (*members, *recent)}.values():
            self.link(desk, case, incident, now)
        if incident.level is Level.STORM:
            desk.arm(ref, TimerKind.UNREACHABLE, now + STORM_UNREACHABLE, now)
            remember(desk, incident, topic)

    def _release_members(self, desk: Desk, incident: Incident, now: datetime, leave: bool) -> None:
        """C22: the storm no longer pages for its cases."""
        for case in desk.members(incident.number):
            at = self.situation(desk, case, now)
            self.apply(desk, case, membership.unlink(case, at, leave=leave), at)

    def calm(self, desk: Desk, brand: str, now: datetime) -> None:
        """S5: the rate has been under half the storm threshold for an hour."""
        known = desk.open_incident(brand, None)
        if known is None or known.level is not Level.STORM or known.storm_at is None:
            return
        if now - known.storm_at >= incidents.CALM_BEFORE_CONTAINING:
            at = self.situation(desk, known, now)
            self.settle_incident(desk, known, incidents.contain(known, at), at)

    def all_clear(self, desk: Desk, brand: str, sentence: str, now: datetime) -> None:
        """The measure says that a storm is over: its incident says so, whoever looks."""
        known = desk.open_incident(brand, None)
        if known is not None:
            at = self.situation(desk, known, now)
            newer = replace(known, sentence=sentence)
            self.apply(desk, known, Decision(newer, "incident_measured", ENGINE), at)

    def renewed(self, desk: Desk, known: Incident, spike: Spike, now: datetime) -> None:
        """A storm that was measured stands otherwise: what was said of it is said anew, where it
        stands. Nobody is paged for it."""
        at = self.situation(desk, known, now)
        self.apply(desk, known, incidents.renewed(known, spike), at)

    def stirred(self, desk: Desk, brand: str, now: datetime) -> None:
        """S6: after a storm was contained, the rate is not calm: its day of quiet begins anew."""
        known = desk.open_incident(brand, None)
        if known is None or known.contained_at is None:
            return
        # The hour that is looked at must be one after the storm was contained.
        if now - known.contained_at >= incidents.CALM_BEFORE_CONTAINING:
            at = self.situation(desk, known, now)
            self.apply(desk, known, incidents.stirred(known, at), at)

    def settle_incident(
        self, desk: Desk, before: Incident, outcome: Outcome, at: Situation
    ) -> str | None:
        """Apply; when it is no storm any longer, its cases page for themselves again."""
        why = self.apply(desk, before, outcome, at)
        after = incident_at(desk, before.ref)
        if before.level is Level.STORM and after.level is not Level.STORM:
            desk.cancel(after.ref, (TimerKind.UNREACHABLE,))
            self._release_members(desk, after, at.now, leave=after.state is State.CLOSED)
        return why

    def declare(self, desk: Desk, brand: str, action: Action, now: datetime) -> Incident:
        """S2: a person says that this is a storm."""
        spike = Spike(storm=True, people=0, posts=0, minutes=0, usual=0.0, sentence=DECLARED)
        known = desk.open_incident(brand, None)
        if known is None:
            return self._open_incident(desk, brand, None, spike, now, action)
        self.raise_to_storm(desk, known, action, now)
        return incident_at(desk, known.ref)

    def raise_to_storm(
        self, desk: Desk, known: Incident, action: Action, now: datetime
    ) -> str | None:
        whole = desk.open_incident(known.brand, None)
        if known.is_open and whole is not None and whole.number != known.number:
            return f"incident {whole.number} is open for all of {known.brand}; declare that one"
        at = self.situation(desk, known, now)
        risen = _by_hand(incidents.storm(known, at, by=action.by), action)
        why = self.apply(desk, known, risen, at)
        if why is None:
            self._take_members(desk, known.ref, now, known.topic)
        return why

    def merge(self, desk: Desk, source: Incident, action: Action, now: datetime) -> str | None:
        """S7: an incident's cases become another's, and it closes. None when done, else why not."""
        target = desk.subject(Ref(Incident.kind, action.into or 0))
        if not isinstance(target, Incident):
            return "say into which incident it is merged"
        at = self.situation(desk, source, now)
        outcome = incidents.merge(source, target, action, at)
        if isinstance(outcome, Unchanged):
            return outcome.why
        whole = desk.open_incident(target.brand, None)
        rises = source.level is Level.STORM and target.level is not Level.STORM
        if rises and whole is not None and whole.number not in (source.number, target.number):
            return f"incident {whole.number} is open for all of {target.brand}; merge into that one"
        members = desk.members(source.number)
        self.apply(desk, source, replace(outcome, via=action.via), at)
        at = self.situation(desk, target, now)
        wider = incidents.absorb(target, source, action, at)
        self.apply(desk, target, replace(wider, via=action.via), at)
        if rises:
            self._take_members(desk, target.ref, now, target.topic)
        desk.merge_warnings(source.number, target.number)
        into = incident_at(desk, target.ref)
        for case in members:
            self.link(desk, case_at(desk, case.ref), into, now)
        return None

    def link(self, desk: Desk, case: Case, incident: Incident, now: datetime) -> None:
        storm = incident.level is Level.STORM
        at = self.situation(desk, case, now)
        self.apply(desk, case, membership.link(case, incident.number, storm, at), at)
        if storm:
            remember_with(desk, case, incident)

    def storm_unreachable(self, desk: Desk, subject: Subject, at: Situation) -> None:
        """C22: for ten minutes no page of the storm has reached anybody; the cases page again.

        Looked at again as long as it is a storm: for the cases that join it meanwhile, and for
        later rounds.
        """
        if not isinstance(subject, Incident) or subject.level is not Level.STORM:
            return
        now = at.now
        since = desk.asking_since(subject.ref) or now
        asked = subject.state is State.NEW and now - since >= STORM_UNREACHABLE
        # A house that was down has tried no channel.
        if asked and at.late < DOWNTIME and not desk.reached(subject.ref):
            self._release_members(desk, subject, now, leave=False)
        desk.arm(subject.ref, TimerKind.UNREACHABLE, now + STORM_UNREACHABLE, now)


def _by_hand(outcome: Outcome, action: Action | None) -> Outcome:
    """What a person did, with where and why."""
    if action is None or not isinstance(outcome, Decision):
        return outcome
    return replace(outcome, via=action.via, note=outcome.note or action.reason)
