"""A total deadline for calls into libraries that only know a timeout for each single read.

A server that sends one byte a second keeps such a library busy for ever. What runs over is
left behind in a thread of its own, and the number of those is bounded.
"""

import threading
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from listener.wire import DeadlinePassed, Unreachable

MAX_UNFINISHED = 4  # calls of one lane still running, the present one included

Answer = TypeVar("Answer")

_unfinished: Counter[str] = Counter()
_lock = threading.Lock()


def within(
    seconds: float,
    call: Callable[[], Answer],
    *,
    lane: str,
    most: int = MAX_UNFINISHED,
    end: Callable[[], None] = lambda: None,
) -> Answer:
    """Return what `call` returns, or raise what it raises, within `seconds`.

    lane  whose call it is; a lane that has left `most` calls behind, those included that are under
          way, gets no further one until one of them ends, and hinders no other lane.
    end   called when the time is up, to close the call's socket and so end its thread.
    Raises DeadlinePassed when the time is up, Unreachable where no call can be started.
    """
    _enter(lane, most)
    outcome: Future[Answer] = Future()

    def run() -> None:
        try:
            answer = call()
        except BaseException as error:  # noqa: BLE001  handed to the caller, whatever it is
            # Its frames keep the library's sockets open until some later garbage collection.
            traceback.clear_frames(error.__traceback__)
            _leave(lane)
            outcome.set_exception(error)
        else:
            _leave(lane)
            outcome.set_result(answer)

    try:
        threading.Thread(target=run, daemon=True, name=f"within {lane}").start()
    except RuntimeError:
        _leave(lane)
        raise Unreachable(f"{lane}: this machine can start no further thread") from None
    if not wait([outcome], timeout=seconds).done:
        end()
        raise DeadlinePassed(f"{lane}: no complete answer within {seconds:g} s")
    return outcome.result()


def _enter(lane: str, most: int) -> None:
    with _lock:
        if _unfinished[lane] >= most:
            raise Unreachable(f"{lane}: {most} earlier calls have not come back; none is added")
        _unfinished[lane] += 1


def _leave(lane: str) -> None:
    with _lock:
        _unfinished[lane] -= 1
        if not _unfinished[lane]:
            del _unfinished[lane]
