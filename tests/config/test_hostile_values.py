"""Whatever stands in a file: no secret comes back out of it, and no message grows a second line."""

import json
import traceback
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.load import Catalogue, load
from config.problems import ConfigProblems, Problem

Write = Callable[[str | bytes], Path]

FULL: dict[str, object] = {
    "fallback_executive": "grace",
    "database": "tocsin.db",
    "timezone": "UTC",
    "listen": "127.0.0.1:8787",
    "storm_room": {"channel": "slack", "to": "C1"},
    "triage": "care",
    "communications": "care",
    "brands": [
        {
            "name": "Acme",
            "terms": ["acme air"],
            "exclude": ["road runner"],
            "accounts": {"x": ["1"]},
            "team": "care",
        }
    ],
    "people": [
        {
            "name": name,
            "full_name": "Somebody",
            "timezone": "UTC",
            "contacts": [{"channel": "slack", "to": "U1"}],
        }
        for name in ("ada", "grace")
    ],
    "teams": [
        {
            "name": "care",
            "members": ["ada", "grace"],
            "on_call": {"people": ["ada"], "starts": "2026-01-05T09:00", "every": "7d"},
            "lead": "ada",
            "head": "grace",
            "owns": {"billing": ["invoice"]},
            "owners": {"billing": "ada"},
            "timezone": "UTC",
            "hours": {"days": ["mon"], "from": "09:00", "to": "17:00"},
            "rooms": [{"channel": "slack", "to": "C1"}],
            "policy": "calm",
        }
    ],
    "policies": [
        {"name": "calm", "steps": ["executive"], "bands": {"P1": {"ack": "5m"}}},
    ],
    "channels": [{"name": "slack", "kind": "slack", "room": "C1", "token": {"env": "TOKEN"}}],
    "sources": [
        {
            "name": "station",
            "kind": "station",
            "every": "2m",
            "urls": ["https://a.example/"],
            "key": {"file": "/dev/null/no"},
        }
    ],
    "digest": {"day": "mon", "at": "08:00", "to": [{"channel": "slack", "to": "C1"}]},
}


def quoted(text: str) -> str:
    """A TOML text; JSON's escapes are TOML's, but for surrogate pairs and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)} = {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def toml(tree: dict[str, object]) -> str:
    return "".join(f"{quoted(key)} = {inline(value)}\n" for key, value in tree.items())


def variants(value: object, hostile: str) -> Iterator[object]:
    """The value with the hostile text in the place of one text, table, list or key at a time."""
    yield hostile
    if isinstance(value, dict):
        yield {**value, hostile: 1}
        yield {**value, "unheard_of": hostile}
        yield {**value, "unheard_of": {"password": hostile}}
        for key, inner in value.items():
            yield {k: v for k, v in value.items() if k != key} | {hostile: inner}
            yield from ({**value, key: changed} for changed in variants(inner, hostile))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            for changed in variants(inner, hostile):
                yield [*value[:index], changed, *value[index + 1 :]]


def problems_of(path: Path, catalogue: Catalogue) -> tuple[tuple[Problem, ...], str]:
    """The problems, or warnings, and all that a careless caller could print of them."""
    try:
        warnings = load(path, catalogue, environ={"TOKEN": "t"}, database=False).warnings
    except ConfigProblems as error:
        return error.problems, "".join(traceback.format_exception(error)) + repr(error)
    return warnings, "\n".join(map(str, warnings)) + repr(warnings)


def hostile_trees(texts: set[str], every: int) -> Iterator[tuple[str, dict[str, object]]]:
    """Each text in every n-th place, beginning one further each time, so that all have a turn."""
    for turn, text in enumerate(sorted(texts)):
        for tree in islice(variants(FULL, text), turn % every, None, every):
            if isinstance(tree, dict):
                yield text, tree


thoroughly = pytest.mark.parametrize(
    "every",
    [
        pytest.param(10, id="one place in ten"),
        pytest.param(1, id="every place", marks=pytest.mark.prove),
    ],
)


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@thoroughly
def test_no_secret_in_any_place_is_repeated(
    every: int, shared: Path, write: Write, catalogue: Catalogue
) -> None:
    secrets = {"".join(row["parts"]) for row in rows(shared / "data/hostile/secrets.jsonl")}
    assert len(secrets) > 10
    for secret, tree in hostile_trees(secrets, every):
        _, printed = problems_of(write(toml(tree)), catalogue)
        assert secret not in printed
        assert "EXAMPLE" not in printed
        assert "abababab" not in printed


@thoroughly
def test_no_value_forges_a_second_line_or_a_control_character(
    every: int, shared: Path, write: Write, catalogue: Catalogue
) -> None:
    hostile = {str(row["value"]) for row in rows(shared / "data/hostile/field_injection.jsonl")}
    assert len(hostile) > 40
    for _, tree in hostile_trees(hostile, every):
        problems, _ = problems_of(write(toml(tree)), catalogue)
        for problem in problems:
            assert str(problem).isprintable(), problem
            assert len(str(problem)) < 1500


scalars = (
    st.none().map(lambda _: "grace")
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    | st.sampled_from(["ada", "slack", "care", "mon", "5m", "09:00", "executive", "P1", "station"])
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "kind", "people", "channel", "to", "env", "billing", "every"])
            | st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@st.composite
def broken(draw: st.DrawFn, value: object) -> object:
    """A value with some part of it, at any depth, put out by anything at all."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(broken(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], draw(broken(value[index])), *value[index + 1 :]]
    return draw(trees)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tree=broken(FULL).flatmap(broken).filter(lambda tree: isinstance(tree, dict)))
def test_any_shape_of_file_is_loaded_or_refused(
    tree: dict[str, object], write: Write, catalogue: Catalogue
) -> None:
    problems, _ = problems_of(write(toml(tree)), catalogue)
    for problem in problems:
        assert problem.what
        assert problem.remedy
        assert 1 <= problem.line <= max(1, len(tree))


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        pytest.param("SLACK_BOT_TOKEN", True, id="the name of a variable helps"),
        pytest.param("xoxb-000000000000-abcdefabcdefabcdefabc", False, id="a pasted token"),
        pytest.param("A=b", False, id="an assignment"),
    ],
)
def test_what_stands_where_a_variable_is_named_is_shown_only_if_it_is_one(
    name: str, printed: bool, write: Write, catalogue: Catalogue
) -> None:
    tree = {**FULL, "channels": [{"kind": "slack", "token": {"env": name}}]}
    _, report = problems_of(write(toml(tree)), catalogue)
    assert (name in report) == printed
