"""What is told of deliveries: what has left, and what was not taken."""

from datetime import datetime

from escalation.desk import Happening
from escalation.record import AGAIN
from tocsin.ready import Ready
from tocsin.store import Unit
from tocsin.store.parcels import Parcel


def has_left(desk: Unit, ready: Ready, now: datetime, *, renewed: bool) -> None:
    """Say what has left, once for each thing that it asks for or tells of."""
    message, rows = ready.message, ready.parcel.messages
    joined = {row.message.ref for row in rows if not row.is_renewal}
    told = [row.message.ref for row in rows if row.message.what not in ("page", AGAIN)]
    about = (*ready.refs, *told)
    labels, asked = desk.labels(about), set(ready.refs)
    for ref in about:
        brand, band, step = labels.get(ref, ("", "", None))
        is_new = not renewed or ref in joined
        desk.tell(
            Happening(
                at=now,
                event=str(message.purpose) if is_new else f"{message.purpose}_updated",
                ref=ref,
                brand=brand,
                owner=rows[0].message.person or "",
                step=step,
                band=band,
                channel=rows[0].message.channel,
                to=rows[0].message.to,
                text=message.headline,
                message=rows[0].message.key,
                asks=ref in asked,
            )
        )


def was_not_taken(desk: Unit, parcel: Parcel, failure: str, now: datetime) -> None:
    """Count and say that a channel took a message not, or not yet."""
    desk.tally(f"channel {parcel.channel}: a message was not taken", now)
    row = parcel.messages[0]
    desk.tell(
        Happening(
            at=now,
            event="not_delivered",
            ref=row.message.ref,
            channel=parcel.channel,
            owner=row.message.person or "",
            text=failure,
        )
    )
