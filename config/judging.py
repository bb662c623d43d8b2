"""How sure a judgement must be before somebody is paged."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from config.fields import Declared

LEAST, MOST = 0.6, 0.9  # beyond these no set that we measured on could tell

# Word → wanted precision: of ten posts that page, about how many are complaints.
WORDS: Mapping[str, float] = {"eager": 0.7, "balanced": 0.78, "sure": 0.85}


def _precision(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value not in WORDS:
        raise ValueError(
            f'it is one of "eager", "balanced", "sure", or a number of {LEAST} to {MOST}. '
            'Write for example precision = "sure"'
        )
    return WORDS[value]


class Judging(Declared):
    """What a team wants of the judgement of posts."""

    precision: Annotated[float, BeforeValidator(_precision), Field(ge=LEAST, le=MOST)] = WORDS[
        "balanced"
    ]
