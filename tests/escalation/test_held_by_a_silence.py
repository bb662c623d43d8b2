"""What a silence does to the ladder: what it holds, until when, and what rings all the same."""

from dataclasses import replace
from datetime import datetime

import pytest

from config import Band
from escalation import ladder
from escalation.decision import ENGINE, Cancel, Decision, Hush, TimerKind, Unchanged
from escalation.rules import Situation
from escalation.silences import Scope, Silence
from escalation.subject import Case, State
from escalation.verbs import fire_on
from tests.cases import (
    DAY,
    HOUR,
    MONDAY,
    RULES,
    SUNDAY,
    a_case,
    after,
    armed,
    decided,
    owned,
    paged,
    waiting,
    warned,
)
from tests.firm import FIRST, LEAD, NOON, OWNER


def silenced(until: datetime, now: datetime = NOON) -> Situation:
    """A silence with number 7 over the topic, running at an instant."""
    scope = Scope(topic="billing")
    known = Silence(number=7, author=LEAD, reason="zz", since=now - DAY, until=until, scope=scope)
    return Situation(now, RULES, silences=(known,))


@pytest.mark.parametrize(
    ("case", "now", "until", "held"),
    [
        pytest.param(a_case(), NOON, NOON + HOUR, (NOON + HOUR, 7), id="to its end"),
        pytest.param(
            a_case(band=Band.P3),
            NOON,
            SUNDAY,
            (MONDAY, 7),
            id="one that ends out of hours: until they begin",
        ),
        pytest.param(
            a_case(band=Band.P3),
            SUNDAY,
            SUNDAY + HOUR,
            (MONDAY, None),
            id="out of hours, over before they begin: the hours hold it",
        ),
        pytest.param(
            a_case(band=Band.P3),
            SUNDAY,
            MONDAY,
            (MONDAY, None),
            id="over at the very instant they begin: the hours hold it",
        ),
        pytest.param(
            a_case(band=Band.P3),
            SUNDAY,
            MONDAY + HOUR,
            (MONDAY + HOUR, 7),
            id="out of hours, and into them: the silence holds it",
        ),
        pytest.param(a_case(topic="app"), NOON, NOON + HOUR, (None, None), id="not what it is not"),
    ],
)
def test_until_when_a_page_is_held(
    case: Case, now: datetime, until: datetime, held: tuple[datetime | None, int | None]
) -> None:
    at = silenced(until, now)
    assert ladder.held_now(case, at) == held
    paging = ladder.page(case, at)[0]
    assert (paging.held_until, paging.silence) == held


def test_a_silence_that_begins_holds_who_was_not_heard_of_and_withdraws_the_page() -> None:
    held = decided(ladder.hold_silently(a_case(), LEAD, silenced(NOON + HOUR)))
    assert (held.event, held.actor) == ("held", LEAD)
    assert (held.subject.held_until, held.subject.silence) == (NOON + HOUR, 7)
    assert (held.subject.state, held.subject.owner) == (State.NEW, OWNER)
    assert Hush() in held.effects
    assert Cancel((TimerKind.ACK,)) in held.effects
    assert (armed(held), paged(held)) == ({TimerKind.HELD: NOON + HOUR}, [])


@pytest.mark.parametrize(
    ("case", "why"),
    [
        pytest.param(owned(), "nobody is being waited for", id="not what somebody has taken on"),
        pytest.param(
            a_case(inhibited_by=3), "nobody is being waited for", id="not what a storm pages for"
        ),
        pytest.param(
            a_case(silence=4, held_until=MONDAY),
            "nobody is being waited for",
            id="not what another silence holds",
        ),
        pytest.param(a_case(topic="app"), "no silence holds it", id="not another topic"),
        pytest.param(a_case(band=Band.P1), "no silence holds it", id="not what is Now"),
    ],
)
def test_a_silence_that_begins_leaves_alone(case: Case, why: str) -> None:
    assert ladder.hold_silently(case, LEAD, silenced(NOON + HOUR)) == Unchanged(why)


@pytest.mark.parametrize(
    ("case", "rings"),
    [
        pytest.param(owned(), True, id="owned: somebody relies on being asked"),
        pytest.param(a_case(state=State.SNOOZED), True, id="snoozed: it was promised to wake"),
        pytest.param(a_case(), True, id="paged already"),
        pytest.param(a_case(held_until=MONDAY), False, id="held until now"),
        pytest.param(a_case(state=State.WAITING), False, id="waiting for the customer"),
        pytest.param(a_case(state=State.CLOSED), False, id="closed"),
        pytest.param(
            a_case(state=State.CLOSED, held_until=MONDAY), False, id="closed while it was held"
        ),
        pytest.param(
            a_case(state=State.WAITING, held_until=MONDAY), False, id="held, then waiting"
        ),
    ],
)
def test_what_somebody_was_asked_for_is_asked_anew_whatever_is_silenced(
    case: Case, rings: bool
) -> None:
    at = silenced(NOON + HOUR)
    for begun, effects in (
        ladder.start_round(case, 1, at),
        ladder.restart_at(case, FIRST, at),
    ):
        again = decided(Decision(begun, "zz", "zz", effects))
        assert paged(again) == ([FIRST] if rings else [])
        assert begun.silence == (None if rings else 7)


def test_what_a_storm_paged_for_is_silenced_once_the_storm_is_over() -> None:
    inhibited = a_case(inhibited_by=3, incident=3)
    at = silenced(NOON + HOUR)
    assert ladder._aloud(inhibited, at) is at
    assert ladder._aloud(replace(inhibited, inhibited_by=None), at).silences == ()


def test_nobody_is_passed_by_a_climb_in_silence() -> None:
    climbed = decided(ladder.climb(a_case(), silenced(NOON + HOUR)))
    assert paged(climbed) == [FIRST]
    assert climbed.subject.silence is None


def test_what_is_released_is_held_by_nothing() -> None:
    held = a_case(held_until=NOON, silence=7)
    released = decided(ladder.release_hold(held, Situation(NOON, RULES))).subject
    assert (released.held_until, released.silence) == (None, None)
    storm = replace(held, inhibited_by=3)
    let_go = decided(ladder.release_hold(storm, Situation(NOON, RULES))).subject
    assert (let_go.held_until, let_go.silence) == (None, None), "also while a storm pages for it"
    asked = ladder.ask(storm, 1, FIRST, Situation(NOON, RULES))[0]
    assert (asked.held_until, asked.silence) == (None, None)


HELD = a_case(held_until=NOON + HOUR, silence=7)


@pytest.mark.parametrize("clock", [TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY, TimerKind.RESOLVE])
def test_what_a_silence_holds_stays_with_its_owner_when_a_promise_is_broken(
    clock: TimerKind,
) -> None:
    breached = decided(fire_on(HELD, clock, silenced(NOON + HOUR)))
    assert (after(breached), breached.event) == (HELD, f"breached_{clock}")
    assert (breached.actor, warned(breached)) == (ENGINE, [("breached", OWNER)])
    assert (paged(breached), armed(breached)) == ([], {})


def test_after_our_reply_it_is_asked_of_its_owner_when_the_silence_ends() -> None:
    breached = decided(fire_on(waiting(), TimerKind.RESOLVE, silenced(NOON + HOUR)))
    case = after(breached)
    assert (breached.event, breached.actor) == ("breached_resolve", ENGINE)
    assert (case.owner, case.state, case.round) == (OWNER, State.NEW, 2)
    assert (case.held_until, case.silence) == (NOON + HOUR, 7)
    assert (paged(breached), warned(breached)) == ([], [("breached", OWNER)])
    assert armed(breached) == {TimerKind.HELD: NOON + HOUR}


def test_what_a_storm_holds_climbs_as_written_whatever_is_silenced() -> None:
    stormy = a_case(inhibited_by=3, incident=3)
    breached = decided(fire_on(stormy, TimerKind.FIRST_REPLY, silenced(NOON + HOUR)))
    assert after(breached).owner == FIRST
