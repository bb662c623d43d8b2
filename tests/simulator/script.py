"""A script: what happens on a platform, poll by poll. Its `repr` is all that a replay needs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.simulator.faults import Fault
from tests.simulator.timeline import Entry, Timeline

START = datetime(2026, 11, 16, 6, tzinfo=UTC)  # of the house's clock
JUST_BEFORE = timedelta(seconds=1)  # the poll, posts are edited and taken away
WAITS = (5, 60, 60, 60, 600, 600, 3_600, 30_000, 90_000, 700_000)  # seconds; the last is 8 days
BURSTS = (0, 0, 1, 1, 2, 3, 5, 12, 30, 60)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens, and then one poll.

    wait     seconds until the poll; `posts` are written evenly spread over them.
    late     seconds after which every second one of them is shown.
    edited   how many of the newest posts get other words just before the poll.
    deleted  how many of the newest posts are taken away just before the poll.
    faults   of the next requests, one each; those that no request meets wait for the next poll.
    crash    the process ends after so many batches of this poll; 0: it does not.
    restart  the process is ended and started before the poll.
    """

    wait: int = 60
    posts: int = 0
    late: int = 0
    edited: int = 0
    deleted: int = 0
    faults: tuple[Fault, ...] = ()
    crash: int = 0
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """The steps, and by how many seconds the platform's clock is ahead of ours."""

    steps: tuple[Step, ...]
    skew: int = 0

    @property
    def ahead(self) -> timedelta:
        return timedelta(seconds=self.skew)


def timeline_of(script: Script, latest: timedelta) -> Timeline:
    """The posts of a script. `latest`: no post is shown later after its writing."""
    entries: list[Entry] = []
    then = START + script.ahead
    for step in script.steps:
        now = then + timedelta(seconds=step.wait)
        entries += _written(step, len(entries), then, latest)
        _meddle(entries, step, now - JUST_BEFORE)
        then = now
    return Timeline(tuple(entries))


def _written(step: Step, first: int, then: datetime, latest: timedelta) -> list[Entry]:
    late = min(timedelta(seconds=step.late), latest)
    written = []
    for n in range(step.posts):
        at = then + timedelta(milliseconds=1_000 * step.wait * (n + 1) // (step.posts + 1))
        written.append(Entry(first + n, at, at + (late if n % 2 else timedelta(0))))
    return written


def _meddle(entries: list[Entry], step: Step, at: datetime) -> None:
    """Edit and take away the newest of what is shown."""
    shown = [entry for entry in reversed(entries) if entry.indexed < at and entry.deleted is None]
    for entry in shown[: step.deleted]:
        entries[entry.number] = replace(entry, deleted=at)
    for entry in shown[step.deleted : step.deleted + step.edited]:
        if entry.edited is None:
            entries[entry.number] = replace(entry, edited=at)


def scripts(faults: Collection[Fault], waits: Sequence[int] = WAITS) -> st.SearchStrategy[Script]:
    """Scripts of up to eight polls with any of these faults."""
    some = st.lists(st.sampled_from(sorted(faults)), max_size=3).map(tuple)
    steps = st.builds(
        Step,
        wait=st.sampled_from(waits),
        posts=st.sampled_from(BURSTS),
        late=st.sampled_from((0, 0, 20, 100, 3_000)),
        edited=st.sampled_from((0, 0, 1, 2)),
        deleted=st.sampled_from((0, 0, 0, 1, 3, 12)),
        faults=st.one_of(st.just(()), some),
        crash=st.sampled_from((0, 0, 0, 1, 2)),
        restart=st.booleans(),
    )
    return st.builds(
        Script,
        steps=st.lists(steps, min_size=1, max_size=8).map(tuple),
        skew=st.sampled_from((0, 0, 0, 600, -600)),
    )
