"""What asks something else than to acknowledge, among others in one message: it has no button, so
that it says the command; and no button stands for what the message does not ask first."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from config import Band
from escalation.channel import Capabilities, Message
from escalation.conversation import Incoming
from escalation.decision import Action, Verb
from escalation.subject import Case, Ref
from tests.firm import LEAD, NOON, OWNER, FakeChannel, Firm, complain, open_firm
from tocsin.answering import Answering
from tocsin.clock import VirtualClock

MINUTE = timedelta(minutes=1)
HEARS = Capabilities(update=True, thread=True, buttons=True, two_way=True)
SHOWS = Capabilities(update=True)
TO = f"{LEAD}@chat"
HIDDEN = Action(Verb.HID, OWNER, to=LEAD, what="hidden", why="spam", reason="https://x.example/1")
LINE = re.compile(
    r"Case (\d+) \(billing, Acme\): Say whether it was right to hide it: .*", re.DOTALL
)


def firm_of(can: Capabilities, posts: int = 3) -> Firm:
    clock = VirtualClock(NOON)
    chat = FakeChannel(clock, capabilities=can)
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})
    for number in range(1, posts + 1):
        complain(firm, number, f"author-{number}", band=Band.P2)
    firm.settle()
    return firm


def act(firm: Firm, number: int, action: Action) -> None:
    why = firm.write(
        lambda desk: firm.house.engine.act(desk, Ref("case", number), action, firm.now)
    )
    assert why is None


def hide(firm: Firm, number: int) -> None:
    act(firm, number, replace(HIDDEN, what="hid"))


def case(firm: Firm, number: int) -> Case:
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref("case", number))
    assert isinstance(found, Case)
    return found


def bundle(firm: Firm) -> Message:
    """What the lead is sent: several at once."""
    chat = firm.channels["chat"]
    before = len(chat.pages(TO))
    firm.settle()
    (one,) = chat.pages(TO)[before:]
    return one


def asked_in(message: Message) -> list[str]:
    return [line for line in message.lines if LINE.fullmatch(line)]


def write(firm: Firm, text: str) -> str:
    answering = Answering(firm.house, "chat", HEARS)
    return answering.take(Incoming(text, (TO,), text=text)).text


# --------------------------------------------------------------------------------- how to answer
@pytest.mark.parametrize(
    ("can", "how"),
    [
        pytest.param(HEARS, "Write: confirm-hid 2 · Or: refuse-hid 2 WHY", id="by writing there"),
        pytest.param(
            SHOWS,
            f"To act: tocsin cases confirm-hid 2 --as {LEAD} · "
            f'Or: tocsin cases refuse-hid 2 --reason "WHY" --as {LEAD}',
            id="at the command line",
        ),
    ],
)
def test_a_bundle_says_how_to_answer_what_was_hidden(can: Capabilities, how: str) -> None:
    firm = firm_of(can)
    hide(firm, 1)
    hide(firm, 2)
    asked = asked_in(bundle(firm))
    assert len(asked) == 2
    assert asked[1].endswith(how)


def test_what_it_says_is_what_the_chat_takes() -> None:
    firm = firm_of(HEARS)
    hide(firm, 1)
    hide(firm, 2)
    yes, no = (one.rpartition(": ")[2] for one in asked_in(bundle(firm))[1].split(" · Or: "))
    del no
    assert "has confirmed" in write(firm, yes)
    assert case(firm, 2).hid_of is None
    assert "has said that it was not right" in write(firm, "refuse-hid 1 it was criticism")
    assert case(firm, 1).hid_of is None


@pytest.mark.parametrize(
    ("action", "line"),
    [
        pytest.param(
            Action(Verb.HANDOFF, OWNER, to=LEAD, reason="zz", told="nothing"),
            "Write: accept 2 · Or: decline 2 WHY",
            id="an offer",
        ),
        pytest.param(
            Action(Verb.PERMISSION, OWNER, reason="zz", money=100_000),
            "Write: grant 2 · Or: refuse 2 WHY",
            id="a permission",
        ),
    ],
)
def test_so_does_whatever_else_is_asked(action: Action, line: str) -> None:
    firm = firm_of(HEARS)
    for number in (1, 2):
        act(firm, number, Action(Verb.ACK, OWNER))
        act(firm, number, action)
    firm.passes(MINUTE)
    told = [line for one in firm.channels["chat"].pages() for line in one.lines]
    said = [line for line in told if line.startswith("Case 2 (billing, Acme): ")]
    assert [one.endswith(line) for one in said] == [True]


def test_what_was_answered_says_no_command_when_it_is_shown_anew() -> None:
    firm = firm_of(HEARS)
    hide(firm, 1)
    hide(firm, 2)
    assert len(asked_in(bundle(firm))) == 2
    write(firm, "confirm-hid 1")
    firm.write(lambda desk: desk.freshen(Ref("case", 1), firm.now))
    firm.settle()
    shown = [one for one in firm.channels["chat"].updated if one.to == TO][-1]
    assert (
        "Case 1 (billing, Acme): It has been answered. Nothing is left for you to do."
        in shown.lines
    )
    assert [line[:6] for line in asked_in(shown)] == ["Case 2"]


# ------------------------------------------------------------------------------------ buttons
def test_several_that_are_asked_in_their_own_way_have_no_button_for_one_of_them() -> None:
    firm = firm_of(HEARS)
    hide(firm, 1)
    hide(firm, 2)
    assert bundle(firm).buttons == ()
