"""Backlash after deletions against backlash after replies: never a made-up figure."""

from datetime import datetime, timedelta

import pytest

from escalation.decision import Action, Verb
from escalation.subject import Case, Ref
from listener.backlash import COMPARED, REPLIED, WATCHED_FOR
from tests.firm import LEAD, OWNER, Firm, complain, new_firm
from tests.tocsin.digest.conftest import MONDAY, House
from tocsin.confirming import confirmation
from tocsin.digest import render
from tocsin.digest.aftermath import of_brand, sentence
from tocsin.digest.data import Aftermath

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TITLE = "Backlash after deletions and after replies"


def acts(house: House, why: str, many: int, each: int = 0, at: datetime = MONDAY) -> None:
    """So many times something was done, and each was followed by so many posts of others."""
    for _ in range(many):
        house.opens()
        with house.store.read() as desk:
            case = desk.connection.execute("select max(number) from cases").fetchone()[0]
        followed(house, case, why, each, at)


def followed(house: House, case: int, why: str, each: int, at: datetime) -> None:
    made = [(case, why, at.timestamp() * 1000, (at + WATCHED_FOR).timestamp() * 1000)]
    for number in range(each):
        house.hears(author=f"other {case} {number}")

    def work(desk) -> None:
        run = desk.connection
        run.executemany(
            "insert into backlashes (case_number, brand, why, since, until, usual) "
            "values (?, 'Acme', ?, cast(? as integer), cast(? as integer), 0)",
            made,
        )
        run.execute(
            "insert into backlash_posts select (select max(id) from backlashes), id from posts "
            "order by id desc limit ?",
            (each,),
        )

    house.store.write(work)


def found(house: House, at: datetime = MONDAY + 7 * DAY) -> Aftermath | None:
    with house.store.read() as desk:
        return of_brand(desk.connection, "Acme", at)


def written(house: House) -> str:
    return render(house.digest(), "md").replace("\\", "")


def test_where_nothing_was_taken_away_nothing_is_said(house: House) -> None:
    acts(house, REPLIED, COMPARED)
    assert found(house) is None
    assert TITLE not in written(house)


@pytest.mark.parametrize(("deleted", "replied"), [(COMPARED - 1, 30), (30, COMPARED - 1)])
def test_too_few_of_either_are_not_compared(house: House, deleted: int, replied: int) -> None:
    acts(house, "deleted", deleted, 1)
    acts(house, REPLIED, replied)
    assert sentence(found(house)) == ""
    assert (
        f"Too few to compare: {deleted} deletions with {deleted} posts of backlash, "
        f"{replied} replies with 0. It takes 10 of each." in written(house)
    )


def test_ten_of_each_are_compared_with_their_ranges(house: House) -> None:
    acts(house, "deleted", 6, 3)
    acts(house, "hid", 2, 1)
    acts(house, "blocked", 2)
    acts(house, REPLIED, 1, 2)
    acts(house, REPLIED, 9)
    assert sentence(found(house)) == (
        "On record, within 72 h: 8 of 10 (80 %, 49 % to 94 %) deletions were followed by backlash "
        "of others, 2.0 posts each (1.0 to 3.0); of replies it was 1 of 10 (10 %, 2 % to 40 %), "
        "0.2 posts each (0.0 to 0.7)"
    )
    assert TITLE in written(house)
    assert "80 %, 49 % to 94 %" in written(house)


def test_what_is_not_over_or_older_than_a_year_is_not_counted(house: House) -> None:
    acts(house, "deleted", 1, at=MONDAY + 6 * DAY)
    acts(house, "deleted", 1, at=MONDAY - 380 * DAY)
    assert found(house) is None
    acts(house, "deleted", 1)
    known = found(house)
    assert known is not None
    assert known.taken_away.acts == 1


def test_a_reply_after_which_something_was_taken_away_is_in_neither(house: House) -> None:
    acts(house, REPLIED, 1, at=MONDAY)
    followed(house, 1, "deleted", 2, MONDAY + HOUR)
    followed(house, 1, "reply deleted", 2, MONDAY + 2 * HOUR)  # the same case, the same outcry
    known = found(house)
    assert known is not None
    assert (known.replied.acts, known.taken_away.acts, known.taken_away.posts) == (0, 1, 2)


@pytest.mark.parametrize("why", ["unanswered", "accused", "removed"])
def test_what_we_did_not_take_away_is_no_deletion(house: House, why: str) -> None:
    acts(house, why, 1, 2)
    assert found(house) is None


def confirmed(firm: Firm) -> str:
    """What is said to whoever records that something of case 1 was deleted."""
    action = Action(Verb.HID, OWNER, what="deleted", why="spam", to=LEAD, reason="https://x.test/1")
    with firm.house.store.read() as desk:
        case = desk.subject(Ref("case", 1))
        assert isinstance(case, Case)
        return confirmation(firm.house, desk, "hid", action, case)


def test_staff_who_record_a_deletion_read_what_the_record_shows_and_nothing_made_up() -> None:
    firm = new_firm()
    for number in range(2 * COMPARED):
        complain(firm, number, f"person{number}")

    def acted(cases: range, why: str) -> None:
        for case in cases:
            firm.write(lambda desk, case=case: desk.watch_backlash(case, why, firm.now))

    acted(range(1, COMPARED + 1), "deleted")
    acted(range(COMPARED + 1, 2 * COMPARED), REPLIED)
    firm.clock.move_to(firm.now + WATCHED_FOR)
    assert "On record" not in confirmed(firm), "nine replies are too few"
    acted(range(2 * COMPARED, 2 * COMPARED + 1), REPLIED)
    assert "On record" not in confirmed(firm), "the tenth is not over"
    firm.clock.move_to(firm.now + WATCHED_FOR)
    said = confirmed(firm)
    assert "On record, within 72 h: 0 of 10 (0 %, 0 % to 28 %) deletions were followed" in said
    assert said.count("On record") == 1


@pytest.mark.parametrize("form", ["md", "html", "csv", "json"])
def test_every_form_of_the_digest_has_it(house: House, form: str) -> None:
    acts(house, "deleted", COMPARED, 2)
    acts(house, REPLIED, COMPARED)
    assert "taken" in render(house.digest(), form) or "deletions" in render(house.digest(), form)
