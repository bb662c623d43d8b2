"""Saying who is away and who takes a turn: what may be said, by whom, and what follows from it.

Each function runs in one transaction of the store: what is said, its ledger entry, and the cases
that move by it stand together. Said again, it changes nothing.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from escalation import presence
from escalation.absences import Absence
from escalation.decision import Decision
from escalation.record import token
from escalation.rules import Rules, Situation
from escalation.subject import Matter, Ref
from tocsin.speaker import Refused, Speaker, spoken
from tocsin.store import Unit
from tocsin.store.said import Said
from tocsin.store.times import ms


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
    speaker.must_know(person)
    speaker.must_be_allowed(person)
    if person == speaker.settings.fallback_executive:
        raise Refused(
            f"{person} is the fallback executive, with whom every ladder ends, and is never away; "
            "name another fallback_executive first"
        )
    since = speaker.bounded(since, until)
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
    speaker.must_know(person)
    speaker.must_be_allowed(person)
    open_ones = desk.said_absences(speaker.now, person)
    return _end(desk, speaker, "back", person, open_ones, announced)


# --------------------------------------------------------------------------------- covers
def cover(
    desk: Unit, speaker: Speaker, team: str, person: str, since: datetime, until: datetime
) -> Answer:
    """Somebody takes a team's turn on call for a while. Raises Refused."""
    speaker.must_know_team(team)
    speaker.must_know(person)
    speaker.must_be_allowed_to_cover(person, team)
    speaker.must_belong(person, team)
    since = speaker.bounded(since, until)
    zone = speaker.settings.zone_of_team(speaker.settings.team(team))
    speaker.must_be_there(person, since, until, zone)
    for one in desk.said_covers(since, team):
        if one.person == person and one.since <= since and until <= one.until:
            text = f"No change: {person} covers {team} until {spoken(one.until, zone)} already."
            return Answer(False, text)
        if one.since < until:
            raise Refused(
                f"{one.person} covers {team} from {spoken(one.since, zone)} until "
                f"{spoken(one.until, zone)}; take that back first "
                f"(tocsin oncall uncover {shlex.quote(team)} --as {shlex.quote(speaker.by)})"
            )
    number = desk.say_cover(team, person, since, until, speaker.by, speaker.now)
    _enter(desk, speaker, "cover", Said(number, person, since, until, team))
    _follow(desk, speaker)
    when = f"from {spoken(since, zone)} until {spoken(until, zone)}"
    return Answer(True, f"{person} is on call for {team} {when}.")


def uncover(desk: Unit, speaker: Speaker, team: str, *, announced: bool = False) -> Answer:
    """The cover of a team ends, and its rota counts again. announced: also what has not begun is
    taken back. Raises Refused."""
    speaker.must_know_team(team)
    open_ones = desk.said_covers(speaker.now, team)
    for one in _chosen(open_ones, speaker.now, announced):
        speaker.must_be_allowed_to_cover(one.person, team)
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
    was = before.on_call(now)
    changed = {team: was[team] for team in teams if roster.meant(team, now) != meant[team]}
    if changed:
        engine.change_shifts(desk, now, changed)
    if come := engine.rules.manned(now) - before.manned(now):
        engine.come_on_call(desk, now, come)


def _moves(desk: Unit, rules: Rules, person: str, at: datetime) -> tuple[Move, ...]:
    found = []
    for subject in desk.open_subjects():
        if subject.owner == person and not isinstance(subject, Matter):
            outcome = presence.person_gone(subject, Situation(at, rules, desk.dues(subject.ref)))
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
