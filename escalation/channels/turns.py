"""Errands done off the thread that hears: each sender's in their order, senders taking turns."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable

AT_ONCE = 3  # errands that are done at the same time
LAST = 0.5  # seconds that an end waits for what is being said; a listener has one to end
MOST = 1_000  # that wait; of more, the last one is left of whoever has the most waiting

Errand = Callable[[], None]


class Turns:
    """Keeps whoever hears from waiting for what has to be asked or said over the network.

    Its threads begin when there is something to do and end when there is nothing, so there is
    nothing to close. However much one sender sends, another waits for one errand of theirs at most.
    """

    def __init__(self, name: str, *, at_once: int = AT_ONCE, most: int = MOST) -> None:
        self._name = name
        self._at_once = at_once
        self._most = most
        self._lock = threading.Condition()
        self._waiting: dict[str, deque[Errand]] = {}  # by sender; whose turn it is first
        self._count = 0  # of all that wait
        self._busy: set[str] = set()
        self._threads = 0

    def soon(self, sender: str, errand: Errand) -> bool:
        """Do it after what the same sender has waiting; False where too much waits already.

        What an errand raises ends with it: it has its own way of telling what failed.
        """
        with self._lock:
            if not self._makes_room():
                return False
            self._waiting.setdefault(sender, deque()).append(errand)
            self._count += 1
            if self._threads < self._at_once:
                self._threads += 1
                threading.Thread(target=self._run, name=self._name, daemon=True).start()
        return True

    def has(self, sender: str) -> bool:
        """Has somebody something waiting or under way?"""
        with self._lock:
            return sender in self._waiting or sender in self._busy

    def finish(self, seconds: float = LAST) -> None:
        """Wait until nothing is left to be done, at most so long: what is left is still done while
        the process lives."""
        with self._lock:
            self._lock.wait_for(lambda: not self._waiting and not self._busy, seconds)

    def _makes_room(self) -> bool:
        if self._count < self._most:
            return True
        most = max(self._waiting.values(), key=len)
        if len(most) == 1:  # each has no more than others have
            return False
        most.pop()
        self._count -= 1
        return True

    def _run(self) -> None:
        while (found := self._next()) is not None:
            sender, errand = found
            with contextlib.suppress(Exception):  # an answer that fails stops no other
                errand()
            with self._lock:
                self._busy.discard(sender)
                self._lock.notify_all()

    def _next(self) -> tuple[str, Errand] | None:
        """The next errand of whoever waits longest and has none under way; None: this thread is
        not needed."""
        with self._lock:
            sender = next((one for one in self._waiting if one not in self._busy), None)
            if sender is None:
                self._threads -= 1
                return None
            theirs = self._waiting.pop(sender)
            errand = theirs.popleft()
            self._count -= 1
            if theirs:
                self._waiting[sender] = theirs  # behind all others
            self._busy.add(sender)
            return sender, errand
