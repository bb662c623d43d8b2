"""Posts, authors, mentions and judgements; erasure; and the hourly and weekly sums."""

import hashlib
import json
import math
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from listener.assess import Assessment
from listener.complaint import Verdict
from listener.folding import clean
from listener.intake import Kept, Mention, Standing
from listener.mention import Author, Engagement, Kind, Observation, Post
from tocsin.store.keys import KeyRows
from tocsin.store.times import hour_of, ms, utc, week_of
from tocsin.store.typed import TypedRows

_COUNTS = ("likes", "reposts", "replies", "quotes", "views")


class PostRows(TypedRows, KeyRows):
    """What intake stores and what is asked about posts."""

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
            "reposts, replies, quotes, views, backfill, content) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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

    def _meet_again(self, known: sqlite3.Row, observation: Observation) -> Kept:
        number, author = known["id"], known["author"]
        if known["deleted_at"] is not None:
            return Kept(Standing.GONE, number, author)
        post = observation.post
        self._keep_aliases(post, number)
        self._keep_counts(number, post.engagement, observation.seen_at)
        if observation.kind is Kind.COUNTS or known["content"] == _content(post):
            return Kept(Standing.KNOWN, number, author)
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
        return Kept(Standing.EDITED, number, author)

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
            "verdict, severity, safety, team, topic, why) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                json.dumps(why, ensure_ascii=True),
            ),
        )
        return fresh.rowcount == 1

    # ------------------------------------------------------------------------------ sums
    def roll_up(self, mention: Mention, source: str) -> None:
        """Add a new mention to the hourly and weekly sums. Our own posts are not counted."""
        assessment = mention.assessment
        if assessment.own:
            return
        created = ms(mention.created_at)
        verdict = assessment.judgement.verdict
        scored = int(assessment.scored)
        valence = assessment.valence * scored
        topic = (assessment.route.topic if assessment.route else None) or ""
        self.connection.execute(
            "insert into hours values (?, ?, ?, ?, ?, ?, 1, ?, ?, ?) on conflict do update set "
            "mentions = mentions + 1, scored = scored + excluded.scored, "
            "valence_sum = valence_sum + excluded.valence_sum, "
            "valence_squares = valence_squares + excluded.valence_squares",
            (
                assessment.brand,
                hour_of(created),
                source,
                assessment.lang,
                topic,
                verdict,
                scored,
                valence,
                valence * valence,
            ),
        )
        self.connection.execute(
            "insert into author_weeks values (?, ?, ?, 1, ?, ?, ?) on conflict do update set "
            "mentions = mentions + 1, complaints = complaints + excluded.complaints, "
            "scored = scored + excluded.scored, valence_sum = valence_sum + excluded.valence_sum",
            (
                assessment.brand,
                week_of(created),
                mention.kept.author,
                int(verdict is Verdict.COMPLAINT),
                scored,
                valence,
            ),
        )
        followers = mention.post.author.followers
        if followers is not None and followers >= 0:
            self.connection.execute(
                "insert into brand_usual (brand, authors, log_followers) values (?, 1, ?) "
                "on conflict do update set "
                "authors = authors + 1, log_followers = log_followers + excluded.log_followers",
                (assessment.brand, math.log1p(followers)),
            )

    # --------------------------------------------------------------------------- erasing
    def _delete(self, post: Post, known: sqlite3.Row | None, at: datetime) -> Kept:
        """Erase a post and keep a tombstone. A deletion of what was never kept leaves nothing."""
        if known is None:
            return Kept(Standing.UNKNOWN)
        if known["deleted_at"] is not None:
            return Kept(Standing.GONE, known["id"], known["author"])
        self.erase_post(known["id"], at)
        return Kept(Standing.DELETED, known["id"], known["author"])

    def erase_post(self, number: int, at: datetime) -> None:
        """Erase words, title, link, ids, versions and labels of a post, and what was typed about a
        case of which it was the last; facts and counts stay."""
        row = self.connection.execute(
            "select platform, native_id, author from posts where id = ?", (number,)
        ).fetchone()
        names = [
            row["native_id"],
            *(
                alias["native_id"]
                for alias in self.connection.execute(
                    "select native_id from post_aliases where post = ?", (number,)
                ).fetchall()
            ),
        ]
        for native_id in names:
            self._bury("post", row["platform"], native_id, at)
        hashed = self._hash("post", row["platform"], row["native_id"]).hex()
        self.connection.execute(
            "update posts set text = '', title = '', url = '', native_id = ?, content = x'', "
            "in_reply_to = null, conversation_id = null, repost_of = null, deleted_at = ? "
            "where id = ?",
            (hashed, ms(at), number),
        )
        for table in ("post_versions", "post_aliases", "labels"):
            self.connection.execute(f"delete from {table} where post = ?", (number,))  # noqa: S608
        self.connection.execute(
            "update judgements set why = '[]' where mention in "
            "(select id from mentions where post = ?)",
            (number,),
        )
        for native_id in names:  # a repost holds the same words
            reposts = self.connection.execute(
                "select id from posts where platform = ? and repost_of = ?",
                (row["platform"], native_id),
            )
            for (repost,) in reposts.fetchall():
                self.erase_post(repost, at)
        self.erase_typed_of_post(number)
        self._blank_author(row["author"])

    def _blank_author(self, author: int) -> None:
        """Erase an author of whom no post is left. Not buried: somebody who writes again is
        welcome, as somebody new."""
        self.connection.execute(
            "update authors set native_id = 'erased:' || id, handle = '', name = '', "
            "followers = null where id = ? and forgotten_at is null and not exists "
            "(select 1 from posts where author = ? and deleted_at is null)",
            (author, author),
        )

    def forget_author(self, author: int, at: datetime) -> list[int]:
        """Erase an author, all their posts and what was typed about their cases, for good.

        Returns the posts that were erased.
        """
        row = self.connection.execute(
            "select platform, native_id from authors where id = ?", (author,)
        ).fetchone()
        posts = [
            r["id"]
            for r in self.connection.execute(
                "select id from posts where author = ? and deleted_at is null", (author,)
            ).fetchall()
        ]
        for post in posts:
            self.erase_post(post, at)
        self.erase_typed_of_author(author)
        self._bury("author", row["platform"], row["native_id"], at)
        hashed = self._hash("author", row["platform"], row["native_id"]).hex()
        self.connection.execute(
            "update authors set native_id = ?, handle = '', name = '', followers = null, "
            "forgotten_at = ? where id = ?",
            (hashed, ms(at), author),
        )
        return posts

    def age_out(self, before: datetime, at: datetime, limit: int = 500) -> int:
        """Erase posts seen before an instant, at most `limit`, and authors of whom none is left.

        Posts of open cases, and of cases closed since, are kept. Returns how many were erased.
        """
        rows = self.connection.execute(
            "select id from posts p where seen_at < ? and deleted_at is null and not exists "
            "(select 1 from case_posts c join cases k on k.number = c.case_number "
            "where c.post = p.id and (k.state <> 'closed' or k.closed_at >= ?)) "
            "order by seen_at limit ?",
            (ms(before), ms(before), limit),
        ).fetchall()
        for (post,) in rows:
            self.erase_post(post, at)
        return len(rows)

    def authors_called(self, name: str, platform: str | None) -> Sequence[sqlite3.Row]:
        """Authors with this handle (with or without @) or native id, on a platform or on all."""
        only = "and platform = ?" if platform else ""
        handle = name.removeprefix("@")
        return self.connection.execute(
            "select id, platform, native_id, handle from authors where forgotten_at is null "  # noqa: S608
            f"and (native_id = ? or lower(handle) in (lower(?), lower('@' || ?))) {only}",
            (name, handle, handle, *([platform] if platform else [])),
        ).fetchall()

    def _is_gone(self, post: Post) -> bool:
        return any(
            self._has_tombstone("post", post.platform, native_id)
            for native_id in (post.id, *post.aliases)
        )

    def _has_tombstone(self, kind: str, platform: str, native_id: str) -> bool:
        row = self.connection.execute("select 1 from tombstones limit 1").fetchone()
        if row is None:  # the usual case on a fresh store: no hashing for nothing
            return False
        row = self.connection.execute(
            "select 1 from tombstones where hash = ?", (self._hash(kind, platform, native_id),)
        ).fetchone()
        return row is not None

    def _bury(self, kind: str, platform: str, native_id: str, at: datetime) -> None:
        self.connection.execute(
            "insert or ignore into tombstones (hash, kind, at) values (?, ?, ?)",
            (self._hash(kind, platform, native_id), kind, ms(at)),
        )

    def _hash(self, kind: str, platform: str, native_id: str) -> bytes:
        return self.keyed_hash("tombstones", kind, platform, native_id)

    # ---------------------------------------------------------------------------- asking
    def was_own(self, post: int) -> bool:
        """Was the post written by one of our own accounts?"""
        row = self.connection.execute(
            "select 1 from mentions where post = ? and own = 1", (post,)
        ).fetchone()
        return row is not None

    def cases_of_post(self, post: int) -> list[int]:
        """Numbers of the cases that a post belongs to."""
        rows = self.connection.execute(
            "select case_number from case_posts where post = ? order by case_number", (post,)
        )
        return [row[0] for row in rows.fetchall()]

    def judgements_of_native(self, native_id: str) -> list[dict[str, Any]]:
        """The newest judgement of a post for each brand it names, by the platform's id."""
        rows = self.connection.execute(
            "select p.id as post, p.platform, p.created_at, p.backfill, p.repost_of, m.brand, "
            "m.own, j.* from posts p join mentions m on m.post = p.id "
            "join judgements j on j.id = (select max(id) from judgements where mention = m.id) "
            "where p.native_id = ? order by m.brand",
            (native_id,),
        )
        return [dict(row) for row in rows.fetchall()]

    def unsure_posts(self, since: datetime, limit: int = 200) -> list[dict[str, Any]]:
        """Posts whose newest judgement is unsure, the newest first."""
        rows = self.connection.execute(
            "select p.native_id, p.platform, p.created_at, p.text, p.title, p.url, a.handle, "
            "m.brand, j.probability from posts p join authors a on a.id = p.author "
            "join mentions m on m.post = p.id join judgements j on j.id = "
            "(select max(id) from judgements where mention = m.id) "
            "where j.verdict = 'unsure' and m.own = 0 and p.deleted_at is null "
            "and p.created_at >= ? order by p.created_at desc, p.id limit ?",
            (ms(since), limit),
        )
        return [
            {
                "at": utc(row["created_at"]).isoformat(timespec="minutes"),
                "brand": row["brand"],
                "platform": row["platform"],
                "id": row["native_id"],
                "author": row["handle"],
                "complaint": round(row["probability"], 4),
                "text": f"{row['title']} {row['text']}".strip(),
                "url": row["url"],
            }
            for row in rows.fetchall()
        ]

    def cases_of_native(self, native_id: str) -> list[int]:
        """Numbers of the cases that a platform's id of a post leads to, the newest last."""
        rows = self.connection.execute(
            "select c.case_number from posts p join case_posts c on c.post = p.id "
            "where p.native_id = ? order by c.case_number",
            (native_id,),
        )
        return [row[0] for row in rows.fetchall()]

    def posts_left(self, case: int) -> int:
        """How many of a case's posts have not been deleted."""
        row = self.connection.execute(
            "select count(*) from case_posts c join posts p on p.id = c.post "
            "where c.case_number = ? and p.deleted_at is null",
            (case,),
        ).fetchone()
        return int(row[0])

    def cases_answered_by(self, post: Post, brand: str) -> list[int]:
        """Open cases in whose thread a post of ours stands: it answers one of their posts, or
        shares their conversation."""
        rows = self.connection.execute(
            "select distinct k.number from cases k join case_posts c on c.case_number = k.number "
            "join posts p on p.id = c.post where k.brand = ? and k.state <> 'closed' "
            "and p.platform = ? and (p.native_id = ? or p.conversation_id = ? "
            "or p.native_id = ?) order by k.number",
            (brand, post.platform, post.in_reply_to, post.conversation_id, post.conversation_id),
        )
        return [row[0] for row in rows.fetchall()]

    def own_replies_to(self, post: Post, brand: str) -> list[tuple[int, datetime]]:
        """Posts of our own accounts that answer a post, or stand in its conversation, with their
        dates; those written before it are no answer."""
        ours = (
            "select p.id, p.created_at from posts p join mentions m on m.post = p.id "
            "where p.platform = ? and p.deleted_at is null and p.created_at >= ? "
            "and m.brand = ? and m.own = 1"
        )
        known = (post.platform, ms(post.created_at), brand)
        rows = self.connection.execute(
            f"{ours} and p.in_reply_to in (?, ?) union {ours} and p.conversation_id = ? "
            "order by 2, 1",
            (*known, post.id, post.conversation_id, *known, post.conversation_id),
        )
        return [(row[0], utc(row[1])) for row in rows.fetchall()]

    def keep_reply(self, case: int, post: int) -> None:
        """Note a public reply of ours to a case."""
        self.connection.execute(
            "insert or ignore into case_replies (case_number, post) values (?, ?)", (case, post)
        )

    def cases_left_unanswered(self, post: int) -> list[int]:
        """Cases whose last complaint no reply of ours stands against, once this one is gone."""
        rows = self.connection.execute(
            "select r.case_number from case_replies r join cases k on k.number = r.case_number "
            "where r.post = ? and not exists (select 1 from case_replies o "
            "join posts p on p.id = o.post where o.case_number = r.case_number "
            "and p.deleted_at is null and p.created_at >= k.complained_at) "
            "order by r.case_number",
            (post,),
        )
        return [row[0] for row in rows.fetchall()]

    def posts_of_case(self, case: int) -> list[dict[str, Any]]:
        """A case's posts with their authors and newest judgement, in order of time."""
        rows = self.connection.execute(
            "select p.*, a.handle, a.name, a.followers, "
            "(select json_group_array(w.value) from json_each(j.why) w) as reasons, "
            "j.valence, j.probability, j.verdict, j.severity, j.safety, j.lang as judged_lang, "
            "j.scored "
            "from case_posts c join posts p on p.id = c.post join authors a on a.id = p.author "
            "join cases k on k.number = c.case_number "
            "left join mentions m on m.post = p.id and m.brand = k.brand "
            "left join judgements j on j.id = "
            "(select max(id) from judgements where mention = m.id) "
            "where c.case_number = ? order by p.created_at, p.id",
            (case,),
        )
        return [dict(row) for row in rows.fetchall()]

    def widest_post(self, incident: int) -> dict[str, Any] | None:
        """The post with the most reach among an incident's cases that is still there."""
        row = self.connection.execute(
            "select p.*, a.handle, a.name, a.followers from cases k "
            "join case_posts c on c.case_number = k.number join posts p on p.id = c.post "
            "join authors a on a.id = p.author where k.incident = ? and p.deleted_at is null "
            "order by coalesce(a.followers, 0) + 10 * coalesce(p.reposts, 0) desc, p.id limit 1",
            (incident,),
        ).fetchone()
        return None if row is None else dict(row)


def _storable(text: str) -> str:
    """What SQLite and every output can hold: no NUL, no lone surrogate, not too long."""
    return clean(text)[0]


def _content(post: Post) -> bytes:
    text = f"{post.title}\x00{post.text}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
