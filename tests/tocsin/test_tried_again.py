"""What a channel did not take is tried again, and holds up nothing that is due meanwhile."""

from dataclasses import replace
from datetime import timedelta

from escalation.channel import Message, Purpose, Receipt
from escalation.desk import Outgoing
from tests.firm import NOON, OWNER, FakeChannel, Firm, complain, open_firm
from tocsin.clock import VirtualClock
from tocsin.delivery import ROUND

SECOND = timedelta(seconds=1)


class Asked(FakeChannel):
    """Notes whom it was asked to tell of what, whether or not it does."""

    asked: list[tuple[str, str]]

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        self.asked.append((message.to, message.key))
        return super().deliver(message, deadline=deadline)


class Open:
    """A door through which everything goes."""

    def is_shut(self) -> bool:
        return False

    def fails(self) -> None:
        """Nothing is under way at the same time."""


def down() -> tuple[Firm, Asked]:
    clock = VirtualClock(NOON)
    chat = Asked(clock, "down")
    chat.asked = []
    channels: dict[str, FakeChannel] = {"chat": chat, "mail": FakeChannel(clock)}
    return open_firm(None, clock=clock, channels=channels), chat


def due(firm: Firm) -> set[str]:
    """The keys of what waits for chat and should have left by now."""
    with firm.house.store.borrow() as desk:
        found = desk.connection.execute(
            "select key from messages where channel = 'chat' and state = 'queued' and due <= ?",
            (int(firm.now.timestamp() * 1000),),
        )
        return {key for (key,) in found.fetchall()}


def tries_one(firm: Firm) -> None:
    """As the daemon does with a channel that has failed: one message, to one address."""
    for one in firm.house.delivery.take("chat", firm.now, 1, ()).leaving:
        firm.house.delivery.send_taken(one, firm.now, Open())


def notice(firm: Firm) -> Outgoing:
    """Something that asks nothing, and that no failure of its channel counts against."""
    with firm.house.store.borrow() as desk:
        page = desk.outgoing(f"page|case:1|1|0|{OWNER}|1|chat")
    return replace(page, key="notice|1", purpose=Purpose.NOTICE, rank=9, due=firm.now)


def to_each(firm: Firm, first: int, many: int, *, safety: bool) -> None:
    """So many pages to each of two people; of those of safety each leaves by itself, and first."""
    for number in range(first, first + 2 * many):
        topic = "billing" if number % 2 else None
        complain(firm, number, f"author {number}", topic=topic, safety=safety)


def more_fails_than_leaves_at_once() -> tuple[Firm, Asked]:
    """The first pages have failed, and are to be tried again; then two others are due."""
    firm, chat = down()
    to_each(firm, 1, ROUND - 1, safety=True)
    firm.settle()
    chat.asked.clear()
    to_each(firm, 100, 1, safety=False)
    return firm, chat


def test_however_many_have_failed_what_is_due_behind_them_has_its_turn() -> None:
    firm, _ = more_fails_than_leaves_at_once()
    firm.settle()
    assert not due(firm), "each has had its turn at this instant, and a later one"


def test_what_has_failed_at_an_instant_is_not_tried_again_at_that_instant() -> None:
    firm, chat = more_fails_than_leaves_at_once()
    firm.settle()
    assert chat.asked
    assert {key.split("|")[1] for _, key in chat.asked} <= {"case:9", "case:10"}, "the new ones"


def test_what_has_failed_goes_before_what_is_due_once_where_one_is_tried_at_a_time() -> None:
    """So the daemon tries a channel that has failed: a second apart, until it takes one."""
    firm, chat = down()
    complain(firm, 1, safety=True)
    tries_one(firm)
    firm.clock.move_to(firm.now + SECOND / 4)
    behind = notice(firm)
    firm.write(lambda desk: desk.queue(behind))
    tries_one(firm)
    tries_one(firm)
    assert [key.split("|")[0] for _, key in chat.asked] == ["page", "page", "notice"]


def test_what_has_failed_leaves_with_the_next_that_is_due() -> None:
    firm, chat = down()
    complain(firm, 1)
    firm.settle()
    chat.state = "up"
    firm.clock.move_to(firm.now + SECOND / 4)
    complain(firm, 2, "another")
    firm.settle()
    (page,) = chat.pages()
    assert page.subject == "cases 1, 2"
