"""Subjects and decisions for the tables: a case of the firm in any state, and what was decided."""

from datetime import datetime, timedelta

from config import Band
from escalation.decision import (
    Action,
    Answered,
    Arm,
    Cancel,
    Decision,
    Notice,
    Offered,
    Outcome,
    Page,
    TimerKind,
    Verb,
    Warn,
)
from escalation.ownership import Weighed
from escalation.rules import Rules, Situation
from escalation.subject import Case, Fault, Incident, Level, State, Subject
from tests import firm as firms
from tests.firm import NOON, OWNER, PRESS

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules(firms.settings())
MONDAY = datetime.fromisoformat("2026-11-23T08:00:00+00:00")  # 9:00 in Berlin
SUNDAY = MONDAY - DAY
_COMMON = {
    "number": 1,
    "brand": "Acme",
    "team": "care",
    "topic": "billing",
    "band": Band.P2,
    "owner": OWNER,
    "opened_at": NOON,
    "asked": (OWNER,),
    "page_number": 1,
}

# What closing an urgent case asks for.
ACCOUNT = {
    "cause": "delivery",
    "cost": 20,
    "money": 50,
    "done": "refunded",
    "done_for_rest": "nothing, because it was one parcel",
}


def a_case(**more: object) -> Case:
    fields = {**_COMMON, "author": 1, "complained_at": NOON, "score": 65.0}
    return Case(**{**fields, **more})  # type: ignore[arg-type]


def owned(**more: object) -> Case:
    return a_case(**{"state": State.OWNED, "acked_by": OWNER, "acked_at": NOON, **more})


def on_offer(to: str, **more: object) -> Case:
    return owned(**{"offered_to": to, "offered_by": OWNER, "offered_at": NOON, **more})


def waiting(**more: object) -> Case:
    fields = {"state": State.WAITING, "replied_at": NOON, "first_replied_at": NOON}
    return a_case(**{**fields, **more})


def snoozed(**more: object) -> Case:
    return a_case(**{"state": State.SNOOZED, **more})


def closed(**more: object) -> Case:
    fields = {
        "state": State.CLOSED,
        "closed_at": NOON,
        "closed_by": OWNER,
        "close_reason": "resolved",
    }
    return a_case(**{**fields, **more})


def a_watch(**more: object) -> Incident:
    return Incident(**{**_COMMON, **more})  # type: ignore[arg-type]


def a_storm(**more: object) -> Incident:
    fields = {"level": Level.STORM, "band": Band.STORM, "team": "media", "owner": PRESS}
    fields |= {"topic": None, "storm_at": NOON, "asked": (PRESS,)}
    return a_watch(**{**fields, **more})


def a_fault(**more: object) -> Fault:
    fields = {**_COMMON, "brand": "", "topic": None, "about": "source:x", "detail": "deaf"}
    return Fault(**{**fields, **more})  # type: ignore[arg-type]


def at(now: datetime = NOON, *, rules: Rules = RULES, **dues: datetime) -> Situation:
    return Situation(now, rules, {TimerKind(name): due for name, due in dues.items()})


def decided(outcome: Outcome) -> Decision:
    assert isinstance(outcome, Decision), outcome
    return outcome


def subject_of(outcome: Outcome) -> Subject:
    return decided(outcome).subject


def after(outcome: Outcome) -> Case:
    case = decided(outcome).subject
    assert isinstance(case, Case)
    return case


def armed(decision: Decision) -> dict[TimerKind, datetime]:
    return {one.timer: one.due for one in decision.effects if isinstance(one, Arm)}


def stopped(decision: Decision) -> set[TimerKind]:
    return {t for one in decision.effects if isinstance(one, Cancel) for t in one.timers}


def paged(decision: Decision) -> list[str]:
    return [one.person for one in decision.effects if isinstance(one, Page)]


def rung(decision: Decision) -> list[tuple[str, str, str]]:
    """Who was paged, what for, and whom that speaks of."""
    return [(one.person, one.what, one.about) for one in decision.effects if isinstance(one, Page)]


def notices(decision: Decision) -> list[Notice]:
    return [one for one in decision.effects if isinstance(one, Notice)]


def told(decision: Decision) -> list[tuple[str, str]]:
    return [(one.person, one.what) for one in notices(decision)]


def contract(decision: Decision) -> list[Offered | Answered]:
    return [one for one in decision.effects if isinstance(one, Offered | Answered)]


def warned(decision: Decision) -> list[tuple[str, str]]:
    return [(str(one.what), one.person) for one in decision.effects if isinstance(one, Warn)]


def heard(
    band: Band = Band.P2, *, score: float = 65.0, safety: bool = False, at: datetime = NOON
) -> Weighed:
    return Weighed(at, band, score, safety)


def action(verb: Verb, by: str, to: str | None = None, **more: object) -> Action:
    return Action(verb, by, to, **more)  # type: ignore[arg-type]
