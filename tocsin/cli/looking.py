"""Commands that look at cases, incidents and faults, and at the hand-offs between teams."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    nearest,
    opened,
    say,
    say_json,
    table,
)
from tocsin.cli.numbers import subject_number

if TYPE_CHECKING:
    from escalation.subject import Subject
    from tocsin.store import Unit
    from tocsin.waits import Wait
    from tocsin.wiring import House

All = Annotated[bool, typer.Option("--all", help="Closed ones too.")]
Owner = Annotated[str | None, typer.Option("--owner", "--mine", help="Only what this person owns.")]
Team = Annotated[str | None, typer.Option("--team", help="Only what this team has.")]
BandOption = Annotated[
    str | None, typer.Option("--band", help="Only this urgency: P1 to P4, storm, or Now, Soon ...")
]
StateOption = Annotated[
    str | None, typer.Option("--state", help="Only what stands there, such as new.")
]
AspectOption = Annotated[
    str | None, typer.Option("--aspect", help="Only what complains about this, such as billing.")
]
JourneyOption = Annotated[
    str | None, typer.Option("--journey", help="Only from this stage, such as leaving.")
]
Numbers = Annotated[
    list[int],
    typer.Argument(
        parser=subject_number, metavar="NUMBERS", help="Numbers, as the alerts show them."
    ),
]
Since = Annotated[str, typer.Option("--since", help='How far back, such as "30d".')]
MOST_LISTED = 1000
_HEAD = ("number", "level", "state", "owner", "due", "age", "topic")


def listing(kind: str) -> Callable[..., None]:
    """The command that lists subjects of a kind."""

    def run(
        config: ConfigOption = DEFAULT_CONFIG,
        db: DbOption = None,
        owner: Owner = None,
        team: Team = None,
        band: BandOption = None,
        state: StateOption = None,
        all_: All = False,
        json_: JsonOption = False,
    ) -> None:
        asked = {"owner": owner, "team": team, "band": _band(band), "state": state}
        _listed(kind, config, db, asked, every=all_, as_json=json_)

    def cases(
        config: ConfigOption = DEFAULT_CONFIG,
        db: DbOption = None,
        owner: Owner = None,
        team: Team = None,
        band: BandOption = None,
        state: StateOption = None,
        aspect: AspectOption = None,
        journey: JourneyOption = None,
        all_: All = False,
        json_: JsonOption = False,
    ) -> None:
        asked = {"owner": owner, "team": team, "band": _band(band), "state": state}
        asked |= {"aspect": aspect, "journey": journey}
        _listed(kind, config, db, asked, every=all_, as_json=json_)

    chosen = cases if kind == "case" else run
    chosen.__doc__ = f"Open {kind}s, the most urgent first, then what is due first."
    return chosen


def _listed(
    kind: str,
    config: Path,
    db: Path | None,
    asked: Mapping[str, str | None],
    *,
    every: bool,
    as_json: bool,
) -> None:
    like = {name: value for name, value in asked.items() if value is not None}
    with opened(config, db) as house, house.store.read() as desk:
        _check_state(kind, like.get("state"))
        _check_about(house, like)
        _check_names(house, desk, kind, like)
        closed_too = every or like.get("state") == "closed"
        _list(house, desk, kind, like, every=closed_too, as_json=as_json)


def _band(text: str | None) -> str | None:
    """The band that is meant by its name or by the word that people see."""
    from config import Band

    words = {word: str(band) for band in Band for word in (str(band).lower(), band.label.lower())}
    if text is None:
        return None
    if text.lower() not in words:
        fail(f'--band "{text}" is none. Known: {", ".join(words)}.')
    return words[text.lower()]


def _check_state(kind: str, state: str | None) -> None:
    from escalation.subject import Level, State

    known = [*State, *(Level if kind == "incident" else ())]
    if state is not None and state not in known:
        fail(f'--state "{state}" is none. Known: {", ".join(dict.fromkeys(map(str, known)))}.')


def _check_about(house: "House", like: Mapping[str, str]) -> None:
    from listener.aspects import OTHER, shipped
    from listener.journey import stages

    topics = [topic for team in house.settings.teams for topic in team.owns]
    for what, known in (
        ("aspect", (*shipped().names, *topics, OTHER)),
        ("journey", stages().names),
    ):
        if like.get(what, known[0]) not in known:
            fail(f'--{what} "{like[what]}" is none. Known: {", ".join(dict.fromkeys(known))}.')


def _list(
    house: "House", desk: "Unit", kind: str, like: dict[str, str], *, every: bool, as_json: bool
) -> None:
    from tocsin.cli.shown import row_of

    dues = desk.next_dues(kind)
    found = sorted(
        desk.subjects(kind, only_open=not every, limit=MOST_LISTED, like=like, urgent_first=True),
        key=lambda one: _urgency(one, dues.get(one.number)),
    )
    if as_json:
        for one in found:
            timer, due = dues.get(one.number, (None, None))
            at = due and due.isoformat(timespec="seconds")
            say_json({**row_of(one), "next": timer, "next_at": at})
        return
    if not found:
        say(f"No {'' if every else 'open '}{kind}s.")
        return
    rows = (_row(house, one, dues.get(one.number), house.clock.now()) for one in found)
    for line in table([_HEAD, *rows]):
        say(line)
    if any(one.safety for one in found):
        say("! a matter of safety")
    if len(found) == MOST_LISTED:
        say(f"These are the {MOST_LISTED} most urgent; there may be more.")


def _urgency(subject: "Subject", due: "Wait | None") -> tuple[Any, ...]:
    """What is open before what is closed, then by band, then by what is due first."""
    from config import Band

    wait = (due is None, due[1].timestamp() if due else 0.0)
    return not subject.is_open, list(Band).index(subject.band), *wait, -subject.number


def _check_names(house: "House", desk: "Unit", kind: str, like: dict[str, str]) -> None:
    """A list by a name that nobody has would look like calm. A name of old that still stands on
    something is one."""
    settings = house.settings
    people = [person.name for person in settings.people]
    teams = [team.name for team in settings.teams]
    for what, known in (("owner", people), ("team", teams)):
        name = like.get(what)
        if (
            name is None
            or name in known
            or desk.subjects(kind, only_open=False, limit=1, like={what: name})
        ):
            continue
        near = nearest(name, known)
        meant = f" Did you mean {near}?" if near else ""
        fail(f'--{what} "{name}" is none. Known: {", ".join(known)}.{meant}')


def _row(house: "House", subject: "Subject", due: "Wait | None", now: datetime) -> tuple[str, ...]:
    from zoneinfo import ZoneInfo

    from config import spell_duration
    from tocsin.cli.shown import state_of, topic_of
    from tocsin.waits import brief

    topic = topic_of(subject) or "–"
    topic = f"{subject.brand}: {topic}" if subject.brand else topic
    return (
        str(subject.number),
        subject.band.label + (" !" if subject.safety else ""),
        state_of(subject),
        subject.owner,
        ", ".join(filter(None, (_held(subject), brief(due, ZoneInfo(house.settings.timezone))))),
        spell_duration((subject.closed_at or now) - subject.opened_at),
        topic,
    )


def _held(subject: "Subject") -> str:
    storm = getattr(subject, "inhibited_by", None)
    return f"held by storm {storm}" if storm and subject.is_open else ""


def showing(kind: str) -> Callable[..., None]:
    """The command that shows subjects of a kind, one after the other."""

    def run(
        numbers: Numbers,
        config: ConfigOption = DEFAULT_CONFIG,
        db: DbOption = None,
        json_: JsonOption = False,
    ) -> None:
        _show(kind, numbers, config, db, json_)

    run.__doc__ = f"All of a {kind}: its owner and why, what was done, what is next."
    return run


def _show(kind: str, numbers: Sequence[int], config: Path, db: Path | None, as_json: bool) -> None:
    from escalation.subject import Ref
    from tocsin.cli.shown import readable, whole

    missing = []
    with opened(config, db) as house, house.store.read() as desk:
        for number in dict.fromkeys(numbers):
            subject = desk.subject(Ref(kind, number))
            if subject is None:
                missing.append(number)
                continue
            shown = whole(house, desk, subject, house.clock.now())
            if as_json:
                say_json(shown)
            else:
                for line in readable(house, desk, subject, shown, house.clock.now()):
                    say(line)
    if missing:
        fail("\n".join(f"There is no {kind} {number}." for number in missing), 1)


def handoffs(
    since: Since = "30d",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """Hand-offs between teams, counted and timed."""
    from config import parse_duration
    from escalation.handoff_figures import figures

    try:
        back = parse_duration(since)
    except ValueError as error:
        fail(f"--since: {error}.")
    with opened(config, db) as house, house.store.read() as desk:
        from_then = house.clock.now() - back
        found = figures(desk.handed_off(from_then), from_then)
    if json_:
        for pair in found:
            say_json(_seconds(pair))
    elif not found:
        say(f"No hand-offs in the last {since}.")
    else:
        for line in table(_pairs(found)):
            say(line)


def _seconds(pair: Any) -> dict[str, Any]:
    from dataclasses import asdict

    row = asdict(pair)
    for name in ("median", "p90"):
        wait = row.pop(name)
        row[f"{name}_seconds"] = None if wait is None else int(wait.total_seconds())
    return row


def _pairs(found: Sequence[Any]) -> list[tuple[str, ...]]:
    from config import spell_duration

    ended = ("accepted", "declined", "lapsed", "withdrawn", "pending", "rerouted")
    counted = ("handoffs", *ended, "ping_pong")
    head = ("", "from → to", *(name.replace("_", "-") for name in counted), "median", "90 %")
    rows = [head]
    for place, pair in enumerate(found, 1):
        waits = ("-" if one is None else spell_duration(one) for one in (pair.median, pair.p90))
        counts = (str(getattr(pair, name)) for name in counted)
        rows.append((str(place), f"{pair.from_team} → {pair.to_team}", *counts, *waits))
    return rows
