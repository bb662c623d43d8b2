"""A channel that lets every call wait until its deadline: few are tried, yet all go elsewhere."""

from datetime import timedelta

from config.settings import Contact, Person, Settings, Team
from escalation.channel import Message, Purpose, Receipt
from tests.firm import NOON, FakeChannel, Firm, complain, open_firm, settings
from tocsin.clock import VirtualClock
from tocsin.delivery import SEND_DEADLINE
from tocsin.ready import Ready, Unready

MANY = 24
AT_ONCE = 8
SECOND = timedelta(seconds=1)
HANGS = int(SEND_DEADLINE)
NAMES = tuple(f"nr-{number:02}" for number in range(MANY))


class Open:
    """A door through which everything had gone already."""

    def is_shut(self) -> bool:
        return False

    def fails(self) -> None:
        """Counted by whoever sends."""


class Late(Open):
    """A door that shut before anything went through."""

    def is_shut(self) -> bool:
        return True


class Hanging(FakeChannel):
    """Notes whom it was asked to tell, whether or not it does."""

    asked: list[str]

    def deliver(self, message: Message, *, deadline: float) -> Receipt:
        if message.purpose is Purpose.PAGE:
            self.asked.append(message.to)
        return super().deliver(message, deadline=deadline)


def declared() -> Settings:
    """A firm with as many teams as people, each reached by chat first and then by mail."""
    firm = settings()
    people = tuple(
        Person(
            name=name,
            contacts=tuple(Contact(channel=on, to=f"{name}@{on}") for on in ("chat", "mail")),
        )
        for name in NAMES
    )
    teams = tuple(Team(name=name, members=(name,)) for name in NAMES)
    return firm.model_copy(
        update={"people": (*firm.people, *people), "teams": (*firm.teams, *teams)}
    )


def hanging(many: int = MANY) -> tuple[Firm, Hanging]:
    """So many people have a page each on a chat that takes nothing."""
    clock = VirtualClock(NOON)
    chat = Hanging(clock, "down")
    chat.asked = []
    channels: dict[str, FakeChannel] = {"chat": chat, "mail": FakeChannel(clock)}
    firm = open_firm(None, clock=clock, channels=channels, declared=declared())
    for number, name in enumerate(NAMES[:many]):
        complain(firm, number + 1, f"author {number}", team=name, topic=None)
    return firm, chat


def take(firm: Firm, channel: str, at_most: int) -> tuple[Ready | Unready, ...]:
    return firm.house.delivery.take(channel, firm.now, at_most, ()).leaving


def send(firm: Firm, taken: tuple[Ready | Unready, ...], door: Open | None = None) -> None:
    for one in taken:
        firm.house.delivery.send_taken(one, firm.now, door or Open())


def hangs(firm: Firm, taken: tuple[Ready | Unready, ...]) -> None:
    """What was taken is under way until its deadline, while mail goes on."""
    for _ in range(HANGS):
        firm.clock.move_to(firm.now + SECOND)
        send(firm, take(firm, "mail", AT_ONCE))
    send(firm, taken)


def of_pages(firm: Firm, columns: str) -> list[tuple[object, ...]]:
    with firm.house.store.borrow() as desk:
        found = desk.connection.execute(
            f"select {columns} from messages where purpose = 'page' and channel = 'chat' "
            "order by id"
        )
        return [tuple(row) for row in found.fetchall()]


def test_whoever_is_never_tried_is_paged_on_the_next_channel_a_minute_later() -> None:
    firm, chat = hanging()
    hangs(firm, take(firm, "chat", AT_ONCE))
    first_failure = firm.now
    while firm.now < first_failure + timedelta(seconds=60):
        hangs(firm, take(firm, "chat", 1))
    send(firm, take(firm, "mail", MANY))
    assert len(set(chat.asked)) < MANY, "some were not tried yet"
    mailed = [message.to for message in firm.channels["mail"].pages()]
    assert sorted(mailed) == [f"{name}@mail" for name in NAMES]


def test_where_one_is_tried_at_a_time_it_is_one_that_never_was() -> None:
    firm, chat = hanging()
    hangs(firm, take(firm, "chat", AT_ONCE))
    for _ in range(MANY - AT_ONCE):
        hangs(firm, take(firm, "chat", 1))
    assert sorted(chat.asked) == [f"{name}@chat" for name in NAMES]


def test_a_failure_moves_nothing_that_was_not_tried() -> None:
    firm, _ = hanging(3)
    before = of_pages(firm, "due")
    send(firm, take(firm, "chat", 1))
    states = of_pages(firm, "attempts, failing_since is not null, look_at - failing_since")
    assert sorted(states) == [(0, 1, 60_000), (0, 1, 60_000), (1, 1, 60_000)]
    assert len(set(of_pages(firm, "due")) & set(before)) == 1


def test_once_the_channel_takes_a_message_what_was_never_tried_has_not_failed() -> None:
    firm, chat = hanging(3)
    send(firm, take(firm, "chat", 1))
    chat.state = "up"
    send(firm, take(firm, "chat", 1))
    states = of_pages(firm, "attempts, state, failing_since is null, look_at is null")
    assert sorted(states)[::2] == [(0, "queued", 1, 1), (1, "sent", 1, 0)]
    assert sorted(states)[1] == (1, "queued", 0, 0)


def test_what_goes_back_untried_is_looked_at_a_minute_later() -> None:
    firm, _ = hanging(1)
    send(firm, take(firm, "chat", 1), Late())
    assert of_pages(firm, "attempts, look_at - failing_since") == [(0, 60_000)]


def test_what_folds_has_not_failed_with_the_rest() -> None:
    firm, _ = hanging(2)
    firm.write(
        lambda desk: desk.connection.execute(
            "update addresses set folds_until = ? where address = ?",
            (int((firm.now + 60 * SECOND).timestamp() * 1000), f"{NAMES[1]}@chat"),
        )
    )
    firm.write(lambda desk: desk.connection.execute("update messages set urgent = 0"))
    send(firm, take(firm, "chat", 1))
    assert of_pages(firm, "failing_since is null") == [(0,), (1,)]
