"""Backlash: what is said after a brand took words away, or left a complaint unanswered. Pure.

A thread and the copies of a story are watched, never a person: here are counts, and no ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from config import spell_duration
from listener.storm import OVER_USUAL

# Ours, not measured: over this time most of a firestorm has passed (its words are remembered as
# long, `listener.duplicates.WINDOW`), and it spans a weekend on which nobody looks.
WATCHED_FOR = timedelta(hours=72)
# Ours: one who repeats it may be a friend, and two may quarrel; a third has heard of it elsewhere.
PEOPLE = 3
TOLD_AGAIN = 2  # times as many people as when it was last told
COMPARED = 10  # deletions, and replies, below which nothing is said of the difference

SILENCING = "silencing"  # the tripwires' kind: somebody says that they are deleted or blocked
REPLIED = "replied"  # counted alike to be compared with; it rings nothing
UNANSWERED, ACCUSED, REPLY_DELETED = "unanswered", "accused", "reply deleted"
REMOVED = "removed"
# Whatever took words away; the first three as `escalation.hiding.WHAT` names them.
TAKEN_AWAY = ("hid", "deleted", "blocked", REPLY_DELETED)
WHY: Mapping[str, str] = {
    "hid": "we hid something of it",
    "deleted": "we deleted something of it",
    "blocked": "we blocked somebody over it",
    REPLY_DELETED: "our reply was deleted",
    REMOVED: "a moderator of the place where it stood took it away",
    UNANSWERED: "it was left unanswered",
    ACCUSED: "its author says that somebody was silenced",
}


@dataclass(frozen=True, slots=True)
class Backlash:
    """What was heard of it so far, since it is watched.

    posts     new unhappy posts in its thread or in (nearly) its words, by anyone.
    people    distinct people other than whose complaint it is, machines left out.
    expected  people there in as long, as it was before.
    accusing  people among them whose words say that somebody was silenced.
    told      people when it was last told of; 0: it was not.
    """

    posts: int
    people: int
    expected: float = 0.0
    accusing: int = 0
    told: int = 0

    @property
    def is_news(self) -> bool:
        """Is it to be told: enough people, more than there would be anyway, twice the last time?"""
        enough = self.people >= PEOPLE and self.people >= OVER_USUAL * self.expected
        return enough and self.people >= TOLD_AGAIN * self.told


def sentence(brand: str, case: int, why: str, heard: Backlash, passed: timedelta) -> str:
    """The backlash in one sentence; every number in it was counted."""
    hours = spell_duration(max(timedelta(minutes=1), passed))
    reason = WHY.get(why, why)
    accusing = (
        f"; silenced themselves, they say: {heard.accusing} of them" if heard.accusing else ""
    )
    return (
        f"{brand}: backlash after {reason} (case {case}): {posts_by(heard)} in its thread or its "
        f"words within {hours}{accusing}"
    )


def accusation(brand: str, case: int) -> str:
    """That somebody says they were deleted or blocked, which is told at any volume."""
    return f"{brand}: somebody says that they were deleted or blocked (case {case})"


def posts_by(heard: Backlash) -> str:
    """So many posts by so many others."""
    posts = f"{heard.posts} post{'' if heard.posts == 1 else 's'}"
    others = "other person" if heard.people == 1 else "other people"
    return f"{posts} by {heard.people} {others}"
