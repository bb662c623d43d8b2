"""Two copies of a post's text: one that can be stored, and one folded for matching.

Storage keeps what the author wrote. Matching sees through case, width, accents and characters that
nobody sees, but never through look-alikes: a Cyrillic letter in a brand's name is somebody else's
name, not the brand's.
"""

import re
import unicodedata
from itertools import groupby

from listener.mention import MAX_TEXT_CHARS

REPLACEMENT = "\ufffd"
LONGEST_MAPPING = 18  # letters that Unicode puts for one at most (NFKC of U+FDFA)

# NUL ends a string in C (SQLite's tools, chat gateways); a lone surrogate cannot be encoded at all.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# What a reader does not see: Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt,
# Unicode 16), the braille blank, the enclosing marks of "zalgo" text, and control characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0488\u0489\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# What a terminal obeys and does not show (ECMA-48): colours and the like (ESC [ … letter), titles
# and links (ESC ] … BEL or ESC \\), short ones. A string that never ends is text. No part can hold
# the beginning of another, which keeps the search linear.
_ESCAPE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x00-\x1f\x7f-\x9f]*+(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b(?:[78=>c]|[ -/]{1,8}[0-~])"
)
_ASCII_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f]")

# Typographic spellings of the same mark; a trade mark sign ends a word and is not the letters "tm".
_PLAIN = str.maketrans(
    dict.fromkeys("‘’‚‛ʼ＇`´", "'")
    | dict.fromkeys("“”„‟«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("™℠®©", " ")
    | dict.fromkeys(
        "\u00a8\u00af\u00b8\u02d8\u02d9\u02da\u02db\u02dc\u02dd", " "
    )  # accents over a blank
)

# A word with whatever is not a plain letter still in it; ASCII punctuation and blanks part words.
_TOKEN = re.compile(r"[^\s!-/:-@\[-`{-~]+")
_ASCII_LETTER = re.compile("[A-Za-z]")


def clean(text: str) -> tuple[str, int]:
    """Make a text storable.

    Returns the text and how many characters were replaced: NUL and lone surrogates become U+FFFD,
    and what is longer than MAX_TEXT_CHARS is cut (the cut is not counted).
    """
    return _UNSTORABLE.subn(REPLACEMENT, text[:MAX_TEXT_CHARS])


def fold(text: str) -> str:
    """Return the copy of a text that is matched: one case, one width, no accents, one blank.

    Accents are dropped from Latin, Greek and Cyrillic letters only; elsewhere a mark is a vowel.
    Idempotent; never raises; never longer than MAX_TEXT_CHARS: letters that stand for whole
    sentences (`ﷺ`) would make 18 of one, and what is behind them is not matched.
    """
    text = text[:MAX_TEXT_CHARS]
    if "\x1b" in text or not text.isascii():
        text = _ESCAPE.sub("", text)
    if text.isascii():
        seen = text if text.isprintable() else _ASCII_INVISIBLE.sub("", text)
        return " ".join(seen.lower().split())
    text = _UNSTORABLE.sub(REPLACEMENT, _INVISIBLE.sub("", text)).translate(_PLAIN)
    if len(text) > MAX_TEXT_CHARS // LONGEST_MAPPING:
        text = _unswollen(text)
    return " ".join(_TOKEN.sub(_fold_token, text).split())[:MAX_TEXT_CHARS].rstrip()


def _unswollen(text: str) -> str:
    """Cut a text before it is folded where it would become longer than is read of any."""
    length = len(unicodedata.normalize("NFKC", text))
    return text if length <= MAX_TEXT_CHARS else text[: len(text) * MAX_TEXT_CHARS // length]


def _fold_token(found: re.Match[str]) -> str:
    token = found.group()
    if token.isascii():
        return token.lower()
    if not _ASCII_LETTER.search(token):
        return _fold_letters(token)
    # A letter in disguise among plain letters is a look-alike, and stays what it is.
    runs = ((kept, "".join(run)) for kept, run in groupby(token, key=_disguised))
    return "".join(run if kept else _fold_letters(run) for kept, run in runs)


def _disguised(character: str) -> bool:
    """Whether a character is another form of one ASCII letter (`ⅰ`, bold `𝐓`, Kelvin's `K`)."""
    if character.isascii():
        return False
    plain = unicodedata.normalize("NFKC", character).casefold()
    return len(plain) == 1 and plain.isascii() and plain.isalpha()


def _fold_letters(text: str) -> str:
    """Fold width, case and accents of a run of letters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFD", text)
    if not _MAY_BE_ACCENT.search(text):
        return unicodedata.normalize("NFC", text)
    folded = []
    accents_go = False
    for character in text:
        if unicodedata.category(character) == "Mn":
            if accents_go:
                continue
        else:
            accents_go = _has_accents(character)
        folded.append(character)
    return unicodedata.normalize("NFC", "".join(folded))


# Behind a letter that may have accents, what is none itself: marks are no part of a word to `re`.
_MAY_BE_ACCENT = re.compile("[\x00-\u052f\u1e00-\u1fff][^\\w\x00-\x7f]")


def _has_accents(character: str) -> bool:
    """Whether marks on this character are accents: Latin, Greek, Cyrillic (up to U+052F)."""
    return character < "\u0530" or "\u1e00" <= character < "\u2000"
