"""A storm's account for a person, a line each; nothing of a stranger's reaches the terminal raw."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config import spell_duration
from escalation.encode import cut, one_line
from listener.silent_many import Ratio, Standing, sentence
from tocsin.speaker import spoken

MOST_CHARS = 200  # of a post, in a line
FORECASTS = 10  # the first and the newest so many; all are in the JSON
MOST_LINES = 40  # of the time line; all of it is in the JSON

Row = Mapping[str, Any]


def lines(told: Row, zone: ZoneInfo) -> Iterator[str]:
    """What `tocsin.storming.account.account` gave, in words."""
    about = [f"Storm {told['incident']}", told["level"], told["brand"], told["topic"] or ""]
    yield one_line(" · ".join(filter(None, about)))
    if told["story"]:
        yield f'about: "{one_line(told["story"])}"'
    yield f"measured: {one_line(told['sentence'])}" if told["sentence"] else "measured: nothing"
    if told["declared_by"]:
        yield f"declared by hand by {one_line(told['declared_by'])}"
    if told["said_last"] not in ("", told["sentence"]):
        yield f"and then: {one_line(told['said_last'])}"
    if told["begets"] is not None:
        sure = f"{told['begets_more_than_one']:.0%}".replace("%", " %")
        yield f"each complaint begets {told['begets']:.1f} more; more than one: {sure} sure"
    yield from _silent(told["silent_many"])
    yield from _origin(told, zone)
    yield from _platforms(told)
    yield from _widest(told["widest"])
    yield from _forecasts(told["forecasts"], zone)
    yield from _time_line(told, zone)
    yield from _similar(told["similar"], zone)


def standing_of(row: Row) -> Standing:
    """The silent many from their JSON."""
    low, high = row["for_each"]
    ratio = Ratio(low, high, row["source"])
    return Standing(row["heard"], row["low"], row["high"], ratio)


def _silent(row: Row | None) -> Iterator[str]:
    if row is not None:
        yield f"the silent many: {one_line(sentence(standing_of(row)))}"


def _origin(told: Row, zone: ZoneInfo) -> Iterator[str]:
    if told["started_on"] is None:
        yield "started: no unhappy post of it is known"
        return
    yield f"started: on {one_line(told['started_on'])}; the first posts:"
    for post in told["first_posts"]:
        text = f'"{cut(one_line(post["text"]), MOST_CHARS)}"'
        who = f"{_handle(post['author'])} on {one_line(post['platform'])}"
        yield f"    {_at(post['at'], zone)}  {who}  {text}  {one_line(post['url'])}".rstrip()
    if gone := told["first_posts_gone"]:
        yield f"    no longer kept, of the first 5: {_many(gone, 'post')}"


def _handle(handle: str) -> str:
    return f"@{one_line(handle).removeprefix('@')}" if handle else "somebody"


def _platforms(told: Row) -> Iterator[str]:
    if told["platforms"]:
        each = (
            f"{one_line(one['platform'])} {_many(one['posts'], 'post')} by "
            f"{_many(one['people'], 'person', 'people')}"
            for one in told["platforms"]
        )
        yield f"platforms: {'; '.join(each)}"


def _widest(found: Sequence[Row]) -> Iterator[str]:
    if found:
        yield "most followed:"
    for one in found:
        reach = f"{_many(one['followers'], 'follower')}, {_many(one['posts'], 'post')}"
        yield f"    {_handle(one['author'])} on {one_line(one['platform'])}: {reach}"


def _forecasts(found: Sequence[Row], zone: ZoneInfo) -> Iterator[str]:
    """Each forecast against what came."""
    if not found:
        return
    judged = [one["held"] for one in found if one["held"] is not None]
    held = f", {sum(judged)} of {len(judged)} held" if judged else ""
    yield f"forecasts of the next 4 h, as issued, and what came{held}:"
    left_out = len(found) - 2 * FORECASTS
    for place, one in enumerate(found):
        if left_out > 0 and place == FORECASTS:
            yield f"    and {_many(left_out, 'more', 'more')}; see --json"
        if FORECASTS <= place < FORECASTS + left_out:
            continue
        came = f"{_many(one['came'], 'unhappy post')} came"
        ends = {True: "it held", False: "it did not hold", None: "not over yet"}[one["held"]]
        range_ = f"{one['low']:,}–{one['high']:,} by {_at(one['until'], zone)}"
        yield f"    {_at(one['at'], zone)}  {range_}; {came}: {ends}"


def _time_line(told: Row, zone: ZoneInfo) -> Iterator[str]:
    """Where it turned and what was done, in the order of time."""
    found = sorted([*_turns(told["turning_points"]), *_done(told["done"])], key=lambda one: one[0])
    yield "time line:"
    for at, what in found[:MOST_LINES]:
        yield f"    {spoken(at, zone)}  {what}"
    if len(found) > MOST_LINES:
        yield f"    and {len(found) - MOST_LINES} more; see --json"
    cases = told["cases"]
    yield (
        f"cases: {cases['cases']:,} opened, {cases['acknowledged']:,} acknowledged, "
        f"{cases['answered']:,} answered publicly"
    )


def _turns(points: Row) -> Iterator[tuple[datetime, str]]:
    at_people = points["rang_at_people"]
    rang = f"it rang, at {_many(at_people, 'person', 'people')}" if at_people else "it rang"
    worst = (
        f"peak: {_many(points['peak_people'] or 0, 'person', 'people')} in the half-hour to here"
    )
    named = {
        "onset": "onset: clearly above the usual from here on",
        "rang": rang,
        "storm": "it is a storm",
        "peak": worst,
        "all_clear": "all-clear",
        "contained": "contained",
        "closed": "closed",
    }
    for name, said in named.items():
        if points[name] is not None and not (name == "storm" and points[name] == points["rang"]):
            yield datetime.fromisoformat(points[name]), said


_DONE = {"public_reply": "we wrote publicly", "noted": "noted or updated"}


def _done(found: Sequence[Row]) -> Iterator[tuple[datetime, str]]:
    for one in found:
        what = _DONE.get(one["what"], one["what"].replace("_", " "))
        by = f" by {one_line(one['by'])}" if one["by"] else f" on {one_line(one['platform'])}"
        note = f": {cut(one_line(one['note'] or one['url']), MOST_CHARS)}"
        yield datetime.fromisoformat(one["at"]), f"{what}{by}{note.removesuffix(': ')}"


def _similar(found: Sequence[Row], zone: ZoneInfo) -> Iterator[str]:
    if not found:
        yield "earlier storms like it: none was measured to its end"
        return
    yield "earlier storms like it:"
    for one in found:
        calm = spell_duration(timedelta(minutes=one["minutes_until_calm"]))
        then = _many(one["people_at_this_point"], "person", "people")
        all_of_it = f"{_many(one['people'], 'person', 'people')} in all"
        cause = f"; cause: {one_line(one['cause'])}" if one["cause"] else ""
        yield (
            f"    incident {one['incident']}, {_at(one['rang'], zone)}: {then} at this point, "
            f"{all_of_it}, calm after {calm}{cause}"
        )


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _at(text: str, zone: ZoneInfo) -> str:
    return spoken(datetime.fromisoformat(text), zone)
