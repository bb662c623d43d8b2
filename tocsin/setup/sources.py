"""How each kind of source is set up, in plain words: its keys, limits, costs and duties, what it
will not hear, and the piece of tocsin.toml to paste.

What is fixed of a kind stands in its `FACTS`; sources.toml beside this file is made from its page.
It asks for no secret and shows none: it says where to put it.
"""

import json
import re
import textwrap
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from config import Brand, Settings, spell_duration
from listener import collectors
from listener.facts import Facts, Gone, Proof

WIDTH = 88  # characters of a line
_ABOUT = re.compile(r'^(about = )".*"$', re.MULTILINE)  # whom the example is about
_GONE = {
    Gone.TOLD: "the source tells of them by itself",
    Gone.ASKED: "kept posts are looked at again, at least daily",
    Gone.NEVER: "nothing says so: keep its text for a short time (keep_text)",
}
_PROOF = {
    Proof.SIMULATED: "recorded answers, and a simulated platform with faults",
    Proof.RECORDED: "answers that the platform gave to others",
    Proof.DOCUMENTED: "answers written from its documentation",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """What its page says of a kind of source.

    block    to paste into tocsin.toml.
    keys     how to get what it asks for, step by step; () where nothing is to be said.
    unheard  what is not heard though the source is declared and works.
    """

    block: str
    keys: tuple[str, ...]
    unheard: tuple[str, ...]


def kinds() -> Sequence[str]:
    """The kinds of source that can be set up so: all of them."""
    return sorted(collectors.COLLECTORS)


def piece(kind: str) -> Piece:
    """What its page says of a kind. Raises KeyError for one that has none."""
    return _pieces()[kind]


def told(kind: str, settings: Settings | None) -> str:
    """All that is to be known of a kind before it is switched on. Raises KeyError for no kind.

    settings  what is declared already; None: nothing that can be read.
    """
    facts, found = collectors.facts_of(kind), piece(kind)
    parts = (
        f"{facts.title}: what it takes to listen there.\nMore is in docs/sources/{kind}.md.",
        *_asked_for(facts, found),
        "\n".join(_known(facts)),
        "\n".join(("What it will not hear:", *map(_item, found.unheard))),
        _declared(kind, found, settings),
        "Then: tocsin check, and tocsin doctor --online asks it once.",
    )
    return "\n\n".join(parts)


def _asked_for(facts: Facts, found: Piece) -> Iterator[str]:
    yield _line("Keys", facts.keys)
    for text in found.keys:
        if "\n" in text:
            yield textwrap.indent(text, "    ")
        elif said := text.removeprefix("None.").strip():
            yield _wrapped(said, "  ", "     " if said[0].isdigit() else "  ")


def _known(facts: Facts) -> Iterator[str]:
    yield _line("Limits", facts.limits)
    yield _line("Costs", facts.costs)
    reach = f"{spell_duration(facts.reach)}" if facts.reach else "as far as a listing goes"
    yield _line("After a downtime it looks back", f"{reach}; what is lost is told as a gap")
    yield _line("Deletions", _GONE[facts.gone])
    yield _line("Duties", facts.duty)
    yield _line("Tried against", f"{_PROOF[facts.proof]}; never the live platform")


def _declared(kind: str, found: Piece, settings: Settings | None) -> str:
    names = [one.name for one in settings.sources if one.kind == kind] if settings else []
    if names:
        return f"tocsin.toml declares it already, as {', '.join(names)}."
    brand = settings.brands[0] if settings and settings.brands else None
    block = found.block if brand is None else _about(brand, found.block)
    return f"Paste this into tocsin.toml, with your own names:\n\n{block.rstrip()}"


def _about(brand: Brand, block: str) -> str:
    """The piece for a brand: one that is pasted with another's name hears nothing."""
    term = json.dumps(brand.all_terms[0], ensure_ascii=False)
    return _ABOUT.sub(lambda found: f"{found[1]}{term}", block)


def _line(what: str, text: str) -> str:
    return _wrapped(f"{what}: {text.rstrip('.')}.", "", "  ")


def _item(text: str) -> str:
    return _wrapped(text, "  * ", "    ")


def _wrapped(text: str, first: str, others: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


@cache
def _pieces() -> dict[str, Piece]:
    text = (files(__package__) / "sources.toml").read_text(encoding="utf-8")
    return {
        kind: Piece(row["piece"].strip("\n") + "\n", tuple(row["keys"]), tuple(row["unheard"]))
        for kind, row in tomllib.loads(text).items()
    }
