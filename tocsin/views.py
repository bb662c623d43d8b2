"""What a message says, made when it is sent: from the store's rows to an alert's words."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config import Band, Role
from escalation import alert, encode, notices, permission
from escalation.alert_views import CaseView, IncidentView, Reader, clock, without_words
from escalation.channel import Capabilities, Message, Purpose, Verbatim
from escalation.decision import LADDER_PAGE, TimerKind
from escalation.engine import Engine
from escalation.record import AGAIN
from escalation.rules import Rules
from escalation.subject import Case, Fault, Incident, Level, Ref, State, Subject
from escalation.warnings import by_function, group_spoken, sentence
from tocsin.duties import Duties
from tocsin.sending import digest_message
from tocsin.store import Unit
from tocsin.store.parcels import Parcel, Queued
from tocsin.store.subjects import MANY
from tocsin.store.times import utc
from tocsin.witness import head_message

LATE = timedelta(minutes=2)  # a page later than this says by how much
MOST_FUNCTIONS = 3  # whose warnings an alert tells; `tocsin warnings` tells all
MUCH_REACH = 5.0  # times the brand's usual from which reach is a reason worth saying
_STATE_TIMERS = {
    State.NEW: (TimerKind.ACK,),
    State.OWNED: (TimerKind.HOLD, TimerKind.GRACE),
    State.SNOOZED: (TimerKind.WAKE,),
}


class Views:
    """Turns parcels into messages, for the reader and the channel they go to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._people = {person.name: person for person in engine.rules.settings.people}

    @property
    def _rules(self) -> Rules:
        """As they are now: they change with what people say of who is there."""
        return self._engine.rules

    def message(
        self,
        desk: Unit,
        parcel: Parcel,
        refs: Sequence[Ref],
        capabilities: Capabilities,
        now: datetime,
    ) -> Message | None:
        """What a parcel says now; None where its subject is gone from the store.

        refs  what its pages are about, from `refs`.

        The customer's words are left out where they could not be taken back, and where a channel
        has refused the message before, so that only our own words go again.
        """
        words = capabilities.may_quote and not any(row.plain for row in parcel.messages)
        made = (
            self._bundle(desk, parcel, refs, now)
            if len(parcel.messages) > 1
            else self._single(desk, parcel.messages[0], refs, words, now)
        )
        repeated = any(row.repeated for row in parcel.messages)
        return made and replace(made, repeated=repeated)

    def refs(self, desk: Unit, parcel: Parcel) -> tuple[Ref, ...]:
        """What the pages of a parcel are about, the most urgent first; at most MAX_BUNDLE of what
        is asked again."""
        pages = [row.message for row in parcel.messages if row.message.purpose is Purpose.PAGE]
        found = dict.fromkeys(page.ref for page in pages if page.what == "page")
        for page in pages:
            if page.what == AGAIN:
                room = max(0, alert.MAX_BUNDLE - len(found))
                last_steps = self._rules.last_steps
                found |= dict.fromkeys(desk.asked_at_the_top(page.person or "", last_steps, room))
        return tuple(found)

    def quoted(self, desk: Unit, parcel: Parcel, refs: Sequence[Ref]) -> tuple[int, ...]:
        """The posts whose words or links a parcel shows; a bundle shows none."""
        first = parcel.messages[0].message
        about = refs if first.what == AGAIN else [row.message.ref for row in parcel.messages]
        if len(about) != 1:
            return ()
        ref = about[0]
        if ref.kind == Case.kind:
            post = _newest(desk.posts_of_case(ref.number))
        else:
            post = desk.widest_post(ref.number) if ref.kind == Incident.kind else None
        return () if post is None else (post["id"],)

    def _single(
        self, desk: Unit, queued: Queued, refs: Sequence[Ref], words: bool, now: datetime
    ) -> Message | None:
        if queued.message.purpose is Purpose.DIGEST:
            return digest_message(desk, self._rules.settings, queued.message, words, now)
        if queued.message.purpose is Purpose.HEAD:
            return head_message(desk, queued.message)
        if queued.message.what == AGAIN:
            return self._again(desk, queued, refs, words, now)
        subject = desk.subject(queued.message.ref)
        if subject is None:
            return None
        reader = self._reader(queued)
        if isinstance(subject, Fault):
            return self._of_fault(desk, subject, queued, reader, now)
        if isinstance(subject, Incident):
            return self._of_incident(desk, subject, queued, reader, words, now)
        assert isinstance(subject, Case)
        return self._of_case(desk, subject, queued, reader, words, now)

    def _of_case(
        self, desk: Unit, case: Case, queued: Queued, reader: Reader, words: bool, now: datetime
    ) -> Message:
        key, message = queued.message.key, queued.message
        view = self.case(desk, case, late=_late(queued, now), offered_to=message.person)
        view = view if words else without_words(view)
        duties = Duties(case, self._rules, self.shown, now)
        view = duties.on(view, reader)
        view = replace(view, demand=duties.demand(desk, view, message.what, reader))
        # A request that has been answered asks nothing more when it is shown anew.
        is_over = message.what == permission.ASKED and view.demand is None
        if message.purpose is Purpose.CARD or is_over:
            return alert.case_card(view, reader, key=key, now=now)
        if message.what in ("page", "offered") or view.demand is not None:
            return alert.case_page(view, reader, key=key, now=now)
        text = notices.sentence(message.what, self.shown(message.about))
        return alert.case_notice(view, text, reader, key=key, purpose=message.purpose)

    def _of_incident(
        self,
        desk: Unit,
        incident: Incident,
        queued: Queued,
        reader: Reader,
        words: bool,
        now: datetime,
    ) -> Message:
        late, person = _late(queued, now), queued.message.person
        view = self.incident(desk, incident, late=late, offered_to=person)
        view = view if words else without_words(view)
        key, message = queued.message.key, queued.message
        if message.purpose is Purpose.CARD:
            return alert.incident_card(view, reader, key=key, now=now)
        if message.what in ("page", "offered"):
            return alert.incident_page(view, reader, key=key, now=now)
        text = notices.sentence(message.what, self.shown(message.about))
        return _plain(
            queued,
            reader,
            f"Incident {incident.number}: {text}",
            (f"See all of it: tocsin incidents show {incident.number}",),
        )

    def _of_fault(
        self, desk: Unit, fault: Fault, queued: Queued, reader: Reader, now: datetime
    ) -> Message:
        owner = self.shown(fault.owner)
        headline = f"{fault.band.label} · {owner} · Tocsin itself: {fault.about}"
        message = queued.message
        offer = self._offer(desk, fault, message.person)
        if offer:
            act = f"To act: tocsin faults accept {fault.number} --as {message.person}"
            return _plain(queued, reader, headline, (*offer, act))
        if message.what not in ("page", "card"):
            text = notices.sentence(message.what, self.shown(message.about))
            return _plain(queued, reader, headline, (text,))
        due = desk.dues(fault.ref).get(TimerKind.ACK)
        by = clock(due, reader, now) if due else ""
        lines = (
            f"What: {fault.detail}",
            "Why it matters: until this is mended, complaints may go unheard or unanswered",
            f"Next: acknowledge by {by}, else the next step is paged"
            if by
            else ("Closed: it works again" if not fault.is_open else f"Next: {owner} is on it"),
        )
        return _plain(queued, reader, headline, lines)

    def _again(
        self, desk: Unit, queued: Queued, refs: Sequence[Ref], words: bool, now: datetime
    ) -> Message | None:
        """What is asked again: one subject at length, several as a bundle; None: nothing waits."""
        if not refs:
            return None
        if len(refs) == 1:
            page = replace(queued.message, ref=refs[0], what="page")
            return self._single(desk, replace(queued, message=page), refs, words, now)
        made = self._bundle(desk, Parcel((queued,)), refs, now)
        more = desk.unacknowledged(queued.message.person or "") - len(refs)
        if made is None or more <= 0:
            return made
        over = "over " if more + len(refs) >= MANY else ""
        return _more(made, (f"{over}{more} more wait for you: tocsin cases list",))

    def _bundle(
        self, desk: Unit, parcel: Parcel, refs: Sequence[Ref], now: datetime
    ) -> Message | None:
        """Several at once. Cases are listed; what is not a case is told in a line of its own."""
        reader = self._reader(parcel.messages[0])
        key = parcel.messages[0].message.key
        beside = [ref for ref in refs if ref.kind != Case.kind]
        briefs = desk.brief_cases([ref.number for ref in refs if ref.kind == Case.kind])
        cases = [self._brief(row) for row in briefs]
        told = self._told(desk, parcel)
        others = tuple(
            f"{one.ref.spoken.capitalize()}, owner {self.shown(one.owner)}: acknowledge it too"
            for one in desk.several(beside[: alert.MAX_BUNDLE])
        )
        if cases:
            message = alert.bundle_page(cases, reader, key=key, now=now)
            return _more(message, (*others, *told))
        lines = (*others, *told)
        return _plain(parcel.messages[0], reader, f"{len(lines)} things from Tocsin", lines)

    def _told(self, desk: Unit, parcel: Parcel) -> tuple[str, ...]:
        return tuple(
            f"{row.message.ref.spoken.capitalize()}: "
            + notices.sentence(row.message.what, self.shown(row.message.about))
            for row in parcel.messages
            if row.message.what not in (LADDER_PAGE, AGAIN)
        )

    # ------------------------------------------------------------------------------ views
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
        shown = _newest(posts)
        offer = self._offer(desk, case, offered_to)
        return CaseView(
            number=case.number,
            brand=case.brand,
            topic=case.topic or "",
            team=case.team,
            band=case.band,
            state=str(case.state),
            owner=self.shown(case.owner),
            how_many_posts=case.posts,
            verbatim=_verbatim(shown),
            why_judged=_reasons(shown),
            why_now=self._why_now(desk, case, shown),
            why_owner=self._why_owner(case, self._role(case)),
            step=case.step,
            next_step=self._next_step(case, case.opened_at),
            due=_due(desk, case, bool(offer)),
            late_by=late,
            safety=case.safety,
            incident=case.incident,
            offered=bool(offer),
            offer=offer,
            unknown=() if shown is None or shown["scored"] else ("language not scored",),
            url=shown["url"] if shown else "",
            held_until=case.held_until,
            silence=case.silence,
        )

    def _brief(self, row: sqlite3.Row) -> CaseView:
        """A case as one row of a bundle: without the customer's words and the reasons."""
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
        )

    def _offer(self, desk: Unit, subject: Subject, person: str | None) -> tuple[str, ...]:
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
        offer = self._offer(desk, incident, offered_to)
        answer_by = dues.get(TimerKind.OFFER if offer else TimerKind.ACK)
        shown = desk.widest_post(incident.number)
        return IncidentView(
            number=incident.number,
            brand=incident.brand,
            topic=incident.topic or "",
            level=str(incident.level),
            owner=self.shown(incident.owner),
            why_owner=self._why_owner(incident, self._role(incident)),
            people=incident.people,
            posts=incident.posts,
            minutes=incident.minutes,
            usual=incident.people / incident.usual if incident.usual > 0 else None,
            verbatim=_verbatim(shown),
            warnings=_warned(desk, incident),
            next_update_due=dues.get(TimerKind.UPDATE),
            next_step=self._next_step(incident, incident.opened_at),
            due=answer_by if incident.level is not Level.CLOSED else None,
            late_by=late,
            offered=bool(offer),
            offer=offer,
        )

    def shown(self, name: str) -> str:
        """A person as people call them; other names as they are."""
        person = self._people.get(name)
        return person.shown_name if person else name

    def _reader(self, queued: Queued) -> Reader:
        person = self._people.get(queued.message.person or "")
        settings = self._rules.settings
        if person is None:
            return Reader(queued.message.to, ZoneInfo(settings.timezone))
        return Reader(queued.message.to, settings.zone_of(person), person.name, queued.message.to)

    def _role(self, subject: Subject) -> Role:
        steps = self._rules.settings.policy_of(self._rules.team(subject)).steps
        return steps[min(subject.step, len(steps) - 1)]

    def _why_owner(self, subject: Subject, role: Role) -> str:
        team = self._rules.team(subject)
        if subject.state is not State.NEW and subject.acked_by == subject.owner:
            return "who acknowledged it"
        if role is Role.OWNER and team.owners.get(subject.topic or "") == subject.owner:
            return f"who owns {subject.topic}"
        return {
            Role.LEAD: f"lead of {team.name}",
            Role.HEAD: f"head of {team.name}",
            Role.EXECUTIVE: "the last step of every ladder",
        }.get(role, f"on call for {team.name}")

    def _next_step(self, subject: Subject, now: datetime) -> str | None:
        if subject.step >= self._rules.last_step(subject):
            return None
        return self.shown(self._rules.first_from(subject, subject.step + 1, now, subject.asked)[1])

    def _why_now(self, desk: Unit, case: Case, post: Mapping[str, Any] | None) -> str | None:
        reasons = []
        if case.safety:
            reasons.append("a matter of safety or law")
        if case.posts > 1:
            reasons.append(f"{case.posts} complaints by this author")
        if case.reopened:
            reasons.append("reopened: it came back after closing")
        usual = desk.usual_followers(case.brand)
        followers = post["followers"] if post else None
        if followers is not None and usual and followers >= MUCH_REACH * usual:
            reasons.append(f"reach {followers / usual:.0f}× the usual author's")
        return ", ".join(reasons) or None


def _newest(posts: list[dict[str, Any]]) -> dict[str, Any] | None:
    left = [post for post in posts if post["deleted_at"] is None]
    return left[-1] if left else None


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


def _verbatim(post: Mapping[str, Any] | None) -> Verbatim | None:
    if post is None:
        return None
    text = f"{post['title']}: {post['text']}" if post["title"] else post["text"]
    handle = f"@{post['handle'].removeprefix('@')}" if post["handle"] else post["name"]
    return Verbatim(text, handle, post["platform"], post["followers"], post["url"])


def _reasons(post: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What speaks for a complaint; what spoke against it is in `tocsin explain`."""
    reasons = json.loads(post["reasons"] or "[]") if post else []
    return tuple(one for one in reasons if not one.startswith(("valence +", "against:")))


def _due(desk: Unit, case: Case, offered: bool) -> datetime | None:
    dues = desk.dues(case.ref)
    kinds = (TimerKind.OFFER,) if offered else _STATE_TIMERS.get(case.state, ())
    return next((dues[kind] for kind in kinds if kind in dues), None)


def _late(queued: Queued, now: datetime) -> timedelta | None:
    late = now - queued.queued_at
    return late if late >= LATE and queued.message.purpose is Purpose.PAGE else None


def _plain(queued: Queued, reader: Reader, headline: str, lines: tuple[str, ...]) -> Message:
    message = queued.message
    return Message(
        key=message.key,
        purpose=message.purpose,
        to=message.to,
        headline=encode.cut(encode.one_line(headline), alert.MAX_HEADLINE),
        lines=lines,
        mention=reader.mention if message.purpose is Purpose.PAGE else None,
        subject=message.ref.spoken,
    )


def _more(message: Message, lines: tuple[str, ...]) -> Message:
    return replace(message, lines=(*message.lines, *lines))
