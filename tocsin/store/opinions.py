"""What a language model was asked about unsure mentions, and what it said: lists' words only."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from listener.intake import Kept, Standing
from listener.mention import Author, Engagement, Post
from tocsin.store.times import ms, utc

MAX_TRIES = 3  # questions about one version of a post; then it stays unsure
ASKED, GIVEN_UP, LEFT_OUT = "asked", "given up", "left out"

# Where everybody may read along. A source that is fed from outside names the platform of each post:
# what is none of these may be a letter, a form or a chat, and is never shown to a model.
PUBLIC_PLATFORMS = (
    "bluesky", "facebook", "feed", "forum", "hackernews", "instagram", "lemmy", "linkedin",
    "mastodon", "reddit", "review", "threads", "tiktok", "trustpilot", "twitter", "x", "youtube",
)  # fmt: skip
_PUBLIC = ", ".join(f"'{platform}'" for platform in PUBLIC_PLATFORMS)

# Unsure, by somebody else, public and of now; nobody was paged for it and nothing tripped a wire.
_OPEN = (
    "from posts p join mentions m on m.post = p.id "  # noqa: S608
    "join judgements j on j.id = (select max(id) from judgements where mention = m.id) "
    "join authors a on a.id = p.author "
    "left join opinions o on o.mention = m.id and o.version = p.version "
    "where j.verdict = 'unsure' and j.safety = 0 and m.own = 0 and p.backfill = 0 "
    "and p.deleted_at is null and p.repost_of is null and a.forgotten_at is null "
    # The plus keeps SQLite from walking through all posts of a platform; few are as new as asked.
    f"and +p.platform in ({_PUBLIC}) and lower(a.native_id) not in ('', 'anonymous') "
    f"and (o.outcome is null or (o.outcome = '{ASKED}' and o.tries < {MAX_TRIES})) "
    "and not exists (select 1 from judgements where mention = m.id and safety = 1)"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An unsure mention as it stood when it was looked up."""

    mention: int
    version: int
    brand: str
    source: str
    post: Post
    kept: Kept
    seen_at: datetime


class OpinionRows:
    """What is still to be asked, and what was."""

    connection: sqlite3.Connection

    def waiting_for_opinion(
        self, sources: Collection[str], since: datetime, limit: int
    ) -> Sequence[Waiting]:
        """Unsure mentions of these sources seen since then that were not answered, the newest
        first: who has just written is still there."""
        marks = ", ".join("?" * len(sources))
        rows = self.connection.execute(
            "select m.id as mention, m.brand, a.native_id as author_id, a.handle, a.name, "
            f"a.followers, p.* {_OPEN} and p.source in ({marks}) and p.seen_at >= ? "
            "order by p.seen_at desc, m.id desc limit ?",
            (*sources, ms(since), limit),
        )
        return [_waiting(row) for row in rows.fetchall()]

    def still_waiting(self, one: Waiting) -> bool:
        """Is a mention still unsure, unanswered, and of the words that were asked about?"""
        row = self.connection.execute(
            f"select 1 {_OPEN.replace(f' and o.tries < {MAX_TRIES}', '')} "
            "and m.id = ? and p.version = ?",
            (one.mention, one.version),
        ).fetchone()
        return row is not None

    def keep_question(self, one: Waiting, model: str, at: datetime) -> None:
        """A question is about to be asked: it counts, whether or not it is answered."""
        self.connection.execute(
            "insert into opinions (mention, version, at, model, tries, outcome) "  # noqa: S608
            f"values (?, ?, ?, ?, 1, '{ASKED}') on conflict do update set "
            "at = excluded.at, model = excluded.model, tries = tries + 1",
            (one.mention, one.version, ms(at), model),
        )
        self.connection.execute(
            "insert into questions (day, asked) values (?, 1) "
            "on conflict do update set asked = asked + 1",
            (at.astimezone(UTC).date().isoformat(),),
        )

    def leave_out(self, one: Waiting, at: datetime) -> None:
        """These words are not shown to a model, now or later."""
        self.connection.execute(
            "insert into opinions (mention, version, at, model, tries, outcome) "  # noqa: S608
            f"values (?, ?, ?, '', 0, '{LEFT_OUT}') on conflict do update set "
            "outcome = excluded.outcome",
            (one.mention, one.version, ms(at)),
        )

    def keep_opinion(self, one: Waiting, outcome: str) -> None:
        """What came of the question: a verdict, "discarded" or "given up"."""
        self.connection.execute(
            "update opinions set outcome = ? where mention = ? and version = ?",
            (outcome, one.mention, one.version),
        )

    def fail_question(self, one: Waiting) -> None:
        """No answer came. After MAX_TRIES the mention stays unsure."""
        self.connection.execute(
            f"update opinions set outcome = '{GIVEN_UP}' where mention = ? and version = ? "  # noqa: S608
            f"and tries >= {MAX_TRIES}",
            (one.mention, one.version),
        )

    def give_up_asking(
        self, sources: Collection[str], since: datetime, before: datetime, at: datetime
    ) -> int:
        """Mentions seen between two instants stay unsure. Returns how many were left."""
        marks = ", ".join("?" * len(sources))
        return self.connection.execute(
            "insert into opinions (mention, version, at, model, tries, outcome) "
            f"select m.id, p.version, ?, '', 0, '{GIVEN_UP}' {_OPEN} "
            f"and p.source in ({marks}) and p.seen_at >= ? and p.seen_at < ? "
            "on conflict do update set outcome = excluded.outcome",
            (ms(at), *sources, ms(since), ms(before)),
        ).rowcount

    def questions_on(self, day: date) -> int:
        """How many questions were asked on a day in UTC, a repeated one each time."""
        row = self.connection.execute(
            "select asked from questions where day = ?", (day.isoformat(),)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def opinions_since(self, since: datetime) -> dict[str, int]:
        """What came of the questions since an instant: outcome → how many."""
        rows = self.connection.execute(
            "select outcome, count(*) from opinions where at >= ? group by outcome order by 1",
            (ms(since),),
        )
        return dict(rows.fetchall())


def _waiting(row: sqlite3.Row) -> Waiting:
    counts = (row[name] for name in ("likes", "reposts", "replies", "quotes", "views"))
    post = Post(
        platform=row["platform"],
        id=row["native_id"],
        text=row["text"],
        created_at=utc(row["created_at"]),
        author=Author(row["author_id"], row["handle"], row["name"], row["followers"]),
        title=row["title"],
        lang=row["lang"],
        url=row["url"],
        in_reply_to=row["in_reply_to"],
        conversation_id=row["conversation_id"],
        rating=row["rating"],
        engagement=Engagement(*counts),
    )
    kept = Kept(Standing.EDITED, row["id"], row["author"])
    seen_at = utc(row["seen_at"])
    return Waiting(row["mention"], row["version"], row["brand"], row["source"], post, kept, seen_at)
