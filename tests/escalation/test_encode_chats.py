"""Text for chats that make links and mentions by themselves: it reads as written, and is text."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.encode_chats import discord, mattermost, telegram
from tests.escalation.channels import fake_discord, fake_mattermost, fake_telegram

ENCODERS: dict[str, tuple[Callable[..., str], re.Pattern[str]]] = {
    "telegram": (telegram, fake_telegram.FOUND_BY_ITSELF),
    "mattermost": (mattermost, fake_mattermost.FOUND_BY_ITSELF),
    "discord": (discord, fake_discord.FOUND_BY_ITSELF),
}
EACH = pytest.mark.parametrize(("encoded", "found_by_itself"), ENCODERS.values(), ids=ENCODERS)
# One of each thing that some chat makes more of than text.
LIVELY = (
    "@everyone look", "@ann", "https://evil.example/a", "tg://resolve?domain=a", "www.evil.example",
    "*bold*", "_slanted_", "~~gone~~", "`code`", "||spoiler||", "[label](https://evil.example)",
    "# Big", "> said", "- one", "+ one", "1. one", "12) twelve", ":tada:", "<@1>", "<@&1>", "<#1>",
    "</cmd:1>", "<t:1700000000>", "<id:home>", "#tag", "$CASH", "/ban me", "~town-square",
    "evil.example", "discord.gg/abc", "10.0.0.1", "+4915112345678", "mailto:a@b.example",
    "![x](https://evil.example/x.png)", "=== underlined", "-# small", "a|b", "&#64;here",
)  # fmt: skip


@EACH
@pytest.mark.parametrize("text", LIVELY)
def test_nothing_lively_is_left(
    encoded: Callable[..., str], found_by_itself: re.Pattern[str], text: str
) -> None:
    assert not found_by_itself.search(encoded(text))
    assert not found_by_itself.search(encoded(f"so: {text} .\n{text}", lines=True))


@EACH
def test_the_check_itself_finds_what_is_lively(
    encoded: Callable[..., str], found_by_itself: re.Pattern[str]
) -> None:
    lively = [text for text in LIVELY if found_by_itself.search(text)]
    assert len(lively) >= 10


def as_read(text: str) -> str:
    """What a person reads, once a chat has rendered it: escapes gone, look-alikes as meant."""
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    return unicodedata.normalize("NFKC", plain).translate(str.maketrans("∶∕∼∣", ":/~|"))


PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)


@EACH
@given(words=st.lists(PRINTABLE, min_size=1, max_size=6))
def test_a_reader_reads_what_was_written(
    encoded: Callable[..., str], found_by_itself: re.Pattern[str], words: list[str]
) -> None:
    # Telegram knows no escapes, so a backslash there is one; the others show it as two.
    text = " ".join(words).replace("\\", "/")
    assert as_read(encoded(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Charged 1.50 twice, ref. 17.", "Charged 1.50 twice, ref. 17."),
        ("ann@acme.example", "ann＠acme․example"),
        ("see https://x.example/a", "see https∶//x․example/a"),
        ("and/or 24/7", "and/or 24/7"),
        ("/start", "∕start"),
        ("Why now: 14:05", "Why now: 14:05"),
    ],
)
def test_telegram_text_reads_like_this(text: str, shown: str) -> None:
    assert telegram(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *b* _c_", r"a \*b\* \_c\_"),
        ("1. first\n2) second", "1\\. first\n2\\) second"),
        ("R&D &amp; more", "R&D ＆amp; more"),
        ("~~no~~ | #tag", "∼∼no∼∼ ∣ ＃tag"),
        ("a\n\n\nb", "a\nb"),
    ],
)
def test_mattermost_text_reads_like_this(text: str, shown: str) -> None:
    assert mattermost(text, lines=True) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@1> <3 x < y", "＜＠1\\> ＜3 x < y"),
        ("- one\n-# two", "\\- one\n\\-\\# two"),
        ("**b** ||s||", r"\*\*b\*\* \|\|s\|\|"),
        (":tada: 14:05", "∶tada: 14:05"),
    ],
)
def test_discord_text_reads_like_this(text: str, shown: str) -> None:
    assert discord(text, lines=True) == shown
