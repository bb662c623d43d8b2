"""What Slack sends is read for what it is; what is not as documented is left out, never raised."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.channels.slack_actions import kept
from escalation.channels.slack_reading import as_typed, pressed, submitted, written
from escalation.conversation import MAX_WORDS
from tests.hostile import FILES, OWN, texts_of_file

ADA, ROOM, ME = "U0ADA", "C0CARE", "U0TOCSIN"
PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": ADA},
    "container": {"message_ts": "1700000000.000001", "channel_id": ROOM},
    "trigger_id": "1.2.3",
    "actions": [{"action_id": "ack", "block_id": "token", "action_ts": "1700000001.000001"}],
}
WORDS: dict[str, Any] = {
    "type": "message",
    "user": ADA,
    "channel": ROOM,
    "channel_type": "channel",
    "text": "ack",
    "ts": "1700000002.000001",
    "thread_ts": "1700000000.000001",
    "parent_user_id": ME,
}
SENT: dict[str, Any] = {
    "type": "view_submission",
    "user": {"id": ADA},
    "trigger_id": "1.2.3",
    "view": {
        "id": "V1",
        "private_metadata": kept("snooze", "token", f"{ROOM}:1700000000.000001", ""),
        "state": {"values": {"wait": {"wait": {"type": "plain_text_input", "value": "2h"}}}},
    },
}


@pytest.mark.parametrize(
    ("written_there", "meant"),
    [
        pytest.param("a &amp; b &lt;c&gt;", "a & b <c>", id="three entities"),
        pytest.param("<https://x.example/1?a=1&amp;b=2>", "https://x.example/1?a=1&b=2", id="link"),
        pytest.param("<https://x.example/1|x.example/1>", "https://x.example/1", id="named link"),
        pytest.param("replied 17 <https://x.example/1>", "replied 17 https://x.example/1", id="in"),
        pytest.param("handoff 17 <@U0BEN|ben>", "handoff 17 @ben", id="a person with a name"),
        pytest.param("handoff 17 <@U0BEN>", "handoff 17 @U0BEN", id="a person without"),
        pytest.param("<!channel> <#C1|care>", "@channel #care", id="a room and all of it"),
        pytest.param("<mailto:a@x.example|a@x.example>", "a@x.example", id="a mail address"),
        pytest.param("a < b and b > c", "a < b and b > c", id="no mark at all"),
    ],
)
def test_words_are_read_as_they_were_typed(written_there: str, meant: str) -> None:
    assert as_typed(written_there) == meant


def test_the_same_delivery_has_the_same_id_and_another_click_another() -> None:
    first, again = pressed(PRESS), pressed(json.loads(json.dumps(PRESS)))
    later = pressed({**PRESS, "trigger_id": "4.5.6"})
    assert first is not None
    assert again == first
    assert later is not None
    assert later.incoming.id != first.incoming.id


@pytest.mark.parametrize("name", FILES)
def test_whatever_is_written_is_read_and_bounded(shared: Path, name: str) -> None:
    for text in texts_of_file(shared, name):
        assert_read(text)


@pytest.mark.parametrize("text", OWN.values(), ids=OWN.keys())
def test_whatever_is_written_of_our_own_is_read_and_bounded(text: str) -> None:
    assert_read(text)


def assert_read(text: str) -> None:
    heard = written({**WORDS, "text": text}, "Ev1", ME)
    assert heard is not None
    assert len(heard.incoming.text) <= MAX_WORDS
    assert (heard.member, heard.incoming.who) == (ADA, (ADA,))


NAMES = [
    *("id", "user", "view", "state", "values", "actions", "action_id", "container", "x"),
    *("selected_option", "value", "channel_id", "message_ts", "private_metadata"),
]
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec=None), max_size=20)
    | st.sampled_from([ADA, ROOM, "more", "ack", "1700000000.000001", "{"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)  # a busy machine is no failure
@given(st.sampled_from([PRESS, WORDS, SENT]), st.data())
def test_no_odd_part_of_what_is_sent_ever_raises(
    whole: dict[str, Any], data: st.DataObject
) -> None:
    changed = {**whole, data.draw(st.sampled_from(sorted(whole))): data.draw(ODD)}
    for heard in (pressed(changed), submitted(changed), written(changed, "Ev1", ME)):
        assert heard is None or heard.member == heard.incoming.who[0]
        assert heard is None or heard.incoming.id.encode("utf-8")


@pytest.mark.parametrize("reader", [pressed, submitted])
@settings(deadline=None)  # a busy machine is no failure
@given(ODD)
def test_nothing_at_all_is_nothing(reader: Any, odd: Any) -> None:
    assert reader(odd if isinstance(odd, dict) else {}) is None
