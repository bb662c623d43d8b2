"""Keys that only one listener may use: who else asks with them takes its messages away."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from config.positions import Path
from config.secrets import MissingSecret, Secret
from config.settings import ChannelSettings, SourceSettings

Shared = tuple[Path, str, str]  # where, what is wrong, the remedy


def shared(
    channels: Mapping[Path, ChannelSettings],
    sources: Mapping[Path, SourceSettings],
    environ: Mapping[str, str] | None,
) -> Iterator[Shared]:
    """Each source whose own key a channel of its kind, or another source, uses as well.

    environ  where values are looked for; None: only the places of keys are compared.
    """
    seen: dict[tuple[str, str], str] = {}
    for channel in channels.values():
        for name in type(channel).model_fields:
            secret = getattr(channel, name)
            if isinstance(secret, Secret):
                for mark in _marks(secret, environ):
                    seen[channel.kind, mark] = f'channel "{channel.name}"'
    for path, source in sources.items():
        secret = _own(source)
        if secret is None:
            continue
        marks = [(source.kind, mark) for mark in _marks(secret, environ)]
        other = next((seen[mark] for mark in marks if mark in seen), None)
        if other:
            what = f"{other} uses the same key, and only one of them would get what is written"
            yield (*path, source.own_secret), what, "Make a key for this source alone"
        seen |= dict.fromkeys(marks, f'source "{source.name}"')


def _own(source: BaseModel) -> Secret | None:
    found = getattr(source, getattr(source, "own_secret", ""), None)
    return found if isinstance(found, Secret) else None


def _marks(secret: Secret, environ: Mapping[str, str] | None) -> Iterator[str]:
    """What two equal keys have in common: their place, or their value under another name."""
    yield str(secret)
    if environ is not None:
        try:
            yield f"value {secret.read(environ)}"
        except MissingSecret:
            return  # it is told elsewhere that it is missing
