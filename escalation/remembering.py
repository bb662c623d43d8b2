"""When a storm begins, and when a case joins it: the warnings that came before are put to it."""

from escalation.desk import Desk
from escalation.subject import Case, Incident
from escalation.warnings import MOST, Storm, belonging


def remember(desk: Desk, storm: Incident, topic: str | None) -> None:
    """Put to a storm the warnings it had; a second time changes nothing.

    topic  of the watch it grew from, which a storm has no longer.
    """
    if storm.storm_at is None:
        return
    cases = desk.members(storm.number)
    topics = {name for name in (topic, storm.topic, *(case.topic for case in cases)) if name}
    members = frozenset({storm.ref, *(case.ref for case in cases)})
    known = desk.warnings_before(storm.brand, storm.storm_at, MOST)
    found = belonging(known, Storm(storm.brand, storm.storm_at, frozenset(topics), members))
    desk.attach_warnings([one.id for one in found], storm.number)


def remember_with(desk: Desk, case: Case, storm: Incident) -> None:
    """Put to a storm the warnings that a case brings which joins it later."""
    if storm.storm_at is not None:
        desk.attach_warnings_of(case.ref, storm.number, storm.storm_at)
