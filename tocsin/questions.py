"""What a form asks, put into words, and what somebody answers, read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from config import Person, parse_duration
from escalation import account, buttons
from escalation.conversation import FieldKind, Form, FormField
from escalation.numbers import MOST_INTEGER
from escalation.rules import Rules
from escalation.subject import Subject
from tocsin.store.handles import Shown

NUMBERS = ("cost", "money")
DONE = ("done", "done_for_rest")
CHOOSE = "Choose one of:"
MOST_NAMED = 5  # subjects of a bundle that a question names


def form_of(
    verb: str, subject: Subject, person: Person, rules: Rules, now: datetime
) -> Form | None:
    """What is asked of somebody who writes a command; None: nothing."""
    if verb == "note":
        return Form("note", "", "Note", (FormField("reason", "What is to be noted", needed=True),))
    return buttons.form(verb, "", subject, person.name, rules, now)


def missing(form: Form, values: Mapping[str, str]) -> FormField | None:
    """The first field that has to be filled in and is not; None: all are."""
    return next((one for one in form.fields if one.needed and not values.get(one.name)), None)


def field_of(form: Form | None, name: str) -> FormField | None:
    """A form's field of that name."""
    fields = form.fields if form is not None else ()
    return next((one for one in fields if one.name == name), None)


def named(form: Form, about: Sequence[Shown]) -> str:
    """What a question is about: `Case 9, hand over`."""
    is_sure = form.fields[0].name == buttons.SURE  # whose question says what it is for
    return spoken(about).capitalize() + ("" if is_sure else f", {form.title.lower()}")


def spoken(about: Sequence[Shown]) -> str:
    """Some subjects by name: `case 9, case 10 and 3 more`."""
    names = ", ".join(one.ref.spoken for one in about[:MOST_NAMED])
    return names + (f" and {len(about) - MOST_NAMED} more" if len(about) > MOST_NAMED else "")


def question(field: FormField, about: str) -> str:
    """One field of a form, asked in words. about: as `named` says it."""
    asked = f"{about}: {_asked(field)}"
    return f"{asked} (`cancel` to leave it.)"


def asked_again(field: FormField, why: str, about: str) -> str:
    """What is said of an answer that cannot be: what is wrong with it, and the question, unless
    that says the choices already."""
    if field.kind is FieldKind.CHOICE and why.startswith(CHOOSE):
        return f"{about}: {why} (`cancel` to leave it.)"
    return f"{why} {question(field, about)}"


def _asked(field: FormField) -> str:
    asked = field.label if field.label.endswith("?") else f"{field.label}?"
    if field.name == buttons.SURE:
        return f"{asked} Write `yes`, or press it once more."
    if field.kind is FieldKind.CHOICE:
        names = ", ".join(value for value, _ in field.choices)
        asked += f" One of: {names}{f' ({field.hint})' if field.hint else ''}."
    elif field.hint:
        asked += f" ({field.hint})"
    if field.known:
        asked += f' Write "-" for {field.known}.'
    elif not field.needed:
        asked += ' Write "-" to leave it out.'
    return asked


def read(field: FormField, text: str) -> str | None:
    """An answer as the field takes it: of a choice its value, named by it or by its label."""
    if field.kind is not FieldKind.CHOICE:
        return None if wrong_with(field, text) else text
    meant = text.strip().removeprefix("@").casefold()
    for value, label in field.choices:
        if meant in (value.casefold(), label.casefold()):
            return value
    return None


def wrong_with(field: FormField, value: str) -> str:
    """What is wrong with one answer; "": nothing."""
    value = value.strip()
    if not value:
        return "An answer is needed." if field.needed else ""
    if len(value) > field.most:
        return f"At most {field.most} characters are kept."
    if field.kind is FieldKind.CHOICE and value not in {name for name, _ in field.choices}:
        names = ", ".join(name for name, _ in field.choices[:20])
        return f"{CHOOSE} {names}{f' ({field.hint})' if field.hint else ''}."
    try:
        if field.name == "wait":
            parse_duration(value)
        elif field.name == "link":
            address(value)
        elif field.name in NUMBERS:
            whole(field.name, value)
        elif field.name in DONE:
            account.must_say_why(value)
    except ValueError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:].removesuffix('.')}."
    return ""


def whole(name: str, value: str) -> int:
    """A number that was typed. Raises ValueError, which says what to write."""
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise ValueError("write a whole number, 0 or more")
    number = int(digits)
    if number > MOST_INTEGER:
        raise ValueError(f"that is too large; at most {MOST_INTEGER}")
    return number


def address(value: str) -> str:
    """A link that was typed, or "". Raises ValueError, which says what to write."""
    if value and (not value.lower().startswith(("https://", "http://")) or len(value.split()) != 1):
        raise ValueError("that is no address; one begins with https://")
    return value
