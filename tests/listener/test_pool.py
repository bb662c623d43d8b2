"""A pool: as many at once as it has threads, and nobody waits for them who does not want to."""

import subprocess
import sys
import threading

import pytest

from listener.pool import Pool

PATIENCE = 20.0  # seconds; only a failing test waits so long


def test_jobs_are_done_at_the_same_time_and_no_more_than_so_many() -> None:
    pool = Pool(3, "tests")
    meeting = threading.Barrier(3)
    begun: list[int] = []
    hold = threading.Event()

    def meet(number: int) -> int:
        begun.append(number)
        if number < 3:
            meeting.wait(PATIENCE)
            assert hold.wait(PATIENCE)
        return number

    coming = [pool.submit(meet, number) for number in range(5)]
    meeting_is_over = threading.Event()
    threading.Thread(target=lambda: (hold.set(), meeting_is_over.set()), daemon=True).start()
    assert [one.result(PATIENCE) for one in coming] == [0, 1, 2, 3, 4]
    pool.shutdown()
    assert sorted(begun[:3]) == [0, 1, 2], "the fourth waits until one is done"


def test_what_a_job_raises_reaches_who_asked_and_ends_no_thread() -> None:
    pool = Pool(1, "tests")
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(PATIENCE)
    assert pool.submit(lambda: 2).result(PATIENCE) == 2
    pool.shutdown()


def test_what_waits_is_cancelled_where_that_is_asked_for() -> None:
    pool = Pool(1, "tests")
    begun, hold = threading.Event(), threading.Event()

    def wait() -> str:
        begun.set()
        assert hold.wait(PATIENCE)
        return "done"

    running = pool.submit(wait)
    assert begun.wait(PATIENCE)
    waiting = pool.submit(lambda: "never")
    pool.shutdown(wait=False, cancel_futures=True)
    assert waiting.cancelled()
    with pytest.raises(RuntimeError):
        pool.submit(lambda: "too late")
    hold.set()
    assert running.result(PATIENCE) == "done"


def test_a_program_ends_though_a_job_does_not() -> None:
    program = (
        "import threading; from listener.pool import Pool\n"
        "pool = Pool(1, 'tests'); begun = threading.Event()\n"
        "pool.submit(lambda: (begun.set(), threading.Event().wait()))\n"
        "begun.wait(); print('over')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "over\n")
