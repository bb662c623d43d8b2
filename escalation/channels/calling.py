"""Whether words in a room call us by our name, as people call each other: `Tocsin: ack 6`. Pure."""

import re
from dataclasses import dataclass

OURS = "tocsin"  # by which people call us, whatever our account is named


@dataclass(frozen=True, slots=True)
class Called:
    """What words are without our name.

    surely   they are for us. perhaps: they begin by our name, and may be about us instead.
    """

    text: str
    surely: bool = False
    perhaps: bool = False


def called(text: str, *names: str) -> Called:
    """Words that begin by one of our names: `@tocsin:acme.example cases`, `Tocsin: ack 6` are for
    us, `tocsin cases` may be.

    names  how the platform writes our account, without the `@`.
    """
    for name in sorted({*filter(None, names), OURS}, key=len, reverse=True):
        found = re.match(rf"\s*(@?){re.escape(name)}([:,]?)\s+(?=\S)", text, re.IGNORECASE)
        if found is not None:
            is_sure = bool(found[1] or found[2])
            return Called(text[found.end() :], is_sure, not is_sure)
    return Called(text)
