"""What would have been different, as one JSON object for other programs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocsin.whatif.compare import Both, Change, Course, Difference, Moved, Refusal
from tocsin.whatif.history import History
from tocsin.whatif.report import MOST_CHANGES, Rules

MOST_LISTED = 1000  # refused actions


def as_json(found: Difference, history: History, rules: Rules) -> dict[str, Any]:
    """The same as one object; times in UTC, waits in minutes."""
    return {
        "since": _time(history.since),
        "until": _time(history.until),
        "rules": {"old": rules.old, "new": rules.new},
        "different": not found.is_none,
        "heard": {"posts": history.posts, "erased": history.erased, "cases": history.cases},
        "actions": _actions(found, history),
        "messages": {**_both(found.messages), "by_person": _all(found.messages_to)},
        "pages": {
            **_both(found.pages),
            "by_person": _all(found.by_person),
            "by_team": _all(found.by_team),
            "by_band": _all(found.by_band),
        },
        "cases": {
            **_both(found.cases),
            "only_old": found.only_old,
            "only_new": found.only_new,
            "never_paged": _both(found.never_paged),
            "first_page_earlier": _json_moved(found.earlier),
            "first_page_later": _json_moved(found.later),
            "first_page_to_somebody_else": found.to_somebody_else,
            "other_band": found.other_band,
            "other_step": found.other_step,
        },
        "taken_on": {
            which: {"cases": waited.cases, "median": round(waited.median, 2)}
            for which, waited in zip(("old", "new"), found.owned, strict=True)
        },
        "breaches": _both(found.breaches),
        "incidents": {"watch": _both(found.watches), "storm": _both(found.storms)},
        "changed": {
            "cases": len(found.changes),
            "most": [_json_change(one, history) for one in found.changes[:MOST_CHANGES]],
        },
    }


def _actions(found: Difference, history: History) -> dict[str, Any]:
    return {
        "done": _both(found.done),
        "left_out": dict(sorted(history.left_out.items())),
        "by_unknown": {"old": dict(found.unknown[0]), "new": dict(found.unknown[1])},
        "refused_in_both": found.refused_in_both,
        "refused_by_new": {
            "actions": len(found.refused_by_new),
            "first": [_json_refusal(one) for one in found.refused_by_new[:MOST_LISTED]],
        },
        "refused_by_old": {
            "actions": len(found.refused_by_old),
            "first": [_json_refusal(one) for one in found.refused_by_old[:MOST_LISTED]],
        },
    }


def _json_refusal(one: Refusal) -> dict[str, Any]:
    return {
        "at": _time(one.at),
        "actor": one.by,
        "action": one.verb,
        one.kind: one.number,
        "why": one.why,
    }


def _json_change(change: Change, history: History) -> dict[str, Any]:
    return {
        "case": history.case_of(change.opening),
        "brand": change.opening.brand,
        "old": change.old and _json_course(change.old),
        "new": change.new and _json_course(change.new),
    }


def _json_course(course: Course) -> dict[str, Any]:
    return {
        "opened_at": _time(course.opened_at),
        "team": course.team,
        "band": str(course.band),
        "paged": course.paged or None,
        "paged_at": course.paged_at and _time(course.paged_at),
        "pages": course.pages,
        "step": None if course.step < 0 else course.step,
        "top": course.top or None,
        "taken_on_by": course.owned_by or None,
        "taken_on_at": course.owned_at and _time(course.owned_at),
        "breaches": course.breaches,
    }


def _json_moved(moved: Moved) -> dict[str, Any]:
    return {
        "cases": moved.cases,
        "median": round(moved.median, 2),
        "most": round(moved.most, 2),
    }


def _both(both: Both) -> dict[str, int]:
    return {"old": both.old, "new": both.new}


def _all(figures: Mapping[str, Both]) -> dict[str, dict[str, int]]:
    return {name: _both(both) for name, both in figures.items()}


def _time(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
