"""A wire without a network for the sources."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from unittest import mock

import pytest

from config import Secret
from listener.tools import Tools
from listener.wire import DEFAULT_LIMIT, Reply, Unreachable


@dataclass
class Asked:
    """One request as it went out."""

    url: str
    headers: Mapping[str, str]
    deadline: float
    limit: int


@dataclass
class ScriptedWire:
    """Answers each request with what `answer` returns; an exception is raised."""

    answer: Callable[[str], Reply | Exception]
    asked: list[Asked] = field(default_factory=list)

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
        assert (method, body) == ("GET", None)
        self.asked.append(Asked(url, headers or {}, deadline, limit))
        answer = self.answer(url)
        if isinstance(answer, Exception):
            raise answer
        return answer


def no_secret(secret: Secret) -> str:
    raise AssertionError(f"a keyless source asked for {secret}")


@pytest.fixture
def tools() -> Callable[[ScriptedWire], Tools]:
    return lambda wire: Tools(wire, no_secret, "tocsin/0 (+https://tocsin.example)")


@pytest.fixture
def short_listens() -> Iterator[None]:
    """X's stream is listened to for a moment at a time, so that no test waits for it."""
    with (
        mock.patch("listener.collectors.x_streamed.LONGEST_LISTEN", 0.01),
        mock.patch("listener.collectors.x_streamed.LINGER", 0.01),
    ):
        yield


@pytest.fixture
def wire_of() -> Callable[..., ScriptedWire]:
    return ScriptedWire


@pytest.fixture
def nothing(tools: Callable[[ScriptedWire], Tools]) -> Tools:
    """Tools of a source that needs no network."""
    return tools(ScriptedWire(lambda url: Unreachable(f"nothing may be asked, not {url}")))
