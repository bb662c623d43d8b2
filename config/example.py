"""The first `tocsin.toml`: short, commented, and right as it stands."""

import re
import unicodedata
from importlib.resources import files
from pathlib import Path

MAX_BRAND = 200  # characters, as of any term
MAX_PERSON = 100  # characters, as of any full name

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def write_example(
    path: Path, *, brand: str = "Acme", owner: str = "ada", executive: str = "grace"
) -> None:
    """Write a configuration to begin with, for a brand and its first two people.

    brand      as people write it; 1 to 200 characters.
    owner      who owns the first topic; 1 to 100 characters.
    executive  with whom every ladder ends; somebody else.
    Raises FileExistsError, never overwriting; OSError where the file cannot be made; and
    ValueError, which says what is wrong with an answer.
    """
    text = _filled(brand.strip(), owner.strip(), executive.strip())
    with path.open("x", encoding="utf-8") as handle:
        handle.write(text)


def _filled(brand: str, owner: str, executive: str) -> str:
    _check("brand", brand, MAX_BRAND)
    _check("owner", owner, MAX_PERSON)
    _check("executive", executive, MAX_PERSON)
    if owner.casefold() == executive.casefold():
        raise ValueError("owner and executive must be two people: somebody must be left to ask")
    first = _name(owner, "owner")
    second = _name(executive, "executive")
    if second.casefold() == first.casefold():
        second = f"{second[:60]} 2"
    answers = {
        'name = "Acme"': f"name = {_quoted(_name(brand, 'brand'))}",
        '["Acme"]': f"[{_quoted(brand)}]",
        '# exclude = ["acme thread"]': '# exclude = ["another thing"]',
        'name = "ada"': _person(first, owner),
        'name = "grace"': _person(second, executive),
        '"ada"': _quoted(first),
        '"grace"': _quoted(second),
    }
    # In one pass, so that an answer is never taken for a place to fill.
    places = re.compile("|".join(map(re.escape, answers)))
    example = (files("config") / "example.toml").read_text(encoding="utf-8")
    return places.sub(lambda place: answers[place[0]], example)


def _check(answer: str, value: str, longest: int) -> None:
    if not 0 < len(value) <= longest:
        raise ValueError(f"{answer} must have 1 to {longest} characters")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in value):
        raise ValueError(f"{answer} must be one line without control characters")


def _person(name: str, given: str) -> str:
    full = "" if given == name else f"\nfull_name = {_quoted(given)}"
    return f"name = {_quoted(name)}{full}"


def _name(given: str, otherwise: str) -> str:
    """A name as the file takes it: what can be written in plain letters, else a stand-in."""
    if _NAME.fullmatch(given):
        return given
    plain = unicodedata.normalize("NFKD", given).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9 ._-]+", "", plain).lstrip(" ._-")[:60].strip()
    return name or otherwise


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'
