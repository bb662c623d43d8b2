"""The naive house whole: what people do (C5-C31, S2-S7)."""

from datetime import datetime, timedelta
from typing import Any

from config import Band
from escalation.roster import Rights
from tests.naive.waits import Waits

S = dict[str, Any]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Naive(Waits):
    """Everything that can happen."""

    def may_lead(self, s: S, by: str, now: datetime) -> bool:
        return by == s["owner"] or self.rights(by, s, now) >= Rights.LEAD

    def may_ack(self, s: S, by: str, now: datetime) -> bool:
        return by in s["asked"] or self.rights(by, s, now) >= Rights.MEMBER

    # ------------------------------------------------------------------------------- people
    def act(self, ref: str, verb: str, by: str, said: S, now: datetime) -> None:
        """What a person does. said: to, reason, told, wait, cause, into, as far as given."""
        s = self.subjects[ref]
        verbs = CASE_VERBS if s["kind"] == "case" else INCIDENT_VERBS
        if verb not in verbs or not self.active(by, now):
            return
        row, method = verbs[verb]
        self.row(s, row)
        getattr(self, method)(s, by, said, now)

    def ack(self, s: S, by: str, said: S, now: datetime) -> None:
        """C5."""
        if s["state"] == "new" and self.may_ack(s, by, now):
            self.take_on(s, by, now)

    def offer(self, s: S, by: str, said: S, now: datetime) -> None:
        """C10."""
        to = said["to"]
        fits = s["state"] == "owned" and s["offered_to"] is None and self.may_lead(s, by, now)
        if not fits or to == s["owner"] or not self.active(to, now):
            return
        s.update(offered_to=to, offered_by=by)
        self.stop(s, "hold", "grace")
        if s["inhibited_by"] is None:
            self.arm(s, "offer", self.after(s, "ack", now))
        self.demand(s, to)

    def accept(self, s: S, by: str, said: S, now: datetime) -> None:
        """C11."""
        if s["state"] == "owned" and s["offered_to"] == by:
            s.update(handoffs=s["handoffs"] + 1)
            s["handoffs_at"].append(now)
            self.take_on(s, by, now)

    def decline(self, s: S, by: str, said: S, now: datetime) -> None:
        """C12."""
        if s["state"] == "owned" and s["offered_to"] == by:
            self.offer_returned(s, now)

    def snooze(self, s: S, by: str, said: S, now: datetime) -> None:
        """C13; of incidents only a watch."""
        longest = 8 * HOUR if s["band"] in (Band.P1, Band.P2) else 7 * DAY
        fits = s["state"] == "owned" and by == s["owner"] and not s["safety"] and said["reason"]
        if s["level"] in (None, "watch") and fits and timedelta(0) < said["wait"] <= longest:
            s.update(state="snoozed")
            self.drop_offer(s)
            self.stop(s, "hold", "grace")
            self.arm(s, "wake", now + said["wait"])

    def resolve(self, s: S, by: str, said: S, now: datetime) -> None:
        """C15."""
        if s["state"] != "closed" and self.may_lead(s, by, now):
            self.done_with(s, by, "resolved", said, now)

    def done_with(self, s: S, by: str, reason: str, said: S, now: datetime) -> None:
        """In `new` this is the acknowledgement too."""
        if s["state"] == "new":
            s.update(owner=by, step=self.place(s, by, now))
        s["cause"] = said["cause"] or s["topic"] or s["team"]
        self.close(s, by, reason, now)

    def wont_act(self, s: S, by: str, said: S, now: datetime) -> None:
        """It is right, and nothing will be done."""
        grave = s["band"] is Band.P1 or s["safety"]
        lead = self.rights(by, s, now) >= Rights.LEAD
        may = lead or (by == s["owner"] and not grave)
        if s["state"] == "closed" or not may or not said["reason"]:
            return
        if s["kind"] == "case":
            self.done_with(s, by, "wont_act", said, now)
        elif s["level"] == "watch":
            s["level"] = "closed"
            self.close(s, by, "wont_act", now)

    def dismiss(self, s: S, by: str, said: S, now: datetime) -> None:
        """C16."""
        lead = self.rights(by, s, now) >= Rights.LEAD
        grave = s["band"] is Band.P1 or s["safety"]
        may = lead if grave else self.may_ack(s, by, now)
        if s["state"] in ("new", "owned") and may and said["reason"]:
            self.close(s, by, "spam" if said["reason"] == "spam" else "dismissed", now)

    def escalate(self, s: S, by: str, said: S, now: datetime) -> None:
        """C25."""
        member = self.rights(by, s, now) >= Rights.MEMBER
        clicked = s["paged_at"] is not None and now - s["paged_at"] < timedelta(minutes=1)
        fits = s["state"] == "new" and s["inhibited_by"] is None and not self.at_top(s)
        fits = fits and self.opening(s, now) is None
        if fits and (member or by in s["asked"]) and not clicked:
            self.one_up(s, now)

    def assign(self, s: S, by: str, said: S, now: datetime) -> None:
        """C27."""
        lead = self.rights(by, s, now) >= Rights.LEAD
        asked = s["state"] == "new" and s["owner"] == said["to"]
        fits = s["state"] in ("new", "owned") and not asked
        if fits and lead and self.active(said["to"], now):
            self.ask(s, self.place(s, said["to"], now), said["to"], now)

    def reroute(self, s: S, by: str, said: S, now: datetime) -> None:
        """C28."""
        known = [team.name for team in self.settings.teams]
        may = by == s["owner"] or self.may_ack(s, by, now)
        if s["state"] not in ("new", "owned") or not may:
            return
        if s["level"] in (None, "watch") and said["to"] in known and said["to"] != s["team"]:
            s.update(team=said["to"], handoffs=s["handoffs"] + 1)
            s["handoffs_at"].append(now)
            lately = [at for at in s["handoffs_at"] if at > now - DAY]
            self.new_round(s, self.lead_step(s) if len(lately) >= 4 else 0, now)

    def claim(self, s: S, by: str, said: S, now: datetime) -> None:
        """C29."""
        role = self.rights(by, s, now) >= Rights.ROLE
        theirs = s["owner"] == by and s["state"] == "owned"
        top = s["band"] is Band.P1 and s["owner"] == self.settings.fallback_executive
        if s["state"] != "closed" and role and not theirs and not top:
            self.take_on(s, by, now)

    def reopen(self, s: S, by: str, said: S, now: datetime) -> None:
        """C30; not where the author has another open case."""
        others = [one for one in self.open_ones("case") if one["author"] == s["author"]]
        others = [one for one in others if one["brand"] == s["brand"]]
        role = self.rights(by, s, now) >= Rights.ROLE
        if s["state"] == "closed" and role and said["reason"] and not others:
            self.open_again(s, now)

    def note(self, s: S, by: str, said: S, now: datetime) -> None:
        """C31; of a storm or contained incident an update (S4, S5)."""
        may = by == s["owner"] or self.may_ack(s, by, now)
        if s["state"] == "closed" or not may:
            return
        if s["level"] in ("storm", "contained"):
            self.stop(s, "hold", "grace")
            self.arm(s, "update", now + (HOUR if s["level"] == "storm" else 4 * HOUR))
        elif s["state"] == "owned" and s["offered_to"] is None:
            self.stop(s, "grace")
            self.arm(s, "hold", self.after(s, "hold", now))

    def say_replied(self, s: S, by: str, said: S, now: datetime) -> None:
        """C31, as C6."""
        may = by == s["owner"] or self.rights(by, s, now) >= Rights.MEMBER
        at = max(now, s["complained_at"])
        further = s["state"] != "waiting" or at > s["replied_at"]
        if s["state"] != "closed" and may and further:
            self.replied(s, at, now)

    # ---------------------------------------------------------------- people and incidents
    def declare(self, brand: str, by: str, now: datetime) -> None:
        """S2 by a person."""
        known = self.incident_of(brand, None)
        if known is None:
            self.open_incident(brand, None, True, now)
            self.incident_of(brand, None)["declared_by"] = by  # type: ignore[index]
        elif known["level"] != "storm":
            self.to_storm(known, now)
            known["declared_by"] = by

    def declare_this(self, s: S, by: str, said: S, now: datetime) -> None:
        whole = self.incident_of(s["brand"], None)
        if s["state"] != "closed" and s["level"] != "storm" and whole in (None, s):
            self.to_storm(s, now)
            s["declared_by"] = by

    def dismiss_watch(self, s: S, by: str, said: S, now: datetime) -> None:
        """S3."""
        fits = s["level"] == "watch" or (s["declared_by"] and not s["people"])
        may = self.may_ack(s, by, now) or by == s["declared_by"]
        if s["state"] != "closed" and fits and may and said["reason"]:
            was, s["level"] = s["level"], "closed"
            self.close(s, by, "dismissed", now)
            if was == "storm":
                self.release_members(s, now, leave=True)

    def contain_by(self, s: S, by: str, said: S, now: datetime) -> None:
        """S5."""
        if s["state"] != "closed" and s["level"] == "storm" and self.may_lead(s, by, now):
            self.contain(s, now)

    def calm(self, brand: str, now: datetime) -> None:
        """S5: the rate has been under half the threshold for 60 min."""
        s = self.incident_of(brand, None)
        if s and s["level"] == "storm" and now - s["storm_at"] >= HOUR:
            self.contain(s, now)

    def resolve_incident(self, s: S, by: str, said: S, now: datetime) -> None:
        """S6."""
        if s["state"] == "closed" or s["level"] == "storm":
            return
        loud = max(filter(None, (s["contained_at"], s["stirred_at"])), default=now)
        quiet = s["level"] == "watch" or not s["people"] or now - loud >= DAY
        if quiet and self.may_lead(s, by, now) and said["cause"] and said["reason"]:
            s["level"] = "closed"
            self.close(s, by, "resolved", now)

    def merge(self, s: S, by: str, said: S, now: datetime) -> None:
        """S7."""
        into = self.subjects.get(f"incident:{said['into']}")
        if into is None or into is s or "closed" in (s["state"], into["state"]):
            return
        if s["brand"] != into["brand"]:
            return
        whole = self.incident_of(into["brand"], None)
        two = s["level"] == "storm" != into["level"] and whole not in (None, s, into)
        if two or not self.may_lead(s, by, now):
            return
        self.row(into, "S7")
        members = [one for one in self.open_ones("case") if one["incident"] == s["number"]]
        was = s["level"]
        into.update(people=max(s["people"], into["people"]))
        into.update(opened_at=min(s["opened_at"], into["opened_at"]))
        began = min(filter(None, (s["storm_at"], into["storm_at"])), default=None)
        s["level"] = "closed"
        self.close(s, by, "merged", now)
        if was == "storm" and into["level"] != "storm":
            self.to_storm(into, now)
        elif was == "contained" and into["level"] == "watch":
            into.update(level="contained")
            into.update(contained_at=s["contained_at"], stirred_at=s["stirred_at"])
            self.arm(into, "update", now + 4 * HOUR)
        into.update(storm_at=began)
        for one in members:
            self.belong(one, into, now)


HANDS = {
    "handoff": ("C10", "offer"),
    "accept": ("C11", "accept"),
    "decline": ("C12", "decline"),
    "snooze": ("C13", "snooze"),
    "escalate": ("C25", "escalate"),
    "claim": ("C29", "claim"),
}
CASE_VERBS = HANDS | {
    "ack": ("C5", "ack"),
    "resolve": ("C15", "resolve"),
    "dismiss": ("C16", "dismiss"),
    "assign": ("C27", "assign"),
    "reroute": ("C28", "reroute"),
    "reopen": ("C30", "reopen"),
    "note": ("C31", "note"),
    "replied": ("C31", "say_replied"),
    "wont_act": ("C15", "wont_act"),
}
# "Acknowledged and owned by rules C5-C14": what a person may do there, and S2 to S7.
INCIDENT_VERBS = {
    "ack": ("C5", "ack"),
    "handoff": ("C10", "offer"),
    "accept": ("C11", "accept"),
    "decline": ("C12", "decline"),
    "snooze": ("C13 of a watch", "snooze"),
    "note": ("S4", "note"),
    "assign": ("C27", "assign"),
    "claim": ("C29", "claim"),
    "escalate": ("C25", "escalate"),
    "declare": ("S2", "declare_this"),
    "dismiss": ("S3", "dismiss_watch"),
    "contain": ("S5", "contain_by"),
    "resolve": ("S6", "resolve_incident"),
    "merge": ("S7", "merge"),
    "wont_act": ("S3", "wont_act"),
    "reroute": ("C28", "reroute"),
}
