"""How often one address may ask, and how much at once. No address is kept longer than its request
takes: to be counted, each is hashed under a salt that is thrown away with its minute."""

import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

WINDOW = 60.0  # seconds
MOST = 120  # requests of one address in a window: a house behind one address, and its mail scanner
MOST_TOGETHER = 10  # requests of one address that are under way: whoever sends slowly holds few
MOST_ADDRESSES = 10_000  # counted apart in one window; those beyond share one count
NETWORK = 64  # bits of an IPv6 address that one customer of a provider has (RFC 6177)


class Limit:
    """Counts requests by address, a minute at a time. May be used by several threads.

    now  seconds of a clock that never goes back.
    """

    def __init__(
        self, now: Callable[[], float], most: int = MOST, addresses: int = MOST_ADDRESSES
    ) -> None:
        self._now = now
        self._most = most
        self._addresses = addresses
        self._lock = threading.Lock()
        self._began = now()
        self._salt = secrets.token_bytes(16)
        self._counts: dict[bytes, int] = {}
        self._under_way: Counter[str] = Counter()

    def wait(self, address: str) -> float:
        """Count a request; returns 0.0 where it may pass, else the seconds until one may."""
        with self._lock:
            now = self._now()
            if now - self._began >= WINDOW:
                self._began, self._salt, self._counts = now, secrets.token_bytes(16), {}
            key = self._key(address)
            if key not in self._counts and len(self._counts) >= self._addresses:
                key = b""
            self._counts[key] = self._counts.get(key, 0) + 1
            return 0.0 if self._counts[key] <= self._most else self._began + WINDOW - now

    @contextmanager
    def together(self, address: str) -> Iterator[bool]:
        """Count a request while it is under way; False where too many of its address are."""
        network = _network(address)
        with self._lock:
            may = self._under_way[network] < MOST_TOGETHER
            self._under_way[network] += 1
        try:
            yield may
        finally:
            with self._lock:
                self._under_way[network] -= 1
                if not self._under_way[network]:
                    del self._under_way[network]

    def _key(self, address: str) -> bytes:
        whole = _network(address).encode("utf-8", "replace")
        return hashlib.blake2b(whole, key=self._salt, digest_size=16).digest()


def _network(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address) and read.ipv4_mapped is None:
        return str(int(read) >> (128 - NETWORK))
    return address
