"""How each kind of channel is set up, step by step, in words for whoever does it.

Each file of this folder is a kind of channel and offers `steps(settings) -> str`: plain text, for
a channel as it is declared or as pieces.toml has it. It asks for no secret and shows none: it says
where to put it.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from typing import cast

from config import ChannelSettings, Settings
from escalation import channels

Steps = Callable[[ChannelSettings], str]
_PIECE = re.compile(r"^\[\[channels\]\]\n(?:.+\n)+", re.MULTILINE)


def kinds() -> Sequence[str]:
    """The kinds of channel that can be set up so."""
    return sorted({module.name for module in iter_modules(__path__)} & channels.CHANNELS.keys())


def piece(kind: str) -> str:
    """What is to be pasted for a kind. Raises KeyError where there is none."""
    text = (files(__name__) / "pieces.toml").read_text(encoding="utf-8")
    for found in _PIECE.findall(text):
        if tomllib.loads(found)["channels"][0]["kind"] == kind:
            return str(found)
    raise KeyError(kind)


def told(kind: str, settings: Settings | None) -> str:
    """All that is to be done for a kind, in order. Raises KeyError for one without its steps.

    settings  what is declared already; None: nothing that can be read.
    """
    if kind not in kinds():
        raise KeyError(kind)
    declared = _declared(kind, settings)
    channel = declared or _as_pasted(kind)
    make = cast("Steps", import_module(f"{__name__}.{kind}").steps)
    return "\n\n".join(
        part.strip("\n")
        for part in (
            f"{kind}: how it is set up. More is in docs/channels/{kind}.md.",
            make(channel),
            f"tocsin.toml declares it already, as {channel.name}."
            if declared
            else f"Paste this into tocsin.toml, with your own names and ids:\n\n{piece(kind)}",
            _people(kind, channel.name, settings),
            f"Try it: tocsin check, then tocsin test-alert {channel.name} --person NAME",
        )
        if part
    )


def _declared(kind: str, settings: Settings | None) -> ChannelSettings | None:
    found = () if settings is None else settings.channels
    return next((channel for channel in found if channel.kind == kind), None)


def _as_pasted(kind: str) -> ChannelSettings:
    """The channel of the piece; its room is an example, and none of the reader's."""
    (values,) = tomllib.loads(piece(kind))["channels"]
    made = channels.settings_of(kind).model_validate({"name": kind, **values})
    return made.model_copy(update={"room": None})


def _people(kind: str, name: str, settings: Settings | None) -> str:
    """How people are declared there, and who is not yet."""
    told = ""
    if channels.capabilities_of(kind).by_mail:
        told = (
            "People are found there by their mail address. In [[people]], once for each:\n\n"
            f'email = "ada@example.com"\ncontacts = [{{ channel = "{name}" }}]'
        )
    if settings is None:
        return told
    missing = [
        person.name
        for person in settings.people
        if person.active and all(contact.channel != name for contact in person.contacts)
    ]
    return f"{told}\n\nWithout a contact there: {', '.join(missing)}." if missing else told
