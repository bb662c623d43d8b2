"""`tocsin names`: words beside which a brand's name is something else, learned from clicks."""

from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    opened,
    say,
    say_json,
)

if TYPE_CHECKING:
    from tocsin.names import Names, Shown, Words
    from tocsin.store import Unit
    from tocsin.wiring import House


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(names)


def names(
    accept: Annotated[
        bool, typer.Option("--accept", help="Put what is proposed in force.")
    ] = False,
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="Not this word; may be said again.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="Back to the words before.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Without any learned word.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Words beside which a brand's name is something else, as "not us" clicks have shown."""
    from tocsin.names import Names
    from tocsin.store import StoreBroken

    if accept + back + off > 1:
        fail("--accept, --back and --off exclude one another.")
    with opened(config, db, judging=True) as house:
        assert house.store.path is not None  # a command's store is a file
        kept = Names(house.store.path)
        try:
            _unlearn(house, kept)
            if back or off:
                _put(house, kept, {} if off else kept.before())
            else:
                _show(house, kept, set(leave_out or ()), accept=accept, as_json=json_)
        except StoreBroken as error:
            fail(str(error))


def _show(house: "House", kept: "Names", left: set[str], *, accept: bool, as_json: bool) -> None:
    from dataclasses import asdict, replace

    from tocsin.names import said_of

    now = kept.accepted()
    with house.store.read() as desk:
        told = _found(house, desk)
    found = {b: tuple(one for one in ns if one.word not in left) for b, ns in told.words.items()}
    if as_json:
        for brand in dict.fromkeys((*now, *found)):
            words = [asdict(one) for one in found.get(brand, ())]
            say_json({"brand": brand, "in_force": list(now.get(brand, ())), "proposed": words})
    else:
        for line in said_of(replace(told, words=found), now):
            say(line)
        if not now and not found:
            say("Nothing was learned: no word tells another of a brand's name yet.")
    fresh = {brand: tuple(one.word for one in neighbours) for brand, neighbours in found.items()}
    merged = {
        brand: tuple(dict.fromkeys((*now.get(brand, ()), *fresh.get(brand, ()))))
        for brand in dict.fromkeys((*now, *fresh))
    }
    if accept:
        _put(house, kept, merged)
    elif not as_json and merged != now:
        say("Nothing was changed. `tocsin names --accept` puts it in force.")


def _found(house: "House", desk: "Unit") -> "Shown":
    from tocsin.names import shown

    settings = house.settings
    return shown(desk, settings.brands, house.clock.now(), settings.learn_from)


def _unlearn(house: "House", kept: "Names") -> None:
    with house.store.read() as desk:
        gone = kept.unlearn(_found(house, desk), desk.clicks_erased())
    if gone:
        say(f"{gone} words are out of force: posts that they came from were erased.")


def _put(house: "House", kept: "Names", words: "Words") -> None:
    with house.store.read() as desk:
        kept.put(words, desk.clicks_erased())
    number = sum(len(said) for said in words.values())
    say(f"In force: {number} words, for a running daemon from its next pass. --back undoes it.")
