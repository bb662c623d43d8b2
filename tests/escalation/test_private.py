"""The life of a private matter, decision by decision: rows M1-M8 of docs/ownership.md."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from config import Band, Settings
from config.moments import Away
from config.safety import Safety
from config.settings import Contact
from escalation import private
from escalation.decision import (
    ENGINE,
    Action,
    Arm,
    Cancel,
    Decision,
    Hush,
    Notice,
    Outcome,
    Page,
    TimerKind,
    Unchanged,
    Verb,
)
from escalation.rules import Rules, Situation
from escalation.subject import Matter, State
from tests import firm as firms
from tests.firm import EXECUTIVE, FIRST, LEAD, NO_ROLE, NOON, OTHER, SECOND

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WITHIN = 20 * MINUTE  # longer than the last step waits before it asks again
AGAIN = 10 * MINUTE


def settings(*away: str, within: timedelta = WITHIN) -> Settings:
    """The firm: SECOND is asked, then OTHER, then the executive."""
    safety = Safety(person=SECOND, deputy=OTHER, acknowledge_within=within)
    return firms.settings(away=away).model_copy(update={"safety": safety})


def unreachable(declared: Settings, *names: str) -> Settings:
    """The same, where these people have no address but a room's."""
    room = (Contact(channel="chat", to="room"),)
    people = tuple(
        one.model_copy(update={"contacts": room}) if one.name in names else one
        for one in declared.people
    )
    return declared.model_copy(update={"people": people})


AT = Situation(NOON, Rules(settings()))


def a_matter(**more: object) -> Matter:
    fields = {
        "number": 1,
        "brand": "",
        "team": "care",
        "topic": None,
        "band": Band.P1,
        "safety": True,
        "owner": SECOND,
        "opened_at": NOON - HOUR,
        "asked": (SECOND,),
        "page_number": 1,
        "paged_at": NOON - HOUR,
    }
    return Matter(**{**fields, **more})  # type: ignore[arg-type]


def owned(by: str = SECOND, **more: object) -> Matter:
    return a_matter(
        **{"state": State.OWNED, "owner": by, "acked_by": by, "acked_at": NOON - HOUR, **more}
    )


CLOSED = a_matter(
    state=State.CLOSED, closed_at=NOON, closed_by=OTHER, close_reason="resolved", owner=OTHER
)


def decided(outcome: Outcome) -> Decision:
    assert isinstance(outcome, Decision), outcome
    return outcome


def asks(outcome: Outcome, person: str, *, wait: timedelta = WITHIN, first: bool = True) -> Matter:
    """Whom a decision asks, by when, and that nothing else is waited for or paged."""
    made = decided(outcome)
    page = Page(person, NOON, channels=None, first=first)
    assert made.effects == (Cancel(), Hush(), page, Arm(TimerKind.ACK, NOON + wait))
    matter = made.subject
    assert isinstance(matter, Matter)
    assert (matter.state, matter.owner, matter.paged_at) == (State.NEW, person, NOON)
    assert person in matter.asked
    return matter


# -------------------------------------------------------------------------------- M1, M2
def test_a_sign_asks_the_named_person_on_every_address_of_theirs() -> None:
    made = private.begin(a_matter(owner=EXECUTIVE, asked=(), page_number=0), AT)
    matter = asks(made, SECOND)
    assert (made.event, made.actor) == ("matter_opened", ENGINE)
    assert (matter.step, matter.round, matter.page_number) == (0, 1, 1)


@pytest.mark.parametrize(
    ("away", "silent", "person"),
    [
        pytest.param((), (), SECOND, id="everybody is there"),
        pytest.param((SECOND,), (), OTHER, id="the named person is away"),
        pytest.param((), (SECOND,), OTHER, id="the named person has no address of their own"),
        pytest.param((SECOND, OTHER), (), EXECUTIVE, id="only the executive is there"),
        pytest.param((), (SECOND, OTHER, EXECUTIVE), SECOND, id="nobody has an address"),
    ],
)
def test_who_is_asked_first(away: tuple[str, ...], silent: tuple[str, ...], person: str) -> None:
    at = Situation(NOON, Rules(unreachable(settings(*away), *silent)))
    asks(private.begin(a_matter(asked=()), at), person)


def test_another_sign_is_counted_and_asks_nobody_twice_while_somebody_is_asked() -> None:
    made = decided(private.heard_again(a_matter(posts=2), AT))
    assert (made.event, made.actor, made.effects) == ("matter_grew", ENGINE, ())
    assert made.subject == a_matter(posts=3)


@pytest.mark.parametrize("again", [private.heard_again, private.reworded])
@pytest.mark.parametrize(
    ("by", "step"), [pytest.param(SECOND, 0, id="first"), pytest.param(OTHER, 1, id="deputy")]
)
def test_who_has_it_is_asked_anew_in_a_new_round(
    again: Callable[[Matter, Situation], Outcome], by: str, step: int
) -> None:
    before = owned(by, step=step, round=2, asked=(SECOND, OTHER), page_number=4)
    made = again(before, AT)
    matter = asks(made, by)
    assert decided(made).event == "matter_grew"
    assert decided(made).actor == ENGINE
    assert (matter.step, matter.round, matter.asked, matter.page_number) == (step, 3, (by,), 1)
    assert (matter.acked_by, matter.acked_at) == (None, None)
    assert matter.posts == before.posts + (again is private.heard_again)


def test_who_has_it_and_is_none_of_its_people_any_more_gives_way_to_the_first() -> None:
    asks(private.heard_again(owned(FIRST), AT), SECOND)


def test_other_words_of_what_is_being_asked_for_change_nothing() -> None:
    assert private.reworded(a_matter(), AT) == Unchanged("it is being asked for already")


# ------------------------------------------------------------------------------------ M3
@pytest.mark.parametrize(
    ("before", "person", "wait", "event", "first"),
    [
        pytest.param(a_matter(), OTHER, WITHIN, "escalated", True, id="to the deputy"),
        pytest.param(
            a_matter(owner=OTHER, step=1), EXECUTIVE, WITHIN, "escalated", True, id="then on"
        ),
        pytest.param(
            a_matter(owner=EXECUTIVE, step=2, asked=(SECOND, OTHER, EXECUTIVE)),
            EXECUTIVE,
            AGAIN,
            "paged_again",
            False,
            id="the last one again, and sooner",
        ),
    ],
)
def test_whom_nobody_answered_for_it_climbs(
    before: Matter, person: str, wait: timedelta, event: str, first: bool
) -> None:
    made = private.climb(before, AT)
    matter = asks(made, person, wait=wait, first=first)
    assert (decided(made).event, decided(made).actor) == (event, ENGINE)
    assert matter.misses == before.misses + 1
    assert matter.page_number == before.page_number + 1
    assert (matter.step, matter.round) == (min(before.step + 1, 2), before.round)
    assert matter.asked == tuple(dict.fromkeys((*before.asked, person)))


def test_the_last_one_is_asked_again_as_soon_as_anybody_is() -> None:
    at = Situation(NOON, Rules(settings(within=5 * MINUTE)))
    last = a_matter(owner=EXECUTIVE, step=2, asked=(SECOND, OTHER, EXECUTIVE))
    asks(private.climb(last, at), EXECUTIVE, wait=5 * MINUTE, first=False)


@pytest.mark.parametrize("matter", [owned(), CLOSED], ids=["acknowledged", "closed"])
def test_what_nobody_is_waited_for_does_not_climb(matter: Matter) -> None:
    assert private.climb(matter, AT) == Unchanged("nobody is being waited for")


@pytest.mark.parametrize(
    ("step", "owner"), [pytest.param(0, OTHER, id="first"), pytest.param(1, EXECUTIVE, id="second")]
)
def test_who_cannot_be_reached_is_passed_over_at_once(step: int, owner: str) -> None:
    asks(private.unreachable(a_matter(step=step), AT), owner)


def test_the_last_who_cannot_be_reached_is_asked_again_in_time_and_not_at_once() -> None:
    last = a_matter(owner=EXECUTIVE, step=2)
    assert private.unreachable(last, AT) == Unchanged(
        "nobody stands above the last step; it is paged again in its time"
    )


# ------------------------------------------------------------------------------------ M4
@pytest.mark.parametrize(
    ("by", "step", "told"),
    [
        pytest.param(SECOND, 0, (OTHER,), id="the named person"),
        pytest.param(OTHER, 1, (SECOND,), id="the deputy"),
        pytest.param(EXECUTIVE, 2, (SECOND, OTHER), id="the executive, who was not asked"),
    ],
)
def test_who_acknowledges_has_it_for_two_hours_and_the_others_are_told(
    by: str, step: int, told: tuple[str, ...]
) -> None:
    before = a_matter(asked=(SECOND, OTHER), step=1, owner=OTHER)
    made = decided(private.acknowledge(before, Action(Verb.ACK, by), AT))
    hold = Arm(TimerKind.HOLD, NOON + 2 * HOUR)
    notices = tuple(Notice(one, "taken", by) for one in told)
    assert made.effects == (Cancel(), Hush(), hold, *notices)
    assert (made.event, made.actor) == ("acknowledged", by)
    assert made.subject == replace(
        before, state=State.OWNED, owner=by, step=step, acked_by=by, acked_at=NOON
    )


def test_who_may_see_it_and_has_no_address_of_their_own_can_take_it_on() -> None:
    at = Situation(NOON, Rules(unreachable(settings(), OTHER)))
    made = decided(private.acknowledge(a_matter(step=1), Action(Verb.ACK, OTHER), at))
    assert (made.subject.owner, made.subject.step) == (OTHER, 0)


def test_it_may_be_taken_from_another_at_any_time() -> None:
    made = decided(private.acknowledge(owned(), Action(Verb.ACK, OTHER), AT))
    assert made.subject.owner == OTHER
    assert Notice(SECOND, "taken", OTHER) in made.effects


@pytest.mark.parametrize(
    ("matter", "by", "why"),
    [
        pytest.param(a_matter(), LEAD, "it is not yours to see", id="somebody else's"),
        pytest.param(a_matter(owner=LEAD), LEAD, "it is not yours to see", id="an owner's no more"),
        pytest.param(CLOSED, SECOND, f"it was closed by {OTHER}", id="closed"),
        pytest.param(owned(), SECOND, f"{SECOND} has it", id="taken on already"),
    ],
)
def test_what_is_not_acknowledged(matter: Matter, by: str, why: str) -> None:
    assert private.acknowledge(matter, Action(Verb.ACK, by), AT) == Unchanged(why)


# -------------------------------------------------------------------------------- M5, M6
def test_what_is_still_open_asks_its_owner_anew() -> None:
    made = private.remind(owned(OTHER, step=1, round=1), AT)
    matter = asks(made, OTHER)
    assert (decided(made).event, decided(made).actor) == ("asked_anew", ENGINE)
    assert (matter.step, matter.round, matter.asked) == (1, 2, (OTHER,))


@pytest.mark.parametrize("matter", [a_matter(), CLOSED], ids=["new", "closed"])
def test_only_what_somebody_has_is_asked_for_anew(matter: Matter) -> None:
    assert private.remind(matter, AT) == Unchanged(f"it is {matter.state}")


@pytest.mark.parametrize("matter", [a_matter(), owned()], ids=["asked", "at work"])
def test_where_its_owner_is_gone_the_first_who_is_there_is_asked(matter: Matter) -> None:
    at = Situation(NOON, Rules(settings(SECOND)))
    made = private.person_gone(matter, at)
    after = asks(made, OTHER)
    assert (decided(made).event, decided(made).actor) == ("owner_gone", ENGINE)
    assert (after.step, after.round, after.asked) == (0, 2, (OTHER,))
    assert after.page_number == 1


@pytest.mark.parametrize(
    ("matter", "away"),
    [
        pytest.param(a_matter(), (), id="its owner is there"),
        pytest.param(replace(CLOSED, owner=SECOND), (SECOND,), id="it is closed"),
    ],
)
def test_whose_owner_is_there_or_who_needs_none_stays(matter: Matter, away: tuple[str]) -> None:
    at = Situation(NOON, Rules(settings(*away)))
    assert private.person_gone(matter, at) == Unchanged("its owner is active")


def test_what_breaks_a_rule_is_asked_for_afresh() -> None:
    made = private.mend(owned(OTHER, step=1), AT)
    assert (decided(made).event, decided(made).actor) == ("repaired", ENGINE)
    assert asks(made, SECOND).round == 2
    assert private.mend(CLOSED, AT) == Unchanged("it is closed")


# ------------------------------------------------------------------------- away for a while
def away_today() -> Situation:
    """The named person is away today, and was there yesterday."""
    today = Away.model_validate({"from": "2026-11-18", "until": "2026-11-19"})
    declared = settings()
    people = tuple(
        one.model_copy(update={"away": (today,)}) if one.name == SECOND else one
        for one in declared.people
    )
    return Situation(NOON, Rules(declared.model_copy(update={"people": people})))


def test_who_is_away_today_is_asked_for_nothing_today() -> None:
    at = away_today()
    asks(private.begin(a_matter(asked=()), at), OTHER)
    asks(private.person_gone(a_matter(), at), OTHER)
    asks(private.remind(owned(), at), OTHER)
    asks(private.heard_again(owned(EXECUTIVE, step=1), at), EXECUTIVE)


def test_who_takes_it_on_has_the_step_of_those_who_are_there_today() -> None:
    made = decided(private.acknowledge(a_matter(), Action(Verb.ACK, OTHER), away_today()))
    assert made.subject.step == 0


def test_who_is_away_today_does_nothing_to_it_today() -> None:
    at, not_theirs = away_today(), Unchanged("it is not yours to see")
    for decision in (private.acknowledge, private.resolve, private.dismiss):
        assert decision(a_matter(), Action(Verb.ACK, SECOND), at) == not_theirs
    assert private.pass_on(a_matter(), SECOND, "", at) == not_theirs


# -------------------------------------------------------------------------------- M7, M8
@pytest.mark.parametrize("matter", [a_matter(), owned(OTHER)], ids=["asked", "at work"])
@pytest.mark.parametrize(
    ("end", "reason"),
    [
        pytest.param(private.resolve, "resolved", id="done"),
        pytest.param(private.dismiss, "dismissed", id="no such sign"),
    ],
)
def test_any_of_its_people_closes_it_and_nobody_is_asked_any_more(
    matter: Matter, end: Callable[[Matter, Action, Situation], Outcome], reason: str
) -> None:
    made = decided(end(matter, Action(Verb.RESOLVE, EXECUTIVE), AT))
    assert (made.event, made.actor, made.effects) == (
        "matter_closed",
        EXECUTIVE,
        (Cancel(), Hush()),
    )
    assert made.subject == replace(
        matter,
        state=State.CLOSED,
        closed_at=NOON,
        closed_by=EXECUTIVE,
        close_reason=reason,
    )


@pytest.mark.parametrize("end", [private.resolve, private.dismiss])
@pytest.mark.parametrize(
    ("matter", "by", "why"),
    [
        pytest.param(a_matter(), NO_ROLE, "it is not yours to see", id="somebody else's"),
        pytest.param(CLOSED, SECOND, f"it was closed by {OTHER}", id="closed"),
    ],
)
def test_what_is_not_closed(
    end: Callable[[Matter, Action, Situation], Outcome], matter: Matter, by: str, why: str
) -> None:
    assert end(matter, Action(Verb.RESOLVE, by), AT) == Unchanged(why)


@pytest.mark.parametrize("matter", [a_matter(passed_on=1), owned(passed_on=1)])
def test_passing_on_is_counted_and_changes_nothing_else(matter: Matter) -> None:
    made = decided(private.pass_on(matter, OTHER, "cli", AT))
    assert (made.event, made.actor, made.via, made.effects) == ("passed_on", OTHER, "cli", ())
    assert made.subject == replace(matter, passed_on=2)


@pytest.mark.parametrize(
    ("matter", "by", "why"),
    [
        pytest.param(a_matter(), LEAD, "it is not yours to see", id="by somebody else"),
        pytest.param(
            replace(CLOSED, close_reason="dismissed"),
            SECOND,
            "its posts are judged like any others, and what they tell of with them",
            id="what was no sign",
        ),
    ],
)
def test_what_is_not_passed_on(matter: Matter, by: str, why: str) -> None:
    assert private.pass_on(matter, by, "", AT) == Unchanged(why)
