"""Posts, authors, mentions and judgements, as intake stores them."""

import hashlib
import json
import sqlite3
from datetime import datetime

from listener.assess import Assessment
from listener.folding import clean
from listener.intake import Kept, Standing
from listener.looking_again import STEPS
from listener.mention import Author, Engagement, Kind, Observation, Post
from listener.routing import Route
from tocsin.store.erasing import ErasingRows
from tocsin.store.times import ms

_COUNTS = ("likes", "reposts", "replies", "quotes", "views")


class PostRows(ErasingRows):
    """What intake stores."""

    # --------------------------------------------------------------------------- keeping
    def keep_post(self, observation: Observation, source: str) -> Kept:
        """Store a post, its counts or its deletion, and say what was known of it."""
        post = observation.post
        known = self._find(post)
        if observation.kind is Kind.DELETE:
            return self._delete(post, known, observation.seen_at)
        if known is not None:
            return self._meet_again(known, observation)
        if observation.kind is Kind.COUNTS or self._is_gone(post):
            gone = observation.kind is not Kind.COUNTS
            return Kept(Standing.GONE if gone else Standing.UNKNOWN)
        author = self._keep_author(post.platform, post.author)
        if author is None:
            return Kept(Standing.GONE)
        number = self._insert(observation, source, author)
        return Kept(Standing.NEW, number, author)

    def knows(self, post: Post) -> bool:
        """Is the post kept, by any of its ids?"""
        known = self._find(post)
        return known is not None and known["deleted_at"] is None

    def _find(self, post: Post) -> sqlite3.Row | None:
        for native_id in (post.id, *post.aliases):
            row = (
                self.connection.execute(
                    "select id, author, content, version, deleted_at from posts "
                    "where platform = ? and native_id = ?",
                    (post.platform, native_id),
                ).fetchone()
                or self.connection.execute(
                    "select p.id, p.author, p.content, p.version, p.deleted_at from post_aliases a "
                    "join posts p on p.id = a.post where a.platform = ? and a.native_id = ?",
                    (post.platform, native_id),
                ).fetchone()
            )
            if row is not None:
                return row  # type: ignore[no-any-return]
        return None

    def _insert(self, observation: Observation, source: str, author: int) -> int:
        post = observation.post
        counts = [getattr(post.engagement, name) for name in _COUNTS]
        cursor = self.connection.execute(
            "insert into posts (platform, native_id, author, source, text, title, lang, url, "
            "created_at, seen_at, in_reply_to, conversation_id, repost_of, rating, likes, "
            "reposts, replies, quotes, views, backfill, content, look_at, linked) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                post.platform,
                post.id,
                author,
                source,
                _storable(post.text),
                _storable(post.title),
                post.lang,
                _storable(post.url),
                ms(post.created_at),
                ms(observation.seen_at),
                post.in_reply_to,
                post.conversation_id,
                post.repost_of,
                post.rating,
                *counts,
                observation.backfill,
                _content(post),
                ms(observation.seen_at + STEPS[0]),
                _linked(post),
            ),
        )
        number = int(cursor.lastrowid or 0)
        self._keep_aliases(post, number)
        return number

    def _keep_aliases(self, post: Post, number: int) -> None:
        if post.aliases:
            self.connection.executemany(
                "insert or ignore into post_aliases (platform, native_id, post) values (?, ?, ?)",
                [(post.platform, alias, number) for alias in post.aliases],
            )

    def _keep_links(self, number: int, post: Post) -> None:
        """What it links to now; not every answer of a platform tells."""
        if post.links:
            self.connection.execute(
                "update posts set linked = ? where id = ? and linked != ?",
                (_linked(post), number, _linked(post)),
            )

    def _meet_again(self, known: sqlite3.Row, observation: Observation) -> Kept:
        number, author = known["id"], known["author"]
        if known["deleted_at"] is not None:
            return Kept(Standing.GONE, number, author)
        post = observation.post
        self._keep_aliases(post, number)
        self._keep_counts(number, post.engagement, observation.seen_at)
        self._keep_links(number, post)
        if observation.kind is Kind.COUNTS or known["content"] == _content(post):
            return Kept(Standing.KNOWN, number, author)
        is_back = known["content"] == b""  # from what was private: it is as new, and heard again
        if not is_back:
            self.connection.execute(
                "insert or ignore into post_versions (post, version, text, title, seen_at) "
                "select id, version, text, title, seen_at from posts where id = ?",
                (number,),
            )
        self.connection.execute(
            "update posts set text = ?, title = ?, content = ?, version = version + 1, "
            "seen_at = ? where id = ?",
            (
                _storable(post.text),
                _storable(post.title),
                _content(post),
                ms(observation.seen_at),
                number,
            ),
        )
        return Kept(Standing.NEW if is_back else Standing.EDITED, number, author)

    def _keep_counts(self, number: int, engagement: Engagement, at: datetime) -> None:
        counts = [getattr(engagement, name) for name in _COUNTS]
        if all(count is None for count in counts):
            return
        sets = ", ".join(f"{name} = coalesce(?, {name})" for name in _COUNTS)
        self.connection.execute(f"update posts set {sets} where id = ?", (*counts, number))  # noqa: S608
        self.connection.execute(
            "insert or ignore into counts (post, at, likes, reposts, replies, quotes, views) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (number, ms(at), *counts),
        )

    def _keep_author(self, platform: str, author: Author) -> int | None:
        """Our own id of an author; None for one who was forgotten."""
        row = self.connection.execute(
            "select id from authors where platform = ? and native_id = ?", (platform, author.id)
        ).fetchone()
        facts = (_storable(author.handle), _storable(author.name), author.followers)
        if row is not None:
            self.connection.execute(
                "update authors set handle = ?, name = ?, followers = coalesce(?, followers) "
                "where id = ? and (handle, name, followers) is not (?, ?, ?)",
                (*facts, row["id"], *facts),
            )
            return int(row["id"])
        if self._has_tombstone("author", platform, author.id):
            return None
        cursor = self.connection.execute(
            "insert into authors (platform, native_id, handle, name, followers) "
            "values (?, ?, ?, ?, ?)",
            (platform, author.id, *facts),
        )
        return int(cursor.lastrowid or 0)

    def keep_mention(self, kept: Kept, assessment: Assessment, at: datetime) -> bool:
        """Store a judgement of a post about a brand; True where the mention is new."""
        fresh = self.connection.execute(
            "insert or ignore into mentions (post, brand, own) values (?, ?, ?)",
            (kept.post, assessment.brand, 2 if assessment.bot else assessment.own),
        )
        if fresh.rowcount == 1:
            mention = fresh.lastrowid
        else:
            mention = self.connection.execute(
                "select id from mentions where post = ? and brand = ?",
                (kept.post, assessment.brand),
            ).fetchone()[0]
        judgement, severity, route = assessment.judgement, assessment.severity, assessment.route
        why = list(assessment.reasons)
        self.connection.execute(
            "insert into judgements (mention, model, at, lang, scored, valence, probability, "
            "verdict, severity, safety, team, topic, chance, runner_up, runner_up_chance, why, "
            "aspects, journey, told) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                mention,
                assessment.model,
                ms(at),
                assessment.lang,
                assessment.scored,
                assessment.valence,
                judgement.probability,
                judgement.verdict,
                severity.value,
                severity.safety,
                route.team if route else "",
                route.topic if route else None,
                *_chances(route),
                json.dumps(why, ensure_ascii=True),
                json.dumps([aspect.name for aspect in assessment.aspects], ensure_ascii=True),
                assessment.journey.name if assessment.journey else None,
                json.dumps(_told(assessment), ensure_ascii=True),
            ),
        )
        return fresh.rowcount == 1

    # --------------------------------------------------------------------------- erasing
    def _delete(self, post: Post, known: sqlite3.Row | None, at: datetime) -> Kept:
        """Erase a post and keep a tombstone. A deletion of what was never kept leaves nothing."""
        if known is None:
            self.erase_labelled(post.platform, post.id)
            return Kept(Standing.UNKNOWN)
        if known["deleted_at"] is not None:
            return Kept(Standing.GONE, known["id"], known["author"])
        self.keep_thread(known["id"], at)
        self.erase_post(known["id"], at)
        return Kept(Standing.DELETED, known["id"], known["author"])


def _linked(post: Post) -> str:
    return json.dumps(post.links, ensure_ascii=True)


def _storable(text: str) -> str:
    """What SQLite and every output can hold: no NUL, no lone surrogate, not too long."""
    return clean(text)[0]


DANGER = "danger "  # before the kind of one, among what a post told


def _told(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """The post's words for each aspect, each danger and the stage; they go with the post."""
    told = {aspect.name: aspect.words for aspect in assessment.aspects}
    told |= {f"{DANGER}{kind}": (words,) for kind, words in assessment.severity.dangers}
    stage = assessment.journey
    return told | {f"journey {stage.name}": stage.words} if stage else told


def _content(post: Post) -> bytes:
    text = f"{post.title}\x00{post.text}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _chances(route: Route | None) -> tuple[float | None, str | None, float | None]:
    """How likely its team is, and the runner-up with its own chance."""
    if route is None:
        return None, None, None
    return route.probability, *(route.runner_up or (None, None))
