"""The form on loopback, and somebody with a browser of the plainest sort."""

import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from listener.collectors.form import Settings
from listener.spool import Spool
from listener.spooled import Turned, Word
from tocsin.form.serving import FormServer

NOON = datetime(2026, 11, 22, 12, 0, 41, 123456, tzinfo=UTC)
AT = "https://complain.example"
ADDRESS, AGENT = "203.0.113.77", "Unmistakable/9.9"  # what a proxy and a browser would tell
FORM = "application/x-www-form-urlencoded"
WORDS = "I was charged twice for the same order, and nobody answers me. Terrible service."


@dataclass
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    html: str

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html)
        assert found is not None, self.html
        return found[1]

    @property
    def number(self) -> str:
        found = re.search(r"<code>([0-9a-f-]+)</code>", self.html)
        assert found is not None, self.html
        return found[1]


@dataclass
class Form:
    """A form that is running. `seconds` is its clock for stamps and limits."""

    folder: Path
    settings: Settings
    brands: tuple[str, ...] = ("Acme",)
    seconds: float = 0.0
    now: datetime = NOON
    server: FormServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = FormServer(
            self.settings, self.brands, seconds=lambda: self.seconds, now=lambda: self.now
        )

    def ask(self, method: str, path: str, body: bytes | None = None, **more: str) -> Answered:
        """One request as a proxy would hand it on, with all that it would tell of the sender."""
        told = {"Host": "complain.example", "X-Forwarded-For": ADDRESS, "User-Agent": AGENT}
        told |= {name.replace("_", "-"): value for name, value in more.items()}
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            line.request(method, path, body, told)
            answer = line.getresponse()
            said = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, said, answer.read().decode())
        finally:
            line.close()

    def post(self, path: str, fields: dict[str, str], **more: str) -> Answered:
        body = urlencode(fields, errors="surrogatepass").encode()
        given = {"Content_Type": FORM, "Origin": AT, "Sec_Fetch_Site": "same-origin", **more}
        return self.ask("POST", path, body, **given)

    def open(self) -> str:
        """Open the page and read it for a minute; its stamp."""
        stamp = self.ask("GET", "/").hidden("stamp")
        self.seconds += 60
        return stamp

    def send(self, text: str = WORDS, brand: str = "Acme", **fields: str) -> Answered:
        return self.post("/", {"stamp": self.open(), "brand": brand, "text": text, **fields})

    def raw(self, sent: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as line:
            line.sendall(sent)
            got = b""
            while part := line.recv(65536):
                got += part
        return got

    def kept(self) -> list[bytes]:
        """The posts that are waiting for the daemon, as they stand on the disk."""
        return [path.read_bytes() for path in sorted((self.folder / "posts").iterdir())]

    def every_byte(self) -> bytes:
        """All names and contents below the folder."""
        found = sorted(self.folder.rglob("*"))
        return b"".join(
            str(path).encode() + (path.read_bytes() if path.is_file() else b"") for path in found
        )


@contextmanager
def running(folder: Path, *, brands: tuple[str, ...] = ("Acme",), **more: object) -> Iterator[Form]:
    """A form whose door is open; closed by its own handle."""
    given = {"name": "door", "kind": "form", "folder": folder, "listen": "127.0.0.1:0"}
    settings = Settings.model_validate({**given, "addresses": [AT], **more})
    form = Form(folder, settings, brands)
    thread = threading.Thread(target=form.server.run, daemon=True)
    thread.start()
    while not form.server.is_serving:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield form
    finally:
        form.server.stop()
        thread.join(10)
        assert not thread.is_alive()


def words_in(form: Form) -> list[Word]:
    spool = Spool(form.folder)
    found = [spool.read(name) for name in spool.waiting(NOON + timedelta(minutes=5))]
    return [one for one in found if isinstance(one, Word)]


def turned(form: Form) -> dict[str, int]:
    """How many were turned away, as the daemon will read it."""
    form.server.desk.tell()
    spool = Spool(form.folder)
    found = [spool.read(name) for name in spool.waiting(NOON + timedelta(minutes=5))]
    return {why: n for one in found if isinstance(one, Turned) for why, n in one.counts.items()}


class Read(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def tags(html: str) -> list[str]:
    """The names of a page's tags, in their order."""
    return [tag for tag, _ in Read(html).seen]
