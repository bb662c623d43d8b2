"""Trustpilot: service reviews of our own business, with an API key of the paid module.

Source of the interface: developers.trustpilot.com, "Business Units API", "Service Reviews API" and
"Authentication". The public methods are enough and need the key alone; with the key's secret the
private ones are asked, which also list reviews that are not shown to everybody.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import Field

from config import Brand, Duration, Secret, SourceSettings
from config.forms import form
from listener.asking import Asker, Query
from listener.boundary import boundary, fault_of
from listener.collector import (
    Collector,
    Known,
    Malformed,
    Refreshed,
    SourceError,
)
from listener.decoding import each, headed, oldest_of
from listener.facts import Facts, Gone, Proof
from listener.fields import MAX_HANDLE_CHARS, Raw, count, iso_time, mapping, required_id, text
from listener.granted import Grant, Granted
from listener.looking_back import RoundsAndBack
from listener.looking_up import ABSENT, MIN_SECONDS, Lack, look_up, told
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.owned import account_of, answered, revealed
from listener.rounds import Shown
from listener.tools import Tools
from listener.wire import Reply

PLATFORM = "trustpilot"
API = "https://api.trustpilot.com/v1/"
TOKENS = f"{API}oauth/oauth-business-users-for-applications/accesstoken"
PAGE = 100  # reviews; the most that one answer holds
AT_ONCE = 10  # kept reviews of one look; each is a request of its own
OVERLAP = timedelta(hours=6)  # a review may be held back a while, and is dated when it was sent
ID = re.compile(r"[0-9a-f]{24}")

FACTS = Facts(
    platform=PLATFORM,
    title="Trustpilot reviews",
    keys="an API key of the paid module",
    limits="200,000 calls a year in the first tier; 100 reviews a page",
    costs="a paid module of Trustpilot's",
    reach=None,
    gone=Gone.ASKED,
    duty="what is deleted there is deleted here; Trustpilot's terms for the use of its data",
    unheard="Trustpilot reviews are not heard: it needs an API key of its paid module.",
    proof=Proof.DOCUMENTED,
)

_BUSINESS = form(
    r"[0-9a-f]{24}",
    "is no id of a business",
    "Write the 24 digits and letters a to f that the API names it by, not its address",
)


class Settings(SourceSettings):
    """Which business of ours."""

    public: ClassVar[bool] = True

    kind: Literal["trustpilot"] = "trustpilot"
    api_key: Secret
    api_secret: Secret | None = None  # asks the private methods too
    business: Annotated[str, _BUSINESS]
    about: str = Field(min_length=1, max_length=100)  # the term of whose brand the business is
    every: Duration = timedelta(minutes=15)


class Answering(Protocol):
    """Whoever answers: with the key alone, or with a token that is renewed."""

    @property
    def name(self) -> str: ...

    def answer(
        self, url: str, asked: Query | None = None, *, now: datetime, deadline: float
    ) -> Reply: ...

    def read(self, reply: Reply) -> object: ...


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of one business, the newest first. See `listener.rounds.Listing`.

    ours  the account under which our answers count; "": they are left out.
    """

    business: str
    about: str
    ours: str
    root: str
    asker: Answering

    @property
    def key(self) -> str:
        return self.business

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        at = int(token) if token and token.isdecimal() and len(token) < 6 else 1
        asked: dict[str, str | int] = {"orderBy": "createdat.desc", "perPage": PAGE, "page": at}
        url = f"{self.root}business-units/{self.business}/reviews"
        reply = self.asker.answer(url, asked, now=now, deadline=deadline)
        if fault := fault_of(reply, source=self.asker.name, now=now):
            raise fault
        items = mapping(self.asker.read(reply)).get("reviews")
        if not isinstance(items, list):
            raise Malformed(f'source "{self.asker.name}": the answer is no list of reviews')
        read, malformed = each(items, lambda item: decode(item, self.about, now))
        answers, _ = each(items, lambda item: answer(item, self.ours, now))
        following = str(at + 1) if len(items) >= PAGE else None
        return Shown((*read, *answers), oldest_of(read), following, False, malformed)


class TrustpilotSource(RoundsAndBack):
    """Reads new reviews in rounds, and looks at kept ones again one by one."""

    at_once = AT_ONCE

    def __init__(self, listing: Reviews) -> None:
        super().__init__(listing.asker.name, [listing], overlap=OVERLAP)
        self._listing = listing

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`. What is "not found" is absent,
        while the business itself can be read."""
        ends = monotonic() + deadline
        with boundary(self._name, now):
            found = look_up(
                posts, lambda post, left: self._look(post.id, now, left), deadline=deadline
            )
            if found.absent and not self._has_business(now, ends):
                return told(posts, found.observations)
            return found

    def _look(self, own: str, now: datetime, left: float) -> Observation | Lack | None:
        if not ID.fullmatch(own):
            return None
        listing = self._listing
        reply = listing.asker.answer(f"{listing.root}reviews/{own}", now=now, deadline=left)
        if reply.status in (404, 410):
            return ABSENT
        if fault := fault_of(reply, source=self._name, now=now):
            raise fault
        try:
            seen = decode(listing.asker.read(reply), listing.about, now)
        except (Malformed, ValueError):
            return None
        return seen if seen.post.id == own else None

    def _has_business(self, now: datetime, ends: float) -> bool:
        if ends - monotonic() < MIN_SECONDS:
            return False
        try:
            self._listing.page(None, since=now, now=now, deadline=ends - monotonic())
        except SourceError:
            return False
        return True


def decode(item: object, about: str, now: datetime) -> Observation:
    """A review. Raises ValueError."""
    raw = mapping(item)
    own, created = required_id(raw, "id", ID), _when(raw.get("createdAt"))
    if created is None:
        raise ValueError("createdAt is no time")
    words, title = text(raw.get("text")), text(raw.get("title"))
    if not (words or title):
        raise ValueError("a review has neither title nor text")
    consumer = mapping(raw.get("consumer"))
    name = text(consumer.get("displayName"), MAX_HANDLE_CHARS)
    post = Post(
        platform=PLATFORM,
        id=own,
        text=words,
        title=headed(about, title),
        created_at=min(created, now),
        author=Author(id=text(consumer.get("id"), 100) or name or own, handle=name, name=name),
        lang=text(raw.get("language"), 20).lower() or None,
        url=f"https://www.trustpilot.com/reviews/{own}",
        rating=_stars(raw.get("stars")),
        engagement=Engagement(likes=count(raw.get("numberOfLikes"))),
    )
    return Observation(Kind.POST, post, now)


def answer(item: object, ours: str, now: datetime) -> Observation | None:
    """What we answered to a review, as our own account's post; None: nothing. Raises ValueError."""
    raw: Raw = mapping(item)
    said = mapping(raw.get("companyReply"))
    when = _when(said.get("createdAt"))
    if when is None or not ours:
        return None
    own = required_id(raw, "id", ID)
    return answered(PLATFORM, own, text(said.get("text")), when, ours, now)


def _when(value: object) -> datetime | None:
    """A time; the documentation shows some without a zone, which are UTC."""
    if isinstance(value, str) and re.fullmatch(r"[0-9T:.-]{19,30}", value):
        value = f"{value}+00:00"
    found = iso_time(value)
    return found.astimezone(UTC) if found else None


def _stars(value: object) -> float | None:
    return float(value) if type(value) is int and 1 <= value <= 5 else None


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where a key is missing."""
    assert isinstance(settings, Settings)
    key = revealed(tools, settings.name, settings.api_key)
    asker = Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent, "apikey": key})
    who: Answering = asker
    if settings.api_secret is not None:
        pair = f"{key}:{revealed(tools, settings.name, settings.api_secret)}"
        basic = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

        def form(now: datetime) -> Mapping[str, str]:
            return {"grant_type": "client_credentials"}

        who = Granted(asker, Grant(TOKENS, form, basic))
    root = API if settings.api_secret is None else f"{API}private/"
    ours = account_of(brands, settings.about, PLATFORM)
    return TrustpilotSource(Reviews(settings.business, settings.about, ours, root, who))
