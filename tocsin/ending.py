"""The end of a daemon: everything is asked to stop at once, and all of it has one deadline.

What is under way when the time is over is left as it is. It is not known how it went, and so the
next start does it again, marked as a repeat: a message, a poll, a pass. Nothing is done by halves,
for what did not commit did not happen.
"""

import threading
import time
from collections.abc import Callable, Sequence

from tocsin.log import logger

WITHIN = 2.0  # seconds from SIGTERM to the end; a supervisor's patience is longer than that
CLOSING = 0.4  # of them, kept for folding the store's log into its file

Part = tuple[str, Callable[[float], bool]]  # its name, and how its end is waited for


class Ending:
    """Counts the time down, from when it is made."""

    def __init__(
        self, within: float = WITHIN, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._until = monotonic() + within

    def left(self, kept: float = 0.0) -> float:
        """Seconds that are left, beside those that are kept for something else; never below 0."""
        return max(0.0, self._until - kept - self._monotonic())

    def waits_for(self, parts: Sequence[Part]) -> list[str]:
        """Wait for parts that were asked to stop, each as long as there is time; returns the names
        of those that did not end."""
        late = [name for name, ends in parts if not ends(self.left(CLOSING))]
        for name in late:
            logger().warning("did not stop in time", part=name)
        return late

    def does(self, last: Callable[[], object]) -> bool:
        """Do something last, as far as there is time; False where it did not end."""
        return apart(last)(self.left())


def apart(work: Callable[[], object]) -> Callable[[float], bool]:
    """Begin some work in a thread that nobody has to wait for; returns how its end is waited
    for."""
    thread = threading.Thread(target=work, name="ends", daemon=True)
    thread.start()

    def ends(timeout: float) -> bool:
        thread.join(timeout)
        return not thread.is_alive()

    return ends
