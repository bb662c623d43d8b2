"""How fast the house is: `python -m bench.speed`. Each figure is printed beside what is promised.

The replay needs the labelled airline posts of `../shared/data` (or $TOCSIN_SHARED/data); without
them that figure is left out and named, and posts of our own are judged.
"""

import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.start import JUDGING_MS, MEMORY_MB, memory_of, per_post, posts_judged
from listener.mention import Post

ROOT = Path(__file__).parents[1]
POSTS = 10_000
AIRLINES = ("United", "US Airways", "American", "Southwest", "Delta", "Virgin America", "JetBlue")
CONFIG = """
fallback_executive = "grace"
{brands}
[[people]]
name = "ada"
contacts = [{{ channel = "desk", to = "ada" }}]
[[people]]
name = "grace"
contacts = [{{ channel = "desk", to = "grace" }}]
[[teams]]
name = "care"
members = ["ada", "grace"]
owns = {{ baggage = ["bag", "luggage"], delay = ["delayed", "late"], billing = ["refund"] }}
[[channels]]
name = "desk"
kind = "terminal"
"""
TERMS = {
    "US Airways": '["us airways", "usairways"]',
    "American": '["americanair", "american airlines"]',
    "Southwest": '["southwestair", "southwest"]',
    "Virgin America": '["virginamerica", "virgin america"]',
}


def main() -> int:
    """Print every figure; returns 1 where one is over what is promised."""
    rows = [("tocsin --help", _command("--help"), 0.3), ("tocsin demo", _command("demo"), 30.0)]
    data = Path(os.environ.get("TOCSIN_SHARED") or ROOT.parent / "shared") / "data"
    source = data / "airline.csv.gz"
    if source.is_file():
        rows.append((f"replay of {POSTS} posts", _replay(source), 20.0))
    else:
        print(f"left out: the replay needs {source}")
    for name, seconds, promised in rows:
        print(f"{name:<24} {seconds:8.2f} s   promised {promised:g} s")
    over = any(seconds > promised for _, seconds, promised in rows)
    return int(_judging(posts_judged(data)) or over)


def _judging(posts: list[Post]) -> bool:
    """Print what it costs to judge a post, and to score many; whether it is over the promise."""
    rounds = per_post(posts)
    least, middle = min(rounds), median(rounds)
    held = memory_of([post.text for post in posts])
    print(
        f"{'judging one post':<24} {least:8.3f} ms  promised {JUDGING_MS:g} ms, one core, least of "
        f"{len(rounds)} runs; median {middle:.3f} ms; {1e3 / least:,.0f} posts/s"
    )
    print(f"{'score, a file of 50 MB':<24} {held:8.1f} MB  promised {MEMORY_MB:g} MB")
    return least > JUDGING_MS or held > MEMORY_MB


def _command(*words: str, folder: Path = ROOT) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from tocsin.cli import main; main()", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def _replay(source: Path) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_posts(source, folder / "posts.jsonl", POSTS)
        brands = "".join(
            f'[[brands]]\nname = "{airline}"\nterms = {TERMS.get(airline, json.dumps([airline]))}\n'
            for airline in AIRLINES
        )
        (folder / "tocsin.toml").write_text(CONFIG.format(brands=brands))
        return _command("replay", "posts.jsonl", "--json", folder=folder)


def write_posts(source: Path, out: Path, number: int) -> None:
    """Write airline posts, cycled, one a minute, with made-up ids and authors."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as handle:
        texts = [row["text"] for row in csv.DictReader(handle)]
    start = datetime(2026, 11, 2, 8, tzinfo=UTC)
    with out.open("w", encoding="utf-8") as lines:
        for i in range(number):
            author = f"u{i * 7919 % 4001}"
            post = {
                "platform": "x",
                "id": str(100_000 + i),
                "text": texts[i % len(texts)],
                "created_at": (start + timedelta(minutes=i)).isoformat(),
                "lang": "en",
                "author": {"id": author, "handle": author, "followers": i * 37 % 5000},
            }
            lines.write(json.dumps(post) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
