"""Lemmy: what an instance's search finds of the brands' terms, and named communities. Keyless.

One source is one instance, and hears what that instance knows. Source of the interface:
join-lemmy.org/api and lemmy-js-client for `/api/v3` (0.18, 0.19): post/list, comment/list, search.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from config import Brand, Duration, SourceSettings
from config.forms import Site, form
from listener.asking import Asker, problem_of
from listener.boundary import USUAL_WAIT, boundary, fault_of, wait_of
from listener.collector import (
    Collector,
    Forbidden,
    Known,
    Malformed,
    RateLimited,
    Refreshed,
    SourceError,
)
from listener.collectors.hackernews import searched_terms
from listener.collectors.lemmy_posts import ID, PLATFORM, alias, decode, is_pinned
from listener.decoding import each, newest_of, oldest_of
from listener.facts import Facts, Gone, Proof
from listener.fields import Raw, mapping, text
from listener.looking_back import RoundsAndBack
from listener.looking_up import ABSENT, Lack, look_up
from listener.mention import Observation
from listener.rounds import Shown
from listener.seams import MAX_PAGE_CHARS, across
from listener.tools import Tools
from listener.wire import Reply

PAGE = 50  # FETCH_LIMIT_MAX
AT_ONCE = 20  # posts of one call to `refresh`; each is a request of its own
OVERLAP = timedelta(
    hours=1
)  # what another instance sends comes late, under the time it was written
NOT_FOUND = ("couldnt_find_post", "couldnt_find_comment", "not_found")

FACTS = Facts(
    platform=PLATFORM,
    title="Lemmy",
    keys="none",
    limits="60 searches in 10 minutes from one address by default; what that instance knows",
    costs="nothing",
    reach=None,
    gone=Gone.ASKED,
    duty="the instance's rules; what is edited or deleted there is so here",
    unheard="Complaints on Lemmy are not heard: name an instance; it needs no key.",
    proof=Proof.DOCUMENTED,
)

Community = Annotated[
    str,
    form(
        r"!?[A-Za-z0-9_]{1,100}(@[A-Za-z0-9.-]{1,253})?",
        "is no name of a community",
        'Write for example "technology" or "technology@lemmy.example"',
    ),
]
_alone = BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)


class Settings(SourceSettings):
    """Which instance, and what of it."""

    public: ClassVar[bool] = True

    kind: Literal["lemmy"] = "lemmy"
    instance: Annotated[str, Site]
    communities: Annotated[tuple[Community, ...], _alone, Field(max_length=50)] = ()
    search: bool = True  # for the brands' terms
    every: Duration = timedelta(minutes=5)

    @property
    def base(self) -> str:
        """The instance's address, without a slash at its end."""
        plain = self.instance.rstrip("/")
        return plain if "://" in plain else f"https://{plain}"

    @property
    def host(self) -> str:
        """The instance's name, as its posts' local numbers are kept under it."""
        return self.base.partition("://")[2].lower()

    @model_validator(mode="after")
    def _something_to_hear(self) -> Self:
        if not self.communities and not self.search:
            raise ValueError("name communities, or set search = true; else nothing is heard")
        return self


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance's interface."""

    settings: Settings
    asker: Asker

    def ask(self, path: str, asked: dict[str, str | int], now: datetime, seconds: float) -> Raw:
        """The object that it answers with. Raises SourceError."""
        reply = self.answer(path, asked, now, seconds)
        if fault := fault_in(reply, self.settings, now):
            raise fault
        return mapping(self.asker.read(reply))

    def answer(
        self, path: str, asked: dict[str, str | int], now: datetime, seconds: float
    ) -> Reply:
        """The whole answer. Raises SourceError where there is none."""
        url = f"{self.settings.base}/api/v3/{path}"
        return self.asker.answer(url, asked, now=now, deadline=seconds)


def fault_in(reply: Reply, settings: Settings, now: datetime) -> SourceError | None:
    """What an answer means that is not one to read. Its `error` is a fixed word."""
    found = fault_of(reply, source=settings.name, now=now)
    if found is None:
        return None
    word = problem_of(reply).get("error")
    if word == "rate_limit_error":  # a 400 before 0.19
        wait = wait_of(reply, now) or USUAL_WAIT
        return RateLimited(f'source "{settings.name}": asked to wait', now + wait)
    if word in ("instance_is_private", "not_logged_in"):
        return Forbidden(f'source "{settings.name}": {settings.host} speaks to its own people only')
    return found


@dataclass(frozen=True, slots=True)
class Walk:
    """One list, newest first. See `listener.rounds.Listing`; a token is a page or its cursor.

    field  where the answer has its items: "posts" or "comments".
    """

    path: str
    field: str
    asked: tuple[tuple[str, str], ...]
    instance: Instance

    @property
    def key(self) -> str:
        return "&".join([self.path, *(f"{name}={value}" for name, value in self.asked)])

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        return across(token, lambda one: self._read(one, now, deadline / 2), size=PAGE)

    def _read(self, token: str | None, now: datetime, deadline: float) -> Shown:
        number = int(token) if token and token.isdecimal() else 1
        asked: dict[str, str | int] = {**dict(self.asked), "sort": "New", "limit": PAGE}
        if token and not token.isdecimal():
            asked["page_cursor"] = token
        else:
            asked["page"] = number
        body = self.instance.ask(self.path, asked, now, deadline)
        items = body.get(self.field)
        if not isinstance(items, list):
            raise Malformed(f"the answer has no list of {self.field}")
        host = self.instance.settings.host
        seen, malformed = each(items, lambda item: decode(item, host, now))
        # A pinned post stands first however old it is: it says nothing of how far we are.
        in_order, _ = each((i for i in items if not is_pinned(i)), lambda i: decode(i, host, now))
        following = text(body.get("next_page"), MAX_PAGE_CHARS) or str(number + 1)
        return Shown(
            seen,
            oldest_of(in_order),
            following if items else None,
            malformed=malformed,
            newest=newest_of(in_order),
        )


class Lemmy(RoundsAndBack):
    """Reads an instance's lists, and looks at kept posts again."""

    at_once = AT_ONCE

    def __init__(
        self,
        instance: Instance,
        listings: Sequence[Walk],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(instance.settings.name, listings, overlap=OVERLAP)
        self._instance = instance
        self._clock = clock

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`; one request a post, by its number here."""
        with boundary(self._name, now):
            return look_up(
                posts,
                lambda post, left: self._look(post, now, left),
                deadline=deadline,
                clock=self._clock,
            )

    def _look(self, known: Known, now: datetime, seconds: float) -> Observation | Lack | None:
        host = self._instance.settings.host
        for what in ("post", "comment"):
            prefix = alias(host, what, "")
            numbers = (one.removeprefix(prefix) for one in known.aliases if one.startswith(prefix))
            number = next((one for one in numbers if ID.fullmatch(one)), None)
            if number is not None:
                return self._one(known, what, number, now, seconds)
        return None  # another instance showed it

    def _one(
        self, known: Known, what: str, number: str, now: datetime, seconds: float
    ) -> Observation | Lack | None:
        """An instance whose database is in trouble says of every post that it is not found."""
        reply = self._instance.answer(what, {"id": number}, now, seconds)
        if reply.status in (400, 404, 410) and problem_of(reply).get("error") in NOT_FOUND:
            return ABSENT
        if fault := fault_in(reply, self._instance.settings, now):
            raise fault
        view = mapping(self._instance.asker.read(reply)).get(f"{what}_view")
        try:
            seen = decode(view, self._instance.settings.host, now)
        except ValueError:
            return None
        return seen if seen.post.id == known.id else None


def _listings(instance: Instance, brands: Sequence[Brand]) -> list[Walk]:
    everywhere = ("type_", "All")
    found = []
    for name in instance.settings.communities:
        asked = (("community_name", name.lstrip("!")), everywhere)
        found.append(Walk("post/list", "posts", asked, instance))
        found.append(Walk("comment/list", "comments", asked, instance))
    for term in searched_terms(brands) if instance.settings.search else ():
        for what in ("Posts", "Comments"):
            sought = (("q", term), ("type_", what), ("listing_type", "All"))
            found.append(Walk("search", what.lower(), sought, instance))
    return found


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready; nothing is fetched yet."""
    assert isinstance(settings, Settings)
    asker = Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent})
    instance = Instance(settings, asker)
    return Lemmy(instance, _listings(instance, brands))
