"""An HTTP answer that has no end, read by a thread of its own into a queue that has one.

Only `tocsin.wire` makes these. The thread waits on the socket, so that whoever listens may wait as
long as it likes and no longer; where nobody takes the pieces, the thread stops reading and the
other side is slowed down, so that no burst fills the memory.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress

import httpcore2

from listener.stream import StreamClosed, StreamRefused
from listener.wire import DeadlinePassed, Reply, Unreachable, WireError
from tocsin.pinned import Register, Stream, Timer

MOST_PIECES = 64  # that wait to be taken, each of at most 64 KiB
LOOK = 0.2  # seconds between two looks whether a full queue is still wanted
GRACE = 1.0  # seconds beyond its own deadline that an opening may take to say so


class Patience(Timer):
    """A limit in all while a stream is opened; from then on one for each silence."""

    def __init__(self, timeout: float, silence: float, monotonic: Callable[[], float]) -> None:
        super().__init__(timeout, monotonic)
        self.timeout = timeout
        self.silence = silence
        self._is_open = False

    def opened(self) -> None:
        """The answer has begun."""
        self._is_open = True

    def left(self) -> float:
        """Seconds that the next step may take."""
        return self.silence if self._is_open else super().left()


Answer = Callable[[Register], AbstractContextManager[httpcore2.Response]]


class Endless:
    """See `listener.stream.Stream`. Made by one thread, which also receives; closed by any."""

    def __init__(
        self,
        place: str,
        answer: Answer,
        refused: Callable[[httpcore2.Response], Reply],
        patience: Patience,
        register: Register,
    ) -> None:
        """Open it. Raises StreamRefused and WireError."""
        self._place = place
        self._answer, self._refused = answer, refused
        self._patience, self._register = patience, register
        self._pieces: queue.Queue[bytes | None] = queue.Queue(MOST_PIECES)
        self._opened: Future[None] = Future()
        self._over = threading.Event()
        self._why = "the stream was closed"
        self._socket: Stream | None = None
        self._thread = threading.Thread(target=self._pump, name=f"stream {place}", daemon=True)
        self._thread.start()
        try:
            self._opened.result(patience.timeout + GRACE)
        except TimeoutError:
            self.close()
            raise DeadlinePassed(f"{place}: no stream was opened in time") from None
        except BaseException:
            self.close()
            raise

    def receive(self, timeout: float) -> bytes | None:
        """The next piece, or None where none came in time. Raises StreamClosed at its end."""
        if self._over.is_set() and self._pieces.empty():
            raise StreamClosed(self._why)
        try:
            piece = self._pieces.get(timeout=max(0.0, timeout))
        except queue.Empty:
            return None
        if piece is None:
            self._over.set()
            raise StreamClosed(self._why)
        return piece

    def close(self) -> None:
        """End it at once; a thread that is receiving gets StreamClosed."""
        self._over.set()
        if self._socket is not None:
            self._socket.abort()
        with suppress(queue.Full):
            self._pieces.put_nowait(None)

    # --------------------------------------------------------- where open connections are kept
    def add(self, stream: Stream) -> bool:
        """See `tocsin.pinned.Register`; the wire keeps it too, and can end it with all others."""
        self._socket = stream
        return not self._over.is_set() and self._register.add(stream)

    def discard(self, stream: Stream) -> None:
        """It is closed."""
        self._register.discard(stream)

    # ------------------------------------------------------------------------- in the thread
    def _pump(self) -> None:
        try:
            self._read()
        except (WireError, StreamRefused) as error:
            self._end(error)
        except Exception as error:  # noqa: BLE001  a thread's edge: its listener must learn of it
            self._end(Unreachable(f"{self._place}: {type(error).__name__}"))

    def _read(self) -> None:
        with self._answer(self) as response:
            if response.status != 200:
                raise StreamRefused(self._refused(response))
            self._patience.opened()
            self._opened.set_result(None)
            for piece in response.iter_stream():
                if piece and not self._put(piece):
                    return
        self._why = "the stream ended"
        self._put(None)

    def _end(self, error: Exception) -> None:
        if not self._opened.done():
            self._opened.set_exception(error)
            return
        silent = isinstance(error, DeadlinePassed)
        seconds = f"{self._patience.silence:g} s"
        self._why = f"it was silent for {seconds}" if silent else "the connection broke off"
        self._put(None)

    def _put(self, piece: bytes | None) -> bool:
        """Wait until there is room; False where nobody wants it any more."""
        while not self._over.is_set():
            with suppress(queue.Full):
                self._pieces.put(piece, timeout=LOOK)
                return True
        return False
