"""What is private reaches its one person: signs of self-harm find or open their matter."""

from datetime import datetime

from config import Band
from escalation import private
from escalation.desk import Desk
from escalation.hearing import Hearing
from escalation.subject import Matter


class Confiding(Hearing):
    """What is heard and is nobody else's to see."""

    def confide(self, desk: Desk, post: int, now: datetime) -> Matter:
        """A post that was kept privately asks its person; `post`: our own id of it there."""
        known = desk.open_matter(post)
        if known is None:
            matter = self._matter(desk, now)
            at = self.opening(desk, now)
            self.apply(desk, None, private.begin(matter, at), at)
            desk.confided(post, matter.number)
            return matter
        at = self.situation(desk, known, now)
        desk.confided(post, known.number)
        self.apply(desk, known, private.heard_again(known, at), at)
        return known

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
