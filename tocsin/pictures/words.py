"""A storm's picture in words: for whoever cannot see it, and for what cannot show it. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from escalation import encode
from tocsin.pictures.curve import Curve, Forecast, Kind

MAX_NAME = 60  # characters
MAX_ALT = 900  # characters; Discord takes 1024 (Discord API, "Attachment object": description)


def title(curve: Curve) -> str:
    """The incident's name and number."""
    return f"Incident {curve.number}: {name(curve)}"


def name(curve: Curve) -> str:
    """What it is called, on one line that nothing in it can leave."""
    return encode.cut(encode.one_line(curve.name), MAX_NAME)


def clock(curve: Curve) -> timezone:
    """The picture's one clock: that of its zone when it begins, so that no hour is told twice."""
    begins = curve.cells[0].at if curve.cells else None
    offset = None if begins is None else begins.astimezone(ZoneInfo(curve.zone)).utcoffset()
    return timezone(offset or timedelta(0))


def zone_told(curve: Curve) -> str:
    """The zone as an axis says it: "Europe/Oslo, UTC+01:00"."""
    offset = clock(curve).tzname(None)
    return offset if curve.zone == "UTC" else f"{curve.zone}, {offset}"


def subtitle(curve: Curve) -> list[str]:
    """What is counted, in which zone, and the newest forecast: a line each."""
    counted = f"Unhappy people in each {span(curve.minutes)}; {zone_told(curve)}"
    return [counted, *(_foreseen(curve, one) for one in curve.forecasts[-1:])]


def _foreseen(curve: Curve, one: Forecast) -> str:
    return (
        f"Forecast of {_at(curve, one.issued)}: {one.low:,} to {one.high:,} more unhappy posts "
        f"by {_at(curve, one.until)}"
    )


def alt(curve: Curve) -> str:
    """What the picture shows, in a few sentences."""
    return encode.cut(" ".join(_sentences(curve)), MAX_ALT)


def _sentences(curve: Curve) -> Iterator[str]:
    if not curve.cells:
        yield f"{title(curve)}. Nothing was counted."
        return
    yield _shape(curve)
    if told := [f"{mark.label} at {_at(curve, mark.at)}" for mark in curve.marks]:
        yield f"Marked: {', '.join(told)}."
    if curve.declared and not any(mark.kind is Kind.ALARM for mark in curve.marks):
        yield "No alarm was measured: a person declared it."
    for one in curve.forecasts[-1:]:
        yield f"{_foreseen(curve, one)}."
    if curve.deaf:
        yield f"A source was deaf in {_times(len(curve.deaf))} of it, and what was said is missing."
    if curve.erased:
        yield f"{curve.erased} of its posts have been erased and are counted as before."


def _shape(curve: Curve) -> str:
    first, last = curve.cells[0].at, curve.cells[-1].at + timedelta(minutes=curve.minutes)
    peak = max(curve.cells, key=lambda cell: cell.people)
    return (
        f"{title(curve)}. Unhappy people in each {span(curve.minutes)} from "
        f"{_at(curve, first)} to {_at(curve, last)} ({zone_told(curve)}): {curve.people} in all, "
        f"at most {peak.people} from {_at(curve, peak.at)}, where {peak.usual:.1f} are usual."
    )


def span(minutes: int) -> str:
    """A cell's length: "15 min", "hour"."""
    return "hour" if minutes == 60 else f"{minutes} min"


def _times(many: int) -> str:
    return "one stretch" if many == 1 else f"{many} stretches"


def _at(curve: Curve, at: datetime) -> str:
    local = at.astimezone(clock(curve))
    return f"{local:%H:%M} on {local.day} {local:%b}"
