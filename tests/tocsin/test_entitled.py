"""What holds several things, or stands by itself, says what it is about."""

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
