"""How what a message is about stands, for a channel that hands it on to a pager."""

from collections.abc import Sequence

from escalation import permission
from escalation.channel import Purpose, Standing, Stands
from escalation.decision import LADDER_PAGE
from escalation.desk import Outgoing
from escalation.record import AGAIN
from escalation.subject import Case, Ref, State, Subject
from tocsin.store import Unit
from tocsin.store.parcels import Parcel


def standing(desk: Unit, parcel: Parcel, refs: Sequence[Ref]) -> Standing:
    """Of a page or a card; of anything else, which asks nothing, there is little to say.

    refs  what its pages are about, the most urgent first.
    """
    rows = parcel.messages
    row = next((one for one in rows if one.message.purpose is Purpose.PAGE), rows[0])
    if row.message.purpose not in (Purpose.PAGE, Purpose.CARD):
        return Standing(Stands.OVER)
    shown = desk.several(refs or (row.message.ref,))
    if not shown:
        return Standing(Stands.OVER)
    is_first = row.message.purpose is Purpose.PAGE and not row.is_renewal
    stands = Stands.ASKED if is_first else _together(shown, row.message)
    return Standing(stands, shown[0].band, _asking(shown, row.message))


def _together(shown: Sequence[Subject], message: Outgoing) -> Stands:
    """Of several, what the least finished one needs."""
    each = {_stands(one, message) for one in shown}
    return next(stands for stands in Stands if stands in each)


def _stands(subject: Subject, message: Outgoing) -> Stands:
    if not subject.is_open:
        return Stands.OVER
    if message.what == "offered":
        waits = subject.offered_to == message.person
    elif message.what == permission.ASKED:
        waits = isinstance(subject, Case) and subject.permission_of == message.person
    else:
        waits = subject.state is State.NEW
    return Stands.ASKED if waits else Stands.OWNED


def _asking(shown: Sequence[Subject], message: Outgoing) -> str:
    """Whoever is paged for a subject in one round is asked one thing. What asks for something
    else, and a bundle, which is of no one subject, stands for itself. A private one has no kind,
    for whoever else reads at a pager."""
    if message.what in (LADDER_PAGE, AGAIN) and len(shown) == 1:
        return f"{shown[0].ref.outside.replace(':', ' ')} round {shown[0].round}"
    return message.key
