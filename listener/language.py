"""Which language a post is in, and whether we can score it.

The platform's tag is believed unless the text plainly contradicts it; without a tag, or where it
says nothing, the text is asked.
"""

import re

from listener.identify import UNKNOWN, identify, plainly
from listener.mention import Post

__all__ = ["ENGLISH", "SCORED", "TONGUES", "UNKNOWN", "language_of", "scored"]

ENGLISH = frozenset({"en", UNKNOWN})  # a text of no telling language is given a chance
TONGUES = frozenset({"de", "es", "fr", "it", "pt"})  # with cue groups of their own
SCORED = ENGLISH | TONGUES

# BCP 47 primary subtags have two or three letters; X marks posts without language by codes of its
# own (`qme` media, `qht` hashtags, …) and ISO 639 reserves `zxx`, `mul`, `mis`.
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8}){0,8}", re.ASCII | re.IGNORECASE)
_NO_LANGUAGE = frozenset({"art", "mis", "mul", "zxx"})
_OLD_TAGS = {"in": "id", "iw": "he", "ji": "yi"}  # still sent by some platforms

# Letters of scripts no English text is written in: Cyrillic to Hangul Jamo, Khmer and the like,
# kana, Han, Hangul, Arabic presentation forms, supplementary Han.
_OTHER_SCRIPT = re.compile(
    "[\u0370-\u1cff\u2c80-\u2dff\u3040-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf"
    "\ua500-\ua6ff\ua840-\uabff\uac00-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc"
    "\uff66-\uffdc\U00010800-\U0001efff\U00020000-\U0003ffff]"
)
_ARABIC = re.compile("[\u0620-\u064a]")  # letters that Arabic shares with few of its neighbours
_NOT_ARABIC = re.compile("[\u0679\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06cc\u06d2]")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_PROSE = re.compile(r"https?://\S+|[@#]\w+")
OTHER_SCRIPT_SHARE = 0.5  # of a text's letters; above it the text is not English


def language_of(post: Post) -> str:
    """Return the primary subtag of a post's language (`pt` for `pt-BR`), or "und".

    "und" where neither the platform nor the text says it: few words, several languages, nothing
    but links or emoji, or a script that we cannot name.
    """
    tag = _tagged(post.lang)
    text = f"{post.title} {post.text}" if post.title else post.text
    if in_other_script(text):
        return tag if tag not in SCORED else _by_script(text)
    if tag == UNKNOWN:
        return identify(text)
    return plainly(text, tag) or tag


def _tagged(lang: str | None) -> str:
    """What the platform says; "und" where it says nothing, or something that is no language."""
    found = _TAG.fullmatch(lang.strip()) if lang else None
    if found is None:
        return UNKNOWN
    tag = found.group(1).lower()
    if tag in _NO_LANGUAGE or tag.startswith("q"):
        # Only "qu" (Quechua) is a language among the tags in q that platforms send.
        return tag if tag in {"qu", "que"} else UNKNOWN
    return _OLD_TAGS.get(tag, tag)


def _by_script(text: str) -> str:
    """Arabic, where the letters are those of Arabic and not of Persian or Urdu."""
    if _NOT_ARABIC.search(text) or not _ARABIC.search(text):
        return UNKNOWN
    return "ar"


def scored(lang: str, text: str) -> bool:
    """Whether there are lexicons for a text of this language (as `language_of`)."""
    return lang in SCORED and not in_other_script(text)


def in_other_script(text: str) -> bool:
    """Whether more than half of a text's letters belong to a script English does not use."""
    if text.isascii():
        return False
    text = _NOT_PROSE.sub(" ", text)
    others = len(_OTHER_SCRIPT.findall(text))
    return others > OTHER_SCRIPT_SHARE * len(_LETTER.findall(text)) and others > 0
