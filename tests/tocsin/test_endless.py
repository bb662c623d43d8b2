"""An answer without an end: its pieces come as they are sent, and nothing keeps it from ending."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from listener.stream import OpensStreams, StreamClosed, StreamRefused
from listener.wire import AddressRefused, DeadlinePassed, Unreachable
from tests.tocsin.test_wire import HEAD, answering, server
from tocsin import endless
from tocsin.endless import Endless
from tocsin.wire import HttpWire

PATIENT = 20.0  # seconds; only a failing test waits so long


@contextmanager
def opened(port: int, silence: float = PATIENT, timeout: float = PATIENT) -> Iterator[Endless]:
    wire = HttpWire(allowed={f"127.0.0.1:{port}"})
    try:
        yield wire.stream(f"http://127.0.0.1:{port}/", headers={}, timeout=timeout, silence=silence)
    finally:
        wire.close()


def all_of(stream: Endless) -> tuple[bytes, str]:
    """Everything that comes, and how it ended."""
    found = b""
    try:
        while True:
            found += stream.receive(PATIENT) or b""
    except StreamClosed as error:
        return found, str(error)


def test_pieces_come_before_the_answer_is_over() -> None:
    asked = threading.Event()

    def serve(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(HEAD + b"\r\nfirst")
        assert asked.wait(PATIENT)
        connection.sendall(b"second")

    with server(serve) as port, opened(port) as stream:
        assert stream.receive(PATIENT) == b"first"
        assert stream.receive(0) is None
        asked.set()
        assert all_of(stream) == (b"second", "the stream ended")


def test_a_connection_that_breaks_off_says_so_after_what_it_sent() -> None:
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\npost\r\n"
    with server(answering(chunked)) as port, opened(port) as stream:
        assert all_of(stream) == (b"post", "the connection broke off")
        with pytest.raises(StreamClosed):
            stream.receive(0)


def test_silence_ends_it_and_is_named() -> None:
    with server(answering(HEAD + b"\r\nx", hang=True)) as port, opened(port, 0.05) as stream:
        assert all_of(stream) == (b"x", "it was silent for 0.05 s")


def test_a_sign_of_life_keeps_it_open() -> None:
    with server(answering(HEAD + b"\r\n", drip=b"\r")) as port, opened(port, 2.0) as stream:
        assert all(stream.receive(PATIENT) for _ in range(5))


def test_any_other_status_is_a_refusal_with_its_answer() -> None:
    refusal = b"HTTP/1.1 429 x\r\nContent-Length: 6\r\nX-Rate-Limit-Reset: 7\r\n\r\nbusily"
    with server(answering(refusal)) as port, pytest.raises(StreamRefused) as found, opened(port):
        pass
    reply = found.value.reply
    assert (reply.status, reply.body) == (429, b"busily")
    assert reply.headers["x-rate-limit-reset"] == "7"


def test_whoever_does_not_answer_in_time_is_given_up() -> None:
    with (
        server(answering(hang=True)) as port,
        pytest.raises(DeadlinePassed),
        opened(port, timeout=0.05),
    ):
        pass


def test_a_private_address_is_not_reached() -> None:
    wire = HttpWire()
    with pytest.raises(AddressRefused):
        wire.stream("http://127.0.0.1:9/", headers={}, timeout=PATIENT, silence=1)


@pytest.mark.parametrize("by", ["stream", "wire"])
def test_another_thread_ends_it_at_once(by: str) -> None:
    with server(answering(HEAD + b"\r\nx", hang=True)) as port:
        wire = HttpWire(allowed={f"127.0.0.1:{port}"})
        stream = wire.stream(
            f"http://127.0.0.1:{port}/", headers={}, timeout=PATIENT, silence=PATIENT
        )
        assert stream.receive(PATIENT) == b"x"
        closer = threading.Thread(target=stream.close if by == "stream" else wire.close)
        closer.start()
        with pytest.raises(StreamClosed):
            stream.receive(600)
        closer.join(PATIENT)
        stream._thread.join(PATIENT)
        assert not stream._thread.is_alive()
        wire.close()
        with pytest.raises(Unreachable):
            wire.stream(f"http://127.0.0.1:{port}/", headers={}, timeout=PATIENT, silence=1)


def test_a_burst_that_nobody_takes_stays_with_whoever_sends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endless, "MOST_PIECES", 4)
    burst = b"x" * (64 * 1024 * 1024)
    sent = threading.Event()

    def serve(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(HEAD + b"\r\n")
        connection.sendall(burst)
        sent.set()

    with server(serve) as port, opened(port) as stream:
        assert stream.receive(PATIENT)
        assert not sent.wait(0.2)
        assert stream._pieces.qsize() <= endless.MOST_PIECES
        stream.close()


def test_the_daemons_client_opens_streams() -> None:
    assert isinstance(HttpWire(), OpensStreams)
