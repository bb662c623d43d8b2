"""Why: what is kept of a post's judgement, routing and paging, in the order it happened."""

import json
from collections.abc import Iterator
from typing import Any

from escalation.subject import Ref
from tocsin.store import Unit
from tocsin.store.times import utc


def explained(desk: Unit, native_id: str) -> Iterator[dict[str, Any]]:
    """One mapping for each brand that the post names."""
    for row in desk.judgements_of_native(native_id):
        why = json.loads(row["why"])
        told: dict[str, Any] = {
            "post": native_id,
            "platform": row["platform"],
            "brand": row["brand"],
            "written": utc(row["created_at"]).isoformat(timespec="seconds"),
            "verdict": row["verdict"],
            "complaint": round(row["probability"], 4),
            "valence": row["valence"] if row["scored"] else None,
            "severity": round(row["severity"], 4),
            "safety": bool(row["safety"]),
            "why": why,
            "model": row["model"],
            "team": row["team"] or None,
            "topic": row["topic"],
            "paged": _why_paged(row),
        }
        cases = desk.cases_of_post(row["post"])
        if cases:
            told["cases"] = cases
            told["paged"] = _why_held(desk, cases) or told["paged"]
            told["priority"] = [told_of for case in cases if (told_of := _priority(desk, case))]
            told["history"] = [
                f"{entry['at']:%Y-%m-%d %H:%M:%S} {entry['event']} by {entry['actor']}"
                for case in cases
                for entry in desk.history(str(Ref("case", case)))
            ]
        yield told


def _why_held(desk: Unit, cases: list[int]) -> str | None:
    """Why nobody has been paged yet; None: somebody has."""
    for case in cases:
        held = desk.subject(Ref("case", case))
        if held is not None and held.held_until is not None:
            until = f"until {held.held_until:%Y-%m-%d %H:%M} UTC"
            by = "its clock" if held.silence is None else f"silence {held.silence}"
            return f"nobody yet: {by} holds case {case} {until}"
    return None


def _priority(desk: Unit, case: int) -> dict[str, Any] | None:
    """How urgent a case is, term by term; None where it was never weighed."""
    found = desk.priority(case)
    if found is None:
        return None
    known = (term for term in found.terms if term.value is not None)
    return {
        "case": case,
        "score": round(found.score, 2),
        "band": found.band,
        "terms": {
            term.name: {
                "weight": round(term.weight, 4),
                "value": round(term.value or 0.0, 4),
                "points": round(term.points, 2),
            }
            for term in known
        },
        "floors": {floor.name: floor.score for floor in found.floors},
        "reopened": found.reopened_points,
        "unknown": list(found.unknown),
    }


def _why_paged(row: Any) -> str:
    """Why somebody was paged for it, or why nobody was."""
    if row["own"]:
        return "nobody: written by the brand's own account"
    if row["backfill"]:
        return "nobody: it is older than the source's first start"
    if row["repost_of"] is not None:
        return "nobody: a repost counts as spread"
    if row["verdict"] != "complaint" and not row["safety"]:
        return {
            "unsure": "nobody: unsure, so it is listed (tocsin unsure), not paged",
            "other": "nobody: it was not judged a complaint",
        }[row["verdict"]]
    return "the owner of its case"
