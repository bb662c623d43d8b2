"""What the calendar of a configuration leaves open in the days to come."""

from collections.abc import Iterator
from datetime import datetime

from config import Team
from config.load import Loaded
from config.problems import Problem
from escalation import business
from escalation.on_call import LOOK_AHEAD, gaps
from escalation.rules import Rules


def warnings(loaded: Loaded, now: datetime) -> Iterator[Problem]:
    """Times within 30 days in which nobody is on call, so that what is urgent waits for working
    hours; and teams whose working hours never come. By the file alone: what people have said
    since is shown by `tocsin oncall`."""
    rules = Rules(loaded.settings)
    for index, team in enumerate(loaded.settings.teams):
        at = ("teams", index, "on_call" if team.on_call else "members")
        nobody = _nobody(rules, team, now)
        if nobody is not None:
            yield loaded.document.problem(
                at,
                nobody,
                'What is urgent ("Now") waits for working hours then: add somebody who is there, '
                "or an override",
            )
        if _never_open(rules, team, now):
            yield loaded.document.problem(
                ("teams", index, "hours"),
                "these working hours never come, with these holidays",
                "Until then every clock of the team runs always; widen the hours",
            )


def _nobody(rules: Rules, team: Team, now: datetime) -> str | None:
    found = list(gaps(rules.roster, team.name, now, now + LOOK_AHEAD))
    if not found:
        return None
    zone = rules.settings.zone_of_team(team)
    first = found[0]
    since = "now" if first.since == now else f"{first.since.astimezone(zone):%Y-%m-%d %H:%M}"
    more = f", and {len(found) - 1} more within 30 days" if len(found) > 1 else ""
    return (
        f"nobody is on call from {since} until {first.until.astimezone(zone):%Y-%m-%d %H:%M}{more}"
    )


def _never_open(rules: Rules, team: Team, now: datetime) -> bool:
    try:
        business.next_open(rules.hours_of(team), now)
    except business.BeyondCalendar:
        return True
    return False
