"""A notification by ntfy rings by its level, opens our page, and fits."""

from dataclasses import replace

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer

from config import Band, Secret
from escalation.channel import ChannelRefused, Purpose, Standing
from escalation.channels.ntfy import MAX_BYTES, Settings, build, content
from tests.escalation.channels.one_way import KEY, LINK, MESSAGE, SOON, bodies, tools

PAGE = replace(MESSAGE, to="tocsin-ada")


def test_a_page_reads_like_this() -> None:
    assert content(PAGE) == {
        "topic": "tocsin-ada",
        "title": "Now · Ada Lovelace · 3 posts: billing at Acme",
        "message": "Why now: third time asking\n"
        "Next: acknowledge by 14:05, else Grace Hopper is paged\ncase 17",
        "priority": 5,
        "click": LINK,
        "actions": [{"action": "view", "label": "Open to act on it", "url": LINK, "clear": True}],
    }


@pytest.mark.parametrize(
    ("band", "of_a_page", "of_a_card"),
    [
        pytest.param(Band.STORM, 5, 3, id="a storm rings on"),
        pytest.param(Band.P1, 5, 3, id="and so does what is for now"),
        pytest.param(Band.P2, 4, 3, id="soon rings long"),
        pytest.param(Band.P3, 3, 3, id="today is ordinary"),
        pytest.param(Band.P4, 2, 2, id="this week is silent"),
        pytest.param(None, 3, 3, id="what has no level is ordinary"),
    ],
)
def test_it_rings_by_its_level(band: Band | None, of_a_page: int, of_a_card: int) -> None:
    page = replace(PAGE, standing=Standing(band=band))
    assert content(page)["priority"] == of_a_page
    assert content(replace(page, purpose=Purpose.CARD))["priority"] == of_a_card


def test_a_text_that_is_too_long_is_cut_before_it_becomes_a_file() -> None:
    sent = content(replace(PAGE, lines=("😀" * 490,) * 20))["message"]
    assert MAX_BYTES - 8 < len(sent.encode()) <= MAX_BYTES
    assert sent.endswith("…")


def test_nothing_to_say_is_not_called_triggered() -> None:
    assert content(replace(PAGE, lines=(), subject=""))["message"] == PAGE.headline


def test_without_a_link_there_is_nothing_to_press() -> None:
    assert not {"click", "actions"} & set(content(replace(PAGE, link="")))


def test_it_is_published_with_the_token_and_known_by_its_id(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/", headers={"Authorization": f"Bearer {KEY}"}).respond_with_json(
        {"id": "xE73Iyuabi", "event": "message", "topic": "tocsin-ada"}
    )
    declared = Settings(name="phone", server=httpserver.url_for("/"), token=Secret(env="T"))
    channel = build(declared, tools(httpserver))
    assert channel.deliver(PAGE, deadline=SOON).ref == "xE73Iyuabi"
    assert bodies(httpserver) == [content(PAGE)]


def test_open_topics_need_no_token(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_json({"id": "xE73Iyuabi"})
    channel = build(Settings(name="phone", server=httpserver.url_for("")), tools(httpserver))
    channel.deliver(PAGE, deadline=SOON)
    [(asked, _)] = httpserver.log
    assert "Authorization" not in asked.headers


@pytest.mark.parametrize("topic", ["", "a b", "a/b", "x" * 65, "ключ", "ada\n"])
def test_what_is_no_topic_is_refused(topic: str, httpserver: HTTPServer) -> None:
    channel = build(Settings(name="phone", server=httpserver.url_for("")), tools(httpserver))
    with pytest.raises(ChannelRefused, match="a topic is"):
        channel.deliver(replace(PAGE, to=topic), deadline=SOON)
    assert not httpserver.log


def test_what_is_on_a_phone_cannot_be_changed(httpserver: HTTPServer) -> None:
    channel = build(Settings(name="phone", server=httpserver.url_for("")), tools(httpserver))
    with pytest.raises(ChannelRefused, match="cannot be changed"):
        channel.update("xE73Iyuabi", PAGE, deadline=SOON)
    assert not channel.capabilities.may_quote


def test_a_token_does_not_travel_in_clear() -> None:
    with pytest.raises(ValidationError, match="in clear"):
        Settings(name="phone", server="http://ntfy.acme.example", token=Secret(env="T"))
