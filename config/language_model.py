"""A language model that is asked a second time about unsure posts: off unless it is declared."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from config.durations import Duration
from config.fields import Declared, Words
from config.forms import form
from config.secrets import Secret

SHORTEST_TIMEOUT, LONGEST_TIMEOUT = timedelta(seconds=1), timedelta(minutes=2)


def _an_address(value: str) -> str:
    """The base of a server that speaks OpenAI's protocol, without what may be a secret."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = value.isascii() and value.isprintable() and not set(value) & set(" \\")
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or port == 0:
        raise ValueError('it must be a web address. Write for example "http://127.0.0.1:11434/v1"')
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("it holds a user name, a password, ? or #. Put the key into key = { … }")
    return value.rstrip("/")


def _in_time(value: timedelta) -> timedelta:
    if not SHORTEST_TIMEOUT <= value <= LONGEST_TIMEOUT:
        raise ValueError('it lasts "1s" to "2m". Write for example "20s"')
    return value


_MODEL = form(
    r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}",
    "is no name of a model",
    "Use at most 100 letters, digits and . _ : / -, a letter or digit first",
)


class LanguageModel(Declared):
    """Where unsure posts are shown to a model, and which."""

    address: Annotated[str, Field(max_length=500), AfterValidator(_an_address)]
    model: Annotated[str, _MODEL]
    key: Secret | None = None
    local: bool = False  # true: it runs on this machine or the private network
    sources: Words = ()  # whose posts may be shown to a remote one; each by its name
    timeout: Annotated[Duration, AfterValidator(_in_time)] = timedelta(seconds=20)
    daily: int = Field(default=500, ge=1, le=100_000)  # questions a day, in UTC
    per_minute: int = Field(default=20, ge=1, le=600)

    @model_validator(mode="after")
    def _remote_is_sealed(self) -> Self:
        if not self.local and not self.address.startswith("https://"):
            raise ValueError(
                "what leaves this network leaves it sealed. Write https://, or local = true "
                "where the server is on this machine or in your own network"
            )
        public = _is_public_number(self.place[0])
        if not self.local and public is False:
            raise ValueError("this is an address of your own network. Add local = true")
        if self.local and public:
            raise ValueError("this is a public address. Remove local = true")
        return self

    @property
    def place(self) -> tuple[str, int]:
        """Host, in lower case, and port."""
        parts = urlsplit(self.address)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def host_and_port(self) -> str:
        """As messages name it; it holds no secret."""
        host, port = self.place
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_public_number(host: str) -> bool | None:
    """Whether a host that is written as a number is public; None: it is a name, to be looked up."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return False if host == "localhost" else None
