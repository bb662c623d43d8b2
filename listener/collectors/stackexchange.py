"""Stack Exchange: questions of one site by tag and by the brands' terms; keyless, or a free key.

Requests are the quota: 300 a day from one address, 10,000 with a key. Every answer says how many
are left, and a `backoff` in it must be obeyed, or the address is blocked. Source of the interface:
api.stackexchange.com/docs (advanced-search, questions-by-ids, throttle, error-handling).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from config import Brand, Duration, MissingSecret, Secret, SourceSettings
from config.forms import form
from listener.asking import Asker, problem_of
from listener.boundary import LONGEST_WAIT, boundary, fault_of
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Batch,
    Collector,
    Forbidden,
    Known,
    Later,
    Malformed,
    OutOfBudget,
    RateLimited,
    Refreshed,
    SourceError,
)
from listener.collectors.hackernews import searched_terms
from listener.collectors.stackexchange_posts import ID, PLATFORM, decode
from listener.decoding import each, oldest_of
from listener.facts import Facts, Gone, Proof
from listener.fields import Raw, count, mapping, text
from listener.looking_back import RoundsAndBack
from listener.looking_up import told
from listener.mention import Observation
from listener.rounds import Shown
from listener.tools import Tools
from listener.wire import Reply

API = "https://api.stackexchange.com/2.3"
PAGE = 100  # questions; the most there are
MAX_PAGES = 25  # page above 25 requires an access token
AT_ONCE = 100  # ids of one request
KEYLESS, KEYED = 300, 10_000  # requests a day
SHARE = 0.6  # of them for new questions; the rest follows up what is kept
OVERLAP = timedelta(minutes=30)  # the search index lags
_SECONDS = re.compile(r"\b([0-9]{1,6}) seconds\b")
_NO_KEY = re.compile(r"`?key`?.{0,10} (?:doesn't|does not) match|`?key`? is not valid")

FACTS = Facts(
    platform=PLATFORM,
    title="Stack Exchange",
    keys="none for 300 requests a day; a free key for 10,000",
    limits="300 or 10,000 requests a day; 100 questions a page",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="CC BY-SA: name the author and link to the question",
    unheard="Questions on Stack Exchange are not heard: it needs no key for 300 requests a day.",
    proof=Proof.DOCUMENTED,
)

Tag = Annotated[
    str,
    form(
        r"[a-z0-9+#.-]{1,35}",
        "is no tag",
        'Write at most 35 small letters, digits and + # . -, for example "c++"',
    ),
]
_alone = BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)

_SITE = form(
    r"[a-z0-9.-]{2,60}", "is no name of a site", 'Write for example "superuser" or "askubuntu"'
)


class Settings(SourceSettings):
    """Which site, and what of it."""

    public: ClassVar[bool] = True

    kind: Literal["stackexchange"] = "stackexchange"
    site: Annotated[str, _SITE] = "stackoverflow"
    tags: Annotated[tuple[Tag, ...], _alone, Field(max_length=50)] = ()
    about: str = Field(default="", max_length=100)  # a term of the brand whose tags those are
    search: bool = True  # for the brands' terms
    key: Secret | None = None
    every: Duration = timedelta(minutes=30)

    @model_validator(mode="after")
    def _something_to_hear(self) -> Self:
        if not self.tags and not self.search:
            raise ValueError("name tags, or set search = true; else nothing is heard")
        return self


@dataclass
class Api:
    """The site's interface, with what it said last of our quota."""

    settings: Settings
    asker: Asker
    key: str = field(default="", repr=False)
    rests: dict[str, datetime] = field(default_factory=dict)  # by method: not before this instant
    spent_until: datetime | None = None

    def ask(
        self, method: str, path: str, asked: dict[str, str | int], now: datetime, deadline: float
    ) -> Raw:
        """An answer's wrapper object. Raises SourceError."""
        self._wait(method, now)
        query = {**asked, "site": self.settings.site, "filter": "withbody", "pagesize": PAGE}
        if self.key:
            query["key"] = self.key
        reply = self.asker.answer(f"{API}/{path}", query, now=now, deadline=deadline)
        if reply.status != 200 or b'"error_id"' in reply.body[:2_000]:
            self._note(method, problem_of(reply), now)
            if fault := fault_in(reply, self.asker.name, now):
                raise fault
        body = mapping(self.asker.read(reply))
        self._note(method, body, now)
        if not isinstance(body.get("items"), list):
            raise Malformed(f'source "{self.asker.name}": the answer has no list of items')
        return body

    def decode(self, item: object, now: datetime) -> Observation:
        """One question, headed where it bears one of our tags. Raises ValueError."""
        tags = mapping(item).get("tags")
        known = {str(tag) for tag in tags} if isinstance(tags, list) else set()
        is_ours = not known.isdisjoint(self.settings.tags)
        return decode(item, self.settings.site, self.settings.about if is_ours else "", now)

    def is_resting(self, now: datetime) -> bool:
        """Some method must not be asked again at once."""
        return any(until > now for until in self.rests.values()) or self.spent_until is not None

    def _note(self, method: str, body: Raw, now: datetime) -> None:
        seconds = count(body.get("backoff"))
        if seconds:
            self.rests[method] = now + min(timedelta(seconds=seconds), LONGEST_WAIT)
        if count(body.get("quota_remaining")) == 0:  # it is filled again at midnight UTC
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            self.spent_until = midnight + timedelta(days=1)

    def _wait(self, method: str, now: datetime) -> None:
        name = self.asker.name
        if self.spent_until is not None and now < self.spent_until:
            raise OutOfBudget(f'source "{name}": the day\'s requests are used up until 00:00 UTC')
        self.spent_until = None
        until = self.rests.pop(method, now)
        if until > now:
            self.rests[method] = until
            raise RateLimited(f'source "{name}": asked to back off', until)


def fault_in(reply: Reply, name: str, now: datetime) -> SourceError | None:
    """What an error means: nearly all of them come with status 400, so their `error_id` tells."""
    problem = problem_of(reply)
    number = count(problem.get("error_id"))
    said = f'source "{name}": error {number}'
    message = text(problem.get("error_message"), 500)
    if number == 502:
        found = _SECONDS.search(message)
        wait = timedelta(seconds=int(found[1])) if found else LONGEST_WAIT
        return RateLimited(f"{said}: too many requests", now + min(wait, LONGEST_WAIT))
    if number in (402, 405, 406) or (number == 400 and _NO_KEY.search(message)):
        return AuthorisationLost(f"{said}: the key is refused; renew it")
    if number in (500, 503):
        return Later(f"{said}: out of order for a while")
    if number in (401, 403):
        return Forbidden(f"{said}: not for the public")
    if number is not None and reply.status < 500:
        return BadRequest(f"{said}: our request is wrong; is the site's name right?")
    return fault_of(reply, source=name, now=now)


@dataclass(frozen=True, slots=True)
class Questions:
    """What one search finds, newest first. See `listener.rounds.Listing`."""

    name: str
    value: str
    api: Api

    @property
    def key(self) -> str:
        return f"{self.name}:{self.value}"

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        until, at = _turned(token)
        asked: dict[str, str | int] = {
            self.name: self.value,
            "sort": "creation",
            "order": "desc",
            "fromdate": int(since.timestamp()),
            "page": at,
        }
        if until is not None:
            asked["todate"] = until
        body = self.api.ask("search", "search/advanced", asked, now, deadline)
        seen, malformed = each(body["items"], lambda item: self.api.decode(item, now))
        oldest, goes_on = oldest_of(seen), body.get("has_more") is True
        following = _following(until, at, oldest) if goes_on else None
        return Shown(seen, oldest, following, goes_on and following is None, malformed)


def _turned(token: str | None) -> tuple[int | None, int]:
    """What a token says: up to which second, and which page of that."""
    until, _, page = (token or "").partition("/")
    if not (until.isdecimal() and page.isdecimal()):
        return None, 1
    return int(until), int(page)


def _following(until: int | None, page: int, oldest: datetime | None) -> str | None:
    """The next page by time, not by number: what is deleted moves what is older to other pages.
    The last second is asked for once more; a page of nothing else is followed by its number."""
    reached = int(oldest.timestamp()) + 1 if oldest else until
    if reached is not None and (until is None or reached < until):
        return f"{reached}/1"
    return f"{until}/{page + 1}" if until is not None and page < MAX_PAGES else None


class StackExchange(RoundsAndBack):
    """Reads a site's questions, and looks at kept ones again."""

    at_once = AT_ONCE

    def __init__(self, api: Api, listings: Sequence[Questions]) -> None:
        super().__init__(api.settings.name, listings, overlap=OVERLAP, max_pages=MAX_PAGES)
        self._api = api

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """See `listener.collector.Collector`; after a `backoff` there is no more just now."""
        batch = super().fetch(cursor, now=now, deadline=deadline)
        return replace(batch, more=batch.more and not self._api.is_resting(now))

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`. A question that is left out is absent."""
        site = self._api.settings.site
        asked = {number: post for post in posts if (number := _number(post, site))}
        if not asked:
            return told(posts, ())
        with boundary(self._name, now):
            body = self._api.ask("questions", f"questions/{';'.join(asked)}", {}, now, deadline)
            listed = {str(mapping(item).get("question_id")) for item in body["items"]}
            seen, _ = each(body["items"], lambda item: self._api.decode(item, now))
        lost = [post.id for number, post in asked.items() if number not in listed]
        return told(posts, seen, () if body.get("has_more") is True else lost)


def _number(known: Known, site: str) -> str | None:
    place, _, number = known.id.rpartition("/")
    return number if place == site and ID.fullmatch(number) else None


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost without a declared key's value, BadRequest
    where it would ask more often than a day's requests allow."""
    assert isinstance(settings, Settings)
    try:
        key = tools.reveal(settings.key) if settings.key else ""
    except MissingSecret as error:
        raise AuthorisationLost(f'source "{settings.name}": {error}') from None
    api = Api(settings, Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent}), key)
    terms = searched_terms(brands) if settings.search else ()
    listings = [Questions("q", f'"{term}"', api) for term in terms]
    if settings.tags:
        listings.insert(0, Questions("tagged", ";".join(settings.tags), api))
    daily, most = len(listings) * (timedelta(days=1) / settings.every), KEYED if key else KEYLESS
    if daily > SHARE * most:
        least = timedelta(days=1) * len(listings) / (SHARE * most)
        raise BadRequest(
            f'source "{settings.name}": {len(listings)} searches every so often are {daily:.0f} '
            f"requests a day, of {most} that are allowed. Make every at least "
            f"{least / timedelta(minutes=1):.0f}m, declare fewer terms, or a key"
        )
    return StackExchange(api, listings)
