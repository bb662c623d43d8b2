"""Left alone for hours among faults, the daemon holds no more at the end than at the beginning.

TOCSIN_SOAK_HOURS is how long (6), by a clock that runs TOCSIN_SOAK_SPEED times as fast (60; 1 is
real time). Each source is polled once a minute of that clock.
"""

import os
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import pytest

from tests.properties.soak import DIALECTS_ALL, Report, Sample, soak
from tests.simulator.registry import DIALECTS

HOURS = float(os.environ.get("TOCSIN_SOAK_HOURS", "6"))
SPEED = float(os.environ.get("TOCSIN_SOAK_SPEED", "60"))
PATIENCE = 120.0  # seconds beyond those that it lasts
MORE_MEMORY = 25.0  # MB that the last hour may hold more than the first: each of a dozen
# connections to the growing database comes to have its 2 MB of SQLite's cache
MORE_BLOCKS = 1.10  # times as many as in the first hour; what looks again at posts is loaded later
MORE_DESCRIPTORS = 8  # a request of each source may be under way
MORE_THREADS = 8  # and a stream that is being opened

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="it is read from /proc"),
]


@pytest.fixture(scope="module")
def report() -> Report:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=soak, args=(theirs, HOURS, SPEED))
    process.start()
    try:
        assert ours.poll(3_600 * HOURS / SPEED + PATIENCE), "it did not end"
        report: Report = ours.recv()
    finally:
        process.terminate()
        process.join()
    _tell(report)
    return report


def _hours(report: Report) -> tuple[list[Sample], list[Sample]]:
    """The first hour, without the ten minutes in which everything is loaded, and the last."""
    whole = min(1.0, HOURS / 3)
    first = [one for one in report.samples if whole / 6 <= one.hour < whole]
    last = [one for one in report.samples if one.hour >= HOURS - whole]
    return first, last


def _tell(report: Report) -> None:
    for when, hour in zip(("first", "last"), _hours(report), strict=True):
        memory, descriptors, threads, blocks = _middle(hour)
        print(f"\n{when} hour: {memory:.1f} MB resident, {blocks:,.0f} blocks of Python's,")
        print(f"{descriptors:g} descriptors, {threads:g} threads")
    print(
        f"posts kept: {report.kept}; failures met: {report.failures}; batches: {report.taken[-1]}"
    )


def _middle(samples: list[Sample]) -> tuple[float, float, float, float]:
    reads: tuple[Callable[[Sample], float], ...] = (
        lambda one: one.memory,
        lambda one: one.descriptors,
        lambda one: one.threads,
        lambda one: one.blocks,
    )
    memory, descriptors, threads, blocks = (median(map(read, samples)) for read in reads)
    return memory, descriptors, threads, blocks


def test_memory_files_and_threads_are_flat(report: Report) -> None:
    first, last = map(_middle, _hours(report))
    assert last[0] <= first[0] + MORE_MEMORY
    assert last[1] <= first[1] + MORE_DESCRIPTORS
    assert last[2] <= first[2] + MORE_THREADS
    assert last[3] <= first[3] * MORE_BLOCKS


def test_every_source_met_faults_and_still_hears_at_the_end(report: Report) -> None:
    assert set(report.failures) == set(DIALECTS_ALL)
    assert all(report.failures.values())
    half, whole = report.taken[len(report.taken) // 2], report.taken[-1]
    assert [name for name in DIALECTS_ALL if whole[name] <= half[name]] == []
    assert set(report.kept) == {DIALECTS[name].platform for name in DIALECTS_ALL}
