"""As much of Mattermost as Tocsin uses, in the shapes of its API reference (version 4)."""

import json
import queue
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from websockets.sync.server import ServerConnection

from tests.escalation.channels.loopback_server import Asked, LoopbackServer, Told


def id_of(name: str) -> str:
    """An id as Mattermost makes them, with a name in it."""
    return f"{name:z<26}"[:26].lower()


BOT, ADA, BEN, LEFT = id_of("bot"), id_of("ada"), id_of("ben"), id_of("left")
ROOM = id_of("room")
# What Mattermost makes of a text by itself, as its web client and its server find it.
FOUND_BY_ITSELF = re.compile(
    r"""(?<!\w)@[a-z0-9._-]+ | (?<![\w\\])[#~][^\W_]\w* | [a-z]+:// | \bmailto:
      | (?<![\w.])www\. | (?<!\\)[`*\[\]|] | (?<!\\)!\[ | :[a-z0-9_+-]+: | ^[ ]*(?:>|[-+]\s|=|\#)
      | ^\d+[.)]\s | (?<!\\)_""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


class FakeMattermost(LoopbackServer):
    """Keeps posts and reactions, and hands out events in order."""

    stream_path = "/api/v4/websocket"

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token
        self.posts: dict[str, dict[str, Any]] = {}
        self.reactions: dict[str, list[tuple[str, str]]] = {}
        self.users = {
            BOT: self.user(BOT, "tocsin", is_bot=True),
            ADA: self.user(ADA, "ada"),
            BEN: self.user(BEN, "ben"),
            LEFT: self.user(LEFT, "left", delete_at=1700000000000),
        }
        self.rooms = {ROOM}
        self.archived: set[str] = set()
        self.events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self.opened: list[dict[str, Any]] = []  # how each stream was opened
        self.seq = 0
        self.pending: dict[str, str] = {}  # forgotten after 30 s, by a server of Mattermost's

    @staticmethod
    def user(id_: str, name: str, **more: Any) -> dict[str, Any]:
        mail = f"{name}@acme.example"
        return {"id": id_, "username": name, "email": mail, "delete_at": 0, **more}

    # ------------------------------------------------------------------- what people do
    def tell(self, event: str, data: dict[str, Any], channel: str = ROOM) -> None:
        broadcast = {"omit_users": None, "user_id": "", "channel_id": channel, "team_id": ""}
        self.events.put({"event": event, "data": data, "broadcast": broadcast})

    def react(self, user: str, post: str, name: str, *, at: int = 1, channel: str = ROOM) -> None:
        found = {"user_id": user, "post_id": post, "emoji_name": name, "create_at": at}
        self.tell("reaction_added", {"reaction": json.dumps(found)}, channel)

    def write(self, user: str, text: str, *, kind: str = "D", **more: Any) -> None:
        channel = f"d{user}"[:26] if kind == "D" else ROOM
        found = {
            "id": id_of(f"said{self.seq}{len(text)}"),
            "user_id": user,
            "channel_id": channel,
            "root_id": "",
            "message": text,
            "type": "",
            "props": {},
        }
        mentions = more.pop("mentions", [])
        data = {"channel_type": kind, "post": json.dumps(found | more)}
        data |= {"mentions": json.dumps(mentions)} if mentions else {}
        self.tell("posted", data, channel)

    # ------------------------------------------------------------------- the stream
    def stream(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        asked = {
            name: value[0]
            for name, value in parse_qs(urlsplit(connection.request.path).query).items()
        }
        challenge = json.loads(connection.recv(5))
        self.opened.append(asked | {"authorization": connection.request.headers["Authorization"]})
        if challenge["data"]["token"] != self.token:
            error = {"id": "api.web_socket_router.not_authenticated.app_error", "status_code": 401}
            connection.send(json.dumps({"status": "FAIL", "error": error, "seq_reply": 1}))
            return
        connection.send(json.dumps({"status": "OK", "seq_reply": 1}))
        if asked.get("connection_id") != "c1":
            self.seq = 0
            self._send(connection, {"event": "hello", "data": {"connection_id": "c1"}})
        while (event := self.events.get()) is not None:
            self._send(connection, event)

    def _send(self, connection: ServerConnection, event: dict[str, Any]) -> None:
        connection.send(json.dumps({**event, "seq": self.seq}))
        self.seq += 1

    def stop(self) -> None:
        self.events.put(None)
        super().stop()

    # ------------------------------------------------------------------- what the bot asks
    @staticmethod
    def error(code: int, id_: str, **headers: str) -> Told:
        body = {"id": id_, "message": "…", "status_code": code, "request_id": "r"}
        return Told(code, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def answer(self, asked: Asked) -> Told:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return self.error(401, "api.context.session_expired.app_error")
        path = unquote(asked.path).removeprefix("/api/v4")
        for pattern, make in self.routes.items():
            if found := re.fullmatch(pattern, f"{asked.method} {path}", re.DOTALL):
                return make(self, asked, *found.groups())
        return self.error(404, "api.context.404.app_error")

    def on_user(self, asked: Asked, id_: str) -> Told:
        found = self.users.get(BOT if id_ == "me" else id_)
        return Told(body=found) if found else self.error(404, "app.user.missing_account.const")

    def on_mail(self, asked: Asked, mail: str) -> Told:
        found = [one for one in self.users.values() if one["email"] == mail]
        return Told(body=found[0]) if found else self.error(404, "app.user.missing_account.const")

    def on_direct(self, asked: Asked) -> Told:
        me, other = asked.body
        if me != BOT or other not in self.users:
            return self.error(400, "api.channel.create_direct_channel.invalid_user.app_error")
        return Told(201, {"id": f"d{other}"[:26], "type": "D"})

    def on_post(self, asked: Asked) -> Told:
        sent = asked.body
        if sent["channel_id"] not in self.rooms and not sent["channel_id"].startswith("d"):
            return self.error(403, "api.context.permissions.app_error")
        if not self._fits(sent):
            return self.error(400, "model.post.is_valid.message_length.app_error")
        pending = sent.pop("pending_post_id", "")
        if not (id_ := self.pending.get(pending, "")):
            id_ = id_of(f"post{len(self.posts)}")
            self.posts[id_] = {"user_id": BOT, **sent}
            self.pending |= {pending: id_} if pending else {}
        return Told(201, {**self.posts[id_], "id": id_})

    def on_patch(self, asked: Asked, id_: str) -> Told:
        if id_ not in self.posts:
            return self.error(404, "app.post.get.app_error")
        if not self._fits(asked.body):
            return self.error(400, "model.post.is_valid.message_length.app_error")
        self.posts[id_] |= asked.body
        return Told(body={**self.posts[id_], "id": id_})

    def on_delete(self, asked: Asked, id_: str) -> Told:
        if id_ not in self.posts:
            return self.error(404, "app.post.get.app_error")
        if self.posts[id_]["channel_id"] in self.archived:
            return self.error(400, "api.post.delete_post.can_not_delete_post_in_deleted.error")
        del self.posts[id_]
        return Told(body={"status": "OK"})

    def on_read(self, asked: Asked, id_: str) -> Told:
        found = self.posts.get(id_)
        return (
            Told(body={**found, "id": id_}) if found else self.error(404, "app.post.get.app_error")
        )

    def on_reaction(self, asked: Asked) -> Told:
        one = asked.body
        kept = self.reactions.setdefault(one["post_id"], [])
        if (one["user_id"], one["emoji_name"]) not in kept:
            kept.append((one["user_id"], one["emoji_name"]))
        return Told(201, one)

    def on_reactions(self, asked: Asked, id_: str) -> Told:
        kept = self.reactions.get(id_)
        return Told(body=kept and [{"user_id": user, "emoji_name": name} for user, name in kept])

    def on_unreact(self, asked: Asked, user: str, id_: str, name: str) -> Told:
        self.reactions[id_].remove((user, name))
        return Told(body={"status": "OK"})

    @staticmethod
    def _fits(sent: dict[str, Any]) -> bool:
        return len(sent["message"]) <= 4000 and len(json.dumps(sent["props"])) <= 800_000

    routes = {  # noqa: RUF012  of the class, as the methods are
        r"GET /users/email/(.+)": on_mail,
        r"GET /users/([a-z0-9]+)": on_user,
        r"POST /channels/direct": on_direct,
        r"POST /posts": on_post,
        r"PUT /posts/(\w+)/patch": on_patch,
        r"DELETE /posts/(\w+)": on_delete,
        r"GET /posts/(\w+)/reactions": on_reactions,
        r"GET /posts/(\w+)": on_read,
        r"POST /reactions": on_reaction,
        r"DELETE /users/(\w+)/posts/(\w+)/reactions/(\w+)": on_unreact,
    }
