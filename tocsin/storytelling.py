"""Which complaints have one cause: heard as they come, kept beside the posts, and named."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config import Brand, Settings
from escalation.subject import Incident
from listener.intake import Mention
from listener.stories import Changes, Stories
from listener.sudden_words import own_keys
from tocsin.store import Unit
from tocsin.sudden_stories import CLEARLY_MORE, SuddenStories

REMEMBERED = timedelta(days=8)  # read again after a start …
MOST_REMEMBERED = 5_000  # … the newest of them; some tenths of a second
LEAST_PEOPLE = 3  # who tell it, for an incident to be called by it …
LEAST_SHARE = 0.25  # … and of the people that the incident counts
WELL_COVERED = 0.5  # of these; where fewer tell a story, the window's sudden words are looked at


@dataclass(slots=True)
class _Measured:
    """The measure of a brand, and what its stories' numbers are in the store."""

    measure: Stories
    numbers: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


class Storytelling:
    """Follows the stories of all brands. Its memory is of the last days, read from the store anew
    after a start, and where a transaction is undone."""

    def __init__(self, settings: Settings) -> None:
        self._own = {brand.name: _own_names(brand) for brand in settings.brands}
        self._own_keys = {brand: own_keys(names) for brand, names in self._own.items()}
        self._brands: dict[str, _Measured] = {}
        self._sudden = SuddenStories()

    def forget(self) -> None:
        """What was heard may have been undone."""
        self._brands.clear()
        self._sudden.forget()

    def hear(self, desk: Unit, mention: Mention, now: datetime) -> None:
        """A mention: an unhappy one tells a story, a repost of whatever kind passes it on, and an
        edit stays where it was."""
        brand, post = mention.assessment.brand, mention.kept.post
        if mention.is_edit or not (mention.is_unhappy or mention.post.repost_of):
            return
        measured = self._brands.get(brand)
        if measured is None:
            measured = self._brands[brand] = self._remembered(desk, brand, post, now)
        said = desk.said_in(post, brand)
        if said is not None:
            self._look_at_doubtful(desk, brand)
            measured.measure.hear(said, now.timestamp())
            self._keep(desk, brand, measured, measured.measure.changes())

    def about(self, desk: Unit, brand: str, incident: Incident, now: datetime) -> None:
        """Note what an incident is about: the story that most of its people tell, where it is a
        good part of them; else what its window's sudden words tell, and goes on to tell."""
        self._look_at_doubtful(desk, brand)
        since = now - timedelta(minutes=incident.minutes)
        told = desk.story_of_incident(incident.number)
        known = told.number if told else None
        if not self._is_covered(desk, brand, incident, since):
            known = self._by_sudden_words(desk, brand, incident, known, now) or known
        main = desk.main_story(brand, since)
        if main is None or main[1] < _least(incident):
            return
        if known and known != main[0] and not _clearly_more(desk, main[1], known, since):
            return
        if desk.tell_story(incident.number, main[0]):
            desk.freshen_cards(incident.ref, now)

    def _is_covered(self, desk: Unit, brand: str, incident: Incident, since: datetime) -> bool:
        """Whether a story that goes on by itself is told by enough of the incident's people."""
        main, measured = desk.main_story(brand, since), self._brands.get(brand)
        if main is None or main[1] < WELL_COVERED * incident.people:
            return False
        goes_on = measured is not None and main[0] in measured.numbers.values()
        return goes_on and not self._sudden.named(main[0])

    def _by_sudden_words(
        self, desk: Unit, brand: str, incident: Incident, known: int | None, now: datetime
    ) -> int | None:
        """The story that the window's sudden words tell, told to the incident; None: they tell
        none, or one of too few people."""
        own = self._own_keys.get(brand, frozenset())
        found = self._sudden.look(desk, brand, incident, own, now)
        if found is None or found.people < _least(incident):
            return None
        since = now - timedelta(minutes=incident.minutes)
        kept = self._sudden.keep(desk, brand, found, known, since)
        if kept is None:
            return None
        story, parts = kept
        self._renumber(brand, parts, story)
        named = self._sudden.name(desk, story, found)
        if desk.tell_story(incident.number, story) or named:
            desk.freshen_cards(incident.ref, now)
        return story

    def _renumber(self, brand: str, parts: tuple[int, ...], into: int) -> None:
        """What became part of another story goes on as that one."""
        measured = self._brands.get(brand)
        if measured is None or not parts:
            return
        for number, kept in measured.numbers.items():
            if kept in parts:
                measured.numbers[number] = into

    def _remembered(self, desk: Unit, brand: str, before: int, now: datetime) -> _Measured:
        """The measure as it was: what is still kept is heard again, and finds its numbers."""
        measured = _Measured(Stories(self._own.get(brand, ())))
        since = now - REMEMBERED
        for said in desk.heard_for_stories(brand, since, before, MOST_REMEMBERED):
            measured.measure.hear(said)
        changes = measured.measure.changes()
        known = desk.stories_of(brand, (post for post, _ in changes.joined))
        for post, number in reversed(changes.joined):  # the first that told it decides
            now_called = measured.measure.now_called(number)
            if post in known and now_called is not None:
                measured.numbers[now_called] = known[post]
        return measured

    def _keep(self, desk: Unit, brand: str, measured: _Measured, changes: Changes) -> None:
        numbers = measured.numbers
        for gone, into in changes.merged:
            if gone in numbers and into in numbers and numbers[gone] != numbers[into]:
                self._unite(desk, measured, numbers[gone], numbers[into])
            if gone in numbers:
                numbers.setdefault(into, numbers.pop(gone))
        for post, number in changes.joined:
            now_called = measured.measure.now_called(number)
            if now_called is None:
                continue
            if now_called not in numbers:
                numbers[now_called] = desk.begin_story(brand)
            desk.put_in_story(post, brand, numbers[now_called])
        touched = {measured.measure.now_called(number) for _, number in changes.joined}
        for number in sorted(one for one in touched if one is not None):
            self._name(desk, measured, number)

    def _unite(self, desk: Unit, measured: _Measured, gone: int, into: int) -> None:
        """After a start two of the measure's stories may be one that is kept: both go along."""
        desk.unite_stories(gone, into)
        measured.numbers.update((n, into) for n, kept in measured.numbers.items() if kept == gone)
        measured.names.pop(into, None)

    def _name(self, desk: Unit, measured: _Measured, number: int) -> None:
        story, kept = measured.measure.story(number), measured.numbers[number]
        if self._sudden.named(kept):
            return
        if story is not None and story.name and measured.names.get(kept) != story.name:
            desk.name_story(kept, story.name)
            measured.names[kept] = story.name

    def _look_at_doubtful(self, desk: Unit, brand: str) -> None:
        """What is called by erased words is called so no more, here either."""
        measured = self._brands.get(brand)
        for kept in desk.doubtful_stories(brand):
            if measured is not None:
                words = desk.shared_words(kept)
                for number in (n for n, one in measured.numbers.items() if one == kept):
                    measured.measure.keep_words(number, words)
                measured.names.pop(kept, None)
            desk.not_doubtful(kept)


def _least(incident: Incident) -> float:
    """People who tell what an incident is about."""
    return max(LEAST_PEOPLE, LEAST_SHARE * incident.people)


def _clearly_more(desk: Unit, people: int, known: int, since: datetime) -> bool:
    """Whether so many tell another story that an incident is about that one now."""
    return people >= CLEARLY_MORE * desk.people_of_story(known, since)


def _own_names(brand: Brand) -> tuple[str, ...]:
    """What is particular to none of its stories."""
    own = (one for ids in (*brand.accounts.values(), *brand.bots.values()) for one in ids)
    return (brand.name, *brand.all_terms, *own)
