"""Whether what was learned is worth switching on: five folds over the user's own labels decide."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from listener.complaint import COMPLAINT_FROM, UNSURE_FROM
from listener.fitting import fit, kept, log_loss, macro_f1, thresholds
from listener.learned import Calibration, ComplaintModel, Example

# Labels from which slope and offset are fitted. Fewer do no harm any more, in the mean of 40 draws
# of 20 from each of the five labelled sets, but in one of three of them no good either.
FEWEST = 40
FEWEST_OF_A_KIND = 2  # the prior holds what so few leave open
# Labels from which a model of the user's own posts is tried, and of each kind of them, so that
# every fold holds one. With 80 it is a gain on each of those sets (means of 12 draws).
FEWEST_LOCAL, FEWEST_LOCAL_OF_A_KIND = 80, 5
MOST = 5_000  # labels learned from: the newest; more cost minutes and change little
FOLDS = 5
SHIPPED = "shipped"
# Standard errors by which macro F1 may fall: five in a hundred fall so far by chance alone, and a
# stricter bound only lost (12 draws of 100 and 200 labels). Log-loss must fall, by ever so little:
# asking that it fall by more than its noise leaves a third of the gain unused, since both levels
# begin at what is below them and are pulled back to it.
NOISE_OF_F1 = 1.64
LEAST_GAIN = 1e-6  # nats; less is a sum's rounding


@dataclass(frozen=True, slots=True)
class Figures:
    """What five folds say of a level. log_loss in nats (lower is better); macro_f1 0.0 to 1.0.
    gain  in log-loss against the level below; noise: that gain's standard error."""

    level: str
    log_loss: float
    macro_f1: float
    gain: float = 0.0
    noise: float = 0.0

    @property
    def sure(self) -> float:
        """The chance that the gain is one on posts to come too, 0.0 to 1.0: by a normal
        distribution, and a little too high, as folds share their labels."""
        if self.noise == 0.0:
            return float(self.gain > 0.0)
        return (1.0 + math.erf(self.gain / self.noise / math.sqrt(2.0))) / 2.0


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
    model: ComplaintModel
    said: tuple[float, ...]

    def losses(self, examples: Sequence[Example]) -> list[float]:
        return [log_loss(p, one.complaint) for p, one in zip(self.said, examples, strict=True)]

    def f1(self, examples: Sequence[Example]) -> float:
        pairs = zip(self.said, examples, strict=True)
        return macro_f1([(p >= self.model.complaint_from, one.complaint) for p, one in pairs])


def validate(examples: Sequence[Example]) -> Validated:
    """Fit what the number of labels allows, and keep what gains on labels it has not seen."""
    examples = examples[-MOST:]
    if lacking := _lacking(examples, local=False):
        return Validated(None, (), lacking)
    best = _shipped(examples)
    figures, said = [_figures(best, None, examples)], []
    for name, local in (("calibrated", False), ("local", True)):
        if lacking := _lacking(examples, local=local):
            said.append(lacking)
            break
        tried = _try(name, examples, local)
        if _falls(tried, best, examples):
            tried = _with_kept_verdicts(tried)
        figures.append(_figures(tried, best, examples))
        why_not = _why_not(figures[-1], tried, best, examples)
        said.append(f"{name}: {why_not or _gained(figures[-1])}")
        best = best if why_not else tried
    model = None if best.name == SHIPPED else best.model
    return Validated(model, tuple(figures), "; ".join(said))


def _gained(figures: Figures) -> str:
    return f"gains, {min(99, int(100 * figures.sure))} in 100 sure"


def _why_not(
    figures: Figures, tried: _Level, below: _Level, examples: Sequence[Example]
) -> str | None:
    if figures.gain <= LEAST_GAIN:
        return "nothing gained, as log-loss does not fall on labels it has not seen"
    if tried.model.local is not None and _falls(tried, below, examples):
        return "log-loss falls, but macro F1 falls too, by more than chance"
    return None


def _shipped(examples: Sequence[Example]) -> _Level:
    model = ComplaintModel(Calibration(), None, COMPLAINT_FROM, UNSURE_FROM)
    return _Level(SHIPPED, model, tuple(model.probability(one) for one in examples))


def _with_kept_verdicts(tried: _Level) -> _Level:
    """The same with the threshold by which slope and offset alone change no verdict."""
    same = round(kept(tried.model.calibration, COMPLAINT_FROM), 3)
    return replace(tried, model=replace(tried.model, complaint_from=same))


def _lacking(examples: Sequence[Example], *, local: bool) -> str | None:
    """Why a level is not tried; None: it is."""
    complaints = sum(one.complaint for one in examples)
    fewer = min(complaints, len(examples) - complaints)
    wanted = FEWEST_LOCAL_OF_A_KIND if local else FEWEST_OF_A_KIND
    if len(examples) < (FEWEST_LOCAL if local else FEWEST):
        if local:
            return f"a local model is tried from {FEWEST_LOCAL} labels"
        return f"{len(examples)} labels; from {FEWEST} on something is learned"
    if fewer >= wanted:
        return None
    kind = "complaints" if complaints == fewer else "posts that are none"
    what = " for a local model" if local else ""
    return f"only {fewer} of {len(examples)} labels are {kind}; {wanted} are needed{what}"


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
    model = fit(examples, local=local)
    pairs = [(p, one.complaint) for p, one in zip(said, examples, strict=True)]
    complaint_from, unsure_from = thresholds(pairs, model.calibration)
    model = replace(model, complaint_from=complaint_from, unsure_from=unsure_from)
    return _Level(name, model, tuple(said))


def _figures(level: _Level, below: _Level | None, examples: Sequence[Example]) -> Figures:
    losses = level.losses(examples)
    gain = noise = 0.0
    if below is not None:
        gains = [b - a for a, b in zip(losses, below.losses(examples), strict=True)]
        gain = fmean(gains)
        noise = math.sqrt(fmean([(g - gain) ** 2 for g in gains]) / len(gains))
    return Figures(level.name, fmean(losses), level.f1(examples), gain, noise)


def _falls(tried: _Level, below: _Level, examples: Sequence[Example]) -> bool:
    """Does macro F1 fall, by more than its noise? It moves in leaps of whole posts: its noise is
    the root of how many verdicts changed (McNemar, 1947)."""
    changed = sum(
        (p >= tried.model.complaint_from) != (q >= below.model.complaint_from)
        for p, q in zip(tried.said, below.said, strict=True)
    )
    noise = NOISE_OF_F1 * math.sqrt(changed) / len(examples)
    return tried.f1(examples) < below.f1(examples) - noise
