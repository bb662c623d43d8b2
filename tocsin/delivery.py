"""Delivery: takes what is due out of the outbox, sends it, and notes the receipt.

Little is taken at a time, the most urgent first, and put into words just before it is sent.
A message is marked sent only after its receipt: a crash in between repeats it, marked as a repeat.
Network calls are made outside of any transaction.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from escalation import retry
from escalation.channel import (
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Pager,
    Reacting,
    Receipt,
)
from escalation.engine import Engine
from tocsin.bare import bare, headline_only
from tocsin.elsewhere import Elsewhere
from tocsin.randomness import Randomness
from tocsin.ready import Preparing, Ready, Unready
from tocsin.store import Store, Unit
from tocsin.store.claims import Place
from tocsin.store.parcels import Parcel
from tocsin.taking_back import TakingBack
from tocsin.telling import has_left, was_not_taken

SEND_DEADLINE = 20.0  # seconds for one message, in all
STUCK_AFTER = timedelta(seconds=3 * SEND_DEADLINE)  # being sent this long, its receipt was lost
ROUND = 5  # parcels taken at once: what is more urgent and comes meanwhile waits for so many
MAX_ROUNDS = 200  # in one pass
MAX_HOLDS = 9  # channels of one person that rest, one after the other


@dataclass(frozen=True, slots=True)
class Taken:
    """What may be sent at the same time, and when the next message is due; None: none waits.

    again  something was not wanted any more: there may be room for others.
    """

    leaving: tuple[Ready | Unready, ...]
    next_due: datetime | None
    again: bool


class Door(Protocol):
    """Through which what was taken leaves. Several go through it at the same time."""

    def is_shut(self) -> bool:
        """Has the channel failed meanwhile, so that nothing more goes there? What was taken goes
        back. Asked last just before a message is handed over."""

    def fails(self) -> None:
        """The channel has just failed; this is not noted yet."""


class _Open:
    """The door of who sends one after the other."""

    def is_shut(self) -> bool:
        return False

    def fails(self) -> None:
        """Whoever sends is told by what `send_taken` returns."""


class Delivery:
    """Sends messages. Several threads may use one: parcels that were taken once are sent once, and
    every touch of the store is a transaction of its own."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        channels: Mapping[str, Channel],
        randomness: Randomness,
        kill: Callable[[str], None] = lambda point: None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """clock: asked anew for each message; None: a pass takes no time."""
        self._store = store
        self._channels = channels
        self._randomness = randomness
        self._kill = kill
        self._clock = clock
        self._taking_back = TakingBack(store, engine, SEND_DEADLINE)
        self._elsewhere = Elsewhere(engine, channels, self._taking_back)
        self._preparing = Preparing(store, engine, channels, self._elsewhere)
        # A pager rings for each page by itself: what joined another there would not be heard.
        self._editing = [
            name
            for name, one in channels.items()
            if one.capabilities.update and not one.capabilities.pager
        ]

    def send_due(self, now: datetime, channels: Sequence[str] | None = None) -> int:
        """Send everything that is due (on some channels only), one after the other; returns how
        many messages left.

        A channel that is not available is left alone for the rest of the pass.
        """
        working = [name for name in channels or self._channels if name in self._channels]
        everywhere = channels is None

        def begin(desk: Unit) -> list[Parcel]:
            if everywhere:
                self._elsewhere.redirect_unknown(desk, now)
            self._look_around(desk, working, now)
            return desk.claim(now, working, ROUND, self._editing)

        taken = self._store.write(begin)
        tried = self._send_round(taken, working, now)
        rounds = 1
        while len(taken) == ROUND and working and rounds < MAX_ROUNDS:
            taken = self._take(working, self._time(now))
            tried += self._send_round(taken, working, now)
            rounds += 1
        return tried

    def take(self, channel: str, now: datetime, at_most: int, busy: Collection[Place]) -> Taken:
        """Take what leaves next on a channel, one parcel for each address but for those that are
        busy: they may be sent at the same time, each by `send_taken`."""

        def work(desk: Unit) -> Taken:
            self._look_around(desk, [channel], now)
            parcels = desk.claim(now, [channel], at_most, self._editing, busy)
            made = [self._preparing.at_once(desk, parcel, now) for parcel in parcels]
            leaving = tuple(one for one in made if one is not None)
            return Taken(leaving, desk.next_message(), again=len(leaving) < len(parcels))

        return self._store.write(work)

    def send_taken(self, taken: Ready | Unready, now: datetime, door: Door) -> bool:
        """Send what was taken; False where nothing was sent, as it is not wanted any more, or
        where the channel is not available."""
        at = self._time(now)
        made = taken if isinstance(taken, Ready) else self._preparing.ready(taken.parcel, at)
        if door.is_shut():
            self._put_back(taken.parcel, at)
            return False
        return made is not None and self._send(made, now, door)

    def redirect_unknown(self, now: datetime) -> int:
        """Set aside what is due on channels that are configured no more, and page those people
        elsewhere; returns how many messages."""
        return self._store.write(lambda desk: self._elsewhere.redirect_unknown(desk, now))

    def send_one(self, key: str, now: datetime) -> bool:
        """Send one queued message now, whatever else waits; False where it is not queued."""
        taken = self._store.write(lambda desk: desk.claim_one(key, now))
        return self._send_round(taken, list(self._channels), now) > 0

    def _time(self, now: datetime) -> datetime:
        return now if self._clock is None else self._clock()

    def _look_around(self, desk: Unit, working: Sequence[str], now: datetime) -> None:
        """What is stuck goes again, what rests goes elsewhere."""
        desk.resume_stuck(now - STUCK_AFTER, working)
        desk.try_turned_away(working, now)
        desk.drop_replies([one for one in working if not self._channels[one].capabilities.thread])
        for parcel in desk.failed_for_long(now):
            self._elsewhere.try_it(desk, parcel, now)
        for _ in range(MAX_HOLDS):  # what goes elsewhere may come to a channel that rests as well
            held = desk.hold_resting(now, working)
            for until, parcel in held:
                if retry.next_channel_is_due(now, until):
                    self._elsewhere.try_it(desk, parcel, now)
            if not held:
                break

    def _take(self, working: Sequence[str], now: datetime) -> list[Parcel]:
        names = list(working)
        return self._store.write(lambda desk: desk.claim(now, names, ROUND, self._editing))

    def _send_round(self, taken: Sequence[Parcel], working: list[str], now: datetime) -> int:
        """Send what was taken; a channel that is not available leaves `working`, and what was
        taken for it goes back. Returns how many were tried."""
        tried = 0
        for parcel in taken:
            at = self._time(now)
            try:
                if parcel.channel not in working and parcel.channel in self._channels:
                    self._put_back(parcel, at)
                    continue
                ready = self._preparing.ready(parcel, at)
                tried += ready is not None
                if ready is not None and not self._send(ready, now, _Open()):
                    working.remove(parcel.channel)
            except sqlite3.Error:  # the store fails: this one is found stuck, the others go on
                continue
        return tried

    def _put_back(self, parcel: Parcel, now: datetime) -> None:
        attempts = max(1, parcel.messages[0].attempts)
        due = retry.next_attempt(attempts, now, self._randomness.fraction())
        self._store.write(lambda desk: desk.put_back(parcel, due, now))

    # ---------------------------------------------------------------------------- sending
    def _send(self, ready: Ready, now: datetime, door: Door) -> bool:
        """Send one message; False where its channel is not available."""
        channel = self._channels[ready.parcel.channel]
        self._kill("before send")
        try:
            if ready.follows_itself:
                ready = self._announce(channel, ready, now)
            receipt = _deliver(channel, ready)
        except ChannelUnavailable as error:
            door.fails()
            later, at, tried = error, self._time(now), ready
            self._store.write(lambda desk: self._unavailable(desk, tried, later, at))
            return False
        except ChannelRefused as error:
            return self._never(channel, ready, error, self._time(now), door)
        except sqlite3.Error:  # its receipt was not kept: no words may follow it
            raise
        except Exception as error:  # noqa: BLE001  a job's edge: one channel's bug stops no other page
            bug, at = ChannelUnavailable(f"unexpected {type(error).__name__}"), self._time(now)
            failed = ready
            self._store.write(lambda desk: self._postpone(desk, failed, bug, at))
        else:
            self._kill("after send")
            at, taken = self._time(now), ready
            self._store.write(lambda desk: self._sent(desk, taken, receipt, at))
            _react(channel, ready, receipt)
        return True

    def _announce(self, channel: Channel, ready: Ready, now: datetime) -> Ready:
        """Send the headline, which rings, and keep its receipt; only then may words stand in it."""
        receipt = channel.deliver(headline_only(ready.message), deadline=SEND_DEADLINE)
        self._kill("after headline")
        at = self._time(now)
        return self._store.write(lambda desk: self._announced(desk, ready, receipt, at))

    def _announced(self, desk: Unit, ready: Ready, receipt: Receipt, now: datetime) -> Ready:
        parcel = desk.announced(ready.parcel, receipt.ref, now)
        desk.shown(row.id for row in ready.parcel.messages)
        desk.taken_again(ready.parcel, now)
        has_left(desk, ready, now, renewed=ready.parcel.is_renewal)
        return replace(ready, parcel=parcel, is_announced=True)

    def _never(
        self, channel: Channel, ready: Ready, error: ChannelRefused, now: datetime, door: Door
    ) -> bool:
        """It was refused for good: erased words are deleted there; False where the channel is not
        available for that."""
        try:
            was_erased = self._taking_back.take_back(channel, ready.parcel, error, now)
        except ChannelUnavailable as error_then:
            door.fails()
            later = error_then
            self._store.write(lambda desk: self._unavailable(desk, ready, later, now))
            return False
        if not was_erased:
            self._store.write(lambda desk: self._refused(desk, ready, error, now))
        return True

    def _sent(self, desk: Unit, ready: Ready, receipt: Receipt, now: datetime) -> None:
        renewed = ready.parcel.is_renewal
        again = ready.again(now)
        desk.sent(ready.parcel, receipt.ref, now, editable=ready.editable, again=again)
        desk.works_again(ready.parcel.channel, now)
        desk.shown(row.id for row in ready.parcel.messages)
        desk.quotes_only(ready.parcel, ready.quoted)
        if not renewed:
            desk.taken_again(ready.parcel, now)
        elif again is not None or ready.is_announced:
            return  # it was told of before: nobody need hear of that every time
        has_left(desk, ready, now, renewed=renewed)

    # ---------------------------------------------------------------------------- failing
    def _unavailable(
        self, desk: Unit, ready: Ready, error: ChannelUnavailable, now: datetime
    ) -> None:
        """Its channel takes nothing, neither this nor what else is due there."""
        self._postpone(desk, ready, error, now)
        desk.fails_with(ready.parcel.channel, now)

    def _postpone(self, desk: Unit, ready: Ready, error: ChannelUnavailable, now: datetime) -> None:
        row = ready.parcel.messages[0]
        due = retry.next_attempt(
            row.attempts + 1, now, self._randomness.fraction(), error.retry_after
        )
        desk.postpone(ready.parcel, str(error), due, now)
        since = row.failing_since or now
        was_not_taken(desk, ready.parcel, str(error), now)
        known_until = now
        if error.retry_after is not None:
            known_until = retry.next_attempt(1, now, 0.0, error.retry_after)
            desk.rest(ready.parcel.channel, known_until)
        if retry.next_channel_is_due(since, known_until):
            self._elsewhere.try_it(desk, ready.parcel, now)

    def _refused(self, desk: Unit, ready: Ready, error: ChannelRefused, now: datetime) -> None:
        parcel = ready.parcel
        if parcel.is_renewal and not all(row.is_renewal for row in parcel.messages):
            desk.part(parcel, now)
            return
        if not parcel.is_renewal and all(row.plain for row in parcel.messages):
            desk.turned_away(parcel, str(error), now)
        desk.refuse(parcel, str(error), now)
        was_not_taken(desk, ready.parcel, str(error), now)
        self._elsewhere.try_it(desk, ready.parcel, now)


def _deliver(channel: Channel, ready: Ready) -> Receipt:
    shown = ready.parcel.messages[0].receipt
    if ready.parcel.is_unknown and isinstance(channel, Pager):
        # By what was asked then: meanwhile it may be asked anew, under another name.
        asked = replace(ready.message.standing, asking=bare(ready.parcel).standing.asking)
        shown = channel.known_as(replace(ready.message, standing=asked))
    if shown is not None:
        return channel.update(shown, ready.message, deadline=SEND_DEADLINE)
    return channel.deliver(ready.message, deadline=SEND_DEADLINE)


def _react(channel: Channel, ready: Ready, receipt: Receipt) -> None:
    """Put reactions under a message that is new; it has been sent, whatever becomes of them."""
    if isinstance(channel, Reacting) and ready.message.buttons and not ready.parcel.is_renewal:
        with contextlib.suppress(Exception):  # one channel's bug stops no other page
            channel.react(receipt.ref, ready.message, deadline=SEND_DEADLINE)
