"""Where a page goes that its channel does not take: to its person's next one, or up the ladder."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from config import Contact
from escalation import retry
from escalation.channel import Purpose
from escalation.desk import Outgoing
from escalation.engine import Engine
from tocsin.store import Unit
from tocsin.store.parcels import Parcel
from tocsin.taking_back import TakingBack


class Elsewhere:
    """Pages people on another channel than the one that failed.

    channels  that are there to be used; people may have contacts on others.
    """

    def __init__(self, engine: Engine, channels: Collection[str], taking_back: TakingBack) -> None:
        self._engine = engine
        self._taking_back = taking_back
        self._channels = channels

    def redirect_unknown(self, desk: Unit, now: datetime) -> int:
        """What is due on channels that are configured no more; returns how many messages."""
        parcels = desk.claim_unknown(list(self._channels), now)
        for parcel in parcels:
            self.set_aside(desk, parcel, f"there is no channel {parcel.channel} any more", now)
        return len(parcels)

    def set_aside(self, desk: Unit, parcel: Parcel, why: str, now: datetime) -> None:
        """It will not leave on its channel."""
        if self._taking_back.is_left(desk, parcel, why, now):
            return
        desk.set_aside(parcel, why, now)
        self.try_it(desk, parcel, now)

    def try_it(self, desk: Unit, parcel: Parcel, now: datetime) -> None:
        """Page the person on their next channel too; with none left to try, the case climbs."""
        for row in parcel.messages:
            if row.is_renewal:  # it has been shown: its person is reached
                continue
            if row.message.purpose is Purpose.PAGE and row.message.person is not None:
                self._page(desk, row.message.person, row.message.key, now)

    def spare(self, desk: Unit, page: Outgoing) -> Contact | None:
        """Where a page's person was not told of it yet; None: everywhere that they can be."""
        tried = {state.channel for state in desk.page_states(page)}
        contacts = self._engine.contacts_for(page.ref, page.person or "")
        return next(
            (c for c in contacts if c.channel in self._channels and c.channel not in tried), None
        )

    def _page(self, desk: Unit, person: str, key: str, now: datetime) -> None:
        page = desk.outgoing(key)
        spare, states = self.spare(desk, page), desk.page_states(page)
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
