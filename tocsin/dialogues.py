"""A form that is asked for in words, one field after the other: begun by a press or a command,
answered where it began or to us alone, and by nothing that is only told twice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from config import Person
from escalation import buttons
from escalation.conversation import Answer, Form, FormField, Incoming
from tocsin.checking import refusal
from tocsin.questions import (
    asked_again,
    field_of,
    form_of,
    named,
    question,
    read,
    spoken,
    wrong_with,
)
from tocsin.store import Unit
from tocsin.store.handles import Dialogue, Shown

if TYPE_CHECKING:
    from tocsin.answering import Answering

AS_IT_IS = ("-", "skip")
STOP = ("cancel", "stop", "never mind")
LEFT = "{} is left as it was."
TWICE = "That has been heard already; nothing more was done."
DROPPED = "What you were asked before is dropped ({})."


def begin(
    answering: "Answering",
    desk: Unit,
    incoming: Incoming,
    form: Form,
    about: Sequence[Shown],
    answers: Mapping[str, str],
    field: FormField,
    now: datetime,
) -> Answer:
    """Ask for a field, and wait for the answer."""
    who = incoming.who[0]
    before = desk.dialogue(answering.channel, who, now)
    waiting = Dialogue(
        form.verb,
        tuple(about),
        answers,
        field.name,
        room=incoming.room,
        heard=incoming.id,
        thread=incoming.ref,
    )
    desk.ask(answering.channel, who, waiting, now)
    asked = question(field, named(form, about))
    if before is not None and before.about != waiting.about:
        dropped = DROPPED.format(spoken(before.about))
        return Answer(f"{dropped} {asked}", asks=True)
    return Answer(asked, asks=True)


def pressed(
    answering: "Answering",
    desk: Unit,
    form: Form,
    about: Sequence[Shown],
    incoming: Incoming,
    person: Person,
    now: datetime,
) -> Answer:
    """A button was pressed whose form has to be asked for in words. Where that only makes sure, a
    second press is as good as a word."""
    if (again := heard_again(answering, desk, incoming, person, now)) is not None:
        return again
    waiting = desk.dialogue(answering.channel, incoming.who[0], now)
    first = form.fields[0]
    meant = (buttons.SURE, form.verb, tuple(about))
    if waiting is not None and (waiting.asked, waiting.verb, waiting.about) == meant:
        desk.asked(answering.channel, incoming.who[0])
        return answering.do(desk, incoming, about, person, now)
    if (why := refusal(answering, desk, form, about, incoming, {}, person, now)) is not None:
        return Answer(why[1])
    return begin(answering, desk, incoming, form, about, {}, first, now)


def heard_again(
    answering: "Answering", desk: Unit, incoming: Incoming, person: Person, now: datetime
) -> Answer | None:
    """What is said to what comes a second time, as channels hand on what they are not sure to have
    handed on: what was asked then, or that it was heard. None: it is new."""
    once = f"{answering.channel}|{incoming.id}|{incoming.verb or 'words'}"
    if not incoming.id or desk.once(once, now):
        return None
    waiting = desk.dialogue(answering.channel, incoming.who[0], now)
    if waiting is None or waiting.heard != incoming.id:
        return Answer(TWICE)
    form = _form(answering, desk, waiting, person, now)
    field = field_of(form, waiting.asked)
    if form is None or field is None:
        return Answer(TWICE)
    return Answer(question(field, named(form, waiting.about)), asks=True)


def waits_here(
    answering: "Answering", desk: Unit, incoming: Incoming, now: datetime
) -> Dialogue | None:
    """What somebody is being asked, where they write an answer to it; None: nothing, or they write
    in another room, or under a message of something else."""
    waiting = desk.dialogue(answering.channel, incoming.who[0], now)
    if waiting is None or (incoming.room and incoming.room != waiting.room):
        return None
    if not incoming.ref or incoming.ref == waiting.thread:
        return waiting
    handle = desk.handle_of(answering.channel, incoming.ref, now)
    told = {one.ref for one in handle.about} if handle is not None else set()
    told |= desk.told_by(answering.channel, incoming.ref)
    return waiting if told <= {one.ref for one in waiting.about} else None


def answered(
    answering: "Answering",
    desk: Unit,
    waiting: Dialogue,
    incoming: Incoming,
    person: Person,
    now: datetime,
) -> Answer:
    """An answer to what somebody was asked: the next question, or it is done. One that is refused
    is asked for again, and the others are kept."""
    who, text = incoming.who[0], incoming.text.strip()
    form = _form(answering, desk, waiting, person, now)
    field = field_of(form, waiting.asked)
    stops = (*STOP, "no") if waiting.asked == buttons.SURE else STOP
    if text.lower() in stops or form is None or field is None:
        desk.asked(answering.channel, who)
        return Answer(LEFT.format(spoken(waiting.about).capitalize()))
    value = field.known if text.lower() in AS_IT_IS else read(field, text) or text
    values = {**waiting.answers, field.name: value}
    why = wrong_with(field, value)
    found = refusal(answering, desk, form, waiting.about, incoming, values, person, now)
    if not why and found is not None:
        if not found[0]:
            desk.asked(answering.channel, who)
            return Answer(found[1])
        field, why = field_of(form, found[0]) or field, found[1]
    if why:
        values.pop(field.name, None)
        return _next(answering, desk, waiting, incoming, form, values, field, now, why=why)
    following = next((one for one in form.fields if one.name not in values), None)
    if following is not None:
        return _next(answering, desk, waiting, incoming, form, values, following, now)
    desk.asked(answering.channel, who)
    filled = replace(incoming, verb=waiting.verb, values=values, is_filled=True)
    return answering.do(desk, filled, waiting.about, person, now)


def _next(
    answering: "Answering",
    desk: Unit,
    waiting: Dialogue,
    incoming: Incoming,
    form: Form,
    values: Mapping[str, str],
    field: FormField,
    now: datetime,
    *,
    why: str = "",
) -> Answer:
    goes_on = replace(waiting, answers=values, asked=field.name, heard=incoming.id)
    desk.ask(answering.channel, incoming.who[0], goes_on, now)
    about = named(form, waiting.about)
    return Answer(asked_again(field, why, about) if why else question(field, about), asks=True)


def _form(
    answering: "Answering", desk: Unit, waiting: Dialogue, person: Person, now: datetime
) -> Form | None:
    """The form that is being asked for, as its subject stands."""
    if waiting.asked == buttons.SURE:
        return buttons.sure(waiting.verb, "")
    shown = answering.subjects(desk, waiting.about)
    rules = answering.house.engine.rules
    return form_of(waiting.verb, shown[0], person, rules, now) if shown else None
