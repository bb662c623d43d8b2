"""A storm's picture follows its page, and never keeps one."""

from datetime import timedelta

import pytest

from config import ChannelSettings
from escalation.channel import Capabilities, Message, Purpose
from escalation.decision import Action, Verb
from escalation.subject import Incident, Ref
from tests import firm as firms
from tests.firm import Firm, new_firm
from tests.tocsin.pictures.curves import a_curve
from tocsin.pictures import apart, sent

PNG = b"\x89PNG\r\n\x1a\nof a storm"
CHANNELS = (
    ChannelSettings(name="chat", kind="console", room="room"),
    ChannelSettings(name="mail", kind="mail"),
)


@pytest.fixture(autouse=True)
def _drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "png_apart", lambda curve: PNG)


def a_storm() -> Firm:
    """A person declares a storm, and everything of that minute happens."""
    declared = firms.settings().model_copy(update={"channels": CHANNELS})
    firm = new_firm(declared=declared)
    firm.channels["mail"].capabilities = Capabilities(pictures=True)
    action = Action(Verb.DECLARE, firms.LEAD)
    firm.write(lambda desk: firm.house.engine.declare(desk, "Acme", action, firm.now))
    firm.settle()
    return firm


def pictures(firm: Firm, channel: str = "mail") -> list[Message]:
    taken = [message for _, message in firm.channels[channel].taken]
    return [message for message in taken if message.key.startswith("picture|")]


def later(firm: Firm) -> Firm:
    sent.queue_pictures(firm.house)
    firm.passes(timedelta(minutes=6))
    return firm


def test_the_picture_comes_after_the_page_to_whom_the_page_came() -> None:
    firm = later(a_storm())
    purposes = [message.purpose for _, message in firm.channels["mail"].taken]
    assert purposes.index(Purpose.PAGE) < purposes.index(Purpose.DIGEST)
    (one,) = pictures(firm)
    assert one.to in {page.to for page in firm.channels["mail"].pages()}
    assert one.picture is not None
    assert one.picture.png == PNG
    assert one.picture.name == "storm-1.png"
    assert one.lines == (one.picture.alt,)
    assert one.headline == "Incident 1, its curve: Acme"


def test_each_who_was_paged_gets_it_once_and_only_where_pictures_are_shown() -> None:
    firm = later(later(a_storm()))  # nobody answers: the next step is paged meanwhile
    to = [one.to for one in pictures(firm)]
    assert len(to) > 1
    assert len(to) == len(set(to))
    assert pictures(firm, "chat") == []


def test_another_comes_when_the_storm_is_over() -> None:
    firm = later(a_storm())
    with firm.house.store.read() as desk:
        owner = desk.subject(Ref(Incident.kind, 1)).owner  # type: ignore[union-attr]
    contain = Action(Verb.CONTAIN, owner, reason="answered")
    firm.write(lambda desk: firm.house.engine.act(desk, Ref(Incident.kind, 1), contain, firm.now))
    later(firm)
    headlines = [one.headline for one in pictures(firm)]
    assert headlines[0] == "Incident 1, its curve: Acme"
    assert headlines[-1] == "Incident 1, its curve to the end: Acme"
    ends = [one.to for one in pictures(firm) if "to the end" in one.headline]
    assert len(ends) == len(set(ends))


def test_a_picture_that_cannot_be_drawn_keeps_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "png_apart", lambda curve: None)
    firm = later(a_storm())
    assert pictures(firm) == []
    assert firm.channels["mail"].pages()
    assert firm.channels["chat"].pages()


def test_a_picture_that_is_refused_goes_in_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    firm = a_storm()
    mail = firm.channels["mail"]
    deliver = mail.deliver

    def picky(message: Message, *, deadline: float) -> object:
        mail.state = "up" if message.picture is None else "refusing"
        return deliver(message, deadline=deadline)

    monkeypatch.setattr(mail, "deliver", picky)
    later(firm)
    (one,) = pictures(firm)
    assert one.picture is None
    assert one.lines[0].startswith("Incident 1: Acme.")


def test_without_the_extra_no_picture_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "is_installed", lambda: False)
    firm = later(a_storm())
    assert pictures(firm) == []
    assert firm.channels["mail"].pages()


def test_what_was_long_ago_is_not_drawn_when_the_house_is_back() -> None:
    firm = a_storm()
    firm.clock.move_to(firm.now + timedelta(hours=3))
    assert pictures(later(firm)) == []


def test_a_picture_is_drawn_in_a_process_of_its_own() -> None:
    drawn = apart.png_apart(a_curve(), seconds=120.0)
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")


def test_one_that_takes_too_long_is_given_up() -> None:
    assert apart.png_apart(a_curve(), seconds=0.01) is None
