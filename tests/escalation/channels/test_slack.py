"""Slack gets encoded blocks within its limits, and its answers are read for what they mean."""

import json
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Response

from config import MissingSecret, Secret
from escalation.buttons import _CASE as CASE_BUTTONS
from escalation.buttons import _INCIDENT as INCIDENT_BUTTONS
from escalation.channel import (
    Button,
    ChannelRefused,
    ChannelUnavailable,
    Message,
    Purpose,
    Verbatim,
    Weight,
)
from escalation.channels.slack import Settings, Slack, build
from escalation.channels.slack_actions import kept, view
from escalation.channels.slack_answers import MEMBER
from escalation.channels.slack_blocks import blocks, fallback
from escalation.channels.slack_hearing import content as content_of
from escalation.conversation import FieldKind, Form, FormField
from escalation.subject import State
from listener.tools import Tools
from tests.escalation.channels.fake_slack import (
    ADA,
    FakeSlack,
    Fault,
    direct,
    problems,
    view_problems,
)
from tests.hostile import FILES, OWN, lines_of, texts_of

pytest.importorskip("slack_sdk", reason="left out: needs slack-sdk")

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOKEN = "xoxb-0000-EXAMPLEEXAMPLE"
MESSAGE = Message(
    key="case 17/1",
    purpose=Purpose.PAGE,
    to="C024BE91L",
    headline="Soon · Ada Lovelace · 3 posts: R&D at Acme",
    lines=("Next: acknowledge by 13:15", "To act: tocsin cases ack 17 --as ada"),
    verbatim=Verbatim(
        "<!channel> *charged* twice", "@ann", "x", 1200, "https://x.example/1?a=1&b=2"
    ),
    mention="U024BE7LH",
    subject="case 17",
)


def no_wire(*_: Any, **__: Any) -> Any:
    raise AssertionError("Slack's own library speaks to Slack")


def slack(api: str, reveal: Callable[[Secret], str] = lambda _: TOKEN) -> Slack:
    settings = Settings(name="slack", token=Secret(env="SLACK_TOKEN"), api=api)
    return Slack(settings, Tools(no_wire, reveal, "tocsin/test"), now=lambda: NOON)  # type: ignore[arg-type]


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


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


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


TEXT = st.text(st.characters(codec=None), max_size=100) | st.sampled_from(["&" * 9000, "<@U1>", ""])


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


# -------------------------------------------------------------------- what can be done with it
ACTING = replace(
    MESSAGE,
    buttons=CASE_BUTTONS[State.NEW],
    token="0123456789abcdef",
    trail=("14:05 acknowledged by <!here> (slack)",),
)


def row(message: Message) -> dict[str, Any]:
    [found] = [block for block in blocks(message) if block["type"] == "actions"]
    return dict(found)


def test_the_main_button_comes_first_and_what_does_not_fit_is_in_a_menu() -> None:
    made = row(ACTING)
    shown = [one["text"]["text"] for one in made["elements"] if one["type"] == "button"]
    assert shown == ["Acknowledge", "Hand over …", "Snooze …", "Not a complaint"]
    assert made["elements"][0]["style"] == "primary"
    [menu] = [one for one in made["elements"] if one["type"] != "button"]
    assert [one["text"]["text"] for one in menu["options"]] == [
        "Wrong team …",
        "We replied …",
        "Resolve …",
        "Escalate now",
        "We hid or deleted …",
    ]


def test_the_token_and_the_verb_travel_with_each_button() -> None:
    made = row(ACTING)
    assert made["block_id"] == ACTING.token
    assert [one["action_id"] for one in made["elements"]] == [
        "ack",
        "handoff",
        "snooze",
        "not-a-complaint",
        "more",
    ]
    assert made["elements"][-1]["options"][0]["value"] == "wrong-team"


@pytest.mark.parametrize("offered", [*CASE_BUTTONS.values(), *INCIDENT_BUTTONS.values()])
def test_whatever_is_offered_slack_takes_it_and_what_is_grave_is_asked_twice(
    offered: tuple[Button, ...],
) -> None:
    made = blocks(replace(ACTING, buttons=offered))
    assert problems(made) == []
    elements = row(replace(ACTING, buttons=offered))["elements"]
    pressed = {one["action_id"]: one for one in elements if one["type"] == "button"}
    chosen = {each["value"] for one in elements for each in one.get("options", [])}
    assert {*pressed, *chosen} - {"more"} == {one.verb for one in offered}
    for one in offered:
        if one.weight is Weight.GRAVE:
            assert pressed[one.verb]["confirm"]["text"]["text"] == (
                "A second click does not undo this."
            )


def test_a_long_menu_says_in_words_that_there_is_more() -> None:
    many = tuple(Button(f"verb-{letter}", f"Do {letter}") for letter in "abcdefghijklmnop")
    [menu] = [
        one for one in row(replace(ACTING, buttons=many))["elements"] if one["type"] != "button"
    ]
    assert (menu["type"], menu["placeholder"]["text"]) == ("static_select", "More …")
    assert problems(blocks(replace(ACTING, buttons=many))) == []


@pytest.mark.parametrize("token", ["", "a b", "<!here>", "x" * 300, "\n"])
def test_what_is_no_token_of_ours_makes_no_button(token: str) -> None:
    made = blocks(replace(ACTING, token=token))
    assert not [block for block in made if block["type"] == "actions"]


def test_the_trail_is_shown_below_the_buttons_and_calls_nobody() -> None:
    made = blocks(ACTING)
    kinds = [block["type"] for block in made]
    assert kinds[-3:] == ["actions", "context", "context"]
    shown = made[-2]["elements"][0]
    assert shown == plain("14:05 acknowledged by &lt;!here&gt; (slack)")


def test_a_link_to_where_it_can_be_done_is_shown_where_there_are_no_buttons() -> None:
    made = json.dumps(blocks(replace(MESSAGE, link="https://tocsin.acme.example/a/TOKEN")))
    assert "Act on it here: <https://tocsin.acme.example/a/TOKEN>" in made
    assert "<https" not in json.dumps(
        blocks(replace(MESSAGE, verbatim=None, mention=None, link="javascript:alert(1)"))
    )


FIELD = st.builds(
    FormField,
    name=st.sampled_from(["to", "reason", "wait"]),
    label=TEXT,
    kind=st.sampled_from(FieldKind),
    hint=TEXT,
    choices=st.lists(st.tuples(st.text(min_size=1, max_size=200), TEXT), max_size=120).map(tuple),
    needed=st.booleans(),
    known=TEXT,
    most=st.integers(0, 9000),
)


@settings(deadline=None)  # a busy machine is no failure
@given(FIELD, TEXT, TEXT)
def test_whatever_is_asked_slack_takes_the_modal(one: FormField, title: str, wrong: str) -> None:
    form = Form("handoff", "token", title, (one,), wrong={one.name: wrong})
    made = view(form, kept("handoff", "token", "C0CARE:1.1", ""))
    assert view_problems(made) == []
    assert json.dumps(made).encode("utf-8")
    assert "<" not in json.dumps([made["title"], made["blocks"][0]["label"]])


@pytest.mark.parametrize("name", FILES)
def test_no_hostile_text_becomes_markup_anywhere_in_a_message_or_a_modal(
    shared: Path, name: str
) -> None:
    for text in {text for line in lines_of(shared, name) for text in texts_of(line)}:
        assert_harmless(text)


@pytest.mark.parametrize("text", OWN.values(), ids=OWN.keys())
def test_no_hostile_text_of_our_own_becomes_markup(text: str) -> None:
    assert_harmless(text)


def assert_harmless(text: str) -> None:
    """What a stranger wrote opens no mark-up of Slack's, wherever it stands."""
    message = replace(
        ACTING,
        headline=text,
        lines=(text, text),
        verbatim=Verbatim(text, text, text, 1, text),
        mention=None if MEMBER.fullmatch(text) else text,
        subject=text,
        trail=(text,),
        link=text,
        buttons=(Button("ack", text[:200], Weight.GRAVE),),
    )
    made = blocks(message)
    assert problems(made) == []
    field = FormField("to", text[:2000], hint=text, known=text, choices=((text or "x", text),))
    asked = view(Form("handoff", "token", text, (field,), wrong={"to": text}), "{}")
    assert view_problems(asked) == []
    for found in [*texts_of_blocks(made), *texts_of_blocks(asked), content_of(text)["text"]]:
        # What is left is a link that shows where it leads, with no label and nothing else in it.
        rest = re.sub(r"<https?://[!-;=?-{}~]+>", "", found)
        assert "<" not in rest
        assert ">" not in rest
        assert not re.search(r"@(?:channel|here|everyone)\b", rest)
        assert found.encode("utf-8")
        assert not set(found) & set("\u202e\u200b\x00\x1b")


def texts_of_blocks(made: Any) -> Iterator[str]:
    if isinstance(made, dict):
        if made.get("type") in ("plain_text", "mrkdwn"):
            yield made["text"]
        for key, value in made.items():
            if key != "text" or not isinstance(value, str):
                yield from texts_of_blocks(value)
    elif isinstance(made, list):
        for one in made:
            yield from texts_of_blocks(one)


# ------------------------------------------------------------------------- where it is posted
@pytest.fixture
def fake() -> Iterator[FakeSlack]:
    with FakeSlack() as running:
        yield running


def test_a_contact_may_be_a_mail_address_which_is_looked_up_once_an_hour(fake: FakeSlack) -> None:
    channel = slack(fake.api)
    by_mail = replace(MESSAGE, to="Ada@acme.example".lower(), mention="ada@acme.example")
    for _ in range(3):
        assert channel.deliver(by_mail, deadline=5).ref.startswith(direct(ADA))
    assert len(fake.sent("users.lookupByEmail")) == 1
    assert f"<@{ADA}>" in json.dumps(fake.sent("chat.postMessage")[-1])
    assert "acme.example" not in json.dumps(fake.sent("chat.postMessage"))


def test_a_mail_address_that_nobody_has_is_refused_and_not_repeated(fake: FakeSlack) -> None:
    with pytest.raises(ChannelRefused, match="nobody here has this mail address") as caught:
        slack(fake.api).deliver(replace(MESSAGE, to="eve@acme.example"), deadline=5)
    assert "eve" not in str(caught.value)
    assert not fake.messages


def test_a_conversation_is_opened_where_slack_knows_none_yet(fake: FakeSlack) -> None:
    fake.faults["chat.postMessage"] = [Fault("channel_not_found")]
    assert slack(fake.api).deliver(replace(MESSAGE, to=ADA), deadline=5).ref.startswith(direct(ADA))
    assert fake.sent("conversations.open") == [{"users": ADA}]


@pytest.mark.parametrize("to", [ADA, "ada@acme.example"])
def test_a_person_who_has_left_is_refused_with_what_to_do(fake: FakeSlack, to: str) -> None:
    channel = slack(fake.api)
    channel.deliver(replace(MESSAGE, to=to), deadline=5)
    fake.members[ADA].deleted = True
    with pytest.raises(ChannelRefused, match="the person has left this workspace; remove"):
        channel.deliver(replace(MESSAGE, to=to), deadline=5)


def test_a_room_that_was_deleted_is_refused_with_what_to_do(fake: FakeSlack) -> None:
    fake.gone.add("C024BE91L")
    with pytest.raises(ChannelRefused, match="no such room or person; use the id"):
        slack(fake.api).deliver(MESSAGE, deadline=5)


def test_a_message_that_was_deleted_is_not_changed_and_not_posted_anew(fake: FakeSlack) -> None:
    with pytest.raises(ChannelRefused, match="the message was deleted there"):
        slack(fake.api).update("C024BE91L:1700000000.000001", MESSAGE, deadline=5)
    assert not fake.messages


def test_what_asks_again_stands_under_the_first_and_calls_by_name(fake: FakeSlack) -> None:
    channel = slack(fake.api)
    first = channel.deliver(replace(MESSAGE, to=ADA, mention=ADA), deadline=5)
    channel.deliver(replace(MESSAGE, to=ADA, mention=ADA, under=first.ref), deadline=5)
    again = fake.sent("chat.postMessage")[-1]
    assert f"{again['channel']}:{again['thread_ts']}" == first.ref
    assert f"<@{ADA}>" in json.dumps(again["blocks"])


def test_what_asks_again_stands_by_itself_where_the_first_is_gone(fake: FakeSlack) -> None:
    channel = slack(fake.api)
    gone = f"{direct(ADA)}:1700000000.999999"
    assert channel.deliver(replace(MESSAGE, to=ADA, under=gone), deadline=5).ref
    assert "thread_ts" not in fake.sent("chat.postMessage")[-1]


def test_what_is_no_receipt_of_ours_is_no_thread(fake: FakeSlack) -> None:
    slack(fake.api).deliver(replace(MESSAGE, to=ADA, under="case 17/1|<!here>"), deadline=5)
    assert "thread_ts" not in fake.sent("chat.postMessage")[-1]


def test_all_the_calls_of_one_message_end_by_one_deadline(dripping: int) -> None:
    by_mail = replace(MESSAGE, to="ada@acme.example")
    with pytest.raises(ChannelUnavailable, match=r"slack: no complete answer within 0\.2 s"):
        slack(f"http://127.0.0.1:{dripping}/api/").deliver(by_mail, deadline=0.2)


def test_what_arrives_at_slack_of_hostile_words_is_as_harmless(fake: FakeSlack) -> None:
    channel = slack(fake.api)
    for text in OWN.values():
        words = Verbatim(text, text, text, 1, text)
        message = replace(ACTING, headline=text, lines=(text,), verbatim=words, mention=None)
        ref = channel.deliver(replace(message, subject=text), deadline=5).ref
        channel.update(ref, replace(message, trail=(text,)), deadline=5)
    arrived = json.dumps([asked for _, asked in fake.calls], ensure_ascii=False)
    assert not re.findall(r"<(?!https?://)", arrived)
    assert not re.findall(r"@(?:channel|here|everyone)\b", arrived)
    assert all(asked["unfurl_links"] is False for _, asked in fake.calls)
