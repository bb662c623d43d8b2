"""Commands of channels: what each can do and how it fares, and a sample through one."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    fail,
    load,
    opened,
    say,
    say_json,
    table,
    writable,
)

if TYPE_CHECKING:
    from datetime import datetime

    from config import Settings
    from tocsin.ears import Heard
    from tocsin.sampling import Sampled
    from tocsin.store import Unit
    from tocsin.wiring import House

WOULD_HEAR = "would hear"

channels = typer.Typer(help="Where alerts are read.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(channels, name="channels")
    app.command("test-alert")(try_channel)


# ------------------------------------------------------------------------------------ the list
@channels.command("list")
def list_channels(
    config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None, json_: JsonOption = False
) -> None:
    """What each channel can do, when it last took a message, and what is wrong with it."""
    with opened(config, db, may_be_new=True) as house, house.store.read() as desk:
        rows = list(_rows(house, desk, house.clock.now()))
        zone = ZoneInfo(house.settings.timezone)
    if json_:
        for row in rows:
            say_json(_as_json(row))
        return
    lines = [(str(n), *_spoken(row, zone)) for n, row in enumerate(rows, 1)]
    for line in table([("", "channel", "kind", "can", "last sent", "state"), *lines]):
        say(line)


def _rows(house: "House", desk: "Unit", now: "datetime") -> Iterator[dict[str, Any]]:
    from escalation.subject import Fault
    from tocsin.abilities import abilities, known_by_mail
    from tocsin.ears import how_heard
    from tocsin.taking_back import about as words_left_at

    heard = how_heard(desk, now)
    can, states = abilities(house.settings), desk.channel_states()
    for channel in house.settings.channels:
        name = channel.name
        last_sent, failing, failure = states.get(name, (None, None, ""))
        fault = desk.open_fault(f"channel:{name}"[:64]) or desk.open_fault(words_left_at(name))
        yield {
            "name": name,
            "kind": channel.kind,
            "can": can[name],
            "last_sent": last_sent,
            "failing": failing,
            "failure": failure,
            "not_recognised": []
            if can[name].knows_by_mail
            else known_by_mail(house.settings, name),
            "fault": fault.detail if isinstance(fault, Fault) else "",
            "hearing": _hearing(name, heard) if can[name].two_way else None,
        }


def _hearing(name: str, heard: "Mapping[str, Heard] | None") -> dict[str, Any]:
    """How a channel that can hear fares; `state` is "would hear" where nobody listens on it."""
    if heard is None:
        return {"state": WOULD_HEAR, "since": None, "why": "no daemon runs"}
    if name not in heard:
        why = "the daemon that runs was started without it"
        return {"state": WOULD_HEAR, "since": None, "why": why}
    one = heard[name]
    return {"state": str(one.state), "since": one.since, "why": one.why}


def _spoken(row: dict[str, Any], zone: ZoneInfo) -> tuple[str, str, str, str, str]:
    from tocsin.abilities import named
    from tocsin.speaker import spoken

    sent = spoken(row["last_sent"], zone) if row["last_sent"] else "never"
    can = ", ".join(named(row["can"])) or "show"
    return row["name"], row["kind"], can, sent, _state(row, zone)


def _state(row: dict[str, Any], zone: ZoneInfo) -> str:
    from tocsin.speaker import spoken

    state = "no trouble known"
    if row["failing"]:
        state = f"failing since {spoken(row['failing'], zone)}: {row['failure']}"
    elif row["fault"]:
        state = str(row["fault"])
    elif row["not_recognised"]:
        who = ", ".join(row["not_recognised"])
        state = f"does not recognise {who}: known by a mail address, not verified there"
    if row["hearing"] is None:
        return state
    since = row["hearing"]["since"]
    hears = f"{row['hearing']['state']}{f' since {spoken(since, zone)}' if since else ''}"
    return f"{state}; {hears}" + (f": {why}" if (why := row["hearing"]["why"]) else "")


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    can = asdict(row["can"]) | {"may_quote": row["can"].may_quote}
    times = {name: _iso(row[name]) for name in ("last_sent", "failing")}
    hearing = row["hearing"] and {**row["hearing"], "since": _iso(row["hearing"]["since"])}
    return {**row, "can": can, **times, "hearing": hearing}


def _iso(at: "datetime | None") -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


# ----------------------------------------------------------------------------------- a sample
def try_channel(
    channel: Annotated[str, typer.Argument(help="A name of [[channels]].")],
    to: Annotated[
        str | None, typer.Option("--to", help="An address there; default: its room, or a team's.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", help="To a person's contact there, as a page.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Send a harmless sample through a channel. Exit code 0: taken, 1: not now, 3: refused."""
    from escalation.channel import ChannelRefused
    from tocsin.live import open_channel
    from tocsin.randomness import SystemRandomness
    from tocsin.sampling import Came, ends, sample, send

    settings = load(config, secrets=False).settings
    name = writable(channel)
    _known(settings, name)
    address = _address(settings, name, to, person)
    in_room = to is None and person is None
    number = SystemRandomness().token(8)
    message = sample(address, person=person, in_room=in_room, number=number)
    try:
        built = open_channel(settings, name)
    except ChannelRefused as error:
        fail(f"{name} cannot be used: {error}.", Came.REFUSED.value)
    came = send(built, message)
    if came.came is Came.TAKEN:
        say(f"{name} took it for {address}; its receipt is {came.said}. Look whether it is there.")
        _end(name, ends(built, message, came.said))
        return
    again = "Try again later" if came.came is Came.NOT_NOW else "It will not be taken as it is"
    fail(f"{name} did not take it for {address}: {came.said}. {again}.", came.came.value)


def _end(name: str, ended: "Sampled | None") -> None:
    """Say whether a pager was told that the sample is over. Fails where it was not."""
    from tocsin.sampling import Came

    if ended is None:
        return
    if ended.came is Came.TAKEN:
        say(f"{name} was told at once that it is over, so that it rings no more.")
        return
    fail(
        f"{name} could not be told that it is over: {ended.said}. Close it there, or it rings on.",
        ended.came.value,
    )


def _known(settings: "Settings", name: str) -> None:
    known = [one.name for one in settings.channels]
    if name not in known:
        fail(f"There is no channel {name}. Known: {', '.join(known)}.")


def _address(settings: "Settings", name: str, to: str | None, person: str | None) -> str:
    """Where it goes: as it was said, or by a person's contact, or into the room."""
    if to is not None and not to.strip():
        fail("--to is blank.")
    if person is not None and person not in [one.name for one in settings.people]:
        known = ", ".join(one.name for one in settings.people)
        fail(f"[[people]] names nobody {person}. Known: {known}.")
    if to is not None:
        return writable(to).strip()
    if person is not None:
        contacts = settings.person(person).contacts
        found = next((one.to for one in contacts if one.channel == name), None)
        if found is None:
            fail(f"{person} has no contact on {name}. Say --to, or add one to [[people]].")
        return found
    own = [one.room for one in settings.channels if one.name == name and one.room is not None]
    of_teams = (room.to for team in settings.teams for room in team.rooms if room.channel == name)
    room = next(iter((*own, *of_teams)), None)
    if room is None:
        fail(f"{name} has no room. Say --to ADDRESS, or --person NAME.")
    return room
