"""The first line of a digest: what changed, in one sentence."""

from collections.abc import Sequence

from escalation.subject import Level
from tocsin.digest.data import BrandWeek, DigestData, Share, StormWeek
from tocsin.digest.statistics import numbers_differ
from tocsin.digest.wording import UNCLEAR, counted, mood_change, of_all, percent, share_change


def first_line(data: DigestData) -> str:
    """One sentence about the brand with the most to say, the first declared among equals."""
    if not data.brands:
        return f"{data.week}: no brand is declared."
    leading = max(data.brands, key=_weight)
    return f"{leading.brand}, {data.week}: {changed(leading)}."


def changed(brand: BrandWeek) -> str:
    """What changed for a brand; storms first, then complaints, then mood."""
    parts = [*_storms(brand.storms), _complaints(brand)]
    mood = mood_change(brand.figures.mood, brand.before.mood)
    if mood in ("better", "worse"):
        parts.append(f"the mood is {mood}")
    return "; ".join(parts)


def _storms(storms: Sequence[StormWeek]) -> list[str]:
    broke = [storm for storm in storms if storm.level == Level.STORM]
    if not broke:
        return []
    people = max(storm.people for storm in broke)
    if not people:
        return [f"{counted(len(broke), 'storm')}, declared by hand"]
    return [f"{counted(len(broke), 'storm')}, the largest of {counted(people, 'person', 'people')}"]


def _complaints(brand: BrandWeek) -> str:
    now, before = brand.figures, brand.before
    if now.share is None:
        return "no data, for not one mention was heard"
    mentions = counted(now.mentions, "mention")
    if before.share is None:
        after = "and no data of the week before"
        if not now.complaints:
            return f"no complaints among {mentions}, {after}"
        return f"{counted(now.complaints, 'complaint')} among {mentions}, {after}"
    share = share_change(now.share, before.share, "rose", "fell")
    if share != UNCLEAR:
        return f"complaints {share} {_from_to(now.share, before.share)}"
    found = f"{counted(now.complaints, 'complaint') if now.complaints else 'no complaints'}"
    figures = f"{found} among {mentions}, after {before.complaints:,} among {before.mentions:,}"
    count = numbers_differ(now.complaints, before.complaints)
    if count:
        return f"{'more' if count > 0 else 'fewer'} complaints with mentions alike, {figures}"
    return f"{UNCLEAR}, {figures}"


def _from_to(now: Share, before: Share) -> str:
    """`to 14 % of mentions from 7 % (42 after 21)`; numbers only where there are few."""
    if now.is_small or before.is_small:
        return f"to {of_all(now)} mentions from {of_all(before)}"
    new, old = percent(now.value), percent(before.value)
    if new == old:  # so many that less than a point is a clear change
        new, old = f"{100 * now.value:.2f} %", f"{100 * before.value:.2f} %"
    return f"to {new} of mentions from {old} ({now.count:,} after {before.count:,})"


def _weight(brand: BrandWeek) -> tuple[int, int, int, int]:
    """Storms before clear changes before unclear ones; more complaints before fewer."""
    now, before = brand.figures, brand.before
    share = share_change(now.share, before.share, "rose", "fell")
    clear = share in ("rose", "fell") or mood_change(now.mood, before.mood) in ("better", "worse")
    storms = sum(storm.people for storm in brand.storms if storm.level == Level.STORM)
    return storms, int(clear), now.complaints, now.mentions
