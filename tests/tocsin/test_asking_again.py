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
