"""A case in any state, and what a decision about it holds, for the tables of the tests."""

from datetime import datetime

from config import Band
from escalation.decision import (
    Action,
    Arm,
    Decision,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Verb,
    Warn,
)
from escalation.rules import Rules, Situation
from escalation.subject import Case, State
from tests import firm as firms
from tests.firm import NOON, OWNER

RULES = Rules(firms.settings())


def a_case(**more: object) -> Case:
    fields = {
        "number": 1,
        "brand": "Acme",
        "team": "care",
        "topic": "billing",
        "band": Band.P2,
        "owner": OWNER,
        "opened_at": NOON,
        "author": 1,
        "complained_at": NOON,
        "asked": (OWNER,),
        "page_number": 1,
        "score": 65.0,
    }
    return Case(**{**fields, **more})  # type: ignore[arg-type]


def owned(**more: object) -> Case:
    return a_case(**{"state": State.OWNED, "acked_by": OWNER, "acked_at": NOON, **more})


def waiting(**more: object) -> Case:
    fields = {"state": State.WAITING, "replied_at": NOON, "first_replied_at": NOON}
    return a_case(**{**fields, **more})


def closed(**more: object) -> Case:
    fields = {
        "state": State.CLOSED,
        "closed_at": NOON,
        "closed_by": OWNER,
        "close_reason": "resolved",
    }
    return a_case(**{**fields, **more})


def at(now: datetime = NOON, rules: Rules = RULES, **dues: datetime) -> Situation:
    return Situation(now, rules, {TimerKind(name): due for name, due in dues.items()})


def decided(outcome: Outcome) -> Decision:
    assert isinstance(outcome, Decision), outcome
    return outcome


def after(outcome: Outcome) -> Case:
    case = decided(outcome).subject
    assert isinstance(case, Case)
    return case


def armed(decision: Decision) -> dict[TimerKind, datetime]:
    return {one.timer: one.due for one in decision.effects if isinstance(one, Arm)}


def paged(decision: Decision) -> list[str]:
    return [one.person for one in decision.effects if isinstance(one, Page)]


def told(decision: Decision) -> list[tuple[str, str]]:
    return [(one.person, one.what) for one in decision.effects if isinstance(one, Notice)]


def warned(decision: Decision) -> list[tuple[str, str]]:
    return [(one.what, one.person) for one in decision.effects if isinstance(one, Warn)]


def action(verb: Verb, by: str, to: str | None = None, **more: object) -> Action:
    return Action(verb, by, to, **more)  # type: ignore[arg-type]
