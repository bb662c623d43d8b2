"""A database restored from yesterday's backup: what was lost is heard again, and nobody is left."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.decision import Action, TimerKind, Verb
from escalation.ledger import Head, Verified, verify
from escalation.subject import Case, Ref, State
from tests.firm import OWNER, SECOND, Firm, complain, new_firm, open_firm
from tocsin.clock import VirtualClock

DAY = timedelta(hours=20)  # till the next morning


def head(firm: Firm) -> Head:
    with firm.house.store.borrow() as desk:
        entry = desk.last_entry("Acme")
    assert entry is not None
    return entry.head


def case(firm: Firm, number: int) -> Case:
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref("case", number))
    assert isinstance(found, Case)
    return found


def copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@pytest.fixture
def restored(tmp_path: Path) -> tuple[Firm, Head]:
    """A house that goes on today from yesterday's backup, and the head that was kept today.

    Since the backup its first case was acknowledged and answered, and a second one came.
    """
    firm = new_firm(tmp_path / "house.db")
    complain(firm, 1, "jo")
    firm.settle()
    copied(tmp_path / "house.db", tmp_path / "backup.db")
    ack = Action(Verb.ACK, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), ack, firm.now))
    firm.passes(DAY)
    complain(firm, 2, "ky")
    firm.settle()
    kept = head(firm)
    firm.house.store.close()
    clock, channels = VirtualClock(firm.now), firm.channels
    return open_firm(tmp_path / "backup.db", clock=clock, channels=channels, seed=1), kept


def test_what_was_acknowledged_since_is_asked_again_at_once(restored: tuple[Firm, Head]) -> None:
    firm, _ = restored
    firm.settle()
    assert (case(firm, 1).state, case(firm, 1).owner) == (State.NEW, SECOND), "one climb"
    with firm.house.store.borrow() as desk:
        assert desk.dues(Ref("case", 1))[TimerKind.ACK] > firm.now


def test_what_came_since_is_taken_in_again_and_owned(restored: tuple[Firm, Head]) -> None:
    firm, _ = restored
    before = len(firm.channels["chat"].pages(f"{OWNER}@chat"))
    for _twice in range(2):
        assert complain(firm, 2, "ky") == 2
    firm.settle()
    assert case(firm, 2).owner == OWNER
    assert case(firm, 2).posts == 2, "the second time it was said again"
    assert len(firm.channels["chat"].pages(f"{OWNER}@chat")) == before + 1


def test_the_ledger_goes_on_and_a_head_that_was_kept_tells_what_is_missing(
    restored: tuple[Firm, Head],
) -> None:
    firm, kept = restored
    firm.passes(DAY)
    with firm.house.store.borrow() as desk:
        entries = list(desk.entries("Acme"))
    assert isinstance(verify(entries), Verified), "by itself the chain holds"
    assert kept.digest not in {entry.digest for entry in entries}


def test_time_goes_on_from_the_clock_not_from_the_backup(restored: tuple[Firm, Head]) -> None:
    firm, _ = restored
    firm.settle()
    with firm.house.store.borrow() as desk:
        assert desk.last_ledger_time() == firm.now
