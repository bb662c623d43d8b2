"""Where a message is posted in Slack: whom a contact names, in which thread, and who is gone."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.buttons import ACK, HANDOFF
from escalation.channel import AT_ONCE, ChannelRefused, ChannelUnavailable, Verbatim
from escalation.channels.slack_calls import Calls
from listener.pool import Pool
from tests.escalation.channels.fake_slack import ADA, BEN, FakeSlack, Fault, direct
from tests.escalation.channels.slack_samples import MESSAGE, NOON, slack
from tests.hostile import OWN

pytest.importorskip("slack_sdk", reason="left out: needs slack-sdk")


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


def test_who_was_found_once_is_still_reached_while_slack_cannot_look(fake: FakeSlack) -> None:
    clock = [NOON]
    channel = replace(slack(fake.api), now=lambda: clock[0])
    by_mail = replace(MESSAGE, to="ada@acme.example", mention=None)
    channel.deliver(by_mail, deadline=5)
    fake.faults["users.lookupByEmail"] = [Fault("internal_error", 503)] * 2
    clock[0] = NOON + timedelta(hours=2)
    assert channel.deliver(by_mail, deadline=5).ref.startswith(direct(ADA))
    clock[0] = NOON + timedelta(days=2)
    with pytest.raises(ChannelUnavailable):
        channel.deliver(by_mail, deadline=5)


def test_a_mail_address_is_looked_up_again_after_an_hour(fake: FakeSlack) -> None:
    clock = [NOON]
    channel = replace(slack(fake.api), now=lambda: clock[0])
    by_mail = replace(MESSAGE, to="ada@acme.example", mention=None)
    channel.deliver(by_mail, deadline=5)
    fake.members[BEN].email, fake.members[ADA].email = "ada@acme.example", "lovelace@acme.example"
    clock[0] = NOON + timedelta(hours=1)
    assert channel.deliver(by_mail, deadline=5).ref.startswith(direct(BEN))


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


def test_what_arrives_at_slack_of_hostile_words_is_as_harmless(fake: FakeSlack) -> None:
    channel = slack(fake.api)
    acting = replace(MESSAGE, buttons=(ACK, HANDOFF), token="0123456789abcdef")
    for text in OWN.values():
        words = Verbatim(text, text, text, 1, text)
        message = replace(acting, headline=text, lines=(text,), verbatim=words, mention=None)
        ref = channel.deliver(replace(message, subject=text), deadline=5).ref
        channel.update(ref, replace(message, trail=(text,)), deadline=5)
    arrived = json.dumps([asked for _, asked in fake.calls], ensure_ascii=False)
    assert not re.findall(r"<(?!https?://)", arrived)
    assert not re.findall(r"@(?:channel|here|everyone)\b", arrived)
    assert all(asked["unfurl_links"] is False for _, asked in fake.calls)


def test_as_many_calls_are_under_way_as_are_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = threading.Barrier(AT_ONCE)

    def call(self: Calls, *about: object) -> dict[str, object]:
        meeting.wait(20.0)  # only a failing test waits so long
        return {"ok": True, "channel": "C024BE91L", "ts": "1700000000.000001"}

    monkeypatch.setattr(Calls, "call", call)
    channel = slack("https://slack.example/api/")
    senders = Pool(AT_ONCE, "tests")
    sent = [senders.submit(channel.deliver, MESSAGE, deadline=30.0) for _ in range(AT_ONCE)]
    assert {one.result().ref for one in sent} == {"C024BE91L:1700000000.000001"}
    senders.shutdown()
