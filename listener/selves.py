"""What people say of their own other accounts: "I'm @ann on Bluesky". Pure.

Only the author's own words about themselves count, and only as a proposal for a person to confirm:
anybody can claim to be somebody. Nothing is inferred from names, pictures, style or times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARS = 4_000  # of a text that are looked at
MOST = 5  # claims of one text

_PLATFORMS = {
    "x": "x", "twitter": "x", "bluesky": "bluesky", "bsky": "bluesky", "mastodon": "mastodon",
    "fediverse": "mastodon", "reddit": "reddit", "hacker news": "hackernews", "hn": "hackernews",
}  # fmt: skip
_PLATFORM = "|".join(map(re.escape, sorted(_PLATFORMS, key=len, reverse=True)))
_HANDLE = r"(?P<handle>/?u/[\w-]{3,20}|@?\w[\w.-]{0,62}(?:@[\w.-]{3,80})?)"
_ME = r"(?:i am|i'm|im|it's me|find me (?:as|at)|same person as)"
# "I'm @ann on Bluesky", "find me as ann.bsky.social on bluesky"
_I_AM = re.compile(
    rf"\b{_ME},? {_HANDLE} (?:over )?(?:on|at) (?P<there>{_PLATFORM})\b",
    re.IGNORECASE,
)
# "my Mastodon is @ann@social.example", "my reddit account: u/ann"
_MINE_IS = re.compile(
    rf"\bmy (?P<there>{_PLATFORM})(?: account| handle| name)?(?: is|:| =) {_HANDLE}",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|isn't|fake|pretend\w*|claim\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """An account that an author says is theirs: its platform, and its handle without its sign."""

    platform: str
    handle: str


def claims(text: str) -> tuple[Claim, ...]:
    """Return the accounts that a text's author says are theirs; most texts have none."""
    text = text[:MAX_CHARS].replace("’", "'")
    found = (_claim(match) for match in _matches(text))
    return tuple(dict.fromkeys(found))[:MOST]


def _matches(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_I_AM, _MINE_IS):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 40) : match.end()]
            if not _DENIED.search(before) and _is_handle(match["handle"], match["there"]):
                yield match


def _is_handle(word: str, there: str) -> bool:
    """ "I'm back on X" names nobody: a bare word is a handle only where it has a handle's form."""
    is_bluesky = _PLATFORMS[there.lower()] == "bluesky"
    return word.startswith(("@", "u/", "/u/")) or (is_bluesky and "." in word.strip("."))


def _claim(match: re.Match[str]) -> Claim:
    handle = re.sub(r"^(?:@|/?u/)", "", match["handle"]).rstrip(".-")
    return Claim(_PLATFORMS[match["there"].lower()], handle)
