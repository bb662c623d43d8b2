"""The address of the web application is ours, or it is told why not."""

import socket

import pytest
from starlette.responses import PlainTextResponse

from tocsin.web import CannotListen, Server


def a_server(host: str, port: int) -> Server:
    return Server(PlainTextResponse("ours"), host, port)


def test_an_address_that_is_taken_is_refused_before_anything_is_served() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(CannotListen, match="is in use by another program"),
    ):
        a_server("127.0.0.1", taken.getsockname()[1]).bind()


def test_what_is_bound_is_nobody_elses_until_it_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ours = a_server("127.0.0.1", port)
    ours.bind()
    with pytest.raises(CannotListen):
        a_server("127.0.0.1", port).bind()
    ours.start()
    ours.stop()
    assert ours.join(20.0)
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_name_that_is_no_address_here_is_told_as_such() -> None:
    with pytest.raises(CannotListen, match="is no address of this machine"):
        a_server("192.0.2.1", 8787).bind()
