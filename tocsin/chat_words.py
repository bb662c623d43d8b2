"""What people write to Tocsin in a chat: commands, answers to what they were asked, and notes.

`ack 17` · `snooze 17 2h waiting for parts` · `cases` · `away until 2026-12-24` · `back` · `help`.
Under a message the number may be left out; words there that are no command are a note.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from config import Person
from escalation.alert import BANDS
from escalation.conversation import Answer, Form, FormField, Incoming
from escalation.subject import Case, Fault, Incident, Matter, Ref, Subject
from tocsin import dialogues, oncall
from tocsin.questions import form_of, missing, read
from tocsin.speaker import Refused, Speaker, instant
from tocsin.store import Unit
from tocsin.store.handles import Shown, shown_now
from tocsin.waits import following

if TYPE_CHECKING:
    from tocsin.answering import Answering

MOST_CASES = 20  # in one answer
HELP = (
    "Write `cases` for what is open with you, `away until 2026-12-24` or `away until 18:00`, and "
    "`back`. With the number of a case, or under its message without: `ack 17`, "
    "`snooze 17 2h waiting for parts`, `handoff 17 ben`, `replied 17 https://…`, "
    "`resolve 17`, `not-a-complaint 17`, `wrong-team 17 billing`, `hid 17 deleted`, `note 17 …`. "
    "What is missing is asked for. Any other words under a message are kept as a note."
)
# What else people write for a command.
_MEANT: Mapping[str, str] = {
    "acknowledge": "ack",
    "hand": "handoff",
    "hand-over": "handoff",
    "hand-off": "handoff",
    "close": "resolve",
    "done": "resolve",
    "reply": "replied",
    "mine": "claim",
}
_VERBS = (
    "ack", "claim", "accept", "decline", "handoff", "snooze", "replied", "permission", "grant",
    "refuse", "resolve", "reopen", "not-a-complaint", "wrong-team", "escalate", "note", "update",
    "contain", "dismiss", "hid", "confirm-hid", "refuse-hid",
)  # fmt: skip
_SHORT = ("to", "wait", "what", "link", "cause")  # fields that are one word of a line
_KINDS = {"case": Case.kind, "incident": Incident.kind, "fault": Fault.kind}
_NUMBER = re.compile(r"#?(\d{1,15})")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")


def answer(
    answering: "Answering", desk: Unit, incoming: Incoming, person: Person, now: datetime
) -> Answer:
    """What written words mean: an answer to a question, a command, or a note under a message."""
    text = incoming.text.strip()
    if not text:
        return Answer()
    if (again := dialogues.heard_again(answering, desk, incoming, person, now)) is not None:
        return again
    said = _read_command(text)
    waiting = dialogues.waits_here(answering, desk, incoming, now)
    if waiting is not None and (said is None or _named(said[1])[0] is None):
        return dialogues.answered(answering, desk, waiting, incoming, person, now)
    if waiting is not None:
        desk.asked(answering.channel, incoming.who[0])  # a whole command says something else
    if said is not None and said[0] in _COMMANDS:
        return _COMMANDS[said[0]](answering, desk, person, said[1], now)
    handle = desk.handle_of(answering.channel, incoming.ref, now) if incoming.ref else None
    about = handle.about if handle is not None else ()
    shown = answering.subjects(desk, about)
    if any(isinstance(one, Matter) for one in shown) or (len(shown) > 1 and said is not None):
        return _few_words(answering, desk, incoming, person, said, about, now)
    if said is not None and _is_meant(answering, said, shown, person, now):
        return _command(answering, desk, incoming, person, said[0], said[1], about, now)
    if len(shown) == 1:
        noted = replace(incoming, verb="note", values={"reason": text}, is_filled=True)
        return answering.do(desk, noted, about, person, now)
    return Answer(HELP)


def _read_command(text: str) -> tuple[str, str] | None:
    """A line that may be a command: its word as we call it, and what follows. What is only meant
    for one, as "done", is none with more behind it than a number."""
    first, _, rest = text.partition(" ")
    first, rest = first.lower().strip(":,."), rest.strip()
    if first in _COMMANDS or first in _VERBS:
        return first, rest
    if first in _MEANT and (not rest or (_named(rest)[0] is not None and not _named(rest)[1])):
        return _MEANT[first], rest
    return None


def _is_meant(
    answering: "Answering",
    said: tuple[str, str],
    shown: Sequence[Subject],
    person: Person,
    now: datetime,
) -> bool:
    """Is it a command, and not a sentence that begins like one? With a number it is; without, the
    rest has to be what the command asks for first, or nothing."""
    verb, rest = said
    if not rest or not shown or verb == "note" or _named(rest)[0] is not None:
        return True
    form = form_of(verb, shown[0], person, answering.house.engine.rules, now)
    short = _short(form) if form is not None else None
    return short is not None and read(short, rest.partition(" ")[0]) is not None


def _few_words(
    answering: "Answering",
    desk: Unit,
    incoming: Incoming,
    person: Person,
    said: tuple[str, str] | None,
    about: Sequence[Shown],
    now: datetime,
) -> Answer:
    """Under what is private, or speaks of several, nothing is done by words but to acknowledge."""
    if said == ("ack", ""):
        acked = replace(incoming, verb="ack", values={}, is_filled=True)
        return answering.do(desk, acked, about, person, now)
    if said is not None and _named(said[1])[0] is not None:
        return _command(answering, desk, incoming, person, said[0], said[1], (), now)
    return Answer(
        "Nothing was done. Here only `ack` is taken as a word; name a case by its number."
    )


# ------------------------------------------------------------------------------ commands
def _command(
    answering: "Answering",
    desk: Unit,
    incoming: Incoming,
    person: Person,
    verb: str,
    rest: str,
    about: Sequence[Shown],
    now: datetime,
) -> Answer:
    """A command of one line: its number, if there is one, then what its form asks for."""
    ref, rest = _named(rest)
    if ref is not None:
        subject = desk.subject(ref)
        if subject is None:
            return Answer(f"There is no {ref.spoken}. Write `cases` to see what is open with you.")
        about = (shown_now(subject),)
    shown = answering.subjects(desk, about)
    if not shown:
        return Answer(f"Say which: `{verb} 17`, or write it under the message of a case.")
    form = form_of(verb, shown[0], person, answering.house.engine.rules, now)
    values = _filled(form, rest) if form is not None else {"reason": rest}
    if form is None and not rest:
        values = {}
    filled = replace(incoming, values=values, text="")
    lacking = missing(form, values) if form is not None else None
    if lacking is not None:
        return dialogues.begin(answering, desk, incoming, verb, about, values, lacking, now)
    return answering.do(desk, replace(filled, verb=verb, is_filled=True), about, person, now)


def _named(rest: str) -> tuple[Ref | None, str]:
    """The subject that a command names, and what follows."""
    words = rest.split(" ", 2)
    kind = _KINDS.get(words[0].lower(), "") if words else ""
    if kind and len(words) > 1 and (number := _NUMBER.fullmatch(words[1])):
        return Ref(kind, int(number[1])), words[2] if len(words) > 2 else ""
    first, _, more = rest.partition(" ")
    number = _NUMBER.fullmatch(first)
    return (Ref(Case.kind, int(number[1])), more.strip()) if number else (None, rest)


def _filled(form: Form, rest: str) -> dict[str, str]:
    """What a line says of a form: its short field first, then the reason."""
    values: dict[str, str] = {}
    first, _, more = rest.partition(" ")
    short = next((one for one in form.fields if one.name in _SHORT), None)
    if short is not None and first and read(short, first) is not None:
        values[short.name] = read(short, first) or ""
        rest = more.strip()
    long = next((one for one in form.fields if one.name == "reason"), None)
    if long is not None and rest:
        values[long.name] = rest
    elif long is not None and long.known:
        values[long.name] = long.known
    return values


def _short(form: Form) -> FormField | None:
    return next((one for one in form.fields if one.name in ("to", "wait", "link", "cause")), None)


# ------------------------------------------------------------------------------ who and what
def _cases(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    """What is open with somebody, the most urgent first."""
    house = answering.house
    mine = [
        one
        for one in desk.open_subjects()
        if one.kind in _KINDS.values() and person.name in (one.owner, one.offered_to)
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
        rows.append(f"and {len(mine) - MOST_CASES} more: tocsin cases list")
    return Answer("\n".join(rows))


def _away(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    """`away until 2026-12-24`, `away until 18:00`: from now on."""
    house = answering.house
    zone = house.settings.zone_of(person)
    said = rest.lower().removeprefix("until").strip().upper().replace(" ", "T")
    if _CLOCK.fullmatch(said):
        said = f"{now.astimezone(zone):%Y-%m-%d}T{said:0>5}"
    if not said:
        return Answer(
            "Until when? Write for example `away until 2026-12-24` or `away until 18:00`."
        )
    try:
        until = instant(said, zone, ends=True)
        told = oncall.away(desk, Speaker(house.engine, person.name, now), person.name, now, until)
    except Refused as error:
        return Answer(f"Nothing was done: {error}.")
    moved = "".join(f"\n{move.ref.spoken} goes to {move.owner}" for move in told.moves)
    return Answer(f"{told.text}{moved}", done=told.changed)


def _back(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    try:
        told = oncall.back(desk, Speaker(answering.house.engine, person.name, now), person.name)
    except Refused as error:
        return Answer(f"Nothing was done: {error}.")
    return Answer(told.text, done=told.changed)


def _help(answering: "Answering", desk: Unit, person: Person, rest: str, now: datetime) -> Answer:
    return Answer(HELP)


_Command = Callable[["Answering", Unit, Person, str, datetime], Answer]
_COMMANDS: Mapping[str, _Command] = {
    "cases": _cases,
    "away": _away,
    "back": _back,
    "help": _help,
}
