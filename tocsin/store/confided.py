"""What intake keeps privately: signs of self-harm, which no other table knows of."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict

from listener.folding import clean
from listener.intake import Private, Sign
from listener.mention import Observation, Post
from tocsin.store.posts import PostRows
from tocsin.store.times import ms

_REPOSTED = re.compile(r"^RT @\w+: *")  # as X quotes what is reposted, cut at its end


class ConfidedRows(PostRows):
    """Private posts as they are heard, edited and heard again."""

    def is_private(self, post: Post) -> bool | None:
        """Is the post kept privately? False: it was, and a person found no such sign in these
        words."""
        known = self._privately(post)
        if any(not row["given_back"] for row in known):
            return True
        words = self._words(post.text, post.title)
        return False if any(row["words"] == words for row in known) else None

    def is_echo(self, post: Post) -> bool:
        """Is a repost nobody's own words: those of its root, or of a root that is not known?"""
        said = _REPOSTED.sub("", clean(f"{post.title} {post.text}")[0].strip()).rstrip("… ")
        roots = [
            f"{row['title']} {row['text']}".strip()
            for table in ("posts", "private_posts")
            for row in self.connection.execute(
                f"select text, title from {table} where platform = ? and native_id = ?",  # noqa: S608
                (post.platform, post.repost_of),
            )
        ]
        return not any(roots) or any(one.startswith(said) for one in roots)

    def keep_private(self, observation: Observation, sign: Sign) -> Private | None:
        """Keep a post where one person alone sees it, and nowhere else; None: it is nothing new.

        Where it was kept as a mention, it is erased there, and may come back by `give_back`.
        """
        post = observation.post
        if self._is_gone(post) or self._has_tombstone("author", post.platform, post.author.id):
            return None
        known = next(iter(self._privately(post)), None)
        if known is not None and not known["given_back"]:
            return self._edit(known, observation, sign)
        if known is not None:  # that person has not seen the words of now
            self.connection.execute("delete from private_posts where id = ?", (known["id"],))
        found = self._find(post)
        openly = None if found is None or found["deleted_at"] is not None else found["id"]
        before = None if openly is None else self._source_and_aliases(openly)
        if openly is not None:
            self.erase_post(openly, observation.seen_at, bury=False)
        number = self._insert_private(observation, sign, openly, before)
        return Private(number, openly)

    def _privately(self, post: Post) -> list[sqlite3.Row]:
        if self.connection.execute("select 1 from private_posts limit 1").fetchone() is None:
            return []
        ids = (post.id, *post.aliases)
        names = (*ids, *(self._hash("post", post.platform, one).hex() for one in ids))
        marks = ", ".join("?" * len(names))
        query = (
            f"select * from private_posts where platform = ? and (native_id in ({marks}) or id in "  # noqa: S608
            f"(select post from private_aliases where platform = ? and native_id in ({marks})))"
        )
        values = (post.platform, *names, post.platform, *names)
        return self.connection.execute(query, values).fetchall()

    def _words(self, text: str, title: str) -> bytes:
        """What stands for words that a person has looked at."""
        return self.keyed_hash("tombstones", "words", clean(title)[0], clean(text)[0])

    def _source_and_aliases(self, openly: int) -> tuple[str, tuple[str, ...]]:
        """By which source a post was heard first, and all its ids."""
        row = self.connection.execute(
            "select source, native_id from posts where id = ?", (openly,)
        ).fetchone()
        aliases = self.connection.execute(
            "select native_id from post_aliases where post = ?", (openly,)
        ).fetchall()
        return row["source"], (row["native_id"], *(alias for (alias,) in aliases))

    def _insert_private(
        self,
        observation: Observation,
        sign: Sign,
        openly: int | None,
        before: tuple[str, tuple[str, ...]] | None,
    ) -> int:
        post, author = observation.post, observation.post.author
        source, ids = before or (sign.source, (post.id,))
        values = (
            post.platform,
            ids[0],
            self._hash("author", post.platform, author.id),
            *(clean(one)[0] for one in (author.id, author.handle, author.name)),
            sign.brand,
            *(clean(one)[0] for one in (post.text, post.title)),
            post.lang,
            clean(post.url)[0],
            ms(post.created_at),
            ms(observation.seen_at),
            source,
            ", ".join(sign.others),
            _more(observation),
            openly,
        )
        done = self.connection.execute(
            "insert into private_posts (platform, native_id, author, author_id, handle, name, "  # noqa: S608
            "brand, text, title, lang, url, created_at, seen_at, source, others, more, openly) "
            f"values ({', '.join('?' * len(values))})",
            values,
        )
        number = int(done.lastrowid or 0)
        self._alias(number, post.platform, (post.id, *post.aliases, *ids[1:]), besides=ids[0])
        return number

    def _alias(self, number: int, platform: str, ids: Sequence[str], besides: str) -> None:
        self.connection.executemany(
            "insert or ignore into private_aliases (platform, native_id, post) values (?, ?, ?)",
            [(platform, one, number) for one in dict.fromkeys(ids) if one != besides],
        )

    def _edit(self, known: sqlite3.Row, observation: Observation, sign: Sign) -> Private | None:
        post = observation.post
        text, title = clean(post.text)[0], clean(post.title)[0]
        self._alias(known["id"], post.platform, (post.id, *post.aliases), known["native_id"])
        if (text, title) == (known["text"], known["title"]):
            return None
        self.connection.execute(
            "update private_posts set text = ?, title = ?, others = ? where id = ?",
            (text, title, ", ".join(sign.others), known["id"]),
        )
        return Private(known["id"], edited=True)


def _more(observation: Observation) -> str:
    """What a platform said of a post that is neither its words nor its ids, as JSON."""
    post = observation.post
    counts = asdict(post.engagement)
    said = {
        "in_reply_to": post.in_reply_to,
        "conversation_id": post.conversation_id,
        "repost_of": post.repost_of,
        "rating": post.rating,
        "links": post.links,  # a post may name a brand by these alone, also when it is given back
        "author": {"followers": post.author.followers, "bot": post.author.bot},
        "engagement": {name: count for name, count in counts.items() if count is not None},
        "backfill": observation.backfill,
    }
    return json.dumps({name: one for name, one in said.items() if one})
