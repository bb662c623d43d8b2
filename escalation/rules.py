"""What the team declared, as the ladder asks it: who is at a step, when a wait is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config import Band, BandTimes, Role, Settings, Team
from config.privacy import confidants, discreet_contacts
from escalation import business, calm
from escalation.absences import Changes
from escalation.days_off import DaysOff
from escalation.decision import TimerKind
from escalation.localtime import instant_of
from escalation.roster import NOTHING_SAID, Rights, Roster
from escalation.silences import Silence
from escalation.subject import Pressing, Subject

# How often the last step pages again while nobody answers; a round never ends by exhaustion.
# P3 and P4 repeat once each working morning instead.
REPEAT: Mapping[Band, timedelta] = {
    Band.STORM: timedelta(minutes=10),
    Band.P1: timedelta(minutes=10),
    Band.P2: timedelta(minutes=30),
}
REOPEN_WITHIN = timedelta(days=14)  # a complaint this soon after closing reopens the case
# Pages to one owner wait this long for more of the same, so that they leave as one message.
GROUP_WAIT: Mapping[Band, timedelta] = {
    Band.STORM: timedelta(0),
    Band.P1: timedelta(0),
    Band.P2: timedelta(seconds=30),
    Band.P3: timedelta(minutes=5),
    Band.P4: timedelta(minutes=5),
}


@dataclass(frozen=True)
class Rules:
    """Settings and roster as questions; pure, the instant is always an argument.

    changes  who is away and who covers, as people have said it beside the settings.
    """

    settings: Settings
    changes: Changes = NOTHING_SAID
    roster: Roster = field(init=False)
    _teams: Mapping[str, Team] = field(init=False)
    _times: dict[tuple[str, Band], BandTimes] = field(init=False, default_factory=dict)
    _open: dict[str, business.OpenHours] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roster", Roster(self.settings, self.changes))
        object.__setattr__(self, "_teams", {team.name: team for team in self.settings.teams})

    def team(self, subject: Pressing) -> Team:
        """The subject's team; the triage team where the roster no longer knows it."""
        return self._teams.get(subject.team) or self.settings.triage_team

    def times(self, subject: Pressing) -> BandTimes:
        """The waits of the subject's band under its team's policy."""
        team = self.team(subject)
        key = (team.policy, subject.band)
        if key not in self._times:
            self._times[key] = self.settings.policy_of(team).times(subject.band)
        return self._times[key]

    @property
    def last_steps(self) -> Mapping[str, int]:
        """The number of the last step of each team's policy; "" stands for a team that is not
        declared any more, which has the triage team's."""
        teams = {**self._teams, "": self.settings.triage_team}
        return {name: len(self.settings.policy_of(team).steps) - 1 for name, team in teams.items()}

    def last_step(self, subject: Pressing) -> int:
        return len(self.settings.policy_of(self.team(subject)).steps) - 1

    def is_at_the_top(self, subject: Subject) -> bool:
        """Does nobody stand above its owner? Not so for somebody who was only given the number of
        the last step, as a helper is under a policy of two steps: above them is who it means."""
        top = self.settings.fallback_executive  # every policy ends with them
        return subject.step >= self.last_step(subject) and subject.owner == top

    def lead_step(self, subject: Subject) -> int:
        """The step of the lead under the subject's policy, else the next one above."""
        steps = self.settings.policy_of(self.team(subject)).steps
        above = (Role.LEAD, Role.HEAD, Role.EXECUTIVE)
        return next(number for number, role in enumerate(steps) if role in above)

    def due(self, subject: Pressing, wait: timedelta, now: datetime) -> datetime:
        """When a wait that starts now is over, in business time where the band says so.

        Hours that never open hold nothing up: then the clock runs always.
        """
        if not self._in_business_time(subject, now):
            return now + wait
        try:
            return business.add(self.hours(subject), now, wait)
        except business.BeyondCalendar:
            return now + wait

    def opening(self, subject: Pressing, now: datetime) -> datetime | None:
        """When the clock of the subject's band runs again; None: it runs now."""
        if not self._in_business_time(subject, now):
            return None
        return self.next_opening(self.team(subject), now)

    def next_opening(self, team: Team, now: datetime) -> datetime | None:
        """When a team works again; None: it works now, or by its calendar never again."""
        hours = self.hours_of(team)
        if business.is_open(hours, now):
            return None
        try:
            return business.next_open(hours, now)
        except business.BeyondCalendar:
            return None

    def ack_due(self, subject: Subject, now: datetime, *, again: bool = False) -> datetime:
        """By when a page that leaves now is to be acknowledged, or is followed by the next.

        again  it is not the first page of the last step's person: these follow in their own time.
        """
        if self.is_at_the_top(subject):
            return self.repeat_at(subject, now) if again else self._first_at_the_top(subject, now)
        return self.due(subject, self.times(subject).ack, now)

    def top_due(self, subject: Pressing, now: datetime) -> datetime:
        """The latest instant for which a page of the last step, were it to leave now, could wait:
        what waits for longer has been forgotten there."""
        top = self.settings.fallback_executive
        listed = self.list_begins(subject, now) if subject.band in calm.MAY_BE_LISTED else None
        latest = max(now, listed or now)
        latest = max(latest, self.quiet_until(top, subject, latest) or latest)
        return max(self.repeat_at(subject, latest), self._first_at_the_top(subject, latest))

    def _first_at_the_top(self, subject: Pressing, now: datetime) -> datetime:
        """As it is followed by the next page, never at the very end of a working day."""
        due = self.due(subject, self.times(subject).ack, now)
        if not self._in_business_time(subject, now):
            return due
        return self.next_opening(self.team(subject), due) or due

    def taken_along_until(self, subject: Pressing, now: datetime) -> datetime:
        """Until when what the last step would be asked again for is taken along by a message that
        leaves now: all that rings by day and night; of what comes once a working morning, only
        what is near, so that each morning has its list."""
        following = self.repeat_at(subject, now)
        if subject.band in REPEAT or subject.safety:
            return following
        return now + (following - now) / 2

    def repeat_at(self, subject: Pressing, now: datetime) -> datetime:
        """When the last step pages again."""
        fixed = REPEAT.get(subject.band) or (REPEAT[Band.P2] if subject.safety else None)
        if fixed is not None:
            return now + fixed
        hours = self.hours(subject)
        tomorrow = now.astimezone(hours.zone).date() + timedelta(days=1)
        try:
            return business.first_open(hours, tomorrow)
        except business.BeyondCalendar:
            return business.midnight_of(hours, tomorrow)

    def group_wait(self, subject: Pressing) -> timedelta:
        """How long a page waits for more of the same; never a large part of its time to be
        acknowledged, where a policy has made that short."""
        if subject.safety:
            return timedelta(0)
        return min(GROUP_WAIT[subject.band], self.times(subject).ack / 8)

    def first_from(
        self, subject: Subject, step: int, now: datetime, asked: tuple[str, ...] = ()
    ) -> tuple[int, str]:
        """The lowest step from `step` on with somebody not asked yet; else the last step."""
        team = self.team(subject)
        steps = self.settings.policy_of(team).steps
        rung = self.roster.ladder(
            team.name, subject.topic, now, frozenset(asked), steps, above=step - 1
        )
        return rung.step, rung.person

    def role_at(self, subject: Subject) -> Role:
        """The role that the subject's present step names."""
        steps = self.settings.policy_of(self.team(subject)).steps
        return steps[min(subject.step, len(steps) - 1)]

    def person_at(self, subject: Subject, now: datetime) -> str:
        """Whom the subject's present step means now; its owner where the step is empty."""
        team = self.team(subject)
        role = self.role_at(subject)
        return self.roster.resolve(role, team.name, subject.topic, now) or subject.owner

    def step_of(self, subject: Subject, person: str, now: datetime) -> int:
        """The lowest step that resolves to a person, else 1: a helper from outside the ladder
        who took over at the top must not keep it there."""
        team = self.team(subject)
        steps = self.settings.policy_of(team).steps
        return self.roster.step_of(person, team.name, subject.topic, now, steps)

    def rights(self, person: str, subject: Subject, now: datetime) -> Rights:
        """What a person may do to a subject; an executive, everything."""
        return self.roster.may(person, self.team(subject).name, now)

    def executive(self, now: datetime) -> str:
        """Who hears by rule of what is urgent and not resolved."""
        named = self.settings.executive_clock.person
        is_there = named is not None and self.is_active(named, now)
        return named if named and is_there else self.settings.fallback_executive

    def confidants(self, now: datetime) -> tuple[str, ...]:
        """Who may know of a private matter and is there, in the order they are asked; never
        empty, for the executive is always there."""
        people = confidants(self.settings)
        return tuple(one for one in people if self.is_active(one, now))

    def reached_alone(self, now: datetime) -> tuple[str, ...]:
        """Those of them who have an address of their own; all, where nobody has."""
        people = self.confidants(now)
        return tuple(one for one in people if discreet_contacts(self.settings, one)) or people

    def is_active(self, person: str, now: datetime) -> bool:
        """Is somebody there: declared, not left, not away at this instant?"""
        return self.roster.is_active(person, now)

    def takes_turns(self, person: str, subject: Subject) -> bool:
        """Is somebody ever on call for the subject's team?"""
        return self.roster.takes_turns(person, self.team(subject).name)

    def on_call(self, now: datetime) -> Mapping[str, str | None]:
        """Who is on call, team by team; None: nobody."""
        return {name: self.roster.resolve(Role.ON_CALL, name, None, now) for name in self._teams}

    def manned(self, now: datetime) -> frozenset[str]:
        """The teams for which somebody is on call."""
        return frozenset(name for name, person in self.on_call(now).items() if person is not None)

    def list_begins(self, subject: Pressing, now: datetime) -> datetime | None:
        """When the next daily list of the subject's team is begun; None: it never works."""
        return calm.list_begins(self.hours(subject), self.group_wait(subject), now)

    def quiet_until(self, person: str, subject: Pressing, now: datetime) -> datetime | None:
        """When a person's quiet hours are over; None: they may be paged now. Whoever is on call
        for the subject's team has none, unless merely as its first member, because it has no rota;
        and nothing urgent waits for them."""
        if subject.band not in calm.MAY_WAIT or subject.safety:
            return None
        found = next((one for one in self.settings.people if one.name == person), None)
        if found is None or found.quiet is None:
            return None
        team = self.team(subject).name
        on_call = self.roster.resolve(Role.ON_CALL, team, None, now)
        if on_call == person and self.roster.takes_turns(person, team):
            return None
        return calm.quiet_until(found.quiet, self.settings.zone_of(found), now)

    def week(self, now: datetime) -> tuple[date, datetime]:
        """This week's Monday, and the instant at which it began, in the file's zone."""
        zone = ZoneInfo(self.settings.timezone)
        today = now.astimezone(zone).date()
        monday = today - timedelta(days=today.weekday())
        return monday, instant_of(datetime.combine(monday, time()), zone)

    def _in_business_time(self, subject: Pressing, now: datetime) -> bool:
        """A storm's clock always runs, and that of safety; P1's while somebody is on call."""
        if subject.safety or subject.band is Band.STORM:
            return False
        if subject.band is Band.P1 and not self._is_anybody_on_call(subject, now):
            return True
        return self.times(subject).business

    def _is_anybody_on_call(self, subject: Pressing, now: datetime) -> bool:
        team = self.team(subject).name
        return self.roster.resolve(Role.ON_CALL, team, None, now) is not None

    def hours(self, subject: Pressing) -> business.OpenHours:
        """When business time runs for the subject's team."""
        return self.hours_of(self.team(subject))

    def hours_of(self, team: Team) -> business.OpenHours:
        """When a team works: its hours, without its holidays and days off."""
        if team.name not in self._open:
            days_off = DaysOff(team.holidays, frozenset(team.days_off))
            zone = self.settings.zone_of_team(team)
            self._open[team.name] = business.of_team(team.hours, zone, days_off)
        return self._open[team.name]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision may know beside the subject: the instant, the rules, the running waits, and
    the silences that run.

    late  how much later than its time the wait is ended that brought it about: the house was down.
    """

    now: datetime
    rules: Rules
    dues: Mapping[TimerKind, datetime] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()
    late: timedelta = timedelta(0)

    def aloud(self) -> "Situation":
        """The same where no silence is: for what must page whatever is silenced."""
        return replace(self, silences=()) if self.silences else self
