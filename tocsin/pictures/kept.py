"""Pictures that were made, kept in memory until their messages have left. After a restart there
are none.
"""

import threading

from tocsin.pictures.making import Made

MOST = 32  # pictures, of up to 100 kB each


class Kept:
    """The newest pictures by their keys, and which could not be made. Any thread may use one."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._made: dict[str, Made | None] = {}
        self._lock = threading.Lock()

    def __contains__(self, key: str) -> bool:
        """Was this one tried?"""
        with self._lock:
            return key in self._made

    def of(self, key: str) -> Made | None:
        """A picture; None where it could not be made, or is gone."""
        with self._lock:
            return self._made.get(key)

    def keep(self, key: str, made: Made | None) -> None:
        """Keep one, and let go of the oldest where there are too many. None: it is not to be
        tried again."""
        with self._lock:
            self._made[key] = made
            while len(self._made) > self._most:
                del self._made[next(iter(self._made))]

    def clear(self) -> None:
        """Forget all of them, as a restart does."""
        with self._lock:
            self._made.clear()
