"""What X is asked for: the brands' terms as queries, which serve as rules of its stream too.

Source: X's pages on building queries and rules. A search takes 512 characters of a self-serve
account and a rule of the stream 1,024; what the stream missed is searched for by the same words,
so that the shorter limit holds for both.
"""

import re
from collections.abc import Sequence

MAX_QUERY_CHARS = 512  # self-serve accounts
MAX_QUERIES = 10

_PLAIN_TERM = re.compile(r"[#@$]?\w+")


def queries_for(terms: Sequence[str]) -> tuple[str, ...]:
    """Search queries for any of the terms, as few as fit X's length. Reposts are left out."""
    wanted = list(dict.fromkeys(_quoted(term) for term in terms if _quoted(term)))
    queries: list[str] = []
    alternatives: list[str] = []
    for term in wanted:
        if alternatives and len(_any_of([*alternatives, term])) > MAX_QUERY_CHARS:
            queries.append(_any_of(alternatives))
            alternatives = []
        alternatives.append(term)
    return (*queries, _any_of(alternatives)) if alternatives else ()


def _any_of(terms: Sequence[str]) -> str:
    return f"({' OR '.join(terms)}) -is:retweet"


def _quoted(term: str) -> str:
    """A term as X reads it; hashtags, handles and cashtags lose their meaning in quotes."""
    plain = " ".join(term.replace('"', " ").replace("\\", " ").split())
    if plain[:1] in {"#", "@", "$"} and _PLAIN_TERM.fullmatch(plain):
        return plain
    return f'"{plain}"' if plain else ""
