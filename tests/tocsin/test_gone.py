"""A kept post that its platform no longer shows is erased, and none that it shows ever is."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import SourceSettings
from escalation.subject import Fault
from listener.budget import Allowance
from listener.collector import Batch, Known, Later, OutOfBudget, Refreshed
from listener.looking_again import ALONE, CLAIM, FRESH, SURE, is_gone, next_try
from listener.looking_up import told
from listener.mention import Engagement, Kind, Observation
from tests.firm import NOON, Firm, new_firm, observed
from tocsin.following import UNTOLD_AFTER, Following
from tocsin.sources import Reading, SourceWorker
from tocsin.spending import Spending

ANGRY = "@Acme terrible, no reply, still waiting for my refund"
MINUTE = timedelta(minutes=1)
Answer = Callable[[Sequence[Known], datetime], Refreshed]


@dataclass
class Shelf:
    """A platform's look-up: it shows what is on the shelf, unless it answers oddly just now."""

    shown: dict[str, Observation] = field(default_factory=dict)
    odd: Answer | None = None
    at_once: int = 20
    asked: list[list[str]] = field(default_factory=list)

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        self.asked.append([post.id for post in posts])
        if self.odd is not None:
            return self.odd(posts, now)
        found = [self.shown[post.id] for post in posts if post.id in self.shown]
        return told(posts, found, [post.id for post in posts])


@dataclass
class House:
    """A firm that listens at one shelf."""

    firm: Firm
    shelf: Shelf = field(default_factory=Shelf)

    def __post_init__(self) -> None:
        self.firm.house.store.write(lambda desk: desk.start_source("it", self.firm.now))
        self.follow = Following("it", "x", self.shelf, self.firm.house)

    def hear(self, *numbers: int, source: str = "it") -> list[str]:
        seen = [observed(n, f"jo{n}", self.firm.now, words=ANGRY) for n in numbers]
        batch = Batch(tuple(seen))
        house, now = self.firm.house, self.firm.now
        house.store.write(lambda desk: house.pipeline.take(desk, source, batch, now))
        alive = {one.post.id: replace(one, kind=Kind.COUNTS) for one in seen}
        self.shelf.shown |= {
            name: replace(one, post=replace(one.post, engagement=Engagement(likes=1)))
            for name, one in alive.items()
        }
        return list(alive)

    def passes(self, wait: timedelta, *, every: timedelta = MINUTE) -> None:
        """Time passes, with a look every so often."""
        for _ in range(wait // every):
            self.firm.passes(every)
            self.follow.look(lambda: False)

    def kept(self) -> set[str]:
        with self.firm.house.store.read() as desk:
            rows = desk.connection.execute("select native_id from posts where text <> ''")
            return {row[0] for row in rows.fetchall()}

    def faults(self) -> list[str]:
        with self.firm.house.store.read() as desk:
            found = desk.subjects("fault", only_open=True)
        return [one.detail for one in found if isinstance(one, Fault)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    firm = new_firm(tmp_path / "store.db")
    yield House(firm)
    firm.house.store.close()


def nothing(posts: Sequence[Known], now: datetime) -> Refreshed:
    """A good answer that shows nothing at all."""
    return told(posts, (), [post.id for post in posts])


@pytest.mark.parametrize(
    ("absent_for", "before", "proved", "refuted", "expected"),
    [
        pytest.param(None, 0, True, False, False, id="the first look never erases"),
        pytest.param(SURE, 1, True, False, True, id="the second does, where others are shown"),
        pytest.param(SURE - MINUTE, 1, True, False, False, id="not within the same hiccup"),
        pytest.param(SURE, 1, False, False, False, id="alone it says little"),
        pytest.param(ALONE, 5, False, False, True, id="but not for ever"),
        pytest.param(
            ALONE * 9, 4, False, False, False, id="a few odd answers with an outage between"
        ),
        pytest.param(ALONE * 9, 50, False, True, False, id="what is shown elsewhere refutes it"),
        pytest.param(SURE, 1, True, True, True, id="unless look-ups are shown to work"),
    ],
)
def test_when_a_post_counts_as_gone(
    absent_for: timedelta | None, before: int, proved: bool, refuted: bool, expected: bool
) -> None:
    since = None if absent_for is None else NOON - absent_for
    assert is_gone(since, before, NOON, is_proved=proved, is_refuted=refuted) is expected


def test_what_cannot_be_looked_up_is_tried_ever_less_often() -> None:
    waits = [next_try(NOON - since, NOON) - NOON for since in (MINUTE, MINUTE * 60, MINUTE * 9_999)]
    assert waits == [CLAIM, MINUTE * 30, timedelta(hours=2)]


def test_one_that_is_gone_among_others_is_erased_at_the_second_look(house: House) -> None:
    gone, *others = house.hear(1, 2, 3)
    del house.shelf.shown[gone]
    house.passes(timedelta(minutes=6))
    assert gone in house.kept()
    house.passes(timedelta(minutes=12))
    assert house.kept() == set(others)


def test_what_is_there_is_asked_for_along_with_what_is_absent(house: House) -> None:
    (alive,) = house.hear(1)
    house.passes(timedelta(hours=7))
    (gone,) = house.hear(2)
    del house.shelf.shown[gone]
    house.passes(timedelta(minutes=20))
    assert house.kept() == {alive}
    assert [sorted(one) for one in house.shelf.asked[-2:]] == [[gone], sorted([alive, gone])]


def test_when_all_that_is_kept_is_gone_it_is_erased_after_some_hours(house: House) -> None:
    house.hear(*range(10))
    house.shelf.shown.clear()
    house.passes(ALONE + 2 * CLAIM)
    assert house.kept() == set()
    assert house.faults() == []


def test_odd_answers_before_and_after_an_outage_erase_nothing(house: House) -> None:
    def out(posts: Sequence[Known], now: datetime) -> Refreshed:
        raise Later("nobody answers")

    own = house.hear(1)
    for odd in (nothing, out, nothing):
        house.shelf.odd = odd
        house.passes(timedelta(hours=24) if odd is out else CLAIM * 2)
    assert house.kept() == set(own)
    house.shelf.odd = None
    house.passes(timedelta(hours=24))
    assert house.kept() == set(own)


def test_the_last_post_heard_tells_whether_looking_up_works_and_is_not_kept_for_it(
    house: House,
) -> None:
    house.hear(1)
    house.shelf.shown.clear()
    stranger = observed(9, "ann", house.firm.now, words="Acme said by somebody forgotten")
    house.shelf.shown[stranger.post.id] = stranger
    house.follow.heard([stranger], house.firm.now)
    house.passes(timedelta(minutes=18))
    assert house.shelf.asked[-1] == [stranger.post.id, "native-1"]
    assert house.kept() == set()


@pytest.mark.parametrize("minutes", [1, 10, 40, 170])
def test_a_platform_that_shows_nothing_for_a_while_erases_nothing(
    house: House, minutes: int
) -> None:
    kept = set(house.hear(*range(40)))
    house.passes(timedelta(minutes=5))
    house.shelf.odd = nothing
    house.passes(timedelta(minutes=minutes))
    house.shelf.odd = None
    house.passes(timedelta(hours=2))
    assert house.kept() == kept


def test_while_what_was_just_heard_is_not_found_nothing_is_erased(house: House) -> None:
    kept = set(house.hear(*range(5)))
    house.shelf.odd = nothing
    for _ in range(8):
        stranger = observed(99, "ann", house.firm.now)
        house.follow.heard([stranger], house.firm.now)
        house.passes(FRESH / 4)
    assert house.kept() == kept


def test_what_the_platform_says_is_gone_is_erased_at_once(house: House) -> None:
    first, second = house.hear(1, 2)
    house.shelf.shown[first] = replace(house.shelf.shown[first], kind=Kind.DELETE)
    house.passes(timedelta(minutes=6))
    assert house.kept() == {second}


def test_an_absence_outlasts_a_restart_and_a_look_that_fails(house: House) -> None:
    gone, alive = house.hear(1, 2)
    del house.shelf.shown[gone]
    house.passes(timedelta(minutes=6))
    house.follow = Following("it", "x", house.shelf, house.firm.house)
    house.shelf.odd = lambda posts, now: told(posts, ())
    house.passes(timedelta(minutes=11))
    house.shelf.odd = None
    house.passes(timedelta(minutes=11))
    assert house.kept() == {alive}


# --------------------------------------------------------------------- of whom, and who is told
def test_two_sources_of_one_platform_each_look_after_their_own(house: House) -> None:
    own = house.hear(1, 2, 3)
    other = House(house.firm, Shelf())
    other.follow = Following("other", "x", other.shelf, house.firm.house)
    theirs = other.hear(4, 5, 6, source="other")
    house.shelf.shown.clear()
    other.shelf.shown.clear()
    for _ in range((ALONE + 2 * CLAIM) // MINUTE):
        house.passes(MINUTE)
        other.follow.look(lambda: False)
    assert {name for one in house.shelf.asked for name in one} == set(own)
    assert {name for one in other.shelf.asked for name in one} == set(theirs)
    assert house.kept() == set()


def test_posts_of_a_source_that_is_declared_no_more_are_asked_for_by_each_that_is_left(
    house: House,
) -> None:
    other = House(house.firm, Shelf(odd=lambda posts, now: told(posts, ())))
    other.follow = Following("other", "x", other.shelf, house.firm.house)
    (orphan,) = house.hear(1, source="before")
    del house.shelf.shown[orphan]
    for _ in range(60 * 12):
        house.passes(MINUTE)
        other.follow.look(lambda: False)
    assert house.kept() == set()


def test_a_post_of_which_nothing_is_told_for_a_day_is_a_fault_with_an_owner(house: House) -> None:
    ill, _ = house.hear(1, 2)

    def but_one(posts: Sequence[Known], now: datetime) -> Refreshed:
        return told(posts, [house.shelf.shown[post.id] for post in posts if post.id != ill])

    house.shelf.odd = but_one
    house.passes(UNTOLD_AFTER, every=MINUTE * 5)
    assert house.faults() == []
    house.passes(timedelta(minutes=30), every=MINUTE * 5)
    (fault,) = house.faults()
    assert "was told nothing of a kept post for" in fault
    house.shelf.odd = None
    house.passes(timedelta(hours=3), every=MINUTE * 5)
    assert house.faults() == []


def test_a_look_up_that_fails_each_time_is_told_although_others_work(house: House) -> None:
    ill, _ = house.hear(1, 2)
    house.shelf.at_once = 1

    def fails(posts: Sequence[Known], now: datetime) -> Refreshed:
        if posts[0].id == ill:
            raise Later("broken")
        return told(posts, [house.shelf.shown[post.id] for post in posts])

    house.shelf.odd = fails
    house.passes(timedelta(hours=26), every=MINUTE * 5)
    assert ["broken" in one for one in house.faults()] == [True]


def test_looks_that_cannot_be_paid_are_told_at_once_and_mended_when_they_can(house: House) -> None:
    purse = Allowance(1.0)
    spending = Spending("it", purse, house.firm.house)
    house.follow = Following("it", "x", house.shelf, house.firm.house, spending)
    house.hear(1)

    def poor(posts: Sequence[Known], now: datetime) -> Refreshed:
        raise OutOfBudget("the money for looking at kept posts again is spent")

    house.shelf.odd = poor
    house.passes(timedelta(minutes=6))
    (fault,) = house.faults()
    assert "the money for follow-up is spent until" in fault
    assert "not deleted here" in fault
    spending.tell(frozenset(), house.firm.now)
    assert len(house.faults()) == 1, "that polls can be paid says nothing of looks"
    house.shelf.odd = None
    house.passes(timedelta(minutes=21))
    assert house.faults() == []


def test_what_of_a_call_could_not_be_paid_is_told_and_asked_for_again(house: House) -> None:
    paid, unpaid = house.hear(1, 2)
    house.shelf.odd = lambda posts, now: replace(
        told([one for one in posts if one.id == paid], [house.shelf.shown[paid]]), unpaid=(unpaid,)
    )
    house.passes(timedelta(minutes=6))
    assert ["nothing is left for follow-up" in one for one in house.faults()] == [True]
    house.shelf.odd = None
    house.passes(timedelta(minutes=11))
    assert unpaid in house.shelf.asked[-1]
    assert house.faults() == []


@dataclass
class Seldom(Shelf):
    """The same shelf as a source that is polled every half hour."""

    polls: int = 0

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        self.polls += 1
        return Batch()

    def close(self) -> None:
        """Nothing is open."""


def test_a_look_that_is_due_waits_for_no_poll(house: House) -> None:
    seldom = Seldom(house.shelf.shown)
    settings = SourceSettings(name="it", kind="test", every=timedelta(minutes=30))
    worker = SourceWorker(Reading(settings, seldom, platform="x"), house.firm.house)
    (name,) = house.hear(1)
    worker.start()
    try:
        until(lambda: seldom.polls == 1)
        house.firm.passes(timedelta(minutes=6))
        worker.look_again()
        until(lambda: seldom.asked == [[name]])
        worker.tick()
        until(lambda: seldom.polls == 2)
    finally:
        worker.stop()
        assert worker.join(20.0)
    assert seldom.asked == [[name]]


def until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(2_000):
        if holds():
            return
        pause.wait(0.01)
    pytest.fail("it never came to hold")


def test_a_store_that_cannot_be_written_ends_no_look(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hear(1)
    house.firm.passes(timedelta(minutes=6))

    def full(*_: object) -> None:
        raise OSError("disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(house.firm.house.store, "write", full)
        assert house.follow.look(lambda: False) == 0
    house.passes(timedelta(minutes=30))
    assert house.shelf.asked
