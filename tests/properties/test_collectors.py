"""Whatever a platform and the network do, once they behave again every promise of a source holds.

A failure prints its script; `TOCSIN_SCRIPT` replays one, see tests/simulator/README.md.
"""

import os
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from tests.simulator.dialect import Dialect
from tests.simulator.faults import Fault
from tests.simulator.house import Listener
from tests.simulator.promises import check_promises
from tests.simulator.registry import DIALECTS
from tests.simulator.script import Script, Step, scripts
from tests.simulator.server import Platform

FEW = 100  # scripts of each dialect in the normal suite, fewer of those that are slow
PROVED = 1_000  # of each dialect, in the slow proofs
PATIENCE = 10.0  # seconds; half of a fetch's deadline, and only a failing test waits so long
CALM = Script((Step(), *[Step(wait=120, posts=2), Step(wait=600, posts=3), Step()] * 4))
CALM_POSTS = 20
STEADY = Script((Step(), *[Step(posts=6)] * 20))  # more than a page within the search's lag


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with Platform() as platform:
        yield platform


def play(platform: Platform, dialect: Dialect, script: Script) -> None:
    listener = Listener(platform, dialect, script)
    try:
        listener.run()
        check_promises(listener)
    finally:
        listener.close()


def hold(platform: Platform, dialect: Dialect, runs: int) -> None:
    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(scripts(dialect.bounds.faults))
    def run(script: Script) -> None:
        play(platform, dialect, script)

    run()


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_nothing_is_lost_in_silence_kept_twice_or_paid_too_dearly(
    platform: Platform, name: str
) -> None:
    dialect = DIALECTS[name]()
    asked = os.environ.get("TOCSIN_RUNS")
    hold(platform, dialect, int(asked) if asked else FEW // dialect.bounds.slower)


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_nothing_is_lost_in_a_thousand_scripts(platform: Platform, name: str) -> None:
    hold(platform, DIALECTS[name](), PROVED)


@pytest.mark.skipif("TOCSIN_SCRIPT" not in os.environ, reason="no script in TOCSIN_SCRIPT")
@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_script_that_failed_is_replayed(platform: Platform, name: str) -> None:
    written = re.sub(r"<Fault\.(\w+): [^>]*>", r"Fault.\1", os.environ["TOCSIN_SCRIPT"])
    script = eval(written, {"Script": Script, "Step": Step, "Fault": Fault})
    play(platform, DIALECTS[name](), script)


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_hanging_platform_does_not_keep_the_house_from_stopping(
    platform: Platform, name: str
) -> None:
    listener = Listener(platform, DIALECTS[name](), Script(()))
    listener.stage.faults = [Fault.HANG] * 9
    try:
        listener.worker.start()
        assert listener.stage.stuck.wait(PATIENCE), "it was never asked"
        listener.worker.stop()
        assert listener.worker.join(PATIENCE), "it goes on until its deadline"
    finally:
        listener.close()


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_calm_platform_is_heard_whole_and_no_gap_is_made_up(
    platform: Platform, name: str
) -> None:
    listener = Listener(platform, DIALECTS[name](), CALM)
    try:
        listener.run()
        check_promises(listener)
        assert listener.gaps() == []
        assert len([row for row in listener.rows() if row.text]) == CALM_POSTS
        assert listener.state.failing_since is None
    finally:
        listener.close()


def test_what_a_lagging_search_shows_after_newer_posts_is_heard(platform: Platform) -> None:
    play(platform, DIALECTS["reddit"](), STEADY)
