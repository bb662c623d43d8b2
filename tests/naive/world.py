"""A second house, as naive as can be: what the differential test holds the real one against.

Written from the text of the specification (its rows are C1-C31, S1-S7) and not from our code:
dictionaries that are changed in place, a list of waits, one loop. Of `escalation` only the
calendars and the roster are used, which are tested elsewhere. Delivery and ledger are not here.

This file has what all rows share: who is meant, how long, waits, pages.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from config import Band, Role, Settings
from escalation import business
from escalation.roster import Rights, Roster

S = dict[str, Any]  # a subject

# What the text leaves open, and how it was read.
READINGS = {
    "night": "a case of a band in business time is held outside of it, whoever is on call",
    "progress": "each progress begins the whole hold anew; during an offer no hold runs",
    "earlier": "'earlier of old and new': counted from now, of every wait that the band sets",
    "snoozed": "with no reply of ours, a complaint wakes unless it is dated before the last one",
    "place": "starting at a person, also by assign: the lowest step that means them, else 1",
    "reopened": "a case that is opened again has a next-reply and a resolve clock again",
    "deleted": "our deleted reply arms the next-reply clock again",
    "rerouted": "a wrong team is not a wrong topic: the case keeps its own",
    "above": "one step above the owner is another person, unless the last step is theirs too",
    "top": "a clock that runs out at the last step is noted; there is nobody above to ask",
    "first at the top": "the last step's first page has the ack time, only repeats the ten minutes",
    "morning": "the working morning is the next day's opening; for safety every 30 min as in P2",
    "one message": "what waits at the top of one band, team and owner repeats with the first of it",
    "members": "cases whose last complaint is at most 24 h old are taken for part of an incident",
    "resolve": "resolving an unacknowledged case takes the right to resolve, not only to ack",
    "assigned": "an incident is assigned and claimed, and escalated by hand, like a case",
    "falls": "a band falls when a case is weighed again (C26), never by a further complaint",
    "shift": "a shift change is a hand-over of a rota, and concerns whom that rota names",
    "start": "on start owners who are gone are replaced first, then waits fire, then shifts change",
    "giver": "an offer's giver is the owner, whoever above made it: they have it still",
    "twice": "assigning it to whom it is being asked of already is the same click again",
    "held offer": "while a storm holds a case its offer's page and its time are held",
    "same storm": "a storm that was contained and is one again holds its members of whatever age",
    "one storm": "a storm is not merged where another incident is open for all of that brand",
}
# What was decided since to be better than the text, as docs/ownership.md has it.
BETTER = {
    "C6": "a further reply, while the customer has the word, begins the quiet anew; one between "
    "two complaints meets the first reply, and the next is due",
    "C7": "at the last step a page of business time is not due at the very end of a working day",
    "C12": "an offer to somebody who is gone when the house starts has come back",
    "C14": "in `waiting` as well, where it becomes P1 or a matter of safety",
    "C15": "it may also be closed as right, and nothing done about it, with a reason",
    "C20": "a clock that ran out in a downtime in which it climbed as well is noted only",
    "C22": "whoever works on it is paged for a band that rose, and an offer that came back",
    "C24": "an incident changes shifts too; a hand-over during a downtime is made at the start; "
    "only what whoever was on call until then has",
    "C25": "whoever was paged may too; no miss; not within 60 s of a page, at the top, or held",
    "C28": "a watch, too, and it keeps its topic; the fourth hand-off of a day is the lead's",
    "C30": "as C4, what is opened again belongs to the incident that is open",
    "C31": "a note is also taken from whoever was paged",
    "S3": "a storm that a person declared and nothing measured is dismissed too, also by them",
    "S5": "somebody above the owner contains it too",
    "S6": "a watch is resolved like a storm; what only people declared has no quiet to wait for",
    "S7": "merging stays within a brand",
}
REPEAT = {Band.STORM: 10, Band.P1: 10, Band.P2: 30}  # minutes
ORDER = [Band.P4, Band.P3, Band.P2, Band.P1, Band.STORM]
WORK = ("hold", "grace", "offer", "wake", "quiet")


class World:
    """Subjects, waits and pages. `paged` and `rows` are what happened since they were cleared."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self.subjects: dict[str, S] = {}
        self.waits: list[S] = []
        self.paged: list[tuple[str, str]] = []  # whom, about what
        self.rows: list[tuple[str, str]] = []  # which rows were asked about which subject
        self.declare_settings(settings)
        self.turns = self.whose_turn(now)
        self.looked_at = now
        self.shift_at = self.roster.next_change(now)

    def declare_settings(self, settings: Settings) -> None:
        self.settings = settings
        self.roster = Roster(settings)

    def whose_turn(self, now: datetime) -> dict[str, str | None]:
        return {team.name: self.roster.meant(team.name, now) for team in self.settings.teams}

    def open_ones(self, kind: str) -> list[S]:
        return [s for s in self.subjects.values() if s["kind"] == kind and s["state"] != "closed"]

    def row(self, s: S, row: str) -> None:
        self.rows.append((s["ref"], row))

    # ------------------------------------------------------------------------- who is meant
    def team_of(self, s: S) -> Any:
        named = [team for team in self.settings.teams if team.name == s["team"]]
        return named[0] if named else self.settings.triage_team

    def steps(self, s: S) -> tuple[Role, ...]:
        return self.settings.policy_of(self.team_of(s)).steps

    def last(self, s: S) -> int:
        return len(self.steps(s)) - 1

    def at_top(self, s: S) -> bool:
        """Is it the executive who is asked? Else there is somebody above."""
        return s["step"] >= self.last(s) and s["owner"] == self.settings.fallback_executive

    def person(self, s: S, step: int, now: datetime) -> str | None:
        return self.roster.resolve(self.steps(s)[step], self.team_of(s).name, s["topic"], now)

    def first_from(self, s: S, step: int, now: datetime, asked: list[str]) -> tuple[int, str]:
        """Empty steps and people already asked are skipped, but never the last step."""
        for number in range(step, self.last(s)):
            found = self.person(s, number, now)
            if found is not None and found not in asked:
                return number, found
        return self.last(s), self.settings.fallback_executive

    def place(self, s: S, person: str, now: datetime) -> int:
        """The lowest step that resolves to that person, else 1."""
        for number in range(len(self.steps(s))):
            if self.person(s, number, now) == person:
                return number
        return min(1, self.last(s))

    def lead_step(self, s: S) -> int:
        above = (Role.LEAD, Role.HEAD, Role.EXECUTIVE)
        return min(number for number, role in enumerate(self.steps(s)) if role in above)

    def active(self, person: str | None, now: datetime) -> bool:
        return person is not None and self.roster.is_active(person, now)

    def rights(self, person: str, s: S, now: datetime) -> Rights:
        return self.roster.may(person, self.team_of(s).name, now)

    # ------------------------------------------------------------------------------ how long
    def hours(self, s: S) -> business.OpenHours:
        team = self.team_of(s)
        return business.of_team(team.hours, self.settings.zone_of_team(team))

    def in_business_time(self, s: S, now: datetime) -> bool:
        if s["safety"] or s["band"] is Band.STORM:
            return False
        if self.settings.policy_of(self.team_of(s)).times(s["band"]).business:
            return True
        on_call = self.roster.resolve(Role.ON_CALL, self.team_of(s).name, None, now)
        if s["band"] is Band.P1 and on_call is None:
            self.row(s, "bands: P1 runs always while someone is on call, else in business time")
            return True
        return False

    def after(self, s: S, what: str, now: datetime) -> datetime:
        times = self.settings.policy_of(self.team_of(s)).times(s["band"])
        wait: timedelta = getattr(times, what)
        if self.in_business_time(s, now):
            return business.add(self.hours(s), now, wait)
        return now + wait

    def ack_due(self, s: S, now: datetime) -> datetime:
        """At the last step never the very end of a working day: the next page follows."""
        due = self.after(s, "ack", now)
        if not self.at_top(s) or not self.in_business_time(s, now):
            return due
        hours = self.hours(s)
        return due if business.is_open(hours, due) else business.next_open(hours, due)

    def opening(self, s: S, now: datetime) -> datetime | None:
        """When it may page; None: now."""
        if not self.in_business_time(s, now) or business.is_open(self.hours(s), now):
            return None
        return business.next_open(self.hours(s), now)

    def repeat_at(self, s: S, now: datetime) -> datetime:
        minutes = REPEAT.get(s["band"]) or (30 if s["safety"] else None)
        if minutes:
            return now + timedelta(minutes=minutes)
        hours = self.hours(s)
        tomorrow = now.astimezone(hours.zone).date() + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time(), hours.zone).astimezone(UTC)
        return business.next_open(hours, midnight)

    # ----------------------------------------------------------------------------- waits
    def arm(self, s: S, kind: str, due: datetime) -> None:
        self.stop(s, kind)
        self.waits.append({"ref": s["ref"], "kind": kind, "due": due})

    def stop(self, s: S, *kinds: str) -> None:
        """Stop waits; without names all of the subject's."""
        self.waits = [
            wait
            for wait in self.waits
            if wait["ref"] != s["ref"] or (kinds and wait["kind"] not in kinds)
        ]

    def due(self, s: S, kind: str) -> datetime | None:
        for wait in self.waits:
            if (wait["ref"], wait["kind"]) == (s["ref"], kind):
                return wait["due"]  # type: ignore[no-any-return]
        return None

    # ----------------------------------------------------------------------------- pages
    def page(self, s: S, now: datetime, due: datetime | None = None) -> None:
        """The owner of a `new` subject must acknowledge: paged, held or inhibited, never none."""
        s["held_until"] = None
        self.stop(s, "ack", "held")
        if s["inhibited_by"] is not None:
            return
        opening = self.opening(s, now)
        if opening is not None:
            s["held_until"] = opening
            self.arm(s, "held", opening)
            return
        self.arm(s, "ack", due or self.ack_due(s, now))
        s["paged_at"] = now
        self.demand(s, s["owner"])

    def demand(self, s: S, person: str) -> None:
        """A page; held while a storm pages for it."""
        if s["inhibited_by"] is None:
            self.paged.append((s["ref"], person))

    def ask(self, s: S, step: int, person: str, now: datetime) -> None:
        """A person becomes the owner who must acknowledge."""
        s.update(state="new", owner=person, step=step, owed=False)
        if person not in s["asked"]:
            s["asked"].append(person)
        self.drop_offer(s)
        self.stop(s, *WORK)
        self.page(s, now)

    def drop_offer(self, s: S) -> None:
        s.update(offered_to=None, offered_by=None)
        self.stop(s, "offer")

    def new_round(self, s: S, step: int, now: datetime, past: tuple[str, ...] = ()) -> None:
        s.update(round=s["round"] + 1, asked=[])
        self.ask(s, *self.first_from(s, step, now, list(past)), now)

    def round_at(self, s: S, person: str, now: datetime) -> None:
        """Round+1 at a person, where they are active; else at step 0."""
        if not self.active(person, now):
            self.new_round(s, 0, now)
            return
        s.update(round=s["round"] + 1, asked=[])
        self.ask(s, self.place(s, person, now), person, now)

    def take_on(self, s: S, person: str, now: datetime) -> None:
        """A person is the owner and works on it (C5, C11, C29)."""
        s["owed"] = s["owed"] and person == s["owner"]
        s.update(state="owned", owner=person, step=self.place(s, person, now), held_until=None)
        self.drop_offer(s)
        self.stop(s, "ack", "held", *WORK)
        self.arm(s, "hold", self.after(s, "hold", now))

    def close(self, s: S, by: str, reason: str, now: datetime) -> None:
        s.update(state="closed", held_until=None, closed_at=now, close_reason=reason, closed_by=by)
        s.update(inhibited_by=None, owed=False)
        self.drop_offer(s)
        self.stop(s)
