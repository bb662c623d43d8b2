"""What can be done with a message in Slack: buttons, a menu for the rest, and modals that ask."""

import json
import re
from collections.abc import Sequence
from typing import Any

from escalation import encode
from escalation.channel import Button, Weight
from escalation.conversation import FieldKind, Form, FormField

MOST_BUTTONS = 4  # ours: what fits beside each other on a phone
# docs.slack.dev, Block Kit: options of an overflow menu and of a select menu; characters of a
# button's text, a modal's title, a dialogue's title and text, a label, a hint and an option; of a
# field's value and of private_metadata.
MOST_IN_OVERFLOW, MOST_IN_SELECT = 5, 100
MAX_LABEL, MAX_TITLE, MAX_DIALOGUE, MAX_WHY = 75, 24, 100, 300
MAX_QUESTION, MAX_VALUE, MAX_KEPT = 2000, 150, 3000
MAX_WRONG = 300  # ours
MAX_TYPED = 3000
MORE = "more"  # the menu's own action; the verb is in what was chosen
VIEW = "tocsin"  # what our modals are known by
TOKEN = re.compile(r"[\w.:-]{1,200}", re.ASCII)

Block = dict[str, Any]


def actions(buttons: Sequence[Button], token: str) -> list[Block]:
    """One row: the main button first, up to four as buttons, the rest in a menu.

    A grave one is always a button, because a menu asks for confirmation for all of it or none.
    """
    if not buttons or not TOKEN.fullmatch(token):
        return []
    ordered = sorted(buttons, key=lambda one: one.weight is not Weight.MAIN)
    shown = _shown(ordered)
    elements = [_button(one) for one in shown]
    rest = [one for one in ordered if one not in shown]
    if rest:
        elements.append(_menu(rest))
    return [{"type": "actions", "block_id": token, "elements": elements}]


def _shown(ordered: Sequence[Button]) -> list[Button]:
    grave = [one for one in ordered if one.weight is Weight.GRAVE]
    others = [one for one in ordered if one.weight is not Weight.GRAVE]
    kept = grave[:MOST_BUTTONS] + others[: max(0, MOST_BUTTONS - len(grave))]
    return [one for one in ordered if one in kept]


def _button(one: Button) -> Block:
    made: Block = {
        "type": "button",
        "action_id": one.verb,
        "value": one.verb,
        "text": plain(one.label, MAX_LABEL),
    }
    if one.weight is Weight.MAIN:
        made["style"] = "primary"
    if one.weight is Weight.GRAVE:
        made["style"] = "danger"
        made["confirm"] = _confirm(one.label)
    return made


def _confirm(label: str) -> Block:
    what = label.removesuffix("…").strip()
    return {
        "title": plain(f"{what}?", MAX_DIALOGUE),
        "text": plain("A second click does not undo this.", MAX_WHY),
        "confirm": plain(what, 30),
        "deny": plain("Cancel", 30),
        "style": "danger",
    }


def _menu(rest: Sequence[Button]) -> Block:
    options = [option(one.verb, one.label) for one in rest[:MOST_IN_SELECT]]
    made: Block = {"type": "overflow", "action_id": MORE, "options": options}
    if len(options) > MOST_IN_OVERFLOW:
        made |= {"type": "static_select", "placeholder": plain("More …", MAX_VALUE)}
    return made


# ------------------------------------------------------------------------------ modals
def view(form: Form, kept: str) -> Block:
    """A modal that asks for what a form asks for. `kept`: comes back with it, as text."""
    return {
        "type": "modal",
        "callback_id": VIEW,
        "private_metadata": kept,
        "title": plain(form.title, MAX_TITLE),
        "submit": plain("Send", MAX_TITLE),
        "close": plain("Cancel", MAX_TITLE),
        "blocks": [_asked(one, form.wrong.get(one.name, "")) for one in form.fields],
    }


def kept(verb: str, token: str, ref: str, thread: str) -> str:
    """What a modal has to know when it comes back."""
    return json.dumps({"verb": verb, "token": token, "ref": ref, "thread": thread})


def wrong(form: Form) -> dict[str, str]:
    """What is wrong with each field, as Slack shows it below the field."""
    return {name: words(why, MAX_WRONG) for name, why in form.wrong.items()}


def _asked(one: FormField, why: str) -> Block:
    made: Block = {
        "type": "input",
        "block_id": one.name,
        "label": plain(one.label, MAX_QUESTION),
        "optional": not one.needed,
        "element": _choice(one) if one.choices else _typed(one),
    }
    hint = " ".join(filter(None, (why, one.hint)))
    return {**made, "hint": plain(hint, MAX_QUESTION)} if hint else made


def _typed(one: FormField) -> Block:
    most = max(1, min(one.most, MAX_TYPED))
    made: Block = {
        "type": "plain_text_input",
        "action_id": one.name,
        "multiline": one.kind is FieldKind.TEXT,
        "max_length": most,
    }
    known = encode.cut(encode.legible(one.known, lines=True), most)
    return {**made, "initial_value": known} if known else made


def _choice(one: FormField) -> Block:
    options = [option(value, label) for value, label in one.choices[:MOST_IN_SELECT]]
    made: Block = {
        "type": "static_select",
        "action_id": one.name,
        "options": options,
        "placeholder": plain("Choose", MAX_VALUE),
    }
    known = next((each for each in options if each["value"] == one.known), None)
    return {**made, "initial_option": known} if known else made


def option(value: str, label: str) -> Block:
    """One of several to choose from."""
    shown = encode.cut(encode.legible(value), MAX_VALUE)
    return {"text": plain(label, MAX_LABEL), "value": shown or "-"}


def plain(text: str, limit: int) -> Block:
    """A text of which nothing is read as mark-up."""
    return {"type": "plain_text", "text": words(text, limit), "emoji": False}


def words(text: str, limit: int) -> str:
    """The same without its object; never empty, which Slack would refuse."""
    return encode.cut(encode.slack_plain(encode.one_line(text)), limit) or "…"
