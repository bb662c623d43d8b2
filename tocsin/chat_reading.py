"""What a written line means: a command in our words or in people's own, and of which subject. Pure.

The labels of our own messages are commands too, so that whoever copies one is understood.
"""

import re
from collections.abc import Mapping

from escalation import buttons
from escalation.channel import Button
from escalation.conversation import Form, FormField
from escalation.subject import Case, Fault, Incident, Ref
from tocsin.questions import read

VERBS = (
    "ack", "claim", "accept", "decline", "handoff", "snooze", "replied", "permission", "grant",
    "refuse", "resolve", "reopen", "not-a-complaint", "not-us", "spam", "withdrawn", "wrong-team",
    "escalate", "note", "update", "contain", "dismiss", "hid", "confirm-hid", "refuse-hid",
)  # fmt: skip
ABOUT_ALL = ("cases", "away", "back", "help", "show")  # commands that act on nothing
KINDS = {"case": Case.kind, "incident": Incident.kind, "fault": Fault.kind}
# What else people write for a command; taken for one only alone or with a number.
_MEANT: Mapping[str, str] = {
    "acknowledge": "ack",
    "acknowledged": "ack",
    "hand": "handoff",
    "hand-over": "handoff",
    "hand-off": "handoff",
    "close": "resolve",
    "done": "resolve",
    "reply": "replied",
    "mine": "claim",
    "reroute": "wrong-team",
}
_CASES = re.compile(
    r"(?:(?:show|list)(?: me)? )?(?:(?:all )?my |the )?(?:open )?(?:cases|alerts)"
    r"|(?:what(?:'s| is) open(?: with me)?|my open ones|what do i (?:have|own))",
)
# Words of ours that stand on messages: `Hand over …`, `Not a complaint`.
_LABELS: Mapping[str, str] = {
    one.label.removesuffix("…").strip().lower().replace(" ", "-"): one.verb
    for one in vars(buttons).values()
    if isinstance(one, Button)
}
_PHRASES: Mapping[str, str] = {
    **_LABELS,
    **{name: name for name in (*VERBS, *ABOUT_ALL)},
    "hand-off": "handoff",
    "handover": "handoff",
}
_LONGEST = max(name.count("-") for name in _PHRASES) + 1  # words
_END = " :,.;!…"
_NUMBER = re.compile(r"#?(\d{1,15})")
_BETWEEN = ("to", "for", "with", "as", "until", "till")  # before a command's first answer
SHORT = ("to", "wait", "what", "link", "cause")  # fields that are one word of a line
_AGREES = re.compile(
    r"(?:(?:ok(?:ay)?|yes|yep|yeah|sure|right|alright|thanks|hi|hey)[,.! ]+)*"
    r"(?:"
    r"(?:i'?m|i am|we'?re|am)? ?(?:already )?(?:on|taking|looking (?:in)?to|looking at|handling"
    r"|acking|working on|dealing with|picking up)"
    r" (?:it|this(?: one)?|that(?: one)?)"
    r"|(?:i'?ll|i will|let me|i can|i) (?:take|do|handle|have|own|get|pick up|look into|look at"
    r"|see to|deal with|answer) (?:it|this(?: one)?|that(?: one)?)"
    r"|(?:i'?ve |i have |i )?got (?:it|this(?: one)?|that(?: one)?)"
    r"|(?:i'?m )?on my way|leave it (?:to|with) me|this(?: one)? is mine|it'?s mine|mine"
    r"|ack(?:ed|nowledged?)?|acknowledging|(?:i )?ack(?:nowledge)? (?:it|this)"
    r")"
    r"(?:[, ]+(?:now|right now|right away|straight away|then|already|thanks|thank you|myself"
    r"|asap))*"
)
_THUMBS = frozenset("👍👌✅🫡💪✔")
_SKINS = "\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_NAMES_ONE = re.compile(r"^(.*?)[ ,:]*\b(?:(case|incident|fault) )?#?(\d{1,15})$")


def agrees(text: str) -> tuple[Ref | None, bool]:
    """Does somebody say in their own words that they take it: `on it`, `I'll take 7`, 👍? With what
    they name, if they do."""
    said = " ".join(text.casefold().replace("’", "'").split()).rstrip("!.… ")
    bare = "".join(one for one in said if one not in _SKINS).replace(" ", "")
    if bare and set(bare) <= _THUMBS:
        return None, True
    thumbed = "".join(one for one in said if one not in _SKINS and one not in _THUMBS).strip(" !.,")
    if _AGREES.fullmatch(thumbed):
        return None, True
    if found := _NAMES_ONE.fullmatch(thumbed):
        before, kind, number = found.groups()
        ref = Ref(KINDS[kind or "case"], int(number))
        if any(_AGREES.fullmatch(one) for one in (before, f"{before} it")):
            return ref, True
    return None, False


def is_thumb(sign: str) -> bool:
    """Is a reaction a thumb that says yes?"""
    return sign.rstrip(_SKINS) in ("👍", "👌")


def read_command(text: str) -> tuple[str, str] | None:
    """A line that may be a command: its word as we call it, and what follows. What is only meant
    for one, as "done", is none with more behind it than a number."""
    text = text.strip()
    if _CASES.fullmatch(text.casefold().rstrip("?!. ")):
        return "cases", ""
    words = text.split(" ")
    for many in range(min(_LONGEST, len(words)), 0, -1):
        named = "-".join(one.strip(_END).lower() for one in words[:many])
        if named in _PHRASES and not (many == 1 and named in _MEANT):
            return _PHRASES[named], " ".join(words[many:]).strip().lstrip("…").strip()
    first, _, rest = text.partition(" ")
    first, rest = first.lower().strip(":,."), rest.strip()
    if first in _MEANT and (not rest or (named_in(rest)[0] is not None and not named_in(rest)[1])):
        return _MEANT[first], rest
    return None


def named_in(rest: str) -> tuple[Ref | None, str]:
    """The subject that a command names, and what follows."""
    words = rest.split(" ", 2)
    kind = KINDS.get(words[0].lower(), "") if words else ""
    if kind and len(words) > 1 and (number := _NUMBER.fullmatch(words[1].strip(_END))):
        return Ref(kind, int(number[1])), words[2] if len(words) > 2 else ""
    first, _, more = rest.partition(" ")
    number = _NUMBER.fullmatch(first.strip(_END))
    return (Ref(Case.kind, int(number[1])), more.strip()) if number else (None, rest)


def short_of(form: Form) -> FormField | None:
    """The field of a form that is one word of a line, and comes first."""
    return next((one for one in form.fields if one.name in SHORT), None)


def read_short(form: Form, rest: str) -> tuple[str | None, str]:
    """What a line says of that field, and what follows: `to ben she knows it`."""
    short = short_of(form)
    if short is None:
        return None, rest
    for line in (rest, _without_between(rest)):
        first, _, more = line.partition(" ")
        for word in (first, first.rstrip(_END)):
            if word and (value := read(short, word)):
                return value, more.strip()
    return None, rest


def filled(form: Form, rest: str) -> dict[str, str]:
    """What a line says of a form: its short field first, then the reason."""
    values: dict[str, str] = {}
    short = short_of(form)
    value, rest = read_short(form, rest)
    if short is not None and value is not None:
        values[short.name] = value
    long = next((one for one in form.fields if one.name == "reason"), None)
    if long is not None and rest:
        values[long.name] = rest
    elif long is not None and long.known:
        values[long.name] = long.known
    return values


def _without_between(rest: str) -> str:
    first, _, more = rest.partition(" ")
    return more if first.lower() in _BETWEEN else rest
