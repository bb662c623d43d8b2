"""What is private: posts that one named person sees, and that nothing else here reads."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from escalation.subject import Matter, Ref
from listener.folding import clean
from listener.intake import Private
from listener.mention import Author, Kind, Observation, Post
from tocsin.store.outbox import OutboxRows
from tocsin.store.posts import PostRows
from tocsin.store.subjects import SubjectRows
from tocsin.store.times import ms, utc

_OPEN = "matter in (select number from matters where state <> 'closed')"


class PrivateRows(PostRows, SubjectRows, OutboxRows):
    """What intake keeps privately, and what its people read and erase."""

    def is_private(self, post: Post) -> bool | None:
        """Was the post kept privately before? False: it was, and a person found no such sign."""
        known = self._privately(post)
        return not any(row["given_back"] for row in known) if known else None

    def keep_private(self, observation: Observation, brand: str) -> Private | None:
        """Keep a post where one person alone sees it, and nowhere else; None: it is nothing new.

        Where it was kept as a mention, it is erased there.
        """
        post = observation.post
        if self._is_gone(post) or self._has_tombstone("author", post.platform, post.author.id):
            return None
        known = next(iter(self._privately(post)), None)
        if known is not None:
            self._edit(known, observation)
            return None
        openly = self._find(post)
        erased = None if openly is None or openly["deleted_at"] is not None else openly["id"]
        if erased is not None:
            self.erase_post(erased, observation.seen_at)
        return Private(self._insert_private(observation, brand), erased)

    def _privately(self, post: Post) -> list[sqlite3.Row]:
        if self.connection.execute("select 1 from private_posts limit 1").fetchone() is None:
            return []
        ids = (post.id, *post.aliases)
        names = (*ids, *(self._hash("post", post.platform, one).hex() for one in ids))
        marks = ", ".join("?" * len(names))
        query = f"select * from private_posts where platform = ? and native_id in ({marks})"  # noqa: S608
        return self.connection.execute(query, (post.platform, *names)).fetchall()

    def _insert_private(self, observation: Observation, brand: str) -> int:
        post, author = observation.post, observation.post.author
        values = (
            post.platform,
            post.id,
            self._hash("author", post.platform, author.id),
            *(clean(one)[0] for one in (author.id, author.handle, author.name)),
            brand,
            *(clean(one)[0] for one in (post.text, post.title)),
            post.lang,
            clean(post.url)[0],
            ms(post.created_at),
            ms(observation.seen_at),
        )
        done = self.connection.execute(
            "insert into private_posts (platform, native_id, author, author_id, handle, name, "  # noqa: S608
            "brand, text, title, lang, url, created_at, seen_at) "
            f"values ({', '.join('?' * len(values))})",
            values,
        )
        return int(done.lastrowid or 0)

    def _edit(self, known: sqlite3.Row, observation: Observation) -> None:
        post = observation.post
        self.connection.execute(
            "update private_posts set text = ?, title = ? where id = ? and given_back = 0",
            (clean(post.text)[0], clean(post.title)[0], known["id"]),
        )

    def open_matter(self, post: int) -> Matter | None:
        """The open private matter of the author of a post that was kept privately."""
        where = (
            "where state <> 'closed' and number in (select matter from private_posts where "
            "author = (select author from private_posts where id = ?)) order by number limit 1"
        )
        found = self._subjects(Matter.kind, where, (post,))
        return found[0] if found else None

    def confided(self, post: int, matter: int) -> None:
        """Make a post that was kept privately part of a private matter."""
        self.connection.execute("update private_posts set matter = ? where id = ?", (matter, post))

    def private_posts(self, matter: int) -> Sequence[sqlite3.Row]:
        """The posts of a private matter that are not erased, the oldest first."""
        return self.connection.execute(
            "select * from private_posts where matter = ? and author_id <> '' "
            "order by created_at, id",
            (matter,),
        ).fetchall()

    def give_back(self, matter: int) -> list[Observation]:
        """Mark a matter's posts as no sign of self-harm, and return them to be judged openly;
        their words go from here."""
        rows = self.private_posts(matter)
        self.connection.executemany(
            "update private_posts set given_back = 1, native_id = ?, text = '', title = '', "
            "url = '', brand = '', author_id = '', handle = '', name = '' where id = ?",
            [
                (self._hash("post", row["platform"], row["native_id"]).hex(), row["id"])
                for row in rows
            ],
        )
        return [_observed(row) for row in rows]

    # --------------------------------------------------------------------------- erasing
    def erase_private(self, post: Post, at: datetime) -> None:
        """Erase the words and the author of a post that was kept privately."""
        for row in self._privately(post):
            self._erase_private(row, at)

    def _erase_private(self, row: sqlite3.Row, at: datetime) -> None:
        self._bury("post", row["platform"], row["native_id"], at)
        hashed = self._hash("post", row["platform"], row["native_id"]).hex()
        self.connection.execute(
            "update private_posts set native_id = ?, author_id = '', handle = '', name = '', "
            "text = '', title = '', url = '', brand = '' where id = ?",
            (hashed, row["id"]),
        )
        if row["matter"] is not None:
            self.freshen(Ref(Matter.kind, row["matter"]), at)

    def private_posts_by(self, name: str, platform: str | None) -> Sequence[sqlite3.Row]:
        """The private posts of an author by handle (with or without @) or native id."""
        handle = name.removeprefix("@").lower()
        return self.connection.execute(
            "select * from private_posts where author_id <> '' and (author_id = ? "
            "or lower(ltrim(handle, '@')) = ?) and (? is null or platform = ?)",
            (name, handle, platform, platform),
        ).fetchall()

    def forget_privately(self, name: str, platform: str | None, at: datetime) -> None:
        """Erase what is kept privately of an author, for good."""
        for row in self.private_posts_by(name, platform):
            self._erase_private(row, at)
            self._bury("author", row["platform"], row["author_id"], at)

    def age_out_private(self, before: datetime, at: datetime, limit: int = 500) -> int:
        """Erase what is kept privately, was seen before an instant and is of no open matter."""
        rows = self.connection.execute(
            "select * from private_posts where author_id <> '' and seen_at < ? "  # noqa: S608
            f"and (matter is null or not {_OPEN}) order by seen_at limit ?",
            (ms(before), limit),
        ).fetchall()
        for row in rows:
            self._erase_private(row, at)
        return len(rows)


def _observed(row: sqlite3.Row) -> Observation:
    author = Author(row["author_id"], row["handle"], row["name"])
    post = Post(
        row["platform"],
        row["native_id"],
        row["text"],
        utc(row["created_at"]),
        author,
        title=row["title"],
        lang=row["lang"],
        url=row["url"],
    )
    return Observation(Kind.POST, post, utc(row["seen_at"]))
