"""The daemon finds a changed ledger by itself, and somebody is asked to look."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.subject import Fault
from tests import firm as firms
from tocsin import health
from tocsin.ledger_watch import WHOLE_EVERY, LedgerWatch


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "house.db"


@pytest.fixture
def firm(path: Path) -> Iterator[firms.Firm]:
    firm = firms.new_firm(path)
    firms.complain(firm, 1)
    firms.complain(firm, 2, "ky")
    firm.passes(timedelta(minutes=1))
    yield firm
    firm.house.store.close()


@pytest.fixture
def watch(firm: firms.Firm) -> LedgerWatch:
    return LedgerWatch(firm.house, lambda seconds: False)


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("drop trigger if exists ledger_is_append_only_update")
        connection.execute(statement)
        connection.commit()


def fault(firm: firms.Firm) -> Fault | None:
    with firm.house.store.read() as desk:
        return desk.open_fault("ledger:Acme")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        pytest.param(
            "update ledger set actor = 'x' where chain_number = 2", "entry 2", id="an entry"
        ),
        pytest.param(
            "update cases set team = 'tech' where number = 1", "case:1", id="what is stored"
        ),
    ],
)
def test_a_change_at_any_place_is_found_at_the_first_look(
    firm: firms.Firm, watch: LedgerWatch, path: Path, statement: str, told: str
) -> None:
    change(path, statement)
    watch.look()
    opened = fault(firm)
    assert opened is not None
    assert told in opened.detail
    assert told in watch.troubles["Acme"]
    pulse = health.Pulse(started_at=firm.now, passed_at=firm.now, ledger=watch.troubles)
    with firm.house.store.read() as desk:
        report = health.report(desk, pulse, firm.now)
    assert report["status"] == "failing"
    assert any("the ledger Acme does not verify" in reason for reason in report["reasons"])


def test_a_sound_ledger_is_no_fault(firm: firms.Firm, watch: LedgerWatch) -> None:
    watch.look()
    assert watch.troubles == {}
    assert fault(firm) is None


def test_each_hour_what_has_grown_and_once_a_day_all_of_it(
    firm: firms.Firm, watch: LedgerWatch, path: Path
) -> None:
    watch.look()
    change(path, "update ledger set actor = 'x' where chain_number = 1")
    firm.passes(timedelta(hours=1))
    watch.look()
    assert watch.troubles == {}, "an old entry is not looked at each hour"
    firm.clock.move_to(firm.now + WHOLE_EVERY)
    watch.look()
    assert "entry 1" in watch.troubles["Acme"]


def test_what_is_put_right_is_told_as_mended(
    firm: firms.Firm, watch: LedgerWatch, path: Path
) -> None:
    change(path, "update cases set team = 'tech' where number = 1")
    watch.look()
    assert fault(firm) is not None
    change(path, "update cases set team = 'care' where number = 1")
    firm.clock.move_to(firm.now + WHOLE_EVERY)
    watch.look()
    assert fault(firm) is None


def test_a_daemon_that_ends_is_not_kept_waiting(firm: firms.Firm) -> None:
    watch = LedgerWatch(firm.house, lambda seconds: True)
    watch.look()
    assert watch.troubles == {}
