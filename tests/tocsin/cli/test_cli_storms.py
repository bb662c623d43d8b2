"""`tocsin storms`: a list a person and a program can read, and one storm as a whole."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.decision import Action, Verb
from tests.firm import NOON, PRESS, Firm, new_firm
from tests.tocsin.stormy import begins, rages

KEYS = {"incident", "brand", "level", "rang", "people", "begets", "likely", "likely_at", "calm"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a firm that had one storm, and of which one was declared by mistake."""
    path = tmp_path_factory.mktemp("stormy") / "tocsin.db"
    firm: Firm = new_firm(path, at=NOON - timedelta(days=900))
    begins(firm)
    assert list(rages(firm, 25))
    firm.passes(timedelta(hours=5))
    by_mistake = Action(Verb.DECLARE, PRESS, reason="I misread it")
    firm.write(lambda desk: firm.house.engine.declare(desk, "Bolt Works", by_mistake, firm.now))

    def dismiss(desk: Any) -> None:
        found = desk.open_incident("Bolt Works", None)
        action = Action(Verb.DISMISS, PRESS, reason="I misread it")
        assert firm.house.engine.act(desk, found.ref, action, firm.now) is None

    firm.write(dismiss)
    firm.house.store.close()
    return path


@pytest.fixture
def storms(tocsin: Any, kept: Path, tmp_path: Path) -> Any:
    """`tocsin storms …` on that store."""
    tocsin("init")
    shutil.copy(kept, tmp_path / "of-the-firm.db")
    return lambda *arguments: tocsin("storms", *arguments, "--db", tmp_path / "of-the-firm.db")


def test_storms_are_listed_and_those_by_mistake_are_not(storms: Any) -> None:
    (row,) = storms("list", "--json").rows
    assert row.keys() == KEYS
    assert (row["incident"], row["brand"], row["level"]) == (1, "Acme", "contained")
    assert row["likely"][0] < row["likely"][1]
    assert row["calm"] > row["rang"]
    out = storms("list").out.splitlines()
    assert len(out) == 2
    assert "contained" in out[1]


def test_a_brand_without_a_storm_says_so(storms: Any, tmp_path: Path) -> None:
    declared = tmp_path / "tocsin.toml"
    declared.write_text(declared.read_text() + '\n[[brands]]\nname = "Bolt Works"\n')
    assert storms("list", "--brand", "Bolt Works").out == "No storms.\n"


def test_a_list_of_a_brand_that_is_not_declared_is_refused(storms: Any) -> None:
    ended = storms("list", "--brand", "nobody's")
    assert ended.code == 2
    assert "There is no brand nobody's" in ended.err


def test_a_storm_is_explained_to_a_program_and_to_a_person(storms: Any) -> None:
    (told,) = storms("explain", "1", "--json").rows
    assert told["incident"] == 1
    assert told["people"] == 25
    ended = storms("explain", "1")
    assert ended.code == 0
    for part in (
        "measured: Acme: ",
        "the silent many: ",
        "started: on ",
        "time line:",
        "cases: 25",
    ):
        assert part in ended.out


@pytest.mark.parametrize("number", ["9", "1000000"])
def test_what_is_not_there_is_said_to_be_so(storms: Any, number: str) -> None:
    ended = storms("explain", number)
    assert (ended.code, ended.out) == (1, "")
    assert f"There is no incident {number}." in ended.err


def test_what_is_no_number_is_refused(storms: Any) -> None:
    assert storms("explain", "one").code == 2


def test_an_incident_says_whom_its_people_may_stand_for_and_where_the_rest_is_told(
    tocsin: Any, storms: Any, tmp_path: Path
) -> None:
    shown = tocsin("incidents", "show", "1", "--db", tmp_path / "of-the-firm.db")
    assert "the silent many: Behind " in shown.out
    assert "tocsin storms explain 1" in shown.out
    as_json = tocsin("incidents", "show", "1", "--json", "--db", tmp_path / "of-the-firm.db")
    assert "rule of thumb" in as_json.rows[0]["silent_many"]["source"]
