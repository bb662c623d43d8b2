"""Which addresses an outgoing request may reach: public ones, and those the operator declared.

A URL may come from a stranger (a link in a feed) and a name may answer with anything, so both are
judged: the URL before its name is looked up, and every address that the lookup gave.
"""

import ipaddress
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx2

from listener.wire import AddressRefused

DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_USER_PORT = 1024  # below it, only 80 and 443: port 22 or 25 is no web server
LAST_PORT = 65_535
MAX_URL_CHARS = 8_192  # no platform's request is longer, and most servers refuse it

# Names that mean "this machine" or "this network" wherever they are asked (RFC 6761, RFC 6762;
# ICANN reserved .internal in 2024). They are refused even if a lookup says otherwise.
_LOCAL_NAME = re.compile(r"(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$")
# A last label that reads as a number makes the host an IPv4 address to a resolver ("127.1",
# "0x7f000001"); only the dotted form is taken (WHATWG URL, "ends in a number").
_NUMERIC_HOST = re.compile(r"(?:^|\.)(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?$")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?\.?|[0-9a-f:.]{2,45}")
_PORT = re.compile(r":[0-9]{1,5}$")
_EXAMPLE = '"desk.internal:8443"'
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not public, though some releases of `ipaddress` call parts of them global.
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "100.64.0.0/10")
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `path` holds the query too and never appears in a message."""

    scheme: str
    host: str  # lower case; an IPv6 address without its brackets
    port: int
    path: str

    @property
    def place(self) -> str:
        """`host:port`, as it is declared and as messages say it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    def joined(self, location: str) -> "Target":
        """The address that a redirect points to. Raises AddressRefused."""
        return target_of(urljoin(f"{self.scheme}://{self.place}{self.path}", location))


def target_of(url: str) -> Target:
    """Take a URL apart. Raises AddressRefused where it is not a plain http or https address."""
    if len(url) > MAX_URL_CHARS or _UNSAFE_IN_URL.search(url):
        raise AddressRefused("the address is too long, or has blanks or control characters in it")
    try:
        parsed = httpx2.URL(url)
        host, port = parsed.raw_host.decode("ascii").lower(), parsed.port
    except (httpx2.InvalidURL, ValueError, TypeError):
        raise AddressRefused("the address cannot be read as a URL") from None
    if parsed.scheme not in DEFAULT_PORTS:
        raise AddressRefused("only http and https addresses are reached")
    if parsed.userinfo:
        raise AddressRefused("an address must not carry a user name or password")
    if not _HOST.fullmatch(host):
        raise AddressRefused("the address has no host that could be looked up")
    return Target(
        parsed.scheme,
        host,
        port or DEFAULT_PORTS[parsed.scheme],
        parsed.raw_path.decode("ascii") or "/",
    )


def check_target(target: Target, allowed: Set[str]) -> None:
    """Refuse what needs no lookup to be refused: odd ports, local names, disguised numbers.

    allowed  `host:port` of the private hosts that the operator declared.
    """
    if target.place in allowed:
        return
    if target.port < FIRST_USER_PORT and target.port not in DEFAULT_PORTS.values():
        raise AddressRefused(f"{target.place}: not a port of a web server; {_remedy(target)}")
    if _LOCAL_NAME.search(target.host):
        raise AddressRefused(f"{target.place}: a private name; {_remedy(target)}")
    if _NUMERIC_HOST.search(target.host) and not is_address(target.host):
        raise AddressRefused(f"{target.place}: a number is no host name")


def check_addresses(target: Target, addresses: Iterable[str], allowed: Set[str]) -> None:
    """Refuse a host of which any answer is not public: one bad answer is a bad host."""
    if target.place in allowed:
        return
    if not all(is_public(address) for address in addresses):
        raise AddressRefused(f"{target.place}: its address is not a public one; {_remedy(target)}")


def _remedy(target: Target) -> str:
    return (
        "if it is yours and should be reached, write at the head of tocsin.toml: "
        f'private_hosts = ["{target.place}"]'
    )


def wrong_place(text: str) -> str | None:
    """Why an entry of `private_hosts` lets nothing be reached; None: it is a `host:port`, written
    as requests name theirs. The sentence says what to write where that can be known."""
    scheme, separator, rest = text.strip().rpartition("://")
    host = rest.rpartition("@")[2] if separator else rest
    host, _, path = host.partition("/")
    if path.isdecimal() and not separator:
        return f"a network cannot be declared: name each host, such as {_EXAMPLE}"
    try:
        target = target_of(f"{scheme if scheme in DEFAULT_PORTS else 'http'}://{host}")
    except AddressRefused:
        return f"it is no host with a port, such as {_EXAMPLE}"
    if target.port > LAST_PORT:
        return f"there is no such port: they end with {LAST_PORT}"
    if target.place == text.lower():
        return None
    if not separator and not _PORT.search(host):
        return f'it has no port: write it behind the host, such as "{target.place}"'
    return f'write "{target.place}"'


def is_public(address: str) -> bool:
    """Whether an IP address is a public unicast one, also where it carries an IPv4 address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return _is_public_v4(ip)
    carried = ip.ipv4_mapped or ip.sixtofour
    if carried is None and ip in _NAT64:
        carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if carried is not None:
        return _is_public_v4(carried)
    return ip.is_global and ip in _GLOBAL_UNICAST and ip.teredo is None and ip.scope_id is None


def _is_public_v4(ip: ipaddress.IPv4Address) -> bool:
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved)
        and not any(ip in network for network in _NEVER)
    )


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
