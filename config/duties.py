"""Who owns what a complaint was caused by, who may promise what, and who hears of it by rule."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.fields import Declared, Name, Wait, Words

MOST_MONEY = 1_000_000_000  # whole units of the currency, on one subject
LATEST_EXECUTIVE = timedelta(hours=24)


class Function(Declared):
    """A function of the company that can be the cause of a complaint, and then owns the fix."""

    name: Name
    head: str  # the person who is told, and answers for the fix
    full_name: str | None = Field(default=None, max_length=100)


class Authority(Declared):
    """What a role of a team may promise or refund without asking; each includes those below it."""

    role: Literal["member", "lead", "head"]
    refund: int = Field(default=0, ge=0, le=MOST_MONEY)  # whole units of `currency`, for one case
    promise: Words = ()


def _within_a_day(value: timedelta) -> timedelta:
    if value > LATEST_EXECUTIVE:
        raise ValueError('an executive hears of it within a day, always. Write at most "24h"')
    return value


class ExecutiveClock(Declared):
    """When a case that is P1 and not resolved reaches a named executive, whatever else was done."""

    after: Annotated[Wait, AfterValidator(_within_a_day)] = timedelta(hours=4)
    person: str | None = None  # default: the fallback executive


def _currency(value: str) -> str:
    if not re.fullmatch("[A-Z]{3}", value):
        raise ValueError('a currency is three capital letters. Write for example "EUR"')
    return value


Currency = Annotated[str, AfterValidator(_currency)]
