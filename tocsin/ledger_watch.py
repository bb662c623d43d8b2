"""The daemon's eye on its own ledger: the whole at the start and once a day, else what grew."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tocsin.log import logger
from tocsin.store import Unit
from tocsin.verifying import Found, Stopped, Verifier
from tocsin.wiring import House

WHOLE_EVERY = timedelta(hours=24)


class LedgerWatch:
    """Looks, and makes a fault of each chain that is not as it was written."""

    def __init__(self, house: House, stopped: Callable[[float], bool]) -> None:
        """stopped  waits for so many seconds; True where the daemon ends meanwhile."""
        self._house = house
        # It rests as long as it has worked: half a core at most, and the rest of the house first.
        self._verifier = Verifier(house.store, stopped)
        self._whole_at: datetime | None = None
        self.troubles: dict[str, str] = {}

    def look(self) -> None:
        """Look once: at everything, where that was a day ago or never."""
        now = self._house.clock.now()
        whole = self._whole_at is None or now - self._whole_at >= WHOLE_EVERY
        try:
            found = self._verifier.whole() if whole else self._verifier.grown()
        except Stopped:
            return
        if whole:
            self._whole_at = now
            self.troubles = {}
        self.troubles |= found.troubles()
        self._tell(found)
        self._house.store.write(lambda desk: self._settle(desk, found, whole, now))

    def _tell(self, found: Found) -> None:
        for chain, bad in found.bad.items():
            logger().error("ledger does not verify", chain=chain, number=bad.number, what=bad.what)
        for one in found.different:
            logger().error(
                "stored otherwise than the ledger says",
                chain=one.chain,
                subject=one.outside,
                field=one.field,
            )

    def _settle(self, desk: Unit, found: Found, whole: bool, now: datetime) -> None:
        engine, troubles = self._house.engine, found.troubles()
        for chain, what in troubles.items():
            detail = f"the ledger {chain} does not verify: {what}"
            engine.fault(desk, _about(chain), detail, now)
        for chain in found.heads if whole else ():
            if chain not in troubles:
                engine.mended(desk, _about(chain), now)


def _about(chain: str) -> str:
    return f"ledger:{chain}"[:64]
