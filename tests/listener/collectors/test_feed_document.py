"""Feeds of every make are read as plain text; hostile ones are refused in words and in time."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.collectors.feed_document import (
    MAX_BROKEN_BYTES,
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_FEED_BYTES,
    MAX_TAGS,
    Document,
    news_alias,
    read_feed,
)

pytest.importorskip("feedparser")

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://paper.example/feed.xml"
GOOGLE = "https://news.google.com/rss/search?q=Acme"


def rss(*items: str, channel: str = "") -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel>{channel}{inside}</channel></rss>'.encode()


def read(body: bytes, url: str = URL, content_type: str = "text/xml") -> Document:
    return read_feed(body, url=url, headers={"content-type": content_type}, seen_at=NOON)


ITEM = (
    "<title>Acme &amp;amp; the outage</title><guid>https://paper.example/1</guid>"
    "<link>https://paper.example/1?utm=x</link><author>Ann</author>"
    "<pubDate>Sat, 21 Nov 2026 10:00:00 +0200</pubDate>"
    "<description>&lt;p&gt;Down &lt;b&gt;again&lt;/b&gt;&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;"
    "</description>"
)


def test_an_item_of_rss_is_read() -> None:
    (post,) = read(rss(ITEM, channel="<language>EN-GB</language><ttl>30</ttl>")).posts
    assert (post.platform, post.id, post.title, post.text) == (
        "feed",
        "https://paper.example/1",
        "Acme & the outage",
        "Down again",
    )
    assert post.created_at == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert (post.author.id, post.author.name, post.lang) == ("paper.example/Ann", "Ann", "en-gb")
    assert post.url == "https://paper.example/1?utm=x"


def test_an_entry_of_atom_is_read() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:paper.example,2026:1</id>
    <title type="html">Acme &lt;i&gt;down&lt;/i&gt;</title><updated>2026-11-21T09:00:00Z</updated>
    <link href="https://paper.example/1"/><content type="html">Since &lt;br/&gt;noon</content>
    </entry></feed>"""
    (post,) = read(body).posts
    assert (post.id, post.title, post.text) == (
        "tag:paper.example,2026:1",
        "Acme down",
        "Since\nnoon",
    )
    assert post.created_at == datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "created"),
    [
        pytest.param("", NOON, id="missing"),
        pytest.param("<pubDate>soon</pubDate>", NOON, id="unreadable"),
        pytest.param("<pubDate>Sun, 21 Nov 2027 10:00:00 GMT</pubDate>", NOON, id="in the future"),
        pytest.param(
            "<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>",
            NOON - timedelta(hours=2),
            id="as stated",
        ),
    ],
)
def test_times(dates: str, created: datetime) -> None:
    (post,) = read(rss(f"<guid>https://a.example</guid><title>t</title>{dates}")).posts
    assert post.created_at == created


@pytest.mark.parametrize(
    ("item", "post_id"),
    [
        pytest.param("<guid>https://a.example/1</guid>", "https://a.example/1", id="an address"),
        pytest.param("<guid>17</guid>", f"{URL}#17", id="a number is unique in its feed only"),
        pytest.param("<link>https://a.example/2</link>", "https://a.example/2", id="a link alone"),
    ],
)
def test_the_key_is_the_guid_or_the_link_and_never_the_title(item: str, post_id: str) -> None:
    (post,) = read(rss(f"<title>same</title>{item}")).posts
    assert post.id == post_id


def test_an_endless_guid_is_shortened_and_stays_unique() -> None:
    long = "https://a.example/" + "x" * 5000
    one, two = read(rss(*(f"<title>t</title><guid>{long}{n}</guid>" for n in (1, 2)))).posts
    assert one.id != two.id
    assert len(one.id) <= 500


def test_an_entry_without_a_key_costs_only_itself() -> None:
    document = read(rss("<title>t</title>", ITEM, "<guid>https://a.example/3</guid>"))
    assert [post.id for post in document.posts] == ["https://paper.example/1"]
    assert document.skipped == (
        "entry 1: it has neither guid nor link",
        "entry 3: it has neither title nor text",
    )


def test_an_address_that_is_a_script_is_left_out() -> None:
    (post,) = read(rss("<title>t</title><guid>1</guid><link>javascript:alert(1)</link>")).posts
    assert post.url == ""


def test_google_news_is_one_article_under_many_guids() -> None:
    item = '<title>Acme down - The Paper</title><guid isPermaLink="false">CBMi{}</guid><source url="https://p.example">The Paper</source><description>&lt;a href="x"&gt;Acme down&lt;/a&gt;</description>'  # noqa: E501
    one, two = read(rss(item.format(1), item.format(2)), GOOGLE).posts
    assert (one.title, one.text, one.author.name) == ("Acme down", "", "The Paper")
    assert (one.id, two.id) == ("news.google.com#CBMi1", "news.google.com#CBMi2")
    assert one.aliases == two.aliases == (news_alias("the paper", "ACME  down!"),)
    assert "cme" not in one.aliases[0]


@pytest.mark.parametrize(
    ("ttl", "rest"),
    [("30", 30), ("999999", 60), ("-5", 0), ("soon", 0), ("", 0), ("9" * 5000, 0)],
)
def test_ttl_is_heeded_within_reason(ttl: str, rest: int) -> None:
    assert read(rss(ITEM, channel=f"<ttl>{ttl}</ttl>")).ttl == timedelta(minutes=rest)


def test_entries_beyond_the_limit_are_left_out_and_that_is_said() -> None:
    items = [f"<guid>https://a.example/{n}</guid><title>t</title>" for n in range(MAX_ENTRIES + 7)]
    document = read(rss(*items))
    assert (len(document.posts), document.skipped) == (MAX_ENTRIES, ("7 entries over 500",))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        pytest.param(b"", "neither RSS nor Atom", id="nothing"),
        pytest.param(b"<html><body>Log in</body></html>", "neither RSS nor Atom", id="a page"),
        pytest.param(b"\x1f\x8b\x08\x00" + b"\0" * 99, "neither RSS nor Atom", id="binary"),
        pytest.param(
            b'<!DOCTYPE rss [<!ENTITY a "lol">]>' + rss(ITEM), "declares entities", id="entities"
        ),
        pytest.param(
            ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss [<!ENTITY a "x">]>'
             + rss(ITEM).decode()).encode("utf-16"),
            "declares entities",
            id="entities hidden in UTF-16",
        ),
        pytest.param(
            b"&broken; <!doctype rss\n [<!entity a 'x'>]>" + rss(ITEM),
            "declares entities",
            id="entities behind a fault",
        ),
        pytest.param(
            b'<!DOCTYPE rss SYSTEM "' + b"x" * 3000 + b'" [<!ELEMENT a (b)>]>' + rss(ITEM),
            "declares entities",
            id="declarations after a long name",
        ),
        pytest.param(b"<a>" * (MAX_DEPTH + 1), "nested deeper", id="a pit"),
        pytest.param(b"<a/>" * (MAX_TAGS + 1), "more than 100000 tags", id="crumbs"),
        pytest.param(b"x" * (MAX_FEED_BYTES + 1), "larger than 4 MiB", id="too large"),
        pytest.param(
            b"<rss>" + b"x" * MAX_BROKEN_BYTES, "broken XML and larger", id="broken and large"
        ),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(body: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read(body)


def test_broken_feeds_are_mended_as_browsers_mend_pages() -> None:
    (post,) = read(rss(ITEM.replace("<author>", "<author>&bogus;"))[:-12]).posts
    assert post.title == "Acme & the outage"


# --- hostile collections ------------------------------------------------------------------------


def body_of(row: dict[str, Any]) -> bytes:
    """The document; of a recipe for hundreds of megabytes, enough to be over every limit."""
    if "b64" in row:
        return base64.b64decode(row["b64"])
    recipe = row["gen"]
    if "gzip_of" in recipe:  # the wire unpacks, and hands on no more than the limit and a little
        return b"\0" * (MAX_FEED_BYTES + 1)
    count = min(recipe["n"], MAX_FEED_BYTES + 1)
    return str(recipe.get("head", "") + recipe["unit"] * count + recipe.get("tail", "")).encode()


def outcome(body: bytes) -> Document | str:
    try:
        return read(body)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("name", ["xml_feeds", "feed_documents"])
def test_hostile_documents_do_no_harm(
    name: str, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_is_opened(*arguments: object, **options: object) -> None:
        raise AssertionError(f"a document made us open {arguments}")

    read(rss(ITEM))  # everything is imported before nothing may be opened
    rows = (shared / "data" / "hostile" / f"{name}.jsonl").read_text().splitlines()
    monkeypatch.setattr("socket.socket.connect", nothing_is_opened)
    monkeypatch.setattr("urllib.request.OpenerDirector.open", nothing_is_opened)
    monkeypatch.setattr("builtins.open", nothing_is_opened)
    for row in map(json.loads, rows):
        found = outcome(body_of(row))
        assert isinstance(found, str) or row.get("expect") != "refuse", row["name"]
        for post in found.posts if isinstance(found, Document) else ():
            assert not post.url or post.url.lower().startswith(("https://", "http://"))
            assert "<script" not in f"{post.title} {post.text}".lower()
            assert "root:" not in post.text


def test_recorded_feeds_are_read(shared: Path) -> None:
    counts = {
        path.name: len(read(path.read_bytes(), content_type="application/xml").posts)
        for path in (shared / "fixtures" / "feeds").iterdir()
    }
    assert counts == {
        "huginn__iso-8859-1.rss": 1,
        "huginn__podcast.rss": 4,
        "huginn__slickdeals.atom": 79,
        "huginn__youtube.xml": 15,
    }


def test_another_encoding_is_read(shared: Path) -> None:
    path = shared / "fixtures" / "feeds" / "huginn__iso-8859-1.rss"
    (post,) = read(path.read_bytes()).posts
    assert post.title == "Mëkanïk Zaïn"
