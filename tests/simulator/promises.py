"""What every source must have kept once its platform has behaved again for a while."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from listener.collector import Refreshes
from tests.simulator.house import Listener, Row
from tests.simulator.timeline import Entry

SLACK = timedelta(seconds=1)  # the store's and the platforms' times are cut to a second


def check_promises(listener: Listener) -> None:
    """Nothing lost in silence, nothing twice, nothing made up, nothing deleted, nothing wasted."""
    kept = Counter(_numbers(listener, listener.rows()))
    assert not [number for number, times in kept.items() if times > 1], "posts are kept twice"
    shown = {entry.number for entry in listener.stage.timeline.entries}
    assert not kept.keys() - shown, "posts are kept that were never shown"
    heard = set(_numbers(listener, listener.listened))
    unheard = [entry for entry in _promised(listener) if entry.number not in heard]
    silent = [entry.number for entry in unheard if not _is_in_a_gap(entry, listener)]
    assert not silent, f"posts were lost in silence; gaps: {listener.gaps()}"
    erased = [one.number for one in _promised(listener) if one.number in heard - kept.keys()]
    assert not erased, "posts that are still shown were erased"
    _check_past(listener, kept.keys())
    _check_deletions(listener)
    _check_costs(listener)


def _numbers(listener: Listener, rows: Iterable[Row]) -> list[int]:
    """What is kept and was not erased: of that, the store knows no id that could be read."""
    return [listener.dialect.number(row.native_id) for row in rows if not row.is_gone]


def _promised(listener: Listener) -> list[Entry]:
    """What was written since the first poll that was answered, and is shown still."""
    since, until = listener.heard_from, listener.platform_now()
    assert since is not None, "it was never heard at all"
    ever = listener.stage.timeline.ever(since + listener.script.ahead, until)
    return [entry for entry in ever if not entry.is_deleted(until)]


def _check_past(listener: Listener, kept: Collection[int]) -> None:
    """What was looked back over is kept whole, whatever the listening before had missed."""
    if not listener.dialect.bounds.looks_back:
        return
    assert listener.looked_back is not None, "the past was never read to its end"
    since, until = listener.looked_back
    shown = listener.stage.timeline.visible(until + listener.script.ahead)
    missing = [one.number for one in shown if one.at >= since and one.number not in kept]
    assert not missing, f"posts of the past were not found; gaps: {listener.gaps()}"


def _is_in_a_gap(entry: Entry, listener: Listener) -> bool:
    """What a stream did not bring is told by when it was sent, and elsewhere by when written."""
    bounds = listener.dialect.bounds
    by_sending = bounds.streams and not bounds.searched
    return _was_deaf(entry.indexed if by_sending else entry.at, listener)


def _was_deaf(at: datetime, listener: Listener) -> bool:
    """Gaps are told by our clock and posts by theirs, so that a skew may lie between the two."""
    slack = SLACK + abs(listener.script.ahead)
    return any(gap.since - slack <= at <= gap.until + slack for gap in listener.gaps())


def _check_deletions(listener: Listener) -> None:
    if not listener.dialect.bounds.told:
        return
    deleted = listener.stage.timeline.deleted(listener.platform_now())
    gone = {entry.number for entry in deleted if not _was_unheard(entry, listener)}
    assert gone.isdisjoint(_numbers(listener, listener.rows())), "deleted posts are still there"
    assert not any(row.text for row in listener.rows() if row.is_gone), "words outlive their post"


def _was_unheard(entry: Entry, listener: Listener) -> bool:
    """A deletion that fell into a gap, of a source whose posts are not looked up again here."""
    looks_again = isinstance(listener.worker._collector, Refreshes)
    was_asked = len(listener.stage.asked) > listener.asked_in_polls
    heard_only = not (looks_again and was_asked)
    return heard_only and entry.deleted is not None and _was_deaf(entry.deleted, listener)


def _check_costs(listener: Listener) -> None:
    bounds, stage = listener.dialect.bounds, listener.stage
    assert listener.asked_in_polls <= bounds.requests * listener.polls, "too many requests"
    dearest = max(stage.dollars.values(), default=0.0)
    assert dearest <= bounds.dollars + 1e-6, "more money was spent than a day may cost"
