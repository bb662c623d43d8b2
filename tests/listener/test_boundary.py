"""Whatever goes wrong with a platform becomes one of few errors, with no secret in its text."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import MissingSecret
from listener.boundary import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    USUAL_WAIT,
    as_source_error,
    boundary,
    fault_of,
    pause_of,
    read_json,
    wait_of,
)
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Forbidden,
    Later,
    Malformed,
    OutOfBudget,
    RateLimited,
    SourceError,
)
from listener.jsontext import MAX_DEPTH
from listener.wire import AddressRefused, DeadlinePassed, Reply, TooLarge, Unreachable

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SERVER_NOW = datetime(2026, 11, 21, 12, 10, tzinfo=UTC)  # its clock runs ten minutes ahead of ours
DATE = "Sat, 21 Nov 2026 12:10:00 GMT"
IN_A_MINUTE = str(int(NOW.timestamp()) + 60)
CAPPED = b'{"title":"UsageCapExceeded","type":"https://api.x.com/2/problems/usage-capped"}'


def reply(status: int, body: bytes = b"{}", **headers: str) -> Reply:
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def fault(answer: Reply) -> SourceError | None:
    return fault_of(answer, source="x", now=NOW)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(reply(400), BadRequest, id="a wrong request"),
        pytest.param(reply(401), AuthorisationLost, id="credentials that are refused"),
        pytest.param(reply(402), OutOfBudget, id="credits that ran out"),
        pytest.param(reply(403), Forbidden, id="something we may not see"),
        pytest.param(
            reply(403, b'{"error":"invalid_grant"}'), AuthorisationLost, id="a revoked grant"
        ),
        pytest.param(
            reply(400, b'{"error":"invalid_client"}'), AuthorisationLost, id="an unknown client"
        ),
        pytest.param(reply(404), BadRequest, id="an address that is not there"),
        pytest.param(reply(405), BadRequest, id="a method that is not there"),
        pytest.param(reply(408), Later, id="a server that lost patience"),
        pytest.param(reply(409), BadRequest, id="a conflict"),
        pytest.param(reply(410), BadRequest, id="something that is gone"),
        pytest.param(reply(413), BadRequest, id="a request that is too large"),
        pytest.param(reply(422), BadRequest, id="a request that makes no sense"),
        pytest.param(reply(429), RateLimited, id="too many requests"),
        pytest.param(reply(429, CAPPED), OutOfBudget, id="a spent cap dressed as a rate limit"),
        pytest.param(reply(451), Forbidden, id="something the law took away"),
        pytest.param(reply(500), Later, id="a fault of the server"),
        pytest.param(reply(503, retry_after="60"), RateLimited, id="a server that says when"),
        pytest.param(reply(520), Later, id="a status without a name"),
        pytest.param(reply(999), Later, id="a status that does not exist"),
        pytest.param(reply(302, location="https://evil.example/"), BadRequest, id="a redirect"),
    ],
)
def test_each_status_is_one_kind_of_error(answer: Reply, kind: type[SourceError]) -> None:
    found = fault(answer)
    assert type(found) is kind
    assert str(found).startswith('source "x": HTTP ')


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_good_answer_is_no_error(status: int) -> None:
    assert fault(reply(status)) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"retry-after": "60"}, 60, id="seconds"),
        pytest.param({"retry-after": " 1.5 "}, 1.5, id="seconds with a fraction"),
        pytest.param({"retry-after": "0.01"}, 1, id="never less than the shortest wait"),
        pytest.param({"retry-after": "99999999999"}, 3600, id="never more than the longest"),
        pytest.param(
            {"retry-after": "Sat, 21 Nov 2026 12:11:00 GMT", "date": DATE},
            60,
            id="a date, on the server's clock",
        ),
        pytest.param({"retry-after": "Sat, 21 Nov 2026 12:01:00 GMT"}, 60, id="else on ours"),
        pytest.param(
            {"x-rate-limit-reset": str(SERVER_NOW.timestamp() + 90), "date": DATE},
            90,
            id="an epoch with a fraction",
        ),
        pytest.param(
            {"x-rate-limit-reset": str(int(NOW.timestamp()) + 90)}, 90, id="an epoch as a number"
        ),
        pytest.param({"x-ratelimit-reset": "300.5"}, 300.5, id="Reddit's seconds to go"),
        pytest.param(
            {"x-ratelimit-reset": "2026-11-21T12:15:00.000Z", "date": DATE},
            300,
            id="Mastodon's ISO time",
        ),
        pytest.param({"retry-after": "5", "x-ratelimit-reset": "50"}, 50, id="the longer of two"),
        pytest.param(
            {"x-rate-limit-reset": str(int(NOW.timestamp()) + 90), "date": DATE},
            None,
            id="a reset that is past on the server's clock",
        ),
        pytest.param({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None, id="a date long past"),
        *[
            pytest.param({"retry-after": odd, "x-rate-limit-reset": odd}, None, id=f"odd: {odd!r}")
            for odd in ("", "NaN", "1e9", "-5", "\u0661", "soon", "inf", "0", "9" * 400)
        ],
        pytest.param({"date": "Fri, 99 Foo 99999 99:99:99 GMT"}, None, id="no wait at all"),
    ],
)
def test_how_long_we_are_asked_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    wait = wait_of(Reply(429, headers, b""), NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


def test_a_reset_in_the_past_is_no_hot_loop() -> None:
    found = fault(reply(429, x_rate_limit_reset="1", date=DATE))
    assert isinstance(found, RateLimited)
    assert found.until == NOW + USUAL_WAIT


@pytest.mark.parametrize(
    ("headers", "rests"),
    [
        (
            {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 60)},
            True,
        ),
        ({"x-ratelimit-remaining": "0.5", "x-ratelimit-reset": "60"}, True),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "60"}, False),
        ({"x-ratelimit-remaining": "x", "x-ratelimit-reset": "60"}, False),
        ({"x-ratelimit-remaining": "-5", "x-ratelimit-reset": "60"}, False),
        ({"x-ratelimit-remaining": "0"}, False),
        ({}, False),
    ],
)
def test_a_used_up_window_asks_for_a_rest(headers: dict[str, str], rests: bool) -> None:
    assert pause_of(Reply(200, headers, b""), NOW) == (timedelta(seconds=60) if rests else None)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-rate-limit-remaining": "449", "x-rate-limit-reset": str(int(NOW.timestamp()) + 890)},
        {"x-ratelimit-remaining": "599.0", "x-ratelimit-reset": "599"},
        {"ratelimit-remaining": "2999", "ratelimit-reset": str(int(NOW.timestamp()) + 290)},
    ],
    ids=["X", "Reddit", "Bluesky"],
)
def test_a_hiccup_does_not_last_until_the_window_s_end(headers: dict[str, str]) -> None:
    for status in (408, 500, 502, 503):
        told = fault_of(Reply(status, headers, b""), source="x", now=NOW)
        assert isinstance(told, Later)
    waits = fault_of(Reply(503, {**headers, "retry-after": "7"}, b""), source="x", now=NOW)
    assert isinstance(waits, RateLimited)
    assert waits.until == NOW + timedelta(seconds=7)
    spent = {name: "0" if name.endswith("remaining") else end for name, end in headers.items()}
    assert isinstance(fault_of(Reply(503, spent, b""), source="x", now=NOW), RateLimited)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>captcha</html>", b"{", b"{}garbage", b"OK", b"{'a':1}", b"[" * 100_000,
     b"9" * 1_000_000, b"\x1f\x8b\x00", b"[" * 65 + b"]" * 65, b"[NaN]"],
    ids=["empty", "page", "cut", "garbage", "word", "python", "nested", "number", "packed", "deep",
         "nan"],
)  # fmt: skip
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed, match=r'^source "x": .* instead of JSON$'):
        read_json(reply(200, body), source="x")


@pytest.mark.parametrize(("opens", "inner", "closes"), [(b"[", b"", b"]"), (b'{"a":', b"0", b"}")])
def test_json_is_read_to_64_levels_and_no_deeper(opens: bytes, inner: bytes, closes: bytes) -> None:
    deep = opens * MAX_DEPTH + inner + closes * MAX_DEPTH
    assert read_json(reply(200, deep), source="x")
    with pytest.raises(Malformed, match="instead of JSON"):
        read_json(reply(200, opens + deep + closes), source="x")


@pytest.mark.parametrize("part", [b"{},", b'"k":0,', b"[],"])
def test_json_of_a_million_parts_is_not_even_begun(part: bytes) -> None:
    with pytest.raises(Malformed, match="more parts"):
        read_json(reply(200, b"[" + part * 1_000_000 + b"0]"), source="x")


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"a":1}', '{"a":1}'.encode("utf-16")])
def test_json_is_read_in_any_unicode_encoding(body: bytes) -> None:
    assert read_json(reply(200, body), source="x") == {"a": 1}


class Wrapped(Exception):
    def __init__(self, inner: BaseException) -> None:
        self.original_exception = inner


class Answered(Exception):
    """Like the exceptions of tweepy and prawcore, which carry the answer."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        self.response = type(
            "Response", (), {"status_code": status, "headers": {"Date": DATE}, "content": body}
        )


class OAuthException(Exception): ...


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(Forbidden("no"), Forbidden, id="ours stays what it is"),
        pytest.param(Wrapped(Forbidden("no")), Forbidden, id="also when a library wrapped it"),
        pytest.param(Wrapped(DeadlinePassed("late")), Later, id="a deadline"),
        pytest.param(Unreachable("gone"), Later, id="no connection"),
        pytest.param(TooLarge("huge"), Malformed, id="an answer that is too large"),
        pytest.param(AddressRefused("private"), BadRequest, id="an address we do not reach"),
        pytest.param(MissingSecret("not set"), AuthorisationLost, id="a missing secret"),
        pytest.param(Answered(401), AuthorisationLost, id="an exception with an answer"),
        pytest.param(Answered(429, CAPPED), OutOfBudget, id="an answer that says capped"),
        pytest.param(Answered(200), Malformed, id="a good answer the library fell over"),
        pytest.param(json.JSONDecodeError("x", "y", 0), Malformed, id="broken JSON"),
        pytest.param(RecursionError(), Malformed, id="JSON that is too deep"),
        pytest.param(OAuthException(), AuthorisationLost, id="a refusal inside a 200"),
        pytest.param(KeyError("hunter2"), Later, id="anything else"),
        pytest.param(AttributeError("hunter2"), Later, id="a library's own mistake"),
    ],
)
def test_any_exception_is_one_kind_of_error(error: Exception, kind: type[SourceError]) -> None:
    assert type(as_source_error(error, source="x", now=NOW)) is kind


def test_an_error_that_wraps_itself_is_looked_into_once() -> None:
    error = Wrapped(ValueError())
    error.original_exception = error
    assert type(as_source_error(error, source="x", now=NOW)) is Later


def test_nothing_but_a_source_error_leaves_the_boundary_and_no_secret_with_it() -> None:
    with pytest.raises(Later) as raised, boundary("x", NOW):
        raise ValueError("Bearer hunter2")
    assert "hunter2" not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    "body",
    [
        b'{"detail":"token hunter2 is wrong","title":"hunter2 2","type":"about:hunter2"}',
        b'{"errors":[{"message":"hunter2"}, "hunter2", 7]}',
        b'["hunter2"]',
        b'{"error":"hunter2","type":["hunter2"]}',
    ],
)
def test_the_platforms_own_words_are_not_repeated(body: bytes) -> None:
    assert "hunter2" not in str(fault(reply(400, body)))


def test_every_recorded_http_fault_has_a_sane_outcome(shared: Path) -> None:
    lines = (shared / "data/hostile/http_faults.jsonl").read_text().splitlines()
    judged = 0
    for entry in map(json.loads, lines):
        if entry.get("body") is None and "body_gen" in entry:
            continue  # how a body arrives is the wire's matter, and tested there
        headers = {name.lower(): value for name, value in (entry["headers"] or {}).items()}
        answer = Reply(entry["status"], headers, (entry["body"] or "").encode(errors="replace"))
        found = fault(answer)
        judged += 1
        if answer.status == 200:
            assert found is None
        elif answer.status in (429, 503):
            assert isinstance(found, RateLimited | Later), entry
            stated = headers.get("retry-after", "").strip()
            if stated.isascii() and stated.replace(".", "").isdigit():
                assert isinstance(found, RateLimited)
                asked = min(timedelta(seconds=min(float(stated), 1e6)), LONGEST_WAIT)
                assert asked <= found.until - NOW <= LONGEST_WAIT
            if isinstance(found, RateLimited):
                assert found.until - NOW >= SHORTEST_WAIT
        else:
            assert type(found) in {
                301: (BadRequest,), 302: (BadRequest,), 307: (BadRequest,), 308: (BadRequest,),
                401: (AuthorisationLost,), 403: (Forbidden, AuthorisationLost),
                405: (BadRequest,), 413: (BadRequest,), 451: (Forbidden,),
            }.get(answer.status, (Later,)), entry  # fmt: skip
    assert judged > 80
