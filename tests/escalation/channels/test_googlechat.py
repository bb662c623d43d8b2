"""A card for Google Chat says it all, those of one case in one thread."""

from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from config import Secret
from escalation.channel import ChannelRefused
from escalation.channels.googlechat import MAX_BYTES, Settings, build, content
from escalation.channels.posting import packed
from tests.escalation.channels.one_way import LINK, MESSAGE, SOON, bodies, tools

SETTINGS = Settings(name="googlechat", url=Secret(env="GOOGLE_CHAT_WEBHOOK"))
NAME = "spaces/AAAA/messages/BBBB.CCCC"


def test_a_card_reads_like_this() -> None:
    made = content(replace(MESSAGE, mention="123456789012345678901", headline="Now · R&D <b>"))
    assert made.pop("thread")["threadKey"].startswith("tocsin-")
    button = {"text": "Open to act on it", "onClick": {"openLink": {"url": LINK}}}
    assert made == {
        "text": "<users/123456789012345678901>",
        "fallbackText": "Now · R&D ‹b›",
        "cardsV2": [
            {
                "cardId": "tocsin",
                "card": {
                    "header": {"title": "Now · R&D ‹b›"},
                    "sections": [
                        {
                            "widgets": [
                                {"textParagraph": {"text": "Why now: third time asking"}},
                                {
                                    "textParagraph": {
                                        "text": "Next: acknowledge by 14:05, else Grace Hopper "
                                        "is paged"
                                    }
                                },
                                {"textParagraph": {"text": "case 17"}},
                                {"buttonList": {"buttons": [button]}},
                            ]
                        }
                    ],
                },
            }
        ],
    }


def test_a_paragraph_is_encoded_and_links_nothing() -> None:
    made = content(replace(MESSAGE, lines=('<a href="https://evil.example">free</a>',)))
    [first, *_] = made["cardsV2"][0]["card"]["sections"][0]["widgets"]
    shown = first["textParagraph"]["text"]
    assert shown == "&lt;a href=&quot;https:∕∕evil․example&quot;&gt;free&lt;/a&gt;"


def test_one_subject_is_one_thread() -> None:
    first, again = content(MESSAGE), content(replace(MESSAGE, key="another", to="grace"))
    other = content(replace(MESSAGE, subject="case 18"))
    assert first["thread"] == again["thread"] != other["thread"]


@pytest.mark.parametrize("who", ["all", "ada@acme.example", "1>", "users/1", ""])
def test_nobody_is_called_by_what_is_no_id(who: str) -> None:
    assert "text" not in content(replace(MESSAGE, mention=who))


def test_lines_that_are_too_many_are_left_out() -> None:
    made = content(replace(MESSAGE, lines=("&" * 400,) * 20))
    assert len(packed(made)) <= MAX_BYTES
    assert made["cardsV2"][0]["card"]["sections"]


def test_a_card_is_posted_to_the_webhook_and_known_by_its_name(httpserver: HTTPServer) -> None:
    asked = "key=k&token=t&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
    httpserver.expect_request("/v1/spaces/AAAA/messages", query_string=asked).respond_with_json(
        {"name": NAME, "thread": {"name": "spaces/AAAA/threads/D"}}
    )
    address = httpserver.url_for("/v1/spaces/AAAA/messages?key=k&token=t")
    channel = build(SETTINGS, tools(httpserver, address))
    assert channel.deliver(MESSAGE, deadline=SOON).ref == NAME
    assert bodies(httpserver) == [content(MESSAGE)]


@pytest.mark.parametrize("answer", ["", "[]", '{"name": 7}', "<html>", "[" * 100_000])
def test_an_answer_that_cannot_be_read_was_still_taken(answer: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1").respond_with_data(answer)
    channel = build(SETTINGS, tools(httpserver, httpserver.url_for("/v1")))
    assert channel.deliver(MESSAGE, deadline=SOON).ref == MESSAGE.key


def test_what_was_posted_cannot_be_changed(httpserver: HTTPServer) -> None:
    channel = build(SETTINGS, tools(httpserver, httpserver.url_for("/v1")))
    with pytest.raises(ChannelRefused, match="cannot change"):
        channel.update(NAME, MESSAGE, deadline=SOON)
    assert not channel.capabilities.may_quote
