"""Folding: what is urgent does not wait, one page stays a page, and only the last word is said."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from config.settings import Band
from escalation.channel import Capabilities, Message, Purpose
from escalation.channels.mail_letter import letter
from escalation.decision import Action, Verb
from escalation.subject import Ref
from listener.collector import Batch
from listener.mention import Kind, Observation
from tests.firm import (
    FIRST,
    LEAD,
    NOON,
    OWNER,
    SECOND,
    FakeChannel,
    Firm,
    complain,
    new_firm,
    observed,
    open_firm,
    settings,
)
from tocsin.clock import VirtualClock

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


def acts(firm: Firm, case: int, action: Action) -> None:
    """Somebody does something to a case."""
    done = firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", case), action, firm.now))
    assert done is None, done


def taken_by(firm: Firm, case: int, person: str) -> None:
    acts(firm, case, Action(Verb.CLAIM, person))


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


def seen(firm: Firm, number: int, words: str, author: str = "") -> Observation:
    one = observed(number, author or f"author-{number}", firm.now, words=words)
    url = f"https://x.example/{number}"
    return replace(one, post=replace(one.post, lang="en", url=url))


def take(firm: Firm, one: Observation) -> None:
    """What comes in by the front door, and is judged there."""
    firm.write(lambda desk: desk.start_source("test", NOON))
    batch = Batch((one,))
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", batch, firm.now))


FIRE = "@Acme my kettle caught fire. Third time, no reply, I want a refund"
SHOCK = "@Acme the toaster gave my son an electric shock, I want a refund"


def test_each_danger_of_one_read_rings_by_itself_and_says_what_it_is() -> None:
    firm = new_firm()
    take(firm, seen(firm, 1, FIRE))
    take(firm, seen(firm, 2, SHOCK))
    firm.settle()
    first, second = firm.channels["chat"].pages()
    assert 'fire: "caught fire"' in first.lines[0]
    assert '"electric shock"' in second.lines[0]
    assert first.verbatim is not None
    assert second.verbatim is not None


def test_what_is_told_of_a_danger_by_a_channel_that_takes_nothing_back_quotes_nobody() -> None:
    firm = new_firm()
    firm.channels["chat"].state = "refusing"
    firm.channels["mail"].capabilities = Capabilities()
    take(firm, seen(firm, 1, FIRE))
    firm.settle()
    (page,) = firm.channels["mail"].pages()
    assert page.verbatim is None
    assert "Why now: a matter of safety or law, fire" in page.lines[0]
    assert "caught" not in lines(page)
    assert "third time" not in lines(page).lower()


def test_the_danger_is_said_though_the_customer_has_written_again_since() -> None:
    firm = new_firm()
    take(firm, seen(firm, 1, FIRE))
    firm.settle()
    take(firm, seen(firm, 2, "@Acme still no reply, terrible, refund me", "author-1"))
    firm.passes(MINUTE)
    chat = firm.channels["chat"]
    said = [*(m for _, m in chat.taken), *chat.updated]
    cards = [m for m in said if m.purpose == "card"]
    assert len(cards) > 1, "what was written since changed nothing"
    assert all('fire: "caught fire"' in m.lines[0] for m in cards)


def test_a_bundle_of_what_cannot_wait_says_of_each_what_has_happened_and_where() -> None:
    firm = new_firm()
    for number in range(1, 8):
        take(firm, seen(firm, number, f"{FIRE}, from"))
    firm.settle()
    bundle = firm.channels["chat"].pages()[-1]
    assert bundle.subject == "cases 5, 6, 7"
    for number in (5, 6, 7):
        assert f"refund, from {number}" in lines(bundle)
        assert f"https://x.example/{number}" in lines(bundle)
    take(firm, observed(6, "author-6", firm.now, kind=Kind.DELETE))
    firm.passes(MINUTE)
    renewed = [m for m in firm.channels["chat"].updated if m.subject == bundle.subject]
    assert renewed, "erased words are taken back from a bundle too"
    assert "refund, from 6" not in lines(renewed[-1])
    assert "refund, from 7" in lines(renewed[-1])


def by_mail(firm: Firm, person: str = OWNER) -> Message:
    (page,) = firm.channels["mail"].pages(f"{person}@mail")
    return page


def links_for(firm: Firm) -> list[list[list[object]]]:
    """What each link that was made is for."""
    with firm.house.store.read() as desk:
        rows = desk.connection.execute("select about from handles where way = 'link'").fetchall()
    return [[one[:2] for one in json.loads(row[0])] for row in rows]


def text_of(page: Message) -> str:
    written = letter(replace(page, to="ada@acme.example"), "tocsin@acme.example", NOON)
    body = written.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def firm_with_links() -> Firm:
    clock = VirtualClock(NOON)
    channels = {"chat": FakeChannel(clock), "mail": FakeChannel(clock, capabilities=Capabilities())}
    declared = settings().model_copy(update={"links": "https://tocsin.acme.example"})
    return open_firm(None, clock=clock, channels=channels, declared=declared)


def test_a_page_that_comes_elsewhere_says_why_and_where_the_post_is_and_can_be_acted_on() -> None:
    firm = firm_with_links()
    firm.channels["chat"].state = "down"
    take(firm, seen(firm, 1, FIRE))
    firm.passes(MINUTE)
    page = by_mail(firm, FIRST)
    assert page.link.startswith("https://tocsin.acme.example/a/")
    assert "https://x.example/1" in lines(page)
    assert "fire" in page.lines[0]
    assert "Sent here because it could not be sent on chat" in page.lines


def test_several_at_once_are_acted_on_by_a_link_for_the_most_urgent_and_commands() -> None:
    firm = firm_with_links()
    firm.channels["chat"].state = "refusing"
    complain(firm, 1, "a", band=Band.P2)
    complain(firm, 2, "b", band=Band.P2)
    firm.passes(MINUTE)
    page = by_mail(firm)
    assert page.subject == "cases 1, 2"
    assert page.link
    assert "tocsin cases ack 1 2" in page.lines[-2]
    assert all(about == [["case", 1]] for about in links_for(firm))
    assert f"Open case 1 to act on it:\n{page.link}" in text_of(page)


# --------------------------------------------------------------------------- one page alone
def test_one_page_among_notices_is_the_ordinary_page_with_the_customers_words() -> None:
    firm = flooded()
    taken_by(firm, 1, FIRST)
    case = complain(firm, 5, "author-5")
    firm.passes(3 * MINUTE)
    page = pages(firm)[4]
    assert page.subject == f"case {case}"
    assert page.verbatim is not None
    assert "zzwords 5" in page.verbatim.text
    assert "Case 1 (billing, Acme):" in lines(page), "and what is told beside it"
    assert f"tocsin cases ack {case} " in lines(page)


def test_erased_words_are_taken_back_from_one_page_among_notices() -> None:
    firm = flooded()
    taken_by(firm, 1, FIRST)
    complain(firm, 5, "author-5")
    firm.passes(3 * MINUTE)
    firm.write(lambda desk: (desk.erase_post(5, firm.now), desk.freshen_post(5, firm.now)))
    firm.settle()
    renewed = [m for m in firm.channels["chat"].updated if m.key == pages(firm)[4].key]
    assert [message.verbatim for message in renewed] == [None]


@pytest.mark.parametrize(
    ("cases", "late"),
    [
        pytest.param(
            1,
            "This page left 2 min 27 s after it was due, because 4 messages had gone to you "
            "shortly before",
            id="a page by itself",
        ),
        pytest.param(2, ", sent 2 min 27 s after it was due", id="a row of a bundle"),
    ],
)
def test_a_page_that_the_limit_keeps_for_more_than_a_minute_says_how_late_it_is(
    cases: int, late: str
) -> None:
    firm = flooded()
    firm.passes(2 * S)
    for number in range(5, 5 + cases):
        complain(firm, number, f"author-{number}")
    firm.passes(3 * MINUTE)
    assert late in lines(pages(firm)[4])
    assert "due" not in lines(pages(firm)[0])


def test_a_page_that_the_channel_did_not_take_says_that_it_was_the_channel() -> None:
    firm = new_firm()
    for channel in firm.channels.values():
        channel.state = "down"
    complain(firm, 1, "author-1")
    firm.passes(90 * S)
    for channel in firm.channels.values():
        channel.state = "up"
    firm.passes(5 * MINUTE)
    told = [line for page in pages(firm) for line in page.lines if "after it was due" in line]
    assert told
    assert all(", because its channel did not take it sooner" in line for line in told)


def test_a_notice_uses_up_none_of_the_four_free_pages() -> None:
    firm = flooded(messages=3)
    taken_by(firm, 1, FIRST)
    firm.passes(S)
    complain(firm, 5, "author-5")
    firm.passes(S)
    told = [one.purpose for _, one in firm.channels["chat"].taken if one.to == f"{OWNER}@chat"]
    assert told[3:] == [Purpose.NOTICE, Purpose.PAGE]


def test_a_page_waits_for_no_notice_that_folds() -> None:
    """The address folds for notices; the page that comes then is looked at all the same."""
    firm = flooded(messages=3)
    for case in (1, 2, 3):
        taken_by(firm, case, FIRST)
        firm.passes(S)
    paged = len(pages(firm))
    case = complain(firm, 5, "author-5")
    firm.passes(S)
    assert len(pages(firm)) == paged + 1
    assert str(case) in pages(firm)[-1].subject


# ------------------------------------------------------------------ an offer that came back
OFFER = {"reason": "zz", "told": "nothing"}


def came_back(firm: Firm) -> int:
    """An offer of the owner has come back, and the word of it has not left yet."""
    case = complain(firm, 1)
    firm.settle()
    acts(firm, case, Action(Verb.ACK, OWNER))
    acts(firm, case, Action(Verb.HANDOFF, OWNER, to=FIRST, **OFFER))
    acts(firm, case, Action(Verb.DECLINE, FIRST))
    return case


def word_of_it(firm: Firm) -> list[str]:
    return [lines(one) for one in pages(firm) if "did not take it over" in lines(one)]


def test_word_that_an_offer_came_back_reaches_its_owner() -> None:
    firm = new_firm()
    case = came_back(firm)
    acts(firm, case, Action(Verb.HANDOFF, OWNER, to=SECOND, **OFFER))
    firm.passes(MINUTE)
    assert len(word_of_it(firm)) == 1, "a new offer alone changes nothing: it is still theirs"


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(
            (
                Action(Verb.HANDOFF, OWNER, to=SECOND, reason="zz", told="nothing"),
                Action(Verb.ACCEPT, SECOND),
            ),
            id="a new offer that is accepted",
        ),
        pytest.param((Action(Verb.CLAIM, FIRST),), id="a raised hand"),
        pytest.param((Action(Verb.ASSIGN, LEAD, to=SECOND),), id="an assignment"),
        pytest.param((Action(Verb.ASSIGN, LEAD, to=OWNER),), id="an assignment to themselves"),
        pytest.param((Action(Verb.REROUTE, OWNER, to="tech", reason="zz"),), id="another team"),
        pytest.param((Action(Verb.DISMISS, LEAD, reason="spam"),), id="a close"),
        pytest.param((Action(Verb.REPLIED, OWNER),), id="a reply"),
    ],
)
def test_word_that_an_offer_came_back_is_withdrawn_once_it_is_so_no_more(
    then: tuple[Action, ...],
) -> None:
    firm = new_firm()
    case = came_back(firm)
    for action in then:
        acts(firm, case, action)
    firm.passes(MINUTE)
    assert word_of_it(firm) == []


# ---------------------------------------------------------------------------- the last word
def notices_of(firm: Firm, case: int, person: str) -> list[str]:
    """What a person was told of a case, in whatever message."""
    taken = [m for _, m in firm.channels["chat"].taken if m.to == f"{person}@chat"]
    named = f"Case {case} (billing, Acme): "
    told = [line for one in taken for line in one.lines if line.startswith(named)]
    return [line.removeprefix(named) for line in told]


def test_of_what_folds_only_the_last_word_on_a_case_is_said() -> None:
    firm = flooded(messages=5)
    for person in (SECOND, FIRST, LEAD):
        acts(firm, 1, Action(Verb.CLAIM, person))
        firm.passes(S)
    acts(firm, 2, Action(Verb.CLAIM, FIRST))
    firm.passes(3 * MINUTE)
    assert notices_of(firm, 1, OWNER) == [f"{LEAD} has taken it. Nothing is left for you to do."]
    assert notices_of(firm, 2, OWNER) == [f"{FIRST} has taken it. Nothing is left for you to do."]


def test_nobody_is_told_that_nothing_is_left_for_them_of_a_case_that_is_theirs_by_now() -> None:
    firm = flooded(messages=5)
    acts(firm, 1, Action(Verb.CLAIM, FIRST))
    acts(firm, 1, Action(Verb.ASSIGN, LEAD, to=OWNER))
    acts(firm, 2, Action(Verb.CLAIM, FIRST))
    firm.passes(3 * MINUTE)
    assert notices_of(firm, 1, OWNER) == []
    assert len(notices_of(firm, 2, OWNER)) == 1


def test_a_notice_by_itself_that_is_true_no_more_is_not_sent() -> None:
    firm = new_firm()
    case = complain(firm, 1)
    firm.settle()
    before = len(firm.channels["chat"].taken)
    acts(firm, case, Action(Verb.CLAIM, FIRST))
    acts(firm, case, Action(Verb.CLAIM, OWNER))
    firm.settle()
    sent = [m for _, m in firm.channels["chat"].taken[before:] if m.to == f"{OWNER}@chat"]
    assert sent == []
