"""What was written before the first start is fetched newest first, goes on after an end in the
middle, and alarms nobody."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from listener.budget import Use
from listener.collector import Batch, Forbidden, Gap, Later, RateLimited
from tests.firm import Firm, new_firm, observed
from tocsin.backfilling import MAX_TRIES, Backfill, Reached

ANGRY = "@Acme terrible, no reply, still waiting for my refund"
DAY = timedelta(days=1)


@dataclass
class Past:
    """A platform whose past is `days` pages, a page a day, the newest first."""

    days: int = 4
    faults: list[Exception] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)

    def look_back(
        self, cursor: str | None, *, since: datetime, now: datetime, deadline: float
    ) -> Batch:
        self.asked.append(cursor)
        if self.faults:
            raise self.faults.pop(0)
        day = int(cursor or 0) + 1
        seen = observed(day, f"jo{day}", now - day * DAY, words=ANGRY)
        return Batch((seen,), str(day), day < self.days, dollars=0.5, use=Use.BACKFILL)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = new_firm(tmp_path / "store.db")
    firm.house.store.write(lambda desk: desk.start_source("x", firm.now))
    yield firm
    firm.house.store.close()


def backfill(firm: Firm, past: Past, days: int = 9) -> Backfill:
    return Backfill("x", past, firm.house, firm.now - days * DAY)


def run(one: Backfill) -> Reached:
    return one.run(lambda reached: None, lambda why, seconds: True)


def count(firm: Firm, what: str) -> int:
    with firm.house.store.read() as desk:
        return int(desk.connection.execute(f"select count(*) from {what}").fetchone()[0])


def test_all_of_it_is_kept_marked_and_pages_nobody(firm: Firm) -> None:
    reached = run(backfill(firm, Past()))
    assert (reached.posts, reached.mentions, reached.is_done) == (4, 4, True)
    assert reached.until == firm.now - 4 * DAY
    assert count(firm, "posts where backfill = 1") == 4
    firm.passes(DAY)
    assert count(firm, "cases") == count(firm, "incidents") == 0
    assert [one for channel in firm.channels.values() for one in channel.pages()] == []


def test_an_end_in_the_middle_goes_on_from_there(firm: Firm) -> None:
    past = Past()
    backfill(firm, past).step()
    again = backfill(firm, past)
    assert again.goes_on
    run(again)
    assert past.asked == [None, "1", "2", "3"]


def test_once_it_is_done_it_begins_anew(firm: Firm) -> None:
    run(backfill(firm, Past()))
    again = backfill(firm, Past())
    assert not again.goes_on
    assert run(again).mentions == 0


def test_another_stretch_is_another_backfill(firm: Firm) -> None:
    backfill(firm, Past()).step()
    assert not backfill(firm, Past(), days=30).goes_on


def test_the_sources_own_place_is_not_touched(firm: Firm) -> None:
    batch = Batch(cursor="live")
    firm.house.store.write(lambda desk: firm.house.pipeline.take(desk, "x", batch, firm.now))
    run(backfill(firm, Past()))
    with firm.house.store.read() as desk:
        state = desk.source("x")
    assert state is not None
    assert state.cursor == "live"


def test_what_it_costs_is_noted(firm: Firm) -> None:
    run(backfill(firm, Past()))
    with firm.house.store.read() as desk:
        assert desk.spent("x", firm.now, firm.now) == {Use.BACKFILL: 2.0}


def test_a_fault_that_passes_is_waited_for(firm: Firm) -> None:
    waited: list[float] = []
    later = RateLimited("wait", firm.now + timedelta(minutes=5))
    past = Past(faults=[Later("no answer"), later])

    def wait(why: str, seconds: float) -> bool:
        waited.append(seconds)
        return True

    backfill(firm, past).run(lambda reached: None, wait)
    assert len(past.asked) == 6
    assert waited[1] >= 300


def test_a_fault_that_stays_ends_it_and_keeps_the_place(firm: Firm) -> None:
    past = Past()
    one = backfill(firm, past)
    one.step()
    past.faults = [Later("no answer")] * MAX_TRIES
    with pytest.raises(Later):
        run(one)
    assert backfill(firm, past).goes_on
    past.faults = [Forbidden("no")]
    with pytest.raises(Forbidden):
        run(backfill(firm, past))


def test_whoever_does_not_want_to_wait_stops_it(firm: Firm) -> None:
    past = Past(faults=[Later("no answer")])
    assert not backfill(firm, past).run(lambda reached: None, lambda why, s: False).is_done


def test_the_share_that_is_read_grows_to_one(firm: Firm) -> None:
    shares: list[float] = []
    one = backfill(firm, Past(), days=8)
    since = firm.now - 8 * DAY
    one.run(lambda reached: shares.append(reached.share(since, firm.now)), lambda why, s: True)
    assert shares == [0.125, 0.25, 0.375, 1.0]


def test_a_kept_place_that_cannot_be_read_begins_anew(firm: Firm) -> None:
    for kept in ("{", "[]", json.dumps({"since": 7, "cursor": "1"})):
        firm.house.store.write(lambda desk, kept=kept: desk.keep("backfill:x", kept))
        assert not backfill(firm, Past()).goes_on


def test_a_gap_is_counted_and_kept(firm: Firm) -> None:
    class Shallow(Past):
        def look_back(self, *args: object, **more: object) -> Batch:
            return Batch(gaps=(Gap(firm.now - DAY, firm.now, "no deeper"),))

    assert run(backfill(firm, Shallow())).gaps == 1
    with firm.house.store.read() as desk:
        assert [gap["reason"] for gap in desk.gaps(firm.now - DAY, firm.now)] == ["no deeper"]
