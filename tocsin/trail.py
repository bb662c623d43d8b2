"""Who did what with a subject, and when: the last few steps, as a message shows them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from escalation.alert_views import Reader, clock
from escalation.decision import ENGINE
from escalation.hiding import WHAT

MOST = 4  # of the newest; `tocsin cases show` has all

# By the ledger's event. {who} did it; what the engine did by itself is said only where it moved
# the subject to somebody else.
_BY_HAND: Mapping[str, str] = {
    "acknowledged": "acknowledged by {who}",
    "taken": "taken by {who}",
    "accepted": "accepted by {who}",
    "offered": "offered to another by {who}",
    "assigned": "given to another by {who}",
    "rerouted": "given to another team by {who}",
    "snoozed": "put off by {who}",
    "noted": "noted by {who}",
    "commented": "noted by {who}",
    "brand_reply": "replied, says {who}",
    "cause_named": "cause named by {who}",
    "permission_asked": "permission asked by {who}",
    "permission_granted": "permitted by {who}",
    "permission_refused": "permission refused by {who}",
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


def trail(
    history: Sequence[Mapping[str, Any]],
    shown: Callable[[str], str],
    reader: Reader,
    now: datetime,
) -> tuple[str, ...]:
    """The last steps of a subject, in order: `14:05 acknowledged by Ada Lovelace (slack)`.

    history  as `Unit.history` gives it; shown: a person's name as people call them.
    """
    steps = [step for entry in history if (step := _step(entry, shown, reader, now))]
    return tuple(steps[-MOST:])


def spoken_via(via: str) -> str:
    """Where something was done, as it is said: a channel by its name, a link as what it is."""
    return "by link" if via == BY_LINK else via


def _step(
    entry: Mapping[str, Any], shown: Callable[[str], str], reader: Reader, now: datetime
) -> str:
    by_itself = entry["actor"] == ENGINE
    words = (_BY_ITSELF if by_itself else _BY_HAND).get(entry["event"])
    if words is None:
        return ""
    via = entry["facts"].get("via")
    where = f" ({spoken_via(via)})" if via and via != "replay" else ""
    at = clock(entry["at"], reader, now)
    what = WHAT.get(entry["facts"].get("hid_what", ""), "hidden")
    return f"{at} {words.format(who=shown(entry['actor']), what=what)}{where}"
