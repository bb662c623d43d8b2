"""Where nobody answered, and how: said so that a person knows what to look at.

Of an address the host and port alone are told, for its path may be a key; of an error its kind.
"""

import errno
import socket
import ssl
from smtplib import SMTPServerDisconnected
from urllib.parse import urlsplit

from listener.wire import NobodyListens, TooLarge, UnknownName


def unreached(url: str, error: Exception) -> str:
    """E.g. `127.0.0.1:18080 refuses connections`; url: what was asked."""
    return said_of(place_of(url), error)


def place_of(url: str) -> str:
    """`host:port` of an address; "it" where it has none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "it"
    if not host:
        return "it"
    named = f"[{host}]" if ":" in host else host
    return f"{named}:{port or (80 if parts.scheme == 'http' else 443)}"


def said_of(place: str, error: BaseException) -> str:
    """The same for `host:port`. A library's error that wraps another one is looked into."""
    wrapped = getattr(error, "reason", None)
    for one in (wrapped, error):
        if isinstance(one, BaseException) and (told := _kind(place, one)):
            return told
    return f"the connection to {place} failed"


def _kind(place: str, error: BaseException) -> str:
    match error:
        case NobodyListens() | ConnectionRefusedError():
            return f"{place} refuses connections"
        case UnknownName() | socket.gaierror():
            return f"the name in {place} is unknown here"
        case TooLarge():
            return f"{place} answers with more than is read"
        case TimeoutError():
            return f"{place} does not answer in time"
        case SMTPServerDisconnected() | ConnectionResetError() | BrokenPipeError():
            return f"{place} hung up"
        case ssl.SSLError():
            return f"{place} does not speak TLS as it is asked to"
        case OSError(errno=errno.EHOSTUNREACH | errno.ENETUNREACH | errno.ENETDOWN):
            return f"no way leads to {place} from here"
    return ""
