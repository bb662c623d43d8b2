"""Where a channel can change a message, what folds is added to the bundle that stands there."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from config import Band
from escalation.channel import Capabilities, ChannelRefused, ChannelUnavailable, Message, Receipt
from escalation.decision import Action, Verb
from escalation.grouping import BUNDLE_WAIT, MAX_IN_BUNDLE
from escalation.subject import Ref
from tests.firm import NOON, OWNER, FakeChannel, Firm, complain, open_firm
from tocsin.clock import VirtualClock

MINUTE = timedelta(minutes=1)
CAPABLE = Capabilities(update=True, thread=True, buttons=True)
TO = f"{OWNER}@chat"


@dataclass
class Chat(FakeChannel):
    """May refuse to change what stands there, or not be able to at the moment."""

    error: Exception | None = None
    changed: list[tuple[str, Message]] = field(default_factory=list)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        if self.error is not None:
            raise self.error
        self.changed.append((ref, message))
        return super().update(ref, message, deadline=deadline)


def flooded(can: Capabilities = CAPABLE, band: Band = Band.P2) -> tuple[Firm, Chat]:
    """A firm whose owner has had four messages within ten minutes, and then a bundle of two."""
    clock = VirtualClock(NOON)
    chat = Chat(clock, capabilities=can)
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})
    for number in range(1, 5):
        complain(firm, number, f"author-{number}", band=band)
        firm.passes(MINUTE)
    for number in (5, 6):
        complain(firm, number, f"author-{number}", band=band)
    firm.passes(BUNDLE_WAIT)
    assert len(chat.pages(TO)) == 5
    assert "2 cases" in chat.pages(TO)[-1].headline
    chat.changed.clear()
    return firm, chat


def bundles(chat: Chat) -> list[Message]:
    return [
        message for _, message in chat.changed if message.to == TO and "cases" in message.subject
    ]


def waiting(firm: Firm) -> int:
    with firm.house.store.borrow() as desk:
        row = desk.connection.execute(
            "select count(*) from messages where state = 'queued' and purpose = 'page' "
            "and address = ?",
            (TO,),
        ).fetchone()
    return int(row[0])


def send(firm: Firm, wait: timedelta = MINUTE / 2) -> None:
    """Time passes; as the daemon does, it is looked at once more."""
    firm.passes(wait)
    for _ in range(3):
        firm.house.delivery.send_due(firm.now)


def test_what_comes_next_is_added_to_the_bundle_and_rings_nothing() -> None:
    firm, chat = flooded()
    complain(firm, 7, "author-7", band=Band.P2)
    send(firm)
    assert len(chat.pages(TO)) == 5
    shown = bundles(chat)[-1]
    assert shown.subject == "cases 5, 6, 7"
    assert waiting(firm) == 0


def test_acknowledge_all_of_the_edited_bundle_covers_what_it_shows_now() -> None:
    firm, chat = flooded()
    complain(firm, 7, "author-7", band=Band.P2)
    send(firm)
    with firm.house.store.borrow() as desk:
        handle = desk.handle(bundles(chat)[-1].token, firm.now)
    assert handle is not None
    assert [str(one.ref) for one in handle.about] == ["case:5", "case:6", "case:7"]


def test_a_now_is_never_added_quietly() -> None:
    firm, chat = flooded()
    complain(firm, 7, "author-7", band=Band.P1)
    send(firm, BUNDLE_WAIT)
    assert len(chat.pages(TO)) == 6
    assert not any("7" in message.subject for message in bundles(chat))


def test_a_matter_of_safety_rings_at_once() -> None:
    firm, chat = flooded()
    complain(firm, 7, "author-7", band=Band.P2, safety=True)
    firm.settle()
    assert len(chat.pages(TO)) == 6


def test_each_page_that_was_added_is_told_as_a_page_that_left() -> None:
    firm, _ = flooded()
    firm.happened.clear()
    complain(firm, 7, "author-7", band=Band.P2)
    send(firm)
    told = [(one.event, str(one.ref)) for one in firm.happened if one.event.startswith("page")]
    assert ("page", "case:7") in told
    assert ("page_updated", "case:5") in told


def test_a_bundle_that_is_gone_loses_no_page() -> None:
    firm, chat = flooded()
    chat.error = ChannelRefused("message_not_found")
    complain(firm, 7, "author-7", band=Band.P2)
    send(firm)
    chat.error = None
    send(firm, BUNDLE_WAIT)
    assert [m.subject for m in chat.pages(TO)][5:] == ["case 7"]


def test_a_chat_that_is_not_there_just_now_loses_no_page() -> None:
    firm, chat = flooded()
    chat.error = ChannelUnavailable("timeout")
    complain(firm, 7, "author-7", band=Band.P2)
    send(firm)
    chat.error = None
    send(firm, BUNDLE_WAIT)
    assert waiting(firm) == 0


def test_what_was_acknowledged_meanwhile_is_not_added() -> None:
    firm, chat = flooded()
    for number in (7, 8):
        complain(firm, number, f"author-{number}", band=Band.P2)
    act = Action(Verb.ACK, OWNER)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 7), act, firm.now))
    send(firm)
    assert [message.subject for message in bundles(chat)][-1] == "cases 5, 6, 8"
    assert not any("7" in message.subject for message in bundles(chat))


def test_no_more_is_added_than_a_bundle_lists_and_the_rest_rings() -> None:
    firm, chat = flooded()
    for number in range(7, 7 + MAX_IN_BUNDLE):
        complain(firm, number, f"author-{number}", band=Band.P2)
    send(firm)
    shown = bundles(chat)[-1]  # so many cases on one topic are an incident, which is added as well
    incidents = sum(line.startswith("Incident") for line in shown.lines)
    assert len(shown.subject.split(", ")) + incidents == MAX_IN_BUNDLE
    send(firm, BUNDLE_WAIT)
    assert waiting(firm) == 0
    assert len(chat.pages(TO)) == 6


def test_after_ten_minutes_without_any_the_next_one_rings() -> None:
    firm, chat = flooded()
    firm.passes(11 * MINUTE)
    before = len(chat.pages(TO))
    complain(firm, 7, "author-7", band=Band.P2)
    send(firm)
    assert len(chat.pages(TO)) == before + 1


@pytest.mark.parametrize(
    "can", [Capabilities(), Capabilities(update=True)], ids=["no update", "no buttons"]
)
def test_where_a_bundle_cannot_be_changed_a_new_one_follows(can: Capabilities) -> None:
    firm, chat = flooded(can)
    complain(firm, 7, "author-7", band=Band.P2)
    send(firm, BUNDLE_WAIT)
    assert [m.subject for m in chat.pages(TO)][5:] == ["case 7"]


def test_only_who_sends_on_a_channel_changes_what_stands_there() -> None:
    firm, _ = flooded()
    complain(firm, 7, "author-7", band=Band.P2)
    send(firm)
    complain(firm, 8, "author-8", band=Band.P2)
    firm.clock.move_to(firm.now + MINUTE / 2)
    delivery = firm.house.delivery
    assert delivery.take("mail", firm.now, 8, ()).leaving == ()
    assert delivery.send_due(firm.now, ["mail"]) == 0
    assert waiting(firm) == 1
    taken = delivery.take("chat", firm.now, 8, ()).leaving
    assert [len(one.parcel.messages) for one in taken if one.parcel.to == TO] == [4]
    assert waiting(firm) == 0
