"""A channel that cannot be heard is known as deaf; one on which nobody speaks is not."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

from escalation.channel import ChannelRefused, ChannelUnavailable
from escalation.conversation import Take
from tests.firm import NOON
from tocsin.chats import Chat
from tocsin.clock import VirtualClock
from tocsin.randomness import SeededRandomness

SECOND = timedelta(seconds=1)
PATIENCE = 20.0  # seconds; only a failing test waits so long


@dataclass
class Chatter:
    """Fails as often as it is told, and then listens while nobody says anything."""

    fails: int
    tried: int = 0
    listening: threading.Event = field(default_factory=threading.Event)

    def listen(self, take: Take, stopping: threading.Event) -> None:
        self.tried += 1
        if self.tried <= self.fails:
            raise ChannelUnavailable("it is not there", 0.0)
        self.listening.set()
        stopping.wait(PATIENCE)


def test_a_chat_that_was_lost_and_is_heard_again_is_not_deaf_though_nobody_speaks() -> None:
    clock, chatter = VirtualClock(NOON), Chatter(fails=3)
    chat = Chat("chat", chatter, None, clock.now, SeededRandomness(0))  # type: ignore[arg-type]
    chat.start()
    assert chatter.listening.wait(PATIENCE)
    assert chat.deaf(NOON + 61 * SECOND) is None
    chat.stop()
    assert chat.join(PATIENCE)


def test_a_chat_that_never_comes_back_is_deaf_after_a_minute() -> None:
    class Gone:
        def listen(self, take: Take, stopping: threading.Event) -> None:
            raise ChannelUnavailable("it is not there", PATIENCE)

    chat = Chat("chat", Gone(), None, lambda: NOON, SeededRandomness(0))  # type: ignore[arg-type]
    chat.start()
    pause, later = threading.Event(), NOON + 61 * SECOND
    for _ in range(int(PATIENCE / 0.01)):
        if chat.deaf(later):
            break
        pause.wait(0.01)
    assert chat.deaf(later) == "it is not there"
    assert chat.deaf(NOON + 59 * SECOND) is None
    chat.stop()
    assert chat.join(PATIENCE)


def test_a_chat_that_was_refused_listens_as_soon_as_its_token_is_another() -> None:
    class Refusing(Chatter):
        def listen(self, take: Take, stopping: threading.Event) -> None:
            self.tried += 1
            if self.tried == 1:
                raise ChannelRefused("the token was refused")
            self.listening.set()
            stopping.wait(PATIENCE)

    chatter = Refusing(fails=1)
    chat = Chat("chat", chatter, None, lambda: NOON, SeededRandomness(0))  # type: ignore[arg-type]
    chat.start()
    for _ in range(int(PATIENCE / 0.01)):
        chat.hurry()
        if chatter.listening.wait(0.01):
            break
    assert chatter.listening.is_set()
    chat.stop()
    assert chat.join(PATIENCE)
