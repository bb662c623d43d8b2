"""Word to a lead that somebody has had as many pages this week as one should."""

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from config import Band
from escalation import encode
from escalation.alert import MAX_HEADLINE
from escalation.channel import Message, Purpose
from escalation.desk import Outgoing
from escalation.localtime import instant_of
from escalation.rules import Rules
from tocsin.store import Unit


def message(desk: Unit, rules: Rules, outgoing: Outgoing, shown: Callable[[str], str]) -> Message:
    """The queued word, with the number of pages as it is now."""
    who, most = shown(outgoing.about), rules.settings.alerts.budget
    monday = datetime.combine(datetime.fromisoformat(outgoing.what), time())
    since = instant_of(monday, ZoneInfo(rules.settings.timezone))
    pages = desk.pages_to(outgoing.about, since)
    waits = f"{Band.P3.label} and {Band.P4.label}"
    return Message(
        key=outgoing.key,
        purpose=Purpose.DIGEST,
        to=outgoing.to,
        headline=encode.cut(f"{pages} pages this week: {who}", MAX_HEADLINE),
        lines=(
            f"[alerts] budget is {most} a person and week. Until Monday what can wait ({waits}) "
            f"reaches {who} once each working day, as a list; what is more urgent rings as ever",
            "Why so many, and which rule to tighten: see Pages in the weekly digest",
        ),
        subject=f"pages of {who}",
    )
