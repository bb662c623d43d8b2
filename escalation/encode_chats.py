"""Encoders for chats that make links, mentions and mark-up out of plain text by themselves.

Where a platform has no escape that all of its programs honour, a sign that looks alike stands in:
it says the same to a reader and nothing to the platform. The same text comes out whole where it
is folded to its plain form (Unicode's NFKC), but for the colon of an address.
"""

import re

from escalation.copyable import spared
from escalation.encode import legible

_AT = re.compile(r"@(?=\w)")
_COLON_OF_AN_ADDRESS = re.compile(r":(?=//)")
# Schemes that chats make links of without the two slashes.
_SCHEME = re.compile(r"\b(mailto|tel|sms|facetime|magnet|skype):", re.IGNORECASE)
# "acme.example", "www.acme", "discord.gg/x": letters after a dot may be a top-level domain.
_DOT_OF_A_NAME = re.compile(r"(?<=[\w\]-])\.(?=[^\W\d_][\w-])")
_NUMBERED_HOST = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_WWW = re.compile(r"\b(www)\.", re.IGNORECASE)
_EMOJI_NAME = re.compile(r":(?=[A-Za-z0-9_+'-]{1,64}:)")
_TAG = re.compile(r"#(?=\w)")
_LOOK_ALIKE_DOT = "․"


def _inert(text: str) -> str:
    """No address, no name of a host and no mention that a chat would turn into more than text."""
    shown = _AT.sub("＠", text)
    shown = _SCHEME.sub(r"\1∶", _COLON_OF_AN_ADDRESS.sub("∶", shown))
    shown = _NUMBERED_HOST.sub(lambda found: found[0].replace(".", _LOOK_ALIKE_DOT), shown)
    return _DOT_OF_A_NAME.sub(_LOOK_ALIKE_DOT, _WWW.sub(rf"\1{_LOOK_ALIKE_DOT}", shown))


_CASH_TAG = re.compile(r"\$(?=[^\W\d])")
_COMMAND = re.compile(r"(?<![\w/])/(?=[A-Za-z0-9_])")
_TELEPHONE = re.compile(r"\+(?=\d)")


def telegram(text: str, *, lines: bool = False) -> str:
    """Text for a Telegram message without a parse mode.

    Telegram itself finds mentions, tags, commands, addresses and telephone numbers in plain text
    (core.telegram.org/bots/api, MessageEntity); none of them is left.
    """
    return spared(legible(text, lines=lines), _telegram)


def _telegram(text: str) -> str:
    shown = _TAG.sub("＃", _inert(text))
    return _TELEPHONE.sub("＋", _COMMAND.sub("∕", _CASH_TAG.sub("＄", shown)))


_MATTERMOST_SPECIAL = re.compile(r"([\\`*_\[\]{}()!>])")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_LISTED_START = re.compile(r"^([-+])")
_NUMBERED_START = re.compile(r"^(\d{1,9})(?=\.)")
_UNDERLINE_START = re.compile(r"^=")


def mattermost(text: str, *, lines: bool = False) -> str:
    """Text for a Mattermost post: rendered, it reads as it was written.

    Backslashes only where Mattermost's Markdown knows them (docs.mattermost.com, "Format
    messages"); the signs it cannot escape are replaced. Blank lines vanish.
    """
    return _by_line(spared(legible(text, lines=lines), _mattermost), _MATTERMOST_SPECIAL)


def _mattermost(text: str) -> str:
    shown = _EMOJI_NAME.sub("∶", _inert(text)).replace("#", "＃")
    return _ENTITY.sub("＆", shown.replace("~", "∼").replace("|", "∣"))


_DISCORD_SPECIAL = re.compile(r"([\\`*_~|\[\]()>#])")
_POINTED = re.compile(r"<(?=\S)")


def discord(text: str, *, lines: bool = False) -> str:
    """Text for the content of a Discord message: rendered, it reads as it was written.

    Whatever Discord writes between < and > (mentions, channels, times, emoji) stays text
    (docs.discord.com, "Message formatting"). Blank lines vanish.
    """
    return _by_line(spared(legible(text, lines=lines), _discord), _DISCORD_SPECIAL)


def _discord(text: str) -> str:
    return _POINTED.sub("＜", _EMOJI_NAME.sub("∶", _inert(text)))


def _by_line(text: str, special: re.Pattern[str]) -> str:
    """Escape what is special anywhere, and what is special where a line begins."""
    parts = [part for line in text.split("\n") if (part := line.strip())]
    return "\n".join(_line(part, special) for part in parts)


def _line(line: str, special: re.Pattern[str]) -> str:
    shown = special.sub(r"\\\1", line)
    # A digit cannot be escaped, so for "1." it is the dot that is.
    shown = _NUMBERED_START.sub(r"\1\\", _LISTED_START.sub(r"\\\1", shown))
    return _UNDERLINE_START.sub("＝", shown)
