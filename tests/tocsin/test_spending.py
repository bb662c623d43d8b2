"""A source's money: never more than it may, less often where it is tight, told where it ends."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import SourceSettings
from config.example import write_example
from config.load import load
from escalation.subject import Fault
from listener.budget import Allowance, Use
from listener.collector import Batch, Later, Usage
from listener.collectors.x import XCollector
from listener.metered import MeteredSettings, purse_of
from tests.firm import Firm, new_firm, observed
from tocsin.backfilling import Backfill
from tocsin.catalogue import catalogue
from tocsin.live import open_sources
from tocsin.sources import Reading, SourceWorker
from tocsin.spending import Spending, usage_name

SEARCH = frozenset({Use.SEARCH})


class Shop:
    """A collector that sells what is in its purse: a dollar's worth of search each fetch."""

    def __init__(self, purse: Allowance) -> None:
        self.purse = purse
        self.left: list[float] = []
        self.usages: list[Usage | Exception] = []

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        self.left.append(round(self.purse.left(Use.SEARCH), 6))
        if self.left[-1] < 1.0:
            return Batch(unpaid=SEARCH)
        self.purse.spend(Use.SEARCH, 1.0)
        return Batch(dollars=1.0, use=Use.SEARCH)

    def usage(self, *, now: datetime, deadline: float) -> Usage | None:
        told = self.usages.pop(0) if self.usages else None
        if isinstance(told, Exception):
            raise told
        return told

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = new_firm(tmp_path / "store.db")
    firm.house.store.write(lambda desk: desk.start_source("shop", firm.now))
    yield firm
    firm.house.store.close()


def worker(firm: Firm, day: float, month: float | None = None) -> tuple[SourceWorker, Shop]:
    settings = MeteredSettings(
        name="shop", kind="shop", dollars_per_day=day, dollars_per_month=month
    )
    purse = purse_of(settings)
    assert purse is not None
    shop = Shop(purse)
    return SourceWorker(Reading(settings, shop, purse=purse), firm.house), shop


def faults(firm: Firm) -> Sequence[Fault]:
    with firm.house.store.read() as desk:
        found = desk.subjects("fault", only_open=True)
    return [one for one in found if isinstance(one, Fault)]


def test_what_is_spent_stays_spent_when_the_process_ends(firm: Firm) -> None:
    first, _ = worker(firm, 10.0)
    first._poll()
    again, shop = worker(firm, 10.0)
    again._poll()
    assert shop.left == [6.0]
    with firm.house.store.read() as desk:
        assert desk.spent("shop", firm.now, firm.now) == {Use.SEARCH: 2.0}


def test_a_use_that_cannot_be_paid_is_a_fault_that_closes_by_itself_the_next_day(
    firm: Firm,
) -> None:
    one, _ = worker(firm, 2.0)
    one._poll()
    assert faults(firm) == []
    one._poll()
    (fault,) = faults(firm)
    until = f"{firm.now + timedelta(days=1):%Y-%m-%d} 00:00 UTC"
    assert f"the money for search is spent until {until}; mentions and" in fault.detail
    one._poll()
    assert len(faults(firm)) == 1
    firm.clock.move_to(firm.now + timedelta(days=1))
    one._poll()
    assert faults(firm) == []


def test_after_a_restart_an_older_fault_of_money_closes_as_well(firm: Firm) -> None:
    one, _ = worker(firm, 2.0)
    one._poll()
    one._poll()
    assert len(faults(firm)) == 1
    firm.clock.move_to(firm.now + timedelta(days=1))
    worker(firm, 2.0)[0]._poll()
    assert faults(firm) == []


def test_the_month_stops_it_although_the_day_is_new(firm: Firm) -> None:
    one, shop = worker(firm, 10.0, 3.0)
    for _ in range(3):
        one._poll()
        firm.clock.move_to(firm.now + timedelta(days=1))
    assert shop.left == [2.1, 1.1, 0.1]
    assert "-01 00:00 UTC" in faults(firm)[0].detail


def test_a_silence_that_is_not_paid_for_is_no_sign_of_deafness(firm: Firm) -> None:
    house, start = firm.house, firm.now

    def take(batch: Batch) -> None:
        house.store.write(lambda desk: house.pipeline.take(desk, "shop", batch, firm.now))

    for hour in range(24 * 9):
        firm.clock.move_to(start + timedelta(hours=hour))
        take(Batch((observed(hour, "jo", firm.now, words="@Acme hello"),)))
    for _ in range(6):
        firm.clock.move_to(firm.now + timedelta(hours=1))
        take(Batch(unpaid=SEARCH))
    assert faults(firm) == []
    for _ in range(6):
        firm.clock.move_to(firm.now + timedelta(hours=1))
        take(Batch())
    assert len(faults(firm)) == 1


def test_where_money_is_tight_every_other_tick_is_for_polling(firm: Firm) -> None:
    purse = Allowance(10.0)
    spending = Spending("shop", purse, firm.house)
    assert [spending.is_due() for _ in range(3)] == [True, True, True]
    purse.spend(Use.SEARCH, 8.0)
    assert [spending.is_due() for _ in range(4)].count(True) == 2


def test_a_source_that_costs_nothing_is_always_due_and_has_no_purse(firm: Firm) -> None:
    assert purse_of(SourceSettings(name="free", kind="free")) is None
    spending = Spending("free", None, firm.house)
    spending.note(firm.now)
    spending.tell(SEARCH, firm.now)
    assert spending.is_due()
    assert faults(firm) == []


def test_once_a_day_the_platform_is_asked_what_is_used_and_a_failure_costs_nothing(
    firm: Firm,
) -> None:
    one, shop = worker(firm, 10.0)
    shop.usages = [Later("no answer"), Usage(458, 918, 6), Usage(1, 1)]
    one._poll()
    one._poll()
    assert len(shop.usages) == 2
    assert one.tally.failures == 0
    firm.clock.move_to(firm.now + timedelta(days=1))
    one._poll()
    with firm.house.store.read() as desk:
        assert '"used": 458, "cap": 918' in (desk.kept(usage_name("shop")) or "")


def test_what_reads_back_is_told_what_is_spent_and_charged_for_its_use(firm: Firm) -> None:
    purse = Allowance(10.0)
    left: list[float] = []

    class Looks:
        def look_back(
            self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
        ) -> Batch:
            left.append(round(purse.left(Use.BACKFILL), 6))
            return Batch(dollars=0.5, use=Use.BACKFILL)

    firm.house.store.write(lambda desk: desk.charge("shop", Use.SEARCH, 6.0, firm.now))
    Backfill("shop", Looks(), firm.house, firm.now - timedelta(days=7), purse).step()
    assert left == [1.0]
    with firm.house.store.read() as desk:
        assert desk.spent("shop", firm.now, firm.now)[Use.BACKFILL] == 0.5


def test_each_metered_source_is_opened_with_a_purse_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", "key")
    text = '\n[[sources]]\nkind = "x"\nname = "{}"\nbearer_token = {{ env = "X" }}\n'
    config = tmp_path / "tocsin.toml"
    write_example(config)
    with config.open("a", encoding="utf-8") as file:
        file.write(text.format("one") + "dollars_per_month = 7\n" + text.format("two"))
    settings = load(config, catalogue(), secrets=False, database=False).settings
    opened = {reading.settings.name: reading for reading in open_sources(settings)}
    purses = [opened[name].purse for name in ("one", "two")]
    assert [(one.day, one.month) for one in purses if one] == [(1.0, 7.0), (1.0, float("inf"))]
    for reading in opened.values():
        if isinstance(reading.collector, XCollector):
            assert reading.collector._asking._purse is reading.purse
        else:
            assert reading.purse is None
        reading.collector.close()
        reading.hang_up()
