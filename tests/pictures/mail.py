"""The pictures of a letter and of the page behind its link, made from what really left the house.

python -m tests.pictures.mail      writes docs/channels/mail.png and docs/links.png
"""

import email
import email.policy
import html
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

from config.settings import Band, Contact, Person
from escalation.channels import build, settings_of
from listener.mention import Author, Kind, Observation, Post
from listener.tools import Tools
from tests.firm import NOON, OWNER, Firm, open_firm, settings
from tests.pictures.chromium import chromium, opened, picture, shown
from tocsin.clock import VirtualClock
from tocsin.web import Links, Server, application

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHOWN = {OWNER: "Ada Lovelace"}
WORDS = (
    "Charged twice for the same invoice, and nobody answers my mails. This is the third time "
    "I ask. @AcmeHelp are you there? <b>Hello?</b>"
)


@dataclass
class Mailbox:
    """Keeps what a mail server takes in, byte for byte."""

    letters: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope.content)
        return "250 taken"


@dataclass
class Sent:
    """A house that has sent a letter about its first case, whose link is served."""

    firm: Firm
    raw: bytes

    @property
    def letter(self) -> EmailMessage:
        read = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def link(self) -> str:
        """The address in the plain part, as a person would copy it."""
        lines = self.body("plain").splitlines()
        return next(line for line in lines if "/a/" in line)

    def body(self, kind: str) -> str:
        part = self.letter.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@contextmanager
def a_letter(folder: Path) -> Iterator[Sent]:
    """A complaint is heard; a real mail server takes the letter; its link is served on loopback."""
    mailbox, port = Mailbox(), _free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    server.start()
    try:
        firm = _firm(folder / "tocsin.db", server.port, f"http://127.0.0.1:{port}")
        web = Server(application(dict, Links(firm.house)), "127.0.0.1", port)
        web.start()
        pause = threading.Event()
        while not web.is_serving:
            pause.wait(0.01)
        try:
            _hear(firm)
            firm.passes(timedelta(minutes=1))
            yield Sent(firm, mailbox.letters[0])
        finally:
            web.stop()
            web.join()
            firm.house.store.close()
    finally:
        server.stop()


def in_a_mail_program(browser: "Browser", raw: bytes) -> "Page":
    """A letter as mail programs show it: who, to whom, what, then its HTML and no script."""
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    body = read.get_body(("html",))
    assert body is not None
    rows = "".join(
        f"<tr><td style='color:#666;padding-right:1em'>{name}</td>"
        f"<td>{html.escape(str(read[name]))}</td></tr>"
        for name in ("From", "To", "Subject", "Date")
    )
    style = "font:15px/1.5 'DejaVu Sans',sans-serif;margin:24px"
    head = f"<table style='border-bottom:1px solid #ccc;width:100%;font:inherit'>{rows}</table>"
    page = f'<body style="{style}">{head}{body.get_content()}</body>'
    return shown(browser, page, java_script_enabled=False)


def _firm(database: Path, smtp: int, links: str) -> Firm:
    declared = settings()
    people = tuple(_reached_by_mail(one) for one in declared.people)
    known = declared.model_copy(update={"people": people, "links": links})
    mail = settings_of("mail")(
        name="mail", kind="mail", host="127.0.0.1", port=smtp, tls="none",
        sender="tocsin@acme.example",
    )  # fmt: skip
    tools = Tools(wire=None, reveal=str, user_agent="tocsin/test")  # type: ignore[arg-type]
    channels: Any = {"mail": build(mail, tools)}
    return open_firm(database, clock=VirtualClock(NOON), channels=channels, declared=known)


def _reached_by_mail(person: Person) -> Person:
    contact = Contact(channel="mail", to=f"{person.name}@acme.example")
    called = SHOWN.get(person.name)
    return person.model_copy(
        update={"contacts": (contact,), **({"full_name": called} if called else {})}
    )


def _hear(firm: Firm) -> None:
    """What is heard of a customer, put before the engine as a complaint."""
    from escalation.engine import Complaint

    post = Post(
        platform="x",
        id="1",
        text=WORDS,
        created_at=firm.now,
        author=Author(id="7", handle="ann_in_bath", name="Ann", followers=1200),
        url="https://x.example/ann_in_bath/status/1",
    )

    def work(desk: Any) -> None:
        kept = desk.keep_post(Observation(Kind.POST, post, firm.now), "test")
        complaint = Complaint(
            post=kept.post, author=kept.author, brand="Acme", team="care", topic="billing",
            band=Band.P2, score=66.0, safety=False, created_at=firm.now,
        )  # fmt: skip
        firm.house.engine.hear(desk, complaint, firm.now)

    firm.write(work)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def main() -> None:
    """Write the pictures of the docs."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, a_letter(Path(folder)) as sent, chromium() as own:
        picture(in_a_mail_program(own, sent.raw), "docs/channels/mail.png")
        page = opened(own)
        page.goto(sent.link)
        picture(page, "docs/links.png")


if __name__ == "__main__":
    main()
