"""Which warnings a storm had, what was done about them, and how they are told."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from escalation.decision import WarningKind
from escalation.subject import Ref
from escalation.warnings import (
    After,
    Done,
    Later,
    Storm,
    Warned,
    belonging,
    by_function,
    done_after,
    done_spoken,
    group_spoken,
    is_ignored,
    kinds_spoken,
    sentence,
)
from tests.firm import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MISSED, BREACHED = WarningKind.MISSED_PAGE, WarningKind.BREACHED
DISMISSED, REFUSED = WarningKind.DISMISSED_CASE, WarningKind.WONT_ACT


def a_warning(hours: float = 1, **more: object) -> Warned:
    """So many hours before noon."""
    fields = {
        "id": int(hours * 100),
        "at": NOON - hours * HOUR,
        "brand": "Acme",
        "topic": "billing",
        "team": "care",
        "what": MISSED,
        "person": "ada",
        "ref": Ref("case", 7),
    }
    return Warned(**{**fields, **more})  # type: ignore[arg-type]


def a_storm(*topics: str, members: Sequence[Ref] = ()) -> Storm:
    return Storm("Acme", NOON, frozenset(topics or ("billing",)), frozenset(members))


@pytest.mark.parametrize(
    ("hours", "kept"),
    [
        pytest.param([1], [1], id="an hour before"),
        pytest.param([0], [0], id="at the same instant"),
        pytest.param([72], [72], id="72 hours before"),
        pytest.param([72.1], [], id="not longer before"),
        pytest.param([-1], [], id="not afterwards"),
        pytest.param([70, 142, 214], [214, 142, 70], id="back through a run, the oldest first"),
        pytest.param([70, 142, 215], [142, 70], id="no further than the run goes"),
        pytest.param([80, 90], [], id="a run that ended before is another's"),
        pytest.param([-1, 5], [5], id="what came afterwards does not break the run"),
    ],
)
def test_to_a_storm_belong_warnings_of(hours: list[float], kept: list[float]) -> None:
    found = belonging([a_warning(one) for one in hours], a_storm())
    assert [(NOON - one.at) / HOUR for one in found] == kept


@pytest.mark.parametrize(
    ("warning", "storm", "belongs"),
    [
        pytest.param(a_warning(), a_storm("billing", "app"), True, id="one of its topics"),
        pytest.param(a_warning(topic="app"), a_storm(), False, id="not another topic"),
        pytest.param(a_warning(topic=None), a_storm(), False, id="not a case without a topic"),
        pytest.param(
            a_warning(topic=None, ref=Ref("incident", 3)), a_storm(), True, id="the brand's watch"
        ),
        pytest.param(
            a_warning(topic="app", ref=Ref("incident", 3)),
            a_storm(),
            False,
            id="not a topic's watch",
        ),
        pytest.param(
            a_warning(topic="app"),
            a_storm(members=[Ref("case", 7)]),
            True,
            id="whatever its own cases had",
        ),
        pytest.param(a_warning(brand="Bolt"), a_storm(), False, id="not another brand"),
        pytest.param(
            a_warning(brand="Bolt"), a_storm(members=[Ref("case", 7)]), False, id="nor by number"
        ),
        pytest.param(
            a_warning(topic="app"), Storm("Acme", NOON), True, id="all of the brand without a topic"
        ),
        pytest.param(a_warning(incident=4), a_storm(), False, id="not what another storm has"),
    ],
)
def test_to_a_storm_belongs(warning: Warned, storm: Storm, belongs: bool) -> None:
    assert bool(belonging([warning], storm)) is belongs


def test_a_foreign_warning_does_not_carry_a_run_on() -> None:
    run = [a_warning(60), a_warning(120, topic="app"), a_warning(180)]
    assert [one.id for one in belonging(run, a_storm())] == [6000]


def later(hours: float, event: str, *, by_engine: bool = False, closed_as: str = "") -> Later:
    return Later(NOON + hours * HOUR, event, by_engine, closed_as)


@pytest.mark.parametrize(
    ("what", "entries", "done"),
    [
        pytest.param(MISSED, [], Done(), id="nothing"),
        pytest.param(
            MISSED, [later(2, "acknowledged")], Done(After.TAKEN_ON, 2 * HOUR), id="taken on"
        ),
        pytest.param(
            MISSED,
            [later(-1, "acknowledged"), later(4, "acknowledged")],
            Done(After.TAKEN_ON, 4 * HOUR),
            id="what came before does not count",
        ),
        pytest.param(
            MISSED, [later(1, "assigned")], Done(), id="that it was given to another is nothing yet"
        ),
        pytest.param(
            MISSED,
            [later(1, "escalated", by_engine=True), later(3, "claimed")],
            Done(After.TAKEN_ON, 3 * HOUR),
            id="climbing is nothing done, claiming is",
        ),
        pytest.param(
            BREACHED,
            [later(5, "brand_reply", by_engine=True)],
            Done(After.ANSWERED, 5 * HOUR),
            id="answered, where the engine saw it",
        ),
        pytest.param(
            BREACHED,
            [later(5, "closed", closed_as="dismissed")],
            Done(After.CLOSED, 5 * HOUR, "dismissed"),
            id="closed, and as what",
        ),
        pytest.param(
            MISSED,
            [later(5, "closed", by_engine=True, closed_as="silence")],
            Done(),
            id="that it closed by itself is nothing done",
        ),
        pytest.param(
            DISMISSED,
            [later(0, "closed", closed_as="dismissed")],
            Done(),
            id="a dismissal does not heed itself",
        ),
        pytest.param(
            DISMISSED, [later(9, "reopened")], Done(After.REOPENED, 9 * HOUR), id="reopened"
        ),
        pytest.param(
            REFUSED, [later(1, "acknowledged")], Done(), id="a refusal is not heeded by a click"
        ),
    ],
)
def test_what_was_done_about_a_warning(
    what: WarningKind, entries: Sequence[Later], done: Done
) -> None:
    assert done_after(a_warning(0, what=what), entries) == done


@pytest.mark.parametrize(
    ("warning", "done", "ignored"),
    [
        pytest.param(a_warning(), Done(), True, id="a page nobody answered since"),
        pytest.param(a_warning(), Done(After.TAKEN_ON, HOUR), False, id="not one taken on"),
        pytest.param(a_warning(what=DISMISSED), Done(), False, id="not a dismissal that was right"),
        pytest.param(
            a_warning(what=DISMISSED, incident=3), Done(), True, id="a dismissal before a storm"
        ),
        pytest.param(
            a_warning(incident=3), Done(After.ANSWERED, HOUR), False, id="not what was answered"
        ),
    ],
)
def test_a_warning_was_not_heeded(warning: Warned, done: Done, ignored: bool) -> None:
    assert is_ignored(warning, done) is ignored


def test_warnings_are_told_by_function_the_most_first_and_name_nobody() -> None:
    rows = [
        (a_warning(216, team="web", what=BREACHED), Done(After.CLOSED, 2 * DAY, "resolved")),
        (a_warning(5), Done()),
        (a_warning(4), Done()),
        (a_warning(3, what=BREACHED), Done(After.TAKEN_ON, HOUR)),
        (a_warning(2.5, what=BREACHED), Done(After.TAKEN_ON, HOUR)),
        (a_warning(2), Done(After.TAKEN_ON, 3 * HOUR)),
    ]
    care, web = groups = by_function(rows)
    assert kinds_spoken(care) == "3 missed pages, 2 broken promises"
    assert done_spoken(care) == "nothing about 2, 3 taken on within 3 h"
    assert (care.count, care.ignored, care.first_at, care.last_at) == (
        5,
        2,
        NOON - 5 * HOUR,
        NOON - 2 * HOUR,
    )
    assert group_spoken(web) == "web 1 (1 broken promise; done: 1 closed within 2 d)"
    assert sentence(groups, NOON) == "6 times, first 9 d before"
    assert sentence(groups[:0], NOON) == ""
    assert sentence((web,), NOON) == "once, 9 d before"
    assert "ada" not in str(groups)


@pytest.mark.parametrize(
    ("done", "said"),
    [
        pytest.param(Done(), "nothing was done", id="nothing"),
        pytest.param(Done(After.ANSWERED, 3 * HOUR), "answered after 3 h", id="answered"),
        pytest.param(
            Done(After.CLOSED, HOUR, "dismissed"), "closed as dismissed after 1 h", id="closed"
        ),
    ],
)
def test_what_was_done_is_said(done: Done, said: str) -> None:
    assert done.spoken == said
