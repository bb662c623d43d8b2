"""What can be done with a message: which buttons it has in which state, and what each asks. Pure.

The same names are what people write in a chat: `snooze 17 2h waiting for parts`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from escalation import account, functions, hiding, permission
from escalation.channel import Button, Weight
from escalation.closing import NOT_A_COMPLAINT, NOT_US, SPAM, WITHDRAWN
from escalation.conversation import FieldKind, Form, FormField
from escalation.rules import Rules
from escalation.subject import Case, Incident, Level, Matter, State, Subject

MOST_CHOICES = 100  # of one field; Slack and Discord take no more

SURE = "sure"  # the field by which somebody says that they mean it

ACK = Button("ack", "Acknowledge", Weight.MAIN, "✅")
ACCEPT = Button("accept", "Accept", Weight.MAIN, "✅")
DECLINE = Button("decline", "Decline", sign="❎")
GRANT = Button("grant", "Permit it", Weight.MAIN, "✅")
REFUSE = Button("refuse", "Refuse it", sign="❎")
HANDOFF = Button("handoff", "Hand over …", sign="🤝")
SNOOZE = Button("snooze", "Snooze …", sign="💤")
REPLIED = Button("replied", "We replied …", sign="💬")
PERMISSION = Button("permission", "Need permission …", sign="🙋")
RESOLVE = Button("resolve", "Resolve …", sign="🏁")
REOPEN = Button("reopen", "Reopen …", sign="🔁")
NOT_COMPLAINT = Button("not-a-complaint", "Not a complaint", Weight.GRAVE, "🚫")
WRONG_TEAM = Button("wrong-team", "Wrong team …", sign="🔀")
ESCALATE = Button("escalate", "Escalate now", sign="🆙")
HID = Button("hid", "We hid or deleted …", sign="🙈")
CONFIRM_HID = Button("confirm-hid", "It was right", Weight.MAIN, "✅")
REFUSE_HID = Button("refuse-hid", "It was not right …", sign="❎")
UPDATE = Button("update", "Public update …", sign="📣")
CONTAIN = Button("contain", "It is contained", sign="🧯")
NOTHING_IN_IT = Button("dismiss", "Nothing in it …", Weight.GRAVE, "🚫")
ACK_ALL = Button("ack", "Acknowledge all", Weight.MAIN, "✅")

_CASE: Mapping[State, tuple[Button, ...]] = {
    # Only what is acknowledged is handed over or put off.
    State.NEW: (ACK, NOT_COMPLAINT, WRONG_TEAM, REPLIED, RESOLVE, ESCALATE, HID),
    State.OWNED: (REPLIED, RESOLVE, HANDOFF, SNOOZE, PERMISSION, NOT_COMPLAINT, WRONG_TEAM, HID),
    State.WAITING: (RESOLVE, REPLIED, HID),
    State.SNOOZED: (REPLIED, RESOLVE, HID),
    State.CLOSED: (REOPEN, HID),
}
_INCIDENT: Mapping[State, tuple[Button, ...]] = {
    State.NEW: (ACK, ESCALATE, WRONG_TEAM, NOTHING_IN_IT),
    State.OWNED: (UPDATE, CONTAIN, HANDOFF, RESOLVE, WRONG_TEAM, NOTHING_IN_IT),
    State.SNOOZED: (RESOLVE,),
}
_FAULT: Mapping[State, tuple[Button, ...]] = {
    State.NEW: (ACK,),
    State.OWNED: (HANDOFF, RESOLVE),
}


def buttons(subject: Subject, reader: str | None, *, wanted: str = "") -> tuple[Button, ...]:
    """What can be done with a subject as it stands, the most likely first.

    reader  whose message it is; None: a room, where several read.
    wanted  what a page asks for, as `Page.what`, where that is no acknowledgement.
    """
    if isinstance(subject, Matter):
        return (ACK,) if subject.state is State.NEW else ()
    if reader is not None and subject.offered_to == reader:
        return (ACCEPT, DECLINE)
    if isinstance(subject, Case):
        if wanted == permission.ASKED and subject.permission_of == reader:
            return (GRANT, REFUSE)
        if wanted == hiding.ASKED and subject.hid_of == reader:
            return (CONFIRM_HID, REFUSE_HID)
        return tuple(one for one in _CASE[subject.state] if one != SNOOZE or not subject.safety)
    if isinstance(subject, Incident):
        found = _INCIDENT.get(subject.state, ())
        return tuple(one for one in found if one != CONTAIN or subject.level is Level.STORM)
    return _FAULT.get(subject.state, ())


def button_of(sign: str, offered: tuple[Button, ...]) -> Button | None:
    """The button that a reaction stands for, among those that were offered; None: none of them.

    Chats add to an emoji how it is to be drawn (U+FE0F) and with what skin; neither counts.
    """
    plain = sign.rstrip("\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
    return next((one for one in offered if one.sign and one.sign == plain), None)


def form(
    verb: str, token: str, subject: Subject, by: str, rules: Rules, now: datetime
) -> Form | None:
    """What has to be asked before `by` can do something to a subject; None: nothing."""
    asked = _FIELDS.get(verb)
    if asked is None:
        return None
    title, make = asked
    fields = make(subject, by, rules, now)
    return Form(verb, token, title, fields) if fields else None


def sure(verb: str, token: str) -> Form | None:
    """What is asked before something that no second press takes back, where the channel does not
    ask by itself; None: nothing."""
    button = _GRAVE.get(verb)
    if button is None:
        return None
    asked = _choice(SURE, f"{button.label}: are you sure?", [("yes", "Yes")])
    return Form(verb, token, button.label, (asked,))


def _handoff(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    there = [
        (one.name, one.shown_name)
        for one in rules.settings.people
        if one.name != by and rules.is_active(one.name, now)
    ]
    return (
        _choice("to", "To whom", there),
        FormField("reason", "Why", needed=True),
        FormField(
            "told",
            "What was the customer told?",
            hint='"nothing" is an answer too',
            needed=True,
        ),
    )


def _snooze(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    return (
        FormField("wait", "For how long", hint='such as "2h" or "3d"', known="2h", needed=True),
        FormField("reason", "Why", needed=True),
    )


def _replied(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    return (FormField("link", "Where can the reply be read?", hint="https://…", most=1000),)


def _permission(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    currency = rules.settings.currency
    return (
        FormField("money", f"How much money, in {currency}", hint="whole units; leave out if none"),
        FormField("reason", "What for", needed=True),
    )


def _resolve(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    """What the account of an urgent case or of an incident has to say; the rest just closes."""
    if not account.is_asked_for(subject):
        return ()
    known = functions.function_of(subject, rules)
    names = [(name, functions.shown_name(name, rules)) for name in functions.known(rules)]
    rest = "What was done for everybody else?"
    fields = (
        _choice("cause", "Which function caused it", names, known=known),
        FormField("cost", "Minutes of work", known=str(subject.cost or 0), needed=True),
        FormField(
            "money",
            f"Money it cost, in {rules.settings.currency}",
            known=str(subject.money or 0),
            needed=True,
        ),
        _text("done", "What was done for the customer?", known=subject.done, most=account.MAX_DONE),
        _text("done_for_rest", rest, known=subject.done_for_rest, most=account.MAX_DONE),
    )
    return (*fields, _text("reason", "Review")) if isinstance(subject, Incident) else fields


def _wrong_team(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    teams = [(one.name, one.name) for one in rules.settings.teams if one.name != subject.team]
    return (
        _choice("to", "Which team is it for", teams),
        FormField("reason", "Why", known="wrong team", needed=True),
    )


def _hid(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    there = [
        (one.name, one.shown_name)
        for one in rules.settings.people
        if isinstance(subject, Case) and hiding.may_confirm(one.name, by, subject, rules, now)
    ]
    reasons = replace(_choice("why", "Why", list(hiding.WHY.items())), hint=hiding.NO_CRITICISM)
    return (
        _choice("what", "What was done", list(hiding.WHAT.items())),
        reasons,
        FormField("link", "Where was it?", hint="https://…", needed=True, most=1000),
        _choice("to", "Who confirms it", there),
    )


def _why(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    return (FormField("reason", "Why", needed=True),)


def _update(subject: Subject, by: str, rules: Rules, now: datetime) -> tuple[FormField, ...]:
    return (
        FormField("link", "Where can it be read?", hint="https://…", most=1000),
        _text("reason", "What does it say, in short"),
    )


def _choice(name: str, label: str, choices: list[tuple[str, str]], *, known: str = "") -> FormField:
    offered = tuple(choices[:MOST_CHOICES])
    return FormField(name, label, FieldKind.CHOICE, choices=offered, needed=True, known=known)


def _text(name: str, label: str, *, known: str = "", most: int = 1000) -> FormField:
    return FormField(name, label, FieldKind.TEXT, needed=True, known=known, most=most)


_FIELDS = {
    "handoff": ("Hand over", _handoff),
    "snooze": ("Snooze", _snooze),
    "replied": ("We replied", _replied),
    "permission": ("Ask for permission", _permission),
    "resolve": ("Resolve", _resolve),
    "wrong-team": ("Wrong team", _wrong_team),
    "hid": ("We hid or deleted", _hid),
    "refuse-hid": ("It was not right", _why),
    "reopen": ("Reopen", _why),
    "decline": ("Decline", _why),
    "refuse": ("Refuse it", _why),
    "escalate": ("Escalate", _why),
    "update": ("Public update", _update),
    "dismiss": ("Nothing in it", _why),
}
_GRAVE = {
    one.verb: one
    for table in (_CASE, _INCIDENT, _FAULT)
    for one in dict.fromkeys(button for some in table.values() for button in some)
    if one.weight is Weight.GRAVE
}
# What a press means for the engine: its verb, and the reason that the press itself states.
MEANS: Mapping[str, tuple[str, str]] = {
    "not-a-complaint": ("dismiss", NOT_A_COMPLAINT.replace("-", " ")),
    "wrong-team": ("reroute", ""),
    "not-us": ("dismiss", NOT_US.replace("-", " ")),
    "spam": ("dismiss", SPAM),
    "withdrawn": ("dismiss", WITHDRAWN),
    "update": ("note", ""),
}
