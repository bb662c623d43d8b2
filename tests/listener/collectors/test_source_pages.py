"""The pages of sources: their examples are valid, and every setting is on them."""

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from listener.collectors import COLLECTORS, facts_of, settings_of
from listener.postline import read_line
from tests import source_table

PAGES = Path(__file__).parents[3] / "docs/sources"
KINDS = [
    *("appstore", "bluesky", "csv", "discourse", "feed", "file", "form", "hackernews"),
    *("lemmy", "mastodon", "stackexchange", "youtube"),
]


def blocks(kind: str, language: str) -> list[str]:
    page = (PAGES / f"{kind}.md").read_text()
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_on_the_page_are_valid(kind: str) -> None:
    declared = [row for block in blocks(kind, "toml") for row in tomllib.loads(block)["sources"]]
    assert declared
    assert {settings_of(kind)(**row).kind for row in declared} == {kind}


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_on_the_page(kind: str) -> None:
    page = (PAGES / f"{kind}.md").read_text()
    for name in set(settings_of(kind).model_fields) - {"kind", "name"}:
        assert f"`{name}`" in page, f"{name} is not explained in docs/sources/{kind}.md"


def test_the_line_on_the_files_page_is_a_post() -> None:
    (example,) = blocks("file", "json")
    line = json.dumps(json.loads(example))
    assert read_line(line, seen_at=datetime(2026, 11, 21, 12, tzinfo=UTC)).post.id == "123"


def test_the_table_of_sources_is_that_of_the_code() -> None:
    page = source_table.PAGE.read_text(encoding="utf-8")
    assert source_table.written(page) == page, "python -m tests.source_table writes it anew"


@pytest.mark.parametrize("kind", COLLECTORS)
def test_every_source_has_a_page_and_says_what_is_known_of_it(kind: str) -> None:
    assert (PAGES / f"{kind}.md").is_file()
    facts = facts_of(kind)
    assert all((facts.title, facts.keys, facts.limits, facts.costs, facts.duty))
    assert all("\n" not in one and "|" not in one for one in (facts.limits, facts.unheard))
