"""The health page says how clock, ledger and rules stand, and what is wrong with them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config import Band
from listener.collector import Gap
from tests import firm as firms
from tocsin.clock import Jump, SteadyClock
from tocsin.daemon import Daemon
from tocsin.health import Pulse, report
from tocsin.wiring import House


@pytest.fixture
def firm() -> Iterator[firms.Firm]:
    firm = firms.new_firm()
    yield firm
    firm.house.store.close()


def told(firm: firms.Firm, **more: Any) -> dict[str, Any]:
    pulse = Pulse(started_at=firm.now, passed_at=firm.now, **more)
    with firm.house.store.read() as desk:
        return report(desk, pulse, firm.now)


def test_a_sound_house_has_nothing_to_say(firm: firms.Firm) -> None:
    page = told(firm, invariants_at=firm.now)
    assert (page["status"], page["reasons"]) == ("ok", [])
    assert page["ledger"] == "as written"
    assert page["invariants"] == {"broken": {}, "checked_seconds": 0}
    assert page["clock"] == {"behind_seconds": 0, "jumps": []}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (
            {"ledger": {"Acme": "entry 7: changed"}},
            "the ledger Acme does not verify: entry 7: changed",
        ),
        ({"invariants": {"2": 3}}, "invariant 2 is broken by 3"),
        ({"poisoned": 2}, "2 waits cannot end; see the faults"),
    ],
)
def test_what_is_wrong_is_a_reason(firm: firms.Firm, wrong: dict[str, Any], reason: str) -> None:
    page = told(firm, **wrong)
    assert page["status"] == "failing"
    assert page["reasons"] == [reason]


def test_jumps_are_shown_with_their_size_and_instant(firm: firms.Firm) -> None:
    jump = Jump(datetime(2026, 11, 18, 12, tzinfo=UTC), timedelta(seconds=-3600.2))
    page = told(firm, clock_jumps=(jump,), clock_behind=timedelta(hours=1))
    assert page["clock"] == {
        "behind_seconds": 3600,
        "jumps": [{"at": "2026-11-18T12:00:00+00:00", "seconds": -3600}],
    }
    assert page["status"] == "ok", "it goes on from there"


def test_what_a_source_missed_in_the_last_week_is_shown_and_makes_nothing_fail(
    firm: firms.Firm,
) -> None:
    now, hour = firm.now, timedelta(hours=1)
    lost = (
        Gap(now - 9 * 24 * hour, now - 8 * 24 * hour, "long ago"),
        Gap(now - 8 * 24 * hour, now - 6.5 * 24 * hour, "half of it a week ago"),
        Gap(now - 9 * hour, now - 7 * hour, "a burst"),
        Gap(now - 8 * hour, now - 6 * hour, "noted twice"),
    )
    firm.write(lambda desk: desk.start_source("press", now))
    firm.write(lambda desk: desk.start_source("quiet", now))
    firm.write(lambda desk: desk.keep_gaps("press", lost, now))
    page = told(firm)
    assert page["status"] == "ok"
    press, quiet = sorted(page["sources"], key=lambda one: str(one["name"]))
    assert quiet["missed"] is None
    assert press["missed"] == {
        "stretches": 3,
        "seconds": (12 + 3) * 3600,  # cut to the week, and what overlaps is counted once
        "last": {
            "since": "2026-11-18T04:00:00+00:00",
            "until": "2026-11-18T06:00:00+00:00",
            "reason": "noted twice",
        },
    }


class Hands:
    def __init__(self) -> None:
        self.wall, self.monotonic = firms.NOON, 0.0


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def daemon(firm: firms.Firm, hands: Hands) -> Daemon:
    clock = SteadyClock(wall=lambda: hands.wall, monotonic=lambda: hands.monotonic)
    parts = {name: getattr(firm.house, name) for name in House.__dataclass_fields__}
    settings = firm.house.settings.model_copy(update={"listen": "127.0.0.1:0"})
    house = House(**{**parts, "clock": clock, "settings": settings})
    return Daemon(house, {}, ())


def test_a_daemon_tells_of_a_jump_once(
    daemon: Daemon, hands: Hands, capsys: pytest.CaptureFixture[str]
) -> None:
    daemon._pass()
    hands.wall += timedelta(hours=2)
    hands.monotonic += 1
    for _ in range(3):
        daemon._pass()
        hands.monotonic += 1
        hands.wall += timedelta(seconds=1)
    assert "".join(capsys.readouterr()).count("the clock jumped") == 1
    assert daemon.report()["clock"]["jumps"][0]["seconds"] == 7199


def test_a_daemon_whose_clock_is_behind_the_ledger_says_by_how_much_and_goes_on(
    daemon: Daemon, hands: Hands, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = daemon.house.clock
    assert isinstance(clock, SteadyClock)
    clock.not_before(firms.NOON + timedelta(hours=5))
    daemon._catch_up()
    said = "".join(capsys.readouterr())
    assert "the clock is behind the ledger's time" in said
    assert "18000" in said
    assert daemon.report()["clock"]["behind_seconds"] == 18000
    hands.monotonic += 60
    hands.wall += timedelta(seconds=60)
    assert clock.now() == firms.NOON + timedelta(hours=5, seconds=60)


def test_a_daemon_looks_at_its_rules_and_at_its_ledger(daemon: Daemon, firm: firms.Firm) -> None:
    firms.complain(firm, 1)
    daemon._check_invariants()
    daemon._check_ledger()
    page = daemon.report()
    assert page["invariants"] == {"broken": {}, "checked_seconds": 0}
    firm.write(lambda desk: desk.connection.execute("update cases set team = 'tech'"))
    firm.write(lambda desk: desk.connection.execute("update timers set due = null"))
    daemon._ledger._whole_at = None
    daemon._check_ledger()
    daemon._check_invariants()
    page = daemon.report()
    assert page["invariants"]["broken"] == {"2": 1}
    assert page["ledger"] == {"Acme": "case:1 is not stored as its entries say: team"}


def test_a_channel_that_takes_nothing_for_good_is_a_reason_though_nothing_is_tried_there() -> None:
    firm = firms.new_firm()
    firm.channels["chat"].state = "refusing"
    firms.complain(firm, 1)
    firm.passes(timedelta(seconds=95))
    page = told(firm)
    assert page["status"] == "failing"
    assert page["reasons"] == ["channel chat takes no messages: it takes nothing from us"]


def test_a_channel_that_hears_nobody_is_a_reason() -> None:
    firm = firms.new_firm()
    detail = "channel chat hears nobody: the token was refused"
    firm.write(lambda desk: firm.house.engine.fault(desk, "channel:chat", detail, firm.now))
    assert told(firm)["reasons"] == ["channel chat hears nobody: the token was refused"]


def test_a_page_that_failed_counts_as_unsent_between_two_tries() -> None:
    firm = firms.new_firm()
    firm.channels["chat"].state = firm.channels["mail"].state = "down"
    firms.complain(firm, 1, band=Band.P1)
    firm.passes(timedelta(seconds=100))
    page = told(firm)
    assert page["oldest_unsent_page_seconds"] == 100
    assert "channel chat is failing: it does not answer" in page["reasons"]
