"""A server that is not reached is told of in words, and never in those of the error itself."""

import socket
import ssl

import pytest

from listener.stream import StreamClosed, open_stream
from listener.unreached import unreached

SECRET = "token-hunter2"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(-2, SECRET), "the name cannot be looked up"),
        (TimeoutError(SECRET), "it does not answer in time"),
        (ConnectionRefusedError(111, SECRET), "it refuses connections"),
        (ConnectionResetError(104, SECRET), "the connection broke off"),
        (ssl.SSLCertVerificationError(SECRET), "its certificate is not good for that name"),
        (OSError(113, SECRET), "OSError"),
    ],
)
def test_what_failed_is_said_by_its_kind(error: Exception, said: str) -> None:
    assert unreached(error) == said


def test_a_stream_whose_name_nobody_knows_says_so_without_pythons_word_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_: object, **__: object) -> socket.socket:
        raise socket.gaierror(-2, SECRET)

    monkeypatch.setattr(socket, "create_connection", unknown)
    with pytest.raises(StreamClosed, match="opened: the name cannot be looked up") as told:
        open_stream("wss://stream.example/live", timeout=5, user_agent="tests", subprotocol=None)
    assert "gaierror" not in str(told.value)
