"""How often those are answered whom nobody declared: seldom, so that nobody else waits for it."""

import threading
from datetime import datetime, timedelta

EACH = timedelta(hours=1)  # between two answers to the same one
MINUTE = timedelta(minutes=1)
MOST_A_MINUTE = 6  # answers to strangers altogether, on one channel


class Strangers:
    """Who of them was answered, and how many were not. Several threads may use one.

    Only those who were answered within the hour are remembered, so there are never more than
    60 times `MOST_A_MINUTE`, whatever anybody sends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: dict[str, datetime] = {}  # the oldest first
        self._unanswered = 0

    def may_be_answered(self, address: str, now: datetime) -> bool:
        """Is one who wrote or pressed to be answered? It is counted either way."""
        key = address.casefold()
        with self._lock:
            self._forget(now)
            lately = sum(1 for at in self._answered.values() if now - at < MINUTE)
            if key in self._answered or lately >= MOST_A_MINUTE:
                self._unanswered += 1
                return False
            self._answered[key] = now
            return True

    def passes_over(self) -> None:
        """Count one who is not answered, because everybody would read it."""
        with self._lock:
            self._unanswered += 1

    def take_unanswered(self) -> int:
        """How many were not answered since this was asked last."""
        with self._lock:
            counted, self._unanswered = self._unanswered, 0
            return counted

    def _forget(self, now: datetime) -> None:
        while self._answered:
            first, at = next(iter(self._answered.items()))
            if now - at < EACH:
                return
            del self._answered[first]
