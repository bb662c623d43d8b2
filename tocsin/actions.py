"""What people did, as lines of JSON for a replay, and as words for the command line."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config import parse_duration
from escalation.decision import Action, Verb
from escalation.numbers import MOST_INTEGER

# ESCALATION verbs that have another name elsewhere.
_SYNONYMS = {"acknowledge": "ack", "offer": "handoff", "progress": "note", "return": "decline"}
_EXAMPLE = '{"at": "2026-11-21T10:05:00Z", "actor": "ada", "action": "ack", "case": 1}'


@dataclass(frozen=True, slots=True)
class Scripted:
    """An action at an instant, on a case, an incident, the case of a post, or a brand."""

    at: datetime
    action: Action
    case: int | None = None
    incident: int | None = None
    post: str | None = None
    brand: str | None = None


def verb_of(word: str) -> Verb:
    """The verb a word means. Raises ValueError with the known ones."""
    try:
        return Verb(_SYNONYMS.get(word, word))
    except ValueError:
        known = ", ".join(Verb)
        raise ValueError(f"no action {word!r}. Known: {known}") from None


def read_action(line: str) -> Scripted:
    """Read one line of an actions file. Raises ValueError, which says what is wanted."""
    try:
        row = json.loads(line)
    except ValueError:
        raise ValueError(f"not JSON; write for example {_EXAMPLE}") from None
    if not isinstance(row, dict):
        raise ValueError(f"not an object; write for example {_EXAMPLE}")
    at = _instant(row.get("at"))
    actor = _text(row, "actor")
    verb = verb_of(_text(row, "action"))
    if not any(key in row for key in ("case", "incident", "post", "brand")):
        raise ValueError('say on what: "case", "incident", "post" or (to declare) "brand"')
    wait = row.get("for", row.get("wait"))
    action = Action(
        verb=verb,
        by=actor,
        to=_optional(row, "to"),
        reason=_optional(row, "reason") or "",
        wait=None if wait is None else parse_duration(wait),
        cause=_optional(row, "cause"),
        cost=_number(row, "cost"),
        money=_number(row, "money"),
        told=_optional(row, "told") or "",
        done=_optional(row, "done") or "",
        done_for_rest=_optional(row, "done_for_rest") or "",
        what=_optional(row, "what"),
        why=_optional(row, "why"),
        into=_number(row, "into"),
        round=_number(row, "round"),
        via="replay",
        id=_optional(row, "id"),
    )
    post = row.get("post")
    return Scripted(
        at,
        action,
        _number(row, "case"),
        _number(row, "incident"),
        None if post is None else str(post),
        _optional(row, "brand"),
    )


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is not None and instant.tzinfo is not None:
            return instant
    raise ValueError('"at" must be a time with a zone, such as "2026-11-21T10:05:00Z"')


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f'"{key}" is missing; write for example {_EXAMPLE}')
    return _storable(value)


def _optional(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{key}" must be text')
    return None if value is None else _storable(value)


def _storable(text: str) -> str:
    """Half of a surrogate pair, which JSON may hold and no store takes, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _number(row: dict[str, Any], key: str) -> int | None:
    value = row.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError(f'"{key}" must be a whole number')
    if value is not None and abs(value) > MOST_INTEGER:
        raise ValueError(f'"{key}" is too large; at most {MOST_INTEGER}')
    return value
