"""Texts that must have a form of their own: what is wrong and what to write, in plain words.

A pattern that the validator itself checks would be shown to whoever mistyped, so none is given to
it: whoever writes a pattern writes its words beside it.
"""

import re
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

WRONG_FORM = "wrong_form"  # the validator's name for it; `what` and `remedy` are in its context


def form(pattern: str, what: str, remedy: str) -> AfterValidator:
    """A text that the pattern fits from its first character to its last.

    what    the refusal, after the field's name: "is no tag".
    remedy  what to write instead, with an example.
    """
    whole = re.compile(pattern)

    def fits(value: str) -> str:
        if whole.fullmatch(value) is None:
            raise wrong_form(what, remedy)
        return value

    return AfterValidator(fits)


def wrong_form(what: str, remedy: str) -> PydanticCustomError:
    """For a check of one's own. Both texts are shown as they are: no refused value in them."""
    return PydanticCustomError(WRONG_FORM, "{what}. {remedy}", {"what": what, "remedy": remedy})


def _server(value: str) -> str:
    """The commonest slip is a whole address; what it names is then repeated without the rest."""
    if _IP.fullmatch(value) or _HOST.fullmatch(value):
        return value
    raise wrong_form("is no server's name", _only_the_name(value))


def _only_the_name(value: str) -> str:
    try:
        parts = urlsplit(value if "//" in value else f"//{value}")
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        host, port = "", None
    if _is_plain(value) and _HOST.fullmatch(host) and len(host) <= _MAX_SHOWN:
        stands = f", and the port in port = {port}" if port else ""
        return f'Write the name alone, "{host}"{stands}'
    return 'Write its name alone, for example "mail.example.com"; the port stands in port'


def _is_plain(value: str) -> bool:
    """Whether no name, password or question stands in an address, which might be a secret."""
    return not set(value) & set("@?#=\\ ")


_MAX_SHOWN = 60
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}")
_IP = re.compile(r"[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}")

Server = AfterValidator(_server)  # a name or an IP address, without a scheme and a port
HttpAddress = form(
    r"https?://.*",
    "is no address of the web",
    'Begin it with https://, for example "https://api.example.com"',
)
Site = form(  # a scheme may stand before it, and one slash behind it
    r"(https?://)?[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/?",
    "is no name of a server",
    'Write for example "social.example.com"',
)
SiteWithPath = form(  # the same with up to three folders
    r"(https?://)?[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._-]{1,50}){0,3}/?",
    "is no address of a site",
    'Write for example "forum.example.com" or "example.com/forum"',
)
StreamHost = form(
    r"(wss?://)?[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?",
    "is no name of a server",
    'Write for example "jetstream.example.com"',
)
LanguageCode = form(r"[a-z]{2,3}", "is no code of a language", 'Write for example "de"')
