"""One listing that cannot be read is told, however well its neighbours are heard meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import SourceSettings
from escalation.subject import Fault
from listener.collector import (
    AuthorisationLost,
    Batch,
    Forbidden,
    Later,
    RateLimited,
    SourceError,
)
from listener.collectors import csv_file
from listener.turn import Turn
from tests.firm import Firm, new_firm
from tocsin import deafness, health
from tocsin.deafness import DEAF_AFTER
from tocsin.setbacks import REFUSED_WAIT
from tocsin.sources import Reading, SourceWorker

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class Shelves:
    """A source of several listings, each of which answers with a batch or its fault."""

    names: tuple[str, ...] = ("news", "talk")
    faults: dict[str, Callable[[datetime], SourceError]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turn = Turn("it", self.names)

    @property
    def listings(self) -> tuple[str, ...]:
        return self.turn.keys

    def rest(self, listing: str, until: datetime) -> None:
        self.turn.rest(listing, until)

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        name = self.turn.next(now)
        if name is None:
            return Batch(listings=())
        with self.turn.reading(name, now):
            self.asked.append(name)
            if name in self.faults:
                raise self.faults[name](now)
            return Batch(cursor="read", more=self.turn.has_more, listings=(name,))

    def close(self) -> None:
        pass


@pytest.fixture
def firm() -> Iterator[Firm]:
    firm = new_firm(None)
    yield firm
    firm.house.store.close()


def refused(now: datetime) -> SourceError:
    return AuthorisationLost("the token is refused")


def forbidden(now: datetime) -> SourceError:
    return Forbidden("HTTP 403")


def later(now: datetime) -> SourceError:
    return Later("HTTP 503")


def limited(now: datetime, *, alone: bool = False) -> SourceError:
    error = RateLimited("asked to wait", now + HOUR)
    error.alone = alone
    return error


def started(firm: Firm, shelves: Shelves) -> SourceWorker:
    """As the daemon starts it, and as it is polled; only the thread is left out."""
    worker = SourceWorker(Reading(SourceSettings(name="it", kind="test"), shelves), firm.house)
    worker._thread.run = lambda: None  # type: ignore[method-assign]
    worker.start()
    return worker


def poll(firm: Firm, worker: SourceWorker, times: int = 1, every: timedelta = MINUTE) -> None:
    for _ in range(times):
        firm.passes(every)
        if not worker._is_waiting():
            worker._poll()


def faults(firm: Firm, *, only_open: bool = True) -> list[Fault]:
    with firm.house.store.borrow() as desk:
        found = desk.subjects("fault", only_open=only_open)
    return [one for one in found if isinstance(one, Fault)]


@pytest.mark.parametrize("fault", [refused, forbidden, later], ids=lambda one: one.__name__)
def test_one_listing_that_stays_deaf_is_one_fault_that_names_it(
    firm: Firm, fault: Callable[[datetime], SourceError]
) -> None:
    shelves = Shelves(faults={"talk": fault})
    worker = started(firm, shelves)
    poll(firm, worker, 24 * 12, 5 * MINUTE)
    (told,) = faults(firm, only_open=False)
    assert told in faults(firm)
    assert told.detail.startswith("source it cannot be heard at talk")


@pytest.mark.parametrize("fault", [refused, forbidden, later], ids=lambda one: one.__name__)
def test_a_listing_that_fails_costs_no_other_a_single_poll(
    firm: Firm, fault: Callable[[datetime], SourceError]
) -> None:
    shelves = Shelves(faults={"news": fault})
    worker = started(firm, shelves)
    poll(firm, worker, 60)
    assert shelves.asked.count("talk") == 60
    assert shelves.asked.count("news") < 60, "it rests, with growing pauses"


def test_a_refused_listing_is_asked_each_quarter_of_an_hour(firm: Firm) -> None:
    shelves = Shelves(faults={"news": refused})
    poll(firm, started(firm, shelves), 60)
    assert shelves.asked.count("news") == HOUR // REFUSED_WAIT


def test_the_fault_stays_until_the_last_deaf_listing_is_heard(firm: Firm) -> None:
    shelves = Shelves(("news", "talk", "tags"), {"talk": forbidden, "tags": forbidden})
    worker = started(firm, shelves)
    poll(firm, worker, 15)
    (told,) = faults(firm)
    assert told.detail.startswith("source it cannot be heard at tags, talk for ")
    del shelves.faults["talk"]
    poll(firm, worker, 10)
    (told,) = faults(firm)
    assert told.detail.startswith("source it cannot be heard at tags for ")
    del shelves.faults["tags"]
    poll(firm, worker, 10)
    assert faults(firm) == []
    assert len(faults(firm, only_open=False)) == 1


def test_a_second_listing_that_goes_deaf_is_named_in_the_same_fault(firm: Firm) -> None:
    shelves = Shelves(("news", "talk", "tags"), {"talk": refused})
    worker = started(firm, shelves)
    poll(firm, worker, 2)
    shelves.faults["tags"] = refused
    poll(firm, worker, 2)
    (told,) = faults(firm, only_open=False)
    assert told.detail.startswith("source it cannot be heard at talk, tags:")


def test_since_when_a_listing_fails_outlives_a_restart(firm: Firm) -> None:
    shelves = Shelves(faults={"talk": forbidden})
    poll(firm, started(firm, shelves), 5)
    assert faults(firm) == []
    firm.passes(DEAF_AFTER - 5 * MINUTE)
    poll(firm, started(firm, Shelves(faults={"talk": forbidden})))
    (told,) = faults(firm)
    assert "for 10 min" in told.detail


def test_a_listing_that_is_declared_no_more_is_not_deaf(firm: Firm) -> None:
    shelves = Shelves(("news", "talk", "tags"), {"talk": refused})
    poll(firm, started(firm, shelves), 2)
    assert faults(firm)
    started(firm, Shelves(("news", "tags")))
    assert faults(firm) == []


def test_a_limit_of_one_address_lets_that_listing_rest_and_no_other(firm: Firm) -> None:
    shelves = Shelves(faults={"talk": lambda now: limited(now, alone=True)})
    poll(firm, started(firm, shelves), 180)
    assert (shelves.asked.count("news"), shelves.asked.count("talk")) == (180, 3)
    (told,) = faults(firm)
    assert "at talk" in told.detail


def test_a_limit_of_the_whole_app_lets_the_source_rest(firm: Firm) -> None:
    shelves = Shelves(faults={"news": limited})
    worker = started(firm, shelves)
    poll(firm, worker, 60)
    assert shelves.asked == ["news"]


def test_a_platform_in_trouble_is_not_asked_for_each_of_many_listings(firm: Firm) -> None:
    names = tuple(f"tag {n}" for n in range(50))
    shelves = Shelves(names, dict.fromkeys(names, later))
    worker = started(firm, shelves)
    worker._poll()
    assert shelves.asked == ["tag 0", "tag 1"]
    assert worker._is_waiting()


def test_many_listings_that_are_gone_keep_no_other_waiting(firm: Firm) -> None:
    names = tuple(f"tag {n}" for n in range(50))
    shelves = Shelves(names, dict.fromkeys(names[:-1], forbidden))
    worker = started(firm, shelves)
    poll(firm, worker, 10)
    assert shelves.asked.count("tag 49") == 10
    poll(firm, worker, 5)
    (told,) = faults(firm)
    assert told.detail.count("tag ") == 5
    assert "and 44 more" in told.detail


def test_nothing_asked_for_is_nothing_heard(firm: Firm) -> None:
    shelves = Shelves(faults={"news": forbidden, "talk": forbidden})
    worker = started(firm, shelves)
    poll(firm, worker, 30, timedelta(seconds=20))
    with firm.house.store.borrow() as desk:
        state = desk.source("it")
    assert state is not None
    assert state.succeeded_at is None
    assert state.failing_since is not None


def test_health_says_which_listings_fail_since_when_and_why(firm: Firm) -> None:
    shelves = Shelves(faults={"talk": forbidden})
    poll(firm, started(firm, shelves), 2)
    with firm.house.store.borrow() as desk:
        told = health.report(desk, health.Pulse(started_at=firm.now), firm.now)
    (source,) = told["sources"]
    (failing,) = source["failing"]
    since = (firm.now - MINUTE).isoformat(timespec="seconds")
    assert failing == {"listing": "talk", "since": since, "failure": "HTTP 403"}
    assert "source it is failing at talk" in told["reasons"]


@pytest.mark.parametrize("ended", [False, True])
def test_what_fails_because_it_was_ended_is_no_failure(firm: Firm, ended: bool) -> None:
    worker = started(firm, Shelves())
    failed = Later("the socket is closed")
    failed.listing = "talk"

    def fetch(cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        if ended:
            worker.stop()
        return Batch(listings=("news",), failed=(failed,))

    worker._collector.fetch = fetch  # type: ignore[method-assign]
    worker._poll()
    assert worker.tally.failures == (not ended)


FAULTS: dict[str, Callable[[datetime], SourceError]] = {
    "refused": refused,
    "forbidden": forbidden,
    "later": later,
}


@dataclass(frozen=True)
class Step:
    """Some minutes pass; then a listing is read, or fails."""

    minutes: int
    listing: str
    fault: str | None


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, 7),
        st.sampled_from(["news", "talk"]),
        st.sampled_from([None, *FAULTS]),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_a_fault_is_open_exactly_from_when_a_listing_is_found_deaf_until_all_such_are_heard(
    steps: list[Step],
) -> None:
    firm = new_firm(None)
    worker = started(firm, Shelves())
    failing: dict[str, tuple[datetime, bool]] = {}
    is_open, opened = False, 0
    for step in steps:
        firm.passes(step.minutes * MINUTE)
        now = firm.now
        if step.fault is None:
            healed = failing.pop(step.listing, None)
        else:
            since, hopeless = failing.get(step.listing, (now, False))
            failing[step.listing] = (since, hopeless or step.fault == "refused")
        deaf = any(hopeless or now - since >= DEAF_AFTER for since, hopeless in failing.values())
        if step.fault is None:
            batch = Batch(listings=(step.listing,))
            firm.write(lambda d, b=batch, n=now: firm.house.pipeline.take(d, "it", b, n))  # type: ignore[misc]
            if healed is not None:
                opened += deaf and not is_open
                is_open = deaf
        else:
            error = FAULTS[step.fault](now)
            error.listing = step.listing
            worker._setbacks._note(error, now)
            opened += deaf and not is_open
            is_open = is_open or deaf
        assert bool(faults(firm)) is is_open
        with firm.house.store.borrow() as desk:
            state = desk.source("it")
        assert state is not None
        assert state.failing_since == min((since for since, _ in failing.values()), default=None)
    assert len(faults(firm, only_open=False)) == opened
    firm.house.store.close()


# -------------------------------------------------------------------- a reason that becomes another
def test_an_open_fault_says_why_it_is_one_now(firm: Firm) -> None:
    shelves = Shelves(("news",), {"news": forbidden})
    worker = started(firm, shelves)
    poll(firm, worker, 60)
    assert "HTTP 403" in faults(firm)[0].detail
    shelves.faults["news"] = later
    poll(firm, worker, 60)
    (fault,) = faults(firm, only_open=False)
    assert "HTTP 503" in fault.detail
    assert "HTTP 403" not in fault.detail


@pytest.mark.parametrize(
    ("before", "after", "anew"),
    [
        pytest.param("a.csv has no column x", "a.csv may not be read", True, id="another"),
        pytest.param("line 3: no time", "line 7: no time", False, id="the same elsewhere"),
        pytest.param("line 3: no time", "line 3: the text is empty", True, id="another there"),
        pytest.param("HTTP 502", "HTTP 503", True, id="another status"),
        pytest.param(
            "it is deaf for 10 min: gone", "it is deaf for 1 h 2 min: gone", False, id="longer"
        ),
        pytest.param("7 posts turned away", "12 posts turned away", False, id="more of it"),
    ],
)
def test_what_is_open_is_said_anew_only_where_the_reason_is_another(
    firm: Firm, before: str, after: str, anew: bool
) -> None:
    for detail in (before, after):
        firm.write(lambda d, say=detail: deafness.tell(d, firm.house.engine, "it", say, firm.now))  # type: ignore[misc]
    (fault,) = faults(firm, only_open=False)
    assert fault.detail == (after if anew else before)


def test_a_file_that_is_mended_in_part_is_told_by_what_is_left(firm: Firm, tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("id,stars\n1,5\n")
    declared = csv_file.Settings(name="it", path=path, text="comment", rating="stars")
    worker = SourceWorker(Reading(declared, csv_file.source_of(declared)), firm.house)
    worker._thread.run = lambda: None  # type: ignore[method-assign]
    worker.start()
    poll(firm, worker, 12)
    assert "no column comment" in faults(firm)[0].detail
    path.unlink()
    path.mkdir()
    poll(firm, worker)
    (fault,) = faults(firm)
    assert "is no ordinary file" in fault.detail
    path.rmdir()
    path.write_text("id,stars,comment\n1,5,late\n")
    poll(firm, worker)
    assert faults(firm) == []
