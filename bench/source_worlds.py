"""Each source with something to read, for `bench.sources`: what is declared, and who answers.

A platform that is reached over a socket is served by the process that measures; the others answer
in the measured process itself, so that what they hold counts to the source.
"""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from listener.wire import Reply
from tests.contracts.collector_samples import SAMPLES, START, words

MANY = 2_000  # posts of a sampled platform, or as many as it shows
PACE = 600.0  # how many times as fast the clock of a simulated platform runs
SIMULATED = ("reddit", "x")
EVERY = timedelta(seconds=10)  # between two posts of a simulated platform
APP, PLACE = "com.example.acmeair", "accounts/12/locations/34"
TOKEN = {"env": "TOKEN"}


@contextmanager
def world_of(kind: str) -> Iterator[dict[str, Any]]:
    """What the measured process is told: `declare`, the settings, and `pace` of its clock."""
    with tempfile.TemporaryDirectory() as folder:
        if kind in SIMULATED:
            with _simulated(kind) as told:
                yield told
        elif kind == "bluesky":
            with _firehose() as told:
                yield told
        elif kind == "imap":
            with _mailbox() as told:
                yield told
        else:
            yield {"declare": _declared(kind, Path(folder)), "pace": 60.0}


@contextmanager
def _simulated(kind: str) -> Iterator[dict[str, Any]]:
    from tests.simulator.apart import FastClock, Plan, platforms_apart
    from tests.simulator.registry import DIALECTS

    clock = FastClock(time.monotonic(), PACE)
    with platforms_apart(Plan((kind,), clock, 12, every=EVERY)) as places:
        settings = DIALECTS[kind]().settings(places[kind])
        declare = settings.model_dump(mode="json", exclude_unset=True)
        yield {"declare": declare, "pace": PACE, "allowed": places[kind].http}


@contextmanager
def _firehose() -> Iterator[dict[str, Any]]:
    from bench.firehose import firehose

    with firehose(3_000, 60.0, ["Acme"]) as source:
        here = source.address.partition("://")[2]
        yield {"declare": {"hosts": [source.address]}, "pace": 1.0, "allowed": here}


@contextmanager
def _mailbox() -> Iterator[dict[str, Any]]:
    from tests.listener.collectors.mail_server import Inbox, serving

    head = (
        "From: Ann <ann{0}@example.org>\r\nSubject: Help\r\nMessage-ID: <{0}@example.org>\r\n\r\n"
    )
    letters = {n: (head.format(n) + words(n) + "\r\n").encode() for n in range(1, 300)}
    with serving(Inbox(letters, password="a-token")) as port:
        declare = {"host": "127.0.0.1", "port": port, "username": "us", "password": TOKEN}
        yield {"declare": declare, "pace": 60.0}


def _declared(kind: str, folder: Path) -> Mapping[str, Any]:
    if kind in SAMPLES:
        return SAMPLES[kind].declare
    if kind in ("csv", "file"):
        return _file(kind, folder / "posts")
    if kind == "form":
        return {"folder": str(folder)}
    if kind == "webhook":
        return {"secret": TOKEN, "spool": str(_delivered(folder / "spool"))}
    if kind == "googleplay":
        return {"apps": {"Acme": APP}, "account": TOKEN}
    if kind == "googlebusiness":
        keys = dict.fromkeys(("client_id", "client_secret", "refresh_token"), TOKEN)
        return {"locations": [PLACE], "about": "Acme", **keys}
    raise KeyError(kind)


def _rows() -> list[dict[str, str]]:
    return [{"platform": "shop", "id": str(n), "text": words(n)} for n in range(MANY)]


def _file(kind: str, path: Path) -> Mapping[str, Any]:
    if kind == "file":
        path.write_text("".join(json.dumps(row) + "\n" for row in _rows()))
        return {"path": str(path)}
    path.write_text("id,comment\n" + "".join(f"{n},{words(n)}\n" for n in range(MANY)))
    return {"path": str(path), "id": "id", "text": "comment"}


def _delivered(folder: Path) -> Path:
    from listener.delivered import Spool

    spool, rows = Spool(folder), _rows()
    for at in range(0, MANY, 500):
        spool.put("".join(json.dumps(row) + "\n" for row in rows[at : at + 500]).encode())
    return folder


class Pages:
    """A sampled platform behind a wire: more is written at each round."""

    def __init__(self, kind: str) -> None:
        self._sample = SAMPLES[kind]
        self._items: list[Any] = []

    def write(self) -> None:
        """A few pages more, or most of a long one."""
        size = min(600, 3 * self._sample.size)
        first = len(self._items)
        self._items += [
            self._sample.item(first + n, START + timedelta(seconds=first + n)) for n in range(size)
        ]

    def request(self, method: str, url: str, **asked: object) -> Reply:
        body = self._sample.page(url, self._items[::-1])
        return Reply(200, {"content-type": self._sample.content_type}, body)


class Granting:
    """Google's: a token for whoever asks, and a page of reviews for whoever has one."""

    def write(self) -> None:
        """It has them all from the start."""

    def request(self, method: str, url: str, **asked: object) -> Reply:
        if method == "POST":
            return _told({"access_token": "granted", "expires_in": 3600})
        query = parse_qs(urlsplit(url).query)
        at = int((query.get("token") or query.get("pageToken") or ["0"])[0])
        following = {"nextPageToken": str(at + 100)} if at + 100 < MANY else {}
        reviews = [_review(n) for n in range(at, at + 100)]
        return _told({"reviews": reviews, "tokenPagination": following, **following})


def _review(n: int) -> dict[str, Any]:
    at = START - timedelta(seconds=n)
    said = {
        "text": words(n),
        "lastModified": {"seconds": str(int(at.timestamp())), "nanos": 0},
        "starRating": 1,
    }
    return {
        "reviewId": f"r{n}",
        "authorName": "Ann",
        "comments": [{"userComment": said}],
        "name": f"{PLACE}/reviews/{n}",
        "reviewer": {"displayName": "Ann"},
        "starRating": "ONE",
        "comment": words(n),
        "createTime": at.isoformat(),
        "updateTime": at.isoformat(),
    }


def _told(body: object) -> Reply:
    return Reply(200, {"content-type": "application/json"}, json.dumps(body).encode())


def secret_of(kind: str) -> str:
    """What stands in the environment: of Google Play a service account's key, made here."""
    if kind != "googleplay":
        return "a-token"
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()
    ).decode()
    return json.dumps({"client_email": "reader@acme.iam.example", "private_key": pem})
