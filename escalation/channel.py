"""The interface of a channel: a place where people read alerts, and the two ways it can fail.

A new channel is four additions: its file in `channels/`, its line in the registry there, its
recorded replies in `tests/`, and its page in `docs/channels/`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from config import Band

AT_ONCE = 8  # with calls of 80 ms, a hundred messages leave in a second


class ChannelUnavailable(Exception):
    """Not now: try again. The text is for an operator and holds neither secret nor post text."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds, where the channel states them


class ChannelRefused(Exception):
    """Never: this message or address will not be taken, however often it is tried."""


class Purpose(StrEnum):
    """What a message is for."""

    CARD = "card"  # shows a subject in a room, kept up to date; demands nothing
    PAGE = "page"  # demands of one person to acknowledge
    NOTICE = "notice"  # tells, asks nothing
    DIGEST = "digest"
    HEAD = "head"  # the ledger's heads, for a witness to keep
    REPLY = "reply"  # belongs under a card or a page, in its thread


class Weight(StrEnum):
    """How much a button stands out."""

    MAIN = "main"  # what is asked of the reader; at most one a message
    PLAIN = "plain"
    GRAVE = "grave"  # cannot be undone by a second click


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be done with a message: a button, a menu's entry, or a reaction.

    verb   what comes back when it is pressed: a name of `escalation.buttons`.
    label  at most 24 characters, in our own words.
    sign   the reaction that means the same, one emoji, where a channel has no buttons; "": none.
    """

    verb: str
    label: str
    weight: Weight = Weight.PLAIN
    sign: str = ""


class Stands(StrEnum):
    """How what a message is about stands."""

    ASKED = "asked"  # somebody is still to answer
    OWNED = "owned"  # somebody did, and is at work
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a channel that hands pages on must know beside the words: how urgent, and whether to
    stop ringing.

    band    of the most urgent thing that the message is about; None: it has none.
    asking  names what is asked: the same on every page of one round of a subject, another once it
            is asked anew; "": nothing is asked.
    """

    stands: Stands = Stands.ASKED
    band: Band | None = None
    asking: str = ""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A customer's words. All of it is hostile text; each channel encodes it for itself."""

    text: str
    author: str  # handle or name, "" where not shown
    platform: str
    reach: int | None  # followers
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes with a message, where a channel shows such.

    png   at most some 100 kB.   alt: what it shows, in words; no post text is in either.
    name  of the file, in our own words: letters, digits, "-" and "." alone.
    """

    png: bytes
    alt: str
    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, not yet encoded for any channel.

    key       idempotency key: the same message sent twice carries the same key.
    to        address on the channel: a room, a person, a mail address, a URL's path.
    mention   address of the person to be notified by the channel's own means, or None.
    headline  first line, at most 70 characters that survive a lock screen:
              level · owner · how many + what.
    lines     at most five more; plain text that may quote strangers.
    repeated  it may have been sent before (a crash before the receipt); said in the message.
    subject   e.g. "case 17", "incident 3"; for subjects, ids and threads.
    about     what the headline is about where it does not say so itself, as in a thread:
              "Case 17 (billing, Acme)"; for channels that show each message by itself.
    buttons   what can be done with it, the most likely first; token: comes back with a press, and
              says what was shown. Only where the channel has buttons.
    link      address of our own page where the reader can do it; only where it has none.
    under     receipt of the message in whose thread this one belongs; None: it stands by itself.
    trail     who did what with it and when, one sentence each, the newest last.
    standing  how urgent it is and whether it is answered, of a page or a card.
    picture   only of a message that is sent for its sake, and only where `capabilities.pictures`.
    """

    key: str
    purpose: Purpose
    to: str
    headline: str
    lines: tuple[str, ...] = ()
    verbatim: Verbatim | None = None
    mention: str | None = None
    repeated: bool = False
    subject: str = ""
    about: str = ""
    html: str | None = None  # a digest's HTML form, for channels that show it
    buttons: tuple[Button, ...] = ()
    token: str = ""
    link: str = ""
    under: str | None = None
    trail: tuple[str, ...] = ()
    standing: Standing = Standing()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a channel took a message. `ref` names it there, for a later update or reply."""

    ref: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do; the table in docs/channels/README.md is made from these.

    update   a message of ours can be changed where it stands.
    thread   a message can be put under another one.
    buttons  what can be done with a message is shown beside it, as buttons or as reactions.
    two_way  what people press and write there comes back (see `escalation.conversation`).
    by_mail  a person is found there by their mail address, as which a contact may stand.
    knows_by_mail  and is recognised by it when they act there, where anybody is.
    forms    several things can be asked for at once; else we ask one after the other, in words.
    confirms a grave button is made sure of there, before the press comes back; else we ask.
    aloud    an answer to a reaction is read by the whole room: it cannot be said to one alone.
    pager    takes pages alone and rings by itself: each page is updated with its subject, so that
             it stops, and holds no customer's words.
    doubles  a message that is sent again, because its receipt was lost, stands there twice. So a
             customer's words are never in what is sent, but in an update of it, once its receipt
             is kept: no copy of them is left where nobody can find it to take them back.
    pictures a picture is shown there, with its words; one that is not taken hinders no message.
    """

    update: bool = False
    thread: bool = False
    buttons: bool = False
    two_way: bool = False
    forms: bool = False
    confirms: bool = False
    aloud: bool = False
    pager: bool = False
    doubles: bool = False
    pictures: bool = False
    again_after: float = 0.0  # seconds; an unanswered page is sent anew, or it is forgotten there
    by_mail: bool = False
    knows_by_mail: bool = True
    keeps: bool = True  # a message stays there to be read; False: it scrolls by (a terminal)
    max_fields: int = 100  # of one form; longer ones are asked in words
    max_chars: int = 4000
    min_gap: float = 0.0  # seconds between two messages to one address
    at_once: int = AT_ONCE  # messages that it may be sent at the same time, to as many addresses

    @property
    def may_quote(self) -> bool:
        """May a customer's words go there? Only where they can be taken back: an author who
        deletes a post is to be forgotten within the hour. Never to a pager, which keeps and hands
        on what it was told."""
        return not self.pager and (self.update or not self.keeps)


class Channel(Protocol):
    """A place where people read alerts."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do. Read only, so that a channel may be a frozen value."""

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        """Post once, within `deadline` seconds.

        Raises ChannelUnavailable (later) or ChannelRefused (never), nothing else.
        """

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        """Replace the message that `ref` names. Raises as deliver does.

        A channel without `capabilities.update` raises ChannelRefused.
        """


@runtime_checkable
class Reacting(Protocol):
    """The half of a channel whose buttons are reactions that stand under a message."""

    def react(self, ref: str, message: Message, *, deadline: float) -> None:
        """Put them under a message that was delivered, within `deadline` seconds.

        Called once its receipt is kept: somebody may press the first of them while the others are
        still being put there, and that has to be known for what it is. They are a convenience, so
        it raises nothing; `update` changes them by itself.
        """


@runtime_checkable
class Pager(Channel, Protocol):
    """A channel that knows a page by what is asked, so that it can be told of one of which it is
    not known whether it came there."""

    def known_as(self, message: Message) -> str:
        """The `ref` of the receipt that this page has there, or would have."""


@runtime_checkable
class TakesBack(Protocol):
    """The half of a channel that can delete what it wrote, for everybody."""

    def take_back(self, ref: str, *, deadline: float) -> None:
        """Delete the message that `ref` names; one that is gone already is no error.

        Raises as `Channel.deliver` does; ChannelRefused where only a person can do it there.
        """
