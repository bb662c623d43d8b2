"""The firestorm measure of one brand, or of one topic of it: a stream of posts in, signals out.

State is bounded, plain and survives a restart; nothing looks ahead, and the clock is the posts'.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from listener.begetting import Begetting, begetting, forecast
from listener.breadth import Breadth
from listener.curve import Cell
from listener.heard import (
    CELL,
    CELLS_AN_HOUR,
    ECHOED_PEOPLE,
    ECHOED_VOICES,
    FOLDED,
    FORESEEN,
    LATE,
    PASSED,
    PEOPLE,
    POSTS,
    REACH,
    SPAN,
    VOICES,
    Heard,
    cell_of,
    key_of,
)
from listener.places import Places
from listener.saying import sentence
from listener.storm import (
    MOST_ODD,
    MOST_PASSED,
    OVER_USUAL,
    PLAIN_VOLUME,
    RULES,
    WATCH_PEOPLE,
    Rule,
    Sensitivity,
    Signal,
    Window,
    brink,
    far_post,
    first_day_storm,
    least_brink,
    mood_evidence,
    spreads,
    storm,
    watch,
    watch_of,
)
from listener.telling import CLEAR_AFTER, Told
from listener.usual import UNIT, Usual
from listener.voice import Voice, counted_as, followers_of

__all__ = ["Rate", "Sensitivity", "Signal", "Spread", "Voice", "sentence"]

VERSION, READABLE = 3, (1, 2, 3)
LAST_TIME = 4_102_444_800.0  # the year 2100; a later post is nonsense
AHEAD = 300.0  # seconds a post may be ahead of the caller's clock before it is set back to it
LEAP = 3 * 86_400.0  # without that clock, a post so far ahead waits for another author's word
MOST_GAP = 7 * SPAN  # cells of silence that still teach; a longer one teaches as much
TEACH_AFTER = CELLS_AN_HOUR  # cells teach an hour late, so that posts out of order are in
MOST_OUTAGES = 64  # remembered, the newest
MOST_DUMP_CHARS = 65_536
TWO_HOURS, SIX_HOURS, DAY = 2 * CELLS_AN_HOUR, 6 * CELLS_AN_HOUR, SPAN - 1
WINDOWS = (3, 6, 12, TWO_HOURS)  # whole cells, and the one under way
RATE_CELLS = 6

Key = tuple[float, int, bool, int | None, str, int, bool]


@dataclass(frozen=True, slots=True)
class Rate:
    """What the last minutes brought, for an incident's figures.

    unhappy, people, posts  distinct unhappy people, distinct people, all posts.
    usual                   unhappy people at this hour in as many minutes.
    platforms               on how many platforms somebody was unhappy in the last two hours.
    """

    minutes: int
    unhappy: int
    people: int
    posts: int
    usual: float
    platforms: int


class Spread:
    """Listens to a brand and says when complaints about it spread.

    sensitivity  "calm", "normal" or "keen": how much proof a storm takes. Raises ValueError for
                 any other.
    """

    def __init__(self, sensitivity: Sensitivity = "normal") -> None:
        if sensitivity not in RULES:
            raise ValueError(f"no sensitivity {sensitivity!r:.40}. Known: {', '.join(RULES)}")
        self._sensitivity: Sensitivity = sensitivity
        self._rule: Rule = RULES[sensitivity]
        self._near = replace(
            self._rule, volume=PLAIN_VOLUME, both=self._rule.both - MOST_ODD - MOST_PASSED
        )
        self._heard: Heard | None = None  # nothing yet
        self._usual = Usual()
        self._foreseen = 0  # voices in the cell under way, as the usual has it
        self._newest = 0.0  # the clock: the newest post's time
        self._held: Key | None = None  # a post too far ahead to believe alone
        self._outages: list[tuple[float, float]] = []
        self._breadth = Breadth()
        self._places = Places()
        self._told = Told()

    def hear(self, voice: Voice, now: float | None = None) -> Signal | None:
        """Count a post; the signal that it sets off, if any. Never raises.

        now  the caller's clock in Unix seconds; a post ahead of it counts at `now`. Without it a
             post days ahead of all others waits until another author is heard there.
        Posts may come out of order by up to six hours; older ones are not counted.
        """
        at = voice.at if now is None or voice.at <= now + AHEAD else now
        if not 0.0 <= at < LAST_TIME:  # nor not-a-number
            return None
        root = None if voice.root is None else key_of(voice.root)
        author, shares = counted_as(voice)
        seen = followers_of(voice) or 0
        key = (at, author, voice.unhappy, root, voice.platform, seen, shares)
        if now is None and self._heard is not None and at > self._newest + LEAP:
            held, self._held = self._held, key
            if held is None or held[1] == key[1] or abs(held[0] - at) > LEAP:
                return None
            self._held = None
            return self._count(held) or self._count(key)
        return self._count(key)

    def _count(self, key: Key) -> Signal | None:
        at, author, unhappy, root, platform, seen, shares = key
        cell = cell_of(at)
        heard = self._heard
        if heard is None:
            heard = self._heard = Heard(cell)
            self._foreseen = self._usual.foresee(cell)
        if cell > heard.cell:
            self._turn_to(heard, cell)
        elif cell < max(heard.cell - LATE, heard.first):
            return None
        self._newest = max(self._newest, at)
        if not heard.count(cell, author, unhappy, root, seen, shares):
            return None
        self._breadth.hear(platform, cell)
        self._places.hear(platform, heard.cell - cell)
        if self._told.is_settled(heard.cell, heard.within(VOICES, TWO_HOURS)):
            return None
        return self._tell(heard, self._judge(heard))

    def _turn_to(self, heard: Heard, cell: int) -> None:
        """Close the cells up to this one; each teaches an hour after its end."""
        if cell - heard.cell > MOST_GAP:
            heard.skip_to(cell - MOST_GAP)
            self._places.clear()
        while heard.cell < cell:
            heard.turn(self._foreseen)
            self._places.turn()
            done = heard.cell - TEACH_AFTER - 1
            if done >= heard.first and not self._was_deaf(done, done):
                believed = self._usual.learn(
                    done,
                    heard.between(VOICES, done, done),
                    heard.between(PEOPLE, done, done),
                    heard.between(FORESEEN, done, done) / UNIT,
                    heard.between(REACH, done, done),
                    heard.between(PASSED, done, done),
                )
                self._places.learn(heard.cell - done, believed)
            self._foreseen = self._usual.foresee(heard.cell)

    def _judge(self, heard: Heard) -> Signal | None:
        usual = self._usual
        share, unsteadiness = usual.share, usual.unsteadiness
        age = heard.cell - heard.first
        if age < DAY:
            now, since = self._window(heard, TWO_HOURS), heard.cell - TWO_HOURS
            earlier = heard.between(VOICES, since - TWO_HOURS, since - 1)
            raging = first_day_storm(now, earlier, share)
        else:
            raging = self._storm(heard, [cells for cells in WINDOWS if _risen(heard, cells)])
        if raging or age < SIX_HOURS:
            return raging
        if not (_risen(heard, SIX_HOURS) or _risen(heard, DAY)):
            return None
        six_hours, day = self._window(heard, SIX_HOURS), self._window(heard, DAY)
        return watch(six_hours, day, share, unsteadiness)

    def _storm(self, heard: Heard, risen: Sequence[int]) -> Signal | None:
        """Where people are is looked at only where it can make the difference: it takes long."""
        if not risen:
            return None
        usual, windows = self._usual, [self._window(heard, cells) for cells in risen]
        if storm(windows, usual.share, usual.unsteadiness, self._near) is None:
            return None
        placed = [
            window._replace(
                odd_places=self._places.oddness(cells),
                passed_on=mood_evidence(
                    heard.within(PASSED, cells), window.voices, usual.passed_share
                ),
            )
            for cells, window in zip(risen, windows, strict=True)
        ]
        return storm(placed, usual.share, usual.unsteadiness, self._rule)

    def _window(self, heard: Heard, cells: int) -> Window:
        """So many whole cells, and the one under way."""
        part = (self._newest - heard.cell * CELL) / CELL
        voices, people = heard.within(VOICES, cells), heard.within(PEOPLE, cells)
        return Window(
            (cells + part) * CELL / 60,
            voices,
            people,
            (heard.within(FORESEEN, cells) + part * self._foreseen) / UNIT,
            voices - heard.within(ECHOED_VOICES, cells),
            people - heard.within(ECHOED_PEOPLE, cells),
            heard.within(POSTS, cells),
        )

    def _tell(self, heard: Heard, signal: Signal | None) -> Signal | None:
        """Not every sign of the same unrest is told: a new one, a rise, or twice as many people."""
        if signal is None:
            return None
        told, cell = self._told, heard.cell
        told.stirs(cell)
        people = heard.within(VOICES, TWO_HOURS)
        is_news = told.is_news(signal.level, cell, people)
        if not is_news and not (signal.is_storm and told.may_look(cell)):
            return None
        signal = self._explained(heard, signal)
        if not is_news and signal.level != "spreading":
            return None
        told.tell(signal.level, cell, people)
        return signal

    def _explained(self, heard: Heard, signal: Signal) -> Signal:
        """With the figures that a person asks for next; a storm that spreads is raised to one."""
        whole = replace(
            signal,
            platforms=self._breadth.many(heard.cell),
            folded=heard.within(FOLDED, max(1, signal.minutes * 60 // CELL)),
            learning=heard.cell - heard.first < DAY,
        )
        if not signal.is_storm:
            return whole
        grows = self._begetting(heard, CELLS_AN_HOUR)
        whole = replace(
            whole,
            begets=grows.mean,
            surely=grows.above_one,
            reach=self._reach(heard),
            likely=forecast(signal.people, signal.minutes, signal.usual),
        )
        return replace(whole, level="spreading") if spreads(whole) else whole

    def _begetting(self, heard: Heard, cells: int) -> Begetting:
        """R over so many cells; what was said up to two hours before them pulls as well."""
        voices = heard.steps(VOICES, cells + TWO_HOURS)
        usual = heard.steps(FORESEEN, cells + TWO_HOURS)
        usual[-1] += self._foreseen
        return begetting(voices, [due / UNIT for due in usual], cells)

    def _reach(self, heard: Heard) -> float | None:
        """The followers of those unhappy in the last two hours, times the usual."""
        each, due = self._usual.followers, heard.within(FORESEEN, TWO_HOURS) / UNIT
        return None if each is None else heard.within(REACH, TWO_HOURS) / (each * max(1.0, due))

    def goes_far(self, post: str, reach: float | None, usual: float | None) -> Signal | None:
        """A watch for one unhappy post that goes far beyond the brand's usual; told once each.

        reach, usual  of the post and of the brand's posts, in the same measure: views, or
                      reactions an hour. None: not known, and nothing is told.
        """
        times, heard = far_post(reach, usual), self._heard
        if times is None or heard is None or not self._told.is_first(key_of(post)):
            return None
        self._told.stirs(heard.cell)
        if self._told.level is not None:
            return None
        people = heard.within(VOICES, TWO_HOURS)
        self._told.tell("watch", heard.cell, people)
        found = watch_of(self._window(heard, TWO_HOURS), self._usual.share)
        return replace(self._explained(heard, found), post=times)

    def clear(self, now: float) -> Signal | None:
        """That a storm which was told is over: R has been below 1 for two hours, and it is calm.

        now  Unix seconds. Told once a storm; never while a source was down in those hours.
        """
        heard, told = self._heard, self._told
        if heard is None or not told.storm:
            return None
        newest = cell_of(max(now, self._newest))
        if newest - told.storm < CLEAR_AFTER or self._was_deaf(newest - CLEAR_AFTER, newest):
            return None
        if newest - heard.cell < CLEAR_AFTER:  # a longer silence begets nothing
            grows = self._begetting(heard, CLEAR_AFTER)
            if grows.mean >= 1.0 or self._begetting(heard, CELLS_AN_HOUR).mean >= 1.0:
                return None
        else:
            grows = begetting((0,), (0.0,), 1)
        if not self.calm(now):
            return None
        told.clear()
        found = watch_of(self._window(heard, TWO_HOURS), self._usual.share)
        return replace(found, level="clear", begets=grows.mean, surely=grows.above_one)

    def look(self) -> Signal | None:
        """How a storm that was told stands by now, with every figure; None: none is on.

        Nothing is told by it: what is news, `hear` says.
        """
        heard = self._heard
        if heard is None or not self._told.storm:
            return None
        found = self._judge(heard)
        if found is None or not found.is_storm:
            window = self._window(heard, TWO_HOURS)
            found = replace(watch_of(window, self._usual.share), level="storm")
        return self._explained(heard, found)

    def curve(self, since: float, until: float) -> tuple[Cell, ...]:
        """Each five minutes of a time, as far as they are remembered: 24 h before the newest post.

        Times in Unix seconds; at most as many cells as are remembered.
        """
        heard = self._heard
        if heard is None or not 0.0 <= since <= until < LAST_TIME:
            return ()
        first = max(cell_of(since), heard.first, heard.cell - DAY)
        last = min(cell_of(until), first + DAY)
        return tuple(self._cell(heard, cell) for cell in range(first, last + 1))

    def _cell(self, heard: Heard, cell: int) -> Cell:
        if cell < heard.cell:
            due = heard.between(FORESEEN, cell, cell)
        else:
            due = self._foreseen if cell == heard.cell else self._usual.foresee(cell)
        people, everybody, posts = (heard.between(w, cell, cell) for w in (VOICES, PEOPLE, POSTS))
        return Cell(cell * CELL, people, everybody, posts, due / UNIT)

    def outage(self, since: float, until: float) -> None:
        """A source was down: this time never teaches what is usual. Say so within the hour.

        Times in Unix seconds; one that is no time at all is ignored.
        """
        if 0.0 <= since < until < LAST_TIME:
            self._outages = [*self._outages, (float(since), float(until))][-MOST_OUTAGES:]

    def _was_deaf(self, first: int, last: int) -> bool:
        """Whether a source was down at any time in the cells `first` to `last`."""
        start, end = first * CELL, (last + 1) * CELL
        return any(since < end and until > start for since, until in self._outages)

    def calm(self, now: float) -> bool:
        """Whether for an hour complaints have been nearer to the usual than to a storm.

        Never while a source was down within that hour: silence must not look like calm.
        """
        heard = self._heard
        if heard is None:
            return True
        newest = cell_of(max(now, self._newest))
        if self._was_deaf(newest - CELLS_AN_HOUR, newest):
            return False
        for last in range(newest - RATE_CELLS, newest + 1):
            usual = self._usual.foresee(last) * RATE_CELLS / UNIT
            people = heard.between(VOICES, last - RATE_CELLS + 1, last)
            if people <= (usual + least_brink(usual, self._rule)) / 2:
                continue  # most of the time; to say where the brink really is takes long
            edge = brink(usual, self._usual.unsteadiness, self._rule)
            if people > (usual + edge) / 2:
                return False
        return True

    def rate(self, now: float) -> Rate:
        """People and posts in the last half-hour."""
        newest = cell_of(max(now, self._newest))
        first = newest - RATE_CELLS + 1
        heard = self._heard or Heard(newest)
        return Rate(
            minutes=RATE_CELLS * CELL // 60,
            unhappy=heard.between(VOICES, first, newest),
            people=heard.between(PEOPLE, first, newest),
            posts=heard.between(POSTS, first, newest),
            usual=self._usual.foresee(newest) * RATE_CELLS / UNIT,
            platforms=self._breadth.since(newest - TWO_HOURS),
        )

    def posts(self, minutes: int, now: float) -> int:
        """All posts, happy ones too, in so many minutes of whole cells and the one under way."""
        newest = cell_of(max(now, self._newest))
        first = newest - minutes * 60 // CELL
        return 0 if self._heard is None else self._heard.between(POSTS, first, newest)

    def dump(self) -> str:
        """All that was learned and heard, as compact JSON of at most some 20 KB; holds no ids."""
        state = {
            "version": VERSION,
            "sensitivity": self._sensitivity,
            "heard": self._heard and self._heard.dump(),
            "usual": self._usual.dump(),
            "newest": self._newest,
            "held": self._held,
            "outages": self._outages,
            "platforms": self._breadth.platforms,
            "places": [self._places.known, self._places.dump()],
            "told": self._told.dump(),
        }
        return json.dumps(state, separators=(",", ":"))

    @classmethod
    def load(cls, text: str, sensitivity: Sensitivity | None = None) -> "Spread":
        """Go on from a dump, with its sensitivity unless another is given.

        Raises ValueError for a text that `dump` did not write.
        """
        if len(text) > MOST_DUMP_CHARS:
            raise ValueError("not a dump of the firestorm measure: too long")
        try:
            state = json.loads(text)
            spread = cls(sensitivity or state["sensitivity"])
            spread._restore(state)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"not a dump of the firestorm measure: {error!r:.200}") from error
        return spread

    def _restore(self, state: dict[str, Any]) -> None:
        if state["version"] not in READABLE:
            raise ValueError(f"version {state['version']!r:.20}, not {VERSION}")
        self._usual = Usual.load(state["usual"])
        if state["heard"] is not None:
            self._heard = Heard.load(state["heard"])
            self._foreseen = self._usual.foresee(self._heard.cell)
        self._newest = _time(state["newest"])
        if self._heard is not None and cell_of(self._newest) != self._heard.cell:
            raise ValueError("the clock and the counts disagree")
        if state["held"] is not None:
            self._held = _held(state["held"])
        outages = [(_time(since), _time(until)) for since, until in state["outages"]]
        self._outages = outages[-MOST_OUTAGES:]
        self._breadth.load(state["platforms"])
        known, places = state.get("places", (0.0, {}))  # the versions before knew none
        self._places.load(places, known)
        self._told = Told.load(state["told"])


def _held(told: list[Any]) -> Key:
    """A post that waited; version 1 knew neither followers nor shared voices."""
    at, author, unhappy, root, platform, *rest = told
    seen, shares = rest or (0, False)
    root = None if root is None else int(root)
    return (_time(at), int(author), bool(unhappy), root, str(platform), int(seen), bool(shares))


def _risen(heard: Heard, cells: int) -> bool:
    """A quick look, at every voice: whether a window can hold a signal at all."""
    voices = heard.within(VOICES, cells)
    return voices >= WATCH_PEOPLE and UNIT * voices >= OVER_USUAL * heard.within(FORESEEN, cells)


def _time(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r:.40} is not a time")
    if not 0.0 <= value < LAST_TIME:
        raise ValueError(f"{value!r:.40} is not a time")
    return float(value)
