"""What is known of a source before it is switched on: its keys, limits, costs, duties and proof.

Each module in `collectors/` keeps one of these as `FACTS`; the table in `docs/sources.md`, `tocsin
init` and `tocsin doctor` are made from them, so that none of the three can say something else.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


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
