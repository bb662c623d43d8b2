"""Drawing in a process of its own: the library holds Python's lock while it draws, up to some
seconds, and a page that is due meanwhile would wait for it. It also takes its memory with it.
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path

from tocsin.pictures.curve import Curve
from tocsin.pictures.drawing import png
from tocsin.pictures.packing import SIGNATURE

DRAWN_WITHIN = 15.0  # seconds; it takes some two
PATIENT = 10  # added to its niceness: whatever else the machine does is more urgent
_ROOT = Path(__file__).parents[2]


def png_apart(curve: Curve, seconds: float = DRAWN_WITHIN) -> bytes | None:
    """The picture; None where it cannot be drawn, or not within so many seconds."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
    try:
        done = subprocess.run(  # noqa: S603  this interpreter and this module
            [sys.executable, "-m", __name__],
            input=pickle.dumps(curve),
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "PYTHONPATH": path},
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    drawn = done.returncode == 0 and done.stdout.startswith(SIGNATURE)
    return done.stdout if drawn else None


def main() -> None:
    """The other process: a curve comes in, a picture goes out."""
    os.nice(PATIENT)
    curve = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  from the process that started us
    sys.stdout.buffer.write(png(curve))


if __name__ == "__main__":
    main()
