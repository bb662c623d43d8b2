"""The wanted precision: a word or a number, and a clear answer to anything else."""

import pytest
from pydantic import ValidationError

from config.judging import LEAST, MOST, WORDS, Judging


@pytest.mark.parametrize(("word", "precision"), WORDS.items(), ids=WORDS)
def test_a_word_stands_for_a_number(word: str, precision: float) -> None:
    assert Judging.model_validate({"precision": word}).precision == precision
    assert LEAST <= precision <= MOST


def test_a_number_is_taken_as_it_is() -> None:
    assert Judging.model_validate({"precision": 0.82}).precision == 0.82


@pytest.mark.parametrize("wrong", ["certain", "", "0.8", 0.59, 0.91, float("nan"), None, []])
def test_anything_else_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        Judging.model_validate({"precision": wrong})


def test_a_wrong_word_is_answered_with_the_right_ones() -> None:
    with pytest.raises(ValidationError, match='"eager", "balanced", "sure", or a number'):
        Judging.model_validate({"precision": "certain"})
