"""X, Reddit, Bluesky and Slack as small servers on loopback, for running the daemon against."""

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


@dataclass
class Said:
    """What the platforms show, and what Slack was told."""

    x: list[dict[str, Any]] = field(default_factory=list)
    reddit: list[dict[str, Any]] = field(default_factory=list)
    bluesky: list[dict[str, Any]] = field(default_factory=list)
    slack: list[dict[str, Any]] = field(default_factory=list)
    slack_error: str = ""
    slack_asked: int = 0
    slack_hangs: threading.Event = field(default_factory=threading.Event)  # while it is set
    slack_goes_on: threading.Event = field(default_factory=threading.Event)


class World:
    """The servers; use as a context manager. `post_on_*` makes a platform show something new."""

    def __init__(self) -> None:
        self.said = Said()
        handler = type("Handler", (_Handler,), {"said": self.said})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._jetstream = serve(self._stream, "127.0.0.1", 0)
        self._threads = [
            threading.Thread(target=self._http.serve_forever, daemon=True),
            threading.Thread(target=self._jetstream.serve_forever, daemon=True),
        ]
        self._ended = threading.Event()

    @property
    def http(self) -> str:
        return f"127.0.0.1:{self._http.server_port}"

    @property
    def websocket(self) -> str:
        return f"ws://127.0.0.1:{self._jetstream.socket.getsockname()[1]}"

    def __enter__(self) -> "World":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self.said.slack_goes_on.set()
        self._http.shutdown()
        self._http.server_close()
        self._jetstream.shutdown()

    def post_on_x(self, number: int, text: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.said.x.insert(
            0,
            {
                "id": str(number),
                "text": text,
                "created_at": now,
                "author_id": f"7{number}",
                "lang": "en",
                "conversation_id": str(number),
            },
        )

    def post_on_reddit(self, name: str, text: str) -> None:
        self.said.reddit.insert(
            0,
            {
                "kind": "t3",
                "data": {
                    "id": name,
                    "name": f"t3_{name}",
                    "title": text,
                    "selftext": "",
                    "author": f"redditor_{name}",
                    "author_fullname": f"t2_{name}",
                    "created_utc": datetime.now(UTC).timestamp(),
                    "subreddit": "acme",
                    "permalink": f"/r/acme/comments/{name}/",
                    "num_comments": 0,
                    "score": 1,
                    "edited": False,
                    "url": f"https://www.reddit.com/r/acme/comments/{name}/",
                },
            },
        )

    def post_on_bluesky(self, key: str, text: str) -> None:
        now = datetime.now(UTC)
        self.said.bluesky.append(
            {
                "did": f"did:plc:{key}",
                "time_us": int(now.timestamp() * 1e6),
                "kind": "commit",
                "commit": {
                    "rev": "r",
                    "operation": "create",
                    "collection": "app.bsky.feed.post",
                    "rkey": key,
                    "cid": f"cid{key}",
                    "record": {
                        "$type": "app.bsky.feed.post",
                        "text": text,
                        "langs": ["en"],
                        "createdAt": now.isoformat().replace("+00:00", "Z"),
                    },
                },
            },
        )

    def _stream(self, connection: ServerConnection) -> None:
        query = parse_qs(urlsplit(connection.request.path if connection.request else "").query)
        cursor = (
            int(query["cursor"][0])
            if "cursor" in query
            else int(datetime.now(UTC).timestamp() * 1e6)
        )
        while not self._ended.wait(0.05):
            for event in list(self.said.bluesky):
                if event["time_us"] >= cursor:
                    try:
                        connection.send(json.dumps(event))
                    except ConnectionClosed:
                        return
                    cursor = event["time_us"] + 1


class _Handler(BaseHTTPRequestHandler):
    """Answers for X, Reddit and Slack; `said` is set by a subclass for each world."""

    said: Said

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/2/tweets/search/recent":
            since = parse_qs(url.query).get("since_id", ["0"])[0]
            self._answer(self._search(int(since)))
        elif url.path.startswith("/r/"):
            children = self.said.reddit if "/new" in url.path else []
            self._answer({"kind": "Listing", "data": {"after": None, "children": children}})
        else:
            self._answer({"error": "no such path"}, 404)

    def _search(self, since: int) -> dict[str, Any]:
        found = [post for post in self.said.x if int(post["id"]) > since]
        if not found:
            return {"meta": {"result_count": 0}}
        users = [
            {
                "id": post["author_id"],
                "username": f"u{post['id']}",
                "name": "U",
                "public_metrics": {"followers_count": 10},
            }
            for post in found
        ]
        meta = {"result_count": len(found), "newest_id": found[0]["id"]}
        return {"data": found, "includes": {"users": users}, "meta": meta}

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/api/v1/access_token":
            token = {"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"}
            self._answer(token)
        elif not self.path.startswith("/api/chat."):
            self._answer({"error": "no such path"}, 404)
        elif self.said.slack_hangs.is_set():
            self.said.slack_asked += 1
            self.said.slack_goes_on.wait()
        elif self.said.slack_error:
            self._answer({"ok": False, "error": self.said.slack_error})
        else:
            self._slack(raw)

    def _slack(self, raw: bytes) -> None:
        is_json = "json" in self.headers.get("content-type", "")
        form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
        told = json.loads(raw) if is_json else form
        self.said.slack.append({"method": self.path.rpartition("/")[2], **told})
        stamp = f"{len(self.said.slack)}.0"
        self._answer({"ok": True, "ts": stamp, "channel": told["channel"]})

    def _answer(self, body: Any, status: int = 200) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


CONFIG = """
fallback_executive = "grace"
database = "tocsin.db"
listen = "127.0.0.1:{port}"
private_hosts = ["{http}", "{sky}"]

[[brands]]
name = "Acme"

[[people]]
name = "ada"
contacts = [{{ channel = "slack", to = "U0ADA" }}]

[[people]]
name = "grace"
contacts = [{{ channel = "slack", to = "U0GRACE" }}]

[[teams]]
name = "care"
members = ["ada"]
policy = "quick"

[[policies]]
name = "quick"

[policies.bands]
P2 = {{ ack = "2s", business = false }}
P3 = {{ ack = "2s", business = false }}
P4 = {{ ack = "2s", business = false }}

[[channels]]
name = "slack"
kind = "slack"
token = {{ env = "TOCSIN_TEST_SLACK" }}
room = "C0CARE"
api = "http://{http}/api/"

[[sources]]
kind = "x"
bearer_token = {{ env = "TOCSIN_TEST_X" }}
api = "http://{http}"
every = "5s"

[[sources]]
kind = "reddit"
client_id = {{ env = "TOCSIN_TEST_ID" }}
client_secret = {{ env = "TOCSIN_TEST_SECRET" }}
username = "acme_test"
subreddits = ["acme"]
search = false
oauth_url = "http://{http}"
reddit_url = "http://{http}"
every = "5s"

[[sources]]
kind = "bluesky"
hosts = ["{websocket}"]
every = "5s"
"""
SECRETS = {
    "TOCSIN_TEST_SLACK": "xoxb-loopback-slack-secret",
    "TOCSIN_TEST_X": "loopback-x-secret",
    "TOCSIN_TEST_ID": "loopback-reddit-id",
    "TOCSIN_TEST_SECRET": "loopback-reddit-secret",
}
