"""How people write a brand's term: the folded texts by which it is found, and as what each."""

import re
from collections.abc import Iterator
from enum import Enum

from listener.folding import fold


class Kind(Enum):
    """As what a spelling may stand in a post."""

    WORDS = "words"  # a word or a phrase, also as #word and @word
    TAG = "tag"  # only as #tag
    HANDLE = "handle"  # only as @handle
    JOINED = "joined"  # a phrase written without blanks, as in #AcmeAir and @acmeair
    DOMAIN = "domain"  # a host's name or the end of one


# Letters that people spell out where their keyboard lacks them: ae for ä, as on a German ticket.
# What folding does not take apart (ø, æ, ł …) is spelled plainly too.
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_PLAINLY = str.maketrans({"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_DOMAIN_TERM = re.compile(r"\A[a-z0-9-]+(?:\.[a-z0-9-]+){0,4}\.[a-z]{2,24}")
_PARTED = re.compile(r"(?<=[^\W_])[ -](?=[^\W_])")
_AND = re.compile(r" ?& ?")
LEAST_JOINED = 6  # letters from which a name with a hyphen is known without it: `cocacola`
LEAST_S = 5  # letters from which a name on s is known with an apostrophe too: `Tim Horton's`


def spellings(term: str) -> Iterator[tuple[str, Kind]]:
    """The folded texts by which a term is found, each with where it may stand.

    term  as declared. A hashtag, a handle and a domain are found as such only. A phrase is found
          with blanks or hyphens, with "&" or "and", and without blanks as #tag and @handle.
    """
    text = fold(term)
    bare = text.lstrip("#@").strip()
    if not bare:
        return
    if text.startswith("#"):
        yield "#" + bare, Kind.TAG
    elif text.startswith("@"):
        yield "@" + bare, Kind.HANDLE
    elif _DOMAIN_TERM.fullmatch(text):
        yield text, Kind.DOMAIN
    else:
        for written in dict.fromkeys(_letters(term)):
            yield from _written(written)


def _letters(term: str) -> Iterator[str]:
    """A term with its letters as they are, spelled out, and without their strokes."""
    yield fold(term)
    lowered = term.casefold()
    for table in (_SPELLED_OUT, _PLAINLY):
        changed = lowered.translate(table)
        if changed != lowered:
            yield fold(changed)


def _written(text: str) -> Iterator[tuple[str, Kind]]:
    yield text, Kind.WORDS
    if "'" in text:
        yield text.replace("'", ""), Kind.WORDS
    elif len(text) >= LEAST_S and text.endswith("s") and text[-2:-1].isalpha():
        yield f"{text[:-1]}'s", Kind.WORDS
    yield from ((other, Kind.WORDS) for other in (*_parted(text), *_with_and(text)))
    joined = re.sub(r"[\W_]+", "", text)
    if joined and joined != text:
        is_word = "-" in text and " " not in text and len(joined) >= LEAST_JOINED
        yield joined, Kind.WORDS if is_word else Kind.JOINED


def _parted(text: str) -> Iterator[str]:
    """With hyphens for blanks and blanks for hyphens. `t mobile` is in "isn't mobile": a hyphen
    beside a single letter stays."""
    if any(len(part) < 2 for part in re.split("[ -]", text)):
        return
    for mark in (" ", "-"):
        other = _PARTED.sub(mark, text)
        if other != text:
            yield other


def _with_and(text: str) -> Iterator[str]:
    parts = _AND.split(text)
    if len(parts) < 2 or not all(parts):
        return
    yield " & ".join(parts)
    yield "&".join(parts)
    if all(len(part) > 1 for part in parts):
        yield " and ".join(parts)
