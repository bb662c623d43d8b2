"""The one door to the outside: deadline, size, addresses, redirects, and what it never tells."""

import gzip
import logging
import socket
import ssl
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from listener.wire import (
    AddressRefused,
    BrokeOff,
    DeadlinePassed,
    NeverWhole,
    NobodyListens,
    Reply,
    TooLarge,
    UnknownName,
    Unreachable,
    WireError,
    at_the_word_of,
)
from tocsin.addresses import Target, check_addresses
from tocsin.wire import HttpWire

SHORT = 0.4  # seconds; a deadline that these tests let pass


@pytest.fixture
def wire(httpserver: HTTPServer) -> Iterator[HttpWire]:
    wire = HttpWire(allowed={f"localhost:{httpserver.port}"})
    yield wire
    wire.close()


@contextmanager
def server(
    serve: Callable[[socket.socket, threading.Event], None],
    listening: socket.socket | None = None,
) -> Iterator[int]:
    """A raw server on loopback: `serve` handles each connection until the event is set."""
    over = threading.Event()
    listening = listening or socket.create_server(("127.0.0.1", 0))

    def handle(connection: socket.socket) -> None:
        with connection:
            try:
                serve(connection, over)
            except OSError:
                return

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def fetched(port: int, deadline: float = 5.0, limit: int = 1_000_000) -> bytes:
    wire = HttpWire(allowed={f"127.0.0.1:{port}"})
    try:
        return wire.request(
            "GET", f"http://127.0.0.1:{port}/?key=hunter2", deadline=deadline, limit=limit
        ).body
    finally:
        wire.close()


def answering(*pieces: bytes, drip: bytes = b"", hang: bool = False):
    """A server that sends the pieces, then one byte of `drip` again and again, or nothing."""

    def serve(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        for piece in pieces:
            connection.sendall(piece)
        while drip and not over.wait(0.05):
            connection.sendall(drip)
        if hang:
            over.wait(30)

    return serve


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def test_an_answer_comes_whole_with_lower_case_headers(httpserver, wire) -> None:
    def answer(request: Request) -> Response:
        assert request.data == b"question"
        assert request.headers["X-Ours"] == "1"
        return Response(b"answer", 418, [("X-One", "a"), ("X-One", "b")])

    httpserver.expect_request("/x", method="POST").respond_with_handler(answer)
    reply = wire.request(
        "POST", httpserver.url_for("/x?q=1"), headers={"X-Ours": "1"}, body=b"question"
    )
    assert (reply.status, reply.body, reply.headers["x-one"]) == (418, b"answer", "a, b")


@pytest.mark.parametrize(
    "serve",
    [
        pytest.param(answering(HEAD + b"\r\n", drip=b"x"), id="a body that drips"),
        pytest.param(answering(b"HTTP/1.1 200 OK\r\nX: ", drip=b"x"), id="headers that drip"),
        pytest.param(answering(HEAD + b"Content-Length: 9\r\n\r\n", hang=True), id="silence"),
        pytest.param(answering(hang=True), id="no answer at all"),
        pytest.param(
            answering(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", drip=b"1\r\nx\r\n"),
            id="a body without end",
        ),
    ],
)
def test_the_deadline_bounds_everything(serve) -> None:
    with server(serve) as port, pytest.raises(DeadlinePassed, match=f"127.0.0.1:{port}") as error:
        fetched(port, deadline=SHORT)
    assert "hunter2" not in str(error.value)


def test_a_lookup_that_hangs_ends_at_the_deadline() -> None:
    over = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        over.wait(30)
        return []

    wire = HttpWire(resolver=hanging)
    try:
        with pytest.raises(DeadlinePassed):
            wire.request("GET", "https://slow.example/", deadline=SHORT)
    finally:
        over.set()


def gzipped(body: bytes) -> bytes:
    return HEAD + b"Content-Encoding: gzip\r\n\r\n" + body


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(
            gzipped(gzip.compress(b"\0" * 50_000_000)), TooLarge, id="a bomb is over the limit"
        ),
        pytest.param(HEAD + b"\r\n" + b"x" * 1_000_001, TooLarge, id="so is a plain long body"),
        pytest.param(
            HEAD + b"Content-Length: 9\r\n\r\nshort", Unreachable, id="a short body is no answer"
        ),
        pytest.param(
            gzipped(gzip.compress(b"x" * 99)[:-9]), Unreachable, id="nor is a cut packed body"
        ),
        pytest.param(gzipped(b"not gzip"), Unreachable, id="nor is a damaged packed body"),
        pytest.param(
            HEAD + b"Content-Encoding: br\r\n\r\nx", Unreachable, id="nor is an unknown packing"
        ),
        pytest.param(b"SSH-2.0-OpenSSH\r\n\r\n", Unreachable, id="nor is another protocol"),
        pytest.param(b"", Unreachable, id="nor is a closed connection"),
        pytest.param(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", Unreachable, id="nor are bad chunks"
        ),
        pytest.param(
            HEAD + b"X: y\r\n" * 30_000 + b"\r\n", Unreachable, id="nor are headers without end"
        ),
    ],
)
def test_a_bad_answer_is_refused(answer: bytes, error: type[WireError]) -> None:
    with server(answering(answer)) as port, pytest.raises(error, match=r"127\.0\.0\.1") as raised:
        fetched(port)
    assert "hunter2" not in str(raised.value)


BAD = b"HTTP/1.1 503 Busy\r\n"


@pytest.mark.parametrize(
    ("serve", "error"),
    [
        pytest.param(answering(HEAD + b"\r\n", drip=b"x"), NeverWhole, id="it drips"),
        pytest.param(answering(HEAD + b"Content-Length: 9\r\n\r\nx"), BrokeOff, id="it is short"),
        pytest.param(answering(gzipped(b"not gzip")), BrokeOff, id="it is packed badly"),
        pytest.param(answering(hang=True), DeadlinePassed, id="there was none"),
        pytest.param(answering(b"HTTP/1.1 200 OK\r\nX: ", drip=b"x"), DeadlinePassed, id="a head"),
        pytest.param(answering(b""), Unreachable, id="it was hung up on"),
        pytest.param(answering(BAD + b"\r\n", drip=b"x"), DeadlinePassed, id="a refusal drips"),
        pytest.param(answering(BAD + b"Content-Length: 9\r\n\r\nx"), Unreachable, id="and breaks"),
    ],
)
def test_what_may_have_been_charged_is_told_from_what_brought_no_answer(
    serve, error: type[WireError]
) -> None:
    with server(serve) as port, pytest.raises(WireError, match=f"127.0.0.1:{port}") as raised:
        fetched(port, deadline=SHORT)
    assert type(raised.value) is error
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 700_000])
def test_a_packed_body_is_unpacked_to_the_byte(size: int) -> None:
    body = bytes(index % 251 for index in range(size))
    with server(answering(gzipped(gzip.compress(body)))) as port:
        assert fetched(port) == body


def test_a_packed_body_may_have_several_members() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    with server(answering(gzipped(body))) as port:
        assert fetched(port) == b"one two"


def test_raw_deflate_is_not_mistaken_for_gzip() -> None:
    with server(answering(gzipped(zlib.compress(b"x")))) as port, pytest.raises(Unreachable):
        fetched(port)


def test_a_redirect_is_not_followed_unless_told(httpserver, wire) -> None:
    httpserver.expect_request("/a").respond_with_data(status=302, headers={"Location": "/b"})
    reply = wire.request("GET", httpserver.url_for("/a"))
    assert (reply.status, reply.headers["location"]) == (302, "/b")


def test_redirects_are_followed_as_far_as_told(httpserver, wire) -> None:
    httpserver.expect_request("/a").respond_with_data(status=302, headers={"Location": "/b"})
    httpserver.expect_request("/b").respond_with_data(status=301, headers={"Location": "/c"})
    httpserver.expect_request("/c").respond_with_data("there")
    assert wire.request("GET", httpserver.url_for("/a"), redirects=1).status == 301
    assert wire.request("GET", httpserver.url_for("/a"), redirects=2).body == b"there"


def test_a_redirect_to_a_private_address_is_refused(httpserver, wire) -> None:
    for place in ("http://127.0.0.1:9/", "http://[::1]:8080/", "file:///etc/passwd"):
        httpserver.clear()
        httpserver.expect_request("/a").respond_with_data(status=302, headers={"Location": place})
        with pytest.raises(AddressRefused):
            wire.request("GET", httpserver.url_for("/a"), redirects=3)


def test_a_strangers_redirect_never_leads_to_a_declared_private_host(httpserver, monkeypatch):
    def public_is_trusted(target: Target, addresses: list[str], allowed: frozenset[str]) -> None:
        if target.host != "public.example":
            check_addresses(target, addresses, allowed)

    monkeypatch.setattr("tocsin.pinned.check_addresses", public_is_trusted)
    private = f"http://localhost:{httpserver.port}/b"
    httpserver.expect_request("/a").respond_with_data(status=302, headers={"Location": private})
    httpserver.expect_request("/b").respond_with_data("secret")
    wire = HttpWire(
        resolver=lambda host, port: ["127.0.0.1"], allowed={f"localhost:{httpserver.port}"}
    )
    assert wire.request("GET", private).body == b"secret"
    with pytest.raises(AddressRefused, match="private name"):
        wire.request("GET", f"http://public.example:{httpserver.port}/a", redirects=3)


def test_an_address_that_a_stranger_names_is_never_a_declared_private_host(httpserver) -> None:
    httpserver.expect_request("/").respond_with_data("the desk")
    desk = f"127.0.0.1:{httpserver.port}"
    url, own = f"http://{desk}/", "http://our.internal:3000"
    wire = HttpWire(allowed={desk, "our.internal:3000"})
    for stranger in ("https://there.example", "http://our.internal:4000"):
        named = at_the_word_of(wire, stranger)
        with pytest.raises(AddressRefused):
            named.request("GET", url)
        with pytest.raises(AddressRefused):
            named.dial(url, timeout=SHORT)
    assert at_the_word_of(wire, own).request("GET", url).body == b"the desk"
    assert wire.request("GET", url).body == b"the desk"
    wire.close()
    with pytest.raises(WireError, match="closed"):
        at_the_word_of(wire, own).request("GET", url)


def test_credentials_and_body_do_not_follow_a_redirect_elsewhere(httpserver) -> None:
    httpserver.expect_request("/a").respond_with_data(
        status=307, headers={"Location": f"http://127.0.0.1:{httpserver.port}/b"}
    )
    httpserver.expect_request("/b").respond_with_data("there")
    wire = HttpWire(allowed={f"{host}:{httpserver.port}" for host in ("localhost", "127.0.0.1")})
    wire.request(
        "POST",
        httpserver.url_for("/a"),
        headers={"Authorization": "Bearer hunter2", "X-Api-Key": "hunter2", "Accept": "text/*"},
        body=b"hunter2",
        redirects=1,
    )
    first, second = (request for request, _ in httpserver.log)
    assert first.headers["Authorization"] == "Bearer hunter2"
    assert (second.method, second.data, second.headers["Accept"]) == ("GET", b"", "text/*")
    assert "hunter2" not in str(second.headers)


def test_the_checked_address_is_the_one_connected_to(httpserver) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    wire = HttpWire(
        resolver=lambda host, port: next(answers), allowed={f"shop.example:{httpserver.port}"}
    )
    httpserver.expect_request("/").respond_with_handler(
        lambda request: Response(request.headers["Host"])
    )
    reply = wire.request("GET", f"http://shop.example:{httpserver.port}/")
    assert reply.body.decode() == f"shop.example:{httpserver.port}"
    assert next(answers) == ["10.0.0.1"], "one request asks for the name once"


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"]])
def test_a_name_with_a_private_answer_is_never_connected_to(answers: list[str]) -> None:
    wire = HttpWire(resolver=lambda host, port: answers)
    with pytest.raises(AddressRefused, match=r"rebind\.example:443"):
        wire.request("GET", "https://rebind.example/?key=hunter2")


def test_the_next_address_is_tried_where_one_does_not_answer(httpserver) -> None:
    port = httpserver.port
    httpserver.expect_request("/").respond_with_data("there")
    wire = HttpWire(
        resolver=lambda host, _: ["127.0.0.2", "127.0.0.1"], allowed={f"two.example:{port}"}
    )
    assert wire.request("GET", f"http://two.example:{port}/").body == b"there"


@pytest.mark.parametrize("resolved", [[], None])
def test_an_unknown_name_is_unreachable(resolved) -> None:
    def resolver(host: str, port: int) -> list[str]:
        if resolved is None:
            raise OSError("no such name")
        return resolved

    with pytest.raises(UnknownName, match="looked up"):
        HttpWire(resolver=resolver).request("GET", "https://gone.example/")


def test_a_refused_connection_is_told_apart_from_any_other_that_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    wire = HttpWire(allowed={f"127.0.0.1:{port}"})
    with pytest.raises(NobodyListens, match=f"127.0.0.1:{port}"):
        wire.request("GET", f"http://127.0.0.1:{port}/")


def test_a_header_that_nobody_may_send_is_not_repeated_in_the_error(httpserver, wire) -> None:
    for value in ("hunter2\r\nX: y", "hunter2é"):
        with pytest.raises(Unreachable) as error:
            wire.request("GET", httpserver.url_for("/"), headers={"Authorization": value})
        assert "hunter2" not in str(error.value)
        assert error.value.__cause__ is None
        assert error.value.__suppress_context__


def test_a_proxy_in_the_environment_is_not_used(httpserver, wire, monkeypatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    httpserver.expect_request("/").respond_with_data("direct")
    assert wire.request("GET", httpserver.url_for("/")).body == b"direct"


def test_cookies_are_not_kept(httpserver, wire) -> None:
    httpserver.expect_request("/").respond_with_data(headers={"Set-Cookie": "id=1"})
    for _ in range(2):
        wire.request("GET", httpserver.url_for("/"))
    assert ["Cookie" in request.headers for request, _ in httpserver.log] == [False, False]


def test_no_header_reaches_the_log(httpserver, wire, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request("/").respond_with_data(headers={"Set-Cookie": "id=hunter2"})
    wire.request("GET", httpserver.url_for("/?key=hunter2"), headers={"Authorization": "hunter2"})
    ours = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert "hunter2" not in "".join(ours)


def test_an_ipv6_host_is_reached_by_its_declared_place() -> None:
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("left out: this machine has no IPv6 loopback")
    with server(answering(HEAD + b"\r\nthere"), listening) as port:
        wire = HttpWire(allowed={f"[::1]:{port}"})
        assert wire.request("GET", f"http://[::1]:{port}/").body == b"there"


def test_close_ends_a_request_that_is_under_way_and_refuses_new_ones() -> None:
    asked = threading.Event()

    def serve(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(HEAD + b"\r\nhalf an answer")
        asked.set()
        over.wait(30)

    with server(serve) as port:
        wire = HttpWire(allowed={f"127.0.0.1:{port}"})
        closer = threading.Thread(target=lambda: asked.wait(30) and wire.close())
        closer.start()
        with pytest.raises(Unreachable, match="closed"):
            wire.request("GET", f"http://127.0.0.1:{port}/", deadline=30)
        closer.join()
        with pytest.raises(Unreachable, match="closed"):
            wire.request("GET", f"http://127.0.0.1:{port}/", deadline=30)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for shop.example that no one has signed."""
    folder = tmp_path_factory.mktemp("tls")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=shop.example",
         "-addext", "subjectAltName=DNS:shop.example",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("left out: the openssl command is needed to make a certificate")
    return folder


@pytest.fixture
def secure(certificate: Path) -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with HTTPServer(ssl_context=context) as secure:
        secure.expect_request("/").respond_with_data("there")
        yield secure


def test_tls_is_checked_against_the_name_though_the_address_is_pinned(secure, certificate) -> None:
    def ask(name: str, tls: ssl.SSLContext | None) -> bytes:
        wire = HttpWire(
            resolver=lambda host, port: ["127.0.0.1"], allowed={f"{name}:{secure.port}"}, tls=tls
        )
        return wire.request("GET", f"https://{name}:{secure.port}/").body

    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    assert ask("shop.example", trusting) == b"there"
    with pytest.raises(Unreachable, match="certificate"):
        ask("other.example", trusting)
    with pytest.raises(Unreachable, match="certificate"):
        ask("shop.example", None)


NOISE = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [
                b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 304 X\r\n", b"HTTP/1.1 100 Continue\r\n\r\n",
                b"HTTP/1.1 101 Up\r\nUpgrade: x\r\n", b"\r\n", b"\r\n\r\n",
                b"Content-Length: 5\r\n",
                b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n",
                b"0\r\n\r\n", b"Content-Encoding: gzip\r\n", gzip.compress(b"hello"),
                b"Location: /x\r\n", b"X: \xff\xfe\r\n", b"Set-Cookie: a=b\r\n",
            ]
        ),
    ),
    max_size=8,
)  # fmt: skip


def test_whatever_a_server_sends_is_an_answer_or_a_wire_error() -> None:
    sent: list[bytes] = []

    def serve(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"".join(sent))

    with server(serve) as port:
        wire = HttpWire(allowed={f"127.0.0.1:{port}"})

        @settings(max_examples=150, deadline=None)
        @given(noise=NOISE)
        def ask(noise: list[bytes]) -> None:
            sent[:] = noise
            try:
                reply = wire.request("GET", f"http://127.0.0.1:{port}/", deadline=5, redirects=1)
            except WireError:
                return
            assert isinstance(reply, Reply)

        ask()
