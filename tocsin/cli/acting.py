"""Commands that act on cases, incidents and faults: the same actions as in chat."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tocsin.cli.asking import complete
from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    fail,
    hint,
    opened,
    say,
    writable,
)
from tocsin.cli.verbs import LARGEST, Deed, Given

if TYPE_CHECKING:
    from escalation.decision import Action
    from escalation.subject import Ref, Subject
    from tocsin.store import Unit
    from tocsin.wiring import House

VIA = "cli"  # the channel that the ledger names for what is done here
MAX_NAME = 64  # as long as a name of the configuration may be
_NAMES = ("by", "to", "cause")


def command(kind: str, deed: Deed) -> Callable[..., None]:
    """The function of a command, with the signature that Typer reads its options from."""

    def run(**given: Any) -> None:
        numbers, config, db = (given.pop(name) for name in ("numbers", "config", "db"))
        act(kind, numbers, action_of(deed, given), config, db)

    run.__name__ = deed.name
    run.__doc__ = deed.says
    parameters = [
        _parameter("numbers", list[int], _numbers()),
        _parameter("by", str, typer.Option(..., "--as", help="Who acts: a name of [[people]].")),
        *(_option(option) for option in deed.options),
        _parameter("config", ConfigOption, DEFAULT_CONFIG),
        _parameter("db", DbOption, None),
    ]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return run


def _numbers() -> Any:
    return typer.Argument(..., min=1, max=LARGEST, help="Numbers, as the alerts show them.")


def _option(option: Given) -> Parameter:
    default = ... if option.needed else None
    if option.whole:
        value = typer.Option(default, option.flag, help=option.says, min=option.least, max=LARGEST)
        return _parameter(option.field, int if option.needed else int | None, value)
    value = typer.Option(default, option.flag, help=option.says)
    return _parameter(option.field, str if option.needed else str | None, value)


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def action_of(deed: Deed, given: Mapping[str, Any]) -> "Action":
    """What was typed, as an action. Ends with a sentence where it cannot be one."""
    from escalation.decision import Action, Verb

    flags = {"by": "--as", **{option.field: option.flag for option in deed.options}}
    words: dict[str, Any] = {
        name: _typed(flags[name], name, value) if isinstance(value, str) else value
        for name, value in given.items()
        if value is not None
    }
    if "wait" in words:
        words["wait"] = _wait(words["wait"])
    if "link" in words:
        words["reason"] = " ".join(filter(None, (words.get("reason"), _link(words.pop("link")))))
    return Action(Verb(deed.verb), via=VIA, **words)


def _typed(flag: str, field: str, value: str) -> str:
    """An argument that can be kept whole: not longer than its place, without outer blanks."""
    from tocsin.store.ledger import MAX_NOTE_CHARS

    text = writable(value).strip()
    most = MAX_NAME if field in _NAMES else MAX_NOTE_CHARS
    if len(text) > most:
        fail(f"{flag} is {len(text)} characters long; at most {most} are kept.")
    return text


def _wait(text: str) -> Any:
    from config import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        fail(f"--for: {error}.")


def _link(text: str) -> str:
    if not text.lower().startswith(("https://", "http://")) or len(text.split()) != 1:
        fail(f'--link: "{text}" is no address. Write for example "https://example.com/reply".')
    return text


def act(kind: str, numbers: Sequence[int], action: "Action", config: Path, db: Path | None) -> None:
    """Do it to each; says what came of it, and fails where nothing changed for any."""
    from escalation.subject import Ref

    changed = 0
    with opened(config, db) as house:
        for number in dict.fromkeys(numbers):
            ref = Ref(kind, number)
            with house.store.read() as desk:
                whole = complete(desk.subject(ref), action, house.engine.rules)
            why = house.store.write(partial(_do, house, ref, whole))
            with house.store.read() as desk:
                after = desk.subject(ref)
            changed += why is None
            say(_outcome(ref, after, why and why + hint(house, whole, why)))
    if not changed:
        raise typer.Exit(1)


def _do(house: "House", ref: "Ref", action: "Action", desk: "Unit") -> str | None:
    return house.engine.act(desk, ref, action, house.clock.now())


def _outcome(ref: "Ref", after: "Subject | None", why: str | None) -> str:
    name = ref.spoken.capitalize()
    if why is not None or after is None:
        return f"{name}: no change, because {why}{'' if why and why.endswith('?') else '.'}"
    offered = f", offered to {after.offered_to}" if after.offered_to else ""
    asked = getattr(after, "permission_of", None)
    waits = f", waiting for permission by {asked}" if asked else ""
    return f"{name}: {after.state}, owner {after.owner}{offered}{waits}."


def declare(brand: str, reason: str, by: str, config: Path, db: Path | None) -> None:
    """Say that a brand is in a storm; one that is known already is not declared again."""
    from escalation.decision import Action, Verb

    with opened(config, db) as house:
        known = [one.name for one in house.settings.brands]
        if brand not in known:
            fail(f"There is no brand {brand}. Known: {', '.join(known)}.")
        action = Action(
            Verb.DECLARE,
            _typed("--as", "by", by),
            reason=_typed("--reason", "reason", reason),
            via=VIA,
        )
        if not house.engine.rules.is_active(action.by, house.clock.now()):
            why = f"{action.by} is no active person"
            fail(f"{why} of [[people]]{hint(house, action, why) or '.'}")
        number, why_not = house.store.write(partial(_declare, house, brand, action))
        with house.store.read() as desk:
            storm = desk.open_incident(brand, None)
    if why_not is not None:
        say(f"Incident {number}: no change, because {why_not}.")
        raise typer.Exit(1)
    assert storm is not None
    say(f"Incident {storm.number}: storm, owner {storm.owner}.")


def _declare(house: "House", brand: str, action: "Action", desk: "Unit") -> tuple[int, str | None]:
    now = house.clock.now()
    known = desk.open_incident(brand, None)
    if known is None:
        return house.engine.declare(desk, brand, action, now).number, None
    return known.number, house.engine.act(desk, known.ref, action, now)
