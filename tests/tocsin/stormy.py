"""A firm that hears a storm, post by post, as a source brings it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from listener.collector import Batch
from listener.mention import Author, Observation, Post
from tests.firm import Firm, observed
from tocsin.store import Unit

MINUTE = timedelta(minutes=1)
BAD = "@Acme still waiting, third time asking, nobody replies, terrible"
GOOD = "I like @Acme, thank you all"
THINGS = ("parcel", "refund", "flight", "invoice", "login", "booking", "bag", "seat", "meal")
WOES = ("is lost", "never came", "was cancelled", "is wrong", "got stolen", "broke", "is a mess")
MOODS = ("terrible", "unacceptable", "useless", "a disgrace", "awful", "I am furious", "shameful")
PLATFORMS = ("x", "bluesky", "reddit")


def post(
    number: int,
    firm: Firm,
    *,
    words: str = BAD,
    platform: str = "x",
    author: str = "",
    followers: int | None = None,
    name: str = "",
) -> Observation:
    """A post that is written and seen now."""
    who = author or f"author-{number}"
    seen = observed(number, who, firm.now, words=words)
    person = Author(id=f"id-{who}", handle=name or f"handle-{who}", followers=followers)
    written: Post = replace(
        seen.post,
        platform=platform,
        author=person,
        lang="en",
        url=f"https://example.com/{number}",
    )
    return replace(seen, post=written)


def unhappy(number: int) -> str:
    """A complaint in words of its own: the same words from many would be one voice."""
    thing, woe = THINGS[number % 9], WOES[number % 7]
    return f"@Acme my {thing} {woe}, waiting {number} hours with no reply, {MOODS[number // 9 % 7]}"


def hear(firm: Firm, *seen: Observation) -> None:
    def take(desk: Unit) -> None:
        firm.house.pipeline.take(desk, "test", Batch(seen), firm.now)

    firm.write(take)


def begins(firm: Firm) -> None:
    """The source is new, and for a day and a half somebody says something harmless now and then."""
    firm.write(lambda desk: desk.start_source("test", firm.now - timedelta(hours=1)))
    for number in range(200):
        hear(
            firm,
            post(
                10_000 + number,
                firm,
                words=f"{GOOD} {number * 7919}" if number % 10 else unhappy(number),
            ),
        )
        firm.clock.move_to(firm.now + 11 * MINUTE)


def rages(firm: Firm, people: int, *, first: int = 1, every: float = 1.0) -> Iterator[int]:
    """So many people are unhappy one after the other; yields the number of each one's post."""
    for number in range(first, first + people):
        platform = PLATFORMS[number % len(PLATFORMS)]
        hear(
            firm,
            post(number, firm, words=unhappy(number), platform=platform, followers=100 * number),
        )
        yield number
        firm.passes(timedelta(minutes=every))
