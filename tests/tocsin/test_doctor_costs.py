"""`tocsin doctor` says what a source will cost before it is switched on, and what it has cost."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import Brand, Secret, Settings
from config.example import write_example
from config.load import load
from listener import collectors
from listener.budget import Use
from listener.collector import Batch
from listener.collectors import reddit, x
from listener.facts import Measured
from tests.firm import Firm, new_firm, observed
from tocsin.catalogue import catalogue
from tocsin.doctor import Finding, examine, online
from tocsin.randomness import SeededRandomness
from tocsin.spending import usage_name
from tocsin.store import Store, Unit

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACME = (Brand(name="Acme"),)
X = """
[[sources]]
kind = "x"
name = "x"
bearer_token = { env = "X" }
every = "5m"
dollars_per_day = 2.0
mentions_of = ["783214"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "tocsin.toml"
    write_example(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(X)
    return path


def said(config: Path, now: datetime = NOON) -> str:
    return "\n".join(one.what for one in about_x(config, now))


def about_x(config: Path, now: datetime = NOON) -> list[Finding]:
    return [one for one in examine(config, None, now=lambda: now) if one.about == "source x"]


def kept(config: Path, *works: Callable[[Unit], object]) -> None:
    with Store(config.parent / "tocsin.db", randomness=SeededRandomness()) as store:
        store.write(lambda desk: desk.start_source("x", NOON - timedelta(days=30)))
        for work in works:
            store.write(work)


def test_before_it_is_switched_on_the_cost_of_each_hundred_posts_a_day_is_said(
    config: Path,
) -> None:
    told = said(config)
    assert (
        "It will cost $15.00 to $60.00 in 30 days: at 100 posts a day (nothing is measured" in told
    )
    assert "it stops at $60.00 a month" in told
    assert "It takes 3 of 450 searches that are allowed in 15 minutes." in told
    assert "It takes 3 of 450 reads of mentions" in told


def test_what_it_has_cost_and_what_x_counts_is_said(config: Path) -> None:
    usage = {"used": 458, "cap": 918, "resets_on": 6, "at": NOON.isoformat()}
    kept(
        config,
        lambda desk: desk.charge("x", Use.SEARCH, 0.5, NOON - timedelta(days=3)),
        lambda desk: desk.charge("x", Use.MENTIONS, 0.25, NOON),
        lambda desk: desk.keep(usage_name("x"), json.dumps(usage)),
    )
    told = said(config)
    assert "It has cost $0.25 today and $0.75 this month." in told
    assert "counted 458 of 918 posts of the account's cap; it counts anew on day 6" in told
    assert "at 0 posts a day (as measured here)" in told


def test_a_cap_that_is_used_up_is_a_problem(config: Path) -> None:
    usage = {"used": 918, "cap": 918, "resets_on": None, "at": NOON.isoformat()}
    kept(config, lambda desk: desk.keep(usage_name("x"), json.dumps(usage)))
    (one,) = [found for found in about_x(config) if "918 of 918" in found.what]
    assert not one.ok


@pytest.mark.parametrize("broken", ["[]", "{}", '{"used": -1, "cap": "x", "at": 7}'])
def test_a_count_that_cannot_be_read_says_nothing(config: Path, broken: str) -> None:
    kept(config, lambda desk: desk.keep(usage_name("x"), broken))
    assert "the platform counted" not in said(config)


def test_posts_a_day_are_those_of_the_last_week_without_backfill(tmp_path: Path) -> None:
    firm: Firm = new_firm(tmp_path / "store.db")
    house, start = firm.house, firm.now
    house.store.write(lambda desk: desk.start_source("x", start))
    for number in range(6):
        seen = observed(number, f"jo{number}", firm.now, words="@Acme hello")
        house.store.write(
            lambda desk, seen=seen: house.pipeline.take(desk, "x", Batch((seen,)), firm.now)
        )  # type: ignore[misc]
    with house.store.read() as desk:
        assert desk.posts_a_day("x", start - timedelta(days=7), start) is None
        assert desk.posts_a_day("never", start, start) is None
        later = start + timedelta(days=2)
        assert desk.posts_a_day("x", later - timedelta(days=7), later) == 3.0
        much_later = start + timedelta(days=30)
        assert desk.posts_a_day("x", much_later - timedelta(days=7), much_later) == 0.0
    house.store.close()


def an_x(**declared: object) -> x.Settings:
    return x.Settings.model_validate(
        {"name": "x", "bearer_token": {"env": "X"}, "every": "2m", **declared}
    )


@pytest.mark.parametrize(
    ("declared", "posts", "low", "high"),
    [
        pytest.param({"dollars_per_day": 1000}, None, 15.0, 1395.0, id="for each 100 posts a day"),
        pytest.param({"dollars_per_day": 1000, "authors": False}, 10, 1.5, 136.5, id="no authors"),
        pytest.param({"dollars_per_day": 1.0}, 100, 15.0, 30.0, id="never more than the days"),
        pytest.param(
            {"dollars_per_day": 5.0, "dollars_per_month": 9.0}, 100, 9.0, 9.0, id="or the month"
        ),
        pytest.param({"dollars_per_day": 0}, 100, 0.0, 0.0, id="nothing may be spent"),
    ],
)
def test_what_x_will_cost(
    declared: dict[str, object], posts: float | None, low: float, high: float
) -> None:
    cost = x.cost_of(an_x(**declared), ACME, Measured(posts, 90.0))
    assert (cost.low, cost.high) == (pytest.approx(low), pytest.approx(high))


def test_money_that_buys_not_one_search_is_said() -> None:
    scarce = x.cost_of(an_x(dollars_per_day=0.1), ACME, Measured())
    assert "buys not one: that takes $0.15" in scarce.assuming
    enough = x.cost_of(an_x(dollars_per_day=0.1, authors=False), ACME, Measured())
    assert "buys not one" not in enough.assuming


def test_more_requests_than_are_allowed_are_a_problem(config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    ids = ", ".join(f'"{number}"' for number in range(1, 40))
    text = text.replace('every = "5m"', 'every = "5s"').replace('"783214"', ids)
    config.write_text(text, encoding="utf-8")
    (one,) = [found for found in about_x(config) if "reads of mentions" in found.what]
    assert not one.ok
    assert "It takes 7,020 of 450" in one.what
    assert 'Raise "every"' in one.what


def test_reddit_costs_no_money_and_says_what_it_takes_of_its_limit() -> None:
    keys = {"client_id": Secret(env="A"), "client_secret": Secret(env="B")}
    declared = reddit.Settings(
        name="r",
        username="acme",
        subreddits=("acme",),
        every="1m",
        **keys,  # type: ignore[arg-type]
    )
    cost = collectors.cost_of(declared, ACME, Measured())
    assert cost is not None
    (window,) = cost.windows
    assert (cost.high, window.asked, window.allowed, window.minutes) == (0.0, 30, 1_000, 10)


def test_a_source_far_from_any_limit_says_nothing(config: Path) -> None:
    settings: Settings = load(config, catalogue(), secrets=False, database=False).settings
    others = [one for one in settings.sources if one.kind not in ("x", "reddit")]
    assert all(collectors.cost_of(one, settings.brands, Measured()) is None for one in others)


def test_asking_a_source_now_never_costs_more_than_the_daemon_has_left(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", "key")
    kept(config, lambda desk: desk.charge("x", Use.SEARCH, 2.0, NOON))
    declared = load(config, catalogue(), secrets=False, database=False).settings
    only = declared.model_copy(
        update={"sources": tuple(one for one in declared.sources if one.name == "x")}
    )
    (one,) = online.examine(only, config.parent / "tocsin.db", NOON)
    assert not one.ok
    assert "the money for mentions and search is spent" in one.what


def test_the_units_that_polling_youtube_takes_of_a_day_are_said(config: Path) -> None:
    with config.open("a", encoding="utf-8") as file:
        file.write(
            '[[sources]]\nkind = "youtube"\nkey = { env = "Y" }\nevery = "30m"\n'
            'channels = ["UCxxxxxxxxxxxxxxxxxxxxxx"]\nvideos = ["dQw4w9WgXcQ"]\n'
        )
    found = [one for one in examine(config, None, now=lambda: NOON) if one.about.endswith("utube")]
    told = "\n".join(one.what for one in found)
    assert "It takes 96 of 10,000 units that are allowed in a day." in told
    assert "Its costs: nothing." in told
