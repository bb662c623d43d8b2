"""On how many platforms people are unhappy just now, and how far they are seen."""

from math import isfinite

from listener.heard import CELLS_AN_HOUR

HALF = CELLS_AN_HOUR  # cells after which a voice weighs half
MOST_PLATFORMS, MOST_PLATFORM_CHARS = 16, 32
LEAST_WEIGHT, LEAST_SHARE = 2.0, 0.1  # of the lately unhappy, for a platform to be one it is on


class Breadth:
    """The weight of each platform's unhappy people: those lately heard, older ones less."""

    __slots__ = ("platforms",)

    def __init__(self) -> None:
        self.platforms: dict[str, tuple[int, float]] = {}  # name: newest cell, weight then

    def hear(self, platform: str, cell: int) -> None:
        """Somebody was unhappy there; of too many platforms the longest silent is forgotten."""
        name = platform[:MOST_PLATFORM_CHARS]
        newest, weight = self.platforms.get(name, (cell, 0.0))
        if newest == cell and weight:  # most of them
            self.platforms[name] = (cell, weight + 1.0)
            return
        now = max(newest, cell)
        self.platforms[name] = (now, weight * _kept(now - newest) + _kept(now - cell))
        if len(self.platforms) > MOST_PLATFORMS:
            del self.platforms[min(self.platforms, key=lambda one: self.platforms[one][0])]

    def since(self, cell: int) -> int:
        """On how many platforms somebody was unhappy after a cell."""
        return sum(newest > cell for newest, _ in self.platforms.values())

    def many(self, cell: int) -> int:
        """On how many platforms a good part of the unhappy are; 1 while it is in one corner."""
        weights = [w * _kept(cell - newest) for newest, w in self.platforms.values()]
        least = max(LEAST_WEIGHT, LEAST_SHARE * sum(weights))
        return sum(weight >= least for weight in weights)

    def load(self, told: dict[str, object]) -> None:
        """What `platforms` was, or version 1's, which knew the newest cell alone. Raises
        ValueError or TypeError for anything else."""
        for name, entry in list(told.items())[:MOST_PLATFORMS]:
            cell, weight = entry if isinstance(entry, list) else (entry, 1.0)
            if not isinstance(cell, int) or not isinstance(weight, int | float):
                raise ValueError(f"{entry!r:.40} is no platform's")
            if not isfinite(weight) or not 0.0 <= weight <= 1e15:
                raise ValueError(f"{weight!r:.40} is not a weight")
            self.platforms[name[:MOST_PLATFORM_CHARS]] = (cell, float(weight))


def _kept(cells: int) -> float:
    return float(0.5 ** (max(0, cells) / HALF))
