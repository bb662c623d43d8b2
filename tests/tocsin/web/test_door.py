"""The door: who may ask, how often, and what every answer says of itself. On a real server."""

import asyncio
import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from starlette.datastructures import Headers
from starlette.types import Message

from tests.firm import OWNER
from tests.tocsin.web.house import AT, SAME, House, declared, read
from tocsin.daemon import Daemon
from tocsin.web import Links, Server, application, routes
from tocsin.web.door import host_of
from tocsin.web.limits import MOST, WINDOW, Limit

HOST = {"Host": "tocsin.example"}


@dataclass
class Served:
    """A house whose door is open on loopback."""

    house: House
    port: int

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        given = {**HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                line.putheader(name, value)
            if body is not None and "Content-Length" not in given:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            answer = line.getresponse()
            said = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, said, answer.read().decode()
        finally:
            line.close()

    def raw(self, sent: bytes) -> bytes:
        """Bytes as they are; returns all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(sent)
            got = b""
            while part := line.recv(65536):
                got += part
        return got

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, str], str]:
        seal = read(self.ask("GET", path)[2]).seal
        body = urlencode({"seen": seal, **fields}).encode()
        return self.ask("POST", path, body, Content_Type=FORM, **_same())


FORM = "application/x-www-form-urlencoded"


def _same() -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in SAME.items()}


@contextmanager
def serving(house: House) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    report = {"status": "ok", "reasons": []}
    limit = Limit(lambda: house.time)
    server = Server(application(lambda: report, Links(house.firm.house), limit), "127.0.0.1", port)
    with started(server):
        yield Served(house, port)


@contextmanager
def started(server: Server) -> Iterator[None]:
    server.start()
    try:
        pause = threading.Event()
        while not server.is_serving:
            pause.wait(0.01)
        yield
    finally:
        server.stop()
        assert server.join()


@pytest.fixture
def served() -> Iterator[Served]:
    house = House()
    house.complain()
    with serving(house) as found:
        yield found


@pytest.fixture(scope="module")
def standing() -> Iterator[Served]:
    """One door for all who change nothing."""
    house = House()
    house.complain()
    with serving(house) as found:
        yield found


@pytest.fixture
def still(standing: Served) -> Iterator[Served]:
    standing.house.time += WINDOW  # each test in a minute of its own
    before = standing.house.entries()
    yield standing
    assert standing.house.entries() == before


# ------------------------------------------------------------------------------ what it says
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "LINK", 200),
        ("HEAD", "LINK", 200),
        ("GET", "/a/" + "0" * 32, 404),
        ("GET", "/", 404),
        ("OPTIONS", "LINK", 405),
        ("PUT", "LINK", 405),
        ("DELETE", "LINK", 405),
        ("PATCH", "LINK", 405),
        ("TRACE", "LINK", 405),
        ("BREW", "LINK", 405),
        ("POST", "LINK", 403),
        ("POST", "/healthz", 405),
    ],
)
def test_every_answer_is_kept_by_nobody_and_loads_nothing(
    still: Served, method: str, path: str, status: int
) -> None:
    path = still.house.path() if path == "LINK" else path
    code, said, _ = still.ask(method, path)
    assert code == status
    assert said["cache-control"] == "no-store"
    assert said["referrer-policy"] == "no-referrer"
    assert said["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert said["x-content-type-options"] == "nosniff"
    policy = said["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not {"server", "set-cookie", "location", "access-control-allow-origin"} & set(said)
    assert still.house.by_link() == []


def test_the_way_of_a_person_through_it(served: Served) -> None:
    path = served.house.path()
    code, _, page = served.post(path, do="ack", comment="I call her")
    assert code == 200
    assert f"{OWNER} has acknowledged it" in page
    assert served.house.case().acked_by == OWNER


# ------------------------------------------------------------------------------ who may ask
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("tocsin.example", 404),
        ("TOCSIN.example:443", 404),
        ("127.0.0.1:8787", 404),
        ("localhost", 404),
        ("[::1]:8787", 404),
        ("evil.example", 421),
        ("tocsin.example.evil.example", 421),
        ("tocsin.example@evil.example", 421),
        ("tocsin.example, evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("10.0.0.1", 421),
        ("", 421),
    ],
)
def test_only_our_own_name_and_this_machine_are_answered(
    still: Served, host: str, status: int
) -> None:
    code, said, body = still.ask("GET", "/", Host=host)
    assert code == status
    assert "evil" not in f"{said}{body}"


def test_two_names_at_once_are_none(still: Served) -> None:
    got = still.raw(
        b"GET / HTTP/1.1\r\nHost: tocsin.example\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )
    assert got.split()[1] in (b"400", b"421")
    both = Headers(raw=[(b"host", b"tocsin.example"), (b"host", b"evil.example")])
    assert host_of(both) == ""


def test_how_the_house_stands_is_told_to_this_machine_alone(still: Served) -> None:
    assert still.ask("GET", "/healthz", Host="127.0.0.1")[0] == 200
    assert still.ask("GET", "/healthz")[0] == 404
    through = {"Host": "127.0.0.1", "X_Forwarded_For": "203.0.113.7"}
    assert still.ask("GET", "/healthz", **through)[0] == 404


# ------------------------------------------------------------------------------ tricks
@pytest.mark.parametrize(
    "before_and_after",
    [
        ("/a/../a/", ""), ("//a/", ""), ("/A/", ""), ("/a//", ""), ("/a/", "/"), ("/a/", "/.."),
        ("/a/%2e%2e/a/", ""), ("/a/", "%00"), ("/a/", "%0d%0aX-Evil:%201"), ("/a/", "%20"),
        ("/a/", ";jsessionid=1"), ("/a/", "\\"), ("/a/%2F", ""), ("/a/", ".html"), ("/./a/", ""),
        ("/healthz/../a/", ""), ("http://evil.example/a/", ""),
    ],
)  # fmt: skip
def test_a_path_is_taken_as_it_stands_or_not_at_all(
    still: Served, before_and_after: tuple[str, str]
) -> None:
    token = still.house.path().removeprefix("/a/")
    before, after = before_and_after
    sent = f"GET {before}{token}{after} HTTP/1.1\r\nHost: tocsin.example\r\n\r\n".encode()
    got = still.raw(sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert got.split()[1] in (b"404", b"400")
    assert b"X-Evil" not in got.partition(b"\r\n\r\n")[0]
    assert b"zzwords" not in got


def test_what_a_mail_program_hangs_on_the_link_does_no_harm(still: Served) -> None:
    """Some count clicks by adding to an address."""
    assert still.ask("GET", f"{still.house.path()}?utm_source=mail&x=%0d%0a")[0] == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"do=ack&seen=" + b"x" * 20_000, 413),
        (b"&".join(b"a%d=1" % number for number in range(50)), 400),
        (b"do=ack&seen=\xff\xfe", 400),
        (b"\x00" * 100, 403),
        (b"", 403),
        (b"do=ack&do=ack&seen=&seen=", 403),
        (b"do=ack%0d%0aX-Evil:+1&seen=%0d%0aX-Evil:+1", 403),
    ],
    ids=["huge", "many", "no text", "zeros", "nothing", "twice", "header"],
)
def test_what_no_form_of_ours_sends_does_nothing(still: Served, sent: bytes, status: int) -> None:
    path = still.house.path()
    code, said, _ = still.ask("POST", path, sent, Content_Type=FORM, **_same())
    assert code == status
    assert "x-evil" not in said
    assert still.house.case().acked_by is None


def test_what_is_sent_in_pieces_is_no_longer_than_what_is_sent_at_once(still: Served) -> None:
    head = (
        f"POST {still.house.path()} HTTP/1.1\r\nHost: tocsin.example\r\nContent-Type: {FORM}\r\n"
        "Sec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    pieces = (b"1000\r\n" + b"x" * 0x1000 + b"\r\n") * 5 + b"0\r\n\r\n"
    assert still.raw(head.encode() + pieces).split()[1] == b"413"


def test_what_comes_too_slowly_is_not_waited_for(
    still: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "SLOWEST", 0.05)
    head = (
        f"POST {still.house.path()} HTTP/1.1\r\nHost: tocsin.example\r\nContent-Type: {FORM}\r\n"
        "Sec-Fetch-Site: same-origin\r\nContent-Length: 100\r\nConnection: close\r\n\r\ndo=ack"
    )
    assert still.raw(head.encode()).split()[1] == b"408"


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "", "x"])
def test_only_a_form_is_read(still: Served, kind: str) -> None:
    headers = {**_same(), "Content_Type": kind}
    assert still.ask("POST", still.house.path(), b"do=ack", **headers)[0] == 415


def test_what_fails_within_says_so_and_shows_nothing_of_it(
    still: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = still.house.path()

    def fail(*_: object) -> None:
        raise ZeroDivisionError("zzsecret")

    monkeypatch.setattr(Links, "look", fail)
    code, _, page = still.ask("GET", path)
    assert code == 503
    assert "nothing was changed" in page
    assert "zzsecret" not in page


# ------------------------------------------------------------------------------ how often
def test_five_thousand_requests_in_a_minute_are_stopped_and_others_are_served() -> None:
    house = House()
    house.complain()
    path = house.path()
    codes, said = asyncio.run(asked_often(house, path, 5_000))
    assert codes.count(200) == MOST
    assert codes.count(429) == 5_000 - MOST
    assert 0 < int(said["retry-after"]) <= WINDOW
    house.time = WINDOW
    assert house.client.get(path).status_code == 200


async def asked_often(house: House, path: str, times: int) -> tuple[list[int], Headers]:
    """Ask without a connection, one after the other; the statuses, and the last one's headers."""
    starts: list[Message] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    for _ in range(times):
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": b"",
            "headers": [(b"host", b"tocsin.example")], "client": ("203.0.113.7", 1),
        }  # fmt: skip
        await house.client.app(scope, receive, send)
    return [one["status"] for one in starts], Headers(raw=starts[-1]["headers"])


def test_who_comes_through_the_proxy_is_counted_by_what_it_says(served: Served) -> None:
    path = "/a/" + "0" * 32
    first = {"X_Forwarded_For": "203.0.113.7"}
    codes = [served.ask("GET", path, **first)[0] for _ in range(MOST + 1)]
    assert codes == [404] * MOST + [429]
    assert served.ask("GET", path, X_Forwarded_For="203.0.113.8")[0] == 404
    forged = {"X_Forwarded_For": "198.51.100.1, 203.0.113.7"}  # the last is what our proxy saw
    assert served.ask("GET", path, **forged)[0] == 429
    assert [served.ask("GET", path)[0] for _ in range(MOST + 1)][-1] == 429
    assert served.ask("GET", "/healthz", Host="127.0.0.1")[0] == 200


def test_no_address_is_kept() -> None:
    limit = Limit(lambda: 0.0)
    limit.wait("203.0.113.7")
    assert "203.0.113" not in repr(vars(limit))
    assert b"\xcb\x00q" not in b"".join(limit._counts)
    minute = {"now": 0.0}
    later = Limit(lambda: minute["now"])
    later.wait("203.0.113.7")
    first = set(later._counts)
    minute["now"] = WINDOW
    later.wait("203.0.113.7")
    assert not first & set(later._counts)  # nor can one be followed from minute to minute


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("203.0.113.7", "203.0.113.8", False),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8", False),
        ("no address", "another", False),
    ],
)
def test_a_house_on_ipv6_is_counted_as_one(one: str, other: str, together: bool) -> None:
    limit = Limit(lambda: 0.0, most=1)
    assert limit.wait(one) == 0
    assert (limit.wait(other) > 0) is together


def test_more_addresses_than_can_be_counted_share_what_is_left() -> None:
    limit = Limit(lambda: 0.0, most=2, addresses=3)
    assert [limit.wait(f"10.0.0.{number}") > 0 for number in range(7)] == [
        False, False, False, False, False, True, True,
    ]  # fmt: skip
    assert limit.wait("10.0.0.0") == 0  # who was there before is not pushed out
    assert len(limit._counts) <= 4


def test_the_daemon_serves_health_and_links_at_one_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    listening = {"listen": f"127.0.0.1:{port}", "links": AT}
    house = House(known=declared().model_copy(update=listening))
    house.complain()
    daemon = Daemon(house.firm.house, {}, [])
    with started(daemon._server):
        served = Served(house, port)
        assert "zzwords 1" in served.ask("GET", house.path())[2]
        assert served.ask("GET", "/healthz", Host=f"127.0.0.1:{port}")[0] == 503  # no pass yet


def test_our_address_is_where_letters_lead() -> None:
    house = House()
    house.complain()
    assert house.letter().link.startswith(f"{AT}/a/")
