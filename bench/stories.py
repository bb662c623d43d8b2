"""Whether complaints with one cause become one story: `python -m bench.stories [FILE]`.

Stories of our own writing, at least 15 posts each, are laid over eight days of airlines' posts
(recorded data kept beside the project, `../shared` or $TOCSIN_SHARED) and heard as one brand's,
every post by another author. FILE has stories as `bench/stories_dev.txt` has them, which are
those that the measure was tuned on: a line `# name`, then a post a line, then an empty line.
"""

import re
import sys
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.sets import default_folder, read_set
from bench.table import against
from listener.stories import Said, Stories

TUNED_ON, HELD_OUT = "stories_dev.txt", "stories.txt"
START, DAY = 1_424_131_200.0, 86_400.0
DAYS = 8
STRETCH = 1.5 * DAY  # a story's posts come within so many seconds, most of them early
LOOK_AGAIN = 500  # posts after which it is asked what became of the last ones
PURE, GROUPS = 0.8, 1.5  # promised
SEEDS = (0, 1)
BRANDS, POSTS_OF_BRAND = 1_000, 60
AIRLINE_NAMES = "united delta jetblue southwest southwestair usairways virginamerica americanair"
AIRLINES = AIRLINE_NAMES.split()


class Heard(NamedTuple):
    """A post and the story that it is of; None for an airline's."""

    said: Said
    story: int | None


class Result(NamedTuple):
    """How well stories were told apart. A group is what the measure took for one story.

    purity   of the posts in groups that hold any of the stories' posts, the share that is of the
             story most of them tell. An airline's post counts as another story's, though it may
             well tell of the same thing.
    mostly   the same over the groups that are mostly of one of the stories.
    strayed  share of the stories' posts that are in a group of something else.
    groups   groups that hold at least two of a story's posts, on average over stories found.
    found    share of the stories' posts that are in their story's largest group.
    missed   share of the stories of which no two posts were put together.
    """

    purity: float
    mostly: float
    strayed: float
    groups: float
    found: float
    missed: float


def read_stories(path: Path) -> dict[str, list[str]]:
    """Stories and their posts. Raises SystemExit where the file is missing."""
    if not path.is_file():
        raise SystemExit(f"{path} is not there")
    stories: dict[str, list[str]] = {}
    name = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# "):
            name = line[2:].strip()
            stories[name] = []
        elif line.strip():
            stories[name].append(line.strip())
    return stories


def interleaved(stories: dict[str, list[str]], others: Sequence[str], seed: int) -> list[Heard]:
    """All posts in the order of their times."""
    chance = Random(seed)
    step = DAYS * DAY / max(1, len(others))
    laid: list[tuple[float, str, int | None]] = [
        (START + step * place, text, None) for place, text in enumerate(others)
    ]
    for story, posts in enumerate(stories.values()):
        begin = START + DAY + chance.random() * (DAYS - 3) * DAY
        shuffled = chance.sample(posts, len(posts))
        laid += [(begin + STRETCH * chance.random() ** 2, text, story) for text in shuffled]
    laid.sort(key=lambda each: each[0])
    return [
        Heard(Said(number, number, at, text), story)
        for number, (at, text, story) in enumerate(laid)
    ]


def heard(posts: Sequence[Heard], own: Sequence[str] = ()) -> dict[int, int]:
    """The story of each post that is in one, as it was known a day or so later."""
    measure, numbers = Stories(own), dict[int, int]()
    for place, each in enumerate(posts, 1):
        measure.hear(each.said)
        if place % LOOK_AGAIN == 0 or place == len(posts):
            for old in posts[max(0, place - 4 * LOOK_AGAIN) : place]:
                number = measure.of_post(old.said.post)
                if number is not None:
                    numbers[old.said.post] = number
    return numbers


def scored(posts: Sequence[Heard], told: dict[int, int], many: int) -> Result:
    """The figures over so many stories."""
    groups: dict[int, Counter[int | None]] = defaultdict(Counter)
    for each in posts:
        if each.said.post in told:
            groups[told[each.said.post]][each.story] += 1
    mine = [group for group in groups.values() if group.most_common(1)[0][0] is not None]
    mixed = [group for group in groups.values() if set(group) - {None}]
    told_right = sum(max(n for s, n in group.items() if s is not None) for group in mixed)
    right = sum(group.most_common(1)[0][1] for group in mine)
    planted = sum(1 for each in posts if each.story is not None)
    inside = sum(n for group in groups.values() for s, n in group.items() if s is not None)
    split = [sum(group[story] > 1 for group in groups.values()) for story in range(many)]
    largest = [max((group[story] for group in mine), default=0) for story in range(many)]
    return Result(
        told_right / max(1, sum(group.total() for group in mixed)),
        right / max(1, sum(group.total() for group in mine)),
        (inside - right) / max(1, planted),
        sum(split) / max(1, sum(n > 0 for n in split)),
        sum(n for n in largest if n > 1) / max(1, planted),
        sum(n == 0 for n in split) / many,
    )


def withheld(stories: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same without the accounts that they are sent to, but for the airlines' own.

    A brand's stories are all sent to the brand, so that its account tells nothing of them.
    """
    return {
        name: [re.sub(r"@(\w+)", _if_an_airlines, text) for text in posts]
        for name, posts in stories.items()
    }


def _if_an_airlines(account: re.Match[str]) -> str:
    return account[0] if account[1].lower() in AIRLINES else ""


def averaged(path: Path, others: Sequence[str], *, without_accounts: bool) -> Result:
    """The figures of a file, the mean over two ways to lay it."""
    stories = read_stories(path)
    if without_accounts:
        stories = withheld(stories)
    return measured(stories, others)


def measured(stories: dict[str, list[str]], others: Sequence[str]) -> Result:
    """The figures of stories, the mean over two ways to lay them."""
    results = []
    for seed in SEEDS:
        posts = interleaved(stories, others, seed)
        results.append(scored(posts, heard(posts, AIRLINES), len(stories)))
    return Result(*(sum(column) / len(results) for column in zip(*results, strict=True)))


def cost(others: Sequence[str]) -> tuple[float, float, int]:
    """CPU µs a post (the least of three), MB of the measure that heard all, characters of dump."""
    posts = interleaved({}, others, 0)
    micros = []
    for _ in range(3):
        measure, start = Stories(AIRLINES), time.process_time()
        for each in posts:
            measure.hear(each.said)
        micros.append((time.process_time() - start) / max(1, len(posts)) * 1e6)
    tracemalloc.start()
    measure = Stories(AIRLINES)
    for each in posts:
        measure.hear(each.said)
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return min(micros), megabytes, len(measure.dump())


def many_brands(others: Sequence[str]) -> float:
    """MB that measures of so many brands take, each of which heard some posts in three days."""
    chance = Random(0)
    tracemalloc.start()
    measures = []
    for _ in range(BRANDS):
        measure = Stories()
        for number, text in enumerate(chance.sample(others, POSTS_OF_BRAND)):
            measure.hear(Said(number, number, START + 3 * DAY * number / POSTS_OF_BRAND, text))
        measures.append(measure)
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return megabytes


def main() -> None:
    """Print every figure."""
    others = [row["text"] for row in read_set(default_folder(), "airline")]
    named = sys.argv[1:] if sys.argv[0].endswith("stories.py") else []
    here = [Path(__file__).parent / name for name in (TUNED_ON, HELD_OUT)]
    for path in map(Path, named) if named else (each for each in here if each.is_file()):
        for without in (False, True):
            found = averaged(path, others, without_accounts=without)
            print(f"{path.name}, {'the accounts withheld' if without else 'as written'}")
            print(f"    purity {found.purity:.3f} ({against(found.purity, PURE)})")
            print(f"    of groups mostly of one story {found.mostly:.3f}")
            of_each = against(found.groups, GROUPS, at_most=True)
            print(f"    groups a story {found.groups:.2f} ({of_each})")
            print(f"    posts found {found.found:.2f}, in another's group {found.strayed:.3f}")
            print(f"    stories missed {found.missed:.2f}")
    if others:
        micros, megabytes, characters = cost(others)
        print(f"{len(others)} posts: {micros:.0f} µs each; {megabytes:.1f} MB, dump {characters}")
        posts = f"{POSTS_OF_BRAND} posts in three days each"
        print(f"{BRANDS} brands, {posts}: {many_brands(others):.0f} MB")


if __name__ == "__main__":
    main()
