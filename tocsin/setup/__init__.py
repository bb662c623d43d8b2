"""How a channel is set up, step by step: each file of this folder is a kind of channel.

Each offers `steps(settings) -> str`: plain text for somebody who keeps the file but has never
made an app, with the piece of tocsin.toml to paste. `settings` is None where there is no file yet.
It asks for no secret and prints none: it says where to put it.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from config import Settings

Steps = Callable[[Settings | None], str]


def kinds() -> Sequence[str]:
    """The kinds that can be set up so."""
    return sorted(module.name for module in iter_modules(__path__))


def steps(kind: str, settings: Settings | None) -> str:
    """What to do, in order. Raises KeyError for a kind that has no such file."""
    if kind not in kinds():
        raise KeyError(kind)
    made = cast("Steps", import_module(f"{__name__}.{kind}").steps)
    missing = _without(kind, settings)
    return made(settings).rstrip() + (f"\n\n{missing}\n" if missing else "\n")


def _without(kind: str, settings: Settings | None) -> str:
    """Who has no address there yet, where the file has such a channel."""
    if settings is None:
        return ""
    names = {channel.name for channel in settings.channels if channel.kind == kind}
    there = {
        person.name
        for person in settings.people
        if any(contact.channel in names for contact in person.contacts)
    }
    missing = [one.name for one in settings.people if one.active and one.name not in there]
    return f"Without a contact there: {', '.join(missing)}." if missing else ""
