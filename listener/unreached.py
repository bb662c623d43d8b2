"""Why a server could not be reached, in words that need no knowledge of Python."""

import socket
import ssl


def unreached(error: BaseException) -> str:
    """What failed, by its kind alone: an error's own text may name a token or a person.

    What has no words of its own is named as Python names it, so that it can be searched for.
    """
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    return type(error).__name__


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "the name cannot be looked up"),
    (TimeoutError, "it does not answer in time"),
    (ConnectionRefusedError, "it refuses connections"),
    (ConnectionError, "the connection broke off"),
    (ssl.SSLCertVerificationError, "its certificate is not good for that name"),
)
