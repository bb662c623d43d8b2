"""Commands of a chat that act on no case: what is open with somebody, one case's card, who is
away, and what can be written at all."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config import Person
from escalation import alert
from escalation.alert import BANDS
from escalation.alert_views import Reader, without_words
from escalation.conversation import Answer
from escalation.subject import Case, Incident, Ref, Subject
from tocsin import oncall
from tocsin.chat_reading import KINDS, named_in
from tocsin.confirming import named_in_full
from tocsin.in_chat import in_chat
from tocsin.speaker import Refused, Speaker, instant
from tocsin.spoken_times import spoken_instant
from tocsin.store import Unit
from tocsin.views import Views
from tocsin.waits import following

if TYPE_CHECKING:
    from tocsin.answering import Answering

MOST_CASES = 20  # in one answer
HELP = """\
Write `cases` for what is open with you, `show 17` for one of them, `help`.
With the number of a case, or under its message without:
To take it: `ack 17` (or in your own words: on it), `claim`, `accept`, `decline`, `escalate`.
At work: `note 17 …`, `replied 17 https://…`, `snooze 17 2h waiting for parts`, `permission`, \
`grant`, `refuse`, `hid 17 deleted`, `confirm-hid`, `refuse-hid`.
To pass it on: `handoff 17 ben`, `wrong-team 17 billing`.
To close it: `resolve 17`, `not-a-complaint 17`, `not-us 17`, `spam 17`, `withdrawn 17`, \
`dismiss 17 …`; and again: `reopen 17`.
A storm: `update incident 3 https://…`, `contain incident 3`, `resolve incident 3`.
Yourself: `away until tomorrow 9`, `away until 18:00`, `away until 2026-12-24`, `back`.
What is missing is asked for. Any other words under a message are kept as a note.\
"""
SOME_TIME, SOME_ZONE = datetime(2026, 1, 1, 12, tzinfo=UTC), ZoneInfo("UTC")
UNTIL = (
    "Until when? Write for example `away until 18:00`, `away until tomorrow 9`, "
    "`away until Friday` or `away until 2026-12-24`."
)


def answer(
    answering: "Answering", desk: Unit, person: Person, verb: str, rest: str, now: datetime
) -> Answer:
    """Do one of them."""
    return _COMMANDS[verb](answering, desk, person, rest, now)


def is_meant(verb: str, rest: str) -> bool:
    """Is it one of them, and not a sentence that begins like one?"""
    if verb == "away":
        says_when = rest.split(" ")[0].lower() in ("until", "till", "til", "for")
        return not rest or says_when or spoken_instant(rest, SOME_TIME, SOME_ZONE) is not None
    if verb == "show":
        return _shown_ref(rest)[0] is not None or not rest
    return not rest.strip(" ?!.")


def _cases(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    """What is open with somebody, the most urgent first."""
    house = answering.house
    mine = [
        one
        for one in desk.open_subjects()
        if one.kind in KINDS.values() and person.name in (one.owner, one.offered_to)
    ]
    if not mine:
        return Answer("Nothing is open with you.")
    ordered = sorted(mine, key=lambda one: (BANDS.index(one.band), one.number))
    rows = []
    for one in ordered[:MOST_CASES]:
        waits = following(one, desk, house.engine.rules, now)
        comes = f" · {waits[0][0]}: {waits[0][1]}" if waits else ""
        what = one.topic or one.brand
        rows.append(f"{one.ref.spoken} · {one.band.label} · {what} · {one.state}{comes}")
    if len(mine) > MOST_CASES:
        rows.append(f"and {len(mine) - MOST_CASES} more; close some of these to see them")
    return Answer("\n".join(rows))


def _show(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    """A card by its number. The customer's words are not on it: an answer cannot be taken back."""
    ref, _ = _shown_ref(rest)
    if ref is None:
        return Answer("Which one? Write for example `show 17` or `show incident 3`.")
    subject = desk.subject(ref)
    if subject is None:
        return Answer(f"There is no {ref.spoken}. Write `cases` to see what is open with you.")
    return Answer("\n".join(_card(answering, desk, subject, person, now)))


def _card(
    answering: "Answering", desk: Unit, subject: Subject, person: Person, now: datetime
) -> tuple[str, ...]:
    engine = answering.house.engine
    views, settings = Views(engine), engine.rules.settings
    reader = Reader(
        "", settings.zone_of(person), person.name, "", typed=False, shown=person.shown_name
    )
    waits = following(subject, desk, engine.rules, now)
    if isinstance(subject, Case):
        case = without_words(views.case(desk, subject))
        made = alert.case_card(case, reader, key="", now=now)
    elif isinstance(subject, Incident):
        incident = without_words(views.incident(desk, subject))
        made = alert.incident_card(incident, reader, key="", now=now)
    else:
        comes = tuple(f"Next, {at}: {what}" for at, what in waits[:1])
        what = getattr(subject, "detail", "")
        return (
            f"{subject.ref.spoken} · {views.shown(subject.owner)} · {subject.state}",
            what,
            *comes,
        )
    return (f"{subject.ref.spoken.capitalize()} · {made.headline}", *made.lines)


def _shown_ref(rest: str) -> tuple[Ref | None, str]:
    first, _, more = rest.partition(" ")
    return named_in(more if first.lower() == "me" else rest)


def _away(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    """`away until 2026-12-24`, `away until 18:00`, `away until tomorrow 9`: from now on."""
    house = answering.house
    zone = house.settings.zone_of(person)
    said = rest.strip()
    if not said:
        return Answer(UNTIL)
    try:
        until = spoken_instant(said, now, zone) or _instant(said, zone)
        if until is None:
            return Answer(f"Nothing was done: this is no time. {UNTIL}")
        told = oncall.away(desk, Speaker(house.engine, person.name, now), person.name, now, until)
    except Refused as error:
        return Answer(f"Nothing was done: {in_chat(str(error))}.")
    moved = "".join(f"\n{move.ref.spoken} goes to {move.owner}" for move in told.moves)
    names = (person.name, *(move.owner for move in told.moves))
    said = "\n".join(
        named_in_full(house.settings, line, names) for line in f"{told.text}{moved}".split("\n")
    )
    return Answer(said, done=told.changed)


def _instant(said: str, zone: ZoneInfo) -> datetime | None:
    first, _, rest = said.partition(" ")
    said = rest if first.lower() in ("until", "till", "til") else said
    try:
        return instant(said.strip().upper().replace(" ", "T"), zone, ends=True)
    except Refused:
        return None


def _back(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    try:
        told = oncall.back(desk, Speaker(answering.house.engine, person.name, now), person.name)
    except Refused as error:
        return Answer(f"Nothing was done: {in_chat(str(error))}.")
    said = named_in_full(answering.house.settings, told.text, (person.name,))
    return Answer(said, done=told.changed)


def _help(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    return Answer(HELP)


_Command = Callable[["Answering", Unit, Person, str, datetime], Answer]
_COMMANDS: Mapping[str, _Command] = {
    "cases": _cases,
    "away": _away,
    "back": _back,
    "help": _help,
    "show": _show,
}
