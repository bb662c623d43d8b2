"""What people press and write in Matrix comes back, once, from whoever it is; the rest does not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.channels import matrix_hearing
from escalation.channels.matrix import Matrix
from escalation.channels.matrix_events import events, heard
from escalation.conversation import Answer, Hearing, Incoming
from listener.wire import Unreachable
from tests.escalation.channels.fake_matrix import (
    ADA,
    BOB,
    MISSING,
    ROOM,
    FakeMatrix,
    reaction,
    words,
)
from tests.escalation.channels.loopback_server import comes
from tests.escalation.channels.test_matrix import MESSAGE, channel
from tests.hostile import FILES, OWN, lines_of

SOON = 20.0  # seconds that something may take which happens at once
LAST = "the last of it"  # what is sent after all else, so that all else has been heard
ME = "@tocsin:acme.example"


@dataclass
class Listening:
    """A channel that listens, and what it heard."""

    server: FakeMatrix
    here: Matrix
    answers: Callable[[Incoming], Answer] = field(default=lambda _: Answer())
    heard: list[Incoming] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    caught: list[Exception] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def take(self, incoming: Incoming) -> Answer:
        with self.came:
            self.heard.append(incoming)
            self.came.notify_all()
        return self.answers(incoming)

    def run(self) -> None:
        try:
            self.here.listen(self.take, self.stopping)
        except (ChannelUnavailable, ChannelRefused) as error:
            self.caught.append(error)

    def all_heard(self, ref: str) -> list[Incoming]:
        """All that was heard, after something that is surely heard."""
        room, _, root = ref.partition("|")
        self.server.put(room, "m.room.message", words(LAST, root=root), ADA)
        with self.came:
            assert self.came.wait_for(lambda: any(one.text == LAST for one in self.heard), SOON)
        return [one for one in self.heard if one.text != LAST]


@contextmanager
def listening(server: FakeMatrix, here: Matrix, **more: Any) -> Iterator[Listening]:
    made = Listening(server, here, **more)
    thread = threading.Thread(target=made.run)
    before = server.syncs
    thread.start()
    with server.happened:  # it listens from now on
        assert server.happened.wait_for(lambda: server.syncs > before + 1, SOON)
    try:
        yield made
    finally:
        made.stopping.set()
        thread.join(SOON)
        assert not thread.is_alive()


@pytest.fixture
def server() -> FakeMatrix:
    return FakeMatrix()


@pytest.fixture
def here(server: FakeMatrix) -> Matrix:
    return channel(server)


@pytest.fixture
def card(here: Matrix) -> str:
    return here.deliver(MESSAGE, deadline=5).ref


def event_of(ref: str) -> str:
    return ref.partition("|")[2]


# ------------------------------------------------------------------------------ what is for us
def test_it_hears(here: Matrix) -> None:
    assert isinstance(here, Hearing)
    assert here.capabilities.two_way


def test_a_reaction_to_our_message_comes_back_with_who_gave_it(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    with listening(server, here) as ear:
        given = server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
        assert ear.all_heard(card) == [Incoming(given, (ADA,), ref=card, room=ROOM, sign="✅")]


def test_words_in_the_thread_of_our_message_belong_to_it(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    with listening(server, here) as ear:
        said = server.put(ROOM, "m.room.message", words("ack", root=event_of(card)), ADA)
        assert ear.all_heard(card) == [Incoming(said, (ADA,), ref=card, room=ROOM, text="ack")]


def test_words_that_reply_to_our_message_belong_to_it_without_what_they_repeat(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    repeats = f"> <{ME}> Now · Ada\n> 3 posts\n\nsnooze 2h\n> waiting"
    with listening(server, here) as ear:
        server.put(ROOM, "m.room.message", words(repeats, replied=event_of(card)), ADA)
        [found] = ear.all_heard(card)
    assert (found.ref, found.text) == (card, "snooze 2h\n> waiting")


def test_words_to_a_reminder_belong_to_the_page_that_it_reminds_of(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    reminder = replace(MESSAGE, key="2", under=card, verbatim=None, buttons=())
    reminded = event_of(here.deliver(reminder, deadline=5).ref)
    with listening(server, channel(server)) as ear:  # one that did not send them
        server.put(ROOM, "m.room.message", words("ack", replied=reminded), ADA)
        [found] = ear.all_heard(card)
    assert found.ref == card


def test_words_in_a_direct_room_are_to_us(server: FakeMatrix, here: Matrix) -> None:
    page = here.deliver(replace(MESSAGE, to=ADA), deadline=5).ref
    room = page.partition("|")[0]
    with listening(server, channel(server)) as ear:
        server.put(room, "m.room.message", words("cases"), ADA)
        [found] = ear.all_heard(page)
    assert (found.ref, found.text) == ("", "cases")


@pytest.mark.parametrize("name", ["Tocsin: ", "tocsin, ", "@tocsin:acme.example: ", "@tocsin ", ""])
def test_words_that_call_us_in_a_room_are_to_us(
    server: FakeMatrix, here: Matrix, card: str, name: str
) -> None:
    called = {**words(f"{name}ack 17"), "m.mentions": {"user_ids": [ME]}}
    with listening(server, here) as ear:
        server.put(ROOM, "m.room.message", called, ADA)
        [found] = ear.all_heard(card)
    assert (found.ref, found.text) == ("", "ack 17")


def test_what_people_say_to_each_other_is_not_for_us(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    theirs = server.put(ROOM, "m.room.message", words("lunch?"), BOB)
    with listening(server, here) as ear:
        server.put(ROOM, "m.reaction", reaction(theirs, "✅"), ADA)
        server.put(ROOM, "m.room.message", words("ack", root=theirs), ADA)
        server.put(ROOM, "m.room.message", words("yes", replied=theirs), ADA)
        server.put(ROOM, "m.room.message", words("ack 17"), ADA)
        server.put(ROOM, "m.reaction", reaction("$nothing", "✅"), ADA)
        assert ear.all_heard(card) == []


def test_what_was_taken_back_or_corrected_or_is_a_machines_is_left_out(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    root = event_of(card)
    edited = {**words("* ack"), "m.relates_to": {"rel_type": "m.replace", "event_id": "$event1"}}
    with listening(server, here) as ear:
        server.put(ROOM, "m.reaction", {}, ADA)
        server.put(ROOM, "m.room.message", {}, ADA)
        server.put(ROOM, "m.room.message", edited, ADA)
        server.put(ROOM, "m.room.message", {**words("ack", root=root), "msgtype": "m.notice"}, BOB)
        server.put(ROOM, "m.room.message", {**words("a.png", root=root), "msgtype": "m.image"}, BOB)
        server.put(ROOM, "m.sticker", words("ack", root=root), BOB)
        assert ear.all_heard(card) == []


def test_what_happened_long_before_it_listened_is_not_heard(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
    hours_ago = at(here.now() - timedelta(hours=2))
    server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA, at=hours_ago)
    server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA, at=10**18)
    with listening(server, here) as ear:
        assert ear.all_heard(card) == []


def test_what_was_said_while_it_was_away_is_handed_on_with_when_it_was_said(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    then = here.now().replace(microsecond=0) - timedelta(minutes=3)
    root = event_of(card)
    server.put(ROOM, "m.room.message", words("ack", root=root), ADA, at=at(then))
    server.put(ROOM, "m.room.message", words("lunch?"), BOB, at=at(then))
    with listening(server, here) as ear:
        [missed] = ear.all_heard(card)
    assert (missed.text, missed.ref, missed.said_at) == ("ack", card, then)


def at(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("said", "heard_as", "perhaps"),
    [
        ("tocsin cases", "cases", True),
        ("Tocsin: ack 6", "ack 6", False),
        ("Tocsin, cases", "cases", False),
        ("@tocsin cases", "cases", False),
        ("@tocsin:acme.example cases", "cases", False),
        ("@tocsin:acme.example: cases", "cases", False),
        ("tocsin:acme.example ack 6", "ack 6", True),
    ],
)
def test_calling_us_by_name_in_a_room_is_heard(
    server: FakeMatrix, here: Matrix, card: str, said: str, heard_as: str, perhaps: bool
) -> None:
    with listening(server, here) as ear:
        server.put(ROOM, "m.room.message", words(said), BOB)
        server.put(ROOM, "m.room.message", words("our tocsin is fine"), BOB)
        server.put(ROOM, "m.room.message", words("tocsinette cases"), BOB)
        [one] = ear.all_heard(card)
    assert (one.text, one.overheard) == (heard_as, perhaps)


# -------------------------------------------------------------------------------- what is said
def test_what_is_known_is_heard_before_what_has_to_be_looked_up(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    """Whoever reacts to fifty messages of others holds up no acknowledgement."""

    def looked_up() -> int:
        return sum(1 for method, path, _ in server.asked if method == "GET" and "/event/" in path)

    before: list[int] = []

    def answer(_: Incoming) -> Answer:
        before.append(looked_up())
        return Answer()

    with listening(server, here, answers=answer) as ear:
        with server.happened:  # one answer of the homeserver holds all of it
            for _ in range(50):
                said = server.put(ROOM, "m.room.message", words("lunch?"), BOB)
                server.put(ROOM, "m.reaction", reaction(said, "✅"), BOB)
            server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
        ear.all_heard(card)
        comes(lambda: looked_up() == 50)
    assert before[0] == 0


def test_nobody_waits_for_an_answer_to_somebody_else(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    free = threading.Event()
    send = server.answer

    def slow(method: str, path: str, *more: Any) -> Any:
        if method == "PUT" and "/send/" in path:
            free.wait(SOON)
        return send(method, path, *more)

    with listening(server, here, answers=lambda _: Answer("Noted.")) as ear:
        server.answer = slow  # type: ignore[method-assign]
        for _ in range(20):
            server.put(ROOM, "m.room.message", words("Tocsin?", root=event_of(card)), BOB)
        assert len(ear.all_heard(card)) == 20, "all is heard though nothing is answered yet"
        free.set()


def test_an_answer_is_a_notice_in_the_thread_that_names_nobody(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    with listening(
        server, here, answers=lambda _: Answer("Case 17: @bob:acme.example has it")
    ) as ear:
        server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
        ear.all_heard(card)
    answered = server.messages()[-1]
    assert answered["msgtype"] == "m.notice"
    assert answered["m.mentions"] == {}
    assert answered["body"] == "Case 17: @bob∶acme․example has it"
    assert answered["m.relates_to"]["rel_type"] == "m.thread"
    assert answered["m.relates_to"]["event_id"] == event_of(card)
    assert "formatted_body" not in answered


def test_the_senders_own_id_can_be_copied_from_an_answer(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    said = f'add {{ channel = "chat", to = "{ADA}" }}'
    with listening(server, here, answers=lambda _: Answer(said)) as ear:
        server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
        ear.all_heard(card)
    assert said in [one["body"] for one in server.messages()]


def test_words_in_no_thread_are_answered_where_they_stand(server: FakeMatrix, here: Matrix) -> None:
    page = here.deliver(replace(MESSAGE, to=ADA), deadline=5).ref
    with listening(server, here, answers=lambda one: Answer(f"{one.text}: none")) as ear:
        said = server.put(page.partition("|")[0], "m.room.message", words("cases"), ADA)
        ear.all_heard(page)
    [answered] = [one for one in server.messages() if one["body"] == "cases: none"]
    assert answered["m.relates_to"] == {"m.in_reply_to": {"event_id": said}}


def test_nothing_to_say_is_not_said(server: FakeMatrix, here: Matrix, card: str) -> None:
    with listening(server, here) as ear:
        server.put(ROOM, "m.reaction", reaction(event_of(card), "👋"), ADA)
        ear.all_heard(card)
    assert not [one for one in server.messages() if one["msgtype"] == "m.notice"]


@pytest.mark.parametrize(
    "fault", [(503, {}), MISSING, (429, {"retry_after_ms": 1}), Unreachable("x")]
)
def test_an_answer_that_cannot_be_shown_deafens_nobody(
    server: FakeMatrix, here: Matrix, card: str, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix_hearing, "LONGEST_WAIT", 0.01)
    server.faults["PUT .*/m.room.message/"] = fault
    with listening(server, here, answers=lambda _: Answer("done")) as ear:
        server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
        assert len(ear.all_heard(card)) == 1
        assert not ear.caught


# --------------------------------------------------------------------------- the line is lost
def test_what_happens_while_the_line_is_down_is_heard_afterwards(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    with listening(server, here) as ear:
        ear.all_heard(card)
    given = server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
    with listening(server, here) as ear:
        assert [one.id for one in ear.all_heard(card)] == [given]


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Unreachable("x"), ChannelUnavailable, "cannot be reached"),
        ((502, {}), ChannelUnavailable, "not available"),
        ((200, {}), ChannelUnavailable, "cannot be read"),
        ((200, {"next_batch": 7}), ChannelUnavailable, "cannot be read"),
        ((401, {"errcode": "M_UNKNOWN_TOKEN"}), ChannelRefused, "refused the token"),
        ((400, {"errcode": "M_INVALID_PARAM"}), ChannelRefused, "does not understand"),
        ((404, {}), ChannelRefused, "no Matrix homeserver"),
    ],
)
def test_a_lost_line_is_told_by_whether_it_may_come_back(
    server: FakeMatrix, here: Matrix, fault: Any, kind: type[Exception], said: str
) -> None:
    server.faults["GET .*/sync"] = fault
    with pytest.raises(kind, match=said):
        here.listen(lambda _: Answer(), threading.Event())


def test_a_place_that_the_homeserver_knows_no_more_is_begun_anew(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    with listening(server, here):
        pass
    server.faults["GET .*/sync"] = (400, {"errcode": "M_UNKNOWN_POS"})
    with pytest.raises(ChannelUnavailable):
        here.listen(lambda _: Answer(), threading.Event())
    server.faults.clear()
    with listening(server, here) as ear:
        server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
        assert len(ear.all_heard(card)) == 1


def test_what_cannot_be_looked_up_now_is_tried_again_and_what_was_done_is_not(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    theirs = server.put(ROOM, "m.room.message", words("lunch?"), BOB)
    with listening(server, here):
        pass
    server.put(ROOM, "m.reaction", reaction(event_of(card), "✅"), ADA)
    server.put(ROOM, "m.reaction", reaction(theirs, "✅"), ADA)
    server.faults[r"GET .*/event/"] = (502, {})
    signs: list[str] = []

    def take(incoming: Incoming) -> Answer:
        signs.append(incoming.sign)
        return Answer()

    for _ in range(matrix_hearing.TRIES - 1):
        with pytest.raises(ChannelUnavailable):
            here.listen(take, threading.Event())
    with listening(server, here) as ear:  # the last try, and then it is left out
        assert ear.all_heard(card) == []
    assert signs == ["✅"]


def test_it_ends_when_it_is_asked_to_while_the_homeserver_waits(
    server: FakeMatrix, here: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, let_go = threading.Event(), threading.Event()

    def wait(*_: Any, **__: Any) -> dict[str, Any]:
        asked.set()
        let_go.wait(SOON)
        return {"next_batch": "1"}

    monkeypatch.setattr(matrix_hearing.Ear, "_sync", wait)
    stopping = threading.Event()
    thread = threading.Thread(target=here.listen, args=(lambda _: Answer(), stopping))
    thread.start()
    assert asked.wait(SOON)
    stopping.set()
    thread.join(SOON / 2)  # less than the homeserver would wait
    assert not thread.is_alive()
    let_go.set()


# ------------------------------------------------------------------------------------ hostile
JUNK: list[Any] = [None, 7, "x", [], {}, {"rooms": 7}, {"rooms": {"join": []}}]


@pytest.mark.parametrize("junk", JUNK[4:])
def test_an_answer_of_junk_holds_nothing(junk: dict[str, Any]) -> None:
    assert events(junk, ME, lambda _: None) == []
    for part in JUNK:
        rooms = {ROOM: part, "not a room": {}, f"{ROOM}2": {"timeline": part}}
        timeline = {f"{ROOM}3": {"timeline": {"events": part}}}
        more = {f"{ROOM}4": {"timeline": {"events": JUNK}}}
        found = {"rooms": {"join": {**rooms, **timeline, **more}}}
        assert events(found, ME, lambda _: None) == []


@pytest.mark.parametrize("field_", ["sender", "event_id", "content", "type"])
@pytest.mark.parametrize("junk", [*JUNK[:4], "@", "$", "\ud800", "x" * 40_000])
def test_an_event_with_junk_in_it_is_left_out(field_: str, junk: Any) -> None:
    whole = {
        "type": "m.reaction",
        "sender": ADA,
        "event_id": "$1",
        "content": reaction("$2", "✅"),
    }
    assert heard(whole, ROOM, ME) is not None
    assert heard({**whole, field_: junk}, ROOM, ME) is None


@pytest.mark.parametrize("junk", [*JUNK, "x" * 40_000, "\ud800"])
def test_a_relation_with_junk_in_it_is_left_out_or_none(junk: Any) -> None:
    event = {"type": "m.reaction", "sender": ADA, "event_id": "$1"}
    for name in ("rel_type", "event_id", "key"):
        given = {**reaction("$2", "✅")["m.relates_to"], name: junk}
        found = heard({**event, "content": {"m.relates_to": given}}, ROOM, ME)
        assert found is None or (name == "key" and found.sign == junk)
    assert heard({**event, "content": {"m.relates_to": junk, "x": 1}}, ROOM, ME) is None
    said = {"msgtype": "m.text", "body": "ack", "m.relates_to": junk, "m.mentions": junk}
    found = heard({**event, "type": "m.room.message", "content": said}, ROOM, ME)
    assert found is not None
    assert (found.about, found.called) == ("", False)


def test_hostile_words_come_back_as_words(shared: Path) -> None:
    for text in (*OWN.values(), *(one for name in FILES for one in lines_of(shared, name))):
        event = {"type": "m.room.message", "sender": ADA, "event_id": "$1", "content": words(text)}
        found = heard(event, ROOM, ME)
        assert found is not None
        assert text.startswith(found.text)


def test_a_room_that_is_encrypted_meanwhile_is_told() -> None:
    event = {"type": "m.room.encryption", "sender": ADA, "event_id": "$1", "content": {"a": "b"}}
    told: list[str] = []
    found = {"rooms": {"join": {ROOM: {"timeline": {"events": [event]}}}}}
    assert events(found, ME, told.append) == []
    assert told == [ROOM]


def test_a_room_that_is_encrypted_while_we_are_in_it_gets_nothing_more(
    server: FakeMatrix, here: Matrix, card: str
) -> None:
    with listening(server, here) as ear:
        server.encrypted.add(ROOM)
        server.put(ROOM, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, ADA)
        ear.all_heard(card)
    with pytest.raises(ChannelRefused, match="the room is encrypted"):
        here.deliver(replace(MESSAGE, key="2"), deadline=5)
