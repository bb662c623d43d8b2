"""Hears one two-way channel as long as the daemon runs: connects, and connects again when it is
lost. A channel that cannot be heard is a fault, as a source is that has gone deaf."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from escalation import retry
from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.conversation import Answer, Hearing, Incoming
from tocsin.answering import Answering
from tocsin.ears import Ear, Heard
from tocsin.log import logger
from tocsin.randomness import Randomness

DEAF_AFTER = timedelta(minutes=1)
HEARD_AFTER = timedelta(seconds=30)  # listening as long, it is connected, though nobody speaks
REFUSED_WAIT = 300.0  # seconds until a refused channel is tried again: a token may be renewed
SORRY = (
    "Tocsin could not do that just now; nothing was changed. Try again, or use the command line."
)


class Chat:
    """A thread that hears one channel."""

    def __init__(
        self,
        name: str,
        hearing: Hearing,
        answering: Answering,
        now: Callable[[], datetime],
        randomness: Randomness,
    ) -> None:
        self.name = name
        self._hearing = hearing
        self._answering = answering
        self._now = now
        self._randomness = randomness
        self._stopping = threading.Event()
        self._hurried = threading.Event()
        self._lock = threading.Lock()
        self._lost: tuple[datetime, str] | None = None
        self._began: datetime | None = None
        self._has_heard = False  # since it began
        self._thread = threading.Thread(target=self._run, name=f"hears {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end."""
        self._stopping.set()
        self._hurried.set()

    def hurry(self) -> None:
        """What kept it from hearing may be mended: try now, where it waits to try again."""
        self._hurried.set()

    def join(self, timeout: float) -> bool:
        """Wait for its end; False where it did not end in time."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def deaf(self, now: datetime) -> str | None:
        """Why it has not been heard for a minute or longer; None: it is heard."""
        with self._lock:
            lost, began = self._lost, self._began
        if began is not None and now - began >= HEARD_AFTER:
            return None
        return lost[1] if lost is not None and now - lost[0] >= DEAF_AFTER else None

    def heard(self, now: datetime) -> Heard:
        """How it fares, and since when."""
        with self._lock:
            lost, began = self._lost, self._began
        if began is not None and (lost is None or now - began >= HEARD_AFTER):
            is_sure = now - began >= HEARD_AFTER or self._has_heard
            return Heard(Ear.HEARS if is_sure else Ear.CONNECTING, began)
        if lost is not None:
            return Heard(Ear.DEAF, *lost)
        return Heard(Ear.CONNECTING, began)

    def take_unanswered(self) -> int:
        """How many strangers were not answered since this was asked last."""
        return self._answering.strangers.take_unanswered()

    def _run(self) -> None:
        attempts = 0
        while not self._stopping.is_set():
            began = self._now()
            with self._lock:
                self._began, self._has_heard = began, False
            try:
                self._hearing.listen(self._take, self._stopping)
                why, wait = "the connection ended", None
            except ChannelUnavailable as error:
                why, wait = str(error), error.retry_after
            except ChannelRefused as error:
                why, wait = str(error), REFUSED_WAIT
            except Exception as error:  # noqa: BLE001  a thread's edge: one bug deafens no other
                why, wait = f"unexpected {type(error).__name__}", None
            if self._stopping.is_set():
                return
            attempts = 1 if self._now() - began > DEAF_AFTER else attempts + 1
            self._note(why, attempts)
            self._hurried.clear()
            if not self._stopping.is_set():
                self._hurried.wait(wait if wait is not None else self._pause(attempts))

    def _note(self, why: str, attempts: int) -> None:
        now = self._now()
        with self._lock:
            self._began = None
            since = self._lost[0] if self._lost is not None and attempts > 1 else now
            self._lost = (since, why)
        if attempts == 1:
            logger().warning("chat is not heard", channel=self.name, reason=why)

    def _pause(self, attempts: int) -> float:
        now = self._now()
        due = retry.next_attempt(attempts, now, self._randomness.fraction())
        return (due - now).total_seconds()

    def _take(self, incoming: Incoming) -> Answer:
        """Answer one thing; what goes wrong with it is said, and deafens nobody."""
        with self._lock:
            self._lost, self._has_heard = None, True
        try:
            return self._answering.take(incoming)
        except Exception as error:  # noqa: BLE001  one press that fails stops no other
            logger().error("a chat action failed", channel=self.name, kind=type(error).__name__)
            return Answer(SORRY)
