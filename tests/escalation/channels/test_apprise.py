"""Apprise notifies by its own library, within our deadline, and gives nothing away."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from config import Secret
from escalation.channel import ChannelRefused, ChannelUnavailable, Purpose
from escalation.channels.apprise import MAX_TEXT, Settings, build, text
from listener.tools import Tools
from tests.escalation.channels.one_way import (
    KEY,
    LINK,
    MESSAGE,
    SOON,
    bodies,
    free_port,
    missing,
    tools,
)

pytest.importorskip("apprise", reason="left out: needs apprise")
SETTINGS = Settings(name="sms", url=Secret(env="APPRISE_SMS"))


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_text_reads_like_this() -> None:
    assert text(replace(MESSAGE, lines=("*free* <@1> at https://evil.example",))) == (
        f"Open to act on it: {LINK}\n∗free∗ ‹＠1› at https:∕∕evil․example\ncase 17"
    )
    assert text(replace(MESSAGE, lines=(), subject="", link="")) == "Tocsin"


def test_a_long_text_is_cut_and_keeps_its_link() -> None:
    said = text(replace(MESSAGE, lines=("a" * 500,) * 20))
    assert said.startswith(f"Open to act on it: {LINK}\n")
    assert len(said) <= MAX_TEXT + 100


def test_a_service_is_notified(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/notify").respond_with_data("taken")
    channel = build(SETTINGS, tools(httpserver, f"json://127.0.0.1:{httpserver.port}/notify"))
    assert channel.deliver(MESSAGE, deadline=SOON).ref == MESSAGE.key
    [sent] = bodies(httpserver)
    assert (sent["title"], sent["message"]) == (MESSAGE.headline, text(MESSAGE))
    assert sent["type"] == "warning"


def test_what_asks_nothing_is_no_warning(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/notify").respond_with_data("taken")
    channel = build(SETTINGS, tools(httpserver, f"json://127.0.0.1:{httpserver.port}/notify"))
    channel.deliver(replace(MESSAGE, purpose=Purpose.CARD), deadline=SOON)
    assert bodies(httpserver)[0]["type"] == "info"


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_what_a_service_does_not_take_is_tried_again(
    status: int, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    httpserver.expect_request(f"/{KEY}").respond_with_data(KEY, status=status)
    channel = build(SETTINGS, tools(httpserver, f"json://127.0.0.1:{httpserver.port}/{KEY}"))
    with caplog.at_level(logging.DEBUG), pytest.raises(ChannelUnavailable) as caught:
        channel.deliver(MESSAGE, deadline=SOON)
    assert KEY not in f"{caught.value} {caught.value!r}"
    logged = [one.getMessage() for one in caplog.records if one.name != "werkzeug"]
    assert not [line for line in logged if KEY in line]


def test_a_service_that_is_not_there_is_tried_again(httpserver: HTTPServer) -> None:
    channel = build(SETTINGS, tools(httpserver, f"json://127.0.0.1:{free_port()}/{KEY}"))
    with pytest.raises(ChannelUnavailable, match="did not take"):
        channel.deliver(MESSAGE, deadline=SOON)


def test_a_service_that_never_answers_keeps_nobody_waiting(
    silent_port: int, httpserver: HTTPServer
) -> None:
    channel = build(SETTINGS, tools(httpserver, f"json://127.0.0.1:{silent_port}/{KEY}"))
    with pytest.raises(ChannelUnavailable) as caught:
        channel.deliver(MESSAGE, deadline=0.3)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("address", [KEY, f"nosuch://{KEY}", "json://", "https://"])
def test_what_is_no_service_is_refused_without_being_repeated(
    address: str, httpserver: HTTPServer
) -> None:
    channel = build(SETTINGS, tools(httpserver, address))
    with pytest.raises(ChannelRefused, match="knows no service") as caught:
        channel.deliver(MESSAGE, deadline=SOON)
    assert KEY not in str(caught.value)


def test_a_template_of_a_strangers_is_a_text(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/notify").respond_with_data("taken")
    channel = build(SETTINGS, tools(httpserver, f"json://127.0.0.1:{httpserver.port}/notify"))
    said = replace(MESSAGE, headline="{{ app_id }} \\n :smile:")
    channel.deliver(said, deadline=SOON)
    assert bodies(httpserver)[0]["title"] == "{{ app＿id }} ＼n ∶smile:"


def test_a_missing_address_is_refused(httpserver: HTTPServer) -> None:
    with pytest.raises(ChannelRefused, match="APPRISE_SMS is not set"):
        build(SETTINGS, Tools(tools(httpserver).wire, missing, "tocsin/test"))


def test_what_was_sent_cannot_be_changed(httpserver: HTTPServer) -> None:
    channel = build(SETTINGS, tools(httpserver))
    with pytest.raises(ChannelRefused, match="cannot be changed"):
        channel.update("x", MESSAGE, deadline=SOON)
    assert not channel.capabilities.may_quote
