"""How many customers the people heard may stand for: a range, and whose figures it is made of."""

import pytest
from pydantic import ValidationError

from config.settings import Brand, SilentMany
from listener.silent_many import (
    RULE_OF_THUMB,
    Ratio,
    behind,
    ratio_of,
    row_of,
    sentence,
    standing_of,
    voices_of,
)
from tests.firm import settings

OWN = Ratio(8, 30, "our survey of 2025")


@pytest.mark.parametrize(
    ("voices", "ratio", "told"),
    [
        pytest.param(1, OWN, (8, 30), id="one voice"),
        pytest.param(37, RULE_OF_THUMB, (962, 3_700), id="the rule of thumb"),
        pytest.param(37, OWN, (296, 1_110), id="the firm's own ratio"),
    ],
)
def test_the_people_heard_stand_for_a_range(
    voices: int, ratio: Ratio, told: tuple[int, int]
) -> None:
    found = behind(voices, ratio)
    assert found is not None
    assert (found.low, found.high) == told


@pytest.mark.parametrize("voices", [0, -1])
def test_where_nobody_was_heard_nobody_is_behind_them(voices: int) -> None:
    assert behind(voices) is None


def test_the_rule_of_thumb_says_that_it_is_one() -> None:
    found = behind(37)
    assert found is not None
    assert sentence(found) == (
        "Behind 37 people heard may stand 962 to 3,700 customers (26 to 100 for each: a rule of "
        "thumb after TARP's studies of complaints, 1979 to 1986; not measured for this brand)"
    )


def test_every_form_of_it_has_its_source() -> None:
    found = behind(2, OWN)
    assert found is not None
    assert OWN.source in sentence(found)
    assert row_of(found) == {
        "heard": 2,
        "low": 16,
        "high": 60,
        "for_each": [8, 30],
        "source": OWN.source,
    }


@pytest.mark.parametrize(
    ("people", "voices"),
    [
        pytest.param([("x", 3), ("reddit", 4)], 7, id="named people are counted each"),
        pytest.param([("x", 3), ("anonymous", 40)], 4, id="all without a name are one"),
        pytest.param([("anonymous", 0)], 0, id="nobody"),
        pytest.param([], 0, id="nothing"),
    ],
)
def test_posts_without_a_name_are_one_voice_together(
    people: list[tuple[str, int]], voices: int
) -> None:
    assert voices_of(people) == voices


def test_a_brands_own_ratio_takes_the_place_of_the_rule_of_thumb() -> None:
    own = Brand(name="Acme", silent_many=SilentMany(low=8, high=30, source=OWN.source))
    assert ratio_of(own) == OWN
    assert ratio_of(Brand(name="Acme")) == RULE_OF_THUMB


def test_a_brand_that_is_no_longer_declared_has_the_rule_of_thumb() -> None:
    found = standing_of(settings(), "Gone Inc", 2)
    assert found is not None
    assert found.ratio == RULE_OF_THUMB


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"low": 30, "high": 30, "source": "us"}, id="one number is no range"),
        pytest.param({"low": 31, "high": 30, "source": "us"}, id="the wrong way round"),
        pytest.param({"low": 0, "high": 30, "source": "us"}, id="nobody"),
        pytest.param({"low": 1, "high": 10**9, "source": "us"}, id="more than there can be"),
        pytest.param({"low": 8, "high": 30}, id="without a source"),
        pytest.param({"low": 8, "high": 30, "source": "  "}, id="a blank source"),
        pytest.param({"low": 8, "high": 30, "source": "us\x1b[2J"}, id="a source with an escape"),
        pytest.param({"low": 8, "high": 30, "source": "a\nb"}, id="a source of two lines"),
        pytest.param({"low": 8, "high": 30, "source": "a" * 161}, id="a source without end"),
    ],
)
def test_a_ratio_that_is_no_range_with_a_source_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SilentMany.model_validate(wrong)
