"""Whether what was learned is worth switching on: five folds over the user's own labels decide."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from listener.complaint import COMPLAINT_FROM, UNSURE_FROM
from listener.fitting import fit, log_loss, macro_f1, thresholds
from listener.learned import Calibration, ComplaintModel, Example

FEWEST = 50  # labels from which slope and offset are fitted (with 20 it can do harm)
FEWEST_OF_A_KIND = 5  # so that every fold holds one
FEWEST_LOCAL = 200  # labels from which a model of the user's own posts pays
MOST = 5_000  # labels learned from: the newest; more cost minutes and change little
FOLDS = 5
# Standard errors that a gain in log-loss must exceed. Slope and offset are two numbers that a
# prior holds near 1 and 0: they can do little harm, and five folds over 50 labels cannot prove
# them (airline, 20 draws: asking for one error leaves two thirds of the gain unused). A local
# model is pulled back to nothing as well: with half an error it is on in two of three draws of 200
# labels, with a whole one in half of them.
NOISE_OF_SCALE, NOISE_OF_LOCAL = 0.0, 0.5
NOISE_OF_F1 = 1.0  # that macro F1 may fall at most


@dataclass(frozen=True, slots=True)
class Figures:
    """What five folds say of a level. log_loss in nats (lower is better); macro_f1 0.0 to 1.0.
    gain  in log-loss against the level below; noise: that gain's standard error."""

    level: str
    log_loss: float
    macro_f1: float
    gain: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True, slots=True)
class Validated:
    """What came of the labels: the model where one gains, the figures of each level, and why."""

    model: ComplaintModel | None
    figures: tuple[Figures, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _Level:
    """One level, tried: what it says of each example that it has not seen."""

    name: str
    local: bool
    said: tuple[float, ...]
    complaint_from: float = COMPLAINT_FROM
    unsure_from: float = UNSURE_FROM

    def losses(self, examples: Sequence[Example]) -> list[float]:
        return [log_loss(p, one.complaint) for p, one in zip(self.said, examples, strict=True)]

    def f1(self, examples: Sequence[Example]) -> float:
        pairs = zip(self.said, examples, strict=True)
        return macro_f1([(p >= self.complaint_from, one.complaint) for p, one in pairs])


def validate(examples: Sequence[Example]) -> Validated:
    """Fit what the number of labels allows, and keep what gains on labels it has not seen."""
    examples = examples[-MOST:]
    shipped = ComplaintModel(Calibration(), None, COMPLAINT_FROM, UNSURE_FROM)
    best = _Level("shipped", False, tuple(shipped.probability(one) for one in examples))
    lacking = _lacking(examples)
    if lacking:
        return Validated(None, (), lacking)
    figures, why = [_figures(best, None, examples)], "nothing gained beyond noise"
    chosen = None
    for name, local in (("calibrated", False), ("local", True)):
        if local and len(examples) < FEWEST_LOCAL:
            why += f"; a local model is tried from {FEWEST_LOCAL} labels"
            continue
        tried = _try(name, examples, local)
        figures.append(_figures(tried, best, examples))
        if _gains(figures[-1], best, tried, examples):
            best = chosen = tried
            why = f"{name}: gains beyond noise"
    if chosen is None:
        return Validated(None, tuple(figures), why)
    model = fit(examples, local=chosen.local)
    model = replace(model, complaint_from=chosen.complaint_from, unsure_from=chosen.unsure_from)
    return Validated(model, tuple(figures), why)


def _lacking(examples: Sequence[Example]) -> str | None:
    complaints = sum(one.complaint for one in examples)
    fewer = min(complaints, len(examples) - complaints)
    if len(examples) < FEWEST:
        return f"{len(examples)} labels; from {FEWEST} on something is learned"
    if fewer < FEWEST_OF_A_KIND:
        kind = "complaints" if complaints == fewer else "posts that are none"
        return f"only {fewer} of {len(examples)} labels are {kind}; {FEWEST_OF_A_KIND} are needed"
    return None


def fold_of(place: int) -> int:
    """The fold of the n-th example of its class."""
    return place % FOLDS


def _folds(examples: Sequence[Example]) -> list[int]:
    """Each class is dealt out in turn, so that every fold has its share of both."""
    seen = {True: 0, False: 0}
    folds = []
    for one in examples:
        folds.append(fold_of(seen[one.complaint]))
        seen[one.complaint] += 1
    return folds


def _try(name: str, examples: Sequence[Example], local: bool) -> _Level:
    folds, said = _folds(examples), [0.0] * len(examples)
    for fold in range(FOLDS):
        model = fit([e for e, f in zip(examples, folds, strict=True) if f != fold], local=local)
        for place, one in enumerate(examples):
            if folds[place] == fold:
                said[place] = model.probability(one)
    chosen = thresholds([(p, one.complaint) for p, one in zip(said, examples, strict=True)])
    return _Level(name, local, tuple(said), *chosen)


def _figures(level: _Level, below: _Level | None, examples: Sequence[Example]) -> Figures:
    losses = level.losses(examples)
    gain = noise = 0.0
    if below is not None:
        gains = [b - a for a, b in zip(losses, below.losses(examples), strict=True)]
        gain = fmean(gains)
        noise = math.sqrt(fmean([(g - gain) ** 2 for g in gains]) / len(gains))
    return Figures(level.name, fmean(losses), level.f1(examples), gain, noise)


def _gains(figures: Figures, below: _Level, tried: _Level, examples: Sequence[Example]) -> bool:
    """Log-loss must fall by more than its noise; macro F1, which moves in leaps of whole posts,
    must not fall by more than its own: the root of how many verdicts changed (McNemar, 1947)."""
    changed = sum(
        (p >= tried.complaint_from) != (q >= below.complaint_from)
        for p, q in zip(tried.said, below.said, strict=True)
    )
    noise = NOISE_OF_F1 * math.sqrt(changed) / len(examples)
    wanted = NOISE_OF_LOCAL if tried.local else NOISE_OF_SCALE
    return figures.gain > wanted * figures.noise and (
        figures.macro_f1 >= below.f1(examples) - noise
    )
