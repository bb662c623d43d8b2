"""The picture of a card in Teams is drawn from what is sent, and shows strangers' text as text."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from config import Band, Secret
from escalation.channel import Message, Purpose, Standing
from escalation.channels.teams import Settings, build
from escalation.channels.teams_card import card
from tests.escalation.channels.one_way import MESSAGE, SOON, tools
from tests.hostile import OWN
from tests.pictures.adaptive_cards import drawn
from tests.pictures.chromium import (
    ROOT,
    chromium,
    needs_chromium,
    opened,
    picture,
    show,
    shown,
)
from tests.pictures.kept import keep

PICTURE = ROOT / "docs" / "channels" / "teams.png"


@needs_chromium
def test_a_card_is_drawn_from_what_was_sent(httpserver: HTTPServer, tmp_path: Path) -> None:
    httpserver.expect_request("/workflow").respond_with_data("", status=202)
    channel = build(
        Settings(name="teams", url=Secret(env="TEAMS_WORKFLOW")),
        tools(httpserver, httpserver.url_for("/workflow")),
    )
    page = replace(MESSAGE, mention="ada@acme.example")
    channel.deliver(page, deadline=SOON)
    [(asked, _)] = httpserver.log
    html = drawn(json.loads(asked.get_data()))
    with chromium() as browser:
        opened = shown(browser, html)
        taken = picture(opened, tmp_path / "teams.png", part="main").read_bytes()
        text = opened.inner_text("body")
    for part in (page.headline, "Why now: third time asking", "Open to act on it"):
        assert part in text
    keep(PICTURE, taken, html)


@needs_chromium
def test_no_text_of_a_strangers_is_anything_but_text() -> None:
    with chromium() as browser:
        page = opened(browser)
        for text in OWN.values():
            said = Message(
                "k", Purpose.CARD, "x", text, (text,) * 3, mention=text, subject="case 1"
            )
            show(page, drawn(card(said)))
            assert page.locator("a, img, script, .call").count() == 0


def test_what_it_cannot_draw_it_refuses() -> None:
    made = card(Message("k", Purpose.CARD, "x", "Now", standing=Standing(band=Band.P2)))
    body = made["attachments"][0]["content"]["body"]
    for unknown in ({"type": "Image", "url": "x"}, {"type": "TextBlock", "text": "*x*"}):
        body.append(unknown)
        with pytest.raises(KeyError):
            drawn(made)
        body.pop()
    assert "Now" in drawn(made)
