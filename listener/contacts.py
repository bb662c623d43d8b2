"""How often a customer says that they have asked already. Pure."""

import re

MAX_CHARS = 4_000  # of a text that are looked at
MOST = 20  # more is a figure of speech

_NUMBERS = {
    "second": 2, "twice": 2, "two": 2, "third": 3, "three": 3, "thrice": 3, "fourth": 4, "four": 4,
    "fifth": 5, "five": 5, "sixth": 6, "six": 6, "seventh": 7, "seven": 7, "tenth": 10, "ten": 10,
}  # fmt: skip
_COUNT = r"(\d{1,3}|" + "|".join(_NUMBERS) + r")"
_CONTACT = r"(?:e-?mail|call|phone ?call|message|dm|tweet|ticket|letter|request|complaint)s?"
_SAID = re.compile(
    rf"\b{_COUNT}(?:st|nd|rd|th)? (?:{_CONTACT}|time (?:asking|calling|writing|emailing|i))\b"
    rf"|\b(?:asked|called|emailed|e-mailed|written|wrote|phoned|messaged|contacted|rung|rang)"
    rf"(?: \w+){{0,3}} {_COUNT}(?: times)?\b",
    re.IGNORECASE,
)


def contacts_said(text: str) -> int:
    """The number of contacts a customer speaks of, this one counted where they say so.

    "Third time asking" is 3, "I have emailed you 5 times" is 5; 0 where nothing is said. A number
    above MOST is taken for MOST.
    """
    found = 0
    for match in _SAID.finditer(text[:MAX_CHARS]):
        word = (match.group(1) or match.group(2)).lower()
        found = max(found, _NUMBERS.get(word) or int(word))
    return min(found, MOST)
