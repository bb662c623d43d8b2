"""How many customers a firm knows to stand behind one who complains in public."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.fields import Declared

MOST_BEHIND = 100_000  # customers behind one who speaks; more is a slip of the pen


class SilentMany(Declared):
    """How many customers stand behind one who complains in public, by the firm's own figures."""

    low: int = Field(ge=1, le=MOST_BEHIND)
    high: int = Field(ge=1, le=MOST_BEHIND)
    source: Annotated[str, Field(min_length=1, max_length=160)]  # shown wherever the range is

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low >= self.high:
            raise ValueError('"high" must be more than "low": nobody knows it as one number')
        if not self.source.isprintable() or not self.source.strip():
            raise ValueError('"source" must be words on one line: whose figures these are')
        return self
