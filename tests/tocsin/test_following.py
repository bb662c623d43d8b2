"""Kept posts are looked at again: counts, edits, deletions; what fails is tried again, and told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from escalation.subject import Fault
from listener.collector import Batch, Known, Later, Refreshed
from listener.mention import Engagement, Kind, Observation
from tests.firm import Firm, new_firm, observed
from tocsin.following import BLIND_AFTER, Following

ANGRY = "@Acme terrible, no reply, still waiting for my refund"
CALM = "@Acme opens a shop in Lisbon"
Answer = Callable[[Known, datetime], Observation | None]


@dataclass
class Platform:
    """Answers for each post what `answer` says: an observation, or None for nothing learned."""

    answer: Answer = lambda known, now: None
    at_once: int = 2
    asked: list[list[str]] = field(default_factory=list)
    fault: Exception | None = None
    dollars: float = 0.0

    def refresh(self, posts: Sequence[Known], *, now: datetime, deadline: float) -> Refreshed:
        self.asked.append([post.id for post in posts])
        if self.fault:
            raise self.fault
        found = {post.id: self.answer(post, now) for post in posts}
        told = tuple(one for one in found.values() if one is not None)
        unknown = tuple(name for name, one in found.items() if one is None)
        return Refreshed(told, unknown, self.dollars)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = new_firm(tmp_path / "store.db")
    yield firm
    firm.house.store.close()


def hear(firm: Firm, number: int, words: str, who: str = "jo") -> Observation:
    seen = observed(number, who, firm.now, words=words)
    firm.house.store.write(
        lambda desk: firm.house.pipeline.take(desk, "test", Batch((seen,)), firm.now)
    )
    return seen


def following(firm: Firm, platform: Platform, name: str = "x") -> Following:
    firm.house.store.write(lambda desk: desk.start_source("test", firm.now))
    return Following("test", name, platform, firm.house)


def look(one: Following) -> int:
    return one.look(lambda: False)


def said(firm: Firm, column: str) -> list[object]:
    with firm.house.store.read() as desk:
        rows = desk.connection.execute(f"select {column} from posts order by id").fetchall()
    return [row[0] for row in rows]


def again(kind: Kind, seen: Observation, **changed: object) -> Answer:
    return lambda known, now: Observation(kind, replace(seen.post, **changed), now)


def test_the_posts_of_open_cases_are_looked_at_first_and_others_daily(firm: Firm) -> None:
    open_one = hear(firm, 1, ANGRY).post.id
    quiet = hear(firm, 2, CALM, "ann").post.id
    platform = Platform()
    platform.answer = lambda known, now: Observation(
        Kind.COUNTS, replace(observed(1, "jo", now).post, id=known.id), now
    )
    follow = following(firm, platform)
    assert look(follow) == 0
    firm.passes(timedelta(minutes=6))
    look(follow)
    assert platform.asked == [[open_one]]
    firm.passes(timedelta(minutes=10))
    look(follow)
    assert platform.asked == [[open_one]] * 2
    firm.passes(timedelta(hours=21))
    look(follow)
    assert platform.asked[2] == [open_one, quiet]


def test_newer_counts_are_kept_as_a_series(firm: Firm) -> None:
    seen = hear(firm, 1, ANGRY)
    platform = Platform(again(Kind.COUNTS, seen, engagement=Engagement(reposts=70)))
    follow = following(firm, platform)
    for _ in range(2):
        firm.passes(timedelta(minutes=8))
        look(follow)
    assert said(firm, "reposts") == [70]
    with firm.house.store.read() as desk:
        (n,) = desk.connection.execute("select count(*) from counts").fetchone()
    assert n == 2


def test_an_edit_is_taken_in_and_judged_again(firm: Firm) -> None:
    seen = hear(firm, 1, CALM)
    platform = Platform(again(Kind.POST, seen, text=ANGRY))
    follow = following(firm, platform)
    firm.passes(timedelta(hours=21))
    look(follow)
    assert said(firm, "text") == [ANGRY]
    with firm.house.store.read() as desk:
        assert len(desk.subjects("case", only_open=True)) == 1


def test_an_edit_that_names_the_brand_no_longer_is_honoured_too(firm: Firm) -> None:
    seen = hear(firm, 1, ANGRY)
    follow = following(firm, Platform(again(Kind.POST, seen, text="all is well")))
    firm.passes(timedelta(minutes=6))
    look(follow)
    assert said(firm, "text") == ["all is well"]
    with firm.house.store.read() as desk:
        assert len(desk.subjects("case", only_open=True)) == 1


def test_what_is_gone_there_is_erased_here(firm: Firm) -> None:
    seen = hear(firm, 1, ANGRY)
    follow = following(firm, Platform(again(Kind.DELETE, seen)))
    firm.passes(timedelta(minutes=6))
    look(follow)
    assert said(firm, "text") == [""]
    firm.passes(timedelta(days=2))
    assert look(follow) == 0


def test_a_post_that_is_kept_privately_is_looked_at_too(firm: Firm) -> None:
    seen = hear(firm, 1, "@Acme I can't go on, I want to end my life tonight")
    with firm.house.store.read() as desk:
        (kept,) = desk.connection.execute("select count(*) from private_posts").fetchone()
    assert kept == 1
    follow = following(firm, Platform(again(Kind.DELETE, seen)))
    firm.passes(timedelta(hours=21))
    assert look(follow) == 1
    with firm.house.store.read() as desk:
        (text,) = desk.connection.execute("select text from private_posts").fetchone()
    assert text == ""
    firm.passes(timedelta(days=2))
    assert look(follow) == 0


def test_what_nothing_could_be_learned_of_is_asked_for_again_soon(firm: Firm) -> None:
    hear(firm, 1, ANGRY)
    platform = Platform()
    follow = following(firm, platform)
    firm.passes(timedelta(minutes=6))
    assert look(follow) == 1
    assert look(follow) == 0
    firm.passes(timedelta(minutes=11))
    assert look(follow) == 1


def test_a_burst_is_asked_for_in_calls_of_what_the_platform_takes(firm: Firm) -> None:
    for number in range(5):
        hear(firm, number, ANGRY, f"jo{number}")
    platform = Platform()
    follow = following(firm, platform)
    firm.passes(timedelta(minutes=6))
    look(follow)
    assert [len(one) for one in platform.asked] == [2, 2, 1]


def test_what_it_costs_is_noted_for_its_use(firm: Firm) -> None:
    hear(firm, 1, ANGRY)
    follow = following(firm, Platform(dollars=0.25))
    firm.passes(timedelta(minutes=6))
    look(follow)
    with firm.house.store.read() as desk:
        assert desk.spent("test", firm.now, firm.now) == {"follow-up": 0.25}


def test_a_platform_that_cannot_be_asked_for_half_a_day_is_a_fault_with_an_owner(
    firm: Firm,
) -> None:
    hear(firm, 1, ANGRY)
    platform = Platform(fault=Later("no answer"))
    follow = following(firm, platform)
    firm.passes(timedelta(minutes=6))
    look(follow)
    assert faults(firm) == []
    firm.passes(BLIND_AFTER)
    look(follow)
    (fault,) = faults(firm)
    assert "deletions may go unheeded: no answer" in fault.detail
    platform.fault = None
    firm.passes(timedelta(hours=1))
    look(follow)
    assert faults(firm) == []


def test_other_platforms_posts_are_not_asked_for(firm: Firm) -> None:
    hear(firm, 1, ANGRY)
    platform = Platform()
    follow = following(firm, platform, name="reddit")
    firm.passes(timedelta(minutes=6))
    assert look(follow) == 0


def faults(firm: Firm) -> list[Fault]:
    with firm.house.store.read() as desk:
        found = desk.subjects("fault", only_open=True)
    return [one for one in found if isinstance(one, Fault)]
