"""What a text says beside its complaint: what it praises, or says that it is not about."""

import re
from collections.abc import Iterator

ASIDE = 0.4  # what a word weighs in routing that stands in an aside

# What begins a denial; looked for in folded text, from one of its few first words.
_DENIED = re.compile(
    r"\b(?:(?:it|this|that)(?:'?s| is| was) not|(?:it|this|that) (?:isn|wasn)'?t|not about"
    r"|nothing to do with|nothing wrong with|no (?:problems?|complaints?|issues?) with"
    r"|don'?t mind|do not mind|never mind)\b[^.,;:!?\n]{1,80}"
)
_TURN = re.compile(r"\b(?:but|however|although|except)\b")
# A folded text has no two blanks in a row. Bounded, and nothing given back: a page of marks would
# be gone through once from each of them.
_CONTRAST = re.compile(r"\s?+[.,;:!?–—-]{0,100}+\s?+(?:it|this|that|but|rather|the problem|what)\b")
_PRAISE = re.compile(
    r"\b(?:thanks?|great|loved?|lovely|appreciate|awesome|amazing|nice|kudos|friendly|excellent"
    r"|fantastic|perfect|wonderful|helpful)\b"
)
_DENIAL = re.compile(r"\b(?:no|not|never|nothing|nobody|without|zero|\w+n't|cannot)\b")
_DENYING = ("not", "isn't", "wasn't", "mind", "wrong with", "no ", "nothing to")


def parts(text: str) -> Iterator[tuple[str, float]]:
    """A folded text in pieces, in order, each with what its words weigh: 1.0, or less in an aside.

    An aside is praise that a "but" takes back ("lovely crew, but my bag is lost"), and what a
    contrast sets aside ("it's not the delay, it's the lies").
    """
    turn = _TURN.search(text)
    if turn is not None:
        before = text[: turn.start()]
        if _PRAISE.search(before) and not _DENIAL.search(before):
            yield before, ASIDE
            text = text[turn.end() :]
    if not any(one in text for one in _DENYING):
        yield text, 1.0
        return
    end = 0
    for denied in _DENIED.finditer(text):
        if _CONTRAST.match(text, denied.end()):
            yield text[end : denied.start()], 1.0
            yield denied.group(), ASIDE
            end = denied.end()
    yield text[end:], 1.0
