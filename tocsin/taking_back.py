"""Erased words that a channel does not let us change: deleted there, or a person is asked to."""

import re
from datetime import datetime

from escalation.channel import Channel, ChannelRefused, ChannelUnavailable, TakesBack
from escalation.engine import Engine
from tocsin import talking
from tocsin.store import Store, Unit
from tocsin.store.parcels import Parcel
from tocsin.wanted import is_wanted_anew

FAULT = "words:"  # of a channel, by its name
MOST_PLACES = 5  # named in one sentence
_NAMES = " Message: "
_LONGEST = 64  # as the ledger takes a word
_BY_HAND = "what was sent there can be deleted by a person alone"


class TakingBack:
    """Takes back what its channel has refused to change for good."""

    def __init__(self, store: Store, engine: Engine, deadline: float) -> None:
        """deadline: seconds for one deletion."""
        self._store = store
        self._engine = engine
        self._deadline = deadline

    def take_back(
        self, channel: Channel, parcel: Parcel, refusal: ChannelRefused, now: datetime
    ) -> bool:
        """Delete a message whose update was refused in our own plainest words, if it shows words
        that were erased; else ask a person to. False where it shows none.

        Raises ChannelUnavailable where it is to be tried again.
        """
        if not self._store.write(lambda desk: _must_go(desk, parcel)):
            return False
        try:
            self._delete(channel, parcel.messages[0].receipt or "")
        except ChannelRefused as error:
            why = f"{refusal}; {error}"
            self._store.write(lambda desk: self._leave(desk, parcel, why, now))
            return True
        why = f"deleted there: {refusal}"
        self._store.write(lambda desk: _taken_back(desk, parcel, why, now))
        return True

    def is_left(self, desk: Unit, parcel: Parcel, why: str, now: datetime) -> bool:
        """Where nothing can be asked of a channel any more: a person deletes what must go there.
        False where nothing must."""
        if not any(row.is_renewal for row in parcel.messages) or not _shows_erased(desk, parcel):
            return False
        self._leave(desk, parcel, why, now)
        return True

    def _delete(self, channel: Channel, ref: str) -> None:
        if not isinstance(channel, TakesBack):
            raise ChannelRefused(_BY_HAND)
        try:
            channel.take_back(ref, deadline=self._deadline)
        except (ChannelRefused, ChannelUnavailable):
            raise
        except Exception as error:  # noqa: BLE001  a job's edge: one channel's bug stops no page
            raise ChannelUnavailable(f"unexpected {type(error).__name__}") from None

    def _leave(self, desk: Unit, parcel: Parcel, why: str, now: datetime) -> None:
        """Whoever owns what fails is told where it stands."""
        desk.left_standing(parcel, why, now)
        detail = sentence(parcel.channel, desk.words_left().get(parcel.channel, []))
        self._engine.fault(desk, about(parcel.channel), detail, now)
        fault = desk.open_fault(about(parcel.channel))
        if fault is not None and not desk.is_told(fault.ref):  # else `look` tells of it
            desk.restate_fault(about(parcel.channel), detail)


def look(desk: Unit, engine: Engine, now: datetime) -> None:
    """Close each fault of which nothing is left; where a person has closed one, believe them as to
    the places that it named. Of places that none has named its owner is told anew."""
    for name in desk.words_left():
        if desk.open_fault(about(name)) is None:
            desk.words_seen_to(name, places_in(desk.last_said(about(name))))
    for name, places in desk.words_left().items():
        _tell_of_more(desk, engine, name, places, now)
    still = {about(name) for name in desk.words_left()}
    for fault in desk.open_faults(FAULT):
        if fault not in still:
            engine.mended(desk, fault, now)


def _tell_of_more(
    desk: Unit, engine: Engine, channel: str, places: list[str], now: datetime
) -> None:
    """Page again where places have been added, as far as one sentence has room for them."""
    if desk.open_fault(about(channel)) is not None:
        known = set(places_in(desk.last_said(about(channel))))
        told = [place for place in places if place in known]
        if len(told) in (len(places), MOST_PLACES):
            return
        engine.mended(desk, about(channel), now)
    engine.fault(desk, about(channel), sentence(channel, places), now)


def about(channel: str) -> str:
    """What the fault is about."""
    return f"{FAULT}{channel}"[:_LONGEST]


def sentence(channel: str, places: list[str]) -> str:
    """Which channel, where, and what to do; never the words."""
    named = ", ".join(places[:MOST_PLACES])
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    return (
        f"{channel} still shows words that were erased, and lets Tocsin neither change nor delete "
        f"them. Delete the message there by hand, then resolve this fault.{_NAMES}{named}{more}"
    )


def places_in(said: str) -> list[str]:
    """The places that a sentence names."""
    return re.sub(r" and \d+ more$", "", said.partition(_NAMES)[2]).split(", ")


def _must_go(desk: Unit, parcel: Parcel) -> bool:
    is_last = all(row.is_renewal and row.plain for row in parcel.messages)
    return is_last and _shows_erased(desk, parcel)


def _shows_erased(desk: Unit, parcel: Parcel) -> bool:
    return desk.shows_erased(parcel) or any(
        talking.is_emptied(desk, row) for row in parcel.messages
    )


def _taken_back(desk: Unit, parcel: Parcel, why: str, now: datetime) -> None:
    """It is gone, with whatever else it asked of its reader: that is asked once more."""
    again = tuple(row for row in parcel.messages if is_wanted_anew(desk, row))
    desk.taken_back(parcel, why)
    if again:
        desk.sends_anew(Parcel(again), now)
        desk.unfold(parcel.channel, parcel.to)  # they have waited for their turn once
        desk.something_to_send()
    desk.tally(f"channel {parcel.channel}: a message was deleted to erase its words", now)
