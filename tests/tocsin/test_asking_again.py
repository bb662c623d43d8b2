"""The last step: its person is paged again as long as it takes, whatever else waits there."""

from datetime import timedelta

from config import Band
from tests.firm import EXECUTIVE, complain, new_firm, settings

HOUR = timedelta(hours=1)


def pages_to_the_executive(firm: object) -> int:
    return sum(len(one.pages(f"{EXECUTIVE}@{name}")) for name, one in firm.channels.items())  # type: ignore[attr-defined]


def test_two_cases_of_two_teams_at_the_top_do_not_silence_each_other() -> None:
    firm = new_firm()
    complain(firm, 1, "jo", band=Band.P1)
    complain(firm, 2, "ky", band=Band.P1, team="media", topic=None)
    firm.passes(HOUR)
    before = pages_to_the_executive(firm)
    firm.passes(HOUR)
    # Every ten minutes on two channels; both may ask in one message.
    assert pages_to_the_executive(firm) - before >= 10


def test_a_case_whose_team_is_gone_is_still_asked_for() -> None:
    firm = new_firm()
    complain(firm, 1, "jo", band=Band.P1, team="dissolved")
    firm.passes(HOUR)
    before = pages_to_the_executive(firm)
    firm.passes(HOUR)
    assert pages_to_the_executive(firm) - before >= 10
    assert "dissolved" not in {team.name for team in settings().teams}


def test_a_message_that_asks_for_several_cases_is_told_once_for_each_with_its_own_band() -> None:
    firm = new_firm()
    first = complain(firm, 1, "jo", band=Band.P1)
    second = complain(firm, 2, "ky", band=Band.P1, team="media", topic=None, safety=True)
    firm.passes(2 * HOUR)
    pages = [one for one in firm.happened if one.event == "page" and one.owner == EXECUTIVE]
    last = [one for one in pages if one.message == pages[-1].message]
    assert {one.ref.number for one in last if one.ref is not None} == {first, second}
    assert len({(one.at, one.to, one.channel) for one in last}) == 1
    with firm.house.store.borrow() as desk:
        cases = {one.ref: desk.subject(one.ref) for one in last if one.ref is not None}
    assert {one.ref: one.band for one in last} == {
        ref: str(case.band) for ref, case in cases.items() if case is not None
    }
