"""How kept posts of Reddit stand now, by /api/info: counts, edits, and what is gone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from listener.collector import Known, Refreshed
from listener.collectors.reddit_posts import FULLNAME, Page
from listener.fields import optional_id
from listener.looking_up import told
from listener.mention import Observation

AT_ONCE = 100  # fullnames; Reddit's API page names no more

Ask = Callable[[Sequence[str]], Page]  # fullnames → what Reddit shows of them


def look_again(ask: Ask, posts: Sequence[Known], now: datetime) -> Refreshed:
    """Look at kept posts once more.

    Gone is what shows nothing but [deleted] or [removed]. What is left out is absent, unless
    something could not be read: that was there, and cannot be told which it was.
    """
    asked = {post.id: post for post in posts if optional_id(post.id, FULLNAME)}
    page = ask(list(asked)) if asked else Page((), (), None)
    found = list(_of(page, asked).values())
    return told(posts, found, () if page.malformed else tuple(asked))


def _of(page: Page, asked: dict[str, Known]) -> dict[str, Observation]:
    """What is shown, under the link by which it is kept."""
    return {
        seen.post.id: replace(
            seen, post=replace(seen.post, url=asked[seen.post.id].url or seen.post.url)
        )
        for seen in page.observations
        if seen.post.id in asked
    }
