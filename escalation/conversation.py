"""What comes back from a chat, and what is answered: the half of a channel that hears.

A two-way channel is a `Channel` that keeps `Hearing` as well. It turns what its platform sends
into `Incoming`, hands that on, and shows the `Answer` to whoever pressed or wrote, to nobody else
where it can. It decides nothing: who somebody is, what they may do and what follows is decided by
whoever takes it.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

MAX_WORDS = 4_000  # characters of what is written to us that are read; the rest is cut


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that one person pressed, reacted with, filled in or wrote. All of it is hostile.

    id      the channel's own id of it: the same that comes twice is done once.
    who     every address by which the sender may be declared as a contact there, e.g. a member's
            id and their mail address. Only what the platform vouches for, never what they typed.
    verb    what was pressed; "" where words were written or a reaction was given.
    token   of the message that was pressed; "": it is found by `ref`.
    ref     receipt of our message that it is about, or under which it was written; "": to us, by
            itself.
    room    where it was said, where others read it too; "": to us alone.
    sign    the reaction that was given.
    text    the words that were written.
    values  a form that was filled in: what stands in each field.
    overheard  it was said in a room and begins by our name, but may be about us rather than to us:
            only what is plainly a command is taken, and nothing else is answered.
    said_at when it was said, where that was before we listened: aware UTC.
    unvouched  why the platform vouches for no mail address of theirs, as the end of "… because";
            "": it does, or nobody is known there by one.
    unsure  the platform did not say in time who it was, so that they may be anybody.
    """

    id: str
    who: tuple[str, ...]
    verb: str = ""
    token: str = ""
    ref: str = ""
    room: str = ""
    sign: str = ""
    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    is_filled: bool = False
    overheard: bool = False
    said_at: datetime | None = None
    unvouched: str = ""
    unsure: bool = False


class FieldKind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"  # several lines
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing that is asked.

    name     what it fills, as in `Incoming.values`.
    label    the question, at most 48 characters; hint: more of it, or an example.
    choices  (value, label) of each, where the kind is `CHOICE`; at most 100.
    known    what is filled in already.
    most     characters.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    known: str = ""
    most: int = 300


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked before something is done.

    verb, token  come back with the answers, as in `Incoming`.
    title        at most 24 characters. wrong: what is wrong with each field as it was filled in.
    """

    verb: str
    token: str
    title: str
    fields: tuple[FormField, ...]
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said back, to the sender alone where the channel can.

    text  plain, may quote strangers; "": nothing is said.
    form  to be shown first; only to channels that can (`Capabilities.forms`).
    done  something was changed.
    asks  words are waited for as the answer.
    unsaid  nothing at all is sent, not even that it was heard: the sender is a stranger, and
            strangers are seldom answered.
    """

    text: str = ""
    form: Form | None = None
    done: bool = False
    asks: bool = False
    unsaid: bool = False


Take = Callable[[Incoming], Answer]


@runtime_checkable
class Hearing(Protocol):
    """The half of a two-way channel that hears."""

    def listen(self, take: Take, stopping: threading.Event) -> None:
        """Hear until `stopping` is set; hand each thing on and show its answer.

        Answers are shown off the thread that hears (see `channels.turns`): what comes next waits
        for none. Ends within about a second of `stopping`. Raises ChannelUnavailable where the
        connection is lost (it is made anew after a while) and ChannelRefused where it will never
        be taken, as with a revoked token; nothing else. What cannot be read is left out, and never
        raises.
        """


@runtime_checkable
class Vouching(Protocol):
    """The half of a hearing channel that knows people by the mail address its platform tells."""

    def unvouched(self) -> str:
        """Why nobody's mail address is told at present, and what to do; "": they are told."""
