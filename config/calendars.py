"""Public holidays by the code of a country or of a part of it, from the library `holidays`.

The library is imported when the first code is asked for: most files name none.
"""

import warnings
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import AfterValidator

from config.problems import no_such, which


@cache
def _countries() -> Mapping[str, tuple[str, ...]]:
    """Code of a country → codes of its parts."""
    from holidays import list_supported_countries

    return {
        code: tuple(parts)
        for code, parts in list_supported_countries(include_aliases=False).items()
    }


@cache
def public_holidays(code: str, year: int) -> frozenset[date]:
    """The days of a year that are public holidays, with the days on which they are observed
    where they fall on a weekend.

    code  as `known_code` has let through. A year for which the library knows nothing has none.
    """
    from holidays import country_holidays

    country, _, part = code.partition("-")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of years for which it knows a calendar of the moon in part
        return frozenset(country_holidays(country, subdiv=part or None, years=year))


def known_code(code: str) -> str:
    """The code, where there is such a calendar. Raises ValueError, which names the nearest."""
    country, dash, part = code.partition("-")
    parts = _countries().get(country)
    if parts is None:
        what, remedy = no_such("public holidays", country, _countries())
        raise ValueError(f"{what}. {remedy}")
    if dash and part not in parts:
        codes = [f"{country}-{one}" for one in parts]
        remedy = which(code, codes) or f'Write "{country}" alone: it knows no parts of it'
        raise ValueError(f"no part of {country} of that code. {remedy}")
    return code


HolidayCode = Annotated[str, AfterValidator(known_code)]
