"""A harmless sample through a real channel: whether it can be reached, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from config import Band
from escalation.channel import (
    Channel,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
    Standing,
    Stands,
)

DEADLINE = 20.0  # seconds, as for any message


class Came(Enum):
    """What came back; the value is the command's exit code."""

    TAKEN = 0
    NOT_NOW = 1
    REFUSED = 3


@dataclass(frozen=True, slots=True)
class Sampled:
    """What came back, and what the channel said: its receipt, or why it took nothing."""

    came: Came
    said: str


def sample(to: str, *, person: str | None, in_room: bool, number: str) -> Message:
    """A message that says it is none. It comes as a page does, which is all that a pager takes; in
    the channel's own room as a card, which calls nobody.

    person  whose address it is, None: that was not said. number: no two are taken for one.
    """
    whom = f"{person} is not asked to do anything" if person else "nobody is asked to do anything"
    return Message(
        key=f"sample|{number}",
        purpose=Purpose.CARD if in_room else Purpose.PAGE,
        to=to,
        headline="Only a test · Tocsin can write here",
        lines=(
            f"Somebody tries the channel: no complaint, no case, and {whom}.",
            "An alert would say here what is complained of, why now, who owns it and what is next.",
        ),
        mention=to if person else None,
        # It rings as what rings most, or a phone that stays silent at night is not noticed; and it
        # belongs to no thread.
        standing=Standing(band=None if in_room else Band.P1, asking=f"test {number}"),
    )


def ends(channel: Channel, message: Message, ref: str) -> Sampled | None:
    """Tell a pager that the sample is over, or it would ring on; None: it is no pager.

    ref  the sample's receipt.
    """
    if not channel.capabilities.pager:
        return None
    over = replace(message, standing=replace(message.standing, stands=Stands.OVER))
    return _said(lambda: channel.update(ref, over, deadline=DEADLINE))


def send(channel: Channel, message: Message) -> Sampled:
    """Send it once, and say what came back."""
    return _said(lambda: channel.deliver(message, deadline=DEADLINE))


def _said(call: Callable[[], Receipt]) -> Sampled:
    try:
        receipt = call()
    except ChannelUnavailable as error:
        return Sampled(Came.NOT_NOW, str(error))
    except ChannelRefused as error:
        return Sampled(Came.REFUSED, str(error))
    return Sampled(Came.TAKEN, receipt.ref)
