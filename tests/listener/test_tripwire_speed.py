"""No text can make a rule slow: each is tried on texts made of its own words."""

import re
import time
from collections.abc import Iterator

import pytest

from listener.safety import SHIPPED
from listener.wires import LANGUAGES, Rule

CHARS = 10_000
MOST_SECONDS = 0.050  # ten times what is promised: a loaded machine is no slow rule
_WORD = re.compile(r"[^\W_]+")


def _texts(rule: Rule) -> Iterator[str]:
    """Texts that nearly fit a rule, again and again."""
    source = re.sub(r"\(\?![^)]*\) ?\)", "", rule.pattern.pattern)
    words = [word for word in _WORD.findall(source) if not word.isascii() or word.isalpha()] or [
        "a"
    ]
    firsts = [
        group.split("|")[0].strip() for group in re.findall(r"\(\?:([^()]+)\)", source)
    ] or words
    for seed in (words, words[::-1], firsts, firsts[:-1] or firsts, firsts[:1], words[:2]):
        text = " ".join(seed)
        yield f" {' '.join([text] * (CHARS // (len(text) + 1) + 1))} "[:CHARS]


def _slowest(rule: Rule) -> float:
    worst = 0.0
    for text in _texts(rule):
        begin = time.perf_counter()
        sum(1 for _ in rule.pattern.finditer(text))
        worst = max(worst, time.perf_counter() - begin)
    return worst


@pytest.mark.prove
@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_no_rule_is_slow_on_ten_thousand_characters_of_its_own_words(lang: str) -> None:
    wires = SHIPPED.of(lang)
    slow = [
        (rule.pattern.pattern[:80], took)
        for rule in (*wires.rules, *wires.never)
        if (took := _slowest(rule)) > MOST_SECONDS and (took := _slowest(rule)) > MOST_SECONDS
    ]
    assert not slow
