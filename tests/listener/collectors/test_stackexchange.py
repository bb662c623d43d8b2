"""Stack Exchange: requests as the quota, a back-off that is obeyed, errors that all are 400.

The bodies are written by hand from the interface's documentation.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from config import Brand, MissingSecret, Secret
from listener.collector import (
    AuthorisationLost,
    BadRequest,
    Forbidden,
    Known,
    Later,
    OutOfBudget,
    RateLimited,
)
from listener.collectors.stackexchange import Settings, StackExchange, build
from listener.collectors.stackexchange_posts import decode
from listener.matching import Matcher
from listener.mention import Kind
from listener.tools import Tools
from listener.wire import Reply

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SITE = "stackoverflow"


def question(n: int = 1, at: datetime = NOW, **changed: Any) -> dict[str, Any]:
    return {
        "question_id": n,
        "creation_date": int(at.timestamp()),
        "title": "Client throws &quot;timeout&quot; since 4.2",
        "body": "<p>It <b>hangs</b> for &gt; 30 s</p>",
        "tags": ["python", "acme-sdk"],
        "link": f"https://stackoverflow.com/questions/{n}/client",
        "owner": {"user_id": 70, "display_name": "Ann &amp; Co"},
        "score": -2,
        "answer_count": 3,
        "view_count": 40,
        **changed,
    }


def answer(*items: object, **said: Any) -> Reply:
    return Reply(200, {}, json.dumps({"items": items, "has_more": False, **said}).encode())


def error(number: int, message: str = "no", status: int = 400) -> Reply:
    body = {"error_id": number, "error_message": message, "error_name": "x"}
    return Reply(status, {}, json.dumps(body).encode())


Make = Callable[..., tuple[StackExchange, Any]]


@pytest.fixture
def listening(wire_of: Callable[..., Any]) -> Make:
    def make(reply: object, **given: Any) -> tuple[StackExchange, Any]:
        wire = wire_of(reply if callable(reply) else lambda url: reply)
        declared = {"tags": ["acme-sdk"], "about": "Acme", "search": False, **given}
        tools = Tools(wire, lambda secret: "KEY", "tocsin/0")
        source = build(Settings(name="se", **declared), [Brand(name="Acme")], tools)
        assert isinstance(source, StackExchange)
        return source, wire

    return make


def asked(wire: Any) -> list[dict[str, str]]:
    urls = [urlsplit(one.url) for one in wire.asked]
    return [{k: v[0] for k, v in parse_qs(url.query).items()} for url in urls]


def test_a_question_is_read_as_plain_text_and_names_what_its_tag_is_about() -> None:
    post = decode(question(), SITE, "Acme", NOW).post
    assert post.title == 'Acme: Client throws "timeout" since 4.2'
    assert post.text == "It hangs for > 30 s"
    assert (post.id, post.author.id, post.author.name) == (
        "stackoverflow/1",
        "stackoverflow/70",
        "Ann & Co",
    )
    assert (post.engagement.likes, post.engagement.replies, post.engagement.views) == (None, 3, 40)
    assert Matcher([Brand(name="Acme")]).match(post)


@pytest.mark.parametrize(
    "changed",
    [{"question_id": "1;2"}, {"creation_date": "now"}, {"title": None, "body": ""}],
)
def test_a_question_that_is_not_as_documented_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"id|date|title"):
        decode(question(**changed), SITE, "", NOW)


def test_tags_are_asked_for_together_and_each_term_as_a_phrase(listening: Make) -> None:
    source, wire = listening(answer(), tags=["a", "b"], search=True)
    source.fetch(None, now=NOW, deadline=20.0)
    source.fetch(None, now=NOW, deadline=20.0)
    tagged, searched = asked(wire)
    assert (tagged["tagged"], tagged["filter"], tagged["site"]) == ("a;b", "withbody", SITE)
    assert (searched["q"], searched["sort"]) == ('"Acme"', "creation")
    assert int(tagged["fromdate"]) == int((NOW - timedelta(days=1)).timestamp())


def test_the_same_question_has_one_title_whichever_search_finds_it(listening: Make) -> None:
    source, _ = listening(answer(question()), search=True)
    batches = [source.fetch(None, now=NOW, deadline=20.0) for _ in range(2)]
    titles = {one.post.title for batch in batches for one in batch.observations}
    assert titles == {'Acme: Client throws "timeout" since 4.2'}


def test_a_back_off_is_obeyed_and_no_request_is_made_before_it_ends(listening: Make) -> None:
    source, wire = listening(answer(question(), has_more=True, backoff=40))
    batch = source.fetch(None, now=NOW, deadline=20.0)
    oldest = int(batch.observations[0].post.created_at.timestamp())
    assert (len(batch.observations), batch.more) == (1, False)
    with pytest.raises(RateLimited) as raised:
        source.fetch(batch.cursor, now=NOW + timedelta(seconds=39), deadline=20.0)
    assert raised.value.until == NOW + timedelta(seconds=40)
    assert len(wire.asked) == 1
    source.fetch(batch.cursor, now=NOW + timedelta(seconds=40), deadline=20.0)
    following = asked(wire)[1]
    assert (following["page"], int(following["todate"])) == ("1", oldest + 1)


def test_more_questions_of_one_second_than_a_page_holds_are_read_by_number(
    listening: Make,
) -> None:
    source, wire = listening(answer(question(), has_more=True))
    cursor = None
    for _ in range(4):
        cursor = source.fetch(cursor, now=NOW, deadline=20.0).cursor
    assert [one["page"] for one in asked(wire)] == ["1", "1", "2", "3"]
    assert len({one.get("todate") for one in asked(wire)}) == 2


def test_when_the_days_requests_are_used_up_nothing_is_asked_until_midnight(
    listening: Make,
) -> None:
    source, wire = listening(answer(question(), quota_remaining=0))
    batch = source.fetch(None, now=NOW, deadline=20.0)
    assert len(batch.observations) == 1
    with pytest.raises(OutOfBudget, match="used up"):
        source.fetch(batch.cursor, now=NOW + timedelta(hours=11), deadline=20.0)
    assert len(wire.asked) == 1
    source.fetch(batch.cursor, now=NOW + timedelta(hours=12), deadline=20.0)
    assert len(wire.asked) == 2


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (error(502, "too many from this IP, more available in 81 seconds"), RateLimited),
        (error(502, "Violation of backoff parameter"), RateLimited),
        (error(400, "`key` doesn't match a known application"), AuthorisationLost),
        (error(405), AuthorisationLost),
        (error(400, "No site found for name `x`"), BadRequest),
        (error(403), Forbidden),
        (error(500, status=500), Later),
        (error(503, status=503), Later),
        (error(502, status=200), RateLimited),
    ],
)  # fmt: skip
def test_an_error_is_what_its_number_says(
    listening: Make, reply: Reply, kind: type[Exception]
) -> None:
    source, _ = listening(reply)
    with pytest.raises(kind) as raised:
        source.fetch(None, now=NOW, deadline=20.0)
    assert "IP" not in str(raised.value), "a stranger's words are not repeated"


def test_the_wait_that_an_error_names_is_kept(listening: Make) -> None:
    source, _ = listening(error(502, "more requests available in 81 seconds"))
    with pytest.raises(RateLimited) as raised:
        source.fetch(None, now=NOW, deadline=20.0)
    assert raised.value.until == NOW + timedelta(seconds=81)


def test_kept_questions_are_looked_at_again_together(listening: Make) -> None:
    source, wire = listening(
        answer(question(1, body="<p>Solved</p>"), question(2, title=3, body=3))
    )
    known = [Known(f"stackoverflow/{n}") for n in (1, 2, 3)]
    found = source.refresh([*known, Known("serverfault/9")], now=NOW, deadline=20.0)
    assert "/questions/1;2;3?" in wire.asked[0].url
    assert [(one.post.id, one.kind) for one in found.observations] == [
        ("stackoverflow/1", Kind.POST),
    ]
    assert found.absent == ("stackoverflow/3",)
    assert found.unknown == ("stackoverflow/2", "serverfault/9")


def test_an_error_deletes_nothing(listening: Make) -> None:
    source, _ = listening(error(502))
    with pytest.raises(RateLimited):
        source.refresh([Known("stackoverflow/1")], now=NOW, deadline=20.0)


def test_more_than_a_days_requests_is_said_at_once_with_what_would_do(listening: Make) -> None:
    with pytest.raises(BadRequest, match=r"288 requests a day, of 300.*at least 8m"):
        listening(answer(), every="5m")
    listening(answer(), every="8m")
    listening(answer(), every="5m", key=Secret(env="K"))


def test_a_key_that_is_declared_and_missing_is_said(wire_of: Callable[..., Any]) -> None:
    def none(secret: Secret) -> str:
        raise MissingSecret("K is not set")

    settings = Settings(name="se", key=Secret(env="K"))
    with pytest.raises(AuthorisationLost, match="K is not set"):
        build(settings, [Brand(name="Acme")], Tools(wire_of(lambda url: answer()), none, "t"))


@pytest.mark.parametrize(
    "given", [{"search": False}, {"tags": ["a b"]}, {"tags": ["x;y"]}, {"site": "a/b"}]
)
def test_settings_that_cannot_be_meant_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(name="se", **given)
