"""How kept posts of Bluesky stand now, by app.bsky.feed.getPosts: counts, edits, and what is gone.

The public AppView answers without a key, for 25 posts at once. It leaves out what is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from listener.asking import Asker
from listener.collector import Known, Malformed, Refreshed
from listener.collectors.jetstream import POSTS, read_commit
from listener.fields import MAX_HANDLE_CHARS, Raw, count, iso_time, mapping, text
from listener.looking_up import told
from listener.mention import Author, Engagement, Observation

AT_ONCE = 25  # uris; the lexicon app.bsky.feed.getPosts takes no more


class Posts:
    """Looks at kept posts again. Raises SourceError and nothing else."""

    def __init__(self, asker: Asker, app_view: str) -> None:
        self._asker = asker
        self._address = f"{app_view.rstrip('/')}/xrpc/app.bsky.feed.getPosts"

    def look(self, posts: Sequence[Known], now: datetime, deadline: float) -> Refreshed:
        """What is left out is absent, where all that was shown could be read."""
        asked = {post.id: post for post in posts if post.id.startswith("at://")}
        found, spoilt = self._ask(list(asked), now, deadline) if asked else ({}, False)
        seen = [one for uri, one in found.items() if uri in asked]
        return told(posts, seen, () if spoilt else tuple(asked))

    def _ask(
        self, uris: Sequence[str], now: datetime, deadline: float
    ) -> tuple[dict[str, Observation], bool]:
        """What is shown, and whether some of it could not be read."""
        asked = [("uris", uri) for uri in uris]
        body = mapping(self._asker.get(self._address, asked, now=now, deadline=deadline))
        views = body.get("posts")
        if not isinstance(views, list):
            raise Malformed("Bluesky answered without a list of posts")
        seen, malformed = read_views(views[: 2 * AT_ONCE], now)
        return {one.post.id: one for one in seen}, bool(malformed)


def read_views(views: Sequence[object], now: datetime) -> tuple[list[Observation], list[str]]:
    """The posts of an answer, and why others could not be read."""
    seen: list[Observation] = []
    malformed: list[str] = []
    for view in views:
        try:
            seen.append(read_view(mapping(view), now))
        except ValueError as error:
            malformed.append(f"post: {error}")
    return seen, malformed


def read_view(view: Raw, now: datetime) -> Observation:
    """A post as app.bsky.feed.defs#postView has it. Raises ValueError."""
    uri = text(view.get("uri"))
    did, _, rest = uri.removeprefix("at://").partition("/")
    collection, _, rkey = rest.partition("/")
    if not uri.startswith("at://") or collection != POSTS or not rkey:
        raise ValueError("uri is not that of a post")
    at = min(iso_time(view.get("indexedAt")) or now, now)
    commit: Mapping[str, object] = {
        "collection": POSTS, "operation": "create", "rkey": rkey, "record": view.get("record")
    }  # fmt: skip
    seen = read_commit(did, commit, at, now)
    if seen is None:
        raise ValueError("record is not a post")
    author = mapping(view.get("author"))
    named = Author(
        id=did,
        handle=text(author.get("handle"), MAX_HANDLE_CHARS),
        name=text(author.get("displayName"), MAX_HANDLE_CHARS),
    )
    return replace(seen, post=replace(seen.post, author=named, engagement=_engagement(view)))


def _engagement(view: Raw) -> Engagement:
    return Engagement(
        likes=count(view.get("likeCount")),
        reposts=count(view.get("repostCount")),
        replies=count(view.get("replyCount")),
        quotes=count(view.get("quoteCount")),
    )
