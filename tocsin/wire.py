"""The one outgoing HTTP client: every request has a deadline, a size limit and a checked address.

It stands on httpx2's own transport, httpcore2, one connection a request: the client above it would
keep cookies, write whole URLs into the log and look an address up again after it was checked.
Nothing is taken from the environment: a proxy would make the address check meaningless.
"""

import contextlib
import copy
import logging
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping

import httpcore2
import httpx2

from listener.wire import (
    DEFAULT_LIMIT,
    BrokeOff,
    DeadlinePassed,
    NeverWhole,
    NobodyListens,
    Reply,
    TooLarge,
    Unreachable,
)
from tocsin.addresses import Target, target_of
from tocsin.endless import Endless, Patience
from tocsin.pinned import PinnedBackend, Register, Resolver, Stream, Timer, look_up

MAX_REFUSAL_BYTES = 65_536  # of the answer of whoever opens no stream
MAX_REDIRECTS = 10  # whatever a caller asks for
PIECE = 65_536  # bytes decoded at once, so that a bomb is stopped within one piece of its limit
MOVED = frozenset({301, 302, 303, 307, 308})
# All that may follow a redirect to another origin; everything else may be a credential.
_HARMLESS = frozenset(
    {"accept", "accept-language", "user-agent", "if-none-match", "if-modified-since"}
)

# At DEBUG it would write answers' headers, cookies among them, into the log.
logging.getLogger("httpcore2").setLevel(logging.INFO)


class HttpWire:
    """The `listener.wire.Wire` of the daemon. Safe to use from several threads at once.

    resolver  gives every address of a host; each must be public.
    allowed   `host:port` of private hosts that the operator declared; no redirect from a public
              host leads there.
    tls       default: the system's certificates, names checked.
    """

    def __init__(
        self,
        *,
        resolver: Resolver = look_up,
        allowed: Iterable[str] = (),
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._resolver = resolver
        self._allowed = frozenset(place.lower() for place in allowed)
        self._tls = tls or httpx2.create_ssl_context(trust_env=False)
        self._monotonic = monotonic
        self._connections = _Connections()

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        deadline: float = 30.0,
        limit: int = DEFAULT_LIMIT,
        redirects: int = 0,
    ) -> Reply:
        """Send one request; see `listener.wire.Wire`."""
        timer = Timer(deadline, self._monotonic)
        target, sent = target_of(url), dict(headers or {})
        allowed = self._allowed_by(target)
        for _ in range(min(redirects, MAX_REDIRECTS) + 1):
            reply = self._send(method, target, sent, body, timer, limit, allowed)
            location = reply.headers.get("location", "")
            if reply.status not in MOVED or not location or redirects <= 0:
                return reply
            following = target.joined(location)
            if following.origin != target.origin:
                sent = {name: sent[name] for name in sent if name.lower() in _HARMLESS}
                body = None
            if body is None or reply.status == 303:
                method, body = ("HEAD" if method == "HEAD" else "GET"), None
            target = following
        return reply

    def stream(
        self, url: str, *, headers: Mapping[str, str], timeout: float, silence: float
    ) -> Endless:
        """Open an answer that has no end; see `listener.stream.OpensStreams`."""
        patience, target = Patience(timeout, silence, self._monotonic), target_of(url)

        @contextlib.contextmanager
        def answer(register: Register) -> Iterator[httpcore2.Response]:
            connection = self._connection(target, patience, self._allowed, register)
            sent = _headers_of(target, headers, packing="identity")
            with (
                _told(target),
                contextlib.closing(connection),
                connection.stream(
                    "GET",
                    _url_of(target),
                    headers=sent,
                    extensions={"timeout": {"connect": patience.left()}},
                ) as response,
            ):
                yield response

        def refused(response: httpcore2.Response) -> Reply:
            return _read(response, patience, MAX_REFUSAL_BYTES, target)

        return Endless(target.place, answer, refused, patience, self._connections)

    def dial(self, url: str, *, timeout: float) -> socket.socket:
        """Connect, for a library that speaks for itself; see `listener.stream.Dials`.

        Whoever asked ends the connection; `close` lets none be opened any more.
        """
        target, timer = target_of(url), Timer(timeout, self._monotonic)
        backend = PinnedBackend(target, timer, self._resolver, self._allowed, self._connections)
        with _told(target):
            stream = backend.connect_tcp()
        self._connections.discard(stream)
        (connected := stream.get_extra_info("socket")).settimeout(None)
        return connected  # type: ignore[no-any-return]

    def at_the_word_of(self, url: str) -> "HttpWire":
        """See `listener.wire.Guarded`; `close` of either ends the requests of both."""
        wire = copy.copy(self)
        wire._allowed = self._allowed_by(target_of(url))
        return wire

    def _allowed_by(self, named_by: Target) -> frozenset[str]:
        """No stranger's word leads to a private host, declared or not."""
        return self._allowed if named_by.place in self._allowed else frozenset()

    def close(self) -> None:
        """End every request and stream that is under way, and refuse new ones."""
        self._connections.close()

    def _send(
        self,
        method: str,
        target: Target,
        headers: Mapping[str, str],
        body: bytes | None,
        timer: Timer,
        limit: int,
        allowed: frozenset[str],
    ) -> Reply:
        connection = self._connection(target, timer, allowed, self._connections)
        with (
            _told(target),
            contextlib.closing(connection),
            connection.stream(
                method,
                _url_of(target),
                headers=_headers_of(target, headers),
                content=body,
                extensions={"timeout": {"connect": timer.left()}},
            ) as response,
            _begun(response.status, target),
        ):
            return _read(response, timer, limit, target)

    def _connection(
        self, target: Target, timer: Timer, allowed: frozenset[str], register: Register
    ) -> httpcore2.HTTPConnection:
        return httpcore2.HTTPConnection(
            origin=httpcore2.Origin(target.scheme.encode(), target.host.encode(), target.port),
            ssl_context=self._tls,
            network_backend=PinnedBackend(target, timer, self._resolver, allowed, register),
        )


@contextlib.contextmanager
def _told(target: Target) -> Iterator[None]:
    """Let nothing but WireError out of the block, with no text that could repeat a header."""
    try:
        yield
    except httpcore2.TimeoutException:
        raise DeadlinePassed(f"{target.place}: no complete answer in time") from None
    # The texts of the library's errors can repeat a header's value: only their kind is told.
    except (httpcore2.ConnectError, httpcore2.ReadError, httpcore2.WriteError) as error:
        kind = NobodyListens if _is_refused(error) else Unreachable
        raise kind(f"{target.place}: {_why(error)}") from None
    except httpcore2.RemoteProtocolError:
        raise Unreachable(f"{target.place}: the answer broke off or is not HTTP") from None
    except (httpcore2.LocalProtocolError, ValueError, TypeError):
        raise Unreachable(f"{target.place}: the request has a header nobody may send") from None


@contextlib.contextmanager
def _begun(status: int, target: Target) -> Iterator[None]:
    """Tell what fails once a successful answer has begun from what brought none at all."""
    try:
        with _told(target):
            yield
    except (DeadlinePassed, Unreachable) as error:
        if status >= 300:
            raise
        kind = NeverWhole if isinstance(error, DeadlinePassed) else BrokeOff
        raise kind(str(error)) from None


def _url_of(target: Target) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=target.scheme, host=target.host, port=target.port, target=target.path
    )


def _headers_of(
    target: Target, headers: Mapping[str, str], packing: str = "gzip"
) -> list[tuple[bytes | str, bytes | str]]:
    """The caller's headers, and those that this client answers for."""
    ours = {"host", "accept-encoding", "connection", "content-length", "transfer-encoding"}
    given = {name: value for name, value in headers.items() if name.lower() not in ours}
    standard = target.place.rsplit(":", 1)[0]
    default = target.port == (443 if target.scheme == "https" else 80)
    return [
        ("Host", standard if default else target.place),
        ("Accept-Encoding", packing),
        ("Connection", "close"),
        *given.items(),
    ]


def _read(response: httpcore2.Response, timer: Timer, limit: int, target: Target) -> Reply:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    packing = headers.pop("content-encoding", "")
    headers.pop("transfer-encoding", None)
    if packing:
        headers.pop("content-length", None)
    body = bytearray()
    for piece in _decoded(response, packing, target):
        timer.left()
        body += piece
        if len(body) > limit:
            raise TooLarge(f"{target.place}: the answer is over {limit} bytes")
    return Reply(response.status, headers, bytes(body))


def _decoded(response: httpcore2.Response, encoding: str, target: Target) -> Iterator[bytes]:
    """The body's bytes, unpacked a piece at a time. Raises Unreachable where that fails."""
    named = encoding.strip().lower()
    if named in {"", "identity"}:
        yield from response.iter_stream()
        return
    if named not in {"gzip", "x-gzip"}:
        raise Unreachable(f"{target.place}: the answer is packed in a way we did not ask for")
    try:
        yield from _unzipped(response.iter_stream())
    except (zlib.error, EOFError):
        raise Unreachable(f"{target.place}: the packed answer is damaged or cut short") from None


def _unzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip, one member after another, never more than PIECE at once."""
    unpacker, started = zlib.decompressobj(zlib.MAX_WBITS | 16), False
    for chunk in chunks:
        waiting, piece = chunk, b""
        # A full piece may have more behind it, even when all input is consumed.
        while waiting or len(piece) == PIECE:
            if unpacker.eof:
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            started = True
            piece = unpacker.decompress(waiting, PIECE)
            yield piece
            waiting = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            if unpacker.eof and not waiting:
                break
    if started and not unpacker.eof:
        raise EOFError


class _Connections:
    """The connections that are open now, so that `close` can end them from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[Stream] = set()
        self._closed = False

    def add(self, stream: Stream) -> bool:
        with self._lock:
            if not self._closed:
                self._open.add(stream)
            return not self._closed

    def discard(self, stream: Stream) -> None:
        with self._lock:
            self._open.discard(stream)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            streams = list(self._open)
        for stream in streams:
            stream.abort()


def _is_refused(error: BaseException) -> bool:
    """Is what the library wrapped a refused connection?"""
    below = error.__cause__ or error.__context__
    return isinstance(below, ConnectionRefusedError)


def _why(error: Exception) -> str:
    """The reason of a failed connection in a few words; it names at most the host."""
    return " ".join(str(error).split())[:200] or "the connection failed"
