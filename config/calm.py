"""What keeps the house calm: how much may ring, when nothing does, the line of every morning."""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.bands import Band
from config.fields import Declared, LocalTime


class Morning(Declared):
    """When each team's rooms are told how things stand, on its working days."""

    at: LocalTime = time(8, 30)  # in the team's zone


class Quiet(Declared):
    """The hours in which a person is not paged for what can wait, in their zone."""

    from_: LocalTime = Field(default=time(22), alias="from")
    to: LocalTime = time(7)

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(
                'quiet hours begin and end at the same time. Write for example from = "22:00", '
                'to = "07:00"'
            )
        return self


class Alerts(Declared):
    """How much may ring for one person."""

    budget: Annotated[int, Field(ge=1, le=1000)] = 25  # pages a person and week
    daily: tuple[Literal[Band.P3, Band.P4], ...] = (Band.P4,)  # bands paged in one list a day
