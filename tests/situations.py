"""Every situation of a subject that bears on what may happen to it, and everything that can happen.

Not likely ones alone: what the rules guard against is among them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from config import Band
from escalation import ownership
from escalation.decision import ENGINE, REPLY_CLOCKS, Action, TimerKind, Verb
from escalation.engine import Complaint, Engine
from escalation.erasure import erased
from escalation.incidents import Spike
from escalation.ownership import Weighed
from escalation.silences import Scope
from escalation.subject import Case, Fault, Incident, Level, Ref, State, Subject
from tests import firm as firms
from tests.firm import EXECUTIVE, FIRST, LEAD, LEFT, NOON, OWNER, SECOND
from tocsin.store import Unit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# A storm takes along what was said within 24 h, and what is contained is closed after as many.
LATER = NOON + 23 * HOUR
CALM = Spike(storm=False, people=9, posts=9, minutes=60, usual=1.0, sentence="9 people")
STORMY = replace(CALM, storm=True, people=90)

Happen = Callable[[Engine, Unit, datetime], object]


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
    {**_OWNED, "hid_by": OWNER, "hid_of": LEAD, "hid_what": "hid", "hid_why": "spam"},
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
    {**_CLOSED, "hid_by": OWNER, "hid_of": LEAD, "hid_what": "hid", "hid_why": "spam"},
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
    "what": "deleted",
    "why": "spam",
}
_ANSWERS = (Verb.ACCEPT, Verb.DECLINE)  # of the person to whom it was offered
_TO = {Verb.HID: SECOND, Verb.HANDOFF: SECOND, Verb.ASSIGN: SECOND, Verb.REROUTE: "tech"}


def _act(verb: Verb, by: str, kind: str) -> Happen:
    def happen(engine: Engine, desk: Unit, now: datetime) -> None:
        said = {**_SAID, "money": 900 if verb is Verb.PERMISSION else 0}
        action = Action(verb, by, _TO.get(verb), into=2, **said)
        if verb is Verb.MERGE:
            desk.save(Incident(**{**_BASE, "number": 2, "topic": "crash", "band": Band.P2}), None)
        engine.act(desk, Ref(kind, 1), action, now)

    return happen


def _fire(timer: TimerKind, kind: str) -> Happen:
    def happen(engine: Engine, desk: Unit, now: datetime) -> None:
        subject = desk.subject(Ref(kind, 1))
        if subject is None or (subject.state is State.WAITING and timer in REPLY_CLOCKS):
            return  # with our reply these clocks were stopped
        desk.cancel(Ref(kind, 1), ())
        desk.arm(Ref(kind, 1), timer, now, now)
        for due in desk.due_timers(now):
            if (due.ref, due.kind) == (Ref(kind, 1), timer):
                engine.fire(desk, due, now)

    return happen


def _complain(**more: Any) -> Happen:
    def happen(engine: Engine, desk: Unit, now: datetime) -> None:
        engine.hear(desk, heard(desk, now, number=2, **more), now)

    return happen


def _weigh_again(band: Band, score: float) -> Happen:
    def happen(engine: Engine, desk: Unit, now: datetime) -> None:
        case = _case(desk)
        at = engine.situation(desk, case, now)
        engine.apply(desk, case, ownership.rescore(case, Weighed(NOON, band, score, False), at), at)

    return happen


def _reply(at: datetime) -> Happen:
    return lambda engine, desk, now: engine.brand_replied(desk, _case(desk), at, now)


def _incident_of_all(level: Spike) -> Happen:
    return lambda engine, desk, now: engine.spike(desk, "Acme", None, level, now)


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
    yield lambda engine, desk, now: engine.repair(desk, now)
    yield lambda engine, desk, now: engine.change_shifts(desk, now, {"care": FIRST})
    for person in (OWNER, FIRST):
        yield lambda engine, desk, now, who=person: engine.unreachable(  # type: ignore[misc]
            desk, Ref(kind, 1), who, now
        )


def _of_a_case() -> Iterator[Happen]:
    yield from (_complain(), _complain(band=Band.P1), _complain(safety=True))
    yield from (_weigh_again(Band.P2, 70.0), _weigh_again(Band.P1, 90.0))
    yield from (_reply(NOON + MINUTE), _reply(NOON - MINUTE))
    yield lambda engine, desk, now: engine.reply_deleted(desk, _case(desk), now)
    yield lambda engine, desk, now: engine.post_deleted(desk, _case(desk), 0, now)
    yield _erase
    yield lambda engine, desk, now: engine.silence(
        desk, Scope(team="care", urgent=True), timedelta(hours=2), EXECUTIVE, "zz", now
    )
    yield from (_incident_of_all(CALM), _incident_of_all(STORMY))
    yield _contain


def _erase(engine: Engine, desk: Unit, now: datetime) -> None:
    case = _case(desk)
    at = engine.situation(desk, case, now)
    engine.apply(desk, case, erased(case, ENGINE, at), at)


def _contain(engine: Engine, desk: Unit, now: datetime) -> None:
    incident = desk.subject(Ref("incident", 1))
    assert isinstance(incident, Incident)
    desk.save(replace(incident, **_STORM), incident)
    engine.act(desk, incident.ref, Action(Verb.CONTAIN, EXECUTIVE), now)


def _of_an_incident() -> Iterator[Happen]:
    for spike in (CALM, replace(CALM, people=12), STORMY):
        yield lambda engine, desk, now, one=spike: engine.spike(  # type: ignore[misc]
            desk, "Acme", "app", one, now
        )
    yield lambda engine, desk, now: engine.calm(desk, "Acme", now)
    yield lambda engine, desk, now: engine.stirred(desk, "Acme", now)
    yield lambda engine, desk, now: engine.declare(
        desk, "Bolt Works", Action(Verb.DECLARE, OWNER), now
    )


def _of_a_fault() -> Iterator[Happen]:
    yield lambda engine, desk, now: engine.mended(desk, "source:x", now)


_MORE = {"case": _of_a_case, "incident": _of_an_incident, "fault": _of_a_fault}


def happenings(kind: str) -> tuple[Happen, ...]:
    """Everything that can happen to a subject of a kind, number 1."""
    return (*_of_any(kind), *_MORE[kind]())
