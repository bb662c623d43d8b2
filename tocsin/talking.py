"""What stands in the thread of a card: a further post, a note, who has it now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from escalation import alert, encode, talk
from escalation.channel import Capabilities, Message, Purpose, Verbatim
from escalation.decision import ENGINE
from tocsin.permissions import Permission
from tocsin.store import Unit
from tocsin.store.parcels import Parcel, Queued
from tocsin.told import ANSWERS, answered, permits

POSTED = "The customer wrote again."
ERASED = "A further post of the customer stood here; it has been erased."
NO_WORDS = "Its words are not shown here: tocsin {kind}s show {number}"


def said(
    desk: Unit,
    queued: Queued,
    words: bool,
    shown: Callable[[str], str],
    verbatim_of: Callable[[dict[str, Any] | None], Verbatim | None],
    currency: str,
) -> Message | None:
    """A reply in words; None where there is nothing to say any more.

    words  the customer's, and what people typed, may be shown: they can be taken back.
    shown  a person's name as people call them; verbatim_of: a post's words.
    """
    one = queued.message
    under = desk.card_shown(queued)
    if under is None:
        return None
    message = Message(
        key=one.key,
        purpose=Purpose.REPLY,
        to=one.to,
        headline="",
        subject=one.ref.spoken,
        under=under,
    )
    if one.what == talk.MORE:
        said = "1 more thing happened" if one.nth == 1 else f"{one.nth} more things happened"
        return replace(message, headline=f"And {said}; the card shows how it stands.")
    if one.what == talk.POST:
        return _post(desk, message, queued, words, verbatim_of)
    return _entry(desk, message, queued, words, shown, currency)


def quoted(queued: Queued) -> tuple[int, ...]:
    """The post whose words a reply shows."""
    return (int(queued.message.about),) if queued.message.what == talk.POST else ()


def is_emptied(desk: Unit, queued: Queued) -> bool:
    """Is it a note in a thread whose words were erased since?"""
    one = queued.message
    if one.purpose is not Purpose.REPLY or one.what in (talk.POST, talk.MORE):
        return False
    entry = desk.entry_told(*talk.entry_of(one.about))
    return entry is not None and entry["event"] in talk.TYPED and not entry["note"]


def leaves(desk: Unit, parcel: Parcel, capabilities: Capabilities, now: datetime) -> bool:
    """Does a new reply leave? Not where there are no threads, or where its card has not left, which
    will show it anyway. Where the thread is full, or the reply is older than an hour because the
    channel was down, it is counted."""
    reply = parcel.messages[0]
    if reply.is_renewal or reply.message.purpose is not Purpose.REPLY:
        return True
    if not capabilities.thread or desk.card_shown(reply) is None:
        desk.withdraw(parcel)
        return False
    is_old = now - reply.queued_at > talk.AN_HOUR
    until = now + talk.GATHER if is_old else desk.thread_rests_until(reply, now)
    if until is None or reply.message.what == talk.MORE:
        return True
    desk.count_reply(reply, until)
    return False


def _post(
    desk: Unit,
    message: Message,
    queued: Queued,
    words: bool,
    verbatim_of: Callable[[dict[str, Any] | None], Verbatim | None],
) -> Message | None:
    number = int(queued.message.about)
    posts = desk.posts_of_case(queued.message.ref.number)
    post = next((one for one in posts if one["id"] == number), None)
    if post is None or post["deleted_at"] is not None:
        return replace(message, headline=ERASED) if queued.is_renewal else None
    if not words:
        hint = _hint(queued)
        return replace(message, headline=POSTED, lines=(hint,))
    return replace(message, headline=POSTED, verbatim=verbatim_of(post))


def _entry(
    desk: Unit,
    message: Message,
    queued: Queued,
    words: bool,
    shown: Callable[[str], str],
    currency: str,
) -> Message | None:
    entry = desk.entry_told(*talk.entry_of(queued.message.about))
    if entry is None:
        return None
    actor, facts = entry["actor"], entry["facts"]

    def named(field: str) -> str:
        return shown(desk.staff_name(facts.get(field, ""))) or "somebody"

    who = actor if actor == ENGINE else shown(actor)
    headline = talk.sentence(
        queued.message.ref, entry["event"], actor, who, named("owner"), named("offered_to")
    )
    lines: tuple[str, ...] = ()
    answer = _answer(desk, queued, entry)
    if answer is not None:
        headline = f"{permits(answer, who, currency)}."
    if entry["event"] in talk.TYPED:
        left = entry["note"] or "Its words have been erased."
        lines = (encode.cut(left, alert.MAX_LINE) if words else _hint(queued),)
    return replace(message, headline=encode.cut(headline, alert.MAX_HEADLINE), lines=lines)


def _answer(desk: Unit, queued: Queued, entry: dict[str, Any]) -> Permission | None:
    """The request that an entry answers; None: it answers none."""
    if entry["event"] not in ANSWERS:
        return None
    return answered(desk.history(str(queued.message.ref)), entry["at"])


def _hint(queued: Queued) -> str:
    ref = queued.message.ref
    return NO_WORDS.format(kind=ref.kind, number=ref.number)
