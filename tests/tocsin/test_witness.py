"""Once a day the heads of all chains go to the witness, who can be asked for them later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import Band, Contact
from tests import firm as firms
from tocsin.verifying import Verifier, parse_head
from tocsin.witness import CHAINS_IN_MESSAGE, queue, queue_heads

BERLIN = ZoneInfo("Europe/Berlin")
WITNESS = Contact(channel="mail", to="audit@example.com")


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[firms.Firm]:
    declared = firms.settings().model_copy(update={"witness": WITNESS})
    firm = firms.new_firm(tmp_path / "house.db", declared=declared)
    firms.complain(firm, 1, band=Band.P1)
    firms.complain(firm, 2, "ky", brand="Bolt Works", team="tech", topic=None)
    firm.settle()
    yield firm
    firm.house.store.close()


def heads(firm: firms.Firm) -> list[tuple[datetime, str, tuple[str, ...]]]:
    return [
        (at, message.headline, message.lines)
        for at, message in firm.channels["mail"].taken
        if message.purpose == "head" and message.to == WITNESS.to
    ]


def send(firm: firms.Firm) -> None:
    queue_heads(firm.house)
    firm.settle()


def test_the_heads_go_out_once_a_day_however_often_it_is_started(firm: firms.Firm) -> None:
    for _ in range(5):
        send(firm)
        firm.passes(timedelta(minutes=10))
    assert len(heads(firm)) == 1
    firm.passes(timedelta(days=1))
    for _ in range(3):
        send(firm)
    assert len(heads(firm)) == 2


def test_each_line_is_the_command_that_checks_a_chain(firm: firms.Firm) -> None:
    send(firm)
    ((_, headline, (keep, *lines)),) = heads(firm)
    assert headline == "Ledger of 18 Nov: Acme 1, Bolt+Works 1 entries"
    assert keep.startswith("Keep this.")
    verifier = Verifier(firm.house.store)
    true = verifier.whole().heads
    said = {}
    for line in lines:
        command, _, rest = line.partition(" --chain ")
        assert command == "tocsin ledger verify"
        chain, _, head = rest.partition(" --head ")
        said[chain] = parse_head(head)
    assert said == true


def test_nobody_is_woken_for_it(firm: firms.Firm) -> None:
    firm.clock.move_to(datetime(2026, 11, 19, 7, 59, tzinfo=BERLIN))
    send(firm)
    assert heads(firm) == []
    firm.clock.move_to(datetime(2026, 11, 19, 8, 0, tzinfo=BERLIN))
    send(firm)
    assert len(heads(firm)) == 1


def test_without_a_witness_nothing_is_sent() -> None:
    firm = firms.new_firm()
    firms.complain(firm, 1)
    send(firm)
    assert heads(firm) == []


def test_many_chains_go_in_several_messages(firm: firms.Firm) -> None:
    for number in range(CHAINS_IN_MESSAGE):
        firm.write(
            lambda desk, n=number: desk.enter(  # type: ignore[misc]
                chain=f"brand-{n}", event="x", subject="x:1", actor="engine", facts={}, at=firm.now
            )
        )
    firm.write(lambda desk: queue(desk, WITNESS, firm.now.date(), firm.now))
    firm.settle()
    lines = [line for _, _, (_, *lines) in heads(firm) for line in lines]
    assert len(heads(firm)) == 2
    assert len(lines) == len(set(lines)) == CHAINS_IN_MESSAGE + 2


def test_a_witness_on_a_failing_channel_is_told_later(firm: firms.Firm) -> None:
    firm.channels["mail"].state = "down"
    send(firm)
    assert heads(firm) == []
    firm.channels["mail"].state = "up"
    firm.passes(timedelta(minutes=10))
    assert len(heads(firm)) == 1
