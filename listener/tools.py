"""What wiring hands to an integration: the wire, secrets, and how to introduce itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from config import Secret
from listener.budget import Purse, Unlimited
from listener.wire import Wire


@dataclass(frozen=True, slots=True)
class Tools:
    """The outside world as an integration may use it.

    wire        outgoing HTTP; nothing else opens a connection to an address of its own making.
    reveal      returns a secret's value; raises config.MissingSecret.
    user_agent  e.g. "tocsin/0.1.0 (+https://…)".
    purse       what may be spent on a platform that charges; a source's own.
    """

    wire: Wire
    reveal: Callable[[Secret], str]
    user_agent: str
    purse: Purse = field(default_factory=Unlimited)
