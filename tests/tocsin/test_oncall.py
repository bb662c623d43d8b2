"""Saying who is away and who takes a turn: by whom, within which bounds, and once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests import firm as firms
from tests.firm import NOON, Firm, complain, new_firm
from tocsin import oncall
from tocsin.speaker import Refused, Speaker, instant, spoken
from tocsin.store import Unit

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
Say = Callable[..., oncall.Answer]


@pytest.fixture
def firm() -> Firm:
    return new_firm()


@pytest.fixture
def say(firm: Firm) -> Say:
    """`say(work, by, …)`: somebody says something in the firm."""

    def said(work: Any, by: str, *arguments: Any, **more: Any) -> oncall.Answer:
        def job(desk: Unit) -> oncall.Answer:
            answer = work(desk, Speaker(firm.house.engine, by, firm.now), *arguments, **more)
            assert isinstance(answer, oncall.Answer)
            return answer

        return firm.house.store.write(job)

    return said


def entries(firm: Firm) -> list[Any]:
    with firm.house.store.borrow() as desk:
        return list(desk.entries("house"))


@pytest.mark.parametrize(
    ("by", "allowed"),
    [
        pytest.param(firms.FIRST, True, id="the person"),
        pytest.param(firms.LEAD, True, id="the lead of their team"),
        pytest.param(firms.HEAD, True, id="the head"),
        pytest.param(firms.EXECUTIVE, True, id="the fallback executive"),
        pytest.param(firms.SECOND, False, id="a colleague may not"),
        pytest.param(firms.OTHER, False, id="the lead of another team may not"),
        pytest.param(firms.NO_ROLE, False, id="somebody without a role may not"),
        pytest.param(firms.LEFT, False, id="somebody who has left may not"),
        pytest.param("nobody", False, id="a stranger may not"),
    ],
)
@pytest.mark.parametrize("what", ["away", "cover"])
def test_who_may_say_it(by: str, allowed: bool, what: str, say: Say, firm: Firm) -> None:
    def speak() -> oncall.Answer:
        if what == "away":
            return say(oncall.away, by, firms.FIRST, NOON, NOON + DAY)
        return say(oncall.cover, by, "care", firms.FIRST, NOON, NOON + DAY)

    if allowed:
        assert speak().changed
    else:
        with pytest.raises(Refused):
            speak()
        assert entries(firm) == []


@pytest.mark.parametrize(
    ("by", "person", "allowed"),
    [
        pytest.param(firms.SECOND, firms.SECOND, True, id="a member themselves"),
        pytest.param(firms.HEAD, firms.HEAD, True, id="the head, who stands above the rota"),
        pytest.param(firms.LEAD, firms.EXECUTIVE, True, id="the lead names the executive"),
        pytest.param(firms.OTHER, firms.OTHER, False, id="somebody of another team themselves"),
        pytest.param(firms.LEAD, firms.OTHER, False, id="the lead names somebody of another team"),
        pytest.param(firms.EXECUTIVE, firms.NO_ROLE, False, id="somebody without a role"),
    ],
)
def test_only_who_is_of_a_team_or_above_it_takes_its_turn(
    by: str, person: str, allowed: bool, say: Say, firm: Firm
) -> None:
    if allowed:
        assert say(oncall.cover, by, "care", person, NOON, NOON + DAY).changed
        return
    with pytest.raises(
        Refused, match=f"not of care.*it takes .*{firms.LEAD}, .* or {firms.EXECUTIVE}"
    ):
        say(oncall.cover, by, "care", person, NOON, NOON + DAY)
    assert entries(firm) == []


@pytest.mark.parametrize(
    ("by", "person", "allowed"),
    [
        pytest.param(firms.HEAD, firms.LEAD, True, id="the head of the lead"),
        pytest.param(firms.EXECUTIVE, firms.HEAD, True, id="the executive of the head"),
        pytest.param(firms.EXECUTIVE, firms.NO_ROLE, True, id="the executive of anybody"),
        pytest.param(firms.LEAD, firms.HEAD, False, id="the lead not of the head"),
        pytest.param(firms.FIRST, firms.LEAD, False, id="a member not of the lead"),
        pytest.param(firms.LEAD, firms.NO_ROLE, False, id="a lead not of who is in no team"),
    ],
)
@pytest.mark.parametrize("work", [oncall.away, oncall.back])
def test_who_says_that_another_is_away_or_back_stands_above_them(
    work: Any, by: str, person: str, allowed: bool, say: Say
) -> None:
    if work is oncall.back:
        say(oncall.away, person, person, NOON, NOON + DAY)
    times = (NOON, NOON + DAY) if work is oncall.away else ()
    if allowed:
        assert say(work, by, person, *times).changed
        return
    with pytest.raises(
        Refused, match=f"it takes (.*, )?({person} or )?.*{firms.EXECUTIVE}( or {person})?"
    ):
        say(work, by, person, *times)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(
            (oncall.away, firms.EXECUTIVE, firms.EXECUTIVE, NOON, NOON + DAY),
            "name another fallback_executive first",
            id="the fallback executive is never away",
        ),
        pytest.param(
            (oncall.away, firms.LEAD, "petra", NOON, NOON + DAY),
            f'no active person named "petra". Known: .*Did you mean "{firms.FIRST}"',
            id="a name that is nearly one",
        ),
        pytest.param(
            (oncall.away, firms.EXECUTIVE, firms.LEFT, NOON, NOON + DAY),
            "no active person",
            id="somebody who has left",
        ),
        pytest.param(
            (oncall.away, firms.FIRST, firms.FIRST, NOON + DAY, NOON + HOUR),
            "over before it begins",
            id="it ends before it begins",
        ),
        pytest.param(
            (oncall.away, firms.FIRST, firms.FIRST, NOON - DAY, NOON),
            "over before it begins",
            id="it is over",
        ),
        pytest.param(
            (oncall.away, firms.FIRST, firms.FIRST, NOON, NOON + 367 * DAY),
            "more than a year|More than a year",
            id="more than a year ahead",
        ),
        pytest.param(
            (oncall.cover, firms.FIRST, "cars", firms.FIRST, NOON, NOON + DAY),
            'no team named "cars".*Did you mean "care"',
            id="a team that there is not",
        ),
        pytest.param(
            (oncall.uncover, firms.LEAD, "\x1b[31mcare"), "no team", id="control characters"
        ),
    ],
)
def test_what_cannot_be_said_is_answered_and_changes_nothing(
    arguments: tuple[Any, ...], says: str, say: Say, firm: Firm
) -> None:
    work, by, *rest = arguments
    with pytest.raises(Refused, match=says):
        say(work, by, *rest)
    assert entries(firm) == []
    with firm.house.store.borrow() as desk:
        assert desk.said_version() == 0


def test_the_same_again_changes_nothing_and_says_so(say: Say, firm: Firm) -> None:
    away = (oncall.away, firms.FIRST, firms.FIRST, NOON, NOON + DAY)
    cover = (oncall.cover, firms.LEAD, "care", firms.HEAD, NOON, NOON + DAY)
    for work, by, *rest in (away, cover):
        assert say(work, by, *rest).changed
        again = say(work, by, *rest)
        assert not again.changed
        assert again.text.startswith("No change")
        assert "2026-11-19 13:00 CET" in again.text
    # A part of it is no change either.
    assert not say(oncall.away, firms.FIRST, firms.FIRST, NOON + HOUR, NOON + 2 * HOUR).changed
    for end in ((oncall.back, firms.FIRST), (oncall.uncover, "care")):
        assert say(end[0], firms.LEAD, end[1]).changed
        assert say(end[0], firms.LEAD, end[1]) == oncall.Answer(False, "No change.")
    assert [one.event for one in entries(firm)] == ["away", "cover", "back", "uncover"]


def test_a_longer_absence_is_said_on_top(say: Say, firm: Firm) -> None:
    say(oncall.away, firms.FIRST, firms.FIRST, NOON, NOON + DAY)
    assert say(oncall.away, firms.FIRST, firms.FIRST, NOON, NOON + 2 * DAY).changed
    assert firm.house.engine.rules.roster.away_until(firms.FIRST, NOON) == NOON + 2 * DAY
    assert say(oncall.back, firms.FIRST, firms.FIRST).changed
    assert firm.house.engine.rules.is_active(firms.FIRST, NOON)


def test_back_leaves_what_is_announced_unless_that_is_meant_too(say: Say, firm: Firm) -> None:
    say(oncall.away, firms.FIRST, firms.FIRST, NOON + 9 * DAY, NOON + 19 * DAY)
    answer = say(oncall.back, firms.FIRST, firms.FIRST)
    assert not answer.changed
    assert "Announced from 2026-11-27 13:00 CET on" in answer.text
    assert say(oncall.back, firms.FIRST, firms.FIRST, announced=True).changed
    assert firm.house.engine.rules.roster.next_absence(firms.FIRST, NOON) is None


def test_nobody_covers_while_away_and_no_two_at_one_time(say: Say) -> None:
    say(oncall.away, firms.HEAD, firms.HEAD, NOON + DAY, NOON + 2 * DAY)
    with pytest.raises(Refused, match="is away from 2026-11-19 13:00 CET on"):
        say(oncall.cover, firms.HEAD, "care", firms.HEAD, NOON, NOON + 2 * DAY)
    with pytest.raises(Refused, match="is away until 2026-11-20 13:00 CET"):
        say(oncall.cover, firms.HEAD, "care", firms.HEAD, NOON + DAY, NOON + 3 * DAY)
    assert say(oncall.cover, firms.HEAD, "care", firms.HEAD, NOON, NOON + DAY).changed
    with pytest.raises(Refused, match=f"{firms.HEAD} covers care from .* uncover care --as "):
        say(oncall.cover, firms.LEAD, "care", firms.LEAD, NOON + 23 * HOUR, NOON + 25 * HOUR)
    assert say(oncall.cover, firms.LEAD, "care", firms.LEAD, NOON + DAY, NOON + 2 * DAY).changed


def test_the_record_says_who_said_it_when_and_names_nobody(say: Say, firm: Firm) -> None:
    complain(firm, 1)
    say(oncall.away, firms.LEAD, firms.OWNER, NOON, NOON + DAY)
    say(oncall.cover, firms.LEAD, "care", firms.HEAD, NOON, NOON + DAY)
    away, cover = entries(firm)
    with firm.house.store.borrow() as desk:
        ids = {name: desk.staff_id(name) for name in (firms.LEAD, firms.OWNER, firms.HEAD)}
    assert (away.event, away.actor, away.subject) == (
        "away",
        ids[firms.LEAD],
        f"roster:{ids[firms.OWNER]}",
    )
    day = 86_400_000
    assert away.facts["until"] - away.facts["since"] == day
    assert away.at_ms == away.facts["since"]
    assert (cover.facts["team"], cover.facts["person"]) == ("care", ids[firms.HEAD])
    assert not re.search("|".join(firms.EVERYBODY), f"{away}{cover}")


def test_a_preview_is_what_then_happens(say: Say, firm: Firm) -> None:
    complain(firm, 1, "jo")
    complain(firm, 2, "ky", topic=None)
    with firm.house.store.borrow() as desk:
        speaker = Speaker(firm.house.engine, firms.LEAD, firm.now)
        seen = oncall.preview(desk, speaker, firms.OWNER, NOON, NOON + DAY)
        assert [one.owner for one in desk.open_subjects()] == [firms.OWNER, firms.FIRST]
    answer = say(oncall.away, firms.LEAD, firms.OWNER, NOON, NOON + DAY)
    assert answer.moves == seen
    assert [(str(move.ref), move.owner) for move in seen] == [("case:1", firms.FIRST)]
    with firm.house.store.borrow() as desk:
        assert [one.owner for one in desk.open_subjects()] == [firms.FIRST, firms.FIRST]


@pytest.mark.parametrize(
    ("text", "ends", "meant"),
    [
        pytest.param("2026-12-24", False, "2026-12-23T23:00Z", id="a day begins at midnight"),
        pytest.param("2026-12-24", True, "2026-12-24T23:00Z", id="a day ends at the next"),
        pytest.param("2026-12-24T18:00", True, "2026-12-24T17:00Z", id="a local time"),
        pytest.param("2026-12-24T18:00-05:00", True, "2026-12-24T23:00Z", id="with its zone"),
        pytest.param("2026-12-24T18:00+05:00", True, "2026-12-24T13:00Z", id="east of it"),
        pytest.param("2026-12-24T18:00Z", True, "2026-12-24T18:00Z", id="in UTC"),
        pytest.param("2026-10-25T02:30", False, "2026-10-25T00:30Z", id="that comes twice"),
        pytest.param("2026-03-29T02:30", False, "2026-03-29T01:00Z", id="that is skipped"),
    ],
)
def test_times_as_they_are_typed(text: str, ends: bool, meant: str) -> None:
    assert instant(text, BERLIN, ends=ends) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "99",
        "2026-13-01",
        "2026-12-24-18:00",
        "0001-01-01T00:00+14:00",
        "9999-12-31",
        "2026-12-24T18:00+99:00",
        "Z" * 100_000,
        "２０２６-12-24",
    ],
    ids=lambda text: str(text)[:30] or "nothing",
)
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        instant(text, BERLIN, ends=True)


def test_a_time_is_spoken_in_the_zone_of_who_reads_it() -> None:
    assert spoken(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN) == "2026-10-25 02:30 CEST"
    assert spoken(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN) == "2026-10-25 02:30 CET"
