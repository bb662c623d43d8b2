"""Functions, authority cards and the executive clock: what may be declared, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config import Settings
from config.load import Catalogue, load
from config.problems import ConfigProblems

HEAD = """\
fallback_executive = "grace"
{head}
[[brands]]
name = "Acme"
[[people]]
name = "ada"
contacts = [{{ channel = "terminal", to = "ada" }}]
[[people]]
name = "grace"
contacts = [{{ channel = "terminal", to = "grace" }}]
[[people]]
name = "left"
active = false
[[people]]
name = "mute"
[[channels]]
kind = "terminal"
[[sources]]
kind = "hackernews"
[[teams]]
name = "care"
members = ["ada", "grace"]
owns = ["billing", "delivery"]
{rest}
"""


def declared(head: str = "", rest: str = "") -> str:
    return HEAD.format(head=head, rest=rest)


Loads = Callable[[str], Settings]


@pytest.fixture
def loads(write: Callable[[str | bytes], Path], every_kind: Catalogue) -> Loads:
    return lambda text: load(write(text), every_kind, secrets=False).settings


def test_without_a_word_about_it_everything_has_a_default(loads: Loads) -> None:
    settings = loads(declared())
    assert (settings.currency, settings.functions, settings.permission_within) == ("EUR", (), None)
    assert settings.executive_clock.after == timedelta(hours=4)
    assert settings.executive_clock.person is None
    assert settings.team("care").authority == ()


def test_what_is_declared_is_taken(loads: Loads) -> None:
    head = """
        currency = "GBP"
        permission_within = "20m"
        executive_clock = { after = "24h", person = "ada" }
    """
    rest = """
        [teams.causes]
        delivery = "logistics"
        billing = "care"
        [[teams.authority]]
        role = "head"
        refund = 500
        [[teams.authority]]
        role = "member"
        refund = 50
        promise = "a call back"
        [[functions]]
        name = "logistics"
        head = "ada"
    """
    settings = loads(declared(head, rest))
    team = settings.team("care")
    assert dict(team.causes) == {"delivery": "logistics", "billing": "care"}
    assert [(card.role, card.refund) for card in team.authority] == [("head", 500), ("member", 50)]
    assert team.authority[1].promise == ("a call back",)
    assert settings.executive_clock.after == timedelta(hours=24)


CARD = "[[teams.authority]]\nrole = "
LOGISTICS = '[[functions]]\nname = "logistics"\nhead = '


@pytest.mark.parametrize(
    ("head", "rest", "says"),
    [
        pytest.param(
            'executive_clock = { after = "25h" }',
            "",
            ":2: executive_clock.after: an executive hears of it within a day, always. Write at "
            'most "24h"',
            id="an executive who would hear of it after more than a day",
        ),
        pytest.param(
            'executive_clock = { after = "0s" }',
            "",
            ":2: executive_clock.after: it must last longer than nothing",
            id="an executive who would hear of everything at once",
        ),
        pytest.param(
            "executive_clock = false",
            "",
            ":2: executive_clock: must be one table",
            id="no executive clock: it cannot be switched off",
        ),
        pytest.param(
            'executive_clock = { person = "gracee" }',
            "",
            ':2: executive_clock.person: no person named "gracee". Known: ada, grace, left, mute. '
            'Did you mean "grace"?',
            id="an executive whom nobody knows",
        ),
        pytest.param(
            'executive_clock = { person = "left" }',
            "",
            ":2: executive_clock.person: this person is not active, so that nobody would hear",
            id="an executive who has left",
        ),
        pytest.param(
            'executive_clock = { person = "mute" }',
            "",
            'person "mute", name: a function or the executive clock needs this person, and no '
            "channel reaches them",
            id="an executive whom no channel reaches",
        ),
        pytest.param(
            'currency = "euro"',
            "",
            ':2: currency: a currency is three capital letters. Write for example "EUR"',
            id="a currency in words",
        ),
        pytest.param(
            'permission_within = "0s"',
            "",
            ":2: permission_within: it must last longer than nothing",
            id="no time to answer a request",
        ),
        pytest.param(
            "",
            '[teams.causes]\ndelivery = "logistcs"\n' + LOGISTICS + '"ada"',
            ':25: cause of topic "delivery": no function named "logistcs". Known: care, logistics. '
            'Did you mean "logistics"?',
            id="a cause that is no function",
        ),
        pytest.param(
            "",
            '[teams.causes]\nparcels = "care"',
            ':25: cause of topic "parcels": the team owns no such topic. Its topics: billing,',
            id="a topic that the team does not own",
        ),
        pytest.param(
            "",
            LOGISTICS + '"adda"',
            ':26: function "logistics", head: no person named "adda"',
            id="a function's head whom nobody knows",
        ),
        pytest.param(
            "",
            '[[functions]]\nname = "logistics"',
            ':24: function "logistics": "head" is missing. Add head = "…"',
            id="a function without a head",
        ),
        pytest.param(
            "",
            LOGISTICS + '"ada"\n' + LOGISTICS + '"ada"',
            ':28: function "logistics", name: this name is declared twice, first on line 24',
            id="one function twice",
        ),
        pytest.param(
            "",
            '[functions]\nname = "logistics"',
            ":24: functions: must be a list of tables. Write [[functions]], with two brackets",
            id="single brackets for double ones",
        ),
        pytest.param(
            "",
            '[teams.authority]\nrole = "member"',
            'team "care", authority: must be a list of tables. Write [[teams.authority]]',
            id="single brackets for a card",
        ),
        pytest.param(
            "",
            CARD + '"boss"',
            "authority 1.role: must be one of member, lead, head. Choose one of them",
            id="a role that is none",
        ),
        pytest.param(
            "",
            CARD + '"lead"\nrefund = -1',
            "authority 1.refund: must be at least 0",
            id="a negative refund",
        ),
        pytest.param(
            "",
            CARD + '"lead"\nrefund = 10\n' + CARD + '"lead"\nrefund = 20',
            ':28: team "care", authority 2.role: what a lead may do is said twice',
            id="one role twice",
        ),
        pytest.param(
            "",
            CARD + '"lead"\nrefund = 10\n' + CARD + '"member"\nrefund = 20',
            "authority 2.refund: somebody above may refund less than somebody below. Give the "
            "higher role the more",
            id="a lead who may do less than a member",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(loads: Loads, head: str, rest: str, says: str) -> None:
    with pytest.raises(ConfigProblems) as error:
        loads(declared(head, rest))
    assert says in str(error.value)
