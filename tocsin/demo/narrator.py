"""What the demo shows of a week: the urgent in full, the ordinary as a line a day.

Hears of everything that happens and of every message that leaves, and turns it into lines. The
rule of what is shown is the same for any story: the first page ever, and what is urgent, climbs,
changes hands or is a storm. The rest is counted.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config import Settings
from escalation.channel import Capabilities, Message, Purpose, Receipt
from escalation.channels import terminal
from escalation.desk import Happening
from escalation.subject import Ref

IN_FULL = frozenset({"P1", "storm"})  # bands whose pages are shown as the cards they are
URGENT = IN_FULL | {"P2"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
WIDTH = terminal.WIDTH
# What a day's line counts, in this order: event, one of it, several.
_COUNTED = (
    ("mention", "mention", "mentions"),
    ("complaint", "complaint", "complaints"),
    ("page", "page", "pages"),
    ("acknowledged", "acknowledged", "acknowledged"),
    ("brand_reply", "answered", "answered"),
    ("closed", "closed", "closed"),
)


def day(at: datetime) -> str:
    """A day as the headers say it, such as `Mon 9 Nov`."""
    return f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]}"


@dataclass
class Narrator:
    """Collects lines; whoever runs the story takes them with `lines` after each instant."""

    settings: Settings
    posts: Mapping[str, int]  # of each day, whether they name the brand or not
    colour: bool = False
    _said: list[str] = field(default_factory=list)
    _today: str = ""
    _counts: Counter[str] = field(default_factory=Counter)
    _followed: set[Ref] = field(default_factory=set)
    _carded: set[tuple[Ref, str]] = field(default_factory=set)
    _climbing: set[Ref] = field(default_factory=set)  # told already, its page is under way
    _offers: dict[Ref, str] = field(default_factory=dict)  # by whom, until the page has left
    _members: set[Ref] = field(default_factory=set)
    _raging: bool = False
    _latest: Message | None = None

    def lines(self) -> list[str]:
        """What there is to say since the last call."""
        said, self._said = self._said, []
        return said

    def _turn_to(self, now: datetime) -> None:
        """Begin a day where `now` is in a new one, after the sums of the one before."""
        today = day(now)
        if today != self._today:
            self.end_day()
            self._today = today
            self._said.append(self._bold(f"── {today} " + "─" * (WIDTH - len(today) - 4)))

    def end_day(self) -> None:
        """Say what the day came to."""
        if self._today:
            told = [_count(self.posts.get(self._today, 0), "post", "posts")]
            told += [_count(self._counts[e], *words) for e, *words in _COUNTED if self._counts[e]]
            self._said += [self._dim(f"       {', '.join(told)}"), ""]
        self._today = ""
        self._counts.clear()

    # ------------------------------------------------------------------------ messages
    def message(self, message: Message) -> None:
        """A message has left; what happened says next whether it is worth showing."""
        self._latest = message

    def happened(self, one: Happening) -> None:
        """Tell of one thing, or only count it."""
        tell = _TELLERS.get(one.event)
        if tell is not None:
            self._turn_to(one.at)
            self._counts[one.event] += 1
            tell(self, one)

    def _only_counted(self, one: Happening) -> None:
        """The day's line says how many."""

    def _page(self, one: Happening) -> None:
        assert one.ref is not None
        giver = self._offers.pop(one.ref, None)
        if giver is not None:
            self._offer(one, giver)
            return
        if self._followed and one.band not in URGENT and one.ref not in self._followed:
            return
        self._followed.add(one.ref)
        level, _, rest = one.text.partition(" · ")
        if one.channel != self._first_channel(one.owner):
            self._say(one, f"{self._name(one.owner)} is called on the {one.channel} as well.")
        elif one.ref in self._climbing:
            self._climbing.discard(one.ref)
        elif (one.band in IN_FULL or not self._carded) and (one.ref, level) not in self._carded:
            self._carded.add((one.ref, level))
            self._card()
        else:
            what = f"{level.lower()}; {rest.rpartition(' · ')[2]}"
            self._say(one, f"Page to {self._name(one.owner)}: {_spoken(one)}, {what}.")

    def _card(self) -> None:
        if self._latest is not None:
            card = terminal.card(self._latest, colour=self.colour)
            self._said += ["", *_indented(card), ""]

    def _escalated(self, one: Happening) -> None:
        last = " There is nobody above." if one.owner == self.settings.fallback_executive else ""
        assert one.ref is not None
        self._climbing.add(one.ref)
        text = f"No answer: {_spoken(one)} climbs to {self._name(one.owner)}, who is paged.{last}"
        self._follow(one, text)

    def _acknowledged(self, one: Happening) -> None:
        if one.ref is not None:
            self._climbing.discard(one.ref)
        if one.ref in self._followed:
            stops = "the climb stops" if one.step else "nobody else is paged"
            self._say(one, f"{self._name(one.actor)} acknowledges {_spoken(one)}: {stops}.")

    def _offered(self, one: Happening) -> None:
        assert one.ref is not None
        self._offers[one.ref] = one.actor

    def _offer(self, one: Happening, giver: str) -> None:
        who, taker = self._name(giver), self._name(one.owner)
        self._follow(
            one, f"{who} offers {_spoken(one)} to {taker}; until then it is still {who}'s."
        )

    def _accepted(self, one: Happening) -> None:
        self._follow(one, f"{self._name(one.actor)} accepts and owns {_spoken(one)} from now on.")

    def _replied(self, one: Happening) -> None:
        if one.ref in self._followed:
            text = f"{one.brand} answers in public: {_spoken(one)} waits for the customer."
            self._say(one, text)

    def _withdrawn(self, one: Happening) -> None:
        text = f"The author of {_spoken(one)} deletes the post: its words are erased here as well."
        self._follow(one, text)

    def _closed(self, one: Happening) -> None:
        if one.reason == "dismissed":
            who = self._name(one.actor)
            self._say(one, f"{who} dismisses {_spoken(one)}: not a complaint after all.")

    # ------------------------------------------------------------------------- the storm
    def _storm(self, one: Happening) -> None:
        self._raging = True
        heard = self._counts["complaint"]
        self._say(
            one, f"{heard} complaints since midnight: this is a storm. One incident, one owner."
        )

    def _joined(self, one: Happening) -> None:
        assert one.ref is not None
        self._members.add(one.ref)

    def _opened(self, one: Happening) -> None:
        """A case that is opened while a storm rages is part of it from the start."""
        if self._raging:
            self._joined(one)

    def _noted(self, one: Happening) -> None:
        if one.ref is not None and one.ref.kind == "incident" and self._members:
            who = self._name(one.actor)
            many = len(self._members)
            self._say(
                one, f"{who} posts an update. {many} cases are part of the storm; none pages."
            )

    def _contained(self, one: Happening) -> None:
        many = len(self._members)
        self._say(
            one, f"An hour of calm: contained. {many} cases were part of it and paged nobody."
        )
        self._members.clear()
        self._raging = False

    def _incident_closed(self, one: Happening) -> None:
        self._say(one, f"A day of quiet: {self._name(one.actor)} closes {_spoken(one)}.")

    # ------------------------------------------------------------------------------ words
    def _follow(self, one: Happening, text: str) -> None:
        assert one.ref is not None
        self._followed.add(one.ref)
        self._say(one, text)

    def _say(self, one: Happening, text: str) -> None:
        self._said.append(f"{self._dim(f'{one.at:%H:%M}')}  {text}")

    def _name(self, name: str) -> str:
        """A person as colleagues call them: by the first name."""
        return self.settings.person(name).shown_name.split()[0]

    def _first_channel(self, person: str) -> str:
        return self.settings.person(person).contacts[0].channel

    def _bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self.colour else text

    def _dim(self, text: str) -> str:
        return f"{_DIM}{text}{_PLAIN}" if self.colour else text


_TELLERS: dict[str, Callable[[Narrator, Happening], None]] = {
    "mention": Narrator._only_counted,
    "complaint": Narrator._only_counted,
    "page": Narrator._page,
    "escalated": Narrator._escalated,
    "acknowledged": Narrator._acknowledged,
    "offered": Narrator._offered,
    "accepted": Narrator._accepted,
    "brand_reply": Narrator._replied,
    "withdrawn": Narrator._withdrawn,
    "closed": Narrator._closed,
    "incident_storm": Narrator._storm,
    "case_opened": Narrator._opened,
    "inhibited": Narrator._joined,
    "noted": Narrator._noted,
    "incident_contained": Narrator._contained,
    "incident_closed": Narrator._incident_closed,
}


@dataclass(frozen=True, slots=True)
class Overheard:
    """A terminal channel whose cards the narrator chooses from."""

    narrator: Narrator
    capabilities: Capabilities = terminal.CAPABILITIES

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        if message.purpose is Purpose.PAGE:
            self.narrator.message(message)
        return Receipt(message.key)

    def update(self, ref: str, message: Message, *, deadline: float) -> Receipt:
        return Receipt(ref)


def _spoken(one: Happening) -> str:
    assert one.ref is not None
    return one.ref.spoken


def _count(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"


def _indented(card: str) -> list[str]:
    return [f"       {line}" for line in card.rstrip("\n").split("\n")]
