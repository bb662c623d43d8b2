"""Whatever a platform does, once it behaves again every post it showed is stored or in a gap."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import Brand, Secret
from listener.budget import Allowance, Use
from listener.collector import Collector, Gap, OutOfBudget, SourceError
from listener.collectors import reddit, x
from listener.mention import Kind
from listener.tools import Tools
from listener.wire import DeadlinePassed, Reply, Unreachable

START = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
PAGE = 100

FAULTS: dict[str, Callable[[], Reply]] = {
    "past reset": lambda: Reply(429, {"x-rate-limit-reset": "5", "x-ratelimit-reset": "0"}, b"[]"),
    "odd reset": lambda: Reply(429, {"x-rate-limit-reset": "soon", "retry-after": "NaN"}, b""),
    "credits": lambda: Reply(402, {}, b"{}"),
    "unauthorised": lambda: Reply(401, {}, b""),
    "blocked": lambda: Reply(403, {"content-type": "text/html"}, b"<html>"),
    "wrong": lambda: Reply(400, {}, b'{"title":"Invalid Request"}'),
    "broken": lambda: Reply(503, {}, b""),
    "page": lambda: Reply(200, {"content-type": "text/html"}, b"<html>"),
    "cut": lambda: Reply(200, {}, b'{"data": [{"id": "1'),
    "list": lambda: Reply(200, {}, b"[]"),
}


@dataclass
class Platform:
    """A platform behind a wire: a timeline, and faults for the next requests."""

    dialect: Literal["x", "reddit"]
    now: datetime = START
    shown: list[tuple[datetime, int]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    requests: int = 0

    def write(self, count: int) -> None:
        first = len(self.shown)
        self.shown += [(self.now + timedelta(seconds=n), first + n) for n in range(count)]

    def request(self, method: str, url: str, **_: Any) -> Reply:
        if url.endswith("/api/v1/access_token"):
            token = {"access_token": "t", "expires_in": 10**9, "scope": "*"}
            return Reply(200, {}, json.dumps(token).encode())
        self.requests += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "late":
            raise DeadlinePassed("late")
        if fault == "gone":
            raise Unreachable("gone")
        if fault:
            return FAULTS[fault]()
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        body = self.as_x(asked) if self.dialect == "x" else self.as_reddit(asked)
        return Reply(200, {"content-type": "application/json"}, json.dumps(body).encode())

    def as_x(self, asked: dict[str, str]) -> dict[str, Any]:
        found = [entry for entry in reversed(self.shown) if entry[0] > self.now - timedelta(days=7)]
        if "since_id" in asked:
            found = [entry for entry in found if int(x_id(entry)) > int(asked["since_id"])]
        elif "start_time" in asked:
            start = datetime.fromisoformat(asked["start_time"])
            found = [entry for entry in found if entry[0] >= start]
        if "next_token" in asked:  # a token holds the place by id, so new posts do not shift it
            found = [entry for entry in found if int(x_id(entry)) < int(asked["next_token"])]
        size = int(asked["max_results"])
        meta: dict[str, Any] = {"result_count": min(size, len(found))}
        if len(found) > size:
            meta["next_token"] = x_id(found[size - 1])
        posts = [
            {"id": x_id(entry), "text": "Acme", "created_at": entry[0].isoformat()}
            for entry in found[:size]
        ]
        return {"meta": meta, "data": posts} if posts else {"meta": meta}

    def as_reddit(self, asked: dict[str, str]) -> dict[str, Any]:
        reach = list(reversed(self.shown))[:1000]
        if "after" in asked:
            reach = [entry for entry in reach if entry[1] < int(asked["after"][3:], 36)]
        children = [
            {
                "kind": "t1",
                "data": {
                    "name": f"t1_{base36(entry[1])}",
                    "body": "Acme",
                    "author": "ann",
                    "created_utc": entry[0].timestamp(),
                },
            }
            for entry in reach[:PAGE]
        ]
        more = len(reach) > PAGE
        return {
            "data": {"children": children, "after": children[-1]["data"]["name"] if more else None}
        }


def x_id(entry: tuple[datetime, int]) -> str:
    epoch = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
    return str((int((entry[0] - epoch) / timedelta(milliseconds=1)) << 22) + entry[1])


def base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (base36(number // 36) if number >= 36 else "") + digits[number % 36]


def make(platform: Platform, dollars: float, variant: int = 0) -> tuple[Collector, Allowance]:
    purse = Allowance(dollars, uses=(Use.SEARCH,))
    tools = Tools(platform, lambda secret: "key", "tocsin/0.1.0", purse)
    if platform.dialect == "x":
        declared = x.Settings(
            name="x", bearer_token=Secret(env="X"), authors=False, dollars_per_day=dollars
        )
        return x.build(declared, [Brand(name=f"Acme {variant}")], tools), purse
    keys = {"client_id": Secret(env="A"), "client_secret": Secret(env="B")}
    source = reddit.Settings(
        name="r", username="acme", subreddits=("acme", f"sub{variant}"), search=False, **keys
    )
    return reddit.build(source, [Brand(name="Acme")], tools), purse


class Listener:
    """What a daemon does with a source: polls it, keeps the cursor with the posts, restarts."""

    def __init__(self, platform: Platform, dollars: float) -> None:
        self.platform = platform
        self.dollars = dollars
        self.source, self.purse = make(platform, dollars)
        self.cursor: str | None = None
        self.heard: dict[str, datetime] = {}
        self.gaps: list[Gap] = []
        self.spent: dict[str, float] = {}

    def poll(self) -> None:
        for _ in range(60):
            day = self.platform.now.date()
            self.purse.note({Use.SEARCH: self.spent.get(day.isoformat(), 0.0)}, {}, day)
            try:
                batch = self.source.fetch(self.cursor, now=self.platform.now, deadline=10)
            except SourceError:
                return
            self.cursor = batch.cursor or self.cursor
            for seen in batch.observations:
                assert seen.kind is Kind.POST
                self.heard[seen.post.id] = seen.post.created_at
            self.gaps.extend(batch.gaps)
            self.spent[day.isoformat()] = self.spent.get(day.isoformat(), 0.0) + batch.dollars
            if not batch.more:
                return
        raise AssertionError("the source never came to rest")

    def restart(self, variant: int) -> None:
        self.source, self.purse = make(self.platform, self.dollars, variant)


STEP = st.one_of(
    st.tuples(st.just("write"), st.sampled_from([1, 5, 99, 100, 101, 350])),
    st.tuples(st.just("wait"), st.sampled_from([1, 10, 60, 60 * 30, 60 * 24 * 8])),
    st.tuples(st.just("poll"), st.just(0)),
    st.tuples(st.just("restart"), st.integers(0, 2)),  # also with other terms or subreddits
    st.tuples(st.sampled_from([*FAULTS, "late", "gone"]), st.integers(1, 4)),
)


@pytest.mark.parametrize("dialect", ["x", "reddit"])
@pytest.mark.parametrize("dollars", [1000.0, 1.0], ids=["rich", "poor"])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(script=st.lists(STEP, max_size=25))
def test_every_post_is_heard_or_lies_in_a_recorded_gap(
    dialect: Literal["x", "reddit"], dollars: float, script: list[tuple[str, int]]
) -> None:
    platform = Platform(dialect)
    listener = Listener(platform, dollars)
    listener.poll()
    for step, amount in script:
        if step == "write":
            platform.write(amount)
            platform.now += timedelta(seconds=amount)
        elif step == "wait":
            platform.now += timedelta(minutes=amount)
        elif step == "poll":
            platform.now += timedelta(minutes=2)
            listener.poll()
        elif step == "restart":
            listener.restart(amount)
        else:
            platform.faults += [step] * amount
    platform.faults.clear()
    for day in range(1, 4):  # the platform behaves again; a rest it asked for is over
        platform.now += timedelta(days=day)
        listener.poll()
        platform.now += timedelta(hours=2)
        listener.poll()
    for entry in platform.shown:
        native = x_id(entry) if dialect == "x" else f"t1_{base36(entry[1])}"
        in_gap = any(gap.since <= entry[0] <= gap.until for gap in listener.gaps)
        assert native in listener.heard or in_gap, f"lost without a gap: {entry}"
    assert all(gap.since <= gap.until for gap in listener.gaps)
    if dialect == "x":
        assert all(spent <= dollars + 1e-9 for spent in listener.spent.values())


def test_a_source_without_money_asks_for_nothing() -> None:
    platform = Platform("x")
    with pytest.raises(OutOfBudget):
        make(platform, 0.0)[0].fetch(None, now=START, deadline=10)
    assert platform.requests == 0
