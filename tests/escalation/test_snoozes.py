"""Putting it off: rows C13 and C14 of the rules."""

import pytest

from config import Band
from escalation import snoozes
from escalation.decision import (
    ENGINE,
    Cancel,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.subject import Case, Incident, Level, State
from escalation.verbs import act_on, fire_on
from tests.cases import (
    HOUR,
    a_case,
    a_fault,
    a_storm,
    a_watch,
    action,
    after,
    armed,
    at,
    decided,
    owned,
    paged,
    stopped,
    subject_of,
)
from tests.firm import (
    LEAD,
    NOON,
    OWNER,
)


# ----------------------------------------------------------------------------- C13, C14
@pytest.mark.parametrize(
    ("case", "by", "hours", "reason", "why"),
    [
        pytest.param(owned(), OWNER, 8, "zz", None, id="P2 for eight hours"),
        pytest.param(owned(), OWNER, 8.1, "zz", "it is put off for at most 8 h", id="not longer"),
        pytest.param(owned(band=Band.P4), OWNER, 168, "zz", None, id="P4 for a week"),
        pytest.param(
            owned(band=Band.P4),
            OWNER,
            169,
            "zz",
            "it is put off for at most 7 d",
            id="P4 not longer",
        ),
        pytest.param(owned(), OWNER, 1, " ", "putting it off takes a reason", id="with a reason"),
        pytest.param(
            owned(), OWNER, 0, "zz", "it is put off for longer than nothing", id="for a while"
        ),
        pytest.param(
            owned(),
            LEAD,
            1,
            "zz",
            f"only {OWNER}, who owns it, puts it off",
            id="by its owner only",
        ),
        pytest.param(
            a_case(),
            OWNER,
            1,
            "zz",
            "it is not acknowledged yet; acknowledge it, then put it off",
            id="not before acknowledging",
        ),
        pytest.param(
            owned(safety=True),
            OWNER,
            1,
            "zz",
            "a matter of safety is not snoozed",
            id="never a matter of safety",
        ),
    ],
)
def test_c13_snoozing(case: Case, by: str, hours: float, reason: str, why: str | None) -> None:
    wish = action(Verb.SNOOZE, by, reason=reason, wait=hours * HOUR)
    outcome = snoozes.snooze(case, wish, at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    put_off = decided(outcome)
    assert after(put_off).state is State.SNOOZED
    assert armed(put_off) == {TimerKind.WAKE: NOON + hours * HOUR}
    stopped = {t for one in put_off.effects if isinstance(one, Cancel) for t in one.timers}
    assert not stopped & {TimerKind.FIRST_REPLY, TimerKind.NEXT_REPLY, TimerKind.RESOLVE}


def test_c14_when_the_snooze_is_over_the_owner_is_asked() -> None:
    woken = decided(fire_on(a_case(state=State.SNOOZED), TimerKind.WAKE, at()))
    assert (after(woken).state, after(woken).round, paged(woken)) == (State.NEW, 2, [OWNER])
    assert snoozes.wake(owned(), at()) == Unchanged("it is not snoozed")


@pytest.mark.parametrize(
    ("incident", "why"),
    [
        pytest.param(a_watch(state=State.OWNED), None, id="a watch is put off like a case"),
        pytest.param(a_storm(state=State.OWNED), "a storm is not snoozed", id="a storm is not"),
        pytest.param(
            a_storm(state=State.OWNED, level=Level.CONTAINED),
            "a storm is not snoozed",
            id="nor one that is contained",
        ),
    ],
)
def test_no_snooze_in_a_storm(incident: Incident, why: str | None) -> None:
    wish = action(Verb.SNOOZE, incident.owner, reason="zz", wait=HOUR)
    outcome = act_on(incident, wish, at())
    if why is not None:
        assert outcome == Unchanged(why)
        return
    woken = decided(fire_on(subject_of(outcome), TimerKind.WAKE, at()))
    assert (woken.subject.state, paged(woken)) == (State.NEW, [OWNER])


def test_a_fault_is_not_snoozed() -> None:
    wish = action(Verb.SNOOZE, OWNER, reason="zz", wait=HOUR)
    outcome = act_on(a_fault(state=State.OWNED), wish, at())
    assert outcome == Unchanged("faults cannot be changed by snooze")


def test_what_is_put_off_is_entered_with_its_reason_and_no_reminder_runs_on() -> None:
    wish = action(Verb.SNOOZE, OWNER, reason="zz", wait=HOUR)
    entered = decided(snoozes.snooze(owned(), wish, at()))
    assert (entered.event, entered.actor, entered.note) == ("snoozed", OWNER, "zz")
    assert after(entered).progress_at == NOON
    assert stopped(entered) == {TimerKind.HOLD, TimerKind.GRACE}
    assert armed(entered) == {TimerKind.WAKE: NOON + HOUR}


def test_what_wakes_is_asked_of_its_owner_by_the_engine() -> None:
    woken = decided(snoozes.wake(owned(state=State.SNOOZED, owner=LEAD), at()))
    assert (woken.event, woken.actor, paged(woken)) == ("woken", ENGINE, [LEAD])


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (State.NEW, "it is not acknowledged yet; acknowledge it, then put it off"),
        (
            State.WAITING,
            "we have replied and the customer has the word; nothing is left to put off",
        ),
        (State.SNOOZED, "it is put off already"),
        (State.CLOSED, "it is closed"),
    ],
)
def test_why_it_cannot_be_put_off_is_said(state: State, why: str) -> None:
    wish = action(Verb.SNOOZE, OWNER, reason="zz", wait=HOUR)
    assert snoozes.snooze(owned(state=state), wish, at()) == Unchanged(why)
