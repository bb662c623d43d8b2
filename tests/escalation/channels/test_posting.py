"""However a channel's server answers: not now or never, with what to do, and nothing given away."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from config import ChannelSettings, MissingSecret, Secret
from escalation import channels
from escalation.channel import Channel, ChannelRefused, ChannelUnavailable
from escalation.channels.posting import safe_address, web_address
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, TooLarge, Unreachable, WireError
from tests.escalation.channels.one_way import KEY, MESSAGE, SOON, answering, missing

PLACE = Secret(env="THE_KEY")
ADDRESS = f"https://hooks.example/{KEY}?sig={KEY}"
DECLARED: dict[str, dict[str, Any]] = {
    "alertmanager": {"url": "https://a.example", "username": "tocsin", "password": PLACE},
    "goalert": {"url": "https://goalert.example/", "key": PLACE},
    "googlechat": {"url": PLACE},
    "ntfy": {"server": "https://ntfy.example", "token": PLACE},
    "pagerduty": {"key": PLACE},
    "teams": {"url": PLACE},
}
BY_ADDRESS = ("googlechat", "teams")


def declared(kind: str) -> ChannelSettings:
    return channels.settings_of(kind).model_validate(
        {"name": f"the {kind}", "kind": kind, **DECLARED[kind]}
    )


def channel(kind: str, tools: Tools) -> Channel:
    return channels.build(declared(kind), tools)


def key_of(kind: str) -> str:
    return ADDRESS if kind in BY_ADDRESS else KEY


@pytest.mark.parametrize("kind", DECLARED)
@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        pytest.param(429, {"retry-after": "30"}, 30.0, id="too many, wait so long"),
        pytest.param(429, {}, None, id="too many"),
        pytest.param(503, {"retry-after": "999999999"}, 3600.0, id="broken, wait for a year"),
        pytest.param(500, {}, None, id="broken"),
        pytest.param(507, {}, None, id="no room for more"),
        pytest.param(408, {}, None, id="too slow"),
    ],
)  # fmt: skip
def test_not_now(kind: str, status: int, headers: dict[str, str], wait: float | None) -> None:
    _, tools = answering(status, headers, key_of(kind))
    with pytest.raises(ChannelUnavailable, match=str(status)) as caught:
        channel(kind, tools).deliver(MESSAGE, deadline=SOON)
    assert caught.value.retry_after == wait
    assert is_discreet(caught.value)


@pytest.mark.parametrize("kind", DECLARED)
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 410, 413])
def test_never(kind: str, status: int) -> None:
    _, tools = answering(status, {"location": ADDRESS}, key_of(kind))
    with pytest.raises(ChannelRefused, match=rf"^the {kind}: .*{status}") as caught:
        channel(kind, tools).deliver(MESSAGE, deadline=SOON)
    assert is_discreet(caught.value)


@pytest.mark.parametrize("kind", DECLARED)
def test_a_key_that_is_not_taken_says_what_to_do(kind: str) -> None:
    _, tools = answering(401, key=key_of(kind))
    with pytest.raises(ChannelRefused, match=r"(copy|make|write) "):
        channel(kind, tools).deliver(MESSAGE, deadline=SOON)


@dataclass
class Failing:
    """A wire on which every request fails."""

    error: WireError

    def request(self, method: str, url: str, **given: Any) -> Any:
        raise self.error


@pytest.mark.parametrize("kind", DECLARED)
@pytest.mark.parametrize("error", [Unreachable(KEY), DeadlinePassed(KEY), TooLarge(KEY)])
def test_no_answer_is_not_now(kind: str, error: WireError) -> None:
    tools = Tools(Failing(error), lambda _: key_of(kind), "tocsin/test")
    with pytest.raises(ChannelUnavailable) as caught:
        channel(kind, tools).deliver(MESSAGE, deadline=SOON)
    assert is_discreet(caught.value)


@pytest.mark.parametrize("kind", DECLARED)
def test_an_address_out_of_bounds_says_where_to_allow_it(kind: str) -> None:
    tools = Tools(Failing(AddressRefused(KEY)), lambda _: key_of(kind), "tocsin/test")
    with pytest.raises(ChannelRefused, match="private_hosts") as caught:
        channel(kind, tools).deliver(MESSAGE, deadline=SOON)
    assert is_discreet(caught.value)


@pytest.mark.parametrize("kind", DECLARED)
def test_a_missing_key_is_refused_when_built_and_when_it_goes_missing_later(kind: str) -> None:
    wire, _ = answering(200)
    with pytest.raises(ChannelRefused, match="environment variable THE_KEY is not set"):
        channel(kind, Tools(wire, missing, "tocsin/test"))
    there = True

    def reveal(secret: Secret) -> str:
        if there:
            return key_of(kind)
        raise MissingSecret(f"{secret} is not set")

    built = channel(kind, Tools(wire, reveal, "tocsin/test"))
    there = False
    with pytest.raises(ChannelRefused, match="THE_KEY is not set"):
        built.deliver(MESSAGE, deadline=SOON)
    assert not wire.asked


@pytest.mark.parametrize("kind", DECLARED)
@pytest.mark.parametrize("key", ["two\r\nlines", "a blank", "ключ", "x" * 5000])
def test_what_no_header_can_hold_is_no_key_and_is_not_repeated(kind: str, key: str) -> None:
    wire, tools = answering(200, key=key)
    with pytest.raises(ChannelRefused, match="what stands in environment variable THE_KEY") as no:
        channel(kind, tools)
    assert key not in str(no.value)
    assert not wire.asked


@pytest.mark.parametrize("kind", BY_ADDRESS)
@pytest.mark.parametrize("key", [f"http://h.example/{KEY}", f"https://a:{KEY}@h.example/", KEY])
def test_an_address_that_would_give_itself_away_is_refused(kind: str, key: str) -> None:
    _, tools = answering(200, key=key)
    with pytest.raises(ChannelRefused, match="begins with https://") as caught:
        channel(kind, tools)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("kind", [kind for kind in DECLARED if kind not in BY_ADDRESS])
def test_a_key_stands_in_no_address(kind: str) -> None:
    wire, tools = answering(200)
    channel(kind, tools).deliver(MESSAGE, deadline=7)
    [asked] = wire.asked
    assert KEY not in asked["url"]
    assert (asked["method"], asked["deadline"]) == ("POST", 7)
    assert asked["headers"]["User-Agent"] == "tocsin/test"


@pytest.mark.parametrize(
    "url", ["desk.example", "ftp://desk.example", "https://", "https://a:pw@b.example", "https://[",
            "https://a.example:99999"]
)  # fmt: skip
def test_what_is_no_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError) as caught:
        web_address(url)
    assert "pw" not in str(caught.value)


def test_a_key_travels_in_clear_on_this_machine_alone() -> None:
    assert safe_address("http://127.0.0.1:9093/") == "http://127.0.0.1:9093"
    with pytest.raises(ValueError, match="in clear"):
        safe_address("http://goalert.example")


def is_discreet(error: Exception) -> bool:
    """Neither key nor post text, here or in what it was raised from."""
    shown = f"{error} {error!r} {error.__cause__!r}"
    return not re.search(f"{KEY}|Charged|hooks.example", shown)
