"""The registry of dialects: one line each."""

from collections.abc import Callable, Mapping

from tests.simulator.dialect import Dialect
from tests.simulator.dialects.hackernews import HackerNews

DIALECTS: Mapping[str, Callable[[], Dialect]] = {
    "hackernews": HackerNews,
}
