"""The validator's complaints in plain words, without the value that was refused."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from config.document import ONE_OF
from config.forms import WRONG_FORM
from config.positions import Path
from config.problems import nearest, one_line, shown, which
from config.secrets import Secret
from config.settings import Settings

MAX_MESSAGE = 300  # characters; an integration's own words may be anything

Words = tuple[str, str]  # what is wrong, and the remedy

_UNQUOTED = "Write it without quotes"
_PLAIN: Mapping[str, Words] = {
    "string_type": ("must be text", "Put it in quotes"),
    "path_type": ("must be a path", "Put it in quotes"),
    "bool_type": ("must be true or false", _UNQUOTED),
    "bool_parsing": ("must be true or false", _UNQUOTED),
    "int_type": ("must be a whole number", _UNQUOTED),
    "int_parsing": ("must be a whole number", _UNQUOTED),
    "int_parsing_size": ("is too large a number", "Write a smaller one"),
    "int_from_float": ("must be a whole number", "Write it without a fraction"),
    "float_type": ("must be a number", _UNQUOTED),
    "float_parsing": ("must be a number", _UNQUOTED),
    "finite_number": ("must be a number", "Write a finite one"),
    "tuple_type": ("must be a list", 'Write for example ["one", "two"]'),
    "list_type": ("must be a list", 'Write for example ["one", "two"]'),
    "dict_type": ("must be a table", 'Write for example { key = "value" }'),
    "mapping_type": ("must be a table", 'Write for example { key = "value" }'),
    "model_type": ("must be a table", 'Write for example { key = "value" }'),
    "model_attributes_type": ("must be a table", 'Write for example { key = "value" }'),
    "too_short": ("must not be empty", "Add at least one"),
    "string_too_short": ("must not be empty", "Write at least one character"),
}
_SHAPES = (  # prefix of the validator's own name for a complaint → ours
    ("time_delta", ("must be a duration", 'Write for example "5m", "2h" or "3d"')),
    ("datetime", ("must be a date and a time", 'Write for example "2026-01-05T09:00"')),
    ("date", ("must be a date", 'Write for example "2026-01-05"')),
    ("time", ("must be a time of day", 'Write for example "09:00"')),
)
_MISSING = {
    "fallback_executive": 'Add fallback_executive = "NAME": the person with whom every ladder ends',
    "brands": 'Add [[brands]] with name = "…": what to listen for',
    "people": 'Add [[people]] with name = "…" and contacts: who can own a case',
    "teams": 'Add [[teams]] with name = "…" and members = ["…"]: who owns what',
    "channels": 'Add [[channels]] with kind = "terminal", or another: where alerts are read',
}
_SHORT_HOUR = re.compile(r"[0-9]:[0-5][0-9]", re.ASCII)
_LIMITS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}


def explain(error: ErrorDetails, model: type[BaseModel], at: Path) -> tuple[Path, str, str]:
    """Say where something is wrong, what it is, and how to mend it.

    model  what was being made of the table that stands at the path `at`.
    """
    inner: Path = tuple(part for part in error["loc"] if part != "[key]")
    path = (*at, *inner)
    match error["type"]:
        case "missing":
            return path[:-1], f'"{path[-1]}" is missing', _add(model, inner)
        case "extra_forbidden":
            return path, *_unknown_key(model, inner)
        case "value_error" | "assertion_error":
            what, _, remedy = _without(error["input"], _own_words(error)).partition(". ")
            return path, what, remedy or "Correct it"
    if error["type"].startswith("model") and model_at(model, inner) is Secret:
        return path, "must say where the secret is kept", 'Write { env = "NAME" }'
    if error["type"].startswith("model") and (shaped := _of_hours(model_at(model, inner))):
        return path, "must be a table", _as_meant(error["input"]) or shaped
    return path, *(_table_form(error["type"], path) or _plain(error))


def _of_hours(model: type[BaseModel]) -> str:
    """How a table is written that is made of times of day alone; "": it is another."""
    known = {field.alias or name: field.default for name, field in model.model_fields.items()}
    hours = [f'{key} = "{at:%H:%M}"' for key, at in known.items() if isinstance(at, time)]
    return f"Write for example {{ {', '.join(hours)} }}" if 1 < len(hours) == len(known) else ""


def _own_words(error: ErrorDetails) -> str:
    return str(error.get("ctx", {}).get("error", error["msg"]))


def _plain(error: ErrorDetails) -> Words:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind.startswith("time_") and _SHORT_HOUR.fullmatch(str(error["input"])):
        return "must be a time of day", f'Write "0{error["input"]}"'
    for prefix, words in _SHAPES:
        if kind.startswith(prefix):
            return words
    if kind in ("literal_error", "enum"):
        return _one_of(error["input"], re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    if kind in ("too_long", "string_too_long"):
        return "is too long", f"At most {context.get('max_length')} are taken"
    if kind == WRONG_FORM:
        return str(context["what"]), str(context["remedy"])
    if kind == "string_pattern_mismatch":  # never the pattern itself: nobody mends by that
        return "has another form than is asked for", "See docs/configuration.md"
    for limit, than in _LIMITS.items():
        if limit in context:
            return f"must be {than} {context[limit]}", "Write another number"
    return "is not accepted", _without(error["input"], error["msg"])


_STRETCH = re.compile(r"\s*([0-9]{1,2}:[0-9]{2})\s*(?:-|–|to)\s*([0-9]{1,2}:[0-9]{2})\s*")


def _as_meant(value: object) -> str:
    """Two times of day that were written as one text, as a table; "": it was something else."""
    meant = _STRETCH.fullmatch(value) if isinstance(value, str) else None
    if meant is None:
        return ""
    return f'Write {{ from = "{meant[1].zfill(5)}", to = "{meant[2].zfill(5)}" }}'


def _one_of(value: object, allowed: list[str]) -> Words:
    near = nearest(value, allowed) if isinstance(value, str) else None
    return (
        f"must be one of {', '.join(allowed)}",
        f'Did you mean "{near}"?' if near else "Choose one of them",
    )


def _table_form(kind: str, path: Path) -> Words | None:
    """The commonest slip: single brackets for double ones, or the other way round."""
    if len(path) == 1 and path[0] in ONE_OF and kind in ("tuple_type", "list_type"):
        return "must be a list of tables", f"Write [[{path[0]}]], with two brackets"
    if path[-1] == "authority" and kind in ("tuple_type", "list_type"):
        return "must be a list of tables", "Write [[teams.authority]], with two brackets"
    if len(path) == 2 and path[0] in ONE_OF and kind.startswith("model"):
        return "must be a table", f"Write [[{path[0]}]] and its keys below it"
    if len(path) == 1 and kind.startswith("model"):
        return "must be one table", f"Write [{path[0]}], with one bracket"
    return None


def _unknown_key(model: type[BaseModel], path: Path) -> Words:
    key = str(path[-1])
    known = keys_of(model_at(model, path[:-1]))
    near = nearest(key, known)
    if near is None and (len(path) > 1 or model is not Settings) and key in keys_of(Settings):
        return "unknown key", "It belongs at the head of the file, above the first [table]"
    return "unknown key", f'Did you mean "{near}"?' if near else which(key, known, "Known keys")


def _add(model: type[BaseModel], path: Path) -> str:
    key = str(path[-1])
    if len(path) == 1 and key in _MISSING:
        return _MISSING[key]
    if key == "to" and path[0] == "people":
        return 'Add to = "…", or email = "…" to the person'
    field = fields_of(model_at(model, path[:-1])).get(key)
    return f"Add {key} = {_sample(field)}"


def _sample(annotation: object) -> str:
    named = {annotation, *_inside(annotation)}
    if Secret in named:
        return '{ env = "NAME" }'
    for kind, sample in ((tuple, '["…"]'), (bool, "true"), (int, "1"), (float, "1.0")):
        if kind in named or any(getattr(one, "__origin__", None) is kind for one in named):
            return sample
    times = {timedelta: '"5m"', time: '"09:00"', datetime: '"2026-01-05T09:00"'}
    return next((sample for kind, sample in times.items() if kind in named), '"…"')


def fields_of(model: type[BaseModel]) -> Mapping[str, object]:
    """The keys that a table takes, as they are written, and the type of each."""
    return {f.alias or name: f.annotation for name, f in model.model_fields.items()}


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a table takes, as they are written in the file."""
    return list(fields_of(model))


def model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    """The table's model that a path leads to; indices and free keys stay within it."""
    for part in path:
        inner = fields_of(model).get(part) if isinstance(part, str) else None
        model = next((m for m in (inner, *_inside(inner)) if _is_model(m)), model)
    return model


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _inside(annotation: object) -> Iterator[Any]:
    for argument in get_args(annotation):
        yield argument
        yield from _inside(argument)


def _without(value: object, message: str) -> str:
    """The message with every part of the refused value blotted out that may be a secret."""
    for text in _leaves(value):
        if shown(text) is None:
            credentials = any(mark in text for mark in "@=\"'{")  # a password may be a plain word
            pieces = {text, *re.split(r"[\s\"'/@:?&=,;{}]+", text)}
            for piece in sorted(pieces, key=len, reverse=True):
                if len(piece) >= 6 and (credentials or shown(piece) is None):
                    message = message.replace(piece, "…")
    return one_line(message[:MAX_MESSAGE])


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield repr(value)[1:-1]
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
