"""The erasure of posts and authors, and the tombstones that keep a re-read from undoing it."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from escalation.subject import Ref
from listener.mention import Post
from tocsin.store.keys import ERASED_CLICKS, ERASED_LABELS, KeyRows
from tocsin.store.stories import StoryRows
from tocsin.store.times import ms
from tocsin.store.typed import TypedRows


class ErasingRows(TypedRows, KeyRows, StoryRows):
    """Words, names and links go; facts and counts stay."""

    def erase_post(
        self, number: int, at: datetime, *, aged: bool = False, bury: bool = True
    ) -> None:
        """Erase words, title, link, ids, versions and labels of a post, and what was typed about a
        case of which it was the last; facts and counts stay.

        aged  because of its age alone: nobody asked, so that what was learned from it may stay.
        bury  it does not come back, though it be read again; not so where it has become private.
        """
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
            if bury:
                self._bury("post", row["platform"], native_id, at)
            self.erase_labelled(row["platform"], native_id, aged=aged)
        hashed = self._hash("post", row["platform"], row["native_id"]).hex()
        self.connection.execute(
            "update posts set text = '', title = '', url = '', linked = '[]', "
            "native_id = ?, content = x'', in_reply_to = null, conversation_id = null, "
            "repost_of = null, deleted_at = ? where id = ?",
            (hashed, ms(at), number),
        )
        for table in ("post_versions", "post_aliases", "links"):
            self.connection.execute(f"delete from {table} where post = ?", (number,))  # noqa: S608
        for kinds, name in (("in", ERASED_LABELS), ("not in", ERASED_CLICKS)):
            gone = self.connection.execute(
                f"delete from labels where post = ? and kind {kinds} ('complaint', 'team')",  # noqa: S608
                (number,),
            )
            self.count_erased_labels(0 if aged else gone.rowcount, name)
        self.connection.execute(
            "update judgements set why = '[]', told = '{}' where mention in "
            "(select id from mentions where post = ?)",
            (number,),
        )
        for native_id in names:  # a repost holds the same words
            reposts = self.connection.execute(
                "select id from posts where platform = ? and repost_of = ?",
                (row["platform"], native_id),
            )
            for (repost,) in reposts.fetchall():
                self.erase_post(repost, at, aged=aged)
        self.erase_typed_of_post(number)
        self.leave_stories(number)
        self._blank_author(row["author"])

    def keep_thread(self, post: int, at: datetime) -> None:
        """Keep by which ids the thread of a case's post is known, as keyed hashes: it is watched
        for backlash, also where the post itself is gone."""
        row = self.connection.execute(
            "select platform, native_id, conversation_id, created_at from posts "
            "where id = ? and deleted_at is null",
            (post,),
        ).fetchone()
        if row is None:
            return
        names = {row["native_id"], row["conversation_id"]} - {None, ""}
        aliases = self.connection.execute(
            "select native_id from post_aliases where post = ?", (post,)
        )
        names |= {alias for (alias,) in aliases.fetchall()}
        known = {"at": ms(at), "post": post, "created": row["created_at"]}
        self.connection.executemany(
            "insert or ignore into backlash_threads (hash, case_number, at) "
            "select :hash, case_number, :at from case_posts c where post = :post and not exists "
            "(select 1 from backlashes b where b.case_number = c.case_number and b.until > :at "
            "and b.since < :created)",  # it joined a watched case later, and is another story
            [
                {**known, "hash": self.hash_of_thread(row["platform"], name)}
                for name in sorted(names)
            ],
        )

    def hash_of_thread(self, platform: str, name: str) -> bytes:
        """What stands for the id of a thread or of a post in it."""
        return self.keyed_hash("threads", platform, name)

    def erase_labelled(self, platform: str, native_id: str, *, aged: bool = False) -> None:
        """Erase an imported text that is a platform's post. `aged`: as in `erase_post`."""
        gone = self.connection.execute(
            "delete from labelled_texts where platform = ? and native_id = ?", (platform, native_id)
        )
        self.count_erased_labels(0 if aged else gone.rowcount)

    def _unlink(self, author: int) -> None:
        """Whoever is erased is nobody else's other account."""
        self.connection.execute(
            "delete from links where ? in (one, other) and exists (select 1 from authors "
            "where id = ? and (forgotten_at is not null or native_id = 'erased:' || id))",
            (author, author),
        )

    def _blank_author(self, author: int) -> None:
        """Erase an author of whom no post is left. Not buried: somebody who writes again is
        welcome, as somebody new."""
        self.connection.execute(
            "update authors set native_id = 'erased:' || id, handle = '', name = '', "
            "followers = null where id = ? and forgotten_at is null and not exists "
            "(select 1 from posts where author = ? and deleted_at is null)",
            (author, author),
        )
        self._unlink(author)

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
        gone = self.connection.execute(
            "delete from labelled_texts where author = ?",
            (self._hash("author", row["platform"], row["native_id"]),),
        )
        self.count_erased_labels(gone.rowcount)
        self._bury("author", row["platform"], row["native_id"], at)
        hashed = self._hash("author", row["platform"], row["native_id"]).hex()
        self.connection.execute(
            "update authors set native_id = ?, handle = '', name = '', followers = null, "
            "forgotten_at = ? where id = ?",
            (hashed, ms(at), author),
        )
        self._unlink(author)
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
            self.erase_post(post, at, aged=True)
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

    def posts_of_author(self, author: int) -> int:
        """How many posts of an author are kept."""
        row = self.connection.execute(
            "select count(*) from posts where author = ? and deleted_at is null", (author,)
        ).fetchone()
        return int(row[0])

    def open_cases_of_author(self, author: int) -> list[Ref]:
        """An author's open cases, the oldest first."""
        rows = self.connection.execute(
            "select number from cases where author = ? and state <> 'closed' order by number",
            (author,),
        )
        return [Ref("case", number) for (number,) in rows.fetchall()]

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
