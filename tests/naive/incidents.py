"""The naive house's incidents: rows S1-S5 and what they do to cases (C21, C22)."""

from datetime import datetime, timedelta
from typing import Any

from config import Band
from tests.naive.world import World

S = dict[str, Any]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Incidents(World):
    """Many cases, one cause."""

    def fresh(
        self, kind: str, brand: str, team: str, topic: str | None, band: Band, now: datetime
    ) -> S:
        number = 1 + sum(s["kind"] == kind for s in self.subjects.values())
        s: S = {"kind": kind, "number": number, "ref": f"{kind}:{number}", "brand": brand}
        s.update(team=team, topic=topic, band=band, safety=False, state="new", step=0, round=1)
        s.update(owner="", asked=[], held_until=None, offered_to=None, offered_by=None, misses=0)
        s.update(handoffs=0, returned=0, handoffs_at=[], returns_at=[], inhibited_by=None)
        s.update(incident=None, opened_at=now, replied_at=None, progress=False, cause=None)
        s.update(owed=False)  # a page that a storm keeps from the owner
        s.update(
            reopened=0,
            level=None,
            contained_at=None,
            people=0,
            declared_by=None,
            paged_at=None,
            stirred_at=None,
            storm_at=None,
        )
        self.subjects[s["ref"]] = s
        return s

    def incident_of(self, brand: str, topic: str | None) -> S | None:
        """The open incident of a brand: of all of it, or of this topic; a storm first."""
        found = [s for s in self.open_ones("incident") if s["brand"] == brand]
        found = [s for s in found if s["topic"] in (None, topic)]
        return min(found, key=lambda s: (s["level"] != "storm", s["number"]), default=None)

    def join(self, s: S) -> None:
        """C21, for a case that is opened."""
        incident = self.incident_of(s["brand"], s["topic"])
        if incident is not None:
            self.row(s, "C21")
            s["incident"] = incident["number"]
            if incident["level"] == "storm" and not s["safety"]:
                s["inhibited_by"] = incident["number"]

    def spike(self, brand: str, topic: str | None, storm: bool, now: datetime) -> None:
        """S1, S2."""
        known = self.incident_of(brand, topic)
        if known is None:
            self.open_incident(brand, topic, storm, now)
        elif storm and known["level"] != "storm":
            self.to_storm(known, now)
        elif known["level"] == "contained":
            known["stirred_at"] = now
        self.incident_of(brand, topic)["people"] = 1  # type: ignore[index]

    def open_incident(self, brand: str, topic: str | None, storm: bool, now: datetime) -> None:
        owners = {name: team.name for team in self.settings.teams for name in team.owns}
        default = self.settings.brand(brand).team or self.settings.triage_team.name
        s = self.fresh("incident", brand, owners.get(topic or "", default), topic, Band.P2, now)
        s.update(level="watch")
        if storm:
            self.to_storm(s, now, fresh=True)
            return
        self.row(s, "S1")
        self.ask(s, *self.first_from(s, 0, now, []), now)
        self.take_members(s, now)

    def to_storm(self, s: S, now: datetime, fresh: bool = False) -> None:
        self.row(s, "S2")
        team = self.settings.communications_team.name
        s.update(
            level="storm", band=Band.STORM, team=team, topic=None, contained_at=None, storm_at=now
        )
        s.update(round=s["round"] - 1 if fresh else s["round"])
        self.new_round(s, 0, now)
        self.arm(s, "update", self.after(s, "first_reply", now))
        self.take_members(s, now)

    def take_members(self, incident: S, now: datetime) -> None:
        """C21."""
        for s in self.open_ones("case"):
            topic = incident["topic"] in (None, s["topic"])
            recent = s["brand"] == incident["brand"] and topic and s["complained_at"] >= now - DAY
            if recent or s["incident"] == incident["number"]:
                self.belong(s, incident, now)

    def belong(self, s: S, incident: S, now: datetime) -> None:
        """C21; a watch takes nothing from a storm."""
        self.row(s, "C21")
        if s["inhibited_by"] is not None and incident["level"] != "storm":
            return
        storm = incident["level"] == "storm" and not s["safety"]
        s.update(incident=incident["number"])
        s.update(inhibited_by=incident["number"] if storm else None)
        if storm and s["state"] == "new":
            s["held_until"] = None
            self.stop(s, "ack", "held")
        if storm:
            self.stop(s, "offer")

    def release_members(self, incident: S, now: datetime, leave: bool = False) -> None:
        """C22."""
        for s in self.open_ones("case"):
            if s["inhibited_by"] == incident["number"]:
                self.row(s, "C22")
                s.update(inhibited_by=None, incident=None if leave else s["incident"])
                if s["state"] == "new":
                    self.page(s, now)
                self.offer_again(s, now)
                if s["owed"]:
                    self.tell_owner(s)

    def tell_owner(self, s: S) -> None:
        """Whoever works on it is paged; while a storm holds it, once that lets go."""
        s["owed"] = s["inhibited_by"] is not None
        self.demand(s, s["owner"])

    def offer_again(self, s: S, now: datetime) -> None:
        """The storm lets go: whoever is offered the case is paged, with the full time."""
        if s["offered_to"] is not None:
            self.arm(s, "offer", self.after(s, "ack", now))
            self.demand(s, s["offered_to"])

    def update_due(self, s: S, now: datetime) -> None:
        """S4; contained: each 4 h."""
        if s["level"] == "contained":
            self.arm(s, "update", now + 4 * HOUR)
        elif s["level"] == "storm":
            above = self.first_from(s, s["step"] + 1, now, [s["owner"]])[1]
            for person in dict.fromkeys((s["owner"], above)):
                self.demand(s, person)
            self.arm(s, "update", now + HOUR)

    def contain(self, s: S, now: datetime) -> None:
        """S5."""
        self.row(s, "S5")
        s.update(level="contained", contained_at=now)
        self.arm(s, "update", now + 4 * HOUR)
        self.release_members(s, now)
