"""What is asked and said over the network: in each sender's order, with turns between senders."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from escalation.channels.turns import Turns

PATIENCE = 8.0  # seconds; only a failing test waits so long


@contextmanager
def busy(turns: Turns) -> Iterator[None]:
    """The one thread is kept until the block ends; then all that waits is done."""
    began, free = threading.Event(), threading.Event()

    def hold() -> None:
        began.set()
        free.wait(PATIENCE)

    assert turns.soon("holds", hold)
    assert began.wait(PATIENCE)
    yield
    free.set()
    turns.finish(PATIENCE)


def test_who_sends_much_waits_behind_who_sends_little() -> None:
    turns, done = Turns("test", at_once=1), []
    with busy(turns):
        for number in range(1_000):
            turns.soon("eve", lambda number=number: done.append(("eve", number)))
        turns.soon("ada", lambda: done.append(("ada", 0)))
    assert done.index(("ada", 0)) == 1, "one errand of another's at most is before it"
    theirs = [number for who, number in done if who == "eve"]
    assert theirs == sorted(theirs)


def test_no_two_errands_of_one_sender_are_done_at_once() -> None:
    turns, at_work, together = Turns("test", at_once=3), [], []

    def errand() -> None:
        at_work.append(1)
        together.append(len(at_work))
        at_work.pop()

    for _ in range(200):
        turns.soon("ada", errand)
    turns.finish(PATIENCE)
    assert together == [1] * 200


def test_what_waits_is_bounded_and_the_greediest_loses_it() -> None:
    turns, done = Turns("test", at_once=1, most=3), []
    with busy(turns):
        assert all(turns.soon("eve", lambda n=n: done.append(n)) for n in range(3))
        assert turns.soon("ada", lambda: done.append("ada"))
        assert turns.soon("ben", lambda: done.append("ben"))
        assert not turns.soon("cyd", lambda: done.append("cyd")), "nobody has more than others"
        assert turns._count == 3
    assert done == [0, "ada", "ben"]


def test_an_errand_that_fails_stops_no_other() -> None:
    turns, done = Turns("test", at_once=1), []
    turns.soon("ada", lambda: done[0])
    turns.soon("ada", lambda: done.append("second"))
    turns.finish(PATIENCE)
    assert done == ["second"]


def test_no_thread_is_left_behind() -> None:
    turns = Turns("test of threads")
    for number in range(50):
        turns.soon(str(number), lambda: None)
    turns.finish(PATIENCE)
    for thread in threading.enumerate():
        if thread.name == "test of threads":
            thread.join(PATIENCE)
    assert turns._threads == 0
