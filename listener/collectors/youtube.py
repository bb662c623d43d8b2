"""YouTube: comments under a channel's videos, or under single ones. Needs a free key.

Threads are read newest first, one unit for a hundred. Source of the interface:
developers.google.com/youtube/v3/docs/commentThreads/list and .../comments/list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from config import Brand, Duration, MissingSecret, Secret, SourceSettings
from config.forms import form
from listener.asking import Asker
from listener.boundary import boundary
from listener.budget import Use
from listener.collector import (
    AuthorisationLost,
    Batch,
    Collector,
    Known,
    Malformed,
    Refreshed,
)
from listener.collectors.youtube_api import UNITS, Api, NoComments, Units
from listener.collectors.youtube_posts import ID, PLATFORM, comments_of, decode
from listener.decoding import each
from listener.facts import A_DAY, Cost, Facts, Gone, Measured, Proof, Window, polls_in
from listener.fields import iso_time, mapping, text
from listener.looking_back import read_back
from listener.looking_up import told
from listener.rounds import Rounds, Shown
from listener.seams import MAX_PAGE_CHARS, across
from listener.tools import Tools

PAGE = 100  # threads; the most there are
AT_ONCE = 50  # comments of one request
SHARE = 0.5  # of a day's units for new comments; the rest follows up and looks back
OVERLAP = timedelta(minutes=30)  # a comment held for review shows up late
ASKED_AGAIN = timedelta(days=1)  # after which a video without comments is asked for once more

FACTS = Facts(
    platform=PLATFORM,
    title="YouTube comments",
    keys="a free key of a Google Cloud project",
    limits="10,000 units a day; one for 100 threads or for 50 comments looked at again",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="what is deleted there is deleted here; kept data is looked at again within 30 days",
    unheard="Comments on YouTube are not heard: it needs a free key of a Google Cloud project.",
    proof=Proof.SIMULATED,
)

Channel = Annotated[
    str,
    form(
        r"UC[A-Za-z0-9_-]{22}",
        "is no id of a channel",
        'Write the 24 characters that begin with "UC"; a @handle is none',
    ),
]
Video = Annotated[
    str,
    form(
        r"[A-Za-z0-9_-]{11}",
        "is no id of a video",
        "Write the 11 characters behind v= in its address",
    ),
]
_alone = BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)


class Settings(SourceSettings):
    """Which channels and videos, and whose they are."""

    public: ClassVar[bool] = True

    kind: Literal["youtube"] = "youtube"
    key: Secret
    channels: Annotated[tuple[Channel, ...], _alone, Field(max_length=100)] = ()
    videos: Annotated[tuple[Video, ...], _alone, Field(max_length=500)] = ()
    about: str = Field(default="", max_length=100)  # a term of the brand they are about
    units: int = Field(default=UNITS, ge=100, le=10_000_000)  # a day, that this source may spend
    every: Duration = timedelta(minutes=10)

    @model_validator(mode="after")
    def _something_to_hear(self) -> Self:
        listings = len(self.channels) + len(self.videos)
        if not listings:
            raise ValueError("name channels or videos; else nothing is heard")
        daily = listings * (timedelta(days=1) / self.every)
        if daily > SHARE * self.units:
            least = timedelta(days=1) * listings / (SHARE * self.units) / timedelta(minutes=1)
            raise ValueError(
                f"asking so often takes {daily:.0f} units a day, of {self.units}, half of which "
                f'are for new comments. Make every at least "{least + 1:.0f}m"'
            )
        return self


@dataclass
class Threads:
    """The threads of one channel or video, newest first. See `listener.rounds.Listing`.

    closed_until  its comments are switched off, or it is gone.
    """

    name: str
    value: str
    about: str
    api: Api
    closed_until: datetime | None = field(default=None)

    @property
    def key(self) -> str:
        return f"{self.name}:{self.value}"

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        return self.read(token, Use.SEARCH, now, deadline)

    def read(self, token: str | None, use: Use, now: datetime, deadline: float) -> Shown:
        """One page, met with the one before: whether a token of YouTube's names a place or only
        a number is nowhere said."""
        return across(token, lambda one: self._ask(one, use, now, deadline / 2), size=PAGE)

    def _ask(self, token: str | None, use: Use, now: datetime, deadline: float) -> Shown:
        """One that is closed shows nothing, and does not keep others from being read."""
        if self.closed_until is not None and now < self.closed_until:
            return Shown()
        asked: dict[str, str | int] = {
            self.name: self.value,
            "part": "snippet,replies",
            "order": "time",
            "textFormat": "plainText",
            "maxResults": PAGE,
        }
        if token:
            asked["pageToken"] = token
        try:
            body = self.api.ask("commentThreads", asked, use, now, deadline)
        except NoComments:
            self.closed_until = now + ASKED_AGAIN
            return Shown(malformed=(f"{self.key} has no comments to be read",))
        self.closed_until = None
        return self._shown(body.get("items"), body.get("nextPageToken"), now)

    def _shown(self, items: object, following: object, now: datetime) -> Shown:
        if not isinstance(items, list):
            raise Malformed(f'source "{self.api.asker.name}": the answer has no list of threads')
        comments = (comment for item in items for comment in comments_of(item))
        seen, malformed = each(comments, lambda one: decode(one, self.about, now))
        # By the threads' own order: a reply is younger than the comment that it stands under.
        times = list(_begun(items))
        return Shown(
            seen,
            min(times, default=None),
            text(following, MAX_PAGE_CHARS) or None,
            malformed=malformed,
            newest=max(times, default=None),
        )


def _begun(items: Sequence[object]) -> Iterator[datetime]:
    for item in items:
        first = mapping(mapping(mapping(item).get("snippet")).get("topLevelComment"))
        when = iso_time(mapping(first.get("snippet")).get("publishedAt"))
        if when is not None:
            yield when


class YouTube(Rounds):
    """Reads comments, looks at kept ones again, and reads back."""

    at_once = AT_ONCE

    def __init__(self, settings: Settings, api: Api, threads: Sequence[Threads]) -> None:
        super().__init__(settings.name, threads, overlap=OVERLAP)
        self._threads = {one.key: one for one in threads}
        self._api = api
        self._about = settings.about

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`. A comment that is left out is absent."""
        asked = {post.id: post for post in posts if ID.fullmatch(post.id)}
        if not asked:
            return told(posts, ())
        with boundary(self._name, now):
            query = {"part": "snippet", "textFormat": "plainText", "id": ",".join(asked)}
            body = self._api.ask("comments", query, Use.FOLLOW_UP, now, deadline)
            items = body.get("items")
            if not isinstance(items, list):
                raise Malformed(f'source "{self._name}": the answer has no list of comments')
        listed = {str(mapping(item).get("id")) for item in items}
        seen, _ = each(items, lambda one: decode(_linked(one, asked), self._about, now))
        known = [one for one in seen if one.post.id in asked]
        return told(posts, known, [own_id for own_id in asked if own_id not in listed])

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """See `listener.collector.LooksBack`; each channel and video is a listing."""

        def page(key: str, token: str | None) -> Shown:
            with boundary(self._name, now):
                return self._threads[key].read(token, Use.BACKFILL, now, deadline)

        return read_back(cursor, list(self._threads), page, since=since, now=now)


def _linked(item: object, asked: dict[str, Known]) -> object:
    """A comment by itself comes without its video, which the address we keep still names."""
    raw = mapping(item)
    known = asked.get(str(raw.get("id")))
    video = known.url.partition("?v=")[2].partition("&")[0] if known else ""
    return {**raw, "snippet": {"videoId": video, **mapping(raw.get("snippet"))}}


def cost_of(settings: Settings, brands: Sequence[Brand], measured: Measured) -> Cost:
    """No money; how much of the day's units the polls take: one for each channel and video."""
    asked = (len(settings.channels) + len(settings.videos)) * polls_in(A_DAY, settings.every)
    return Cost(0.0, 0.0, "YouTube asks for none", (Window("units", asked, settings.units, A_DAY),))


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where the key's value is missing."""
    assert isinstance(settings, Settings)
    try:
        key = tools.reveal(settings.key)
    except MissingSecret as error:
        raise AuthorisationLost(f'source "{settings.name}": {error}') from None
    headers = {"User-Agent": tools.user_agent, "X-Goog-Api-Key": key}
    api = Api(Asker(settings.name, tools.wire, headers), Units(settings.units))
    about = settings.about
    threads = [
        Threads("allThreadsRelatedToChannelId", one, about, api) for one in settings.channels
    ]
    threads += [Threads("videoId", one, about, api) for one in settings.videos]
    return YouTube(settings, api, threads)
