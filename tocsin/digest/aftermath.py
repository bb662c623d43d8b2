"""What followed when we took words away, and when we replied: both counted alike, over 72 h.

Of a brand's last year. A reply after which something of the same case was taken away within its
72 h is in neither, and of several things that were taken away from one case at a time the first
counts. Reads only; names nobody.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta

from listener.backlash import COMPARED, REPLIED, TAKEN_AWAY, WATCHED_FOR
from tocsin.digest import wording as say
from tocsin.digest.data import Aftermath, Followed, share
from tocsin.digest.outline import Block, Heading, Paragraph
from tocsin.digest.statistics import clustered_mean
from tocsin.store.times import ms

ON_RECORD = timedelta(days=365)

_MARKS = ", ".join("?" * len(TAKEN_AWAY))
_ACTS = (
    "select b.why, (select count(*) from backlash_posts q join posts p on p.id = q.post "  # noqa: S608
    "where q.backlash = b.id and p.author <> k.author) as posts "
    "from backlashes b join cases k on k.number = b.case_number "
    f"where b.brand = ? and b.until > ? and b.until <= ? and b.why in (?, {_MARKS}) "
    "and not exists (select 1 from backlashes o where o.case_number = b.case_number "
    f"and o.id <> b.id and o.why in ({_MARKS}) and o.until > b.since "
    "and (case when b.why = ? then o.since < b.until else o.since < b.since "
    "or (o.since = b.since and o.id < b.id) end)) order by b.id"
)


def of_brand(connection: sqlite3.Connection, brand: str, until: datetime) -> Aftermath | None:
    """What followed, by an instant; None where nothing was ever taken away."""
    rows = connection.execute(
        _ACTS,
        (brand, ms(until - ON_RECORD), ms(until), REPLIED, *TAKEN_AWAY, *TAKEN_AWAY, REPLIED),
    ).fetchall()
    away = [posts for why, posts in rows if why != REPLIED]
    replied = [posts for why, posts in rows if why == REPLIED]
    return Aftermath(_followed(away), _followed(replied)) if away else None


def _followed(posts: list[int]) -> Followed:
    return Followed(
        acts=len(posts),
        posts=sum(posts),
        followed=share(sum(one > 0 for one in posts), len(posts)),
        each=clustered_mean((float(one), 1) for one in posts),
    )


def sentence(found: Aftermath | None) -> str:
    """What the record shows, in one sentence; "" where there is too little of either."""
    if found is None or not found.is_enough:
        return ""
    away, replied = found.taken_away, found.replied
    return (
        f"On record, within {WATCHED_FOR // timedelta(hours=1)} h: {_often(away)} deletions were "
        f"followed by backlash of others, {_each(away)}; of replies it was {_often(replied)}, "
        f"{_each(replied)}"
    )


def section(found: Aftermath | None, title: Heading) -> Iterator[Block]:
    """A brand's section, where anything was ever taken away and its time is over."""
    if found is None:
        return
    yield title
    if told := sentence(found):
        yield Paragraph(
            f"{told}. In brackets 95 % ranges: Wilson's of the share, Student's of the mean. Who "
            "deletes meets other posts than who replies: this compares, and proves no cause."
        )
        return
    away = say.counted(found.taken_away.acts, "deletion")
    replied = say.counted(found.replied.acts, "reply", "replies")
    yield Paragraph(
        f"Too few to compare: {away} with {say.counted(found.taken_away.posts, 'post')} of "
        f"backlash, {replied} with {found.replied.posts:,}. It takes {COMPARED} of each."
    )


def _often(one: Followed) -> str:
    assert one.followed is not None
    low, high = one.followed.interval.low, one.followed.interval.high
    return (
        f"{one.followed.count:,} of {one.acts:,} ({one.followed.value:.0%}, "
        f"{low:.0%} to {high:.0%})"
    ).replace("%", " %")


def _each(one: Followed) -> str:
    assert one.each is not None
    assert one.each.interval is not None
    low, high = max(0.0, one.each.interval.low), one.each.interval.high
    return f"{one.each.value:.1f} posts each ({low:.1f} to {high:.1f})"
