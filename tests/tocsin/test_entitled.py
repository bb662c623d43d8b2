"""What holds several things, or stands by itself, says what it is about."""

from datetime import timedelta

from escalation.decision import Action, Verb
from escalation.subject import Ref
from tests.firm import FIRST, OWNER, Firm, complain, new_firm
from tocsin.entitled import MAX_ABOUT, entitled, listed


def act(firm: Firm, number: int, action: Action) -> None:
    why = firm.write(
        lambda desk: firm.house.engine.act(desk, Ref("case", number), action, firm.now)
    )
    assert why is None


def opened(**more: str) -> Firm:
    firm = new_firm()
    for number in (1, 2):
        complain(firm, number, f"author-{number}", **more)  # type: ignore[arg-type]
    firm.settle()
    return firm


def test_a_case_is_named_with_its_topic_and_brand() -> None:
    with opened().house.store.read() as desk:
        assert entitled(desk, Ref("case", 1)) == "Case 1 (billing, Acme)"
        assert entitled(desk, Ref("case", 99)) == "Case 99"
        assert entitled(desk, Ref("fault", 3)) == "Fault 3"
        assert entitled(desk, Ref("matter", 3)) == "Something 3"
        both = [Ref("case", 1), Ref("case", 2), Ref("case", 1)]
        assert listed(desk, both) == "case 1 (billing, Acme), case 2 (billing, Acme)"


def test_a_long_topic_leaves_room_for_what_is_said() -> None:
    with opened(topic="t" * 60).house.store.read() as desk:
        assert len(entitled(desk, Ref("case", 1))) <= MAX_ABOUT + len(" ()")


def test_a_message_of_several_things_names_what_it_holds() -> None:
    firm = opened()
    for number in (1, 2):
        act(firm, number, Action(Verb.ACK, OWNER))
    firm.settle()
    for number in (1, 2):
        act(firm, number, Action(Verb.HANDOFF, OWNER, to=FIRST, reason="theirs", told="nothing"))
    firm.settle()
    for number in (1, 2):
        act(firm, number, Action(Verb.DECLINE, FIRST, reason="not mine"))
    firm.settle()
    said = [one for channel in firm.channels.values() for _, one in channel.taken]
    bundles = [one for one in said if "things from Tocsin" in one.headline]
    assert bundles, [one.headline for one in said]
    for one in bundles:
        assert ": case 1 (billing, Acme), case 2 (billing, Acme)"[:30] in one.headline
        assert len(one.headline) <= 70


def fails(firm: Firm, about: str, detail: str) -> None:
    firm.write(lambda desk: firm.house.engine.fault(desk, about, detail, firm.now))


def test_each_fault_of_several_says_what_failed() -> None:
    """To whoever is asked for twelve things at once, a number alone says nothing."""
    firm, names = new_firm(), ("shop", "press", "reddit", "forum", "survey")
    for number in range(1, 6):  # the first pages go one by one: those after them are folded
        complain(firm, number, f"author-{number}")
        firm.passes(timedelta(seconds=1))
    for name in names:
        fails(firm, f"source:{name}", f"source {name} cannot be heard for 10 min: no route to it.")
    firm.settle()
    firm.passes(timedelta(minutes=2))
    said = [one for channel in firm.channels.values() for _, one in channel.taken]
    lines = [line for one in said for line in one.lines if "cknowledge it too" in line]
    assert lines
    for line in lines:
        (name,) = (one for one in names if f"(source {one})" in line)
        assert f"source {name} cannot be heard for 10 min: no route to it. Acknowledge" in line


def test_a_fault_is_named_with_what_fails() -> None:
    firm = new_firm()
    fails(firm, "channel:chat", "refused")
    with firm.house.store.read() as desk:
        assert entitled(desk, Ref("fault", 1)) == "Fault 1 (channel chat)"
