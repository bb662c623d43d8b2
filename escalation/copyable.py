"""What of a message is copied and sent back: kept as it is on the way out, read as it was meant on
the way in.

Chats make links of whatever looks like an address, so their encoders put look-alike signs into
strangers' text. What can lead nowhere needs none, and is what our own examples are made of.
"""

import re
from collections.abc import Callable

# What stands between such signs is judged by itself: no address reaches over them.
_BEFORE = r"(?<![^\s(\"'`‘“])"
_AFTER = r"(?=[)\"'`’”.,:;!?]*(?:\s|$))"
_DAY = r"\d{4}-\d\d-\d\d"
_CLOCK = r"\d{1,2}:\d\d(?:[+-]\d\d:\d\d)?"
# A time of day; our own file's name, which ends in no top-level domain; a scheme without a host.
_HARMLESS = re.compile(
    rf"{_BEFORE}(?:(?:{_DAY}T)?{_CLOCK}|tocsin\.toml|https?://…?){_AFTER}", re.ASCII
)

_LOOK_ALIKES = str.maketrans(
    {"∶": ":", "․": ".", "∕": "/", "＠": "@", "＃": "#", "＿": "_", "∗": "*", "ˋ": "`", "‵": "`",
     "∼": "~", "［": "[", "］": "]", "‹": "<", "›": ">", "＜": "<", "｜": "|", "∣": "|", "＼": "\\",
     "‑": "-", "＋": "+", "＝": "=", "！": "!", "）": ")", "＄": "$", "＆": "&", "ⅼ": "l"}
)  # fmt: skip
_WORD = re.compile(r"\S+")


def spared(text: str, encoder: Callable[[str], str]) -> str:
    """Encode what could become a link, a mention or a name, and leave what leads nowhere."""
    made, place = [], 0
    for found in _HARMLESS.finditer(text):
        made += [encoder(text[place : found.start()]), found[0]]
        place = found.end()
    return "".join([*made, encoder(text[place:])])


def as_meant(text: str) -> str:
    """What somebody wrote, with the look-alikes of our encoders read as the signs they stand for.

    Word by word, and only where nothing but ASCII is left: the full-width signs of a Chinese note
    are its own.
    """
    return text if text.isascii() else _WORD.sub(_meant, text)


def _meant(found: re.Match[str]) -> str:
    read = found[0].translate(_LOOK_ALIKES)
    return read if read.isascii() else found[0]
