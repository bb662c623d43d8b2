"""The windows that a press opens in Discord, to be filled in."""

from typing import Any

from escalation import encode
from escalation.channel import Weight
from escalation.channels.discord_text import STYLES, Component, button_of, row, said
from escalation.conversation import FieldKind, Form, FormField

# docs.discord.com, "Component reference": a modal, a label, a string select, a text input.
MAX_FIELDS = 5
MAX_TITLE = MAX_LABEL = 45
MAX_HINT = MAX_OPTION = 100
MAX_OPTIONS = 25
MAX_INPUT = 4000
SELECT, INPUT, LABEL = 3, 4, 18
AGAIN = "Once more …"


def modal(form: Form) -> dict[str, Any]:
    """A form as a window to fill in; at most `MAX_FIELDS` fields."""
    return {
        "custom_id": f"{form.verb}:{form.token}",
        "title": encode.cut(encode.one_line(form.title), MAX_TITLE) or "Tocsin",
        "components": [_field(one) for one in form.fields[:MAX_FIELDS]],
    }


def again(form: Form, why: str = "") -> dict[str, Any]:
    """What is said where a window cannot be opened now: why, and a button that opens it."""
    labels = {one.name: one.label for one in form.fields}
    wrong = [f"{labels.get(name, name)}: {what}" for name, what in form.wrong.items()]
    made = said("\n".join([why, *wrong] if why else wrong) or "Tocsin has a question.")
    press = f"{form.verb}:{form.token}"
    return {**made, "components": [row([button_of(AGAIN, press, STYLES[Weight.MAIN])])]}


def _field(field: FormField) -> Component:
    made = {"type": LABEL, "label": encode.cut(encode.one_line(field.label), MAX_LABEL)}
    many = field.kind is FieldKind.CHOICE and len(field.choices) > MAX_OPTIONS
    hint = f"One of: {', '.join(name for name, _ in field.choices)}" if many else field.hint
    if hint:
        made["description"] = encode.cut(encode.one_line(hint), MAX_HINT)
    is_select = field.kind is FieldKind.CHOICE and field.choices and not many
    return {**made, "component": _select(field) if is_select else _input(field)}


def _select(field: FormField) -> Component:
    options = [
        {
            "label": encode.cut(encode.one_line(label), MAX_OPTION) or value,
            "value": value,
            "default": value == field.known,
        }
        for value, label in field.choices
        if 1 <= len(value) <= MAX_OPTION
    ]
    least = 1 if field.needed else 0
    return {
        "type": SELECT,
        "custom_id": field.name,
        "options": options,
        "required": field.needed,
        "min_values": least,
        "max_values": 1,
    }


def _input(field: FormField) -> Component:
    made: Component = {
        "type": INPUT,
        "custom_id": field.name,
        "style": 2 if field.kind is FieldKind.TEXT else 1,
        "required": field.needed,
        "max_length": max(1, min(field.most, MAX_INPUT)),
    }
    known = encode.legible(field.known, lines=True)[: made["max_length"]]
    return {**made, "value": known} if known else made
