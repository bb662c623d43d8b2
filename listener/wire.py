"""The one door to the outside: the interface of the outgoing HTTP client.

Collectors and channels get a `Wire` handed down; they never open a socket by themselves, so that
every request has a total deadline, a size limit, an address check and, in tests, a recorder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

DEFAULT_LIMIT = 16 * 1024 * 1024  # bytes of an answer's body; more is refused


class WireError(Exception):
    """No answer: the message says why and holds no secret."""


class Unreachable(WireError):
    """Connection, name or protocol failed."""


class NobodyListens(Unreachable):
    """The host is there and refuses connections on that port."""


class UnknownName(Unreachable):
    """The host's name stands for no address."""


class DeadlinePassed(WireError):
    """The answer was not complete in time."""


class BrokeOff(Unreachable):
    """An answer that was a success had begun, and broke off: it may have been charged."""


class NeverWhole(DeadlinePassed):
    """An answer that was a success had begun, and was not complete in time; as above."""


class TooLarge(WireError):
    """The answer's body is over the limit."""


class AddressRefused(WireError):
    """The address is not one that this request may reach (a private one, or an odd scheme)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, complete and decoded (no chunking or compression left).

    headers  lower-case names; repeated ones joined by a comma and a blank.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire(Protocol):
    """Sends one request and returns the whole answer; follows no redirect unless told."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        deadline: float = 30.0,
        limit: int = DEFAULT_LIMIT,
        redirects: int = 0,
    ) -> Reply:
        """Return the answer, whatever its status. Raises WireError and nothing else.

        deadline   seconds for everything: name, connection, request and the last byte.
        redirects  how many are followed; each new address is checked like the first.
        """


@runtime_checkable
class Guarded(Protocol):
    """A wire that reaches private hosts, of which a stranger may name none."""

    def at_the_word_of(self, url: str) -> Wire:
        """This wire for an address that whoever answers at `url` has named: private hosts may be
        reached with it only where `url` is itself one of those that were declared."""


def at_the_word_of(wire: Wire, url: str) -> Wire:
    """See Guarded; a wire that is none stays as it is."""
    return wire.at_the_word_of(url) if isinstance(wire, Guarded) else wire
