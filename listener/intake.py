"""Intake: from what a collector saw to what the rest of the house is told. Decides, keeps nothing.

It asks a `Shelf` (the store, inside a transaction) whether a post is new, hands it there with what
was thought of it, and returns what follows: complaints, replies of ours, deletions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from listener.assess import Assessment, Assessor
from listener.complaint import Verdict
from listener.crowd import NO_NOISE, Noise
from listener.mention import Engagement, Kind, Observation, Post
from listener.safety import Tripwires

CLOCK_SKEW = timedelta(minutes=10)  # a post dated further ahead than this is taken as of now
PRIVATE_LOOK_BACK = timedelta(days=7)  # a sign from before the first start is heeded so long
UNHAPPY_VALENCE = -0.3  # an unsure post this negative counts as an unhappy voice


class Standing(StrEnum):
    """What the shelf knew of a post before."""

    NEW = "new"
    EDITED = "edited"  # known, with other words now
    KNOWN = "known"  # nothing to do but take its newer counts
    GONE = "gone"  # deleted or forgotten before: it does not come back
    DELETED = "deleted"  # it was there, and has just been erased
    UNKNOWN = "unknown"  # a deletion of something never kept


@dataclass(frozen=True, slots=True)
class Kept:
    """A post as the shelf has it: our own ids for it and its author."""

    standing: Standing
    post: int = 0
    author: int = 0


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of a brand, new or edited, with what was thought of it.

    backfill  older than the source's first start: it pages nobody and trips no alarm.
    """

    kept: Kept
    post: Post
    assessment: Assessment
    created_at: datetime
    seen_at: datetime
    backfill: bool
    noise: Noise = NO_NOISE

    @property
    def tree(self) -> str | None:
        """What its words stem from: the repost's root, the first post with them, or nothing."""
        if self.post.repost_of is not None or self.noise.copy_of is None:
            return self.post.repost_of
        return f"copy of {self.noise.copy_of}"

    @property
    def is_edit(self) -> bool:
        """The post was known, and has other words now."""
        return self.kept.standing is Standing.EDITED

    @property
    def is_complaint(self) -> bool:
        """Is it to have a case: a complaint, or a matter of safety, whatever else it says?"""
        if self.backfill:
            return False
        verdict = self.assessment.judgement.verdict
        return verdict is Verdict.COMPLAINT or self.assessment.severity.safety

    @property
    def is_unhappy(self) -> bool:
        """Counts as an unhappy voice for the spread measure."""
        verdict = self.assessment.judgement.verdict
        doubtful = verdict is Verdict.UNSURE and self.assessment.scored
        return verdict is Verdict.COMPLAINT or (
            doubtful and self.assessment.valence <= UNHAPPY_VALENCE
        )


@dataclass(frozen=True, slots=True)
class Gone:
    """A post was deleted on its platform and has been erased here; by_moderator: as its platform
    tells, not by its author."""

    post: int
    own: bool
    by_moderator: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """There are newer counts of how far a known post has gone."""

    post: int


@dataclass(frozen=True, slots=True)
class Reworded:
    """A known post was edited, and names no brand any more: its words are those of now."""

    post: int


@dataclass(frozen=True, slots=True)
class Private:
    """A sign of self-harm was kept where one named person alone sees it.

    post    our own id of it there.
    erased  the post by that id had been kept openly, as a mention, and has been erased: it has
            become private by an edit.
    edited  it was private before, and has other words now.
    """

    post: int
    erased: int | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """What is kept beside a private post: of which brand and by which source it was heard, and
    the kinds of other dangers that it tells."""

    brand: str
    source: str
    others: tuple[str, ...] = ()


Result = Mention | Gone | Counted | Reworded | Private


class Shelf(Protocol):
    """What intake needs of the store, inside one transaction."""

    def keep_post(self, observation: Observation, source: str) -> Kept:
        """Store a post, its counts or its deletion, and say what was known of it."""

    def knows(self, post: Post) -> bool:
        """Is the post kept, by any of its ids?"""

    def keep_mention(self, kept: Kept, assessment: Assessment, at: datetime) -> bool:
        """Store a judgement of a post about a brand; True where the mention is new."""

    def roll_up(self, mention: Mention, source: str) -> None:
        """Add a new mention to the hourly and weekly sums."""

    def tally(self, reason: str, at: datetime, n: int = 1) -> None:
        """Count something that was dropped, cut or refused."""

    def is_private(self, post: Post) -> bool | None:
        """Is the post kept privately? False: it was, and a person found no such sign in these
        words."""

    def is_echo(self, post: Post) -> bool:
        """Is a repost nobody's own words: those of its root, or of a root that is not known?"""

    def keep_private(self, observation: Observation, sign: Sign) -> Private | None:
        """Keep a post where one person alone sees it, and nowhere else; None: it is nothing new."""

    def erase_private(self, post: Post, at: datetime) -> None:
        """Erase the words and the author of a post that was kept privately."""

    def was_own(self, post: int) -> bool:
        """Was the post written by one of our own accounts?"""


class Intake:
    """Takes observations in, one at a time."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor

    def judge_with(self, assessor: Assessor) -> None:
        """Judge with another assessor from the next observation on."""
        self._assessor = assessor

    @property
    def tripwires(self) -> Tripwires:
        """What is taken for a danger just now."""
        return self._assessor.tripwires

    def take(
        self,
        shelf: Shelf,
        observation: Observation,
        source: str,
        now: datetime,
        *,
        openly: bool = False,
    ) -> Sequence[Result]:
        """Store one observation; return a Mention for each brand it is news of, a Gone, or that
        it has been Counted anew.

        A post that names no brand is not kept. An edit is judged again. A sign of self-harm is kept
        privately and is no mention; what was private once stays so, whatever an edit says.

        openly  a person has looked at it and found no such sign in its words.
        """
        was_private = shelf.is_private(observation.post)
        if observation.kind in (Kind.DELETE, Kind.COUNTS):
            if was_private:
                if observation.kind is Kind.DELETE:
                    shelf.erase_private(observation.post, now)
                return ()
            return self._follow_up(shelf, observation, source)
        openly = openly or was_private is False
        assessments = self._assessor.assess(observation.post, openly=openly)
        if not assessments and not was_private:
            return self._unnamed(shelf, observation, source, now)
        if was_private or any(_is_private(one) for one in assessments):
            return self._confide(shelf, observation, _sign(assessments, source), now)
        kept = shelf.keep_post(observation, source)
        if kept.standing is Standing.KNOWN:
            return _counted(kept, observation)
        if kept.standing not in (Standing.NEW, Standing.EDITED):
            return ()
        created = min(observation.post.created_at, observation.seen_at + CLOCK_SKEW)
        mentions = []
        for assessment in assessments:
            one = Mention(
                kept,
                observation.post,
                assessment,
                created,
                observation.seen_at,
                observation.backfill,
            )
            if shelf.keep_mention(kept, assessment, now):
                shelf.roll_up(one, source)
            mentions.append(one)
        return mentions

    def _unnamed(
        self, shelf: Shelf, observation: Observation, source: str, now: datetime
    ) -> Sequence[Result]:
        """A post that names no brand is not kept, but one that did is honoured as it is now."""
        if not shelf.knows(observation.post):
            shelf.tally(self._assessor.why_unnamed(observation.post), now)
            return ()
        kept = shelf.keep_post(observation, source)
        if kept.standing is Standing.EDITED:
            return (Reworded(kept.post),)
        return _counted(kept, observation) if kept.standing is Standing.KNOWN else ()

    def again(self, post: Post, brand: str, *, openly: bool = False) -> Assessment | None:
        """Judge a kept post once more as it was judged; None where it names the brand no longer."""
        found = self._assessor.assess(post, openly=openly)
        return next((one for one in found if one.brand == brand), None)

    def _confide(
        self, shelf: Shelf, observation: Observation, sign: Sign, now: datetime
    ) -> Sequence[Result]:
        """Nothing of it is counted or tallied: not even that there was one."""
        post = observation.post
        too_old = now - post.created_at > PRIVATE_LOOK_BACK
        if (observation.backfill and too_old) or (
            post.repost_of is not None and shelf.is_echo(post)
        ):
            return ()
        kept = shelf.keep_private(observation, sign)
        return () if kept is None else (kept,)

    def _follow_up(self, shelf: Shelf, observation: Observation, source: str) -> Sequence[Result]:
        kept = shelf.keep_post(observation, source)
        if kept.standing is Standing.KNOWN:
            return _counted(kept, observation)
        if kept.standing is not Standing.DELETED:
            return ()
        return (Gone(kept.post, shelf.was_own(kept.post), observation.by_moderator),)


def _sign(assessments: Sequence[Assessment], source: str) -> Sign:
    if not assessments:
        return Sign("", source)
    return Sign(assessments[0].brand, source, assessments[0].severity.others)


def _is_private(assessment: Assessment) -> bool:
    return assessment.private and not assessment.own


def _counted(kept: Kept, observation: Observation) -> Sequence[Result]:
    """A known post that is seen again is news only where its counts are said."""
    return () if observation.post.engagement == Engagement() else (Counted(kept.post),)
