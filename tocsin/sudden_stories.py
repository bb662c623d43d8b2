"""What an incident is about, by the words that are sudden in its window: kept as a story."""

from array import array
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalation.subject import Incident
from listener.sudden_words import MOST_POSTS, Spoken, Sudden, keys_of, sudden
from tocsin.store import Unit
from tocsin.store.times import ms

BEFORE = timedelta(days=8)  # that a window is held against …
MOST_BEFORE = 5_000  # … the newest posts of them; some tenths of a second when a storm begins
CLEARLY_MORE = 1.5  # times the people, for an incident to be about something else than before
INSIDE = 0.5  # of a story's posts: it is a part of what the window tells, or that is part of it
TWICE = 2  # times the people it was named by, for a name to be looked for anew


@dataclass(slots=True)
class _Heard:
    """A brand's unhappy posts of the last days: when they were written, and their hashes."""

    newest: int = 0
    posts: "OrderedDict[int, tuple[int, array[int]]]" = field(default_factory=OrderedDict)


class SuddenStories:
    """Holds an incident's window against the days before. What it remembers are hashes, read from
    the store when a brand's first storm begins."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}
        self._named_by: dict[int, int] = {}  # people, by the stories that were named here

    def forget(self) -> None:
        """What was heard may have been undone."""
        self._heard.clear()
        self._named_by.clear()

    def named(self, story: int) -> bool:
        """Whether a story has its name from here."""
        return story in self._named_by

    def look(
        self, desk: Unit, brand: str, incident: Incident, own: frozenset[int], now: datetime
    ) -> Sudden | None:
        """What the incident's window tells. What was said before it began is the usual; its own
        earlier hours are not, however long it lasts."""
        heard, lasting = self._up_to_date(desk, brand, now), timedelta(minutes=incident.minutes)
        begun = ms(min(now, incident.opened_at) - lasting)
        before = [keys for at, keys in heard.posts.values() if at < begun]
        rows = desk.unhappy_words(brand, now - lasting, 0, MOST_POSTS)
        window = [Spoken(row["post"], row["author"], row["text"]) for row in reversed(rows)]
        return sudden(window, before, own)

    def keep(
        self, desk: Unit, brand: str, found: Sudden, known: int | None, since: datetime
    ) -> tuple[int, tuple[int, ...]] | None:
        """Put the posts in the story that they tell: the incident's (`known`) where it has any of
        them, else one that has most of them, else a new one.

        The story's number, and those of stories that became part of it. None: the incident's story
        has none of the posts, and about as many people.
        """
        told = desk.stories_of(brand, found.posts)
        into = _same(found, Counter(told.values()), known)
        if into is None:
            if known and found.people < CLEARLY_MORE * desk.people_of_story(known, since):
                return None
            into = desk.begin_story(brand)
        parts = tuple(one for one in _parts(desk, told) if one != into)
        for part in parts:
            desk.unite_stories(part, into)
            self._named_by.pop(part, None)
        for post in found.posts:
            if told.get(post, into) == into:
                desk.put_in_story(post, brand, into)
        return into, parts

    def name(self, desk: Unit, story: int, found: Sudden) -> bool:
        """Name a story that has no name, or many more people than when it was named here. False:
        it is called as before."""
        kept = desk.story(story)
        known_by = self._named_by.get(story)
        grown = known_by is not None and found.people >= TWICE * known_by
        if kept is None or not found.name or (kept.name and not grown):
            return False
        self._named_by[story] = found.people
        desk.name_story(story, found.name)
        return kept.name != found.name

    def _up_to_date(self, desk: Unit, brand: str, now: datetime) -> _Heard:
        heard = self._heard.setdefault(brand, _Heard())
        for row in reversed(desk.unhappy_words(brand, now - BEFORE, heard.newest, MOST_BEFORE)):
            heard.posts[row["post"]] = (row["at"], keys_of(row["text"]))
            heard.newest = row["post"]
        while len(heard.posts) > MOST_BEFORE:
            heard.posts.popitem(last=False)
        return heard


def _same(found: Sudden, told: Counter[int], known: int | None) -> int | None:
    """The story that a window's posts tell already."""
    if known is not None:
        return known if told[known] else None
    most = told.most_common(1)
    return most[0][0] if most and most[0][1] >= INSIDE * len(found.posts) else None


def _parts(desk: Unit, told: dict[int, int]) -> Sequence[int]:
    """The stories of which most posts are among these."""
    parts = []
    for story, posts in Counter(told.values()).items():
        kept = desk.story(story)
        if kept is not None and posts > INSIDE * kept.posts:
            parts.append(story)
    return parts
