"""A platform that grants tokens for a while, and answers whoever shows one that is good."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from listener.wire import DEFAULT_LIMIT, Reply


@dataclass
class Granting:
    """answer  what is said to a good token, by address."""

    answer: Callable[[str], Reply]
    grant: Reply | None = None  # instead of a token
    forms: list[dict[str, str]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        deadline: float = 30.0,
        limit: int = DEFAULT_LIMIT,
        redirects: int = 0,
    ) -> Reply:
        given = dict(headers or {})
        self.headers.append(given)
        if method == "POST":
            form = {name: values[0] for name, values in parse_qs((body or b"").decode()).items()}
            self.forms.append({"url": url, **form})
            told = {"access_token": f"token-{len(self.forms)}", "expires_in": 3600}
            return self.grant or Reply(200, {}, json.dumps(told).encode())
        self.asked.append(url)
        token = given.get("Authorization", "").removeprefix("Bearer ")
        if token in self.revoked or token != f"token-{len(self.forms)}":
            return Reply(401, {}, b'{"error": "invalid_token"}')
        return self.answer(url)


def told(body: Any, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(body).encode())
