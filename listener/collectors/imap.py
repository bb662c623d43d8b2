"""A mailbox by IMAP: letters in INBOX, read without a mark unless one is asked for.

Source of the interface: RFC 3501 (IMAP4rev1). A letter is known by its UID as long as the mailbox
keeps its UIDVALIDITY, and as a post by a digest of its bytes, which nobody else can send.
"""

import hashlib
import hmac
import imaplib
import json
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from time import monotonic
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config import Brand, MissingSecret, Secret, SourceSettings
from config.forms import Server
from listener.boundary import boundary
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Batch,
    Collector,
    Later,
    Malformed,
)
from listener.collectors.imap_answers import (
    Mailbox,
    arrived,
    day,
    done,
    listed,
    numbers,
    told_number,
)
from listener.collectors.imap_place import MAX_LETTERS, Place
from listener.deadline import within
from listener.decoding import headed
from listener.facts import Facts, Gone, Proof
from listener.letters import Letter, read_letter
from listener.mention import Author, Kind, Observation, Post
from listener.rounds import FIRST_LOOK, marked
from listener.tools import Tools
from listener.unreached import unreached

PLATFORM = "mail"
MAX_LETTER = 256 * 1024  # bytes of one; the words come first, what is attached does not matter
MIN_SECONDS = 2.0  # less time than this is not worth another letter

FACTS = Facts(
    platform=PLATFORM,
    title="A mailbox (IMAP)",
    keys="the mailbox's name and password, for an app where the provider wants one",
    limits="the first 256 KiB of a letter; INBOX alone",
    costs="nothing",
    reach=None,
    gone=Gone.NEVER,
    duty="letters are private: say in your privacy notice that they are read by a machine",
    unheard="",
    proof=Proof.DOCUMENTED,
)


class Settings(SourceSettings):
    """Whose mailbox. Letters are never public."""

    kind: Literal["imap"] = "imap"
    host: Annotated[str, Server]
    port: int = Field(default=993, ge=1, le=65535)  # TLS from the first byte
    username: str = Field(min_length=1, max_length=320)
    password: Secret
    about: str = Field(default="", max_length=100)  # the term of whose brand this mailbox is
    mark_read: bool = False  # true: a letter is marked as read once it is stored
    anonymous: bool = False  # true: no sender's address or name is kept, only a keyed id
    key: Secret | None = None  # of these ids; without it nobody can find out whose they are

    @model_validator(mode="after")
    def _keyed(self) -> Self:
        if self.anonymous and self.key is None:
            raise ValueError("anonymous = true needs a key: any long random text, kept for good")
        return self


Open = Callable[[float], imaplib.IMAP4]


class ImapSource:
    """Reads what came into INBOX, some letters a fetch, by a connection of its own each time.

    connect  opens a connection that is not logged in; each of its steps takes so many seconds.
    ours     addresses from which nobody complains. Whoever writes under one of them may be anyone,
             so such a letter is left out: it must not pass for our answer.
    """

    def __init__(
        self,
        settings: Settings,
        tools: Tools,
        connect: Open,
        ours: frozenset[str] = frozenset(),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._settings = settings
        self._tools = tools
        self._connect = connect
        self._ours = ours
        self._clock = clock
        self._client: imaplib.IMAP4 | None = None

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        """Read new letters; see `listener.collector.Collector`."""
        name = self._settings.name
        with boundary(name, now):
            ends = self._clock() + deadline
            try:
                return within(
                    deadline,
                    lambda: self._fetch(Place.of(cursor, now), now, ends),
                    lane=f"imap {name}",
                    end=self.close,
                )
            except imaplib.IMAP4.abort:
                raise Later(f'source "{name}": the mail server broke off') from None
            except imaplib.IMAP4.error:
                raise BadRequest(f'source "{name}": the mail server refuses') from None
            except OSError as error:
                why = unreached(error)
                raise Later(f'source "{name}": the mail server cannot be reached ({why})') from None

    def close(self) -> None:
        """End a read that is under way; shutting the socket down wakes whoever waits for it."""
        client = self._client
        with suppress(OSError, AttributeError):
            if client is not None:
                client.sock.shutdown(socket.SHUT_RDWR)

    def _fetch(self, place: Place, now: datetime, ends: float) -> Batch:
        client = self._client = self._connect(max(MIN_SECONDS, ends - self._clock()))
        try:
            self._log_in(client)
            validity, highest = self._select(client)
            if place.read and validity == place.validity:
                done(client.uid("STORE", listed(place.read), "+FLAGS.SILENT", "(\\Seen)"))
            if validity != place.validity:  # the first start, or the mailbox was numbered anew
                place = replace(place, validity=validity, last=0, since=place.at - FIRST_LOOK)
            batch = self._read(client, place, highest, now, ends)
            with suppress(imaplib.IMAP4.error, OSError):  # what was read is read, whatever it says
                client.logout()
            return batch
        finally:
            self._client = None
            with suppress(OSError):
                client.shutdown()

    def _log_in(self, client: imaplib.IMAP4) -> None:
        try:
            password = self._tools.reveal(self._settings.password)
        except MissingSecret as error:
            raise AuthorisationLost(f'source "{self._settings.name}": {error}') from None
        try:
            client.login(self._settings.username, password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeError):
            raise AuthorisationLost(
                f'source "{self._settings.name}": the mail server refuses the name or password'
            ) from None

    def _select(self, client: imaplib.IMAP4) -> tuple[int, int]:
        """Open INBOX; returns what its numbers are valid for, and the highest that it has given."""
        exists = done(client.select("INBOX", readonly=not self._settings.mark_read))
        validity = told_number(client, "UIDVALIDITY")
        if validity is None:
            raise Malformed(f'source "{self._settings.name}": the mailbox numbers no letters')
        following = told_number(client, "UIDNEXT")
        if following is not None:
            return validity, max(0, following - 1)
        if exists == [b"0"]:
            return validity, 0
        return validity, max(numbers(client.uid("SEARCH", "UID *")), default=0)

    def _read(
        self, client: imaplib.IMAP4, place: Place, highest: int, now: datetime, ends: float
    ) -> Batch:
        """Read on from a place.

        highest  number that the mailbox had given before it was searched: what a search by day
                 leaves out up to there is older, and is not asked for again.
        """
        late = f" SINCE {day(place.since)}" if place.since else ""
        found = numbers(client.uid("SEARCH", f"UID {place.last + 1}:*{late}"))
        waiting = sorted(number for number in found if number > place.last)
        seen: list[Observation] = []
        malformed: list[str] = []
        read: list[int] = []
        for number in waiting[:MAX_LETTERS]:
            if read and ends - self._clock() < MIN_SECONDS:
                break
            try:
                letter = self._letter(client, number, now)
                seen += [letter] if letter else []
            except ValueError as error:
                malformed.append(str(error))
            read.append(number)
        marks = tuple(read) if self._settings.mark_read else ()
        last, more = max([place.last, *read]), len(read) < len(waiting)
        if place.since and not more:
            last, place = max(last, highest), replace(place, since=None)
        moved = replace(place, last=last, at=now, read=marks)
        return Batch(
            observations=marked(seen, place.first),
            cursor=json.dumps(asdict(moved), default=datetime.isoformat, separators=(",", ":")),
            more=more,
            malformed=tuple(malformed),
        )

    def _letter(self, client: imaplib.IMAP4, number: int, now: datetime) -> Observation | None:
        """One letter; None where it has been deleted meanwhile. PEEK marks nothing."""
        asked = f"(INTERNALDATE BODY.PEEK[]<0.{MAX_LETTER}>)"
        parts = done(client.uid("FETCH", str(number), asked))
        for part in parts:
            if isinstance(part, tuple) and len(part) == 2:
                letter = read_letter(part[1][:MAX_LETTER])
                if letter.sender in self._ours:
                    return None
                when = min(arrived(part[0], parts, now), now)
                post = post_of(letter, part[1], when, self._settings, self._key)
                return Observation(Kind.POST, post, now)
        return None

    def _key(self) -> bytes:
        assert self._settings.key is not None
        return self._tools.reveal(self._settings.key).encode()


def post_of(
    letter: Letter, raw: bytes, when: datetime, settings: Settings, key: Callable[[], bytes]
) -> Post:
    """A letter as a post.

    key  of the ids of senders, where they are to stay unknown.
    """

    def shown(value: str) -> str:
        if not settings.anonymous or not value:
            return value
        return hmac.new(key(), value.encode(), hashlib.sha256).hexdigest()[:32]

    return Post(
        platform=PLATFORM,
        id=hashlib.sha256(raw).hexdigest()[:32],
        text=letter.text,
        title=headed(settings.about, letter.title),
        created_at=when,
        author=Author(
            id=shown(letter.sender),
            handle="" if settings.anonymous else letter.sender,
            name="" if settings.anonymous else letter.name,
            bot=letter.machine,
        ),
        in_reply_to=shown(letter.answers) or None,
        conversation_id=shown(letter.thread) or None,
    )


def build(settings: SourceSettings, brands: Sequence[Brand], tools: Tools) -> Collector:
    """Make the source ready. Raises AuthorisationLost where the password or key is missing."""
    assert isinstance(settings, Settings)
    for secret in (settings.password, settings.key):
        try:
            if secret is not None:
                tools.reveal(secret)
        except MissingSecret as error:
            raise AuthorisationLost(f'source "{settings.name}": {error}') from None

    def connect(seconds: float) -> imaplib.IMAP4:
        return Mailbox(
            settings.host, settings.port, ssl_context=ssl.create_default_context(), timeout=seconds
        )

    accounts = (names for brand in brands for names in brand.accounts.get(PLATFORM, ()))
    ours = frozenset(address.lower() for address in accounts)
    return ImapSource(settings, tools, connect, ours)
