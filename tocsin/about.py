"""What a stored judgement says a post is about: aspects and stage, with words of the post."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from listener.aspects import Aspect


def told_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of a judgement's row: aspects with their words, and the stage of the journey or null. No
    words where the post is erased."""
    told = json.loads(row["told"] or "{}")
    stage = row["journey"]
    return {
        "aspects": {name: told.get(name, []) for name in json.loads(row["aspects"] or "[]")},
        "journey": stage and {"stage": stage, "words": told.get(f"journey {stage}", [])},
    }


def summed(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Of several posts' rows: what they are about and at which stages, each once, in order."""
    aspects: dict[str, None] = {}
    stages: dict[str, None] = {}
    for row in rows:
        told = told_of(row)
        for name, words in told["aspects"].items():
            aspects[Aspect(name, tuple(words)).spoken] = None
        if told["journey"]:
            stages[told["journey"]["stage"]] = None
    return {"aspects": list(aspects), "journey": list(stages)}
