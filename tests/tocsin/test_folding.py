"""Folding: what is urgent does not wait, one page stays a page, and only the last word is said."""

from datetime import timedelta

from config.settings import Band
from escalation.channel import Message
from tests.firm import OWNER, Firm, complain, new_firm

S = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def flooded(*, messages: int = 4) -> Firm:
    """The owner has had some pages lately, one by one."""
    firm = new_firm()
    for number in range(1, messages + 1):
        complain(firm, number, f"author-{number}")
        firm.passes(S)
    return firm


def pages(firm: Firm, person: str = OWNER) -> list[Message]:
    return firm.channels["chat"].pages(f"{person}@chat")


def lines(message: Message) -> str:
    return "\n".join((message.headline, *message.lines))


# -------------------------------------------------------------------------------- safety
def test_a_matter_of_safety_does_not_wait_for_a_bundle() -> None:
    firm = flooded()
    complain(firm, 5, "author-5")
    firm.passes(S)
    assert len(pages(firm)) == 4, "an ordinary page waits for more of the same"
    danger = complain(firm, 6, "author-6", band=Band.P3, safety=True)
    firm.settle()
    last = pages(firm)[-1]
    assert f" {danger}" in last.subject
    assert "5" in last.subject, "and what waited goes with it"


def test_a_matter_of_safety_that_failed_once_does_not_wait_for_what_has_folded_since() -> None:
    firm = flooded()
    for channel in firm.channels.values():
        channel.state = "down"
    complain(firm, 6, "author-6", safety=True)
    firm.settle()
    for channel in firm.channels.values():
        channel.state = "up"
    complain(firm, 7, "author-7")
    firm.passes(5 * S)
    assert len(pages(firm)) == 5


def test_a_flood_of_matters_of_safety_floods_nobody_and_none_waits_longer_than_a_bundle() -> None:
    firm = new_firm()
    for number in range(1, 61):
        complain(firm, number, f"author-{number}", safety=True)
        firm.passes(10 * S)
    firm.passes(3 * MINUTE)
    sent = [at for at, m in firm.channels["chat"].taken if m.to == f"{OWNER}@chat"]
    for first, last in zip(sent, sent[8:], strict=False):
        assert last - first >= 10 * MINUTE
    with firm.house.store.borrow() as desk:
        ((waited,),) = desk.connection.execute(
            "select max(sent_at - queued_at) from messages where purpose = 'page' and step = 0"
        ).fetchall()
    assert waited <= 150_000
