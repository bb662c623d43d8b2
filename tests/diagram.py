"""The states of a case and of an incident, found by trying everything; written into the docs.

Every situation that matters is built, everything that can happen is done to it, and each
transition that is applied is noted: from which state, to which, by which event of the ledger.
`python -m tests.diagram` writes the result into docs/ownership.md.
"""

import ast
import contextlib
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from escalation.decision import REPLY_CLOCKS, Decision, Outcome, TimerKind
from escalation.desk import Desk
from escalation.engine import Engine
from escalation.rules import Rules, Situation
from escalation.subject import Incident, Ref, Subject
from tests import firm as firms
from tests.firm import NOON
from tests.situations import CALM, LATER, Happen, happenings, heard, situations
from tocsin.store import Unit

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "ownership.md"
START = "[*]"
Edge = tuple[str, str, str]  # from, to, event


class Undone(Exception):
    """What was tried is rolled back."""


class Watched(Engine):
    """The engine, with each transition that it applies noted down."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self.edges: set[tuple[str, Edge]] = set()
        self.noted: set[tuple[Ref, str]] = set()  # since this was last emptied

    def apply(
        self, desk: Desk, before: Subject | None, outcome: Outcome, at: Situation
    ) -> str | None:
        why = super().apply(desk, before, outcome, at)
        if isinstance(outcome, Decision):
            after = desk.subject(outcome.subject.ref)
            assert after is not None
            edge = (START if before is None else place(before), place(after), outcome.event)
            self.edges.add((after.kind, edge))
            self.noted.add((after.ref, outcome.event))
        return why


def place(subject: Subject) -> str:
    """Where a subject stands in its diagram: an incident by its level."""
    return str(subject.level if isinstance(subject, Incident) else subject.state)


@dataclass
class Tried:
    """A house in which things are tried and undone."""

    firm: firms.Firm = field(default_factory=firms.new_firm)
    engine: Watched = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Watched(self.firm.house.engine.rules)

    def every(self, begun: Subject, happen: Iterable[Happen], now: datetime) -> None:
        """Do each of these to a subject, undoing it every time."""

        def work(desk: Unit) -> None:
            known = self._prepare(desk)[begun.kind]
            desk.save(begun, known)
            for one in happen:
                self._once(desk, one, now)
            raise Undone

        with contextlib.suppress(Undone):
            self.firm.write(work)

    def _once(self, desk: Unit, happen: Happen, now: datetime) -> None:
        desk.connection.execute("savepoint untried")
        desk.take_happenings()
        self.engine.noted.clear()
        try:
            happen(self.engine, desk, now)
            self._note_the_rest(desk)
        finally:
            desk.connection.execute("rollback to untried")
            desk.connection.execute("release untried")
            desk.forget_read()

    def _note_the_rest(self, desk: Unit) -> None:
        """What is entered in the ledger without a change of the subject."""
        for told in desk.take_happenings():
            subject = desk.subject(told.ref) if told.ref else None
            if subject is not None and (subject.ref, told.event) not in self.engine.noted:
                here = place(subject)
                self.engine.edges.add((subject.kind, (here, here, told.event)))

    def _prepare(self, desk: Unit) -> Mapping[str, Subject]:
        """A case of one post, a watch and a fault, number 1 each."""
        complaint = heard(desk, NOON)
        case = self.engine.hear(desk, complaint, NOON)
        self.engine.fault(desk, "source:x", "", NOON)
        incident = self.engine.spike(desk, "Acme", "app", CALM, NOON)
        fault = desk.subject(Ref("fault", 1))
        assert fault is not None
        return {"case": case, "incident": incident, "fault": fault}


@cache
def explored() -> Mapping[str, set[Edge]]:
    """Every transition that was seen, by kind of subject."""
    tried = Tried()
    for begun in situations():
        tried.every(begun, happenings(begun.kind), LATER)
    found: dict[str, set[Edge]] = defaultdict(set)
    for kind, edge in tried.engine.edges:
        found[kind].add(edge)
    return found


# ------------------------------------------------------------------------- what is written
_ORDER = (START, "new", "owned", "waiting", "snoozed", "watch", "storm", "contained", "closed")


def diagram(edges: set[Edge]) -> str:
    """The transitions as a mermaid state diagram, an arrow for each pair of states."""
    arrows: dict[tuple[str, str], set[str]] = defaultdict(set)
    for before, after, event in edges:
        arrows[before, after].add(event)
    lines = [
        f"    {before} --> {after}: {', '.join(sorted(events))}"
        for (before, after), events in sorted(
            arrows.items(), key=lambda arrow: tuple(_ORDER.index(one) for one in arrow[0])
        )
    ]
    return "\n".join(("```mermaid", "stateDiagram-v2", *lines, "```"))


def written(page: str, found: Mapping[str, set[Edge]]) -> str:
    """The page with its diagrams as they were found. Raises ValueError where it has no place."""
    for kind in ("case", "incident"):
        begin, end = f"<!-- {kind}s: python -m tests.diagram -->\n", "<!-- end -->"
        before, found_it, rest = page.partition(begin)
        _, ended, after = rest.partition(end)
        if not found_it or not ended:
            raise ValueError(f"{PAGE} has no place for the diagram of {kind}s: {begin.strip()}")
        page = f"{before}{begin}{diagram(found[kind])}\n{end}{after}"
    return page


# -------------------------------------------------------------- events named in the code
def emitted() -> set[str]:
    """Every event that the code of `escalation/` can enter in the ledger, read from its source:
    what is handed on as an argument called `event`, and the second argument of a Decision."""
    found: set[str] = set()
    for path in (ROOT / "escalation").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = _constants(tree)
        values = [value for node in ast.walk(tree) for value in _events_of(node)]
        found |= {word for value in values for word in _words(value, named)}
    return found


_PLACES = {"Decision": 1, "_close": 1}  # where it stands, when it is not called by its name


def _constants(tree: ast.Module) -> dict[str, str]:
    """The names that a file gives to texts of its own."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _events_of(node: ast.AST) -> list[ast.expr]:
    """What a call, a default or an assignment says is an event."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        by_place = node.args[_PLACES[name] : _PLACES[name] + 1] if name in _PLACES else []
        return [*by_place, *(one.value for one in node.keywords if one.arg == "event")]
    if isinstance(node, ast.FunctionDef):
        pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        return [value for name, value in pairs if name.arg == "event" and value is not None]
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return [node.value] if node.targets[0].id == "event" else []
    return []


def _words(value: ast.expr, named: Mapping[str, str]) -> set[str]:
    """The words that an expression can come to: of a text, its name, a choice, a clock's own."""
    if isinstance(value, ast.Constant):
        return {value.value} if isinstance(value.value, str) else set()
    if isinstance(value, ast.Name):
        return {named[value.id]} if value.id in named else set()
    if isinstance(value, ast.IfExp):
        return _words(value.body, named) | _words(value.orelse, named)
    if isinstance(value, ast.JoinedStr):
        (start, *_) = value.values
        assert isinstance(start, ast.Constant)
        return {f"{start.value}{timer}" for timer in (*REPLY_CLOCKS, TimerKind.RESOLVE)}
    return set()


def main() -> None:
    """Write the diagrams into the page."""
    found = explored()
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")
    sys.stdout.write(f"{PAGE}: {sum(len(edges) for edges in found.values())} transitions.\n")


if __name__ == "__main__":
    main()
