"""What Tocsin cannot hear unless somebody sees to it, in plain words: silence is not calm."""

from collections.abc import Collection, Iterator

# Kind of source → what is missed without it, and what it takes. Prices as in docs/sources/.
_ON_OFFER = {
    "x": "Complaints on X are not heard: its search is paid with credits, about $0.005 a post "
    "(docs/sources/x.md).",
    "reddit": "Complaints on Reddit are not heard: it needs an app that Reddit approves by hand, "
    "free for private use, a contract for a company's (docs/sources/reddit.md).",
    "bluesky": "Complaints on Bluesky are not heard: it needs no key and costs nothing "
    "(docs/sources/bluesky.md).",
    "hackernews": "Complaints on Hacker News are not heard: it needs no key and costs nothing "
    "(docs/sources/hackernews.md).",
    "feed": "News, status pages and forums with a feed are not heard: they need no key and cost "
    "nothing (docs/sources/feed.md).",
}
_NOWHERE = (
    "Facebook, Instagram, TikTok, LinkedIn, review sites and everything private are not heard: "
    "there is no source for them. What another tool exports as JSON lines, the file source reads "
    "(docs/sources/file.md)."
)


def unheard(kinds: Collection[str]) -> Iterator[str]:
    """A sentence for each place that is not heard with sources of these kinds."""
    yield from (sentence for kind, sentence in _ON_OFFER.items() if kind not in kinds)
    yield _NOWHERE
