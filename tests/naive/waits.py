"""The naive house's waits: one loop, and what the end of each does (C7-C9, C12, C17 ...)."""

from datetime import datetime, timedelta
from typing import Any

from config import Band, Role
from tests.naive.cases import Cases

S = dict[str, Any]
DAY = timedelta(days=1)


class Waits(Cases):
    """What happens by the clock alone."""

    def next_due(self) -> datetime | None:
        dues = [wait["due"] for wait in self.waits] + ([self.shift_at] if self.shift_at else [])
        return min(dues, default=None)

    def tick(self, now: datetime) -> None:
        """Every wait that is over fires once, in order of due time, then subject."""
        due = [wait for wait in self.waits if wait["due"] <= now]
        for wait in sorted(due, key=self.turn):
            if wait in self.waits:
                self.waits.remove(wait)
                late = now - wait["due"]
                self.fire(self.subjects[wait["ref"]], wait["kind"], now, late)
        if self.shift_at is not None and self.shift_at <= now:
            before, self.turns = self.turns, self.whose_turn(now)
            then, self.looked_at = self.looked_at, now
            for s in self.open_ones("case") + self.open_ones("incident"):
                team = self.team_of(s).name
                if before[team] != self.turns[team]:
                    self.shift_change(s, now, then)
            for s in self.open_ones("case") + self.open_ones("incident"):
                opening = self.opening(s, now)
                if s["held_until"] and (opening is None or opening < s["held_until"]):
                    self.page(s, now)  # somebody is on call again
            self.shift_at = self.roster.next_change(now)

    def turn(self, wait: S) -> tuple[datetime, str, int, str]:
        s = self.subjects[wait["ref"]]
        return wait["due"], s["kind"], s["number"], wait["kind"]

    def fire(self, s: S, kind: str, now: datetime, late: timedelta) -> None:
        rows = {"ack": "C7", "held": "invariant 2", "hold": "C8", "grace": "C9", "wake": "C14"}
        rows |= {"offer": "C12", "quiet": "C17", "update": "S4"}
        self.row(s, rows.get(kind, "C20"))
        if kind == "ack":
            self.climb(s, now)
        elif kind == "held" and s["state"] == "new":
            self.page(s, now)
        elif kind == "hold" and s["state"] == "owned":
            self.arm(s, "grace", self.after(s, "grace", now))
        elif kind == "grace" and s["state"] == "owned":
            self.new_round(s, s["step"] + 1, now, past=(s["owner"],))
        elif kind == "wake" and s["state"] == "snoozed":
            self.round_at(s, s["owner"], now)
        elif kind == "offer":
            self.offer_returned(s, now)
        elif kind == "quiet" and s["state"] == "waiting":
            self.quiet(s, now)
        elif kind == "update":
            self.update_due(s, now)
        elif kind in ("first_reply", "next_reply", "resolve"):
            # Section 4, downtime: steps missed while down are one climb.
            just_asked = s["state"] == "new" and self.due(s, "ack") == self.after(s, "ack", now)
            if late < timedelta(minutes=1) or not just_asked:
                self.breach(s, now)

    def climb(self, s: S, now: datetime) -> None:
        """C7."""
        if self.at_top(s):
            self.row(s, "C7 at the last step")
            self.page_again(s, now)
            return
        s["misses"] += 1
        self.one_up(s, now)

    def one_up(self, s: S, now: datetime) -> None:
        step, person = self.first_from(s, s["step"] + 1, now, s["asked"])
        self.ask(s, step, person, now)

    def page_again(self, s: S, now: datetime) -> None:
        """The last step pages again; with it all that asks the same person there by day and by
        night, and of what asks once a morning what would within half of the wait."""
        self.arm(s, "ack", self.repeat_at(s, now))
        self.demand(s, s["owner"])
        for kind in ("case", "incident"):
            for one in self.open_ones(kind):
                asks = one["state"] == "new" and self.at_top(one) and one["owner"] == s["owner"]
                due = self.due(one, "ack")
                if one is s or not asks or due is None:
                    continue
                following = self.repeat_at(one, now)
                rings = one["safety"] or one["band"] in (Band.STORM, Band.P1, Band.P2)
                if rings or due <= now + (following - now) / 2:
                    self.arm(one, "ack", following)

    def quiet(self, s: S, now: datetime) -> None:
        """C17."""
        if s["band"] in (Band.P1, Band.P2) and s["cause"] is None:
            s["state"] = "owned"
            self.arm(s, "hold", self.after(s, "hold", now))
            return
        self.close(s, "engine", "silence", now)

    def breach(self, s: S, now: datetime) -> None:
        """C20."""
        if s["band"] not in (Band.P1, Band.P2):
            return
        if s["state"] == "new" and self.at_top(s):
            return
        self.new_round(s, s["step"] + 1, now, past=(s["owner"],))

    def start(self, settings: Any, now: datetime) -> None:
        """C23, with other people there; then what fell due, then a hand-over (C24)."""
        self.declare_settings(settings)
        for kind in ("case", "incident"):
            for s in self.open_ones(kind):
                if not self.active(s["owner"], now):
                    self.row(s, "C23")
                    self.new_round(s, s["step"], now)
                elif s["offered_to"] is not None and not self.active(s["offered_to"], now):
                    self.row(s, "C12")
                    self.offer_returned(s, now)
        self.tick(now)

    def shift_change(self, s: S, now: datetime, then: datetime) -> None:
        """C24."""
        self.row(s, "C24")
        rota = self.team_of(s).on_call
        person = self.person(s, min(s["step"], self.last(s)), now)
        if s["state"] != "new" or rota is None or s["owner"] not in rota.people:
            return
        if person is None or person == s["owner"]:
            return
        if s["owner"] != self.roster.resolve(Role.ON_CALL, self.team_of(s).name, None, then):
            return  # it was given to them by name
        s["owner"] = person
        if person not in s["asked"]:
            s["asked"].append(person)
        least = now + timedelta(minutes=2)
        self.page(s, now, due=max(self.due(s, "ack") or least, least))

    def offer_returned(self, s: S, now: datetime) -> None:
        """C12: declined, or not answered in time."""
        self.drop_offer(s)
        s.update(returned=s["returned"] + 1)
        s["returns_at"].append(now)
        returns = [at for at in s["returns_at"] if at > now - DAY]
        handoffs = [at for at in s["handoffs_at"] if at > now - DAY]
        if len(returns) >= 3 or len(handoffs) >= 4:
            self.new_round(s, self.lead_step(s), now)
            return
        self.arm(s, "hold", self.after(s, "hold", now))
        self.tell_owner(s)
