"""`tocsin private`: matters that one named person, the deputy and the executive may see."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.acting import VIA
from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    opened,
    say,
    say_json,
    table,
)
from tocsin.cli.numbers import subject_number

if TYPE_CHECKING:
    from datetime import datetime

    from escalation.decision import Action
    from escalation.subject import Matter
    from tocsin.store import Unit
    from tocsin.wiring import House

_Number = Annotated[
    int, typer.Argument(parser=subject_number, metavar="NUMBER", help="As the page shows it.")
]
_As = Annotated[str, typer.Option("--as", help="Who asks: one of those who may see it.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Signs of self-harm: for one named person.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    group.command("ack")(ack)
    group.command("close")(close)
    group.command("open-up")(open_up)
    app.add_typer(group, name="private")


def list_(
    by: _As,
    all_: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Private matters: who has each, and who acknowledged it when."""
    with opened(config, db) as house, house.store.read() as desk:
        _must_be_trusted(house, by)
        found = desk.subjects("matter", only_open=not all_)
    if json_:
        for matter in found:
            say_json(_row(matter))
    elif not found:
        say("No private matter is open." if not all_ else "There is no private matter.")
    else:
        rows = [tuple(str(value or "-") for value in _row(matter).values()) for matter in found]
        for line in table([("number", *tuple(_row(found[0]))[1:]), *rows]):
            say(line)


def _row(matter: "Matter") -> dict[str, Any]:
    return {
        "matter": matter.number,
        "state": str(matter.state),
        "owner": matter.owner,
        "opened": _at(matter.opened_at),
        "posts": matter.posts,
        "acknowledged_by": matter.acked_by,
        "acknowledged": _at(matter.acked_at),
        "closed_by": matter.closed_by,
    }


def _at(instant: "datetime | None") -> str | None:
    return None if instant is None else instant.isoformat(timespec="seconds")


def show(
    number: _Number, by: _As, config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None
) -> None:
    """What was written, who did what, and what to do now."""
    with opened(config, db) as house, house.store.read() as desk:
        _must_be_trusted(house, by)
        for line in _told(house, desk, _matter(desk, number)):
            say(line)


def _told(house: "House", desk: "Unit", matter: "Matter") -> Iterator[str]:
    from escalation.confidence import GUIDANCE
    from escalation.encode import one_line
    from tocsin.confided import guidance_of

    yield f"Private matter {matter.number}: {matter.state}, {matter.owner} has it."
    posts = desk.private_posts(matter.number)
    for post in posts:
        who = post["handle"] or post["name"] or post["author_id"]
        yield f"\n{one_line(who)} on {post['platform']}, about {post['brand'] or 'us'}:"
        yield f"    {one_line(' '.join((post['title'], post['text'])).strip())}"
        yield f"    {one_line(post['url']) or 'no link'}"
    if not posts:
        yield "No words of it are kept any more."
    yield "\nWhat to do:"
    yield from (f"  * {line}." for line in GUIDANCE)
    yield from (f"  * {one_line(line)}" for line in guidance_of(house.settings))
    yield "\nWhat was done:"
    done = desk.history(str(matter.ref))
    for entry in (one for one in done if one["event"] != "paged_again"):
        yield f"    {entry['at']:%Y-%m-%d %H:%M} UTC  {entry['event']} by {entry['actor']}"


def ack(
    number: _Number, by: _As, config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None
) -> None:
    """Take it on: nobody else is asked until tomorrow."""
    _do(number, by, config, db, "ack", f"{by} has it. Write to them now, and close it when done.")


def close(
    number: _Number, by: _As, config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None
) -> None:
    """What could be done is done."""
    _do(number, by, config, db, "resolve", "Closed.")


def open_up(
    number: _Number, by: _As, config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None
) -> None:
    """It is no sign of self-harm: close it, and judge its posts as any others."""
    _do(number, by, config, db, "dismiss", "Closed; its posts are judged like any others.")


def _do(number: int, by: str, config: Any, db: Any, verb: str, done: str) -> None:
    from escalation.decision import Action, Verb

    with opened(config, db) as house:
        _must_be_trusted(house, by)
        with house.store.read() as desk:
            _matter(desk, number)
        why = house.store.write(_acting(house, number, Action(Verb(verb), by, via=VIA)))
    if why is not None:
        fail(f"Private matter {number}: no change, because {why}.", 1)
    say(f"Private matter {number}: {done}")


def _acting(house: "House", number: int, action: "Action") -> "Callable[[Unit], str | None]":
    from escalation.decision import Verb
    from escalation.subject import Ref

    def act(desk: "Unit") -> str | None:
        now = house.clock.now()
        why = house.engine.act(desk, Ref("matter", number), action, now)
        if why is None and action.verb is Verb.DISMISS:
            house.pipeline.give_back(desk, number, now)
        return why

    return act


def _must_be_trusted(house: "House", by: str) -> None:
    from config.privacy import confidants

    known = confidants(house.settings)
    if by not in known:
        fail(f"Private matters are for {', '.join(known)} alone.")


def _matter(desk: "Unit", number: int) -> "Matter":
    from escalation.subject import Matter, Ref

    found = desk.subject(Ref("matter", number))
    if not isinstance(found, Matter):
        fail(f"There is no private matter {number}.", 1)
    return found
