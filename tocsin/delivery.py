"""Delivery: takes what is due out of the outbox, sends it, and notes the receipt.

A message is marked sent only after its receipt: a crash in between repeats it, marked as a repeat.
Network calls are made outside of any transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from escalation import retry
from escalation.channel import (
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
)
from escalation.desk import Happening
from escalation.engine import Engine
from escalation.record import AGAIN
from escalation.subject import Ref
from tocsin.randomness import Randomness
from tocsin.store import Store, Unit
from tocsin.store.outbox import Parcel, Queued
from tocsin.views import Views

SEND_DEADLINE = 20.0  # seconds for one message, in all


@dataclass(frozen=True, slots=True)
class Ready:
    """A parcel with its words made."""

    parcel: Parcel
    message: Message
    refs: tuple[Ref, ...]  # what its pages are about


class Delivery:
    """Sends messages; one instance may be used by one thread for each channel."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        channels: Mapping[str, Channel],
        randomness: Randomness,
        kill: Callable[[str], None] = lambda point: None,
    ) -> None:
        self._store = store
        self._engine = engine
        self._channels = channels
        self._randomness = randomness
        self._kill = kill
        self._views = Views(engine.rules)

    def send_due(self, now: datetime, channels: Sequence[str] | None = None) -> int:
        """Send everything that is due (on some channels only); returns how many messages left."""
        ready = self._store.write(lambda desk: self._make_ready(desk, now, channels))
        for one in ready:
            self._send(one, now)
        return len(ready)

    def send_one(self, key: str, now: datetime) -> bool:
        """Send one queued message now, whatever else waits; False where it is not queued."""
        ready = self._store.write(lambda desk: self._ready(desk, desk.claim_one(key), now))
        for one in ready:
            self._send(one, now)
        return bool(ready)

    def _make_ready(self, desk: Unit, now: datetime, channels: Sequence[str] | None) -> list[Ready]:
        return self._ready(desk, desk.claim(now, channels), now)

    def _ready(self, desk: Unit, parcels: Sequence[Parcel], now: datetime) -> list[Ready]:
        """Put into words in the transaction of the claim, so that both see the same state."""
        ready = []
        for claimed in parcels:
            parcel = _still_wanted(desk, claimed)
            if not parcel.messages:
                continue
            channel = self._channels.get(parcel.channel)
            if channel is None:
                desk.refuse(parcel, f"there is no channel {parcel.channel} any more", now)
                self._try_elsewhere(desk, parcel, now)
                continue
            refs = self._views.refs(desk, parcel)
            message = self._views.message(desk, parcel, refs, channel.capabilities, now)
            if message is None:
                desk.withdraw(parcel)
            elif not _is_renewal(parcel) or channel.capabilities.update:
                ready.append(Ready(parcel, message, refs))
            else:
                desk.leave_as_it_is(parcel)
        return ready

    def _send(self, ready: Ready, now: datetime) -> None:
        channel = self._channels[ready.parcel.channel]
        self._kill("before send")
        try:
            receipt = _deliver(channel, ready)
        except ChannelUnavailable as error:
            later = error
            self._store.write(lambda desk: self._postpone(desk, ready, later, now))
        except ChannelRefused as error:
            never = error
            self._store.write(lambda desk: self._refused(desk, ready, never, now))
        except Exception as error:  # noqa: BLE001  a job's edge: one channel's bug stops no other page
            bug = ChannelUnavailable(f"unexpected {type(error).__name__}")
            self._store.write(lambda desk: self._postpone(desk, ready, bug, now))
        else:
            self._kill("after send")
            self._store.write(lambda desk: self._sent(desk, ready, receipt, now))

    def _sent(self, desk: Unit, ready: Ready, receipt: Receipt, now: datetime) -> None:
        renewed = _is_renewal(ready.parcel)
        desk.sent(ready.parcel, receipt.ref, now)
        message = ready.message
        event = f"{message.purpose}_updated" if renewed else str(message.purpose)
        rows = ready.parcel.messages
        told = [row.message.ref for row in rows if row.message.purpose is not Purpose.PAGE]
        for ref in (*ready.refs, *told):
            brand, band, step = desk.label(ref)
            desk.tell(
                Happening(
                    at=now,
                    event=event,
                    ref=ref,
                    brand=brand,
                    owner=rows[0].message.person or "",
                    step=step,
                    band=band,
                    channel=rows[0].message.channel,
                    to=rows[0].message.to,
                    text=message.headline,
                )
            )

    # ---------------------------------------------------------------------------- failing
    def _postpone(self, desk: Unit, ready: Ready, error: ChannelUnavailable, now: datetime) -> None:
        row = ready.parcel.messages[0]
        due = retry.next_attempt(
            row.attempts + 1, now, self._randomness.fraction(), error.retry_after
        )
        desk.postpone(ready.parcel, str(error), due, now)
        since = row.failing_since or now
        self._failed(desk, ready.parcel, str(error), now)
        if retry.next_channel_is_due(since, now):
            self._try_elsewhere(desk, ready.parcel, now)

    def _refused(self, desk: Unit, ready: Ready, error: ChannelRefused, now: datetime) -> None:
        desk.refuse(ready.parcel, str(error), now)
        self._failed(desk, ready.parcel, str(error), now)
        self._try_elsewhere(desk, ready.parcel, now)

    def _failed(self, desk: Unit, parcel: Parcel, failure: str, now: datetime) -> None:
        desk.tally(f"channel {parcel.channel}: a message was not taken", now)
        row = parcel.messages[0]
        desk.tell(
            Happening(
                at=now,
                event="not_delivered",
                ref=row.message.ref,
                channel=parcel.channel,
                owner=row.message.person or "",
                text=failure,
            )
        )

    def _try_elsewhere(self, desk: Unit, parcel: Parcel, now: datetime) -> None:
        """Page the person on their next channel too; with none left to try, the case climbs."""
        for row in parcel.messages:
            if row.message.purpose is Purpose.PAGE and row.message.person is not None:
                self._page_elsewhere(desk, row.message.person, row.message.key, now)

    def _page_elsewhere(self, desk: Unit, person: str, key: str, now: datetime) -> None:
        page = desk.outgoing(key)
        states = desk.page_states(page)
        tried = {state.channel for state in states}
        contacts = self._engine.contacts(person)
        spare = next((c for c in contacts if c.channel not in tried), None)
        if spare is not None:
            stem = key.rpartition("|")[0]
            desk.queue(
                replace(
                    page, key=f"{stem}|{spare.channel}", channel=spare.channel, to=spare.to, due=now
                )
            )
            return
        if any(state.is_sent for state in states):
            return
        failing = [state.failing_since for state in states]
        dead = all(state.is_dead for state in states)
        if dead or retry.is_unreachable(failing, now):
            self._engine.unreachable(desk, page.ref, person, now)


def _still_wanted(desk: Unit, parcel: Parcel) -> Parcel:
    """A parcel without the pages that were answered before they could be sent."""
    wanted = tuple(row for row in parcel.messages if _is_wanted(desk, row))
    desk.withdraw(Parcel(tuple(row for row in parcel.messages if row not in wanted)))
    return Parcel(wanted)


def _is_wanted(desk: Unit, queued: Queued) -> bool:
    message = queued.message
    if message.purpose is not Purpose.PAGE or queued.receipt is not None:
        return True
    if message.what == AGAIN:
        return True  # what it speaks of is looked up when it is put into words
    return desk.is_asked(message.ref, message.round, message.person or "")


def _is_renewal(parcel: Parcel) -> bool:
    """Is it shown already, so that it is updated in place?"""
    return parcel.messages[0].receipt is not None


def _deliver(channel: Channel, ready: Ready) -> Receipt:
    shown = ready.parcel.messages[0].receipt
    if shown is not None:
        return channel.update(shown, ready.message, deadline=SEND_DEADLINE)
    return channel.deliver(ready.message, deadline=SEND_DEADLINE)
