"""A stretch that a source really lost is shown wherever people look: silence is not calm."""

import html
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.simulator.house import Listener
from tests.simulator.registry import DIALECTS
from tests.simulator.script import Script
from tests.simulator.server import Platform
from tocsin.digest import FORMATS, Week, gather, render
from tocsin.health import Pulse, report
from tocsin.missed import missed

AWAY = timedelta(days=8)  # longer than X lets anyone look back


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """X, which nobody listened to for eight days."""
    with Platform() as platform:
        listener = Listener(platform, DIALECTS["x"](), Script(()))
        listener.poll()
        listener.firm.clock.move_to(listener.now + AWAY)
        listener.poll()
        yield listener
        listener.close()


def test_the_source_says_what_it_lost(listener: Listener) -> None:
    gap = listener.gaps()[-1]
    assert timedelta(hours=20) < gap.until - gap.since < timedelta(hours=30)


def test_health_shows_it_by_source(listener: Listener) -> None:
    pulse = Pulse(started_at=listener.now, passed_at=listener.now)
    with listener.firm.house.store.borrow() as desk:
        (shown,) = report(desk, pulse, listener.now)["sources"]
        lost = missed(desk, listener.now)[listener.name]
    gap = listener.gaps()[-1]
    assert shown["missed"]["stretches"] == lost.stretches == len(listener.gaps())
    assert shown["missed"]["last"]["reason"] == lost.reason == gap.reason
    assert 0 < shown["missed"]["seconds"] <= (gap.until - gap.since).total_seconds()


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_form_of_the_digest_shows_it(listener: Listener, form: str) -> None:
    gap = listener.gaps()[-1]
    year, number, _ = gap.until.isocalendar()
    house = listener.firm.house
    with house.store.borrow() as desk:
        digest = gather(desk.connection, house.settings, Week(year, number), now=listener.now)
    written = render(digest, form)
    if form == "json":
        (told,) = json.loads(written)["not_seen"]["gaps"]
        assert (told["source"], told["reason"]) == (listener.name, gap.reason)
    else:
        said = html.unescape(written)
        assert any(listener.name in line and gap.reason in line for line in said.splitlines())
