"""Erased words that a channel does not let us change: the message is deleted there, or a person is
asked to delete it, and told where."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.channel import (
    Capabilities,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Receipt,
)
from escalation.decision import Action, Verb
from escalation.grouping import BUNDLE_WAIT
from escalation.subject import Fault, Ref
from tests.firm import NOON, OWNER, FakeChannel, Firm, complain, open_firm
from tests.tocsin.erased import erase
from tocsin import health
from tocsin.clock import VirtualClock
from tocsin.daemon import Daemon
from tocsin.delivery import Delivery
from tocsin.doctor import kept
from tocsin.health import Pulse
from tocsin.taking_back import MOST_PLACES, look, places_in, sentence

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ABOUT = "words:chat"


@dataclass
class Fixed(FakeChannel):
    """A chat in which nothing that was sent can be changed, nor deleted by a program."""

    capabilities: Capabilities = field(default=Capabilities(update=True, thread=True, buttons=True))
    changes: bool = False

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        if not self.changes:
            raise ChannelRefused("edit_window_closed")
        return super().update(ref, message, deadline=deadline)


@dataclass
class Deleting(Fixed):
    """The same, in which a message of ours can be deleted; or not at present, or not at all."""

    deleted: list[str] = field(default_factory=list)
    trouble: Exception | None = None

    def take_back(self, ref: str, *, deadline: float) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.deleted.append(ref)


def firm_with(chat: FakeChannel, path: Path | None = None) -> Firm:
    clock = chat.clock
    channels = {"chat": chat, "mail": FakeChannel(clock)}
    firm = open_firm(path, clock=clock, channels=channels)
    complain(firm, 1)
    firm.settle()
    return firm


def fault(firm: Firm) -> Fault | None:
    with firm.house.store.borrow() as desk:
        found = desk.open_fault(ABOUT)
    assert found is None or isinstance(found, Fault)
    return found


def left(firm: Firm) -> dict[str, list[str]]:
    with firm.house.store.borrow() as desk:
        return desk.words_left()


def looks(firm: Firm) -> None:
    """What the daemon does once a minute."""
    firm.write(lambda desk: look(desk, firm.house.engine, firm.now))


def resolve(firm: Firm, found: Fault) -> None:
    act = Action(Verb.RESOLVE, found.owner, reason="deleted by hand")
    firm.write(lambda desk: firm.house.engine.act(desk, found.ref, act, firm.now))


def quoting(chat: FakeChannel) -> list[str]:
    """Receipts of what was sent with a customer's words."""
    return [f"at {n}" for n, (_, one) in enumerate(chat.taken, 1) if one.verbatim is not None]


# ----------------------------------------------------------------------------------- deleting
def test_what_cannot_be_changed_is_deleted() -> None:
    chat = Deleting(VirtualClock(NOON))
    firm = firm_with(chat)
    shown = quoting(chat)
    erase(firm)
    firm.settle()
    assert len(shown) == 2, "a page and a card"
    assert sorted(chat.deleted) == sorted(shown)
    assert fault(firm) is None


def test_what_was_deleted_is_not_asked_for_again() -> None:
    chat = Deleting(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    act = Action(Verb.ACK, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), act, firm.now))
    firm.passes(2 * HOUR)
    assert len(chat.deleted) == 2
    assert left(firm) == {}


def test_nothing_is_deleted_that_shows_no_erased_words() -> None:
    chat = Deleting(VirtualClock(NOON))
    firm = firm_with(chat)
    act = Action(Verb.ACK, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), act, firm.now))
    firm.settle()
    assert chat.deleted == []
    assert fault(firm) is None


def test_a_note_whose_words_were_erased_is_deleted() -> None:
    chat = Deleting(VirtualClock(NOON))
    firm = firm_with(chat)
    act = Action(Verb.NOTE, OWNER, reason="she rang from 0170")
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), act, firm.now))
    firm.settle()
    notes = [f"at {n}" for n, (_, one) in enumerate(chat.taken, 1) if "0170" in str(one.lines)]
    assert len(notes) == 1
    erase(firm)
    firm.settle()
    assert set(notes) <= set(chat.deleted)


@pytest.mark.parametrize("trouble", [ChannelUnavailable("503"), ZeroDivisionError()])
def test_a_deletion_that_does_not_pass_is_tried_again(trouble: Exception) -> None:
    chat = Deleting(VirtualClock(NOON), trouble=trouble)
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    assert chat.deleted == []
    chat.trouble = None
    firm.passes(2 * MINUTE)
    assert sorted(chat.deleted) == sorted(quoting(chat))
    assert fault(firm) is None


def bundled(chat: FakeChannel) -> Firm:
    """A firm whose owner has had some pages, one by one, and then three cases in one message."""
    clock = chat.clock
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})
    for number in range(1, 5):
        complain(firm, number, f"author-{number}")
        firm.passes(MINUTE)
    for number in (5, 6, 7):
        complain(firm, number, f"author-{number}")
    firm.passes(BUNDLE_WAIT)
    assert chat.pages(f"{OWNER}@chat")[-1].subject == "cases 5, 6, 7"
    return firm


def pages_after_erasing(firm: Firm, post: int) -> list[Message]:
    chat = firm.channels["chat"]
    before = len(chat.pages(f"{OWNER}@chat"))
    erase(firm, post)
    firm.settle()
    return list(chat.pages(f"{OWNER}@chat")[before:])


def test_what_else_a_deleted_bundle_asked_is_asked_once_more_without_the_words() -> None:
    chat = Deleting(VirtualClock(NOON))
    firm = bundled(chat)
    anew = pages_after_erasing(firm, 5)
    assert all(any(str(case) in one.subject for one in anew) for case in (6, 7))
    assert "zzwords" not in repr(anew)
    assert pages_after_erasing(firm, 5) == [], "once"


def test_what_was_answered_is_not_asked_once_more() -> None:
    chat = Deleting(VirtualClock(NOON))
    firm = bundled(chat)
    act = Action(Verb.ACK, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 6), act, firm.now))
    firm.settle()
    anew = pages_after_erasing(firm, 5)
    assert any("7" in one.subject for one in anew)
    assert not any("6" in one.subject for one in anew)


def test_a_message_that_goes_once_more_is_known_by_another_name() -> None:
    """A platform that knows the first would name that one, which is deleted."""
    chat = Deleting(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    told = (Purpose.PAGE, Purpose.CARD)
    keys = [one.key for _, one in chat.taken if one.purpose in told]
    assert len(keys) == 4, "a page and a card, twice each"
    assert len(set(keys)) == 4


# ------------------------------------------------------------------------------- asking a person
def test_what_nobody_but_a_person_can_delete_is_a_fault_that_names_the_place() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    found = fault(firm)
    assert found is not None
    assert found.detail.startswith("chat still shows words that were erased")
    assert "by hand" in found.detail
    assert all(ref in found.detail for ref in quoting(chat))
    assert "zzwords" not in found.detail


def test_whoever_owns_faults_is_paged_with_what_to_do() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.passes(MINUTE)
    pages = [one for _, one in chat.taken if one.purpose is Purpose.PAGE]
    assert any("Delete the message there by hand" in "\n".join(one.lines) for one in pages)


def test_a_refused_deletion_is_a_fault_too() -> None:
    chat = Deleting(VirtualClock(NOON), trouble=ChannelRefused("cant_delete_message"))
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    assert left(firm) == {"chat": sorted(quoting(chat))}
    assert fault(firm) is not None


def test_it_is_tried_again_each_hour_and_mended_where_the_channel_lets_us() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    chat.changes = True
    firm.passes(HOUR + MINUTE)
    looks(firm)
    assert left(firm) == {}
    assert fault(firm) is None
    assert {one.verbatim for one in chat.updated} == {None}


def test_the_fault_stays_while_anything_is_left() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.passes(3 * HOUR)
    looks(firm)
    assert fault(firm) is not None


def test_a_person_who_resolves_it_is_believed() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    found = fault(firm)
    assert found is not None
    resolve(firm, found)
    looks(firm)
    assert left(firm) == {}
    firm.passes(3 * HOUR)
    assert fault(firm) is None


def test_who_resolves_it_is_believed_as_to_what_they_were_told_of_alone() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    complain(firm, 2, "another")
    firm.settle()
    erase(firm)
    firm.passes(MINUTE)
    first, told = fault(firm), set(left(firm)["chat"])
    assert first is not None
    erase(firm, 2)
    firm.settle()
    resolve(firm, first)
    looks(firm)
    second = fault(firm)
    assert second is not None
    assert second.number != first.number
    assert left(firm)["chat"]
    assert not told & set(left(firm)["chat"])
    assert places_in(second.detail) == left(firm)["chat"]
    resolve(firm, second)
    looks(firm)
    assert left(firm) == {}


def test_places_that_are_added_are_told_of_once() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    complain(firm, 2, "another")
    firm.settle()
    erase(firm)
    firm.passes(MINUTE)
    first = fault(firm)
    erase(firm, 2)
    firm.settle()
    looks(firm)
    second = fault(firm)
    assert first is not None
    assert second is not None
    assert second.number != first.number
    assert set(places_in(second.detail)) == set(left(firm)["chat"])
    firm.passes(MINUTE)
    looks(firm)
    assert fault(firm) is not None
    assert fault(firm).number == second.number  # type: ignore[union-attr]


def test_words_on_a_channel_that_is_declared_no_more_are_a_fault() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    house = firm.house
    rest = {"mail": firm.channels["mail"]}
    Delivery(house.store, house.engine, rest, house.randomness).redirect_unknown(firm.now)
    assert left(firm) == {"chat": sorted(quoting(chat))}
    assert fault(firm) is not None


def test_many_places_are_counted() -> None:
    places = [f"C1:{n}" for n in range(MOST_PLACES + 3)]
    said = sentence("chat", places)
    assert said.endswith(f"{', '.join(places[:MOST_PLACES])} and 3 more")
    assert places_in(said) == places[:MOST_PLACES]


# ---------------------------------------------------------------------------------- telling
def test_health_counts_them_and_names_nobody() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    with firm.house.store.borrow() as desk:
        told = health.report(desk, Pulse(NOON, passed_at=firm.now), firm.now)
    assert told["reasons"] == [
        "channel chat still shows erased words in 2 message(s); see the faults"
    ]


def test_the_doctor_names_each_place(tmp_path: Path) -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat, tmp_path / "db")
    erase(firm)
    firm.settle()
    firm.house.store.close()
    said = [one.what for one in kept.examine(tmp_path / "db", None, firm.now) if not one.ok]
    assert any("delete them there by hand: at 1, at 2" in one for one in said)


def test_the_daemon_looks_each_minute() -> None:
    chat = Fixed(VirtualClock(NOON))
    firm = firm_with(chat)
    erase(firm)
    firm.settle()
    chat.changes = True
    firm.passes(HOUR + MINUTE)
    Daemon(firm.house, dict(firm.channels), readings=[]).watch_channels()
    assert fault(firm) is None
