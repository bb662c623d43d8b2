"""A subject as a page shows it to one person: the words of its alert, made anew at each look."""

import shlex
from dataclasses import replace
from datetime import datetime

from config import Person
from escalation import alert, encode
from escalation.alert_views import Reader
from escalation.channel import Message, Purpose
from escalation.engine import Engine
from escalation.subject import Case, Fault, Incident, State, Subject
from tocsin.deeds import DEEDS
from tocsin.duties import Duties
from tocsin.store import Unit
from tocsin.trail import telling, trail
from tocsin.views import Views

# What is usually done next, by whoever had a link.
FOLLOWS = ("replied", "reroute", "dismiss", "resolve")


class Showing:
    """Puts subjects into words for a page."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._views = Views(engine)

    def message(
        self, desk: Unit, subject: Subject, person: Person, wanted: str, now: datetime
    ) -> Message:
        """What a subject's alert says as it stands. wanted: what the letter asked for."""
        reader = self._reader(person)
        if isinstance(subject, Case):
            return self._case(desk, subject, reader, wanted, now)
        if isinstance(subject, Incident):
            view = self._views.incident(desk, subject, offered_to=reader.name)
            asks = subject.state is State.NEW or view.offered
            say = alert.incident_page if asks else alert.incident_card
            return say(view, reader, key="", now=now)
        return self._other(desk, subject)

    def trail(self, desk: Unit, subject: Subject, person: Person, now: datetime) -> tuple[str, ...]:
        """Who did what with it and what they typed, the newest last: it is made anew at each look,
        so that what is erased is in none."""
        history, currency = desk.history(str(subject.ref)), self._engine.rules.settings.currency
        how = telling(desk, subject.ref, self._views.shown, currency, typed=True)
        return trail(history, how, self._reader(person), now)

    def _reader(self, person: Person) -> Reader:
        zone = self._engine.rules.settings.zone_of(person)
        return Reader("", zone, person.name, None, typed=False, shown=person.shown_name)

    def _case(self, desk: Unit, case: Case, reader: Reader, wanted: str, now: datetime) -> Message:
        duties = Duties(case, self._engine.rules, self._views.shown, now)
        view = duties.on(self._views.case(desk, case, offered_to=reader.name), reader)
        view = replace(view, demand=duties.demand(desk, view, wanted, reader))
        asks = case.state is State.NEW or view.offered or view.demand is not None
        say = alert.case_page if asks else alert.case_card
        return say(view, reader, key="", now=now)

    def _other(self, desk: Unit, subject: Subject) -> Message:
        """A fault: something of Tocsin's own that does not work."""
        about, detail = getattr(subject, "about", ""), getattr(subject, "detail", "")
        headline = f"{subject.band.label} · {self._views.shown(subject.owner)} · Tocsin: {about}"
        return Message(
            key="",
            purpose=Purpose.PAGE,
            to="",
            headline=encode.cut(encode.one_line(headline), alert.MAX_HEADLINE),
            lines=(f"What: {detail}", *self._views.offer(desk, subject, subject.offered_to)),
            subject=subject.ref.spoken,
        )


def named(subject: Subject) -> str:
    """A subject in our own words: `Case 4 · Now · billing at Acme`. No word of a customer."""
    about = subject.about if isinstance(subject, Fault) else subject.topic or ""
    where = " at ".join(filter(None, (about, subject.brand)))
    return " · ".join(filter(None, (subject.ref.spoken.capitalize(), subject.band.label, where)))


def goes_on(subject: Subject, who: str) -> tuple[str, ...]:
    """Commands for what usually follows on a link that was used."""
    known = {deed.name for deed in DEEDS[subject.kind]} if subject.is_open else set()
    follows = [verb for verb in FOLLOWS if verb in known]
    number, kind = subject.number, subject.kind
    typed = [f"tocsin {kind}s {verb} {number} --as {shlex.quote(who)}" for verb in follows]
    return (f"tocsin {kind}s show {number}", *typed)
