"""What the channels that hand pages on to a pager have in common.

A pager rings by itself and climbs by itself. It is told what is asked, under one name for as long
as the same is asked, that somebody has it, and that it is over.
"""

import hashlib
import re
from collections.abc import Mapping

from config import Band
from escalation.channel import ChannelRefused, Message, Purpose, Stands

MAX_NAME = 200  # characters of what is asked; longer ones are told by their digest
_PLAIN = re.compile(rf"[!-~](?:[ -~]{{0,{MAX_NAME - 2}}}[!-~])?")

# The words of PagerDuty's common event format; Alertmanager's users write the same.
SEVERITIES: Mapping[Band, str] = {
    Band.STORM: "critical",
    Band.P1: "critical",
    Band.P2: "error",
    Band.P3: "warning",
    Band.P4: "info",
}


def severity(message: Message) -> str:
    """How urgent a page is: critical, error, warning or info."""
    band = message.standing.band
    return "error" if band is None else SEVERITIES[band]


def asking(name: str, message: Message) -> str:
    """What names the thing that is asked, printable ASCII of at most `MAX_NAME` characters.

    It is not the subject alone: what was acknowledged at a pager and is asked anew would not ring.
    name  of the channel, so that two of ours may page by one pager.
    """
    what = message.standing.asking or message.subject or message.key
    text = f"tocsin {name}: {what}"
    if _PLAIN.fullmatch(text):
        return text
    return f"tocsin {hashlib.sha256(text.encode(errors='replace')).hexdigest()[:40]}"


def is_asking(ref: str) -> bool:
    """May this be something that `asking` has made?"""
    return ref.startswith("tocsin ") and bool(_PLAIN.fullmatch(ref))


def must_be_a_page(name: str, message: Message) -> None:
    """Raises ChannelRefused where a pager would ring for what asks nothing."""
    if message.purpose is not Purpose.PAGE:
        raise ChannelRefused(
            f"{name}: a pager takes pages alone; give a {message.purpose} another channel"
        )


def news(ref: str, now_asked: str, message: Message) -> Stands | None:
    """What a pager is told about what it was asked as `ref`; None: nothing it does not know.

    What is asked anew under another name is over under its old one.
    """
    stands = message.standing.stands
    if stands is Stands.OVER or ref != now_asked:
        return Stands.OVER
    return stands if stands is Stands.OWNED else None
