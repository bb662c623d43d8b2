"""What X will cost, before it is switched on."""

from listener.budget import MOST, Use
from listener.collectors.x_asking import AUTHOR_PRICE, POST_PRICE, SMALLEST_PAGE
from listener.facts import Cost, Measured, Window, polls_in
from listener.metered import MeteredSettings, purse_of

DAYS = 30
EXAMPLE = 100.0  # posts a day, where nothing is measured
SEARCHES = MENTIONS = 450  # in 15 minutes for an app, by X's page on rate limits
WINDOW = 15  # minutes


def cost_of(
    settings: MeteredSettings, measured: Measured, *, authors: bool, queries: int, mentions: int
) -> Cost:
    """From the price of reading each post once, to that of each with an author nobody wrote twice,
    looked at again daily for as long as it is kept.

    queries, mentions  searches and accounts that are read at each poll.
    """
    posts = EXAMPLE if measured.posts_a_day is None else measured.posts_a_day
    read = posts * DAYS * POST_PRICE
    limit = settings.dollars_per_day * DAYS
    if settings.dollars_per_month is not None:
        limit = min(limit, settings.dollars_per_month)
    named = posts * DAYS * AUTHOR_PRICE if authors else 0.0
    looks = posts * measured.keep_days * DAYS * POST_PRICE
    high = read + named + min(looks, MOST[Use.FOLLOW_UP] * limit)
    known = "as measured here" if measured.posts_a_day is not None else "nothing is measured yet"
    what = "read once" + (", and at most an author for each" if authors else "")
    return Cost(
        min(read, limit),
        min(high, limit),
        f"at {posts:.0f} posts a day ({known}), each {what}, and looked at again daily while kept; "
        f"it stops at ${limit:.2f} a month{_too_little(settings, authors)}",
        windows(settings, queries, mentions),
    )


def _too_little(settings: MeteredSettings, authors: bool) -> str:
    """Said where not even a new day's money buys the smallest page of a search."""
    purse = purse_of(settings)
    smallest = SMALLEST_PAGE["search"] * (POST_PRICE + (AUTHOR_PRICE if authors else 0.0))
    if purse is None or purse.left(Use.SEARCH) >= smallest:
        return ""
    return f". A day's part for search buys not one: that takes ${smallest:.2f}"


def windows(settings: MeteredSettings, queries: int, mentions: int) -> tuple[Window, ...]:
    """How much of X's limits the polls take."""
    polls = polls_in(WINDOW, settings.every)
    found = [Window("searches", polls * queries, SEARCHES, WINDOW)] if queries else []
    if mentions:
        found.append(Window("reads of mentions", polls * mentions, MENTIONS, WINDOW))
    return tuple(found)
