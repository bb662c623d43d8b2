"""Speaks on one channel as long as the daemon runs: sends what is due as soon as it is due.

Woken when what leaves the house has changed, it looks at once; else when the next message is due,
and now and then. A send that takes long holds up no other channel.
"""

import threading

from tocsin.log import logger
from tocsin.wiring import House

LOOK_EVERY = 1.0  # seconds, where nothing wakes it
GATHER = 0.02  # seconds after being woken: what commits together is sent together


class Speaking:
    """A thread that delivers on one channel."""

    def __init__(self, channel: str, house: House) -> None:
        self.channel = channel
        self._house = house
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._failing = ""
        self._thread = threading.Thread(target=self._run, name=f"speaks {channel}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something may be due now."""
        self._woken.set()

    def stop(self) -> None:
        """Ask it to end after what it is sending."""
        self._stopping.set()
        self._woken.set()

    def join(self, timeout: float) -> bool:
        """Wait for its end; False where it did not end in time."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        wait = LOOK_EVERY
        while not self._stopping.is_set():
            if self._woken.wait(wait):
                self._woken.clear()
                self._stopping.wait(GATHER)
            if not self._stopping.is_set():
                wait = self._send()

    def _send(self) -> float:
        """Send what is due; returns the seconds until it is worth looking again."""
        house, wait = self._house, LOOK_EVERY
        try:
            house.delivery.send_due(house.clock.now(), [self.channel])
            with house.store.read() as desk:
                due = desk.next_message()
            left = (due - house.clock.now()).total_seconds() if due is not None else wait
            # What is overdue waits for another channel, or for one that rests.
            wait = min(wait, left) if left > 0 else wait
            failed = ""
        except Exception as error:  # noqa: BLE001  a thread's edge: the store fails; health says so
            failed = type(error).__name__
        if failed and failed != self._failing:
            logger().error("delivery fails", channel=self.channel, kind=failed)
        self._failing = failed
        return wait
