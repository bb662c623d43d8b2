"""Whatever a platform answers when kept posts are looked at again: nothing is erased by mistake."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config import Brand, Secret
from listener.collector import Known, LooksBack, Refreshes, SourceError
from listener.collectors import bluesky, reddit, x
from listener.mention import Kind
from listener.tools import Tools
from listener.wire import Reply, TooLarge

pytest.importorskip("websockets")

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "hunter2-secret"
KEPT = {
    "x": [Known("1600000000000000001"), Known("1600000000000000002", ("1600000000000000003",))],
    "reddit": [Known("t1_abc"), Known("t3_def")],
    "bluesky": [Known(f"at://did:plc:abc/app.bsky.feed.post/{number}") for number in range(2)],
}


@dataclass
class Hostile:
    """A wire that gives out tokens to whoever asks, and one answer to everything else."""

    reply: Reply | Exception
    deadlines: list[float] = field(default_factory=list)

    def request(self, method: str, url: str, *, deadline: float, limit: int, **_: Any) -> Reply:
        self.deadlines.append(deadline)
        assert limit <= 10 * 1024 * 1024
        if url.endswith("/api/v1/access_token"):
            token = {"access_token": "t", "expires_in": 3600, "scope": "*"}
            return Reply(200, {}, json.dumps(token).encode())
        if url.endswith("Session"):
            session = {"accessJwt": "a", "refreshJwt": "r"}
            return Reply(200, {}, json.dumps(session).encode())
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def source(kind: str, wire: Hostile) -> Any:
    tools = Tools(wire, lambda secret: SECRET, "tocsin/0.1.0")
    brands = [Brand(name="Acme")]
    if kind == "x":
        return x.build(x.Settings(name="x", bearer_token=Secret(env="X")), brands, tools)
    if kind == "reddit":
        keys = {"client_id": Secret(env="A"), "client_secret": Secret(env="B")}
        token = Secret(env="C")
        declared = reddit.Settings(name="r", username="acme", refresh_token=token, **keys)
        return reddit.build(declared, brands, tools)
    given: Mapping[str, Any] = {"identifier": "care.example", "app_password": Secret(env="D")}
    return bluesky.build(bluesky.Settings(name="b", kind="bluesky", **given), brands, tools)


def hostile(shared: Path) -> list[Reply]:
    """Every hostile answer there is, each body also as a good one."""
    replies = []
    for name in ("http_faults", "json_documents"):
        lines = (shared / f"data/hostile/{name}.jsonl").read_text().splitlines()
        for entry in map(json.loads, lines):
            raw = str(entry.get("body") or "").encode(errors="surrogatepass")
            raw = base64.b64decode(entry["b64"]) if "b64" in entry else raw
            headers = {k.lower(): str(v) for k, v in (entry.get("headers") or {}).items()}
            replies += [Reply(int(entry.get("status", 200)), headers, raw), Reply(200, {}, raw)]
    return replies


@pytest.mark.parametrize("kind", sorted(KEPT))
def test_no_hostile_answer_erases_anything_or_escapes_as_another_error(
    kind: str, shared: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    replies, said = hostile(shared), list[str]()
    assert len(replies) > 50
    for reply in replies:
        wire = Hostile(reply)
        one = source(kind, wire)
        assert isinstance(one, Refreshes)
        try:
            found = one.refresh(KEPT[kind], now=NOW, deadline=10)
        except SourceError as error:
            said.append(str(error))
            continue
        assert not [seen for seen in found.observations if seen.kind is Kind.DELETE], reply
        assert set(found.unknown) == {post.id for post in KEPT[kind]}
        assert sum(wire.deadlines) <= 30
    assert SECRET not in caplog.text + "".join(said)


@pytest.mark.parametrize("kind", sorted(KEPT))
def test_no_hostile_answer_ends_reading_back_otherwise_than_by_its_own_errors(
    kind: str, shared: Path
) -> None:
    for reply in hostile(shared):
        one = source(kind, Hostile(reply))
        assert isinstance(one, LooksBack)
        try:
            batch = one.look_back(None, since=NOW.replace(day=20), now=NOW, deadline=10)
        except SourceError:
            continue
        assert all(seen.backfill for seen in batch.observations)


@pytest.mark.parametrize("kind", sorted(KEPT))
def test_an_answer_beyond_all_size_is_refused(kind: str) -> None:
    with pytest.raises(SourceError):
        source(kind, Hostile(TooLarge("over the limit"))).refresh(KEPT[kind], now=NOW, deadline=10)


@pytest.mark.parametrize("kind", sorted(KEPT))
def test_ids_that_are_none_of_the_platforms_are_never_asked_for(kind: str) -> None:
    wire = Hostile(Reply(200, {}, b"[]"))
    odd = [Known("../../etc/passwd"), Known(""), Known("x" * 5_000)]
    found = source(kind, wire).refresh(odd, now=NOW, deadline=10)
    assert (wire.deadlines, len(found.unknown)) == ([], 3)
