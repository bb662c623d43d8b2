"""Watches the channels: one that takes nothing, or hears nobody, is a fault like a deaf source."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from tocsin.chats import Chat
from tocsin.store import Unit
from tocsin.wiring import House

CHANNEL_DUMB = timedelta(minutes=1)  # failing this long, a channel is a fault


class ChannelWatch:
    """Looks at every channel of a house."""

    def __init__(self, house: House, channels: Iterable[str], chats: Sequence[Chat]) -> None:
        self._house = house
        self._channels = tuple(channels)
        self._chats = chats

    def look(self) -> None:
        """A channel that takes nothing for a minute, or hears nobody, is a fault until it does."""
        house, now = self._house, self._house.clock.now()
        house.delivery.redirect_unknown(now)
        with house.store.read() as desk:
            failing = desk.turned_away_channels() | desk.failing_channels(now - CHANNEL_DUMB)
        deaf = {chat.name: why for chat in self._chats if (why := chat.deaf(now))}
        for name in self._channels:
            about = f"channel:{name}"[:64]
            if name in failing or name in deaf:
                what = f"takes no messages: {failing[name]}" if name in failing else ""
                what = what or f"hears nobody: {deaf[name]}"
                detail = f"channel {name} {what}"
                house.store.write(partial(_open_fault, house, about, detail, now))
            else:
                house.store.write(partial(_close_fault, house, about, now))


def _open_fault(house: House, about: str, detail: str, now: datetime, desk: Unit) -> None:
    house.engine.fault(desk, about, detail, now)


def _close_fault(house: House, about: str, now: datetime, desk: Unit) -> None:
    house.engine.mended(desk, about, now)
