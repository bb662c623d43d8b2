"""Looking at kept posts again: newer counts, edits, and what was deleted on its platform.

It runs in the source's own thread, after a poll, because a collector is used from one thread only.
A platform that cannot be asked just now delays these looks and nothing else.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from config import spell_duration
from escalation.retry import next_attempt
from listener.budget import Use
from listener.collector import RateLimited, Refreshed, Refreshes, SourceError
from tocsin.log import logger
from tocsin.spending import Spending
from tocsin.store import Unit
from tocsin.store.looks import Look
from tocsin.wiring import House

DEADLINE = 20.0  # seconds for one call, in all
MAX_CALLS = 10  # after one poll, so that new posts never wait long for old ones
BLIND_AFTER = timedelta(hours=12)  # failing this long, deletions may go unheeded for a day


class Following:
    """Follows up what is kept of one platform, by one source that can.

    platform  as `Post.platform` spells it.
    spending  of the source, where it costs money.
    """

    def __init__(
        self,
        name: str,
        platform: str,
        collector: Refreshes,
        house: House,
        spending: Spending | None = None,
    ) -> None:
        self._name = name
        self._platform = platform
        self._collector = collector
        self._house = house
        self._spending = spending or Spending(name, None, house)
        self._failures = 0
        self._failing_since: datetime | None = None
        self._wait_until: datetime | None = None

    def look(self, is_stopping: Callable[[], bool], calls: int = MAX_CALLS) -> int:
        """Look at what is due; how many posts were asked for. Raises nothing.

        calls  to the platform, at most.
        """
        asked = 0
        for _ in range(calls):
            now = self._house.clock.now()
            if is_stopping() or (self._wait_until is not None and now < self._wait_until):
                break
            try:
                looks = self._some(now)
            except Exception as error:  # noqa: BLE001  a job's edge: the platform, or the store
                self._failed(error)
                break
            asked += len(looks)
            if len(looks) < self._collector.at_once:
                break
        return asked

    def _some(self, now: datetime) -> list[Look]:
        store, collector = self._house.store, self._collector
        looks = store.write(lambda desk: desk.claim_looks(self._platform, now, collector.at_once))
        if looks:
            known = [look.known for look in looks]
            self._spending.note(now)
            found = collector.refresh(known, now=now, deadline=DEADLINE)
            store.write(lambda desk: self._take(desk, looks, found))
        self._recovered()
        return looks

    def _take(self, desk: Unit, looks: list[Look], found: Refreshed) -> None:
        now = self._house.clock.now()
        self._house.pipeline.follow_up(desk, self._name, found.observations, now)
        desk.charge(self._name, Use.FOLLOW_UP, found.dollars, now)
        unknown = set(found.unknown)
        desk.looked([look for look in looks if look.known.id not in unknown], now)

    def _recovered(self) -> None:
        if self._failing_since is not None:
            now = self._house.clock.now()
            self._house.store.write(lambda desk: self._house.engine.mended(desk, self._fault, now))
        self._failures, self._failing_since, self._wait_until = 0, None, None

    def _failed(self, error: Exception) -> None:
        now = self._house.clock.now()
        since = self._failing_since = self._failing_since or now
        self._failures += 1
        later = next_attempt(self._failures, now, self._house.randomness.fraction())
        self._wait_until = max(error.until, later) if isinstance(error, RateLimited) else later
        # Our own errors' texts may be shown; a stranger's may hold anything.
        kind = type(error).__name__
        text = str(error) if isinstance(error, SourceError) else f"unexpected {kind}"
        if self._failures == 1:
            logger().warning("follow-up fails", source=self._name, kind=kind, reason=text)
        if now - since >= BLIND_AFTER:
            waited = spell_duration(BLIND_AFTER)
            detail = (
                f"source {self._name} has not looked at kept posts again for {waited}, so that "
                f"deletions may go unheeded: {text}"
            )
            self._house.store.write(
                lambda desk: self._house.engine.fault(desk, self._fault, detail, now)
            )

    @property
    def _fault(self) -> str:
        return f"follow-up:{self._name}"[:64]
