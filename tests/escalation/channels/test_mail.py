"""A letter says what it must, has no header of a stranger's, and arrives or says why not."""

import email
import email.policy
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from config import MissingSecret, Secret
from escalation.channel import ChannelRefused, ChannelUnavailable, Message, Purpose, Verbatim
from escalation.channels.mail import Mail, Settings, build
from escalation.channels.mail_letter import ADDRESS, letter
from listener.tools import Tools

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PASSWORD = "EXAMPLE-mail-password"
SENDER = "tocsin@acme.example"
MESSAGE = Message(
    key="case 17/1",
    purpose=Purpose.PAGE,
    to="ada@acme.example",
    headline="Soon · Ada Lovelace · 3 posts: billing at Acme",
    lines=("Next: acknowledge by 13:15",),
    verbatim=Verbatim(
        "Charged twice <b>&\nnobody answers", "@ann", "x", 1200, "https://x.example/1?a=1&b=2"
    ),
    subject="case 17",
)


def no_wire(*_: Any, **__: Any) -> Any:
    raise AssertionError("mail is not HTTP")


def mail(port: int, reveal: Callable[[Secret], str] = lambda _: PASSWORD, **fields: Any) -> Mail:
    fields = {"host": "127.0.0.1", "tls": "none", "sender": SENDER, **fields}
    settings = Settings(name="mail", port=port, **fields)
    return Mail(settings, Tools(no_wire, reveal, "tocsin/test"), now=lambda: NOON)  # type: ignore[arg-type]


def reread(message: Message) -> EmailMessage:
    raw = letter(message, SENDER, NOON).as_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def part(post: EmailMessage, kind: str) -> str:
    body = post.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize(
    ("headline", "subject"),
    [
        ("Ada Lovelace closed it.", "Case 2 (billing, Brindlewick): Ada Lovelace closed it."),
        (
            "Bob gave it to another team, which is rather far away: Ada Lovelace is asked.",
            "Case 2 (billing, Brindlewick): Bob gave it to another team, which is…",
        ),
        ("Case 2 (billing, Brindlewick): over", "Case 2 (billing, Brindlewick): over"),
    ],
)
def test_the_subject_of_what_follows_says_what_it_belongs_to(headline: str, subject: str) -> None:
    """In the letter itself the sentence stands whole."""
    about = "Case 2 (billing, Brindlewick)"
    post = reread(
        Message(
            key="k", purpose=Purpose.REPLY, to="ada@acme.example", headline=headline, about=about
        )
    )
    assert len(subject) <= 70
    assert " ".join(post["Subject"].split()) == subject  # folded between two words
    assert part(post, "plain").splitlines()[0] == headline


def test_a_letter_reads_like_this() -> None:
    post = reread(MESSAGE)
    assert post["Subject"] == MESSAGE.headline
    assert part(post, "plain").splitlines() == [
        "Soon · Ada Lovelace · 3 posts: billing at Acme",
        "",
        "> Charged twice <b>&",
        "> nobody answers",
        "— @ann on x, 1,200 followers",
        "https://x.example/1?a=1&b=2",
        "",
        "Next: acknowledge by 13:15",
        "",
        "-- ",
        "case 17",
    ]
    page = part(post, "html").replace("\r\n", "\n")
    assert "Charged twice &lt;b&gt;&amp;\nnobody answers</blockquote>" in page
    assert '<a href="https://x.example/1?a=1&amp;b=2">https://x.example/1?a=1&amp;b=2</a>' in page


def test_a_letter_is_marked_as_automatic_and_a_page_as_important() -> None:
    assert reread(MESSAGE)["Auto-Submitted"] == "auto-generated"
    assert reread(MESSAGE)["Importance"] == "high"
    assert reread(replace(MESSAGE, purpose=Purpose.NOTICE))["Importance"] is None


def test_a_repeat_is_the_same_letter_and_says_so() -> None:
    again = reread(replace(MESSAGE, repeated=True))
    assert again["Message-ID"] == reread(MESSAGE)["Message-ID"]
    assert reread(replace(MESSAGE, key="case 17/2"))["Message-ID"] != again["Message-ID"]
    assert "may be a repeat" in part(again, "plain")


def test_letters_on_one_subject_stand_in_one_thread() -> None:
    thread = reread(MESSAGE)["References"]
    assert reread(replace(MESSAGE, key="other"))["References"] == thread
    assert reread(replace(MESSAGE, subject="case 18"))["References"] != thread
    assert reread(replace(MESSAGE, subject=""))["References"] is None


LINK = "https://tocsin.example/a/0123456789abcdef0123456789abcdef"


def test_a_letter_shows_its_link_as_a_button_and_as_text_and_says_that_it_opens() -> None:
    post = reread(replace(MESSAGE, link=LINK))
    plain = part(post, "plain").splitlines()
    assert plain[plain.index(LINK) - 1] == "Open case 17 to act on it:"
    page = part(post, "html")
    assert re.findall(r"<a href='([^']*)'", page) == [LINK, LINK]
    assert f">{LINK}</a>" in page
    assert ">Open case 17 to act on it</a>" in page


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "https://x/ y", "https://x\r\nBcc: a@b"]
)
def test_what_is_no_address_of_the_web_is_no_link(link: str) -> None:
    post = reread(replace(MESSAGE, link=link, verbatim=None))
    assert "<a " not in part(post, "html")
    assert "Open case" not in part(post, "plain")


def test_a_letter_under_another_one_answers_it_in_the_same_thread() -> None:
    first = reread(MESSAGE)
    under = reread(replace(MESSAGE, key="other", under=first["Message-ID"]))
    assert under["In-Reply-To"] == first["Message-ID"]
    assert under["References"].split() == [first["References"], first["Message-ID"]]
    forged = reread(replace(MESSAGE, under="<x@y>\r\nBcc: all@corp.example"))
    assert (forged["In-Reply-To"], forged["Bcc"]) == (first["References"], None)


def test_a_digest_brings_its_own_page_unless_no_program_would_show_all_of_it() -> None:
    digest = replace(MESSAGE, purpose=Purpose.DIGEST, html="<h1>Week 47</h1>", verbatim=None)
    assert part(reread(digest), "html").strip() == "<h1>Week 47</h1>"
    assert "Next: acknowledge" in part(reread(replace(digest, html="x" * 2_000_001)), "html")


TEXT = st.text(st.characters(codec=None), max_size=120) | st.sampled_from(
    [
        "x\r\nBcc: all@corp.example",
        "=?utf-8?Q?x=0D=0ABcc:_a@b?=",
        "=?utf-8?B?PGI+?= =?utf-8?B?PGI+?=",
        "x\n\n<html>",
        "<script>alert(1)</script>",
        "." + "\n.\r\nMAIL FROM:<x@y>",
        "é" * 300,
        "a" * 3000,
    ]
)


@settings(deadline=None)  # a busy machine is no failure
@given(text=TEXT, other=TEXT)
def test_no_text_adds_a_header_or_a_part_or_a_tag(text: str, other: str) -> None:
    hostile = replace(
        MESSAGE, key=text, headline=other, lines=(text, other), subject=text,
        verbatim=Verbatim(text, other, text, None, other), link=text, under=other,
    )  # fmt: skip
    raw = letter(hostile, SENDER, NOON).as_bytes()
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n")), "RFC 5322, 2.1.1"
    post = email.message_from_bytes(raw, policy=email.policy.default)
    wanted = {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Importance",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert wanted <= set(post.keys()) <= wanted | {"References", "In-Reply-To"}
    assert len(post.keys()) == len(set(post.keys()))
    assert post["To"] == MESSAGE.to
    parts = list(post.walk())
    kinds = [one.get_content_type() for one in parts]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    tags = set(re.findall(r"<\s*/?([a-z0-9!]+)", parts[2].get_content().lower()))
    assert tags <= {"!doctype", "h1", "blockquote", "p", "a"}


@settings(deadline=None)  # a busy machine is no failure
@given(to=st.from_regex(ADDRESS, fullmatch=True), sender=st.from_regex(ADDRESS, fullmatch=True))
def test_an_address_stands_in_its_header_as_it_was_given(to: str, sender: str) -> None:
    raw = letter(replace(MESSAGE, to=to), sender, NOON).as_bytes()
    post: Any = email.message_from_bytes(raw, policy=email.policy.default)
    assert [one.addr_spec for one in post["To"].addresses] == [to]
    assert [one.addr_spec for one in post["From"].addresses] == [sender]


class Mailbox:
    """Takes letters in, or refuses a recipient."""

    def __init__(self, refusal: str = "") -> None:
        self.letters: list[bytes] = []
        self.refusal = refusal

    async def handle_RCPT(self, *given: Any) -> str:
        _, _, envelope, address, _ = given
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope.content)
        return "250 taken"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def serve(request: pytest.FixtureRequest) -> Callable[..., int]:
    """Start a mail server on loopback; returns its port."""

    def start(mailbox: Mailbox, **how: Any) -> int:
        controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **how)
        controller.start()
        request.addfinalizer(controller.stop)
        return controller.port

    return start


def test_a_letter_arrives_and_its_receipt_is_its_id(serve: Callable[..., int]) -> None:
    mailbox = Mailbox()
    receipt = mail(serve(mailbox)).deliver(MESSAGE, deadline=5)
    [raw] = mailbox.letters
    assert email.message_from_bytes(raw)["Message-ID"] == receipt.ref


@pytest.mark.parametrize(
    ("refusal", "error", "said"),
    [
        ("550 no such user", ChannelRefused, r"mail: the mail server refused the letter \(550\)"),
        ("450 greylisted, come back", ChannelUnavailable, r"busy \(450\)"),
        ("421 closing", ChannelUnavailable, r"busy \(421\)"),
    ],
    ids=["nobody of that name", "greylisting", "closing down"],
)
def test_a_refused_recipient(
    serve: Callable[..., int], refusal: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        mail(serve(Mailbox(refusal))).deliver(MESSAGE, deadline=5)


def with_login(serve: Callable[..., int]) -> int:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        right = login.password == PASSWORD.encode()
        return AuthResult(success=right, handled=False)

    return serve(Mailbox(), authenticator=check, auth_required=True, auth_require_tls=False)


LOGIN = {"username": "tocsin", "password": Secret(env="MAIL_PASSWORD")}


def test_the_right_password_opens(serve: Callable[..., int]) -> None:
    assert mail(with_login(serve), **LOGIN).deliver(MESSAGE, deadline=5).ref


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("EXAMPLE-wrong", r"refused username and password \(535\): put a valid password"),
        ("EXAMPLE-pässword", "must be plain ASCII"),
    ],
    ids=["wrong", "not ASCII"],
)
def test_a_password_that_does_not_open_is_refused_and_not_shown(
    serve: Callable[..., int], password: str, said: str
) -> None:
    channel = mail(with_login(serve), lambda _: password, **LOGIN)
    with pytest.raises(ChannelRefused, match=said) as caught:
        channel.deliver(MESSAGE, deadline=5)
    shown = f"{caught.value} {caught.value!r} {caught.value.__cause__!r} {channel!r}"
    assert "EXAMPLE" not in shown


def test_a_server_without_tls_or_login_is_refused_with_what_to_check(
    serve: Callable[..., int],
) -> None:
    port = serve(Mailbox())
    for channel in (mail(port, tls="starttls"), mail(port, **LOGIN)):
        with pytest.raises(ChannelRefused, match='check "tls" and "port"'):
            channel.deliver(MESSAGE, deadline=5)


def test_a_server_that_speaks_no_tls_where_it_should_is_unavailable(
    serve: Callable[..., int],
) -> None:
    with pytest.raises(ChannelUnavailable, match="cannot be reached"):
        mail(serve(Mailbox()), tls="implicit").deliver(MESSAGE, deadline=5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, of nobody's, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    crt, key = folder / "crt.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
               str(key), "-out", str(crt), "-subj", "/CN=127.0.0.1",
               "-addext", "subjectAltName=IP:127.0.0.1"]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("left out: needs the command openssl, to make a certificate")
    return crt, key


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_is_checked_before_the_password_leaves(
    serve: Callable[..., int], certificate: tuple[Path, Path], tls: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    crt, key = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(crt, key)
    kept: list[bytes] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        kept.append(login.password)
        return AuthResult(success=True)

    how = {"tls_context": context} if tls == "starttls" else {"ssl_context": context}
    # aiosmtpd knows nothing of the TLS below it, where it is implicit.
    inner_tls = tls == "starttls"
    port = serve(Mailbox(), authenticator=check, auth_require_tls=inner_tls, **how)
    channel = mail(port, tls=tls, **LOGIN)
    with pytest.raises(ChannelRefused, match="certificate does not belong"):
        channel.deliver(MESSAGE, deadline=5)
    assert not kept
    monkeypatch.setenv("SSL_CERT_FILE", str(crt))
    assert channel.deliver(MESSAGE, deadline=5).ref
    assert kept == [PASSWORD.encode()]


def test_nobody_at_home_is_not_now() -> None:
    with pytest.raises(ChannelUnavailable, match="mail: the mail server cannot be reached"):
        mail(free_port()).deliver(MESSAGE, deadline=5)


@pytest.fixture(params=[b"2", b"220-wait\r\n", b""], ids=["letters", "lines", "nothing"])
def dripping(request: pytest.FixtureRequest) -> Iterator[int]:
    """A server whose greeting drips in for ever; at the end it must have been hung up on."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line:
                while not over.wait(0.02):
                    try:
                        line.sendall(request.param)
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


def test_a_dripping_server_ends_by_the_deadline_and_leaves_no_call_behind(dripping: int) -> None:
    with pytest.raises(ChannelUnavailable):
        mail(dripping).deliver(MESSAGE, deadline=0.2)
    left = [thread for thread in threading.enumerate() if thread.name == "within mail mail"]
    for thread in left:
        thread.join(5)
    assert not any(thread.is_alive() for thread in left)


def test_a_letter_that_was_taken_is_sent_even_where_the_server_never_says_goodbye() -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take_and_fall_silent() -> None:
            line, _ = server.accept()
            with line, line.makefile("rb") as heard:
                line.sendall(b"220 hello\r\n")
                for command in heard:
                    if command.upper().startswith(b"DATA"):
                        line.sendall(b"354 go on\r\n")
                        while heard.readline() != b".\r\n":
                            pass
                    if command.upper().startswith(b"QUIT"):
                        over.wait()
                        return
                    line.sendall(b"250 fine\r\n")

        thread = threading.Thread(target=take_and_fall_silent)
        thread.start()
        try:
            assert mail(server.getsockname()[1]).deliver(MESSAGE, deadline=1).ref
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("greeting", "error"),
    [
        pytest.param(b"554 go away\r\n", ChannelRefused, id="it wants nothing of us"),
        pytest.param(b"421 busy\r\n", ChannelUnavailable, id="it is busy"),
        pytest.param(b"\xff\xfe\r\n", ChannelUnavailable, id="noise"),
        pytest.param(b"HTTP/1.1 400 Bad\r\n", ChannelUnavailable, id="a web server"),
        pytest.param(b"", ChannelUnavailable, id="nothing"),
    ],
)
def test_an_odd_greeting(greeting: bytes, error: type[Exception]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(error):
            mail(server.getsockname()[1]).deliver(MESSAGE, deadline=5)
        thread.join()


@pytest.mark.parametrize(
    "to",
    ["ada", "a@b, c@d", "Ada <ada@acme.example>", "ada@acme.example\r\nBcc: x@y", "ä@acme.example",
     "ada@acme.example\n", "", "@acme.example", "ada@-acme.example", "a b@acme.example",
     "=?utf-8?q?a=2Cb?=@acme.example", "a..b@acme.example", "a@b..c",
     "a" * 250 + "@acme.example"],
)  # fmt: skip
def test_only_one_plain_address_is_written_to(to: str) -> None:
    with pytest.raises(ChannelRefused, match="no plain mail address"):
        mail(9).deliver(replace(MESSAGE, to=to), deadline=5)


def missing(secret: Secret) -> str:
    raise MissingSecret(f"{secret} is not set")


def test_a_missing_password_is_refused_when_built_and_when_it_goes_missing_later(
    serve: Callable[..., int],
) -> None:
    channel = mail(serve(Mailbox()), missing, **LOGIN)
    with pytest.raises(ChannelRefused, match="mail: environment variable MAIL_PASSWORD is not set"):
        build(channel.settings, channel.tools)
    with pytest.raises(ChannelRefused, match="MAIL_PASSWORD is not set"):
        channel.deliver(MESSAGE, deadline=5)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"username": "tocsin"}, "both username and password"),
        ({"password": {"env": "P"}}, "both username and password"),
        ({"username": "t", "password": {"env": "P"}, "tls": "none"}, '"tls" must be "starttls"'),
        ({"sender": "Tocsin <t@acme.example>"}, "sender"),
        ({"host": "smtp.acme.example\n"}, "host"),
        ({"port": 0}, "port"),
        ({"username": "t", "password": PASSWORD}, "a secret is never written in this file"),
    ],
    ids=[
        "no password",
        "no username",
        "in clear",
        "sender",
        "host",
        "port",
        "a secret in the file",
    ],
)
def test_settings_that_cannot_work_are_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        Settings.model_validate(
            {"name": "mail", "host": "smtp.acme.example", "sender": SENDER} | fields
        )
    assert PASSWORD not in str(caught.value)
