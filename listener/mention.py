"""The values that everything else speaks about: a post, and what a collector observed of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

ANONYMOUS = "anonymous"  # the platform of a form of our own: nobody there is anybody
MAX_TEXT_CHARS = 20_000  # longer than any platform's post; a longer text is cut and counted


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post, as the platform tells it."""

    id: str
    handle: str = ""
    name: str = ""
    followers: int | None = None  # None: the platform does not say
    bot: bool = False  # the platform, or the account itself there, says that it is a machine's


def unnamed(own_id: str) -> Author:
    """Who wrote a record that names nobody: somebody else each time, told by the record's own id.

    Else all of them were one person: their complaints one case, and their storm one voice.
    """
    return Author(f"record:{own_id}")


@dataclass(frozen=True, slots=True)
class Engagement:
    """How far a post has gone; None where the platform does not say."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One item as a platform shows it. Its identity is `platform` and `id`.

    id           canonical native id: the first id of an edit chain, a Mastodon `uri`.
    aliases      other native ids of the same post (later ids of the chain, per-instance ids).
    created_at   aware UTC, as the platform says; never trusted to be in order or not in the future.
    text         raw, hostile until an encoder has run; "" where the platform shows none.
    links        web addresses that it links to, as far as the platform tells them beside the text.
    """

    platform: str
    id: str
    text: str
    created_at: datetime
    author: Author
    title: str = ""
    lang: str | None = None  # the platform's own tag, lower case; None: it gives none
    url: str = ""
    in_reply_to: str | None = None
    conversation_id: str | None = None
    repost_of: str | None = None
    rating: float | None = None  # stars 1..5, where the platform has them
    engagement: Engagement = field(default_factory=Engagement)
    aliases: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class Kind(StrEnum):
    """What was observed of a post."""

    POST = "post"
    EDIT = "edit"
    DELETE = "delete"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing a collector saw. For `delete` only the post's platform and id count.

    by_moderator  of a deletion: whoever keeps the place took it away, and not its author; False
                  also where the platform does not tell.
    """

    kind: Kind
    post: Post
    seen_at: datetime
    backfill: bool = False  # from before the source's first start: kept, but pages nobody
    by_moderator: bool = False
