"""A parcel made ready to leave: what of it is still wanted, in the words of this moment."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalation import retry
from escalation.channel import Capabilities, Channel, Message, Pager, Purpose, Stands
from escalation.engine import Engine
from escalation.record import AGAIN
from escalation.subject import Ref
from tocsin import morning, sending, talking
from tocsin.bare import bare
from tocsin.elsewhere import Elsewhere
from tocsin.messages import Messages
from tocsin.store import Store, Unit
from tocsin.store.parcels import Parcel
from tocsin.wanted import still_wanted

CAN_NOTHING = Capabilities()


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
        message, is_new = self.message, not self.parcel.is_renewal
        typed = message.purpose is Purpose.REPLY and message.lines
        quotes = message.verbatim is not None or bool(typed)
        return is_new and quotes and self.capabilities.doubles

    def again(self, now: datetime) -> datetime | None:
        """When it is sent anew although nothing changed; None: only when something does."""
        wait = self.capabilities.again_after
        asks = self.editable and self.message.standing.stands is Stands.ASKED
        return now + timedelta(seconds=wait) if wait and asks else None


@dataclass(frozen=True, slots=True)
class Unready:
    """A parcel whose words are still to be made."""

    parcel: Parcel


class Preparing:
    """Makes parcels ready, each in a transaction of its own."""

    def __init__(
        self, store: Store, engine: Engine, channels: Mapping[str, Channel], elsewhere: Elsewhere
    ) -> None:
        self._store = store
        self._channels = channels
        self._elsewhere = elsewhere
        self._messages = Messages(engine)

    def at_once(self, desk: Unit, parcel: Parcel, now: datetime) -> Ready | Unready | None:
        """Put into words what is still wanted, as it is taken; None where nothing is sent.

        `Unready` is what takes longer, or cannot be done: `ready` does it, or fails, by itself.
        """
        if self._is_long(parcel):
            return Unready(parcel)
        try:
            return self._make_ready(desk, parcel, now)
        except sqlite3.Error:
            raise
        except Exception:  # noqa: BLE001  a job's edge: what is taken with it leaves
            return Unready(parcel)

    def ready(self, parcel: Parcel, now: datetime) -> Ready | None:
        """Put into words what is still wanted; None where nothing is sent."""
        if not self._is_long(parcel):
            return self._store.write(lambda desk: self._make_ready(desk, parcel, now))
        with self._store.read() as desk:  # it reads a week's rows: nobody shall wait for that
            made = self._word(desk, parcel, now)
        return self._store.write(lambda desk: self._worded(desk, parcel, made, now))

    def _is_long(self, parcel: Parcel) -> bool:
        kind = parcel.messages[0].message.ref.kind
        return kind in (sending.KIND, morning.KIND) and parcel.channel in self._channels

    def _make_ready(self, desk: Unit, claimed: Parcel, now: datetime) -> Ready | None:
        parcel = still_wanted(desk, claimed, now)
        if not parcel.messages:
            return None
        channel = self._channels.get(parcel.channel)
        if channel is None:
            gone = f"there is no channel {parcel.channel} any more"
            self._elsewhere.set_aside(desk, parcel, gone, now)
            return None
        if parcel.is_unknown and not isinstance(channel, Pager):
            desk.withdraw(parcel)
            return None
        if parcel.is_renewal and not channel.capabilities.update:
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
        why = None if parcel.is_renewal else desk.is_turned_away(parcel, now)
        if why is None:
            return False
        pages = [row for row in parcel.messages if row.message.purpose is Purpose.PAGE]
        spare = self._elsewhere.spare
        if any(spare(desk, desk.outgoing(row.message.key)) is None for row in pages):
            return False
        self._elsewhere.set_aside(desk, parcel, why, now)
        return True

    def _word(self, desk: Unit, parcel: Parcel, now: datetime) -> Ready | str | None:
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
        if is_plain and not parcel.is_renewal:
            # Other words under the same key would be taken for the message that a channel had.
            message = replace(message, key=f"{message.key}|plain")
        return Ready(parcel, message, refs, quoted, capabilities)

    def _worded(
        self, desk: Unit, parcel: Parcel, made: Ready | str | None, now: datetime
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
            if not parcel.is_renewal:
                desk.withdraw(parcel)
                return None
            made = Ready(parcel, bare(parcel, settled=True), ())
        desk.note_quoted(parcel, made.quoted)
        return made


def _refs(parcel: Parcel) -> tuple[Ref, ...]:
    pages = [row.message for row in parcel.messages if row.message.purpose is Purpose.PAGE]
    return tuple(dict.fromkeys(page.ref for page in pages if page.what != AGAIN))
