"""What is usual for a brand: how many unhappy people at this hour, how unsteadily, in what mood."""

from dataclasses import dataclass, field, fields
from math import sqrt

from listener.heard import CELLS_AN_HOUR, SPAN

UNIT = 10_000  # voices foreseen are whole ten-thousandths: sums are exact in any order
SLOTS = 48
SLOT_MEMORY = 150  # cells, two and a half weeks of weekdays
SLOT_SHRINK = 18  # a slot's mean is drawn to the overall one as if that had been seen so often
OVERALL_MEMORY = 28 * SPAN
LEVEL_KEEP = 0.5 ** (1 / (18 * CELLS_AN_HOUR))
LEVEL_PRIOR = 24.0  # voices' worth of belief that today is like any other day
LEVEL_LOW, LEVEL_HIGH = 0.5, 2.5
UNSTEADY_KEEP = 0.5 ** (1 / (7 * SPAN))
UNSTEADY_LOW, UNSTEADY_HIGH = 0.03, 1.0
MOOD_KEEP = 0.5 ** (1 / (7 * SPAN))
MOOD_LOW, MOOD_HIGH = 0.02, 0.9
VOICES_KEPT = 0.999  # of what was learned of voices, at each further one
PASSED_LOW, PASSED_HIGH = 0.05, 0.95
REACH_KEEP = 0.98  # of five minutes that had voices
REACH_KNOWN = 20.0  # voices from which on it is known how many followers they usually have
REACH_CUT = 10.0  # times the usual, beyond which followers teach no more
CUT = 3.0  # standard deviations above the usual beyond which a count teaches no more
CUT_UNSTEADY = 0.2  # however unsteady a brand is: else one storm teaches that the next is usual
HOUR_KEEP = 1 - 1 / CELLS_AN_HOUR  # of what the last hour taught, at each further cell
LEAST = 0.0005  # voices in five minutes, about one a week: a brand is never expected to be silent
TINY, MOST = 1e-300, 1e15


def slot(cell: int) -> int:
    """The hour of the day in UTC, weekdays apart from weekends (1970-01-01 was a Thursday)."""
    hour = cell // CELLS_AN_HOUR
    return hour % 24 + (24 if (hour // 24 + 3) % 7 >= 5 else 0)


@dataclass(slots=True)
class Usual:
    """What five minutes usually bring, learned from every five minutes that have passed.

    means, times  mean voices of each slot, and how many cells taught it (at most SLOT_MEMORY).
    mean, cells   the same over all slots.
    heard, due    voices lately, and what the slots alone would have said: their ratio is the level.
    excess, square  variance beyond a Poisson's, and the squared mean: their ratio is unsteadiness.
    unhappy, people  of the last days' people, how many were unhappy; starts as if 4 of 20 had been.
    reach, reached   followers of the last days' unhappy people, and how many these were.
    passed, voiced   of the last voices, how many passed somebody's words on; starts as 1 in 4.
    late, late_due   voices that the last hour taught, and how many were foreseen in it.
    """

    means: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    times: list[int] = field(default_factory=lambda: [0] * SLOTS)
    mean: float = 0.0
    cells: int = 0
    heard: float = LEVEL_PRIOR
    due: float = LEVEL_PRIOR
    excess: float = 0.3
    square: float = 1.0
    unhappy: float = 4.0
    people: float = 20.0
    reach: float = 0.0
    reached: float = 0.0
    late: float = 0.0
    late_due: float = 0.0
    passed: float = 2.5
    voiced: float = 10.0

    def foresee(self, cell: int) -> int:
        """Voices to expect in a cell, in ten-thousandths."""
        level = min(LEVEL_HIGH, max(LEVEL_LOW, self.heard / self.due))
        return int(UNIT * level * self._by_slot(slot(cell)))

    def _by_slot(self, where: int) -> float:
        times = self.times[where]
        mean = (times * self.means[where] + SLOT_SHRINK * self.mean) / (times + SLOT_SHRINK)
        return max(LEAST, mean)

    @property
    def unsteadiness(self) -> float:
        """The `a` of a variance μ + a μ²."""
        return min(UNSTEADY_HIGH, max(UNSTEADY_LOW, self.excess / self.square))

    @property
    def share(self) -> float:
        """The share of people who are usually unhappy."""
        return min(MOOD_HIGH, max(MOOD_LOW, self.unhappy / self.people))

    @property
    def passed_share(self) -> float:
        """The share of unhappy people who usually pass on what somebody else said."""
        return min(PASSED_HIGH, max(PASSED_LOW, self.passed / self.voiced))

    @property
    def followers(self) -> float | None:
        """How many followers an unhappy person usually has; None: not known yet."""
        return max(1.0, self.reach / self.reached) if self.reached >= REACH_KNOWN else None

    def learn(
        self,
        cell: int,
        voices: int,
        people: int,
        foreseen: float,
        reach: int = 0,
        passed: int = 0,
    ) -> float:
        """Take a finished cell in; a burst is cut, so that a storm does not become the usual.

        Returns which share of its voices was believed, 0..1.
        """
        taught = float(voices) if self.cells < SPAN else self._believed(voices, foreseen)
        self.late = self.late * HOUR_KEEP + taught
        self.late_due = self.late_due * HOUR_KEEP + foreseen
        where = slot(cell)
        plain = self._by_slot(where)
        self.times[where] = min(self.times[where] + 1, SLOT_MEMORY)
        self.means[where] += (taught - self.means[where]) / self.times[where]
        self.cells = min(self.cells + 1, OVERALL_MEMORY)
        self.mean += (taught - self.mean) / self.cells
        self.heard = self.heard * LEVEL_KEEP + taught
        self.due = self.due * LEVEL_KEEP + plain
        self.excess = self.excess * UNSTEADY_KEEP + (taught - foreseen) ** 2 - foreseen
        self.square = self.square * UNSTEADY_KEEP + foreseen * foreseen
        if reach:
            self._learn_reach(voices, float(reach))
        if people:
            self._learn_mood(taught, people * taught / voices if voices else people)
        if not voices:
            return 1.0
        kept, believed = VOICES_KEPT**taught, taught / voices
        self.voiced = self.voiced * kept + taught
        self.passed = self.passed * kept + believed * passed
        return believed

    def _believed(self, voices: float, foreseen: float) -> float:
        """No more than five minutes can bring by chance, nor more than an hour can: of a brand with
        few mentions one voice in five minutes is little, and one in each of them a storm."""
        if voices <= foreseen:
            return voices
        hour = self._believable(foreseen + HOUR_KEEP * self.late_due) - HOUR_KEEP * self.late
        return min(voices, self._believable(foreseen), max(foreseen, hour))

    def _believable(self, foreseen: float) -> float:
        unsteady = min(CUT_UNSTEADY, self.unsteadiness)
        return foreseen + CUT * sqrt(foreseen + unsteady * foreseen * foreseen) + 1

    def _learn_reach(self, voices: int, reach: float) -> None:
        each = self.followers
        taught = reach if each is None else min(reach, REACH_CUT * each * voices)
        self.reach = self.reach * REACH_KEEP + taught
        self.reached = self.reached * REACH_KEEP + voices

    def _learn_mood(self, voices: float, people: float) -> None:
        share = self.share
        most = people * share + CUT * sqrt(people * share * (1 - share)) + 0.5
        self.unhappy = self.unhappy * MOOD_KEEP + min(voices, most)
        self.people = self.people * MOOD_KEEP + people

    def dump(self) -> dict[str, object]:
        """Plain JSON values; numbers keep every digit."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def load(cls, told: dict[str, object]) -> "Usual":
        """What `dump` gave. Raises ValueError, KeyError or TypeError for anything else."""
        return cls(
            means=[_number(mean, 0.0) for mean in _slots(told["means"])],
            times=[_whole(times, SLOT_MEMORY) for times in _slots(told["times"])],
            mean=_number(told["mean"], 0.0),
            cells=_whole(told["cells"], OVERALL_MEMORY),
            heard=_number(told["heard"], 0.0),
            due=_number(told["due"], TINY),
            excess=_number(told["excess"], -MOST),
            square=_number(told["square"], TINY),
            unhappy=_number(told["unhappy"], 0.0),
            people=_number(told["people"], TINY),
            reach=_number(told.get("reach", 0.0), 0.0),  # version 1 had neither
            reached=_number(told.get("reached", 0.0), 0.0),
            late=_number(told.get("late", 0.0), 0.0),  # nor had version 2 these
            late_due=_number(told.get("late_due", 0.0), 0.0),
            passed=_number(told.get("passed", 2.5), 0.0),
            voiced=_number(told.get("voiced", 10.0), TINY),
        )


def _slots(values: object) -> list[object]:
    if not isinstance(values, list) or len(values) != SLOTS:
        raise ValueError(f"a usual has {SLOTS} slots")
    return values


def _number(value: object, low: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r:.40} is not a number")
    if not low <= value <= MOST:  # nor not-a-number
        raise ValueError(f"{value!r:.40} is out of range")
    return value


def _whole(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{value!r:.40} is not a count up to {most}")
    return value
