"""Comments on our own Facebook page and Instagram account. Bodies are written from the documented
fields; what every polled source promises is in tests/contracts/test_collectors.py."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config import Secret
from listener.collector import (
    AuthorisationLost,
    Batch,
    Forbidden,
    Known,
    Later,
    RateLimited,
    SourceError,
)
from listener.collectors import facebook, instagram
from listener.graph import proof_of
from listener.graph_comments import STEP, CommentSource
from listener.mention import Kind, Observation
from listener.tools import Tools
from listener.wire import Reply

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
PAGE = "102938475610293"


def at(minute: float) -> str:
    return (START + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def comment(number: int, minute: float = -5.0, **changed: Any) -> dict[str, Any]:
    return {
        "id": f"55_{number}",
        "message": "Where is my bag?",
        "created_time": at(minute),
        "from": {"id": "900", "name": "Ann"},
        "permalink_url": "https://www.facebook.com/acme/posts/55?comment_id=1",
        "like_count": 2,
        "comment_count": 1,
        **changed,
    }


def told(body: Any, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(body).encode())


def error(code: int, subcode: int | None = None, status: int = 400) -> Reply:
    inner = {"message": "hunter2", "type": "OAuthException", "code": code}
    return told({"error": {**inner, **({"error_subcode": subcode} if subcode else {})}}, status)


@dataclass
class Page:
    """Posts with comments, newest first, in pages, as the Graph API shows them."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    instead: dict[str, Reply] = field(default_factory=dict)  # by the end of a path
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> Reply:
        self.asked.append(url)
        parts = urlsplit(url)
        _, _, own, *edge = parts.path.split("/")
        for end, reply in self.instead.items():
            if parts.path.endswith(end):
                return reply
        start = int(parse_qs(parts.query).get("after", ["0"])[0])
        if edge == ["comments"]:
            return told(paged(self.comments.get(own, []), start, 50))
        if edge:
            shown = paged(self.posts, start, STEP)
            shown["data"] = [
                {**one, "comments": paged(self.comments.get(one["id"], []), 0, 50)}
                for one in shown["data"]
            ]
            return told(shown)
        every = [one for of_post in self.comments.values() for one in of_post]
        found = next((one for one in every if one["id"] == own), None)
        return told(found) if found else error(100, 33)


def paged(items: list[dict[str, Any]], start: int, size: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"data": items[start : start + size]}
    if start + size < len(items):
        shown["paging"] = {"cursors": {"after": str(start + size)}, "next": "https://x.example"}
    return shown


def post(number: int, who: str = PAGE, **changed: Any) -> dict[str, Any]:
    return {
        "id": f"{PAGE}_{number}",
        "message": "Fly with Acme",
        "created_time": at(-60),
        "from": {"id": who, "name": "x"},
        **changed,
    }


Make = Callable[..., CommentSource]


@pytest.fixture
def source(wire_of: Callable[..., Any]) -> Make:
    def make(page: Page, **more: Any) -> CommentSource:
        settings = facebook.Settings(
            name="our page", kind="facebook", page=PAGE, token=Secret(env="T"), about="Acme", **more
        )
        tools = Tools(wire_of(page), lambda secret: "hunter2", "tocsin/0")
        made = facebook.build(settings, [], tools)
        assert isinstance(made, CommentSource)
        return made

    return make


def read(source: CommentSource, cursor: str | None = None, minute: float = 0.0) -> Batch:
    """A whole round, as one batch."""
    seen: list[Observation] = []
    gaps: list[Any] = []
    while True:
        batch = source.fetch(cursor, now=START + timedelta(minutes=minute), deadline=20.0)
        cursor = batch.cursor
        seen += batch.observations
        gaps += batch.gaps
        if not batch.more:
            return Batch(tuple(seen), cursor, False, tuple(gaps), batch.malformed)


def ids(batch: Batch) -> list[str]:
    return [one.post.id for one in batch.observations]


def test_a_comment_is_read(source: Make) -> None:
    shown = Page([post(1)], {f"{PAGE}_1": [comment(1, parent={"id": "55_0"})]})
    (seen,) = read(source(shown)).observations
    found = seen.post
    assert (found.platform, found.id, found.title) == ("facebook", "55_1", "Acme")
    assert (found.text, found.created_at) == ("Where is my bag?", START - timedelta(minutes=5))
    assert (found.author.id, found.author.name) == ("900", "Ann")
    assert (found.in_reply_to, found.conversation_id) == ("55_0", f"{PAGE}_1")
    assert (found.engagement.likes, found.engagement.replies) == (2, 1)


def test_a_comment_of_nobody_known_has_an_author_of_its_own(source: Make) -> None:
    hidden = [{**comment(n), "from": None} for n in (1, 2)]
    seen = read(source(Page([post(1)], {f"{PAGE}_1": hidden}))).observations
    assert len({one.post.author.id for one in seen}) == 2


def test_what_visitors_post_is_heard_and_what_the_page_posts_is_not(source: Make) -> None:
    shown = Page([post(1), post(2, who="900", message="You lost my bag")])
    assert ids(read(source(shown))) == [f"{PAGE}_2"]


def test_what_we_say_ourselves_is_about_us_only_where_it_names_us(source: Make) -> None:
    ours = comment(1, **{"from": {"id": PAGE, "name": "Acme"}})
    (seen,) = read(source(Page([post(1)], {f"{PAGE}_1": [ours]}))).observations
    assert (seen.post.title, seen.post.author.id) == ("", PAGE)


def test_many_posts_and_many_comments_are_read_to_their_end(source: Make) -> None:
    posts = [post(n) for n in range(1, 13)]
    many = {one["id"]: [comment(n * 1_000 + i) for i in range(60)] for n, one in enumerate(posts)}
    batch = read(source(Page(posts, many)))
    assert len(set(ids(batch))) == 12 * 60
    assert batch.gaps == ()


def test_only_the_newest_posts_are_read(source: Make) -> None:
    posts = [post(n) for n in range(1, 13)]
    under = {one["id"]: [comment(n)] for n, one in enumerate(posts)}
    assert len(ids(read(source(Page(posts, under), posts=STEP)))) == STEP


def test_older_pages_of_comments_are_left_once_the_round_before_is_met(source: Make) -> None:
    under = {f"{PAGE}_1": [comment(n, minute=-5 - n) for n in range(200)]}
    shown = Page([post(1)], under)
    made = source(shown)
    first = read(made, read(made).cursor, minute=1)
    shown.asked.clear()
    under[f"{PAGE}_1"].insert(0, comment(999, minute=20))
    second = read(made, first.cursor, minute=30)
    assert "55_999" in ids(second)
    assert len(shown.asked) == 1


def test_more_than_a_token_holds_is_told_as_a_gap(source: Make) -> None:
    posts = [post(n) for n in range(1, STEP + 1)]
    under = {one["id"]: [comment(i, minute=5) for i in range(60)] for one in posts}
    shown = Page(posts, under)
    made = source(shown)
    first = read(made)
    long = paged(posts, 0, STEP)
    after = {"cursors": {"after": "x" * 480}, "next": "https://x.example"}
    long["data"] = [
        {**one, "comments": {"data": [comment(1, minute=5)], "paging": after}} for one in posts
    ]
    shown.instead = {"/feed": told(long), "/comments": told({"data": []})}
    batch = read(made, first.cursor, minute=10)
    assert len(batch.gaps) == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(error(190), AuthorisationLost, id="the token has ended"),
        pytest.param(error(4), RateLimited, id="the app is tired"),
        pytest.param(error(80001, status=403), RateLimited, id="the page is tired"),
        pytest.param(error(200, status=403), Forbidden, id="a permission is missing"),
        pytest.param(error(10), Forbidden, id="likewise"),
        pytest.param(error(2), Later, id="a fault of theirs"),
        pytest.param(error(1, status=500), Later, id="likewise"),
        pytest.param(told({"error": {"code": 1}}), Later, id="an error in a good answer"),
    ],
)
def test_errors_mean_what_their_code_says(
    source: Make, reply: Reply, kind: type[SourceError]
) -> None:
    with pytest.raises(kind, match="our page") as caught:
        read(source(Page(instead={"/feed": reply})))
    assert "hunter2" not in str(caught.value)


def test_a_kept_comment_shows_its_edits_and_its_end(source: Make) -> None:
    shown = Page([post(1)], {f"{PAGE}_1": [comment(1, message="Found it, thanks")]})
    kept = [Known("55_1"), Known("55_2"), Known("../me")]
    found = source(shown).refresh(kept, now=START, deadline=20.0)
    assert [(one.kind, one.post.id) for one in found.observations] == [
        (Kind.POST, "55_1"),
    ]
    assert found.absent == ("55_2",)
    assert found.unknown == ("../me",)


def test_a_permission_that_was_taken_away_deletes_nothing(source: Make) -> None:
    shown = Page(instead={"/feed": error(200, status=403)})
    with pytest.raises(Forbidden):
        source(shown).refresh([Known("55_1")], now=START, deadline=20.0)


def test_the_token_stands_in_no_address_and_is_proved_where_it_must_be(
    source: Make, wire_of: Callable[..., Any]
) -> None:
    shown = Page([post(1)])
    read(source(shown, app_secret=Secret(env="S")))
    assert all("hunter2" not in url for url in shown.asked)
    assert f"appsecret_proof={proof_of('hunter2', 'hunter2')}" in shown.asked[0]


# ------------------------------------------------------------------------------------ Instagram
def test_instagrams_comments_are_read_with_the_answers_inside_them(
    wire_of: Callable[..., Any],
) -> None:
    said = {"text": "Rude staff", "timestamp": at(-5), "username": "ann", "like_count": 1}
    reply = {**said, "id": "12", "text": "Same here", "from": {"id": "901", "username": "bob"}}
    first = {**said, "id": "11", "replies": {"data": [reply, {"id": "13"}]}}
    media = {"id": "7", "permalink": "https://www.instagram.com/p/x/"}
    settings = instagram.Settings(
        name="insta", kind="instagram", account="17", token=Secret(env="T"), about="Acme"
    )
    wire = wire_of(Page([media], {"7": [first]}))
    made = instagram.build(settings, [], Tools(wire, lambda secret: "hunter2", "tocsin/0"))
    assert isinstance(made, CommentSource)
    batch = read(made)
    top, answer = (one.post for one in batch.observations)
    assert (top.id, top.in_reply_to, top.author.handle, top.title) == ("11", "7", "ann", "Acme")
    assert (answer.id, answer.in_reply_to, answer.author.id) == ("12", "11", "901")
    assert answer.url == "https://www.instagram.com/p/x/"
    assert len(batch.malformed) == 1  # the answer without a time, and nothing else of the page
