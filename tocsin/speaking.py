"""Speaks on one channel as long as the daemon runs: sends what is due as soon as it is due.

Woken when what leaves the house has changed, it looks at once; else when the next message is due,
and now and then. What it takes is sent by a few threads at the same time, to one address each: a
call that takes long holds up neither another channel nor another address, and nothing that goes to
one address overtakes what went there before.
"""

import threading
import time

from escalation.channel import Capabilities
from listener.pool import Pool
from tocsin.log import logger
from tocsin.ready import Ready, Unready
from tocsin.traffic import Passage, Traffic
from tocsin.wiring import House

LOOK_EVERY = 1.0  # seconds, where nothing wakes it
GATHER = 0.02  # seconds after being woken: what commits together is sent together


class Speaking:
    """A thread that takes what leaves on one channel, and the threads that send it.

    can  of the channel: how many messages at once, and how far apart to one address.
    """

    def __init__(self, channel: str, house: House, can: Capabilities) -> None:
        self.channel = channel
        self._house = house
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._gathers = False
        self._failing = ""
        self._traffic = Traffic(can, self._woken.set)
        self._senders = Pool(can.at_once, f"sends {channel}")
        self._thread = threading.Thread(target=self._run, name=f"speaks {channel}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something may be due now."""
        self._gathers = True
        self._woken.set()

    def stop(self) -> None:
        """Ask it to end after what it is sending. What it took and has not begun to send is found
        again at the next start."""
        self._stopping.set()
        self._senders.shutdown(wait=False)
        self._woken.set()

    def join(self, timeout: float) -> bool:
        """Wait for its end, and for what is being sent; False where that did not end in time."""
        until = time.monotonic() + timeout
        self._thread.join(timeout)
        return self._traffic.none_is_left(until) and not self._thread.is_alive()

    def _run(self) -> None:
        wait = LOOK_EVERY
        while not self._stopping.is_set():
            if self._woken.wait(wait):
                self._woken.clear()
                if self._gathers:
                    self._gathers = False
                    self._stopping.wait(GATHER)
            if not self._stopping.is_set():
                wait = self._look()

    def _look(self) -> float:
        """Have sent what may leave; returns the seconds until it is worth looking again."""
        house, wait = self._house, LOOK_EVERY
        failed = ""
        try:
            room, busy, soon = self._traffic.room()
            wait = min(wait, soon)
            if room:
                taken = house.delivery.take(self.channel, house.clock.now(), room, busy)
                for one in taken.leaving:
                    self._begin(one)
                if taken.again:
                    wait = 0.0
                elif taken.next_due is not None:
                    left = (taken.next_due - house.clock.now()).total_seconds()
                    # What is overdue waits for what is under way, for another channel, or for one
                    # that rests.
                    wait = min(wait, left) if left > 0 else wait
        except Exception as error:  # noqa: BLE001  a thread's edge: the store fails; health says so
            failed = type(error).__name__
        self._note(failed)
        return wait

    def _begin(self, taken: Ready | Unready) -> None:
        passage = self._traffic.enters((self.channel, taken.parcel.to))
        try:
            self._senders.submit(self._send, taken, passage)
        except RuntimeError:  # it is to end: the next start finds what it took
            passage.ends(was_sent=False)

    def _send(self, taken: Ready | Unready, passage: Passage) -> None:
        was_sent = False
        try:
            now = self._house.clock.now()
            was_sent = self._house.delivery.send_taken(taken, now, passage)
        except Exception as error:  # noqa: BLE001  a thread's edge: it is found stuck, and goes again
            self._note(type(error).__name__)
        finally:
            passage.ends(was_sent=was_sent)

    def _note(self, failed: str) -> None:
        if failed and failed != self._failing and not self._stopping.is_set():
            logger().error("delivery fails", channel=self.channel, kind=failed)
        self._failing = failed
