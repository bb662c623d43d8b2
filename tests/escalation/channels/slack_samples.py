"""A channel of Slack's and a message for it, as its tests use them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from config import Secret
from escalation.channel import Message, Purpose, Verbatim
from escalation.channels.slack import Settings, Slack
from listener.tools import Tools

TEXT = st.text(st.characters(codec=None), max_size=100) | st.sampled_from(["&" * 9000, "<@U1>", ""])
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOKEN = "xoxb-0000-EXAMPLEEXAMPLE"
MESSAGE = Message(
    key="case 17/1",
    purpose=Purpose.PAGE,
    to="C024BE91L",
    headline="Soon · Ada Lovelace · 3 posts: R&D at Acme",
    lines=("Next: acknowledge by 13:15", "To act: tocsin cases ack 17 --as ada"),
    verbatim=Verbatim(
        "<!channel> *charged* twice", "@ann", "x", 1200, "https://x.example/1?a=1&b=2"
    ),
    mention="U024BE7LH",
    subject="case 17",
)


def no_wire(*_: Any, **__: Any) -> Any:
    raise AssertionError("Slack's own library speaks to Slack")


def slack(api: str, reveal: Callable[[Secret], str] = lambda _: TOKEN) -> Slack:
    settings = Settings(name="slack", token=Secret(env="SLACK_TOKEN"), api=api)
    return Slack(settings, Tools(no_wire, reveal, "tocsin/test"), now=lambda: NOON)  # type: ignore[arg-type]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
