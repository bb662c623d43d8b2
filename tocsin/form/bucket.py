"""How many may write in all, whoever they are: nobody is told from anybody else here."""

from collections.abc import Callable


class Bucket:
    """A token bucket that is full at first. `now`: seconds of a clock that never goes back."""

    def __init__(self, now: Callable[[], float], most: int, seconds: float) -> None:
        self._now = now
        self._most = float(most)
        self._each = seconds / most  # seconds until the next token
        self._tokens = float(most)
        self._at = now()

    def wait(self) -> float:
        """Seconds until there is a token; 0.0: there is one."""
        now = self._now()
        self._tokens = min(self._most, self._tokens + (now - self._at) / self._each)
        self._at = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) * self._each

    def take(self) -> None:
        """Use one up, where `wait` has said that there is one."""
        self._tokens -= 1


class Buckets:
    """Several at once: a token is taken from each, or from none."""

    def __init__(self, *buckets: Bucket) -> None:
        self._buckets = buckets

    def wait(self) -> float:
        """Take one from each and return 0.0, or return the seconds until that can be done."""
        longest = max(one.wait() for one in self._buckets)
        if longest <= 0:
            for one in self._buckets:
                one.take()
        return longest
