"""How urgent a subject is, and how long each wait of it is."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from config.durations import Duration
from config.fields import Declared, Wait


class Band(StrEnum):
    """How urgent a subject is; people see the label, never the code alone."""

    STORM = "storm"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    @property
    def label(self) -> str:
        return _BAND_LABELS[self]


_BAND_LABELS = {
    Band.STORM: "Storm",
    Band.P1: "Now",
    Band.P2: "Soon",
    Band.P3: "Today",
    Band.P4: "This week",
}


class BandTimes(Declared):
    """How long each wait of one band is (the table of docs/ownership.md)."""

    ack: Duration
    first_reply: Duration
    next_reply: Duration
    resolved: Duration | None
    hold: Duration
    grace: Duration
    business: bool  # true: the clock runs in working hours only


def _m(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def _h(hours: float) -> timedelta:
    return timedelta(hours=hours)


DEFAULT_BANDS: Mapping[Band, BandTimes] = {
    Band.STORM: BandTimes(
        ack=_m(5),
        first_reply=_m(30),
        next_reply=_m(60),
        resolved=None,
        hold=_m(30),
        grace=_m(10),
        business=False,
    ),
    Band.P1: BandTimes(
        ack=_m(5),
        first_reply=_m(30),
        next_reply=_m(60),
        resolved=_h(24),
        hold=_m(30),
        grace=_m(10),
        business=False,
    ),
    Band.P2: BandTimes(
        ack=_m(15),
        first_reply=_h(2),
        next_reply=_h(4),
        resolved=_h(72),
        hold=_h(2),
        grace=_m(30),
        business=False,
    ),
    # In business time a day of "resolved" is one working day of eight hours.
    Band.P3: BandTimes(
        ack=_h(4),
        first_reply=_h(8),
        next_reply=_h(8),
        resolved=_h(40),
        hold=_h(8),
        grace=_h(4),
        business=True,
    ),
    Band.P4: BandTimes(
        ack=_h(8),
        first_reply=_h(8),
        next_reply=_h(8),
        resolved=_h(80),
        hold=_h(16),
        grace=_h(8),
        business=True,
    ),
}


class BandChange(Declared):
    """A policy's own durations for a band; what is not given keeps its default."""

    ack: Wait | None = None
    first_reply: Wait | None = None
    next_reply: Wait | None = None
    resolved: Wait | None = None
    hold: Wait | None = None
    grace: Wait | None = None
    business: bool | None = None
