"""What fails now, in one place: the health page and the doctor say the same."""

from collections.abc import Sequence
from datetime import datetime

from escalation.subject import Fault
from tocsin.store import Unit

CHANNEL = "channel:"  # how the faults of channels are named


def failing_channels(desk: Unit, now: datetime) -> dict[str, str]:
    """Channels that do not speak or do not hear, by name, each with what they do and why.

    A channel that has just failed is among them, before it is a fault; and one that refuses an
    address for good, though nothing is tried there at present.
    """
    found = {}
    for fault in open_faults(desk):
        if fault.about.startswith(CHANNEL):
            name = fault.about.removeprefix(CHANNEL)
            found[name] = fault.detail.removeprefix(f"channel {name} ")
    refusing = desk.turned_away_channels()
    failing = desk.failing_channels(now)
    return (
        found
        | {name: f"takes no messages: {why}" for name, why in refusing.items()}
        | {name: f"is failing: {why}" for name, why in failing.items()}
    )


def open_faults(desk: Unit) -> Sequence[Fault]:
    """Everything of ours that is known to fail, by name."""
    found = (desk.open_fault(about) for about in desk.open_faults(""))
    return [fault for fault in found if fault is not None]
