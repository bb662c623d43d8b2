"""As much of a Matrix homeserver as our account sees, in memory: rooms, events, and its answers.

It answers as Synapse does, whose own answers `test_matrix_real` holds against the same channel.
"""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from listener.wire import Reply, WireError

ME, ADA, BOB = "@tocsin:acme.example", "@ada:acme.example", "@bob:acme.example"
ROOM, ALIAS = "!care:acme.example", "#care:acme.example"
TOKEN = "syt_EXAMPLE_token"

Answer = tuple[int, dict[str, Any]]
MISSING: Answer = (404, {"errcode": "M_NOT_FOUND", "error": "secret words of the server"})
FORBIDDEN: Answer = (403, {"errcode": "M_FORBIDDEN", "error": "secret words of the server"})


@dataclass
class FakeMatrix:
    """Use it as a wire, or put `answer` behind a server.

    faults   answers in place of the usual ones, by a pattern of method and path; the first that
             fits. A WireError is raised.
    """

    token: str = TOKEN
    members: dict[str, dict[str, str]] = field(default_factory=lambda: {ROOM: {ME: "join"}})
    encrypted: set[str] = field(default_factory=set)
    encrypts_new_rooms: bool = False
    direct: dict[str, list[str]] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    transactions: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Answer | WireError] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    news: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # room, event
    syncs: int = 0
    uploads: list[bytes] = field(default_factory=list)
    happened: threading.Condition = field(default_factory=threading.Condition)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        **given: Any,
    ) -> Reply:
        parts = urlsplit(url)
        answer = self.answer(method, parts.path, parts.query, dict(headers or {}), body)
        status, content = answer
        return Reply(status, {}, json.dumps(content).encode())

    def answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        is_file = headers.get("Content-Type") == "image/png"
        content = body if is_file else json.loads(body) if body else None
        self.asked.append((method, unquote(path), content))
        for pattern, fault in self.faults.items():
            if re.search(pattern, f"{method} {unquote(path)}"):
                if isinstance(fault, WireError):
                    raise fault
                return fault
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token passed."}
        if path == "/_matrix/media/v3/upload":
            self.uploads.append(body or b"")
            return 200, {"content_uri": f"mxc://acme.example/picture{len(self.uploads)}"}
        parts = [unquote(one) for one in path.removeprefix("/_matrix/client/").split("/")]
        return self._route(method, parts[1:], query, content)

    def _route(self, method: str, parts: list[str], query: str, content: Any) -> Answer:
        match method, parts:
            case "GET", ["account", "whoami"]:
                return 200, {"user_id": ME, "device_id": "TOCSIN"}
            case "GET", ["sync"]:
                return self._sync(parse_qs(query).get("since", [""])[0])
            case "POST", ["join", room]:
                return self._join(room)
            case "POST", ["createRoom"]:
                return self._create(content)
            case "GET", ["user", _, "account_data", "m.direct"]:
                return (200, self.direct) if self.direct else MISSING
            case "PUT", ["user", _, "account_data", "m.direct"]:
                self.direct = content
                return 200, {}
            case _, ["rooms", room, *rest]:
                return self._in_room(method, room, rest, content)
        return 404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}

    def _in_room(self, method: str, room: str, rest: list[str], content: Any) -> Answer:
        if self.members.get(room, {}).get(ME) != "join":
            return FORBIDDEN
        match method, rest:
            case "GET", ["state", "m.room.encryption"]:
                return (200, {"algorithm": "m.megolm"}) if room in self.encrypted else MISSING
            case "GET", ["state", "m.room.member", person]:
                found = self.members[room].get(person)
                return (200, {"membership": found}) if found else MISSING
            case "POST", ["invite"]:
                self.members[room][content["user_id"]] = "invite"
                return 200, {}
            case "PUT", ["send", kind, transaction]:
                return self._send(room, kind, transaction, content)
            case "PUT", ["redact", event, _]:
                self.events[event]["content"] = {}
                return 200, {"event_id": "$redaction"}
            case "GET", ["event", event]:
                return (200, self.events[event]) if event in self.events else MISSING
            case "GET", ["relations", event, relation, kind]:
                return 200, {"chunk": list(reversed(self.related(event, relation, kind)))}
        return 404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}

    def _send(self, room: str, kind: str, transaction: str, content: dict[str, Any]) -> Answer:
        size = len(json.dumps(content, ensure_ascii=False).encode())
        if size > 64_000:  # of 65,536, which the rest of an event shares
            return 413, {"errcode": "M_TOO_LARGE", "error": "event too large"}
        known = f"{room} {kind} {transaction}"
        if known not in self.transactions:
            self.transactions[known] = self.put(room, kind, content)
        return 200, {"event_id": self.transactions[known]}

    def put(
        self, room: str, kind: str, content: dict[str, Any], sender: str = ME, at: int = 0
    ) -> str:
        """at: milliseconds since 1970, of what is told of to whoever begins to listen."""
        event = f"$event{len(self.events)}"
        made = {"type": kind, "sender": sender, "event_id": event, "content": content}
        made |= {"origin_server_ts": at} if at else {}
        self.events[event] = made
        with self.happened:
            self.news.append((room, made))
            self.happened.notify_all()
        return event

    def related(self, event: str, relation: str, kind: str = "") -> list[dict[str, Any]]:
        """What relates to an event now, the oldest first; what was taken back does not."""
        found: list[dict[str, Any]] = []
        for one in self.events.values():
            to = one["content"].get("m.relates_to", {})
            if (to.get("rel_type"), to.get("event_id")) == (relation, event):
                found.append(one)
        return [one for one in found if kind in ("", one["type"])]

    def signs(self, event: str) -> list[str]:
        """The reactions under a message, in order."""
        there = self.related(event, "m.annotation")
        return [str(one["content"]["m.relates_to"]["key"]) for one in there]

    def shown(self, event: str) -> dict[str, Any]:
        """A message as clients show it: with its newest replacement in its place."""
        replaced = self.related(event, "m.replace")
        there = self.events[event]["content"]
        return dict(replaced[-1]["content"]["m.new_content"] if replaced else there)

    def messages(self) -> list[dict[str, Any]]:
        return [one["content"] for one in self.events.values() if one["type"] == "m.room.message"]

    def _join(self, room: str) -> Answer:
        room = ROOM if room == ALIAS else room
        if room not in self.members:
            return MISSING if room.startswith("#") else FORBIDDEN
        self.members[room][ME] = "join"
        return 200, {"room_id": room}

    def _create(self, content: dict[str, Any]) -> Answer:
        room = f"!direct{len(self.members)}:acme.example"
        self.members[room] = {ME: "join", **dict.fromkeys(content["invite"], "invite")}
        if self.encrypts_new_rooms:
            self.encrypted.add(room)
        return 200, {"room_id": room}

    def _sync(self, since: str) -> Answer:
        with self.happened:
            self.syncs += 1
            self.happened.notify_all()
            if since:
                self.happened.wait_for(lambda: len(self.news) > int(since), timeout=0.5)
            found = self.news[int(since or 0) :]
            found = found if since else [one for one in found if "origin_server_ts" in one[1]]
            following = str(len(self.news))
        joined: dict[str, Any] = {}
        for room, event in found:
            if event["sender"] != ME:
                timeline = joined.setdefault(room, {"timeline": {"events": []}})["timeline"]
                timeline["events"].append(event)
        return 200, {"next_batch": following, "rooms": {"join": joined}} if joined else {
            "next_batch": following
        }


def reaction(event: str, sign: str) -> dict[str, Any]:
    """What a person's client sends for a click."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": sign}}


def words(text: str, *, root: str = "", replied: str = "") -> dict[str, Any]:
    """What a person's client sends for words: in a thread, as a reply, or by themselves."""
    said: dict[str, Any] = {"msgtype": "m.text", "body": text, "m.mentions": {}}
    relation: dict[str, Any] = {}
    if root:
        relation |= {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
    if root or replied:
        relation["m.in_reply_to"] = {"event_id": replied or root}
    return {**said, "m.relates_to": relation} if relation else said
