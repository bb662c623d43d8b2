"""The addresses that a post links to, which its words need not show.

X writes `https://t.co/…`, Bluesky cuts an address short, an HTML link shows any words at all: what
is behind them the platform tells beside the text.
"""

import html
import re
from collections.abc import Iterable
from itertools import islice

from listener.fields import text
from listener.plain import MAX_HTML_CHARS

MAX_LINKS = 50  # of one post; more is decoration
MAX_LINK_CHARS = 2_000
_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)
# Possessive throughout: linear, whatever a stranger wrote.
_ANCHOR = re.compile(r"""<a\s(?:[^>"']|"[^"]*+"|'[^']*+')*+[^>]*+>?""", re.IGNORECASE)
_HREF = re.compile(r"""\shref\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++))""", re.IGNORECASE)
_MENTION = re.compile(r"""\sclass\s*+=\s*+["'][^"']*\bmention\b""", re.IGNORECASE)


def links_of(values: Iterable[object]) -> tuple[str, ...]:
    """Those of the values that are web addresses, each once, at most MAX_LINKS. Never raises."""
    found = (text(value, MAX_LINK_CHARS + 1) for value in values)
    good = (one for one in found if len(one) <= MAX_LINK_CHARS and _ADDRESS.fullmatch(one))
    return tuple(islice(dict.fromkeys(good), MAX_LINKS))


def anchors(fragment: str) -> list[str]:
    """Where the links of an HTML fragment lead; those of mentions and hashtags are left out."""
    found = []
    for anchor in islice(_ANCHOR.finditer(fragment[:MAX_HTML_CHARS]), 2 * MAX_LINKS):
        href = _HREF.search(anchor.group())
        if href and not _MENTION.search(anchor.group()):
            found.append(html.unescape((href[1] or href[2] or href[3] or "")[: MAX_LINK_CHARS + 1]))
    return found
