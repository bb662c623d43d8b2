"""`tocsin safety`: which tripwires are in force, and which are the user's own."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, load, say, say_json, table

if TYPE_CHECKING:
    from listener.wires import Rule


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Tripwires: what a person must see at once.", no_args_is_help=True)
    group.callback()(_group)
    group.command("list")(list_)
    app.add_typer(group, name="safety")


def _group() -> None:
    """Tripwires: what a person must see at once."""


def list_(
    own: Annotated[bool, typer.Option("--own", help="Only your own, one by one.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    json_: JsonOption = False,
) -> None:
    """The rules in force: how many of each kind and language, and each of your own."""
    from listener.hushing import hushed_altogether
    from listener.ownwires import own_tripwires
    from listener.wires import LANGUAGES

    tripwires = own_tripwires(load(config).settings.safety.tripwires)
    rows: list[tuple[str, str, str, str]] = []
    for lang in ("en", *sorted(LANGUAGES - {"en"})):
        wires = tripwires.of(lang)
        rows += () if own else _counted(lang, wires.rules)
        rows += [(lang, one.name, "rings", one.source) for one in wires.rules if one.source]
        rows += [
            (lang, one.name or "every kind", "never rings", one.source)
            for one in wires.never
            if one.source
        ]
    if json_:
        for row in rows:
            say_json(dict(zip(("lang", "kind", "what", "where"), row, strict=True)))
        return
    for line in table(rows) if rows else ("You have no tripwires of your own.",):
        say(line)
    for hushed in hushed_altogether(tripwires):
        say(f"warning: {hushed}.")


def _counted(lang: str, rules: "tuple[Rule, ...]") -> list[tuple[str, str, str, str]]:
    counts = Counter(one.name for one in rules if not one.source)
    return [(lang, kind, f"{many} rules", "shipped") for kind, many in counts.items()]
