"""What would have been different, in words for a person."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tocsin.defined import A_PAGE
from tocsin.whatif.compare import Both, Change, Course, Difference, Moved, Refusal, Waited
from tocsin.whatif.history import History

MOST_CHANGES = 20  # cases that are shown one by one
MOST_REFUSALS = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the two sets of rules come from, as they were named."""

    old: str
    new: str


def as_lines(found: Difference, history: History, rules: Rules) -> Iterator[str]:
    """Counts first, then the most changed cases by their number in the store."""
    yield (
        f"What {history.since:%Y-%m-%d %H:%M} to {history.until:%Y-%m-%d %H:%M} UTC would have "
        f"been under {rules.new}, against {rules.old}. Nothing was sent or changed."
    )
    yield from _left_out(found, history)
    if found.is_none:
        yield "Nothing would have been different."
        return
    yield ""
    yield from _table(_counts(found))
    yield A_PAGE
    yield ""
    yield from _moves(found)
    yield from _refused(found)
    yield from _changed(found, history)


def _left_out(found: Difference, history: History) -> Iterator[str]:
    deeds = found.done.old + sum(found.unknown[0].values())
    deeds += found.refused_in_both + len(found.refused_by_old)
    yield (
        f"Replayed: {_many(history.posts, 'post')}, {_many(deeds, 'action')} by people; "
        f"the store has {_many(history.cases, 'case')} of that time, "
        f"the old rules make {found.cases.old} of it."
    )
    if history.erased:
        yield f"Left out: {_many(history.erased, 'post')} erased since; no text is left of them."
    for reason, number in sorted(history.left_out.items()):
        yield f"Left out: {_many(number, 'action')} {reason}."
    for which, unknown in zip(("old", "new"), found.unknown, strict=True):
        for person, number in unknown.items():
            yield f"Left out: {_many(number, 'action')} by {person}, whom the {which} rules lack."


def _counts(found: Difference) -> Iterator[tuple[str, Both]]:
    yield "messages", found.messages
    yield from _indented("to", found.messages_to)
    yield "pages", found.pages
    yield from _indented("to", found.by_person)
    yield from _indented("of team", found.by_team)
    yield from _indented("at", found.by_band)
    yield "cases", found.cases
    yield "  never paged for", found.never_paged
    yield "breached clocks", found.breaches
    yield "incidents suspected", found.watches
    yield "storms", found.storms
    yield "actions that were done", found.done


def _indented(word: str, figures: Mapping[str, Both]) -> Iterator[tuple[str, Both]]:
    for name, both in figures.items():
        yield f"  {word} {name or 'nobody'}", both


def _table(rows: Iterable[tuple[str, Both]]) -> Iterator[str]:
    shown = list(rows)
    width = max(len(name) for name, _ in shown)
    yield f"{'':{width}}  {'old':>8}  {'new':>8}  {'change':>8}"
    for name, both in shown:
        change = f"{both.new - both.old:+d}" if both.new != both.old else "-"
        yield f"{name:{width}}  {both.old:>8}  {both.new:>8}  {change:>8}"


def _moves(found: Difference) -> Iterator[str]:
    yield f"First page earlier: {_moved(found.earlier)}. Later: {_moved(found.later)}."
    yield (
        f"First page to somebody else: {_many(found.to_somebody_else, 'case')}. "
        f"Another band: {found.other_band}. Climbed to another step: {found.other_step}."
    )
    yield (
        f"Opened under the old rules only: {_many(found.only_old, 'case')}. "
        f"Under the new only: {found.only_new}."
    )
    old, new = found.owned
    yield f"Until somebody took it on: old {_waited(old)}; new {_waited(new)}."


def _moved(moved: Moved) -> str:
    if not moved.cases:
        return "no case"
    return (
        f"{_many(moved.cases, 'case')}, by {_minutes(moved.median)} in the median, "
        f"{_minutes(moved.most)} at most"
    )


def _waited(waited: Waited) -> str:
    if not waited.cases:
        return "nobody took one on"
    return f"{_minutes(waited.median)} in the median of {_many(waited.cases, 'case')}"


def _refused(found: Difference) -> Iterator[str]:
    if found.refused_in_both:
        yield f"Refused under both: {_many(found.refused_in_both, 'action')}."
    for which, refusals in (("new", found.refused_by_new), ("old", found.refused_by_old)):
        if refusals:
            yield ""
            yield f"Refused under the {which} rules only: {_many(len(refusals), 'action')}."
            yield from (_refusal(one) for one in refusals[:MOST_REFUSALS])
            yield from _and_more(len(refusals) - MOST_REFUSALS)


def _refusal(one: Refusal) -> str:
    return f"  {one.at:%Y-%m-%d %H:%M}  {one.kind} {one.number}  {one.verb} by {one.by}: {one.why}"


def _changed(found: Difference, history: History) -> Iterator[str]:
    if not found.changes:
        return
    yield ""
    yield f"Cases that would have gone another way: {len(found.changes)}."
    for change in found.changes[:MOST_CHANGES]:
        yield f"  {_name(change, history)}"
        for was, would_be in _pairs(change):
            yield f"      {was}  →  {would_be}"
    yield from _and_more(len(found.changes) - MOST_CHANGES)


def _and_more(left: int) -> Iterator[str]:
    if left > 0:
        yield f"  and {left} more"


def _name(change: Change, history: History) -> str:
    number = history.case_of(change.opening)
    either = change.old or change.new
    assert either is not None
    about = f"case {number}" if number is not None else "no case of the store"
    return f"{about}, {change.opening.brand}, of {either.opened_at:%Y-%m-%d %H:%M}"


def _pairs(change: Change) -> Iterator[tuple[str, str]]:
    """What differs of a case, a line each."""
    if change.old is None or change.new is None:
        yield (
            _whole(change.old) if change.old else "not opened",
            _whole(change.new) if change.new else "not opened",
        )
        return
    for words in _ASPECTS:
        was, would_be = words(change.old), words(change.new)
        if was != would_be:
            yield was, would_be


def _whole(course: Course) -> str:
    return ", ".join((_band(course), _first_page(course), _pages(course)))


def _first_page(course: Course) -> str:
    if course.paged_at is None:
        return "nobody paged"
    return f"{course.paged} paged at {course.paged_at:%m-%d %H:%M:%S}"


def _pages(course: Course) -> str:
    top = f", up to {course.top}" if course.top else ""
    return f"{_many(course.pages, 'page')}{top}"


def _band(course: Course) -> str:
    return str(course.band)


def _taken_on(course: Course) -> str:
    if course.owned_at is None:
        return "never taken on"
    return f"{course.owned_by} took it on at {course.owned_at:%m-%d %H:%M:%S}"


_ASPECTS: tuple[Callable[[Course], str], ...] = (
    lambda course: f"opened {course.opened_at:%m-%d %H:%M:%S}",
    lambda course: f"team {course.team}",
    _band,
    _first_page,
    _pages,
    _taken_on,
    lambda course: _many(course.breaches, "breached clock"),
)


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _minutes(minutes: float) -> str:
    return f"{minutes:.1f} min" if minutes < 10 else f"{minutes:.0f} min"
