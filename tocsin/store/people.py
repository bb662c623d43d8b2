"""Whose accounts belong together, and what came of a person's earlier complaints."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.store.times import ms, utc

MOST_ACCOUNTS = 50  # of one person; more is a mistake
MOST_EARLIER = 20  # cases that are told, the newest
MOST_READ = 20_000  # posts that are read for what their authors say of themselves


@dataclass(frozen=True, slots=True)
class Account:
    """An author as a platform has them."""

    id: int
    platform: str
    handle: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Two accounts of one person: where that was said, when it was kept here, and by whom."""

    one: Account
    other: Account
    place: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier case of the same person, and how it ended.

    outcome  the reason it was closed for; None: it is open.   replied  we answered it in public.
    """

    case: int
    brand: str
    topic: str | None
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    replied: bool
    platform: str
    handle: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A post as it is read for what its author says of their own accounts."""

    author: Account
    post: int
    text: str
    url: str
    at: datetime


class PeopleRows:
    """Links are kept and taken back by people; nothing here makes one by itself."""

    connection: sqlite3.Connection

    def account(self, author: int) -> Account:
        """An author by our id."""
        row = self.connection.execute(
            "select id, platform, handle, native_id from authors where id = ?", (author,)
        ).fetchone()
        return Account(row["id"], row["platform"], row["handle"] or row["native_id"])

    def accounts_of(self, author: int) -> list[int]:
        """An author's accounts by our ids, this one first, over all links; at most 50."""
        rows = self.connection.execute(_ACCOUNTS, (author, MOST_ACCOUNTS))
        return [author, *(row[0] for row in rows.fetchall() if row[0] != author)]

    def link(
        self, one: int, other: int, place: str, post: int | None, person: str, now: datetime
    ) -> bool:
        """Keep that two accounts are one person's; False where that is kept already."""
        kept = self.connection.execute(
            "insert or ignore into links (one, other, place, post, person, at) "
            "values (?, ?, ?, ?, ?, ?)",
            (*sorted((one, other)), place, post, person, ms(now)),
        )
        return kept.rowcount == 1

    def post_at(self, url: str, authors: Sequence[int]) -> int | None:
        """The post at an address that one of these authors wrote; None where it is none of ours."""
        marks = ", ".join("?" * len(authors))
        row = self.connection.execute(
            f"select id from posts where url = ? and author in ({marks}) limit 1",  # noqa: S608
            (url, *authors),
        ).fetchone()
        return None if row is None else int(row[0])

    def unlink(self, one: int, other: int) -> bool:
        """Take that back; False where it was not kept."""
        gone = self.connection.execute(
            "delete from links where one = ? and other = ?", tuple(sorted((one, other)))
        )
        return gone.rowcount == 1

    def links_of(self, author: int) -> list[Linked]:
        """All links of a person, of whom one account is given, in the order they were kept."""
        accounts = self.accounts_of(author)
        marks = ", ".join("?" * len(accounts))
        rows = self.connection.execute(
            f"select * from links where one in ({marks}) order by id",  # noqa: S608
            accounts,
        )
        return [
            Linked(
                self.account(row["one"]),
                self.account(row["other"]),
                row["place"],
                row["person"],
                utc(row["at"]),
            )
            for row in rows.fetchall()
        ]

    def earlier_cases(self, author: int, before: int | None = None) -> Sequence[Earlier]:
        """A person's cases, the newest first, at most 20; with `before`, those of lower numbers.

        What is for one named person alone to see never was a case.
        """
        accounts = self.accounts_of(author)
        marks = ", ".join("?" * len(accounts))
        rows = self.connection.execute(
            f"select k.*, a.platform, a.handle from cases k join authors a on a.id = k.author "  # noqa: S608
            f"where k.author in ({marks}) and k.number < ? "
            "order by k.number desc limit ?",
            (*accounts, before if before is not None else 2**62, MOST_EARLIER),
        )
        return [_earlier(row) for row in rows.fetchall()]

    def unresolved_contacts(self, brand: str, author: int) -> int:
        """How many complaints nobody of ours has answered, over all accounts of an author's."""
        accounts = self.accounts_of(author)
        marks = ", ".join("?" * len(accounts))
        row = self.connection.execute(
            "select coalesce(sum(posts), 0) from cases where replied_at is null "  # noqa: S608
            f"and (state <> 'closed' or close_reason is not 'resolved') "
            f"and brand = ? and author in ({marks})",
            (brand, *accounts),
        ).fetchone()
        return int(row[0])

    def remarks_since(self, since: datetime) -> Iterator[Remark]:
        """Posts that may speak of another account of their author's, the newest first."""
        rows = self.connection.execute(
            "select p.id, p.author, p.title, p.text, p.url, p.created_at from posts p "
            "where p.seen_at >= ? and p.deleted_at is null and p.repost_of is null "
            "and (p.text like '%@%' or p.text like '%u/%' or p.text like '%.bsky.%') "
            "and exists (select 1 from mentions m where m.post = p.id and m.own = 0) "
            "order by p.id desc limit ?",
            (ms(since), MOST_READ),
        )
        for row in rows.fetchall():
            text = f"{row['title']} {row['text']}".strip()
            author = self.account(row["author"])
            yield Remark(author, row["id"], text, row["url"], utc(row["created_at"]))


_ACCOUNTS = (
    "with recursive person (id) as (values (?) union "
    "select l.other from person join links l on l.one = person.id union "
    "select l.one from person join links l on l.other = person.id limit ?) select id from person"
)


def _earlier(row: sqlite3.Row) -> Earlier:
    return Earlier(
        row["number"],
        row["brand"],
        row["topic"],
        utc(row["opened_at"]),
        None if row["closed_at"] is None else utc(row["closed_at"]),
        row["close_reason"] if row["state"] == "closed" else None,
        row["replied_at"] is not None,
        row["platform"],
        row["handle"],
    )
