"""What the words of an alert are made of: a case, an incident and a reader, as they stand now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from config import Band
from escalation.channel import Verbatim


@dataclass(frozen=True, slots=True)
class Reader:
    """Where a message goes, and who reads it there.

    zone     the reader's own; times are said in it.
    name     the person's name in the configuration; None: a room, read by several.
    mention  what the channel needs to call that person by name, where it can.
    typed    they act by typing a command; False: by what the channel shows beside the message.
    shown    what people call them, so that they are told "you"; "": several read.
    """

    to: str
    zone: ZoneInfo
    name: str | None = None
    mention: str | None = None
    typed: bool = True
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a page asks of its reader, where that is not to acknowledge.

    why      what is asked, first of all. follows: what happens else; "": where the case stands.
    command  how to do it, without `--as`; other: how to do the opposite.
    """

    why: str
    follows: str
    command: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its alert shows it.

    state        `new`, `owned`, `waiting`, `snoozed` or `closed`.
    owner        shown name of the one accountable person.
    verbatim     None: the words may not be shown; then `url` still leads to them, if it is known.
    why_judged   what made it a complaint, the strongest reason first.
    why_now      the reason for this very message, with what is usual; None: there is nothing more.
    dangers      the kinds of danger that were told, each with the customer's words for it; "":
                 those may not be shown.
    why_owner    e.g. "on call for billing".
    next_step    shown name of whoever is paged next; None: the last step, which is paged again.
    due          when this state ends unless somebody acts; None: no clock runs.
    late_by      how much later than due this message leaves; None: in time.
    late_because why we were late with it, as "you had …"; "": it is not known.
    safety       danger to life, law, regulator or press.
    incident     number of the incident it belongs to.
    held_until   while nobody is paged for it; silence: the number of the one that holds it.
    offered      it is on offer to the reader, who may accept or decline.
    offer        of an offer: who makes it and why, and what the customer was told, as lines.
    unknown      what could not be judged, e.g. "language not scored".
    gone         why no word of the customer's is left, as a sentence; "": it is not so.
    edited_at    when an edit of a post by its author was last seen; None: none was.
    cause        the function that owns the fix, and who answers for it: `logistics, Ben`.
    authority    what the reader, or in a room the owner, may do without asking.
    waits        what else it waits for, such as a permission; account: how it was closed.
    demand       what is asked of the reader; None: to acknowledge.
    """

    number: int
    brand: str
    topic: str
    team: str
    band: Band
    state: str
    owner: str
    how_many_posts: int
    verbatim: Verbatim | None
    why_judged: tuple[str, ...]
    why_now: str | None
    why_owner: str
    step: int
    next_step: str | None
    due: datetime | None
    late_by: timedelta | None = None
    late_because: str = ""
    safety: bool = False
    incident: int | None = None
    offered: bool = False
    offer: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    url: str = ""
    cause: str = ""
    authority: str = ""
    waits: str = ""
    account: str = ""
    demand: Demand | None = None
    dangers: tuple[tuple[str, str], ...] = ()
    held_until: datetime | None = None
    silence: int | None = None
    gone: str = ""
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident as its alert shows it.

    level     `watch`, `storm`, `contained` or `closed`.
    people    unhappy people within the last `minutes`, and their `posts`.
    usual     how many times the brand's usual that is; None: not known yet.
    warnings  how often it was warned of before, then by which functions and what they did.
    story     what it is about, for the most part, in the customers' own words; "": not known.
    declared  who declared it by hand and why, as a clause; "": it was measured alone.
    due       when the next step is paged unless somebody acknowledges; None: acknowledged.
    offered, offer  as those of a case.
    likely    how many more unhappy posts are likely by `likely_by`, from and to; None: not told.
    begets    how many more each complaint begets; None: not measured.
    silent    how many customers the people heard may stand for, with its source; "": nobody was.
    """

    number: int
    brand: str
    topic: str
    level: str
    owner: str
    why_owner: str
    people: int
    posts: int
    minutes: int
    usual: float | None
    verbatim: Verbatim | None
    warnings: tuple[str, ...]
    next_update_due: datetime | None
    next_step: str | None
    due: datetime | None
    late_by: timedelta | None = None
    late_because: str = ""
    offered: bool = False
    offer: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    url: str = ""
    declared: str = ""
    likely: tuple[int, int] | None = None
    likely_by: datetime | None = None
    begets: float | None = None
    silent: str = ""
    story: str = ""


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
View = TypeVar("View", CaseView, IncidentView)


def without_words(view: View) -> View:
    """The same, with a link in place of the customer's words: for channels that cannot edit."""
    if isinstance(view, CaseView):
        kinds = tuple((kind, "") for kind, _ in view.dangers)
        groups = tuple(why.partition(': "')[0] for why in view.why_judged)
        view = replace(view, dangers=kinds, why_judged=groups)
    if view.verbatim is None:
        return view
    return replace(view, verbatim=None, url=view.verbatim.url)


def clock(instant: datetime, reader: Reader, now: datetime) -> str:
    """Say an instant in the reader's zone: `14:05`, `Mon 09:00` or `3 Dec 09:00`.

    Where several people read, the zone is named.
    """
    local, today = instant.astimezone(reader.zone), now.astimezone(reader.zone).date()
    days = (local.date() - today).days
    day = ""
    if 0 < days < 7:
        day = f"{_DAYS[local.weekday()]} "
    elif days:
        day = f"{local.day} {_MONTHS[local.month - 1]} "
    zone = f" {local.tzname()}" if reader.name is None else ""
    return f"{day}{local.hour:02}:{local.minute:02}{zone}"
