"""How often a customer says that they have asked already."""

import pytest

from listener.contacts import contacts_said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("Refund please. Third time asking.", 3, id="third time asking"),
        pytest.param("3rd email and still nothing", 3, id="an ordinal in digits"),
        pytest.param("I have emailed you 5 times now", 5, id="a number of times"),
        pytest.param("called your support line twice", 2, id="twice"),
        pytest.param("five calls, four emails, no answer", 5, id="the largest number counts"),
        pytest.param("called 400 times!!!", 20, id="a figure of speech is capped"),
        pytest.param("My third coffee of the day, thanks", 0, id="a third of something else"),
        pytest.param("the flight is at 5", 0, id="a number that counts nothing"),
        pytest.param("", 0, id="no text"),
        pytest.param("asked " * 5000, 0, id="a long text without a number"),
    ],
)
def test_contacts_said(text: str, said: int) -> None:
    assert contacts_said(text) == said
