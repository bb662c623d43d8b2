"""Connections of which the address was checked and every step ends by the request's deadline.

Only `tocsin.wire` uses this; it is the part that httpcore2 calls back.
"""

import contextlib
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import httpcore2

from listener.wire import UnknownName, Unreachable
from tocsin.addresses import Target, check_addresses, check_target

Resolver = Callable[[str, int], list[str]]

MAX_ADDRESSES = 8  # of one host, tried in turn
WRITE_PIECE = 16_384  # bytes sent under one timeout


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Timer:
    """What is left of a request's time."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._ends = monotonic() + seconds
        self._monotonic = monotonic

    def left(self) -> float:
        """Seconds to go, above zero. Raises the library's own timeout once they are spent."""
        left = self._ends - self._monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left


class Register(Protocol):
    """Where open connections are kept, so that another thread can end them."""

    def add(self, stream: "Stream") -> bool:
        """Keep it; False where no connection may be opened any more."""

    def discard(self, stream: "Stream") -> None: ...


class Stream(httpcore2.NetworkStream):
    """A connection of which every step is bounded by the rest of the request's time."""

    def __init__(self, inner: httpcore2.NetworkStream, timer: Timer, register: Register) -> None:
        self._inner = inner
        self._timer = timer
        self._register = register
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._aborted = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._timer.left())
        if self._aborted:  # else the end of the connection could pass for the end of the answer
            raise httpcore2.ReadError("this client was closed")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), WRITE_PIECE):
            self._inner.write(buffer[start : start + WRITE_PIECE], self._timer.left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        self._inner = self._inner.start_tls(ssl_context, server_hostname, self._timer.left())
        self._socket = self._inner.get_extra_info("socket")
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def close(self) -> None:
        self._register.discard(self)
        self._inner.close()

    def abort(self) -> None:
        """Wake the thread that waits on this connection; that thread then closes it."""
        self._aborted = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


class PinnedBackend(httpcore2.NetworkBackend):
    """Connects to the address that was checked, whatever the name says a moment later."""

    def __init__(
        self,
        target: Target,
        timer: Timer,
        resolver: Resolver,
        allowed: frozenset[str],
        register: Register,
    ) -> None:
        self._target = target
        self._timer = timer
        self._resolver = resolver
        self._allowed = allowed
        self._register = register

    def connect_tcp(self, *_: Any, **__: Any) -> Stream:
        """Look the host up, check every answer, and connect to one of them."""
        check_target(self._target, self._allowed)
        addresses = self._addresses()
        check_addresses(self._target, addresses, self._allowed)
        stream = Stream(self._connected(addresses[:MAX_ADDRESSES]), self._timer, self._register)
        if not self._register.add(stream):
            stream.close()
            raise Unreachable(f"{self._target.place}: this client was closed")
        return stream

    def _connected(self, addresses: list[str]) -> httpcore2.NetworkStream:
        """The first address that answers; a silent one may use its share of the time only."""
        *others, last = addresses
        for address, share in _shares(others):
            with contextlib.suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return self._dial(address, self._timer.left() / share)
        return self._dial(last, self._timer.left())

    def _dial(self, address: str, timeout: float) -> httpcore2.NetworkStream:
        return httpcore2.SyncBackend().connect_tcp(
            address, self._target.port, timeout, socket_options=()
        )

    def _addresses(self) -> list[str]:
        """Resolve within the deadline. A lookup has no timeout of its own, so it gets a thread."""
        answer: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self._resolver(self._target.host, self._target.port))
            except Exception:  # noqa: BLE001  whatever a resolver raises, the host is not found
                answer.put(None)

        threading.Thread(target=ask, name="look-up", daemon=True).start()
        try:
            addresses = answer.get(timeout=self._timer.left())
        except queue.Empty:
            raise httpcore2.ConnectTimeout from None
        if not addresses:
            raise UnknownName(f"{self._target.place}: the name cannot be looked up")
        return addresses


def _shares(others: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each address with the number of addresses that still share the time, itself included."""
    waiting = list(others)
    for tried, address in enumerate(waiting):
        yield address, len(waiting) - tried + 1
