"""One script on the stage: what the platform shows, which faults wait, what was asked and paid."""

import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from tests.simulator.dialect import Dialect, Request
from tests.simulator.faults import SLOW, Answer, Fault, refusal
from tests.simulator.timeline import Timeline

RESET = struct.pack("ii", 1, 0)  # linger of no time: closing sends a reset
LOOK = 0.005  # seconds between two looks at the virtual clock
LOOKS = 400


class Stage:
    """What the platform shows just now, and what it was asked. One script a stage.

    now  by the platform's own clock.
    """

    def __init__(self, dialect: Dialect, timeline: Timeline, now: Callable[[], datetime]) -> None:
        self.dialect = dialect
        self.timeline = timeline
        self.now = now
        self.faults: list[Fault] = []
        self.met: list[Fault] = []
        self.asked: list[Request] = []
        self.dollars: Counter[date] = Counter()  # by day of UTC
        self._charged: set[tuple[date, str]] = set()
        self.over = threading.Event()  # ends what hangs
        self.stuck = threading.Event()  # something hangs
        self.streams = 0  # that are open
        self.sent_until: datetime | None = None  # what was written until then has been sent
        self.last_sent: datetime | None = None  # the time of the last thing that was sent
        self._lock = threading.Lock()

    @property
    def is_slow(self) -> bool:
        """A fault is waiting that is over only when the client gives up."""
        return not SLOW.isdisjoint(self.faults)

    def let_go(self) -> None:
        """End what hangs, and be ready to hang again."""
        self.over.set()
        self.over, self.stuck = threading.Event(), threading.Event()

    def meet(self, request: Request) -> Request:
        """Note a request, with the fault that it meets."""
        with self._lock:
            fault = self.faults.pop(0) if self.faults else None
            if fault:
                self.met.append(fault)
            self.asked.append(replace(request, fault=fault))
            return self.asked[-1]

    def answer(self, request: Request) -> Answer:
        """What is sent, before the transport spoils it."""
        refused = refusal(request.fault, self.now()) if request.fault else None
        answer = refused or self.dialect.answer(request, self.timeline, self.now())
        self.charge(answer.charged)
        return answer

    def charge(self, charged: Mapping[str, float]) -> None:
        """Charge for what was sent, each thing once on a day."""
        day = self.now().date()
        with self._lock:
            for thing, price in charged.items():
                if (day, thing) not in self._charged:
                    self._charged.add((day, thing))
                    self.dollars[day] += price  # type: ignore[assignment]

    @contextmanager
    def streaming(self) -> Iterator[None]:
        """Note that a stream is open."""
        with self._lock:
            self.streams += 1
        try:
            yield
        finally:
            with self._lock:
                self.streams -= 1

    def wait_until_sent(self) -> None:
        """Until the open stream has been sent everything that there is by now, or is over."""
        for _ in range(LOOKS):
            if not self.streams or (self.sent_until and self.sent_until >= self.now()):
                return
            self.over.wait(LOOK)
