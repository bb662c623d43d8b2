"""Labels: what people said of posts, and of imported texts that are no posts of the store."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from listener.mention import Author, Post
from tocsin.store.keys import KeyRows
from tocsin.store.times import ms, utc

PLAIN = "text"  # the platform of what is nobody's post


@dataclass(frozen=True, slots=True)
class Label:
    """What a person said of a text. One of `complaint` and `team` may be None: not said."""

    post: Post
    complaint: bool | None
    team: str | None
    person: str = "import"


class LabelRows(KeyRows):
    """Labels, kept and read. Those of a post go with it (`erase_post`)."""

    def keep_label(self, label: Label, now: datetime) -> str:
        """Keep a label. Returns where: "post" of the store, "text" of its own, or "gone": the
        post was deleted or its author forgotten, so that nothing of it is kept."""
        post = label.post
        if post.platform != PLAIN:
            found = self.connection.execute(
                "select id, deleted_at from posts where platform = ? and native_id = ?",
                (post.platform, post.id),
            ).fetchone()
            if found is not None and found["deleted_at"] is None:
                self._label_post(found["id"], label, now)
                return "post"
            if found is not None or self._is_buried(post) or self._is_private(post):
                return "gone"
        self._keep_text(label, now)
        return "text"

    def _is_private(self, post: Post) -> bool:
        """Is it kept where one person alone sees it?"""
        row = self.connection.execute(
            "select 1 from private_posts where platform = ? and native_id = ?",
            (post.platform, post.id),
        )
        return row.fetchone() is not None

    def _label_post(self, number: int, label: Label, now: datetime) -> None:
        said = {"complaint": label.complaint, "team": label.team}
        for kind, value in said.items():
            if value is None:
                continue
            stored = value if isinstance(value, str) else str(value).lower()
            self.connection.execute(
                "delete from labels where post = ? and kind = ? and person = ?",
                (number, kind, label.person),
            )
            self.connection.execute(
                "insert into labels (post, brand, kind, value, person, at) "
                "select ?, coalesce((select brand from mentions where post = ? order by id), ''), "
                "?, ?, ?, ?",
                (number, number, kind, stored, label.person, ms(now)),
            )

    def _is_buried(self, post: Post) -> bool:
        hashes = (
            self.keyed_hash("tombstones", "post", post.platform, post.id),
            self.keyed_hash("tombstones", "author", post.platform, post.author.id),
        )
        row = self.connection.execute("select 1 from tombstones where hash in (?, ?)", hashes)
        return row.fetchone() is not None

    def _keep_text(self, label: Label, now: datetime) -> None:
        post, plain = label.post, label.post.platform == PLAIN
        digest = self.keyed_hash(
            "labelled", post.platform, "" if plain else post.id, f"{post.title}\0{post.text}"
        )
        author = (
            self.keyed_hash("tombstones", "author", post.platform, post.author.id)
            if post.author.id
            else None
        )
        self.connection.execute(
            "insert into labelled_texts (digest, platform, native_id, author, text, title, lang, "
            "rating, answers, complaint, team, person, at) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (digest) do update set "
            "complaint = coalesce(excluded.complaint, complaint), "
            "team = coalesce(excluded.team, team), person = excluded.person, at = excluded.at",
            (
                digest,
                post.platform,
                "" if plain else post.id,
                author,
                post.text,
                post.title,
                post.lang,
                post.rating,
                post.in_reply_to is not None,
                label.complaint,
                label.team,
                label.person,
                ms(now),
            ),
        )

    def labels_kept(self) -> Iterator[Label]:
        """Every label, the oldest first; of what was said twice of a post, the newer."""
        rows = self.connection.execute(_POSTS + " union all " + _TEXTS + " order by said_at, place")
        for row in rows:
            yield _label(row)

    def forget_texts(self) -> int:
        """Erase every imported text that is no post of the store; returns how many."""
        return self.connection.execute("delete from labelled_texts").rowcount

    def age_out_texts(self, before: datetime) -> None:
        """Erase imported posts of a platform that were brought here before an instant."""
        self.connection.execute(
            "delete from labelled_texts where platform <> ? and at < ?", (PLAIN, ms(before))
        )

    def cases_of_teams(self) -> dict[str, int]:
        """How many cases each team has had."""
        rows = self.connection.execute(
            "select team, count(*) from cases group by team order by team"
        )
        return dict(rows.fetchall())

    def posts_since(self, since: datetime, limit: int) -> Iterator[tuple[int, Post]]:
        """The newest posts by others that are kept, with our ids."""
        rows = self.connection.execute(
            f"select p.id as place, {_POST} from posts p where p.deleted_at is null "  # noqa: S608
            "and p.seen_at >= ? and not exists "
            "(select 1 from mentions m where m.post = p.id and m.own > 0) "
            "order by p.seen_at desc, p.id desc limit ?",
            (ms(since), limit),
        )
        for row in rows:
            yield row["place"], _post(row)


_POST = (
    "p.platform, p.native_id, p.text, p.title, p.lang, p.rating, "
    "p.in_reply_to is not null as answers, p.created_at as at"
)
_NEWEST = (
    "(select value from labels where post = p.id and kind = '{}' order by id desc limit 1) as {}"
)
_POSTS = (
    f"select {_POST}, {_NEWEST.format('complaint', 'complaint')}, "  # noqa: S608
    f"{_NEWEST.format('team', 'team')}, "
    "(select person from labels where post = p.id order by id desc limit 1) as person, "
    "(select max(at) from labels where post = p.id) as said_at, p.id as place "
    "from posts p where p.deleted_at is null and p.id in (select post from labels)"
)
_TEXTS = (
    "select platform, native_id, text, title, lang, rating, answers, at, "
    "case complaint when 1 then 'true' when 0 then 'false' end, team, person, at as said_at, "
    "id as place from labelled_texts"
)


def _label(row: sqlite3.Row) -> Label:
    complaint = None if row["complaint"] is None else row["complaint"] == "true"
    return Label(_post(row), complaint, row["team"], row["person"])


def _post(row: sqlite3.Row) -> Post:
    return Post(
        platform=row["platform"],
        id=row["native_id"],
        text=row["text"],
        title=row["title"],
        lang=row["lang"],
        rating=row["rating"],
        created_at=utc(row["at"]),
        author=Author(""),
        in_reply_to="" if row["answers"] else None,  # what it answers is not looked at
    )
