"""What a replay tells while it runs: for a program everything, for a person without what is only
said again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from config import Band

if TYPE_CHECKING:
    from escalation.desk import Happening
    from escalation.subject import Ref

MOST_NAMED = 5  # cases in a line about what was asked again
_BANDS = list(Band)
_MESSAGES = ("page", "notice", "card")
_AGAIN = ("paged_again", "executive_told")  # the passing of time, and no more


@dataclass
class _Folded:
    """Messages to a person that asked again for what they had been asked for."""

    first: datetime
    last: datetime
    messages: int = 0
    about: "dict[Ref, None]" = field(default_factory=dict)


class Story:
    """Turns what happens into lines for a person: each message is one line, that of the most
    urgent case it asks for, and what asks again for the same is counted instead of told."""

    def __init__(self, say: Callable[[str], None], *, every: bool) -> None:
        """every: tell also what only asks again."""
        self._say, self._every = say, every
        self._message: list[Happening] = []
        self._safety: set[Ref] = set()
        self._told: dict[Ref, set[tuple[object, ...]]] = {}
        self._folded: dict[str, _Folded] = {}

    def hear(self, one: "Happening") -> None:
        """Tell one thing that happened, or keep it until it is known to be whole."""
        if self._message and one.message != self._message[0].message:
            self._send()
        if one.message:
            self._message.append(one)
            return
        if one.ref is not None:
            self._changed(one, one.ref)
        # Whoever is asked again is sent a message, which is told or folded as one.
        if self._every or one.event not in _AGAIN:
            self._tell(one, as_row(one))

    def end(self) -> None:
        """Tell what is still kept."""
        if self._message:
            self._send()
        self._unfold()

    def _changed(self, one: "Happening", ref: "Ref") -> None:
        """After anything but the passing of time, to be asked is news again."""
        if one.event not in _AGAIN and not one.event.startswith("breached"):
            self._told.pop(ref, None)
        (self._safety.add if one.safety else self._safety.discard)(ref)

    def _send(self) -> None:
        parts = sorted(self._message, key=self._urgency)
        self._message = []
        news = [self._is_new(one) for one in parts]  # of each, as each is remembered by it
        if self._every or any(news) or parts[0].event not in _MESSAGES:
            row = as_row(parts[0])
            others = dict.fromkeys(str(one.ref) for one in parts if one.ref != parts[0].ref)
            also = ",".join(others)
            self._tell(parts[0], row | ({"also": also} if also else {}))
        else:
            self._fold(parts)

    def _urgency(self, one: "Happening") -> tuple[object, ...]:
        """As the message itself is ordered: its first line speaks of the most urgent."""
        band = _BANDS.index(Band(one.band)) if one.band in _BANDS else len(_BANDS)
        number = one.ref.number if one.ref else 0
        return not one.asks, one.ref not in self._safety, band, number

    def _is_new(self, one: "Happening") -> bool:
        if one.ref is None:
            return True
        what = one.text if one.event != "page" else ""  # of a page the text grows with its cases
        said = (one.event, one.owner, one.channel, what)
        known = self._told.setdefault(one.ref, set())
        if said in known:
            return False
        known.add(said)
        return True

    def _fold(self, parts: "list[Happening]") -> None:
        one = parts[0]
        folded = self._folded.setdefault(one.owner, _Folded(one.at, one.at))
        folded.last, folded.messages = one.at, folded.messages + 1
        folded.about |= dict.fromkeys(part.ref for part in parts if part.ref)

    def _tell(self, one: "Happening", row: dict[str, Any]) -> None:
        self._unfold()
        self._say(" ".join((f"{row['at']} {one.event}", *_pairs(row))))

    def _unfold(self) -> None:
        for person, folded in self._folded.items():
            named = [ref.spoken for ref in folded.about]
            more = len(named) - MOST_NAMED
            about = ", ".join(named[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            times = "once" if folded.messages == 1 else f"{folded.messages:,} times"
            until = "" if folded.messages == 1 else f", until {_at(folded.last)}"
            self._say(f"{_at(folded.first)} asked_again to={person} {times}{until}: {about}")
        self._folded.clear()


def as_row(one: "Happening") -> dict[str, Any]:
    """For a person: of a message whom it went to, whoever owns the case by then; and no number of
    a step, because a ladder of two people has none but its first and its last."""
    from tocsin.replay import as_json

    row = {key: value for key, value in as_json(one).items() if key != "step"}
    if one.channel:
        row = {"to" if key == "owner" else key: value for key, value in row.items()}
    return row


def _pairs(row: dict[str, Any]) -> Iterator[str]:
    return (f"{key}={value}" for key, value in row.items() if key not in ("at", "event"))


def _at(instant: datetime) -> str:
    at = instant.astimezone(UTC).replace(tzinfo=None)
    return at.isoformat(timespec="milliseconds") + "Z"
