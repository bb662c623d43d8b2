"""Learning which team a post belongs to, from confirmed teams and "wrong team" clicks.

A multinomial linear model of stems and pairs of stems, fitted on top of what the configuration
declares, so that it learns only what the declared words and descriptions leave unexplained.
Pure and deterministic.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from listener.fitting import shrink, take
from listener.learned import DECLARED_TRUST, Blocks, RouteModel, dots
from listener.routing import Router, softmax

FEWEST_A_TEAM = 5  # examples from which a team is learned at all
HALF_TRUST, FULL_TRUST_FROM = 0.5, 300  # trust with the fewest, and examples for all of it
FEWEST = 20  # examples of at least two teams from which anything is learned
RATE = 0.2
PASSES = 15
RIDGE = 0.2  # the L2 penalty: chosen by draws of 20 and 50 examples a team, and by halves
MOST = 2_000  # the newest; each costs a step for every team
FOLDS = 5
SMOOTHING = 5.0  # cases that every team is given beforehand
PRIOR_TRUST = 0.5  # of the log of a team's share: what is said counts for more than who is busy
EVEN = 1.25  # most examples of a team to fewest: these were dealt out, and tell no team's share
# Log-odds of the triage team where nothing tells the shares: a third to a half
# of the complaints in sets of other trades are about being served, which triage most often does.
LAST_RESORT_ODDS = 0.75
NOISE, LEAST_GAIN = 1.0, 0.01  # standard errors, and nats, that the gain in log-loss must exceed
_SCALES = tuple(step / 10 for step in range(4, 41))  # of the log-odds, tried on unseen examples


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A text whose right team is known. lang: of the text, as `listener.language` tells it."""

    text: str
    team: str
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class RouteFigures:
    """Unseen examples by what is declared, and with learning: the share of right teams, and of
    those right among the first two, 0.0 to 1.0. gain: in log-loss; noise: its standard error."""

    declared: float
    learned: float
    declared_two: float
    learned_two: float
    gain: float
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
    blocks: Blocks
    team: str


_Odds = Mapping[str, float]


def validate_routes(
    router: Router, examples: Sequence[Confirmed], counts: Mapping[str, int]
) -> RouteValidated:
    """Fit on five folds, and keep what makes the right team of unseen posts likelier.

    router  of the same configuration, without anything learned.
    counts  real cases of each team, by which teams are likely at all; an empty one means that
            the examples come as the cases do, unless they are dealt out evenly.
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
    read = [_Read(*router.read(one.text, one.lang), one.team) for one in known]
    said = _cross(read, router)
    figures = _figures(read, said)
    if why_not := _why_not(figures, _slack(read)):
        return RouteValidated(None, figures, why_not)
    model = replace(_fit(read, router, counts), scale=_scale(said, read))
    return RouteValidated(model, figures, "gains beyond noise")


def _why_not(figures: RouteFigures, slack: float) -> str | None:
    if figures.gain <= NOISE * figures.noise:
        return "nothing gained beyond noise"
    if figures.gain <= LEAST_GAIN:
        return (
            f"a gain of {figures.gain:.4f} nats, too small to count: from {LEAST_GAIN} on it does"
        )
    if figures.learned < figures.declared - slack:
        return "likelier teams, but fewer right ones, by more than chance"
    return None


def _slack(read: Sequence[_Read]) -> float:
    """Right teams move in leaps of whole posts: how far they may fall without any meaning."""
    return 0.5 / math.sqrt(len(read))


def priors_of(teams: Sequence[str], counts: Mapping[str, int]) -> dict[str, float]:
    """The log of each team's share of cases, smoothed so that none is impossible."""
    whole = sum(counts.get(team, 0) + SMOOTHING for team in teams)
    return {
        team: PRIOR_TRUST * math.log((counts.get(team, 0) + SMOOTHING) / whole) for team in teams
    }


def is_even(per_team: Mapping[str, int]) -> bool:
    """Were examples dealt out, so many for each team? Their shares tell nothing then."""
    return len(per_team) > 2 and max(per_team.values()) <= EVEN * min(per_team.values())


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
    return _fit(
        [_Read(*router.read(one.text, one.lang), one.team) for one in examples], router, counts
    )


def _fit(read: Sequence[_Read], router: Router, counts: Mapping[str, int]) -> RouteModel:
    per_team = Counter(one.team for one in read)
    sampled = priors_of(router.teams, {} if is_even(per_team) else per_team)
    weights = _descend(read, sampled)
    if counts:
        priors = priors_of(router.teams, counts)
    elif is_even(per_team):
        priors = {team: LAST_RESORT_ODDS * (team == router.triage) for team in router.teams}
    else:
        priors = sampled
    # One trust for all: they were fitted against each other, and with less of it for the rarer
    # teams the busiest would win what is theirs.
    trust = trust_of(len(read) // len(per_team))
    return RouteModel(
        weights={
            team: {bucket: round(weight, 4) for bucket, weight in sorted(learned.items())}
            for team, learned in weights.items()
            if per_team[team] >= FEWEST_A_TEAM
        },
        priors=priors,
        trust=dict.fromkeys(weights, trust),
    )


def _descend(read: Sequence[_Read], priors: Mapping[str, float]) -> dict[str, dict[int, float]]:
    """Learn what declared words and the examples' own shares leave unexplained."""
    weights: dict[str, dict[int, float]] = {team: {} for team in priors}
    for _ in range(PASSES):
        for one in read:
            totals = {
                team: DECLARED_TRUST * one.declared[team]
                + priors[team]
                + dots(weights[team], one.blocks)
                for team in weights
            }
            for team, chance in softmax(totals).items():
                for block in one.blocks:
                    take(weights[team], block, RATE * (chance - (team == one.team)))
        for learned in weights.values():
            shrink(learned, RATE * RIDGE)
    return weights


def _cross(read: Sequence[_Read], router: Router) -> list[_Odds]:
    """The log-odds that each example gets from those of the other folds."""
    seen: Counter[str] = Counter()
    folds = []
    for one in read:
        folds.append(seen[one.team] % FOLDS)
        seen[one.team] += 1
    said: list[_Odds] = [{}] * len(read)
    dealt = is_even(seen)
    for fold in range(FOLDS):
        model = _fit([r for r, f in zip(read, folds, strict=True) if f != fold], router, {})
        if dealt:  # so are the examples of the fold: among them the triage team is no likelier
            model = replace(model, priors={})
        for place, one in enumerate(read):
            if folds[place] == fold:
                said[place] = model.odds(one.declared, one.blocks)
    return said


def _scale(said: Sequence[_Odds], read: Sequence[_Read]) -> float:
    """The factor with which log-odds are as likely as possible on examples not seen."""
    return min(_SCALES, key=lambda scale: fmean(_losses(said, read, scale)))


def _losses(said: Sequence[_Odds], read: Sequence[_Read], scale: float = 1.0) -> list[float]:
    """How badly the right team's probability was missed, in nats."""
    chances = (softmax({team: scale * o for team, o in odds.items()}) for odds in said)
    return [-math.log(max(1e-9, c[one.team])) for c, one in zip(chances, read, strict=True)]


def _figures(read: Sequence[_Read], said: Sequence[_Odds]) -> RouteFigures:
    declared = [one.declared for one in read]
    # Both as well calibrated as they can be: a scale alone is no gain of what was learned.
    before = _losses(declared, read, _scale(declared, read))
    after = _losses(said, read, _scale(said, read))
    gains = [a - b for a, b in zip(before, after, strict=True)]
    gain = fmean(gains)
    noise = math.sqrt(fmean([(one - gain) ** 2 for one in gains]) / len(read))
    return RouteFigures(
        _right(declared, read, 1),
        _right(said, read, 1),
        _right(declared, read, 2),
        _right(said, read, 2),
        gain,
        noise,
        len(read),
    )


def _right(said: Sequence[_Odds], read: Sequence[_Read], among: int) -> float:
    """The share of examples whose team is among the likeliest few."""
    ranked = (sorted(odds, key=lambda team: -odds[team])[:among] for odds in said)
    return fmean(one.team in teams for teams, one in zip(ranked, read, strict=True))
