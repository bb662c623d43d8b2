"""Whatever strangers write, nothing of it is a mention, a link or mark-up where it arrives."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config import Band
from escalation.channel import Message, Purpose, Standing, Stands, Verbatim
from escalation.channels import (
    apprise,
    goalert,
    googlechat,
    ntfy,
    pagerduty,
    teams_card,
)
from escalation.channels.posting import packed
from tests.escalation.channels.one_way import answering, texts_in
from tests.escalation.channels.test_posting import channel
from tests.hostile import FILES, OWN, texts_of_file

MAX_BYTES = {"teams": 28_000, "googlechat": 32_000, "pagerduty": 512_000, "ntfy": 9_000,
             "alertmanager": 20_000}  # fmt: skip


def message(text: str) -> Message:
    return Message(
        key=text,
        purpose=Purpose.PAGE,
        to=text,
        headline=text,
        lines=(text,) * 2,
        verbatim=Verbatim(text, text, text, None, text),
        mention=text,
        subject=text,
        standing=Standing(Stands.ASKED, Band.P2, text),
    )


def labelled(made: Message) -> Any:
    """What Alertmanager is sent, less the labels, which no receiver reads as mark-up."""
    return alert(made)["annotations"]


def alert(made: Message) -> dict[str, Any]:
    wire, tools = answering(200)
    built = channel("alertmanager", tools)
    built.deliver(made, deadline=5)
    [found] = json.loads(wire.asked[0]["body"])
    return dict(found)


# Of each channel: what it sends of a message, and which signs no text of a stranger's has there.
MARKS = r"[@<>\[\]*_`~|#]"
SENT: dict[str, tuple[Callable[[Message], Any], str]] = {
    "teams": (teams_card.card, r"\{\{|\$\{"),
    "googlechat": (lambda made: {**googlechat.content(made), "text": ""}, r"[<>]"),
    "ntfy": (lambda made: {**ntfy.content(made), "topic": ""}, "(?!)"),
    "apprise": (lambda made: [apprise.text(made)], MARKS),
    "pagerduty": (pagerduty._trigger, "(?!)"),
    "goalert": (goalert._alert, MARKS),
    "alertmanager": (labelled, MARKS),
}
OURS = {"http://adaptivecards.io/schemas/adaptive-card.json", teams_card.CARD, teams_card.VERSION}
LINKED = re.compile(r"://|\bwww\.|\w\.[^\W\d_]|\d{1,3}(\.\d{1,3}){3}|@(channel|here|everyone)\b",
                    re.IGNORECASE)  # fmt: skip
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]")


def faults(kind: str, texts: Iterable[str]) -> list[str]:
    """What of these texts could do something where it arrives."""
    send, signs = SENT[kind]
    found = []
    for text in texts:
        made = send(message(text))
        said = [one for one in texts_in(made) if one not in OURS]
        if len(packed(made)) > MAX_BYTES.get(kind, 10_000):
            found.append(f"too long: {text[:50]!a}")
        if any(re.search(signs, one) or LINKED.search(one) or UNSEEN.search(one) for one in said):
            found.append(f"does something: {text[:50]!a}")
    return found


@pytest.mark.parametrize("kind", SENT)
def test_nothing_of_our_own_list_does_anything(kind: str) -> None:
    assert not faults(kind, OWN.values())


@pytest.mark.parametrize("kind", SENT)
@pytest.mark.parametrize("name", FILES)
def test_nothing_of_the_hostile_lists_does_anything(kind: str, name: str, shared: Path) -> None:
    assert not faults(kind, texts_of_file(shared, name))


@pytest.mark.parametrize("kind", SENT)
def test_the_signs_are_looked_for_where_they_would_do_something(kind: str) -> None:
    """These checks can fail: a text that was not encoded does not pass them."""
    _, signs = SENT[kind]
    raw = 'see https://evil.example <b>"@here"</b> [x](y) {{DATE(1)}}'
    assert LINKED.search(raw)
    assert signs == "(?!)" or re.search(signs, raw)


def names_in(found: Any) -> Iterator[str]:
    """The names of a JSON value, and the types of its elements."""
    for one in found.values() if isinstance(found, dict) else found:
        if isinstance(one, dict | list):
            yield from names_in(one)
    if isinstance(found, dict):
        yield from found
        yield str(found.get("type", ""))


@pytest.mark.parametrize("kind", ["teams", "googlechat"])
def test_nobody_is_called_by_what_is_no_member(kind: str) -> None:
    for who in (*OWN.values(), "all", "everyone", "users/all", "a@b.c</at><at>x"):
        sent = SENT[kind][0](message(who))
        assert not sent.get("text")
        assert not {"entities", "TextBlock"} & set(names_in(sent))
