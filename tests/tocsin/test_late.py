"""What was said while Tocsin was away: done if it is fresh, else its author is told, once."""

from datetime import timedelta

import pytest

from escalation.conversation import Answer, Incoming
from tests.firm import OWNER
from tests.tocsin.test_answering import ChatRoom
from tests.tocsin.test_dialogues import WHO

FRESH, OLD = timedelta(minutes=3), timedelta(minutes=20)


def late(
    room: ChatRoom,
    age: timedelta,
    *,
    once: str = "1",
    text: str = "",
    sign: str = "",
    who: tuple[str, ...] = WHO,
    overheard: bool = False,
) -> Answer:
    said_at = room.firm.now - age
    said = Incoming(
        once, who, ref="" if overheard else "at 1", text=text, sign=sign,
        overheard=overheard, said_at=said_at,
    )  # fmt: skip
    return room.answering.take(said)


def did(given: dict[str, str]) -> str:
    return "pressed" if "sign" in given else "wrote"


def opened() -> ChatRoom:
    room = ChatRoom()
    room.complain()
    return room


@pytest.mark.parametrize("given", [{"text": "ack"}, {"sign": "✅"}, {"text": "on it"}])
def test_what_is_fresh_is_done_and_says_that_it_was_heard_late(given: dict[str, str]) -> None:
    room = opened()
    answer = late(room, FRESH, **given)  # type: ignore[arg-type]
    assert answer.done
    assert answer.text.startswith(
        f"I was away at 12:57, when you {did(given)} this; it is heard now. "
    )
    assert room.case().acked_by == OWNER


@pytest.mark.parametrize("given", [{"text": "ack"}, {"sign": "✅"}])
def test_what_is_old_is_not_done_and_its_author_is_told_once(given: dict[str, str]) -> None:
    room = opened()
    answer = late(room, OLD, **given)  # type: ignore[arg-type]
    assert not answer.done
    assert answer.text == (
        f"I was away at 12:40, when you {did(given)} this. What you {did(given)} then was not "
        "heard; do it again if it still holds."
    )
    assert room.case().acked_by is None
    assert late(room, OLD, once="2", text="ack").unsaid
    assert late(room, OLD, **given).unsaid, "nor after the next start"  # type: ignore[arg-type]


def test_what_was_heard_before_the_stop_is_not_heard_again() -> None:
    room = opened()
    said = Incoming("1", WHO, ref="at 1", text="the courier has it")
    assert room.answering.take(said).done
    before = room.entries()
    assert late(room, FRESH, text="the courier has it") == Answer(unsaid=True)
    sign = Incoming("2", WHO, ref="at 1", sign="✅")
    assert room.answering.take(sign).done
    assert late(room, FRESH, once="2", sign="✅") == Answer(unsaid=True)
    assert len(room.entries()) == len(before) + 1


def test_strangers_and_signs_that_mean_nothing_are_not_answered() -> None:
    room = opened()
    assert late(room, FRESH, text="ack", who=("mallory@chat",)).unsaid
    assert late(room, OLD, sign="👋").unsaid


def test_what_is_said_about_us_is_not_answered_and_a_command_is() -> None:
    room = opened()
    for number, words in enumerate(("tocsin paged me at night", "tocsin is back up again")):
        said = Incoming(f"w{number}", WHO, room="room", text=words, overheard=True)
        assert room.answering.take(said) == Answer(unsaid=True)
    said = Incoming("c", WHO, room="room", text="tocsin cases", overheard=True)
    assert room.answering.take(said).text.startswith("case 1 · ")
    said = Incoming("d", WHO, room="room", text="tocsin ack 1", overheard=True)
    assert room.answering.take(said).done
    stranger = Incoming("e", ("mallory@chat",), room="room", text="tocsin cases", overheard=True)
    assert room.answering.take(stranger) == Answer(unsaid=True)
