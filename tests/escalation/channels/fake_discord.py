"""As much of Discord as Tocsin uses: its API and its gateway, version 10, as documented."""

import contextlib
import json
import queue
import re
from typing import Any

from websockets.sync.server import ServerConnection

from tests.escalation.channels.loopback_server import Asked, LoopbackServer, Told

BOT, APP = "700000000000000001", "700000000000000002"
ADA, BEN = "100000000000000001", "100000000000000002"
ROOM, SERVER = "200000000000000001", "200000000000000009"
# What Discord makes of a text by itself; `<` and `>` around an address of ours are taken out first.
FOUND_BY_ITSELF = re.compile(
    r"""<[@\#:/ati] | (?<!\w)@(?:everyone|here) | [a-z]+:// | (?<![\w.])discord\.gg | (?<!\\)[`*_~|]
      | (?<!\\)\[ | ^(?:[-+]\s|-\#|\#{1,3}\s|>{1,3}\s) | ^\d+\.\s | :[a-z0-9_]{2,}:""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


class FakeDiscord(LoopbackServer):
    """Keeps messages and answers, and hands out events in order."""

    stream_path = "/gateway"

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}
        self.answers: list[tuple[str, dict[str, Any]]] = []  # callbacks and follow-ups
        self.people = {ADA, BEN}
        self.rooms = {ROOM}
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.frames: list[dict[str, Any]] = []  # what the bot sent on its streams
        self.beat_every = 41_250  # milliseconds
        self.beats_back = True
        self.told: list[dict[str, Any]] = []  # events of the session, for who goes on with it
        self._made = 0

    def next(self) -> str:
        self._made += 1
        return str(300000000000000000 + self._made)

    # ------------------------------------------------------------------- what people do
    def tell(self, kind: str, data: dict[str, Any]) -> None:
        self.events.put({"op": 0, "t": kind, "d": data})

    def interact(self, user: str, kind: int, data: dict[str, Any], *, room: str = ROOM) -> str:
        number = self.next()
        at = {"guild_id": SERVER, "member": {"user": {"id": user}}} if room == ROOM else {}
        at = at or {"user": {"id": user}}
        shown = {"id": "400000000000000001", "channel_id": room}
        said = {"id": number, "application_id": APP, "type": kind, "token": f"aW50-{number}"}
        said |= {"channel_id": room, "message": shown, "data": data, "version": 1}
        self.tell("INTERACTION_CREATE", said | at)
        return number

    def press(self, user: str, custom_id: str, **more: Any) -> str:
        return self.interact(user, 3, {"component_type": 2, "custom_id": custom_id}, **more)

    def fill(self, user: str, custom_id: str, values: dict[str, Any], **more: Any) -> str:
        fields = []
        for name, value in values.items():
            is_choice = isinstance(value, list)
            field = {"type": 3, "values": value} if is_choice else {"type": 4, "value": value}
            fields.append({"type": 18, "component": field | {"custom_id": name}})
        return self.interact(user, 5, {"custom_id": custom_id, "components": fields}, **more)

    def write(self, user: str, text: str, **more: Any) -> None:
        said = {"id": self.next(), "channel_id": f"5{user[1:]}", "type": 0, "content": text}
        said |= {"author": {"id": user, "username": "ada"}, "mentions": []}
        self.tell("MESSAGE_CREATE", said | more)

    def hang_up(self, code: int) -> None:
        self.events.put(code)

    # ------------------------------------------------------------------- the gateway
    def stream(self, connection: ServerConnection) -> None:
        self._send(connection, {"op": 10, "d": {"heartbeat_interval": self.beat_every}})
        while True:
            with contextlib.suppress(TimeoutError):
                if not self._hear(connection, json.loads(connection.recv(0.02))):
                    return
            with contextlib.suppress(queue.Empty):
                while True:
                    event = self.events.get_nowait()
                    if isinstance(event, int):
                        connection.close(event)
                        return
                    if event.get("op") == 0:
                        event = {**event, "s": len(self.told) + 1}
                        self.told.append(event)
                    self._send(connection, event)

    def _hear(self, connection: ServerConnection, frame: dict[str, Any]) -> bool:
        """What the bot says; False where the connection is to end."""
        self.frames.append(frame)
        if frame["op"] == 1 and self.beats_back:
            self._send(connection, {"op": 11, "d": None})
        if frame["op"] in (2, 6) and frame["d"]["token"] != self.token:
            connection.close(4004, "Authentication failed.")
            return False
        if frame["op"] == 2:
            assert frame["d"]["intents"] & ~(1 << 9 | 1 << 12) == 0
            self.told = []
            self.welcome(connection)
        if frame["op"] == 6:
            for event in self.told[frame["d"]["seq"] :]:
                self._send(connection, event)
            self._send(connection, {"op": 0, "t": "RESUMED", "d": {}, "s": len(self.told)})
        return True

    def welcome(self, connection: ServerConnection) -> None:
        about = {"v": 10, "user": {"id": BOT, "username": "tocsin"}, "session_id": "s1"}
        about |= {"resume_gateway_url": self.gateway, "application": {"id": APP}, "guilds": []}
        self.told.append({"op": 0, "t": "READY", "d": about, "s": 1})
        self._send(connection, self.told[-1])

    def _send(self, connection: ServerConnection, frame: dict[str, Any]) -> None:
        connection.send(json.dumps(frame))

    @property
    def gateway(self) -> str:
        return f"ws://{self.place}/gateway"

    @property
    def api(self) -> str:
        return f"{self.url}/api/v10"

    # ------------------------------------------------------------------- what the bot asks
    @staticmethod
    def error(status: int, code: int, message: str = "…", **headers: str) -> Told:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return Told(status, {"code": code, "message": message}, told)

    def answer(self, asked: Asked) -> Told:
        if asked.headers.get("authorization") != f"Bot {self.token}":
            return self.error(401, 0, "401: Unauthorized")
        path = asked.path.removeprefix("/api/v10")
        for pattern, make in self.routes.items():
            if found := re.fullmatch(pattern, f"{asked.method} {path}"):
                return make(self, asked, *found.groups())
        return self.error(404, 0, "404: Not Found")

    def on_gateway(self, asked: Asked) -> Told:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        return Told(body={"url": self.gateway, "shards": 1, "session_start_limit": limit})

    def on_channel(self, asked: Asked, id_: str) -> Told:
        is_there = id_ in self.rooms or id_[0] == "5"
        return Told(body={"id": id_, "type": 0}) if is_there else self.error(404, 10003)

    def on_direct(self, asked: Asked) -> Told:
        other = asked.body["recipient_id"]
        if other not in self.people:
            return self.error(400, 50033, "Invalid Recipient(s)")
        return Told(body={"id": f"5{other[1:]}", "type": 1})

    def on_post(self, asked: Asked, channel: str) -> Told:
        if channel not in self.rooms and channel[0] != "5":
            return self.error(404, 10003)
        for (where, number), kept in self.messages.items():
            same = kept.get("nonce") == asked.body.get("nonce") is not None
            if same and where == channel and asked.body.get("enforce_nonce"):
                return Told(body={"id": number, "channel_id": channel})
        number = self.next()
        return self._kept(asked, channel, number)

    def on_patch(self, asked: Asked, channel: str, id_: str) -> Told:
        if (channel, id_) not in self.messages:
            return self.error(404, 10008, "Unknown Message")
        return self._kept(asked, channel, id_)

    def on_delete(self, asked: Asked, channel: str, id_: str) -> Told:
        if self.messages.pop((channel, id_), None) is None:
            return self.error(404, 10008, "Unknown Message")
        return Told(204)

    def on_callback(self, asked: Asked, number: str, token: str) -> Told:
        if any(one == number for one, _ in self.answers):
            return self.error(400, 40060, "Interaction has already been acknowledged.")
        self.answers.append((number, asked.body))
        return Told(204)

    def on_follow_up(self, asked: Asked, token: str) -> Told:
        self.answers.append((f"{token} later", asked.body))
        return Told(body={"id": self.next()})

    def _kept(self, asked: Asked, channel: str, id_: str) -> Told:
        sent = asked.body
        rows = sent.get("components", [])
        presses = [one["custom_id"] for row in rows for one in row["components"]]
        fits = 1 <= len(sent["content"]) <= 2000 and len(rows) <= 5
        fits = fits and all(1 <= len(one) <= 100 for one in presses)
        fits = fits and len(set(presses)) == len(presses) and len(sent.get("nonce", "")) <= 25
        if not fits or any(len(row["components"]) > 5 for row in rows):
            return self.error(400, 50035, "Invalid Form Body")
        self.messages[channel, id_] = sent
        return Told(body={"id": id_, "channel_id": channel, "author": {"id": BOT}})

    routes = {  # noqa: RUF012  of the class, as the methods are
        r"GET /gateway/bot": on_gateway,
        r"GET /channels/(\d+)": on_channel,
        r"POST /users/@me/channels": on_direct,
        r"POST /channels/(\d+)/messages": on_post,
        r"PATCH /channels/(\d+)/messages/(\d+)": on_patch,
        r"DELETE /channels/(\d+)/messages/(\d+)": on_delete,
        r"POST /interactions/(\d+)/([\w-]+)/callback": on_callback,
        rf"PATCH /webhooks/{APP}/([\w-]+)/messages/@original": on_follow_up,
    }
