"""Notices that a channel's secret reads differently from before: a new token stands in its file, so
what the old one was refused is tried at once, and not when its wait is over."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from config import ChannelSettings, MissingSecret, Secret


class Renewed:
    """Remembers how the secrets of channels read; of each only a digest, and in memory alone."""

    def __init__(self, channels: Iterable[ChannelSettings]) -> None:
        self._channels = tuple(channels)
        self._read = {channel.name: _digest(channel) for channel in self._channels}

    def look(self) -> tuple[str, ...]:
        """The channels whose secrets have changed since this was asked last."""
        now = {channel.name: _digest(channel) for channel in self._channels}
        changed = tuple(name for name, digest in now.items() if digest != self._read[name])
        self._read = now
        return changed


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
