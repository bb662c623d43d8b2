"""What judging costs: the start of `tocsin score`, a post, and memory. `python -m bench.start`.

Each figure is printed beside what is promised. Posts are the airline's, else our own.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from bench.judged import ROOT
from bench.sets import default_folder, posts_of, read_set
from listener.assess import Assessor
from listener.mention import Post

STARTS = 5
ROUNDS = 5
POSTS = 4_000
BRANDS = 500
LONG_TOKENS = 17_000  # posts, each with a word of its own as long as a post may be
FILE_BYTES = 50_000_000
SHORT_BYTES = 4_000_000  # of them are posts as they come
LONG_POST = 20_000  # bytes
JUDGING_MS, MEMORY_MB = 0.15, 60.0  # what is promised
COMMAND = "from tocsin.cli import main; main()"
# Prints seconds to make an assessor of so many brands, and to judge a post that names them all.
MANY = """
import sys, time
from config import Brand, Team
from bench.sets import posts_of
from listener.assess import Assessor
names = [f"brand{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(int(sys.argv[1]))]
brands = [Brand(name=name, terms=(name, f"{name} care")) for name in names]
(post,) = posts_of([{"text": " ".join(names) + " are all useless, no reply"}])
began = time.perf_counter()
assessor = Assessor(brands, [Team(name="care", members=("ada",))], "care")
made = time.perf_counter()
assert len(assessor.assess(post)) == len(brands)
print(made - began, time.perf_counter() - made)
"""
# Prints by how many kilobytes so many posts grow a process, each with a long word of its own.
LONG = """
import resource, sys
from bench.sets import posts_of
from listener.assess import Assessor
held, assessor = [], Assessor()
for count in (200, int(sys.argv[1])):
    for number in range(count):
        word = f"{number}".translate({48 + digit: 97 + digit for digit in range(10)})
        (post,) = posts_of([{"text": f"no reply {word}{'qz' * 1400}"}])
        assessor.judge_alone(post)
    held.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(held[1] - held[0])
"""
# Prints the most memory that this process and what it ran have held, in kilobytes.
MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-c", {command!r}, "score", sys.argv[1]],
               stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
OWN = (
    "Third time asking for my refund, still no reply.",
    "Lovely crew on the late flight from Leeds, thank you!",
    "Does anyone know whether the shop in Cork is open on Sunday?",
    "The app crashes when I pay, and support hung up on me twice.",
)


class Cost(NamedTuple):
    """A figure, its unit, and what is promised at most."""

    name: str
    value: float
    unit: str
    promised: float


def main() -> int:
    """Print every figure; returns 1 where one is over what is promised."""
    costs = measured(default_folder())
    for one in costs:
        print(f"{one.name:34}{one.value:9.3f} {one.unit:4} promised {one.promised:g} {one.unit}")
    return int(any(one.value > one.promised for one in costs))


def measured(folder: Path) -> list[Cost]:
    """All figures, on this machine as busy as it is."""
    posts = posts_judged(folder)
    many = [float(one) for one in _run(MANY, str(BRANDS)).split()]
    return [
        Cost("start of `tocsin score`", min(_start() for _ in range(STARTS)), "s", 0.5),
        Cost("judging one post, one core", min(per_post(posts)), "ms", JUDGING_MS),
        Cost(f"start with {BRANDS} brands", many[0], "s", 0.5),
        Cost("a post that names them all", many[1] * 1e3, "ms", 200.0),
        Cost(f"memory of {LONG_TOKENS:,} long words", _long_words(), "MB", 5.0),
        Cost(
            "most memory, a file of 50 MB",
            memory_of([post.text for post in posts]),
            "MB",
            MEMORY_MB,
        ),
    ]


def posts_judged(folder: Path) -> list[Post]:
    """The posts that are judged for the figures."""
    rows = read_set(folder, "airline")[:POSTS] or [{"text": text} for text in OWN * 1_000]
    return posts_of(rows)


def machine() -> str:
    """What it was measured on."""
    cpu = platform.machine()
    told = Path("/proc/cpuinfo")
    if told.is_file():
        names = (line.partition(":")[2].strip() for line in told.read_text().splitlines())
        cpu = next((name for name in names if "Hz" in name or "Processor" in name), cpu)
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}"


def per_post(posts: list[Post], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds for a post on one core in each round; all languages are loaded before."""
    assessor = Assessor()
    taken = []
    for _ in range(rounds + 1):
        began = time.process_time()
        for post in posts:
            assessor.judge_alone(post)
        taken.append((time.process_time() - began) / len(posts) * 1e3)
    return taken[1:]


def _start() -> float:
    """Seconds from nothing to the answer to one post."""
    began = time.perf_counter()
    _run(COMMAND, "score", given=b"still waiting for my refund\n")
    return time.perf_counter() - began


def _long_words() -> float:
    """Megabytes by which posts with a long word each let a process grow."""
    return int(_run(LONG, str(LONG_TOKENS))) / 1024


def memory_of(texts: list[str]) -> float:
    """Megabytes that `tocsin score` holds at most while it judges a file of 50 MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.txt"
        with path.open("wb") as lines:
            for text in cycle(texts):  # first posts as they come, then such as fill a page
                long = lines.tell() > SHORT_BYTES
                words = " ".join(text.split()).encode()
                lines.write(words[:LONG_POST] * (1 + long * LONG_POST // (len(words) + 1)) + b"\n")
                if lines.tell() > FILE_BYTES:
                    break
        return int(_run(MEASURED.format(command=COMMAND), str(path))) / 1024


def _run(code: str, *words: str, given: bytes = b"") -> bytes:
    ended = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=given,
        stdout=subprocess.PIPE,
        check=True,
    )
    return ended.stdout


if __name__ == "__main__":
    raise SystemExit(main())
