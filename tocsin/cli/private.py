"""`tocsin private`: matters that one named person, the deputy and the executive may see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.acting import VIA, typed
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
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from escalation.decision import Action
    from escalation.subject import Matter
    from tocsin.store import Unit
    from tocsin.wiring import House

_Number = Annotated[
    int, typer.Argument(parser=subject_number, metavar="NUMBER", help="As the page shows it.")
]
_Numbers = Annotated[
    list[int] | None,
    typer.Argument(parser=subject_number, metavar="NUMBER…", help="As the page shows them."),
]
_Last = Annotated[
    str | None, typer.Option("--all-of-last", help="All that were opened within, such as 2h.")
]
_As = Annotated[str, typer.Option("--as", help="Who asks: one of those who may see it.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="What waits for named people alone.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    group.command("ack")(ack)
    group.command("close")(close)
    group.command("pass-on")(pass_on)
    group.command("open-up")(open_up)
    app.add_typer(group, name="private")


def list_(
    by: _As,
    all_: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """What waits: who has each, and who acknowledged it when."""
    with opened(config, db) as house, house.store.read() as desk:
        _must_be_trusted(house, by)
        found = desk.subjects("matter", only_open=not all_)
    if json_:
        for matter in found:
            say_json(_row(matter))
    elif not found:
        say("No private matter is open." if not all_ else "There is no private matter.")
    else:
        from zoneinfo import ZoneInfo

        zone = ZoneInfo(house.settings.timezone)
        head = ("number", *tuple(_row(found[0]))[1:])
        for line in table([head, *(_cells(matter, zone) for matter in found)]):
            say(line)


def _cells(matter: "Matter", zone: "ZoneInfo") -> tuple[str, ...]:
    """The same for a person: times are said as in every other list."""
    from tocsin.speaker import spoken

    times = {"opened": matter.opened_at, "acknowledged": matter.acked_at}
    said = {name: spoken(at, zone) for name, at in times.items() if at is not None}
    return tuple(str(value or "-") for value in {**_row(matter), **said}.values())


def _row(matter: "Matter") -> dict[str, Any]:
    return {
        "matter": matter.number,
        "state": str(matter.state),
        "owner": matter.owner,
        "opened": _at(matter.opened_at),
        "posts": matter.posts,
        "passed_on": matter.passed_on,
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
    from zoneinfo import ZoneInfo

    from escalation.confidence import GUIDANCE, TELL_OTHERS
    from escalation.encode import one_line
    from tocsin.confided import guidance_of
    from tocsin.speaker import spoken

    yield f"Private matter {matter.number}: {matter.state}, {matter.owner} has it."
    posts = desk.private_posts(matter.number)
    for post in posts:
        who = post["handle"] or post["name"] or post["author_id"]
        yield f"\n{one_line(who)} on {post['platform']}, about {post['brand'] or 'us'}:"
        yield f"    {one_line(' '.join((post['title'], post['text'])).strip())}"
        yield f"    {one_line(post['url']) or 'no link'}"
        if post["others"]:
            yield f"    It also tells of danger to others or to things: {one_line(post['others'])}"
    if any(post["others"] for post in posts):
        how = f"{TELL_OTHERS.format(matter.number)} --as YOUR-NAME"
        yield f"\nNobody else is told of that danger. Pass it on in your own words: {how}"
    if not posts:
        yield "No words of it are kept any more."
    yield "\nWhat to do:"
    yield from (f"  * {line}." for line in GUIDANCE)
    yield from (f"  * {one_line(line)}" for line in guidance_of(house.settings))
    yield "\nWhat was done:"
    zone = ZoneInfo(house.settings.timezone)
    done = desk.history(str(matter.ref))
    for entry in (one for one in done if one["event"] != "paged_again"):
        yield f"    {spoken(entry['at'], zone)}  {entry['event']} by {entry['actor']}"


def ack(
    by: _As,
    numbers: _Numbers = None,
    last: _Last = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Take it on, from somebody else too: nobody else is asked for two hours."""
    done = f"{by} has it. Write to them now, and close it when done."
    _do(_Asked(numbers, last, by), config, db, "ack", done)


def close(
    by: _As,
    numbers: _Numbers = None,
    last: _Last = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """What could be done is done."""
    _do(_Asked(numbers, last, by), config, db, "resolve", "Closed.")


def open_up(
    by: _As,
    numbers: _Numbers = None,
    last: _Last = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Somebody has looked, and it is nothing of that kind: judge its posts like any others."""
    done = "Closed; its posts are judged like any others."
    _do(_Asked(numbers, last, by), config, db, "dismiss", done)


def pass_on(
    number: _Number,
    by: _As,
    to: Annotated[str, typer.Option("--to", help="A team, or a name of [[people]].")],
    what: Annotated[str, typer.Option("--what", help="What they must know, in your own words.")],
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Tell others what concerns them, in your own words: a case of theirs, and nothing else."""
    from escalation.desk import case_at
    from escalation.subject import Ref
    from tocsin.passing import Passed, PassingRefused
    from tocsin.passing import pass_on as passed_on

    said = typed("--what", "what", what)
    if not said:
        fail("--what is blank. Say it in your own words.")
    passed = Passed(by, typed("--to", "to", to), said, VIA)
    with opened(config, db) as house:
        _must_be_trusted(house, by)
        with house.store.read() as desk:
            _matter(desk, number)
        now = house.clock.now()
        try:
            case = house.store.write(lambda desk: passed_on(house, desk, number, passed, now))
        except PassingRefused as refused:
            fail(f"Not passed on: {refused}.", 1)
        with house.store.read() as desk:
            owner = case_at(desk, Ref("case", case)).owner
    say(f"Passed on as case {case}: {owner} has it. It says who told of it, and not where from.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which private matters are meant, and who asks: numbers, or all that are open and were opened
    within the last while."""

    numbers: list[int] | None
    last: str | None
    by: str

    def found(self, house: "House", desk: "Unit") -> list[int]:
        if self.numbers:
            return [_matter(desk, number).number for number in dict.fromkeys(self.numbers)]
        since = house.clock.now() - self._while()
        matters = desk.subjects("matter", only_open=True, limit=100_000)
        return sorted(one.number for one in matters if one.opened_at >= since)

    def _while(self) -> "timedelta":
        from config import parse_duration

        if self.last is None:
            fail("Say which: the number that the page shows, or --all-of-last 2h.")
        try:
            return parse_duration(self.last)
        except ValueError as error:
            fail(f"--all-of-last: {error}.")


def _do(asked: _Asked, config: Any, db: Any, verb: str, done: str) -> None:
    from escalation.decision import Action, Verb

    failed = []
    with opened(config, db) as house:
        _must_be_trusted(house, asked.by)
        with house.store.read() as desk:
            numbers = asked.found(house, desk)
        for number in numbers:
            action = Action(Verb(verb), asked.by, via=VIA)
            why = house.store.write(_acting(house, number, action))
            if why is None:
                say(f"Private matter {number}: {done}")
            else:
                failed.append(f"Private matter {number}: no change, because {why}.")
    if failed:
        fail("\n".join(failed), 1)
    if not numbers:
        say("No private matter was opened within that time and is open.")


def _acting(house: "House", number: int, action: "Action") -> "Callable[[Unit], str | None]":
    from escalation.decision import Verb
    from escalation.subject import Ref

    def act(desk: "Unit") -> str | None:
        now = house.clock.now()
        why = house.engine.act(desk, Ref("matter", number), action, now)
        if why is None and action.verb is Verb.DISMISS:
            house.pipeline.give_back(desk, number, now)
        if why is None:
            desk.release_authors()
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
