"""Which language a post is in, as the platform says, and whether we can score it."""

import re

from listener.mention import Post

UNKNOWN = "und"  # BCP 47's own tag for "undetermined"
SCORED = frozenset({"en", UNKNOWN})  # the lexicons are English; an unknown tag is given a chance

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
_LETTER = re.compile(r"[^\W\d_]")
_NOT_PROSE = re.compile(r"https?://\S+|[@#]\w+")
OTHER_SCRIPT_SHARE = 0.5  # of a text's letters; above it the text is not English


def language_of(post: Post) -> str:
    """Return the primary subtag of the platform's language tag (`pt` for `pt-BR`), or "und".

    "und" where the platform gives none, gives something that is no language, or says English of a
    text that is unmistakably in another script.
    """
    found = _TAG.fullmatch((post.lang or "").strip())
    if found is None:
        return UNKNOWN
    tag = found.group(1).lower()
    if tag in _NO_LANGUAGE or tag.startswith("q"):
        # Only "qu" (Quechua) is a language among the tags in q that platforms send.
        return tag if tag in {"qu", "que"} else UNKNOWN
    if tag == "en" and in_other_script(f"{post.title} {post.text}"):
        return UNKNOWN
    return _OLD_TAGS.get(tag, tag)


def scored(lang: str, text: str) -> bool:
    """Whether the English lexicons may be used on a text of this language (as `language_of`)."""
    return lang in SCORED and not in_other_script(text)


def in_other_script(text: str) -> bool:
    """Whether more than half of a text's letters belong to a script English does not use."""
    if text.isascii():
        return False
    text = _NOT_PROSE.sub(" ", text)
    others = len(_OTHER_SCRIPT.findall(text))
    return others > OTHER_SCRIPT_SHARE * len(_LETTER.findall(text)) and others > 0
