"""The picture of docs/firestorm.md: the storm of the demo's invented week, drawn as any other.

`python -m bench.picture` writes it. The story is a file of ours; recorded posts are other people's.
"""

import argparse
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from escalation.subject import Incident, Ref
from tocsin.demo import playing
from tocsin.pictures import Asked, Curve, alt, gather, svg
from tocsin.randomness import SystemRandomness
from tocsin.store import Store

PAGE = Path(__file__).parents[1] / "docs" / "firestorm.svg"
ZONE = "Europe/Oslo"
OVER = datetime(2026, 11, 16, 8, tzinfo=UTC)  # the Monday after


def curve_of(store: Path) -> Curve:
    """The curve of the demo's storm, from the store of its week."""
    with closing(Store(store, randomness=SystemRandomness())) as opened, opened.read() as desk:
        incident = desk.subject(Ref(Incident.kind, 1))
        assert isinstance(incident, Incident)
        return gather(desk.connection, incident, Asked(ZONE), OVER)


def played() -> Curve:
    """The same, from a week that is played for it."""
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        keep = Path(folder) / "demo"
        playing._prepare(keep)
        for _ in playing.play(keep=keep):
            pass
        return curve_of(keep / playing.DATABASE)


def main() -> None:
    """Write the picture; say what it shows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    wanted = parser.parse_args()
    curve = played()
    wanted.out.write_text(svg(curve), encoding="utf-8")
    sys.stdout.write(f"{wanted.out}: {alt(curve)}\n")


if __name__ == "__main__":
    main()
