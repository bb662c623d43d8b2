"""How long a connection may be silent: whoever opens many and asks nothing keeps nobody out."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

MOST_AT_ONCE = 200  # connections; of more, those go first that ask nothing
ASKS_WITHIN = 5.0  # seconds in which a connection must have asked, headers and all


class Patient(H11Protocol):
    """Uvicorn's connection, which by itself waits for a request as long as anybody likes.

    It waits while nothing is being answered: for the first request, for the rest of one that has
    begun, and for the next one after an answer, where uvicorn ends what stays wholly silent.
    """

    _asks_by: asyncio.TimerHandle | None = None
    _waits_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()
        if len(self.connections) >= MOST_AT_ONCE:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._expect_no_more()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_waiting:
            self._expect_no_more()
        elif self._asks_by is None:  # else it is as slow however many pieces it sends
            self._expect()

    def on_response_complete(self) -> None:
        self._waits_since = self.loop.time()
        super().on_response_complete()

    @property
    def _is_waiting(self) -> bool:
        under_way: RequestResponseCycle | None = self.cycle  # None before the first request
        return under_way is None or under_way.response_complete

    def _expect(self) -> None:
        self._waits_since = self.loop.time()
        self._asks_by = self.loop.call_later(ASKS_WITHIN, self._give_up)

    def _expect_no_more(self) -> None:
        if self._asks_by is not None:
            self._asks_by.cancel()
            self._asks_by = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

    def _make_room(self) -> None:
        """End the one that has asked nothing for longest; where all are being answered, uvicorn
        says 503 to whoever comes."""
        others: list[Any] = [one for one in self.connections if one is not self]
        waiting = [one for one in others if isinstance(one, Patient) and one._is_waiting]
        if waiting:
            longest = min(waiting, key=lambda one: one._waits_since)
            self.connections.discard(longest)  # it ends at the loop's next turn
            longest.transport.abort()
