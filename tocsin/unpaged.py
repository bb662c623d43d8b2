"""Whom a case has paged, and when; and why nobody has been paged for it yet."""

from datetime import datetime
from zoneinfo import ZoneInfo

from config import Band
from escalation import calm
from escalation.grouping import BUNDLE_WAIT
from escalation.rules import Rules
from escalation.subject import Case, State
from tocsin.speaker import spoken
from tocsin.store import Unit
from tocsin.store.reached import PageOf, page_of

# Nothing waits longer behind others: then nothing sends, as where no daemon runs.
OVERDUE = 2 * BUNDLE_WAIT


def whom(desk: Unit, rules: Rules, case: Case, now: datetime, zone: ZoneInfo) -> str | None:
    """Who was paged last for a case, else why nobody was and who will be; None: it is not known,
    as its pages are not kept any more. What holds a case, as a silence, is not looked at.

    zone  in which times are said.
    """
    page = page_of(desk.connection, case.ref, case.round)
    if page is None:
        return None
    if page.sent_at is not None:
        return f"the owner of its case: {page.person}, {spoken(page.sent_at, zone)}"
    if case.state is not State.NEW:
        was = "closed" if case.state is State.CLOSED else "taken on"
        return f"nobody: case {case.number} was {was} before its page left"
    if page.state == "withdrawn":
        return None
    if page.state == "failed":
        return f"nobody yet: {page.channel} refuses what goes to {page.person}: {page.failure}"
    because = _waits(rules, case, page, now, zone)
    if page.failing_since is None and page.due < now - OVERDUE:
        at = spoken(page.due, zone)
        return f"nobody yet: {because}; it was to leave {at} and has not, as if Tocsin did not run"
    return f"nobody yet: {because}; {page.person} is paged {spoken(max(page.due, now), zone)}"


def _waits(rules: Rules, case: Case, page: PageOf, now: datetime, zone: ZoneInfo) -> str:
    """What a page that is to leave waits for."""
    if page.failing_since is not None:
        return f"{page.channel} takes nothing since {spoken(page.failing_since, zone)}"
    if now - OVERDUE <= page.due <= now:
        return f"the page waits behind others to {page.person}"
    asked = case.paged_at or case.opened_at
    lists = rules.list_begins(case, asked) if case.band in calm.MAY_BE_LISTED else None
    listed = lists is not None and asked < lists <= page.due
    told = [_list(rules, case, page)] if listed else []
    for moment in (asked, *((lists,) if lists is not None and listed else ())):
        until = rules.quiet_until(page.person, case, moment)
        if until is not None and until <= page.due:
            told.append(f"{page.person}'s quiet hours, until {spoken(until, zone)}")
    return " and ".join(told) or "the page waits a little for more of the same"


def _list(rules: Rules, case: Case, page: PageOf) -> str:
    """In a day's list: as all of its band, or because the week's budget was used up."""
    alerts = rules.settings.alerts
    if case.band in alerts.daily:
        return f"all of {Band(case.band).label} is one list a day ([alerts] daily)"
    return (
        f"{page.person} has had {alerts.budget} pages this week, so that {Band(case.band).label} "
        "is one list a day ([alerts] budget)"
    )
