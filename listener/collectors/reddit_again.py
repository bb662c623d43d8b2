"""How kept posts of Reddit stand now, by /api/info: counts, edits, and what is gone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from listener.collector import Known, Refreshed
from listener.collectors.reddit_posts import FULLNAME, PLATFORM, Page
from listener.fields import optional_id
from listener.mention import Author, Kind, Observation, Post

AT_ONCE = 100  # fullnames; Reddit's API page names no more
SUSPECT = 20  # an answer without any of so many is taken for a fault of Reddit's

Ask = Callable[[Sequence[str]], Page]  # fullnames → what Reddit shows of them


def look_again(ask: Ask, posts: Sequence[Known], now: datetime) -> Refreshed:
    """Look at kept posts once more.

    Gone is what shows nothing but [deleted] or [removed], and what is absent. What is absent is
    asked for a second time first: an answer may lack what is there all the same.
    """
    asked = {post.id: post for post in posts if optional_id(post.id, FULLNAME)}
    page = ask(list(asked)) if asked else Page((), (), None)
    found = _of(page, asked)
    absent = [name for name in asked if name not in found]
    spoilt = bool(page.malformed)
    if absent:
        again = ask(absent)
        found |= _of(again, asked)
        spoilt = bool(again.malformed)  # one of them was there, and cannot be told which
    nothing_at_all = not found and len(asked) >= SUSPECT
    if not (spoilt or nothing_at_all):
        found |= {name: _gone(name, now) for name in absent if name not in found}
    unknown = tuple(post.id for post in posts if post.id not in found)
    return Refreshed(tuple(found.values()), unknown)


def _of(page: Page, asked: dict[str, Known]) -> dict[str, Observation]:
    """What is shown, under the link by which it is kept."""
    return {
        seen.post.id: replace(
            seen, post=replace(seen.post, url=asked[seen.post.id].url or seen.post.url)
        )
        for seen in page.observations
        if seen.post.id in asked
    }


def _gone(name: str, now: datetime) -> Observation:
    return Observation(Kind.DELETE, Post(PLATFORM, name, "", now, Author("")), now)
