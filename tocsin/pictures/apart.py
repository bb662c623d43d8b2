"""Making a picture in a process of its own: what gathers it reads weeks of posts, and what draws
it holds Python's lock, up to some seconds; a page that is due meanwhile would wait for either. It
also takes its memory with it.
"""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tocsin.pictures.making import Made, Order, make

MADE_WITHIN = 15.0  # seconds, gathering included; it takes some two
LOOK_EVERY = 0.2  # seconds between two looks whether the daemon is to end
PATIENT = 10  # added to its niceness: whatever else the machine does is more urgent
_ROOT = Path(__file__).parents[2]


def made_apart(
    order: Order,
    is_stopping: Callable[[], bool] = lambda: False,
    seconds: float = MADE_WITHIN,
) -> Made | None:
    """The picture; None where it cannot be made, or not within so many seconds, or not before the
    daemon is to end."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
    try:
        child = subprocess.Popen(  # noqa: S603  this interpreter and this module
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
    except OSError:
        return None
    with child:
        try:
            return _answer(child, pickle.dumps((order, seconds)), is_stopping, seconds)
        finally:
            child.kill()  # where it has ended, nothing


def _answer(
    child: "subprocess.Popen[bytes]", asked: bytes, is_stopping: Callable[[], bool], seconds: float
) -> Made | None:
    until, rest = time.monotonic() + seconds, asked or None
    while not is_stopping() and (left := until - time.monotonic()) > 0:
        try:
            answer, _ = child.communicate(rest, timeout=min(left, LOOK_EVERY))
        except subprocess.TimeoutExpired:
            rest = None  # it is fed already, or goes on to be
            continue
        return _read(answer) if child.returncode == 0 else None
    return None


def _read(answer: bytes) -> Made | None:
    try:
        made = pickle.loads(answer)  # noqa: S301  from the process that we started
    except Exception:  # noqa: BLE001  pickle raises many; whatever it is, it is no picture
        return None
    return made if isinstance(made, Made) else None


def main() -> None:
    """The other process: an order comes in, a picture goes out."""
    os.nice(PATIENT)
    order, seconds = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  from who started us
    # Its own end, where who started it has ended before.
    signal.setitimer(signal.ITIMER_REAL, seconds)
    sys.stdout.buffer.write(pickle.dumps(make(order)))


if __name__ == "__main__":
    main()
