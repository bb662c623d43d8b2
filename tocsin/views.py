"""What is shown of a subject: from the store's rows to what an alert or a person is told of it."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config import Band, Role
from escalation import encode
from escalation.alert_views import CaseView, IncidentView, Reader, without_words
from escalation.channel import Verbatim
from escalation.decision import ENGINE, TimerKind
from escalation.engine import Engine
from escalation.rules import Rules
from escalation.subject import Case, Incident, Level, State, Subject
from escalation.warnings import by_function, group_spoken, sentence
from listener import silent_many
from listener.crowd import meaning
from listener.issued import FORESEEN
from tocsin import backlash
from tocsin.people import history_in_brief
from tocsin.store import Unit
from tocsin.store.labels import OURS
from tocsin.store.noises import Copies
from tocsin.store.parcels import Queued
from tocsin.store.posts import DANGER
from tocsin.store.times import utc

MOST_FUNCTIONS = 3  # whose warnings an alert tells; `tocsin warnings` tells all
MUCH_REACH = 5.0  # times the brand's usual from which reach is a reason worth saying
_STATE_TIMERS = {
    State.NEW: (TimerKind.ACK,),
    State.OWNED: (TimerKind.HOLD, TimerKind.GRACE),
    State.SNOOZED: (TimerKind.WAKE,),
}


class Views:
    """Makes views of subjects, with the rules as they are now."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._people = {person.name: person for person in engine.rules.settings.people}

    @property
    def _rules(self) -> Rules:
        """As they are now: they change with what people say of who is there."""
        return self._engine.rules

    def case(
        self,
        desk: Unit,
        case: Case,
        *,
        late: timedelta | None = None,
        offered_to: str | None = None,
    ) -> CaseView:
        """A case as its alert shows it."""
        posts = desk.posts_of_case(case.number)
        shown = newest(posts)
        offer = self.offer(desk, case, offered_to)
        return CaseView(
            number=case.number,
            brand=case.brand,
            topic=case.topic or "",
            team=case.team,
            band=case.band,
            state=str(case.state),
            owner=self.shown(case.owner),
            how_many_posts=case.posts,
            verbatim=verbatim_of(shown),
            why_judged=_reasons(shown),
            why_now=self._why_now(desk, case, shown),
            dangers=dangers_of(posts),
            why_owner=self.why_owner(desk, case, self.role(case)),
            step=case.step,
            next_step=self.next_step(case, case.opened_at),
            due=_due(desk, case, bool(offer)),
            late_by=late,
            safety=case.safety,
            incident=case.incident,
            offered=bool(offer),
            offer=offer,
            unknown=() if shown is None or _is_judged(shown) else ("language not scored",),
            url=shown["url"] if shown else "",
            held_until=case.held_until,
            silence=case.silence,
            gone=_gone(posts),
            edited_at=_edited_at(desk, case.number),
        )

    def brief(self, desk: Unit, row: sqlite3.Row) -> CaseView:
        """A case as one row of a bundle: without the customer's words and the reasons, but with
        whether these words are still there."""
        return CaseView(
            number=row["number"],
            brand=row["brand"],
            topic=row["topic"] or "",
            team=row["team"],
            band=Band(row["band"]),
            state=row["state"],
            owner=self.shown(row["owner"]),
            how_many_posts=row["posts"],
            verbatim=None,
            why_judged=(),
            why_now=None,
            why_owner="",
            step=row["step"],
            next_step=None,
            due=None if row["due"] is None else utc(row["due"]),
            safety=bool(row["safety"]),
            incident=row["incident"],
            gone=_gone(desk.posts_of_case(row["number"])),
            edited_at=_edited_at(desk, row["number"]),
        )

    def telling(self, desk: Unit, brief: CaseView, *, words: bool) -> CaseView:
        """A brief view, with what has happened; words: in the customer's own."""
        posts = desk.posts_of_case(brief.number)
        shown = newest(posts)
        url = shown["url"] if shown else ""
        full = replace(brief, verbatim=verbatim_of(shown), url=url, dangers=dangers_of(posts))
        return full if words else without_words(full)

    def offer(self, desk: Unit, subject: Subject, person: str | None) -> tuple[str, ...]:
        """What a person reads of an offer to them: from whom, why, what the customer was told."""
        if subject.offered_to is None or subject.offered_to != person:
            return ()
        reason, told = desk.pending_handoff(subject.ref) or ("", "")
        giver = self.shown(subject.offered_by or subject.owner)
        return (f"{giver} offers it to you: {reason}", f"The customer was told: {told}")

    def incident(
        self,
        desk: Unit,
        incident: Incident,
        *,
        late: timedelta | None = None,
        offered_to: str | None = None,
    ) -> IncidentView:
        """An incident as its alert shows it."""
        dues = desk.dues(incident.ref)
        offer = self.offer(desk, incident, offered_to)
        answer_by = dues.get(TimerKind.OFFER if offer else TimerKind.ACK)
        shown = desk.widest_post(incident.number)
        said = desk.last_issued(incident.number) if incident.level is Level.STORM else None
        story = desk.story_of_incident(incident.number)
        return IncidentView(
            number=incident.number,
            brand=incident.brand,
            topic=incident.topic or "",
            level=str(incident.level),
            owner=self.shown(incident.owner),
            why_owner=self.why_owner(desk, incident, self.role(incident)),
            declared=self.declared(desk, incident),
            story=story.name if story else "",
            people=incident.people,
            posts=incident.posts,
            minutes=incident.minutes,
            usual=incident.people / incident.usual if incident.usual > 0 else None,
            verbatim=verbatim_of(shown),
            warnings=_warned(desk, incident),
            next_update_due=dues.get(TimerKind.UPDATE),
            next_step=self.next_step(incident, incident.opened_at),
            due=answer_by if incident.level is not Level.CLOSED else None,
            late_by=late,
            offered=bool(offer),
            offer=offer,
            likely=None if said is None else said.figures.likely,
            likely_by=None if said is None else said.at + FORESEEN,
            begets=None if said is None else said.figures.begets,
            silent=self._silent(incident),
        )

    def _silent(self, incident: Incident) -> str:
        if incident.level not in (Level.STORM, Level.CONTAINED):
            return ""
        found = silent_many.standing_of(self._rules.settings, incident.brand, incident.people)
        return "" if found is None else silent_many.sentence(found)

    def declared(self, desk: Unit, incident: Incident) -> str:
        """Who said by hand that it is a storm, and why; "": it was measured."""
        if incident.declared_by is None:
            return ""
        why = desk.last_note(str(incident.ref), "incident_storm")
        because = f", because {encode.one_line(why)}" if why else ""
        return f"declared by hand by {self.shown(incident.declared_by)}{because}"

    def shown(self, name: str) -> str:
        """A person as people call them; other names as they are."""
        person = self._people.get(name)
        return person.shown_name if person else name

    def reader(self, queued: Queued, *, typed: bool = True) -> Reader:
        """Who reads a message. typed: as in `Reader`."""
        person = self._people.get(queued.message.person or "")
        settings = self._rules.settings
        if person is None:
            return Reader(queued.message.to, ZoneInfo(settings.timezone), typed=typed)
        to = queued.message.to
        zone = settings.zone_of(person)
        return Reader(to, zone, person.name, to, typed, person.shown_name)

    def role(self, subject: Subject) -> Role:
        steps = self._rules.settings.policy_of(self._rules.team(subject)).steps
        return steps[min(subject.step, len(steps) - 1)]

    def why_owner(self, desk: Unit, subject: Subject, role: Role) -> str:
        team = self._rules.team(subject)
        if subject.state is not State.NEW and subject.acked_by == subject.owner:
            return "who accepted it" if _accepted(desk, subject) else "who acknowledged it"
        if role is Role.OWNER and team.owners.get(subject.topic or "") == subject.owner:
            return f"who owns {subject.topic}"
        return {
            Role.LEAD: f"lead of {team.name}",
            Role.HEAD: f"head of {team.name}",
            Role.EXECUTIVE: "the last step of every ladder",
        }.get(role, f"on call for {team.name}")

    def next_step(self, subject: Subject, now: datetime) -> str | None:
        if self._rules.is_at_the_top(subject):
            return None
        return self.shown(self._rules.first_from(subject, subject.step + 1, now, subject.asked)[1])

    def _reopened(self, desk: Unit, case: Case) -> str:
        """Who opened it again; the customer does so by coming back."""
        history = desk.history(str(case.ref))
        actors = [one["actor"] for one in history if one["event"] == "reopened"]
        if actors and actors[-1] != ENGINE:
            return f"reopened by {self.shown(actors[-1])}"
        return "reopened: it came back after closing"

    def _why_now(self, desk: Unit, case: Case, post: Mapping[str, Any] | None) -> str | None:
        reasons = []
        if case.posts > 1:
            reasons.append(f"{case.posts} complaints by this author")
        if case.reopened:
            reasons.append(self._reopened(desk, case))
        usual = desk.usual_followers(case.brand)
        followers = post["followers"] if post else None
        if followers is not None and usual and followers >= MUCH_REACH * usual:
            reasons.append(f"reach {followers / usual:.0f}× the usual author's")
        reasons += history_in_brief(desk.earlier_cases(case.author, case.number))
        reasons += same_words(desk.copies_of_case(case.number))
        zone = ZoneInfo(self._rules.settings.timezone)
        reasons += backlash.brief(desk, case.number, zone)
        return ", ".join(reasons) or None


def same_words(copies: Copies) -> Iterator[str]:
    """That others say the same words, with what was marked of them; nothing where nobody does."""
    if copies.posts:
        posts = f"{copies.posts} more post{'' if copies.posts == 1 else 's'}"
        people = f"{copies.people} {'person' if copies.people == 1 else 'people'}"
        yield f"the same words in {posts} by {people}"
    yield from meaning(copies.marks)


def _accepted(desk: Unit, subject: Subject) -> bool:
    """Did it come to its owner by a hand-off?"""
    taken = [one for one in desk.contracts_of(subject.ref) if one["outcome"] == "accepted"]
    return bool(taken) and taken[-1]["to_person"] == subject.owner


def newest(posts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The newest of some posts that still has its words; None where none has."""
    left = [post for post in posts if post["deleted_at"] is None]
    return left[-1] if left else None


def _gone(posts: list[dict[str, Any]]) -> str:
    """Why a case has no post any more whose words could be shown; "": it has one."""
    if not posts or newest(posts) is not None:
        return ""
    if posts[-1]["forgotten_at"] is not None:
        return "The post was erased, because its author asked for it"
    return "The post was deleted by its author"


def _edited_at(desk: Unit, case: int) -> datetime | None:
    edits = desk.edits_of_case(case)
    return edits[-1][0] if edits else None


def _warned(desk: Unit, incident: Incident) -> tuple[str, ...]:
    """What was warned of before a storm, by function, never by name."""
    if incident.storm_at is None:
        return ()
    groups = by_function(desk.done_about(desk.warnings_of_incident(incident.number)))
    if not groups:
        return ()
    told = ", ".join(group_spoken(group) for group in groups[:MOST_FUNCTIONS])
    more = len(groups) - MOST_FUNCTIONS
    return sentence(groups, incident.storm_at), told + (f", {more} more" if more > 0 else "")


def _is_judged(post: Mapping[str, Any]) -> bool:
    """Could it be judged in its language? What one of ours wrote needs no judging."""
    return bool(post["scored"]) or post["platform"] == OURS


def verbatim_of(post: Mapping[str, Any] | None) -> Verbatim | None:
    """A post's words, and whose they are."""
    if post is None:
        return None
    text = f"{post['title']}: {post['text']}" if post["title"] else post["text"]
    handle = f"@{post['handle'].removeprefix('@')}" if post["handle"] else post["name"]
    return Verbatim(text, handle, post["platform"], post["followers"], post["url"])


def dangers_of(posts: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """The kinds of danger that posts tell, each with the words that told it last; nothing of what
    was erased."""
    found: dict[str, str] = {}
    for post in posts:
        if post["deleted_at"] is None:
            found |= dict(_dangers(post))
    return tuple(found.items())


def _dangers(post: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, words in json.loads(post["told"] or "{}").items():
        if name.startswith(DANGER) and words:
            yield name.removeprefix(DANGER), words[0]


def _reasons(post: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What speaks for a complaint; what spoke against it is in `tocsin explain`, and dangers are
    said by themselves."""
    if post is None:
        return ()
    reasons = json.loads(post["reasons"] or "[]")
    apart = ("valence +", "against:", "danger:", *(f"{kind}:" for kind, _ in _dangers(post)))
    return tuple(one for one in reasons if not one.startswith(apart))


def _due(desk: Unit, case: Case, offered: bool) -> datetime | None:
    dues = desk.dues(case.ref)
    kinds = (TimerKind.OFFER,) if offered else _STATE_TIMERS.get(case.state, ())
    return next((dues[kind] for kind in kinds if kind in dues), None)
