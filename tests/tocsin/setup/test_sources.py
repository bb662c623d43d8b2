"""What a source takes is said before it is switched on, in the words of its own page."""

import tomllib

import pytest

from config import Settings, SourceSettings
from listener.collectors import COLLECTORS, facts_of, settings_of
from tests import firm, source_pieces
from tocsin.setup.sources import WIDTH, kinds, piece, told

KINDS = sorted(COLLECTORS)


def test_every_kind_of_source_can_be_set_up_so() -> None:
    assert kinds() == KINDS


def test_what_is_said_is_what_the_pages_say() -> None:
    made = source_pieces.FILE.read_text(encoding="utf-8")
    assert made == source_pieces.made(), "python -m tests.source_table writes it anew"


@pytest.mark.parametrize("kind", KINDS)
def test_keys_limits_costs_duties_and_what_is_not_heard_are_said(kind: str) -> None:
    said, facts = " ".join(told(kind, None).split()), facts_of(kind)
    for one in (facts.keys, facts.limits, facts.costs, facts.duty, *piece(kind).unheard):
        assert one.rstrip(".") in said
    assert piece(kind).unheard, "there is no source that hears everything"
    assert "never the live platform" in said
    assert f"docs/sources/{kind}.md" in said


@pytest.mark.parametrize("kind", KINDS)
def test_the_piece_to_paste_is_right_and_holds_no_secret(kind: str) -> None:
    block = piece(kind).block
    assert block in f"{told(kind, None)}\n"
    declared = tomllib.loads(block)["sources"]
    assert {settings_of(kind)(**row).kind for row in declared} == {kind}
    for row in declared:
        for name in ("token", "bearer_token", "password", "key", "secret", "client_secret"):
            assert isinstance(row.get(name, {}), dict), "the value itself, not where it is kept"


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_plain_text_that_fits_a_terminal(kind: str) -> None:
    block = piece(kind).block
    prose = told(kind, None).replace(block.rstrip(), "")
    assert "](" not in prose
    assert "**" not in prose
    for line in prose.splitlines():
        assert len(line) <= WIDTH or " " not in line.strip() or line.startswith("    "), line


def test_a_source_that_is_declared_already_is_named_instead_of_a_piece() -> None:
    declared = SourceSettings(kind="hackernews", name="orange site")
    settings: Settings = firm.settings().model_copy(update={"sources": (declared,)})
    said = told("hackernews", settings)
    assert "declares it already, as orange site" in said
    assert piece("hackernews").block.rstrip() not in said
