"""How early and how surely a firestorm is noticed: `python -m bench.firestorm --seed 7 --reps 3`.

Three measurements, on recorded data kept beside the project (`../shared`, or $TOCSIN_SHARED):
storms and decoys laid over real mention counts (the shared benchmark, which needs numpy; it scores
this module's `Detector`), the same brands heard from a standing start, and eight days of posts to
six airlines, replayed with the crowd's labels as mood.
"""

import argparse
import csv
import gzip
import importlib
import os
import sys
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from listener.spread import Sensitivity, Signal, Spread, Voice

UNHAPPY_AT = -0.05  # VADER's own cut for a negative text
START = 1_424_986_973.0  # Unix time at which the benchmark's streams start
DAY = 86_400.0
MOST_ROOTS = 200_000
QUIET = timedelta(hours=6)  # storms nearer to each other than this are one to the person paged


class Event(NamedTuple):
    """A post as the benchmark gives it; its docstring says what each field is."""

    t: float
    id: int
    author: int
    followers: int
    sentiment: float
    repost_of: int
    platform: str


class Detector:
    """The measure as the benchmark calls it; only a storm is an alarm, a watch pages nobody."""

    sensitivity: Sensitivity = "normal"

    def __init__(self, brand: str) -> None:
        self.spread = Spread(self.sensitivity)
        self.roots: OrderedDict[int, int] = OrderedDict()

    def update(self, event: Event) -> dict[str, int] | None:
        """The forecast of a storm told at this post, which pages a person; else None."""
        signal = self.hear(event)
        if signal is None or not signal.is_storm:
            return None
        low, high = signal.likely or (0, 0)
        return {"next4h_lo": low, "next4h_hi": high}

    def hear(self, event: Event) -> Signal | None:
        root = self.roots.get(event.repost_of, event.repost_of)
        if event.repost_of < 0:
            root = event.id
        self.roots[event.id] = root
        if len(self.roots) > MOST_ROOTS:
            self.roots.popitem(last=False)  # of a plain dict this takes long
        tree = None if event.repost_of < 0 else str(root)
        unhappy = event.sentiment <= UNHAPPY_AT
        return self.spread.hear(
            Voice(
                START + event.t,
                str(event.author),
                unhappy,
                tree,
                event.platform,
                followers=event.followers,
            )
        )


class Calm(Detector):
    sensitivity = "calm"


class Keen(Detector):
    sensitivity = "keen"


DETECTORS: dict[str, type[Detector]] = {"normal": Detector, "calm": Calm, "keen": Keen}


def shared() -> Path:
    """The folder of recorded data. Raises SystemExit where there is none."""
    folder = Path(os.environ.get("TOCSIN_SHARED") or Path(__file__).parents[2] / "shared")
    if not folder.is_dir():
        raise SystemExit(f"needs the recorded data in {folder}; set TOCSIN_SHARED to its place")
    return folder


def benchmark() -> Any:
    """The shared benchmark's module. Raises SystemExit where it or numpy is missing."""
    sys.path.insert(0, str(shared() / "bench"))
    try:
        return importlib.import_module("firestorm_bench")
    except ModuleNotFoundError as error:
        if error.name == "numpy":
            raise SystemExit("this bench needs numpy: install it beside the project") from error
        raise SystemExit(f"needs firestorm_bench.py in {sys.path[0]}") from error


class Standing(NamedTuple):
    """What newly started measures made of their first day.

    days, false     quiet first days, and on how many a storm was told.
    storms, caught  first days into which a storm fell, and how many of these were told.
    """

    days: int
    false: int
    storms: int
    caught: int


def standing_start(streams: Iterable[Any]) -> Standing:
    """Start a measure anew each day of each stream, and see what it says in its first 24 hours.

    A storm's day is one in which a quarter of its posts fall into those hours.
    """
    tally: Counter[str] = Counter()
    for stream in streams:
        told = dict(_first_days(stream))
        for day in range(int(stream.seconds // DAY)):
            begin, end = day * DAY, (day + 1) * DAY
            storms = [i for i, x in enumerate(stream.truth) if x.kind == "firestorm"]
            near = [
                i for i in storms if stream.truth[i].onset < end and stream.truth[i].end > begin
            ]
            if not near:
                tally.update(days=1, false=day in told)
            if any(stream.storm_share(i, end) - stream.storm_share(i, begin) >= 0.25 for i in near):
                tally.update(storms=1, caught=day in told)
    return Standing(tally["days"], tally["false"], tally["storms"], tally["caught"])


def _first_days(stream: Any) -> Iterator[tuple[int, bool]]:
    """The days on which a measure started at midnight told of a storm before the next."""
    day, detector = -1, Detector(stream.brand)
    for event in stream:
        if event.t // DAY > day:
            day, detector = int(event.t // DAY), Detector(stream.brand)
        if detector.update(event):
            yield day, True


class Told(NamedTuple):
    """A signal of the airlines' replay."""

    airline: str
    at: datetime
    signal: Signal


def airlines(path: Path, sensitivity: Sensitivity = "normal") -> list[Told]:
    """Replay the airlines' posts, a measure each."""
    measures: dict[str, Spread] = {}
    told = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            at = datetime.strptime(row["time_utc"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
            name = row["airline"]
            measure = measures.setdefault(name, Spread(sensitivity))
            root = f"repost {number}" if row["is_repost"] == "1" else None
            unhappy = row["sentiment"] == "negative"
            voice = Voice(at.timestamp(), row["author"], unhappy, root, "x")
            if signal := measure.hear(voice):
                told.append(Told(name, at, signal))
    return told


def learned(told: list[Told]) -> list[Told]:
    """What was told after two and a half days of learning."""
    start = datetime(2015, 2, 17, 7, 36, tzinfo=UTC) + timedelta(days=2.5)
    return [each for each in told if each.at >= start]


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--rescale", type=float, default=1.0, help="thin all volumes by this")
    parser.add_argument("--sensitivity", choices=sorted(DETECTORS), default="normal")
    wanted = parser.parse_args()
    print("airlines, a line a signal")
    for name, at, signal in airlines(
        shared() / "data" / "airline_stream.csv.gz", wanted.sensitivity
    ):
        print(f"  {name:15}{at:%d %b %H:%M} {signal.level:6}", signal.people, signal.minutes)
    bench = benchmark()
    streams = list(bench.make_streams(wanted.seed, wanted.reps, rescale=wanted.rescale))
    print(f"storms and decoys, seed {wanted.seed}, {wanted.sensitivity}")
    for name, value in bench.score(DETECTORS[wanted.sensitivity], streams).items():
        print(f"  {name:26}{value:.3f}" if isinstance(value, float) else f"  {name:26}{value}")
    print("from a standing start:", standing_start(streams))


if __name__ == "__main__":
    main()
