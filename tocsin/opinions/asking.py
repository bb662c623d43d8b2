"""Asks a language model about unsure posts, one after another, in a thread of its own.

Hearing and paging never wait for it: the store holds what is still to be asked, and what is older
than PATIENCE stays unsure and is counted. What an answer does, `Pipeline.raise_up` decides.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from config import Settings
from escalation.retry import next_attempt
from listener.assess import text_of
from listener.complaint import Verdict
from listener.opinion import Discarded, Opinion
from listener.redact import redacted
from tocsin.health import Trouble
from tocsin.log import logger
from tocsin.opinions.server import Server, ServerFails
from tocsin.store import Unit
from tocsin.store.opinions import GIVEN_UP, Waiting
from tocsin.wiring import House

PATIENCE = timedelta(hours=6)  # a post nobody could be asked about by then stays unsure
SWEPT = timedelta(days=2)  # how far behind that is looked, for what a long stop has left
SWEEP_EVERY = timedelta(minutes=10)
IDLE = 5.0  # seconds until it is looked again, where nothing waits
SPENT = 60.0  # the same, where the day's questions are used up
HOPELESS_WAIT = timedelta(minutes=15)  # until a server that somebody must mend is tried again
FAULT_AFTER = timedelta(minutes=10)  # failing this long, it is a fault with an owner
FAULT = "language model"
DISCARDED = "discarded"


def consented(settings: Settings) -> Sequence[str]:
    """The sources whose posts may be shown: public ones; to a remote server, those named."""
    declared = settings.language_model
    if declared is None:
        return ()
    return [
        source.name
        for source in settings.sources
        if source.public and (declared.local or source.name in declared.sources)
    ]


class Asker:
    """Keeps asking until it is told to stop.

    wait  waits so many seconds, or less once it is to stop.
    """

    def __init__(
        self, server: Server, house: House, wait: Callable[[float], object] | None = None
    ) -> None:
        self.trouble = Trouble()
        self._server = server
        self._declared = server.declared
        self._house = house
        self._sources = consented(house.settings)
        self._swept_at: datetime | None = None
        self._stopping = threading.Event()
        self._wait = wait or self._stopping.wait
        self._thread = threading.Thread(target=self._work, name="language model", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop soon: a question under way is ended by closing its socket."""
        self._stopping.set()
        self._server.close()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; True when it has ended."""
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = self.once()
            except Exception as error:  # noqa: BLE001  a job's edge: the store, or a bug of ours
                logger().error("asking the language model failed", kind=type(error).__name__)
                pause = SPENT
            if not self._stopping.is_set():
                self._wait(pause)

    def once(self) -> float:
        """Ask about one post, where one waits. Returns the seconds to wait before the next."""
        if not self._sources:
            return SPENT
        now, store = self._house.clock.now(), self._house.store
        if self._swept_at is None or now - self._swept_at >= SWEEP_EVERY:
            store.write(lambda desk: self._give_up(desk, now))
            self._swept_at = now
        with store.read() as desk:
            spent = desk.questions_on(now.astimezone(UTC).date()) >= self._declared.daily
            waiting = desk.waiting_for_opinion(self._sources, now - PATIENCE, 1)
        if spent:
            return SPENT
        if not waiting:
            return IDLE
        return self._ask(waiting[0], now)

    def _ask(self, one: Waiting, now: datetime) -> float:
        store, model = self._house.store, self._declared.model
        if not self._house.pipeline.may_be_shown(one):
            store.write(lambda desk: desk.leave_out(one, now))
            return 0.0
        shown = redacted(text_of(one.post), one.post.author)
        # Committed before it leaves: whatever happens, it was asked, and counts.
        store.write(lambda desk: desk.keep_question(one, model, now))
        try:
            opinion = self._server.ask(shown, now)
        except Discarded as error:
            reason = f"language model's answer: {error}"
            store.write(lambda desk: self._discard(desk, one, reason, now))
            logger().info("asked the language model", outcome=DISCARDED, reason=str(error))
        except ServerFails as error:
            return self._failed(one, error, now)
        else:
            outcome = store.write(lambda desk: self._answered(desk, one, opinion))
            logger().info("asked the language model", outcome=outcome)
        self._recovered()
        return 60.0 / self._declared.per_minute

    def _answered(self, desk: Unit, one: Waiting, opinion: Opinion) -> str:
        """Only a complaint changes anything. Returns what came of it, for the log."""
        now = self._house.clock.now()
        changed = opinion.verdict is Verdict.COMPLAINT and self._house.pipeline.raise_up(
            desk, one, opinion, self._declared.model, now
        )
        desk.keep_opinion(one, str(opinion.verdict))
        return "raised" if changed else str(opinion.verdict)

    def _discard(self, desk: Unit, one: Waiting, reason: str, now: datetime) -> None:
        desk.keep_opinion(one, DISCARDED)
        desk.tally(reason, now)

    def _give_up(self, desk: Unit, now: datetime) -> None:
        before = now - PATIENCE
        left = desk.give_up_asking(self._sources, before - SWEPT, before, now)
        if left:
            desk.tally(f"language model: {GIVEN_UP}, nobody could be asked in time", now, left)

    # ------------------------------------------------------------------------------ trouble
    def _failed(self, one: Waiting, error: ServerFails, now: datetime) -> float:
        """Note it, and say when it is tried again. A stop of ours is no failure of the server."""
        if self._stopping.is_set():
            return 0.0
        trouble = self.trouble
        if trouble.why != str(error):
            logger().warning("the language model fails", reason=str(error))
        trouble.since, trouble.why = trouble.since or now, str(error)
        trouble.times += 1
        told = error.hopeless or now - trouble.since >= FAULT_AFTER
        self._house.store.write(lambda desk: self._note(desk, one, now, told=told))
        again = next_attempt(trouble.times, now, self._house.randomness.fraction())
        if error.hopeless:
            again = now + HOPELESS_WAIT
        return (max(again, error.until or again) - now).total_seconds()

    def _note(self, desk: Unit, one: Waiting, now: datetime, *, told: bool) -> None:
        desk.fail_question(one)
        if told:
            detail = f"the language model gives no answer: {self.trouble.why}; posts stay unsure"
            self._house.engine.fault(desk, FAULT, detail, now)

    def _recovered(self) -> None:
        if self.trouble.since is None:
            return
        self.trouble = Trouble()
        now = self._house.clock.now()
        self._house.store.write(lambda desk: self._house.engine.mended(desk, FAULT, now))
        logger().info("the language model answers again")
