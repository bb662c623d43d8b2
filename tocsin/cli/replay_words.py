"""What a replay came to, in a few lines at its end: cases, pages by person, what is still open."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from escalation.decision import ENGINE
from tocsin.defined import A_PAGE, UNANSWERED

if TYPE_CHECKING:
    from escalation.desk import Happening
    from escalation.subject import Ref, Subject

MOST_OPEN = 20  # named at the end; the rest is counted
_MISSED = ("escalated", "unreachable")  # by the engine: nobody answered in time


class Tally:
    """Counts what happens, as it happens: messages and pages as a comparison does, and pages that
    nobody answered as the digest does."""

    def __init__(self) -> None:
        self._opened: Counter[str] = Counter()
        self._messages: Counter[str] = Counter()
        self._pages: Counter[str] = Counter()
        self._missed: Counter[Ref] = Counter()
        self._again: Counter[str] = Counter()
        self._last_message = ""
        self._last_page: dict[Ref, tuple[object, ...]] = {}
        self._highest: Happening | None = None

    def add(self, one: "Happening") -> None:
        """A message that asks for several cases is told once a case, and counts once."""
        if one.event in ("case_opened", "incident_opened", "fault_opened") and one.ref:
            self._opened[one.ref.kind] += 1
        if one.step is not None and (self._highest is None or one.step > (self._highest.step or 0)):
            self._highest = one
        if one.event == "paged_again":
            self._again[one.owner] += 1
        if one.event in _MISSED and one.actor == ENGINE and one.ref and one.ref.kind != "fault":
            self._missed[one.ref] += 1
        if one.event == "page" and one.ref:
            self._paged(one, one.ref)

    def _paged(self, one: "Happening", ref: "Ref") -> None:
        if one.message != self._last_message:
            self._last_message = one.message
            self._messages[one.owner] += 1
        page = (one.at, one.owner)  # on several channels it is one page
        if self._last_page.get(ref) != page:
            self._last_page[ref] = page
            self._pages[one.owner] += 1

    def lines(self, left: "Sequence[Subject]") -> Iterator[str]:
        """The summary; `left`: what is still open."""
        opened = [_counted(many, kind) for kind, many in sorted(self._opened.items())]
        yield f"Opened: {', '.join(opened) or 'nothing'}."
        yield f"Messages with pages: {_by_name(self._messages)}."
        yield f"Pages: {_by_name(self._pages)}."
        missed = _counted(self._missed.total(), "page")
        yield f"Nobody answered: {missed} of {_counted(len(self._missed), 'subject')}."
        top = self._highest
        if top is not None and top.step and top.ref is not None:
            again = self._again[top.owner]
            also = f", and asked again {_counted(again, 'time')}" if again else ""
            yield f"Climbed as far as: {top.owner}, first for {top.ref.spoken}{also}."
        named = [f"{one.ref.spoken} ({one.state}, {one.owner})" for one in left[:MOST_OPEN]]
        more = [f"{len(left) - MOST_OPEN:,} more"] if len(left) > MOST_OPEN else []
        yield f"Still open: {', '.join((*named, *more)) or 'nothing'}."
        yield f"{A_PAGE} {UNANSWERED}"

    def row(self, left: "Sequence[Subject]") -> dict[str, Any]:
        """The same as one object for a program; of what is open, everything."""
        top = self._highest
        climbed = top is not None and top.step and top.ref is not None
        return {
            "opened": dict(sorted(self._opened.items())),
            "messages": dict(self._messages.most_common()),
            "pages": dict(self._pages.most_common()),
            "unanswered": {"pages": self._missed.total(), "subjects": len(self._missed)},
            "asked_again": dict(self._again.most_common()),
            "climbed_to": top.owner if top is not None and climbed else None,
            "open": [
                {one.ref.kind: one.ref.number, "state": str(one.state), "owner": one.owner}
                for one in left
            ],
        }


def _by_name(figures: Mapping[str, int]) -> str:
    most = Counter(figures).most_common()
    return ", ".join(f"{name or 'nobody'} {many:,}" for name, many in most) or "none"


def _counted(many: int, noun: str) -> str:
    return f"{many:,} {noun}{'' if many == 1 else 's'}"
