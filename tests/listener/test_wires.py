"""What a rule asks of a text's words before its pattern is tried."""

import pytest

from bench import redos
from listener.safety import SHIPPED
from listener.wires import LANGUAGES, compile_rule

LISTS = {"kin": "{son|old friend|}", "staff": "{driver|old guard}"}


@pytest.mark.parametrize(
    ("line", "words", "holds"),
    [
        pytest.param("!{gas} [was] leaking", "gas leaking", True, id="all that it asks for"),
        pytest.param("!{gas} [was] leaking", "gas was", False, id="a word is missing"),
        pytest.param("{burnt my|hurt} ~ !{arm}", "my hurt arm", True, id="one way of several"),
        pytest.param("{burnt my|hurt} ~ !{arm}", "arm ouch", False, id="none of several"),
        pytest.param("!{fire} {in|.|!}", "fire", True, id="a mark may stand for a word"),
        pytest.param("<kin> !{died}", "died", True, id="a list with an empty choice asks nothing"),
        pytest.param("<staff> !{hit} me", "hit me guard", False, id="the first word of a phrase"),
        pytest.param("<staff>s !{hit} me", "hit me drivers", True, id="a list inside a word"),
        pytest.param("!{hit} me|spat", "spat", True, id="a choice in no bracket"),
        pytest.param("{is {on|near}|by} !{fire}", "is fire", True, id="a choice in a choice"),
        pytest.param("{{on|near} it|by} !{fire}", "is fire", False, id="no choice in a choice"),
    ],
)
def test_a_rule_is_tried_where_a_text_has_its_words(line: str, words: str, holds: bool) -> None:
    rule = compile_rule("fire", line, LISTS, "(?:not)")
    assert rule.may_hold(frozenset(words.split())) is holds


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_no_rule_is_left_out_where_its_pattern_holds(lang: str) -> None:
    samples = 0
    for rule in SHIPPED.of(lang).rules:
        for text in redos.pumps_of(rule.pattern):
            for found in rule.pattern.finditer(text):
                samples += 1
                assert rule.may_hold(frozenset(found.group().split())), rule.written
    assert samples >= len(SHIPPED.of(lang).rules)
