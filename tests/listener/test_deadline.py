"""A call into a library ends by its deadline, whatever the library does."""

import socket
import threading
import weakref
from collections.abc import Iterator

import pytest

from listener.deadline import MAX_UNFINISHED, within
from listener.wire import DeadlinePassed, Unreachable

SHORT = 0.05


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """An event on which calls hang; let go at the end, so that no thread outlives its test."""
    event = threading.Event()
    yield event
    event.set()


def test_the_answer_is_handed_on() -> None:
    assert within(5, lambda: 17, lane="answers") == 17


def test_an_error_of_the_call_is_handed_on_as_it_is() -> None:
    def fails() -> None:
        raise TimeoutError("the call's own")

    with pytest.raises(TimeoutError, match="the call's own"):
        within(5, fails, lane="errors")


def test_an_error_keeps_nothing_open_that_the_call_has_opened() -> None:
    opened = []

    def fails() -> None:
        line = socket.socket()
        opened.append(weakref.ref(line))
        line.close()
        raise ValueError("and the error knows its frames")

    with pytest.raises(ValueError, match="knows its frames"):
        within(5, fails, lane="frames")
    assert opened[0]() is None


def test_a_call_that_hangs_ends_by_the_deadline_and_is_told_to_stop(stuck: threading.Event) -> None:
    told = []
    with pytest.raises(DeadlinePassed, match=r"hangs: no complete answer within 0\.05 s"):
        within(SHORT, stuck.wait, lane="hangs", end=lambda: told.append("stop"))
    assert told == ["stop"]


def test_a_lane_leaves_only_so_many_calls_behind_and_hinders_no_other(
    stuck: threading.Event,
) -> None:
    for _ in range(MAX_UNFINISHED):
        with pytest.raises(DeadlinePassed):
            within(SHORT, stuck.wait, lane="crowded")
    with pytest.raises(Unreachable, match="earlier calls have not come back"):
        within(SHORT, lambda: 1, lane="crowded")
    assert within(5, lambda: 2, lane="free") == 2


def test_a_lane_that_is_to_take_more_calls_takes_them(stuck: threading.Event) -> None:
    for _ in range(MAX_UNFINISHED + 1):
        with pytest.raises(DeadlinePassed):
            within(SHORT, stuck.wait, lane="wide", most=MAX_UNFINISHED + 1)
    with pytest.raises(Unreachable, match=f"{MAX_UNFINISHED + 1} earlier calls"):
        within(SHORT, lambda: 1, lane="wide", most=MAX_UNFINISHED + 1)


def test_a_lane_is_open_again_once_its_calls_have_come_back() -> None:
    event = threading.Event()
    for _ in range(MAX_UNFINISHED):
        with pytest.raises(DeadlinePassed):
            within(SHORT, event.wait, lane="recovers")
    event.set()
    for thread in threading.enumerate():
        if thread.name == "within recovers":
            thread.join(5)
    assert within(5, lambda: 3, lane="recovers") == 3


def test_a_machine_without_threads_left_is_unreachable_and_nothing_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        for _ in range(MAX_UNFINISHED + 1):
            with pytest.raises(Unreachable, match="no further thread"):
                within(5, lambda: 1, lane="full")
    assert within(5, lambda: 4, lane="full") == 4
