"""Commands of who is there: who is on call, who is away, who takes a turn."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    writable,
)

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from escalation.on_call import Gap, OnCall
    from tocsin.oncall import Answer
    from tocsin.speaker import Speaker
    from tocsin.store import Unit

_TIMES = ("--from", "--until")  # what is said of these was mistyped; else it may not be
_ZONED = "a day, a local time, or a time with its zone"
Who = Annotated[str, typer.Option("--as", help="Who says it: a name of [[people]].")]
PersonName = Annotated[str, typer.Argument(metavar="PERSON", help="A name of [[people]].")]
TeamName = Annotated[str, typer.Argument(metavar="TEAM", help="A name of [[teams]].")]
From = Annotated[str, typer.Option("--from", help=f"From when on: {_ZONED}; default: now.")]
Until = Annotated[str, typer.Option("--until", help=f"Until when: {_ZONED}; a day included.")]
Announced = Annotated[
    bool, typer.Option("--announced", help="Take back what has not begun yet, too.")
]

EARLIEST_SHOWN, LATEST_SHOWN = 2000, 2100  # years whose rotas and holidays are shown
oncall = typer.Typer(help="Who is on call, who is away, who takes a turn.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(oncall, name="oncall")


@oncall.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Who is on call, who is away, who takes a turn. Alone: `oncall show`."""
    if context.invoked_subcommand is None:
        show(team=None, at=None, config=config, db=db, json_=json_)


@oncall.command("show")
def show(
    team: Annotated[str | None, typer.Argument(metavar="TEAM", help="Only this team.")] = None,
    at: Annotated[str | None, typer.Option("--at", help=f"At another time: {_ZONED}.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """For each team: who is asked at each step, until when, who is next, who is away."""
    from config.problems import no_such
    from escalation.on_call import LOOK_AHEAD, gaps, on_call

    with opened(config, db, may_be_new=True) as house:
        rules = house.engine.rules
        known = [one.name for one in rules.settings.teams]
        if team is not None and team not in known:
            what, remedy = no_such("team", team, known)
            fail(f"There is {what}. {remedy}")
        for one in rules.settings.teams:
            if team in (None, one.name):
                zone = rules.settings.zone_of_team(one)
                now = house.clock.now() if at is None else _shown_at(at, zone)
                found = on_call(rules, one, now)
                nobody = list(gaps(rules.roster, one.name, now, now + LOOK_AHEAD))
                if json_:
                    say_json(_row(found, nobody, now))
                else:
                    _say_on_call(found, nobody, zone)


@oncall.command("away")
def away(
    person: PersonName,
    until: Until,
    by: Who,
    since: From = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say which open cases would move.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Somebody is away; their open cases go to the next active person when it begins."""
    from tocsin import oncall as saying

    def work(desk: "Unit", speaker: "Speaker") -> "Answer":
        name = writable(person)
        begins, ends = _stretch(speaker, _zone_of(speaker, name), since, until)
        answer = saying.away(desk, speaker, name, begins, ends)
        if preview:
            raise _Preview(answer)
        return answer

    _say(config, db, by, work)


@oncall.command("back")
def back(
    person: PersonName,
    by: Who,
    announced: Announced = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Somebody is back; nothing moves by itself."""
    from tocsin import oncall as saying

    _say(
        config,
        db,
        by,
        lambda desk, speaker: saying.back(desk, speaker, writable(person), announced=announced),
    )


@oncall.command("cover")
def cover(
    team: TeamName,
    person: PersonName,
    until: Until,
    by: Who,
    since: From = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Somebody takes a team's turn on call for a while."""
    from tocsin import oncall as saying

    def work(desk: "Unit", speaker: "Speaker") -> "Answer":
        zone = _zone_of_team(speaker, writable(team))
        begins, ends = _stretch(speaker, zone, since, until)
        return saying.cover(desk, speaker, writable(team), writable(person), begins, ends)

    _say(config, db, by, work)


@oncall.command("uncover")
def uncover(
    team: TeamName,
    by: Who,
    announced: Announced = False,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """The cover of a team ends; its rota counts again."""
    from tocsin import oncall as saying

    _say(
        config,
        db,
        by,
        lambda desk, speaker: saying.uncover(desk, speaker, writable(team), announced=announced),
    )


class _Preview(Exception):
    """What would have come of it; the transaction is undone."""

    def __init__(self, answer: "Answer") -> None:
        super().__init__("only looked at")
        self.answer = answer


def _say(
    config: Path, db: Path | None, by: str, work: Callable[["Unit", "Speaker"], "Answer"]
) -> None:
    """Do it in one transaction; say what came of it, or in one sentence why it cannot be."""
    from tocsin.speaker import Refused, Speaker

    with opened(config, db) as house:
        speaker, previewed = Speaker(house.engine, writable(by), house.clock.now()), False
        try:
            answer = house.store.write(lambda desk: work(desk, speaker))
            say(answer.text)
        except _Preview as looked:
            answer, previewed = looked.answer, True
            say(f"Would be: {answer.text}" if answer.changed else answer.text)
        except Refused as error:
            fail(_ended(str(error)), 2 if str(error).startswith(_TIMES) else 1)
        for move in answer.moves:
            say(f"    {move.ref.spoken} goes to {move.owner}")
        if not answer.changed and not previewed:
            raise typer.Exit(1)


# --------------------------------------------------------------------------------- times
def _instant(text: str, zone: "ZoneInfo", option: str, *, ends: bool = False) -> "datetime":
    from tocsin.speaker import Refused, instant

    try:
        return instant(text, zone, ends=ends)
    except Refused as error:
        raise Refused(f"{option}: {error}") from None


def _shown_at(text: str, zone: "ZoneInfo") -> "datetime":
    from tocsin.speaker import Refused

    try:
        at = _instant(text, zone, "--at")
    except Refused as error:
        fail(_ended(str(error)))
    if not EARLIEST_SHOWN <= at.year <= LATEST_SHOWN:
        fail(f"--at: name a time from {EARLIEST_SHOWN} to {LATEST_SHOWN}.")
    return at


def _ended(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def _stretch(
    speaker: "Speaker", zone: "ZoneInfo", since: str, until: str
) -> tuple["datetime", "datetime"]:
    from tocsin.speaker import Refused, spoken

    begins = _instant(since, zone, "--from") if since else speaker.now
    ends = _instant(until, zone, "--until", ends=True)
    if ends <= speaker.now:
        raise Refused(f"--until {spoken(ends, zone)} is past; name a later one")
    if ends <= begins:
        raise Refused(
            f"--until {spoken(ends, zone)} is not after --from {spoken(begins, zone)}; "
            "put the beginning before the end"
        )
    return begins, ends


def _zone_of(speaker: "Speaker", person: str) -> "ZoneInfo":
    from zoneinfo import ZoneInfo

    settings = speaker.settings
    known = next((one for one in settings.people if one.name == person), None)
    return settings.zone_of(known) if known else ZoneInfo(settings.timezone)


def _zone_of_team(speaker: "Speaker", team: str) -> "ZoneInfo":
    from zoneinfo import ZoneInfo

    settings = speaker.settings
    known = next((one for one in settings.teams if one.name == team), None)
    return settings.zone_of_team(known) if known else ZoneInfo(settings.timezone)


# ------------------------------------------------------------------------------- showing
def _say_on_call(turn: "OnCall", nobody: "list[Gap]", zone: "ZoneInfo") -> None:
    from tocsin.speaker import spoken

    opens = f"closed, opens {spoken(turn.opening, zone)}" if turn.opening else "open now"
    say(f"{turn.team}: {opens}")
    asked: set[str] = set()
    for role, person in turn.steps:
        # Where a topic has its own person, who is on call was not asked yet.
        is_new = person not in asked or (role == "on_call" and turn.owners)
        again = "" if is_new else _asked_before(role)
        asked |= {person} if person else set()
        say(f"    {role:<10} {person or '(nobody; passed over)'}{again}{_turn(role, turn, zone)}")
    for topic, person in turn.owners.items():
        say(f"    {topic}: {person} first")
    for person, back in turn.away:
        say(f"    away: {person}, until {spoken(back, zone)}")
    for gap in nobody:
        times = f"from {spoken(gap.since, zone)} until {spoken(gap.until, zone)}"
        say(f"    gap: nobody is on call {times}")


def _asked_before(role: str) -> str:
    """Nobody is asked twice on the way up, but for the last, who is asked until they answer."""
    return " (asked again)" if role == "executive" else " (asked already; passed over)"


def _turn(role: str, turn: "OnCall", zone: "ZoneInfo") -> str:
    from tocsin.speaker import spoken

    if role != "on_call" or turn.until is None:
        return ""
    return f", until {spoken(turn.until, zone)}, then {turn.following or 'nobody'}"


def _row(turn: "OnCall", nobody: "list[Gap]", now: "datetime") -> dict[str, Any]:
    def stamp(at: "datetime | None") -> str | None:
        return None if at is None else at.isoformat(timespec="seconds")

    return {
        "team": turn.team,
        "at": stamp(now),
        "steps": [{"step": str(role), "person": person} for role, person in turn.steps],
        "owners": dict(turn.owners),
        "on_call": turn.on_call,
        "until": stamp(turn.until),
        "next": turn.following,
        "away": [{"person": person, "until": stamp(back)} for person, back in turn.away],
        "gaps": [{"from": stamp(gap.since), "until": stamp(gap.until)} for gap in nobody],
        "open": turn.opening is None,
        "opens": stamp(turn.opening),
    }
