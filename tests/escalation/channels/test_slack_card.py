"""What can be done with a message in Slack: buttons, a menu, modals; nothing hostile in any."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.buttons import _CASE as CASE_BUTTONS
from escalation.buttons import _INCIDENT as INCIDENT_BUTTONS
from escalation.channel import Button, Message, Verbatim, Weight
from escalation.channels.slack_actions import kept, view
from escalation.channels.slack_answers import MEMBER
from escalation.channels.slack_blocks import blocks
from escalation.channels.slack_hearing import content as content_of
from escalation.conversation import FieldKind, Form, FormField
from escalation.subject import State
from tests.escalation.channels.block_kit import problems, view_problems
from tests.escalation.channels.slack_samples import MESSAGE, TEXT, plain
from tests.hostile import FILES, OWN, texts_of_file

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
    assert shown == ["Acknowledge", "Not a complaint", "Wrong team …", "We replied …"]
    assert made["elements"][0]["style"] == "primary"
    [menu] = [one for one in made["elements"] if one["type"] != "button"]
    assert [one["text"]["text"] for one in menu["options"]] == [
        "Resolve …",
        "Escalate now",
        "We hid or deleted …",
    ]


def test_the_token_and_the_verb_travel_with_each_button() -> None:
    made = row(ACTING)
    assert made["block_id"] == ACTING.token
    assert [one["action_id"] for one in made["elements"]] == [
        "ack",
        "not-a-complaint",
        "wrong-team",
        "replied",
        "more",
    ]
    assert made["elements"][-1]["options"][0]["value"] == "resolve"


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
    for text in texts_of_file(shared, name):
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
