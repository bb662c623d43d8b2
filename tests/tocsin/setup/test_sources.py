"""What a source takes is said before it is switched on, in the words of its own page."""

import tomllib
from pathlib import Path

import pytest

from config import Settings, SourceSettings
from config.load import load
from listener.collectors import COLLECTORS, facts_of, settings_of
from tests import firm, source_pieces
from tocsin.ahead import of_no_use
from tocsin.catalogue import catalogue
from tocsin.setup.sources import WIDTH, kinds, piece, told

KINDS = sorted(COLLECTORS)
MINIMAL = """\
fallback_executive = "grace"
brands = [{ name = "Brindle Boats" }]
people = [{ name = "ada", contacts = [{ channel = "terminal", to = "ada" }] },
          { name = "grace", contacts = [{ channel = "terminal", to = "grace" }] }]
teams = [{ name = "care", members = ["ada", "grace"] }]
[[channels]]
kind = "terminal"
"""


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


@pytest.mark.parametrize("kind", KINDS)
def test_a_piece_goes_to_the_end_of_a_configuration_and_passes_check(
    kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "tocsin.toml"
    file.write_text(MINIMAL)
    loaded = load(file, catalogue(), secrets=False, database=False)
    before = loaded.settings.model_copy(update={"sources": ()})  # without what needs no table
    pasted = told(kind, before).partition("own names:\n\n")[2].partition("\n\nThen: ")[0]
    assert "[[sources]]" in pasted
    file.write_text(f"{MINIMAL}\n{pasted}\n")
    loaded = load(file, catalogue(), secrets=False, database=False)
    assert {one.kind for one in loaded.settings.sources} == {kind}
    assert list(of_no_use(loaded)) == []
    assert '"Acme"' not in pasted, "it is about the brand that is declared"


def test_what_is_heard_of_a_paid_source_is_nobody_elses_account() -> None:
    assert "mentions_of" not in tomllib.loads(piece("x").block)["sources"][0]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("form", ["tocsin form", "docs/anonymous.md", "user of its own"]),
        ("webhook", ["/in/shop", "Tocsin-Signature", "openssl rand", "above all tables"]),
        ("imap", ["export MAILBOX_PASSWORD", "anonymous = true", "key"]),
    ],
)
def test_what_stands_outside_the_piece_is_said_with_it(kind: str, words: list[str]) -> None:
    said = told(kind, None)
    for word in words:
        assert word in " ".join(said.partition("Limits:")[0].split())


def test_a_source_that_is_declared_already_is_named_instead_of_a_piece() -> None:
    declared = SourceSettings(kind="hackernews", name="orange site")
    settings: Settings = firm.settings().model_copy(update={"sources": (declared,)})
    said = told("hackernews", settings)
    assert "declares it already, as orange site" in said
    assert piece("hackernews").block.rstrip() not in said
