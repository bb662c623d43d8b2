"""The picture of Slack in the docs is made of the very JSON that goes out."""

import json
from pathlib import Path
from typing import Any

from escalation.channels.slack import CAPABILITIES
from escalation.channels.slack_actions import kept, view
from escalation.channels.slack_blocks import content
from escalation.conversation import Incoming
from tests.escalation.channels.block_kit import problems, view_problems
from tests.escalation.channels.fake_slack import ROOM
from tests.firm import NOON, FakeChannel, Firm, open_firm
from tests.pictures.chromium import ROOT, chromium, needs_chromium, picture, shown
from tests.pictures.kept import keep
from tests.pictures.slack import heading, message, modal, page
from tests.tocsin.slack_house import declared, hear
from tocsin.answering import Answering
from tocsin.clock import VirtualClock

PICTURE = ROOT / "docs" / "channels" / "slack.png"
ADA = "ada@acme.example"


def firm() -> Firm:
    """The people of the Slack house, on a clock that stands still."""
    clock = VirtualClock(NOON)
    channels = {"slack": FakeChannel(clock, capabilities=CAPABILITIES)}
    settings = declared("https://slack.com/api/", 8787)
    return open_firm(None, clock=clock, channels=channels, declared=settings)


def card(of: Firm) -> dict[str, Any]:
    """The card in the room as it goes out now."""
    chat = of.channels["slack"]
    shown_last = [m for m in chat.updated if m.to == ROOM] or [
        m for _, m in chat.taken if m.to == ROOM
    ]
    return content(shown_last[-1])


def parts() -> str:
    """A case that comes, what a hand-over asks for, and the case as it was answered."""
    of = firm()
    hear(of.house, 1)
    of.settle()
    new = card(of)
    answering = Answering(of.house, "slack", CAPABILITIES)
    token = next(block["block_id"] for block in new["blocks"] if block["type"] == "actions")
    answering.take(Incoming("1", (ADA,), verb="ack", token=token))
    of.settle()
    asked = answering.take(Incoming("2", (ADA,), verb="handoff", token=token)).form
    assert asked is not None
    form = view(asked, kept("handoff", token, "C0CARE:1.1", ""))
    owned = card(of)
    for sent in (new, owned):
        assert problems(sent["blocks"]) == []
        assert json.dumps(sent)
    assert view_problems(form) == []
    return page(
        heading("A new case in the room, its menu opened"),
        message(new["blocks"], "12:00", is_open=True),
        heading("The same message after Ada pressed Acknowledge"),
        message(owned["blocks"], "12:00"),
        heading("What Hand over … asks for"),
        modal(form),
    )


@needs_chromium
def test_the_picture_shows_the_case_and_all_that_can_be_done(tmp_path: Path) -> None:
    html = parts()
    with chromium() as browser:
        drawn = shown(browser, html)
        words = drawn.inner_text("body")
        taken = picture(drawn, tmp_path / "slack.png").read_bytes()
    for part in ("Ada Lovelace", "Charged twice", "Acknowledge", "Escalate now", "To whom"):
        assert part in words
    assert "acknowledged by Ada Lovelace (slack)" in words
    keep(PICTURE, taken, html)


def test_the_same_case_makes_the_same_picture() -> None:
    assert parts() == parts()
