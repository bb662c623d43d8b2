"""Delivery: takes what is due out of the outbox, sends it, and notes the receipt.

Little is taken at a time, the most urgent first, and put into words just before it is sent.
A message is marked sent only after its receipt: a crash in between repeats it, marked as a repeat.
Network calls are made outside of any transaction.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config import Contact
from escalation import retry
from escalation.channel import (
    Capabilities,
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
    Stands,
)
from escalation.desk import Happening, Outgoing
from escalation.engine import Engine
from escalation.record import AGAIN
from escalation.subject import Ref
from tocsin import morning, sending, talking
from tocsin.bare import bare, headline_only
from tocsin.messages import Messages
from tocsin.randomness import Randomness
from tocsin.store import Store, Unit
from tocsin.store.parcels import Parcel
from tocsin.taking_back import TakingBack
from tocsin.wanted import still_wanted

SEND_DEADLINE = 20.0  # seconds for one message, in all
STUCK_AFTER = timedelta(seconds=3 * SEND_DEADLINE)  # being sent this long, its receipt was lost
ROUND = 5  # parcels taken at once: what is more urgent and comes meanwhile waits for so many
MAX_ROUNDS = 200  # in one pass
CAN_NOTHING = Capabilities()
MAX_HOLDS = 9  # channels of one person that rest, one after the other


@dataclass(frozen=True, slots=True)
class Ready:
    """A parcel with its words made."""

    parcel: Parcel
    message: Message
    refs: tuple[Ref, ...]  # what its pages are about
    quoted: tuple[int, ...] = ()  # posts whose words it shows
    capabilities: Capabilities = CAN_NOTHING
    is_announced: bool = False  # its headline was taken just now

    @property
    def editable(self) -> bool:
        """Does it show how its subject stands, so that it is to be changed with it?"""
        rings = self.capabilities.pager and self.message.purpose is Purpose.PAGE
        return bool(self.message.token) or rings

    @property
    def follows_itself(self) -> bool:
        """Are its words put into it once its receipt is kept? See `Capabilities.doubles`."""
        message, is_new = self.message, not _is_renewal(self.parcel)
        typed = message.purpose is Purpose.REPLY and message.lines
        quotes = message.verbatim is not None or bool(typed)
        return is_new and quotes and self.capabilities.doubles

    def again(self, now: datetime) -> datetime | None:
        """When it is sent anew although nothing changed; None: only when something does."""
        wait = self.capabilities.again_after
        asks = self.editable and self.message.standing.stands is Stands.ASKED
        return now + timedelta(seconds=wait) if wait and asks else None


class Delivery:
    """Sends messages; one instance may be used by one thread for each channel."""

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
        self._engine = engine
        self._channels = channels
        self._randomness = randomness
        self._kill = kill
        self._clock = clock
        self._messages = Messages(engine)
        self._taking_back = TakingBack(store, engine, SEND_DEADLINE)
        # A pager rings for each page by itself: what joined another there would not be heard.
        self._editing = [
            name
            for name, one in channels.items()
            if one.capabilities.update and not one.capabilities.pager
        ]

    def send_due(self, now: datetime, channels: Sequence[str] | None = None) -> int:
        """Send everything that is due (on some channels only); returns how many messages left.

        A channel that is not available is left alone for the rest of the pass.
        """
        working = [name for name in channels or self._channels if name in self._channels]
        everywhere = channels is None
        taken = self._store.write(lambda desk: self._begin(desk, working, now, everywhere))
        tried = self._send_round(taken, working, now)
        rounds = 1
        while len(taken) == ROUND and working and rounds < MAX_ROUNDS:
            taken = self._take(working, self._time(now))
            tried += self._send_round(taken, working, now)
            rounds += 1
        return tried

    def redirect_unknown(self, now: datetime) -> int:
        """Set aside what is due on channels that are configured no more, and page those people
        elsewhere; returns how many messages."""
        return self._store.write(lambda desk: self._redirect_unknown(desk, now))

    def send_one(self, key: str, now: datetime) -> bool:
        """Send one queued message now, whatever else waits; False where it is not queued."""
        taken = self._store.write(lambda desk: desk.claim_one(key, now))
        return self._send_round(taken, list(self._channels), now) > 0

    def _time(self, now: datetime) -> datetime:
        return now if self._clock is None else self._clock()

    def _begin(
        self, desk: Unit, working: Sequence[str], now: datetime, everywhere: bool
    ) -> list[Parcel]:
        """What is stuck goes again, what rests goes elsewhere; then take the first messages."""
        if everywhere:
            self._redirect_unknown(desk, now)
        desk.resume_stuck(now - STUCK_AFTER, working)
        desk.try_turned_away(working, now)
        desk.drop_replies([one for one in working if not self._channels[one].capabilities.thread])
        for parcel in desk.failed_for_long(now):
            self._try_elsewhere(desk, parcel, now)
        for _ in range(MAX_HOLDS):  # what goes elsewhere may come to a channel that rests as well
            held = desk.hold_resting(now, working)
            for until, parcel in held:
                if retry.next_channel_is_due(now, until):
                    self._try_elsewhere(desk, parcel, now)
            if not held:
                break
        return desk.claim(now, working, ROUND, self._editing)

    def _take(self, working: Sequence[str], now: datetime) -> list[Parcel]:
        names = list(working)
        return self._store.write(lambda desk: desk.claim(now, names, ROUND, self._editing))

    def _redirect_unknown(self, desk: Unit, now: datetime) -> int:
        parcels = desk.claim_unknown(list(self._channels), now)
        for parcel in parcels:
            self._set_aside(desk, parcel, now)
        return len(parcels)

    def _set_aside(self, desk: Unit, parcel: Parcel, now: datetime) -> None:
        why = f"there is no channel {parcel.channel} any more"
        if self._taking_back.is_left(desk, parcel, why, now):
            return
        desk.set_aside(parcel, why, now)
        self._try_elsewhere(desk, parcel, now)

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
                ready = self._ready(parcel, at)
                tried += ready is not None
                if ready is not None and not self._send(ready, now):
                    working.remove(parcel.channel)
            except sqlite3.Error:  # the store fails: this one is found stuck, the others go on
                continue
        return tried

    def _put_back(self, parcel: Parcel, now: datetime) -> None:
        attempts = max(1, parcel.messages[0].attempts)
        due = retry.next_attempt(attempts, now, self._randomness.fraction())
        self._store.write(lambda desk: desk.put_back(parcel, due, now))

    # ---------------------------------------------------------------------------- wording
    def _ready(self, parcel: Parcel, now: datetime) -> Ready | None:
        """Put into words what is still wanted; None where nothing is sent."""
        is_long = parcel.messages[0].message.ref.kind in (sending.KIND, morning.KIND)
        if not is_long or parcel.channel not in self._channels:
            return self._store.write(lambda desk: self._make_ready(desk, parcel, now))
        with self._store.read() as desk:  # it reads a week's rows: nobody shall wait for that
            made = self._word(desk, parcel, now)
        return self._store.write(lambda desk: self._worded(desk, parcel, made, now))

    def _make_ready(self, desk: Unit, claimed: Parcel, now: datetime) -> Ready | None:
        parcel = still_wanted(desk, claimed)
        if not parcel.messages:
            return None
        channel = self._channels.get(parcel.channel)
        if channel is None:
            self._set_aside(desk, parcel, now)
            return None
        if _is_renewal(parcel) and not channel.capabilities.update:
            desk.leave_as_it_is(parcel)
            return None
        if self._is_let_be(desk, parcel, now):
            return None
        if not talking.leaves(desk, parcel, channel.capabilities, now):
            return None
        return self._worded(desk, parcel, self._word(desk, parcel, now), now)

    def _is_let_be(self, desk: Unit, parcel: Parcel, now: datetime) -> bool:
        """Does it go to where nothing is taken at present? Then it is not tried there, unless its
        person has nowhere else to be told."""
        why = None if _is_renewal(parcel) else desk.is_turned_away(parcel, now)
        if why is None:
            return False
        pages = [row for row in parcel.messages if row.message.purpose is Purpose.PAGE]
        if any(self._spare(desk, desk.outgoing(row.message.key)) is None for row in pages):
            return False
        desk.set_aside(parcel, why, now)
        self._try_elsewhere(desk, parcel, now)
        return True

    def _word(self, desk: Unit, parcel: Parcel, now: datetime) -> "Ready | str | None":
        """A parcel in words; None: its subject is gone; text: what went wrong in wording it."""
        try:
            refs = self._messages.refs(desk, parcel)
            capabilities = self._channels[parcel.channel].capabilities
            message = self._messages.message(desk, parcel, refs, capabilities, now)
            is_plain = any(row.plain for row in parcel.messages)
            quoted = () if is_plain else self._messages.quoted(desk, parcel, refs)
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001  a job's edge: one message stops no other
            return f"it cannot be put into words: {type(error).__name__}"
        if message is None:
            return None
        return Ready(parcel, message, refs, quoted, capabilities)

    def _worded(
        self, desk: Unit, parcel: Parcel, made: "Ready | str | None", now: datetime
    ) -> Ready | None:
        desk.begins(parcel, now)
        if isinstance(made, str):
            desk.tally("a message could not be put into words", now)
            if not any(row.plain for row in parcel.messages):
                desk.unworded(parcel, made, now + retry.FIRST_WAIT)
                return None
            can = self._channels[parcel.channel].capabilities
            made = Ready(parcel, bare(parcel), _refs(parcel), capabilities=can)
        elif made is None:
            if not _is_renewal(parcel):
                desk.withdraw(parcel)
                return None
            made = Ready(parcel, bare(parcel, settled=True), ())
        desk.note_quoted(parcel, made.quoted)
        return made

    # ---------------------------------------------------------------------------- sending
    def _send(self, ready: Ready, now: datetime) -> bool:
        """Send one message; False where its channel is not available."""
        channel = self._channels[ready.parcel.channel]
        self._kill("before send")
        try:
            if ready.follows_itself:
                ready = self._announce(channel, ready, now)
            receipt = _deliver(channel, ready)
        except ChannelUnavailable as error:
            later, at, tried = error, self._time(now), ready
            self._store.write(lambda desk: self._postpone(desk, tried, later, at))
            return False
        except ChannelRefused as error:
            return self._never(channel, ready, error, self._time(now))
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
        return True

    def _announce(self, channel: Channel, ready: Ready, now: datetime) -> Ready:
        """Send the headline, which rings, and keep its receipt; only then may words stand in it."""
        receipt = channel.deliver(headline_only(ready.message), deadline=SEND_DEADLINE)
        self._kill("after headline")
        at = self._time(now)
        return self._store.write(lambda desk: self._announced(desk, ready, receipt, at))

    def _announced(self, desk: Unit, ready: Ready, receipt: Receipt, now: datetime) -> Ready:
        parcel = desk.announced(ready.parcel, receipt.ref, now)
        desk.taken_again(ready.parcel, now)
        self._tell_sent(desk, ready, now)
        return replace(ready, parcel=parcel, is_announced=True)

    def _never(self, channel: Channel, ready: Ready, error: ChannelRefused, now: datetime) -> bool:
        """It was refused for good: erased words are deleted there; False where the channel is not
        available for that."""
        try:
            was_erased = self._taking_back.take_back(channel, ready.parcel, error, now)
        except ChannelUnavailable as error_then:
            later = error_then
            self._store.write(lambda desk: self._postpone(desk, ready, later, now))
            return False
        if not was_erased:
            self._store.write(lambda desk: self._refused(desk, ready, error, now))
        return True

    def _sent(self, desk: Unit, ready: Ready, receipt: Receipt, now: datetime) -> None:
        renewed = _is_renewal(ready.parcel)
        again = ready.again(now)
        desk.sent(ready.parcel, receipt.ref, now, editable=ready.editable, again=again)
        desk.quotes_only(ready.parcel, ready.quoted)
        if not renewed:
            desk.taken_again(ready.parcel, now)
        elif again is not None or ready.is_announced:
            return  # it was told of before: nobody need hear of that every time
        self._tell_sent(desk, ready, now)

    def _tell_sent(self, desk: Unit, ready: Ready, now: datetime) -> None:
        """Say of each subject that a message spoke of it."""
        renewed = _is_renewal(ready.parcel)
        message = ready.message
        rows = ready.parcel.messages
        joined = {row.message.ref for row in rows if not row.is_renewal}
        told = [row.message.ref for row in rows if row.message.what not in ("page", AGAIN)]
        about = (*ready.refs, *told)  # a message that asks for several is told once for each
        labels = desk.labels(about)
        for ref in about:
            brand, band, step = labels.get(ref, ("", "", None))
            is_new = not renewed or ref in joined
            desk.tell(
                Happening(
                    at=now,
                    event=str(message.purpose) if is_new else f"{message.purpose}_updated",
                    ref=ref,
                    brand=brand,
                    owner=rows[0].message.person or "",
                    step=step,
                    band=band,
                    channel=rows[0].message.channel,
                    to=rows[0].message.to,
                    text=message.headline,
                    message=rows[0].message.key,
                    asks=ref in ready.refs,
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
        known_until = now
        if error.retry_after is not None:
            known_until = retry.next_attempt(1, now, 0.0, error.retry_after)
            desk.rest(ready.parcel.channel, known_until)
        if retry.next_channel_is_due(since, known_until):
            self._try_elsewhere(desk, ready.parcel, now)

    def _refused(self, desk: Unit, ready: Ready, error: ChannelRefused, now: datetime) -> None:
        parcel = ready.parcel
        if _is_renewal(parcel) and not all(row.is_renewal for row in parcel.messages):
            desk.part(parcel, now)
            return
        if not _is_renewal(parcel) and all(row.plain for row in parcel.messages):
            desk.turned_away(parcel, str(error), now)
        desk.refuse(parcel, str(error), now)
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
            if row.is_renewal:  # it has been shown: its person is reached
                continue
            if row.message.purpose is Purpose.PAGE and row.message.person is not None:
                self._page_elsewhere(desk, row.message.person, row.message.key, now)

    def _spare(self, desk: Unit, page: Outgoing) -> Contact | None:
        """Where a page's person was not told of it yet; None: everywhere that they can be."""
        tried = {state.channel for state in desk.page_states(page)}
        contacts = self._engine.contacts_for(page.ref, page.person or "")
        return next(
            (c for c in contacts if c.channel in self._channels and c.channel not in tried), None
        )

    def _page_elsewhere(self, desk: Unit, person: str, key: str, now: datetime) -> None:
        page = desk.outgoing(key)
        spare, states = self._spare(desk, page), desk.page_states(page)
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
        failing = [state.failing_since for state in states if not state.is_dead]
        if retry.is_unreachable(failing, now):
            self._engine.unreachable(desk, page.ref, person, now)


def _is_renewal(parcel: Parcel) -> bool:
    return parcel.messages[0].is_renewal


def _refs(parcel: Parcel) -> tuple[Ref, ...]:
    pages = [row.message for row in parcel.messages if row.message.purpose is Purpose.PAGE]
    return tuple(dict.fromkeys(page.ref for page in pages if page.what != AGAIN))


def _deliver(channel: Channel, ready: Ready) -> Receipt:
    shown = ready.parcel.messages[0].receipt
    if shown is not None:
        return channel.update(shown, ready.message, deadline=SEND_DEADLINE)
    return channel.deliver(ready.message, deadline=SEND_DEADLINE)
