"""What is asked about posts: which cases they belong to, who answered whom, what was thought of
them."""

import sqlite3
from datetime import datetime
from typing import Any

from listener.mention import Post
from tocsin.store.times import ms, utc


class ThreadRows:
    """Posts as cases, replies and people ask for them."""

    connection: sqlite3.Connection

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
            "m.own, m.marks, o.native_id as copy_of, j.* from posts p "
            "join mentions m on m.post = p.id left join posts o on o.id = m.copy_of "
            "join judgements j on j.id = (select max(id) from judgements where mention = m.id) "
            "where p.native_id = ? order by m.brand",
            (native_id,),
        )
        return [dict(row) for row in rows.fetchall()]

    def unsure_posts(self, since: datetime, limit: int = 200) -> list[dict[str, Any]]:
        """Posts whose newest judgement is unsure and that have no case, the newest first. A matter
        of safety has one, however unsure the rest is."""
        rows = self.connection.execute(
            "select p.native_id, p.platform, p.created_at, p.text, p.title, p.url, a.handle, "
            "m.brand, j.probability, j.lang, j.scored "
            "from posts p join authors a on a.id = p.author "
            "join mentions m on m.post = p.id join judgements j on j.id = "
            "(select max(id) from judgements where mention = m.id) "
            "where j.verdict = 'unsure' and m.own = 0 and p.deleted_at is null and not exists "
            "(select 1 from case_posts c join cases k on k.number = c.case_number "
            "where c.post = p.id and k.brand = m.brand) "
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
                "lang": row["lang"],
                "scored": bool(row["scored"]),
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
            "select p.*, a.handle, a.name, a.followers, a.forgotten_at, "
            "(select json_group_array(w.value) from json_each(j.why) w) as reasons, "
            "j.valence, j.probability, j.verdict, j.severity, j.safety, j.lang as judged_lang, "
            "j.scored, j.aspects, j.journey, j.told "
            "from case_posts c join posts p on p.id = c.post join authors a on a.id = p.author "
            "join cases k on k.number = c.case_number "
            "left join mentions m on m.post = p.id and m.brand = k.brand "
            "left join judgements j on j.id = "
            "(select max(id) from judgements where mention = m.id) "
            "where c.case_number = ? order by p.created_at, p.id",
            (case,),
        )
        return [dict(row) for row in rows.fetchall()]

    def edits_of_case(self, case: int) -> list[tuple[datetime, int]]:
        """When each post of a case that is still there was last edited, and how often; in order of
        time. What was said before is kept, but for the middle of very many, and is not shown."""
        rows = self.connection.execute(
            "select p.seen_at, max(v.version) - min(v.version) + 1 "
            "from case_posts c join posts p on p.id = c.post "
            "join post_versions v on v.post = p.id "
            "where c.case_number = ? and p.deleted_at is null group by p.id order by 1",
            (case,),
        )
        return [(utc(row[0]), row[1]) for row in rows.fetchall()]

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
