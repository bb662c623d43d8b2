"""Watches the channels: one that takes nothing, or hears nobody, is a fault like a deaf source."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from escalation.channel import Channel
from escalation.conversation import Vouching
from tocsin import taking_back
from tocsin.abilities import known_by_mail
from tocsin.chats import Chat
from tocsin.renewed import Renewed
from tocsin.store import Unit
from tocsin.wiring import House

CHANNEL_DUMB = timedelta(minutes=1)  # failing this long, a channel is a fault


class ChannelWatch:
    """Looks at every channel of a house."""

    def __init__(
        self, house: House, channels: Mapping[str, Channel], chats: Sequence[Chat]
    ) -> None:
        self._house = house
        self._channels = channels
        self._renewed = Renewed(house, chats)
        self._chats = chats

    def look(self) -> None:
        """A channel that takes nothing for a minute, or hears nobody, is a fault until it does."""
        house, now = self._house, self._house.clock.now()
        house.delivery.redirect_unknown(now)
        self._renewed.look()
        with house.store.read() as desk:
            failing = desk.turned_away_channels() | desk.failing_channels(now - CHANNEL_DUMB)
        deaf = {chat.name: why for chat in self._chats if (why := chat.deaf(now))}
        for chat in self._chats:
            if strangers := chat.take_unanswered():
                reason = f"channel {chat.name}: a stranger was not answered"
                house.store.write(partial(_tally, reason, now, strangers))
        for name in self._channels:
            about = f"channel:{name}"[:64]
            unknown = self._unknown(name)
            if name in failing or name in deaf or unknown:
                what = f"takes no messages: {failing[name]}" if name in failing else ""
                what = what or (f"hears nobody: {deaf[name]}" if name in deaf else unknown)
                detail = f"channel {name} {what}"
                house.store.write(partial(_open_fault, house, about, detail, now))
            else:
                house.store.write(partial(_close_fault, house, about, now))
        house.store.write(lambda desk: taking_back.look(desk, house.engine, now))

    def _unknown(self, name: str) -> str:
        """That people who are declared by mail address cannot act on a channel; "": they can."""
        channel = self._channels[name]
        why = channel.unvouched() if isinstance(channel, Vouching) else ""
        people = known_by_mail(self._house.settings, name) if why else []
        return f"does not recognise {', '.join(people)} when they act: {why}" if people else ""


def _open_fault(house: House, about: str, detail: str, now: datetime, desk: Unit) -> None:
    house.engine.fault(desk, about, detail, now)


def _close_fault(house: House, about: str, now: datetime, desk: Unit) -> None:
    house.engine.mended(desk, about, now)


def _tally(reason: str, now: datetime, times: int, desk: Unit) -> None:
    desk.tally(reason, now, times)
