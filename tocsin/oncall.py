"""Saying who is away and who takes a turn: what may be said, by whom, and what follows from it.

Each function runs in one transaction of the store: what is said, its ledger entry, and the cases
that move by it stand together. Said again, it changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config import Settings
from config.moments import begin_of, end_of
from config.problems import no_such
from escalation import ladder
from escalation.absences import Absence
from escalation.decision import Decision
from escalation.engine import Engine
from escalation.localtime import in_utc, instant_of
from escalation.record import token
from escalation.roster import Rights
from escalation.rules import Rules, Situation
from escalation.subject import Ref
from tocsin.store import Unit
from tocsin.store.duty import Said
from tocsin.store.times import ms

FURTHEST = timedelta(days=366)  # how far ahead people say what they will do


class Refused(ValueError):
    """It cannot be said so; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Move:
    """An open subject that goes to another owner when an absence begins."""

    ref: Ref
    owner: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of saying something: whether anything changed, in words, and what moves."""

    changed: bool
    text: str
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something, to which engine, when."""

    engine: Engine
    by: str
    now: datetime

    @property
    def rules(self) -> Rules:
        return self.engine.rules

    @property
    def settings(self) -> Settings:
        return self.engine.rules.settings


def instant(text: str, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    """A time as typed: ISO 8601 with its zone, or a day or time on the zone's clocks.

    ends  a day means its end, not its beginning. Returns aware UTC; raises Refused.
    """
    try:
        if text.endswith("Z") or "+" in text or text.count("-") > 2:
            return in_utc(datetime.fromisoformat(text))
        return instant_of(end_of(text) if ends else begin_of(text), zone)
    except OverflowError:
        raise Refused("the calendar ends before that; name another day") from None
    except ValueError:
        raise Refused(
            'this is no time; write "2026-12-24", "2026-12-24T18:00", or with its zone '
            '"2026-12-24T18:00+01:00"'
        ) from None


def spoken(at: datetime, zone: ZoneInfo) -> str:
    """An instant as a person reads it: `2026-12-24 18:00 CET`."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


# ---------------------------------------------------------------------------------- away
def preview(
    desk: Unit, speaker: Speaker, person: str, since: datetime, until: datetime
) -> tuple[Move, ...]:
    """Which open subjects would move were the person away, and to whom; nothing changes."""
    said = desk.changes(speaker.now)
    more = replace(said, absences=(*said.absences, Absence(person, since, until)))
    return _moves(desk, Rules(speaker.settings, more), person, max(since, speaker.now))


def away(desk: Unit, speaker: Speaker, person: str, since: datetime, until: datetime) -> Answer:
    """Somebody is away from one instant until just before another. Raises Refused."""
    _must_be_known(speaker.settings, person)
    _may_speak(speaker, person)
    if person == speaker.settings.fallback_executive:
        raise Refused(
            f"{person} is the fallback executive, with whom every ladder ends, and is never away; "
            "name another fallback_executive first"
        )
    since = _bounded(speaker, since, until)
    zone = speaker.settings.zone_of(speaker.settings.person(person))
    known = speaker.rules.roster.away_until(person, since)
    if known is not None and known >= until:
        return Answer(False, f"No change: {person} is away until {spoken(known, zone)} already.")
    moves = preview(desk, speaker, person, since, until)
    number = desk.say_away(person, since, until, speaker.by, speaker.now)
    _enter(desk, speaker, "away", Said(number, person, since, until))
    _follow(desk, speaker)
    when = f"from {spoken(since, zone)} until {spoken(until, zone)}"
    return Answer(True, f"{person} is away {when}.", moves)


def back(desk: Unit, speaker: Speaker, person: str, *, announced: bool = False) -> Answer:
    """Somebody is back; nothing moves by itself. announced: also what has not begun is taken
    back. Raises Refused."""
    _must_be_known(speaker.settings, person)
    _may_speak(speaker, person)
    open_ones = desk.said_absences(speaker.now, person)
    return _end(desk, speaker, "back", person, open_ones, announced)


# --------------------------------------------------------------------------------- covers
def cover(
    desk: Unit, speaker: Speaker, team: str, person: str, since: datetime, until: datetime
) -> Answer:
    """Somebody takes a team's turn on call for a while. Raises Refused."""
    _must_be_team(speaker.settings, team)
    _must_be_known(speaker.settings, person)
    _may_speak(speaker, person, team)
    since = _bounded(speaker, since, until)
    zone = speaker.settings.zone_of_team(speaker.settings.team(team))
    _must_be_there(speaker, person, since, until, zone)
    for one in desk.said_covers(since, team):
        if one.person == person and one.since <= since and until <= one.until:
            text = f"No change: {person} covers {team} until {spoken(one.until, zone)} already."
            return Answer(False, text)
        if one.since < until:
            raise Refused(
                f"{one.person} covers {team} from {spoken(one.since, zone)} until "
                f"{spoken(one.until, zone)}; take that back first (tocsin oncall uncover {team})"
            )
    number = desk.say_cover(team, person, since, until, speaker.by, speaker.now)
    _enter(desk, speaker, "cover", Said(number, person, since, until, team))
    _follow(desk, speaker)
    when = f"from {spoken(since, zone)} until {spoken(until, zone)}"
    return Answer(True, f"{person} is on call for {team} {when}.")


def uncover(desk: Unit, speaker: Speaker, team: str, *, announced: bool = False) -> Answer:
    """The cover of a team ends, and its rota counts again. announced: also what has not begun is
    taken back. Raises Refused."""
    _must_be_team(speaker.settings, team)
    open_ones = desk.said_covers(speaker.now, team)
    for one in _chosen(open_ones, speaker.now, announced):
        _may_speak(speaker, one.person, team)
    return _end(desk, speaker, "uncover", team, open_ones, announced)


# --------------------------------------------------------------------------- what follows
def _end(
    desk: Unit,
    speaker: Speaker,
    event: str,
    about: str,
    open_ones: Sequence[Said],
    announced: bool,
) -> Answer:
    """Take back what is in force, or all of it; say what stands all the same."""
    chosen = _chosen(open_ones, speaker.now, announced)
    for one in chosen:
        desk.end_said(one, speaker.now)
        _enter(desk, speaker, event, one)
    _follow(desk, speaker)
    left = _still(speaker, event, about, [one for one in open_ones if one not in chosen])
    said = f"{about} is back." if event == "back" else f"The rota of {about} counts again."
    return Answer(bool(chosen), f"{said if chosen else 'No change.'} {left}".rstrip())


def _chosen(open_ones: Sequence[Said], now: datetime, announced: bool) -> list[Said]:
    return [one for one in open_ones if announced or one.since <= now]


def _still(speaker: Speaker, event: str, about: str, left: Sequence[Said]) -> str:
    """What stands although it was taken back: what the settings say, and what is announced."""
    settings = speaker.settings
    parts = []
    if event == "back":
        zone = settings.zone_of(settings.person(about))
        until = speaker.rules.roster.away_until(about, speaker.now)
        if until is not None:
            parts.append(f"By the settings they are away until {spoken(until, zone)}.")
    else:
        zone = settings.zone_of_team(settings.team(about))
    if left:
        begins = spoken(left[0].since, zone)
        parts.append(f"Announced from {begins} on; --announced takes that back too.")
    return " ".join(parts)


def _follow(desk: Unit, speaker: Speaker) -> None:
    """C23 and C24, in this transaction; the daemon finds nothing left to do but to know."""
    engine, now = speaker.engine, speaker.now
    before = engine.rules
    teams = [team.name for team in before.settings.teams]
    meant = {team: before.roster.meant(team, now) for team in teams}
    engine.rules = Rules(before.settings, desk.changes(now))
    desk.if_undone(lambda: setattr(engine, "rules", before))
    roster = engine.rules.roster
    if roster.away(now) - before.roster.away(now):
        engine.repair(desk, now)
    changed = {team for team in teams if roster.meant(team, now) != meant[team]}
    if changed:
        engine.change_shifts(desk, now, changed)


def _moves(desk: Unit, rules: Rules, person: str, at: datetime) -> tuple[Move, ...]:
    found = []
    for subject in desk.open_subjects():
        if subject.owner == person:
            outcome = ladder.person_gone(subject, Situation(at, rules, desk.dues(subject.ref)))
            if isinstance(outcome, Decision):
                found.append(Move(subject.ref, outcome.subject.owner))
    return tuple(found)


def _enter(desk: Unit, speaker: Speaker, event: str, one: Said) -> None:
    """Who said it, and when, is on record; people stand there under their random ids."""
    person = desk.staff_id(one.person)
    facts: dict[str, object] = {
        "number": one.number,
        "person": person,
        "since": ms(one.since),
        "until": ms(one.until),
        "via": "cli",
    }
    if one.team is not None:
        facts["team"] = token(one.team)
    desk.enter(
        chain="house",
        event=event,
        subject=f"roster:{person}",
        actor=desk.staff_id(speaker.by),
        facts=facts,
        at=speaker.now,
    )


# ---------------------------------------------------------------------------- what may be
def _must_be_known(settings: Settings, person: str) -> None:
    active = [one.name for one in settings.people if one.active]
    if person not in active:
        what, remedy = no_such("active person", person, active)
        raise Refused(f"there is {what}. {remedy}")


def _must_be_team(settings: Settings, team: str) -> None:
    known = [one.name for one in settings.teams]
    if team not in known:
        what, remedy = no_such("team", team, known)
        raise Refused(f"there is {what}. {remedy}")


def _may_speak(speaker: Speaker, person: str, team: str | None = None) -> None:
    """The person, or the lead or somebody above of the team; without one, of a team of theirs."""
    _must_be_known(speaker.settings, speaker.by)
    if speaker.by == person:
        return
    roster = speaker.rules.roster
    teams = roster.teams_of(person) if team is None else (team,)
    if any(roster.may(speaker.by, one, speaker.now) >= Rights.LEAD for one in teams):
        return
    if speaker.by == speaker.settings.fallback_executive:
        return
    of = "of a team of theirs" if team is None else f"of {team}"
    raise Refused(
        f"{speaker.by} may not say that: it takes {person}, or the lead {of} or somebody above"
    )


def _bounded(speaker: Speaker, since: datetime, until: datetime) -> datetime:
    """The beginning, not before now. Raises Refused for an end that is past or very far."""
    since = max(since, speaker.now)
    if until <= since:
        raise Refused("it would be over before it begins; name a later --until")
    if until > speaker.now + FURTHEST:
        raise Refused("more than a year ahead is too far; name an earlier --until")
    return since


def _must_be_there(
    speaker: Speaker, person: str, since: datetime, until: datetime, zone: ZoneInfo
) -> None:
    roster = speaker.rules.roster
    away = roster.away_until(person, since)
    if away is not None:
        raise Refused(f"{person} is away until {spoken(away, zone)}; name somebody who is there")
    leaves = roster.next_absence(person, since)
    if leaves is not None and leaves < until:
        raise Refused(f"{person} is away from {spoken(leaves, zone)} on; let it end before that")
