"""A firestorm measure for each topic of each brand, as many as there is room for."""

from collections import OrderedDict

from listener.spread import Sensitivity, Signal, Spread, Voice

MOST_TOPICS = 2_000  # remembered over all brands; the longest silent is forgotten first
MOST_NAME_CHARS = 128

Key = tuple[str, str]


class Topics:
    """Listens to brands by topic. A topic is measured from its first unhappy voice on: most of a
    brand's topics never have one, and cost nothing. Not for several threads."""

    def __init__(self, most: int = MOST_TOPICS) -> None:
        self._most = most
        self._spreads: OrderedDict[Key, Spread] = OrderedDict()

    def __len__(self) -> int:
        return len(self._spreads)

    def hear(
        self,
        brand: str,
        topic: str,
        voice: Voice,
        now: float | None = None,
        sensitivity: Sensitivity = "normal",
    ) -> Signal | None:
        """Count a post about a brand's topic; the signal that it sets off, if any.

        sensitivity  of a topic that is new; one that is known keeps its own.
        Raises ValueError for an unknown sensitivity, and nothing else.
        """
        key = (brand[:MOST_NAME_CHARS], topic[:MOST_NAME_CHARS])
        spread = self._spreads.get(key)
        if spread is None:
            if not voice.unhappy:
                return None
            spread = self._spreads[key] = Spread(sensitivity)
            if len(self._spreads) > self._most:
                self._spreads.popitem(last=False)
        self._spreads.move_to_end(key)
        return spread.hear(voice, now)

    def of(self, brand: str, topic: str) -> Spread | None:
        """A topic's measure, where there is one."""
        return self._spreads.get((brand[:MOST_NAME_CHARS], topic[:MOST_NAME_CHARS]))

    def outage(self, since: float, until: float) -> None:
        """A source was down: this time teaches no topic what is usual. Unix seconds."""
        for spread in self._spreads.values():
            spread.outage(since, until)
