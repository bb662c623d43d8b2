"""Whom a case has paged, else why nobody was: quiet hours, the budget, a list, a channel."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from config import Band
from config.calm import Alerts
from escalation.decision import Action, Verb
from escalation.subject import Case, Ref
from tests.firm import NOON, OWNER, Firm, complain, new_firm
from tests.tocsin.test_calm import DAY, HOUR, NIGHT, declared
from tests.tocsin.test_folding import flooded
from tocsin.unpaged import whom

BERLIN = ZoneInfo("Europe/Berlin")
S = timedelta(seconds=1)


def told(firm: Firm, number: int) -> str | None:
    with firm.house.store.borrow() as desk:
        case = desk.subject(Ref("case", number))
        assert isinstance(case, Case)
        return whom(desk, firm.house.engine.rules, case, firm.now, BERLIN)


def test_who_was_paged_and_when_is_said() -> None:
    firm = new_firm()
    case = complain(firm, 1)
    firm.settle()
    assert told(firm, case) == f"the owner of its case: {OWNER}, 2026-11-18 13:00 CET"


def test_quiet_hours_are_named_with_their_end() -> None:
    firm = new_firm(at=NIGHT, declared=declared(quiet=(OWNER,)))
    case = complain(firm, 1, band=Band.P2)
    firm.passes(S)
    assert told(firm, case) == (
        f"nobody yet: {OWNER}'s quiet hours, until 2026-11-19 07:00 CET; "
        f"{OWNER} is paged 2026-11-19 07:00 CET"
    )


def test_a_daily_list_is_named_as_such() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P4)
    firm.passes(HOUR)
    assert told(firm, case) == (
        "nobody yet: all of This week is one list a day ([alerts] daily); "
        f"{OWNER} is paged 2026-11-19 09:05 CET"
    )


def test_a_budget_that_is_used_up_is_named_with_its_size() -> None:
    firm = new_firm(declared=declared(alerts=Alerts(budget=1)))
    complain(firm, 1)
    firm.passes(HOUR)
    case = complain(firm, 2, "author-2", band=Band.P3)
    firm.passes(HOUR)
    assert told(firm, case) == (
        f"nobody yet: {OWNER} has had 1 pages this week, so that Today is one list a day "
        f"([alerts] budget); {OWNER} is paged 2026-11-19 09:05 CET"
    )


def test_a_page_that_waits_behind_four_others_says_so() -> None:
    firm = flooded()
    case = complain(firm, 5, "author-5")
    firm.passes(S)
    assert str(told(firm, case)).startswith(f"nobody yet: the page waits behind others to {OWNER};")


def test_a_page_that_waits_for_more_of_the_same_says_so() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P2)
    firm.passes(S)
    assert str(told(firm, case)).startswith("nobody yet: the page waits a little for more")


def test_a_channel_that_takes_nothing_is_named() -> None:
    firm = new_firm()
    for channel in firm.channels.values():
        channel.state = "down"
    case = complain(firm, 1)
    firm.passes(10 * S)
    assert "takes nothing since 2026-11-18 13:00 CET" in str(told(firm, case))


def test_what_was_taken_on_before_its_page_left_says_that_nobody_was_paged() -> None:
    firm = new_firm()
    case = complain(firm, 1, band=Band.P4)
    firm.settle()
    firm.write(
        lambda desk: firm.house.engine.act(
            desk, Ref("case", case), Action(Verb.ACK, OWNER), firm.now
        )
    )
    firm.passes(DAY)
    assert told(firm, case) == f"nobody: case {case} was taken on before its page left"


def test_a_page_that_should_have_left_long_ago_is_told_as_one_that_nothing_sends() -> None:
    firm = new_firm()
    case = complain(firm, 1)
    firm.clock.move_to(NOON + HOUR)  # and nothing runs meanwhile
    assert told(firm, case) == (
        "nobody yet: the page waits a little for more of the same; it was to leave "
        "2026-11-18 13:00 CET and has not, as if Tocsin did not run"
    )
