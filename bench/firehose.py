"""A firehose like Bluesky's, made up: frames of the v1 wire in many languages, on loopback.

Shapes and sizes are those of recorded frames (700 to 1,200 bytes a post: most of them answers, a
third with a picture, a link or a quote); the words are our own. The server runs in a process of its
own, so that what it costs is not counted to whoever follows.
"""

import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

OWN_POSTS = Path(__file__).parents[1] / "tests" / "listener" / "posts"
# By tag, how many of a hundred posts are written in it, roughly as on Bluesky.
SHARES = {
    "en": 46, "ja": 18, "pt": 8, "de": 7, "es": 6, "fr": 4, "ko": 3, "it": 2,
    "tr": 1, "ru": 1, "uk": 1, "ar": 1, "zh": 1, "th": 1,
}  # fmt: skip
WORDS = {
    "en": (
        "Read the part about throwing off the old guards. Nobody says we have to wait for the next"
        " one. We should do this now!",
        "good morning everyone ☀️ coffee first",
        "I can’t believe it’s already November… where did this year go?",
        "New drawing! Took me three evenings, the hands were the worst part 😭 #art #sketch",
        "That’s not how any of this works, and you know it",
        "",
        "lol",
    ),
    "ja": (
        "今日は朝から雨が降っていて、駅まで歩くだけで靴がびしょびしょになってしまった。",
        "おはようございます☀️ 今日も一日がんばりましょう！",
        "新しい絵を描きました🎨 見てくれると嬉しいです #イラスト",
    ),
    "ko": ("오늘 점심은 김치찌개 먹었어요. 정말 맛있었습니다 😋", "내일 시험인데 하나도 안 했다"),
    "tr": ("Bugün İstanbul'da hava çok güzel, sahilde yürüyüş yaptık.",),
    "ru": ("Сегодня весь день идёт снег, а завтра обещают оттепель. Как всегда.",),
    "uk": ("Доброго ранку! Сьогодні знову довго не було світла, але ми тримаємось.",),
    "ar": ("صباح الخير، الجو اليوم جميل جدا والشمس مشرقة على المدينة",),
    "zh": ("今天天氣很好，我們一起去公園散步，還吃了冰淇淋。",),
    "th": ("วันนี้ฝนตกหนักมาก รถติดทั้งเมืองเลย ใครออกจากบ้านระวังด้วยนะ",),
}
NAMING = 100  # every so manieth post names a term
DELETED = 20  # one of so many is taken back a while later
ACCOUNTS = 50  # for so many posts, one frame about an account, which v1 always sends
TICK = 0.02  # seconds between two writes
MADE = 5_000  # texts that are made; then they come again under other ids
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_HEAD = (
    '{"did":"%s","time_us":%d,"kind":"commit","commit":{"rev":"%s","operation":"%s",'
    '"collection":"app.bsky.feed.post","rkey":"%s"'
)


@dataclass(frozen=True)
class Firehose:
    """Where it is read, and how it is going.

    told  waits for the end; then how many posts were sent, and how many of them named a term.
    """

    address: str
    connection: Connection

    def told(self, timeout: float) -> tuple[int, int]:
        assert self.connection.poll(timeout), "the firehose did not end"
        posts, naming = self.connection.recv()
        return posts, naming


@contextmanager
def firehose(rate: int, seconds: float, terms: Sequence[str]) -> Iterator[Firehose]:
    """Serve so many posts a second from when a client has come, for so many seconds."""
    context = get_context("spawn")  # a fork would copy our threads' locks
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, rate, seconds, tuple(terms)))
    process.start()
    try:
        assert ours.poll(60), "the firehose did not start"
        yield Firehose(ours.recv(), ours)
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, rate: int, seconds: float, terms: tuple[str, ...]) -> None:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.server import ServerConnection, serve

    bodies = records(terms, random.Random(7))

    def send(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed, OSError):  # whoever follows may have had enough
            pipe.send(_send_all(connection, rate, seconds, bodies))
            connection.recv()

    with serve(send, "127.0.0.1", 0, compression=None) as server:
        pipe.send(f"ws://127.0.0.1:{server.socket.getsockname()[1]}")
        server.serve_forever()


def _send_all(
    connection: Any, rate: int, seconds: float, bodies: Sequence[tuple[str, bool]]
) -> tuple[int, int]:
    """Send at an even rate; how many posts there were, and how many named a term."""
    draw = random.Random(11)
    supply = cycle(bodies)
    posts = naming = 0
    begun = time.perf_counter()
    while (passed := time.perf_counter() - begun) < seconds:
        frames = []
        while posts < rate * passed:
            body, names = next(supply)
            posts, naming = posts + 1, naming + names
            frames += _frames(posts, body, draw)
        connection.socket.sendall(b"".join(map(_framed, frames)))
        time.sleep(TICK)
    return posts, naming


def _frames(number: int, body: str, draw: random.Random) -> Iterator[str]:
    """A post, and now and then what else is told."""
    now = time.time_ns() // 1_000
    did, rkey = identity(number), key(number)
    yield _HEAD % (did, now, rkey, "create", rkey) + body
    if number % DELETED == 0:
        old = max(1, number - draw.randrange(1, 5_000))
        yield _HEAD % (identity(old), now, rkey, "delete", key(old)) + "}}"
    if number % ACCOUNTS == 0:
        yield (
            f'{{"did":"{did}","time_us":{now},"kind":"account","account":{{"active":true,'
            f'"did":"{did}","seq":{number},"time":"2026-11-20T10:00:00.000Z"}}}}'
        )


def _framed(text: str) -> bytes:
    """A websocket frame from a server (RFC 6455, 5.2): whole, of text, not masked."""
    data = text.encode()
    if len(data) < 126:
        return bytes((0x81, len(data))) + data
    return b"\x81\x7e" + len(data).to_bytes(2, "big") + data


def identity(number: int) -> str:
    """An author, of 40,000."""
    return f"did:plc:{key(number * 7919 % 40_000, 24)}"


def key(number: int, length: int = 13) -> str:
    """A number as a record's key is written."""
    spelt = ""
    while number or len(spelt) < length:
        number, digit = divmod(number, 32)
        spelt = _LETTERS[digit] + spelt
    return spelt


def records(terms: Sequence[str], draw: random.Random) -> list[tuple[str, bool]]:
    """What comes behind a post's key in its frame, and whether the post names a term."""
    said = words()
    tags = draw.choices(list(SHARES), list(SHARES.values()), k=MADE)
    made = []
    for number, tag in enumerate(tags):
        text = " ".join(draw.sample(said[tag], draw.randint(1, min(3, len(said[tag])))))
        names = number % NAMING == 0
        if names:
            text = f"{text} {draw.choice(terms)} again".strip()
        made.append((_record(number, tag, text, draw), names))
    return made


def words() -> dict[str, list[str]]:
    """What is said, by the language's tag."""
    found = {tag: list(WORDS.get(tag, ())) for tag in SHARES}
    for tag in found:
        path = OWN_POSTS / f"{tag}.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        found[tag] += [line[2:] for line in lines if line[:2] in ("+ ", "- ")]
    return found


def _record(number: int, tag: str, text: str, draw: random.Random) -> str:
    said: dict[str, object] = {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-11-20T10:00:00.000Z",
    }
    kind = draw.random()
    if kind < 0.15:
        picture = {"$type": "blob", "ref": {"$link": _hash(draw)}, "mimeType": "image/jpeg"}
        shape = {"height": 1500, "width": 2000}
        shown = [{"alt": "", "aspectRatio": shape, "image": picture | {"size": 412_345}}]
        said["embed"] = {"$type": "app.bsky.embed.images", "images": shown}
    elif kind < 0.28:
        address = "https://example.com/2026/11/20/a-story-of-some-length-that-is-linked?from=sky"
        card = {"title": "A story of some length", "description": text[:100], "uri": address}
        said["embed"] = {"$type": "app.bsky.embed.external", "external": card}
        ends = len(text.encode())
        link = {"$type": "app.bsky.richtext.facet#link", "uri": address}
        where = {"byteStart": max(0, ends - 20), "byteEnd": ends}
        said["facets"] = [{"features": [link], "index": where}]
    elif kind < 0.33:
        said["embed"] = {"$type": "app.bsky.embed.record", "record": _strong(number, draw)}
    said["langs"] = [tag]
    if draw.random() < 0.6:
        said["reply"] = {"parent": _strong(number + 1, draw), "root": _strong(number + 2, draw)}
    said["text"] = text
    record = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f',"record":{record},"cid":"{_hash(draw)}"}}}}'


def _strong(number: int, draw: random.Random) -> dict[str, str]:
    uri = f"at://{identity(number)}/app.bsky.feed.post/{key(number)}"
    return {"cid": _hash(draw), "uri": uri}


def _hash(draw: random.Random) -> str:
    return "bafyrei" + "".join(draw.choices(_LETTERS, k=52))
