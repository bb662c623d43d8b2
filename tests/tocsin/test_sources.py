"""A source's thread: takes in what came with its cursor, backs off, and says when it is deaf."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from config import SourceSettings
from escalation.subject import Fault, Subject
from listener.collector import AuthorisationLost, Batch, Collector, Gap, Later, RateLimited
from listener.collectors.file import FileSource
from tests.firm import NOON, Firm, new_firm, observed
from tocsin.deafness import DEAF_AFTER
from tocsin.setbacks import REFUSED_WAIT
from tocsin.sources import PAGE_BACKLOG, Reading, SourceWorker

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PATIENCE = 10.0  # seconds; only a failing test waits so long


class Script:
    """A collector that does what it is told, fetch by fetch, and remembers its cursors."""

    def __init__(self, *steps: Batch | Exception) -> None:
        self.steps = list(steps)
        self.cursors: list[str | None] = []
        self.closed = False

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        self.cursors.append(cursor)
        step = self.steps.pop(0) if self.steps else Batch()
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = new_firm(tmp_path / "store.db")
    yield firm
    firm.house.store.close()


def heard(firm: Firm, number: int) -> Batch:
    post = observed(number, "jo", firm.now, words="@Acme terrible, no reply, still waiting")
    return Batch((post,), cursor=f"after {number}")


def polled(firm: Firm, script: Collector, times: int = 1) -> SourceWorker:
    """Run a source's thread for some polls, and end it."""
    return polled_as(firm, SourceSettings(name="test", kind="test"), script, times)


def polled_as(firm: Firm, declared: SourceSettings, script: Script, times: int) -> SourceWorker:
    worker = SourceWorker(Reading(declared, script), firm.house)
    worker.start()
    settle(lambda: worker.tally.taken + worker.tally.failures >= times)
    worker.stop()
    assert worker.join(PATIENCE)
    return worker


def settle(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if holds():
            return
        pause.wait(0.01)
    pytest.fail("it never came to hold")


def test_what_came_is_kept_with_its_cursor(firm: Firm) -> None:
    script = Script(replace(heard(firm, 1), more=True), heard(firm, 2))
    polled(firm, script, times=2)
    assert script.cursors[:2] == [None, "after 1"]
    with firm.house.store.read() as desk:
        state = desk.source("test")
        assert state is not None
        assert state.cursor == "after 2"
        assert len(desk.subjects("case", only_open=True)) == 1  # one author, one case
    assert script.closed


def test_a_batch_that_cannot_be_kept_does_not_move_the_cursor(firm: Firm) -> None:
    broken = replace(heard(firm, 1), gaps=(Gap(NOON, "no time", "x"),))  # type: ignore[arg-type]
    polled(firm, Script(broken))
    with firm.house.store.read() as desk:
        state = desk.source("test")
        assert state is not None
        assert state.cursor is None
        assert state.failure == "unexpected AttributeError"
        assert not desk.subjects("case", only_open=False)


def test_what_cannot_be_read_is_named_in_the_log_and_an_owner_is_told(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "inbox.jsonl"
    path.write_bytes(b'{"platform": "x", "id": 1, "text": "K\xe4se"}\n' + b"oops\n" * 9)
    source = FileSource(path, name="inbox")
    polled(firm, source)
    said = "".join(capsys.readouterr())
    assert "left out" in said
    assert "line 1: this is not UTF-8 text; save the file as UTF-8" in said
    assert "line 5: " in said
    assert "line 6: " not in said
    with firm.house.store.read() as desk:
        fault = desk.open_fault("trouble:test")
        assert isinstance(fault, Fault)
        assert 'source "inbox": 10 lines were left out of inbox.jsonl, line 1: ' in fault.detail
    path.write_text('{"platform": "x", "id": 1, "text": "K\u00e4se"}\n', encoding="utf-8")
    polled(firm, source)
    with firm.house.store.read() as desk:
        assert desk.open_fault("trouble:test") is None


@pytest.mark.parametrize(
    ("error", "opened"),
    [
        pytest.param(AuthorisationLost("the token was refused"), True, id="a key: at once"),
        pytest.param(Later("it does not answer"), False, id="a pause: not at once"),
        pytest.param(RateLimited("slow down", NOON + timedelta(hours=1)), False, id="a limit"),
        pytest.param(ZeroDivisionError(), False, id="a bug of ours ends no thread"),
    ],
)
def test_a_source_that_fails_is_noted(firm: Firm, error: Exception, opened: bool) -> None:
    polled(firm, Script(error))
    with firm.house.store.read() as desk:
        state = desk.source("test")
        assert state is not None
        assert state.failing_since == NOON
        assert (desk.open_fault("source:test") is not None) is opened


def test_a_refused_key_is_tried_again_each_quarter_of_an_hour_and_not_sooner(firm: Firm) -> None:
    script = Script(*[AuthorisationLost("the token was refused")] * 3)
    settings = SourceSettings(name="test", kind="test")
    firm.write(lambda desk: desk.start_source("test", NOON))
    worker = SourceWorker(Reading(settings, script), firm.house)
    for tries in range(1, 4):
        worker._poll()
        assert len(script.cursors) == tries
        firm.clock.move_to(firm.now + REFUSED_WAIT - timedelta(seconds=1))
        assert worker._is_waiting()
        firm.clock.move_to(firm.now + timedelta(seconds=1))
        assert not worker._is_waiting()


def test_a_file_is_looked_at_again_at_the_next_tick(firm: Firm) -> None:
    """A header that was mended is read then, however often it was wrong before."""
    wrong = Later("wrong header")
    wrong.local = True
    firm.write(lambda desk: desk.start_source("test", NOON))
    declared = SourceSettings(name="test", kind="test")
    worker = SourceWorker(Reading(declared, Script(wrong, wrong, wrong)), firm.house)
    for _ in range(3):
        worker._poll()
        assert not worker._is_waiting()
    assert worker.tally.failures == 3


def test_a_source_that_stays_deaf_is_a_fault_with_an_owner_and_closes_when_it_hears(
    firm: Firm,
) -> None:
    polled(firm, Script(Later("it does not answer")))
    firm.clock.move_to(NOON + DEAF_AFTER)
    polled(firm, Script(Later("it does not answer")))
    with firm.house.store.read() as desk:
        fault = desk.open_fault("source:test")
        assert isinstance(fault, Fault)
        assert fault.owner
        assert "10 min" in fault.detail
    firm.clock.move_to(NOON + 2 * DEAF_AFTER)
    polled(firm, Script(heard(firm, 3)))
    with firm.house.store.read() as desk:
        assert desk.open_fault("source:test") is None


def test_a_source_that_shows_nothing_new_for_too_long_is_a_fault_with_an_owner(
    firm: Firm,
) -> None:
    start = firm.now
    firm.house.store.write(lambda desk: desk.start_source("x", firm.now))

    def take(batch: Batch) -> list[Fault]:
        firm.house.store.write(lambda desk: firm.house.pipeline.take(desk, "x", batch, firm.now))
        with firm.house.store.read() as desk:
            found = desk.subjects("fault", only_open=True)
        return [one for one in found if isinstance(one, Fault)]

    for hour in range(24 * 9):
        firm.clock.move_to(start + timedelta(hours=hour))
        assert take(Batch((observed(hour, "jo", firm.now, words="@Acme hello"),))) == []
    firm.clock.move_to(firm.now + timedelta(hours=2))
    assert take(Batch()) == []
    firm.clock.move_to(firm.now + timedelta(hours=1))
    (fault,) = take(Batch())
    assert "nothing new for 3 h; on usual days it is silent for at most 1 h" in fault.detail
    assert take(Batch((observed(999, "jo", firm.now, words="@Acme hello"),))) == []


def frozen(firm: Firm, between: Callable[[int], Batch | None]) -> int | None:
    """Ten days with a post every three hours, then two weeks of answers without any; between these
    something else may happen. After how many hours somebody was told."""
    firm.write(lambda desk: desk.start_source("x", firm.now))

    def take(batch: Batch) -> bool:
        firm.write(lambda desk: firm.house.pipeline.take(desk, "x", batch, firm.now))
        with firm.house.store.read() as desk:
            return desk.open_fault("silent:x") is not None

    for hour in range(24 * 10):
        firm.clock.move_to(firm.now + HOUR)
        new = (observed(hour, "jo", firm.now, words="@Acme hello"),) if hour % 3 == 0 else ()
        assert not take(Batch(new))
    for hour in range(24 * 14):
        firm.clock.move_to(firm.now + HOUR)
        if (batch := between(hour)) is not None:
            take(batch)
        if take(Batch()):
            return hour + 1
    return None


def test_a_poll_that_fails_now_and_then_hides_no_silence(firm: Firm) -> None:
    def fails(hour: int) -> None:
        if hour % 5 == 4:
            since = firm.now - 10 * MINUTE
            firm.write(lambda desk: desk.fail_source("x", "HTTP 503", since))

    assert frozen(firm, lambda hour: None) == 5
    firm.write(lambda desk: desk.connection.execute("delete from sources"))
    assert frozen(firm, fails) == 5


def test_a_gap_is_no_silence_for_as_long_as_it_lasts(firm: Firm) -> None:
    def gap(hour: int) -> Batch | None:
        if hour != 2:
            return None
        return Batch(gaps=(Gap(firm.now - HOUR, firm.now, "lost"),))

    assert frozen(firm, gap) == 6


def test_a_poll_that_failed_ends_no_silence_and_a_post_does(firm: Firm) -> None:
    assert frozen(firm, lambda hour: None) == 5

    def silence_after(batch: Batch) -> Subject | None:
        firm.write(lambda desk: firm.house.pipeline.take(desk, "x", batch, firm.now))
        with firm.house.store.read() as desk:
            return desk.open_fault("silent:x")

    told = silence_after(Batch())
    firm.write(lambda desk: desk.fail_source("x", "HTTP 503", firm.now))
    firm.clock.move_to(firm.now + HOUR)
    still = silence_after(Batch())
    assert told is not None
    assert still is not None
    assert still.number == told.number, "it is not told anew"
    assert silence_after(Batch((observed(999, "jo", firm.now, words="@Acme hello"),))) is None


def test_a_start_ends_no_silence(firm: Firm) -> None:
    assert frozen(firm, lambda hour: None) == 5
    firm.clock.move_to(firm.now + MINUTE)
    firm.write(lambda desk: firm.house.pipeline.was_down(desk, firm.now))
    with firm.house.store.read() as desk:
        assert desk.rhythm("x").too_long(firm.now) is not None
        assert desk.open_fault("silent:x") is not None


def test_time_in_which_one_listing_was_deaf_teaches_nothing_of_what_is_usual(firm: Firm) -> None:
    firm.write(lambda desk: desk.start_source("x", firm.now))
    since = firm.now
    firm.write(lambda desk: desk.fail_source("x", "HTTP 403", since, listing="talk"))
    firm.clock.move_to(firm.now + HOUR)
    for name, outages in (("news", []), ("talk", [(since.timestamp(), firm.now.timestamp())])):
        batch = Batch(listings=(name,))
        firm.write(lambda desk, b=batch: firm.house.pipeline.take(desk, "x", b, firm.now))  # type: ignore[misc]
        with firm.house.store.read() as desk:
            assert firm.house.pipeline._spread(desk, "Acme")._outages == outages


class OfAFile(SourceSettings):
    page_backlog: bool = False


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        pytest.param(SourceSettings(name="test", kind="test"), {"backfill": 1}, id="any source"),
        pytest.param(
            OfAFile(name="test", kind="test"),
            {"backfill": 1, "hint": PAGE_BACKLOG},
            id="one that can let it page",
        ),
    ],
)
def test_what_was_there_before_the_first_start_is_counted_apart_in_the_log(
    firm: Firm, declared: SourceSettings, told: dict[str, object]
) -> None:
    post = observed(1, "jo", NOON - timedelta(days=1), words="@Acme terrible, no reply")
    old = Batch((replace(post, backfill=True),), cursor="after 1")
    with capture_logs() as entries:
        polled_as(firm, declared, Script(old, heard(firm, 2)), 1)
    (fetched, *_) = (one for one in entries if one["event"] == "fetched")
    assert {name: fetched[name] for name in ("backfill", "hint") if name in fetched} == told


def test_a_post_from_after_the_first_start_is_no_backfill_in_the_log(firm: Firm) -> None:
    with capture_logs() as entries:
        polled(firm, Script(heard(firm, 1)))
    (fetched, *_) = (one for one in entries if one["event"] == "fetched")
    assert "backfill" not in fetched
