"""Business time becomes UTC again where hours, zones or waits have changed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Band, Policy, Settings
from config.settings import BandChange, WorkingHours
from escalation.decision import Action, TimerKind, Verb
from escalation.recount import fingerprint
from escalation.rules import Rules
from escalation.silences import Scope
from escalation.subject import Ref
from tests import firm as firms
from tocsin.verifying import Verifier

CASE = Ref("case", 1)
MORNING = datetime(2026, 11, 18, 9, tzinfo=UTC)  # 10:00 in Berlin
NIGHT = datetime(2026, 11, 18, 20, tzinfo=UTC)


def declared(**changes: Any) -> Settings:
    care = firms.CARE.model_copy(update=changes)
    return firms.settings(teams=(care, firms.TECH, firms.MEDIA))


LONGER = declared(hours=WorkingHours(**{"from": time(9), "to": time(19)}))
SHORTER = declared(hours=WorkingHours(**{"from": time(9), "to": time(12)}))
LONDON = declared(timezone="Europe/London")
QUICKER = declared().model_copy(
    update={
        "policies": (
            Policy(name="default", bands={Band.P3: BandChange(ack=timedelta(hours=1))}),
            firms.SHORT,
        )
    }
)


def after(
    path: Path, settings: Settings, *, at: datetime = MORNING, later: timedelta = timedelta(0)
) -> tuple[firms.Firm, int]:
    """A P3 case is opened, the house stops, and starts again with other settings."""
    firm = firms.new_firm(path, at=at)
    firm.write(lambda desk: firm.house.engine.recount(desk, firm.now))
    firms.complain(firm, 1, band=Band.P3)
    firm.settle()
    firm.house.store.close()
    firm.clock.move_to(firm.now + later)
    again = firms.open_firm(path, clock=firm.clock, channels=firm.channels, declared=settings)
    moved = again.write(lambda desk: again.house.engine.recount(desk, again.now))
    assert isinstance(moved, int)
    return again, moved


def dues(firm: firms.Firm) -> dict[TimerKind, datetime]:
    with firm.house.store.read() as desk:
        return dict(desk.dues(CASE))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("settings", "ack", "first_reply"),
    [
        pytest.param(declared(), utc(18, 13), utc(19, 9), id="the same hours move nothing"),
        pytest.param(LONGER, utc(18, 13), utc(18, 17), id="longer days end a wait earlier"),
        pytest.param(SHORTER, utc(19, 10), utc(20, 11), id="shorter days end it later"),
        pytest.param(LONDON, utc(18, 13), utc(18, 17), id="another zone has hours of its own"),
        pytest.param(QUICKER, utc(18, 10), utc(19, 9), id="a shorter time to acknowledge"),
    ],
)
def test_a_running_wait_is_counted_again_from_when_it_began(
    tmp_path: Path, settings: Settings, ack: datetime, first_reply: datetime
) -> None:
    firm, _ = after(tmp_path / "house.db", settings)
    ends = dues(firm)
    assert ends[TimerKind.ACK] == ack
    assert ends[TimerKind.FIRST_REPLY] == first_reply
    with firm.house.store.read() as desk:
        assert desk.begun(CASE)[TimerKind.ACK] == MORNING, "as it did before"


def at_the_top(path: Path, waits: timedelta) -> firms.Firm:
    """Two P3 cases have stood at the last step for so long, a minute apart; the house stops."""
    firm = firms.new_firm(path, at=MORNING)
    firm.write(lambda desk: firm.house.engine.recount(desk, firm.now))
    firms.complain(firm, 1, band=Band.P3)
    firms.complain(firm, 2, "ky", band=Band.P3)
    to = Action(Verb.ASSIGN, firms.LEAD, firms.EXECUTIVE)
    for number in (1, 2):
        ref = Ref("case", number)
        firm.write(lambda desk, ref=ref: firm.house.engine.act(desk, ref, to, firm.now))
        firm.passes(timedelta(minutes=1))
    firm.passes(waits)
    firm.house.store.close()
    return firm


@pytest.mark.parametrize(
    "waits",
    [
        pytest.param(timedelta(hours=1), id="its first page"),
        pytest.param(timedelta(hours=8), id="a page that repeats the first"),
        pytest.param(timedelta(days=2), id="and the one after"),
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_at_the_last_step_a_wait_is_counted_as_the_ladder_counted_it(
    tmp_path: Path, waits: timedelta, number: int
) -> None:
    """Where another part of the calendar has changed, the next page comes when it was to come."""
    path = tmp_path / "house.db"
    firm = at_the_top(path, waits)
    # A day off in a year: the print of the calendar is another, these days are as they were.
    far = declared(days_off=(date(2027, 12, 1),))
    again = firms.open_firm(path, clock=firm.clock, channels=firm.channels, declared=far)
    with again.house.store.read() as desk:
        before = dict(desk.dues(Ref("case", number)))
    again.write(lambda desk: again.house.engine.recount(desk, again.now))
    with again.house.store.read() as desk:
        assert dict(desk.dues(Ref("case", number))) == before
    again.house.store.close()


def test_what_waited_for_the_morning_ends_sooner_where_its_clock_always_runs_now(
    tmp_path: Path,
) -> None:
    evening = utc(18, 15, 55)  # five minutes before the team goes home; its time is ten
    by_the_hour = declared(policy="short")
    firm = firms.new_firm(tmp_path / "house.db", at=evening, declared=by_the_hour)
    firm.write(lambda desk: firm.house.engine.recount(desk, firm.now))
    firms.complain(firm, 1, band=Band.P2)
    assert dues(firm)[TimerKind.ACK] == utc(19, 8, 5)
    firm.house.store.close()
    again = firms.open_firm(tmp_path / "house.db", clock=firm.clock, channels=firm.channels)
    again.write(lambda desk: again.house.engine.recount(desk, again.now))
    assert dues(again)[TimerKind.ACK] == evening + timedelta(minutes=15)


def test_the_waits_of_a_team_that_is_declared_again_are_counted_by_its_hours(
    tmp_path: Path,
) -> None:
    firm = firms.new_firm(tmp_path / "house.db", at=utc(18, 15, 55))
    firm.write(lambda desk: firm.house.engine.recount(desk, firm.now))
    firms.complain(firm, 1, band=Band.P2, team="tech", topic="app")  # by the hour, ten minutes
    assert dues(firm)[TimerKind.ACK] == utc(19, 8, 5)
    found = []
    for teams in ((firms.CARE, firms.MEDIA), (firms.CARE, firms.TECH, firms.MEDIA)):
        firm.house.store.close()
        firm = firms.open_firm(
            tmp_path / "house.db",
            clock=firm.clock,
            channels=firm.channels,
            declared=firms.settings(teams=teams),
        )
        firm.write(lambda desk, firm=firm: firm.house.engine.recount(desk, firm.now))
        found.append(dues(firm)[TimerKind.ACK])
    assert found == [utc(18, 16, 10), utc(19, 8, 5)], "without it, the triage team's, always"


def test_no_wait_ends_in_the_past(tmp_path: Path) -> None:
    firm, moved = after(tmp_path / "house.db", QUICKER, later=timedelta(hours=2))
    assert moved == 1
    assert dues(firm)[TimerKind.ACK] == firm.now


def test_what_is_held_until_the_morning_is_held_until_the_new_morning(tmp_path: Path) -> None:
    late = declared(hours=WorkingHours(**{"from": time(11), "to": time(17)}))
    firm, moved = after(tmp_path / "house.db", late, at=NIGHT)
    assert moved == 1
    assert dues(firm)[TimerKind.HELD] == utc(19, 10)
    with firm.house.store.read() as desk:
        subject = desk.subject(CASE)
    assert subject is not None
    assert subject.held_until == utc(19, 10)


@pytest.mark.parametrize(
    ("settings", "until"),
    [
        pytest.param(declared(), utc(19, 8), id="the same hours: until the morning after it"),
        pytest.param(
            declared(hours=WorkingHours(**{"from": time(11), "to": time(17)})),
            utc(19, 10),
            id="later hours: until they begin",
        ),
        pytest.param(
            declared(hours=WorkingHours(**{"from": time(9), "to": time(23)})),
            utc(18, 20),
            id="hours that run when it ends: no longer than it lasts",
        ),
    ],
)
def test_what_a_silence_holds_pages_when_it_ends_or_the_new_hours_begin(
    tmp_path: Path, settings: Settings, until: datetime
) -> None:
    firm = firms.new_firm(tmp_path / "house.db", at=utc(18, 10))
    firm.write(lambda desk: firm.house.engine.recount(desk, firm.now))
    firms.complain(firm, 1, band=Band.P3)
    firm.write(
        lambda desk: firm.house.engine.silence(
            desk, Scope(team="care"), timedelta(hours=10), firms.LEAD, "known fault", firm.now
        )
    )
    firm.house.store.close()
    again = firms.open_firm(
        tmp_path / "house.db", clock=firm.clock, channels=firm.channels, declared=settings
    )
    again.write(lambda desk: again.house.engine.recount(desk, again.now))
    assert dues(again)[TimerKind.HELD] == until


def test_what_is_held_while_the_new_hours_run_pages_now(tmp_path: Path) -> None:
    night = declared(hours=WorkingHours(**{"from": time(9), "to": time(23)}))
    firm, _ = after(tmp_path / "house.db", night, at=NIGHT)
    firm.passes(timedelta(minutes=6))
    assert TimerKind.ACK in dues(firm)
    assert firm.channels["chat"].pages()


def test_each_that_moved_has_one_entry_and_follows_from_it(tmp_path: Path) -> None:
    firm, moved = after(tmp_path / "house.db", SHORTER, at=NIGHT)
    assert moved in (0, 1)
    firm.house.store.close()
    firm, moved = after(tmp_path / "other.db", SHORTER)
    with firm.house.store.read() as desk:
        events = [row["event"] for row in desk.history("case:1")]
    assert events.count("recounted") == moved == 1
    assert Verifier(firm.house.store).whole().is_sound


def test_the_same_calendar_is_counted_once(tmp_path: Path) -> None:
    firm, _ = after(tmp_path / "house.db", SHORTER)
    assert firm.write(lambda desk: firm.house.engine.recount(desk, firm.now)) == 0


def test_urgent_cases_are_none_of_the_calendar(tmp_path: Path) -> None:
    firm = firms.new_firm(tmp_path / "house.db", at=MORNING)
    firm.write(lambda desk: firm.house.engine.recount(desk, firm.now))
    firms.complain(firm, 1, band=Band.P1)
    firms.complain(firm, 2, "ky", band=Band.P3, safety=True)
    firm.house.store.close()
    again = firms.open_firm(
        tmp_path / "house.db", clock=firm.clock, channels=firm.channels, declared=SHORTER
    )
    assert again.write(lambda desk: again.house.engine.recount(desk, again.now)) == 0


@pytest.mark.parametrize(
    ("settings", "is_same"),
    [(declared(), True), (LONGER, False), (LONDON, False), (QUICKER, False)],
)
def test_the_print_of_a_calendar_changes_with_what_it_is_made_of(
    settings: Settings, is_same: bool
) -> None:
    printed: Callable[[Settings], str] = lambda one: fingerprint(Rules(one), "care")  # noqa: E731
    assert (printed(settings) == printed(declared())) is is_same
    assert fingerprint(Rules(settings), "tech") == fingerprint(
        Rules(settings.model_copy(update={"policies": declared().policies})), "tech"
    )
