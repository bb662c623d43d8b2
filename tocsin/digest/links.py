"""Which addresses may become links."""

import re

# RFC 3986's characters, a plain host, no user name before it that would feign another one.
_LINK = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{0,1900})?"
)


def is_link(url: str) -> bool:
    """Whether an address is one of the web's, written in a way that nothing can be hidden in."""
    return _LINK.fullmatch(url) is not None
