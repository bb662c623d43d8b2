"""Labels: what people said of posts, and of imported texts that are no posts of the store."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from listener.mention import Author, Post
from tocsin.store.keys import ERASED_CLICKS, ERASED_LABELS, KeyRows
from tocsin.store.times import ms, utc

PLAIN = "text"  # the platform of what is nobody's post
OURS = "tocsin"  # platform and source of what a person of ours wrote here: it teaches nothing


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

    def label_case(
        self, case: int, complaint: bool | None, team: str | None, person: str, now: datetime
    ) -> None:
        """Keep as labels of a case's posts what a person said of it; None was not said.

        A team is that of every post that was judged a complaint, or may be one; so is that it is
        none. That it is one holds for the first alone: who writes again may write thanks. What a
        person of ours wrote has no label.
        """
        posts = self._complained_in(case)
        for number in posts:
            self._say(number, "team", team, person, now)
        for number in posts[:1] if complaint else posts:
            self._say(number, "complaint", complaint, person, now)

    def _complained_in(self, case: int) -> list[int]:
        rows = self.connection.execute(
            "select c.post from case_posts c join cases k on k.number = c.case_number "
            "join posts p on p.id = c.post and p.deleted_at is null and p.source <> ? "
            "left join mentions m on m.post = p.id and m.brand = k.brand "
            "left join judgements j on j.id = "
            "(select max(id) from judgements where mention = m.id) "
            "where c.case_number = ? and coalesce(j.verdict, '') <> 'other' "
            "order by p.created_at, p.id",
            (OURS, case),
        )
        return [number for (number,) in rows.fetchall()]

    def _is_private(self, post: Post) -> bool:
        """Is it kept where one person alone sees it?"""
        row = self.connection.execute(
            "select 1 from private_posts where platform = ? and native_id = ?",
            (post.platform, post.id),
        )
        return row.fetchone() is not None

    def _label_post(self, number: int, label: Label, now: datetime) -> None:
        self._say(number, "complaint", label.complaint, label.person, now)
        self._say(number, "team", label.team, label.person, now)

    def _say(
        self, post: int, kind: str, value: bool | str | None, person: str, now: datetime
    ) -> None:
        """What the same person said before is replaced."""
        if value is None:
            return
        stored = value if isinstance(value, str) else str(value).lower()
        self.connection.execute(
            "delete from labels where post = ? and kind = ? and person = ?", (post, kind, person)
        )
        self.connection.execute(
            f"insert into labels (post, brand, kind, value, person, at, model) values "  # noqa: S608
            f"(:post, {_BRAND}, :kind, :value, :person, :at, {_MODEL})",
            {"post": post, "kind": kind, "value": stored, "person": person, "at": ms(now)},
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

    def told_apart(self, since: datetime) -> Iterator[tuple[str, bool, int, Post]]:
        """Posts of which people have said whose name they mean, seen since an instant: brand,
        whether they mean it, author, post. Those of a case that somebody took on mean the brand,
        unless it was dismissed."""
        rows = self.connection.execute(_TOLD_APART, (ms(since), ms(since)))
        for row in rows.fetchall():
            yield row["brand"], bool(row["ours"]), row["author"], _post(row)

    def forget_texts(self) -> int:
        """Erase every imported text that is no post of the store; returns how many."""
        number = self.connection.execute("delete from labelled_texts").rowcount
        self.count_erased_labels(number)
        return number

    def labels_erased(self) -> int:
        """How many labels were ever erased because somebody wanted what they are of to be gone.
        Age does not count: it says nothing against what was learned."""
        return self._counted(ERASED_LABELS)

    def clicks_erased(self) -> int:
        """The same, of posts that somebody said are not ours: words came from them."""
        return self._counted(ERASED_CLICKS)

    def _counted(self, name: str) -> int:
        row = self.connection.execute("select value from house where name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])

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


# Of which brand a post is spoken: that of its newest case, else the first that it names; and which
# model had judged it by then.
_BRAND = (
    "coalesce((select k.brand from cases k join case_posts c on c.case_number = k.number "
    "where c.post = :post order by k.number desc limit 1), "
    "(select brand from mentions where post = :post order by id), '')"
)
_MODEL = (
    "coalesce((select j.model from judgements j join mentions m on m.id = j.mention "
    "where m.post = :post order by j.id desc limit 1), '')"
)
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
    "from posts p where p.deleted_at is null and p.id in "
    "(select post from labels where kind in ('complaint', 'team'))"
)
_TEXTS = (
    "select platform, native_id, text, title, lang, rating, answers, at, "
    "case complaint when 1 then 'true' when 0 then 'false' end, team, person, at as said_at, "
    "id as place from labelled_texts"
)


_TOLD_APART = (
    f"select distinct l.brand, 0 as ours, p.author, p.id as place, {_POST} "  # noqa: S608
    "from labels l join posts p on p.id = l.post "
    "where l.kind = 'us' and p.deleted_at is null and p.seen_at >= ? "
    f"union all select k.brand, 1, p.author, p.id, {_POST} from cases k "
    "join case_posts c on c.case_number = k.number join posts p on p.id = c.post "
    "where k.acked_by is not null and p.deleted_at is null and p.seen_at >= ? "
    "and coalesce(k.close_reason, '') not in ('dismissed', 'spam') "
    "and p.id not in (select post from labels where kind = 'us') order by place"
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
