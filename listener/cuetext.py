"""A post's text as the cue phrases read it: plain words between single blanks."""

import re
from dataclasses import dataclass
from functools import lru_cache

from listener.folding import fold

MAX_JUDGED_CHARS = 3_000  # what is complained about stands near the beginning

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_TAG = re.compile(r"#(\w{2,100})")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
# "sooo" and "aaargh", but not "bbb" by itself, which is a name.
_STRETCHED = re.compile(r"(?<=[a-z])([a-z])\1{2,}|([a-z])\2{2,}(?=[a-z])")
# Mentions, sums, numbers, words, marks and the emoji that tell a mood, in this order.
_TOKEN = re.compile(
    r"@\w+|[$£€₹]\d[\d.,]*|\brs\.? ?\d[\d.,]*|\d[\d.,:]*|[^\W\d_]+|[!?]|\.{2,}|[.;:\ue000]"
    "|[😡😠🤬👎😤🙄😒🤦🤮😞💔😍❤👍🙏😊😁💕💙😀🎉👏]"
)
# Where a clause ends: a comma, a bracket, a dash that joins no words, a line's end. A dash without
# blanks is told from a hyphen by its length, before folding makes them one.
_LONG_DASH = re.compile("[–—―]|--+")
_CLAUSE_END = re.compile(r",(?!\d)|[()\[\]|•]|(?<=\s)-+(?=\s)|\n")
_BREAK = "\ue000"  # stands for such an end while the text is read; no keyboard makes it
_KIND_BY_FIRST = {"@": "@", "$": "money", "£": "money", "€": "money", "₹": "money"}
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
_SAME = dict(pair.replace("_", " ").split("=") for pair in _SPELLINGS.split())
_TWO_WORDS = frozenset(spelling for spelling, words in _SAME.items() if " " in words)


@dataclass(frozen=True, slots=True)
class CueText:
    """A text made ready for phrases.

    words  lower case between single blanks, one blank at either end. Apostrophes go (`dont`),
           numbers become `0`, sums `money`, mentions `@`, links `link`; a mark is a word; hashtags
           are read as their words.
    said   for each of those words what stood there, for showing.
    parts  the same words with a `,` for a word wherever else a clause ends.
    """

    words: str
    said: tuple[str, ...]
    parts: str

    def quote(self, start: int, end: int) -> str:
        """Return what was said at words[start:end], which begins and ends with a blank.

        Handles, sums and long numbers are left out: a reason goes further than the post.
        """
        first = self.words.count(" ", 0, start)
        length = self.words.count(" ", start, end) - 1
        return " ".join(map(_shown, filter(None, self.said[first : first + length])))


@lru_cache(maxsize=2)  # a post is read by the judgement, and at once again for its severity
def read(text: str) -> CueText:
    """Make a text ready for phrases; only its first MAX_JUDGED_CHARS characters are read."""
    text = text[:MAX_JUDGED_CHARS]
    if "#" in text:
        text = _TAG.sub(lambda tag: f" {_CAMEL.sub(' ', tag.group(1))} ", text)
    text = _CLAUSE_END.sub(_marked, _LONG_DASH.sub(" - ", text.replace(_BREAK, " ").strip()))
    text = fold(text).replace("'", "").replace("&amp;", " and ")
    text = text.replace(f" no, {_BREAK}", " no ; ")
    found = _TOKEN.findall(_STRETCHED.sub(r"\1\2", _LINK.sub(" link ", text)))
    tokens = [token for token in found if token != _BREAK]
    said: list[str] = []
    for token in tokens:
        # A spelling that stands for two words was said once.
        said += (token, "") if token in _TWO_WORDS else (token,)
    return CueText(f" {' '.join(map(_word, tokens))} ", tuple(said), _parts(found))


def _marked(end: re.Match[str]) -> str:
    return f"{end.group()} {_BREAK} "


def _parts(tokens: list[str]) -> str:
    words: list[str] = []
    for token in tokens:
        if token == _BREAK:
            words.append(",")
            continue
        words.append(_word(token))
        if token[0] not in ".:;" and token[-1] in ".,:":
            words.append(",")  # "waited until 5." ends where the number does
    return f" {' '.join(words)} "


def _word(token: str) -> str:
    first, last = token[0], token[-1]
    if first.isalpha() and last.isalpha():
        return _SAME.get(token, token)
    if first in _KIND_BY_FIRST:
        return _KIND_BY_FIRST[first]
    if first.isdigit():
        return "0"
    if first == "." and len(token) > 1:
        return ".."
    return "money" if first == "r" else token


def _shown(token: str) -> str:
    word = _word(token)
    if word == "0":
        return token if len(token) < _LONG_NUMBER else "…"
    return {"@": "@…", "money": "a sum"}.get(word, token)
