"""What is said of a case or an incident, to whom it concerns. Pure: views in, a message out.

A headline says level · owner · how many + what. At most five lines follow: why now, who owns it
and why, what happens next and by when, what is not known, how to act. The customer's own words
stand apart, because each channel encodes them for itself.
"""

import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from config import Band, spell_duration
from escalation import encode
from escalation.alert_views import CaseView, Demand, IncidentView, Reader, clock, without_words
from escalation.channel import Message, Purpose, Verbatim
from listener.saying import times_the_usual

__all__ = [
    "CaseView",
    "IncidentView",
    "Reader",
    "bundle_page",
    "bundled",
    "case_card",
    "case_notice",
    "case_page",
    "how_to",
    "incident_card",
    "incident_page",
    "without_words",
]

MAX_HEADLINE = 70  # characters that survive a lock screen
MAX_OWNER = 28  # of these, for the owner's name
MAX_LINE = 300  # characters
MAX_REASONS = 3  # of a judgement; the rest is in `tocsin explain`
MAX_WARNINGS = 2
MAX_BUNDLE = 20  # cases in one message; what it does not list it does not cover
TO_ACT = "To act: "  # begins the line that says a command
BUNDLE_ROWS = 3  # of these, said in words
MAX_SAID = 120  # characters of the customer's, in such a row
BANDS = (Band.STORM, Band.P1, Band.P2, Band.P3, Band.P4)  # most urgent first
CLOSED = "Closed"  # in the place of how urgent it was

_LEVELS = {
    "watch": "Suspected storm",
    "storm": Band.STORM.label,
    "contained": "Storm contained",
    "closed": "Storm over",
}


def case_page(case: CaseView, reader: Reader, *, key: str, now: datetime) -> Message:
    """Demand of one person to acknowledge a case, to accept it where it is offered, or whatever
    else is asked of them."""
    verb = "accept" if case.offered else "ack"
    demand = case.demand or Demand(
        "",
        _what_happens_unless_acknowledged(case, reader, now),
        f"tocsin cases {verb} {case.number}",
        _decline(case),
    )
    about = case.offer or (_sentences(demand.why, _why_now(case)), _case_owner_line(case))
    lines = (
        *about,
        demand.follows or _where_it_stands(case, reader, now),
        _edited(case, reader, now),
        _not_known(case),
        how_to(demand.command, reader, demand.other),
    )
    return _message(Purpose.PAGE, case, lines, reader, key)


def case_card(case: CaseView, reader: Reader, *, key: str, now: datetime) -> Message:
    """Show a case in a room as it stands; sent again, as an update, whenever that changes."""
    lines = (
        _why_now(case),
        _case_owner_line(case),
        _sentences(_where_it_stands(case, reader, now), case.waits),
        _edited(case, reader, now),
        _not_known(case),
        f"See all of it: tocsin cases show {case.number}" if reader.typed else "",
    )
    return _message(Purpose.CARD, case, lines, reader, key)


def case_notice(
    case: CaseView, text: str, reader: Reader, *, key: str, purpose: Purpose = Purpose.NOTICE
) -> Message:
    """Tell something about a case; as a page where it must be read now, though not answered."""
    lines = (text, f"See all of it: tocsin cases show {case.number}")
    return _message(purpose, case, lines, reader, key)


def incident_page(incident: IncidentView, reader: Reader, *, key: str, now: datetime) -> Message:
    """Demand of one person to acknowledge an incident, or to accept it where it is offered."""
    verb = "accept" if incident.offered else "ack"
    lines = (
        *(incident.offer or (_how_much(incident), _owner_line(incident))),
        _outlook(incident, reader, now),
        incident.silent,
        _what_happens_unless_acknowledged(incident, reader, now),
        _warned(incident),
        how_to(f"tocsin incidents {verb} {incident.number}", reader, _decline(incident)),
    )
    return _message(Purpose.PAGE, incident, lines, reader, key)


def incident_card(incident: IncidentView, reader: Reader, *, key: str, now: datetime) -> Message:
    """Show an incident in a room as it stands."""
    lines = (
        _how_much(incident),
        _owner_line(incident),
        _outlook(incident, reader, now),
        incident.silent,
        _next_update(incident, reader, now),
        _warned(incident),
        _not_known(incident),
    )
    return _message(Purpose.CARD, incident, lines, reader, key)


def bundle_page(cases: Sequence[CaseView], reader: Reader, *, key: str, now: datetime) -> Message:
    """Demand of one person to acknowledge several cases at once; at least one.

    It lists every case that "acknowledge all" covers, which are those of `bundled`.
    """
    shown = bundled(cases)
    numbers = " ".join(str(case.number) for case in shown)
    topics = ", ".join(dict.fromkeys(case.topic or case.brand for case in shown))
    rows = [_told_row(case, reader, now) for case in shown[:BUNDLE_ROWS]]
    rows.append(_other_cases(shown[BUNDLE_ROWS:], len(cases) - len(shown)))
    rows.append(how_to(f"tocsin cases ack {numbers}", reader))
    level = min((case.band for case in shown), key=BANDS.index).label + (
        " (safety)" if any(case.safety for case in shown) else ""
    )
    return Message(
        key=key,
        purpose=Purpose.PAGE,
        to=reader.to,
        headline=_headline(level, shown[0].owner, f"{_count(len(shown), 'case')}: {topics}"),
        lines=_kept(rows),
        mention=reader.mention,
        subject="cases " + numbers.replace(" ", ", ") if len(shown) > 1 else f"case {numbers}",
    )


class Listed(NamedTuple):
    """As little of a case as decides where a bundle lists it."""

    number: int
    band: Band
    safety: bool


L = TypeVar("L", CaseView, Listed)


def bundled(cases: Sequence[L]) -> tuple[L, ...]:
    """The cases that one bundle shows and covers, the most urgent first; at most `MAX_BUNDLE`."""
    ordered = sorted(cases, key=lambda case: (not case.safety, BANDS.index(case.band), case.number))
    return tuple(ordered[:MAX_BUNDLE])


def told_in_a_bundle(cases: Sequence[L]) -> tuple[int, ...]:
    """The numbers of those of which a bundle says what has happened: what cannot wait, among the
    first."""
    first = bundled(cases)[:BUNDLE_ROWS]
    return tuple(case.number for case in first if case.safety or case.band is Band.P1)


def _message(
    purpose: Purpose,
    view: CaseView | IncidentView,
    lines: Sequence[str],
    reader: Reader,
    key: str,
) -> Message:
    if isinstance(view, CaseView):
        headline, subject = _case_headline(view), f"case {view.number}"
    else:
        headline, subject = _incident_headline(view), f"incident {view.number}"
    return Message(
        key=key,
        purpose=purpose,
        to=reader.to,
        headline=headline,
        lines=_kept(lines),
        verbatim=view.verbatim,
        mention=reader.mention if purpose is Purpose.PAGE else None,
        subject=subject,
    )


def _kept(lines: Sequence[str]) -> tuple[str, ...]:
    folded = (encode.cut(encode.one_line(line), MAX_LINE) for line in lines)
    return tuple(line for line in folded if line)


def _headline(level: str, owner: str, what: str) -> str:
    """The owner's name gives way a little, then what it is about; the level never."""
    start = f"{level} · {encode.cut(encode.one_line(owner), MAX_OWNER)} · "
    return start + encode.cut(encode.one_line(what), MAX_HEADLINE - len(start))


def _case_headline(case: CaseView) -> str:
    # A letter cannot be changed: the one that says it is over must not read as if it were urgent.
    level = CLOSED if case.state == "closed" else case.band.label
    safety = " (safety)" if case.safety else ""
    what = _what(case, _count(case.how_many_posts, "post"))
    return _headline(level + safety, case.owner, what)


def _incident_headline(incident: IncidentView) -> str:
    people = f"{incident.people} {'person' if incident.people == 1 else 'people'}"
    if incident.declared and not incident.people:
        people = "declared by hand"
    story = f': "{incident.story}"' if incident.story else ""
    return _headline(_LEVELS[incident.level], incident.owner, _what(incident, people) + story)


def _what(view: CaseView | IncidentView, how_many: str) -> str:
    return (
        f"{how_many}: {view.topic} at {view.brand}" if view.topic else f"{how_many} on {view.brand}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _late(view: CaseView | IncidentView) -> str:
    """That we were late with it, not its reader."""
    if not view.late_by:
        return ""
    why = f", because {view.late_because}" if view.late_because else ""
    return f"This page left {spell_duration(view.late_by)} after it was due{why}"


def _sentences(*parts: str) -> str:
    return ". ".join(part.strip().removesuffix(".") for part in parts if part.strip())


def _why_now(case: CaseView) -> str:
    reasons = ", ".join(case.why_judged[:MAX_REASONS])
    now = ", ".join(filter(None, (danger(case), case.why_now)))
    return _sentences(
        _late(case),
        f"Why now: {now}" if now else "",
        f"A complaint because: {reasons}" if reasons else "",
        f"Part of incident {case.incident}" if case.incident is not None else "",
    )


def danger(case: CaseView) -> str:
    """What the danger is, first of all: in the customer's words where they may be shown."""
    if not case.safety:
        return ""
    told = (f'{kind}: "{words}"' if words else kind for kind, words in case.dangers[:MAX_REASONS])
    return "a matter of safety or law" + "".join(f", {one}" for one in told)


def _how_much(incident: IncidentView) -> str:
    if incident.declared and not incident.people:  # nothing was measured
        return _sentences(_late(incident), f"Why now: {incident.declared}")
    people = f"{incident.people:,} unhappy {'person' if incident.people == 1 else 'people'}"
    times = "the usual is not known yet"
    if incident.usual is not None:
        times = times_the_usual(incident.usual)
    volume = f"{people} in {incident.minutes} min, {times}; {_count(incident.posts, 'post')} in all"
    return _sentences(_late(incident), f"Why now: {volume}", incident.declared)


def _outlook(incident: IncidentView, reader: Reader, now: datetime) -> str:
    """The forecast, as long as its time is not over."""
    if incident.likely is None or incident.likely_by is None or incident.likely_by <= now:
        return ""
    low, high = incident.likely
    by = clock(incident.likely_by, reader, now)
    begets = "" if incident.begets is None else f"; each begets {incident.begets:.1f} more"
    return f"Likely {low:,} to {high:,} more unhappy posts by {by}{begets}"


def _owner_line(view: IncidentView) -> str:
    return f"Owner: {view.owner}" + (f", {view.why_owner}" if view.why_owner else "")


def _case_owner_line(case: CaseView) -> str:
    """Two duties: who owns the moment, and which function owns the fix."""
    why = f", {case.why_owner}" if case.why_owner else ""
    cause = f" · cause: {case.cause}" if case.cause else ""
    return _sentences(f"Owner of the reply: {case.owner}{why}{cause}", case.authority)


def _what_happens_unless_acknowledged(
    view: CaseView | IncidentView, reader: Reader, now: datetime
) -> str:
    if view.due is None:
        return "Next: no clock runs; it waits for you"
    by = clock(view.due, reader, now)
    if view.offered:
        return f"Next: accept or decline by {by}, else it stays with {view.owner}"
    return f"Next: acknowledge by {by}, else {_whoever_follows(view, reader)}"


def _whoever_follows(view: CaseView | IncidentView, reader: Reader) -> str:
    """At the last step the same person is paged again: the ladder never ends. So is whoever stands
    on two steps that follow each other."""
    who = view.next_step or view.owner
    again = " again" if who == view.owner else ""
    return f"{'you are' if who == reader.shown else f'{who} is'} paged{again}"


def _where_it_stands(case: CaseView, reader: Reader, now: datetime) -> str:
    by = f" by {clock(case.due, reader, now)}" if case.due is not None else ""
    if case.state == "new" and case.held_until is not None:
        holds = "" if case.silence is None else f", held by silence {case.silence}"
        who = "you are" if case.owner == reader.shown else f"{case.owner} is"
        return f"Next: {who} paged {clock(case.held_until, reader, now)}{holds}"
    if case.state == "new":
        follows = f"Next: to be acknowledged{by}, else {_whoever_follows(case, reader)}"
        return follows if by else "Next: not acknowledged; no clock runs"
    progress = f", progress is due{by}" if by else ""
    until = by.replace(" by ", " until ")
    stands = {
        "owned": f"Next: {case.owner} has acknowledged{progress}",
        "waiting": "Next: we have replied; the customer has the word",
        "snoozed": f"Next: put aside{until}, then {case.owner} is paged",
        "closed": f"Closed: {case.account}" if case.account else "Closed",
    }
    return stands.get(case.state, "")


def _next_update(incident: IncidentView, reader: Reader, now: datetime) -> str:
    if incident.due is not None:
        follows = _whoever_follows(incident, reader)
        return f"Next: to be acknowledged by {clock(incident.due, reader, now)}, else {follows}"
    if incident.next_update_due is None:
        return ""
    return f"Next: a public update by {clock(incident.next_update_due, reader, now)}"


def _warned(incident: IncidentView) -> str:
    if not incident.warnings:
        return ""
    more = len(incident.warnings) - MAX_WARNINGS
    tail = f" (and {more} earlier)" if more > 0 else ""
    return "Warned before: " + "; ".join(incident.warnings[:MAX_WARNINGS]) + tail


def _not_known(view: CaseView | IncidentView) -> str:
    unknown = [*view.unknown, *_unknown_of(view.verbatim)]
    where = f": {view.url}" if view.url else ""
    gone = view.gone if isinstance(view, CaseView) else ""
    not_shown = gone or f"The customer's words are not shown here{where}"
    return _sentences(
        f"Not known: {', '.join(dict.fromkeys(unknown))}" if unknown else "",
        not_shown if view.verbatim is None else "",
    )


def _edited(case: CaseView, reader: Reader, now: datetime) -> str:
    """Without it an owner wonders why somebody who now says thank you is a complaint."""
    if case.edited_at is None:
        return ""
    newest = "" if case.verbatim is None else ". These are the newest words"
    return f"The author edited the post: seen {clock(case.edited_at, reader, now)}{newest}"


def _unknown_of(verbatim: Verbatim | None) -> tuple[str, ...]:
    return ("reach unknown",) if verbatim is not None and verbatim.reach is None else ()


def _told_row(case: CaseView, reader: Reader, now: datetime) -> str:
    """A case in a bundle; of what cannot wait also where to read it, and what has happened: last,
    so that of these it is the customer's words that give way."""
    row = _row(case, reader, now)
    if not (case.safety or case.band is Band.P1):
        return row
    said = "" if case.verbatim is None else encode.one_line(case.verbatim.text)
    kinds = ", ".join(kind for kind, _ in case.dangers[:MAX_REASONS])
    where = f"See {case.url}" if case.url else ""
    return _sentences(row, kinds, where, f'"{encode.cut(said, MAX_SAID)}"' if said else "")


def _row(case: CaseView, reader: Reader, now: datetime) -> str:
    by = f", by {clock(case.due, reader, now)}" if case.due is not None else ""
    what = _what(case, _count(case.how_many_posts, "post"))
    safety = " (safety)" if case.safety else ""
    late = f", sent {spell_duration(case.late_by)} after it was due" if case.late_by else ""
    edited = "the author has edited it" if case.edited_at is not None else ""
    changed = encode.one_line(case.gone or edited)
    told = f", {changed[:1].lower()}{changed[1:]}" if changed else ""
    return f"{case.number} · {case.band.label}{safety} · {what}{by}{late}{told}"


def _other_cases(cases: Sequence[CaseView], left_out: int) -> str:
    if not cases:
        return ""
    numbers = ", ".join(str(case.number) for case in cases)
    tail = f" ({left_out} more wait for you: tocsin cases list)" if left_out else ""
    return f"And {'case' if len(cases) == 1 else 'cases'} {numbers}{tail}"


def _decline(view: CaseView | IncidentView) -> str:
    kind = "cases" if isinstance(view, CaseView) else "incidents"
    return f"tocsin {kind} decline {view.number}" if view.offered else ""


def how_to(command: str, reader: Reader, other: str = "") -> str:
    """The command that does what is asked, as it can be pasted; other: that does the opposite.
    "" where there is a button or a link for it."""
    if not reader.typed:
        return ""
    also = f" · Or: {_as(other, reader)}" if other else ""
    return f"{TO_ACT}{_as(command, reader)}{also}"


def _as(command: str, reader: Reader) -> str:
    who = shlex.quote(reader.name) if reader.name is not None else "YOUR-NAME"
    return f"{command} --as {who}"
