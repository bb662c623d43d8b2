"""What was heard: complaints find their case, our replies and deletions find it too.

Every method runs inside one transaction (the `desk`) and with one `now`; the decisions are in
`ownership` and `replies`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config import Band
from escalation import ownership, replies, talk
from escalation.decision import ENGINE
from escalation.desk import Desk, case_at, incident_at
from escalation.incidents import Spike
from escalation.ownership import Weighed
from escalation.storms import Storms
from escalation.subject import Case, Incident, Level, Ref

FLOOD_WINDOW = timedelta(minutes=10)
FLOOD_PAGES = 60  # more pages in the window than this, for the whole house: suspect one cause
FLOOD_CASES = 20  # as many cases on one topic in the window: suspect one cause


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as it reaches the engine. `post` and `author` are our own ids.

    by  who told us of it, where a person of ours did; via: where.
    to  who owns it first, in place of whom the ladder begins with.
    """

    post: int
    author: int
    brand: str
    team: str
    topic: str | None
    band: Band
    score: float
    safety: bool
    created_at: datetime
    by: str = ENGINE
    via: str = ""
    to: str | None = None


class Hearing(Storms):
    """What reaches a case from outside."""

    def hear(self, desk: Desk, complaint: Complaint, now: datetime) -> Case:
        """Give a complaint its case: the author's open one, one closed lately, or a new one."""
        heard = Weighed(complaint.created_at, complaint.band, complaint.score, complaint.safety)
        known = self.case_of(desk, complaint.brand, complaint.author, complaint.created_at)
        if known is None:
            return self._open(desk, complaint, now)
        at = self.situation(desk, known, now)
        self.apply(desk, known, ownership.hear_again(known, heard, at), at)
        desk.attach(known.number, complaint.post)
        self.say_in_thread(desk, case_at(desk, known.ref), talk.POST, str(complaint.post), now)
        if not known.is_open and case_at(desk, known.ref).is_open:
            self._join_incident(desk, known.ref, now)
        elif known.is_open:
            self._join_while_open(desk, known.ref, now)
        return case_at(desk, known.ref)

    def _join_while_open(self, desk: Desk, ref: Ref, now: datetime) -> None:
        """C21: a case that was too old for an open incident joins it when it is heard of again. A
        member stays as it is: a storm that reached nobody may have let it go."""
        case = case_at(desk, ref)
        incident = desk.open_incident(case.brand, case.topic)
        if incident is None or incident.number == case.incident:
            return
        known = (
            None if case.incident is None else incident_at(desk, Ref(Incident.kind, case.incident))
        )
        if known is None or not known.is_open or incident.level is Level.STORM:
            self.link(desk, case, incident, now)

    def _join_incident(self, desk: Desk, ref: Ref, now: datetime) -> None:
        """A case that was opened again belongs to the open incident, like a new one."""
        case = case_at(desk, ref)
        incident = desk.open_incident(case.brand, case.topic)
        if incident is not None:
            self.link(desk, case, incident, now)

    def case_of(self, desk: Desk, brand: str, author: int, complained_at: datetime) -> Case | None:
        """The case that a complaint joins: the author's open one, else one closed lately."""
        known = desk.open_case(brand, author)
        if known is not None:
            return known
        closed = desk.last_closed_case(brand, author)
        return closed if closed and ownership.may_reopen(closed, complained_at) else None

    def weighed_again(self, desk: Desk, case: Case, weighed: Weighed, now: datetime) -> None:
        """C26: a post of the case has other words now, or goes further or faster. It is weighed
        again, not counted again."""
        at = self.situation(desk, case, now)
        self.apply(desk, case, ownership.rescore(case, weighed, at), at)

    def _open(self, desk: Desk, complaint: Complaint, now: datetime) -> Case:
        incident = desk.open_incident(complaint.brand, complaint.topic)
        storm = incident is not None and incident.level is Level.STORM and not complaint.safety
        case = Case(
            number=desk.next_number(Case.kind),
            brand=complaint.brand,
            team=complaint.team,
            topic=complaint.topic,
            band=complaint.band,
            score=complaint.score,
            safety=complaint.safety,
            author=complaint.author,
            owner=self.rules.settings.fallback_executive,
            opened_at=now,
            complained_at=complaint.created_at,
            incident=incident.number if incident else None,
            inhibited_by=incident.number if incident and storm else None,
        )
        at = self.opening(desk, now)
        opened = ownership.open_case(case, at, complaint.to)
        self.apply(desk, None, replace(opened, actor=complaint.by, via=complaint.via), at)
        desk.attach(case.number, complaint.post)
        self._suspect_flood(desk, complaint, now)
        return case_at(desk, case.ref)

    def _suspect_flood(self, desk: Desk, complaint: Complaint, now: datetime) -> None:
        """S1: very many cases on one topic, or pages for the whole house, have one cause."""
        since = now - FLOOD_WINDOW
        topic = complaint.topic
        cases = desk.cases_opened(complaint.brand, topic, since) if topic else 0
        pages = desk.pages_sent(since)
        if cases < FLOOD_CASES and pages <= FLOOD_PAGES:
            return
        if desk.open_incident(complaint.brand, topic) is not None:
            return
        reason = f"{cases} cases on one topic" if cases >= FLOOD_CASES else f"{pages} pages"
        spike = Spike(
            storm=False,
            people=cases,
            posts=cases,
            minutes=10,
            usual=0.0,
            sentence=f"{reason} in 10 min",
        )
        self.spike(desk, complaint.brand, topic if cases >= FLOOD_CASES else None, spike, now)

    def brand_replied(self, desk: Desk, case: Case, replied_at: datetime, now: datetime) -> None:
        """Our own account answered in the case's thread."""
        at = self.situation(desk, case, now)
        self.apply(desk, case, replies.brand_reply(case, replied_at, at), at)

    def reply_deleted(self, desk: Desk, case: Case, now: datetime) -> None:
        """Our own reply is gone from the platform."""
        at = self.situation(desk, case, now)
        self.apply(desk, case, replies.reply_deleted(case, at), at)

    def post_deleted(self, desk: Desk, case: Case, posts_left: int, now: datetime) -> None:
        """The author deleted a post of the case; what is left is counted by the caller."""
        at = self.situation(desk, case, now)
        self.apply(desk, case, ownership.withdrawn(case, posts_left, at), at)
