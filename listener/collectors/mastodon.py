"""Mastodon: tag timelines, public timelines and, with a token, our own mentions.

One source is one instance, and hears what that instance knows. Read forward by `min_id`, so that
a burst is paged to its end. Source of the interface: docs.joinmastodon.org/methods/timelines,
.../statuses, .../notifications.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from importlib.util import find_spec

from config import Brand, MissingSecret, SourceSettings
from listener.asking import Asker
from listener.boundary import boundary
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Batch,
    Collector,
    Known,
    Refreshed,
    SourceError,
)
from listener.collectors.mastodon_asked import Settings, Timeline, tags_of, timelines_of
from listener.collectors.mastodon_door import Door
from listener.collectors.mastodon_events import subscriptions
from listener.collectors.mastodon_instance import Instance
from listener.collectors.mastodon_place import Place, begun, moved_on, place_of
from listener.collectors.mastodon_posts import (
    PLATFORM,
    Page,
    by_age,
    decode,
    local_id,
)
from listener.collectors.mastodon_stream import MastodonStream
from listener.facts import Facts, Gone, Proof
from listener.looking_back import read_back
from listener.looking_up import Lack, look_up, told
from listener.memory import Memory
from listener.mention import Observation, Post
from listener.rounds import Shown, marked
from listener.stream import open_stream
from listener.tools import Tools
from listener.turn import Turn
from listener.wire import at_the_word_of

PAGE = 40  # statuses; the most that a timeline gives
AT_ONCE = 20  # ids; DEFAULT_STATUSES_LIMIT of /api/v1/statuses
PAGES_ALONE = 100  # of rounds that take long; then every timeline is read, and they go on
MIN_SECONDS = 1.0  # less time than this is not worth a request

FACTS = Facts(
    platform=PLATFORM,
    title="Mastodon",
    keys="none where the instance shows its timelines to everyone; else an account's token",
    limits="300 requests in 5 minutes; what that instance knows; streaming with a token",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="the instance's rules; what is edited or deleted there is so here",
    unheard="Complaints on Mastodon are not heard: name an instance; most need no key.",
    proof=Proof.SIMULATED,
)


class MastodonSource:
    """Walks through an instance's timelines, one page a fetch."""

    at_once = AT_ONCE

    def __init__(
        self,
        settings: Settings,
        timelines: Sequence[Timeline],
        instance: Instance,
        keep: Callable[[Post], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """keep: of a public timeline, which posts are handed on."""
        self._settings = settings
        self._timelines = {timeline.key: timeline for timeline in timelines}
        self._instance = instance
        self._keep = keep
        self._clock = clock
        self._turn = Turn(settings.name, self._timelines)
        self._began: datetime | None = None  # the first fetch
        self._pages = 0  # in a row after which a round went on

    @property
    def is_walking(self) -> bool:
        """Whether a turn through the timelines is under way."""
        return self._turn.has_more

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read one page of the timeline whose turn it is; see `listener.collector.Collector`."""
        self._began = self._began or now
        self._instance.wait(now)
        key = self._turn.next(now)
        if key is None:
            return Batch(listings=())
        with self._turn.reading(key, now):
            timeline = self._timelines[key]
            memory = Memory.read(cursor, place_of)
            known = memory.places.get(timeline.key)
            place = begun(known, now, self._began, timeline.overlap, by_time=timeline.by_time)
            page = self._page(timeline, place, now, deadline)
            moved = moved_on(place, page, timeline.overlap, now, by_time=timeline.by_time)
            self._go_on(key, moved)
            kept = tuple(seen for seen in page.observations if self._keep(seen.post))
            return Batch(
                observations=marked(kept, place.first),
                cursor=memory.with_place(
                    timeline.key, moved, self._timelines, Place(self._began)
                ).text(),
                more=self._turn.has_more and not self._instance.rests,
                malformed=page.malformed,
                listings=(key,),
            )

    def _go_on(self, key: str, moved: Place) -> None:
        """Where a round has another page, have it read; after many of them, the others' as well."""
        self._pages = self._pages + 1 if moved.began else 0
        if self._pages and self._pages % PAGES_ALONE == 0:
            self._turn.all_again()
        elif moved.began:
            self._turn.again(key)

    @property
    def listings(self) -> tuple[str, ...]:
        """See `listener.collector.Listed`."""
        return self._turn.keys

    def rest(self, listing: str, until: datetime) -> None:
        """See `listener.collector.Listed`."""
        self._turn.rest(listing, until)

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """See `listener.collector.LooksBack`; each timeline is a listing, read by `max_id`."""
        ends = self._clock() + deadline

        def page(key: str, before: str | None) -> Shown:
            with boundary(self._settings.name, now):
                self._instance.wait(now)
                left = max(MIN_SECONDS, ends - self._clock())
                found = self._older(self._timelines[key], before, now, left)
            kept = tuple(seen for seen in found.observations if self._keep(seen.post))
            oldest = min((seen.post.created_at for seen in found.observations), default=None)
            return Shown(kept, oldest, min(found.ids, key=by_age, default=None), False, ())

        return read_back(cursor, list(self._timelines), page, since=since, now=now)

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`. What an instance leaves out of a list is asked for
        once more by itself: only a plain "not found" means that it is absent."""
        ends = self._clock() + deadline
        with boundary(self._settings.name, now):
            self._instance.wait(now)
            numbers = {number: post for post in posts if (number := self._number(post))}
            found = self._listed(list(numbers), now, ends) if numbers else {}
            lost = {number: post for number, post in numbers.items() if number not in found}
            try:
                alone = self._one_by_one(lost, now, ends) if lost else Refreshed()
            except SourceError:
                if not found:
                    raise
                alone = Refreshed()
        return told(posts, [*found.values(), *alone.observations], alone.absent)

    def close(self) -> None:
        """Nothing is kept open between requests; the wire is closed by whoever made it."""

    # ---------------------------------------------------------------------------- asking
    def _page(self, timeline: Timeline, place: Place, now: datetime, deadline: float) -> Page:
        asked = [*timeline.asked, ("limit", str(PAGE))]
        if place.after:
            asked.append(("min_id", place.after))
        items = self._instance.ask(timeline.path, asked, now, deadline)
        if timeline.notifications:
            return self._instance.mentions(items, now)
        return self._instance.read(items, now)

    def _older(
        self, timeline: Timeline, before: str | None, now: datetime, deadline: float
    ) -> Page:
        asked = [*timeline.asked, ("limit", str(PAGE))]
        if before:
            asked.append(("max_id", before))
        items = self._instance.ask(timeline.path, asked, now, deadline)
        return (
            self._instance.mentions(items, now)
            if timeline.notifications
            else self._instance.read(items, now)
        )

    # -------------------------------------------------------------------------- following
    def _number(self, post: Known) -> str | None:
        """The number under which this instance has a post; None: another one showed it."""
        prefix = local_id(self._settings.host, "")
        found = (alias.removeprefix(prefix) for alias in post.aliases if alias.startswith(prefix))
        return next(found, None)

    def _listed(self, numbers: Sequence[str], now: datetime, ends: float) -> dict[str, Observation]:
        """What the instance says of several posts at once, by their numbers there."""
        left = max(MIN_SECONDS, ends - self._clock())
        try:
            items = self._instance.ask(
                "/api/v1/statuses", [("id[]", n) for n in numbers], now, left
            )
        except BadRequest:
            return {}  # before Mastodon 4.3 there was no such list
        page = self._instance.read(items, now)
        return {
            seen.post.aliases[0].rpartition("/")[2]: seen
            for seen in page.observations
            if seen.post.aliases
        }

    def _one_by_one(self, lost: Mapping[str, Known], now: datetime, ends: float) -> Refreshed:
        numbers = {post.id: number for number, post in lost.items()}

        def look(post: Known, left: float) -> Observation | Lack | None:
            return (
                self._instance.one(numbers[post.id], now, left)
                if not self._instance.rests
                else None
            )

        left = ends - self._clock()
        return look_up(list(lost.values()), look, deadline=left, clock=self._clock)


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where the token is declared and missing."""
    from listener.matching import Matcher

    assert isinstance(settings, Settings)
    headers = {"User-Agent": tools.user_agent}
    if settings.token is not None:
        try:
            headers["Authorization"] = f"Bearer {tools.reveal(settings.token)}"
        except MissingSecret as error:
            raise AuthorisationLost(f'source "{settings.name}": {error}') from None
    matcher = Matcher(brands)
    own = {name for brand in brands for name in brand.accounts.get(PLATFORM, ())}

    def keep(post: Post) -> bool:
        ours = {post.author.id, post.author.handle} & own
        return bool(ours) or bool(matcher.match(post))

    asker = Asker(settings.name, tools.wire, headers)
    timelines = timelines_of(settings, brands)
    source = MastodonSource(settings, timelines, Instance(settings, asker), keep)
    if not settings.streaming:
        return source
    if find_spec("websockets") is None:
        raise BadRequest("streaming needs a library: pip install 'tocsin[mastodon]'")
    asked = subscriptions([(one.path, bool(one.asked)) for one in timelines])
    wire = at_the_word_of(tools.wire, settings.base)  # the instance names where it streams
    stranger = Asker(settings.name, wire, {"User-Agent": tools.user_agent})
    opener = partial(open_stream, wire=wire)
    door = Door(settings.base, asker, stranger, asked, opener)
    return MastodonStream(settings.name, settings.host, source, door, keep)


__all__ = ["MastodonSource", "Settings", "build", "decode", "tags_of"]
