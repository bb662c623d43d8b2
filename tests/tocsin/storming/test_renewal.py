"""A running storm is said anew where it stands otherwise: in place, seldom, and pages nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.decision import Action, Verb
from escalation.subject import Incident, Level, Ref
from listener.spread import Signal, Spread
from tests.firm import PRESS, Firm, new_firm
from tests.tocsin.stormy import MINUTE, begins, rages
from tocsin.store import Unit
from tocsin.store.storms import Issued
from tocsin.storm_record import news


@pytest.fixture
def firm() -> Firm:
    made = new_firm()
    begins(made)
    return made


def storm(firm: Firm) -> Incident:
    with firm.house.store.borrow() as desk:
        found = desk.subject(Ref("incident", 1))
    assert isinstance(found, Incident)
    return found


def issued(firm: Firm) -> list[Issued]:
    with firm.house.store.borrow() as desk:
        return desk.issued(1)


def pages(firm: Firm) -> int:
    return sum(
        "incident" in message.subject for one in firm.channels.values() for message in one.pages()
    )


def taken_on(firm: Firm) -> None:
    """Somebody has the storm: nobody climbs, so each further page would be of a renewal."""
    action = Action(Verb.ACK, PRESS)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("incident", 1), action, firm.now))


def test_as_it_grows_its_sentence_card_and_forecast_are_said_anew_and_nobody_is_paged(
    firm: Firm,
) -> None:
    assert list(rages(firm, 12))
    taken_on(firm)
    firm.passes(MINUTE)
    before, paged, many = storm(firm), pages(firm), len(issued(firm))
    assert before.level is Level.STORM
    assert list(rages(firm, 26, first=50, every=0.5))
    firm.passes(5 * MINUTE)
    after = storm(firm)
    assert len(issued(firm)) > many
    assert after.sentence != before.sentence
    assert after.sentence == issued(firm)[-1].sentence
    assert after.people > before.people
    assert pages(firm) == paged
    low, high = issued(firm)[-1].figures.likely or (0, 0)
    cards = [one for one in firm.channels["chat"].updated if one.purpose == "card"]
    newest = [one for one in cards if one.subject == "incident 1"][-1]
    assert any(f"Likely {low:,} to {high:,} more" in line for line in newest.lines)


def test_the_first_page_of_a_storm_says_what_is_likely_and_whom_it_may_stand_for(
    firm: Firm,
) -> None:
    assert list(rages(firm, 12))
    low, high = issued(firm)[0].figures.likely or (0, 0)
    page = next(one for one in firm.channels["chat"].pages() if one.subject == "incident 1")
    assert any(line.startswith(f"Likely {low:,} to {high:,} more") for line in page.lines)
    assert any(line.startswith("Behind ") and "rule of thumb" in line for line in page.lines)


@pytest.mark.parametrize(
    ("after", "anew"),
    [
        pytest.param(timedelta(minutes=9, seconds=59), False, id="too soon"),
        pytest.param(timedelta(minutes=10), True, id="after ten minutes"),
    ],
)
def test_it_is_said_anew_at_most_every_ten_minutes(
    firm: Firm, after: timedelta, anew: bool
) -> None:
    assert list(rages(firm, 12))

    def look(desk: Unit) -> Signal | None:
        spread = Spread.load(desk.detector("Acme") or "")
        last = desk.last_issued(1)
        assert last is not None
        otherwise = replace(last.figures, people=10 * last.figures.people)
        desk.keep_figures(1, Issued(firm.now, otherwise, "far more people"))
        return news(desk, storm(firm), spread, firm.now + after)

    assert (firm.write(look) is not None) is anew


def test_where_nothing_changes_nothing_is_said_anew(firm: Firm) -> None:
    assert list(rages(firm, 12))
    firm.passes(15 * MINUTE)
    many = len(issued(firm))
    firm.passes(60 * MINUTE)
    assert len(issued(firm)) == many


def test_a_storm_that_a_person_declared_and_nothing_measured_is_not_said_anew(firm: Firm) -> None:
    action = Action(Verb.DECLARE, PRESS, reason="it is on the news")
    firm.write(lambda desk: firm.house.engine.declare(desk, "Acme", action, firm.now))
    assert list(rages(firm, 3))
    firm.passes(30 * MINUTE)
    assert issued(firm) == []
    assert storm(firm).people == 0


def test_what_shrinks_leaves_the_worst_figures_and_renews_the_sentence(firm: Firm) -> None:
    assert list(rages(firm, 70))
    assert list(rages(firm, 6, first=200, every=20))
    after, told = storm(firm), issued(firm)
    worst = max((one.figures for one in told), key=lambda figures: figures.people)
    assert (after.people, after.minutes) == (worst.people, worst.minutes)
    assert told[-1].figures.people < worst.people
    assert after.sentence == told[-1].sentence


def test_after_the_all_clear_nothing_is_said_anew(firm: Firm) -> None:
    assert list(rages(firm, 20))
    firm.passes(timedelta(hours=6))
    assert issued(firm)[-1].figures.level == "clear"
    assert "it is over" in storm(firm).sentence
