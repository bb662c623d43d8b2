"""A channel that listens to a Slack of our own, and somebody who takes what it hears."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from config import Secret
from escalation.buttons import ACK, ESCALATE, HANDOFF, NOT_COMPLAINT, RESOLVE, SNOOZE
from escalation.channel import ChannelRefused, ChannelUnavailable, Message, Purpose
from escalation.channels.slack import Settings, Slack
from escalation.conversation import Answer, FieldKind, Form, FormField, Incoming
from listener.tools import Tools
from tests.escalation.channels.fake_slack import APP_TOKEN, BOT_TOKEN, PATIENCE, ROOM, FakeSlack

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOKEN = "0123456789abcdef0123456789abcdef"
CARD = Message(
    key="case 17/1",
    purpose=Purpose.CARD,
    to=ROOM,
    headline="Soon · Ada Lovelace · 3 posts: billing at Acme",
    lines=("Next: acknowledge by 13:15",),
    subject="case 17",
    buttons=(ACK, HANDOFF, SNOOZE, NOT_COMPLAINT, RESOLVE, ESCALATE),
    token=TOKEN,
)
FORM = Form(
    "handoff",
    TOKEN,
    "Hand over",
    (
        FormField(
            "to",
            "To whom",
            FieldKind.CHOICE,
            choices=(("ben", "Ben <@U0BEN>"), ("grace", "Grace")),
            needed=True,
        ),
        FormField("reason", "Why", hint="in short", needed=True, known="knows it"),
        FormField("told", "What was the customer told?", FieldKind.TEXT),
    ),
)


@dataclass
class Desk:
    """Whoever takes what comes in: remembers it, and answers as it is told."""

    answer: Answer = field(default_factory=lambda: Answer("Case 17: you own it.", done=True))
    taken: list[Incoming] = field(default_factory=list)

    def take(self, incoming: Incoming) -> Answer:
        self.taken.append(incoming)
        return self.answer


@dataclass
class Line:
    """A channel that listens in a thread, as it does in the daemon."""

    slack: FakeSlack
    channel: Slack
    desk: Desk
    stopping: threading.Event = field(default_factory=threading.Event)
    ended_with: BaseException | None = None

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.channel.listen(self.desk.take, self.stopping)
        except (ChannelUnavailable, ChannelRefused) as error:
            self.ended_with = error

    def card(self, **more: Any) -> str:
        """The ref of a card in the room, once it can be pressed."""
        self.slack.until(lambda: self.slack.sockets, "a web socket")
        return self.channel.deliver(replace(CARD, **more), deadline=5).ref

    def end(self) -> BaseException | None:
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "it never ended"
        return self.ended_with


def reveal(secret: Secret) -> str:
    return APP_TOKEN if secret.env == "SLACK_APP" else BOT_TOKEN


def channel(api: str) -> Slack:
    settings = Settings(
        name="slack", token=Secret(env="SLACK_BOT"), app_token=Secret(env="SLACK_APP"), api=api
    )
    return Slack(settings, Tools(None, reveal, "tocsin/test"), now=lambda: NOON)  # type: ignore[arg-type]
