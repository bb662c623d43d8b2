"""Where a term that was found may stand: as a word, a tag, a handle or a host, and not within
something else."""

import unicodedata

from listener.spelling import Kind

# Scripts written without blanks, or with particles joined to the word: Thai to Lao, Myanmar, Khmer,
# kana, Han, Hangul. No boundary is demanded beside one of their letters.
_BLANKLESS = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1100", "\u11ff"),
    ("\u1780", "\u17ff"),
    ("\u3005", "\u30ff"),
    ("\u3130", "\u318f"),
    ("\u31f0", "\u31ff"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uac00", "\ud7ff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)


def _in_word(character: str) -> bool:
    """Whether a character holds a word together with its neighbour."""
    if character.isascii():
        return character.isalnum() or character == "_"
    if any(first <= character <= last for first, last in _BLANKLESS):
        return False
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def stands(kind: Kind, text: str, start: int, end: int) -> bool:
    """Whether the pattern found at text[start:end] is one, and not a piece of something else."""
    if kind is Kind.DOMAIN:
        return _stands_as_domain(text, start, end)
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if before == after == "_":
        before, after = _beside(text, start - 1, -1), _beside(text, end, 1)
    if _in_word(text[end - 1]) and _in_word(after):
        return False
    if kind in (Kind.TAG, Kind.HANDLE):
        return not _in_word(before)  # `ann@acme` is a mail address
    if kind is Kind.JOINED:
        return before in "#@"
    if _in_word(text[start]) and _in_word(before):
        return False
    return not _in_host(text, start, end)


MOST_MARKS = 2  # underscores on either side that mark a word as slanted or strong: __acme__


def _beside(text: str, at: int, step: int) -> str:
    """The character beyond the underscores at a place; an underscore where a word goes on there,
    as in my_acme_app, a blank at the text's end."""
    for place in (at + step * n for n in range(1, MOST_MARKS + 1)):
        if not 0 <= place < len(text):
            return " "
        if text[place] != "_":
            return "_" if _in_word(text[place]) else text[place]
    return "_"


def _stands_as_domain(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    rest = text[end : end + 2]
    if _in_word(before) or before == "-":
        return False
    goes_on = rest[:1] == "." and rest[1:].isalnum()  # acme.com.evil.example
    return not (goes_on or rest[:1] == "-" or (rest and _in_word(rest[0])))


# Enough of a link's beginning to tell that a place lies in its host.
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_:@[]%")
_KNOWN_SUFFIXES = (
    "com org net info biz app dev shop store online site io ai co me tv uk de fr it es nl be at ch"
    " ie eu us ca au nz in jp cn br mx se no dk fi pl pt gr cz ru za example test"
)
_SUFFIXES = frozenset(_KNOWN_SUFFIXES.split())
MAX_HOST = 253  # characters in a host's name (RFC 1035)


def _in_host(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is part of a link's host: `https://acme.example`, `acme.com/x`.

    `I hate acme.Never again` names a brand: a bare host must end in a well-known suffix.
    """
    if start and text[start - 1] in "#@" and not (start > 1 and _in_word(text[start - 2])):
        return False
    left = start
    while left and start - left < MAX_HOST and text[left - 1] in _HOST_CHARACTERS:
        left -= 1
    right = end
    while right < len(text) and right - end < MAX_HOST and text[right] in _HOST_CHARACTERS:
        right += 1
    if text[left - 3 : left] == "://" or text[max(0, left - 2) : left] == "//":
        return True
    if " " in text[start:end]:
        return False
    if right - left == end - start:
        return False
    host = text[left:right].rstrip(".:-_").rpartition("@")[2].split(":")[0]
    head, _, suffix = host.rpartition(".")
    return bool(head) and suffix in _SUFFIXES
