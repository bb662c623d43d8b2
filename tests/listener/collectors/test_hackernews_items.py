"""How a kept post of Hacker News stands now."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from listener.collector import Known, Later, Refreshes
from listener.collectors.hackernews import HackerNews, Settings
from listener.mention import Kind
from listener.tools import Tools
from listener.wire import Reply, Unreachable

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
STORY = {
    "id": 8863,
    "by": "dhouston",
    "title": "Acme: throw away your USB drive",
    "score": 111,
    "descendants": 71,
    "time": 1175714200,
    "type": "story",
}
COMMENT = {"id": 7, "by": "ann", "text": "Acme is <i>late</i> &amp; silent", "time": 1314211127}


def source(tools: Callable[..., Tools], wire: object) -> HackerNews:
    made = tools(wire)
    return HackerNews(Settings(kind="hackernews", name="hn"), ["acme"], made.wire, "tocsin/0")


def answering(items: dict[str, object]) -> Callable[[str], Reply]:
    def answer(url: str) -> Reply:
        name = url.rpartition("/")[2].removesuffix(".json")
        found = items.get(name)
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return Reply(200, {}, body)

    return answer


def looked(
    tools: Callable[..., Tools], wire_of: Callable[..., object], items: dict[str, object]
) -> dict[str, Kind | None]:
    asked = [Known(name) for name in items]
    found = source(tools, wire_of(answering(items))).refresh(asked, now=NOW, deadline=30.0)
    told = {one.post.id: one.kind for one in found.observations}
    assert sorted([*told, *found.unknown]) == sorted(items)
    return {name: told.get(name) for name in items}


def test_counts_and_words_are_those_of_now(
    tools: Callable[..., Tools], wire_of: Callable[..., object]
) -> None:
    one = source(tools, wire_of(answering({"8863": STORY, "7": COMMENT})))
    assert isinstance(one, Refreshes)
    found = one.refresh([Known("8863", url="https://here"), Known("7")], now=NOW, deadline=30.0)
    story, comment = (seen.post for seen in found.observations)
    assert (story.engagement.likes, story.engagement.replies) == (111, 71)
    assert (story.title, story.author.id, story.url) == (STORY["title"], "dhouston", "https://here")
    assert comment.text == "Acme is late & silent"


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({"id": 7, "deleted": True, "time": 1, "type": "comment"}, Kind.DELETE),
        ({**COMMENT, "dead": True}, Kind.DELETE),
        (COMMENT, Kind.POST),
        (None, None),
        ({**COMMENT, "id": 8}, None),
        ({"id": 7, "type": "comment"}, None),
        ([], None),
        ("x", None),
        (b"<html>", None),
        (b"[" * 10_000, None),
    ],
)
def test_only_what_the_site_says_is_gone_is_deleted(
    tools: Callable[..., Tools],
    wire_of: Callable[..., object],
    item: object,
    kind: Kind | None,
) -> None:
    assert looked(tools, wire_of, {"7": item}) == {"7": kind}


def test_one_item_that_cannot_be_read_does_not_cost_the_others(
    tools: Callable[..., Tools], wire_of: Callable[..., object]
) -> None:
    items = {"1": b"<html>", "7": COMMENT}
    assert looked(tools, wire_of, items) == {"1": None, "7": Kind.POST}


def test_a_service_in_trouble_is_asked_again_later(
    tools: Callable[..., Tools], wire_of: Callable[..., object]
) -> None:
    with pytest.raises(Later):
        source(tools, wire_of(lambda url: Unreachable("no"))).refresh(
            [Known("7")], now=NOW, deadline=30.0
        )


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_one_look_up_that_fails_costs_only_itself(
    tools: Callable[..., Tools], wire_of: Callable[..., object], status: int
) -> None:
    good = answering({"7": COMMENT})

    def answer(url: str) -> Reply:
        return good(url) if url.endswith("/7.json") else Reply(status, {}, b"")

    found = source(tools, wire_of(answer)).refresh(
        [Known("8"), Known("7"), Known("9")], now=NOW, deadline=30.0
    )
    assert [one.post.id for one in found.observations] == ["7"]
    assert found.unknown == ("8", "9")


def test_nobody_is_asked_on_where_nobody_answers(
    tools: Callable[..., Tools], wire_of: Callable[..., object]
) -> None:
    urls: list[str] = []

    def answer(url: str) -> Exception:
        urls.append(url)
        return Unreachable("no")

    with pytest.raises(Later):
        source(tools, wire_of(answer)).refresh(
            [Known(str(n)) for n in range(25)], now=NOW, deadline=30.0
        )
    assert len(urls) == 3


def test_what_there_is_no_time_for_is_unknown(
    tools: Callable[..., Tools], wire_of: Callable[..., object]
) -> None:
    one = source(tools, wire_of(answering({"7": COMMENT})))
    assert one.refresh([Known("7")], now=NOW, deadline=0.5).unknown == ("7",)


def test_an_id_that_is_none_is_never_part_of_an_address(
    tools: Callable[..., Tools], wire_of: Callable[..., object]
) -> None:
    one = source(tools, wire_of(lambda url: pytest.fail(f"asked {url}")))
    assert one.refresh([Known("../x")], now=NOW, deadline=30.0).unknown == ("../x",)
