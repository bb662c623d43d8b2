"""The picture of Matrix in the docs is made of the very events that go out."""

from collections import Counter
from pathlib import Path

import pytest

from tests.escalation.channels.fake_matrix import ADA, ME, ROOM, reaction, words
from tests.pictures.chromium import ROOT, chromium, needs_chromium, picture, shown
from tests.pictures.kept import keep
from tests.pictures.matrix import heading, message, page, thread
from tests.tocsin.matrix_house import House, open_house

PICTURE = ROOT / "docs" / "channels" / "matrix.png"
NAMES = {ME: "Tocsin", ADA: "Ada Lovelace"}


def card(house: House, event: str) -> str:
    """A message of ours as it is shown now, and its thread."""
    signs = Counter(house.server.signs(event))
    edited = bool(house.server.related(event, "m.replace"))
    drawn = message(house.server.shown(event), dict(signs), "Tocsin", edited=edited)
    there = house.server.related(event, "m.thread")
    said = [message(one["content"], {}, NAMES[one["sender"]]) for one in there]
    return drawn + (thread(*said) if said else "")


def parts() -> str:
    """A case that comes, and the same card after Ada has taken it and put it off."""
    house = open_house()
    house.complain("Charged twice, and nobody answers. Third time I ask: where is my refund?")
    [event] = house.events_in(ROOM)
    new = card(house, event)
    house.does(ADA, ROOM, "m.reaction", reaction(event, "✅"))
    house.does(ADA, ROOM, "m.room.message", words("snooze 2h waiting for the bank", root=event))
    return page(
        heading("A new case in the room"),
        new,
        heading("The same message after Ada pressed ✅, with its thread"),
        card(house, event),
    )


@needs_chromium
def test_the_picture_shows_the_case_who_has_it_and_the_thread(tmp_path: Path) -> None:
    html = parts()
    with chromium() as browser:
        drawn = shown(browser, html)
        told = drawn.inner_text("body")
        taken = picture(drawn, tmp_path / "matrix.png").read_bytes()
    for part in ("Ada Lovelace", "Charged twice", "✅ Acknowledge", "snooze 2h", "has put it off"):
        assert part in told
    assert "acknowledged by Ada Lovelace (chat)" in told
    keep(PICTURE, taken, html)


def test_what_no_client_would_show_is_not_drawn() -> None:
    for html in ("<script>x</script>", "<p class=x>x</p>", "<img src=x>", "<blockquote cite=x>"):
        with pytest.raises(ValueError, match="a client would leave out"):
            message({"msgtype": "m.text", "body": "", "formatted_body": html}, {}, "x")
