"""What a message about a private matter says, by where it goes."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from config import Settings
from config.guidance import GuidanceRefused, read_guidance
from config.privacy import private_contacts
from escalation import confidence, encode, notices, private
from escalation.alert import how_to
from escalation.alert_views import Reader, clock
from escalation.decision import LADDER_PAGE, TimerKind
from escalation.desk import Outgoing
from escalation.subject import Matter
from tocsin.store import Unit
from tocsin.store.parcels import Queued
from tocsin.views import Views

Said = tuple[str, tuple[str, ...]]  # headline and lines


@dataclass(frozen=True, slots=True)
class Confided:
    """Puts private matters into words."""

    settings: Settings
    views: Views

    def said(
        self, desk: Unit, matter: Matter, queued: Queued, reader: Reader, now: datetime
    ) -> Said:
        """Headline and lines; where others may read along, only that something waits."""
        message = queued.message
        if message.what == private.WAITING:
            return self._together(desk, message, reader)
        if message.what != LADDER_PAGE:
            text = notices.sentence(message.what, self.views.shown(message.about))
            return confidence.DISCREET_HEADLINE, (text,)
        if not matter.is_open:
            return confidence.DISCREET_HEADLINE, ("It is closed",)
        due = desk.dues(matter.ref).get(TimerKind.ACK)
        follows = f"{self.views.shown(matter.owner)} has it"
        if due is not None:
            follows = f"Next: acknowledge by {clock(due, reader, now)}, else the next is asked"
        how = how_to(f"tocsin private ack {matter.number}", reader)
        if not self._is_private(message):
            lines = confidence.discreet_lines(follows=follows, how=how)
            return confidence.DISCREET_HEADLINE, lines
        posts = desk.private_posts(matter.number)
        return confidence.HEADLINE, confidence.page_lines(
            url=encode.one_line(posts[-1]["url"]) if posts else "",
            number=matter.number,
            others=self._others(matter, posts, reader),
            follows=follows,
            how=how,
            guidance=guidance_of(self.settings),
        )

    def _together(self, desk: Unit, message: Outgoing, reader: Reader) -> Said:
        """Of several that wait for one person."""
        waiting = desk.matters_waiting(message.person or "")
        how = how_to("tocsin private list", reader)
        if not self._is_private(message):
            return f"{waiting} things wait for you alone", (how,)
        first = desk.matters_to_pass_on(message.person or "")
        others = (confidence.several_line(first),) if first else ()
        return f"{waiting} private matters wait for you", (confidence.SEVERAL, *others, how)

    def _others(self, matter: Matter, posts: Sequence[Row], reader: Reader) -> str:
        kinds = kinds_of_others(posts)
        who = shlex.quote(reader.name or "YOUR-NAME")
        return kinds and confidence.others_line(kinds, matter.number, matter.passed_on, who)

    def _is_private(self, message: Outgoing) -> bool:
        mine = private_contacts(self.settings, message.person or "")
        return (message.channel, message.to) in {(one.channel, one.to) for one in mine}


def kinds_of_others(posts: Sequence[Row]) -> str:
    """The other kinds of danger that the posts of a matter tell of; "" where they tell none."""
    return ", ".join(dict.fromkeys(post["others"] for post in posts if post["others"]))


def guidance_of(settings: Settings) -> tuple[str, ...]:
    """The user's own guidance; nothing where its file has gone since it was checked, for the page
    matters more."""
    if settings.safety.guidance is None:
        return ()
    try:
        return read_guidance(settings.safety.guidance)
    except GuidanceRefused:
        return ()
