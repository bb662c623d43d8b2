"""Commands that act: cases and incidents, the same actions as in chat."""

from collections.abc import Sequence
from functools import partial
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
    from escalation.decision import Action
    from escalation.subject import Ref, Subject
    from tocsin.store import Unit
    from tocsin.wiring import House

# The largest number that every JSON reader keeps exactly; the store could not hold a longer one.
LARGEST = 2**53 - 1
Numbers = Annotated[
    list[int], typer.Argument(min=1, max=LARGEST, help="Numbers, as the alerts show them.")
]
Who = Annotated[str, typer.Option("--as", help="Who acts: a name of [[people]].")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a few words.")]
Told = Annotated[
    str, typer.Option("--told", help='What the customer was told already; "nothing" is an answer.')
]
To = Annotated[str, typer.Option("--to", help="To whom: a name of [[people]].")]
ToTeam = Annotated[str, typer.Option("--to", help="To which team.")]
For = Annotated[str, typer.Option("--for", help='How long, such as "2h".')]
Cause = Annotated[str | None, typer.Option("--cause", help="The function that caused it.")]
Cost = Annotated[
    int | None, typer.Option("--cost", min=0, max=LARGEST, help="Minutes of work it cost.")
]

Money = Annotated[
    int | None,
    typer.Option("--money", min=0, max=LARGEST, help="What it cost, in whole units of currency."),
]
Done = Annotated[str, typer.Option("--done", help="What was done for this customer.")]
Rest = Annotated[
    str, typer.Option("--rest", help="What was done for everybody else whom it concerns.")
]

cases = typer.Typer(help="List, show and act on cases.", no_args_is_help=True)
faults = typer.Typer(
    help="List and act on faults: a deaf source, a dumb channel.", no_args_is_help=True
)
incidents = typer.Typer(help="List, show and act on incidents.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the two groups."""
    app.add_typer(cases, name="cases")
    app.add_typer(incidents, name="incidents")
    app.add_typer(faults, name="faults")


# ------------------------------------------------------------------------------- looking
@cases.command("list")
def list_cases(
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    json_: JsonOption = False,
) -> None:
    """Open cases, the newest first."""
    _list("case", config, db, all_, json_)


@incidents.command("list")
def list_incidents(
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    json_: JsonOption = False,
) -> None:
    """Open incidents, the newest first."""
    _list("incident", config, db, all_, json_)


def _list(kind: str, config: Path, db: Path | None, all_: bool, json_: bool) -> None:
    with opened(config, db) as house, house.store.read() as desk:
        found: Sequence[Subject] = desk.subjects(kind, only_open=not all_)
    for one in found:
        row = _row(one)
        if json_:
            say_json(row)
        else:
            what = row.get("about") or f"{one.brand}: {one.topic or one.team}"
            say(
                f"{one.number:>6}  {one.band.label:<9}  {one.state:<8}  {one.owner:<16}  "
                f"{what}  {row['opened_at']}"
            )
    if not found and not json_:
        say(f"No {'' if all_ else 'open '}{kind}s.")


def _row(subject: "Subject") -> dict[str, Any]:
    """A subject as JSON: every field of it."""
    from dataclasses import asdict

    fields = {"kind": subject.kind, **asdict(subject)}
    return {name: _as_json(value) for name, value in fields.items()}


def _as_json(value: Any) -> Any:
    from datetime import datetime

    if isinstance(value, tuple):
        return [_as_json(one) for one in value]
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


@cases.command("show")
def show_case(
    number: Annotated[int, typer.Argument(min=1, max=LARGEST, help="The case's number.")],
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """One case: its posts, its owner, what happened and what happens next."""
    _show("case", number, config, db, json_)


@incidents.command("show")
def show_incident(
    number: Annotated[int, typer.Argument(min=1, max=LARGEST, help="The incident's number.")],
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    json_: JsonOption = False,
) -> None:
    """One incident: its figures, its owner, its cases, what happened."""
    _show("incident", number, config, db, json_)


def _show(kind: str, number: int, config: Path, db: Path | None, json_: bool) -> None:
    from escalation.subject import Ref

    with opened(config, db) as house, house.store.read() as desk:
        subject = desk.subject(Ref(kind, number))
        if subject is None:
            fail(f"There is no {kind} {number}.", 1)
        shown = _whole(desk, subject, house)
    if json_:
        say_json(shown)
        return
    for key, value in shown.items():
        if isinstance(value, list):
            say(f"{key}:")
            for line in value:
                text = "  ".join(str(v) for v in line.values()) if isinstance(line, dict) else line
                say(f"    {text}")
        elif value not in (None, "", False):
            say(f"{key}: {value}")


def _whole(desk: "Unit", subject: "Subject", house: "House") -> dict[str, Any]:
    from escalation.subject import Case, Incident
    from tocsin.duties import Duties
    from tocsin.store.times import utc

    shown = _row(subject)
    if isinstance(subject, Case):
        people = {person.name: person.shown_name for person in house.settings.people}
        named, now = partial(_named, people), house.clock.now()
        shown |= Duties(subject, house.engine.rules, named, now).rows
        shown["said"] = [
            {
                "at": utc(post["created_at"]).isoformat(timespec="minutes"),
                "author": post["handle"],
                "text": post["text"] or "(deleted by its author)",
                "url": post["url"],
            }
            for post in desk.posts_of_case(subject.number)
        ]
    else:
        shown["cases"] = [case.number for case in desk.members(subject.number)]
    if isinstance(subject, Incident):
        from tocsin.cli.warnings import warned_before

        shown["warned_before"] = warned_before(desk, subject)
    shown["due"] = [
        f"{timer} at {due.isoformat(timespec='seconds')}"
        for timer, due in sorted(desk.dues(subject.ref).items(), key=lambda item: item[1])
    ]
    shown["history"] = [
        {
            "at": entry["at"].isoformat(timespec="seconds"),
            "event": entry["event"],
            "actor": entry["actor"],
            "note": entry["note"],
        }
        for entry in desk.history(str(subject.ref))
    ]
    return shown


def _named(people: dict[str, str], name: str) -> str:
    return people.get(name, name)


# -------------------------------------------------------------------------------- acting
def _act(
    kind: str, numbers: Sequence[int], action: "Action", config: Path, db: Path | None
) -> None:
    """Do it to each; says what came of it, and fails where nothing changed for any."""
    from escalation.subject import Ref

    changed = 0
    with opened(config, db) as house:
        for number in numbers:
            ref = Ref(kind, number)
            why = house.store.write(partial(_do, house, ref, action))
            with house.store.read() as desk:
                after = desk.subject(ref)
            if why is None and after is not None:
                changed += 1
                say(f"{ref.spoken.capitalize()}: {after.state}, owner {after.owner}.")
            else:
                say(f"{ref.spoken.capitalize()}: no change, because {why}.")
    if not changed:
        raise typer.Exit(1)


def _do(house: "House", ref: "Ref", action: "Action", desk: "Unit") -> str | None:
    return house.engine.act(desk, ref, action, house.clock.now())


def _action(verb: str, by: str, **rest: Any) -> "Action":
    from escalation.decision import Action, Verb

    words: dict[str, Any] = {
        name: writable(value) if isinstance(value, str) else value for name, value in rest.items()
    }
    return Action(Verb(verb), writable(by), **words)


@cases.command("ack")
def ack(
    numbers: Numbers,
    by: Who,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Acknowledge: you own it from now on."""
    _act("case", numbers, _action("ack", by), config, db)


@cases.command("assign")
def assign(
    numbers: Numbers,
    by: Who,
    to: To,
    reason: Reason = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Make somebody the owner (lead or above)."""
    _act("case", numbers, _action("assign", by, to=to, reason=reason), config, db)


@cases.command("handoff")
def handoff(
    numbers: Numbers,
    by: Who,
    to: To,
    reason: Reason,
    told: Told,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Offer it to somebody; you own it until they accept."""
    _act("case", numbers, _action("handoff", by, to=to, reason=reason, told=told), config, db)


@cases.command("accept")
def accept(
    numbers: Numbers,
    by: Who,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Take over what was offered to you."""
    _act("case", numbers, _action("accept", by), config, db)


@cases.command("decline")
def decline(
    numbers: Numbers,
    by: Who,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Give back what was offered to you."""
    _act("case", numbers, _action("decline", by), config, db)


@cases.command("snooze")
def snooze(
    numbers: Numbers,
    by: Who,
    for_: For,
    reason: Reason,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Put it off, with a reason; at most 8 h for Now and Soon, else 7 days."""
    _act("case", numbers, _action("snooze", by, wait=_wait(for_), reason=reason), config, db)


@cases.command("note")
def note(
    numbers: Numbers,
    by: Who,
    reason: Reason,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Add a note; it counts as progress."""
    _act("case", numbers, _action("note", by, reason=reason), config, db)


@cases.command("replied")
def replied(
    numbers: Numbers,
    by: Who,
    reason: Reason = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Say that we replied to the customer, where Tocsin cannot see it."""
    _act("case", numbers, _action("replied", by, reason=reason), config, db)


@cases.command("reroute")
def reroute(
    numbers: Numbers,
    by: Who,
    to: ToTeam,
    reason: Reason = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Wrong team: give it to another one."""
    _act("case", numbers, _action("reroute", by, to=to, reason=reason), config, db)


@cases.command("claim")
def claim(
    numbers: Numbers,
    by: Who,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Raise a hand: take it, whoever has it."""
    _act("case", numbers, _action("claim", by), config, db)


@cases.command("escalate")
def escalate(
    numbers: Numbers, by: Who, config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None
) -> None:
    """Let it climb at once."""
    _act("case", numbers, _action("escalate", by), config, db)


@cases.command("resolve")
def resolve(
    numbers: Numbers,
    by: Who,
    cause: Cause = None,
    cost: Cost = None,
    money: Money = None,
    done: Done = "",
    rest: Rest = "",
    reason: Reason = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Close it: done. Today and This week are prefilled; Now and Soon take the whole account."""
    account = {"cost": cost, "money": money, "done": done, "done_for_rest": rest}
    action = _action("resolve", by, cause=cause, reason=reason, **account)
    _act("case", numbers, action, config, db)


@cases.command("dismiss")
def dismiss(
    numbers: Numbers,
    by: Who,
    reason: Reason,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Close it: not a complaint, not us, or spam."""
    _act("case", numbers, _action("dismiss", by, reason=reason), config, db)


@cases.command("reopen")
def reopen(
    numbers: Numbers,
    by: Who,
    reason: Reason,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Open a closed case again."""
    _act("case", numbers, _action("reopen", by, reason=reason), config, db)


@incidents.command("ack")
def ack_incident(
    numbers: Numbers, by: Who, config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None
) -> None:
    """Acknowledge: you own it from now on."""
    _act("incident", numbers, _action("ack", by), config, db)


@incidents.command("assign")
def assign_incident(
    numbers: Numbers, by: Who, to: To, config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None
) -> None:
    """Make somebody the owner (lead or above)."""
    _act("incident", numbers, _action("assign", by, to=to), config, db)


@incidents.command("update")
def update_incident(
    numbers: Numbers,
    by: Who,
    reason: Reason,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Say that a public update was posted."""
    _act("incident", numbers, _action("note", by, reason=reason), config, db)


@incidents.command("contain")
def contain(
    numbers: Numbers,
    by: Who,
    reason: Reason = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """The storm is contained; its cases page for themselves again."""
    _act("incident", numbers, _action("contain", by, reason=reason), config, db)


@incidents.command("dismiss")
def dismiss_incident(
    numbers: Numbers,
    by: Who,
    reason: Reason,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Nothing in it (a watch only); kept as a warning."""
    _act("incident", numbers, _action("dismiss", by, reason=reason), config, db)


@incidents.command("resolve")
def resolve_incident(
    numbers: Numbers,
    by: Who,
    cause: Cause = None,
    cost: Cost = None,
    money: Money = None,
    done: Done = "",
    rest: Rest = "",
    reason: Reason = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Close it with its account and a review, which is the reason."""
    account = {"cost": cost, "money": money, "done": done, "done_for_rest": rest}
    action = _action("resolve", by, cause=cause, reason=reason, **account)
    _act("incident", numbers, action, config, db)


@faults.command("list")
def list_faults(
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    json_: JsonOption = False,
) -> None:
    """Open faults, the newest first."""
    _list("fault", config, db, all_, json_)


@faults.command("ack")
def ack_fault(
    numbers: Numbers, by: Who, config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None
) -> None:
    """Acknowledge: you see to it from now on."""
    _act("fault", numbers, _action("ack", by), config, db)


@faults.command("note")
def note_fault(
    numbers: Numbers,
    by: Who,
    reason: Reason,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Add a note; it counts as progress."""
    _act("fault", numbers, _action("note", by, reason=reason), config, db)


@faults.command("resolve")
def resolve_fault(
    numbers: Numbers,
    by: Who,
    reason: Reason = "",
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Close it; most close by themselves once what failed works again."""
    _act("fault", numbers, _action("resolve", by, reason=reason), config, db)


@incidents.command("declare")
def declare(
    brand: Annotated[str, typer.Argument(help="The brand that is in a storm.")],
    by: Who,
    config: ConfigOption = DEFAULT_CONFIG,
    db: DbOption = None,
) -> None:
    """Say that this is a storm, whatever is measured."""
    with opened(config, db) as house:
        known = [one.name for one in house.settings.brands]
        if brand not in known:
            fail(f"There is no brand {brand}. Known: {', '.join(known)}.")
        if not house.engine.rules.is_active(by, house.clock.now()):
            fail(f"{by} is no active person of [[people]].")
        action, now = _action("declare", by), house.clock.now()
        incident = house.store.write(lambda desk: house.engine.declare(desk, brand, action, now))
    say(f"Incident {incident.number}: storm, owner {incident.owner}.")


def _wait(text: str) -> Any:
    from config import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        fail(f"--for: {error}.")
