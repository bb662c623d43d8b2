"""When unrest is a watch, a storm or one that spreads. Pure: figures in, a signal out.

Count people, not posts (bots and quarrels fall out), against the brand's own usual (rush hours
fall out), and demand that the mood has turned (news and happy campaigns fall out).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import Literal, NamedTuple

Sensitivity = Literal["calm", "normal", "keen"]
Level = Literal["watch", "storm", "spreading", "clear"]

OVER_USUAL = 1.6  # times the usual, below which nothing is unusual however sure we are of it
MOOD_WEIGHT = 1.2  # real brands often burst for harmless reasons, so mood weighs more than volume
MOOD_NEEDED = 1.33  # evidence of a turned mood needed of a brand nobody complains about, in units
MOOD_GIVEN_UP = 0.5  # … falling to none where so large a share of people are unhappy anyway
UNSTEADY_WEIGHT, UNSTEADY_MOST = 0.6, 0.15  # real bursts are shorter than a storm's windows
MOST_ODD = 12.0  # nats: where people are is never proof enough by itself
MOST_PASSED, PASSED_WEIGHT = 5.0, 0.5  # nor that it is passed on, as every burst is somewhat
BEYOND_SHARE = 0.4  # of those beyond the usual, so many at least are unhappy in a storm, …
BEYOND_MORE = 0.12  # … or so many more than of all people usually; …
BEYOND_MOST = 0.5  # … but never more than half need be
PLAIN_MOOD, PLAIN_PLACES = 18.0, 12.0  # nats of mood, or of where they are, from which on …
PLAIN_VOLUME = 1.0  # … so little of their number is enough: the usual may be thought too high
QUARREL_POSTS, QUARREL_PEOPLE = 1.5, 12  # posts a person, from which on it takes so many people
WATCH_PEOPLE = 4
WATCH_VOLUME = 10.0
SMALL_A_DAY = 3.0  # usual unhappy people a day, up to which four in a day are worth a look
SMALL_VOLUME = 4.0
FIRST_DAY_PEOPLE, FIRST_DAY_SHARE, FIRST_DAY_RATIO = 25, 0.6, 3.0
LEAST_USUAL = 1e-6
SURELY = 0.9  # P(R > 1) above which a storm is said to spread, …
TWO_PLATFORMS = 2  # … if it is on so many platforms …
FAR_REACH = 10.0  # … or is seen by so many times as many followers as usual
FAR_POST, LEAST_FAR = 50.0, 200.0  # times the usual, and at the least, for one post to be a watch


@dataclass(frozen=True, slots=True)
class Signal:
    """Unrest, and the figures that say why.

    people, minutes  distinct unhappy people, and the length of the window they were counted in.
    usual            how many there usually are in such a window at this hour.
    unhappy_share, usual_share  of all people heard, 0..1.
    score            log-likelihood ratio against the usual, in nats; grows with the evidence.
    begets, surely   how many further complaints each begets, and how surely more than one;
                     None in a watch.
    platforms        on how many it is; 0 where that was not looked at.
    reach            times the usual, of the followers of those unhappy; None: not known.
    likely           how many more unhappy posts in four hours, from and to; None: not told.
    folded           posts that were counted with another's: coordinated accounts, machines.
    learning         it is the brand's first day: the usual is a guess.
    post             times the usual that one post goes, where that alone is the watch.
    """

    level: Level
    people: int
    minutes: int
    usual: float
    unhappy_share: float
    usual_share: float
    score: float
    begets: float | None = None
    surely: float = 0.0
    platforms: int = 0
    reach: float | None = None
    likely: tuple[int, int] | None = None
    folded: int = 0
    learning: bool = False
    post: float | None = None

    @property
    def is_storm(self) -> bool:
        """It pages at once; a watch is worth a look, and a clear ends it."""
        return self.level in ("storm", "spreading")


@dataclass(frozen=True, slots=True)
class Rule:
    """The evidence that a storm takes.

    people              at least so many distinct unhappy people in the window.
    volume, mood, both  log-likelihood ratios in nats: of their number, of the share of people who
                        are unhappy, and of both together with where they are.
    """

    people: int
    volume: float
    mood: float
    both: float


RULES: dict[Sensitivity, Rule] = {
    "calm": Rule(people=7, volume=5.0, mood=4.0, both=20.0),
    "normal": Rule(people=6, volume=4.3, mood=3.0, both=16.8),
    "keen": Rule(people=5, volume=3.5, mood=2.5, both=13.5),
}


class Window(NamedTuple):
    """What was heard in the last minutes.

    voices, people  distinct people who were unhappy, and all distinct people.
    usual           voices that such a window usually brings.
    telling_voices, telling_people  those of them whose mood counts: of one repost tree the first.
    posts           all posts of these people.
    odd_places      how surely they are unhappy elsewhere than usual, in nats.
    passed_on       how surely more of them than usual pass somebody's words on, in nats.
    """

    minutes: float
    voices: int
    people: int
    usual: float
    telling_voices: int
    telling_people: int
    posts: int = 0
    odd_places: float = 0.0
    passed_on: float = 0.0

    @property
    def is_quarrel(self) -> bool:
        """A few people who write again and again, and no outcry."""
        many = self.posts > QUARREL_POSTS * self.people
        return many and self.voices < QUARREL_PEOPLE


def volume_evidence(voices: float, usual: float, unsteadiness: float) -> float:
    """How surely the voices are more than usual: negative binomial, variance μ + a μ². 0 if not."""
    if voices <= usual:
        return 0.0
    mean, size = max(usual, LEAST_USUAL), 1.0 / unsteadiness
    return voices * log(voices / mean) - (voices + size) * log((voices + size) / (mean + size))


def mood_evidence(voices: int, people: int, usual_share: float) -> float:
    """How surely a larger share of people are unhappy than usual: binomial. 0 if not."""
    share = min(1.0, voices / people) if people else 0.0
    if share <= usual_share:
        return 0.0
    calm = (1 - share) * log((1 - share) / (1 - usual_share)) if share < 1 else 0.0
    return people * (share * log(share / usual_share) + calm)


def mood_needed(usual_share: float, mood: float) -> float:
    """A brand whose people are mostly unhappy anyway cannot show a turn of mood."""
    return mood * max(0.0, MOOD_NEEDED * (1 - usual_share / MOOD_GIVEN_UP))


def _manner(window: Window) -> float:
    """Proof by how and where it is said: an outcry is passed on, and begins in one place. It is
    never against a storm: many may have the same trouble, each for himself."""
    passed = min(MOST_PASSED, PASSED_WEIGHT * window.passed_on)
    return min(MOST_ODD, window.odd_places) + passed


def share_beyond(window: Window, usual_share: float) -> float:
    """Of the people beyond those who usually come, the share who are unhappy, 0..1.

    Where very many come even a small turn of mood is sure, and still no storm: news and lively
    days bring people of whom few are unhappy, an outcry brings people most of whom are.
    """
    part = window.telling_people / max(1, window.people)
    voices = window.telling_voices - part * window.usual
    people = window.telling_people - part * window.usual / usual_share
    return max(0.0, voices / max(people, voices)) if voices > 0 else 0.0


def beyond_needed(usual_share: float) -> float:
    """The share of those beyond the usual who must be unhappy."""
    return min(BEYOND_MOST, max(BEYOND_SHARE, usual_share + BEYOND_MORE))


def _steadied(unsteadiness: float) -> float:
    return min(UNSTEADY_MOST, UNSTEADY_WEIGHT * unsteadiness)


def storm(
    windows: Iterable[Window], usual_share: float, unsteadiness: float, rule: Rule
) -> Signal | None:
    """The strongest window in which far more people complain than usual and the mood has turned."""
    unsteady = _steadied(unsteadiness)
    needed, beyond = mood_needed(usual_share, rule.mood), beyond_needed(usual_share)
    best: Signal | None = None
    for window in windows:
        if window.voices < rule.people or window.voices < OVER_USUAL * window.usual:
            continue
        if window.is_quarrel or share_beyond(window, usual_share) < beyond:
            continue
        volume = volume_evidence(window.voices, window.usual, unsteady)
        mood = mood_evidence(window.telling_voices, window.telling_people, usual_share)
        is_plain = mood >= PLAIN_MOOD or window.odd_places >= PLAIN_PLACES
        if volume < (min(PLAIN_VOLUME, rule.volume) if is_plain else rule.volume):
            continue
        score = volume + MOOD_WEIGHT * mood + _manner(window)
        if score >= rule.both and mood >= needed and (best is None or score > best.score):
            best = _signal("storm", window, usual_share, score)
    return best


def first_day_storm(window: Window, earlier_voices: int, usual_share: float) -> Signal | None:
    """A storm so plain that it needs no usual, for a brand heard for less than a day.

    window          the last two hours, and the usual as far as it is known.
    earlier_voices  in as long a window just before: a morning climbs, a storm leaps.
    """
    share = window.telling_voices / max(1, window.telling_people)
    if window.voices < FIRST_DAY_PEOPLE or share < FIRST_DAY_SHARE:
        return None
    if window.voices < FIRST_DAY_RATIO * max(window.usual, earlier_voices):
        return None
    return _signal("storm", window, usual_share, float(window.voices))


def watch(six_hours: Window, day: Window, usual_share: float, unsteadiness: float) -> Signal | None:
    """More people complain than usual, whatever the mood: worth a look, not yet a storm.

    A slow doubling over six hours; for a small brand also a handful of people in a day.
    """
    unsteady = _steadied(unsteadiness)
    for window, needed in ((six_hours, WATCH_VOLUME), (day, SMALL_VOLUME)):
        if window.voices < WATCH_PEOPLE or (window is day and day.usual > SMALL_A_DAY):
            continue
        volume = volume_evidence(window.voices, window.usual, unsteady)
        if volume >= needed:
            return _signal("watch", window, usual_share, volume)
    return None


def watch_of(window: Window, usual_share: float) -> Signal:
    """A watch with a window's figures, for another reason than these."""
    return _signal("watch", window, usual_share, 0.0)


def _signal(level: Level, window: Window, usual_share: float, score: float) -> Signal:
    return Signal(
        level=level,
        people=window.voices,
        minutes=round(window.minutes),
        usual=window.usual,
        unhappy_share=min(1.0, window.voices / max(1, window.people)),
        usual_share=usual_share,
        score=score,
    )


def brink(usual: float, unsteadiness: float, rule: Rule) -> float:
    """How many people, the usual being so, would be a storm if the mood gave half of the proof."""
    unsteady = _steadied(unsteadiness)
    needed = max(rule.volume, rule.both / 2)
    low = high = least_brink(usual, rule)
    for _ in range(64):
        if volume_evidence(high, usual, unsteady) >= needed:
            break
        low, high = high, 2 * high
    for _ in range(32):
        middle = (low + high) / 2
        if volume_evidence(middle, usual, unsteady) >= needed:
            high = middle
        else:
            low = middle
    return high


def least_brink(usual: float, rule: Rule) -> float:
    """Fewer than this many people are never at the brink, however steady the usual is."""
    return max(float(rule.people), OVER_USUAL * usual)


def spreads(signal: Signal) -> bool:
    """Whether a storm is one that spreads: it grows of itself, and not in one corner only."""
    wide = signal.platforms >= TWO_PLATFORMS or (signal.reach or 0.0) > FAR_REACH
    return signal.level == "storm" and signal.surely > SURELY and wide


def far_post(reach: float | None, usual: float | None) -> float | None:
    """How many times the usual one post goes, where that alone is worth a look; else None.

    reach, usual  in the same measure: views, or reactions an hour.
    """
    if reach is None or usual is None or reach < LEAST_FAR:
        return None
    times = reach / max(usual, 1.0)
    return times if times >= FAR_POST else None
