"""Google Business Profile: reviews of the owner's own places on Google's map and search.

Source of the interface: developers.google.com/my-business, "accounts.locations.reviews" of version
4. Listed by their last change, the newest first, so edits show as they are made.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from config import Brand, Duration, Secret, SourceSettings
from config.forms import form
from listener.asking import Asker
from listener.boundary import boundary, fault_of
from listener.collector import BadRequest, Collector, Forbidden, Known, Malformed, Refreshed
from listener.collectors.googleplay import listed
from listener.decoding import each, headed
from listener.facts import Facts, Gone, Proof
from listener.fields import MAX_HANDLE_CHARS, iso_time, mapping, required_id, text
from listener.granted import Grant, Granted
from listener.looking_back import RoundsAndBack
from listener.looking_up import ABSENT, Lack, look_up
from listener.mention import Author, Kind, Observation, Post
from listener.owned import account_of, answered, revealed
from listener.rounds import Shown
from listener.seams import MAX_PAGE_CHARS, across
from listener.tools import Tools

PLATFORM = "googlebusiness"
API = "https://mybusiness.googleapis.com/v4/"
TOKENS = "https://oauth2.googleapis.com/token"
PAGE = 50  # reviews; the most that one answer holds
AT_ONCE = 20  # kept reviews of one look; each is a request of its own
OVERLAP = timedelta(hours=1)
MAX_PLACES = 200
NAME = re.compile(r"accounts/[0-9]{1,30}/locations/[0-9]{1,30}/reviews/[A-Za-z0-9_=-]{1,300}")
_STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}

FACTS = Facts(
    platform=PLATFORM,
    title="Google Business Profile reviews",
    keys="an approved project, an OAuth client, and a refresh token of the profile's owner",
    limits="300 requests a minute; verified places alone",
    costs="nothing; access by application",
    reach=None,
    gone=Gone.ASKED,
    duty="what is deleted there is deleted here",
    unheard="",
    proof=Proof.DOCUMENTED,
)

Place = Annotated[
    str,
    form(
        r"accounts/[0-9]{1,30}/locations/[0-9]{1,30}",
        "is no location",
        'Write it as "accounts/123/locations/456"',
    ),
]


class Settings(SourceSettings):
    """Which places of ours."""

    public: ClassVar[bool] = True

    kind: Literal["googlebusiness"] = "googlebusiness"
    client_id: Secret
    client_secret: Secret
    refresh_token: Secret
    locations: tuple[Place, ...] = Field(min_length=1, max_length=MAX_PLACES)
    about: str = Field(min_length=1, max_length=100)  # the term of whose brand these places are
    every: Duration = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of one place. See `listener.rounds.Listing`.

    ours  the account under which our answers count; "": they are left out.
    """

    location: str
    about: str
    ours: str
    granted: Granted

    @property
    def key(self) -> str:
        return self.location

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        return across(token, lambda one: self._read(one, now, deadline / 2), size=PAGE)

    def _read(self, token: str | None, now: datetime, deadline: float) -> Shown:
        asked: dict[str, str | int] = {"pageSize": PAGE, "orderBy": "updateTime desc"}
        if token:
            asked["pageToken"] = token
        url = f"{API}{self.location}/reviews"
        body = self.granted.get(url, asked, now=now, deadline=deadline)
        items = listed(body)
        read, malformed = each(items, lambda item: decode(item, self.about, now))
        answers, _ = each(items, lambda item: answer(item, self.ours, now))
        changed = [iso_time(mapping(item).get("updateTime")) for item in items]
        times = [when for when in changed if when]
        return Shown(
            (*read, *answers),
            min(times, default=None),
            text(mapping(body).get("nextPageToken"), MAX_PAGE_CHARS) or None,
            malformed=malformed,
            newest=max(times, default=None),
        )


class BusinessSource(RoundsAndBack):
    """Reads places in turn, and looks at kept reviews again one by one."""

    at_once = AT_ONCE

    def __init__(self, name: str, listings: Sequence[Reviews], granted: Granted) -> None:
        super().__init__(name, listings, overlap=OVERLAP)
        self._granted = granted
        self._about = {one.location: one.about for one in listings}

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`. What is "not found" is absent,
        while its place can be read."""
        with boundary(self._name, now):
            return look_up(
                posts, lambda post, left: self._look(post.id, now, left), deadline=deadline
            )

    def _look(self, name: str, now: datetime, left: float) -> Observation | Lack | None:
        about = self._about.get(name.partition("/reviews/")[0])
        if about is None or not NAME.fullmatch(name):
            return None
        reply = self._granted.answer(f"{API}{name}", None, now=now, deadline=left)
        if reply.status == 404:
            # The place itself must still answer: else it is not the review that is gone.
            return ABSENT if self._has_place(name, now, left) else None
        if fault := fault_of(reply, source=self._name, now=now):
            raise fault
        try:
            seen = decode(self._granted.read(reply), about, now)
        except (Malformed, ValueError):
            return None
        return seen if seen is not None and seen.post.id == name else None

    def _has_place(self, name: str, now: datetime, left: float) -> bool:
        url = f"{API}{name.rpartition('/')[0]}"
        try:
            listed(self._granted.get(url, {"pageSize": 1}, now=now, deadline=left))
        except (BadRequest, Forbidden, Malformed):
            return False
        return True


def decode(item: object, about: str, now: datetime) -> Observation | None:
    """A review; None for one of stars alone, which says nothing. Raises ValueError."""
    raw = mapping(item)
    created = iso_time(raw.get("createTime"))
    if created is None:
        raise ValueError("createTime is no time")
    if not raw.get("comment"):
        return None
    reviewer = mapping(raw.get("reviewer"))
    own = required_id(raw, "name", NAME)
    name = text(reviewer.get("displayName"), MAX_HANDLE_CHARS)
    post = Post(
        platform=PLATFORM,
        id=own,
        text=text(raw.get("comment")),
        title=headed(about, ""),
        created_at=min(created, now),
        author=Author(id=own.rpartition("/")[2], handle=name, name=name),
        rating=_STARS.get(str(raw.get("starRating"))),
    )
    return Observation(Kind.POST, post, now)


def answer(item: object, ours: str, now: datetime) -> Observation | None:
    """What we answered to a review, as our own account's post; None: nothing. Raises ValueError."""
    raw = mapping(item)
    said = mapping(raw.get("reviewReply"))
    when = iso_time(said.get("updateTime"))
    if when is None or not ours:
        return None
    own = required_id(raw, "name", NAME)
    return answered(PLATFORM, own, text(said.get("comment")), when, ours, now)


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where a key is missing."""
    assert isinstance(settings, Settings)
    secrets = {
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
        "refresh_token": settings.refresh_token,
    }
    known = {name: revealed(tools, settings.name, one) for name, one in secrets.items()}

    def form(now: datetime) -> Mapping[str, str]:
        return {"grant_type": "refresh_token", **known}

    asker = Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent})
    granted = Granted(asker, Grant(TOKENS, form, {}))
    ours = account_of(brands, settings.about, PLATFORM)
    listings = [Reviews(one, settings.about, ours, granted) for one in settings.locations]
    return BusinessSource(settings.name, listings, granted)
