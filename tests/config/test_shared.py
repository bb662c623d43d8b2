"""A key with which only one may listen is not shared."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config import ChannelSettings, Secret, SourceSettings
from config.load import Catalogue, load
from config.problems import ConfigProblems
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


def test_a_check_refuses_the_bot_of_the_alerts(
    write: Callable[[str | bytes], Path], every_kind: Catalogue
) -> None:
    text = """
fallback_executive = "ada"
[[brands]]
name = "Acme"
[[people]]
name = "ada"
contacts = [{ channel = "telegram", to = "7" }]
[[teams]]
name = "care"
members = ["ada"]
[[channels]]
kind = "telegram"
token = { env = "BOT" }
[[sources]]
kind = "telegram"
name = "our group"
token = { env = "BOT" }
chats = ["-1007"]
"""
    with pytest.raises(ConfigProblems) as caught:
        load(write(text), every_kind, secrets=False)
    assert 'channel "telegram" uses the same key' in str(caught.value)
    load(write(text.replace('"BOT" }\nchats', '"OTHER" }\nchats')), every_kind, secrets=False)
