"""Reading X back before the first start: seven days at most, newest first, from the money that is
left for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from listener.budget import Use
from listener.collector import Batch, OutOfBudget
from listener.collectors.x_asking import Asking, Listing
from listener.collectors.x_place import LOOK_BACK
from listener.fields import iso_time
from listener.looking_back import read_back
from listener.rounds import Shown


def look_back(
    asking: Asking,
    listings: Mapping[str, Listing],
    cursor: str | None,
    *,
    since: datetime,
    now: datetime,
) -> Batch:
    """One page; see `listener.collector.LooksBack`. Raises OutOfBudget where it cannot be paid."""
    paid: list[float] = []

    def page(key: str, place: str | None) -> Shown:
        size = asking.affordable(listings[key], Use.BACKFILL)
        if not size:
            raise OutOfBudget("the money that may go to backfill is spent for now")
        start, token = _place(place, since, now)
        read, dollars = asking.page(
            listings[key], size, now, token=token, start=start, use=Use.BACKFILL
        )
        paid.append(dollars)
        if read.next_token:
            oldest = min((seen.post.created_at for seen in read.observations), default=None)
            place = f"{start.isoformat()} {read.next_token}"
            return Shown(read.observations, oldest, place, malformed=read.malformed)
        # All of it is read back to `start`, whether or not anybody wrote just then.
        return Shown(read.observations, start, None, start > since, read.malformed)

    batch = read_back(cursor, list(listings), page, since=since, now=now)
    return replace(batch, dollars=round(sum(paid), 6))


def _place(place: str | None, since: datetime, now: datetime) -> tuple[datetime, str | None]:
    """Where the search begins in time, the same on each page as long as X reaches so far back."""
    began, _, token = (place or "").partition(" ")
    start = iso_time(began) or since
    return max(start, now - LOOK_BACK), token or None
