"""Which subject answers which action and which timer."""

import pytest

from escalation.decision import (
    Unchanged,
    Verb,
)
from escalation.verbs import act_on
from tests.cases import (
    a_case,
    action,
    at,
)
from tests.firm import (
    LEAD,
)


@pytest.mark.parametrize("verb", [Verb.CONTAIN, Verb.DECLARE])
def test_what_is_not_for_a_case_is_refused_in_words(verb: Verb) -> None:
    outcome = act_on(a_case(), action(verb, LEAD), at())
    assert outcome == Unchanged(f"cases cannot be changed by {verb}")
