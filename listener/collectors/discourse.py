"""Discourse: every public post of a forum, newest first, keyless where the forum is public.

`posts.json` shows all categories' posts in one list, so that a busy forum costs one request a poll.
Source of the interface: docs.discourse.org (Posts: list latest posts), and
app/controllers/posts_controller.rb of discourse/discourse for what `before` means.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from config import Brand, Duration, SourceSettings
from config.forms import SiteWithPath
from listener.asking import Asker, problem_of
from listener.boundary import LONGEST_WAIT, SHORTEST_WAIT, boundary, fault_of, wait_of
from listener.collector import (
    AuthorisationLost,
    Collector,
    Forbidden,
    Known,
    Malformed,
    RateLimited,
    Refreshed,
    SourceError,
)
from listener.decoding import each, gone, headed
from listener.facts import Facts, Gone, Proof
from listener.fields import (
    MAX_HANDLE_CHARS,
    Raw,
    count,
    iso_time,
    mapping,
    objects,
    optional_id,
    required_id,
    text,
)
from listener.looking_back import RoundsAndBack
from listener.looking_up import MIN_SECONDS, told
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.plain import plain_text
from listener.rounds import Shown
from listener.tools import Tools
from listener.wire import Reply

PLATFORM = "discourse"
AT_ONCE = 50  # posts of one call to `refresh`
MAX_ASKED = 15  # requests of one call to `refresh`
WINDOW = 50  # ids that one page looks through, in forums before 2023
OVERLAP = timedelta(minutes=30)  # a post that waited for approval keeps the time it was written
REGULAR = 1  # post_type; the others are what moderators and the forum itself note
ID = re.compile(r"[1-9][0-9]{0,14}")
_QUOTE = re.compile(r"\[(/?)quote\b[^\]]*+\]", re.IGNORECASE)

FACTS = Facts(
    platform=PLATFORM,
    title="Discourse forums",
    keys="none where the forum is public",
    limits="200 requests a minute from one address by default; 50 posts a page",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="the forum's rules; what is edited or deleted there is so here",
    unheard="Complaints in Discourse forums are not heard: name a forum; public ones need no key.",
    proof=Proof.SIMULATED,
)


class Settings(SourceSettings):
    """Which forum, and whose it is."""

    public: ClassVar[bool] = True

    kind: Literal["discourse"] = "discourse"
    forum: Annotated[str, SiteWithPath]
    about: str = Field(default="", max_length=100)  # a term of the brand whose own forum it is
    every: Duration = timedelta(minutes=3)

    @property
    def base(self) -> str:
        """The forum's address, without a slash at its end."""
        plain = self.forum.rstrip("/")
        return plain if "://" in plain else f"https://{plain}"

    @property
    def place(self) -> str:
        """The forum's name, under which the numbers of its posts are kept."""
        return self.base.partition("://")[2].lower()


@dataclass(frozen=True, slots=True)
class Latest:
    """Every public post of a forum. See `listener.rounds.Listing`; a token is an id to begin at."""

    settings: Settings
    asker: Asker
    key: str = "posts"

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        posts = self.posts(token, now=now, deadline=deadline)
        seen, malformed = each(posts, lambda post: decode(post, self.settings, now))
        # A post that was moved gets a new number and keeps its time: a page is past an instant
        # only when all of it is.
        reached = max((one.post.created_at for one in seen), default=None)
        return Shown(seen, reached, _next_token(posts, token), malformed=malformed)

    def posts(self, token: str | None, *, now: datetime, deadline: float) -> list[object]:
        """The posts as they come. Raises SourceError."""
        asked = {"before": token} if token else None
        url = f"{self.settings.base}/posts.json"
        reply = self.asker.answer(url, asked, now=now, deadline=deadline)
        if fault := fault_in(reply, self.settings, now):
            raise fault
        posts = mapping(self.asker.read(reply)).get("latest_posts")
        if not isinstance(posts, list):
            raise Malformed(f'source "{self.asker.name}": the answer has no list of posts')
        return posts


def _numbers(posts: Sequence[object]) -> list[int]:
    found = (optional_id(post.get("id"), ID) for post in objects(posts))
    return [int(number) for number in found if number]


def _next_token(posts: Sequence[object], token: str | None) -> str | None:
    """Where the next page begins. An older forum shows the public ones of fifty ids, even none."""
    ids = _numbers(posts)
    if not ids and token is None:
        return None
    at = min(ids) - 1 if ids else int(str(token)) - WINDOW
    return str(at) if at > 0 else None


class Discourse(RoundsAndBack):
    """Reads a forum's posts, and looks at kept ones again."""

    at_once = AT_ONCE

    def __init__(
        self, settings: Settings, asker: Asker, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._latest = Latest(settings, asker)
        super().__init__(settings.name, [self._latest], overlap=OVERLAP)
        self._settings = settings
        self._clock = clock

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`. The list of posts is read from each kept one on: it
        shows words and titles as the page that brought them did, and what it leaves out between
        two others is absent. One that fails ends it; what was learned before stands."""
        ends = self._clock() + deadline
        left = {number: post for post in posts if (number := self._number(post))}
        found: dict[str, Observation] = {}
        absent: list[str] = []
        with boundary(self._settings.name, now):
            for _ in range(MAX_ASKED):
                seconds = ends - self._clock()
                if not left or seconds < MIN_SECONDS:
                    break
                try:
                    absent += self._look(left, found, now, seconds)
                except SourceError:
                    if not (found or absent):
                        raise
                    break
        # A post is absent only from a page that shows others.
        return told(posts, list(found.values()), absent, shows=bool(absent))

    def _look(
        self, left: dict[int, Known], found: dict[str, Observation], now: datetime, deadline: float
    ) -> list[str]:
        """Read the list from the newest of them on, and take off those that it tells of. Returns
        those that it leaves out."""
        newest = max(left)
        shown = self._latest.posts(str(newest), now=now, deadline=deadline)
        numbers = set(_numbers(shown))
        seen, _ = each(shown, lambda post: decode(post, self._settings, now))
        by_id = {one.post.id: one for one in seen}
        lowest = min(numbers, default=newest)
        absent = []
        for number in [number for number in left if number >= lowest]:
            known = left.pop(number)
            if known.id in by_id:
                found[known.id] = by_id[known.id]
            elif numbers and number not in numbers:
                absent.append(known.id)
        return absent

    def _number(self, known: Known) -> int | None:
        place, _, number = known.id.rpartition("/")
        return int(number) if place == self._settings.place and ID.fullmatch(number) else None


def fault_in(reply: Reply, settings: Settings, now: datetime) -> SourceError | None:
    """What an answer means that is not one to read; a wait may stand in its body alone."""
    found = fault_of(reply, source=settings.name, now=now)
    if isinstance(found, RateLimited) and wait_of(reply, now) is None:
        seconds = count(mapping(problem_of(reply).get("extras")).get("wait_seconds"))
        if seconds:
            wait = timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
            return RateLimited(str(found), now + max(wait, SHORTEST_WAIT))
    if isinstance(found, Forbidden | AuthorisationLost):
        return Forbidden(
            f'source "{settings.name}": {settings.place} shows its posts only to its own people '
            f"({found})"
        )
    return found


def decode(item: object, settings: Settings, now: datetime) -> Observation | None:
    """One post; None for what the forum itself noted. Raises ValueError.

    An edit comes as the same post with other words and a higher `version`.
    """
    raw = mapping(item)
    number = required_id(raw, "id", ID)
    if raw.get("post_type", REGULAR) != REGULAR:
        return None
    own_id = f"{settings.place}/{number}"
    # A hidden one was flagged by readers: in the place of its words stands a notice.
    if raw.get("user_deleted") is True or raw.get("deleted_at") or raw.get("hidden") is True:
        return gone(PLATFORM, own_id, now)
    created = iso_time(raw.get("created_at"))
    if created is None:
        raise ValueError("created_at is no time")
    words = words_of(raw)
    if not words:
        raise ValueError("a post has no words")
    topic = optional_id(raw.get("topic_id"), ID)
    parent = optional_id(raw.get("reply_to_post_number"), ID)
    place = f"{settings.place}/t/{topic}" if topic else None
    post = Post(
        platform=PLATFORM,
        id=own_id,
        text=words,
        title=headed(settings.about, text(raw.get("topic_title"))),
        created_at=min(created, now),
        author=_author(raw, settings.place),
        url=_link(raw, settings.base, number, topic),
        in_reply_to=f"{place}/{parent}" if place and parent else None,
        conversation_id=place,
        engagement=Engagement(
            likes=_likes(raw), replies=count(raw.get("reply_count")), views=count(raw.get("reads"))
        ),
    )
    return Observation(Kind.POST, post, now)


def words_of(raw: Raw) -> str:
    """What the author wrote, without what they quote of others, which would be held against them.

    A forum may leave out what was written and send only what its page shows.
    """
    if not isinstance(raw.get("raw"), str):
        return plain_text(_unquoted_page(text(raw.get("cooked"))))
    written = text(raw.get("raw"))
    parts, depth, at = [], 0, 0
    for mark in _QUOTE.finditer(written):
        if depth == 0:
            parts.append(written[at : mark.start()])
        depth = max(0, depth - 1) if mark[1] else depth + 1
        at = mark.end()
    parts.append(written[at:] if depth == 0 else "")
    return "".join(parts).strip() or written.strip()


def _unquoted_page(cooked: str) -> str:
    parts = re.split(r"<aside\b[^>]*\bclass=\"quote[^>]*>", cooked)
    rest = (part.partition("</aside>")[2] for part in parts[1:])
    return "".join([parts[0], *rest])


def _author(raw: Raw, place: str) -> Author:
    handle = text(raw.get("username"), MAX_HANDLE_CHARS)
    if not handle:
        raise ValueError("username is no text")
    name = text(raw.get("name"), MAX_HANDLE_CHARS)
    own_id = optional_id(raw.get("user_id"), re.compile(r"-?[0-9]{1,15}")) or handle
    return Author(id=f"{place}/{own_id}", handle=handle, name=name)


def _likes(raw: Raw) -> int | None:
    """Reactions of kind 2; the forum leaves them out where there are none."""
    rows = objects(raw.get("actions_summary"))
    return next((count(row.get("count")) for row in rows if row.get("id") == 2), 0)


def _link(raw: Raw, base: str, number: str, topic: str | None) -> str:
    at = optional_id(raw.get("post_number"), ID)
    return f"{base}/t/{topic}/{at}" if topic and at else f"{base}/p/{number}"


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; nothing is fetched yet."""
    assert isinstance(settings, Settings)
    asker = Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent})
    return Discourse(settings, asker)
