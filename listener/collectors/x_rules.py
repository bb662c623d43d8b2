"""The rules of X's filtered stream, kept as the configuration has them.

An app has one set of rules for all its programs, and one stream of whatever any of them matches. So
only rules under this source's own tag are ever taken away, and a rule that another program has put
there with the same words is used, because X takes the same words only once.
Source: X's pages on the filtered stream, its OpenAPI 2.167 (`/2/tweets/search/stream/rules`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from listener.collector import BadRequest
from listener.collectors.x_posts import ID
from listener.fields import Raw, mapping, objects, optional_id, text

MAX_RULE_CHARS = 1_024
MAX_TAG_CHARS = 60
SHOWN_CHARS = 60  # of a rule that is refused
_DUPLICATE = "duplicate-rules"
_TOO_MANY = ("rule-cap", "rules-cap", "rule-capped")

# method, what is sent (None: nothing) → the JSON that X answers with
Ask = Callable[[str, Mapping[str, object] | None], object]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the app's, whoever has put it there."""

    id: str
    value: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done. kept: ids of rules that stay, and bring what we want."""

    kept: tuple[str, ...]
    taken_away: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the rules are now. ids: of those that bring what we want. made: some were not there."""

    ids: frozenset[str]
    made: bool = False


def tag_of(source: str) -> str:
    """Under which tag a source's rules stand."""
    return f"tocsin:{source}"[:MAX_TAG_CHARS]


def plan(rules: Sequence[Rule], wanted: Sequence[str], tag: str) -> Plan:
    """How the app's rules become those that are wanted; nobody else's is touched."""
    there = {rule.value for rule in rules}
    return Plan(
        tuple(rule.id for rule in rules if rule.value in wanted),
        tuple(rule.id for rule in rules if rule.tag == tag and rule.value not in wanted),
        tuple(value for value in dict.fromkeys(wanted) if value not in there),
    )


def synchronised(ask: Ask, wanted: Sequence[str], source: str) -> Standing:
    """Make the app's rules those that are wanted, and return how they stand then.

    Raises BadRequest where X refuses one, in a sentence that says which.
    """
    tag = tag_of(source)
    todo = plan(read_rules(ask("GET", None)), wanted, tag)
    if todo.taken_away:
        ask("POST", {"delete": {"ids": list(todo.taken_away)}})
    if not todo.added:
        return Standing(frozenset(todo.kept))
    try:
        body = ask("POST", {"add": [{"value": value, "tag": tag} for value in todo.added]})
    except BadRequest as error:
        raise BadRequest(f"{error}. {_remedy(todo.added[0])}") from None
    made = read_rules(body)
    found = {rule.id for rule in made} | _known_already(body, source)
    return Standing(frozenset({*todo.kept, *found}), made=True)


def read_rules(body: object) -> list[Rule]:
    """The rules of an answer; what is none is left out."""
    found = []
    for entry in objects(mapping(body).get("data")):
        number = optional_id(entry.get("id"), ID)
        if number is not None:
            value = text(entry.get("value"), MAX_RULE_CHARS * 2)
            found.append(Rule(number, value, text(entry.get("tag"), 200)))
    return found


def _known_already(body: object, source: str) -> set[str]:
    """Ids of rules that are there already. Raises BadRequest where one was refused."""
    found = set()
    for error in objects(mapping(body).get("errors")):
        problem = _problem(error)
        number = optional_id(error.get("id"), ID)
        if problem == _DUPLICATE and number:
            found.add(number)
            continue
        refused = text(error.get("value"), MAX_RULE_CHARS)
        said = f'source "{source}": X refuses a rule of the stream ({problem})'
        if problem in _TOO_MANY:
            raise BadRequest(f"{said}: the app has as many as it may; take some away there")
        raise BadRequest(f"{said}. {_remedy(refused)}")
    return found


def _remedy(value: str) -> str:
    shown = value if len(value) <= SHOWN_CHARS else f"{value[:SHOWN_CHARS]}…"
    return f'Mend "query" or the brands\' terms, of which it was made: {shown}'


def _problem(error: Raw) -> str:
    """The fixed word for a problem; X's free text may repeat our request, so it is not used."""
    word = text(error.get("type"), 200).rpartition("/")[2]
    return word if word and all(c.isalpha() or c == "-" for c in word) else "unnamed"
