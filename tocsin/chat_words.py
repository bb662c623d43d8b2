"""What people write to Tocsin in a chat: commands, answers to what they were asked, and notes.

`ack 17` · `on it` · `snooze 17 2h waiting for parts` · `cases` · `away until tomorrow 9` · `help`.
Under a message the number may be left out; words there that are no command are a note.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from config import Person
from escalation.channels.calling import called
from escalation.conversation import Answer, Incoming
from escalation.subject import Case, Matter, Ref, State, Subject
from tocsin import chat_commands, dialogues
from tocsin.chat_commands import HELP
from tocsin.chat_reading import ABOUT_ALL, agrees, filled, named_in, read_command, read_short
from tocsin.checking import refusal
from tocsin.questions import form_of, missing
from tocsin.store import Unit
from tocsin.store.handles import Shown, shown_now

if TYPE_CHECKING:
    from tocsin.answering import Answering

# Alone, these are no answer to what was asked before, whatever that was.
_NO_ANSWER = ("cases", "help", "ack", "claim", "escalate")


def answer(
    answering: "Answering", desk: Unit, incoming: Incoming, person: Person, now: datetime
) -> Answer:
    """What written words mean: an answer to a question, a command, or a note under a message."""
    text = incoming.text.strip()
    if not text:
        return Answer()
    if (again := dialogues.heard_again(answering, desk, incoming, person, now)) is not None:
        return again
    said = read_command(text) or read_command(called(text).text)
    waiting = dialogues.waits_here(answering, desk, incoming, now)
    if waiting is not None and not _is_no_answer(said):
        return dialogues.answered(answering, desk, waiting, incoming, person, now)
    if said is not None and said[0] in ABOUT_ALL and chat_commands.is_meant(*said):
        return chat_commands.answer(answering, desk, person, *said, now)
    if waiting is not None:
        desk.asked(answering.channel, incoming.who[0])  # a whole command says something else
    if said is not None and said[0] in ABOUT_ALL:
        said = None
    if incoming.overheard and not (said is not None and _is_whole(said)):
        return Answer(unsaid=True)  # they speak about us
    return _about_something(answering, desk, incoming, person, said, now)


def _is_whole(said: tuple[str, str]) -> bool:
    return not said[1] or named_in(said[1])[0] is not None


def _is_no_answer(said: tuple[str, str] | None) -> bool:
    """Is it a whole command, rather than words that answer what was asked?"""
    if said is None:
        return False
    verb, rest = said
    return named_in(rest)[0] is not None or (not rest and verb in _NO_ANSWER)


def _about_something(
    answering: "Answering",
    desk: Unit,
    incoming: Incoming,
    person: Person,
    said: tuple[str, str] | None,
    now: datetime,
) -> Answer:
    """A command that acts, somebody's own words for one, or a note."""
    handle = desk.handle_of(answering.channel, incoming.ref, now) if incoming.ref else None
    about = handle.about if handle is not None else ()
    shown = answering.subjects(desk, about)
    agreed = None if said is not None else _agreed(answering, desk, incoming, person, shown)
    if agreed is not None:
        said = agreed
    if any(isinstance(one, Matter) for one in shown) or (len(shown) > 1 and said is not None):
        return _few_words(answering, desk, incoming, person, said, about, now)
    if said is not None and (agreed or _is_meant(answering, said, shown, person, now)):
        return _command(answering, desk, incoming, person, *said, about, now)
    if len(shown) == 1:
        noted = replace(incoming, verb="note", values={"reason": incoming.text.strip()})
        return answering.do(desk, replace(noted, is_filled=True), about, person, now)
    if agrees(incoming.text)[1]:
        return Answer("Nothing was done. Say which: `ack 17`, or write it under its message.")
    return Answer(HELP)


def _agreed(
    answering: "Answering",
    desk: Unit,
    incoming: Incoming,
    person: Person,
    shown: Sequence[Subject],
) -> tuple[str, str] | None:
    """The command that somebody's own words stand for, where it is asked of them; None: none."""
    ref, is_so = agrees(incoming.text)
    if not is_so:
        return None
    if ref is not None:
        return "ack", ref.spoken
    if len(shown) > 1:
        return "ack", ""
    if shown:
        return None if (verb := _asked_of(shown[0], person)) is None else (verb, "")
    mine = [] if incoming.ref else [one for one in desk.open_subjects() if one.kind in _NUMBERED]
    asked = [(verb, one) for one in mine if (verb := _asked_of(one, person)) is not None]
    return (asked[0][0], asked[0][1].ref.spoken) if len(asked) == 1 else None


_NUMBERED = ("case", "incident", "fault")


def _asked_of(subject: Subject, person: Person) -> str | None:
    """What a person is asked about a subject that a yes answers; None: nothing."""
    if subject.offered_to == person.name:
        return "accept"
    is_asked = person.name == subject.owner or person.name in getattr(subject, "asked", ())
    return "ack" if subject.state is State.NEW and is_asked else None


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
    if not rest or not shown or verb == "note" or named_in(rest)[0] is not None:
        return True
    form = form_of(verb, shown[0], person, answering.house.engine.rules, now)
    return form is not None and read_short(form, rest)[0] is not None


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
    if said is not None and named_in(said[1])[0] is not None:
        return _command(answering, desk, incoming, person, *said, (), now)
    return Answer(
        "Nothing was done. Here only `ack` is taken as a word; name a case by its number."
    )


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
    ref, rest = named_in(rest)
    if ref is None:  # `hand over to ben 17`, as people also say it
        ref, rest = _named_last(rest, about)
    if ref is not None:
        subject = desk.subject(ref)
        if subject is None:
            return Answer(f"There is no {ref.spoken}. Write `cases` to see what is open with you.")
        about = (shown_now(subject),)
    shown = answering.subjects(desk, about)
    if not shown:
        return Answer(f"Say which: `{verb} 17`, or write it under the message of a case.")
    form = form_of(verb, shown[0], person, answering.house.engine.rules, now)
    values = filled(form, rest) if form is not None else {"reason": rest} if rest else {}
    said = replace(incoming, values=values, text="")
    lacking = missing(form, values) if form is not None else None
    if form is not None and lacking is not None:
        found = refusal(answering, desk, form, about, said, values, person, now)
        if found is not None and not found[0]:
            return Answer(found[1])
        return dialogues.begin(answering, desk, incoming, form, about, values, lacking, now)
    return answering.do(desk, replace(said, verb=verb, is_filled=True), about, person, now)


def _named_last(rest: str, about: Sequence[Shown]) -> tuple[Ref | None, str]:
    """A number at the end of a short line that names nothing else."""
    words = rest.split()
    if about or not 2 <= len(words) <= 3 or not words[-1].lstrip("#").isdecimal():
        return None, rest
    return Ref(Case.kind, int(words[-1].lstrip("#")[:15])), " ".join(words[:-1])
