"""A storm's picture follows its page, and never keeps one."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from config import ChannelSettings
from escalation.channel import Capabilities, Message, Purpose
from escalation.decision import Action, Verb
from escalation.subject import Incident, Ref
from tests import firm as firms
from tests.firm import Firm, new_firm
from tests.tocsin.pictures.curves import OVER, reading
from tocsin.pictures import Asked, apart, sent
from tocsin.pictures.kept import Kept
from tocsin.pictures.making import Made, Order
from tocsin.ready import Ready

MADE = Made(b"\x89PNG\r\n\x1a\nof a storm", "Incident 1: Acme. It rose.", "Acme")
CHANNELS = (
    ChannelSettings(name="chat", kind="console", room="room"),
    ChannelSettings(name="mail", kind="mail"),
)


@pytest.fixture(autouse=True)
def orders(monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """What was made; each is drawn at once."""
    made: list[Order] = []

    def make(order: Order) -> Made:
        made.append(order)
        return MADE

    _making(monkeypatch, make)
    monkeypatch.setattr(sent, "KEPT", Kept())
    return made


def _making(monkeypatch: pytest.MonkeyPatch, make: Callable[[Order], Made | None]) -> None:
    monkeypatch.setattr(sent, "made_apart", lambda order, is_stopping: make(order))


@pytest.fixture
def storm(tmp_path: Path) -> Firm:
    """A person declares a storm, and everything of that minute happens."""
    declared = firms.settings().model_copy(update={"channels": CHANNELS})
    firm = new_firm(tmp_path / "store.db", declared=declared)
    firm.channels["mail"].capabilities = Capabilities(pictures=True)
    declare(firm)
    firm.settle()
    return firm


def declare(firm: Firm, brand: str = "Acme") -> None:
    action = Action(Verb.DECLARE, firms.LEAD)
    firm.write(lambda desk: firm.house.engine.declare(desk, brand, action, firm.now))


def contain(firm: Firm) -> None:
    with firm.house.store.read() as desk:
        owner = cast(Incident, desk.subject(Ref(Incident.kind, 1))).owner
    action = Action(Verb.CONTAIN, owner, reason="answered")
    firm.write(lambda desk: firm.house.engine.act(desk, Ref(Incident.kind, 1), action, firm.now))


def pictures(firm: Firm, channel: str = "mail") -> list[Message]:
    taken = [message for _, message in firm.channels[channel].taken]
    return [message for message in taken if message.key.startswith("picture|")]


def later(firm: Firm) -> Firm:
    sent.queue_pictures(firm.house)
    firm.passes(timedelta(minutes=6))
    return firm


def test_the_picture_comes_after_the_page_to_whom_the_page_came(storm: Firm) -> None:
    later(storm)
    purposes = [message.purpose for _, message in storm.channels["mail"].taken]
    assert purposes.index(Purpose.PAGE) < purposes.index(Purpose.DIGEST)
    (one,) = pictures(storm)
    assert one.to in {page.to for page in storm.channels["mail"].pages()}
    assert one.picture is not None
    assert one.picture.png == MADE.png
    assert one.picture.name == "storm-1.png"
    assert one.lines == (one.picture.alt,) == (MADE.said,)
    assert one.headline == "Incident 1, its curve: Acme"
    assert one.subject == "incident 1"


def test_each_who_was_paged_gets_it_once_of_one_making(storm: Firm, orders: list[Order]) -> None:
    later(later(storm))  # nobody answers: the next step is paged meanwhile
    to = [one.to for one in pictures(storm)]
    assert len(to) > 1
    assert len(to) == len(set(to))
    assert pictures(storm, "chat") == []  # where none is shown
    assert len(orders) == 1


def test_another_comes_when_the_storm_is_over(storm: Firm, orders: list[Order]) -> None:
    later(storm)
    contain(storm)
    later(storm)
    headlines = [one.headline for one in pictures(storm)]
    assert headlines[0] == "Incident 1, its curve: Acme"
    assert headlines[-1] == "Incident 1, its curve to the end: Acme"
    ends = [one.to for one in pictures(storm) if "to the end" in one.headline]
    assert len(ends) == len(set(ends))
    assert len(orders) == 2


def test_a_page_to_the_same_address_leaves_while_a_picture_is_made(
    storm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, meanwhile = storm.channels["mail"], list[Message]()

    def make(order: Order) -> Made:
        paged = len(mail.pages())
        declare(storm, "Bolt Works")
        storm.settle()
        meanwhile.extend(mail.pages()[paged:])
        return MADE

    _making(monkeypatch, make)
    sent.queue_pictures(storm.house)
    assert {one.to for one in meanwhile} & {one.to for one in mail.pages()[:1]}


def test_a_picture_that_is_taken_is_ready_to_leave(storm: Firm) -> None:
    sent.queue_pictures(storm.house)
    (one,) = storm.house.delivery.take("mail", storm.now, 4, ()).leaving
    assert isinstance(one, Ready)
    assert one.message.picture is not None
    assert one.message.picture.png == MADE.png


def test_a_picture_that_cannot_be_made_keeps_no_page_and_is_not_tried_again(
    storm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Order] = []

    def fails(order: Order) -> None:
        tried.append(order)

    _making(monkeypatch, fails)
    later(later(storm))
    assert pictures(storm) == []
    assert storm.channels["mail"].pages()
    assert storm.channels["chat"].pages()
    assert len(tried) == 1


def test_a_picture_that_is_gone_after_a_restart_is_dropped(storm: Firm) -> None:
    sent.queue_pictures(storm.house)
    sent.KEPT.clear()
    storm.settle()
    with storm.house.store.read() as desk:
        rows = desk.connection.execute("select state from messages where kind = ?", (sent.KIND,))
        states = [row[0] for row in rows.fetchall()]
    assert states
    assert not {"queued", "sending", "sent"} & set(states)
    assert pictures(storm) == []


def test_of_many_storms_a_few_are_made_at_a_look_and_the_others_at_the_next(
    storm: Firm, orders: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "MOST_MADE", 1)
    declare(storm, "Bolt Works")
    storm.settle()
    sent.queue_pictures(storm.house)
    assert [one.incident.brand for one in orders] == ["Acme"]
    sent.queue_pictures(storm.house)
    assert [one.incident.brand for one in orders] == ["Acme", "Bolt Works"]


def test_a_daemon_that_is_to_end_begins_no_picture(storm: Firm, orders: list[Order]) -> None:
    sent.queue_pictures(storm.house, lambda: True)
    assert orders == []
    later(storm)
    assert len(orders) == 1


def test_a_picture_that_is_refused_goes_in_words_alone(
    storm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = storm.channels["mail"]
    deliver = mail.deliver

    def picky(message: Message, *, deadline: float) -> object:
        mail.state = "up" if message.picture is None else "refusing"
        return deliver(message, deadline=deadline)

    monkeypatch.setattr(mail, "deliver", picky)
    later(storm)
    (one,) = pictures(storm)
    assert one.picture is None
    assert one.lines == (MADE.said,)


def test_without_the_extra_no_picture_is_queued(
    storm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "is_installed", lambda: False)
    later(storm)
    assert pictures(storm) == []
    assert storm.channels["mail"].pages()


def test_what_was_long_ago_is_not_drawn_when_the_house_is_back(storm: Firm) -> None:
    storm.clock.move_to(storm.now + timedelta(hours=3))
    assert pictures(later(storm)) == []


def test_only_the_newest_pictures_are_kept() -> None:
    kept = Kept(most=2)
    for key in "abc":
        kept.keep(key, MADE)
    assert ["a" in kept, "b" in kept, "c" in kept] == [False, True, True]
    assert kept.of("a") is None


def an_order(store: Path, demo: Path) -> Order:
    with reading(demo) as (_, incident):
        return Order(store, incident, Asked(), OVER)


def test_a_picture_is_gathered_and_drawn_in_a_process_of_its_own(demo: Path) -> None:
    made = apart.made_apart(an_order(demo, demo), seconds=120.0)
    assert made is not None
    assert made.png.startswith(b"\x89PNG")
    assert made.said.startswith("Incident 1: ")


def test_gathering_that_takes_too_long_is_given_up(demo: Path, tmp_path: Path) -> None:
    endless = tmp_path / "endless.db"
    os.mkfifo(endless)  # who opens it to read waits for ever
    assert apart.made_apart(an_order(endless, demo), seconds=3.0) is None


def test_making_ends_when_the_daemon_is_to_end(demo: Path, tmp_path: Path) -> None:
    endless = tmp_path / "endless.db"
    os.mkfifo(endless)
    looks = iter((False, False, True))
    assert apart.made_apart(an_order(endless, demo), lambda: next(looks), seconds=1e6) is None


def test_a_store_that_cannot_be_read_has_no_picture(demo: Path, tmp_path: Path) -> None:
    assert apart.made_apart(an_order(tmp_path / "none.db", demo), seconds=120.0) is None
