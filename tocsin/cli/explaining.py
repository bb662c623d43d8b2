"""What `tocsin explain` shows to a person: every value in words, an entry of the history a line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from escalation.encode import one_line

WIDTH = 12


def lines(row: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """What is known of a post and one brand; what is not known is left out."""
    for key, value in row.items():
        for place, text in enumerate(_texts(key, value, zone)):
            yield f"{'' if place else key:>{WIDTH}}  {text}"


def _texts(key: str, value: Any, zone: ZoneInfo) -> Iterator[str]:
    from tocsin.speaker import spoken

    if key == "held" or value is None:  # what is held, `paged` says
        return
    if key == "written":
        yield spoken(datetime.fromisoformat(value), zone)
    elif key == "teams":
        yield ", else ".join(f"{team} {chance:.2f}" for team, chance in value)
    elif key == "priority":
        yield from map(_urgency, value)
    elif key == "why" and not value:
        yield "no word of it weighs enough to be named"
    elif key == "aspects":
        yield from (_with_words(name, words) for name, words in value.items())
    elif key == "journey":
        yield _with_words(value["stage"], value["words"])
    elif key == "history":
        yield from value
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    else:
        yield "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _with_words(name: str, words: Sequence[str]) -> str:
    quoted = ", ".join(f'"{word}"' for word in words)
    return one_line(f"{name}: {quoted}" if quoted else name)


def _urgency(told: Mapping[str, Any]) -> str:
    """How urgent a case is, and what that is made of."""
    from config import Band

    points = sorted(told["terms"].items(), key=lambda term: -term[1]["points"])
    parts = [f"{name} {term['points']:.1f}" for name, term in points if term["points"]]
    if told["reopened"]:
        parts.append(f"reopened {told['reopened']:.1f}")
    said = [f"case {told['case']}: {Band(told['band']).label}, {told['score']:.1f} of 100 points"]
    said += [f"made of {', '.join(parts)}"] if parts else []
    floors = [f"{score:.0f} for {name}" for name, score in told["floors"].items()]
    said += [f"at least {', '.join(floors)}"] if floors else []
    said += [f"not known: {', '.join(told['unknown'])}"] if told["unknown"] else []
    return "; ".join(said)
