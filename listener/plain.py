"""HTML as platforms send it, turned into the text that a person would read.

A small scanner of our own: the standard library's parser takes half a minute for 60,000
characters of "<a <a <a", and a stranger chooses what we read.
"""

import html
import re

from listener.jsontext import storable

MAX_HTML_CHARS = 60_000  # three times the longest text we keep; the rest is not looked at
_UNSHOWN = "script|style|template|noscript|iframe|object|svg|title|textarea"
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table"})
_LINES = frozenset(
    {"br", "dd", "div", "dl", "dt", "footer", "header", "hr", "li", "ol", "tr", "ul"}
)
# Each quantifier is possessive or ends with the text: every character is looked at a bounded
# number of times, whatever the input.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<[!?][^>]*+>?"
    r"""|</?(?P<tag>[a-zA-Z][a-zA-Z0-9]{0,20}+)(?:[^>"']|"[^"]*+"|'[^']*+')*+[^>]*+>?""",
    re.DOTALL,
)
_ENDS = {tag: re.compile(rf"</{tag}[^>]*+>?", re.IGNORECASE) for tag in sorted(_UNSHOWN.split("|"))}
_SPACES = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


def plain_text(fragment: str) -> str:
    """The readable text of an HTML fragment: no tags, entities decoded, paragraphs apart.

    What a page does not show (comments, scripts, styles) is left out. Never raises, in linear
    time. A fragment longer than MAX_HTML_CHARS is cut. The answer may hold "<" where the author
    wrote "&lt;": it is text, and still hostile until an encoder has run.
    """
    fragment = fragment[:MAX_HTML_CHARS]
    parts: list[str] = []
    at = 0
    while found := _MARKUP.search(fragment, at):
        parts.append(_unescaped(fragment[at : found.start()]))
        at = found.end()
        tag = (found["tag"] or "").lower()
        parts.append(_space_for(tag))
        if tag in _ENDS and found.group()[1] != "/" and not found.group().endswith("/>"):
            end = _ENDS[tag].search(fragment, at)
            at = end.end() if end else len(fragment)
    parts.append(_unescaped(fragment[at:]))
    return _tidied("".join(parts))


def _space_for(tag: str) -> str:
    if tag in _PARAGRAPHS:
        return "\n\n"
    return "\n" if tag in _LINES else ""


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:  # a character reference of thousands of digits
        return text


def _tidied(text: str) -> str:
    text = storable(text).replace("\r\n", "\n").replace("\r", "\n")
    text = _LINE_ENDS.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()
