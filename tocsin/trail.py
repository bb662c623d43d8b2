"""Who did what with a subject, and when: the last few steps, as a message shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escalation import encode
from escalation.alert_views import Reader, clock
from escalation.decision import ENGINE
from escalation.hiding import WHAT
from escalation.subject import Ref
from tocsin.store import Unit

MOST = 4  # of the newest; `tocsin cases show` has all
MOST_IN_FULL = 12  # where the next person reads what was done so far
MAX_TYPED = 1000  # characters of what was typed with a step

# By the ledger's event. {who} did it; what the engine did by itself is said only where it moved
# the subject to somebody else.
_BY_HAND: Mapping[str, str] = {
    "acknowledged": "acknowledged by {who}",
    "taken": "taken by {who}",
    "accepted": "accepted by {who}",
    "offered": "offered to {to} by {who}",
    "assigned": "given to another by {who}",
    "rerouted": "given to another team by {who}",
    "snoozed": "put off by {who}",
    "noted": "noted by {who}",
    "commented": "noted by {who}",
    "brand_reply": "replied, says {who}",
    "cause_named": "cause named by {who}",
    "permission_asked": "permission asked by {who}{money}",
    "permission_granted": "permitted by {who}{money}",
    "permission_refused": "permission refused by {who}{money}",
    "hid": "{what} by {who}",
    "hid_confirmed": "confirmed as right by {who}",
    "hid_refused": "called not right by {who}",
    "offer_returned": "declined by {who}",
    "escalated": "let climb by {who}",
    "reopened": "reopened by {who}",
    "closed": "closed by {who}",
    "incident_storm": "declared a storm by {who}",
    "incident_contained": "called contained by {who}",
}
BY_LINK = "link"  # how the ledger has what was done on a link's page
_BY_ITSELF: Mapping[str, str] = {
    "escalated": "nobody answered: asked higher up",
    "taken_back": "no progress: asked higher up",
    "unreachable": "nobody reached: asked higher up",
    "reopened": "reopened: it came back",
    "closed": "closed by itself",
    "woken": "woken",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """How the steps of a subject are told.

    shown     a person's name as people call them; named: the person of a ledger's id.
    currency  of the money that permission was asked for.
    typed     with what people typed: only where it is made anew at each look, because it may quote
              the customer and is erased with the post.
    told      what the customer was told, by the instant of the hand-off that says so.
    """

    shown: Callable[[str], str]
    named: Callable[[str], str]
    currency: str
    typed: bool = False
    told: Mapping[datetime, str] = field(default_factory=dict)


def telling(
    desk: Unit, ref: Ref, shown: Callable[[str], str], currency: str, *, typed: bool = False
) -> Telling:
    """How the steps of one subject are told."""
    told = {one["offered_at"]: one["told"] for one in desk.contracts_of(ref)} if typed else {}
    return Telling(shown, desk.staff_name, currency, typed, told)


def trail(
    history: Sequence[Mapping[str, Any]],
    telling: Telling,
    reader: Reader,
    now: datetime,
) -> tuple[str, ...]:
    """The last steps of a subject, in order: `14:05 acknowledged by Ada Lovelace (slack)`.

    history  as `Unit.history` gives it.
    """
    steps, money = [], ""
    for entry in history:
        if entry["event"] == "permission_asked":
            asked = entry["facts"].get("permission_money")
            money = f": {asked:,} {telling.currency}" if asked else ""
        if step := _step(entry, telling, money, reader, now):
            steps.append(step)
    return tuple(steps[-(MOST_IN_FULL if telling.typed else MOST) :])


def spoken_via(via: str) -> str:
    """Where something was done, as it is said: a channel by its name, a link as what it is."""
    return "by link" if via == BY_LINK else via


def _step(
    entry: Mapping[str, Any], telling: Telling, money: str, reader: Reader, now: datetime
) -> str:
    by_itself = entry["actor"] == ENGINE
    words = (_BY_ITSELF if by_itself else _BY_HAND).get(entry["event"])
    if words is None:
        return ""
    facts, shown = entry["facts"], telling.shown
    via = facts.get("via")
    where = f" ({spoken_via(via)})" if via and via != "replay" else ""
    at = clock(entry["at"], reader, now)
    what = WHAT.get(facts.get("hid_what", ""), "hidden")
    to = shown(telling.named(facts.get("offered_to") or "")) or "another"
    said = words.format(who=shown(entry["actor"]), what=what, to=to, money=money)
    return f"{at} {said}{where}{_typed(entry, telling)}"


def _typed(entry: Mapping[str, Any], telling: Telling) -> str:
    """What was typed with a step, as the end of its sentence."""
    if not telling.typed:
        return ""
    note = encode.cut(encode.one_line(entry["note"]), MAX_TYPED)
    told = encode.cut(encode.one_line(telling.told.get(entry["at"], "")), MAX_TYPED)
    return (f": {note}" if note else "") + (f" · The customer was told: {told}" if told else "")
