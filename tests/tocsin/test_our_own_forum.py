"""A complaint in the brand's own forum names nobody: it is heard, followed, and forgotten again."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from config import Brand
from listener import collectors
from listener.collector import Collector, Refreshes
from listener.tools import Tools
from listener.wire import Reply
from tests.firm import Firm, new_firm
from tocsin.following import Following

WORDS = "Charged twice, third time asking, nobody answers. I want my refund."


class Forum:
    """A wire to a forum that shows these posts."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []

    def request(self, method: str, url: str, **_: Any) -> Reply:
        before = int(parse_qs(urlsplit(url).query).get("before", ["999"])[0])
        shown = [post for post in reversed(self.posts) if post["id"] <= before]
        return Reply(200, {}, json.dumps({"latest_posts": shown}).encode())


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    firm = new_firm(tmp_path / "store.db")
    yield firm
    firm.house.store.close()


def write(forum: Forum, firm: Firm, number: int, words: str) -> None:
    post = {"id": number, "username": "ann", "user_id": 7, "raw": words, "topic_id": 3}
    forum.posts.append({**post, "created_at": firm.now.isoformat(), "topic_title": "Help"})


def poll(firm: Firm, source: Collector, cursor: str | None) -> str | None:
    batch = source.fetch(cursor, now=firm.now, deadline=20.0)
    firm.house.store.write(lambda desk: firm.house.pipeline.take(desk, "forum", batch, firm.now))
    return batch.cursor


def said(firm: Firm) -> list[str]:
    with firm.house.store.read() as desk:
        rows = desk.connection.execute("select text from posts order by id").fetchall()
    return [row[0] for row in rows]


def test_it_is_a_case_and_is_erased_once_it_is_deleted_there(firm: Firm) -> None:
    forum = Forum()
    declared = collectors.settings_of("discourse")(
        kind="discourse", name="forum", forum="forum.example", about="Acme"
    )
    tools = Tools(forum, lambda secret: "", "tocsin/0")
    source = collectors.build(declared, [Brand(name="Acme")], tools)
    assert isinstance(source, Refreshes)
    firm.house.store.write(lambda desk: desk.start_source("forum", firm.now))
    write(forum, firm, 1, "Hello everybody")
    cursor = poll(firm, source, None)

    firm.passes(timedelta(minutes=3))
    write(forum, firm, 2, WORDS)
    poll(firm, source, cursor)
    with firm.house.store.read() as desk:
        assert len(desk.subjects("case", only_open=True)) == 1
    assert WORDS in said(firm)

    forum.posts = forum.posts[:1]
    follow = Following("forum", "discourse", source, firm.house)
    firm.passes(timedelta(minutes=6))
    follow.look(lambda: False)
    assert WORDS in said(firm)
    firm.passes(timedelta(minutes=11))
    follow.look(lambda: False)
    assert WORDS not in said(firm)
