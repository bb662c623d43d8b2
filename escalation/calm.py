"""What is not urgent waits for a better moment: a day's list, or the end of somebody's quiet hours.

Pure. Only when a page leaves is moved, and with it the time that its reader has to acknowledge;
who owns what, and what follows, stays as it is. A storm, a Now and a matter of safety never wait.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config import Band, Contact, Role
from config.calm import Quiet
from escalation import business
from escalation.channel import Purpose
from escalation.decision import ENGINE, LADDER_PAGE, Arm, Decision, Effect, Page, TimerKind
from escalation.desk import Outgoing
from escalation.localtime import instant_of
from escalation.subject import AskedAgain, AtTheTop, Case, Fault, Ref, Subject

if TYPE_CHECKING:
    from escalation.rules import Rules, Situation

MAY_WAIT = (Band.P2, Band.P3, Band.P4)
MAY_BE_LISTED = (Band.P3, Band.P4)
# Where a person has asked for another by hand: that is not put off.
BY_NAME = ("assigned", "escalated", "rerouted")
_DAY = timedelta(days=1)


def quiet_until(quiet: Quiet, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When quiet hours that run are over (UTC); None: they do not run."""
    local = now.astimezone(zone)
    reading, begins, ends = local.time(), quiet.from_, quiet.to
    over_midnight = begins > ends
    inside = reading >= begins or reading < ends if over_midnight else begins <= reading < ends
    if not inside:
        return None
    day = local.date() + (_DAY if over_midnight and reading >= begins else timedelta(0))
    over = instant_of(datetime.combine(day, ends), zone)
    return over if over > now else None


def list_begins(hours: business.OpenHours, wait: timedelta, now: datetime) -> datetime | None:
    """When the next daily list is begun: as a working day begins; it leaves after `wait`.

    None: by this calendar no day is a working day. What is asked for within the wait joins it.
    """
    day = now.astimezone(hours.zone).date()
    for begins in (day, day + _DAY):
        try:
            opens = business.first_open(hours, begins)
        except business.BeyondCalendar:
            return None
        if opens + wait >= now:
            return opens
    return None


BUDGET = "budget"  # what the message is about that tells a lead of somebody's pages


def told_of_budget(
    person: str, lead: str, contact: Contact, monday: date, now: datetime
) -> Outgoing:
    """Word to a lead that somebody has had a week's pages; the same week twice is one."""
    return Outgoing(
        key=f"{BUDGET}|{monday}|{person}|{lead}",
        purpose=Purpose.DIGEST,
        ref=Ref(BUDGET, 0),
        channel=contact.channel,
        to=contact.to,
        due=now,
        person=lead,
        what=str(monday),
        about=person,
    )


def paced(outcome: Decision, at: "Situation", is_spent: Callable[[str], bool]) -> Decision:
    """A decision whose pages leave when they may, with the time to acknowledge counted from then.

    is_spent  has a person had as many pages this week as one should?
    """
    subject = outcome.subject
    if not _may_wait(subject):
        return outcome
    for one in outcome.effects:
        if isinstance(one, Page) and one.what == LADDER_PAGE:
            begins = _begins(outcome, one, at, is_spent)
            if begins > at.now:
                return replace(outcome, effects=_put_off(outcome, one, begins, at))
    return outcome


def taken_along(
    tops: Sequence[AtTheTop], person: str, rules: "Rules", now: datetime, *, waits: bool
) -> list[AskedAgain]:
    """What a page that asks a person again speaks for, of all that waits for them at the last step.

    waits  it leaves when it is quiet no more: what does not wait for the morning is left out.
    """
    return [
        AskedAgain(top, rules.taken_along_until(top, now), rules.repeat_at(top, now))
        for top in tops
        if not waits or rules.quiet_until(person, top, now) is not None
    ]


def rings_at_once(outcome: Decision, at: "Situation") -> Decision:
    """What a person has just asked of another by hand does not wait for more of the same."""
    if outcome.actor == ENGINE:
        return outcome
    waits = at.now + at.rules.group_wait(outcome.subject)
    effects = tuple(
        replace(one, due=at.now) if isinstance(one, Page) and one.due == waits else one
        for one in outcome.effects
    )
    return replace(outcome, effects=effects)


def _may_wait(subject: Subject) -> bool:
    """A suspected storm is not put off: it is there to be looked at in time."""
    is_kind = isinstance(subject, Case | Fault)
    return is_kind and subject.band in MAY_WAIT and not subject.safety


def _begins(
    outcome: Decision, page: Page, at: "Situation", is_spent: Callable[[str], bool]
) -> datetime:
    """When a page may be made. What somebody has asked for by hand waits for no list."""
    subject, begins = outcome.subject, at.now
    by_itself = outcome.actor == ENGINE and isinstance(subject, Case)
    if by_itself and subject.band in MAY_BE_LISTED:
        daily = at.rules.settings.alerts.daily
        if subject.band in daily or is_spent(page.person):
            # What fell due while the house was down belongs to the list that was due then.
            begins = max(begins, at.rules.list_begins(subject, at.now - at.late) or begins)
    if outcome.actor == ENGINE or outcome.event not in BY_NAME:
        begins = max(begins, at.rules.quiet_until(page.person, subject, begins) or begins)
    return begins


def _put_off(
    outcome: Decision, page: Page, begins: datetime, at: "Situation"
) -> tuple[Effect, ...]:
    """The page leaves later, as long after it is made as ever; its time counts from then."""
    subject = outcome.subject
    due = at.rules.ack_due(subject, begins)
    climbs_on = _is_somebody_up(subject, page, at)

    def put_off(one: Effect) -> Effect:
        if one is page:
            return replace(page, due=begins + (page.due - at.now))
        if isinstance(one, Arm) and one.timer is TimerKind.ACK and not climbs_on:
            return replace(one, due=max(one.due, due), since=begins)
        return one

    return tuple(put_off(one) for one in outcome.effects)


def _is_somebody_up(subject: Subject, page: Page, at: "Situation") -> bool:
    """Is it quiet for its owner, while somebody is on call whom nobody has asked yet? Then its
    time runs on, so that it comes to them."""
    if at.rules.quiet_until(page.person, subject, at.now) is None:
        return False
    team = at.rules.team(subject).name
    on_call = at.rules.roster.resolve(Role.ON_CALL, team, None, at.now)
    if on_call is None or on_call == page.person or on_call in subject.asked:
        return False
    return at.rules.quiet_until(on_call, subject, at.now) is None
