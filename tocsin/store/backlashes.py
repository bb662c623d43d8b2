"""What is watched for backlash, and what was heard in it. No row here says who wrote anything."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.backlash import REPLIED, SILENCING, WATCHED_FOR, Backlash
from listener.mention import ANONYMOUS, Post
from tocsin.store.erasing import ErasingRows
from tocsin.store.labels import OURS
from tocsin.store.posts import DANGER
from tocsin.store.times import HOUR_MS, ms, utc

MOST_TEXTS = 2_000  # posts of watched cases whose words are looked for, the newest

_RUNNING = "b.brand = :brand and b.since <= :at and b.until > :at"
# A mention by somebody else than us that counts as an unhappy voice (`Mention.is_unhappy`).
_UNHAPPY = (
    "m.own = 0 and exists (select 1 from judgements j where j.id = "
    "(select max(id) from judgements where mention = m.id) and (j.verdict = 'complaint' "
    "or j.safety = 1 or (j.verdict = 'unsure' and j.scored = 1 and j.valence <= -0.3)))"
)
_BEFORE = (
    "with own as (select p.id, p.platform, p.native_id, p.conversation_id from case_posts c "  # noqa: S608
    "join posts p on p.id = c.post where c.case_number = :case and p.deleted_at is null), "
    "firsts as (select id from own union select m.copy_of from own join mentions m "
    "on m.post = own.id where m.copy_of is not null), "
    "same as (select p.id from own join posts p on p.platform = own.platform "
    "and p.conversation_id = own.conversation_id "
    "union select p.id from own join posts p on p.platform = own.platform "
    "and p.in_reply_to = own.native_id "
    "union select m.post from firsts join mentions m on m.copy_of = firsts.id) "
    "select count(distinct p.author), min(p.created_at) from same join posts p on p.id = same.id "
    "join mentions m on m.post = p.id and m.brand = :brand "
    "where p.created_at >= :from and p.created_at < :since "
    f"and p.author <> (select author from cases where number = :case) and {_UNHAPPY}"
)
_HEARD = (
    "select count(*) as posts, count(distinct case when m.marks not like '%\"bot\"%' "
    "and p.author <> k.author then p.author end) as people, "
    "count(distinct case when p.author <> k.author and m.marks not like '%\"bot\"%' "
    "and exists (select 1 from judgements j, json_each(j.told) t where j.id = "
    "(select max(id) from judgements where mention = m.id) and t.key = :accusing) "
    "then p.author end) as accusing "
    "from backlash_posts q join backlashes b on b.id = q.backlash "
    "join cases k on k.number = b.case_number join posts p on p.id = q.post "
    "join mentions m on m.post = p.id and m.brand = b.brand where q.backlash = :id"
)
# Whoever comes back before we reply has waited since the first time.
_WAITING = (
    "select number, waits from (select k.number, k.state, k.brand, max(k.opened_at, "
    "case when k.replied_at is null then coalesce(k.first_complained_at, k.complained_at) "
    "else k.complained_at end) as waits from cases k where k.state <> 'closed' "
    "and (k.replied_at is null or k.replied_at < k.complained_at)) "
    "where brand = ? and waits > ? and waits <= ? and not exists (select 1 from backlashes b "
    "where b.case_number = number and b.why <> ? and b.until > waits) order by waits, number"
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A case's thread and story, watched from an instant until another.

    why    a key of `listener.backlash.WHY`, or REPLIED.
    usual  unhappy people an hour there before it began.
    told   people in it when it was last told of.
    """

    id: int
    case: int
    brand: str
    why: str
    since: datetime
    until: datetime
    usual: float
    told: int


class BacklashRows(ErasingRows):
    """What is watched, by case; which posts belong to it, by thread and by words."""

    def watch_backlash(self, case: int, why: str, since: datetime) -> bool:
        """Watch a case's thread and words for WATCHED_FOR from an instant; True where that is new.

        The same again while it runs only goes on for longer. Of what was said to us alone, by
        nobody in public, there is no thread: nothing is watched.
        """
        until = ms(since + WATCHED_FOR)
        if self._lengthened(case, why, since, until) or self._has_no_public(case):
            return False
        brand = self.connection.execute(
            "select brand from cases where number = ?", (case,)
        ).fetchone()[0]
        self.connection.execute(
            "insert into backlashes (case_number, brand, why, since, until, usual) "
            "values (?, ?, ?, ?, ?, ?)",
            (case, brand, why, ms(since), until, self._usual_in(case, brand, since)),
        )
        self.keep_threads_of(case, since)
        return True

    def _lengthened(self, case: int, why: str, since: datetime, until: int) -> bool:
        done = self.connection.execute(
            "update backlashes set until = max(until, ?) where case_number = ? and why = ? "
            "and since <= ? and until > ?",
            (until if why != REPLIED else 0, case, why, ms(since), ms(since)),
        )
        return done.rowcount > 0

    def _has_no_public(self, case: int) -> bool:
        row = self.connection.execute(
            "select 1 from case_posts c join posts p on p.id = c.post where c.case_number = ? "
            "and p.platform not in (?, ?) limit 1",
            (case, ANONYMOUS, OURS),
        ).fetchone()
        return row is None

    def _usual_in(self, case: int, brand: str, since: datetime) -> float:
        start = ms(since - WATCHED_FOR)
        people, first = self.connection.execute(
            _BEFORE, {"case": case, "brand": brand, "from": start, "since": ms(since)}
        ).fetchone()
        return people / max(1.0, (ms(since) - first) / HOUR_MS) if people else 0.0

    # ------------------------------------------------------------------------------ threads
    def keep_threads_of(self, case: int, since: datetime) -> None:
        """Keep by which ids the thread is known in which a case's posts stand by an instant, as
        keyed hashes. Another complaint of its author, which joins it later, is another story."""
        rows = self.connection.execute(
            "select c.post from case_posts c join posts p on p.id = c.post "
            "where c.case_number = ? and p.created_at <= ?",
            (case, ms(since)),
        ).fetchall()
        for (post,) in rows:
            self.keep_thread(post, since)

    def forget_threads(self, now: datetime) -> int:
        """Erase the hashes of threads that nothing watches any more; returns how many."""
        done = self.connection.execute(
            "delete from backlash_threads where at < ? and not exists (select 1 from backlashes b "
            "where b.case_number = backlash_threads.case_number and b.until > ?)",
            (ms(now - WATCHED_FOR), ms(now)),
        )
        return done.rowcount

    def watched_by_thread(self, post: Post, brand: str, at: datetime) -> set[int]:
        """What is watched at an instant in whose thread a post stands, or whose post it passes
        on."""
        names = {post.in_reply_to, post.conversation_id, post.repost_of} - {None, ""}
        found: set[int] = set()
        for name in names:
            rows = self.connection.execute(
                "select b.id from backlash_threads t join backlashes b "  # noqa: S608
                f"on b.case_number = t.case_number where t.hash = :hash and {_RUNNING}",
                {
                    "hash": self.hash_of_thread(post.platform, str(name)),
                    "brand": brand,
                    "at": ms(at),
                },
            )
            found.update(row[0] for row in rows.fetchall())
        return found

    def watched_by_copy(self, first: int, brand: str, at: datetime) -> set[int]:
        """What is watched of which a post, or its first with these words, is `first`."""
        rows = self.connection.execute(
            "select distinct b.id from case_posts c join backlashes b "  # noqa: S608
            "on b.case_number = c.case_number left join mentions m on m.post = c.post "
            "and m.brand = b.brand join posts p on p.id = c.post "
            "where (c.post = :first or m.copy_of = :first) and p.created_at <= b.since "
            f"and {_RUNNING}",
            {"first": first, "brand": brand, "at": ms(at)},
        )
        return {row[0] for row in rows.fetchall()}

    def watched_texts(self, brand: str, at: datetime) -> Sequence[tuple[int, int, str]]:
        """What is watched at an instant, with each post of its case by then that is still
        there: ids of both and the post's words; the newest MOST_TEXTS."""
        rows = self.connection.execute(
            "select b.id, p.id as post, trim(p.title || ' ' || p.text) as words from backlashes b "  # noqa: S608
            "join case_posts c on c.case_number = b.case_number join posts p on p.id = c.post "
            f"where {_RUNNING} and p.created_at <= b.since and p.deleted_at is null "
            "order by b.id desc limit :most",
            {"brand": brand, "at": ms(at), "most": MOST_TEXTS},
        )
        return [(row[0], row[1], row[2]) for row in rows.fetchall()]

    def newest_watched(self, brand: str, at: datetime) -> int:
        """The newest that is watched at an instant; 0: nothing is."""
        row = self.connection.execute(
            f"select coalesce(max(b.id), 0) from backlashes b where {_RUNNING}",  # noqa: S608
            {"brand": brand, "at": ms(at)},
        ).fetchone()
        return int(row[0])

    # ------------------------------------------------------------------------------ counting
    def count_backlash(self, watched: Collection[int], post: int) -> list[int]:
        """Count a post to what is watched; those to which it is new. Posts of the case that are
        what is watched are no backlash to it."""
        new = []
        for one in sorted(watched):
            done = self.connection.execute(
                "insert or ignore into backlash_posts (backlash, post) values (?, ?)", (one, post)
            )
            new += [one] * done.rowcount
        return new

    def uncount_backlash(self, post: int) -> None:
        """A post has become private: nothing counts it."""
        self.connection.execute("delete from backlash_posts where post = ?", (post,))

    def watched(self, number: int) -> Watched:
        """One that is watched, by its id."""
        row = self.connection.execute("select * from backlashes where id = ?", (number,)).fetchone()
        return _watched(row)

    def watched_of_case(self, case: int) -> list[Watched]:
        """All that was ever watched of a case and can ring, the oldest first."""
        rows = self.connection.execute(
            "select * from backlashes where case_number = ? and why <> ? order by id",
            (case, REPLIED),
        )
        return [_watched(row) for row in rows.fetchall()]

    def backlash(self, watched: Watched, now: datetime) -> Backlash:
        """What was heard of it by now."""
        row = self.connection.execute(
            _HEARD, {"id": watched.id, "accusing": f"{DANGER}{SILENCING}"}
        ).fetchone()
        passed = (min(now, watched.until) - watched.since) / timedelta(hours=1)
        expected = watched.usual * max(0.0, passed)
        return Backlash(row["posts"], row["people"], expected, row["accusing"], watched.told)

    def told_backlash(self, case: int, people: int) -> None:
        """It was told with so many people: it is news again with more."""
        self.connection.execute(
            "update backlashes set told = max(told, ?) where case_number = ?",
            (max(1, people), case),
        )

    def left_unanswered(
        self, brand: str, since: datetime, until: datetime
    ) -> list[tuple[int, datetime]]:
        """Open cases that have waited for a public reply of ours since an instant between two,
        and are not watched since: number, and since when."""
        rows = self.connection.execute(_WAITING, (brand, ms(since), ms(until), REPLIED))
        return [(row[0], utc(row[1])) for row in rows.fetchall()]


def _watched(row: sqlite3.Row) -> Watched:
    return Watched(
        id=row["id"],
        case=row["case_number"],
        brand=row["brand"],
        why=row["why"],
        since=utc(row["since"]),
        until=utc(row["until"]),
        usual=row["usual"],
        told=row["told"],
    )
