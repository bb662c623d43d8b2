"""What a query would have matched, in the store and on live sources."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.query import read_query
from listener.collector import Batch, Later
from listener.mention import Kind
from tests.firm import NOON, Firm, new_firm, observed
from tocsin.preview import Live, brand_of, in_store, on_live

QUERY = read_query("refund -late")
MONTH = timedelta(days=30)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = new_firm(tmp_path / "store.db")
    yield firm
    firm.house.store.close()


def keep(firm: Firm, number: int, words: str) -> None:
    seen = observed(number, f"jo{number}", firm.now, words=f"@Acme {words}")
    firm.house.store.write(
        lambda desk: firm.house.pipeline.take(desk, "x", Batch((seen,)), firm.now)
    )


def test_kept_posts_are_counted_by_platform(firm: Firm, tmp_path: Path) -> None:
    keep(firm, 1, "where is my refund")
    keep(firm, 2, "my refund is late")
    keep(firm, 3, "lovely shop")
    (count,) = in_store(tmp_path / "store.db", MONTH, QUERY, 5).values()
    assert (count.seen, count.matched) == (3, 1)
    assert [post.text for post in count.newest] == ["@Acme where is my refund 1"]


def test_a_site_is_found_in_what_is_kept_until_its_post_is_deleted(
    firm: Firm, tmp_path: Path
) -> None:
    """A post of X shows https://t.co/… alone; an edit may lead elsewhere."""

    def take(kind: Kind, link: str) -> None:
        seen = observed(1, "jo", firm.now, kind=kind, words="@Acme look https://t.co/abc")
        seen = replace(seen, post=replace(seen.post, links=(link,) if link else ()))
        firm.house.store.write(
            lambda desk: firm.house.pipeline.take(desk, "x", Batch((seen,)), firm.now)
        )

    def found(query: str) -> int:
        counts = in_store(tmp_path / "store.db", MONTH, read_query(query), 5).values()
        return sum(one.matched for one in counts)

    take(Kind.POST, "https://acme.example/refund")
    take(Kind.COUNTS, "")
    assert (found("site:acme.example"), found("site:other.example")) == (1, 0)
    take(Kind.POST, "https://other.example/")
    assert (found("site:acme.example"), found("site:other.example")) == (0, 1)
    keep(firm, 2, "another")
    take(Kind.DELETE, "")
    kept = sqlite3.connect(tmp_path / "store.db").execute("select linked from posts").fetchall()
    assert kept == [("[]",), ("[]",)]


class Told:
    """A source that gives one post a fetch, and ends or fails after some."""

    def __init__(self, *words: str, fault: Exception | None = None) -> None:
        self.words = list(words)
        self.fault = fault
        self.closed = False

    def fetch(self, cursor: str | None, *, now: datetime, deadline: float) -> Batch:
        if not self.words:
            if self.fault:
                raise self.fault
            return Batch()
        number = int(cursor or 0) + 1
        seen = observed(number, "jo", now, words=self.words.pop(0))
        return Batch((seen, seen), str(number), more=True)

    def close(self) -> None:
        self.closed = True


def test_live_sources_are_counted_each_by_itself() -> None:
    good, bad = Told("refund", "refund is late", "no"), Told("refund", fault=Later("no answer"))
    found = on_live([Live("good", good), Live("bad", bad)], QUERY, 60.0, 1, now=lambda: NOON)
    assert (found["good"].seen, found["good"].matched, found["good"].trouble) == (3, 1, "")
    assert (found["bad"].matched, found["bad"].trouble) == (1, "no answer")
    assert good.closed
    assert bad.closed


def test_a_stream_is_left_when_the_time_is_over() -> None:
    ticks = iter(range(100))
    stream = Told(*["refund"] * 50)
    found = on_live(
        [Live("stream", stream)], QUERY, 10.0, 1, now=lambda: NOON, clock=lambda: next(ticks)
    )
    assert 0 < found["stream"].matched < 50


def test_it_ends_when_it_is_told_to() -> None:
    over = threading.Event()
    over.set()
    found = on_live([Live("s", Told("refund"))], QUERY, 10.0, 1, over=over)
    assert found["s"].seen == 0


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("refund -late", ("refund",)),
        ("-late", None),
        ("lang:de", None),
        (" OR ".join(f"w{n}" for n in range(30)), None),
    ],
)
def test_platforms_are_asked_for_words_that_every_wanted_post_has(
    query: str, asked: tuple[str, ...] | None
) -> None:
    brand = brand_of(read_query(query))
    assert (brand.terms if brand else None) == asked
