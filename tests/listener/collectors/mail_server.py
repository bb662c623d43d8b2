"""A mail server on loopback that speaks as much IMAP (RFC 3501) as a reader of INBOX needs."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Inbox:
    """Letters by number, when each arrived, and what was asked."""

    letters: dict[int, bytes] = field(default_factory=dict)
    arrived: str = "02-Nov-2026 08:30:00 +0000"
    validity: int = 5
    password: str = "open sesame"
    seen: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    announce: int | None = None  # of a letter's size; None: the truth
    recent: int = 1  # letters from this number on arrived on the day that is searched from
    tells_next: bool = True  # the number that the next letter will get

    def answer(self, tag: str, line: str) -> Iterator[bytes]:
        """What the server writes for one command."""
        self.asked.append(line)
        word, _, rest = line.partition(" ")
        fine = f"{tag} OK done\r\n".encode()
        if word == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1\r\n" + fine
        elif word == "LOGIN":
            right = rest.endswith(f'"{self.password}"')
            yield fine if right else f"{tag} NO [AUTHENTICATIONFAILED] wrong\r\n".encode()
        elif word in ("EXAMINE", "SELECT"):
            yield f"* {len(self.letters)} EXISTS\r\n".encode()
            yield f"* OK [UIDVALIDITY {self.validity}] valid\r\n".encode()
            if self.tells_next:
                yield f"* OK [UIDNEXT {max(self.letters, default=0) + 1}] next\r\n".encode()
            yield fine
        elif line.startswith("UID SEARCH"):
            yield f"* SEARCH {' '.join(map(str, self._found(rest)))}\r\n".encode() + fine
        elif line.startswith("UID FETCH"):
            yield from self._letter(int(rest.split()[1]))
            yield fine
        elif line.startswith("UID STORE"):
            self.seen |= {int(n) for n in rest.split()[1].split(",")}
            yield fine
        else:
            yield b"* BYE\r\n" + fine

    def _found(self, rest: str) -> list[int]:
        after = re.search(r"UID ([*]|\d+:[*])", rest)
        since = self.recent if "SINCE" in rest else 1
        first = int(after[1].split(":")[0]) if after and ":" in after[1] else 2**32
        found = [number for number in self.letters if after is None or number >= first]
        # "*" is the last one, whatever its number
        return sorted(n for n in found or list(self.letters)[-1:] if n >= since)

    def _letter(self, number: int) -> Iterator[bytes]:
        if number in self.letters:
            raw = self.letters[number][: 256 * 1024]
            size = self.announce or len(raw)
            head = f'* 1 FETCH (UID {number} INTERNALDATE "{self.arrived}" BODY[]<0> {{{size}}}\r\n'
            yield head.encode() + raw + b")\r\n"


@contextmanager
def serving(inbox: Inbox) -> Iterator[int]:
    """The port on which it is served."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, asked = line.decode().strip().partition(" ")
                for piece in inbox.answer(tag, asked):
                    self.wfile.write(piece)
                if asked == "LOGOUT":
                    return

        def finish(self) -> None:
            try:
                super().finish()
            except OSError:
                return  # the reader hung up

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, request: Any, address: Any) -> None:
            """A reader that hangs up is no fault of the server's."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
