"""The daemon's eye on its own rules: what is broken is told, climbs, and is asked for afresh."""

from collections import Counter
from datetime import datetime

from escalation.subject import Ref
from tocsin.invariants import Breach, breaches
from tocsin.log import logger
from tocsin.store import Unit
from tocsin.wiring import House

MOST_LINES = 20  # of the log at one look
ABOUT = "invariant:"


class InvariantWatch:
    """Looks once a minute."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: set[Breach] = set()
        self.counts: dict[str, int] = {}
        self.looked_at: datetime | None = None

    def look(self) -> None:
        """Look once; what can be mended is, and each broken rule is one fault until it holds."""
        house, now = self._house, self._house.clock.now()
        with house.store.read() as desk:
            found = breaches(desk, house.engine.rules, now)
        self._tell(found)
        self.counts = dict(Counter(breach.rule for breach in found))
        self.looked_at = now
        for ref in dict.fromkeys(one.ref for one in found if one.ref is not None):
            self._mend(ref, now)
        house.store.write(lambda desk: self._settle(desk, now))

    def _tell(self, found: list[Breach]) -> None:
        """One line when a breach begins, not at each look."""
        fresh = [breach for breach in found if breach not in self._known]
        for breach in fresh[:MOST_LINES]:
            subject = breach.ref.outside if breach.ref else ""
            logger().error("invariant broken", invariant=breach.rule, subject=subject)
        if len(fresh) > MOST_LINES:
            logger().error("invariants broken", more=len(fresh) - MOST_LINES)
        self._known = set(found)

    def _mend(self, ref: Ref, now: datetime) -> None:
        """Ask afresh where somebody should be asked; what fails is tried again at the next look."""
        engine = self._house.engine
        (error,) = self._house.store.write_each([lambda desk: engine.mend(desk, ref, now)])
        if error is not None:
            kind = type(error).__name__
            logger().error("it cannot be mended", subject=ref.outside, kind=kind)

    def _settle(self, desk: Unit, now: datetime) -> None:
        engine = self._house.engine
        for rule, number in self.counts.items():
            what = "subject breaks" if number == 1 else "subjects break"
            detail = f"{number} {what} invariant {rule}; the log names them"
            engine.fault(desk, ABOUT + rule, detail, now)
        for about in desk.open_faults(ABOUT):
            if about.removeprefix(ABOUT) not in self.counts:
                engine.mended(desk, about, now)
