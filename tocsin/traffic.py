"""What of one channel is under way: how many messages at once, and no two to one address."""

import threading
import time
from collections.abc import Callable

from escalation.channel import Capabilities
from tocsin.store.claims import Place

BURST = 3  # messages to one address before they are held apart: platforms that name one a second
# let short bursts pass (Slack's "Rate limits", Telegram's "Bots FAQ"), so that a card that has just
# been posted, and is pressed at once, changes at once
PAUSE = 1.0  # seconds for which a channel that failed is let be, before one message is tried


class Traffic:
    """Keeps count for the one thread that takes messages and the several that send them.

    can     of the channel: how many at once, and how far apart to one address, a burst let be.
    freed   called when there is room again.

    A channel that has failed is tried with one message at a time until it takes one.
    """

    def __init__(
        self,
        can: Capabilities,
        freed: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._can = can
        self._freed = freed
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._under_way: set[Place] = set()
        self._spaced: dict[Place, float] = {}  # when what went to an address is held apart again
        self._pause = 0.0  # until when nothing goes at all
        self._failures = 0
        self._noting = 0  # failures that are not written down yet
        self._at_once = can.at_once

    def room(self) -> tuple[int, set[Place], float]:
        """How many more may leave now, to which addresses none may, and in how many seconds that
        changes by itself."""
        with self._changed:
            now = self._monotonic()
            self._spaced = {place: at for place, at in self._spaced.items() if at > now}
            ahead = now + (BURST - 1) * self._can.min_gap
            rests = {place: at - ahead for place, at in self._spaced.items() if at > ahead}
            busy = self._under_way | rests.keys()
            if self._noting:  # whoever notes it calls `freed` then
                return 0, busy, PAUSE
            if now < self._pause:
                return 0, busy, self._pause - now
            soon = min(rests.values(), default=PAUSE)
            return max(0, self._at_once - len(self._under_way)), busy, soon

    def enters(self, place: Place) -> "Passage":
        """Something leaves for an address."""
        with self._changed:
            self._under_way.add(place)
            return Passage(self, place, self._failures)

    def none_is_left(self, until: float) -> bool:
        """Wait until nothing is under way any more; False where the time came before.

        until  by the monotonic clock.
        """
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._under_way, max(0.0, until - self._monotonic())
            )

    def is_shut(self, failures: int) -> bool:
        with self._changed:
            return self._failures != failures

    def fails(self) -> None:
        with self._changed:
            self._failures += 1
            self._noting += 1
            self._at_once = 1

    def ends(self, place: Place, *, has_failed: bool, was_sent: bool) -> None:
        with self._changed:
            now = self._monotonic()
            self._under_way.discard(place)
            if was_sent and self._can.min_gap:
                self._spaced[place] = max(now, self._spaced.get(place, now)) + self._can.min_gap
            if has_failed:
                self._noting -= 1
                self._pause = now + PAUSE
            elif was_sent:
                self._at_once = self._can.at_once
            self._changed.notify_all()
        self._freed()


class Passage:
    """One message on its way; see `tocsin.delivery.Door`."""

    def __init__(self, traffic: Traffic, place: Place, failures: int) -> None:
        self._traffic = traffic
        self._place = place
        self._failures = failures
        self._has_failed = False

    def is_shut(self) -> bool:
        return self._traffic.is_shut(self._failures)

    def fails(self) -> None:
        self._has_failed = True
        self._traffic.fails()

    def ends(self, *, was_sent: bool) -> None:
        """It is sent and noted, or it is not; another may go to its address."""
        self._traffic.ends(self._place, has_failed=self._has_failed, was_sent=was_sent)
