"""One case, incident or fault as a person reads it, and as another program does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from config import spell_duration
from escalation import encode
from escalation.alert_views import Reader, clock
from escalation.decision import TimerKind
from escalation.subject import Case, Fault, Incident, Level, Subject
from tocsin.cli.warnings import warned_before
from tocsin.duties import Duties
from tocsin.store.times import utc
from tocsin.views import Views

if TYPE_CHECKING:
    from tocsin.store import Unit
    from tocsin.wiring import House

# What the end of each wait brings. {next} is whoever is asked then.
NEXT: Mapping[TimerKind, str] = {
    TimerKind.ACK: "acknowledge by then, else {next} is asked",
    TimerKind.HELD: "held until then; then it pages",
    TimerKind.HOLD: "progress by then, else the owner is reminded",
    TimerKind.GRACE: "progress by then, else it is taken back",
    TimerKind.FIRST_REPLY: "first reply to the customer is due",
    TimerKind.NEXT_REPLY: "next reply to the customer is due",
    TimerKind.RESOLVE: "is to be resolved",
    TimerKind.QUIET: "closes, if the customer stays quiet",
    TimerKind.WAKE: "put off until then; then it pages",
    TimerKind.OFFER: "the offer is answered by then, else it lapses",
    TimerKind.UPDATE: "a public update is due",
    TimerKind.UNREACHABLE: "its cases page for themselves, if it has reached nobody",
    TimerKind.PERMISSION: "permission is answered by then, else it is asked for higher up",
    TimerKind.EXECUTIVE: "unless it is closed by then, the executive is told",
}


def row_of(subject: Subject) -> dict[str, Any]:
    """A subject as JSON: every field of it."""
    return _plain({"kind": subject.kind, **asdict(subject)})


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def whole(house: "House", desk: "Unit", subject: Subject, now: datetime) -> dict[str, Any]:
    """All that is known of a subject, as JSON: its fields, posts or cases, waits, history."""
    shown = row_of(subject)
    if isinstance(subject, Case):
        rules = house.engine.rules
        shown |= Duties(subject, rules, Views(house.engine).shown, now).rows
        shown["said"] = _said(desk, subject)
    elif isinstance(subject, Incident):
        shown["cases"] = [case.number for case in desk.members(subject.number)]
        shown["warned_before"] = warned_before(desk, subject)
    dues = sorted(desk.dues(subject.ref).items(), key=lambda item: item[1])
    shown["due"] = [_plain({"timer": str(timer), "at": due}) for timer, due in dues]
    shown["contracts"] = [_plain(one) for one in desk.contracts_of(subject.ref)]
    shown["history"] = [
        _plain(
            {
                "at": entry["at"],
                "event": entry["event"],
                "actor": entry["actor"],
                "via": _via(entry["facts"]),
                "note": entry["note"],
            }
        )
        for entry in desk.history(str(subject.ref))
    ]
    return shown


def _via(facts: Any) -> str:
    """Where it was done; nothing of facts that are not as they were written."""
    return str(facts.get("via", "")) if isinstance(facts, dict) else ""


def _said(desk: "Unit", case: Case) -> list[dict[str, Any]]:
    return [
        {
            "at": utc(post["created_at"]).isoformat(timespec="minutes"),
            "author": post["handle"],
            "text": post["text"] or "(deleted by its author)",
            "url": post["url"],
        }
        for post in desk.posts_of_case(case.number)
    ]


def readable(
    house: "House", desk: "Unit", subject: Subject, shown: Mapping[str, Any], now: datetime
) -> Iterator[str]:
    """The same for a person, a line each; times are said in the house's zone."""
    reader = Reader("", ZoneInfo(house.settings.timezone))
    views = Views(house.engine)
    yield headline(subject)
    yield from _ownership(views, desk, subject)
    for what in ("owner_of_the_fix", "owner_may", "waited_for_permission"):
        if shown.get(what):
            yield f"{what.replace('_', ' ')}: {shown[what]}"
    yield from _closing(subject, house.settings.timezone)
    yield from _next(house, views, desk, subject, reader, now)
    yield from _words(shown.get("said", ()), reader, now)
    if shown.get("cases"):
        yield f"cases: {', '.join(str(number) for number in shown['cases'])}"
    yield from shown.get("warned_before", ())
    yield from _contracts(shown["contracts"], reader, now)
    yield from _history(shown["history"], reader, now)


def headline(subject: Subject) -> str:
    """What it is, how urgent, where it stands."""
    about = [subject.ref.spoken.capitalize(), subject.band.label]
    about += ["safety"] if subject.safety else []
    about += [state_of(subject), *filter(None, (subject.brand, topic_of(subject)))]
    return " · ".join(about)


def state_of(subject: Subject) -> str:
    """Its state, and of an incident its level, unless that says it already."""
    if isinstance(subject, Incident) and subject.level is not Level.CLOSED:
        return f"{subject.level}, {subject.state}"
    return str(subject.state)


def topic_of(subject: Subject) -> str:
    """What it is about, in a word or two of our own."""
    return subject.about if isinstance(subject, Fault) else subject.topic or subject.team


def _ownership(views: Views, desk: "Unit", subject: Subject) -> Iterator[str]:
    why = ""
    if isinstance(subject, Case):
        why = views.case(desk, subject).why_owner
    elif isinstance(subject, Incident):
        why = views.incident(desk, subject).why_owner
    yield f"owner: {subject.owner}{f', {why}' if why else ''} (team {subject.team})"
    yield f"cause: {subject.cause or 'nobody has named the function that owns the fix yet'}"
    if subject.offered_to:
        yield f"offered: to {subject.offered_to} by {subject.offered_by or subject.owner}"
    if subject.handoffs or subject.returned or subject.misses:
        yield (
            f"so far: handed over {subject.handoffs}, given back {subject.returned}, "
            f"pages missed {subject.misses}"
        )
    if isinstance(subject, Case) and subject.permission_of:
        money = "" if subject.permission_money is None else f", {subject.permission_money} of money"
        yield f"permission: asked of {subject.permission_of}{money}"
    if isinstance(subject, Case) and subject.incident:
        held = ", which pages for it" if subject.inhibited_by else ""
        yield f"incident: {subject.incident}{held}"
    if isinstance(subject, Incident) and subject.sentence:
        yield f"measured: {subject.sentence}"


def _closing(subject: Subject, zone: str) -> Iterator[str]:
    if subject.closed_at is not None:
        at = subject.closed_at.astimezone(ZoneInfo(zone))
        yield f"closed: {at:%Y-%m-%d %H:%M} by {subject.closed_by}, {subject.close_reason}"
    spent = [f"{subject.cost} min of work"] if subject.cost is not None else []
    spent += [f"{subject.money} of money"] if subject.money is not None else []
    if spent:
        yield f"it cost: {', '.join(spent)}"
    if subject.done:
        yield f"done for the customer: {subject.done}"
    if subject.done_for_rest:
        yield f"done for everybody else: {subject.done_for_rest}"


def _next(
    house: "House",
    views: Views,
    desk: "Unit",
    subject: Subject,
    reader: Reader,
    now: datetime,
) -> Iterator[str]:
    dues = sorted(desk.dues(subject.ref).items(), key=lambda item: item[1])
    if not dues:
        return
    rules = house.engine.rules
    above = rules.first_from(subject, subject.step + 1, now, subject.asked)[1]
    yield "next:"
    for timer, due in dues:
        yield f"    {clock(due, reader, now)}  {NEXT[timer].format(next=views.shown(above))}"


def _words(said: Sequence[Mapping[str, Any]], reader: Reader, now: datetime) -> Iterator[str]:
    if said:
        yield "said:"
    for post in said:
        who = f"@{str(post['author']).removeprefix('@')}" if post["author"] else "somebody"
        yield f"    {_clock(post['at'], reader, now)}  {who}  {post['url']}".rstrip()
        yield from (
            f"        {line}" for line in encode.legible(post["text"], lines=True).split("\n")
        )


def _contracts(
    contracts: Sequence[Mapping[str, Any]], reader: Reader, now: datetime
) -> Iterator[str]:
    if contracts:
        yield "hand-offs:"
    for one in contracts:
        since = datetime.fromisoformat(one["offered_at"])
        until = one["answered_at"] and datetime.fromisoformat(one["answered_at"])
        wait = spell_duration((until or now) - since)
        yield (
            f"    {clock(since, reader, now)}  {one['from_person']} ({one['from_team']}) → "
            f"{one['to_person']} ({one['to_team']}): {one['outcome']} "
            f"{'after' if until else 'for'} {wait}"
        )
        for name, said in (("why", one["reason"]), ("the customer was told", one["told"])):
            if said:
                yield f"        {name}: {encode.one_line(said)}"


def _history(history: Sequence[Mapping[str, Any]], reader: Reader, now: datetime) -> Iterator[str]:
    if history:
        yield "history:"
    for first, *more in _runs(history):
        where = f" ({first['via']})" if first["via"] else ""
        note = f": {encode.one_line(first['note'])}" if first["note"] else ""
        again = f" × {len(more) + 1}, until {_clock(more[-1]['at'], reader, now)}" if more else ""
        at = _clock(first["at"], reader, now)
        yield f"    {at}  {first['event']}  {first['actor']}{where}{again}{note}"


def _runs(history: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Entries one after the other; what was repeated without a word between is one run."""
    same = groupby(history, key=lambda one: (one["event"], one["actor"], one["via"], one["note"]))
    for _, entries in same:
        yield list(entries)


def _clock(text: str, reader: Reader, now: datetime) -> str:
    return clock(datetime.fromisoformat(text), reader, now)
