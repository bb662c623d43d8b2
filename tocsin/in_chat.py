"""What is said for the command line, said for a chat: what is typed there is typed otherwise."""

import re
import shlex
from itertools import pairwise

# `tocsin cases ack 15 --as ana`, with or without back ticks around it.
_COMMAND = re.compile(r"(: )?`?tocsin (case|incident|fault)s ([a-z-]+) (\d+)((?: --[^`]*)?)`?")
_OPTION = re.compile(r" \(--[^)]*?; ([^)]*)\)| \(--[^)]*\)|: --\S+ \"…\"(?:, --\S+ \S+)*")
_MEANT = {"reroute": "wrong-team"}  # what a chat calls it
_KEPT = ("--to", "--money")  # of a command's options what a chat's line says too, without its name


def in_chat(said: str) -> str:
    """A sentence without what only a shell understands: its commands as a chat takes them, the
    options that it names left out."""
    said = said.replace("say with --told what", "say what").replace(
        "say with --reason why", "say why"
    )
    return _OPTION.sub(_known, _COMMAND.sub(_line, said))


def _line(found: re.Match[str]) -> str:
    begins, kind, verb, number, options = found.groups()
    words = [_MEANT.get(verb, verb), *([] if kind == "case" else [kind]), number]
    try:
        given = shlex.split(options)
    except ValueError:
        given = []
    words += [value for name, value in pairwise(given) if name in _KEPT]
    return f"{': write ' if begins else ''}`{' '.join(words)}`"


def _known(found: re.Match[str]) -> str:
    return f" ({found[1]})" if found[1] else ""
