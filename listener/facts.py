"""What is known of a source before it is switched on: its keys, limits, costs, duties and proof.

Each module in `collectors/` keeps one of these as `FACTS`; the table in `docs/sources.md`, `tocsin
init` and `tocsin doctor` are made from them, so that none of the three can say something else.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

A_DAY = 24 * 60  # minutes


class Proof(StrEnum):
    """How far a source was tried; none was tried on the live platform."""

    SIMULATED = "simulated"  # recorded answers, and random runs on a simulated platform with faults
    RECORDED = "recorded"  # answers that the platform really gave
    DOCUMENTED = "documented"  # answers written from the fields that the platform documents


class Gone(StrEnum):
    """How it is noticed that a post was deleted."""

    TOLD = "told"  # the source says so by itself
    ASKED = "asked"  # kept posts are looked up again, at least daily
    NEVER = "never"  # nothing says so: keep its text for a short time


@dataclass(frozen=True, slots=True)
class Facts:
    """One row of the table; every text is one line of plain words for a support lead.

    platform  the platform's own name, as `Post.platform` spells it.
    title     as people call the source.
    keys      what must be got before it can be heard; "none" where nothing is.
    limits    what the platform allows, with numbers.
    costs     what it charges.
    reach     how far back it can be asked for posts after a downtime; None: it does not say.
    gone      how deletions are noticed.
    duty      what the platform asks for of whoever keeps its posts.
    unheard   what is missed without this source: one sentence that says what it would take; "" for
              a source of which it is enough to say that there is one.
    proof     how far it was tried.
    """

    platform: str
    title: str
    keys: str
    limits: str
    costs: str
    reach: timedelta | None
    gone: Gone
    duty: str
    unheard: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a source in this house before its costs are estimated.

    posts_a_day  that were kept of it lately; None: it was not heard for long enough to say.
    keep_days    how long posts are kept, and so how often each is looked at again.
    """

    posts_a_day: float | None = None
    keep_days: float = 90.0


@dataclass(frozen=True, slots=True)
class Window:
    """How much of a platform's limit a source takes as it is declared.

    what     is counted, in plain words: "searches".
    asked    in one window, while there is less than a page of news at each poll.
    allowed  in one window of so many `minutes`.
    """

    what: str
    asked: int
    allowed: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a source will cost in a month of 30 days.

    low, high  dollars; never more than its limits.
    assuming   what the range rests on, as a part of a sentence: "at 100 posts a day".
    """

    low: float
    high: float
    assuming: str
    windows: tuple[Window, ...] = ()


def polls_in(minutes: int, every: timedelta) -> int:
    """How many polls there are in so many minutes, rounded up."""
    return -(-timedelta(minutes=minutes) // every)
