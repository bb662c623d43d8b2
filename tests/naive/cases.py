"""The naive house's cases: what is heard of them (C1-C4, C6, C18, C26)."""

from datetime import datetime, timedelta
from typing import Any

from config import Band
from tests.naive.incidents import Incidents
from tests.naive.world import ORDER

S = dict[str, Any]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Cases(Incidents):
    """One complaint, or a run of them."""

    def complaint(self, heard: S, now: datetime) -> None:
        """heard: brand, team, topic, author, band, score, safety, created_at."""
        mine = [
            s
            for s in self.subjects.values()
            if s["kind"] == "case"
            and (s["brand"], s["author"]) == (heard["brand"], heard["author"])
        ]
        is_open = [s for s in mine if s["state"] != "closed"]
        closed = sorted((s for s in mine if s["state"] == "closed"), key=lambda s: s["closed_at"])
        if is_open:
            self.further_complaint(is_open[0], heard, now)
            self.join_heard(is_open[0], now)
        elif closed and self.may_reopen(closed[-1], heard):
            self.reopen_heard(closed[-1], heard, now)
        else:
            self.open_case(heard, now)

    def open_case(self, heard: S, now: datetime) -> None:
        """C1, and C21 where a storm is open already."""
        s = self.fresh("case", heard["brand"], heard["team"], heard["topic"], heard["band"], now)
        s.update(author=heard["author"], score=heard["score"], safety=heard["safety"])
        s.update(complained_at=heard["created_at"], first_at=heard["created_at"])
        self.row(s, "C1")
        self.join(s)
        self.ask(s, *self.first_from(s, 0, now, []), now)
        self.arm(s, "first_reply", self.after(s, "first_reply", now))
        self.arm(s, "resolve", self.after(s, "resolved", now))
        lately = [
            one
            for one in self.subjects.values()
            if one["kind"] == "case"
            and (one["brand"], one["topic"]) == (s["brand"], s["topic"])
            and one["opened_at"] >= now - timedelta(minutes=10)
        ]
        if s["topic"] and len(lately) >= 20 and not self.incident_of(s["brand"], s["topic"]):
            self.spike(s["brand"], s["topic"], False, now)  # S1

    def further_complaint(self, s: S, heard: S, now: datetime) -> None:
        """C2, C3."""
        known = s["complained_at"]
        s["complained_at"] = max(known, heard["created_at"])
        s["first_at"] = min(s["first_at"], heard["created_at"])
        answered = s["replied_at"]
        after_reply = answered is not None and heard["created_at"] > answered
        if s["state"] in ("new", "owned"):
            self.row(s, "C2")
            self.rescore(s, heard, now)
            if after_reply and self.due(s, "next_reply") is None:
                self.arm(s, "next_reply", self.after(s, "next_reply", now))
            return
        self.row(s, "C3")
        more_urgent = self.score(s, heard)
        unanswered = answered is None and heard["created_at"] >= known
        wakes = s["state"] == "snoozed" and unanswered
        wakes = wakes or (more_urgent and self.cannot_wait(s))
        if more_urgent:
            self.sooner(s, now)
        if after_reply or wakes:
            self.round_at(s, s["owner"], now)
            self.arm(s, "next_reply", self.after(s, "next_reply", now))
        elif more_urgent:
            self.tell_owner(s)  # only added, but C26

    def join_heard(self, s: S, now: datetime) -> None:
        """C21: what is heard again while an incident is open joins it; what belongs to an open
        one already, only a storm."""
        incident = self.incident_of(s["brand"], s["topic"])
        mine = self.subjects.get(f"incident:{s['incident']}")
        if incident is None or incident is mine:
            return
        if mine is None or mine["state"] == "closed" or incident["level"] == "storm":
            self.belong(s, incident, now)

    def score(self, s: S, heard: S, may_fall: bool = False) -> bool:
        """Section 7: rises act at once, falls need 5 points and an acknowledged case. True: the
        case is more urgent than before."""
        up = ORDER.index(heard["band"]) - ORDER.index(s["band"])
        safety = heard["safety"] and not s["safety"]
        s["safety"] = s["safety"] or heard["safety"]
        if s["safety"]:
            s["inhibited_by"] = None  # C22
        falls = may_fall and s["state"] != "new" and heard["score"] <= s["score"] - 5
        if up > 0 or falls:
            s.update(band=heard["band"], score=heard["score"])
        else:
            s["score"] = max(s["score"], heard["score"])
        return up > 0 or safety

    def rescore(self, s: S, heard: S, now: datetime, may_fall: bool = False) -> None:
        """C2, C26: more urgent, the owner is paged now; due times: the earlier of old and new."""
        storm = s["inhibited_by"]
        if not self.score(s, heard, may_fall):
            return
        self.sooner(s, now)
        if storm is not None and s["inhibited_by"] is None:
            self.offer_again(s, now)
        if s["state"] == "new":
            new = self.ack_due(s, now)
            self.page(s, now, due=min(self.due(s, "ack") or new, new))
        else:
            self.tell_owner(s)

    def sooner(self, s: S, now: datetime) -> None:
        """Due times: the earlier of old and new, of every wait that the band sets."""
        waits = {kind: kind for kind in ("first_reply", "next_reply", "hold", "grace")}
        waits |= {"resolve": "resolved", "offer": "ack"}
        for kind, what in waits.items():
            old = self.due(s, kind)
            if old is not None:
                self.arm(s, kind, min(old, self.after(s, what, now)))

    def edited(self, s: S, heard: S, now: datetime) -> None:
        """C26: it is weighed again."""
        self.row(s, "C26")
        if s["state"] == "closed":
            return
        if s["state"] not in ("snoozed", "waiting"):
            self.rescore(s, heard, now, may_fall=True)
        elif self.score(s, heard, may_fall=True):
            self.sooner(s, now)
            if not self.cannot_wait(s):
                self.tell_owner(s)
                return
            self.row(s, "C14")
            self.round_at(s, s["owner"], now)

    def cannot_wait(self, s: S) -> bool:
        """More urgent now, is it asked anew? What waits for the customer only as P1 or safety."""
        return s["state"] == "snoozed" or s["band"] is Band.P1 or bool(s["safety"])

    def may_reopen(self, s: S, heard: S) -> bool:
        lately = heard["created_at"] - s["closed_at"] <= 14 * DAY
        return lately and s["close_reason"] != "spam"

    def reopen_heard(self, s: S, heard: S, now: datetime) -> None:
        """C4. The +10 of the score is the weighing's."""
        self.row(s, "C4")
        s.update(complained_at=max(s["complained_at"], heard["created_at"]))
        s.update(first_at=min(s["first_at"], heard["created_at"]))
        s.update(band=heard["band"], score=heard["score"], safety=s["safety"] or heard["safety"])
        self.open_again(s, now)

    def open_again(self, s: S, now: datetime) -> None:
        s.update(reopened=s["reopened"] + 1)
        self.round_at(s, s["owner"], now)
        self.arm(s, "next_reply", self.after(s, "next_reply", now))
        self.arm(s, "resolve", self.after(s, "resolved", now))
        incident = self.incident_of(s["brand"], s["topic"])
        if incident is not None:
            self.belong(s, incident, now)

    def brand_replied(self, s: S, at: datetime, now: datetime) -> None:
        """C6."""
        self.row(s, "C6")
        further = s["state"] != "waiting" or at > s["replied_at"]
        newest = s["replied_at"] is None or at > s["replied_at"]
        if s["state"] == "closed":
            return
        if at >= s["complained_at"] and further:
            self.replied(s, at, now)
        elif s["first_at"] <= at < s["complained_at"] and newest:
            s.update(replied_at=at)
            self.stop(s, "first_reply")
            due = self.after(s, "next_reply", s["complained_at"])
            self.arm(s, "next_reply", max(due, self.due(s, "next_reply") or now, now))

    def replied(self, s: S, at: datetime, now: datetime) -> None:
        s.update(state="waiting", held_until=None, replied_at=max(s["replied_at"] or at, at))
        self.drop_offer(s)
        self.stop(s, "ack", "held", "first_reply", "next_reply", "hold", "grace", "wake")
        self.arm(s, "quiet", now + 72 * HOUR)

    def reply_deleted(self, s: S, now: datetime) -> None:
        """C18."""
        self.row(s, "C18")
        if s["state"] == "waiting":
            s["replied_at"] = None
            self.round_at(s, s["owner"], now)
            self.arm(s, "next_reply", self.after(s, "next_reply", now))
