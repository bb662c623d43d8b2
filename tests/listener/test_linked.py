"""What a post links to is known, whatever its words show."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from config import Brand
from config.query import QueryError, read_query
from config.settings import Block
from listener.blocking import Blocking
from listener.collectors import (
    hackernews_hits,
    lemmy_posts,
    mastodon_posts,
    reddit_posts,
    stackexchange_posts,
    telegram,
    x_posts,
)
from listener.collectors.jetstream import read_frame
from listener.linked import MAX_LINKS, anchors, links_of
from listener.matching import Matcher
from listener.mention import Author, Post
from listener.wanting import Wanting

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STAMP = "2026-11-22T11:00:00Z"
SECONDS = int(NOW.timestamp()) - 60
PAGE = "https://shop.acme.example/refund-policy-2026"
HTML = f'<p>look at <a rel="nofollow" href="{PAGE}">this</a>, a shame</p>'


def on_x(**entities: Any) -> Post:
    raw = {
        "id": "1990000000000000000",
        "text": "look at this https://t.co/abc shame",
        "author_id": "1",
        "created_at": STAMP,
        **entities,
    }
    return x_posts.decode(raw, {}, NOW).post


URLS = {"urls": [{"url": "https://t.co/abc", "expanded_url": PAGE}]}


def on_bluesky(**more: Any) -> Post:
    record = {"text": "look at this: shop.acme.exam... shame", "createdAt": STAMP, **more}
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "3k"}
    frame = {"did": "did:plc:abc", "time_us": SECONDS * 1_000_000, "kind": "commit"}
    seen = read_frame(json.dumps({**frame, "commit": {**commit, "record": record}}), NOW).seen
    assert seen is not None
    return seen.post


FACET = {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": PAGE}]}
CARD = {"external": {"uri": PAGE, "title": "Refunds", "description": ""}}


def on_mastodon(**more: Any) -> Post:
    raw = {
        "id": "7",
        "uri": "https://there.example/7",
        "created_at": STAMP,
        "content": "<p>a shame</p>",
        "account": {"acct": "ann@there.example"},
        **more,
    }
    return mastodon_posts.decode(raw, "here.example", NOW).post


def on_lemmy() -> Post:
    post = {"id": 3, "name": "Shame", "ap_id": "https://l.example/post/3", "published": STAMP}
    raw = {"post": {**post, "url": PAGE}, "creator": {"name": "ann"}}
    return lemmy_posts.decode(raw, "l.example", NOW).post


def on_hackernews(**said: Any) -> Post:
    hit = {"objectID": "5", "created_at_i": SECONDS, "author": "ann", **said}
    return hackernews_hits.decode(hit, NOW).post


def on_stackexchange() -> Post:
    raw = {"question_id": 4, "creation_date": SECONDS, "title": "Why?", "body": HTML}
    return stackexchange_posts.decode(raw, "stackoverflow", "", NOW).post


def on_reddit() -> Post:
    data = {
        "name": "t3_abc", "id": "abc", "title": "Shame", "selftext": "", "author": "ann",
        "created_utc": SECONDS, "url": PAGE, "is_self": False, "permalink": "/r/a/comments/abc/x/",
    }  # fmt: skip
    return reddit_posts.decode({"kind": "t3", "data": data}, NOW).post


def on_telegram() -> Post:
    said = {
        "message_id": 1, "date": SECONDS, "chat": {"id": -7}, "text": "this is a shame",
        "from": {"id": 2, "first_name": "Ann"}, "entities": [{"type": "text_link", "url": PAGE}],
    }  # fmt: skip
    update = {"update_id": 1, "message": said}
    seen = telegram.decode(update, chats=["-7"], about="", now=NOW)
    assert seen is not None
    return seen.post


LINKING: dict[str, Callable[[], Post]] = {
    "x": lambda: on_x(entities=URLS),
    "a long post on x": lambda: on_x(
        note_tweet={"text": "long https://t.co/abc", "entities": URLS}
    ),
    "a link on bluesky": lambda: on_bluesky(facets=[FACET]),
    "a card on bluesky": lambda: on_bluesky(embed=CARD),
    "a card beside a quote": lambda: on_bluesky(embed={"record": {}, "media": CARD}),
    "a linked word on mastodon": lambda: on_mastodon(content=HTML),
    "a card on mastodon": lambda: on_mastodon(card={"url": PAGE}),
    "a boost on mastodon": lambda: on_mastodon(
        reblog={"uri": "https://there.example/6", "content": HTML}
    ),
    "a link on lemmy": on_lemmy,
    "a story on hacker news": lambda: on_hackernews(title="Shame", url=PAGE),
    "a comment on hacker news": lambda: on_hackernews(comment_text=HTML),
    "a question": on_stackexchange,
    "reddit": on_reddit,
    "telegram": on_telegram,
}


@pytest.mark.parametrize("where", LINKING)
def test_a_site_is_known_behind_what_the_words_show(where: str) -> None:
    post = LINKING[where]()
    assert PAGE in post.links
    assert Wanting(read_query("site:acme.example")).wants(post)
    assert not Wanting(read_query("site:cme.example")).wants(post)
    assert Blocking(Block(sites=("acme.example",))).why(post) == "blocked site"
    assert [m.term for m in Matcher([Brand(name="A", terms=("shop.acme.example",))]).match(post)]


def test_x_is_asked_for_links_which_cost_nothing_more() -> None:
    from listener.collectors.x_asking import asked_of_stream

    assert "entities" in asked_of_stream(authors=False)["tweet.fields"].split(",")


def test_the_words_of_an_address_name_no_brand() -> None:
    post = on_x(entities={"urls": [{"expanded_url": "https://news.example/acme-is-late"}]})
    assert Matcher([Brand(name="Acme")]).match(post) == ()


def test_a_mention_or_hashtag_is_no_link() -> None:
    said = '<a href="https://m.example/@acme" class="u-url mention">@acme</a>'
    assert on_mastodon(content=f"{said} hello").links == ()


def test_what_is_no_web_address_is_left_out_and_there_is_an_end_to_it() -> None:
    odd = ["javascript:alert(1)", "https://a b", 7, None, "https://x.example/" + "a" * 2_000]
    assert links_of(odd) == ()
    assert len(links_of(f"https://x.example/{n}" for n in range(500))) == MAX_LINKS
    assert anchors('<a href="&quot;&amp;x">') == ['"&x']
    assert anchors("<a " * 30_000) == []


@pytest.mark.parametrize(
    ("query", "text", "holds"),
    [
        ("site:acme.example", "see acme.example/refund", True),
        ("site:acme.example", "see shop.acme.example.", True),
        ("site:acme.example", "write to ann@acme.example", False),
        ("site:acme.example", "notacme.example", False),
        ("site:bücher.example", "see https://xn--bcher-kva.example/x", True),
        ("site:xn--bcher-kva.example", "see https://bücher.example/x", True),
        ("site:WWW.Acme.example", "see https://ACME.example/refund", True),
    ],
)
def test_a_site_is_found_as_people_write_it(query: str, text: str, *, holds: bool) -> None:
    post = Post("x", "1", text, NOW, Author("1"))
    assert Wanting(read_query(query)).wants(post) is holds


@pytest.mark.parametrize("query", ["site:acme.example/refund", "site:https://acme.example"])
def test_a_site_with_a_path_is_refused_rather_than_never_found(query: str) -> None:
    with pytest.raises(QueryError, match="host alone"):
        read_query(query)
