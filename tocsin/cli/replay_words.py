"""What a replay came to, in a few lines at its end: cases, pages by person, what is still open."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from escalation.desk import Happening
    from escalation.subject import Subject

MOST_OPEN = 20  # named at the end; the rest is counted


class Tally:
    """Counts what happens, as it happens."""

    def __init__(self) -> None:
        self._opened: Counter[str] = Counter()
        self._pages: Counter[str] = Counter()
        self._seen: set[tuple[object, ...]] = set()
        self._highest: Happening | None = None

    def add(self, one: "Happening") -> None:
        """A message that asks for several cases is told once a case, and counts once."""
        if one.event in ("case_opened", "incident_opened", "fault_opened") and one.ref:
            self._opened[one.ref.kind] += 1
        if one.step is not None and (self._highest is None or one.step > (self._highest.step or 0)):
            self._highest = one
        message = (one.at, one.owner, one.channel, one.text)
        if one.event == "page" and message not in self._seen:
            self._seen.add(message)
            self._pages[one.owner or "nobody"] += 1

    def lines(self, left: "Sequence[Subject]") -> Iterator[str]:
        """The summary; `left`: what is still open."""
        opened = [_counted(many, kind) for kind, many in sorted(self._opened.items())]
        yield f"Opened: {', '.join(opened) or 'nothing'}."
        pages = [f"{name} {many:,}" for name, many in self._pages.most_common()]
        yield f"Pages: {', '.join(pages) or 'none'}."
        top = self._highest
        if top is not None and top.ref is not None:
            yield f"Highest step: {top.step}, {top.owner}, first for {top.ref.spoken}."
        named = [f"{one.ref.spoken} ({one.state}, {one.owner})" for one in left[:MOST_OPEN]]
        more = [f"{len(left) - MOST_OPEN:,} more"] if len(left) > MOST_OPEN else []
        yield f"Still open: {', '.join((*named, *more)) or 'nothing'}."


def _counted(many: int, noun: str) -> str:
    return f"{many:,} {noun}{'' if many == 1 else 's'}"
