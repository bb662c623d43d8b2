"""Where ids, tokens and jitter come from: one injected source, so that a replay repeats itself."""

import random
import secrets
from typing import Protocol


class Randomness(Protocol):
    """A source of chance."""

    def token(self, nbytes: int = 16) -> str:
        """A random id or token, in hexadecimal."""

    def fraction(self) -> float:
        """A number from 0.0 to just under 1.0, for jitter."""


class SystemRandomness:
    """The operating system's randomness, for everything real."""

    def token(self, nbytes: int = 16) -> str:
        return secrets.token_hex(nbytes)

    def fraction(self) -> float:
        return secrets.randbelow(1 << 30) / (1 << 30)


class SeededRandomness:
    """Repeatable, for replays and tests; never for anything that must not be guessed."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311

    def token(self, nbytes: int = 16) -> str:
        return self._random.randbytes(nbytes).hex()

    def fraction(self) -> float:
        return self._random.random()
