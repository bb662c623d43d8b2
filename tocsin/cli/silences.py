"""`tocsin silence`: for a while, what is known already pages nobody."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    at_a_terminal,
    fail,
    opened,
    say,
    say_json,
    table,
    writable,
)
from tocsin.cli.fault_names import unknown_fault
from tocsin.cli.numbers import subject_number
from tocsin.cli.silence_words import (
    LIST_HEAD,
    MOST_SHOWN,
    line_of,
    preview_of,
    print_one,
    print_preview,
    row_of,
    time_of,
)

if TYPE_CHECKING:
    from escalation.silences import Scope
    from tocsin.wiring import House


silence = typer.Typer(
    help="For a while, page nobody for what is known already.", no_args_is_help=True
)
Number = Annotated[
    int, typer.Argument(parser=subject_number, metavar="NUMBER", help="The silence's number.")
]
Who = Annotated[str, typer.Option("--as", help="Who acts: the team's lead, or somebody above.")]
For = Annotated[str, typer.Option("--for", help='How long, such as "2h"; at most 14 days.')]
BrandOption = Annotated[str | None, typer.Option("--brand", help="Of this brand.")]
TeamOption = Annotated[str | None, typer.Option("--team", help="Of this team.")]
TopicOption = Annotated[str | None, typer.Option("--topic", help="On this topic.")]
About = Annotated[
    str | None, typer.Option("--about", help='The fault of this name, such as "source:x".')
]
Urgent = Annotated[bool, typer.Option("--urgent", help="What is Now (P1) too.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(silence, name="silence")


@silence.command("add")
def add(
    by: Who,
    for_: For,
    reason: Annotated[str, typer.Option("--reason", help="Why, in a few words.")],
    brand: BrandOption = None,
    team: TeamOption = None,
    topic: TopicOption = None,
    about: About = None,
    urgent: Urgent = False,
    yes: Annotated[bool, typer.Option("--yes", help="Begin it without asking.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Begin a silence, after showing what it would hold."""
    from escalation.decision import Action, Verb
    from escalation.rights import refuse_silence
    from escalation.silences import Scope, Silence, of_its_team
    from tocsin.refusals import because

    scope = Scope(brand=brand, team=team, topic=topic, about=about, urgent=urgent)
    reason, by = writable(reason), writable(by)
    with opened(config, db) as house:
        scope = of_its_team(scope, house.settings)
        wait = _usable(house, scope, for_, reason)
        if (why := refuse_silence(scope, by, house.engine.rules, house.clock.now())) is not None:
            action = Action(Verb.NOTE, by)
            fail(f"No silence, because {because(house, None, action, why).rstrip('.')}.", 1)
        if not json_:
            print_preview(scope, preview_of(house, scope, wait))
        _confirm(yes=yes, json_=json_)
        now = house.clock.now()
        begun = house.store.write(
            lambda desk: house.engine.silence(desk, scope, wait, by, reason, now)
        )
        if not isinstance(begun, Silence):
            fail(f"No change: {begun}.", 1)
        with house.store.read() as desk:
            row = row_of(desk, begun, now)
    if json_:
        say_json(row)
    else:
        say(
            f"Silence {begun.number}: {by} has silenced {scope.spoken} until "
            f"{time_of(house, begun.until)}; it holds {row['holds']} now, and what it holds pages "
            "when it ends."
        )


def _confirm(*, yes: bool, json_: bool) -> None:
    """Nothing is silenced by mistake: it takes --yes, or a person at a terminal who says so."""
    if yes:
        return
    if json_ or not at_a_terminal():
        fail("Nothing was silenced. Say --yes to begin it.")
    if not typer.confirm("Begin it?", err=True):
        fail("Nothing was silenced.", 1)


@silence.command("preview")
def preview(
    brand: BrandOption = None,
    team: TeamOption = None,
    topic: TopicOption = None,
    about: About = None,
    urgent: Urgent = False,
    for_: For = "2h",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """What a silence would hold; changes nothing."""
    from escalation.silences import Scope, of_its_team

    scope = Scope(brand=brand, team=team, topic=topic, about=about, urgent=urgent)
    with opened(config, db) as house:
        scope = of_its_team(scope, house.settings)
        wait = _usable(house, scope, for_, "preview")
        seen = preview_of(house, scope, wait)
    if json_:
        say_json({"holds": list(seen.holds), "hidden": seen.hidden, "cases": seen.cases})
    else:
        print_preview(scope, seen)


def _usable(house: "House", scope: "Scope", for_: str, reason: str) -> timedelta:
    """How long, where the rest is usable too; else ends with what is wrong."""
    from config import parse_duration
    from escalation.silences import refused

    try:
        wait = parse_duration(for_)
    except ValueError as error:
        fail(f"--for: {error}.")
    why = refused(scope, wait, reason, house.settings)
    if why is not None:
        fail(f"{why[:1].upper()}{why[1:]}.")
    if (unknown := unknown_fault(house, scope.about)) is not None:
        fail(unknown)
    return wait


@silence.command("list")
def list_silences(
    all_: Annotated[bool, typer.Option("--all", help="Those that are over too.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Silences that run, the newest first, and how much each has hidden."""
    with opened(config, db) as house, house.store.read() as desk:
        now = house.clock.now()
        found = [one for one in desk.all_silences() if all_ or one.runs(now)]
        rows = [row_of(desk, one, now) for one in found]
    if json_:
        for row in rows:
            say_json(row)
    elif rows:
        for line in table(
            [LIST_HEAD, *(line_of(house, *one) for one in zip(found, rows, strict=True))]
        ):
            say(line)
    if not rows and not json_:
        say("No silence runs." if not all_ else "No silences.")


@silence.command("show")
def show(
    number: Number,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """One silence, and what it has held back."""
    with opened(config, db) as house, house.store.read() as desk:
        found = desk.silence_of(number)
        if found is None:
            fail(f"There is no silence {number}.", 1)
        row = row_of(desk, found, house.clock.now())
        held = desk.hidden_by(number)
    row["subjects"] = [
        {
            "subject": str(one.ref),
            "at": one.at.isoformat(timespec="seconds"),
            "state": one.state,
            "held": one.held,
        }
        for one in held
    ]
    if json_:
        say_json(row)
        return
    print_one(house, found, row)
    for one in held[:MOST_SHOWN]:
        say(f"    {one.ref.spoken:<12}  held {'still' if one.held else 'once'}, {one.state}")
    if len(held) > MOST_SHOWN:
        say(f"    and {len(held) - MOST_SHOWN:,} more; see --json")


@silence.command("end")
def end(
    number: Number,
    by: Who,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """End a silence before its time: what it held pages at once."""
    with opened(config, db) as house:
        now = house.clock.now()
        why = house.store.write(
            lambda desk: house.engine.unsilence(desk, number, writable(by), now)
        )
        if why is not None:
            fail(f"No change: {why}.", 1)
        with house.store.read() as desk:
            found = desk.silence_of(number)
            assert found is not None
            row = row_of(desk, found, now)
    if json_:
        say_json(row)
    else:
        say(
            f"Silence {number}: {by} has ended it; it had hidden {row['hidden']}, and what it "
            "still held pages now."
        )
