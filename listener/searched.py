"""The text in which brands are looked for: folded, entities read, compound hashtags as words."""

import html
import re
from itertools import islice

from listener.folding import fold

# A hashtag written in camel case or with underscores is read as words too: #AcmeAirFails.
_HASHTAG = re.compile(r"[#＃](\w{2,100})")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
MAX_TAGS = 64  # hashtags of one post that are read as words; more is decoration

# Only whole references, with their semicolon: "lock&region" is no "lock®ion".
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
MOST_ESCAPED = 3  # times that a text was escaped: "&amp;amp;" comes of feeds that quote feeds

# Letters that mark a text as Turkish or Azerbaijani, where the capital of ı is I.
_TURKISH_LETTERS = frozenset("ğĞşŞİ")
_TURKISH = ("tr", "az")


def searched(raw: str, lang: str | None = None) -> str:
    """Fold a text for the search, with the words of its compound hashtags after it, each on a line
    of its own. Never raises.

    lang  the platform's tag. In Turkish the small letter of I is ı; elsewhere it is a look-alike.
    """
    if "&" in raw:
        raw = _unescaped(raw)
    if "ı" in raw and _is_turkish(raw, lang):
        raw = raw.replace("ı", "i")
    text = fold(raw)
    if "#" not in text:
        return text
    tags = (found.group(1) for found in islice(_HASHTAG.finditer(raw), MAX_TAGS))
    compound = (parts for tag in tags if len(parts := _CAMEL.sub(" ", tag).split()) > 1)
    return "\n".join([text, *(fold(" ".join(parts)) for parts in compound)])


def _unescaped(raw: str) -> str:
    for _ in range(MOST_ESCAPED):
        before, raw = raw, _ENTITY.sub(lambda found: html.unescape(found.group()), raw)
        if raw == before:
            break
    return raw


def _is_turkish(raw: str, lang: str | None) -> bool:
    if lang is not None and lang.lower()[:2] in _TURKISH and not lang[2:3].isalpha():
        return True
    return any(character in _TURKISH_LETTERS for character in raw)
