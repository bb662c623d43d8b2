"""What is private: posts that one named person sees, and that nothing else here reads."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from escalation.subject import Matter, Ref
from listener.folding import clean
from listener.mention import Author, Engagement, Kind, Observation, Post
from tocsin.store.confided import ConfidedRows
from tocsin.store.outbox import OutboxRows
from tocsin.store.subjects import SubjectRows
from tocsin.store.times import ms, utc

_BLANK = (
    "author_id = '', handle = '', name = '', text = '', title = '', url = '', brand = '', "
    "others = '', more = '{}'"
)
MOST_NAMED = 20  # matters that one message names
_OPEN = "matter in (select number from matters where state <> 'closed')"


class PrivateRows(ConfidedRows, SubjectRows, OutboxRows):
    """What the people of private matters read, give back and erase."""

    def open_matter(self, post: int) -> Matter | None:
        """The open private matter of the author of a post that was kept privately."""
        where = (
            "where state <> 'closed' and number in (select matter from private_posts where "
            "author <> x'' and author = (select author from private_posts where id = ?)) "
            "order by number limit 1"
        )
        found = self._subjects(Matter.kind, where, (post,))
        return found[0] if found else None

    def matters_waiting(self, person: str) -> int:
        """How many private matters wait for a person's acknowledgement."""
        query = "select count(*) from matters where state = 'new' and owner = ?"
        return int(self.connection.execute(query, (person,)).fetchone()[0])

    def matters_to_pass_on(self, person: str) -> list[int]:
        """Those of them that tell of a danger to others which nobody was told of; the first
        MOST_NAMED."""
        rows = self.connection.execute(
            "select number from matters m where state = 'new' and owner = ? and passed_on = 0 "
            "and exists (select 1 from private_posts p where p.matter = m.number "
            "and p.others <> '') order by number limit ?",
            (person, MOST_NAMED),
        )
        return [number for (number,) in rows.fetchall()]

    def matters_opened(self, since: datetime) -> int:
        """How many private matters were opened since then."""
        query = "select count(*) from matters where opened_at >= ?"
        return int(self.connection.execute(query, (ms(since),)).fetchone()[0])

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

    def give_back(self, matter: int) -> list[tuple[Observation, str]]:
        """Mark a matter's posts as no sign of self-harm, and return them with their sources, to be
        judged openly; their words go from here. What was a mention before may be one again."""
        back = []
        for row in self.private_posts(matter):
            aliases = self._aliases_of(row["id"])
            seen = _observed(row, aliases)
            self._release(row, aliases)
            if row["openly"] is not None:
                self._revive(row["openly"], seen.post)
            back.append((seen, row["source"]))
        return back

    def _aliases_of(self, number: int) -> tuple[str, ...]:
        rows = self.connection.execute(
            "select native_id from private_aliases where post = ? order by native_id", (number,)
        )
        return tuple(alias for (alias,) in rows.fetchall())

    def _release(self, row: sqlite3.Row, aliases: Sequence[str]) -> None:
        """Keep of a post only by what it is known again: its ids and its words, as hashes."""
        platform = row["platform"]
        self.connection.execute(
            f"update private_posts set given_back = 1, words = ?, native_id = ?, {_BLANK}, "  # noqa: S608
            "author = x'' where id = ?",
            (
                self._words(row["text"], row["title"]),
                self._hash("post", platform, row["native_id"]).hex(),
                row["id"],
            ),
        )
        self.connection.execute("delete from private_aliases where post = ?", (row["id"],))
        hashed = [self._hash("post", platform, one).hex() for one in aliases]
        self._alias(row["id"], platform, hashed, besides="")

    def _revive(self, number: int, post: Post) -> None:
        """Let a post that was erased by becoming private be found by its id again; its words are
        those that it is met with next. Its author is who they were, unless they wrote since."""
        author = self.connection.execute(
            "select author from posts where id = ?", (number,)
        ).fetchone()[0]
        self.connection.execute(
            "update or ignore authors set native_id = ? "
            "where id = ? and native_id = 'erased:' || id",
            (post.author.id, author),
        )
        self.connection.execute(
            "update posts set native_id = ?, author = ?, url = ?, in_reply_to = ?, "
            "conversation_id = ?, content = x'', deleted_at = null where id = ?",
            (
                post.id,
                self._keep_author(post.platform, post.author) or author,
                clean(post.url)[0],
                post.in_reply_to,
                post.conversation_id,
                number,
            ),
        )

    # --------------------------------------------------------------------------- erasing
    def erase_private(self, post: Post, at: datetime) -> None:
        """Erase the words and the author of a post that was kept privately."""
        for row in self._privately(post):
            self._erase_private(row, at)

    def _erase_private(self, row: sqlite3.Row, at: datetime) -> None:
        platform = row["platform"]
        for native_id in (row["native_id"], *self._aliases_of(row["id"])):
            self._bury("post", platform, native_id, at)
        hashed = self._hash("post", platform, row["native_id"]).hex()
        self.connection.execute("delete from private_aliases where post = ?", (row["id"],))
        self.connection.execute(
            f"update private_posts set native_id = ?, {_BLANK} where id = ?",  # noqa: S608
            (hashed, row["id"]),
        )
        self.release_authors()
        if row["matter"] is not None:
            self.freshen(Ref(Matter.kind, row["matter"]), at)

    def release_authors(self) -> None:
        """Erase by what the author of an erased post is known again, once no open matter asks."""
        self.connection.execute(
            "update private_posts set author = x'' where author_id = '' and author <> x'' "  # noqa: S608
            f"and (matter is null or not {_OPEN})"
        )

    def forget_author(self, author: int, at: datetime) -> list[int]:
        """Erase an author, openly and privately, for good; returns the open posts."""
        row = self.connection.execute(
            "select platform, native_id from authors where id = ?", (author,)
        ).fetchone()
        self._forget_hashed(self._hash("author", row["platform"], row["native_id"]), at)
        return super().forget_author(author, at)

    def _forget_hashed(self, author: bytes, at: datetime) -> None:
        rows = self.connection.execute(
            "select * from private_posts where author_id <> '' and author = ?", (author,)
        ).fetchall()
        for row in rows:
            self._erase_private(row, at)

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
            self._forget_hashed(row["author"], at)
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
        self.release_authors()
        return len(rows)


def _observed(row: sqlite3.Row, aliases: tuple[str, ...]) -> Observation:
    more = json.loads(row["more"])
    backfill, who = more.pop("backfill", False), more.pop("author", {})
    engagement = Engagement(**more.pop("engagement", {}))
    author = Author(row["author_id"], row["handle"], row["name"], **who)
    post = Post(
        row["platform"],
        row["native_id"],
        row["text"],
        utc(row["created_at"]),
        author,
        title=row["title"],
        lang=row["lang"],
        url=row["url"],
        engagement=engagement,
        aliases=aliases,
        links=tuple(more.pop("links", ())),
        **more,
    )
    return Observation(Kind.POST, post, utc(row["seen_at"]), backfill)
