"""When backlash is news, and how it is said."""

from datetime import timedelta

import pytest

from escalation.hiding import WHAT
from listener.backlash import TAKEN_AWAY, WHY, Backlash, sentence

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("heard", "news"),
    [
        pytest.param(Backlash(0, 0), False, id="nothing"),
        pytest.param(Backlash(9, 2), False, id="two who go on and on"),
        pytest.param(Backlash(3, 3), True, id="three people"),
        pytest.param(Backlash(3, 3, expected=1.8), True, id="well over what there is anyway"),
        pytest.param(Backlash(3, 3, expected=1.9), False, id="about what there is anyway"),
        pytest.param(Backlash(5, 5, told=3), False, id="told, and few more since"),
        pytest.param(Backlash(6, 6, told=3), True, id="told, and twice as many since"),
    ],
)
def test_it_is_news_with_enough_people_beyond_the_usual(heard: Backlash, news: bool) -> None:
    assert heard.is_news is news


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        pytest.param(Backlash(1, 1), "1 post by 1 other person in its thread", id="one"),
        pytest.param(Backlash(6, 4), "6 posts by 4 other people in its thread", id="several"),
        pytest.param(Backlash(6, 4, accusing=2), "they say: 2 of them", id="some were silenced"),
    ],
)
def test_the_sentence_has_what_was_counted(heard: Backlash, said: str) -> None:
    assert said in sentence("Acme", 17, "deleted", heard, 5 * HOUR)
    assert "within 5 h" in sentence("Acme", 17, "deleted", heard, 5 * HOUR)


def test_whatever_staff_can_record_has_its_words_and_counts_as_taken_away() -> None:
    assert WHAT.keys() <= set(TAKEN_AWAY)
    assert set(TAKEN_AWAY) <= WHY.keys()
