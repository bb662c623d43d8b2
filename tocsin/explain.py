"""Why: what is kept of a post's judgement, routing and paging, in the order it happened."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from escalation import ladder
from escalation.encode import one_line
from escalation.rules import Rules
from escalation.subject import Case, Ref, State, Subject
from listener.crowd import meaning
from tocsin import about, backlash, unpaged
from tocsin.repeats import climbed_to, runs, times
from tocsin.speaker import spoken
from tocsin.store import Unit
from tocsin.store.times import utc

UTC_ZONE = ZoneInfo("UTC")
OF_ITS_CASE = "the owner of its case"


def explained(
    desk: Unit,
    native_id: str,
    zone: ZoneInfo | None = None,
    rules: Rules | None = None,
    now: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """One mapping for each brand that the post names.

    zone        in which times are said for a person; None: for a program, in UTC.
    rules, now  by which it is said whom its case has paged, or who will be; None: it is not.
    """
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
            "teams": _teams(row),
            "paged": _why_paged(row),
            **about.told_of(row),
        }
        told |= _noise(row)
        cases = desk.cases_of_post(row["post"])
        if cases:
            told["cases"] = cases
            held = _why_held(desk, cases, zone or UTC_ZONE)
            who = None if rules is None or now is None else _whom(desk, rules, cases, now, zone)
            told["paged"] = held or (who if told["paged"] == OF_ITS_CASE else None) or told["paged"]
            told["held"] = _held(desk, cases)
            if now is not None:
                watched = (backlash.lines(desk, one, now, zone or UTC_ZONE) for one in cases)
                told |= {"backlash": said} if (said := list(chain(*watched))) else {}
            told["priority"] = [told_of for case in cases if (told_of := _priority(desk, case))]
            histories = [desk.history(str(Ref("case", case))) for case in cases]
            told["history"] = [line for one in histories for line in _history(one, zone)]
        yield told


def _teams(row: Any) -> list[list[Any]]:
    """The team and the second guess, each with its probability."""
    guesses = ((row["team"], row["chance"]), (row["runner_up"], row["runner_up_chance"]))
    return [[team, round(chance, 4)] for team, chance in guesses if team and chance is not None]


def _noise(row: dict[str, Any]) -> dict[str, Any]:
    """Whose words they are, where not the post's own, and what was marked; else nothing."""
    told: dict[str, Any] = {"copy_of": row["copy_of"]} if row["copy_of"] else {}
    marks = json.loads(row["marks"])
    return told | ({"marks": marks, "marked": list(meaning(marks))} if marks else {})


def _history(entries: list[dict[str, Any]], zone: ZoneInfo | None) -> Iterator[str]:
    """An entry a line; for a person what only repeats itself is one."""
    if zone is None:
        for one in entries:
            yield f"{_at(one['at'], zone)} {one['event']} by {one['actor']}"
        return

    def event(one: dict[str, Any]) -> str:
        return climbed_to(one["event"], one["owner"])

    for run in runs(entries, lambda one: (event(one), one["actor"])):
        until = f", until {_at(run[-1]['at'], zone)}" if len(run) > 1 else ""
        what = times([event(one) for one in run])
        yield f"{_at(run[0]['at'], zone)} {what} by {run[0]['actor']}{until}"


def _at(instant: datetime, zone: ZoneInfo | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}" if zone is None else spoken(instant, zone)


def _why_held(desk: Unit, cases: list[int], zone: ZoneInfo) -> str | None:
    """Why nobody is paged at present, and until when; None: somebody is, or somebody has it."""
    for number in cases:
        case = desk.subject(Ref("case", number))
        if case is None or case.state is not State.NEW:
            continue
        since = "yet" if case.paged_at is None else "now"
        before = "" if case.paged_at is None else f"; paged last at {spoken(case.paged_at, zone)}"
        if isinstance(case, Case) and ladder.is_inhibited(case):
            return f"nobody {since}: incident {case.inhibited_by} pages for case {number}{before}"
        if case.held_until is not None:
            until = f"holds case {number} until {spoken(case.held_until, zone)}"
            return f"nobody {since}: {_holder(case)} {until}{_why(desk, case)}{before}"
    return None


def _whom(
    desk: Unit, rules: Rules, cases: list[int], now: datetime, zone: ZoneInfo | None
) -> str | None:
    """Whom the newest of its cases has paged, or why it has paged nobody."""
    for number in reversed(cases):
        case = desk.subject(Ref("case", number))
        if isinstance(case, Case):
            return unpaged.whom(desk, rules, case, now, zone or UTC_ZONE)
    return None


def _holder(case: Subject) -> str:
    return "its clock" if case.silence is None else f"silence {case.silence}"


def _why(desk: Unit, case: Subject) -> str:
    """Who began the silence that holds a case, and why."""
    silence = None if case.silence is None else desk.silence_of(case.silence)
    return "" if silence is None else f" (by {silence.author}: {one_line(silence.reason)})"


def _held(desk: Unit, cases: list[int]) -> list[dict[str, Any]]:
    """Which of its cases are held, by which silence, until when."""
    found = (desk.subject(Ref("case", number)) for number in cases)
    return [
        {
            "case": case.number,
            "silence": case.silence,
            "until": case.held_until.isoformat(timespec="seconds"),
        }
        for case in found
        if case is not None and case.held_until is not None
    ]


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
    return OF_ITS_CASE
