"""A webhook is signed, says all there is to say, and reads its receiver's answers."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config import MissingSecret, Secret
from escalation.channel import ChannelRefused, ChannelUnavailable, Message, Purpose, Verbatim
from escalation.channels.webhook import Settings, Webhook, body, build
from escalation.signature import verify
from listener.tools import Tools
from listener.wire import AddressRefused, DeadlinePassed, Reply, TooLarge, Unreachable, WireError

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "EXAMPLE-signing-secret"
SETTINGS = Settings(
    name="desk", url="https://desk.example/tocsin?tenant=1", secret=Secret(env="HOOK_SECRET")
)
MESSAGE = Message(
    key="case 17/1",
    purpose=Purpose.PAGE,
    to="ada",
    headline="Soon · Ada Lovelace · 3 posts",
    lines=("Next: acknowledge",),
    verbatim=Verbatim("Charged\ntwice <b>", "@ann", "x", None, "https://x.example/1"),
    subject="case 17",
)


@dataclass
class FakeWire:
    """Answers every request alike, and remembers them."""

    answer: Reply | WireError
    asked: list[dict[str, Any]] = field(default_factory=list)

    def request(self, method: str, url: str, **given: Any) -> Reply:
        self.asked.append({"method": method, "url": url, **given})
        if isinstance(self.answer, WireError):
            raise self.answer
        return self.answer


def reply(status: int, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, headers or {}, f"{SECRET} Charged twice".encode())


def webhook(wire: FakeWire, reveal: Callable[[Secret], str] = lambda _: SECRET) -> Webhook:
    return Webhook(SETTINGS, Tools(wire, reveal, "tocsin/test"), now=lambda: NOON)


def test_a_message_is_posted_signed_and_can_be_recognised_when_it_comes_again() -> None:
    wire = FakeWire(reply(204))
    assert webhook(wire).deliver(MESSAGE, deadline=7).ref == MESSAGE.key
    webhook(wire).deliver(replace(MESSAGE, repeated=True), deadline=7)
    first, again = wire.asked
    assert (first["method"], first["url"], first["deadline"]) == ("POST", SETTINGS.url, 7)
    assert verify(SECRET, first["headers"]["Tocsin-Signature"], first["body"], NOON)
    assert first["headers"]["Idempotency-Key"] == again["headers"]["Idempotency-Key"]
    assert first["headers"]["Content-Type"] == "application/json"
    assert first["headers"]["User-Agent"] == "tocsin/test"


def test_the_body_says_all_there_is() -> None:
    assert json.loads(body(MESSAGE, None)) == {
        "version": 1,
        "key": "case 17/1",
        "replaces": None,
        "purpose": "page",
        "subject": "case 17",
        "to": "ada",
        "headline": "Soon · Ada Lovelace · 3 posts",
        "lines": ["Next: acknowledge"],
        "verbatim": {
            "text": "Charged\ntwice <b>",
            "author": "@ann",
            "platform": "x",
            "reach": None,
            "url": "https://x.example/1",
        },
        "link": None,
        "repeated": False,
    }


def test_a_message_without_words_has_none_in_its_body() -> None:
    assert json.loads(body(replace(MESSAGE, verbatim=None), None))["verbatim"] is None


PAGE = (Path(__file__).parents[3] / "docs" / "channels" / "webhook.md").read_text()


def test_all_that_is_sent_is_documented() -> None:
    wire = FakeWire(reply(200))
    webhook(wire).deliver(MESSAGE, deadline=5)
    sent = json.loads(wire.asked[0]["body"])
    names = {*sent, *sent["verbatim"], *wire.asked[0]["headers"]} - {"User-Agent"}
    assert not [name for name in names if f"`{name}`" not in PAGE]


def test_the_example_of_checking_a_signature_runs() -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})


def test_an_update_names_what_it_replaces() -> None:
    wire = FakeWire(reply(200))
    receipt = webhook(wire).update("case 17/1", replace(MESSAGE, key="case 17/2"), deadline=5)
    sent = json.loads(wire.asked[0]["body"])
    assert (sent["key"], sent["replaces"], receipt.ref) == ("case 17/2", "case 17/1", "case 17/1")


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        pytest.param(reply(429, {"retry-after": "30"}), 30.0, id="too many requests"),
        pytest.param(reply(503), None, id="broken over there"),
        pytest.param(reply(503, {"retry-after": "never"}), None, id="broken and unclear"),
        pytest.param(reply(408), None, id="too slow for the receiver"),
        pytest.param(Unreachable("x"), None, id="nobody there"),
        pytest.param(DeadlinePassed("x"), None, id="no answer"),
        pytest.param(TooLarge("x"), None, id="a huge answer"),
    ],
)  # fmt: skip
def test_not_now(answer: Reply | WireError, wait: float | None) -> None:
    with pytest.raises(ChannelUnavailable) as caught:
        webhook(FakeWire(answer)).deliver(MESSAGE, deadline=5)
    assert caught.value.retry_after == wait
    assert is_discreet(caught.value)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(reply(410), r"refused the message \(410\)", id="gone"),
        pytest.param(reply(400), r"refused the message \(400\)", id="not understood"),
        pytest.param(reply(302, {"location": SECRET}), "redirects are not followed", id="moved"),
        pytest.param(AddressRefused("x"), "may not be reached", id="out of bounds"),
    ],
)  # fmt: skip
def test_never(answer: Reply | WireError, said: str) -> None:
    with pytest.raises(ChannelRefused, match=said) as caught:
        webhook(FakeWire(answer)).deliver(MESSAGE, deadline=5)
    assert is_discreet(caught.value)


def is_discreet(error: Exception) -> bool:
    """Neither secret nor post text nor address, here or in what it was raised from."""
    shown = f"{error} {error!r} {error.__cause__!r}"
    return not any(word in shown for word in (SECRET, "Charged", "tenant", "x.example"))


def missing(secret: Secret) -> str:
    raise MissingSecret(f"{secret} is not set")


def test_a_missing_secret_is_refused_when_built_and_when_it_goes_missing_later() -> None:
    wire = FakeWire(reply(200))
    with pytest.raises(ChannelRefused, match="desk: environment variable HOOK_SECRET is not set"):
        build(SETTINGS, Tools(wire, missing, "tocsin/test"))
    with pytest.raises(ChannelRefused, match="HOOK_SECRET is not set"):
        webhook(wire, missing).deliver(MESSAGE, deadline=5)
    assert not wire.asked


@pytest.mark.parametrize(
    "url",
    [
        "desk.example",
        "ftp://desk.example",
        "https://",
        "https://user:pw@desk.example/",
        "file:///x",
    ],
)
def test_an_address_that_is_none_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(name="desk", url=url, secret=Secret(env="HOOK_SECRET"))
    assert "user:pw" not in str(caught.value)


def test_a_secret_in_the_file_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValidationError, match="a secret is never written") as caught:
        Settings.model_validate({"name": "d", "url": "https://d.example", "secret": SECRET})
    assert SECRET not in str(caught.value)
