"""What the week asks of whom: rules over its numbers. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from config import Band, Role, spell_duration
from escalation.rules import Rules
from escalation.subject import Level
from tocsin.digest.data import MAX_DECISIONS, BrandWeek, Decision, Failing, StormWeek, TeamWeek
from tocsin.digest.incidents import Unanswered

# Days that each kind of ask leaves; what is urgent is asked for on the day of the digest.
TODAY = timedelta(0)
FOR_A_CAUSE = timedelta(days=3)
FOR_A_HABIT = timedelta(days=7)
ENOUGH_CASES = 3  # from which a team's lateness is more than one bad afternoon
MAX_NAMED = 5  # cases in one ask; the rest are counted


def decide(
    brands: Sequence[BrandWeek],
    unanswered: Sequence[Unanswered],
    failing: Sequence[Failing],
    rules: Rules,
    today: date,
    now: datetime,
    shown: Callable[[str], str],
) -> tuple[Decision, ...]:
    """At most five asks, the most urgent first: what waits, storms, deafness, slow teams."""
    asks = (
        *_of_the_waiting(unanswered, today),
        *_of_storms(brands, today),
        *_of_the_deaf(failing, today, now),
        *_of_slow_teams(brands, rules, today, now, shown),
    )
    return asks[:MAX_DECISIONS]


def _of_the_waiting(unanswered: Iterable[Unanswered], today: date) -> Iterator[Decision]:
    by_owner: dict[str, list[Unanswered]] = defaultdict(list)
    for one in unanswered:
        by_owner[one.owner].append(one)
    for owner, waiting in by_owner.items():
        named = [one.ref.spoken for one in waiting[:MAX_NAMED]]
        more = len(waiting) - len(named)
        last = f"{more} more" if more else named.pop()
        listed = f"{', '.join(named)} and {last}" if named else last
        bands = sorted({one.band for one in waiting}, key=list(Band).index)
        labels = " and ".join(f"{band} ({band.label})" for band in bands)
        yield Decision(
            f"Acknowledge {listed}",
            owner,
            today + TODAY,
            f"open, {labels}, and nobody has acknowledged",
        )


def _of_storms(brands: Iterable[BrandWeek], today: date) -> Iterator[Decision]:
    for brand in brands:
        for storm in brand.storms:
            if storm.level == Level.STORM and storm.cause is None:
                yield Decision(
                    f"Name the cause of the storm about {brand.brand}, incident {storm.number}",
                    storm.owner,
                    today + FOR_A_CAUSE,
                    f"{_reached(storm)}, and no cause is on record",
                )


def _reached(storm: StormWeek) -> str:
    if not storm.is_measured:
        return "declared by hand"
    people = "1 person" if storm.people == 1 else f"{storm.people:,} people"
    return f"{people} in {spell_duration(timedelta(minutes=storm.minutes))}"


def _of_the_deaf(failing: Iterable[Failing], today: date, now: datetime) -> Iterator[Decision]:
    for source in failing:
        yield Decision(
            f"Get the source {source.source} to work again",
            source.owner,
            today + TODAY,
            f"it has been failing for {spell_duration(now - source.since)}",
        )


def _of_slow_teams(
    brands: Iterable[BrandWeek],
    rules: Rules,
    today: date,
    now: datetime,
    shown: Callable[[str], str],
) -> Iterator[Decision]:
    for brand in brands:
        for week in brand.teams:
            if is_slow(week) and week.in_time is not None:
                late = week.in_time.of - week.in_time.count
                yield Decision(
                    f"Decide how team {week.team} acknowledges {brand.brand}'s cases in time",
                    shown(_lead(rules, week.team, now)),
                    today + FOR_A_HABIT,
                    f"{late} of {week.in_time.of} were acknowledged after their time, or not yet",
                )


def is_slow(week: TeamWeek) -> bool:
    """Whether its median case was acknowledged after its time.

    Each case has the time of its own band, in working hours where the band says so. So the
    median wait beyond that time is above nought where more than half of the cases were late.
    """
    settled = week.in_time
    return settled is not None and settled.of >= ENOUGH_CASES and 2 * settled.count < settled.of


def _lead(rules: Rules, team: str, now: datetime) -> str:
    """The team's lead, or who stands in: a team may be gone from the settings, a lead away."""
    known = {one.name for one in rules.settings.teams}
    name = team if team in known else rules.settings.triage_team.name
    lead = rules.roster.resolve(Role.LEAD, name, None, now)
    return lead or rules.settings.fallback_executive
