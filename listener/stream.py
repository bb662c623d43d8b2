"""A websocket as a source uses it: open, receive with a limit of time, close from any thread.

The library is imported when the first stream is opened, so that only those who use one need it.
"""

import logging
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import urlsplit

from listener.unreached import unreached
from listener.wire import Reply, WireError

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

KEEP_ALIVE = 20.0  # seconds between two pings; a server that answers none as long is gone
MAX_REFUSAL_BYTES = 65_536
MOVED = "the server sends us to another one; put that address there instead"
MAX_FRAME_BYTES = 4 * 1024 * 1024  # four times the largest record that atproto allows


class StreamClosed(Exception):
    """The stream ended or could not be opened. The text says how, and repeats no post.

    code  why the other side closed it (RFC 6455, 7.4), where it said so.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class StreamRefused(StreamClosed):
    """The server answered the opening with an HTTP status instead of a stream."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"the server refused the stream with HTTP {reply.status}")
        self.reply = reply


class Stream(Protocol):
    """An open stream. Received from by one thread; may be closed by another."""

    def receive(self, timeout: float) -> str | bytes | None:
        """The next frame, or None where none came in time. Raises StreamClosed."""

    def close(self) -> None:
        """End it at once; a thread that is receiving gets StreamClosed."""


@runtime_checkable
class OpensStreams(Protocol):
    """A wire that opens answers without an end as well: HTTP that goes on for days."""

    def stream(
        self, url: str, *, headers: Mapping[str, str], timeout: float, silence: float
    ) -> Stream:
        """Open one; its pieces are bytes as they come, cut anywhere.

        timeout  seconds until it must have begun to answer.
        silence  seconds without a byte after which it is over.
        Raises StreamRefused for any status but 200, WireError where nobody answers.
        """


@runtime_checkable
class Dials(Protocol):
    """A wire that connects for a library which speaks for itself, to an address that it checks."""

    def dial(self, url: str, *, timeout: float) -> socket.socket:
        """A plain connection, without a limit of time, to the host of an http or https address.

        The same look-up is checked and used. Raises WireError.
        """


class TwoWayStream(Stream, Protocol):
    """A stream that is written to as well."""

    def send(self, text: str) -> None:
        """Send one frame of text. Raises StreamClosed."""


class Open(Protocol):
    """Opens a stream."""

    def __call__(
        self, url: str, *, user_agent: str, subprotocol: str | None, timeout: float
    ) -> Stream:
        """Return the open stream within `timeout` seconds. Raises StreamClosed."""


def open_stream(
    url: str,
    *,
    user_agent: str,
    subprotocol: str | None,
    timeout: float,
    headers: Mapping[str, str] | None = None,
    wire: object = None,
) -> TwoWayStream:
    """Open a websocket without compression: a hostile frame must not grow after it was measured.

    headers  sent when it is opened.
    wire     whoever connects, see Dials; one that cannot, or None: any address is reached.
    No redirect is followed, and nothing is taken from the environment: what is said on a stream may
    be a secret, and another address was not checked. Raises StreamClosed.
    """
    from websockets.exceptions import InvalidStatus, WebSocketException
    from websockets.sync.client import connect
    from websockets.typing import Subprotocol

    talk = logging.getLogger("websockets.client")
    if talk.isEnabledFor(logging.DEBUG):  # it would write the headers, and so a token, into the log
        talk.setLevel(logging.INFO)
    connected = _connected(url, timeout, wire)
    try:
        # Entered like a context, which is what the library promises to keep; we close it ourselves.
        connection = ExitStack().enter_context(
            connect(
                url,
                sock=connected,
                subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
                compression=None,
                user_agent_header=user_agent,
                additional_headers=headers,
                open_timeout=timeout,
                ping_interval=KEEP_ALIVE,
                ping_timeout=KEEP_ALIVE,
                close_timeout=1,  # a shutdown waits for nobody
                max_size=MAX_FRAME_BYTES,
            )
        )
    except InvalidStatus as error:
        answer = error.response
        headers = {name.lower(): value for name, value in answer.headers.raw_items()}
        body = bytes(answer.body or b"")[:MAX_REFUSAL_BYTES]
        raise StreamRefused(Reply(answer.status_code, headers, body)) from None
    except (WebSocketException, OSError, EOFError, ValueError) as error:
        connected.close()
        if isinstance(error.__cause__, InvalidStatus):  # a redirect, which the socket is not for
            raise StreamClosed(MOVED) from None
        raise StreamClosed(f"the stream could not be opened: {unreached(error)}") from None
    return _Websocket(connection, (WebSocketException, OSError, EOFError))


def _connected(url: str, timeout: float, wire: object) -> socket.socket:
    """A connection to where the stream is."""
    try:
        parts = urlsplit(url)
        if isinstance(wire, Dials):
            return wire.dial(url.replace("ws", "http", 1), timeout=timeout)
        port = parts.port or (443 if parts.scheme == "wss" else 80)
        connected = socket.create_connection((parts.hostname or "", port), timeout)
    except WireError as error:
        raise StreamClosed(f"the stream could not be opened: {error}") from None
    except (OSError, ValueError) as error:
        raise StreamClosed(f"the stream could not be opened: {unreached(error)}") from None
    connected.settimeout(None)
    return connected


class Opening:
    """Opens streams in threads of their own: a handshake that hangs must not hold up a shutdown."""

    def __init__(self) -> None:
        self._end: Future[Stream] = Future()
        self._is_given_up = False

    def open(self, opener: Callable[[], Stream]) -> Stream:
        """What `opener` returns or raises. Raises StreamClosed as soon as it is given up."""
        end: Future[Stream] = Future()
        self._end = end
        if self._is_given_up:
            end.cancel()
        threading.Thread(target=_open, args=(opener, end), name="opening", daemon=True).start()
        try:
            return end.result()
        except CancelledError:
            raise StreamClosed("the stream was given up while it was opened") from None

    def give_up(self) -> None:
        """End a call of `open`, and any later one; what it opens is closed. From any thread."""
        self._is_given_up = True
        self._end.cancel()


def _open(opener: Callable[[], Stream], end: "Future[Stream]") -> None:
    try:
        stream = opener()
    except BaseException as error:  # noqa: BLE001  raised where it is waited for
        with suppress(InvalidStateError):
            end.set_exception(error)
        return
    try:
        end.set_result(stream)
    except InvalidStateError:  # nobody waits for it any more
        stream.close()


class _Websocket:
    def __init__(self, connection: "ClientConnection", closed: tuple[type[Exception], ...]) -> None:
        self._connection = connection
        self._closed = closed

    def receive(self, timeout: float) -> str | bytes | None:
        try:
            return self._connection.recv(timeout)
        except TimeoutError:
            return None
        except self._closed as error:
            raise StreamClosed(f"the stream ended: {_reason(error)}", _code(error)) from None

    def send(self, text: str) -> None:
        try:
            self._connection.send(text)
        except self._closed as error:
            raise StreamClosed(f"the stream ended: {_reason(error)}", _code(error)) from None

    def close(self) -> None:
        self._connection.close()


def _reason(error: Exception) -> str:
    """The close code where there is one; the words of the other side are not repeated."""
    code = _code(error)
    return f"code {code}" if code is not None else type(error).__name__


def _code(error: Exception) -> int | None:
    frame = getattr(error, "rcvd", None)
    return int(frame.code) if frame is not None else None
