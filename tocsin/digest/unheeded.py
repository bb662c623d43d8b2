"""What was warned of and not heeded, and what silences have hidden, in words."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from escalation.hiding import WHAT
from tocsin.digest import wording as say
from tocsin.digest.data import HiddenWeek, Hushed, StormWeek, Warned
from tocsin.digest.outline import Block, Heading, Items, Limits, Paragraph, Table


def before_storms(storms: Sequence[StormWeek], zone: ZoneInfo, limits: Limits) -> Iterator[Block]:
    """Under each storm what was warned of before it, by function."""
    for storm in storms:
        if storm.warnings:
            many = say.counted(sum(one.count for one in storm.warnings), "warning")
            first = say.moment(min(one.first_at for one in storm.warnings), zone)
            head = f"{many} before storm {storm.number}, the first {first}:"
            told = [_of_function(one) for one in storm.warnings[: limits.rows]]
            more = len(storm.warnings) - len(told)
            if len(storm.warnings) == 1:
                yield Paragraph(f"{head} {told[0]}.")
            else:
                yield Paragraph(head)
                yield Items((*told, *((f"and {more:,} more",) if more else ())))


def _of_function(one: Warned) -> str:
    return f"{one.function}: {one.kinds}; done: {one.done}"


def not_heeded(warned: Sequence[Warned], title: Heading, zone: ZoneInfo) -> Iterator[Block]:
    """A brand's section, where there is something to say."""
    if warned:
        yield title
        head = ("function", "warnings", "first", "which")
        yield Table(
            head,
            tuple(
                (one.function, say.number(one.count), say.moment(one.first_at, zone), one.kinds)
                for one in warned
            ),
        )


def hidden(kinds: Sequence[HiddenWeek], title: Heading) -> Iterator[Block]:
    """A brand's section, where something was hidden: taking words away fans the fire."""
    if kinds:
        yield title
        yield Items(tuple(_hidden(one) for one in kinds))


def _hidden(one: HiddenWeek) -> str:
    parts = [f"{one.confirmed:,} confirmed by a second person"]
    parts += [f"{one.refused:,} called not right"] if one.refused else []
    parts += [f"{one.not_confirmed:,} not confirmed yet"] if one.not_confirmed else []
    return f"{WHAT.get(one.what, one.what).capitalize()}, {one.count:,}: {', '.join(parts)}"


def hushed(silences: Sequence[Hushed], zone: ZoneInfo, limits: Limits) -> Iterator[Block]:
    """The section, where a silence held something back."""
    if silences:
        yield Heading("What silences held back", 2)
        told = [_silence(one, zone) for one in silences[: limits.rows]]
        more = len(silences) - len(told)
        yield Items((*told, *((f"and {more:,} more",) if more else ())))


def _silence(one: Hushed, zone: ZoneInfo) -> str:
    since, until = say.moment(one.since, zone), say.moment(one.until, zone)
    held = say.counted(one.hidden, "case or fault", "cases or faults")
    return f"Silence {one.number}, over {one.over}, {since} to {until}: {held}"
