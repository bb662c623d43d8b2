"""A backtest tells what the measure would have told, and changes nothing."""

import hashlib
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from listener.spread import Signal, Spread, Voice
from tests.tocsin.past import MONDAY, firm, lived, wrote
from tocsin.demo import playing
from tocsin.rung import Ring, alarms, rings
from tocsin.store.voices import deaf_times, voices
from tocsin.whatif import open_history
from tocsin.whatif.backtest import Alarm, Backtest, Recorded, _match, backtest
from tocsin.whatif.backtest_told import lines, rows

NINETY = timedelta(days=90)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Signal]]:
    """The store of the demo's week, and what the measure told as it was played."""
    told: list[Signal] = []
    heard = Spread.hear

    def hear(self: Spread, voice: Voice, now: float | None = None) -> Signal | None:
        signal = heard(self, voice, now)
        told.extend([signal] if signal else [])
        return signal

    keep = tmp_path_factory.mktemp("backtest") / "demo"
    playing._prepare(keep)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Spread, "hear", hear)
        for _ in playing.play(keep=keep):
            pass
    return keep / playing.DATABASE, told


def run(store: Path, brand: str = "Mokkelby") -> Backtest:
    with open_history(store, NINETY) as history:
        return backtest(history, brand)


def test_it_tells_just_what_was_told_when_the_posts_came(
    demo: tuple[Path, list[Signal]],
) -> None:
    store, told = demo
    with open_history(store, NINETY) as history:
        said = voices(history.connection, "Mokkelby", history.since, history.until)
        rung = list(rings((one.voice for one in said), (), "Mokkelby", "normal"))
    # One of its posts was erased since: how many followers its author had is not known any more.
    signals = [replace(ring.signal, reach=None) for ring in rung if ring.signal.level != "clear"]
    assert signals == [replace(signal, reach=None) for signal in told]
    assert len(signals) >= 3
    assert [ring.signal.level for ring in rung][-1] == "clear"


def test_each_sensitivity_says_when_with_the_incident_on_record(
    demo: tuple[Path, list[Signal]],
) -> None:
    found = run(demo[0])
    assert [one.sensitivity for one in found.outcomes] == ["calm", "normal", "keen"]
    calm, normal, keen = (one.alarms[0].ring for one in found.outcomes)
    assert keen.at < normal.at < calm.at
    assert keen.signal.people < normal.signal.people < calm.signal.people
    assert all(one.alarms[0].incident == 1 and not one.missed for one in found.outcomes)
    assert all(one.a_week == pytest.approx(1.0, abs=0.1) for one in found.outcomes)


def test_the_store_is_left_as_it_was(demo: tuple[Path, list[Signal]]) -> None:
    before = hashlib.sha256(demo[0].read_bytes()).hexdigest()
    run(demo[0])
    assert hashlib.sha256(demo[0].read_bytes()).hexdigest() == before


def test_it_is_said_in_lines_and_in_rows(demo: tuple[Path, list[Signal]]) -> None:
    found = run(demo[0])
    told = "\n".join(lines(found))
    assert "On record: incident 1 of 2026-11-14 07:49 (storm)" in told
    assert "normal: 1 alarm" in told
    assert "incident 1: Mokkelby: 6 unhappy people in 64 min" in told
    assert f"erased: {found.erased} post" in told
    row = rows(found)
    assert [one["sensitivity"] for one in row["sensitivities"]] == ["calm", "normal", "keen"]
    assert row["sensitivities"][1]["alarms"][0]["incident"] == 1
    assert row["incidents"][0]["number"] == 1


def test_a_quiet_past_rings_nothing_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    store = lived(tmp_path / "quiet.db", [wrote(1), wrote(2, "bo", at=MONDAY + HOUR)])
    found = run(store, firm().brands[0].name)
    assert found.posts == 2
    assert not any(one.alarms for one in found.outcomes)
    assert "no incident" in "\n".join(lines(found))
    assert "deaf: no such time is noted" in "\n".join(lines(found))


def test_a_brand_nobody_wrote_about_has_an_empty_past(tmp_path: Path) -> None:
    found = run(lived(tmp_path / "store.db", [wrote(1)]), "Other")
    assert (found.posts, found.deaf) == (0, timedelta(0))
    assert list(lines(found))


def test_time_in_which_a_source_was_deaf_is_counted_once(tmp_path: Path) -> None:
    store = lived(tmp_path / "store.db", [wrote(1), wrote(2, at=MONDAY + 5 * HOUR)])
    with sqlite3.connect(store) as writing:
        for start, end in ((1, 3), (2, 4)):
            since, until = (round((MONDAY + n * HOUR).timestamp() * 1000) for n in (start, end))
            writing.execute(
                "insert into gaps (source, since, until, reason, noted_at) values ('x',?,?,'',0)",
                (since, until),
            )
    writing.close()
    found = run(store, "Acme")
    assert found.deaf == 3 * HOUR
    assert "deaf: a source was not heard for 3 h" in "\n".join(lines(found))
    with open_history(store, NINETY) as history:
        assert len(deaf_times(history.connection, history.since, history.until)) == 1


def storm(at: datetime) -> Ring:
    return Ring(at, Signal("storm", 9, 30, 0.5, 0.9, 0.1, 20.0), "a storm")


def test_storms_within_six_hours_are_one_alarm() -> None:
    times = [MONDAY, MONDAY + 5 * HOUR, MONDAY + 10 * HOUR, MONDAY + 17 * HOUR]
    assert [ring.at for ring in alarms(map(storm, times))] == [times[0], times[3]]


def test_a_watch_pages_nobody() -> None:
    ring = storm(MONDAY)
    watch = replace(ring, signal=replace(ring.signal, level="watch"))
    assert alarms([watch]) == []


@pytest.mark.parametrize(
    ("at", "number"),
    [
        pytest.param(MONDAY, 1, id="while it was open"),
        pytest.param(MONDAY - 5 * HOUR, 1, id="a person declared it later"),
        pytest.param(MONDAY - 7 * HOUR, None, id="long before"),
        pytest.param(MONDAY + 20 * HOUR, 2, id="the nearer of two"),
        pytest.param(MONDAY + 60 * HOUR, None, id="long after"),
    ],
)
def test_an_alarm_matches_the_incident_of_its_time(at: datetime, number: int | None) -> None:
    recorded = (
        Recorded(1, MONDAY, MONDAY + 15 * HOUR, declared=True, storm=True),
        Recorded(2, MONDAY + 21 * HOUR, None, declared=False, storm=True),
    )
    assert _match(at, recorded) == number


def test_a_recorded_storm_that_nothing_would_have_rung_for_is_missed(
    demo: tuple[Path, list[Signal]],
) -> None:
    found = run(demo[0])
    quiet = replace(found.outcomes[0], alarms=(), missed=found.recorded)
    assert "not rung for incident 1" in "\n".join(lines(replace(found, outcomes=(quiet,))))
    stray = replace(found.outcomes[0], alarms=(Alarm(storm(MONDAY), None),))
    assert "on no record: a storm" in "\n".join(lines(replace(found, outcomes=(stray,))))
