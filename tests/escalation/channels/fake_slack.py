"""A Slack of our own on loopback: its Web API, its Socket Mode, and people who press and write.

As much of it as Tocsin meets, with Slack's limits and Slack's errors (docs.slack.dev).
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.escalation.channels.block_kit import problems, view_problems

BOT_TOKEN = "xoxb-0000-EXAMPLEEXAMPLE"
APP_TOKEN = "xapp-1-EXAMPLEEXAMPLE"
TEAM, ME, MY_BOT = "T0ACME", "U0TOCSIN", "B0TOCSIN"
ADA, BEN, GRACE, MALLORY = "U0ADA", "U0BEN", "U0GRACE", "U0MALLORY"
ROOM = "C0CARE"
PATIENCE = 20.0  # seconds; only a failing test waits so long


@dataclass(frozen=True)
class Fault:
    """What a method answers once instead of what it should."""

    code: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Member:
    """Somebody in the workspace. More of a user object: `more`."""

    email: str
    deleted: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def shown(self, member: str) -> dict[str, Any]:
        profile = {"email": self.email, "display_name": member.lower()}
        known = {"id": member, "team_id": TEAM, "is_bot": False, "is_email_confirmed": True}
        return {**known, "deleted": self.deleted, "profile": profile, **self.more}


class FakeSlack:
    """Use as a context manager. Everything that is looked at is looked at under `changed`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.messages: dict[str, dict[str, Any]] = {}  # by "C…:ts"
        self.whispers: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.acks: list[dict[str, Any]] = []
        self.sockets: list[ServerConnection] = []
        self.opened = 0  # sockets, ever
        self.faults: dict[str, list[Fault]] = {}
        self.revoked: set[str] = set()  # tokens
        self.gone: set[str] = set()  # rooms
        self.members = {
            name: Member(f"{name[2:].lower()}@acme.example") for name in (ADA, BEN, GRACE, MALLORY)
        }
        self._numbers = count(1)
        handler = type("Handler", (_Handler,), {"slack": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._web = serve(self._socket, "127.0.0.1", 0)
        self._threads = [
            threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True),
            threading.Thread(target=self._web.serve_forever, daemon=True),
        ]

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/api/"

    def __enter__(self) -> "FakeSlack":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.drop()
        self._http.shutdown()
        self._http.server_close()
        self._web.shutdown()

    # ---------------------------------------------------------------------------- looking
    def until(self, holds: Callable[[], Any], what: str = "it") -> Any:
        """What `holds` returns as soon as that is true; fails where it never comes."""
        with self.changed:
            found = self.changed.wait_for(holds, PATIENCE)
            assert found, f"{what} never came; calls: {[name for name, _ in self.calls]}"
            return found

    def sent(self, method: str) -> list[dict[str, Any]]:
        return [asked for name, asked in list(self.calls) if name == method]

    def find(self, words: str, room: str = "") -> str:
        """The ref of the newest message with these words, or ""."""
        found = [
            ref
            for ref, shown in self.messages.items()
            if words in json.dumps(shown, ensure_ascii=False) and ref.startswith(room)
        ]
        return found[-1] if found else ""

    def whole(self, words: str, room: str = "") -> str:
        """The same, once more stands there than the headline and what can be done."""
        ref = self.find(words, room)
        blocks = self.messages[ref]["blocks"] if ref else []
        texts = [one["text"]["text"] for one in blocks if one["type"] == "section"]
        return ref if any(not re.fullmatch(r"<@\w+>", text) for text in texts) else ""

    def labels(self, ref: str) -> list[str]:
        """What can be pressed or chosen under a message."""
        return [label for label, _, _ in self._offered(ref)]

    def said_to(self, member: str) -> list[str]:
        return [one["text"] for one in list(self.whispers) if one["user"] == member]

    # ----------------------------------------------------------------------------- people
    def click(self, member: str, ref: str, label: str, *, times: int = 1) -> list[str]:
        """Press what a message offers; delivered so often. Returns the envelopes' ids."""
        action = next((made for name, _, made in self._offered(ref) if name == label), None)
        assert action is not None, f"{label} is not among {self.labels(ref)}"
        return self.press(member, ref, action, times=times)

    def press(self, member: str, ref: str, action: dict[str, Any], *, times: int = 1) -> list[str]:
        """Press something, whatever the message offers now."""
        room, _, ts = ref.partition(":")
        number = next(self._numbers)
        payload = {
            "type": "block_actions",
            "user": {"id": member, "username": member.lower(), "team_id": TEAM},
            "container": {"type": "message", "message_ts": ts, "channel_id": room},
            "channel": {"id": room},
            "team": {"id": TEAM, "domain": "acme"},
            "trigger_id": f"{number}.trigger",
            "is_enterprise_install": False,
            "enterprise": None,
            "actions": [{**action, "action_ts": f"1700000001.{number:06d}"}],
        }
        return [self.send("interactive", payload) for _ in range(times)]

    def submit(self, member: str, view: dict[str, Any], **typed: str) -> str:
        """Send a modal with what was typed into it, and what stood there already."""
        values = {}
        for block in view["blocks"]:
            name, element = block["block_id"], block["element"]
            if element["type"] == "static_select":
                known = element.get("initial_option")
                options = {one["value"]: one for one in element["options"]}
                filled = {"selected_option": options.get(typed.get(name, ""), known)}
            else:
                filled = {"value": typed.get(name, element.get("initial_value"))}
            values[name] = {element["action_id"]: {"type": element["type"], **filled}}
        number = next(self._numbers)
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": member, "team_id": TEAM},
            "trigger_id": f"{number}.trigger",
            "view": {**view, "id": f"V{number}", "state": {"values": values}},
            "is_enterprise_install": False,
            "enterprise": None,
        }
        return self.send("interactive", payload)

    def write(self, member: str, room: str, text: str, *, under: str = "", **more: Any) -> str:
        """Write in a room or in direct messages; `under` a message of ours."""
        event = {
            "type": "message",
            "user": member,
            "text": text,
            "ts": f"1700000002.{next(self._numbers):06d}",
            "channel": room,
            "channel_type": "im" if room.startswith("D") else "channel",
        }
        if under:
            event |= {"thread_ts": under.partition(":")[2], "parent_user_id": ME}
        return self.happens({**event, **more})

    def happens(self, event: dict[str, Any], *, times: int = 1) -> str:
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": f"Ev{next(self._numbers):08d}",
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": ME, "is_bot": True}],
        }
        return [self.send("events_api", payload) for _ in range(times)][-1]

    # --------------------------------------------------------------------- the web socket
    def send(self, kind: str, payload: Any) -> str:
        """Deliver something; returns its envelope's id."""
        envelope = f"envelope-{next(self._numbers)}"
        self.raw({"type": kind, "envelope_id": envelope, "payload": payload})
        return envelope

    def raw(self, sent: Any) -> None:
        self.until(lambda: self.sockets, "a web socket")
        text = sent if isinstance(sent, str) else json.dumps(sent)
        self.sockets[-1].send(text)

    def ack(self, envelope: str) -> dict[str, Any]:
        """What an envelope was acknowledged with; waits for it."""
        acked = lambda: [one for one in self.acks if one.get("envelope_id") == envelope]  # noqa: E731
        found: dict[str, Any] = self.until(acked, "an acknowledgement")[0]
        return found

    def refresh(self, *, closes: bool = True) -> None:
        """Slack wants the connection renewed, and then closes it, or leaves that to us."""
        old, opened = self.sockets[-1], self.opened
        self.raw({"type": "disconnect", "reason": "refresh_requested"})
        self.until(lambda: self.opened > opened, "a renewed web socket")
        if closes:
            old.close()

    def drop(self) -> None:
        """The connection is lost."""
        for socket in list(self.sockets):
            socket.close()

    def _socket(self, connection: ServerConnection) -> None:
        with self.changed:
            self.sockets.append(connection)
            self.opened += 1
            self.changed.notify_all()
        try:
            connection.send(json.dumps({"type": "hello", "num_connections": 1}))
            for text in connection:
                with self.changed:
                    self.acks.append(json.loads(text))
                    self.changed.notify_all()
        except ConnectionClosed:
            pass
        finally:
            with self.changed:
                self.sockets.remove(connection)
                self.changed.notify_all()

    # -------------------------------------------------------------------------- the Web API
    def answer(self, method: str, token: str, asked: dict[str, Any]) -> tuple[int, Any, Any]:
        """Status, body and headers of a method's answer."""
        with self.changed:
            self.calls.append((method, asked))
            waiting = self.faults.get(method)
            try:
                if waiting:
                    fault = waiting.pop(0)
                    return fault.status, {"ok": False, "error": fault.code}, fault.headers
                code = self._refusal(method, token, asked)
                if code:
                    return 200, {"ok": False, "error": code}, {}
                told = getattr(self, f"_{method.replace('.', '_')}")(asked)
                return 200, told if "error" in told else {"ok": True, **told}, {}
            finally:
                self.changed.notify_all()

    def _refusal(self, method: str, token: str, asked: dict[str, Any]) -> str:
        right = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != right:
            return "invalid_auth"
        if token in self.revoked:
            return "token_revoked"
        if asked.get("channel") in self.gone:
            return "channel_not_found"
        return "invalid_blocks" if problems(asked.get("blocks", [])) else ""

    def _auth_test(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": ME, "bot_id": MY_BOT, "user": "tocsin"}

    def _apps_connections_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        port = self._web.socket.getsockname()[1]
        return {"url": f"ws://127.0.0.1:{port}/link/?ticket={next(self._numbers)}"}

    def _users_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        member = self.members.get(asked["user"])
        return {"user": member.shown(asked["user"])} if member else _error("user_not_found")

    def _users_lookupByEmail(self, asked: dict[str, Any]) -> dict[str, Any]:
        for name, member in self.members.items():
            if member.email == asked["email"] and not member.deleted:
                return {"user": member.shown(name)}
        return _error("users_not_found")

    def _conversations_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        member = self.members.get(asked["users"])
        if member is None or member.deleted:
            return _error("user_disabled" if member else "user_not_found")
        return {"channel": {"id": direct(asked["users"])}}

    def _chat_postMessage(self, asked: dict[str, Any]) -> dict[str, Any]:
        room = asked["channel"]
        if room in self.members:
            if self.members[room].deleted:
                return _error("channel_not_found")
            room = direct(room)
        if not re.fullmatch(r"[CDG][A-Z0-9]{2,20}", room):
            return _error("channel_not_found")
        thread = asked.get("thread_ts")
        if thread and f"{room}:{thread}" not in self.messages:
            return _error("thread_not_found")
        ts = f"1700000000.{next(self._numbers):06d}"
        self.messages[f"{room}:{ts}"] = asked
        return {"channel": room, "ts": ts}

    def _chat_update(self, asked: dict[str, Any]) -> dict[str, Any]:
        ref = f"{asked['channel']}:{asked['ts']}"
        if ref not in self.messages:
            return _error("message_not_found")
        self.messages[ref] = {**self.messages[ref], **asked}
        return {"channel": asked["channel"], "ts": asked["ts"]}

    def _chat_delete(self, asked: dict[str, Any]) -> dict[str, Any]:
        ref = f"{asked['channel']}:{asked['ts']}"
        if self.messages.pop(ref, None) is None:
            return _error("message_not_found")
        return {"channel": asked["channel"], "ts": asked["ts"]}

    def _chat_postEphemeral(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.whispers.append(asked)
        return {"message_ts": f"1700000000.{next(self._numbers):06d}"}

    def _views_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        wrong = view_problems(asked["view"])
        if wrong:
            return {"error": "invalid_arguments", "response_metadata": {"messages": wrong}}
        self.views.append(asked["view"])
        return {"view": {**asked["view"], "id": f"V{len(self.views)}"}}

    def _offered(self, ref: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(label, type, the action as Slack would send it) of all that is offered."""
        for block in self.messages[ref].get("blocks", []):
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                made = {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "type": element["type"],
                }
                if element["type"] == "button":
                    yield element["text"]["text"], "button", {**made, "value": element["value"]}
                for one in element.get("options", []):
                    yield one["text"]["text"], "option", {**made, "selected_option": one}


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for a `slack`, which a subclass sets."""

    slack: FakeSlack
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        is_json = "json" in self.headers.get("content-type", "")
        form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        method = self.path.rpartition("/")[2]
        status, told, headers = self.slack.answer(
            method, token or form.get("token", ""), json.loads(raw) if is_json and raw else form
        )
        body = json.dumps({"ok": False, **told} if "error" in told else told).encode()
        self.send_response(status)
        for name, value in {**headers, "content-type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def direct(member: str) -> str:
    """The direct messages of a member with us."""
    return f"D{member[1:]}"


def _error(code: str) -> dict[str, Any]:
    return {"error": code}
