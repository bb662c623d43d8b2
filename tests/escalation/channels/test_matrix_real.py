"""Against a real homeserver: what other people's clients see, and what the server itself says.

A second account acknowledges by a click and sees the card change and its thread.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from config import Secret
from escalation.buttons import ACK, HANDOFF, RESOLVE, SNOOZE
from escalation.channel import ChannelRefused, ChannelUnavailable, Message, Purpose, Verbatim
from escalation.channels.matrix import Matrix, Settings, build
from escalation.channels.matrix_signs import MOST
from escalation.conversation import Answer, Incoming
from listener.tools import Tools
from tests.escalation.channels.fake_matrix import reaction, words
from tests.escalation.channels.synapse import Account, Synapse, needs_synapse, synapse
from tocsin.setup.matrix import steps as matrix_steps

pytestmark = needs_synapse
SETTINGS = Settings(
    name="chat", homeserver="https://matrix.acme.example", token=Secret(env="MATRIX_TOKEN")
)
SOON = 30.0  # seconds that something may take which happens at once
CARD = Message(
    key="case 17",
    purpose=Purpose.CARD,
    to="",
    headline="Now · Ada Lovelace · 3 posts: billing at Acme",
    lines=("Why now: third time asking", "Next: acknowledge by 14:05, else Grace Hopper is paged"),
    verbatim=Verbatim("Charged twice, @room https://evil.example", "@ann", "x", 12, "https://x.example/1"),
    subject="case 17",
    buttons=(ACK, HANDOFF, SNOOZE),
    token="0123",
)  # fmt: skip


@dataclass
class House:
    """A homeserver with our account and two people's, and a room of theirs."""

    server: Synapse
    tocsin: Account
    ada: Account
    bob: Account
    room: str

    def channel(self, token: str = "") -> Matrix:
        settings = SETTINGS.model_copy(update={"homeserver": self.server.address})
        tools = Tools(self.server.wire, lambda _: token or self.tocsin.token, "tocsin/test")
        made = build(settings, tools)
        assert isinstance(made, Matrix)
        return made

    def shown(self, event: str, to: Account, room: str = "") -> dict[str, Any]:
        """A message as somebody's client shows it: with its newest replacement in its place."""
        replaced = to.related(room or self.room, event, "m.replace")
        if replaced:
            return dict(replaced[0]["content"]["m.new_content"])
        return dict(to.done("GET", f"/rooms/{room or self.room}/event/{event}")["content"])

    def all_of(self, to: Account, room: str = "") -> str:
        """All that somebody's client can still read of a room, history included."""
        return str([one["content"] for one in to.seen(room or self.room)])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with synapse(tmp_path_factory.mktemp("synapse")) as made:
        yield made


@pytest.fixture(scope="module")
def people(server: Synapse) -> tuple[Account, Account, Account]:
    return server.account("tocsin"), server.account("ada"), server.account("bob")


@pytest.fixture
def house(server: Synapse, people: tuple[Account, Account, Account]) -> House:
    tocsin, ada, bob = people
    room = ada.make_room(invite=tocsin.id)
    ada.done("POST", f"/rooms/{room}/invite", {"user_id": bob.id})
    bob.join(room)
    return House(server, tocsin, ada, bob, room)


def event_of(ref: str) -> str:
    return ref.partition("|")[2]


def shown_whole(here: Matrix, message: Message) -> str:
    """A message, and its words once it stands there; returns its reference."""
    ref = here.deliver(message, deadline=20).ref
    return here.update(ref, message, deadline=20).ref


@contextmanager
def listening(here: Matrix, take: Callable[[Incoming], Answer]) -> Iterator[None]:
    """The channel hears as long as the block lasts."""
    stopping, begun = threading.Event(), threading.Event()
    ear, sync = here.ear, here.ear._sync

    def noted(*given: Any) -> dict[str, Any]:
        if ear._since:
            begun.set()
        return sync(*given)

    ear._sync = noted  # type: ignore[method-assign]
    thread = threading.Thread(target=here.listen, args=(take, stopping))
    thread.start()
    assert begun.wait(SOON)
    try:
        yield
    finally:
        stopping.set()
        thread.join(SOON)
        assert not thread.is_alive()


def until(holds: Callable[[], object]) -> None:
    waiting = threading.Event()
    for _ in range(int(SOON / 0.1)):
        if holds():
            return
        waiting.wait(0.1)
    raise AssertionError("it did not happen")


# -------------------------------------------------------------------------------- a whole story
def test_a_click_acknowledges_and_everyone_sees_the_card_change_and_who_did_it(
    house: House,
) -> None:
    here = house.channel()
    ref = shown_whole(here, replace(CARD, to=house.room))
    card = event_of(ref)
    given = house.bob.signs(house.room, card)
    assert given == {sign: {house.tocsin.id} for sign in ("✅", "🤝", "💤")}

    def take(incoming: Incoming) -> Answer:
        assert (incoming.who, incoming.ref, incoming.sign) == ((house.bob.id,), ref, "✅")
        owned = replace(CARD, headline="Now · Bob · acknowledged", buttons=(RESOLVE, SNOOZE))
        here.update(ref, replace(owned, trail=("14:02 acknowledged by Bob (chat)",)), deadline=20)
        return Answer("Case 17: it is yours.", done=True)

    with listening(here, take):
        house.bob.send(house.room, "m.reaction", reaction(card, "✅"))
        until(lambda: house.ada.related(house.room, card, "m.thread"))
    assert "14:02 acknowledged by Bob (chat)" in house.shown(card, house.ada)["body"]
    assert house.ada.signs(house.room, card) == {
        "✅": {house.bob.id},
        "💤": {house.tocsin.id},
        "🏁": {house.tocsin.id},
    }
    [said] = house.ada.related(house.room, card, "m.thread")
    assert said["content"]["body"] == "Case 17: it is yours."
    assert said["content"]["m.mentions"] == {}


def test_words_in_the_thread_come_back_and_are_answered_there(house: House) -> None:
    here, heard = house.channel(), []
    ref = here.deliver(replace(CARD, to=house.room), deadline=20).ref

    def take(incoming: Incoming) -> Answer:
        heard.append(incoming)
        return Answer("For how long?")

    with listening(here, take):
        house.bob.send(house.room, "m.room.message", words("lunch?"))
        house.bob.send(house.room, "m.room.message", words("snooze", root=event_of(ref)))
        until(lambda: len(house.ada.related(house.room, event_of(ref), "m.thread")) == 2)
    here_said = [one for one in heard if one.ref == ref]  # what was said before is heard as well
    assert [(one.who, one.text) for one in here_said] == [((house.bob.id,), "snooze")]


def test_what_happened_before_it_listened_is_heard_with_when_it_was(house: House) -> None:
    here, heard, missed = house.channel(), [], set()
    card = event_of(here.deliver(replace(CARD, to=house.room), deadline=20).ref)

    def take(incoming: Incoming) -> Answer:
        if incoming.said_at is None:
            heard.append(incoming.sign)
        else:
            missed.add(incoming.sign)
        return Answer("done")

    with listening(here, take):
        house.bob.send(house.room, "m.reaction", reaction(card, "✅"))
        until(lambda: heard)
    house.bob.send(house.room, "m.reaction", reaction(card, "🤝"))
    with listening(house.channel(), take):  # as after a restart
        house.bob.send(house.room, "m.reaction", reaction(card, "💤"))
        until(lambda: len(heard) > 1)
    assert heard == ["✅", "💤"]
    assert "🤝" in missed


# ------------------------------------------------------------------------------- what it promises
def test_the_same_message_twice_is_one_event(house: House) -> None:
    message = replace(CARD, to=house.room)
    first = shown_whole(house.channel(), message)
    assert shown_whole(house.channel(), replace(message, repeated=True)) == first
    assert len(house.ada.related(house.room, event_of(first), "m.replace")) == 1
    assert "Charged twice" in house.shown(event_of(first), house.ada)["body"]


def test_what_an_author_deleted_is_in_nobodys_history_any_more(house: House) -> None:
    here = house.channel()
    ref = shown_whole(here, replace(CARD, to=house.room))
    assert "Charged twice" in house.all_of(house.bob)
    here.update(ref, replace(CARD, verbatim=None), deadline=20)
    assert "Charged twice" not in house.all_of(house.bob)
    assert "@ann" not in house.all_of(house.bob)


def test_a_page_calls_the_person_paged_and_nobody_else(house: House) -> None:
    message = replace(CARD, to=house.room, mention=house.ada.id, purpose=Purpose.PAGE)
    event = event_of(house.channel().deliver(message, deadline=20).ref)
    until(lambda: _highlights(house.ada, event))
    assert not _highlights(house.bob, event)


def _highlights(account: Account, event: str) -> bool:
    found = account.done("GET", "/notifications?only=highlight")["notifications"]
    return event in [one["event"]["event_id"] for one in found]


def test_a_person_gets_a_direct_room_and_the_same_one_again(house: House) -> None:
    first = house.channel().deliver(replace(CARD, to=house.ada.id, key="a 1"), deadline=20).ref
    room = first.partition("|")[0]
    member = house.tocsin.done("GET", f"/rooms/{room}/state/m.room.member/{house.ada.id}")
    assert (member["membership"], member["is_direct"]) == ("invite", True)
    house.ada.join(room)
    again = house.channel().deliver(replace(CARD, to=house.ada.id, key="a 2"), deadline=20).ref
    assert again.startswith(f"{room}|")
    house.ada.done("POST", f"/rooms/{room}/leave", {})
    house.channel().deliver(replace(CARD, to=house.ada.id, key="a 3"), deadline=20)
    house.ada.join(room)  # asked back
    assert "case 17" in house.all_of(house.ada, room)


def test_a_room_is_found_by_its_address(house: House) -> None:
    room = house.ada.make_room(invite=house.tocsin.id, room_alias_name="care")
    ref = house.channel().deliver(replace(CARD, to="#care:acme.example"), deadline=20).ref
    assert ref.startswith(f"{room}|")


def test_the_longest_message_is_taken(house: House) -> None:
    text = "😀&\"'<" * 20_000
    big = replace(CARD, to=house.room, headline=text, lines=(text,) * 9, trail=(text,) * 4)
    big = replace(big, verbatim=Verbatim(text, text, text, None, text), subject=text)
    here = house.channel()
    ref = here.deliver(big, deadline=20).ref
    assert here.update(ref, replace(big, key="2"), deadline=20).ref == ref


# ----------------------------------------------------------------------------------- its refusals
def test_an_encrypted_room_is_refused(house: House) -> None:
    room = house.ada.make_room(invite=house.tocsin.id, encrypted=True)
    with pytest.raises(ChannelRefused, match="encrypted, and Tocsin does not encrypt"):
        house.channel().deliver(replace(CARD, to=room), deadline=20)


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("!nowhere:acme.example", "there is no such room"),
        ("#nowhere:acme.example", "there is no such room"),
        ("@far:away.example", "M_FORBIDDEN"),
    ],
)
def test_a_place_that_is_not_there_is_refused(house: House, to: str, said: str) -> None:
    with pytest.raises(ChannelRefused, match=said):
        house.channel().deliver(replace(CARD, to=to), deadline=20)


def test_a_room_that_did_not_invite_us_is_refused_with_what_to_do(house: House) -> None:
    room = house.ada.make_room(invite=house.bob.id)
    with pytest.raises(ChannelRefused, match="invite Tocsin's account to the room"):
        house.channel().deliver(replace(CARD, to=room), deadline=20)


def test_a_revoked_token_is_refused_with_what_to_do(house: House) -> None:
    gone = house.server.account(f"gone{house.room[1:8].lower().replace('-', '')}")
    gone.done("POST", "/logout", {})
    with pytest.raises(ChannelRefused, match="make a new one and put it where `token` points"):
        house.channel(gone.token).deliver(replace(CARD, to=house.room), deadline=20)
    with pytest.raises(ChannelRefused, match="make a new one"):
        house.channel(gone.token).listen(lambda _: Answer(), threading.Event())


def test_a_message_that_somebody_took_back_is_not_brought_back(house: House) -> None:
    here = house.channel()
    ref = here.deliver(replace(CARD, to=house.room), deadline=20).ref
    house.ada.done("PUT", f"/rooms/{house.room}/redact/{event_of(ref)}/1", {})
    with pytest.raises(ChannelRefused, match="taken back in the room"):
        here.update(ref, CARD, deadline=20)


# ------------------------------------------------------------------------------ its own limits
def test_with_the_homeservers_usual_limits_pages_arrive_and_the_wait_is_said(
    tmp_path: Path,
) -> None:
    usual = {"per_second": 0.2, "burst_count": 10}  # Synapse's own, where nothing is configured
    with synapse(tmp_path, rc_message=usual) as server:
        tocsin, ada = server.account("tocsin"), server.account("ada", admin=True)
        house = House(server, tocsin, ada, ada, ada.make_room(invite=tocsin.id))
        here = house.channel()
        here.deliver(replace(CARD, to=house.room, key="1"), deadline=20)
        ref = shown_whole(here, replace(CARD, to=house.room, key="2"))
        assert "Charged twice" in house.shown(event_of(ref), ada)["body"]
        with pytest.raises(ChannelUnavailable, match="M_LIMIT_EXCEEDED") as caught:
            deliver_some(here, house.room, MOST)
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after <= 60
        lift_the_limit(house)
        deliver_some(here, house.room, MOST)
        one = shown_whole(here, replace(CARD, to=house.room, key="at last"))
        assert "Charged twice" in house.shown(event_of(one), ada)["body"]


def lift_the_limit(house: House) -> None:
    """As the steps say, by an administrator's token."""
    [line] = [one for one in matrix_steps(SETTINGS).splitlines() if "override_ratelimit" in one]
    [body] = [one for one in matrix_steps(SETTINGS).splitlines() if "messages_per_second" in one]
    method, path = line.replace("@tocsin:example.org", house.tocsin.id).split()
    content = json.loads(body.partition("body ")[2])
    status, found = house.server.ask(method, path, content, house.ada.token)
    assert status == 200, found


def deliver_some(here: Matrix, room: str, number: int) -> None:
    for one in range(number):
        here.deliver(replace(CARD, to=room, key=f"more {one}"), deadline=20)
