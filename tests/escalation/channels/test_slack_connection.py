"""Slack is heard until it is told to end, through renewals; why it is not heard is told."""

import threading

import pytest

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.conversation import Hearing
from tests.escalation.channels.fake_slack import (
    ADA,
    APP_TOKEN,
    BOT_TOKEN,
    FakeSlack,
    Fault,
)
from tests.escalation.channels.slack_line import Desk, Line, channel

pytest.importorskip("slack_bolt", reason="left out: needs slack-bolt")


# ------------------------------------------------------------------------ what is broken
@pytest.mark.parametrize(
    "raw",
    [
        "",
        "no json",
        "{",
        "[]",
        "null",
        '{"type": "hello"}',
        '{"type": "interactive"}',
        '{"type": "interactive", "envelope_id": "1", "payload": null}',
        '{"type": "interactive", "envelope_id": "1", "payload": []}',
        '{"type": "interactive", "envelope_id": "1", "payload": {"type": "block_actions"}}',
        '{"type": "interactive", "envelope_id": 1, "payload": {"type": "block_actions", '
        '"user": [], "actions": [{"action_id": {}}], "container": 1}}',
        '{"type": "interactive", "envelope_id": "1", "payload": {"type": "view_submission", '
        '"view": {"callback_id": "tocsin", "private_metadata": "{", "state": 1}, "user": {}}}',
        '{"type": "events_api", "envelope_id": "1", "payload": {"type": "event_callback", '
        '"event": {"type": "message", "text": 1, "user": [], "ts": {}}}}',
        '{"type": "events_api", "envelope_id": "1", "payload": {"type": "event_callback", '
        '"event": "message"}}',
        '{"type": "slash_commands", "envelope_id": "1", "payload": {"command": "/x"}}',
        '{"a":' * 5000,
    ],
)
def test_what_cannot_be_read_is_left_out_and_deafens_nobody(line: Line, raw: str) -> None:
    ref = line.card()
    line.slack.raw(raw)
    line.slack.click(ADA, ref, "Acknowledge")
    line.slack.until(lambda: line.desk.taken)
    assert [one.verb for one in line.desk.taken] == ["ack"]


# ------------------------------------------------------------------------ the connection
def test_it_ends_when_it_is_told_to(line: Line) -> None:
    line.slack.until(lambda: line.slack.sockets)
    line.stopping.set()
    assert line.end() is None
    line.slack.until(lambda: not line.slack.sockets, "the end of the web socket")


def test_no_end_of_the_program_waits_for_what_is_heard(line: Line) -> None:
    ref = line.card()
    before = {thread for thread in threading.enumerate() if not thread.daemon}
    line.slack.click(ADA, ref, "Acknowledge")
    line.slack.until(lambda: line.desk.taken)
    awaited = {thread.name for thread in threading.enumerate() if not thread.daemon}
    assert not {name for name in awaited if "slack" in name or "ThreadPool" in name}
    assert awaited == {thread.name for thread in before}


def test_it_ends_also_while_slack_does_not_answer() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        api = f"http://127.0.0.1:{silent.getsockname()[1]}/api/"
        made = Line(None, channel(api), Desk())  # type: ignore[arg-type]
        silent.accept()[0].close()
        made.stopping.set()
        assert made.end() is None or isinstance(made.ended_with, ChannelUnavailable)


@pytest.mark.parametrize("closes", [True, False])
def test_a_connection_that_slack_wants_renewed_is_renewed_and_heard(
    line: Line, closes: bool
) -> None:
    ref = line.card()
    for number in (1, 2, 3):
        line.slack.refresh(closes=closes)
        [envelope] = line.slack.click(ADA, ref, "Acknowledge")
        line.slack.ack(envelope)
        line.slack.until(lambda number=number: len(line.desk.taken) == number)
        line.slack.until(lambda: len(line.slack.sockets) == 1, "the end of the old one")
    assert line.thread.is_alive()


def test_a_lost_connection_is_not_now(line: Line) -> None:
    line.card()
    line.slack.drop()
    error = line.end()
    assert isinstance(error, ChannelUnavailable)
    assert "the connection to Slack was lost" in str(error)


@pytest.mark.parametrize(
    ("method", "fault", "kind", "said"),
    [
        ("auth.test", Fault("token_revoked"), ChannelRefused, "put it where `token` points"),
        ("auth.test", Fault("internal_error", 503), ChannelUnavailable, "not available"),
        (
            "apps.connections.open",
            Fault("invalid_auth"),
            ChannelRefused,
            "the app-level token .* `app_token` points, and see that Socket Mode is on",
        ),
        ("apps.connections.open", Fault("internal_error"), ChannelUnavailable, "not available"),
    ],
)
def test_why_nothing_is_heard_is_told(
    slack: FakeSlack, method: str, fault: Fault, kind: type[Exception], said: str
) -> None:
    slack.faults[method] = [fault]
    with pytest.raises(kind, match=said) as caught:
        channel(slack.api).listen(Desk().take, threading.Event())
    assert "EXAMPLE" not in f"{caught.value} {caught.value!r}"


def test_slack_says_how_long_it_wants_to_be_left_alone(slack: FakeSlack) -> None:
    slack.faults["apps.connections.open"] = [Fault("ratelimited", 429, {"Retry-After": "30"})]
    with pytest.raises(ChannelUnavailable) as caught:
        channel(slack.api).listen(Desk().take, threading.Event())
    assert caught.value.retry_after == 30.0
    assert len(slack.sent("apps.connections.open")) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ws://evil.example/",
        "http://127.0.0.1/",
        "wss://",
        "wss://evil.example:8443/",  # where Slack's library would speak in clear
        "wss://evil.example:99999/",
        "wss://[::1",
        17,
        None,
    ],
)
def test_an_address_that_is_not_safe_is_not_connected_to(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, url: object
) -> None:
    monkeypatch.setattr(slack, "_apps_connections_open", lambda asked: {"url": url})
    with pytest.raises(ChannelUnavailable, match="no safe address"):
        channel(slack.api).listen(Desk().take, threading.Event())


def test_a_token_that_is_revoked_while_it_listens_ends_it(line: Line) -> None:
    ref = line.card()
    line.slack.revoked.add(BOT_TOKEN)
    line.slack.click(ADA, ref, "Acknowledge")
    error = line.end()
    assert isinstance(error, ChannelRefused)
    assert "token_revoked" in str(error)
    assert line.desk.taken, "what was pressed still counts"


def test_an_app_token_that_is_revoked_ends_it_when_the_connection_is_renewed(line: Line) -> None:
    line.card()
    line.slack.revoked.add(APP_TOKEN)
    line.slack.raw({"type": "disconnect", "reason": "link_disabled"})
    line.slack.until(lambda: len(line.slack.sent("apps.connections.open")) == 2)
    line.slack.drop()
    error = line.end()
    assert isinstance(error, ChannelRefused)
    assert "app-level token (token_revoked)" in str(error)


def test_without_an_app_level_token_nothing_is_heard_and_no_button_is_offered(
    slack: FakeSlack,
) -> None:
    from escalation.channels.slack import build

    both = channel(slack.api)
    one_way = build(both.settings.model_copy(update={"app_token": None}), both.tools)
    can = one_way.capabilities
    assert (can.two_way, can.buttons, can.forms) == (False, False, False)
    assert isinstance(one_way, Hearing)
    with pytest.raises(ChannelRefused, match="hears nothing without `app_token`"):
        one_way.listen(Desk().take, threading.Event())
    two_way = build(both.settings, both.tools).capabilities
    assert (two_way.two_way, two_way.buttons, two_way.forms) == (True, True, True)
