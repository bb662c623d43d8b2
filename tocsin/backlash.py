"""The backlash watch: when a case's thread and story are watched, and what is told of it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from config import Settings
from escalation.engine import Engine
from escalation.incidents import Spike
from escalation.subject import Case, Level, Ref
from listener import backlash
from listener.backlash import ACCUSED, REPLIED, SILENCING, UNANSWERED, WATCHED_FOR
from listener.duplicates import Near
from listener.intake import Mention
from listener.mention import ANONYMOUS
from tocsin.speaker import spoken
from tocsin.store import Unit
from tocsin.store.backlashes import Watched

LOOKED_EVERY = timedelta(minutes=1)  # for complaints that have waited too long
RENEWED_EVERY = timedelta(hours=1)  # what was watched and is over leaves the memory


class Retold:
    """The words of what is watched of one brand, to know them when they are told again.

    In memory only, and read from the posts that are still there: of an erased post nothing stays.
    """

    def __init__(self, desk: Unit, brand: str, at: datetime) -> None:
        self.known = desk.newest_watched(brand, at)
        self.until = at + RENEWED_EVERY
        self._near: Near[int] = Near(window=inf)
        self._watched: dict[int, set[int]] = defaultdict(set)  # by the first post of these words
        for watched, post, words in desk.watched_texts(brand, at):
            copy = self._near.seen(post, words, at.timestamp())
            self._watched[post if copy is None else copy.of].add(watched)

    def told_in(self, words: str) -> set[int]:
        """What is watched whose words these are, or nearly."""
        copy = self._near.like(words)
        return set() if copy is None else self._watched[copy.of]


class Watching:
    """Watches threads and stories. Used from one thread at a time, like the pipeline."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._retold: dict[str, Retold] = {}
        self._looked_at: datetime | None = None

    def forget(self) -> None:
        """What was read may have been undone, or erased."""
        self._retold.clear()
        self._looked_at = None

    def taken_away(self, desk: Unit, case: int, why: str, now: datetime) -> None:
        """Something of a case was taken away, or it is to be watched for another reason."""
        if desk.watch_backlash(case, why, now):
            desk.freshen_cards(Ref(Case.kind, case), now)

    def replied(self, desk: Unit, case: int, now: datetime) -> None:
        """We replied: what follows is counted alike, to be compared with."""
        desk.watch_backlash(case, REPLIED, now)

    def look(self, desk: Unit, now: datetime) -> None:
        """Begin to watch what was left unanswered for too long; once a minute at most."""
        if self._looked_at is not None and now - self._looked_at < LOOKED_EVERY:
            return
        desk.if_undone(self.forget)
        self._looked_at = now
        for brand in self._settings.brands:
            late = now - brand.backlash_after
            for case, waits in desk.left_unanswered(brand.name, late - WATCHED_FOR, late):
                if desk.watch_backlash(case, UNANSWERED, waits + brand.backlash_after):
                    desk.freshen_cards(Ref(Case.kind, case), now)
        desk.forget_threads(now)

    def hear(self, desk: Unit, mention: Mention, now: datetime) -> None:
        """Count a mention where it stands in a watched thread or says what is watched, and tell
        where it is news. A complaint has its case by now."""
        if mention.backfill or mention.post.platform == ANONYMOUS:
            return
        accuses = any(kind == SILENCING for kind, _ in mention.assessment.severity.dangers)
        if not mention.is_unhappy and not accuses:
            return
        found = self._found(desk, mention, now)
        told = {desk.watched(one).case for one in desk.count_backlash(found, mention.kept.post)}
        if accuses and mention.post.repost_of is None:
            accused = self._accused(desk, mention, now)
            told = told or accused
        for case in sorted(told):
            self._tell(desk, case, mention.kept.post, now, accuses=accuses)

    def _found(self, desk: Unit, mention: Mention, now: datetime) -> set[int]:
        post, brand, at = mention.post, mention.assessment.brand, mention.created_at
        if not desk.newest_watched(brand, at):
            return set()
        found = desk.watched_by_thread(post, brand, at)
        if mention.noise.copy_of is not None:
            found |= desk.watched_by_copy(mention.noise.copy_of, brand, at)
        if post.repost_of is None:
            retold = self._told_again(desk, brand, now)
            running = retold.told_in(f"{post.title} {post.text}".strip())
            found |= {one for one in running if _runs(desk.watched(one), at)}
        return found

    def _told_again(self, desk: Unit, brand: str, now: datetime) -> Retold:
        kept = self._retold.get(brand)
        if kept is None or kept.until <= now or kept.known != desk.newest_watched(brand, now):
            desk.if_undone(self.forget)
            kept = self._retold[brand] = Retold(desk, brand, now)
        return kept

    def _accused(self, desk: Unit, mention: Mention, now: datetime) -> set[int]:
        """The cases of one who says that they were silenced: watched from here on, once."""
        found = set()
        for case in desk.cases_of_post(mention.kept.post):
            known = desk.watched_of_case(case)
            if not any(_runs(one, now) and one.why == ACCUSED for one in known):
                since = min(mention.created_at, now)
                if desk.watch_backlash(case, ACCUSED, since):
                    desk.freshen_cards(Ref(Case.kind, case), now)
                found.add(case)
        return found

    # ------------------------------------------------------------------------------- telling
    def _tell(self, desk: Unit, case: int, post: int, now: datetime, *, accuses: bool) -> None:
        """Raise a watch where it is news: enough people, or one who speaks of being silenced."""
        running = [one for one in desk.watched_of_case(case) if _runs(one, now)]
        if not running:
            return
        heard = [(desk.backlash(one, now), one) for one in running]
        most, watched = max(heard, key=lambda pair: (pair[0].people, -pair[1].id))
        if not most.is_news and not accuses:
            return
        if self._is_storm(desk, watched.brand):
            return
        passed = now - watched.since
        first = most.people == 0
        said = (
            backlash.accusation(watched.brand, case)
            if first
            else backlash.sentence(watched.brand, case, watched.why, most, passed)
        )
        spike = Spike(
            storm=False,
            people=max(1, most.people),
            posts=max(1, most.posts),
            minutes=max(1, round(passed / timedelta(minutes=1))),
            usual=most.expected,
            sentence=said,
        )
        self._engine.spike(desk, watched.brand, None, spike, now)
        if most.is_news:
            desk.told_backlash(case, most.people)

    def _is_storm(self, desk: Unit, brand: str) -> bool:
        """A storm has its own figures, and somebody who sees to it."""
        known = desk.open_incident(brand, None)
        return known is not None and known.level is Level.STORM


def _runs(watched: Watched, at: datetime) -> bool:
    return watched.since <= at < watched.until


def rows(desk: Unit, case: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Each reason for which a case is or was watched, with what was heard, for a program."""
    for one in desk.watched_of_case(case):
        heard = desk.backlash(one, now)
        yield {
            "why": one.why,
            "since": one.since,
            "until": one.until,
            "posts": heard.posts,
            "people": heard.people,
            "accusing": heard.accusing,
        }


def lines(desk: Unit, case: int, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Why, until when, and what was heard, for each reason for which a case is watched now; then
    what there was where it is over."""
    for one in desk.watched_of_case(case):
        yield _line(desk, one, now, zone)


def _line(desk: Unit, one: Watched, now: datetime, zone: ZoneInfo) -> str:
    heard = desk.backlash(one, now)
    found = "nothing" if heard.posts == 0 else backlash.posts_by(heard)
    tense = "watched" if _runs(one, now) else "was watched"
    so_far = " so far" if _runs(one, now) else ""
    return (
        f"{tense} for backlash until {spoken(one.until, zone)}, because {backlash.WHY[one.why]}; "
        f"heard in its thread and its words{so_far}: {found}"
    )


def brief(desk: Unit, case: int, zone: ZoneInfo) -> Iterator[str]:
    """The same for a card, of the reason that lasts longest."""
    known = desk.watched_of_case(case)
    if known:
        last = max(known, key=lambda one: (one.until, one.id))
        why = backlash.WHY[last.why]
        yield f"watched for backlash until {spoken(last.until, zone)}, because {why}"
