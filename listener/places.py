"""On which platforms people are unhappy just now, against where they usually are.

A storm begins in one place; an ordinary burst, and news, are everywhere that the brand is named.
"""

from array import array
from collections.abc import Mapping, Sequence
from math import log

from listener.heard import CELLS_AN_HOUR

OPEN = 2 * CELLS_AN_HOUR  # cells that stay open for windows
MOST_PLACES, MOST_NAME_CHARS = 16, 32
KEPT = 0.999  # of what was learned, at each further voice
LEAST_KNOWN = 20.0  # voices from which on it is known where people usually are
LEAST_SHARE = 0.01  # a place where nobody has been yet is no miracle
MOST = 10**15


class Places:
    """Voices on each platform in the last two hours, and the usual share of each.

    `rows[name][-1 - w]` is the total at the start of the cell `w` before the newest, as in
    `heard.Heard`; the total now stands in `totals`.
    """

    __slots__ = ("known", "rows", "totals", "usual")

    def __init__(self) -> None:
        self.rows: dict[str, array[int]] = {}
        self.totals: dict[str, int] = {}
        self.usual: dict[str, float] = {}
        self.known = 0.0  # voices that taught, the older ones less

    def hear(self, platform: str, back: int) -> None:
        """Somebody was unhappy there, so many cells before the newest."""
        name = platform[:MOST_NAME_CHARS]
        if name not in self.rows:
            if len(self.rows) >= MOST_PLACES:
                self._forget()
            self.rows[name] = array("q", bytes(8 * (OPEN + 1)))
            self.totals[name] = 0
        self.totals[name] += 1
        row = self.rows[name]
        for at in range(1, min(back, OPEN + 1) + 1):
            row[-at] += 1

    def _forget(self) -> None:
        """The place where the fewest have been lately, and of these where the fewest ever are."""
        least = min(self.rows, key=lambda name: (self._within(name, OPEN), self.usual.get(name, 0)))
        del self.rows[least], self.totals[least]
        self.usual.pop(least, None)

    def turn(self) -> None:
        """Open the next cell."""
        for name, row in self.rows.items():
            row.append(self.totals[name])
            del row[0]

    def clear(self) -> None:
        """A long silence: nobody was anywhere in the last two hours."""
        for name, row in self.rows.items():
            self.rows[name] = array("q", [self.totals[name]] * len(row))

    def _within(self, name: str, cells: int) -> int:
        return self.totals[name] - self.rows[name][-1 - cells]

    def learn(self, back: int, weight: float) -> None:
        """Take in the cell so many before the newest; weight 0..1: how much of it is believed."""
        came = {
            name: weight * count
            for name, row in self.rows.items()
            if (count := row[-back] - row[-1 - back])
        }
        if not came:
            return
        many = sum(came.values())
        kept = KEPT**many
        self.known = self.known * kept + many
        for name in self.usual:
            self.usual[name] *= kept
        for name, more in came.items():
            self.usual[name] = self.usual.get(name, 0.0) + more

    def oddness(self, cells: int) -> float:
        """How surely people are unhappy in other places than usual, over so many cells, in nats.

        A multinomial's log-likelihood ratio less what chance alone gives, half a nat for each
        place beyond the first; never below 0.0, and 0.0 until the usual places are known.
        """
        if self.known < LEAST_KNOWN or len(self.rows) < 2:
            return 0.0
        counts = {name: self._within(name, cells) for name in self.rows}
        many = sum(counts.values())
        odd = -0.5 * (len(counts) - 1)
        for name, count in counts.items():
            if count:
                share = max(LEAST_SHARE, self.usual.get(name, 0.0) / self.known)
                odd += count * log(count / (many * share))
        return max(0.0, odd)

    def dump(self) -> dict[str, list[object]]:
        """Plain JSON values: of each place what is usual, and its voices in each open cell."""
        return {name: [self.usual.get(name, 0.0), self._steps(name)] for name in self.rows}

    def _steps(self, name: str) -> list[int]:
        ends = [*self.rows[name][1:], self.totals[name]]
        return [end - start for start, end in zip(self.rows[name], ends, strict=True)]

    def load(self, told: Mapping[str, Sequence[object]], known: object) -> None:
        """What `dump` gave, and `known`. Raises ValueError or TypeError for anything else."""
        self.known = _number(known)
        for name, (usual, steps) in list(told.items())[:MOST_PLACES]:
            if not isinstance(steps, list) or len(steps) != OPEN + 1:
                raise ValueError(f"a place has {OPEN + 1} counts")
            total, row = 0, array("q")
            for step in steps:
                row.append(total)
                total += int(_number(step))
            key = name[:MOST_NAME_CHARS]
            self.rows[key], self.totals[key] = row, total
            if weight := _number(usual):
                self.usual[key] = weight


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        raise ValueError(f"{value!r:.40} is no number of voices")
    return value
