"""What follows from every decision: each with what it sees to, in one place."""

import inspect

from escalation import handoffs
from escalation.afterwards import FOLLOWING, all_told, unsilenced
from escalation.decision import Hush, TimerKind, Verb
from escalation.verbs import act_on
from tests.cases import MONDAY, a_case, action, armed, at, contract, decided, on_offer, owned
from tests.firm import FIRST, NOON, OWNER


def test_everything_that_follows_from_a_decision_says_what_it_sees_to() -> None:
    assert len(set(FOLLOWING)) == len(FOLLOWING)
    assert all(inspect.getdoc(step) for step in FOLLOWING)


def test_what_follows_is_done_in_turn_so_that_an_offer_that_has_ended_pages_nobody() -> None:
    held = on_offer(FIRST, inhibited_by=5, incident=5)
    claimed = decided(act_on(held, action(Verb.CLAIM, FIRST), at()))
    done = all_told(held, claimed, at())
    assert done.subject.offered_to is None
    assert len(contract(done)) == 1
    assert TimerKind.OFFER not in armed(done)
    assert FOLLOWING.index(handoffs.without_offer) < FOLLOWING.index(handoffs.offer_in_storm)


def test_what_is_not_held_is_held_by_no_silence() -> None:
    noted = action(Verb.NOTE, OWNER, reason="zz")
    loose, held = owned(silence=3), a_case(silence=3, held_until=MONDAY)
    for case, silence in ((loose, None), (held, 3)):
        assert (
            unsilenced(case, decided(act_on(case, noted, at(NOON))), at()).subject.silence
            == silence
        )


def test_who_still_has_what_came_back_is_told_of_it_and_nobody_else() -> None:
    back = owned(returned=1)
    for act, withdrawn in (
        (action(Verb.NOTE, OWNER, reason="zz"), False),
        (action(Verb.HANDOFF, OWNER, FIRST, reason="zz", told="nothing"), False),
        (action(Verb.CLAIM, FIRST), True),
    ):
        done = all_told(back, decided(act_on(back, act, at(NOON))), at(NOON))
        assert (Hush("offer_returned") in done.effects) == withdrawn
        assert (Hush("offer_not_taken") in done.effects) == withdrawn
