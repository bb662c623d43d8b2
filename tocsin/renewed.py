"""Notices that a channel's secret reads differently from before: a new token stands in its file, so
what the old one was refused is tried at once, and not when its wait is over."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial

from pydantic import BaseModel

from config import ChannelSettings, MissingSecret, Secret, Settings
from tocsin.chats import Chat
from tocsin.log import logger
from tocsin.store import Unit
from tocsin.wiring import House


class Renewed:
    """Remembers how the secrets of channels read; of each only a digest, and in memory alone."""

    def __init__(self, house: House, chats: Iterable[Chat]) -> None:
        self._house = house
        self._chats = tuple(chats)
        self._read = _digests(house.settings)

    def look(self) -> None:
        """Try the channels whose secrets have changed since it looked last, in both directions."""
        before, self._read = self._read, _digests(self._house.settings)
        for name in (name for name, digest in self._read.items() if digest != before[name]):
            logger().info("a channel's secret has changed", channel=name)
            now = self._house.clock.now()
            self._house.store.write(partial(_try_again, name, now))
            for chat in self._chats:
                if chat.name == name:
                    chat.hurry()


def _try_again(channel: str, now: datetime, desk: Unit) -> None:
    desk.try_channel_again(channel, now)


def _digests(settings: Settings) -> dict[str, bytes]:
    return {channel.name: _digest(channel) for channel in settings.channels}


def _digest(channel: ChannelSettings) -> bytes:
    whole = hashlib.sha256()
    for secret in _secrets_in(channel):
        try:
            value = secret.read()
        except MissingSecret:
            value = ""
        whole.update(hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest())
    return whole.digest()


def _secrets_in(value: object) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _secrets_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _secrets_in(inner)
