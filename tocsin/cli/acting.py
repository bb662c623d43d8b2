"""Commands that act on cases, incidents and faults: the same actions as in chat."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tocsin.cli import numbers
from tocsin.cli.asking import complete
from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    fail,
    opened,
    say,
    writable,
)
from tocsin.cli.numbers import subject_number
from tocsin.deeds import DEEDS, Deed, Given

if TYPE_CHECKING:
    from escalation.decision import Action
    from escalation.subject import Ref
    from tocsin.store import Unit
    from tocsin.wiring import House

VIA = "cli"  # the channel that the ledger names for what is done here
MAX_NAME = 64  # as long as a name of the configuration may be
_NAMES = ("by", "to", "cause", "topic")


def command(kind: str, deed: Deed) -> Callable[..., None]:
    """The function of a command, with the signature that Typer reads its options from."""

    def run(**given: Any) -> None:
        which, config, db = (given.pop(name) for name in ("numbers", "config", "db"))
        act(kind, deed.name, which, action_of(deed, given), config, db)

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
    return typer.Argument(
        ...,
        parser=subject_number,
        metavar="NUMBERS",
        help="Numbers, as the alerts show them.",
    )


def _option(option: Given) -> Parameter:
    default = ... if option.needed else None
    if option.whole:
        value = typer.Option(
            default,
            option.flag,
            help=option.says,
            parser=numbers.option(option.field, option.flag, option.least),
            metavar="NUMBER",
        )
        return _parameter(option.field, int if option.needed else int | None, value)
    value = typer.Option(default, option.flag, help=option.says)
    return _parameter(option.field, str if option.needed else str | None, value)


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def action_of(deed: Deed, given: Mapping[str, Any]) -> "Action":
    """What was typed, as an action. Ends with a sentence where it cannot be one."""
    from escalation.decision import Action, Verb

    flags = {"by": "--as", **{option.field: option.flag for option in deed.options}}
    kind = given.get("kind")
    given = {name: value for name, value in given.items() if name != "kind"}
    words: dict[str, Any] = {
        name: typed(flags[name], name, value) if isinstance(value, str) else value
        for name, value in given.items()
        if value is not None
    }
    for option in deed.options:
        if option.needed and words.get(option.field) == "":
            fail(f"{option.flag} is blank. Say it in words.")
    if deed.kinds:
        words["reason"] = _of_a_kind(kind, words.get("reason", ""))
    if "wait" in words:
        words["wait"] = _wait(words["wait"])
    if "link" in words:
        words["reason"] = " ".join(filter(None, (words.get("reason"), _link(words.pop("link")))))
    return Action(Verb(deed.verb), via=VIA, **words)


def _of_a_kind(kind: str | None, reason: str) -> str:
    """What a dismissal says that it is, before any further words of its own."""
    from escalation.closing import KINDS, kind_of

    found = kind_of(reason if kind is None else kind)
    if found is None:
        said = "is missing" if kind is None else f'"{kind}" is none'
        fail(f"--kind {said}. Known: {', '.join(KINDS)}. --reason is for your own words.")
    if kind is None:
        return reason
    spoken = found.replace("-", " ")
    return f"{spoken}: {reason}" if reason and kind_of(reason) != found else reason or spoken


def typed(flag: str, field: str, value: str) -> str:
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


def act(
    kind: str,
    name: str,
    which: Sequence[int],
    action: "Action",
    config: Path,
    db: Path | None,
) -> None:
    """Do it to each; says what came of it, and fails where nothing changed for any.

    name  of the command, such as `wont-act`.
    """
    from escalation.subject import Ref
    from tocsin.confirming import confirmation
    from tocsin.refusals import because

    changed = 0
    with opened(config, db) as house:
        for number in dict.fromkeys(which):
            ref = Ref(kind, number)
            with house.store.read() as desk:
                whole = complete(desk.subject(ref), action, house.engine.rules)
            why = house.store.write(partial(_do, house, ref, whole))
            with house.store.read() as desk:
                after = desk.subject(ref)
                if why is None and after is not None:
                    say(confirmation(house, desk, name, whole, after))
                    changed += 1
                else:
                    say(_no_change(ref, because(house, after, whole, why or "it is gone", desk)))
                    if whole != action:  # it was typed in answer to questions, and is not lost
                        say(f"To try again with what you typed: {astyped(ref, name, whole)}")
    if not changed:
        raise typer.Exit(1)


def astyped(ref: "Ref", name: str, action: "Action") -> str:
    """The command that does this again, as it can be pasted."""
    deed = next(one for one in DEEDS[ref.kind] if one.name == name)
    words = ["tocsin", f"{ref.kind}s", name, str(ref.number), "--as", action.by]
    for option in deed.options:
        value = getattr(action, option.field, None)
        words += [option.flag, str(value)] if value not in (None, "") else []
    return shlex.join(words)


def _do(house: "House", ref: "Ref", action: "Action", desk: "Unit") -> str | None:
    return house.engine.act(desk, ref, action, house.clock.now())


def _no_change(ref: "Ref", why: str) -> str:
    return f"{ref.spoken.capitalize()}: no change, because {why}{'' if why[-1:] in '?.' else '.'}"


def declare(brand: str, reason: str, by: str, config: Path, db: Path | None) -> None:
    """Say that a brand is in a storm; one that is known already is not declared again."""
    from escalation.decision import Action, Verb
    from tocsin.confirming import confirmation
    from tocsin.refusals import because

    with opened(config, db) as house:
        known = [one.name for one in house.settings.brands]
        if brand not in known:
            fail(f"There is no brand {brand}. Known: {', '.join(known)}.")
        action = Action(
            Verb.DECLARE,
            typed("--as", "by", by),
            reason=typed("--reason", "reason", reason),
            via=VIA,
        )
        if not action.reason:
            fail("--reason is blank. Say why it is a storm.")
        if not house.engine.rules.is_active(action.by, house.clock.now()):
            why = because(house, None, action, f"{action.by} is no active person")
            fail(why if why.endswith("?") else f"{why}.", 1)
        number, why_not = house.store.write(partial(_declare, house, brand, action))
        with house.store.read() as desk:
            storm = desk.open_incident(brand, None)
            if why_not is None and storm is not None:
                say(confirmation(house, desk, "declare", action, storm))
                return
    say(f"Incident {number}: no change, because {why_not}.")
    raise typer.Exit(1)


def _declare(house: "House", brand: str, action: "Action", desk: "Unit") -> tuple[int, str | None]:
    now = house.clock.now()
    known = desk.open_incident(brand, None)
    if known is None:
        return house.engine.declare(desk, brand, action, now).number, None
    return known.number, house.engine.act(desk, known.ref, action, now)
