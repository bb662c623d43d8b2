"""One case, incident or fault as a person reads it, and as another program does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from config import spell_duration
from escalation import encode, hiding
from escalation.handoff_figures import REROUTED
from escalation.storms import DECLARED
from escalation.subject import Case, Fault, Incident, Level, State, Subject
from escalation.warnings import Done, Warned
from listener.silent_many import row_of as silent_many
from listener.silent_many import sentence, standing_of
from tocsin import about, backlash, unpaged
from tocsin.cli.quoted import posts_of, words
from tocsin.cli.warnings import each_before, labelled, warned_before
from tocsin.duties import Duties
from tocsin.people import earlier_row, earlier_said
from tocsin.permissions import Permission, permissions, wanted
from tocsin.repeats import climbed_to, runs, times
from tocsin.speaker import spoken
from tocsin.store.hidings import Hiding, hidings_of
from tocsin.store.stories import Told
from tocsin.trail import spoken_via
from tocsin.views import Views, same_words
from tocsin.waits import following

MOST_WARNINGS = 20  # shown one by one

if TYPE_CHECKING:
    from tocsin.store import Unit
    from tocsin.wiring import House


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
        shown["said"] = posts_of(desk, subject)
        earlier = desk.earlier_cases(subject.author, subject.number)
        shown["earlier"] = [earlier_row(one) for one in earlier]
        shown["copies"] = _plain(asdict(desk.copies_of_case(subject.number)))
        shown |= about.summed(desk.posts_of_case(subject.number))
        found = permissions(desk.history(str(subject.ref)))
        edits = desk.edits_of_case(subject.number)
        shown["edits"] = [_plain({"at": at, "times": often}) for at, often in edits]
        hidden = hidings_of(desk.history(str(subject.ref)), subject.ref)
        shown["hidings"] = [_hiding(one) for one in hidden]
        shown["permissions"] = [_plain(asdict(one)) for one in found]
        shown["backlash"] = [_plain(row) for row in backlash.rows(desk, subject.number, now)]
    elif isinstance(subject, Incident):
        shown["cases"] = [case.number for case in desk.members(subject.number)]
        behind = standing_of(house.settings, subject.brand, subject.people)
        shown["silent_many"] = behind and silent_many(behind)
        shown["warned_before"] = warned_before(desk, subject)
        shown["warnings"] = [_warning(*one) for one in each_before(desk, subject)]
        shown["declared"] = Views(house.engine).declared(desk, subject)
    dues = sorted(desk.dues(subject.ref).items(), key=lambda item: item[1])
    shown["due"] = [_plain({"timer": str(timer), "at": due}) for timer, due in dues]
    shown["contracts"] = [_plain(one) for one in desk.contracts_of(subject.ref)]
    shown["history"] = [
        _plain(
            {
                "at": entry["at"],
                "event": entry["event"],
                "actor": entry["actor"],
                "owner": entry["owner"],
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


def readable(
    house: "House", desk: "Unit", subject: Subject, shown: Mapping[str, Any], now: datetime
) -> Iterator[str]:
    """The same for a person, a line each; times are said in the house's zone."""
    zone = ZoneInfo(house.settings.timezone)
    yield headline(subject)
    fix = str(shown.get("owner_of_the_fix", ""))
    yield from _ownership(Views(house.engine), desk, subject, house.settings.currency, fix)
    yield from _permissions(shown.get("permissions", ()), house.settings.currency, zone)
    yield from _hidings(shown.get("hidings", ()), zone)
    if isinstance(subject, Case):
        yield from backlash.lines(desk, subject.number, now, zone)
    if shown.get("owner_may"):
        yield str(shown["owner_may"])  # it names the owner itself
    if shown.get("waited_for_permission"):
        yield f"waited for permission: {shown['waited_for_permission']}"
    if isinstance(subject, Incident) and (
        review := desk.last_note(str(subject.ref), "incident_closed")
    ):
        yield f"review: {encode.one_line(review)}"
    for name, said in (("complains about", "aspects"), ("journey", "journey")):
        if shown.get(said):
            yield f"{name}: {encode.one_line(', '.join(shown[said]))}"
    yield from _closing(subject, house.settings.currency, zone)
    yield from _paged(house, desk, subject, now)
    yield from _next(house, desk, subject, now)
    yield from words(shown.get("said", ()), zone)
    for edit in shown.get("edits", ()):
        often = f", {edit['times']} times by now" if edit["times"] > 1 else ""
        at = _clock(edit["at"], zone)
        yield f"edited by its author: seen {at}{often}; the newest words are shown"
    if isinstance(subject, Case):
        yield from same_words(desk.copies_of_case(subject.number))
        yield from earlier_said(desk.earlier_cases(subject.author, subject.number), zone)
    yield from _behind(house, subject)
    if shown.get("cases"):
        yield f"cases: {', '.join(str(number) for number in shown['cases'])}"
    yield from _warned(desk, subject, shown.get("warned_before", ()), zone)
    yield from _contracts(shown["contracts"], zone, now)
    yield from _history(shown["history"], zone)


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
    """What it is about, in a word or two of our own; "" where nothing tells."""
    return subject.about if isinstance(subject, Fault) else subject.topic or ""


def _ownership(
    views: Views, desk: "Unit", subject: Subject, currency: str, fix: str
) -> Iterator[str]:
    why = ""
    if isinstance(subject, Case):
        why = views.case(desk, subject).why_owner
    elif isinstance(subject, Incident):
        why = views.incident(desk, subject).why_owner
    yield f"owner: {subject.owner}{f', {why}' if why else ''} (team {subject.team})"
    if isinstance(subject, Fault):
        yield f"what failed: {subject.detail or subject.about}"
    else:
        yield from _cause(subject, fix)
    if subject.offered_to:
        yield f"offered: to {subject.offered_to} by {subject.offered_by or subject.owner}"
    if subject.handoffs or subject.returned or subject.misses:
        yield (
            f"so far: handed over {subject.handoffs}, given back {subject.returned}, "
            f"pages missed {subject.misses}"
        )
    if isinstance(subject, Case) and subject.permission_of:
        money = subject.permission_money
        much = "" if money is None else f", for {money:,} {currency}"
        yield f"waits for permission: asked of {subject.permission_of}{much}"
    if isinstance(subject, Case) and subject.incident:
        held = ", which pages for it" if subject.inhibited_by else ""
        yield f"incident: {subject.incident}{held}"
    if isinstance(subject, Incident):
        yield from _how_it_came(views, desk, subject)


def _cause(subject: Subject, fix: str) -> Iterator[str]:
    """Who owns the fix: as somebody said, or as it is taken until somebody says so."""
    named = "" if subject.cause else ", until somebody names another"
    if fix:
        yield f"owner of the fix: {fix}{named}"
    else:
        yield f"cause: {subject.cause or 'nobody has named the function that owns the fix yet'}"


def _how_it_came(views: Views, desk: "Unit", incident: Incident) -> Iterator[str]:
    if declared := views.declared(desk, incident):
        yield declared
    if incident.sentence and incident.sentence != DECLARED:
        yield f"measured: {incident.sentence}"
    if story := desk.story_of_incident(incident.number):
        yield f"about: {story_said(story)}"


def story_said(story: Told) -> str:
    """What a story is called, and who tells it."""
    people = f"{story.people:,} {'person' if story.people == 1 else 'people'}"
    posts = f"{story.posts:,} post{'' if story.posts == 1 else 's'}"
    passed = f", passed on {story.reposts:,} times" if story.reposts else ""
    called = f'"{story.name}", ' if story.name else "a story that has no name yet, "
    return f"{called}told by {people} in {posts}{passed}"


def _behind(house: "House", subject: Subject) -> Iterator[str]:
    """The silent many, and where all that was measured is told."""
    if isinstance(subject, Incident) and subject.people:
        found = standing_of(house.settings, subject.brand, subject.people)
        yield from () if found is None else [f"the silent many: {sentence(found)}"]
        yield f"all that was measured: tocsin storms explain {subject.number}"


def _closing(subject: Subject, currency: str, zone: ZoneInfo) -> Iterator[str]:
    if subject.closed_at is not None:
        at = spoken(subject.closed_at, zone)
        yield f"closed: {at} by {subject.closed_by}, {subject.close_reason}"
    spent = [f"{subject.cost} min of work"] if subject.cost is not None else []
    spent += [f"{subject.money:,} {currency}"] if subject.money is not None else []
    if spent:
        yield f"it cost: {', '.join(spent)}"
    if subject.done:
        yield f"done for the customer: {subject.done}"
    if subject.done_for_rest:
        yield f"done for everybody else: {subject.done_for_rest}"


def _paged(house: "House", desk: "Unit", subject: Subject, now: datetime) -> Iterator[str]:
    """Why nobody has been paged for a case that waits for somebody; who was, the history says."""
    if not isinstance(subject, Case) or subject.state is not State.NEW:
        return
    if subject.held_until is None and subject.inhibited_by is None:
        zone = ZoneInfo(house.settings.timezone)
        told = unpaged.whom(desk, house.engine.rules, subject, now, zone)
        if told is not None and told.startswith("nobody"):
            yield f"paged: {told}"


def _next(house: "House", desk: "Unit", subject: Subject, now: datetime) -> Iterator[str]:
    waits = following(subject, desk, house.engine.rules, now)
    if waits:
        yield "next:"
    yield from (f"    {at}  {what}" for at, what in waits)


def _warning(warned: Warned, done: Done) -> dict[str, Any]:
    """Without a name, as a warning is shown to everybody."""
    return {
        "at": warned.at.isoformat(timespec="seconds"),
        "subject": str(warned.ref),
        "function": warned.team,
        "what": str(warned.what),
        "done": done.spoken,
    }


def _warned(desk: "Unit", subject: Subject, lines: Sequence[str], zone: ZoneInfo) -> Iterator[str]:
    """How often a storm was announced, what each function did about it, then one by one."""
    if not lines or not isinstance(subject, Incident):
        return
    yield f"warned of before: {lines[0]}"
    yield from (f"    function {line}" for line in lines[1:])
    found = each_before(desk, subject)
    yield from (f"    {labelled(*one, zone)}" for one in found[:MOST_WARNINGS])
    if len(found) > MOST_WARNINGS:
        yield f"    and {len(found) - MOST_WARNINGS} more; see --json"


def _permissions(
    found: Sequence[Mapping[str, Any]], currency: str, zone: ZoneInfo
) -> Iterator[str]:
    if found:
        yield "permission:"
    for one in found:
        asked = wanted(
            Permission(one["asked_at"], one["asked_by"], one["money"], one["why"]), currency
        )
        answer = one["outcome"]
        if one["answered_at"] is not None:
            answer += f" by {one['answered_by']}, {_clock(one['answered_at'], zone)}"
        said = f": {encode.one_line(one['said'])}" if one["said"] else ""
        at = _clock(one["asked_at"], zone)
        yield f"    {at}  {one['asked_by']} asked for {encode.one_line(asked)}; {answer}{said}"


def _hiding(one: Hiding) -> dict[str, Any]:
    fields = {name: value for name, value in asdict(one).items() if name not in ("ref", "chain")}
    return _plain(fields)


def _hidings(found: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[str]:
    if found:
        yield "hidden, deleted or blocked by us:"
    for one in found:
        answer = one["outcome"]
        if one["answered_at"] is not None:
            answer += f" by {one['answered_by']}, {_clock(one['answered_at'], zone)}"
        said = f": {encode.one_line(one['said'])}" if one["said"] else ""
        where = f" ({encode.one_line(one['where'])})" if one["where"] else ""
        what, why = hiding.WHAT.get(one["what"], "hidden"), hiding.WHY.get(one["why"], one["why"])
        yield f"    {_clock(one['at'], zone)}  {what} by {one['by']}: {why}{where}; {answer}{said}"


def _contracts(
    contracts: Sequence[Mapping[str, Any]], zone: ZoneInfo, now: datetime
) -> Iterator[str]:
    if contracts:
        yield "hand-offs:"
    for one in contracts:
        since = datetime.fromisoformat(one["offered_at"])
        until = one["answered_at"] and datetime.fromisoformat(one["answered_at"])
        wait = f" {'after' if until else 'for'} {spell_duration((until or now) - since)}"
        yield (
            f"    {spoken(since, zone)}  {one['from_person']} ({one['from_team']}) → "
            f"{one['to_person']} ({one['to_team']}): {one['outcome']}"
            f"{'' if one['outcome'] == REROUTED else wait}"
        )
        for name, said in (("why", one["reason"]), ("the customer was told", one["told"])):
            if said:
                yield f"        {name}: {encode.one_line(said)}"


def _history(history: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[str]:
    if history:
        yield "history:"
    for run in runs(history, _said_of):
        first, last = run[0], run[-1]
        where = f" ({spoken_via(first['via'])})" if first["via"] else ""
        note = f": {encode.one_line(first['note'])}" if first["note"] else ""
        until = f", until {_clock(last['at'], zone)}" if len(run) > 1 else ""
        what = times([_event(one) for one in run])
        yield f"    {_clock(first['at'], zone)}  {what}  {first['actor']}{where}{until}{note}"


def _said_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return _event(entry), entry["actor"], entry["via"] or "", entry["note"] or ""


def _event(entry: Mapping[str, Any]) -> str:
    return climbed_to(entry["event"], entry["owner"])


def _clock(text: str, zone: ZoneInfo) -> str:
    return spoken(datetime.fromisoformat(text), zone)
