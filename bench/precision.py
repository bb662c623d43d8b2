"""What the thresholds are chosen by: precision and recall at each, and whether to recalibrate.

    python -m bench.precision

For every labelled set, none of which was trained on, and their mean, which is what
`listener.thresholds` promises. Then the calibration error as shipped and with slope and offset
fitted on the other sets.
"""

import math
import os
from collections.abc import Sequence
from pathlib import Path

from bench.measures import calibration_error
from bench.sets import SETS, rows_of, text_of_row
from listener.complaint import judge
from listener.learned import log_odds_of, logistic
from listener.sentiment import valence
from listener.thresholds import MEASURED

Scored = Sequence[tuple[float, bool]]  # probability, whether it complains
ROUNDS = 40  # of Newton's method, which needs about ten
TOLERATED = 0.02  # by which the table may be off


def main() -> int:
    """Print both tables; returns 1 where the shipped one of precisions is no longer true."""
    shared = os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared"
    scored = scored_sets(Path(shared) / "data")
    if len(scored) < len(SETS):
        return 0
    print(f"{'precision / recall from':24}" + "".join(f"{at:>13.1f}" for at, _ in MEASURED))
    for name, rows in scored.items():
        shown = (f"{p:.2f} / {r:.2f}" for p, r in (at_least(rows, at) for at, _ in MEASURED))
        print(f"{name:24}" + "".join(f"{one:>13}" for one in shown))
    means = mean_precisions(scored)
    print(f"{'mean precision':24}" + "".join(f"{one:>13.2f}" for one in means))
    print(f"{'promised':24}" + "".join(f"{one:>13.2f}" for _, one in MEASURED))
    print("\ncalibration error      shipped   fitted on the other sets")
    for name, (shipped, fitted) in recalibrated(scored).items():
        print(f"{name:22}{shipped:>8.3f}{fitted:>11.3f}")
    return int(any(abs(m - p) > TOLERATED for m, (_, p) in zip(means, MEASURED, strict=True)))


def scored_sets(folder: Path) -> dict[str, Scored]:
    """Judge every set that is there."""
    return {
        labelled.name: [
            (judge(text, valence(text)).probability, labelled.complains(row))
            for row in rows
            for text in [text_of_row(row)]
        ]
        for labelled in SETS
        if (rows := rows_of(folder, labelled))
    }


def at_least(rows: Scored, threshold: float) -> tuple[float, float]:
    """Return precision and recall of the posts from a probability on."""
    said = [complains for probability, complains in rows if probability >= threshold]
    complaints = sum(complains for _, complains in rows)
    return sum(said) / max(1, len(said)), sum(said) / max(1, complaints)


def mean_precisions(scored: dict[str, Scored]) -> list[float]:
    """Return the mean over the sets at each threshold of the shipped table."""
    return [
        sum(at_least(rows, at)[0] for rows in scored.values()) / len(scored) for at, _ in MEASURED
    ]


def recalibrated(scored: dict[str, Scored]) -> dict[str, tuple[float, float]]:
    """Return for each set its calibration error as shipped, and as the other sets would have it."""
    return {name: _recalibrated(name, scored) for name in scored}


def _recalibrated(name: str, scored: dict[str, Scored]) -> tuple[float, float]:
    slope, offset = fit([rows for other, rows in scored.items() if other != name])
    labels = [complains for _, complains in scored[name]]
    shipped = [probability for probability, _ in scored[name]]
    fitted = [logistic(slope * log_odds_of(one) + offset) for one in shipped]
    return calibration_error(shipped, labels), calibration_error(fitted, labels)


def fit(sets: Sequence[Scored]) -> tuple[float, float]:
    """Return slope and offset of the log-odds (Platt, 1999) over sets that count equally."""
    slope, offset = 1.0, 0.0
    points = [(log_odds_of(p), y, 1.0 / len(rows)) for rows in sets for p, y in rows]
    for _ in range(ROUNDS):
        steps = [(z, *_errors(slope * z + offset, y, w)) for z, y, w in points]
        down = math.fsum(z * error for z, error, _ in steps)
        flat = math.fsum(error for _, error, _ in steps)
        zz = math.fsum(z * z * bend for z, _, bend in steps)
        z1 = math.fsum(z * bend for z, _, bend in steps)
        one = math.fsum(bend for _, _, bend in steps)
        span = zz * one - z1 * z1
        slope -= (one * down - z1 * flat) / span
        offset -= (zz * flat - z1 * down) / span
    return slope, offset


def _errors(total: float, complains: bool, weight: float) -> tuple[float, float]:
    said = logistic(total)
    return (said - complains) * weight, said * (1.0 - said) * weight


if __name__ == "__main__":
    raise SystemExit(main())
