"""Discord wants the first word on a press within three seconds: said in time, whatever comes."""

import contextlib
import threading
from collections.abc import Callable

from escalation.channel import ChannelRefused, ChannelUnavailable

PATIENCE = 1.5  # seconds; the way to Discord takes some of the three


class Deferred:
    """Says that an answer will come, unless it is there first."""

    def __init__(self, say: Callable[[], None]) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._is_said = False
        self._is_over = False
        self._timer = threading.Timer(PATIENCE, self._run)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> bool:
        """The answer is there; returns whether it was said that it would come."""
        self._timer.cancel()
        with self._lock:
            self._is_over = True
            return self._is_said

    def _run(self) -> None:
        with self._lock:
            if self._is_over:
                return
            with contextlib.suppress(ChannelRefused, ChannelUnavailable):
                self._say()
                self._is_said = True
