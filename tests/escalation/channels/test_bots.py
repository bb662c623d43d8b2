"""Channels that speak as a bot: what is no token goes nowhere, and a token never goes in clear."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pydantic import ValidationError

from config import ChannelSettings, MissingSecret, Secret
from escalation import channels
from escalation.channel import ChannelRefused, Message, Purpose
from tests.escalation.channels import fake_discord, fake_mattermost
from tests.escalation.channels.fake_discord import FakeDiscord
from tests.escalation.channels.fake_mattermost import FakeMattermost
from tests.escalation.channels.fake_telegram import FakeTelegram
from tests.escalation.channels.loopback_server import LoopbackServer, tools_for

TOKEN = "700001:EXAMPLE-example_0123456789"
KEPT = Secret(env="BOT_TOKEN")


@dataclass(frozen=True)
class Bot:
    """A kind of channel: what it calls its platform, the setting that says where that is, how its
    own server is reached, a person there, and whether it needs a library."""

    kind: str
    platform: str
    setting: str
    make: Callable[[], LoopbackServer]
    person: str
    library: bool = True

    def declared(self, address: str) -> ChannelSettings:
        given = {"name": "chat", "token": KEPT, self.setting: address}
        return channels.settings_of(self.kind)(kind=self.kind, **given)


BOTS = (
    Bot("discord", "Discord", "api", lambda: FakeDiscord(TOKEN), fake_discord.ADA),
    Bot("mattermost", "Mattermost", "url", lambda: FakeMattermost(TOKEN), fake_mattermost.ADA),
    Bot("telegram", "Telegram", "api", lambda: FakeTelegram(TOKEN), "1001", library=False),
)


@pytest.fixture(params=BOTS, ids=lambda bot: bot.kind)
def bot(request: pytest.FixtureRequest) -> Bot:
    found: Bot = request.param
    if found.library:
        pytest.importorskip("websockets", reason="left out: needs websockets")
    return found


@pytest.fixture
def server(bot: Bot) -> Iterator[LoopbackServer]:
    with bot.make() as made:
        yield made


def test_a_missing_token_is_refused_when_it_is_built(bot: Bot, server: LoopbackServer) -> None:
    def missing(secret: Secret) -> str:
        raise MissingSecret(f"{secret} is not set")

    with pytest.raises(ChannelRefused, match="BOT_TOKEN is not set"):
        channels.build(bot.declared(server.url), tools_for(server, TOKEN, reveal=missing))


def test_a_missing_library_is_refused_with_how_to_install_it(
    bot: Bot, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not bot.library:
        pytest.skip("left out: it needs none")
    monkeypatch.setattr("escalation.channels.rest.find_spec", lambda _: None)
    with pytest.raises(ChannelRefused, match=rf"pip install 'tocsin\[{bot.kind}\]'"):
        channels.build(bot.declared(server.url), tools_for(server, TOKEN))


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX: 1", "é"])
def test_what_is_no_token_is_refused_and_not_repeated(
    bot: Bot, server: LoopbackServer, token: str
) -> None:
    now = [TOKEN]
    tools = tools_for(server, TOKEN, reveal=lambda _: now[0])
    channel = channels.build(bot.declared(server.url), tools)
    now[0] = token  # as where a renewed one was put there wrongly
    message = Message("k", Purpose.CARD, bot.person, "Soon · Ada Lovelace · 1 post")
    with pytest.raises(ChannelRefused, match=f"BOT_TOKEN is no {bot.platform} token$"):
        channel.deliver(message, deadline=5)
    assert server.log == []


@pytest.mark.parametrize("address", ["http://chat.example", "chat.example", "https://c.example/?a"])
def test_the_token_never_travels_in_clear(bot: Bot, address: str) -> None:
    with pytest.raises(ValidationError, match=bot.setting):
        bot.declared(address)
