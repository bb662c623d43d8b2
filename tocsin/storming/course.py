"""How a storm went, as it was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from escalation.subject import Incident
from listener.curve import Cell, onset, people_between
from listener.heard import CELL
from tocsin.store import Unit
from tocsin.store.storms import Issued

UNKNOWN_BEFORE = timedelta(hours=2)  # where no onset was measured: who wrote so shortly before
KEPT_WITHIN = timedelta(minutes=10)  # a curve is kept once a minute, also on a busy machine


@dataclass(frozen=True, slots=True)
class Course:
    """How a storm went: `began` is when its first people were unhappy, as far as it was measured.

    rang  when it was first told; ended: when it was over or closed; None: it goes on.
    """

    incident: Incident
    cells: Sequence[Cell]
    issued: Sequence[Issued]
    began: datetime | None
    rang: datetime
    ended: datetime | None

    @property
    def since(self) -> datetime:
        return self.began or self.rang - UNKNOWN_BEFORE

    def people(self, until: datetime) -> int:
        """Unhappy people of its curve, up to an instant."""
        return people_between(self.cells, self.since.timestamp(), until.timestamp())

    def is_covered(self, until: datetime) -> bool:
        """Whether its curve was kept without a gap from the ring to an instant: only then is
        everybody in its sum."""
        kept = {cell.at for cell in self.cells}
        first = int(self.rang.timestamp()) // CELL * CELL
        last = int((until - KEPT_WITHIN).timestamp())
        return first in kept and all(at in kept for at in range(first, last, CELL))


def course_of(desk: Unit, incident: Incident) -> Course:
    """Read how a storm went."""
    cells, issued = desk.cells_of(incident.number), desk.issued(incident.number)
    rang = _rang(incident, issued)
    first = onset(cells, rang.timestamp())
    began = None if first is None else datetime.fromtimestamp(first, UTC)
    return Course(incident, cells, issued, began, rang, _ended(incident, issued))


def _rang(incident: Incident, issued: Sequence[Issued]) -> datetime:
    """When it was first told: a watch that became a storm began as a watch."""
    return min((one.at for one in issued), default=incident.storm_at or incident.opened_at)


def _ended(incident: Incident, issued: Sequence[Issued]) -> datetime | None:
    """The newest all-clear after which nothing was told, else when it was contained or closed."""
    if issued and issued[-1].figures.level == "clear":
        return issued[-1].at
    return incident.contained_at or incident.closed_at
