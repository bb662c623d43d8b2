"""Comments under the newest posts of an account of Meta's, round after round.

A comment may come under any post, so each round reads all of the newest ones: some posts a page,
each with its newest comments. Where those do not reach back to the round before, the post's
further pages are read before the next posts; which are still to be read stands in the token.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

from listener.boundary import boundary
from listener.collector import Known, Malformed, Refreshed, SourceError
from listener.decoding import each
from listener.fields import Raw, mapping, objects, text
from listener.graph import ID, Graph
from listener.looking_up import ABSENT, MIN_SECONDS, Lack, look_up, told
from listener.mention import Observation
from listener.rounds import MAX_TOKEN_CHARS, Rounds, Shown

STEP = 5  # posts a page; the further pages of so many fit into a token
PAGE = 50  # comments; the most that one answer holds on Instagram
AT_ONCE = 20  # kept comments of one look; each is a request of its own
OVERLAP = timedelta(minutes=10)

# (comment, the post it is under, now) → what it says; raises ValueError.
Decode = Callable[[Raw, Raw, datetime], Observation | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    edge    of the account's posts; shown: fields of a post; fields: of a comment.
    how     parameters of the comments' edge, so that the newest come first.
    """

    account: str
    edge: str
    shown: str
    fields: str
    how: Mapping[str, str]

    @property
    def of_posts(self) -> str:
        """The fields of a page of posts, each with its newest comments."""
        how = "".join(f".{name}({value})" for name, value in self.how.items())
        return f"{self.shown},comments{how}.limit({PAGE}){{{self.fields}}}"


@dataclass(frozen=True, slots=True)
class _At:
    """Where a round stands.

    posts  read; after: where the next of them are; None: at the end.
    deep   posts with further comments: id, where these are, and where the post is shown.
    lost   more was to be read than a token holds.
    """

    posts: int = 0
    after: str | None = ""
    deep: tuple[tuple[str, str, str], ...] = ()
    lost: bool = False

    @classmethod
    def read(cls, token: str | None) -> "_At":
        try:
            raw = mapping(json.loads(token or "{}"))
            deep = [tuple(text(part) for part in one) for one in raw.get("deep", [])]
            after = raw.get("after", "")
            fit = [one for one in deep if len(one) == 3 and ID.fullmatch(one[0])]
            return cls(
                posts=int(raw.get("posts", 0)),
                after=after if isinstance(after, str) or after is None else "",
                deep=tuple((own, at, url) for own, at, url in fit),
                lost=raw.get("lost") is True,
            )
        except (ValueError, TypeError, RecursionError):
            return cls()

    def spell(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    def fitting(self) -> "_At":
        """As much of it as a token holds."""
        at = self
        while at.deep and len(at.spell()) > MAX_TOKEN_CHARS:
            at = replace(at, deep=at.deep[:-1], lost=True)
        return at


@dataclass(frozen=True, slots=True)
class Comments:
    """See the head of this file, and `listener.rounds.Listing`.

    most  posts that are read each round.
    post  what a post itself says: another's, or ours for which there is nothing to hear.
    """

    graph: Graph
    asked: Asked
    most: int
    decode: Decode
    post: Callable[[Raw, datetime], Observation | None]

    @property
    def key(self) -> str:
        return f"{self.asked.account}/{self.asked.edge}"

    def page(self, token: str | None, *, since: datetime, now: datetime, deadline: float) -> Shown:
        at = _At.read(token)
        read = self._deeper if at.deep else self._posts
        found, wrong, moved = read(at, since, now, deadline)
        moved = moved.fitting()
        is_over = moved.after is None and not moved.deep
        following = None if is_over else moved.spell()
        return Shown(tuple(found), None, following, is_over and moved.lost, tuple(wrong))

    def _posts(
        self, at: _At, since: datetime, now: datetime, deadline: float
    ) -> tuple[Sequence[Observation], Sequence[str], _At]:
        asked: dict[str, str | int] = {"fields": self.asked.of_posts, "limit": STEP}
        if at.after:
            asked["after"] = at.after
        path = f"{self.asked.account}/{self.asked.edge}"
        body = self.graph.get(path, asked, now=now, deadline=deadline)
        found: list[Observation] = []
        wrong: list[str] = []
        deep: list[tuple[str, str, str]] = []
        for post in listed(body):
            seen, reasons, following = self._read(mapping(mapping(post).get("comments")), post,
                                                  since, now)  # fmt: skip
            own, own_reasons = each([post], lambda one: self.post(mapping(one), now))
            found += [*own, *seen]
            wrong += [*own_reasons, *reasons]
            where = _own_id(mapping(post))
            if not where:
                wrong.append("a post has no id")
            elif following:
                deep.append((where, following, text(mapping(post).get("permalink"), 200)))
        count = at.posts + STEP
        after = _after(body) if count < self.most else None
        return found, wrong, replace(at, posts=count, after=after, deep=tuple(deep))

    def _deeper(
        self, at: _At, since: datetime, now: datetime, deadline: float
    ) -> tuple[Sequence[Observation], Sequence[str], _At]:
        own, after, url = at.deep[0]
        asked: dict[str, str | int] = {"fields": self.asked.fields, "limit": PAGE, "after": after}
        body = self.graph.get(f"{own}/comments", {**asked, **self.asked.how}, now=now,
                              deadline=deadline)  # fmt: skip
        listed(body)
        seen, wrong, following = self._read(body, {"id": own, "permalink": url}, since, now)
        further = ((own, following, url),) if following and following != after else ()
        return seen, wrong, replace(at, deep=(*further, *at.deep[1:]))

    def _read(
        self, shown: Raw, post: object, since: datetime, now: datetime
    ) -> tuple[Sequence[Observation], Sequence[str], str | None]:
        """A page of comments, and where the next one is, if it is still to be read."""
        under = mapping(post)
        seen, wrong = each(
            _flat(shown.get("data")), lambda one: self.decode(mapping(one), under, now)
        )
        # An answer may be newer than what comes after it, never older than what it answers.
        oldest = min((one.post.created_at for one in seen), default=now)
        return seen, wrong, _after(shown) if oldest >= since else None


class CommentSource(Rounds):
    """Reads comments in rounds, and looks at kept ones again one by one.

    Meta says of what is gone only that it is not there *or* may not be seen, so a comment counts
    as absent only while others of the account may be read.
    """

    at_once = AT_ONCE

    def __init__(self, name: str, listing: Comments) -> None:
        super().__init__(name, [listing], overlap=OVERLAP)
        self._listing = listing

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        """See `listener.collector.Refreshes`."""
        ends = monotonic() + deadline
        with boundary(self._name, now):
            found = look_up(
                posts, lambda post, left: self._look(post, now, left), deadline=deadline
            )
            if found.absent and ends - monotonic() < MIN_SECONDS:
                return told(posts, found.observations)
            try:
                # Raises where the permission is what has gone.
                if found.absent:
                    self._listing.page(None, since=now, now=now, deadline=ends - monotonic())
            except SourceError:
                if not found.observations:
                    raise
                return told(posts, found.observations)
        return found

    def _look(self, post: Known, now: datetime, left: float) -> Observation | Lack | None:
        """How a comment stands; absent: it is not there, or may not be seen."""
        if not ID.fullmatch(post.id):
            return None
        listing = self._listing
        asked = {"fields": listing.asked.fields}
        raw = listing.graph.look(post.id, asked, now=now, deadline=left)
        if raw is None:
            return ABSENT
        seen, _ = each([raw], lambda one: listing.decode(raw, {"permalink": post.url}, now))
        return next((one for one in seen if one.post.id == post.id), None)


def listed(body: Raw) -> Sequence[object]:
    """The entries of a page. Raises Malformed."""
    items = body.get("data")
    if not isinstance(items, list):
        raise Malformed("the answer is no list")
    return items


def _flat(items: object) -> Iterator[object]:
    """Comments, each with the answers that come inside it after it."""
    for item in items if isinstance(items, list) else ():
        yield item
        raw = mapping(item)
        for reply in objects(mapping(raw.get("replies")).get("data")):
            yield {"parent_id": raw.get("id"), **reply}


def _after(body: Raw) -> str | None:
    """Where the next page is; only `next` says that there is one."""
    paging = mapping(body.get("paging"))
    after = text(mapping(paging.get("cursors")).get("after"), 500)
    return after or None if paging.get("next") else None


def _own_id(raw: Raw) -> str:
    own = text(raw.get("id"), 100)
    return own if ID.fullmatch(own) else ""
