"""The least that can be said: a message made without looking anything up."""

from dataclasses import replace

from escalation import alert, encode
from escalation.channel import Message, Purpose, Standing, Stands
from escalation.decision import LADDER_PAGE
from escalation.desk import Outgoing
from escalation.record import AGAIN
from escalation.subject import PRIVATE, Case, Incident, Ref
from tocsin.store.parcels import Parcel


def bare(parcel: Parcel, *, settled: bool = False) -> Message:
    """The least that can be said of a parcel, from the outbox alone: where words fail, or (with
    `settled`) where what it spoke of waits no longer."""
    message = parcel.messages[0].message
    refs = list(dict.fromkeys(row.message.ref for row in parcel.messages))
    one = refs[0] if len(refs) == 1 and message.what != AGAIN else None
    spoken = _spoken(one) if one else f"{len(refs)} things" if len(refs) > 1 else "more"
    show = f"tocsin {one.kind}s show {one.number}" if one else "tocsin cases list"
    if one is not None and one.kind not in (Case.kind, Incident.kind):
        show = "tocsin private list" if one.kind == PRIVATE else "tocsin doctor"
    verb = "wait for you" if len(refs) > 1 else "waits for you"
    headline = f"{spoken} {verb}: {show}".capitalize()
    if settled:
        headline = "Settled: nothing of this waits for you any more"
    listed = tuple(_spoken(ref) for ref in refs if len(refs) > 1)
    return Message(
        key=message.key,
        purpose=message.purpose,
        to=message.to,
        headline=encode.cut(headline, alert.MAX_HEADLINE),
        lines=(encode.one_line(", ".join(listed)),) if listed else (),
        mention=message.to if message.purpose is Purpose.PAGE and not settled else None,
        subject=_spoken(message.ref),
        repeated=any(row.repeated for row in parcel.messages),
        standing=Standing(Stands.OVER if settled else Stands.ASKED, asking=_asking(message, one)),
    )


def headline_only(message: Message) -> Message:
    """A message's first line, whom it calls and what can be done with it: nothing of a stranger's.

    It is what rings, and what a lock screen shows.
    """
    return replace(message, verbatim=None, lines=(), trail=(), html=None)


def _asking(message: Outgoing, one: Ref | None) -> str:
    """As `tocsin.standing` names it, or its end would not be told to a pager."""
    if one is None or message.what != LADDER_PAGE:
        return message.key
    return f"{_spoken(one)} round {message.round}"


def _spoken(ref: Ref) -> str:
    return ref.outside.replace(":", " ")
