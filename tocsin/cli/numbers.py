"""Numbers as they are typed: what is none is refused, and how one is written is shown."""

from collections.abc import Callable

from escalation.numbers import MOST_INTEGER
from tocsin.cli.common import fail

# How an option's number is written, by what it fills.
WRITTEN = {
    "cost": "write whole minutes of work, such as --cost 20",
    "money": "write whole units of the currency, without sign, point or comma, such as --money 250",
    "into": "write the number of an incident, such as --into 3",
}


def whole(text: str, least: int = 0) -> int | None:
    """A whole number from `least` on; None where the text is none."""
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(MOST_INTEGER)):
        return None
    return int(text) if least <= int(text) <= MOST_INTEGER else None


def subject_number(text: str) -> int:
    """The number of a case, an incident, a fault or a silence; ends with a sentence."""
    found = whole(text, 1)
    if found is None:
        fail(f'"{text}" is no number. Write it as the alerts show it, such as 17.')
    return found


def option(field: str, flag: str, least: int) -> Callable[[str], int]:
    """What reads the number of an option, or ends with a sentence."""

    def read(text: str) -> int:
        found = whole(text, least)
        if found is None:
            fail(f'{flag} "{text}" cannot be used: {WRITTEN[field]}.')
        return found

    return read
