"""Looking at kept posts again: newer counts, edits, and what was deleted on its platform.

It runs in the source's own thread, because a collector is used from one thread only. A platform
that cannot be asked just now delays these looks and nothing else.

Here alone it is decided that a post which is absent counts as deleted: where look-ups are shown to
work, by a post that is alive and asked for along with it, it is at the second look; where nothing
alive can be shown, only once it has been absent for long. See `listener.looking_again.is_gone`.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from config import spell_duration
from escalation.retry import next_attempt
from listener.budget import Use
from listener.collector import (
    Known,
    OutOfBudget,
    RateLimited,
    Refreshed,
    Refreshes,
    SourceError,
)
from listener.decoding import gone
from listener.looking_again import CLAIM, FRESH, is_gone
from listener.mention import Kind, Observation
from tocsin import deafness
from tocsin.log import logger
from tocsin.spending import Spending
from tocsin.store import Unit
from tocsin.store.looks import Follower, Look
from tocsin.wiring import House

DEADLINE = 20.0  # seconds for one call, in all
MAX_CALLS = 10  # after one poll, so that new posts never wait long for old ones
BLIND_AFTER = timedelta(hours=12)  # failing this long, deletions may go unheeded for a day
UNTOLD_AFTER = timedelta(days=1)  # of a post of which nothing is told for so long, an owner is told
COUNT_EVERY = timedelta(minutes=10)  # such posts are counted
JUST_BEFORE = timedelta(minutes=2)  # a look-up that worked says that they work still


class Following:
    """Follows up what one source has heard and is kept.

    platform  as `Post.platform` spells it. What other sources of it have heard is left to them,
              as long as they are there.
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
        self._failed_at: datetime | None = None
        self._wait_until: datetime | None = None
        self._heard: tuple[datetime, Known] | None = None  # the newest that a poll has shown
        self._alive_at: datetime | None = None  # when a look-up last showed something alive
        self._counted_at: datetime | None = None
        self._untold = 0  # posts, when they were last counted
        self._reason = "its platform tells nothing of them"
        self._is_told: bool | None = None  # an owner; None: what an earlier start told is not known
        house.followed.setdefault(platform, set()).add(name)

    def heard(self, observations: Collection[Observation], now: datetime) -> None:
        """What a poll has shown just now: whether that is found tells whether looking up works."""
        shown = [one.post for one in observations if one.kind is not Kind.DELETE]
        newest = max(shown, key=lambda post: post.created_at, default=None)
        if newest is not None and newest.platform == self._platform:
            self._heard = now, Known(newest.id, newest.aliases, newest.url)

    def look(self, is_stopping: Callable[[], bool], calls: int = MAX_CALLS) -> int:
        """Look at what is due; how many posts were asked for. Raises nothing.

        calls  to the platform, at most.
        """
        asked = 0
        for _ in range(calls):
            now = self._house.clock.now()
            if is_stopping() or (self._wait_until is not None and now < self._wait_until):
                break
            looks: list[Look] = []
            try:
                looks += self._claim(now)
                self._ask(looks, now)
            except Exception as error:  # noqa: BLE001  a job's edge: the platform, or the store
                self._failed(error, looks)
                break
            asked += len(looks)
            if len(looks) < self._collector.at_once:
                break
        self._tell_at_last()
        return asked

    # ------------------------------------------------------------------------------ asking
    @property
    def _who(self) -> Follower:
        followed = frozenset(self._house.followed[self._platform])
        return Follower(self._name, self._platform, followed - {self._name})

    def _claim(self, now: datetime) -> list[Look]:
        most, who = self._collector.at_once, self._who
        return self._house.store.write(lambda desk: desk.claim_looks(who, now, most))

    def _ask(self, looks: list[Look], now: datetime) -> None:
        if not looks:
            if self._failed_at is not None and now - self._failed_at > 2 * CLAIM:
                self._recovered()  # what failed would be due again: it is there no longer
            return
        shown, stranger = self._shown(looks, now)
        room = self._collector.at_once - len(stranger)
        asked = [*shown, *looks][:room]
        known = [*stranger, *(look.known for look in asked)]
        self._spending.note(now)
        found = self._collector.refresh(known, now=now, deadline=DEADLINE)
        self._house.store.write(lambda desk: self._take(desk, asked, stranger, found))
        self._spending.tell_looks("not all could be paid" if found.unpaid else "", now)
        self._recovered()

    def _shown(self, looks: list[Look], now: datetime) -> tuple[list[Look], list[Known]]:
        """What ought to be found if looking up works, to be asked for along with what was absent:
        a kept post, and the one that was heard last, which may not be kept."""
        if not any(look.absent_since for look in looks):
            return [], []
        claimed = {look.number for look in looks if not look.is_private}
        who, most = self._who, len(claimed) + 1
        with self._house.store.read() as desk:
            kept = desk.shown_before(who, now, most)
        found = [look for look in kept if look.number not in claimed][:1]
        ids = {look.known.id for look in (*looks, *found)}
        last = [self._heard[1]] if self._heard else []
        return found, [one for one in last if one.id not in ids]

    # ------------------------------------------------------------------------------ taking
    def _take(self, desk: Unit, asked: list[Look], stranger: list[Known], found: Refreshed) -> None:
        now = self._house.clock.now()
        absent = frozenset(found.absent)
        if found.shows or any(one.kind is not Kind.DELETE for one in found.observations):
            self._alive_at = now
        is_proved = self._alive_at is not None and now - self._alive_at <= JUST_BEFORE
        is_refuted = self._heard is not None and (
            self._heard[1].id in absent and now - self._heard[0] <= FRESH
        )
        lost = [
            look for look in asked if look.known.id in absent
            and is_gone(
                look.absent_since, look.absences, now, is_proved=is_proved, is_refuted=is_refuted
            )
        ]  # fmt: skip
        strange = {one.id for one in stranger}
        seen = [one for one in found.observations if one.post.id not in strange]
        seen += [gone(self._platform, look.known.id, now) for look in lost]
        self._house.pipeline.follow_up(desk, self._name, seen, now)
        desk.charge(self._name, Use.FOLLOW_UP, found.dollars, now)
        self._note(desk, asked, found, {look.known.id for look in lost}, now)

    def _note(
        self, desk: Unit, asked: list[Look], found: Refreshed, lost: set[str], now: datetime
    ) -> None:
        """When each is due next; what could not be paid has been put off already."""
        absent, unknown = set(found.absent) - lost, set(found.unknown)
        neither = absent | unknown | set(found.unpaid)
        desk.looked([look for look in asked if look.known.id not in neither], now)
        desk.lacked([look for look in asked if look.known.id in absent], now)
        desk.untold([look for look in asked if look.known.id in unknown], now)
        if lost:
            logger().info("gone on its platform", source=self._name, posts=len(lost))

    # ----------------------------------------------------------------------------- failing
    def _recovered(self) -> None:
        self._failures, self._wait_until = 0, None
        self._failing_since = self._failed_at = None

    def _failed(self, error: Exception, looks: Sequence[Look]) -> None:
        now = self._house.clock.now()
        # Our own errors' texts may be shown; a stranger's may hold anything.
        kind = type(error).__name__
        self._reason = str(error) if isinstance(error, SourceError) else f"unexpected {kind}"
        try:
            if isinstance(error, OutOfBudget):
                self._wait_until = now + CLAIM
                self._spending.tell_looks(self._reason, now)
                return
            self._put_off(error, kind, now)
            self._house.store.write(lambda desk: desk.failed(looks, now))
        except Exception as broken:  # noqa: BLE001  the store itself fails: health says so
            logger().error("cannot write", source=self._name, kind=type(broken).__name__)

    def _put_off(self, error: Exception, kind: str, now: datetime) -> None:
        self._failing_since = self._failing_since or now
        self._failed_at = now
        self._failures += 1
        later = next_attempt(self._failures, now, self._house.randomness.fraction())
        self._wait_until = max(error.until, later) if isinstance(error, RateLimited) else later
        if self._failures == 1:
            logger().warning("follow-up fails", source=self._name, kind=kind, reason=self._reason)

    def _tell_at_last(self) -> None:
        """Tell an owner of what has not been looked at for too long, and that it has again."""
        now = self._house.clock.now()
        try:
            trouble = self._trouble(now)
            if trouble or self._is_told is not False:
                self._house.store.write(lambda desk: self._tell(desk, trouble, now))
                self._is_told = bool(trouble)
        except Exception as broken:  # noqa: BLE001  the store itself fails: health says so
            logger().error("cannot write", source=self._name, kind=type(broken).__name__)

    def _trouble(self, now: datetime) -> str:
        unheeded = f"so that deletions may go unheeded: {self._reason}"
        if self._failing_since is not None and now - self._failing_since >= BLIND_AFTER:
            waited = spell_duration(BLIND_AFTER)
            return f"has not looked at kept posts again for {waited}, {unheeded}"
        if self._counted_at is None or now - self._counted_at >= COUNT_EVERY:
            who, until = self._who, now - UNTOLD_AFTER
            with self._house.store.read() as desk:
                self._untold = desk.count_untold(who, until)
            self._counted_at = now
        waited = spell_duration(UNTOLD_AFTER)
        kept = f"{self._untold} kept posts" if self._untold > 1 else "a kept post"
        return f"was told nothing of {kept} for {waited}, {unheeded}" if self._untold else ""

    def _tell(self, desk: Unit, trouble: str, now: datetime) -> None:
        if trouble:
            what = f"source {self._name} {trouble}"
            deafness.tell(desk, self._house.engine, self._fault, what, now)
        else:
            self._house.engine.mended(desk, self._fault, now)

    @property
    def _fault(self) -> str:
        return follow_up_name(self._name)


def follow_up_name(source: str) -> str:
    """What the fault of a source is about whose kept posts cannot be looked at again."""
    return f"follow-up:{source}"[:64]
