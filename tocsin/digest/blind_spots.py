"""What was not seen, in words."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from config import spell_duration
from tocsin.digest import wording as say
from tocsin.digest.data import NotSeen
from tocsin.digest.outline import Block, Heading, Items, Limits


def not_seen(unseen: NotSeen, zone: ZoneInfo, limits: Limits) -> Iterator[Block]:
    """The section, where there is something to say."""
    rows = list(_blind_spots(unseen, zone))
    if rows:
        yield Heading("What was not seen", 2)
        more = len(rows) - 3 * limits.rows
        rest = (f"and {more:,} more",) if more > 0 else ()
        yield Items((*rows[: 3 * limits.rows], *rest))


def _blind_spots(unseen: NotSeen, zone: ZoneInfo) -> Iterator[str]:
    if not unseen.started:
        yield "No source had been started by the end of this week."
    for failing in unseen.failing:
        yield (
            f"{failing.source} has been failing since {say.moment(failing.since, zone)}: "
            f"{failing.failure or 'no reason given'}. Owner: {failing.owner}"
        )
    for name in unseen.not_begun:
        yield f"{name} is declared and has never been started"
    for gap in unseen.gaps:
        times = f" in {gap.times:,} gaps" if gap.times > 1 else ""
        yield f"{gap.source} was deaf for {_lasted(gap.minutes)}{times}: {gap.reason}"
    for left_out in unseen.left_out:
        yield f"{left_out.reason}: {left_out.times:,}"


def _lasted(minutes: float) -> str:
    return spell_duration(timedelta(minutes=minutes))
