"""Bluesky as a whole: the stream for what is new, lookups for what is kept, a search for the past.

Each can do without the others; the search needs an account.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from config import Brand, MissingSecret, Secret, SourceSettings
from config.forms import HttpAddress
from listener.asking import Asker
from listener.boundary import boundary
from listener.collector import (
    AuthorisationLost,
    Batch,
    Collector,
    Known,
    Malformed,
    Refreshed,
)
from listener.collectors.bluesky_again import AT_ONCE, Posts, read_views
from listener.collectors.bluesky_login import Login
from listener.fields import mapping, text
from listener.looking_back import MAX_TOKEN_CHARS, read_back
from listener.mention import Post
from listener.rounds import Shown
from listener.tools import Tools

PAGE = 100  # posts of a search; the lexicon app.bsky.feed.searchPosts gives no more
Address = Annotated[str, HttpAddress]


class AccountSettings(SourceSettings):
    """What is declared beside the stream: where posts are looked up, and who may search."""

    app_view: Address = "https://public.api.bsky.app"
    identifier: str | None = Field(default=None, min_length=3, max_length=300)
    app_password: Secret | None = None
    server: Address = "https://bsky.social"
    session_file: Path | None = None  # where the session is kept; None: for one run only

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.identifier is None) != (self.app_password is None):
            raise ValueError("identifier and app_password go together: declare both, or neither")
        return self


def complete(
    stream: Collector,
    settings: AccountSettings,
    brands: Sequence[Brand],
    tools: Tools,
    keep: Callable[[Post], bool],
) -> Collector:
    """The stream with the other abilities. Raises SourceError where a declared key is missing."""
    asker = Asker(settings.name, tools.wire, {"User-Agent": tools.user_agent})
    posts = Posts(asker, settings.app_view)
    if settings.identifier is None or settings.app_password is None:
        return Followed(settings.name, stream, posts)
    try:
        password = tools.reveal(settings.app_password)
    except MissingSecret as error:
        raise AuthorisationLost(f'source "{settings.name}": {error}') from None
    login = Login(asker, settings.server, settings.identifier, password, settings.session_file)
    terms = tuple(dict.fromkeys(term for brand in brands for term in brand.all_terms))
    return Searched(settings.name, stream, posts, login, terms, keep)


class Followed:
    """The stream, and lookups of what was kept of it."""

    at_once = AT_ONCE

    def __init__(self, name: str, stream: Collector, posts: Posts) -> None:
        self._name = name
        self._stream = stream
        self._posts = posts

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """See `listener.collector.Collector`: the stream's."""
        return self._stream.fetch(cursor, now=now, deadline=deadline)

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`."""
        with boundary(self._name, now):
            return self._posts.look(posts, now, deadline)

    def close(self) -> None:
        """Close the stream; the wire is closed by whoever made it."""
        self._stream.close()


class Searched(Followed):
    """The same, and a search in the name of an account for what was written before."""

    def __init__(
        self,
        name: str,
        stream: Collector,
        posts: Posts,
        login: Login,
        terms: Sequence[str],
        keep: Callable[[Post], bool],
    ) -> None:
        super().__init__(name, stream, posts)
        self._login = login
        self._terms = terms
        self._keep = keep

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        """See `listener.collector.LooksBack`; each term is a listing, a page a hundred posts."""

        def page(term: str, place: str | None) -> Shown:
            asked = {
                "q": f'"{" ".join(term.replace(chr(34), " ").split())}"',
                "sort": "latest",
                "since": since.isoformat().replace("+00:00", "Z"),
                "limit": str(PAGE),
                **({"cursor": place} if place else {}),
            }
            # Three requests at most: one, a session renewed, and the same once more.
            found = self._login.get("app.bsky.feed.searchPosts", asked, now, deadline / 3)
            return self._shown(found, now)

        with boundary(self._name, now):
            return read_back(cursor, self._terms, page, since=since, now=now)

    def _shown(self, found: object, now: datetime) -> Shown:
        views = mapping(found).get("posts")
        if not isinstance(views, list):
            raise Malformed("Bluesky answered without a list of posts")
        seen, malformed = read_views(views[: 2 * PAGE], now)
        token = text(mapping(found).get("cursor"), MAX_TOKEN_CHARS) or None
        return Shown(
            tuple(one for one in seen if self._keep(one.post)),
            min((one.post.created_at for one in seen), default=None),
            token if views else None,
            # A full page without a next one: the search goes no deeper.
            len(views) >= PAGE and token is None,
            tuple(malformed),
        )
