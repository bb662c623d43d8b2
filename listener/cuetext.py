"""A post's text as the cue phrases read it: plain words between single blanks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from listener.folding import fold

MAX_JUDGED_CHARS = 3_000  # what is complained about stands near the beginning
LONGEST_KEPT = 24  # letters of a word that is kept from post to post; longer ones come once

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_TAG = re.compile(r"#(\w{2,100})")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
# "sooo" and "aaargh", but not "bbb" by itself, which is a name.
_STRETCHED = re.compile(r"(?<=[a-z])([a-z])\1{2,}|([a-z])\2{2,}(?=[a-z])")
_TRIPLE = re.compile(r"([a-z])\1\1")
# Sums in rupees, words, mentions, sums, numbers, marks and the emoji that tell a mood. No two begin
# alike but the first two; each begins with what can be told from one character, which is fast.
_TOKEN = re.compile(
    r"r(?<!\wr)s\.? ?\d[\d.,]*|[^\W\d_]+|@\w+|[$£€₹]\d[\d.,]*|\d[\d.,:]*|[!?]|\.{2,}|[.;:\ue000]"
    "|[😡😠🤬👎😤🙄😒🤦🤮😞💔😍❤👍🙏😊😁💕💙😀🎉👏]"
)
# The same of text in ASCII, as most is.
_ASCII_TOKEN = re.compile(
    r"r(?<!\wr)s\.? ?\d[\d.,]*|[a-z]+|@\w+|\$\d[\d.,]*|\d[\d.,:]*|[!?]|\.{2,}|[.;:^]", re.ASCII
)
# Where a clause ends: a comma, a bracket, a dash that joins no words, a line's end. A dash without
# blanks is told from a hyphen by its length, before folding makes them one.
_LONG_DASH = re.compile("[–—―]|--+")
_CLAUSE_END = re.compile(r",(?!\d)|\(|\)|\[|\]|\||•|\n|-(?<=\s-)-*(?=\s)")
_BREAK = "\ue000"  # stands for such an end while the text is read; no keyboard makes it
_ASCII_BREAK = "^"  # the same in a text in ASCII without one, which folds in a tenth of the time
_NOT_PLAIN = ("^", "`", "\x1b")  # read alike in no text but one that is not in ASCII
_KIND_BY_FIRST = {"@": "@", "$": "money", "£": "money", "€": "money", "₹": "money"}
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’‛ʼ＇`´", "'"))
_LONGEST_SUM = 6  # digits of a sum that is shown
_LONG_NUMBER = 4  # digits; an order or phone number is nobody's business in a list of reasons

# Spellings of one word; a value of two words stays two.
_SPELLINGS = (
    "u=you ur=your r=are ya=you plz=please pls=please thx=thanks thanx=thanks thnx=thanks "
    "ty=thanks tks=thanks thks=thanks hrs=hours hr=hour mins=minutes min=minute wks=weeks "
    "wk=week yrs=years yr=year mths=months mth=month cannot=cant bc=because cuz=because "
    "coz=because acct=account svc=service cust=customer n=and dnt=dont wud=would abt=about "
    "ppl=people recvd=received rcvd=received msg=message ph=phone tho=though thru=through "
    "im=i_am ive=i_have gonna=going_to wanna=want_to gotta=got_to wrost=worst "
    "recieved=received recieve=receive dosent=doesnt doesent=doesnt"
)


# Not compared by value: there is one for each language, and to hash its words takes long.
@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """How the words of a language are brought to the spelling of its phrases.

    same     a word as posts spell it → the word or words that stand in the phrases.
    letters  what is written for something else everywhere, such as German `ae` for `a` (from `ä`).
    elides   an apostrophe parts two words (`l'appli`); without, it goes (`dont`).
    quoted   reasons quote words as they were written, accents and all.
    """

    same: Mapping[str, str]
    letters: tuple[tuple[str, str], ...] = ()
    elides: bool = False
    quoted: bool = True

    def word(self, token: str) -> str:
        """Return how the phrases spell a word that was found in a text."""
        if self.letters:
            kept = len(token) <= LONGEST_KEPT
            token = _lettered(token, self.letters) if kept else _with(token, self.letters)
        return self.same.get(token, token)

    def plain(self, text: str) -> str:
        """Fold a text, of phrases or of a post, and settle its apostrophes."""
        return fold(text).replace("'", " " if self.elides else "")


def _with(token: str, letters: tuple[tuple[str, str], ...]) -> str:
    for written, meant in letters:
        token = token.replace(written, meant)
    return token


_lettered = lru_cache(maxsize=16_384)(_with)  # most words of a post are those of the posts before


def spellings(pairs: str) -> dict[str, str]:
    """Read `written=meant` pairs between blanks; `_` stands for a blank."""
    return dict(pair.replace("_", " ").split("=") for pair in pairs.split())


ENGLISH = Spelling(spellings(_SPELLINGS), quoted=False)


@dataclass(frozen=True, slots=True)
class CueText:
    """A text made ready for phrases.

    words  lower case between single blanks, one blank at either end. Apostrophes go (`dont`),
           numbers become `0`, sums `money`, mentions `@`, links `link`; a mark is a word; hashtags
           are read as their words.
    said   for each of those words what stood there, for showing.
    parts  the same words with a `,` for a word wherever else a clause ends.
    each   the words, each once: many rules ask for one of theirs before they look closer.
    """

    words: str
    said: tuple[str, ...]
    parts: str
    each: frozenset[str]

    def quote(self, start: int, end: int) -> str:
        """Return what was said at words[start:end], which begins and ends with a blank.

        Handles and long numbers are left out: a reason goes further than the post.
        """
        first = self.words.count(" ", 0, start)
        length = self.words.count(" ", start, end) - 1
        return self.quote_words(first, first + length)

    def place(self, first: int, after: int) -> tuple[int, int]:
        """Return where the words from one to before another stand, as `quote` takes them."""
        lengths = [len(word) + 1 for word in self.words.split()[:after]]
        return sum(lengths[:first]), sum(lengths) + 1

    def quote_words(self, first: int, after: int) -> str:
        """Return what was said from one word to the one before another, as `quote` does."""
        return " ".join(map(_shown, filter(None, self.said[first:after])))


def read(text: str, spelling: Spelling = ENGLISH) -> CueText:
    """Make a text ready for phrases; only its first MAX_JUDGED_CHARS characters are read."""
    return _read(text, spelling)


# A post is read by the judgement, and at once again for its severity. Behind `read`, because with
# and without a spelling named would be two calls.
@lru_cache(maxsize=4)
def _read(text: str, spelling: Spelling) -> CueText:
    text = text[:MAX_JUDGED_CHARS].strip()
    if "#" in text:
        text = _TAG.sub(lambda tag: f" {_CAMEL.sub(' ', tag.group(1))} ", text)
    if "--" in text or not text.isascii():
        text = _LONG_DASH.sub(" - ", text.replace(_BREAK, " ").strip())
    plain = text.isascii() and not ("^" in text or "`" in text or "\x1b" in text)
    ends = _ASCII_BREAK if plain else _BREAK
    text = _CLAUSE_END.sub(lambda end: f"{end.group()} {ends} ", text)
    written = text.lower() if spelling.quoted and not text.isascii() else ""
    text = spelling.plain(text).replace("&amp;", " and ")
    found = _tokens(text.replace(f" no, {ends}", " no ; "), _ASCII_TOKEN if plain else _TOKEN)
    words, commas = _words(found, ends, spelling)
    spoken = f" {' '.join(words)} "
    parts = f" {_parts(words, commas)} " if commas else spoken
    said = [token for token in found if token != ends] if commas else found
    said = _accented(words, said, written, spelling) if written else said
    if spoken.count(" ") <= len(words) + 1:
        return CueText(spoken, tuple(said), parts, frozenset(words))
    return CueText(spoken, tuple(_said(words, said)), parts, frozenset(spoken.split()))


def _words(found: list[str], ends: str, spelling: Spelling) -> tuple[list[str], list[int]]:
    """The words of `CueText`, and before which of them a clause ends beside its marks."""
    words: list[str] = []
    commas: list[int] = []
    spelt = spelling.word if spelling.letters else None
    same = spelling.same
    for token in found:
        if token.isalpha():
            words.append(spelt(token) if spelt else same.get(token, token))
        elif token == ends:
            commas.append(len(words))
        else:
            words.append(_word(token, spelling))
            if token[-1] in ".,:" and token[0] not in ".:;":  # "until 5."
                commas.append(len(words))
    return words, commas


def _said(words: list[str], tokens: list[str]) -> list[str]:
    """What was said for each word: a spelling that stands for several words was said once."""
    return [
        part
        for word, token in zip(words, tokens, strict=True)
        for part in (token, *[""] * word.count(" "))
    ]


def _parts(words: list[str], commas: list[int]) -> str:
    parts: list[str] = []
    start = 0
    for end in commas:
        parts += words[start:end]
        parts.append(",")
        start = end
    return " ".join([*parts, *words[start:]])


def _tokens(text: str, token: re.Pattern[str] = _TOKEN) -> list[str]:
    if "http" in text or "www." in text:
        text = _LINK.sub(" link ", text)
    if _TRIPLE.search(text):
        text = _STRETCHED.sub(r"\1\2", text)
    return token.findall(text)


def _accented(words: list[str], said: list[str], written: str, spelling: Spelling) -> list[str]:
    """The words with their accents, where they can be told one by one."""
    written = written.translate(_APOSTROPHES).replace("'", " " if spelling.elides else "")
    accented = [token for token in _tokens(written) if token != _BREAK]
    return accented if len(accented) == len(words) else said


def _word(token: str, spelling: Spelling = ENGLISH) -> str:
    first = token[0]
    if first.isalpha() and token[-1].isalpha():
        return spelling.word(token)
    if first in _KIND_BY_FIRST:
        return _KIND_BY_FIRST[first]
    if first.isdigit():
        return "0"
    if first == "." and len(token) > 1:
        return ".."
    return "money" if first == "r" else token


def _shown(token: str) -> str:
    word = token if token[0].isalpha() and token[-1].isalpha() else _word(token)
    if word == "0":
        return token.rstrip(".,:") if len(token) < _LONG_NUMBER else "…"
    if word == "money":  # as it was written, if it is one: what is longer may be anything
        return token.rstrip(".,:") if sum(map(str.isdigit, token)) <= _LONGEST_SUM else "…"
    return "@…" if word == "@" else token
