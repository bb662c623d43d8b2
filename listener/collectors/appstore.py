"""App Store reviews by Apple's public feed, keyless: one listing for each app and country.

The feed is undocumented, as old as the store, and read by many: 50 reviews a page, ten pages at
most. A single review comes as an object instead of a list, and a whole feed comes empty with a 200
now and then, which is no answer. No other source tells the stars without a key.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from config import Brand, Duration, SourceSettings
from config.forms import form
from listener.asking import Asker
from listener.collector import Collector, Malformed
from listener.decoding import each, headed, oldest_of
from listener.facts import Facts, Gone, Proof
from listener.fields import MAX_HANDLE_CHARS, Raw, iso_time, mapping, required_id, text
from listener.looking_back import RoundsAndBack
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.rounds import Shown
from listener.tools import Tools

PLATFORM = "appstore"
FEED = "https://itunes.apple.com/{}/rss/customerreviews/page={}/id={}/sortby=mostrecent/json"
DEEPEST = 10  # pages; the feed has no eleventh
SHORT = 40  # reviews; a full page has 50, or 49 and the app, so a page of fewer is the last one
OVERLAP = timedelta(days=3)  # a review shows up when it was looked through, dated when it was sent
MAX_LISTINGS = 200  # apps times countries
ID = re.compile(r"[0-9]{1,20}")
_REVIEWER = re.compile(r"/id([0-9]{1,20})$")

FACTS = Facts(
    platform=PLATFORM,
    title="App Store reviews",
    keys="none",
    limits="the 500 newest reviews of an app in a country; an undocumented feed",
    costs="nothing",
    reach=None,
    gone=Gone.NEVER,
    duty="none stated",
    unheard="App Store reviews are not heard: name the app's number; it needs no key.",
    proof=Proof.DOCUMENTED,
)

AppId = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    form(
        r"[0-9]{6,12}",
        "is no number of an app",
        'Write the digits behind "id" in its address, for example "284882215"',
    ),
]
Country = Annotated[
    str,
    BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
    form(r"[a-z]{2}", "is no country", 'Write its two letters, for example "de"'),
]
_alone = BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)


class Settings(SourceSettings):
    """Which apps, in which countries' stores."""

    public: ClassVar[bool] = True

    kind: Literal["appstore"] = "appstore"
    # A term of the brand → the app's number. A review seldom names its app, so the term heads it.
    apps: Mapping[Annotated[str, Field(min_length=1, max_length=100)], AppId] = Field(
        min_length=1, max_length=MAX_LISTINGS
    )
    countries: Annotated[tuple[Country, ...], _alone] = Field(
        default=("us",), min_length=1, max_length=MAX_LISTINGS
    )
    every: Duration = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of one app in one country. See `listener.rounds.Listing`."""

    app: str
    number: str
    country: str
    asker: Asker

    @property
    def key(self) -> str:
        return f"{self.country}/{self.number}"

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        at = int(token) if token and token.isdecimal() else 1
        url = FEED.format(self.country, at, self.number)
        entries = entries_of(self.asker.get(url, now=now, deadline=deadline))
        seen, malformed = each(entries, lambda entry: self._decode(entry, now))
        shown = len(seen) + len(malformed)
        # An empty page behind a full one is the end of the feed, or one of its empty answers.
        cut = (at >= DEEPEST and shown >= SHORT) or (at > 1 and not shown)
        token = str(at + 1) if shown >= SHORT and at < DEEPEST else None
        return Shown(seen, oldest_of(seen), token, cut, malformed)

    def _decode(self, entry: object, now: datetime) -> Observation | None:
        return decode(entry, app=self.app, number=self.number, country=self.country, now=now)


def entries_of(body: object) -> Sequence[object]:
    """What a feed shows: none, one by itself, or a list. Raises Malformed."""
    feed = mapping(body).get("feed")
    if not isinstance(feed, dict):
        raise Malformed("the answer is no feed of reviews")
    found = feed.get("entry", [])
    return found if isinstance(found, list) else [found]


def decode(
    entry: object, *, app: str, number: str, country: str, now: datetime
) -> Observation | None:
    """One review; None for the entry that describes the app. Raises ValueError."""
    raw = mapping(entry)
    if "im:rating" not in raw and "im:name" in raw:
        return None
    created = iso_time(_label(raw, "updated"))
    if created is None:
        raise ValueError("updated is no time")
    body = text(_label(raw, "content"))
    title = text(_label(raw, "title"))
    if not (body or title):
        raise ValueError("a review has neither title nor text")
    version = text(_label(raw, "im:version"), 20)
    post = Post(
        platform=PLATFORM,
        id=required_id({"id": _label(raw, "id")}, "id", ID),
        text=body,
        title=headed(f"{app} {version}".rstrip(), title),
        created_at=min(created, now),
        author=_author(mapping(raw.get("author"))),
        url=f"https://apps.apple.com/{country}/app/id{number}?see-all=reviews",
        rating=_stars(_label(raw, "im:rating")),
        engagement=Engagement(likes=_number(_label(raw, "im:voteSum"))),
    )
    return Observation(Kind.POST, post, now)


def _label(raw: Raw, name: str) -> object:
    return mapping(raw.get(name)).get("label")


def _author(raw: Raw) -> Author:
    name = text(_label(raw, "name"), MAX_HANDLE_CHARS)
    found = _REVIEWER.search(text(_label(raw, "uri"), 500))
    return Author(id=found[1] if found else name, handle=name, name=name)


def _stars(value: object) -> float:
    if isinstance(value, str) and value in ("1", "2", "3", "4", "5"):
        return float(value)
    raise ValueError("im:rating is no number of stars")


def _number(value: object) -> int | None:
    fit = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10
    return int(str(value)) if fit else None


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; nothing is fetched yet."""
    assert isinstance(settings, Settings)
    asker = Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent})
    listings = [
        Reviews(app, number, country, asker)
        for app, number in settings.apps.items()
        for country in dict.fromkeys(settings.countries)
    ]
    return RoundsAndBack(settings.name, listings[:MAX_LISTINGS], overlap=OVERLAP, fills=True)
