"""What a message says, made when it is sent: from what is queued to an alert's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from config import Band
from escalation import alert, calm, encode, hiding, notices, permission
from escalation.alert_views import CaseView, Reader, clock, without_words
from escalation.channel import Capabilities, Message, Purpose
from escalation.decision import LADDER_PAGE, TimerKind
from escalation.desk import Outgoing
from escalation.engine import Engine
from escalation.grouping import BUNDLE_WAIT, FREE_MESSAGES, WINDOW
from escalation.record import AGAIN
from escalation.rules import Rules
from escalation.subject import Case, Fault, Incident, Matter, Ref, Subject
from tocsin import budget, morning, talking
from tocsin.confided import Confided
from tocsin.duties import Duties
from tocsin.entitled import entitled, listed
from tocsin.offering import offer, reminder
from tocsin.pictures import sent as pictured
from tocsin.sending import digest_message
from tocsin.standing import standing
from tocsin.store import Unit
from tocsin.store.labels import OURS
from tocsin.store.parcels import Parcel, Queued
from tocsin.store.subjects import MANY
from tocsin.told import told
from tocsin.trail import telling, trail
from tocsin.views import Views, newest, verbatim_of
from tocsin.witness import head_message

LATE = timedelta(minutes=1)  # a page later than this says by how much
MAX_FAILS = 120  # characters of what fails, where a fault is one of several in a message


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is said where it goes. words: the customer's may be shown; typed: what can be done
    is said as a command, because the channel shows neither a button nor a link for it; heard: a
    command that is written there comes back."""

    words: bool
    typed: bool
    heard: bool = False


class Messages:
    """Turns parcels into messages, for the reader and the channel they go to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._views = Views(engine)
        self._confided = Confided(engine.rules.settings, self._views)

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
        typed = not (capabilities.buttons or self._has_link(parcel, refs))
        manner = Manner(words, typed, capabilities.two_way)
        only = _only_page(parcel, refs)
        if len(parcel.messages) == 1:
            made = self._single(desk, parcel.messages[0], refs, manner, now)
        elif only is not None:
            made = self._page_and_told(desk, parcel, only, manner, now)
        else:
            made = self._bundle(desk, parcel, refs, manner, now)
        if made is None:
            return None
        made = _more(made, _sent_elsewhere(desk, parcel))
        made = self._offering(desk, made, parcel, refs, capabilities, now)
        if not capabilities.buttons and not capabilities.pager:
            made = self._with_steps(desk, made, parcel, refs, now)
        repeated = any(row.repeated for row in parcel.messages)
        about = self._about(desk, parcel, made)
        return replace(made, repeated=repeated, about=about, standing=standing(desk, parcel, refs))

    def _about(self, desk: Unit, parcel: Parcel, made: Message) -> str:
        """What a follow-up belongs to: in a thread it need not say so."""
        is_one = len({row.message.ref for row in parcel.messages}) == 1
        follows = made.purpose is Purpose.REPLY and is_one
        return entitled(desk, parcel.messages[0].message.ref) if follows else ""

    def _offering(
        self,
        desk: Unit,
        made: Message,
        parcel: Parcel,
        refs: Sequence[Ref],
        capabilities: Capabilities,
        now: datetime,
    ) -> Message:
        """With what can be done with it, and who did what with its one subject."""
        root = self._root(desk, parcel, refs, capabilities)
        if root is not None:
            return reminder(made, root)
        row = _lead(parcel, refs)
        if row is None:  # of several that are asked in different ways, each says its command
            return made
        made = offer(desk, made, parcel, row, refs, capabilities, self._engine, now)
        if not (capabilities.buttons and capabilities.update) or len(refs) > 1 or not made.token:
            return made
        history = desk.history(str(row.message.ref))
        return replace(made, trail=self._steps(desk, row, history, now))

    def _steps(
        self, desk: Unit, row: Queued, history: Sequence[Mapping[str, Any]], now: datetime
    ) -> tuple[str, ...]:
        """Who did what with a subject."""
        how = telling(desk, row.message.ref, self._views.shown, self._rules.settings.currency)
        return trail(history, how, self._views.reader(row), now)

    def _with_steps(
        self, desk: Unit, made: Message, parcel: Parcel, refs: Sequence[Ref], now: datetime
    ) -> Message:
        """A page of one subject that shows no buttons, with who did what until now: its reader has
        no card to look at. What was typed is behind its link, where it can be taken back."""
        row = _lead(parcel, refs)
        asks = made.purpose is Purpose.PAGE and row is not None and row.message.person is not None
        if row is None or not asks or len(refs) > 1 or row.message.ref.kind == Matter.kind:
            return made
        history = desk.history(str(row.message.ref))
        steps = self._steps(desk, row, history, now)
        if not steps:
            return made
        acts = 1 if made.lines and made.lines[-1].startswith(alert.TO_ACT) else 0
        place = len(made.lines) - acts
        said = f"Until now: {' · '.join(steps)}"
        if any(entry["note"] for entry in history):
            ref = row.message.ref
            where = "open the link" if made.link else f"tocsin {ref.kind}s show {ref.number}"
            said += f". What was typed with it: {where}"
        return replace(made, lines=(*made.lines[:place], said, *made.lines[place:]))

    def _has_link(self, parcel: Parcel, refs: Sequence[Ref]) -> bool:
        """Does its reader act by a link? It is for one subject, and never for a private one."""
        first = parcel.messages[0].message
        about = refs or (first.ref,)
        is_one = len(about) == 1 and about[0].kind != Matter.kind
        asks = first.purpose is Purpose.PAGE and first.person is not None
        return bool(self._rules.settings.links) and is_one and asks

    def _root(
        self, desk: Unit, parcel: Parcel, refs: Sequence[Ref], capabilities: Capabilities
    ) -> str | None:
        """The message under which a page belongs that asks for the same again, where the channel
        has threads; None: it stands by itself."""
        row = parcel.messages[0]
        again = row.message.what in (LADDER_PAGE, AGAIN) and len(parcel.messages) == len(refs) == 1
        if not (again and capabilities.thread and capabilities.buttons) or row.is_renewal:
            return None
        return desk.first_page(_as_page(row, refs[0]))

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
        """The posts whose words or links a parcel shows; a bundle shows those of what cannot wait,
        as far as it says them."""
        if len(refs) > 1:
            rows = desk.brief_cases([ref.number for ref in refs if ref.kind == Case.kind])
            cases = [alert.Listed(one["number"], Band(one["band"]), one["safety"]) for one in rows]
            told = alert.told_in_a_bundle(cases)
            posts = [newest(desk.posts_of_case(number)) for number in told]
            return tuple(post["id"] for post in posts if post is not None)
        only = _only_page(parcel, refs)
        if only is None and len(parcel.messages) > 1:
            return ()
        first = only or parcel.messages[0]
        if first.message.what == AGAIN:  # of several, or of nothing any more
            return ()
        if first.message.purpose is Purpose.REPLY:
            return talking.quoted(first)
        ref = first.message.ref
        if ref.kind == Case.kind:
            post = newest(desk.posts_of_case(ref.number))
        else:
            post = desk.widest_post(ref.number) if ref.kind == Incident.kind else None
        return () if post is None else (post["id"],)

    def _single(
        self, desk: Unit, queued: Queued, refs: Sequence[Ref], manner: Manner, now: datetime
    ) -> Message | None:
        if queued.message.ref.kind == morning.KIND:
            return morning.message(desk, self._rules, queued.message, self._views.shown, now)
        if queued.message.ref.kind == pictured.KIND:
            settings, plain = self._rules.settings, bool(queued.plain)
            return pictured.message(desk, settings, queued.message, now, plain=plain)
        if queued.message.ref.kind == calm.BUDGET:
            return budget.message(desk, self._rules, queued.message, self._views.shown)
        if queued.message.purpose is Purpose.DIGEST:
            return digest_message(desk, self._rules.settings, queued.message, manner.words, now)
        if queued.message.purpose is Purpose.HEAD:
            return head_message(desk, queued.message)
        if queued.message.purpose is Purpose.REPLY:
            currency = self._rules.settings.currency
            shown = self._views.shown
            return talking.said(desk, queued, manner.words, shown, verbatim_of, currency)
        if queued.message.what == AGAIN:
            return self._again(desk, queued, refs, manner, now)
        subject = desk.subject(queued.message.ref)
        if subject is None:
            return None
        reader = self._views.reader(queued, typed=manner.typed)
        if isinstance(subject, Fault):
            return self._of_fault(desk, subject, queued, reader, now)
        if isinstance(subject, Incident):
            return self._of_incident(desk, subject, queued, reader, manner.words, now)
        if isinstance(subject, Matter):
            return _plain(queued, reader, *self._confided.said(desk, subject, queued, reader, now))
        assert isinstance(subject, Case)
        return self._of_case(desk, subject, queued, reader, manner.words, now)

    def _of_case(
        self, desk: Unit, case: Case, queued: Queued, reader: Reader, words: bool, now: datetime
    ) -> Message:
        key, message = queued.message.key, queued.message
        late = _late(queued, now)
        view = self._views.case(desk, case, late=late, offered_to=message.person)
        view = replace(view, late_because=_why_late(desk, queued, late))
        # What one of ours told us need not be taken back.
        ours = view.verbatim is not None and view.verbatim.platform == OURS and not queued.plain
        view = view if words or ours else without_words(view)
        duties = Duties(case, self._rules, self._views.shown, now)
        view = duties.on(view, reader)
        view = replace(view, demand=duties.demand(desk, view, message.what, reader))
        # What has been answered asks nothing more when it is shown anew.
        is_over = message.what in (permission.ASKED, hiding.ASKED) and view.demand is None
        is_over = is_over or _is_answered(desk, queued)
        if message.purpose is Purpose.CARD or is_over:
            stands = alert.case_card(view, reader, key=key, now=now)
            return replace(stands, purpose=message.purpose)
        if message.what in ("page", "offered") or view.demand is not None:
            return alert.case_page(view, reader, key=key, now=now)
        text = self._sentence(desk, message, words)
        return alert.case_notice(view, text, reader, key=key, purpose=message.purpose)

    def _sentence(self, desk: Unit, message: Outgoing, words: bool) -> str:
        """What a notice says; what was typed with it only where words can be taken back."""
        shown, currency = self._views.shown, self._rules.settings.currency
        what, about = message.what, message.about
        return told(desk, message.ref, what, about, shown, currency, typed=words)

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
        view = self._views.incident(desk, incident, late=late, offered_to=person)
        view = replace(view, late_because=_why_late(desk, queued, late))
        view = view if words else without_words(view)
        key, message = queued.message.key, queued.message
        if message.purpose is Purpose.CARD or _is_answered(desk, queued):
            stands = alert.incident_card(view, reader, key=key, now=now)
            return replace(stands, purpose=message.purpose)
        if message.what in ("page", "offered"):
            return alert.incident_page(view, reader, key=key, now=now)
        text = self._sentence(desk, message, words=False)
        return _plain(
            queued,
            reader,
            f"Incident {incident.number}: {text}",
            (f"See all of it: tocsin incidents show {incident.number}",),
        )

    def _of_fault(
        self, desk: Unit, fault: Fault, queued: Queued, reader: Reader, now: datetime
    ) -> Message:
        owner = self._views.shown(fault.owner)
        level = fault.band.label if fault.is_open else alert.CLOSED
        headline = f"{level} · {owner} · Tocsin itself: {fault.about}"
        message = queued.message
        offer = self._views.offer(desk, fault, message.person)
        if offer:
            other = f"tocsin faults decline {fault.number}"
            act = alert.how_to(f"tocsin faults accept {fault.number}", reader, other)
            return _plain(queued, reader, headline, (*offer, act))
        if message.what not in ("page", "card"):
            text = self._sentence(desk, message, words=False)
            return _plain(queued, reader, headline, (text,))
        due = desk.dues(fault.ref).get(TimerKind.ACK)
        by = clock(due, reader, now) if due else ""
        lines: tuple[str, ...] = (
            f"What: {fault.detail}",
            "Why it matters: until this is mended, complaints may go unheard or unanswered",
            f"Next: acknowledge by {by}, else the next step is paged"
            if by
            else ("Closed: it works again" if not fault.is_open else f"Next: {owner} is on it"),
        )
        if message.what == "page" and fault.is_open:
            lines = (*lines, alert.how_to(f"tocsin faults ack {fault.number}", reader))
        return _plain(queued, reader, headline, lines)

    def _again(
        self, desk: Unit, queued: Queued, refs: Sequence[Ref], manner: Manner, now: datetime
    ) -> Message | None:
        """What is asked again: one subject at length, several as a bundle; None: nothing waits."""
        if not refs:
            return None
        if len(refs) == 1:
            return self._single(desk, _as_page(queued, refs[0]), refs, manner, now)
        made = self._bundle(desk, Parcel((queued,)), refs, manner, now)
        more = desk.unacknowledged(queued.message.person or "") - len(refs)
        if made is None or more <= 0:
            return made
        over = "over " if more + len(refs) >= MANY else ""
        return _more(made, (f"{over}{more} more wait for you: tocsin cases list",))

    def _page_and_told(
        self, desk: Unit, parcel: Parcel, page: Queued, manner: Manner, now: datetime
    ) -> Message | None:
        """The one page of a parcel as it would be by itself, and what is told beside it."""
        key = parcel.messages[0].message.key
        page = replace(page, message=replace(page.message, key=key))
        made = self._single(desk, page, (page.message.ref,), manner, now)
        rest = Parcel(tuple(row for row in parcel.messages if row.id != page.id))
        return None if made is None else _more(made, self._told(desk, rest, manner))

    def _bundle(
        self, desk: Unit, parcel: Parcel, refs: Sequence[Ref], manner: Manner, now: datetime
    ) -> Message | None:
        """Several at once. Cases are listed; what is not a case is told in a line of its own."""
        reader = self._views.reader(parcel.messages[0], typed=manner.typed)
        key = parcel.messages[0].message.key
        beside = [ref for ref in refs if ref.kind != Case.kind]
        late = _late_by_ref(parcel, now)
        cases = self._briefs(desk, refs)
        if late:
            cases = [replace(one, late_by=late.get(Ref(Case.kind, one.number))) for one in cases]
        said = alert.told_in_a_bundle(cases)
        cases = [
            self._views.telling(desk, one, words=manner.words) if one.number in said else one
            for one in cases
        ]
        beside_it, shown = self._told(desk, parcel, manner), self._views.shown
        others = tuple(
            f"{_asked_of(desk, one, shown(one.owner))} "
            + alert.how_to(f"tocsin {one.kind}s ack {one.number}", reader)
            for one in desk.several(beside[: alert.MAX_BUNDLE])
        )
        if cases:
            message = alert.bundle_page(cases, reader, key=key, now=now)
            return _more(message, (*others, *beside_it))
        lines = (*others, *beside_it)
        open_to_all = [row.message.ref for row in parcel.messages]
        about = listed(desk, [ref for ref in open_to_all if ref.kind != Matter.kind])
        headline = f"{len(lines)} things from Tocsin{about and f': {about}'}"
        return _plain(parcel.messages[0], reader, headline, lines)

    def _briefs(self, desk: Unit, refs: Sequence[Ref]) -> list[CaseView]:
        briefs = desk.brief_cases([ref.number for ref in refs if ref.kind == Case.kind])
        return [self._views.brief(desk, row) for row in briefs]

    def _told(self, desk: Unit, parcel: Parcel, manner: Manner) -> tuple[str, ...]:
        return tuple(
            f"{_name(desk, row.message.ref)}: {self._told_of(desk, row, manner)}"
            for row in parcel.messages
            if row.message.what not in (LADDER_PAGE, AGAIN)
        )

    def _told_of(self, desk: Unit, row: Queued, manner: Manner) -> str:
        """A sentence, and of what asks something how to answer: it has no button among others."""
        one = row.message
        said = self._sentence(desk, one, words=False)  # what shows several is not said anew
        if one.what not in notices.ANSWERS or one.person is None:
            return said
        if not _is_asked(desk, one):
            return "It has been answered. Nothing is left for you to do."
        reader = self._views.reader(row)
        return f"{said} {notices.how_to_answer(one.what, one.ref, reader, heard=manner.heard)}"


def _plain(queued: Queued, reader: Reader, headline: str, lines: tuple[str, ...]) -> Message:
    message = queued.message
    return Message(
        key=message.key,
        purpose=message.purpose,
        to=message.to,
        headline=encode.cut(encode.one_line(headline), alert.MAX_HEADLINE),
        lines=tuple(line for line in lines if line),
        mention=reader.mention if message.purpose is Purpose.PAGE else None,
        subject=message.ref.outside.replace(":", " "),
    )


def _asked_of(desk: Unit, one: Subject, owner: str) -> str:
    """What is no case, among others: of a fault also what fails, as nothing else there says so."""
    detail = encode.one_line(one.detail) if isinstance(one, Fault) else ""
    fails = f"{encode.cut(detail, MAX_FAILS).rstrip('.')}. " if detail else ""
    return (
        f"{_name(desk, one.ref)}, owner {owner}: {fails}{'A' if fails else 'a'}cknowledge it too."
    )


def _name(desk: Unit, ref: Ref) -> str:
    """To a person who may read it, what is private is named by its kind."""
    return ref.spoken.capitalize() if ref.kind == Matter.kind else entitled(desk, ref)


def _more(message: Message, lines: tuple[str, ...]) -> Message:
    return replace(message, lines=(*message.lines, *lines))


def _sent_elsewhere(desk: Unit, parcel: Parcel) -> tuple[str, ...]:
    """Why a page comes here: where its person is told first, it was not taken."""
    failed: dict[str, None] = {}
    for row in parcel.messages[: alert.MAX_BUNDLE]:
        if row.message.purpose is Purpose.PAGE and row.message.what != AGAIN:
            for state in desk.page_states(row.message):
                fails = state.is_dead or state.failing_since is not None
                if fails and not state.is_sent and state.channel != parcel.channel:
                    failed[state.channel] = None
    return (f"Sent here because it could not be sent on {', '.join(failed)}",) if failed else ()


def _only_page(parcel: Parcel, refs: Sequence[Ref]) -> Queued | None:
    """The page of a parcel that has just one; None where there are several, or none.

    What asks again for one subject alone is its page, and so is a second page that says the same.
    """
    pages = [row for row in parcel.messages if row.message.purpose is Purpose.PAGE]
    asking = [row for row in pages if row.message.what in (LADDER_PAGE, AGAIN)]
    if len(refs) == 1 and len(asking) == len(pages):
        same = [row for row in asking if row.message.ref == refs[0]]
        return _as_page((same or asking)[0], refs[0])
    return pages[0] if len(pages) == 1 and not asking else None


def _lead(parcel: Parcel, refs: Sequence[Ref]) -> Queued | None:
    """Whose words a message has, and what is offered with it; None: several ask, none of them to
    acknowledge."""
    rows = parcel.messages
    if refs:
        return next(row for row in rows if row.message.what in (LADDER_PAGE, AGAIN))
    return rows[0] if len(rows) == 1 else _only_page(parcel, refs)


def _is_asked(desk: Unit, one: Outgoing) -> bool:
    """Is its person still asked what it asks?"""
    person = one.person or ""
    if one.what == hiding.ASKED:
        return desk.is_asked_of_hiding(one.ref, person)
    if one.what == permission.ASKED:
        return desk.is_asked_to_permit(one.ref, person)
    subject = desk.subject(one.ref)
    return subject is not None and subject.offered_to == person


def _as_page(queued: Queued, ref: Ref) -> Queued:
    """What asks for a subject among others, as the page of that one."""
    return replace(queued, message=replace(queued.message, ref=ref, what=LADDER_PAGE))


def _is_answered(desk: Unit, queued: Queued) -> bool:
    """Is it a page that was shown already, of what its person is not asked any more?"""
    one = queued.message
    if not queued.is_renewal or one.what != LADDER_PAGE:
        return False
    return not desk.is_wanted(one.ref, one.round, one.person or "", one.what)


def _late_by_ref(parcel: Parcel, now: datetime) -> dict[Ref, timedelta]:
    """How late each page of a parcel is that comes late."""
    late = {row.message.ref: _late(row, now) for row in reversed(parcel.messages)}
    return {ref: by for ref, by in late.items() if by is not None}


def _late(queued: Queued, now: datetime) -> timedelta | None:
    """How late a page leaves; when it is shown anew it has been there in its time."""
    if queued.message.purpose is not Purpose.PAGE or queued.is_renewal:
        return None
    late = now - queued.queued_at
    return late if late > LATE else None


def _why_late(desk: Unit, queued: Queued, late: timedelta | None) -> str:
    """What kept a page, as far as its row and its address tell; "": that is not known."""
    if late is None:
        return ""
    if queued.failing_since is not None:
        return "its channel did not take it sooner"
    message = queued.message
    since = queued.queued_at - WINDOW
    # Nothing waits longer for that: what is later still was kept by something else.
    folded = late <= BUNDLE_WAIT + LATE and desk.was_busy(message.channel, message.to, since)
    return f"{FREE_MESSAGES} messages had gone to you shortly before" if folded else ""
