"""What is private reaches its one person: signs of self-harm find or open their matter."""

from abc import abstractmethod
from datetime import datetime, timedelta

from config import Band
from config.privacy import discreet_contacts
from escalation import closing, private
from escalation.decision import ENGINE
from escalation.desk import Desk
from escalation.hearing import Hearing
from escalation.subject import Case, Matter, Ref


class Confiding(Hearing):
    """What is heard and is nobody else's to see."""

    def confide(self, desk: Desk, post: int, now: datetime, *, edited: bool = False) -> Matter:
        """A post that was kept privately asks its person; `post`: our own id of it there. `edited`:
        it asked before, and has other words now."""
        known = desk.open_matter(post)
        if known is None:
            matter = self._matter(desk, now)
            at = self.opening(desk, now)
            self.apply(desk, None, private.begin(matter, at), at)
            desk.confided(post, matter.number)
            self._wait_for_nobody(desk, now)
            self._are_many(desk, now)
            return matter
        at = self.situation(desk, known, now)
        desk.confided(post, known.number)
        heard = private.reworded if edited else private.heard_again
        self.apply(desk, known, heard(known, at), at)
        return known

    def pass_on(self, desk: Desk, number: int, by: str, via: str, now: datetime) -> str | None:
        """One of a matter's people tells others of a danger to them: that is entered. What they
        are told is heard as a complaint of its own. Returns None when done, else why not."""
        matter = desk.subject(Ref(Matter.kind, number))
        if not isinstance(matter, Matter):
            return f"there is no private matter {number}"
        at = self.situation(desk, matter, now)
        return self.apply(desk, matter, private.pass_on(matter, by, via, at), at)

    def _wait_for_nobody(self, desk: Desk, now: datetime) -> None:
        """Where nobody is there whom a page could reach, the house says that, and not of what."""
        people = self.rules.reached_alone(now)
        if not any(discreet_contacts(self.rules.settings, one) for one in people):
            self.fault(desk, "contacts", "nobody is there with an address of their own", now)

    def _are_many(self, desk: Desk, now: datetime) -> None:
        """So many at once have one cause, or somebody who wants them to hide something else."""
        many = desk.matters_opened(now - timedelta(hours=1)) >= private.UNUSUAL
        if many and desk.once(f"many private {now:%Y-%m-%dT%H}", now):
            self.fault(desk, "many", "unusually many private matters in an hour", now)

    @abstractmethod
    def fault(self, desk: Desk, about: str, detail: str, now: datetime) -> None:
        """Something of ours has failed."""

    def left(self, desk: Desk, case: Case, posts_left: int, now: datetime) -> None:
        """A post of the case is not ours to handle any more. Without another one the case is
        closed, and nobody is told more than that."""
        if case.is_open and posts_left == 0:
            at = self.situation(desk, case, now)
            self.apply(desk, case, closing.close(case, ENGINE, "withdrawn", at), at)

    def _matter(self, desk: Desk, now: datetime) -> Matter:
        settings = self.rules.settings
        return Matter(
            number=desk.next_number(Matter.kind),
            brand="",
            team=settings.triage_team.name,
            topic=None,
            band=Band.P1,
            safety=True,
            owner=settings.fallback_executive,
            opened_at=now,
        )
