"""Numbers in words, so that each says no more than is known. Plain text, not yet encoded."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config import spell_duration
from tocsin.digest.data import Figures, Share, Wait
from tocsin.digest.statistics import Mean, numbers_differ

NOTHING = "–"
UNCLEAR = "no clear change"
NOT_COMPARED = "nothing to compare with"
FEW_AUTHORS = 10  # with fewer, likeness by chance looks like certainty: no change of mood is named


def number(value: int) -> str:
    return f"{value:,}"


def counted(value: int, singular: str, plural: str = "") -> str:
    """`1 mention`, `2 mentions`."""
    return f"{value:,} {singular if value == 1 else plural or singular + 's'}"


def of_all(share: Share) -> str:
    return f"{share.count:,} of {share.of:,}"


def percent(value: float) -> str:
    """A share as a whole percentage; what is neither none nor all never reads as such."""
    whole = round(100 * value)
    if whole == 0 and value > 0:
        return "under 1 %"
    if whole == 100 and value < 1:
        return "over 99 %"
    return f"{whole} %"


def share_of(share: Share | None) -> str:
    """`3 of 12`, or `14 % (10–19 %), 42 of 300` where there are enough."""
    if share is None:
        return NOTHING
    if share.is_small:
        return of_all(share)
    low, high = round(100 * share.interval.low), round(100 * share.interval.high)
    return f"{percent(share.value)} ({low}–{high} %), {of_all(share)}"


def signed(value: float) -> str:
    """Two places with a true minus sign; never a negative nought."""
    rounded = round(value, 2) + 0.0
    return f"{'−' if rounded < 0 else '+' if rounded > 0 else ''}{abs(rounded):.2f}"


def mood_of(mood: Mean | None) -> str:
    """`−0.12 (−0.20 to −0.04)`; without an interval where one author wrote everything."""
    if mood is None:
        return "nothing scored"
    if mood.interval is None:
        return f"{signed(mood.value)}, of one author"
    return f"{signed(mood.value)} ({signed(mood.interval.low)} to {signed(mood.interval.high)})"


def wait(minutes: float | None, of: Wait) -> str:
    """How long, `not yet` where it has happened to too few, or a dash where there are no cases."""
    if of.of == 0:
        return NOTHING
    return "not yet" if minutes is None else spell_duration(timedelta(minutes=minutes))


def both(of: Wait) -> str:
    """Median and 90th percentile: `12 min, 3 h`."""
    if of.of == 0:
        return NOTHING
    return f"{wait(of.median, of)}, {wait(of.ninth, of)}"


# ------------------------------------------------------------------------------------ change
def share_change(now: Share | None, before: Share | None, up: str, down: str) -> str:
    """`up` or `down` where the two intervals do not overlap, else that it is not clear."""
    if now is None or before is None:
        return NOT_COMPARED
    return (UNCLEAR, up, down)[now.interval.compared_with(before.interval)]


def mood_change(now: Mean | None, before: Mean | None) -> str:
    if now is None or before is None:
        return NOT_COMPARED
    few = min(now.clusters, before.clusters) < FEW_AUTHORS
    if few or now.interval is None or before.interval is None:
        return UNCLEAR
    return (UNCLEAR, "better", "worse")[now.interval.compared_with(before.interval)]


def complaints_change(now: Figures, before: Figures) -> str:
    """Whether complaints became more: as a share of mentions, and as a number."""
    if not now.mentions or not before.mentions:
        return NOT_COMPARED
    share = share_change(now.share, before.share, "a larger share", "a smaller share")
    count = (UNCLEAR, "more", "fewer")[numbers_differ(now.complaints, before.complaints)]
    if share == UNCLEAR:
        return count if count == UNCLEAR else f"{count}, but the share: {UNCLEAR}"
    return share if count == UNCLEAR else f"{count}, and {share}"


# -------------------------------------------------------------------------------------- time
def day(value: date) -> str:
    """`Mon 16 Nov 2026`."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """`Mon 16 Nov 08:00`, in the digest's zone."""
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
