"""One post about a brand as the firestorm measure needs it, and whose voice it counts as. Pure.

What can be bought in numbers weighs little: accounts that say the same words are one voice, and
so are all machines; fresh accounts without followers are three voices together, however many.
"""

from dataclasses import dataclass

from listener.crowd import BOT, SAME_TEXT
from listener.heard import key_of

MOST_FOLLOWERS = 10**9  # more than any account has; a larger number is nonsense
FRESH = 7 * 86_400.0  # seconds for which an account is young …
FEW_FOLLOWERS = 10  # … and counts for little while it has fewer followers than this
FRESH_VOICES = 3  # as which all such accounts count together
COPY_OF = "copy of"  # begins the root of posts that have words in common and no repost


@dataclass(frozen=True, slots=True)
class Voice:
    """One post about the brand.

    at         Unix seconds at which it was written.
    author     an id, one person's on all the platforms given here as far as that is known.
    unhappy    the caller's judgement: a complaint, or unsure and clearly negative.
    root       id of the post that this one reposts, at the tree's root, or `copied` of the text
               that it copies; None for own words.
    platform   where it was said.
    followers  of its author; None where the platform does not say. Below none, or above
               MOST_FOLLOWERS, it is not believed and changes nothing.
    joined     Unix seconds at which its account was made; None where unknown.
    marks      what `listener.crowd` found of it; words: what its words are a copy of.
    """

    at: float
    author: str
    unhappy: bool
    root: str | None
    platform: str
    followers: int | None = None
    joined: float | None = None
    marks: tuple[str, ...] = ()
    words: int | None = None


def followers_of(voice: Voice) -> int | None:
    """The followers, where they are said and can be believed."""
    told = voice.followers
    return told if told is not None and 0 <= told <= MOST_FOLLOWERS else None


def copied(words: int) -> str:
    """The root of posts with the same words that nobody reposted: the first with them."""
    return f"{COPY_OF} {words}"


def passes_on(voice: Voice) -> bool:
    """Whether somebody else's post was passed on. A copy that is given out as one's own is not:
    whoever orders an outcry would order its proof as well."""
    return voice.root is not None and not voice.root.startswith(COPY_OF)


def counted_as(voice: Voice) -> tuple[int, bool]:
    """Whose voice it is, as `heard.key_of` has it, and whether it shares that with others."""
    if SAME_TEXT in voice.marks:
        return key_of(f"{SAME_TEXT} {voice.words}"), True
    if BOT in voice.marks:
        return key_of(BOT), True
    own = key_of(voice.author)
    if _is_fresh(voice):
        return key_of(f"fresh {own % FRESH_VOICES}"), True
    return own, False


def _is_fresh(voice: Voice) -> bool:
    """Both must be known: what a platform does not say is held against nobody."""
    followers = followers_of(voice)
    if voice.joined is None or followers is None:
        return False
    return followers < FEW_FOLLOWERS and 0.0 <= voice.at - voice.joined < FRESH
