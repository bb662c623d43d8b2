"""What a message offers to be done with it, put on it when it is worded: buttons or a link."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from escalation import buttons
from escalation.alert import BANDS, MAX_BUNDLE
from escalation.channel import Button, Capabilities, Message, Purpose
from escalation.decision import Action, Verb
from escalation.engine import Engine
from escalation.subject import Case, Matter, Ref, Subject
from tocsin.store import Unit
from tocsin.store.handles import LINK, PRESS
from tocsin.store.parcels import Parcel, Queued

LINK_PATH = "/a/"  # of our own web application; a token follows


def offer(
    desk: Unit,
    made: Message,
    parcel: Parcel,
    lead: Queued,
    refs: Sequence[Ref],
    capabilities: Capabilities,
    engine: Engine,
    now: datetime,
) -> Message:
    """A message with what can be done with it.

    lead   the one of it whose words it has. refs: what it shows, in order.
    Nothing is offered to a person that would be refused to them in any case. Only what a channel
    can show is put on it; a notice offers nothing.
    """
    first = lead.message
    links = engine.rules.settings.links  # as its readers reach it; None: they could not
    can_show = capabilities.buttons or links
    if not can_show or made.purpose not in (Purpose.CARD, Purpose.PAGE) or made.under is not None:
        return made
    shown = _shown(desk, refs or (first.ref,))
    if not shown:
        return made
    if capabilities.buttons:
        offered = _buttons(shown, first.person, first.what)
        offered = tuple(one for one in offered if not _is_vain(desk, engine, one, lead, shown, now))
        token = _handle(desk, parcel, lead, PRESS, shown, now) if offered else ""
        return replace(made, buttons=offered, token=token)
    if capabilities.pager and parcel.messages[0].is_renewal:
        return made  # it was handed on with the first link, and a page shows few of them at a time
    if links and first.person is not None and made.purpose is Purpose.PAGE and _is_open(shown):
        token = _handle(desk, parcel, lead, LINK, shown[:1], now)
        return replace(made, link=f"{links.rstrip('/')}{LINK_PATH}{token}")
    return made


def reminder(made: Message, root: str) -> Message:
    """A page that asks again: under the first one, which shows the rest and has the buttons."""
    follows = tuple(line for line in made.lines if line.startswith("Next: "))
    said = tuple(f"{line[:1].lower()}{line[1:]}" for line in follows)
    lines = (f"Reminder: {said[0]}",) if said else made.lines
    return replace(made, under=root, lines=lines, verbatim=None)


def _shown(desk: Unit, refs: Sequence[Ref]) -> tuple[Subject, ...]:
    """What a message shows of what it is about: of many only those that it names."""
    found = desk.several(refs)
    cases = [one for one in found if isinstance(one, Case)]
    beside = [one for one in found if not isinstance(one, Case)]
    cases.sort(key=lambda one: (not one.safety, BANDS.index(one.band), one.number))
    return (*cases[:MAX_BUNDLE], *beside[:MAX_BUNDLE])


def _buttons(shown: Sequence[Subject], reader: str | None, what: str) -> tuple[Button, ...]:
    if len(shown) > 1:
        waiting = any(buttons.ACK in buttons.buttons(one, reader) for one in shown)
        return (buttons.ACK_ALL,) if waiting else ()
    return buttons.buttons(shown[0], reader, wanted=what)


def _is_vain(
    desk: Unit,
    engine: Engine,
    button: Button,
    lead: Queued,
    shown: Sequence[Subject],
    now: datetime,
) -> bool:
    """Would it be refused to whoever reads it, whenever they press it? Nobody stands above the last
    step, and what is grave is not dismissed by everybody."""
    reader = lead.message.person
    if button == buttons.ESCALATE:
        return engine.rules.is_at_the_top(shown[0])
    if reader is None or button not in (buttons.NOT_COMPLAINT, buttons.NOTHING_IN_IT):
        return False
    dismissed = Action(Verb.DISMISS, reader, reason=button.label)
    return engine.why_not(desk, shown[0].ref, dismissed, now) is not None


def _is_open(shown: Sequence[Subject]) -> bool:
    """Is the first of it open? A link is for that one, the most urgent; for the others there is a
    command. Nothing private may stand behind what a mailbox keeps."""
    return shown[0].is_open and not isinstance(shown[0], Matter)


def _handle(
    desk: Unit, parcel: Parcel, lead: Queued, way: str, shown: Sequence[Subject], now: datetime
) -> str:
    one = lead.message
    return desk.offer(parcel.messages[0].id, one.channel, one.person, way, shown, one.what, now)
