"""How urgent a case is: a score of 0 to 100, the band it falls in, and why.

Score = 100 × the weighted mean of what is known, each input 0 (harmless) to 1 (worst). What is not
known is left out, named, and its weight shared among the rest. No input going up lowers the score.
"""

from dataclasses import dataclass, fields
from datetime import timedelta
from math import fsum, isclose, log

from config.settings import Band


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of a case, each 0.0 to 1.0; None is unknown.

    severity    how bad its topic is: danger and money above annoyance.
    negativity  how bad the words are.
    reach       author's and post's reach against the brand's usual (`reach_input`).
    velocity    how fast it is gathering against the brand's usual (`velocity_input`).
    contacts    earlier contacts that were never resolved (`contacts_input`).
    age         time waited against the time promised for a first reply (`age_input`).
    segment     how much the customer's segment matters, only as the customer stated it.
    journey     how much hangs on the stage of the journey.
    Raises ValueError, naming the input, for anything else than None or 0 to 1.
    """

    severity: float | None = None
    negativity: float | None = None
    reach: float | None = None
    velocity: float | None = None
    contacts: float | None = None
    age: float | None = None
    segment: float | None = None
    journey: float | None = None

    def __post_init__(self) -> None:
        for name in NAMES:
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= 1.0:  # NaN is not within either
                raise ValueError(f"priority input {name} is {value}; it must be 0 to 1, or None")


NAMES = tuple(field.name for field in fields(Inputs))


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each input counts; none below 0, together 1. Raises ValueError otherwise."""

    severity: float = 0.40
    negativity: float = 0.15
    reach: float = 0.12
    velocity: float = 0.15
    contacts: float = 0.06
    age: float = 0.02
    segment: float = 0.05
    journey: float = 0.05

    def __post_init__(self) -> None:
        weights = [getattr(self, name) for name in NAMES]
        if not all(weight >= 0 for weight in weights) or not isclose(fsum(weights), 1.0):
            raise ValueError("priority weights must not be below 0, and add up to 1")


DEFAULT = Weights()

THRESHOLDS = ((80.0, Band.P1), (60.0, Band.P2), (35.0, Band.P3))
"""The least score of each band; below the last is P4."""

SAFETY_FLOOR = 85.0
REPEATED_CONTACT_FLOOR = 60.0
REPEATED_CONTACTS = 3
FAR_REACH_FLOOR = 60.0
FAR_REACH = 0.8
REOPENED_POINTS = 10.0
FALL = 5.0
"""A score falls only by this much at once, so that a case on the edge does not flicker."""

REACH_SPAN = 1000.0
"""Times the usual at which reach counts in full. 0.8, where the floor of P2 begins, is 63 times."""
VELOCITY_SPAN = 100.0
"""Times the usual rate at which velocity counts in full; ten times the usual is 0.5."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one input added. `value` and `points` are None and 0 where it is unknown.

    weight  as it counted: 0.0 to 1.0, after the weights of unknown inputs were shared out.
    points  weight × value × 100.
    """

    name: str
    weight: float
    value: float | None
    points: float


@dataclass(frozen=True, slots=True)
class Floor:
    """A rule that lifts a score to at least `score`, whatever the terms say."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Priority:
    """A score with its whole explanation.

    score           0.0 to 100.0: the terms' points and `reopened_points`, at least the highest
                    floor, at most 100; rounded to six places, so that 59.999999999 is 60.
    terms           one for each input, in the order of `Inputs`.
    floors          those that apply, also where the score was above them already.
    """

    score: float
    band: Band
    terms: tuple[Term, ...]
    floors: tuple[Floor, ...] = ()
    reopened_points: float = 0.0

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the inputs that were left out."""
        return tuple(term.name for term in self.terms if term.value is None)


def score(
    inputs: Inputs,
    *,
    weights: Weights = DEFAULT,
    safety: bool = False,
    unresolved_contacts: int = 0,
    reopened: int = 0,
) -> Priority:
    """Say how urgent a case is.

    safety               danger to life, law, regulator or press: P1 at least.
    unresolved_contacts  how many of the author's contacts stand unresolved, this one among them;
                         from the third on P2 at least. 0 where nobody counted.
    reopened             how often the case was reopened; ten points each time.
    With nothing known the score is what floors and reopening make of 0.
    """
    terms = _terms(inputs, weights)
    reopened_points = REOPENED_POINTS * max(reopened, 0)
    floors = _floors(inputs, safety, unresolved_contacts)
    earned = fsum(term.points for term in terms) + reopened_points
    total = min(100.0, max(round(earned, 6), *(floor.score for floor in floors), 0.0))
    return Priority(total, band_of(total), terms, floors, reopened_points)


def band_of(points: float) -> Band:
    """The band of a score of 0 to 100. A storm is declared, never scored."""
    return next((band for least, band in THRESHOLDS if points >= least), Band.P4)


def settle(previous: Priority, new: Priority, *, acknowledged: bool) -> Priority:
    """The priority that holds after scoring again.

    Rises act at once. Falls need five points, and never touch a case that nobody acknowledged;
    until then the previous priority stands whole, with the explanation it had.
    """
    if new.score >= previous.score:
        return new
    falls = acknowledged and previous.score - new.score >= FALL
    return new if falls else previous


def reach_input(followers: int | None, usual: float | None) -> float | None:
    """Reach on a log scale: 0.5 at the usual, 1.0 at a thousand times it, 0.0 at a thousandth.

    followers  of the author, or views of the post, whichever is taken for reach; None is unknown.
    usual      the median of the same among those who post about the brand.
    One is added to both, so that an author without followers has a place on the scale.
    """
    if followers is None or usual is None or usual < 0:
        return None
    times = (max(followers, 0) + 1.0) / (usual + 1.0)
    return _within(0.5 + 0.5 * log(times, REACH_SPAN))


def velocity_input(rate: float | None, usual: float | None) -> float | None:
    """Velocity on a log scale: 0.0 at the usual rate or below, 0.5 at ten times, 1.0 at a hundred.

    rate, usual  posts, or reactions, in one and the same unit of time. Unknown is None; a brand
                 without a usual rate has nothing to be compared with, so that is unknown too.
    """
    if rate is None or usual is None or not usual > 0:
        return None
    return _within(log(rate / usual, VELOCITY_SPAN)) if rate > usual else 0.0


def contacts_input(earlier: int | None) -> float | None:
    """Unresolved earlier contacts: 0.5 for one, 1.0 from two on (this is then the third)."""
    return None if earlier is None else _within(earlier / 2)


def age_input(waited: timedelta, first_reply: timedelta) -> float:
    """Time waited as a share of the time promised for a first reply; 1.0 once it is breached."""
    return _within(waited / first_reply) if first_reply > timedelta(0) else 1.0


def _terms(inputs: Inputs, weights: Weights) -> tuple[Term, ...]:
    values = {name: getattr(inputs, name) for name in NAMES}
    given = {name: getattr(weights, name) for name in NAMES}
    known = fsum(given[name] for name, value in values.items() if value is not None)
    terms = []
    for name, value in values.items():
        weight = given[name] / known if known and value is not None else 0.0
        terms.append(Term(name, weight, value, 100.0 * weight * (value or 0.0)))
    return tuple(terms)


def _floors(inputs: Inputs, safety: bool, unresolved_contacts: int) -> tuple[Floor, ...]:
    """The floors that apply."""
    rules = (
        (safety, Floor("safety", SAFETY_FLOOR)),
        (
            unresolved_contacts >= REPEATED_CONTACTS,
            Floor("unresolved contacts", REPEATED_CONTACT_FLOOR),
        ),
        (
            inputs.reach is not None and inputs.reach >= FAR_REACH,
            Floor("reach", FAR_REACH_FLOOR),
        ),
    )
    return tuple(floor for applies, floor in rules if applies)


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))
