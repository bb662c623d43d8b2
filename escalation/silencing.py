"""How a silence begins and ends: written down with its reason, and what it holds held with it."""

from dataclasses import replace
from datetime import datetime, timedelta

from escalation import ladder, rights, silences
from escalation.decision import ENGINE, Decision
from escalation.desk import Desk
from escalation.localtime import ms
from escalation.record import Recorder, token
from escalation.rules import Situation
from escalation.silences import Scope, Silence
from escalation.subject import Subject


class Silencer(Recorder):
    """Begins and ends silences, each whole in the transaction of the desk it is handed."""

    def silence(
        self, desk: Desk, scope: Scope, wait: timedelta, by: str, reason: str, now: datetime
    ) -> Silence | str:
        """Begin a silence and hold what it hides; returns it, or why there is none.

        What does the same and runs already is not begun again.
        """
        scope = silences.of_its_team(scope, self.rules.settings)
        why = silences.refused(scope, wait, reason, self.rules.settings)
        why = why or rights.refuse_silence(scope, by, self.rules, now)
        if why is not None:
            return why
        if (known := silences.same(desk.silences(now), scope, wait, now)) is not None:
            return f"silence {known.number} does that already, until {_spoken(known.until)}"
        begun = desk.add_silence(scope, by, reason.strip(), now, now + wait)
        self._enter(desk, begun, "silenced", by, now, reason.strip())
        for subject in desk.open_subjects():
            if scope.covers(subject):
                at = self.situation(desk, subject, now)
                self.apply(desk, subject, ladder.hold_silently(subject, by, at), at)
        return begun

    def would_hold(
        self, desk: Desk, scope: Scope, wait: timedelta, now: datetime
    ) -> tuple[Subject, ...]:
        """The open subjects that a silence would hold if it began now; changes nothing."""
        scope = silences.of_its_team(scope, self.rules.settings)
        trial = Silence(number=0, author="", reason="", since=now, until=now + wait, scope=scope)
        at = Situation(now, self.rules, silences=(trial,))
        return tuple(
            subject
            for subject in desk.open_subjects()
            if isinstance(ladder.hold_silently(subject, ENGINE, at), Decision)
        )

    def unsilence(self, desk: Desk, number: int, by: str, now: datetime) -> str | None:
        """End a silence before its time: what it held pages at once. None: done."""
        known = desk.silence_of(number)
        if known is None:
            return f"there is no silence {number}"
        if not known.runs(now):
            return f"silence {number} is over since {_spoken(known.ended_at or known.until)}"
        if (why := rights.refuse_silence(known.scope, by, self.rules, now)) is not None:
            return why
        desk.end_silence(number, by, now)
        self._enter(desk, replace(known, until=now), "silence_ended", by, now)
        for subject in desk.held_by(number):
            at = self.situation(desk, subject, now)
            self.apply(desk, subject, ladder.release_hold(subject, at), at)
        return None

    def _enter(
        self, desk: Desk, silence: Silence, event: str, by: str, now: datetime, note: str = ""
    ) -> None:
        scope = silence.scope
        named = {
            "brand": scope.brand,
            "team": scope.team,
            "topic": scope.topic,
        }
        facts = {name: token(value) for name, value in named.items() if value is not None}
        if scope.about is not None:
            # Typed by a person: the ledger has it by its word only where we would say it so.
            known = scope.about in silences.declared_faults(self.rules.settings)
            facts["about"] = scope.about if known else desk.disguised(scope.about)
        desk.enter(
            chain=token(scope.brand or "") or "house",
            event=event,
            subject=f"silence:{silence.number}",
            actor=desk.staff_id(by),
            facts=facts | {"urgent": scope.urgent, "until": ms(silence.until)},
            at=now,
            note=note,
        )


def _spoken(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
