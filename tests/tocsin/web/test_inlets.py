"""Where webhook sources are sent to: nothing unsigned is kept, nothing is accepted unkept."""

import http.client
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from config import MissingSecret, Secret
from escalation.signature import sign
from listener.collectors.webhook import MAX_DELIVERY, MAX_LINES, Settings
from listener.delivered import Spool
from tests.tocsin.web.house import House, declared
from tests.tocsin.web.test_door import started
from tocsin.daemon import Daemon
from tocsin.web import Inlets, application

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BODY = b'{"platform": "shop", "id": "1", "text": "Acme is late"}\n'


@dataclass
class Gate:
    """The application with one webhook source."""

    folder: Path
    now: datetime = NOW
    secret: str | None = "hunter2"

    def __post_init__(self) -> None:
        declared = Settings(
            name="shop", kind="webhook", secret=Secret(env="S"), spool=self.folder / "shop"
        )
        inlets = Inlets([declared], self._reveal, lambda: self.now)
        app = application(lambda: {"status": "ok"}, inlets=inlets)
        self.client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)

    def _reveal(self, secret: Secret) -> str:
        if self.secret is None:
            raise MissingSecret("it is gone")
        return self.secret

    def send(self, body: bytes = BODY, signature: str | None = None, to: str = "shop") -> int:
        given = sign("hunter2", body, NOW) if signature is None else signature
        answer = self.client.post(f"/in/{to}", content=body, headers={"Tocsin-Signature": given})
        assert "hunter2" not in answer.text
        return answer.status_code

    @property
    def kept(self) -> list[bytes]:
        spool = Spool(self.folder / "shop")
        return [spool.read(name) for name in spool.names()]


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


def test_a_signed_delivery_is_on_the_disk_when_it_is_accepted(gate: Gate) -> None:
    assert gate.send() == 202
    assert gate.kept == [BODY]


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="none"),
        pytest.param(sign("other", BODY, NOW), id="of another secret"),
        pytest.param(sign("hunter2", BODY + b" ", NOW), id="of other words"),
        pytest.param(sign("hunter2", BODY, NOW - timedelta(seconds=301)), id="too old"),
        pytest.param(sign("hunter2", BODY, NOW + timedelta(seconds=301)), id="of the future"),
        pytest.param(sign("hunter2", BODY, NOW)[:-1], id="cut short"),
    ],
)
def test_what_is_not_signed_is_not_kept(gate: Gate, signature: str) -> None:
    assert gate.send(signature=signature) == 401
    assert gate.kept == []


def test_a_replay_within_the_window_is_accepted_and_kept_once(gate: Gate) -> None:
    assert [gate.send(), gate.send()] == [202, 202]
    assert gate.kept == [BODY]


def test_a_replay_after_the_window_is_refused(gate: Gate) -> None:
    gate.send()
    gate.now = NOW + timedelta(minutes=6)
    assert gate.send() == 401


def test_a_delivery_that_cannot_be_kept_is_not_accepted(gate: Gate) -> None:
    (gate.folder / "shop").write_text("a file where the folder should be")
    assert gate.send() == 503
    (gate.folder / "shop").unlink()
    assert gate.send() == 202  # it was not remembered as kept
    assert gate.kept == [BODY]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b" \n", 400, id="nothing"),
        pytest.param(b"x" * (MAX_DELIVERY + 1), 413, id="too many bytes"),
        pytest.param(b"\n" * MAX_LINES + b"{}\n", 413, id="too many lines"),
    ],
)
def test_what_is_no_delivery_is_refused(gate: Gate, body: bytes, status: int) -> None:
    assert gate.send(body) == status
    assert gate.kept == []


def test_a_secret_that_is_gone_accepts_nothing(gate: Gate) -> None:
    gate.secret = None
    assert gate.send() == 503
    assert gate.kept == []


@pytest.mark.parametrize("to", ["other", "shop/", "..%2fshop", "%00"])
def test_there_is_nothing_under_another_name(gate: Gate, to: str) -> None:
    assert gate.send(to=to) == 404


def test_it_is_only_ever_sent_to(gate: Gate) -> None:
    assert gate.client.get("/in/shop").status_code in (404, 405)


def test_a_house_without_a_webhook_has_no_such_place() -> None:
    app = application(lambda: {"status": "ok"}, inlets=Inlets([], lambda secret: "", lambda: NOW))
    client = TestClient(app, base_url="http://127.0.0.1")
    assert client.post("/in/shop", content=BODY).status_code == 404


def test_the_daemon_takes_deliveries_at_its_own_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    shop = Settings(name="shop", kind="webhook", secret=Secret(env="S"), spool=tmp_path / "shop")
    listening = {"listen": f"127.0.0.1:{port}", "sources": (shop,)}
    house = House(known=declared().model_copy(update=listening)).firm.house
    monkeypatch.setenv("S", "hunter2")
    daemon = Daemon(house, {}, [])
    with started(daemon._server):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        signature = sign("hunter2", BODY, house.clock.now())
        line.request("POST", "/in/shop", BODY, {"Tocsin-Signature": signature})
        assert line.getresponse().status == 202
        line.close()
    spool = Spool(tmp_path / "shop")
    assert [spool.read(name) for name in spool.names()] == [BODY]
