"""What should not ring, or must in spite of trouble: `python -m bench.decoys`.

Our own scenarios, laid over eight ordinary days of made-up brands, beside three rules that are
common among vendors. Each row counts over ten dice in how many runs a storm was told.
The dice of chance are part of a row: a rule that often rings in ordinary hours rings here as well.
"""

import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from math import sin, sqrt, tau
from random import Random
from typing import NamedTuple, Protocol

from listener.crowd import SAME_TEXT
from listener.spread import Spread, Voice

MONDAY = 1_767_571_200.0  # 2026-01-05 00:00 UTC
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
TAUGHT = 8 * DAY
AT = MONDAY + TAUGHT + 10 * HOUR
RUNS = 10
QUIET = 6 * HOUR  # a rule is silent so long after it rang


class Heard(NamedTuple):
    """A post and when it reaches us, which may be later than it was written."""

    arrives: float
    voice: Voice


Posts = Iterator[Heard]


def usual(dice: Random, an_hour: float = 12.0, until: float = AT + 8 * HOUR) -> Posts:
    """A brand's days: more by day than by night, and one in seven people unhappy."""
    at = MONDAY
    while True:
        pace = an_hour * (1.0 + 0.7 * sin(tau * (at / DAY - 0.25)))
        at += dice.expovariate(1.0) * HOUR / max(pace, 0.05 * an_hour)
        if at >= until:
            return
        yield post(dice, at, dice.random() < 0.15)


def post(dice: Random, at: float, unhappy: bool, **more: object) -> Heard:
    """A post by anybody, heard when it is written."""
    author = f"u{dice.randrange(10**7)}"
    platform = dice.choice(("x", "x", "x", "reddit", "bluesky"))
    plain = Voice(at, author, unhappy, None, platform, followers=int(dice.lognormvariate(5.5, 1.8)))
    return Heard(at, replace(plain, **more))  # type: ignore[arg-type]


def storm(dice: Random, start: float = AT, many: int = 200, hours: float = 4.0) -> Posts:
    """A true outcry that climbs."""
    for number in range(many):
        yield post(dice, start + hours * HOUR * sqrt(number / many), dice.random() < 0.6)


# ------------------------------------------------------------------------------------- scenarios
def meme(dice: Random) -> Posts:
    """One sarcastic post, reposted by 400 people, half of whose reposts are judged unhappy."""
    yield from usual(dice)
    for _ in range(400):
        yield post(dice, AT + dice.random() * 4 * HOUR, dice.random() < 0.5, root="meme")


def grim_news(dice: Random) -> Posts:
    """Neutral news full of negative words: one in five reports is judged unhappy."""
    yield from usual(dice)
    for _ in range(300):
        yield post(dice, AT + dice.random() * 5 * HOUR, dice.random() < 0.2)


def coordinated(dice: Random) -> Posts:
    """Eighty accounts post the same words within an hour; the crowd is marked from the fifth."""
    yield from usual(dice)
    for number in range(80):
        marks = (SAME_TEXT,) if number >= 4 else ()
        yield post(dice, AT + number * 45.0, True, marks=marks, words=77, root="copy of 77")


def fresh_accounts(dice: Random) -> Posts:
    """Eighty accounts made this week, without followers, each with words of its own."""
    yield from usual(dice)
    for number in range(80):
        at = AT + number * 45.0
        yield post(dice, at, True, joined=at - DAY, followers=0)


def catching_up(dice: Random) -> Posts:
    """A source is down for ten hours; then all that was written meanwhile comes within a minute."""
    for one in usual(dice, 40.0):
        late = AT - 10 * HOUR < one.arrives < AT
        yield Heard(AT + (one.arrives - AT) / 600 if late else one.arrives, one.voice)


def out_of_order(dice: Random) -> Posts:
    """Every third post comes up to five hours late."""
    for one in usual(dice):
        late = dice.random() * 5 * HOUR if dice.random() < 0.33 else 0.0
        yield Heard(one.arrives + late, one.voice)


def wrong_clocks(dice: Random) -> Posts:
    """One platform's clock is ten minutes fast, another's ten minutes slow."""
    off = {"reddit": 10 * MINUTE, "bluesky": -10 * MINUTE}
    for one in usual(dice):
        at = one.voice.at + off.get(one.voice.platform, 0.0)
        yield Heard(one.arrives, replace(one.voice, at=at))


def back_again(dice: Random) -> Posts:
    """A source is back after two days of which nothing was heard."""
    for one in usual(dice):
        if not AT - 2 * DAY < one.arrives < AT:
            yield one


def one_a_week(dice: Random) -> Posts:
    """A brand that is named once a week, then by three unhappy people in one day."""
    yield from usual(dice, 1 / 168)
    for number in range(3):
        yield post(dice, AT + number * 2 * HOUR, True)


def very_many(dice: Random) -> Posts:
    """Five thousand posts a minute in the usual mood, for three minutes."""
    yield from usual(dice, 400.0, MONDAY + 2 * DAY)
    for _ in range(15_000):
        yield post(dice, MONDAY + 2 * DAY + dice.random() * 3 * MINUTE, dice.random() < 0.15)


def quarrel(dice: Random) -> Posts:
    """Eight people quarrel in one thread, 45 posts in an hour."""
    yield from usual(dice, 2.0)
    for _ in range(45):
        who = f"q{dice.randrange(8)}"
        at = AT + dice.random() * HOUR
        yield post(dice, at, dice.random() < 0.85, author=who, root="thread", platform="x")


def true_storm(dice: Random) -> Posts:
    """A true storm, for comparison: it must ring."""
    yield from usual(dice)
    yield from storm(dice)


def late_storm(dice: Random) -> Posts:
    """A true storm of which every third post comes up to two hours late: it must ring."""
    yield from usual(dice)
    for one in storm(dice):
        late = dice.random() * 2 * HOUR if dice.random() < 0.33 else 0.0
        yield Heard(one.arrives + late, one.voice)


def storm_of_copies(dice: Random) -> Posts:
    """A true storm into which somebody pours eighty copies: it must ring."""
    yield from coordinated(dice)
    yield from storm(dice)


Scenario = Callable[[Random], Posts]
MUST_NOT: tuple[Scenario, ...] = (
    meme,
    grim_news,
    quarrel,
    coordinated,
    fresh_accounts,
    catching_up,
    out_of_order,
    wrong_clocks,
    back_again,
    one_a_week,
    very_many,
)
MUST: tuple[Scenario, ...] = (true_storm, late_storm, storm_of_copies)


# ----------------------------------------------------------------------------------------- rules
class Rule(Protocol):
    """What rings, or not, at a post."""

    def rings(self, heard: Heard) -> bool: ...


class Ours:
    """The firestorm measure; only a storm rings, a watch is counted apart."""

    def __init__(self) -> None:
        self.spread, self.watches = Spread(), 0

    def rings(self, heard: Heard) -> bool:
        signal = self.spread.hear(heard.voice, heard.arrives)
        self.watches += signal is not None and signal.level == "watch" and heard.arrives >= AT
        return signal is not None and signal.is_storm


class Hourly:
    """Posts counted by the clock hour they arrive in, as vendors' rules have them."""

    def __init__(self, unhappy_only: bool, hours: int) -> None:
        self.unhappy_only, self.hour, self.count = unhappy_only, 0, 0
        self.past: deque[int] = deque(maxlen=hours)

    def add(self, heard: Heard) -> int:
        hour = int(heard.arrives // HOUR)
        if self.hour and hour > self.hour:
            silent = min(hour - self.hour - 1, self.past.maxlen or 0)
            self.past.extend((self.count, *[0] * silent))
            self.count = 0
        self.hour = max(hour, self.hour)
        self.count += heard.voice.unhappy or not self.unhappy_only
        return self.count


class ThreeSigma(Hourly):
    """An hour with more unhappy posts than the last 24 hours' mean and three deviations."""

    def __init__(self) -> None:
        super().__init__(True, 24)

    def rings(self, heard: Heard) -> bool:
        count, past = self.add(heard), self.past
        if len(past) < 24:
            return False
        mean = sum(past) / 24
        return count > mean + 3 * sqrt(sum((each - mean) ** 2 for each in past) / 24)


class HalfMore(Hourly):
    """An hour with over 150 % of the week's mean."""

    def __init__(self) -> None:
        super().__init__(False, 168)

    def rings(self, heard: Heard) -> bool:
        count = self.add(heard)
        return len(self.past) == 168 and count > 1.5 * sum(self.past) / 168


class FortyPercent:
    """Over 40 % of at least ten posts of the last two hours are unhappy."""

    def __init__(self) -> None:
        self.posts: deque[tuple[float, bool]] = deque()

    def rings(self, heard: Heard) -> bool:
        posts = self.posts
        posts.append((heard.arrives, heard.voice.unhappy))
        while posts[0][0] < heard.arrives - 2 * HOUR:
            posts.popleft()
        return len(posts) >= 10 and sum(unhappy for _, unhappy in posts) > 0.4 * len(posts)


RULES: dict[str, Callable[[], Rule]] = {
    "ours": Ours,
    "24 h + 3σ": ThreeSigma,
    "hour > 150 %": HalfMore,
    "share > 40 %": FortyPercent,
}


def in_order(posts: Iterable[Heard]) -> list[Heard]:
    """As they reach us."""
    return sorted(posts, key=lambda each: each.arrives)


def told(rule: Rule, posts: Sequence[Heard], since: float) -> bool:
    """Whether a rule rings after an instant, and not as the echo of a ring before it."""
    rang = -DAY
    for heard in posts:
        if heard.arrives - rang >= QUIET and rule.rings(heard):
            rang = heard.arrives
            if rang >= since:
                return True
    return False


def begins(scenario: Scenario) -> float:
    """When a scenario's trouble starts; what lasts all the time is judged on its last day."""
    if scenario is very_many:
        return MONDAY + 2 * DAY
    return AT - DAY if scenario in (out_of_order, wrong_clocks) else AT


def table(runs: int = RUNS) -> Iterator[str]:
    """The rows, as the documentation has them: in how many runs each rule rang."""
    yield "| in how many of " + f"{runs} runs a storm was told | " + " | ".join(RULES) + " |"
    yield "|---|" + "---|" * len(RULES)
    for scenario in (*MUST_NOT, *MUST):
        streams = [in_order(scenario(Random(seed))) for seed in range(runs)]
        since = begins(scenario)
        rang = [sum(told(rule(), each, since) for each in streams) for rule in RULES.values()]
        what = (scenario.__doc__ or "").rstrip(".").split("\n")[0]
        yield f"| {what} | " + " | ".join(map(str, rang)) + " |"


class Cost(NamedTuple):
    """Microseconds of processor time a post in quiet hours and at 5,000 a minute; kilobytes that
    a brand's measure takes in memory, and in the store, of so many brands."""

    quiet: float
    rush: float
    memory: float
    stored: float


def cost(posts: int = 100_000, brands: int = 100) -> Cost:
    """What the measure takes, where each brand's is as full as it can be."""
    dice = Random(1)
    quiet = [post(dice, MONDAY + n * 8.0, dice.random() < 0.15).voice for n in range(posts)]
    end = quiet[-1].at
    rush = [post(dice, end + n * 0.012, dice.random() < 0.3).voice for n in range(posts)]
    spread, spent = Spread(), []
    for voices in (quiet, rush):
        start = time.process_time()
        for voice in voices:
            spread.hear(voice)
        spent.append((time.process_time() - start) / posts * 1e6)
    dump = spread.dump()  # as full as a measure can be
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    held = [Spread.load(dump) for _ in range(brands)]
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Cost(*spent, (after - before) / len(held) / 1e3, len(dump) / 1e3)


def main() -> None:
    """Print the table, and what a post costs."""
    for row in table():
        print(row)
    found = cost()
    print(f"a post costs {found.quiet:.1f} µs, at 5,000 a minute {found.rush:.1f} µs")
    print(f"a brand takes at most {found.memory:.0f} kB in memory, {found.stored:.0f} kB stored;")
    print(f"a thousand brands {found.memory:.0f} MB and {found.stored:.0f} MB")


if __name__ == "__main__":
    main()
