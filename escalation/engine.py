"""The engine: takes what was heard, done or has fallen due, decides, and writes it all down.

It holds no state of its own. Every method runs inside one transaction (the `desk`) and with one
`now`; it makes no network call. The decisions are in ownership, incidents and ladder.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from config import Band
from escalation import faults, ladder, mending, permission, presence, private, recount, requested
from escalation.calm import taken_along
from escalation.closing import NOT_US, kind_of
from escalation.confiding import Confiding
from escalation.decision import (
    ENGINE,
    Action,
    Decision,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.desk import Desk, Timer, case_at
from escalation.hearing import Complaint
from escalation.record import happening, outgoing_again, token
from escalation.rules import Situation
from escalation.subject import Case, Fault, Incident, Level, Matter, Ref, State, Subject
from escalation.teaching import taught
from escalation.verbs import act_on, fire_on

CALENDARS = "calendars"  # under which the prints of all teams' calendars are kept

__all__ = ["Complaint", "Engine"]


class Engine(Confiding):
    """Everything that can happen to a subject, from outside, by hand or by the clock."""

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
        at = self.opening(desk, now)
        self.apply(desk, None, faults.begin(fresh, at), at)

    def reword_fault(self, desk: Desk, about: str, detail: str, now: datetime) -> None:
        """A fault that is open is of more, or less, than it was: what was said of it is said
        anew, and nobody is asked once more."""
        known = desk.open_fault(about)
        if isinstance(known, Fault):
            desk.save(replace(known, detail=detail), known)
            desk.freshen_pages(known.ref, now)

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
        at = self.situation(desk, subject, now, late=now - timer.due)
        if timer.kind is TimerKind.ACK and self._is_at_the_top(subject):
            self.page_again(desk, subject, at)
        elif timer.kind is TimerKind.UNREACHABLE:
            self.storm_unreachable(desk, subject, at)
        elif isinstance(subject, Incident):
            self.settle_incident(desk, subject, fire_on(subject, timer.kind, at), at)
        else:
            self.apply(desk, subject, fire_on(subject, timer.kind, at), at)

    def _is_at_the_top(self, subject: Subject) -> bool:
        if isinstance(subject, Matter):
            return False
        asked = subject.state is State.NEW and subject.held_until is None
        at_the_top = self.rules.is_at_the_top(subject)
        return asked and at_the_top and not ladder.is_inhibited(subject)

    def page_again(self, desk: Desk, subject: Subject, at: Situation) -> None:
        """C7 at the last step: its person is paged again, on all channels, as long as it takes.

        One message speaks of everything that this person has not acknowledged at the last step,
        and all of it is taken along: each waits anew from now, so that many cases do not ring one
        by one. No state changes but the waits.
        """
        person = subject.owner
        quiet = self.rules.quiet_until(person, subject, at.now)
        desk.arm(subject.ref, TimerKind.ACK, at.now, at.now)
        tops = desk.waiting_at_the_top(person, self.rules.last_steps)
        along = taken_along(tops, person, self.rules, at.now, waits=quiet is not None)
        desk.repeat_acks(person, along, at.now)
        desk.enter(
            chain=token(subject.brand) or "house",
            event="paged_again",
            subject=str(subject.ref),
            actor=ENGINE,
            facts={},  # no field of the subject has changed
            at=at.now,
        )
        # What waits for the morning takes nothing back that leaves before.
        desk.hush_again(person, None if quiet is None else at.now)
        for contact in self.contacts(person):
            again = outgoing_again(subject.ref, person, contact, at.now)
            due = at.now - at.late if quiet is None else quiet
            desk.queue(again if quiet is None else replace(again, due=quiet), due)
        desk.tell(happening("paged_again", subject, at.now, actor=ENGINE))

    def unreachable(self, desk: Desk, ref: Ref, person: str, now: datetime) -> None:
        """C7: every channel of the person who is asked has failed for two minutes."""
        subject = desk.subject(ref)
        if subject is not None and subject.owner == person and subject.state is State.NEW:
            at = self.situation(desk, subject, now)
            if isinstance(subject, Matter):
                self.apply(desk, subject, private.unreachable(subject, at), at)
            else:
                self.apply(desk, subject, ladder.climb(subject, at, event="unreachable"), at)

    def repair(self, desk: Desk, now: datetime) -> None:
        """C23: give every open subject whose owner has left to the next active person; end offers
        to people who have; a fault of a source that is not declared any more is none."""
        sources = {f"source:{source.name}"[:64] for source in self.rules.settings.sources}
        for subject in desk.open_subjects():
            about = subject.about if isinstance(subject, Fault) else ""
            if about.startswith("source:") and about not in sources:
                self.mended(desk, about, now)
                continue
            at = self.situation(desk, subject, now)
            if isinstance(subject, Matter):
                self.apply(desk, subject, private.person_gone(subject, at), at)
                continue
            gone = presence.person_gone(subject, at)
            outcome = presence.taker_gone(subject, at) if isinstance(gone, Unchanged) else gone
            self.apply(desk, subject, outcome, at)
            if isinstance(subject, Case) and subject.permission_of is not None:
                self._ask_who_is_there(desk, subject.ref, now)

    def _ask_who_is_there(self, desk: Desk, ref: Ref, now: datetime) -> None:
        """Owner and whoever is asked for permission may have gone together."""
        case = case_at(desk, ref)
        at = self.situation(desk, case, now)
        self.apply(desk, case, permission.asked_gone(case, at), at)

    def recount(self, desk: Desk, now: datetime) -> int:
        """Count business time again for the teams whose calendar is another than at the last
        time; returns how many subjects have waits that end at another instant now."""
        teams = [team.name for team in self.rules.settings.teams]
        prints = {team: recount.fingerprint(self.rules, team) for team in teams}
        known: dict[str, str] = json.loads(desk.kept(CALENDARS) or "{}")
        desk.keep(CALENDARS, json.dumps(prints, sort_keys=True))
        same = {team for team, one in prints.items() if not known or known.get(team) == one}
        gone = known.keys() - prints.keys()
        if same == prints.keys() and not gone:
            return 0
        shared = (one for one in desk.open_subjects() if not isinstance(one, Matter))
        others = (one for one in shared if one.team not in same)
        return sum(self._recount(desk, subject, now) for subject in others)

    def _recount(self, desk: Desk, subject: Subject, now: datetime) -> bool:
        at = self.situation(desk, subject, now)
        begun = desk.begun(subject.ref)
        silence = None if subject.silence is None else desk.silence_of(subject.silence)
        until = None if silence is None else silence.until
        moved = recount.recount(subject, begun, at.dues, self.rules, now, silenced_until=until)
        if moved:
            held = moved.get(TimerKind.HELD, subject.held_until)
            after = replace(subject, held_until=held)
            self.apply(desk, subject, Decision(after, "recounted", ENGINE), at)
        for kind, due in moved.items():
            desk.move(subject.ref, kind, due)
        return bool(moved)

    def mend(self, desk: Desk, ref: Ref, now: datetime) -> None:
        """Ask afresh for a subject that breaks a rule, where nobody would be asked otherwise."""
        subject = desk.subject(ref)
        if subject is None:
            return
        if isinstance(subject, Matter):
            at = self.situation(desk, subject, now)
            self.apply(desk, subject, private.mend(subject, at), at)
            return
        holder = subject.inhibited_by if isinstance(subject, Case) else None
        held_by = desk.subject(Ref(Incident.kind, holder)) if holder is not None else None
        in_storm = isinstance(held_by, Incident) and held_by.level is Level.STORM
        at = self.situation(desk, subject, now)
        self.apply(desk, subject, mending.mend(subject, at, in_storm=in_storm), at)

    def change_shifts(self, desk: Desk, now: datetime, was: Mapping[str, str | None]) -> None:
        """C24: what is `new` at a step that now means another person passes to them.

        was  the teams whose turns have changed, each with who was on call until then.
        """
        for subject in desk.open_subjects():
            team = self.rules.team(subject).name
            if isinstance(subject, Matter):
                continue
            if team in was and subject.state is State.NEW:
                at = self.situation(desk, subject, now)
                self.apply(desk, subject, presence.shift_change(subject, at, was[team]), at)

    def come_on_call(self, desk: Desk, now: datetime, teams: Collection[str]) -> None:
        """What was held because nobody was on call for these teams pages: now somebody is."""
        for subject in desk.open_subjects():
            if isinstance(subject, Matter):
                continue
            is_asked = subject.state is State.NEW and subject.band is Band.P1
            if is_asked and self.rules.team(subject).name in teams:
                at = self.situation(desk, subject, now)
                self.apply(desk, subject, presence.come_on_call(subject, at), at)

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
        if (why := self._is_in_the_way(desk, subject, action)) is not None:
            return why
        if isinstance(subject, Incident) and action.verb is Verb.DECLARE:
            return self.raise_to_storm(desk, subject, action, now)
        if isinstance(subject, Incident) and action.verb is Verb.MERGE:
            return self.merge(desk, subject, action, now)
        at = self.situation(desk, subject, now)
        outcome = act_on(subject, action, at)
        if isinstance(outcome, Decision):
            outcome = replace(outcome, via=action.via)
        if isinstance(subject, Incident):
            return self.settle_incident(desk, subject, outcome, at)
        why = self.apply(desk, subject, outcome, at)
        if why is None:
            self._afterwards(desk, subject, action, now)
        return why

    def why_not(self, desk: Desk, ref: Ref, action: Action, now: datetime) -> str | None:
        """Why an action would change nothing now, without doing it; None: it would be done, or
        that is seen only when it is tried."""
        subject = desk.subject(ref)
        if subject is None:
            return f"there is no {ref.spoken}"
        if not self.rules.is_active(action.by, now):
            return f"{action.by} is no active person"
        if (why := self._is_in_the_way(desk, subject, action)) is not None:
            return why
        if action.verb in (Verb.DECLARE, Verb.MERGE):
            return None
        outcome = act_on(subject, action, self.situation(desk, subject, now))
        return outcome.why if isinstance(outcome, Unchanged) else None

    def _afterwards(self, desk: Desk, subject: Subject, action: Action, now: datetime) -> None:
        """What follows an action that was done. What it says of the case's posts is kept as their
        labels; a dismissal as "not us" until the case is reopened."""
        if isinstance(subject, Case):
            said = taught(subject, action)
            desk.label_case(subject.number, said.complaint, said.team, action.by, now)
            if action.verb is Verb.HID and action.what:
                desk.watch_backlash(subject.number, action.what, now)
        if action.verb is Verb.REOPEN:
            self._join_incident(desk, subject.ref, now)
            desk.unlabel_not_us(subject.number)
        elif (
            action.verb is Verb.DISMISS
            and isinstance(subject, Case)
            and kind_of(action.reason) == NOT_US
        ):
            desk.label_not_us(subject.number, action.by, now)

    def _is_in_the_way(self, desk: Desk, subject: Subject, action: Action) -> str | None:
        """What no action may pass over: what was shown is not what is asked now, and what only
        the store knows."""
        if action.round is not None and action.round != subject.round:
            return f"{subject.ref.spoken} has been asked anew since; look at it as it is now"
        if (why := requested.why_not(subject, action)) is not None:
            return why
        said = (action.by, action.reason)
        is_note = action.verb in (Verb.NOTE, Verb.COMMENT)
        if is_note and action.reason and desk.newest_note(subject.ref) == said:
            return "it was noted already"
        if isinstance(subject, Case) and action.verb is Verb.REOPEN:
            other = desk.open_case(subject.brand, subject.author)
            if other is not None and other.number != subject.number:
                return f"the author has an open case already: case {other.number}"
        return None
