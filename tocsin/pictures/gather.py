"""A storm's curve, gathered from any store: read only, and nothing is judged anew."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config import Settings
from escalation.decision import ENGINE
from escalation.subject import Incident
from listener.heard import CELL, CELLS_AN_HOUR, cell_of
from listener.spread import Sensitivity
from tocsin.pictures.curve import (
    DAYS,
    Curve,
    Forecast,
    Kind,
    Mark,
    cells,
    counted,
    instant,
    onset,
    width_of,
)
from tocsin.rung import Ring, rings
from tocsin.store.times import ms, utc
from tocsin.store.voices import Said, deaf_times, voices

BEFORE = timedelta(hours=2)  # of the usual, ahead of the storm
AFTER = timedelta(hours=2)
FORECAST = timedelta(hours=4)  # for which the measure says how many more are likely
ONSET_WITHIN = timedelta(hours=24)  # before an alarm: a slow one is heard that late
LONGEST = timedelta(days=14)  # what comes after is in the words beside it
MOST_FORECASTS = 3  # the first, and the newest: more would hide the curve

# What people did, by the ledger's event; what the engine did by itself is not theirs.
_DEEDS: Mapping[str, str] = {
    "acknowledged": "acknowledged",
    "taken": "taken",
    "offered": "offered",
    "accepted": "handed on",
    "assigned": "handed on",
    "rerouted": "other team",
    "noted": "update",
    "brand_reply": "replied",
    "incident_storm": "declared",
}
_STEPS: Mapping[str, str] = {"incident_contained": "contained", "incident_closed": "closed"}
_ALARMS: Mapping[str, str] = {"incident_opened": "watch", "incident_storm": "storm"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a brand's settings a picture depends on.

    zone  an IANA name, in which times are told.
    """

    zone: str = "UTC"
    sensitivity: Sensitivity = "normal"


def asked_of(settings: Settings, brand: str) -> Asked:
    """What a picture of a brand's storms depends on; of a brand that is no longer declared, the
    house's own."""
    known = {one.name: one.sensitivity for one in settings.brands}
    return Asked(settings.timezone, known.get(brand, "normal"))


def gather(
    connection: sqlite3.Connection, incident: Incident, asked: Asked, now: datetime, name: str = ""
) -> Curve:
    """The curve of one incident as it stands.

    name  what it is called; default: its brand, with its topic.
    Raises sqlite3.Error.
    """
    began = incident.opened_at
    since = began - timedelta(days=DAYS)
    marks = _marks(connection, incident, now)
    until = _end(incident, marks, now)
    said = list(voices(connection, incident.brand, since, until))
    deaf = deaf_times(connection, since, until)
    first, last = _span(began, until)
    found = counted((one.voice for one in said), first, last, deaf)
    start = onset(found, began, _hour(began - ONSET_WITHIN))
    if start is not None:
        marks = (Mark(start, Kind.ONSET, "began"), *marks)
    first = _hour((start or began) - BEFORE)
    shown = [one for one in said if one.voice.at >= first * CELL]
    rung = [ring for ring in _rung(said, deaf, incident, asked) if _is_of(ring.at, incident, until)]
    marks = (*marks, *_clears(rung, incident))
    return Curve(
        number=incident.number,
        name=name or _name(incident),
        zone=asked.zone,
        minutes=(minutes := width_of(until - instant(first))),
        cells=cells(found, first, last, minutes),
        marks=tuple(sorted((one for one in marks if one.at <= until), key=lambda mark: mark.at)),
        forecasts=_forecasts(rung),
        deaf=_in_sight(deaf, instant(first), until),
        erased=sum(one.erased for one in shown),
        declared=not incident.people,
    )


def _name(incident: Incident) -> str:
    return f"{incident.brand}, {incident.topic}" if incident.topic else incident.brand


def _hour(at: datetime) -> int:
    """The first cell of an hour, so that cells of any width begin at it."""
    return cell_of(at.timestamp()) // CELLS_AN_HOUR * CELLS_AN_HOUR


def _span(began: datetime, until: datetime) -> tuple[int, int]:
    """The cells that are looked at: the onset may be a day before, and some time is shown before
    that."""
    return _hour(began - ONSET_WITHIN - BEFORE), cell_of(until.timestamp())


def _end(incident: Incident, marks: Iterable[Mark], now: datetime) -> datetime:
    """A storm that is over ends the picture, and so does the present."""
    over = incident.contained_at or incident.closed_at
    if over is None:
        return min(now, incident.opened_at + LONGEST)
    told = [mark.at for mark in marks if mark.kind is Kind.ALARM]
    last = max([over, *(at + FORECAST for at in told)])
    return min(now, last + AFTER, incident.opened_at + LONGEST)


def _marks(connection: sqlite3.Connection, incident: Incident, now: datetime) -> tuple[Mark, ...]:
    """What was told and done, from the ledger; the first of each kind of action."""
    rows = connection.execute(
        "select at, event, actor from ledger where subject = ? and at <= ? order by number",
        (str(incident.ref), ms(now)),
    ).fetchall()
    found = [mark for row in rows if (mark := _mark(row)) is not None]
    reply = _first_reply(connection, incident, now)
    if reply is not None:
        found.append(Mark(reply, Kind.DEED, "replied"))
    firsts: dict[tuple[Kind, str], Mark] = {}
    for mark in sorted(found, key=lambda mark: mark.at):
        firsts.setdefault((mark.kind, mark.label), mark)
    return tuple(firsts.values())


def _mark(row: sqlite3.Row) -> Mark | None:
    at, event, by_hand = utc(row["at"]), row["event"], row["actor"] != ENGINE
    if event in _ALARMS and not by_hand:
        return Mark(at, Kind.ALARM, _ALARMS[event])
    label = _STEPS.get(event) or (_DEEDS.get(event) if by_hand else None)
    return None if label is None else Mark(at, Kind.DEED, label)


def _first_reply(
    connection: sqlite3.Connection, incident: Incident, now: datetime
) -> datetime | None:
    """The brand's first public reply to a case that was opened while the incident was open."""
    end = incident.closed_at or now
    row = connection.execute(
        "select min(first_replied_at) from cases where brand = ? and first_replied_at >= ? "
        "and first_replied_at <= ? and opened_at >= ?",
        (
            incident.brand,
            ms(incident.opened_at),
            ms(end),
            ms(incident.opened_at - ONSET_WITHIN),
        ),
    ).fetchone()
    return None if row[0] is None else utc(row[0])


def _rung(
    said: Iterable[Said],
    deaf: tuple[tuple[float, float], ...],
    incident: Incident,
    asked: Asked,
) -> list[Ring]:
    heard = (one.voice for one in said)
    return list(rings(heard, deaf, incident.brand, asked.sensitivity))


def _clears(rung: Iterable[Ring], incident: Incident) -> tuple[Mark, ...]:
    """The first all-clear, as the measure said it."""
    told = [ring.at for ring in rung if ring.signal.level == "clear"]
    return tuple(Mark(at, Kind.ALARM, "all-clear") for at in told if at > incident.opened_at)[:1]


def _forecasts(rung: Iterable[Ring]) -> tuple[Forecast, ...]:
    """The ranges that were said in this storm, the first and the newest of them."""
    said = [
        Forecast(ring.at, ring.at + FORECAST, *ring.signal.likely)
        for ring in rung
        if ring.signal.likely is not None
    ]
    return (*said[:1], *said[1:][-(MOST_FORECASTS - 1) :])


def _is_of(at: datetime, incident: Incident, until: datetime) -> bool:
    """Was it said while the incident was open? What was heard late had been written before."""
    return incident.opened_at - ONSET_WITHIN <= at <= until


def _in_sight(
    deaf: tuple[tuple[float, float], ...], since: datetime, until: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    start, end = since.timestamp(), until.timestamp()
    return tuple(
        (
            max(since, utc(round(one * 1000))),
            min(until, utc(round(other * 1000))),
        )
        for one, other in deaf
        if one < end and other > start
    )
