"""The states of a case and of an incident, found by trying everything; written into the docs.

Every situation that matters is built, everything that can happen is done to it, and each
transition that is applied is noted: from which state, to which, by which event of the ledger.
`python -m tests.diagram` writes the result into docs/ownership.md.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from config import Band
from escalation.decision import REPLY_CLOCKS, Action, Decision, Outcome, TimerKind, Verb
from escalation.desk import Desk
from escalation.engine import Complaint, Engine
from escalation.incidents import Spike
from escalation.rules import Rules, Situation
from escalation.subject import Case, Fault, Incident, Level, Ref, State, Subject
from tests import firm as firms
from tests.firm import EXECUTIVE, FIRST, LEAD, LEFT, NOON, OWNER, SECOND
from tocsin.store import Unit

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "ownership.md"
START = "[*]"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A storm takes along what was said within 24 h, and what is contained is closed after as many.
LATER = NOON + 23 * HOUR
CALM = Spike(storm=False, people=9, posts=9, minutes=60, usual=1.0, sentence="9 people")
STORMY = replace(CALM, storm=True, people=90)

Edge = tuple[str, str, str]  # from, to, event
Happen = Callable[["Tried", Unit, datetime], object]


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
        for one in happen:
            self._once(begun, one, now)

    def _once(self, begun: Subject, happen: Happen, now: datetime) -> None:
        def work(desk: Unit) -> None:
            known = self._prepare(desk)[begun.kind]
            desk.save(begun, known)
            desk.take_happenings()
            self.engine.noted.clear()
            happen(self, desk, now)
            self._note_the_rest(desk)
            raise Undone

        try:
            self.firm.write(work)
        except Undone:
            return

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


def heard(
    desk: Unit, at: datetime, *, band: Band = Band.P2, safety: bool = False, number: int = 1
) -> Complaint:
    """A complaint by the one author of these trials."""
    kept = desk.keep_post(firms.observed(number, "jo", at), "test")
    return Complaint(
        post=kept.post,
        author=kept.author,
        brand="Acme",
        team="care",
        topic="billing",
        band=band,
        score=90.0 if band is Band.P1 else 65.0,
        safety=safety,
        created_at=at,
    )


# --------------------------------------------------------------------------- situations
_BASE: dict[str, Any] = {
    "number": 1,
    "brand": "Acme",
    "team": "care",
    "topic": "billing",
    "owner": OWNER,
    "opened_at": NOON,
    "asked": (OWNER,),
    "page_number": 1,
}
_OWNED: dict[str, Any] = {"state": State.OWNED, "acked_by": OWNER, "acked_at": NOON}
_OFFERED = {**_OWNED, "offered_to": SECOND, "offered_by": OWNER, "offered_at": NOON}
_BOUNCED = {**_OFFERED, "returned": 2, "returns_at": (NOON, NOON)}
_AT_THE_TOP = {"owner": EXECUTIVE, "step": 4, "asked": (OWNER, FIRST, LEAD, EXECUTIVE)}
_CLOSED = {
    "state": State.CLOSED,
    "closed_at": NOON,
    "closed_by": OWNER,
    "close_reason": "resolved",
}
_REPLIED = {"replied_at": NOON, "first_replied_at": NOON}
_CASES: tuple[dict[str, Any], ...] = (
    {},
    _REPLIED,
    _AT_THE_TOP,
    {"owner": FIRST, "step": 1, "asked": (FIRST,)},
    {"held_until": NOON},
    {"incident": 1, "inhibited_by": 1},
    {"owner": LEFT},
    _OWNED,
    {**_OWNED, "incident": 1, "inhibited_by": 1},
    {**_OWNED, "permission_of": LEAD, "permission_at": NOON},
    {**_OWNED, "permission_of": EXECUTIVE, "permission_at": NOON},
    {**_OWNED, "owner": LEFT},
    _OFFERED,
    _BOUNCED,
    {"state": State.WAITING, **_REPLIED},
    {"state": State.WAITING, **_REPLIED, "incident": 1, "inhibited_by": 1},
    {"state": State.WAITING, **_REPLIED, "cause": "care"},
    {"state": State.WAITING, **_REPLIED, "owner": LEFT},
    {"state": State.SNOOZED},
    {"state": State.SNOOZED, "owner": LEFT},
    {"state": State.SNOOZED, "incident": 1, "inhibited_by": 1},
    _CLOSED,
)
_STORM: dict[str, Any] = {"level": Level.STORM, "band": Band.STORM, "topic": None, "storm_at": NOON}
_CONTAINED = {**_STORM, "level": Level.CONTAINED, "contained_at": NOON - 2 * HOUR, "people": 9}
_IN_EACH = ({}, _AT_THE_TOP, {"owner": LEFT}, _OWNED, _OFFERED, _BOUNCED)
_INCIDENTS: tuple[dict[str, Any], ...] = (
    *({**level, **state} for level in ({}, _STORM, _CONTAINED) for state in _IN_EACH),
    {"state": State.SNOOZED},
    {**_CLOSED, "level": Level.CLOSED},
)
_FAULTS: tuple[dict[str, Any], ...] = ({}, _AT_THE_TOP, _OWNED, _OFFERED, _BOUNCED, _CLOSED)


def situations() -> Iterator[Subject]:
    """A subject of each kind in each state, with what bears on what may happen to it."""
    for band in (Band.P1, Band.P3):
        for more in _CASES:
            yield Case(**{**_BASE, "band": band, "author": 1, "complained_at": NOON, **more})
    for more in _INCIDENTS:
        yield Incident(**{**_BASE, "band": Band.P2, **more})
    for more in _FAULTS:
        yield Fault(**{**_BASE, "band": Band.P2, "topic": None, "about": "source:x", **more})


# ------------------------------------------------------------------- what can happen to it
_SAID: dict[str, Any] = {
    "reason": "because",
    "told": "an answer by noon",
    "cause": "care",
    "cost": 1,
    "money": 0,
    "done": "put right",
    "done_for_rest": "put right too",
    "wait": HOUR,
}
_ANSWERS = (Verb.ACCEPT, Verb.DECLINE)  # of the person to whom it was offered
_TO = {Verb.HANDOFF: SECOND, Verb.ASSIGN: SECOND, Verb.REROUTE: "tech"}


def _act(verb: Verb, by: str, kind: str) -> Happen:
    def happen(tried: Tried, desk: Unit, now: datetime) -> None:
        said = {**_SAID, "money": 900 if verb is Verb.PERMISSION else 0}
        action = Action(verb, by, _TO.get(verb), into=2, **said)
        if verb is Verb.MERGE:
            desk.save(Incident(**{**_BASE, "number": 2, "topic": "crash", "band": Band.P2}), None)
        tried.engine.act(desk, Ref(kind, 1), action, now)

    return happen


def _fire(timer: TimerKind, kind: str) -> Happen:
    def happen(tried: Tried, desk: Unit, now: datetime) -> None:
        subject = desk.subject(Ref(kind, 1))
        if subject is None or (subject.state is State.WAITING and timer in REPLY_CLOCKS):
            return  # with our reply these clocks were stopped
        desk.cancel(Ref(kind, 1), ())
        desk.arm(Ref(kind, 1), timer, now, now)
        for due in desk.due_timers(now):
            if (due.ref, due.kind) == (Ref(kind, 1), timer):
                tried.engine.fire(desk, due, now)

    return happen


def _complain(**more: Any) -> Happen:
    def happen(tried: Tried, desk: Unit, now: datetime) -> None:
        tried.engine.hear(desk, heard(desk, now, number=2, **more), now)

    return happen


def _edit(band: Band, score: float) -> Happen:
    def happen(tried: Tried, desk: Unit, now: datetime) -> None:
        case = desk.subject(Ref("case", 1))
        assert isinstance(case, Case)
        weighed = replace(heard(desk, NOON, band=band), score=score)
        tried.engine.edited(desk, case, weighed, now)

    return happen


def _reply(at: datetime) -> Happen:
    return lambda tried, desk, now: tried.engine.brand_replied(desk, _case(desk), at, now)


def _incident_of_all(level: Spike) -> Happen:
    return lambda tried, desk, now: tried.engine.spike(desk, "Acme", None, level, now)


def _case(desk: Unit) -> Case:
    found = desk.subject(Ref("case", 1))
    assert isinstance(found, Case)
    return found


def _of_any(kind: str) -> Iterator[Happen]:
    for verb in Verb:
        for by in (OWNER, EXECUTIVE, *((SECOND,) if verb in _ANSWERS else ())):
            yield _act(verb, by, kind)
    for timer in TimerKind:
        yield _fire(timer, kind)
    yield lambda tried, desk, now: tried.engine.repair(desk, now)
    yield lambda tried, desk, now: tried.engine.change_shifts(desk, now)
    for person in (OWNER, FIRST):
        yield lambda tried, desk, now, who=person: tried.engine.unreachable(  # type: ignore[misc]
            desk, Ref(kind, 1), who, now
        )


def _of_a_case() -> Iterator[Happen]:
    yield from (_complain(), _complain(band=Band.P1), _complain(safety=True))
    yield from (_edit(Band.P2, 70.0), _edit(Band.P1, 90.0))
    yield from (_reply(NOON + MINUTE), _reply(NOON - MINUTE))
    yield lambda tried, desk, now: tried.engine.reply_deleted(desk, _case(desk), now)
    yield lambda tried, desk, now: tried.engine.post_deleted(desk, _case(desk), 0, now)
    yield from (_incident_of_all(CALM), _incident_of_all(STORMY))
    yield _contain


def _contain(tried: Tried, desk: Unit, now: datetime) -> None:
    incident = desk.subject(Ref("incident", 1))
    assert isinstance(incident, Incident)
    desk.save(replace(incident, **_STORM), incident)
    tried.engine.act(desk, incident.ref, Action(Verb.CONTAIN, EXECUTIVE), now)


def _of_an_incident() -> Iterator[Happen]:
    for spike in (CALM, replace(CALM, people=12), STORMY):
        yield lambda tried, desk, now, one=spike: tried.engine.spike(  # type: ignore[misc]
            desk, "Acme", "app", one, now
        )
    yield lambda tried, desk, now: tried.engine.calm(desk, "Acme", now)
    yield lambda tried, desk, now: tried.engine.declare(
        desk, "Bolt Works", Action(Verb.DECLARE, OWNER), now
    )


def _of_a_fault() -> Iterator[Happen]:
    yield lambda tried, desk, now: tried.engine.mended(desk, "source:x", now)


_MORE = {"case": _of_a_case, "incident": _of_an_incident, "fault": _of_a_fault}


@cache
def explored() -> Mapping[str, set[Edge]]:
    """Every transition that was seen, by kind of subject."""
    tried = Tried()
    for begun in situations():
        happen = (*_of_any(begun.kind), *_MORE[begun.kind]())
        tried.every(begun, happen, LATER)
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
    trees = [ast.parse(path.read_text()) for path in (ROOT / "escalation").glob("*.py")]
    places = {"Decision": 1, "_close": 1}
    found: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found |= _named_by(node, places)
            elif isinstance(node, ast.FunctionDef):
                found |= _defaults(node)
            elif isinstance(node, ast.Assign) and _is_event(node.targets[0]):
                found |= _words(node.value)
    return found


def _named_by(call: ast.Call, places: Mapping[str, int]) -> set[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    values = [keyword.value for keyword in call.keywords if keyword.arg == "event"]
    values += call.args[places[name] : places[name] + 1] if name in places else []
    return {word for value in values for word in _words(value)}


def _defaults(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {
        word for name, value in pairs if name.arg == "event" and value for word in _words(value)
    }


def _is_event(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "event"


def _words(value: ast.expr) -> set[str]:
    """The names that an expression can come to: of a literal, a choice, or a clock's own."""
    if isinstance(value, ast.Constant):
        return {value.value} if isinstance(value.value, str) else set()
    if isinstance(value, ast.IfExp):
        return _words(value.body) | _words(value.orelse)
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
