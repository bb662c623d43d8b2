"""A card on a terminal reads well, in any terminal, and a closed one is noticed."""

import contextlib
import io
import os
from dataclasses import replace

import pytest

from escalation.channel import ChannelUnavailable, Message, Purpose, Verbatim
from escalation.channels.terminal import Terminal, card, wants_colour

MESSAGE = Message(
    key="k",
    purpose=Purpose.PAGE,
    to="ada",
    headline="Soon · Ada Lovelace · 3 posts: billing at Acme",
    lines=("Next: acknowledge by 13:15, else Grace Hopper is paged",),
    verbatim=Verbatim(
        "Charged twice, and nobody has answered me for a week; is this how Acme treats people?",
        "@ann", "x", None, "https://x.example/1",
    ),
    subject="case 17",
)  # fmt: skip


def test_a_card_reads_like_this() -> None:
    assert card(MESSAGE, colour=False) == (
        "● Soon · Ada Lovelace · 3 posts: billing at Acme\n"
        "  “Charged twice, and nobody has answered me for a week; is this how Acme treats\n"
        "  people?”\n"
        "  — @ann on x, reach unknown · https://x.example/1\n"
        "  Next: acknowledge by 13:15, else Grace Hopper is paged\n"
        "  page to ada · case 17\n\n"
    )


def test_colour_adds_nothing_but_colour() -> None:
    painted = card(MESSAGE, colour=True)
    assert painted.startswith("\x1b[1;31m● Soon")
    for code in ("\x1b[1;31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == card(MESSAGE, colour=False)


def test_only_a_page_is_red() -> None:
    assert "\x1b[1;31m" not in card(replace(MESSAGE, purpose=Purpose.CARD), colour=True)


def test_a_stranger_brings_no_colour_of_their_own() -> None:
    text = "\x1b[1;31mall clear\x1b[0m"
    hostile = replace(
        MESSAGE, headline=text, lines=(text,), to=text, verbatim=Verbatim(text, text, text, 1, text)
    )
    assert "\x1b" not in card(hostile, colour=False)


@pytest.mark.parametrize(
    ("is_terminal", "no_color", "wanted"),
    [(True, None, True), (True, "", True), (True, "1", False), (False, None, False)],
    ids=["a person", "an empty NO_COLOR", "NO_COLOR", "a file"],
)
def test_wants_colour(is_terminal: bool, no_color: str | None, wanted: bool) -> None:
    assert wants_colour(is_terminal=is_terminal, no_color=no_color) is wanted


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_a_terminal_of_few_characters_shows_what_it_can(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    Terminal(stream=stream).deliver(replace(MESSAGE, headline="Šoon 😀"), deadline=5)
    assert "oon" in raw.getvalue().decode(encoding)


def test_a_closed_terminal_is_unavailable() -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(ChannelUnavailable, match="the terminal is closed"):
        Terminal(stream=stream).deliver(MESSAGE, deadline=5)


def test_a_pipe_that_nobody_reads_any_more_is_unavailable() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w", encoding="utf-8")
    with pytest.raises(ChannelUnavailable, match="the terminal is closed"):
        Terminal(stream=stream).deliver(MESSAGE, deadline=5)
    with contextlib.suppress(BrokenPipeError):
        stream.close()
