"""Slack gets encoded blocks within its limits, and its answers are read for what they mean."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Response

from config import MissingSecret, Secret
from escalation.channel import (
    ChannelRefused,
    ChannelUnavailable,
    Verbatim,
)
from escalation.channels.slack import Settings, Slack, build
from escalation.channels.slack_blocks import blocks, fallback
from tests.escalation.channels.slack_samples import (
    MESSAGE,
    TEXT,
    TOKEN,
    mrkdwn,
    plain,
    slack,
)

pytest.importorskip("slack_sdk", reason="left out: needs slack-sdk")


def taken(channel: str = "C024BE91L") -> Response:
    told = {"ok": True, "channel": channel, "ts": "1700000000.000001"}
    return Response(json.dumps(told), mimetype="application/json")


def test_blocks_read_like_this() -> None:
    assert blocks(MESSAGE) == [
        {"type": "header", "text": plain("Soon · Ada Lovelace · 3 posts: R&amp;D at Acme")},
        {"type": "section", "text": plain("&lt;!channel&gt; *charged* twice")},
        {
            "type": "context",
            "elements": [mrkdwn("@ann on x, 1,200 followers · <https://x.example/1?a=1&amp;b=2>")],
        },
        {
            "type": "section",
            "text": mrkdwn(
                "<@U024BE7LH>\nNext: acknowledge by 13:15\nTo act: tocsin cases ack 17 --as ada"
            ),
        },
        {"type": "context", "elements": [plain("case 17")]},
    ]


@pytest.mark.parametrize(
    "mention", ["here", "U1", "channel", "U024BE7LH> <!here", "u024be7lh", "S0"]
)
def test_only_a_member_id_is_mentioned(mention: str) -> None:
    shown = json.dumps(blocks(replace(MESSAGE, mention=mention, verbatim=None)))
    assert "<" not in shown


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/1|Acknowledge",
        "https://x.example/1> <!here",
        "javascript:alert(1)",
        "https://x.example/\u202egpj",
        "https://x.example/" + "a" * 2000,
        "",
    ],
)
def test_a_doubtful_link_is_shown_as_text(url: str) -> None:
    message = replace(MESSAGE, mention=None, verbatim=Verbatim("words", "@ann", "x", 1, url))
    shown = json.dumps(blocks(message))
    assert "<" not in shown
    assert "\u202e" not in shown


def test_a_long_text_leaves_the_way_to_act_standing() -> None:
    long = Verbatim("&" * 50_000, "&" * 5000, "&" * 5000, 1, "")
    made = blocks(replace(MESSAGE, headline="&" * 500, verbatim=long))
    assert made[1]["text"]["text"].endswith("&amp;…")
    assert made[3]["text"]["text"].endswith("To act: tocsin cases ack 17 --as ada")


@settings(deadline=None)  # a busy machine is no failure
@given(words=TEXT, other=TEXT, lines=st.lists(TEXT, max_size=7))
def test_whatever_is_said_the_blocks_are_within_slacks_limits(
    words: str, other: str, lines: list[str]
) -> None:
    message = replace(
        MESSAGE, headline=other, lines=tuple(lines), subject=other,
        verbatim=Verbatim(words, other, other, None, other),
    )  # fmt: skip
    made = blocks(message)
    texts = [block["text"]["text"] for block in made if "text" in block]
    texts += [element["text"] for block in made for element in block.get("elements", [])]
    assert all(1 <= len(text) <= 3000 for text in texts)
    assert 1 <= len(fallback(message)) <= 150
    assert len(made) <= 7
    assert json.dumps(made).encode("utf-8")


def test_a_message_is_posted_once_and_quietly(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/chat.postMessage").respond_with_handler(lambda _: taken())
    receipt = slack(httpserver.url_for("/api/")).deliver(MESSAGE, deadline=5)
    assert receipt.ref == "C024BE91L:1700000000.000001"
    [(request, _)] = httpserver.log
    sent = json.loads(request.get_data())
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert (sent["unfurl_links"], sent["unfurl_media"], sent["link_names"]) == (False,) * 3
    assert sent["parse"] == "none"
    assert sent["text"] == "Soon · Ada Lovelace · 3 posts: R&amp;D at Acme"
    assert sent["metadata"]["event_payload"] == {"key": "case 17/1"}


def test_a_page_to_a_member_becomes_a_direct_message_that_can_be_updated(
    httpserver: HTTPServer,
) -> None:
    httpserver.expect_request("/api/chat.postMessage").respond_with_handler(
        lambda _: taken("D024BE91L")
    )
    httpserver.expect_request("/api/chat.update").respond_with_handler(lambda _: taken("D024BE91L"))
    channel = slack(httpserver.url_for("/api/"))
    receipt = channel.deliver(replace(MESSAGE, to="U024BE7LH"), deadline=5)
    assert channel.update(receipt.ref, MESSAGE, deadline=5) == receipt
    sent = json.loads(httpserver.log[1][0].get_data())
    assert (sent["channel"], sent["ts"]) == ("D024BE91L", "1700000000.000001")


def answers(httpserver: HTTPServer, response: Response) -> Slack:
    httpserver.expect_request("/api/chat.postMessage").respond_with_response(response)
    return slack(httpserver.url_for("/api/"))


def fault(code: str, status: int = 200, **headers: str) -> Response:
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps({"ok": False, "error": code}), status=status, headers=shown)


@pytest.mark.parametrize(
    ("response", "wait"),
    [
        pytest.param(fault("ratelimited", 429, Retry_After="30"), 30.0, id="too many messages"),
        pytest.param(fault("ratelimited", 429, retry_after="9"), 9.0, id="in small letters"),
        pytest.param(fault("ratelimited"), None, id="too many, but no wait is stated"),
        pytest.param(fault("invalid_auth", 503), None, id="a code that the status belies"),
        pytest.param(fault("internal_error"), None, id="an error of Slack's own"),
        pytest.param(Response("<html>", 502), None, id="a gateway in between"),
        pytest.param(Response("", 500), None, id="an empty error"),
        pytest.param(Response("<html>login</html>", 200), None, id="a login page"),
        pytest.param(Response("<html>", 403), None, id="a proxy that refuses"),
        pytest.param(Response("[]", 200), None, id="an empty list"),
        pytest.param(Response("[1]", 200), None, id="a list"),
        pytest.param(Response("null", 200), None, id="null"),
        pytest.param(Response("17", 200), None, id="a number"),
        pytest.param(Response("[" * 100_000, 200), None, id="deep nesting"),
        pytest.param(Response(b"\xff\xfe", 200), None, id="no UTF-8"),
        pytest.param(
            Response("{}", 200, headers={"Content-Type": "text/plain; charset=none-such"}),
            None,
            id="no such charset",
        ),
        pytest.param(Response('{"ok": true}', 200), None, id="a yes without a message"),
        pytest.param(Response('{"ok": true, "channel": [], "ts": {}}', 200), None, id="odd types"),
        pytest.param(Response('{"ok": false, "error": ["x"]}', 200), None, id="an odd error"),
        pytest.param(fault(f"{TOKEN} was wrong"), None, id="an error that is no code"),
    ],
)
def test_not_now(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, response: Response, wait: float | None
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ChannelUnavailable) as caught:
        answers(httpserver, response).deliver(MESSAGE, deadline=5)
    assert caught.value.retry_after == wait
    assert is_discreet(caught.value, caplog)
    assert len(httpserver.log) == 1, "a channel does not try again by itself"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("token_revoked", r"refused the token \(token_revoked\): make a new one and put it where"),
        ("invalid_auth", "make a new one and put it where `token` points"),
        ("account_inactive", "make a new one"),
        ("missing_scope", "give the app the scopes that docs/channels/slack.md lists"),
        ("not_in_channel", "/invite @Tocsin"),
        ("channel_not_found", "no such room or person"),
        ("is_archived", "archived"),
        ("user_disabled", "the person has left this workspace"),
        ("msg_too_long", r"Slack refused \(msg_too_long\)"),
        ("invalid_blocks", r"Slack refused \(invalid_blocks\)"),
    ],
)
def test_never(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, code: str, said: str
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ChannelRefused, match=said) as caught:
        answers(httpserver, fault(code)).deliver(MESSAGE, deadline=5)
    assert is_discreet(caught.value, caplog)


def is_discreet(error: Exception, caplog: pytest.LogCaptureFixture) -> bool:
    """No token and no word of a post in the error, what it was raised from, or the log."""
    ours = [record.getMessage() for record in caplog.records if "slack" in record.name]
    shown = f"{error} {error!r} {error.__cause__!r} {ours}"
    return TOKEN not in shown and "charged" not in shown


def test_nobody_at_home_is_not_now() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ChannelUnavailable, match="slack: Slack cannot be reached"):
        slack(f"http://127.0.0.1:{port}/api/").deliver(MESSAGE, deadline=5)


def test_a_lost_connection_is_not_now_and_nothing_is_tried_again() -> None:
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                line, _ = server.accept()
                with line:
                    calls.append(line.recv(65_536))
                if not calls[-1]:
                    return

        thread = threading.Thread(target=hang_up)
        thread.start()
        port = server.getsockname()[1]
        with pytest.raises(ChannelUnavailable):
            slack(f"http://127.0.0.1:{port}/api/").deliver(MESSAGE, deadline=5)
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join()
    assert len(calls) == 2, "one call, and ours that ended the server"


@pytest.fixture
def dripping() -> Iterator[int]:
    """A server that sends one byte of its answer every now and then, and never ends."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while not over.wait(0.02):
                    line.sendall(b" ")

        thread = threading.Thread(target=drip)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


def test_a_dripping_answer_ends_by_the_deadline(dripping: int) -> None:
    with pytest.raises(ChannelUnavailable, match=r"slack: no complete answer within 0\.2 s"):
        slack(f"http://127.0.0.1:{dripping}/api/").deliver(MESSAGE, deadline=0.2)


@pytest.mark.parametrize("ref", ["", "C1", "C024BE91L:", "C024BE91L:now", "../x:1.1", "c:1.1"])
def test_a_reference_of_another_channel_is_refused(ref: str) -> None:
    with pytest.raises(ChannelRefused, match="no message of ours"):
        slack("http://127.0.0.1:9/api/").update(ref, MESSAGE, deadline=5)


@pytest.mark.parametrize("token", ["xoxb-1\nX-Evil: 1", "xoxb 1", "xoxb-é"])
def test_what_is_no_token_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ChannelRefused, match="SLACK_TOKEN is no Slack token") as caught:
        slack("http://127.0.0.1:9/api/", lambda _: token).deliver(MESSAGE, deadline=5)
    assert "xoxb" not in str(caught.value)


def missing(secret: Secret) -> str:
    raise MissingSecret(f"{secret} is not set")


def test_a_missing_token_is_refused_when_built_and_when_it_goes_missing_later() -> None:
    channel = slack("http://127.0.0.1:9/api/", missing)
    with pytest.raises(ChannelRefused, match="slack: environment variable SLACK_TOKEN is not set"):
        build(channel.settings, channel.tools)
    with pytest.raises(ChannelRefused, match="SLACK_TOKEN is not set"):
        channel.deliver(MESSAGE, deadline=5)


def test_a_missing_library_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.channels.slack.find_spec", lambda _: None)
    channel = slack("http://127.0.0.1:9/api/")
    with pytest.raises(ChannelRefused, match=r"pip install 'tocsin\[slack\]'"):
        build(channel.settings, channel.tools)


@pytest.mark.parametrize(
    "api", ["http://slack.com/api/", "slack.com", "ftp://127.0.0.1/", "https://"]
)
def test_the_token_never_travels_in_clear(api: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        Settings(name="slack", token=Secret(env="SLACK_TOKEN"), api=api)


def test_all_the_calls_of_one_message_end_by_one_deadline(dripping: int) -> None:
    by_mail = replace(MESSAGE, to="ada@acme.example")
    with pytest.raises(ChannelUnavailable, match=r"slack: no complete answer within 0\.2 s"):
        slack(f"http://127.0.0.1:{dripping}/api/").deliver(by_mail, deadline=0.2)
