"""Reading Reddit back before the first start: each listing as deep as it goes, some 1,000 posts."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from listener.collector import Batch
from listener.collectors import reddit_place
from listener.collectors.reddit_posts import FULLNAME, Page
from listener.fields import optional_id
from listener.looking_back import read_back
from listener.rounds import Shown

Ask = Callable[[str, str | None, timedelta], Page]  # listing, after what, how far back → its page


def look_back(
    ask: Ask, listings: Sequence[str], cursor: str | None, *, since: datetime, now: datetime
) -> Batch:
    """One page; see `listener.collector.LooksBack`."""

    def page(listing: str, place: str | None) -> Shown:
        number, _, after = (place or "0:").partition(":")
        shown = ask(listing, optional_id(after, FULLNAME), now - since)
        read = len(shown.observations) + len(shown.malformed)
        read += int(number) if number.isascii() and number.isdigit() else 0
        goes_on = shown.after is not None and read < reddit_place.DEEPEST
        return Shown(
            shown.observations,
            min((seen.post.created_at for seen in shown.observations), default=None),
            f"{read}:{shown.after}" if goes_on else None,
            # Fewer than that are all there are; filtered items count, but are not sent.
            not goes_on and read >= reddit_place.NEARLY_DEEPEST,
            shown.malformed,
        )

    return read_back(cursor, listings, page, since=since, now=now)
