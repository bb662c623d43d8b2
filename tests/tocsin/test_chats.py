"""A channel that cannot be heard is known as deaf; one on which nobody speaks is not."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

from escalation.channel import Capabilities, ChannelRefused, ChannelUnavailable
from escalation.conversation import Answer, Incoming, Take
from tests.escalation.channels.loopback_server import comes
from tests.firm import NOON, FakeChannel, open_firm
from tocsin.chats import Chat
from tocsin.clock import VirtualClock
from tocsin.daemon import Daemon
from tocsin.ears import Ear, Heard, ended, how_heard
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


@dataclass
class Steady:
    """Says something when it is told to, and is lost when it is told to."""

    speak: threading.Event = field(default_factory=threading.Event)
    said: threading.Event = field(default_factory=threading.Event)
    lose: threading.Event = field(default_factory=threading.Event)

    def listen(self, take: Take, stopping: threading.Event) -> None:
        self.speak.wait(PATIENCE)
        take(Incoming("1", ("eve",), text="hello"))
        self.said.set()
        self.lose.wait(PATIENCE)
        raise ChannelUnavailable("it is not there", PATIENCE)


def test_how_a_chat_is_heard_is_told_as_it_changes() -> None:
    line = Steady()
    chat = Chat("chat", line, Silent(), lambda: NOON, SeededRandomness(0))  # type: ignore[arg-type]
    assert chat.heard(NOON) == Heard(Ear.CONNECTING)
    chat.start()
    comes(lambda: chat.heard(NOON) == Heard(Ear.CONNECTING, NOON))
    assert chat.heard(NOON + 31 * SECOND) == Heard(Ear.HEARS, NOON), "nobody spoke, and it stood"
    line.speak.set()
    assert line.said.wait(PATIENCE)
    assert chat.heard(NOON + SECOND) == Heard(Ear.HEARS, NOON)
    line.lose.set()
    comes(lambda: chat.heard(NOON + SECOND) == Heard(Ear.DEAF, NOON, "it is not there"))
    chat.stop()
    assert chat.join(PATIENCE)


class Silent:
    """Answers nobody."""

    def take(self, incoming: Incoming) -> Answer:
        return Answer()


def test_a_daemon_writes_down_whom_it_hears_and_that_it_has_ended() -> None:
    clock = VirtualClock(NOON)
    chat = FakeChannel(clock, capabilities=Capabilities(two_way=True))
    chat.listen = Chatter(fails=0).listen  # type: ignore[attr-defined]
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})
    daemon = Daemon(firm.house, {"chat": chat}, [])  # type: ignore[dict-item]
    daemon._note_ears()
    with firm.house.store.read() as desk:
        assert how_heard(desk, NOON) == {"chat": Heard(Ear.CONNECTING)}
        assert how_heard(desk, NOON + timedelta(minutes=3)) is None, "it was killed"
    firm.write(ended)
    with firm.house.store.read() as desk:
        assert how_heard(desk, NOON) is None


def test_strangers_who_were_not_answered_are_counted_for_the_digest() -> None:
    clock = VirtualClock(NOON)
    chat = FakeChannel(clock, capabilities=Capabilities(two_way=True))
    chat.listen = Chatter(fails=0).listen  # type: ignore[attr-defined]
    firm = open_firm(None, clock=clock, channels={"chat": chat, "mail": FakeChannel(clock)})
    daemon = Daemon(firm.house, {"chat": chat}, [])  # type: ignore[dict-item]
    [line] = daemon._chats
    said = [line._take(Incoming(str(n), ("eve",), text="hello")) for n in range(5)]
    assert [one.unsaid for one in said] == [False] + [True] * 4
    daemon.watch_channels()
    daemon.watch_channels()
    with firm.house.store.read() as desk:
        assert desk.tallies(NOON, NOON)["channel chat: a stranger was not answered"] == 4


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
