"""What is there to be copied stays as it is; what comes back is read as it was meant."""

import re
from collections.abc import Callable

import pytest

from escalation import encode, encode_chats
from escalation.copyable import as_meant, spared
from escalation.notices import NOTICES
from tests.escalation.channels import fake_discord, fake_mattermost, fake_telegram
from tocsin.answering import STRANGER, TOO_OLD
from tocsin.chat_commands import HELP, UNTIL

ENCODERS: dict[str, Callable[..., str]] = {
    "matrix": encode.matrix,
    "telegram": encode_chats.telegram,
    "mattermost": encode_chats.mattermost,
    "discord": encode_chats.discord,
    "slack": encode.slack_plain,
    "unlinked": encode.unlinked,
}
EACH = pytest.mark.parametrize("encoder", ENCODERS.values(), ids=ENCODERS)
TIMES = (
    'this is no time; write "2026-12-24", "2026-12-24T18:00", or with its zone '
    '"2026-12-24T18:00+01:00"'
)
OURS = (
    *HELP.splitlines(),
    STRANGER.format(channel='"chat"', to='"U17"'),
    TOO_OLD,
    TIMES,
    UNTIL,
    "Where can the reply be read? (https://…) (`cancel` to leave it.)",
    "Until when? Write for example `away until 2026-12-24` or `away until 18:00`.",
    "Next, 2026-11-22 10:51 CET: acknowledge by then",
    *NOTICES.values(),
)


def rendered(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


@EACH
@pytest.mark.parametrize("text", OURS)
def test_our_own_words_can_be_copied(encoder: Callable[..., str], text: str) -> None:
    assert rendered(encoder(text, lines=True)).replace("&gt;", ">") == text


LINKED = {
    "matrix": re.compile(r"://|\w\.[a-z]|\w:\S", re.IGNORECASE),
    "telegram": fake_telegram.FOUND_BY_ITSELF,
    "mattermost": fake_mattermost.FOUND_BY_ITSELF,
    "discord": fake_discord.FOUND_BY_ITSELF,
    "unlinked": re.compile(r"://\w|\w\.[a-z]", re.IGNORECASE),
}
BESIDE = (
    "https://…evil.example", "https://…/evil.example", 'https://"evil.example/a',
    "tocsin.toml.evil.example", "https://tocsin.toml/a", "tocsin.toml@evil.example",
    "x@tocsin.toml", "evil.example:18:00",
    "tocsin.toml/a.example", "https://).evil.example", "http://evil.example", "a.tocsin.toml",
)  # fmt: skip


@pytest.mark.parametrize(("name", "found"), LINKED.items(), ids=LINKED)
@pytest.mark.parametrize("text", BESIDE)
def test_nothing_of_a_strangers_leaves_with_it(
    name: str, found: re.Pattern[str], text: str
) -> None:
    assert not found.search(ENCODERS[name](text))
    assert not found.search(ENCODERS[name](f"so {text}, and `{text}`"))


@EACH
@pytest.mark.parametrize(
    "text",
    ["2026-12-24T18:00", "https://example.com/reply", "tocsin.toml", "@ana:trial.local", "17"],
)
def test_what_was_shown_with_look_alikes_is_read_as_it_was_meant(
    encoder: Callable[..., str], text: str
) -> None:
    assert as_meant(rendered(encoder(f"see {text}"))) == f"see {text}"


def test_a_note_in_another_script_is_kept_as_it_was_written() -> None:
    assert as_meant("客户很满意！謝謝＠店") == "客户很满意！謝謝＠店"


def test_only_what_leads_nowhere_is_left_as_it_is() -> None:
    assert spared("at 18:00 or https://… see a", lambda part: "x" * len(part)) == (
        "xxx18:00xxxxhttps://…xxxxxx"
    )
