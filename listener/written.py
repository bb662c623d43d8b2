"""Words as the post has them: phrases are found without apostrophes, and quoted with them."""

import re

_APART = re.compile(r"[^\W\d_]+(?:['’‘ʼ`´][^\W\d_]+)*")
_MARKS = re.compile(r"['’‘ʼ`´]")
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'"[^"]*"')


def as_written(said: str, text: str) -> str:
    """A phrase that was found in a text, with the apostrophes that its words have there.

    A word that stands in the text both with and without is left as it was found.
    """
    if _MARKS.search(text) is None:
        return said
    spelt: dict[str, set[str]] = {}
    for found in _APART.findall(text.lower()):
        spelt.setdefault(_MARKS.sub("", found), set()).add(found)
    return _WORD.sub(lambda word: _only(spelt.get(word[0].lower(), set()), word[0]), said)


def reason_as_written(reason: str, text: str) -> str:
    """The same for what a reason quotes; its own words stay."""
    return _QUOTED.sub(lambda quoted: as_written(quoted[0], text), reason)


def _only(spellings: set[str], word: str) -> str:
    return next(iter(spellings)) if len(spellings) == 1 else word
