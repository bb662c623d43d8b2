"""Whether a storm is called by what it is about: `python -m bench.storm_names [FILE]`.

Each story of FILE (as `bench/stories_dev.txt`, which it was tuned on) is laid as a storm into one
airline's unhappy posts, at the times that these had (recorded data kept beside the project,
`../shared` or $TOCSIN_SHARED). All accounts, and the names of firms that are called by them, are
taken out of the texts. Beside them windows without any storm, which should have no name.
"""

import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.sets import default_folder, read_set
from bench.stories import AIRLINES, HELD_OUT, TUNED_ON, read_stories
from bench.table import against, table
from listener.particulars import tokens
from listener.sudden_words import Spoken, keys_of, own_keys, sudden

FIRMS = ("United", "US Airways", "American", "Southwest", "Delta")
OWN = own_keys((*AIRLINES, *FIRMS, "Virgin America"))
HOUR, DAY = 3_600.0, 86_400.0
WINDOW = 2 * HOUR
STORM = 3 * HOUR  # in which a story's posts come, evenly
LEAST_PEOPLE = 6
EARLIEST, LATEST = 2 * DAY, 7 * DAY  # when a storm begins
SEEDS = (0, 1, 2)
RANDOM_WINDOWS = 600
_HANDLE = re.compile(r"@(\w+)")
_DESK = re.compile(r"_?(?:help|support|cares?|uk|hq|official|app|service)$")

Line = list[tuple[float, str]]  # posts by when they were written, in seconds


class Window(NamedTuple):
    """What is held against what; `story` are the texts that are planted."""

    posts: list[str]
    before: list[str]
    story: frozenset[str]


class Result(NamedTuple):
    """Shares of storms, and the means of those named."""

    named: float
    precision: float
    recall: float
    header: float


def without_accounts(texts: Sequence[str]) -> list[str]:
    """Texts of one story without its accounts, and without the firms that are called alike."""
    called = {_DESK.sub("", name.lower()) for text in texts for name in _HANDLE.findall(text)}
    spaced = ("[ -]?".join(map(re.escape, name)) for name in called if len(name) > 3)
    firms = [rf"#?\b{name}(?:'s)?\b" for name in spaced]
    accounts = re.compile("|".join((r"@\w+", *firms)), re.IGNORECASE)
    return [accounts.sub("", text).strip() for text in texts]


def streams() -> list[Line]:
    """Each airline's unhappy posts. Their times are the stream's, in order: of every few one."""
    folder, found = default_folder(), []
    texts, stamps = read_set(folder, "airline"), read_set(folder, "airline_stream")
    for firm in FIRMS:
        said = [row["text"] for row in texts if _unhappy(row, firm)][::-1]  # the newest is first
        times = [_minutes(row["time_utc"]) for row in stamps if _unhappy(row, firm)]
        every = len(times) / max(1, len(said))
        found.append([(times[int(n * every)], _HANDLE.sub("", s)) for n, s in enumerate(said)])
    return found


def _unhappy(row: dict[str, str], firm: str) -> bool:
    return row["airline"] == firm and row["sentiment"] == "negative"


def _minutes(stamp: str) -> float:
    """Seconds since the stream's first day."""
    day, hour, minute = int(stamp[8:10]) - 17, int(stamp[11:13]), int(stamp[14:16])
    return day * DAY + hour * HOUR + minute * 60.0


def storm(line: Line, texts: Sequence[str], chance: Random, *, whole: bool) -> Window:
    """A story's first two hours; else as soon as six people have told it."""
    begin = EARLIEST + chance.random() * (LATEST - EARLIEST)
    laid = sorted((begin + chance.random() * STORM, text) for text in texts)
    end = max(laid[LEAST_PEOPLE - 1][0], laid[0][0] + WINDOW if whole else 0.0)
    planted = [(at, text) for at, text in laid if end - WINDOW <= at <= end]
    here = sorted(planted + [each for each in line if end - WINDOW <= each[0] <= end])
    before = [text for at, text in line if at < end - WINDOW]
    return Window([text for _, text in here], before, frozenset(t for _, t in planted))


def quiet(line: Line, many: int, chance: Random, *, drawn: bool) -> Window:
    """So many posts in a row, or drawn from all, and what was before."""
    place = chance.randrange(len(line) // 4, len(line) - many)
    before = [text for _, text in line[:place]]
    here = chance.sample(line[len(line) // 4 :], many) if drawn else line[place : place + many]
    return Window([text for _, text in here], before, frozenset())


def told(window: Window) -> tuple[str, list[str]]:
    """The name of a window, "" for none, and the texts that tell it."""
    spoken = [Spoken(n, n, text) for n, text in enumerate(window.posts)]
    found = sudden(spoken, [keys_of(text) for text in window.before], OWN)
    return (found.name, [window.posts[n] for n in found.posts]) if found else ("", [])


def measured(
    stories: dict[str, list[str]], lines: Sequence[Line], *, whole: bool, show: bool = False
) -> tuple[Result, list[int]]:
    """The figures of all stories, and how many posts the windows had."""
    named, sizes = list[tuple[float, float, float]](), list[int]()
    for seed in SEEDS:
        chance = Random(seed)
        for place, (header, texts) in enumerate(stories.items()):
            line = lines[(place + seed) % len(lines)]
            window = storm(line, without_accounts(texts), chance, whole=whole)
            sizes.append(len(window.posts))
            name, tagged = told(window)
            right = sum(text in window.story for text in tagged)
            if show:
                print(f"{header:60} {name:45} {right}/{len(tagged)} of {len(window.story)}")
            if name:
                shares = right / len(tagged), right / len(window.story)
                named.append((*shares, float(_has_word(header, name))))
    means = [sum(column) / len(named) for column in zip(*named, strict=True)] or [0.0] * 3
    return Result(len(named) / len(sizes), *means), sizes


def _has_word(header: str, name: str) -> bool:
    return bool(_keys(header) & _keys(name))


def _keys(text: str) -> set[int]:
    return {token.key for token in tokens(text)} - {0}


def of_quiet(lines: Sequence[Line], sizes: Sequence[int], *, drawn: bool) -> float:
    """The share of windows without a storm that get a name."""
    chance, names = Random(7), 0
    for _ in range(RANDOM_WINDOWS):
        names += bool(
            told(quiet(chance.choice(lines), chance.choice(sizes), chance, drawn=drawn))[0]
        )
    return names / RANDOM_WINDOWS


def cost(lines: Sequence[Line]) -> float:
    """CPU ms a call, the least of five: 500 posts in the window, 5,000 before."""
    texts = [text for line in lines for _, text in line]
    texts = (texts * (5_500 // len(texts) + 1))[:5_500]
    spoken = [Spoken(n, n, text) for n, text in enumerate(texts[:500])]
    before, least = [keys_of(text) for text in texts[500:]], float("inf")
    for _ in range(5):
        start = time.process_time()
        sudden(spoken, before, OWN)
        least = min(least, time.process_time() - start)
    return least * 1e3


def main() -> None:
    """Print every figure."""
    lines = streams()
    if not all(lines):
        return
    named = [arg for arg in sys.argv[1:] if not arg.startswith("-")]
    here = [Path(__file__).parent / name for name in (TUNED_ON, HELD_OUT)]
    show = "-v" in sys.argv
    rows, sizes = [], list[int]()
    for path in map(Path, named) if named else here:
        stories = read_stories(path)
        for whole in (False, True):
            found, many = measured(stories, lines, whole=whole, show=show)
            sizes += many
            when = "first two hours" if whole else "six people"
            rows.append((f"{path.name}, {when}", *(f"{each:.2f}" for each in found)))
    print("\n".join(table(("storms", "named", "precision", "recall", "header's word"), rows)))
    for drawn in (False, True):
        share = of_quiet(lines, sizes, drawn=drawn)
        how = "drawn from all" if drawn else "in a row"
        print(
            f"windows without a storm, posts {how}: named {share:.3f} "
            f"({against(share, 0.1, at_most=True)})"
        )
    print(f"{cost(lines):.0f} ms a call")


if __name__ == "__main__":
    main()
