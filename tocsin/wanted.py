"""What of a parcel is still wanted when its message is made."""

from dataclasses import replace
from datetime import datetime

from escalation import clocks, hiding, permission, private
from escalation.channel import Purpose
from escalation.last_words import Word, last_words
from escalation.record import AGAIN
from tocsin.store import Unit
from tocsin.store.parcels import Parcel, Queued


def still_wanted(desk: Unit, parcel: Parcel, now: datetime) -> Parcel:
    """A parcel without the pages that were answered before they could be sent, and without the
    notices that are not true any more, or not the last word."""
    said = _last_words(desk, parcel)
    wanted = tuple(
        said.get(row.id, row)
        for row in parcel.messages
        if row.id in said or (not _is_unsaid(row) and _is_wanted(desk, row))
    )
    kept = {row.id for row in wanted}
    dropped = [row for row in parcel.messages if row.id not in kept]
    desk.may_have_come([row for row in dropped if row.may_have_come], now)
    desk.withdraw(Parcel(tuple(row for row in dropped if not row.may_have_come)))
    return Parcel(wanted)


def is_wanted_anew(desk: Unit, queued: Queued) -> bool:
    """Is it a page that still asks, or the card of what is open, now that it stands nowhere?"""
    if queued.message.purpose is Purpose.CARD:
        subject = desk.subject(queued.message.ref)
        return subject is not None and subject.is_open
    is_page = queued.message.purpose is Purpose.PAGE
    return is_page and _is_wanted(desk, replace(queued, receipt=None))


def _is_unsaid(queued: Queued) -> bool:
    """Is it a notice that nobody has seen yet?"""
    return queued.message.purpose is Purpose.NOTICE and not queued.is_renewal


def _last_words(desk: Unit, parcel: Parcel) -> dict[int, Queued]:
    """The notices that are worth saying, by id, each as it is said now."""
    rows = {row.id: row for row in parcel.messages if _is_unsaid(row)}
    if not rows:
        return {}
    words = [
        Word(row.id, one.ref, one.person or "", one.what, one.about, row.queued_at)
        for row in rows.values()
        for one in [row.message]
    ]
    refs = list(dict.fromkeys(word.ref for word in words))
    subjects = {subject.ref: subject for subject in desk.several(refs)}
    return {
        number: _about(rows[number], about) for number, about in last_words(words, subjects).items()
    }


def _about(row: Queued, about: str) -> Queued:
    """A row that is about what it is about now; most are about what they were."""
    if about == row.message.about:
        return row
    return replace(row, message=replace(row.message, about=about))


def _is_wanted(desk: Unit, queued: Queued) -> bool:
    message = queued.message
    if message.purpose is not Purpose.PAGE or queued.receipt is not None:
        return True
    if message.what == AGAIN:
        return True  # what it speaks of is looked up when it is put into words
    person = message.person or ""
    if message.what == private.WAITING:
        return desk.matters_waiting(person) > 0
    if message.what == permission.ASKED:
        return desk.is_asked_to_permit(message.ref, person)
    if message.what == hiding.ASKED:
        return desk.is_asked_of_hiding(message.ref, person)
    if message.what == clocks.TOLD:
        return desk.is_open(message.ref)
    return desk.is_wanted(message.ref, message.round, person, message.what)
