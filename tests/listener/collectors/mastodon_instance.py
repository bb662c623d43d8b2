"""A scripted Mastodon instance: what it answers over HTTP, without a network."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from config import Brand
from listener.wire import Reply

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
ACME = Brand(name="Acme", terms=("acme", "Acme Air"), accounts={"mastodon": ("us@here.example",)})


def number(minute: float, n: int = 0) -> str:
    at = START + timedelta(minutes=minute)
    return str((int(at.timestamp() * 1000) << 16) + n)


def status(minute: float, n: int = 0, **changed: Any) -> dict[str, Any]:
    own = number(minute, n)
    return {
        "id": own,
        "created_at": (START + timedelta(minutes=minute)).isoformat(),
        "uri": f"https://there.example/{own}",
        "url": f"https://there.example/@ann/{own}",
        "content": "<p>#acme is <b>late</b> &amp; silent</p>",
        "spoiler_text": "",
        "language": "en",
        "favourites_count": 3,
        "reblogs_count": 2,
        "replies_count": 1,
        "account": {"acct": "ann@there.example", "display_name": "Ann", "followers_count": 9},
        **changed,
    }


@dataclass
class Instance:
    """What an instance shows: statuses by number, as of `minute`; a page is capped at `cap`."""

    statuses: list[dict[str, Any]] = field(default_factory=list)
    cap: int = 40
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    has_list: bool = True

    def answer(self, url: str) -> Reply:
        self.asked.append(url)
        parts = urlsplit(url)
        if self.status != 200:
            return self.reply(self.status, {"error": "no"})
        query = parse_qs(parts.query)
        if parts.path == "/api/v1/statuses":
            listed = [one for one in self.statuses if one["id"] in query["id[]"]]
            return self.reply(200, listed) if self.has_list else self.reply(404, {})
        if parts.path.startswith("/api/v1/statuses/"):
            wanted = parts.path.rpartition("/")[2]
            found = [one for one in self.statuses if one["id"] == wanted]
            return self.reply(200, found[0]) if found else self.reply(404, {"error": "x"})
        after = int(query.get("min_id", ["0"])[0])
        newer = sorted((one for one in self.statuses if int(one["id"]) > after), key=_age)
        return self.reply(200, newer[: self.cap][::-1])

    def reply(self, code: int, body: object) -> Reply:
        return Reply(code, self.headers, json.dumps(body).encode())


def _age(one: dict[str, Any]) -> int:
    return int(one["id"])
