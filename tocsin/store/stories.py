"""Stories: which posts tell of one cause, what it is called, and which incident is about it."""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from listener.folding import fold
from listener.intake import UNHAPPY_VALENCE
from listener.stories import Said
from tocsin.store.times import ms

MOST_READ = 500  # posts of a story whose words a name is looked up in, the newest
SHARED_BY = 2  # people who must have used a word, for it to be in a name
_WORD = re.compile(r"\w+")
_SAID = """
    select p.id as post, p.author, p.created_at as at, m.copy_of,
           case when p.repost_of is null then trim(p.title || ' ' || p.text) else '' end as text,
           (select r.id from posts r where r.platform = p.platform and r.native_id = p.repost_of)
               as root,
           coalesce((select t.id from posts t where t.platform = p.platform
               and t.native_id = p.conversation_id and t.id <> p.id),
             (select t.id from posts t where t.platform = p.platform
               and t.native_id = p.in_reply_to)) as thread
    from mentions m join posts p on p.id = m.post
"""
_HEARD = f"""
select * from ({_SAID}
    join judgements j on j.id = (select max(id) from judgements where mention = m.id)
    where m.brand = ? and m.own = 0 and p.seen_at >= ? and p.id < ? and p.backfill = 0
      and p.deleted_at is null
      and (p.repost_of is not null or j.verdict = 'complaint'
        or (j.verdict = 'unsure' and j.scored and j.valence <= ?))
    order by p.id desc limit ?
) order by post
"""  # noqa: S608
# Found by their time, or by their number where it is known up to which they were read.
_BY_TIME, _BY_NUMBER = "p.created_at >= ? and +p.id > ?", "+p.created_at >= ? and p.id > ?"
_UNHAPPY = """
select p.id as post, p.author, p.created_at as at, trim(p.title || ' ' || p.text) as text
    from posts p cross join mentions m on m.post = p.id and m.brand = ?
    join judgements j on j.id = (select max(id) from judgements where mention = m.id)
    where {found} and m.own = 0 and p.deleted_at is null and p.repost_of is null
      and (j.verdict = 'complaint' or (j.verdict = 'unsure' and j.scored and j.valence <= ?))
    order by +p.id desc limit ?
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A story as it is kept.

    name            in words that several customers used; "": none yet.
    people, posts   who tell it in their own words, and with what; erased posts do not count.
    reposts         posts that pass one of these on.
    """

    number: int
    name: str
    people: int
    posts: int
    reposts: int


class StoryRows:
    """Kept beside the posts, and gone with them."""

    connection: sqlite3.Connection

    def heard_for_stories(
        self, brand: str, since: datetime, before: int, limit: int
    ) -> Iterator[Said]:
        """Unhappy mentions and reposts seen since an instant, of posts kept before one, the newest
        `limit` of them; the oldest first."""
        rows = self.connection.execute(_HEARD, (brand, ms(since), before, UNHAPPY_VALENCE, limit))
        yield from map(_said, rows.fetchall())

    def unhappy_words(
        self, brand: str, since: datetime, after: int, limit: int
    ) -> list[sqlite3.Row]:
        """Unhappy posts of a brand written since an instant and kept after a post, the newest
        `limit` of them, the newest first: post, author, at (ms), text. No reposts."""
        asked = (brand, ms(since), after, UNHAPPY_VALENCE, limit)
        query = _UNHAPPY.format(found=_BY_NUMBER if after else _BY_TIME)
        return self.connection.execute(query, asked).fetchall()

    def said_in(self, post: int, brand: str) -> Said | None:
        """One mention as the measure of stories hears it, whatever was thought of it."""
        row = self.connection.execute(f"{_SAID} where m.brand = ? and p.id = ?", (brand, post))
        return next((_said(one) for one in row.fetchall()), None)

    def begin_story(self, brand: str) -> int:
        """A new story, without posts and name."""
        done = self.connection.execute("insert into stories (brand) values (?)", (brand,))
        assert done.lastrowid is not None
        return done.lastrowid

    def put_in_story(self, post: int, brand: str, story: int) -> None:
        """A post tells this story, whichever it told before; one that had lost all its posts, in
        this process or another, is there again."""
        self.connection.execute(
            "insert or ignore into stories (id, brand) values (?, ?)", (story, brand)
        )
        self.connection.execute(
            "insert into story_posts (post, brand, story) values (?, ?, ?) "
            "on conflict do update set story = excluded.story",
            (post, brand, story),
        )

    def unite_stories(self, gone: int, into: int) -> None:
        """Two stories turn out to be one; the one that stays may have lost all its posts."""
        self.connection.execute(
            "insert or ignore into stories (id, brand) select ?, brand from stories where id = ?",
            (into, gone),
        )
        for table in ("story_posts", "incident_stories"):
            self.connection.execute(
                f"update {table} set story = ? where story = ?",  # noqa: S608
                (into, gone),
            )
        self.connection.execute("delete from stories where id = ?", (gone,))

    def name_story(self, story: int, name: str) -> None:
        """Call it so from now on."""
        self.connection.execute("update stories set name = ? where id = ?", (name, story))

    def stories_of(self, brand: str, posts: Iterable[int]) -> dict[int, int]:
        """The stories that posts are known to tell, by post."""
        found = {}
        for post in posts:
            row = self.connection.execute(
                "select story from story_posts where post = ? and brand = ?", (post, brand)
            ).fetchone()
            if row is not None:
                found[post] = int(row[0])
        return found

    def doubtful_stories(self, brand: str) -> list[int]:
        """Those of which a post was erased since they were looked at last."""
        rows = self.connection.execute(
            "select id from stories where brand = ? and doubtful = 1", (brand,)
        )
        return [row[0] for row in rows.fetchall()]

    def not_doubtful(self, story: int) -> None:
        """It was looked at. One without posts goes, unless an incident is about it; the newest
        stays, as its number would be given again, and the house remembers numbers."""
        self.connection.execute("update stories set doubtful = 0 where id = ?", (story,))
        self.connection.execute(
            "delete from stories where id = ? and id < (select max(id) from stories) "
            "and not exists (select 1 from story_posts where story = stories.id) and not exists "
            "(select 1 from incident_stories where story = stories.id)",
            (story,),
        )

    def shared_words(self, story: int) -> frozenset[str]:
        """The words, folded, that at least two people used in posts of a story still kept."""
        rows = self.connection.execute(
            "select p.author, p.title || ' ' || p.text from story_posts s "
            "join posts p on p.id = s.post where s.story = ? and p.deleted_at is null "
            "order by p.id desc limit ?",
            (story, MOST_READ),
        )
        said: dict[int, set[str]] = defaultdict(set)
        for author, text in rows.fetchall():
            said[author].update(_WORD.findall(fold(text)))
        many = Counter(word for words in said.values() for word in words)
        return frozenset(word for word, people in many.items() if people >= SHARED_BY)

    def leave_stories(self, post: int, at: datetime) -> None:
        """A post is erased: it tells nothing more, and what is called by its words alone is
        called nothing."""
        stories = self.connection.execute(
            "delete from story_posts where post = ? returning story", (post,)
        ).fetchall()
        for (story,) in stories:
            self.connection.execute("update stories set doubtful = 1 where id = ?", (story,))
            row = self.connection.execute(
                "select name from stories where id = ?", (story,)
            ).fetchone()
            if row[0] and not spoken(row[0]) <= self.shared_words(story):
                self.name_story(story, "")
                self._said_anew(story, at)

    def _said_anew(self, story: int, at: datetime) -> None:
        """What was said of incidents by a name that is erased is said anew."""
        self.connection.execute(
            "update messages set stale = 1, due = ? where kind = 'incident' "
            "and purpose in ('card', 'page', 'reply') and state in ('sent', 'sending') "
            "and number in (select incident from incident_stories where story = ?)",
            (ms(at), story),
        )

    def main_story(self, brand: str, since: datetime) -> tuple[int, int] | None:
        """The story that most people told since an instant, and how many they are."""
        row = self.connection.execute(
            "select s.story, count(distinct p.author) as people from posts p "
            "indexed by posts_by_time cross join story_posts s on s.post = p.id and s.brand = ? "
            "where p.created_at >= ? group by s.story order by people desc, s.story limit 1",
            (brand, ms(since)),
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def people_of_story(self, story: int, since: datetime) -> int:
        """How many told it since an instant."""
        row = self.connection.execute(
            "select count(distinct p.author) from story_posts s join posts p on p.id = s.post "
            "where s.story = ? and p.created_at >= ?",
            (story, ms(since)),
        ).fetchone()
        return int(row[0])

    def tell_story(self, incident: int, story: int) -> bool:
        """An incident is about this story. False: that is known."""
        done = self.connection.execute(
            "insert into incident_stories (incident, story) values (?, ?) "
            "on conflict do update set story = excluded.story where story <> excluded.story",
            (incident, story),
        )
        return done.rowcount > 0

    def story(self, number: int) -> Told | None:
        """A story as it is kept."""
        row = self.connection.execute(
            "select t.id, t.name, "
            "count(distinct case when p.repost_of is null then p.author end) as people, "
            "count(case when p.repost_of is null then p.id end) as posts, "
            "count(p.repost_of) as reposts from stories t "
            "left join story_posts s on s.story = t.id left join posts p on p.id = s.post "
            "where t.id = ? group by t.id",
            (number,),
        ).fetchone()
        return None if row is None else Told(*row)

    def story_of_incident(self, incident: int) -> Told | None:
        """What an incident is about."""
        row = self.connection.execute(
            "select story from incident_stories where incident = ?", (incident,)
        ).fetchone()
        return None if row is None else self.story(row[0])

    def posts_of_story(self, number: int, limit: int) -> Sequence[sqlite3.Row]:
        """The first posts of a story that are still kept."""
        return self.connection.execute(
            "select p.* from story_posts s join posts p on p.id = s.post "
            "where s.story = ? and p.deleted_at is null order by p.created_at, p.id limit ?",
            (number, limit),
        ).fetchall()


def spoken(name: str) -> frozenset[str]:
    """The words of a name, folded."""
    return frozenset(_WORD.findall(fold(name)))


def _said(row: sqlite3.Row) -> Said:
    told = dict(row)
    return Said(at=told.pop("at") / 1000, **told)
