"""Commands of sources: where each listens and how it fares, and which kinds there are."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer

from tocsin.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    DbOption,
    JsonOption,
    opened,
    say,
    say_json,
    table,
)

if TYPE_CHECKING:
    from tocsin.listening import Standing

MOST_PLACES = 2  # of a source, in the table; --json has all
MOST_CHARS = 44  # of them

COLUMNS = ("last heard", "24 h", "a month", "state")

sources = typer.Typer(help="Where complaints are heard.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(sources, name="sources")


# ------------------------------------------------------------------------------------ the list
@sources.command("list")
def list_sources(
    config: ConfigOption = DEFAULT_CONFIG, db: DbOption = None, json_: JsonOption = False
) -> None:
    """Where each source listens, when it was last heard, how it fares and what it costs."""
    from tocsin.doctor.kept import daemon_is_running
    from tocsin.listening import standings

    with opened(config, db, may_be_new=True) as house, house.store.read() as desk:
        found = list(standings(house.settings, desk, house.clock.now()))
        zone = ZoneInfo(house.settings.timezone)
        is_running = daemon_is_running(db or house.settings.database)
    if json_:
        for one in found:
            say_json(_as_json(one) | {"daemon": is_running})
        return
    if found:
        head = (
            "",
            "source",
            "kind",
            "listens to",
            "every",
            "last heard",
            "24 h",
            "a month",
            "state",
        )
        rows = [(str(n), *_spoken(one, zone)) for n, one in enumerate(found, 1)]
        for line in table([head, *rows]):
            say(line)
    else:
        say("No source is declared: nothing at all is heard. `tocsin sources kinds` says what is.")
    if not is_running:
        say("No daemon runs: nothing is heard now. Start `tocsin run`.")


def _spoken(one: "Standing", zone: ZoneInfo) -> tuple[str, ...]:
    from config import spell_duration
    from tocsin.speaker import spoken

    return (
        one.source.name,
        one.source.kind + (f" ({one.platform})" if _tells(one) else ""),
        _places(one.hears),
        spell_duration(one.source.every),
        spoken(one.last_heard, zone) if one.last_heard else "never",
        f"{one.posts:,}",
        _money(one),
        _state(one, zone),
    )


def _tells(one: "Standing") -> bool:
    """Whether the platform says more than the kind."""
    return bool(one.platform) and one.platform != one.source.kind


def _places(hears: tuple[str, ...]) -> str:
    shown = "; ".join(hears[:MOST_PLACES])
    if len(shown) > MOST_CHARS:
        shown = f"{shown[: MOST_CHARS - 1]}…"
    more = len(hears) - MOST_PLACES
    return shown + (f" and {more} more" if more > 0 else "")


def _money(one: "Standing") -> str:
    from listener import collectors

    if one.cost is None or not (one.cost.high or one.spent):
        return collectors.facts_of(one.source.kind).costs.partition(";")[0]
    spent = f"; ${one.spent:.2f} so far" if one.spent else ""
    return f"${one.cost.low:.0f}-{one.cost.high:.0f}{spent}"


def _state(one: "Standing", zone: ZoneInfo) -> str:
    from config import spell_duration
    from listener.rhythm import LEAST_DAYS
    from tocsin.listening import State
    from tocsin.speaker import spoken

    said = str(one.state)
    if one.since is not None:
        said += f" since {spoken(one.since, zone)}: {one.why}"
    if one.state is State.LEARNING:
        said += f" its usual silences (day {one.learned} of {LEAST_DAYS})"
    if one.rests is not None:
        said += f"; rests until {spoken(one.rests, zone)}"
    if one.missed is not None:
        times = one.missed.stretches
        many = "once" if times == 1 else f"{times} times"
        said += f"; deaf {many} in 7 d, {spell_duration(one.missed.altogether)} in all"
    return said


def _as_json(one: "Standing") -> dict[str, Any]:
    lost, cost = one.missed, one.cost
    return {
        "name": one.source.name,
        "kind": one.source.kind,
        "platform": one.platform or None,
        "hears": list(one.hears),
        "every_seconds": int(one.source.every.total_seconds()),
        "last_heard": _iso(one.last_heard),
        "state": str(one.state),
        "since": _iso(one.since),
        "why": one.why or None,
        "rests_until": _iso(one.rests),
        "days_learned": one.learned,
        "posts_24_h": one.posts,
        "dollars_a_month": None if cost is None else [round(cost.low, 2), round(cost.high, 2)],
        "dollars_this_month": round(one.spent, 4),
        "missed_7_d": None
        if lost is None
        else {
            "stretches": lost.stretches,
            "seconds": int(lost.altogether.total_seconds()),
            "last": {
                "since": _iso(lost.since),
                "until": _iso(lost.until),
                "reason": lost.reason,
            },
        },
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


# ----------------------------------------------------------------------------------- the kinds
@sources.command("kinds")
def list_kinds(json_: JsonOption = False) -> None:
    """Every kind of source there is, its keys and its costs. `tocsin init KIND` sets one up."""
    from listener import collectors

    found = [(kind, collectors.facts_of(kind)) for kind in sorted(collectors.COLLECTORS)]
    if json_:
        for kind, facts in found:
            row = {"kind": kind, "title": facts.title, "keys": facts.keys}
            say_json(row | {"limits": facts.limits, "costs": facts.costs})
        return
    rows = [
        (str(n), kind, facts.title, facts.keys, facts.costs)
        for n, (kind, facts) in enumerate(found, 1)
    ]
    for line in table([("", "kind", "what it hears", "keys", "costs"), *rows]):
        say(line)
    say("`tocsin init KIND --source` says how one is set up; docs/sources.md has their limits.")
