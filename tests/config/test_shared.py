"""A key with which only one may listen is not shared."""

import pytest

from config import ChannelSettings, Secret, SourceSettings
from config.shared import shared


class Listening(SourceSettings):
    own_secret = "token"
    token: Secret


class Alerting(ChannelSettings):
    token: Secret


def source(name: str, **place: str) -> Listening:
    return Listening(name=name, kind="telegram", token=Secret(**place))


def channel(kind: str = "telegram", **place: str) -> Alerting:
    return Alerting(name="alerts", kind=kind, token=Secret(**place))


def told(channels: list[Alerting], sources: list[Listening], **environ: str) -> list[str]:
    found = shared(
        {("channels", n): one for n, one in enumerate(channels)},
        {("sources", n): one for n, one in enumerate(sources)},
        environ,
    )
    return [f"{where}: {what}" for where, what, _ in found]


@pytest.mark.parametrize(
    ("env", "environ"),
    [
        pytest.param("SAME", {}, id="of one place"),
        pytest.param("OTHER", {"SAME": "7:x", "OTHER": "7:x"}, id="of one value"),
    ],
)
def test_a_source_and_a_channel_of_one_bot_are_refused(env: str, environ: dict[str, str]) -> None:
    (problem,) = told([channel(env=env)], [source("group", env="SAME")], **environ)
    assert problem.startswith("('sources', 0, 'token')")
    assert 'channel "alerts"' in problem


def test_two_sources_of_one_bot_are_refused() -> None:
    found = told([], [source("one", env="SAME"), source("two", env="SAME")])
    assert len(found) == 1
    assert 'source "one"' in found[0]


def test_bots_of_their_own_and_keys_of_other_kinds_are_no_problem() -> None:
    environ = {"ONE": "7:x", "TWO": "7:y"}
    assert told([channel(env="ONE")], [source("group", env="TWO")], **environ) == []
    assert told([channel(kind="discord", env="ONE")], [source("group", env="ONE")]) == []


def test_no_value_is_repeated() -> None:
    found = told([channel(env="A")], [source("group", env="B")], A="hunter2", B="hunter2")
    assert found
    assert "hunter2" not in found[0]
