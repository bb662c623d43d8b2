"""What is kept of a storm while it runs: its curve, and each time it was said anew."""

from datetime import datetime, timedelta

from escalation.subject import Incident, Level
from listener.issued import figures_of, is_news
from listener.spread import Signal, Spread
from tocsin.store import Unit
from tocsin.store.storms import Issued

ANEW_AFTER = timedelta(minutes=10)  # at the soonest: nobody reads a figure that never stands still
BEFORE = timedelta(hours=12)  # of the curve, before it became a storm, or a watch
LATE_POSTS = timedelta(hours=6)  # the detector still takes in what is so late
KEPT_FOR = timedelta(days=3)  # after it became a storm, or a watch; a curve has an end


def keep(desk: Unit, incident: Incident | None, signal: Signal, said: str, now: datetime) -> None:
    """Keep what was just said of an incident."""
    if incident is not None:
        desk.keep_figures(incident.number, Issued(now, figures_of(signal), said))


def keep_curve(desk: Unit, incident: Incident, spread: Spread, now: datetime) -> None:
    """Keep an incident's curve up to now; for three days, then it is told as far as that. A watch
    may be open for a week before it is a storm: these days count anew from there."""
    begun = incident.storm_at or incident.opened_at
    if now - begun > KEPT_FOR:
        return
    last = desk.last_cell(incident.number)
    since = (begun - BEFORE).timestamp()
    if last is not None:
        since = max(since, last - LATE_POSTS.total_seconds())
    desk.keep_cells(incident.number, spread.curve(since, now.timestamp()))


def news(desk: Unit, incident: Incident, spread: Spread, now: datetime) -> Signal | None:
    """How a storm that was measured stands, where that is to be said anew; None: it is not."""
    if incident.level is not Level.STORM or not incident.people:
        return None
    last = desk.last_issued(incident.number)
    if last is not None and now - last.at < ANEW_AFTER:
        return None
    signal = spread.look()
    if signal is None or (last is not None and not is_news(last.figures, figures_of(signal))):
        return None
    return signal
