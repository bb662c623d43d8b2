"""What a library sends through `requests` goes through our one door."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from listener.collector import Forbidden, Later, Malformed, RateLimited
from listener.wire import DeadlinePassed, Reply
from listener.wire_adapter import LIMIT, WireAdapter

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OK = Reply(200, {"content-type": "application/json"}, b'{"a":1}')


class FakeWire:
    """Answers from a list, and keeps what it was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[dict[str, Any]] = []

    def request(self, method: str, url: str, **asked: Any) -> Reply:
        self.asked.append({"method": method, "url": url, **asked})
        return self.replies.pop(0)


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def mounted(wire: FakeWire, **settings: Any) -> tuple[requests.Session, WireAdapter]:
    adapter = WireAdapter(wire, source="x", **settings)
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session, adapter


@pytest.fixture
def clock() -> Iterator[Clock]:
    return Clock()


def test_a_request_goes_through_the_wire_whole() -> None:
    wire = FakeWire(OK)
    session, adapter = mounted(wire)
    adapter.begin(NOW, 10)
    answer = session.post("https://a.example/x", data={"b": "c"}, headers={"X-Ours": "1"})
    asked = wire.asked[0]
    assert (asked["method"], asked["url"], asked["body"]) == ("POST", "https://a.example/x", b"b=c")
    assert asked["headers"]["X-Ours"] == "1"
    assert (asked["limit"], answer.status_code, answer.json()) == (LIMIT, 200, {"a": 1})


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://api.old.example/2/x?q=1", "http://127.0.0.1:9/api/2/x?q=1"),
        ("https://api.old.example.evil/2/x", "https://api.old.example.evil/2/x"),
        ("https://other.example/2/x", "https://other.example/2/x"),
    ],
)
def test_only_the_librarys_own_address_is_moved(url: str, sent: str) -> None:
    wire = FakeWire(OK)
    session, adapter = mounted(
        wire, base_from="https://api.old.example", base_to="http://127.0.0.1:9/api/"
    )
    adapter.begin(NOW, 10)
    session.get(url)
    assert wire.asked[0]["url"] == sent


def test_all_requests_of_a_fetch_share_its_deadline(clock: Clock) -> None:
    wire = FakeWire(OK, OK)
    session, adapter = mounted(wire, monotonic=clock)
    adapter.begin(NOW, 10)
    session.get("https://a.example/", timeout=999)
    clock.seconds += 7
    session.get("https://a.example/")
    clock.seconds += 3
    with pytest.raises(DeadlinePassed):
        session.get("https://a.example/")
    assert [asked["deadline"] for asked in wire.asked] == [10, 3]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(403, {}, b"<html>"), Forbidden),
        (Reply(503, {}, b""), Later),
        (Reply(429, {"retry-after": "Sat, 21 Nov 2026 12:01:00 GMT"}, b"[]"), RateLimited),
        (Reply(200, {"content-type": "text/html"}, b"<html>"), Malformed),
        (Reply(200, {}, b'{"data": ['), Malformed),
    ],
)
def test_a_bad_answer_is_judged_before_the_library_sees_it(reply: Reply, error: type) -> None:
    session, adapter = mounted(FakeWire(reply))
    adapter.begin(NOW, 10)
    with pytest.raises(error):
        session.get("https://a.example/")


def test_no_header_reaches_the_library_that_it_would_sleep_on_or_decode_by() -> None:
    headers: Mapping[str, str] = {
        "x-ratelimit-remaining": "9.0",
        "x-ratelimit-reset": "300.5",
        "x-rate-limit-reset": "1",
        "retry-after": "60",
        "content-encoding": "gzip",
        "content-length": "3",
        "set-cookie": "a=b",
        "x-kept": "1",
    }
    session, adapter = mounted(FakeWire(Reply(200, headers, b'{"a":1}')))
    adapter.begin(NOW, 10)
    answer = session.get("https://a.example/")
    assert dict(answer.headers) == {"x-kept": "1", "content-length": "7"}
    assert not session.cookies


def test_a_used_up_window_is_waited_for_without_asking(clock: Clock) -> None:
    used_up = Reply(200, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "60"}, b"{}")
    wire = FakeWire(used_up, OK)
    session, adapter = mounted(wire, monotonic=clock)
    adapter.begin(NOW, 10)
    clock.seconds += 2
    session.get("https://a.example/")
    with pytest.raises(RateLimited) as error:
        adapter.begin(NOW + timedelta(seconds=30), 10)
    assert error.value.until == NOW + timedelta(seconds=62)
    adapter.begin(NOW + timedelta(seconds=62), 10)
    assert session.get("https://a.example/").ok


@pytest.mark.parametrize("apart", [True, False])
def test_a_window_of_one_address_is_that_of_others_only_where_the_platform_counts_so(
    clock: Clock, apart: bool
) -> None:
    used_up = Reply(200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}, b"{}")
    wire = FakeWire(used_up, OK)
    session, adapter = mounted(wire, monotonic=clock, counts_apart=apart)
    adapter.begin(NOW, 10)
    session.get("https://a.example/one")

    def other() -> None:
        adapter.begin(NOW, 10)
        assert session.get("https://a.example/two").ok
        session.get("https://a.example/one")

    with pytest.raises(RateLimited) as error:
        other()
    assert error.value.alone is apart
    assert len(wire.asked) == 1 + apart


def test_an_answer_that_asks_to_wait_says_whether_it_is_of_that_address_alone() -> None:
    for apart in (True, False):
        session, adapter = mounted(FakeWire(Reply(429, {}, b"{}")), counts_apart=apart)
        adapter.begin(NOW, 10)
        with pytest.raises(RateLimited) as error:
            session.get("https://a.example/one")
        assert error.value.alone is apart


def test_a_body_that_streams_is_refused() -> None:
    session, adapter = mounted(FakeWire(OK))
    adapter.begin(NOW, 10)
    with pytest.raises(TypeError):
        session.post("https://a.example/", data=iter([b"x"]))
