"""A real Matrix homeserver on loopback: Synapse, from an environment of its own (`make synapse`).

    with synapse(folder) as server:
        ada = server.account("ada")

SQLite, no federation, no limits but those that are asked for; it ends with the block.
"""

import hashlib
import hmac
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from listener.wire import WireError
from tocsin.wire import HttpWire

PYTHON = Path(__file__).parents[3] / ".synapse" / "bin" / "python"
NAME = "acme.example"
START = 60.0  # seconds; two or so when nothing else runs
SECRET = "EXAMPLE-of-registration"

needs_synapse = pytest.mark.skipif(
    not PYTHON.is_file(),
    reason="left out: needs a Matrix homeserver, which `make synapse` installs beside us",
)
FREELY = {"per_second": 10_000, "burst_count": 10_000}


@dataclass(frozen=True)
class Synapse:
    """A homeserver that runs. `wire`: reaches it, and nothing else on this machine."""

    address: str
    wire: HttpWire

    def ask(
        self, method: str, path: str, content: Any = None, token: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """Ask it something, as any client does."""
        reply = self.wire.request(
            method,
            self.address + path,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            body=None if content is None else json.dumps(content).encode(),
        )
        return reply.status, json.loads(reply.body)

    def account(self, name: str, *, admin: bool = False) -> "Account":
        """Make an account, by the secret that the homeserver and we share."""
        nonce = self.ask("GET", "/_synapse/admin/v1/register")[1]["nonce"]
        role = "admin" if admin else "notadmin"
        parts = "\0".join((nonce, name, "EXAMPLE", role)).encode()
        mac = hmac.new(SECRET.encode(), parts, hashlib.sha1).hexdigest()
        asked = {"nonce": nonce, "username": name, "password": "EXAMPLE", "admin": admin}
        status, made = self.ask("POST", "/_synapse/admin/v1/register", {**asked, "mac": mac})
        assert status == 200, made
        return Account(self, made["user_id"], made["access_token"])


@dataclass
class Account:
    """Somebody with a client."""

    server: Synapse
    id: str
    token: str
    sent: int = 0

    def ask(self, method: str, path: str, content: Any = None) -> tuple[int, dict[str, Any]]:
        return self.server.ask(method, f"/_matrix/client/v3{path}", content, self.token)

    def done(self, method: str, path: str, content: Any = None) -> dict[str, Any]:
        status, found = self.ask(method, path, content)
        assert status == 200, found
        return found

    def make_room(self, *, invite: str, encrypted: bool = False, **more: Any) -> str:
        state = [{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]
        asked = {"preset": "private_chat", "invite": [invite], **more}
        asked |= {"initial_state": state} if encrypted else {}
        return str(self.done("POST", "/createRoom", asked)["room_id"])

    def join(self, room: str) -> None:
        self.done("POST", f"/join/{room}", {})

    def send(self, room: str, kind: str, content: dict[str, Any]) -> str:
        self.sent += 1
        place = f"/rooms/{room}/send/{kind}/{self.sent}"
        return str(self.done("PUT", place, content)["event_id"])

    def seen(self, room: str) -> list[dict[str, Any]]:
        """The last events of a room as this account sees them, the newest last."""
        return list(reversed(self.done("GET", f"/rooms/{room}/messages?dir=b&limit=100")["chunk"]))

    def related(self, room: str, event: str, kind: str) -> list[dict[str, Any]]:
        """What relates to an event: "m.replace", "m.thread" or "m.annotation"."""
        place = f"/_matrix/client/v1/rooms/{room}/relations/{event}/{kind}"
        status, found = self.server.ask("GET", place, None, self.token)
        assert status == 200, found
        return list(found["chunk"])

    def signs(self, room: str, event: str) -> dict[str, set[str]]:
        """The reactions under an event: who gave each."""
        given: dict[str, set[str]] = {}
        for one in self.related(room, event, "m.annotation"):
            given.setdefault(one["content"]["m.relates_to"]["key"], set()).add(one["sender"])
        return given


@contextmanager
def synapse(folder: Path, **settings: Any) -> Iterator[Synapse]:
    """A homeserver with its data in `folder`. `settings`: more of its configuration."""
    port = _free_port()
    (folder / "signing.key").write_text("ed25519 a_test " + "A" * 43 + "\n")
    config = folder / "homeserver.yaml"
    config.write_text(json.dumps({**_settings(folder, port), **settings}))  # JSON is YAML
    log = (folder / "log").open("wb")
    running = subprocess.Popen(
        [PYTHON, "-m", "synapse.app.homeserver", "-c", config],
        cwd=folder, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    wire = HttpWire(allowed=[f"127.0.0.1:{port}"])
    try:
        _wait_for(wire, f"http://127.0.0.1:{port}/_matrix/client/versions", running, folder)
        yield Synapse(f"http://127.0.0.1:{port}", wire)
    finally:
        wire.close()
        running.terminate()
        running.wait(timeout=START)
        log.close()


def _settings(folder: Path, port: int) -> dict[str, Any]:
    listener = {"port": port, "type": "http", "tls": False, "bind_addresses": ["127.0.0.1"]}
    rooms = {"per_room": FREELY, "per_user": FREELY, "per_issuer": FREELY}
    return {
        "server_name": NAME,
        "listeners": [{**listener, "resources": [{"names": ["client"]}]}],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": SECRET,
        "macaroon_secret_key": SECRET,
        "form_secret": SECRET,
        "bcrypt_rounds": 4,
        "report_stats": False,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        "rc_message": FREELY,
        "rc_registration": FREELY,
        "rc_room_creation": FREELY,
        "rc_invites": rooms,
        "rc_joins": {"local": FREELY, "remote": FREELY},
    }


def _wait_for(wire: HttpWire, url: str, running: "subprocess.Popen[bytes]", folder: Path) -> None:
    ends = time.monotonic() + START
    while time.monotonic() < ends and running.poll() is None:
        try:
            if wire.request("GET", url, deadline=5).status == 200:
                return
        except WireError:
            time.sleep(0.1)
    raise RuntimeError((folder / "log").read_text()[-2000:])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
