"""The morning line: on each working day, how things stand, in the rooms of each team.

A house that has nothing to say and one that has died look alike, so it comes when nothing has
happened as well: that it is missing is the alarm. It goes through the outbox, once a team and day,
and is made when it is sent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from config import Band, Contact, Team, spell_duration
from escalation import business, encode
from escalation.alert import MAX_HEADLINE
from escalation.channel import Message, Purpose
from escalation.desk import Outgoing
from escalation.localtime import instant_of
from escalation.rules import Rules
from escalation.subject import Ref
from listener.complaint import Verdict
from tocsin.digest.gather import mentions_by_verdict
from tocsin.store import Unit
from tocsin.store.times import HOUR_MS, ms, utc

if TYPE_CHECKING:
    from tocsin.wiring import House

KIND = "morning"  # what such a message is about, in place of a subject
NOT_AFTER = timedelta(hours=4)  # a house that starts later than this has missed the morning
MOST_NAMED = 3  # sources that are down; the rest are counted


@dataclass(frozen=True, slots=True)
class Standing:
    """How a team stands.

    heard, complaints  mentions of all brands since the last morning, by the hour as in the digest.
    open               its open cases by band; asking: how many of them nobody has acknowledged.
    answered           of its cases, those that we first answered publicly since the last morning.
    oldest             number, owner and since when the customer has waited longest.
    down               of all declared sources, those that fail or were never started.
    """

    heard: int
    complaints: int
    open: dict[Band, int]
    asking: int
    answered: int
    oldest: tuple[int, str, datetime] | None
    down: tuple[str, ...]
    sources: int


def queue_mornings(house: "House") -> None:
    """Put today's lines into the outbox, each from its time on; a second time changes nothing."""
    now = house.clock.now()
    due = list(_due(house.engine.rules, now))
    if due:
        house.store.write(partial(_queue, due))


def _queue(due: Sequence[Outgoing], desk: Unit) -> None:
    for one in due:
        desk.queue(one)


def _due(rules: Rules, now: datetime) -> Iterator[Outgoing]:
    settings = rules.settings
    for number, team in enumerate(settings.teams):
        day = now.astimezone(settings.zone_of_team(team)).date()
        begins = _at(rules, team, day)
        if begins is None or not begins <= now < begins + NOT_AFTER:
            continue
        for room in settings.rooms_of(team):
            yield _outgoing(team, number, day, room, now)


def _at(rules: Rules, team: Team, day: date) -> datetime | None:
    """When a team's line of a day goes out; None: on that day it does not work."""
    morning = rules.settings.morning
    if morning is None or not business.is_working_day(rules.hours_of(team), day):
        return None
    return instant_of(datetime.combine(day, morning.at), rules.settings.zone_of_team(team))


def _outgoing(team: Team, number: int, day: date, room: Contact, now: datetime) -> Outgoing:
    return Outgoing(
        key=f"{KIND}|{day}|{team.name}|{room.channel}|{room.to}",
        purpose=Purpose.DIGEST,
        ref=Ref(KIND, number),
        channel=room.channel,
        to=room.to,
        due=now,
        what=str(day),
        about=team.name,
    )


def message(
    desk: Unit, rules: Rules, outgoing: Outgoing, shown: Callable[[str], str], now: datetime
) -> Message | None:
    """A queued line in words, from the store as it is now; None where the team is gone."""
    team = next((one for one in rules.settings.teams if one.name == outgoing.about), None)
    if team is None:
        return None
    day = date.fromisoformat(outgoing.what)
    since = _since(rules, team, day)
    one = standing(desk, rules, team, since, now)
    total = sum(one.open.values())
    waits = f", oldest waits {_age(one, now)}" if one.oldest else ""
    headline = f"Good morning, {team.name}: {total} open{waits}"
    return Message(
        key=outgoing.key,
        purpose=Purpose.DIGEST,
        to=outgoing.to,
        headline=encode.cut(headline, MAX_HEADLINE),
        lines=tuple(_lines(one, since.astimezone(rules.settings.zone_of_team(team)), shown, now)),
        subject=f"morning of {day}",
    )


def _since(rules: Rules, team: Team, day: date) -> datetime:
    """When the line before was due: so nothing is counted twice and nothing is left out."""
    before = business.working_day_before(rules.hours_of(team), day) or day - timedelta(days=1)
    at = _at(rules, team, before)
    zone = rules.settings.zone_of_team(team)
    return at or instant_of(datetime.combine(before, datetime.min.time()), zone)


def standing(desk: Unit, rules: Rules, team: Team, since: datetime, now: datetime) -> Standing:
    """Count it. `since`: the morning before; the hour that it lies in counts from its start."""
    hours = (ms(since) // HOUR_MS, ms(now) // HOUR_MS)
    counts = [
        mentions_by_verdict(desk.connection, brand.name, hours) for brand in rules.settings.brands
    ]
    declared = [source.name for source in rules.settings.sources]
    up = {state.name for state in desk.sources() if state.failing_since is None}
    return Standing(
        heard=sum(sum(one.values()) for one in counts),
        complaints=sum(one.get(Verdict.COMPLAINT, 0) for one in counts),
        open=_open(desk, team),
        asking=_count(desk, "state = 'new'", team.name),
        answered=_count(desk, "first_replied_at >= ? and first_replied_at < ?",
                        team.name, ms(since), ms(now)),
        oldest=_oldest(desk, team),
        down=tuple(name for name in declared if name not in up),
        sources=len(declared),
    )  # fmt: skip


def _open(desk: Unit, team: Team) -> dict[Band, int]:
    rows = desk.connection.execute(
        "select band, count(*) from cases where state <> 'closed' and team = ? group by band",
        (team.name,),
    )
    found = {Band(band): int(count) for band, count in rows.fetchall()}
    return {band: found[band] for band in Band if band in found}


def _count(desk: Unit, where: str, team: str, *values: int) -> int:
    query = f"select count(*) from cases where team = ? and {where}"  # noqa: S608
    return int(desk.connection.execute(query, (team, *values)).fetchone()[0])


def _oldest(desk: Unit, team: Team) -> tuple[int, str, datetime] | None:
    """The open case whose customer has waited longest for a word of ours."""
    row = desk.connection.execute(
        "select number, owner, case when replied_at is null "
        "then coalesce(first_complained_at, complained_at) else complained_at end as since "
        "from cases where team = ? and state in ('new', 'owned', 'snoozed') "
        "order by since, number limit 1",
        (team.name,),
    ).fetchone()
    return None if row is None else (row[0], row[1], utc(row[2]))


def _lines(
    one: Standing, since: datetime, shown: Callable[[str], str], now: datetime
) -> Iterator[str]:
    yield (
        f"Heard since {since:%A %H:%M}: {_number(one.heard, 'mention')} of all brands, "
        f"{_number(one.complaints, 'complaint')}"
    )
    bands = ", ".join(f"{count:,} {band.label}" for band, count in one.open.items())
    asked = f"; {one.asking:,} not acknowledged" if one.asking else ""
    yield f"Open: {bands}{asked}" if bands else "Open: nothing"
    yield f"Answered for the first time since then: {_number(one.answered, 'case')}"
    if one.oldest is not None:
        number, owner, _ = one.oldest
        yield f"Oldest waiting: case {number}, {_age(one, now)}, with {shown(owner)}"
    yield _sources(one)


def _sources(one: Standing) -> str:
    up = f"Sources up: {one.sources - len(one.down)} of {one.sources}"
    if not one.down:
        return up
    more = len(one.down) - MOST_NAMED
    named = ", ".join(one.down[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{up}; not heard: {named}"


def _age(one: Standing, now: datetime) -> str:
    return spell_duration(now - one.oldest[2]) if one.oldest else ""


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
