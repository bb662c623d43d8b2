"""Learning which team a post belongs to, from confirmed teams and "wrong team" clicks.

A multinomial linear model of stems and pairs of stems, fitted on top of what the configuration
declares, so that it learns only what the declared words and descriptions leave unexplained.
Pure and deterministic.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from listener.fitting import shrink, take
from listener.learned import RouteModel, dot
from listener.routing import Router, route_buckets, softmax

FEWEST_A_TEAM = 5  # examples from which a team is learned at all
HALF_TRUST, FULL_TRUST_FROM = 0.5, 300  # trust with the fewest, and examples for all of it
FEWEST = 20  # examples of at least two teams from which anything is learned
PRECISION_WANTED = 0.7  # of routes that no declared word decides
RATE = 0.3
PASSES = 15
MOST = 2_000  # the newest; each costs a step for every team
FOLDS = 5
SMOOTHING = 5.0  # cases that every team is given beforehand
_GRID = tuple(step / 100 for step in range(20, 96, 5))


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A text whose right team is known."""

    text: str
    team: str


@dataclass(frozen=True, slots=True)
class RouteFigures:
    """Right teams among unseen examples, 0.0 to 1.0: by what is declared, and with learning.
    noise: standard error of the difference."""

    declared: float
    learned: float
    noise: float
    examples: int


@dataclass(frozen=True, slots=True)
class RouteValidated:
    """The model where it gains, its figures where there were enough examples, and why."""

    model: RouteModel | None
    figures: RouteFigures | None
    why: str


@dataclass(frozen=True, slots=True)
class _Read:
    """An example as numbers: what is declared speaks for each team, and its features."""

    declared: Mapping[str, float]
    buckets: tuple[int, ...]
    team: str
    text: str


def validate_routes(
    router: Router, examples: Sequence[Confirmed], counts: Mapping[str, int]
) -> RouteValidated:
    """Fit on five folds, and keep what sends more unseen posts to the right team.

    router  of the same configuration, without anything learned.
    counts  real cases of each team, by which teams are likely at all; an empty one means that
            the examples come as the cases do.
    """
    known = [one for one in examples[-MOST:] if one.team in router.teams]
    per_team = Counter(one.team for one in known)
    enough = [team for team, number in per_team.items() if number >= FEWEST_A_TEAM]
    if len(known) < FEWEST or len(enough) < 2:
        why = (
            f"{len(known)} confirmed teams; routing is learned from {FEWEST} on, with "
            f"{FEWEST_A_TEAM} of two teams"
        )
        return RouteValidated(None, None, why)
    read = [_Read(router.declared(e.text), route_buckets(e.text), e.team, e.text) for e in known]
    priors = priors_of(router.teams, counts or per_team)
    said, before = _cross(router, read, priors)
    figures = _figures(said, before, read)
    if figures.learned - figures.declared <= figures.noise:
        return RouteValidated(None, figures, "nothing gained beyond noise")
    model = replace(_fit(read, priors), sure_from=sure_from(said))
    return RouteValidated(model, figures, "gains beyond noise")


def priors_of(teams: Sequence[str], counts: Mapping[str, int]) -> dict[str, float]:
    """The log of each team's share of real cases, smoothed so that none is impossible."""
    whole = sum(counts.get(team, 0) + SMOOTHING for team in teams)
    return {team: math.log((counts.get(team, 0) + SMOOTHING) / whole) for team in teams}


def trust_of(examples: int) -> float:
    """How much a team's examples are heeded: nothing, a half, and in the end all of it."""
    if examples < FEWEST_A_TEAM:
        return 0.0
    share = (examples - FEWEST_A_TEAM) / (FULL_TRUST_FROM - FEWEST_A_TEAM)
    return min(1.0, HALF_TRUST + (1.0 - HALF_TRUST) * share)


def fit_routes(
    router: Router, examples: Sequence[Confirmed], counts: Mapping[str, int]
) -> RouteModel:
    """Fit without asking whether it is worth it."""
    read = [_Read(router.declared(e.text), route_buckets(e.text), e.team, e.text) for e in examples]
    return _fit(read, priors_of(router.teams, counts))


def _fit(read: Sequence[_Read], priors: Mapping[str, float]) -> RouteModel:
    weights: dict[str, dict[int, float]] = {team: {} for team in priors}
    for _ in range(PASSES):
        for one in read:
            # Examples are dealt evenly or not: the prior of real cases comes in afterwards.
            totals = {t: one.declared[t] + dot(weights[t], one.buckets) for t in weights}
            for team, chance in softmax(totals).items():
                take(weights[team], one.buckets, RATE * (chance - (team == one.team)))
        for learned in weights.values():
            shrink(learned)
    per_team = Counter(one.team for one in read)
    return RouteModel(
        weights={
            team: {bucket: round(weight, 4) for bucket, weight in sorted(learned.items())}
            for team, learned in weights.items()
            if per_team[team] >= FEWEST_A_TEAM
        },
        priors=dict(priors),
        trust={team: trust_of(per_team[team]) for team in weights},
        sure_from=0.0,
    )


_Said = tuple[float, bool]  # how likely the likeliest team was held, and whether it was right


def _cross(
    router: Router, read: Sequence[_Read], priors: Mapping[str, float]
) -> tuple[list[_Said], list[bool]]:
    seen: Counter[str] = Counter()
    folds = []
    for one in read:
        folds.append(seen[one.team] % FOLDS)
        seen[one.team] += 1
    said, before = [], []
    for fold in range(FOLDS):
        model = _fit([r for r, f in zip(read, folds, strict=True) if f != fold], priors)
        for one, own in zip(read, folds, strict=True):
            if own == fold:
                chances = router.chances(one.text, model)
                best = max(chances, key=lambda team: chances[team])
                said.append((chances[best], best == one.team))
                before.append(router.route(one.text, "").team == one.team)
    return said, before


def sure_from(said: Sequence[_Said]) -> float:
    """From what probability on the likeliest team is right as often as is wished; 1.01: never."""
    for level in _GRID:
        right = [is_right for chance, is_right in said if chance >= level]
        if right and sum(right) / len(right) >= PRECISION_WANTED:
            return level
    return 1.01


def _figures(said: Sequence[_Said], before: Sequence[bool], read: Sequence[_Read]) -> RouteFigures:
    number = len(read)
    apart = [is_right - was_right for (_, is_right), was_right in zip(said, before, strict=True)]
    mean = sum(apart) / number
    noise = math.sqrt(sum((one - mean) ** 2 for one in apart)) / number
    return RouteFigures(
        sum(before) / number, sum(is_right for _, is_right in said) / number, noise, number
    )
