"""A danger to others that a private matter tells of, passed on by its person: in their own words.

What they say becomes a case of its own, with an owner, a ladder and a clock. Nothing leads from it
to the matter: no word of the post, no name, no link, and no sign of what else was written there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from typing import TYPE_CHECKING

from config import Band
from config.settings import Settings
from escalation.hearing import Complaint
from escalation.priority import SAFETY_FLOOR
from listener.folding import clean
from listener.intake import Standing
from listener.mention import Author, Kind, Observation, Post
from listener.ownwires import own_tripwires
from tocsin.labelling import is_private
from tocsin.store.labels import OURS

if TYPE_CHECKING:
    from tocsin.store import Unit
    from tocsin.wiring import House

IN_A_ROW = 5  # so many words of the post, one after another, find it again in a search
SHORTEST_NAME = 3  # letters; what is shorter stands in many words
_WORD = re.compile(r"\w+")


class PassingRefused(ValueError):
    """It is not passed on; the text says why and what to do, and repeats nothing of the post."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What one of a matter's people tells others. `to`: a team, or a person of ours."""

    by: str
    to: str
    what: str
    via: str = ""


def pass_on(house: "House", desk: "Unit", matter: int, passed: Passed, now: datetime) -> int:
    """Make what was said a case of safety, and return its number; in one transaction.

    Raises PassingRefused where it may not be passed on so; then the transaction is to be undone.
    """
    settings = house.settings
    why = house.engine.pass_on(desk, matter, passed.by, passed.via, now)
    if why is not None:
        raise PassingRefused(why)
    posts = desk.private_posts(matter)
    seen = _written(desk, matter, passed, _shown(settings, passed.by), now)
    _must_be_their_own(seen.post, posts, settings)
    team, person = _meant(house, passed.to, now)
    known = [brand.name for brand in settings.brands]
    brand = next((post["brand"] for post in posts if post["brand"] in known), known[0])
    kept = desk.keep_post(seen, OURS)
    if kept.standing is not Standing.NEW:
        raise PassingRefused(f"{passed.to} was told so already; say what is new")
    complaint = Complaint(
        post=kept.post,
        author=kept.author,
        brand=brand,
        team=team,
        topic=None,
        band=Band.P1,
        score=SAFETY_FLOOR,
        safety=True,
        created_at=now,
        by=passed.by,
        via=passed.via,
        to=person,
    )
    return house.engine.hear(desk, complaint, now).number


def _written(desk: "Unit", matter: int, passed: Passed, by: str, now: datetime) -> Observation:
    """What was said as a post of ours; the same words to the same people are the same one."""
    name = desk.keyed_hash("passed_on", str(matter), passed.to, passed.what).hex()[:32]
    author = Author(name, "", by)
    return Observation(Kind.POST, Post(OURS, name, passed.what, now, author), now)


def _shown(settings: Settings, name: str) -> str:
    return next((one.shown_name for one in settings.people if one.name == name), name)


def _meant(house: "House", to: str, now: datetime) -> tuple[str, str | None]:
    """The team that handles it, and the person who owns it first, where one is named."""
    teams, people = house.settings.teams, [one.name for one in house.settings.people]
    if to in {team.name for team in teams}:
        return to, None
    if to not in people:
        known = ", ".join((*(team.name for team in teams), *people))
        raise PassingRefused(f'there is no team and nobody called "{to}". Known: {known}')
    if not house.engine.rules.is_active(to, now):
        raise PassingRefused(f"{to} is not there; name somebody who is, or a team")
    theirs = (one.name for one in teams if to in (*one.members, one.lead, one.head))
    return next(theirs, house.settings.triage_team.name), to


def _must_be_their_own(told: Post, posts: Sequence[Row], settings: Settings) -> None:
    """Neither the post nor its author may be known by what is passed on, nor the sign in it."""
    said, words = clean(told.text)[0].casefold(), _runs(told.text)
    if any(_is_in(name, said) for post in posts for name in _names(post)):
        raise PassingRefused(
            "it names who wrote the post, or the post. Say what others must know, without it"
        )
    if any(words & _runs(f"{post['title']} {post['text']}") for post in posts):
        raise PassingRefused(
            f"{IN_A_ROW} words of it in a row are the post's. Say it in words of your own"
        )
    if is_private(told, own_tripwires(settings.safety.tripwires)):
        raise PassingRefused(
            "it tells what its author may do to themselves. Say only what may happen to others"
        )


def _names(post: Row) -> Iterator[str]:
    """By what a post or its author can be found."""
    kept = (post["handle"].removeprefix("@"), post["name"], post["author_id"])
    for name in (*kept, post["native_id"], post["url"]):
        if len(name) >= SHORTEST_NAME:
            yield name.casefold()


def _is_in(name: str, said: str) -> bool:
    """Does a name stand there as a word, not as a part of one?"""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(clean(text)[0].casefold())
    return frozenset(zip(*(words[start:] for start in range(IN_A_ROW)), strict=False))
