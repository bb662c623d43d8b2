"""How a transition is written: into the ledger, into the outbox, and to whoever listens."""

from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from datetime import datetime, timedelta
from enum import Enum
from operator import attrgetter
from typing import Any

from config import Band, Contact
from config.privacy import discreet_contacts, private_contacts
from escalation import calm, ladder, private, talk
from escalation.afterwards import all_told
from escalation.channel import Purpose
from escalation.decision import (
    ENGINE,
    LADDER_PAGE,
    Answered,
    Arm,
    Cancel,
    Effect,
    Hush,
    Notice,
    Offered,
    Outcome,
    Page,
    Unchanged,
    Warn,
)
from escalation.desk import Desk, Happening, Outgoing
from escalation.localtime import ms, utc
from escalation.notices import ALWAYS_TOLD
from escalation.rules import Rules, Situation
from escalation.subject import KINDS, Case, Incident, Matter, Ref, Subject

# Fields of a subject that hold names of staff; the ledger has their opaque ids instead.
_STAFF_FIELDS = {
    "owner",
    "acked_by",
    "closed_by",
    "offered_to",
    "offered_by",
    "permission_of",
    "hid_by",
    "hid_of",
    "declared_by",
    "asked",
}
# Kept beside the ledger, never in it: sentences.
_UNRECORDED = {"number", "sentence", "detail", "done", "done_for_rest"}


def _recorded_of(
    kind: type[Subject],
) -> tuple[tuple[str, ...], tuple[Any, ...], Callable[[Subject], tuple[Any, ...]]]:
    """The recorded fields' names and defaults, and what reads all of them at once."""
    kept = [field for field in fields(kind) if field.name not in _UNRECORDED]
    names = tuple(field.name for field in kept)
    return names, tuple(field.default for field in kept), attrgetter(*names)


_RECORDED = {name: _recorded_of(kind) for name, kind in KINDS.items()}


AGAIN = "again"
HOUSE = "house"  # the chain of what is about no brand


def outgoing_again(ref: Ref, person: str, contact: Contact, now: datetime) -> Outgoing:
    """A page for all that a person at the last step has not acknowledged; listed when sent."""
    # The subject whose wait was over is part of the key: two of one instant are two messages, of
    # which the later one, that speaks of both, withdraws the earlier.
    stamp = ms(now)
    return Outgoing(
        key=f"{AGAIN}|{person}|{stamp}|{ref}|{contact.channel}",
        purpose=Purpose.PAGE,
        ref=Ref(AGAIN, 0),
        channel=contact.channel,
        to=contact.to,
        due=now,
        person=person,
        what=AGAIN,
        rank=1,
    )


def outgoing_page(subject: Subject, page: Page, contact: Contact) -> Outgoing:
    """A page on one channel; its key is subject, round, step, person, number and channel, and
    before that what it wants where that is no acknowledgement."""
    nth = subject.page_number
    wanted = () if page.what == LADDER_PAGE else (page.what,)
    named = subject.ref.outside
    parts = (named, subject.round, subject.step, page.person, nth, *wanted, contact.channel)
    return Outgoing(
        key="page|" + "|".join(str(part) for part in parts),
        purpose=Purpose.PAGE,
        ref=subject.ref,
        channel=contact.channel,
        to=contact.to,
        due=page.due,
        person=page.person,
        round=subject.round,
        step=subject.step,
        nth=nth,
        what=page.what,
        about=page.about,
        # What is private shares its message with nothing else, so it does not wait for more.
        first_storm_page=(subject.band is Band.STORM and page.first) or isinstance(subject, Matter),
        rank=0 if subject.safety else max(1, list(Band).index(subject.band)),
    )


def outgoing_together(matter: Matter, page: Page, contact: Contact, nth: int) -> Outgoing:
    """A page for all private matters that wait for a person: the first of them at once, and one
    more at the end of each stretch in which others are to be paged.

    nth  how many wait, with this one.
    """
    window = int(private.TOGETHER_EVERY.total_seconds() * 1000)
    stretch = ms(page.due) // window + 1
    first = nth == private.APART + 1
    due = page.due if first else utc(stretch * window)
    one = outgoing_page(matter, page, contact)
    key = f"{private.WAITING}|{page.person}|{'first' if first else ''}{stretch}|{contact.channel}"
    return replace(one, key=key, due=due, what=private.WAITING)


def happening(event: str, subject: Subject, now: datetime, *, actor: str = "") -> Happening:
    """What replay and log say of a transition."""
    return Happening(
        at=now,
        event=event,
        ref=subject.ref,
        brand=subject.brand,
        owner=subject.owner,
        step=subject.step,
        band=str(subject.band),
        actor=actor,
        reason=subject.close_reason or "",
        safety=subject.safety,
    )


def token(name: str) -> str:
    """A declared name as the ledger writes it: without blanks, and still one-to-one."""
    return name.replace(" ", "+")


def facts_of(
    before: Subject | None, after: Subject, staff_id: Callable[[str], str]
) -> dict[str, Any]:
    """What changed, field by field, without names or text; enough to rebuild the subject."""
    names, defaults, values_of = _RECORDED[after.kind]
    known = defaults if before is None else values_of(before)
    return {
        name: _fact(name, value, staff_id)
        for name, was, value in zip(names, known, values_of(after), strict=True)
        if value != was
    }


def recorded(subject: Subject, staff_id: Callable[[str], str]) -> dict[str, Any]:
    """All that the ledger knows of a subject, field by field, as its facts spell it."""
    names, _, values_of = _RECORDED[subject.kind]
    return {
        name: _fact(name, value, staff_id)
        for name, value in zip(names, values_of(subject), strict=True)
    }


def unwritten(kind: str) -> dict[str, Any]:
    """The fields of a subject of which nothing is recorded yet, as facts spell them; None where
    the first entry has to say it."""
    names, defaults, _ = _RECORDED[kind]
    return {
        name: None if default is MISSING else _fact(name, default, str)
        for name, default in zip(names, defaults, strict=True)
    }


def _fact(name: str, value: Any, staff_id: Callable[[str], str]) -> Any:
    if name in _STAFF_FIELDS and isinstance(value, str) and value != ENGINE:
        return staff_id(value)
    if isinstance(value, tuple):
        return [_fact(name, item, staff_id) for item in value]
    if isinstance(value, datetime):
        return ms(value)
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, float):
        return f"{value:.4f}"
    return token(value) if isinstance(value, str) else value


class Recorder:
    """Writes decisions down: all of one, in the transaction of the desk it is handed."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def situation(
        self, desk: Desk, subject: Subject, now: datetime, late: timedelta = timedelta(0)
    ) -> Situation:
        """`late`: as in Situation."""
        return Situation(now, self.rules, desk.dues(subject.ref), tuple(desk.silences(now)), late)

    def opening(self, desk: Desk, now: datetime) -> Situation:
        """The situation in which a subject is opened: it has no waits yet."""
        return Situation(now, self.rules, silences=tuple(desk.silences(now)))

    def apply(
        self, desk: Desk, before: Subject | None, outcome: Outcome, at: Situation
    ) -> str | None:
        """Write a decision down whole: subject, ledger, waits, messages.

        at  the situation in which it was decided. Returns None, or why nothing changed.
        """
        if isinstance(outcome, Unchanged):
            return outcome.why
        outcome = all_told(before, outcome, at)
        subject = outcome.subject
        outcome = calm.rings_at_once(outcome, at)
        outcome = calm.paced(outcome, at, lambda who: self._is_spent(desk, subject, who, at.now))
        after = outcome.subject
        desk.save(after, before)
        if after.silence is not None:
            desk.silenced(after.silence, after.ref, at.now)
        actor = outcome.actor
        entry = desk.enter(
            chain=token(after.brand) or HOUSE,
            event=outcome.event,
            subject=str(after.ref),
            actor=actor if actor == ENGINE else desk.staff_id(actor),
            facts=facts_of(before, after, desk.staff_id)
            | ({"via": token(outcome.via)} if outcome.via else {}),
            at=at.now,
            note=outcome.note,
        )
        for effect in outcome.effects:
            self._effect(desk, before, after, effect, outcome.actor, at)
        by_hand = outcome.actor != ENGINE
        self._queue_card(desk, after, at.now, at_once=by_hand)
        desk.freshen_pages(after.ref, at.now)
        if talk.is_told(outcome.event, actor):
            self.say_in_thread(desk, after, outcome.event, talk.about_entry(entry), at.now)
        desk.tell(happening(outcome.event, after, at.now, actor=actor))
        return None

    def _is_spent(self, desk: Desk, subject: Subject, person: str, now: datetime) -> bool:
        """Has a person had as many pages this week as one should? Then their lead is told, once."""
        monday, since = self.rules.week(now)
        if not desk.had_pages(person, since, self.rules.settings.alerts.budget):
            return False
        lead = self.rules.first_from(subject, self.rules.lead_step(subject), now, (person,))[1]
        for contact in self.contacts(lead)[:1]:
            desk.queue(calm.told_of_budget(person, lead, contact, monday, now))
        return True

    def _effect(
        self,
        desk: Desk,
        before: Subject | None,
        subject: Subject,
        effect: Effect,
        actor: str,
        at: Situation,
    ) -> None:
        if isinstance(effect, Arm):
            desk.arm(subject.ref, effect.timer, effect.due, effect.since or at.now)
        elif isinstance(effect, Cancel):
            if not effect.timers or any(timer in at.dues for timer in effect.timers):
                desk.cancel(subject.ref, effect.timers)
        elif isinstance(effect, Hush):
            if before is not None:  # of what is new nothing has been said yet
                desk.hush(subject.ref, effect.what)
        elif isinstance(effect, Page):
            self._queue_page(desk, subject, effect, at.late)
        elif isinstance(effect, Offered):
            desk.offered(before or subject, effect, actor, at.now)
        elif isinstance(effect, Answered):
            desk.answered(subject.ref, effect.outcome, at.now)
        elif isinstance(effect, Warn):
            desk.warn(before or subject, effect, at.now)
        else:
            self._queue_notice(desk, subject, effect, at.now)

    def _queue_page(self, desk: Desk, subject: Subject, page: Page, late: timedelta) -> None:
        waiting = desk.matters_waiting(page.person) if isinstance(subject, Matter) else 0
        for contact in self.contacts_for(subject, page.person)[: page.channels]:
            if isinstance(subject, Matter) and waiting > private.APART:
                self._queue_together(desk, subject, page, contact, waiting)
            else:
                desk.queue(outgoing_page(subject, page, contact), page.due - late)

    def _queue_together(
        self, desk: Desk, matter: Matter, page: Page, contact: Contact, waiting: int
    ) -> None:
        """A page of all that wait. Where the one that leaves at once has left already, it did not
        speak of what is asked for the first time: another follows at the end of the stretch."""
        message = outgoing_together(matter, page, contact, waiting)
        if page.first and desk.is_spent(message.key):
            message = outgoing_together(matter, page, contact, waiting + 1)
        desk.queue(message)

    def _queue_notice(self, desk: Desk, subject: Subject, notice: Notice, now: datetime) -> None:
        if ladder.is_inhibited(subject) and notice.what not in ALWAYS_TOLD:
            return
        if notice.what == "offer_withdrawn" and not desk.has_heard(
            subject.ref, notice.person, "offered"
        ):
            return  # the offer had not reached them: there is nothing to take back
        for contact in self._told_at(subject, notice.person)[:1]:
            stamp = ms(now)
            named = f"{subject.ref.outside}|{notice.what}|{stamp}"
            key = f"notice|{named}|{notice.person}|{contact.channel}"
            desk.queue(
                Outgoing(
                    key=key,
                    purpose=Purpose.NOTICE,
                    ref=subject.ref,
                    channel=contact.channel,
                    to=contact.to,
                    due=now,
                    person=notice.person,
                    what=notice.what,
                    about=notice.about,
                    round=subject.round,
                    first_storm_page=isinstance(subject, Matter),
                )
            )

    def _queue_card(
        self, desk: Desk, subject: Subject, now: datetime, *, at_once: bool = False
    ) -> None:
        """Show the subject in its team's rooms; at once where somebody has just done something
        with it. A case that a storm speaks for is not shown, and what is private never."""
        if ladder.is_inhibited(subject) or isinstance(subject, Matter):
            return
        for room in self._rooms(subject):
            key = f"card|{subject.ref}|{room.channel}|{room.to}"
            desk.requeue_card(
                Outgoing(
                    key=key,
                    purpose=Purpose.CARD,
                    ref=subject.ref,
                    channel=room.channel,
                    to=room.to,
                    due=now if at_once else now + self.rules.group_wait(subject),
                    what="card",
                ),
                at_once=at_once,
            )
        desk.freshen_cards(subject.ref, now)  # in the rooms of a team that had it before

    def say_in_thread(
        self, desk: Desk, subject: Subject, what: str, about: str, now: datetime
    ) -> None:
        """Put something into the thread of a card of a case or an incident; as the card, not while
        a storm speaks for it."""
        if not isinstance(subject, Case | Incident) or ladder.is_inhibited(subject):
            return
        for reply in talk.replies(subject.ref, self._rooms(subject), what, about, now):
            desk.queue(reply)

    def _rooms(self, subject: Subject) -> tuple[Contact, ...]:
        settings = self.rules.settings
        rooms = settings.rooms_of(self.rules.team(subject))
        if isinstance(subject, Incident) and settings.storm_room is not None:
            extra = settings.storm_room
            rooms = rooms if extra in rooms else (*rooms, extra)
        return tuple(room for room in rooms if room.channel not in self._pagers)

    def _told_at(self, subject: Subject, person: str) -> tuple[Contact, ...]:
        """Where a person is told what asks nothing: not where it would ring."""
        known = self.contacts_for(subject, person)
        return tuple(contact for contact in known if contact.channel not in self._pagers)

    @property
    def _pagers(self) -> frozenset[str]:
        return frozenset(one.name for one in self.rules.settings.channels if one.pages_only)

    def contacts_for(self, subject: Subject | Ref, person: str) -> tuple[Contact, ...]:
        """Where a person is told of a subject: of what is private, where nobody else reads; else,
        that something waits, where no room is and nobody else is paged."""
        if subject.kind != Matter.kind:
            return self.contacts(person)
        settings = self.rules.settings
        return private_contacts(settings, person) or discreet_contacts(settings, person)[:1]

    def contacts(self, person: str) -> tuple[Contact, ...]:
        """A person's addresses, in the order they are tried."""
        people = self.rules.settings.people
        return next((one.contacts for one in people if one.name == person), ())
