"""A mailbox read without a mark on it, on a mail server on loopback."""

import imaplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config import Brand, MissingSecret, Secret
from listener.collector import AuthorisationLost, Batch, Later, Malformed
from listener.collectors.imap import ImapSource, Settings, build
from listener.collectors.imap_answers import Bounded
from listener.collectors.imap_place import MAX_LETTERS
from listener.letters import read_letter
from listener.mention import Observation
from listener.tools import Tools
from tests.listener.collectors.mail_server import Inbox, serving

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
ARRIVED = START + timedelta(minutes=30)


def letter(number: int = 1, **headers: str) -> bytes:
    made = EmailMessage()
    headers = {
        "From": '"Ann O." <Ann@Example.org>',
        "Subject": "Charged twice",
        "Message-ID": f"<{number}@example.org>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in headers.items():
        made[name] = value
    made.set_content(f"Please refund order {number}.\n> earlier words\nAnn")
    return made.as_bytes()


class PlainMailbox(Bounded):
    """Without TLS, and with the limits of the real one."""


@dataclass
class Reader:
    source: ImapSource
    cursor: str | None = None
    seen: list[Observation] = field(default_factory=list)

    def read(self, minute: float) -> Batch:
        now = START + timedelta(minutes=minute)
        batch = self.source.fetch(self.cursor, now=now, deadline=20.0)
        self.cursor = batch.cursor or self.cursor
        self.seen += batch.observations
        return batch

    @property
    def titles(self) -> list[str]:
        return [one.post.title for one in self.seen]


Make = Callable[..., Reader]


def settings(**more: Any) -> Settings:
    declared = {"host": "mail.example", "username": "us", "password": Secret(env="P"), **more}
    return Settings(name="mailbox", kind="imap", **declared)


def revealed(secret: Secret) -> str:
    return {"P": "open sesame", "K": "a long random key"}[secret.env or ""]


@pytest.fixture
def reader(nothing: Tools) -> Iterator[Make]:
    with ExitStack() as stack:

        def make(inbox: Inbox, ours: frozenset[str] = frozenset(), **more: Any) -> Reader:
            port = stack.enter_context(serving(inbox))
            tools = Tools(nothing.wire, revealed, "tocsin/0")

            def connect(seconds: float) -> imaplib.IMAP4:
                return PlainMailbox("127.0.0.1", port, timeout=seconds)

            return Reader(ImapSource(settings(**more), tools, connect, ours))

        yield make


def test_a_letter_is_read(reader: Make) -> None:
    reading = reader(
        Inbox({7: letter(In_Reply_To="<0@x>", References="<r@x> <0@x>")}), about="Acme"
    )
    reading.read(60)
    (post,) = [one.post for one in reading.seen]
    assert (post.platform, post.title, post.created_at) == ("mail", "Acme: Charged twice", ARRIVED)
    assert post.text == "Please refund order 1.\nAnn"
    assert (post.author.id, post.author.name) == ("ann@example.org", "Ann O.")
    assert (post.in_reply_to, post.conversation_id) == ("0@x", "r@x")


def test_nothing_is_marked_as_read_unless_it_is_asked_for(reader: Make) -> None:
    inbox = Inbox({7: letter()})
    reading = reader(inbox)
    reading.read(60)
    reading.read(61)
    assert inbox.seen == set()
    assert any(asked.startswith("EXAMINE") for asked in inbox.asked)
    assert not any(asked.startswith("SELECT") for asked in inbox.asked)
    assert all("BODY[" not in asked for asked in inbox.asked)  # PEEK alone leaves no mark


def test_a_letter_is_marked_as_read_only_after_it_was_stored(reader: Make) -> None:
    inbox = Inbox({7: letter()})
    reading = reader(inbox, mark_read=True)
    reading.read(60)
    assert inbox.seen == set()
    reading.read(61)
    assert inbox.seen == {7}


def test_letters_are_read_once_and_in_parts_where_there_are_many(reader: Make) -> None:
    inbox = Inbox({n: letter(n) for n in range(1, MAX_LETTERS + 11)})
    reading = reader(inbox)
    assert reading.read(60).more
    assert not reading.read(60).more
    assert len(reading.seen) == len({one.post.id for one in reading.seen}) == MAX_LETTERS + 10
    assert reading.read(61).observations == ()


def test_a_mailbox_that_numbers_anew_repeats_no_post_and_loses_none(reader: Make) -> None:
    inbox = Inbox({7: letter(1)})
    reading = reader(inbox)
    reading.read(60)
    inbox.validity, inbox.letters = 6, {1: letter(1), 2: letter(2)}
    reading.read(61)
    ids = [one.post.id for one in reading.seen]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_what_arrived_before_the_first_start_is_backfill(reader: Make) -> None:
    inbox = Inbox({7: letter(1)})
    reading = reader(inbox)
    reading.read(60)
    inbox.letters[8], inbox.arrived = letter(2), "02-Nov-2026 10:00:00 +0000"
    reading.read(130)
    assert [one.backfill for one in reading.seen] == [True, False]


@pytest.mark.parametrize("tells_next", [True, False])
def test_letters_from_before_the_day_that_is_looked_back_on_are_never_read(
    reader: Make, tells_next: bool
) -> None:
    inbox = Inbox({n: letter(n) for n in range(1, 11)}, recent=11, tells_next=tells_next)
    reading = reader(inbox)
    assert [reading.read(minute).more for minute in (0, 2)] == [False, False]
    assert reading.seen == []
    inbox.letters[11] = letter(11)
    reading.read(4)
    assert len(reading.seen) == 1


def test_old_letters_stay_unread_also_where_the_recent_ones_come_in_parts(reader: Make) -> None:
    old = dict.fromkeys(range(1, 101), letter(0))
    inbox = Inbox(old | {n: letter(n) for n in range(101, 111 + MAX_LETTERS)}, recent=101)
    inbox.letters[300] = letter(300)
    reading = reader(inbox)
    while reading.read(0).more:
        inbox.recent = 300  # the server answers for the numbers it is asked for alone
    assert len(reading.seen) == MAX_LETTERS + 1


def test_a_mailbox_that_numbers_anew_is_read_from_the_last_days_on_and_no_further(
    reader: Make,
) -> None:
    inbox = Inbox({n: letter(n) for n in range(1, 6)})
    reading = reader(inbox)
    reading.read(0)
    inbox.validity, inbox.recent = 6, 11
    inbox.letters = {n: b"X-Moved: yes\r\n" + letter(n) for n in range(1, 11)}
    reading.read(60)
    reading.read(62)
    assert len(reading.seen) == 5


def test_an_empty_mailbox_is_read_from_its_first_letter_on(reader: Make) -> None:
    inbox = Inbox({}, tells_next=False, recent=2)
    reading = reader(inbox)
    reading.read(0)
    inbox.letters[1] = letter(1)
    reading.read(2)
    assert len(reading.seen) == 1


def test_an_anonymous_sender_stays_unknown_and_the_same(reader: Make) -> None:
    inbox = Inbox({7: letter(1), 8: letter(2)})
    reading = reader(inbox, anonymous=True, key=Secret(env="K"))
    reading.read(60)
    first, second = [one.post for one in reading.seen]
    assert first.author.id == second.author.id != ""
    kept = repr((first, second))
    assert "example.org" not in kept.lower()
    assert "Ann O." not in kept


def test_anonymous_needs_a_key() -> None:
    with pytest.raises(ValidationError, match="needs a key"):
        settings(anonymous=True)


def test_who_writes_under_our_own_address_is_not_taken_for_us(reader: Make) -> None:
    inbox = Inbox({7: letter(From="support@acme.example"), 8: letter(2)})
    reading = reader(inbox, frozenset({"support@acme.example"}))
    assert reading.read(60).malformed == ()
    assert len(reading.seen) == 1


def test_our_addresses_are_the_brands_accounts(nothing: Tools) -> None:
    brand = Brand(name="Acme", accounts={"mail": ("Support@Acme.example",)})
    source = build(settings(), [brand], Tools(nothing.wire, revealed, "t"))
    assert isinstance(source, ImapSource)
    assert source._ours == {"support@acme.example"}


def test_a_wrong_password_is_named_and_not_repeated(reader: Make) -> None:
    with pytest.raises(AuthorisationLost, match="name or password") as caught:
        reader(Inbox(password="other")).read(0)
    assert "sesame" not in str(caught.value)


def test_a_missing_password_is_told_when_it_is_built(nothing: Tools) -> None:
    def missing(secret: Secret) -> str:
        raise MissingSecret("environment variable P is not set")

    with pytest.raises(AuthorisationLost, match="P is not set"):
        build(settings(), [], Tools(nothing.wire, missing, "t"))


def test_a_server_that_announces_too_much_is_refused(reader: Make) -> None:
    with pytest.raises(Malformed, match="announces more"):
        reader(Inbox({7: letter()}, announce=10**9)).read(60)


def test_a_server_that_is_not_there_is_asked_again_later(nothing: Tools) -> None:
    def refuse(seconds: float) -> imaplib.IMAP4:
        raise ConnectionRefusedError

    source = ImapSource(settings(), Tools(nothing.wire, revealed, "t"), refuse)
    with pytest.raises(Later, match="mailbox"):
        source.fetch(None, now=START, deadline=5.0)


@pytest.mark.parametrize("cursor", ["", "[]", "x", '{"validity": -1}', "[" * 5_000])
def test_a_cursor_that_cannot_be_read_is_a_first_start(reader: Make, cursor: str) -> None:
    reading = reader(Inbox({7: letter()}))
    reading.cursor = cursor
    reading.read(60)
    assert reading.titles == ["Charged twice"]


def multipart(*parts: tuple[str, str]) -> bytes:
    made = EmailMessage()
    made["From"] = "a@b.example"
    for subtype, content in parts:
        inner = EmailMessage()
        inner.set_content(content, subtype=subtype)
        made.make_mixed() if not made.is_multipart() else None
        made.attach(inner)
    return made.as_bytes()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(multipart(("html", "<b>bad</b>"), ("plain", "words")), "words", id="plain"),
        pytest.param(multipart(("html", "<p>a &amp; b</p><script>x</script>")), "a & b", id="html"),
        pytest.param(b"From: a@b\n\nno charset \xff", "no charset \ufffd", id="a broken byte"),
        pytest.param(
            b"Content-Type: text/plain; charset=nonsense\n\nwords", "words", id="an unknown charset"
        ),
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"Content-Type: multipart/mixed\n\nwords", "words", id="no boundary"),
    ],
)
def test_the_words_of_a_letter_are_found(raw: bytes, text: str) -> None:
    assert read_letter(raw).text.strip() == text


def test_a_letter_of_many_levels_is_read_within_limits() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
    )
    with pytest.raises(ValueError, match="the letter cannot be read"):
        read_letter(raw + b"\n\nwords")


@pytest.mark.parametrize(
    ("headers", "machine"),
    [
        pytest.param({}, False, id="a person"),
        pytest.param({"Auto_Submitted": "auto-replied"}, True, id="an absence"),
        pytest.param({"List_Id": "<news.example>"}, True, id="a list"),
    ],
)
def test_what_a_machine_sent_is_marked(headers: dict[str, str], machine: bool) -> None:
    assert read_letter(letter(**headers)).machine is machine


@given(st.binary(max_size=2_000))
def test_no_bytes_do_more_than_cost_their_own_letter(raw: bytes) -> None:
    try:
        found = read_letter(raw)
    except ValueError:
        return
    f"{found.sender}{found.name}{found.title}{found.text}{found.thread}".encode()
