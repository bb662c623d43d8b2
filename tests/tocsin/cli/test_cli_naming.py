"""`tocsin names` on a terminal."""

from pathlib import Path

import pytest

from listener.neighbours import Neighbour
from tests.tocsin.cli.conftest import Tocsin
from tocsin.names import Shown

FOUND = {"Acme": (Neighbour("peak", 7, 5, 0), Neighbour("climb", 3, 2, 0))}


@pytest.fixture
def clicked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.names.shown", lambda *_: Shown(FOUND, {"x": 4}))


def in_force(tocsin: Tocsin, store: Path) -> list[str]:
    return [
        word for row in tocsin("names", "--json", "--db", store).rows for word in row["in_force"]
    ]


def test_without_clicks_nothing_was_learned(tocsin: Tocsin, store: Path) -> None:
    ended = tocsin("names", "--db", store)
    assert ended.code == 0
    assert "Nothing was learned" in ended.out


@pytest.mark.usefixtures("clicked")
def test_what_is_proposed_is_shown_and_not_in_force(tocsin: Tocsin, store: Path) -> None:
    shown = tocsin("names", "--db", store)
    assert "4 posts of x are left out: its developer agreement" in shown.out
    assert "peak: 7 posts by 5 people" in shown.out
    assert "Nothing was changed." in shown.out
    assert in_force(tocsin, store) == []


@pytest.mark.usefixtures("clicked")
def test_what_is_accepted_is_in_force_until_it_is_undone(tocsin: Tocsin, store: Path) -> None:
    accepted = tocsin("names", "--accept", "--leave-out", "climb", "--db", store)
    assert "In force: 1 words" in accepted.out
    assert in_force(tocsin, store) == ["peak"]
    assert "Acme is something else beside: peak." in tocsin("names", "--db", store).out
    tocsin("names", "--accept", "--db", store)
    assert in_force(tocsin, store) == ["climb", "peak"]
    tocsin("names", "--back", "--db", store)
    assert in_force(tocsin, store) == ["peak"]
    tocsin("names", "--off", "--db", store)
    assert in_force(tocsin, store) == []


def test_contradicting_options_are_refused(tocsin: Tocsin, store: Path) -> None:
    assert tocsin("names", "--back", "--off", "--db", store).code == 2
