"""One person over several accounts, only as we were told; what came of earlier complaints."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.decision import Action, Verb
from escalation.subject import Case, Ref
from listener.collector import Batch
from listener.mention import Author, Kind, Observation, Post
from tests.firm import LEAD, NOON, Firm, new_firm
from tocsin.aging import age_out
from tocsin.people import NoAccount, called, find, proposals
from tocsin.store.people import Account
from tocsin.views import Views

SAID = "Acme still waiting for my parcel, third time asking, nobody replies, terrible"


@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON))
    return firm


def said(number: int, platform: str, handle: str, text: str = SAID) -> Observation:
    at = NOON + timedelta(minutes=number)
    author = Author(f"id-{handle}", handle)
    url = f"https://{platform}.example/{number}"
    return Observation(Kind.POST, Post(platform, f"native-{number}", text, at, author, url=url), at)


def hear(firm: Firm, *seen: Observation) -> None:
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", Batch(seen), firm.now))


def account(firm: Firm, name: str) -> Account:
    with firm.house.store.read() as desk:
        return find(desk, name)


def link(firm: Firm, one: str, other: str, post: int | None = None) -> bool:
    ids = account(firm, one).id, account(firm, other).id
    done = firm.write(lambda desk: desk.link(*ids, "told us on the phone", post, LEAD, firm.now))
    return bool(done)


def accounts(firm: Firm, name: str) -> list[str]:
    one = account(firm, name)
    with firm.house.store.read() as desk:
        return [called(desk.account(each)) for each in desk.accounts_of(one.id)]


def earlier(firm: Firm, name: str) -> list[tuple[int, str | None]]:
    one = account(firm, name)
    with firm.house.store.read() as desk:
        return [(found.case, found.outcome) for found in desk.earlier_cases(one.id)]


def act(firm: Firm, number: int, verb: Verb, reason: str = "") -> None:
    action = Action(verb, LEAD, reason=reason)
    ref = Ref("case", number)
    assert firm.write(lambda desk: firm.house.engine.act(desk, ref, action, firm.now)) is None


def test_nobody_is_linked_by_a_name(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann"), said(2, "bluesky", "ann"))
    assert accounts(firm, "x:@ann") == ["x:@ann"]


def test_a_link_is_kept_once_with_where_when_and_by_whom(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann"), said(2, "bluesky", "annb"))
    assert link(firm, "@ann", "@annb")
    assert not link(firm, "@annb", "@ann")
    one = account(firm, "@ann")
    with firm.house.store.read() as desk:
        (kept,) = desk.links_of(one.id)
    assert (kept.place, kept.person, kept.at) == ("told us on the phone", LEAD, firm.now)
    assert accounts(firm, "@annb") == ["bluesky:@annb", "x:@ann"]


def test_links_lead_on_and_end_where_they_are_taken_back(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann"), said(2, "bluesky", "annb"), said(3, "reddit", "annr"))
    link(firm, "@ann", "@annb")
    link(firm, "@annb", "@annr")
    assert accounts(firm, "@annr") == ["reddit:@annr", "bluesky:@annb", "x:@ann"]
    ids = account(firm, "@annb").id, account(firm, "@ann").id
    assert firm.write(lambda desk: desk.unlink(*ids))
    assert not firm.write(lambda desk: desk.unlink(*ids))
    assert accounts(firm, "@annr") == ["reddit:@annr", "bluesky:@annb"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param("@nobody", "No account @nobody is known here", id="unknown"),
        pytest.param("x:@nobody", "No account x:@nobody is known here", id="unknown there"),
        pytest.param("@ann", "more than one account: x:@ann, bluesky:@ann", id="two platforms"),
    ],
)
def test_an_account_that_is_not_one_is_refused(firm: Firm, name: str, why: str) -> None:
    hear(firm, said(1, "x", "ann"), said(2, "bluesky", "ann"))
    with pytest.raises(NoAccount, match=why):
        account(firm, name)


@pytest.mark.parametrize("name", ["x:@ann", "x:ann", "X:@Ann", "x:id-ann", "id-ann", "@ann"])
def test_an_account_may_be_written_in_several_ways(firm: Firm, name: str) -> None:
    hear(firm, said(1, "x", "ann"))
    assert called(account(firm, name)) == "x:@ann"


def test_a_history_goes_over_the_linked_accounts_and_says_how_each_case_ended(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann"), said(2, "bluesky", "annb"), said(3, "x", "bob"))
    act(firm, 1, Verb.DISMISS, "not a complaint")
    assert earlier(firm, "@annb") == [(2, None)]
    link(firm, "@ann", "@annb")
    assert earlier(firm, "@annb") == [(2, None), (1, "dismissed")]
    with firm.house.store.read() as desk:
        second = desk.subject(Ref("case", 2))
        assert isinstance(second, Case)
        why = Views(firm.house.engine).case(desk, second).why_now or ""
    assert "1 earlier case of this person, 1 without a reply of ours; the last, case 1" in why


def test_unanswered_contacts_are_counted_over_linked_accounts(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann"), said(2, "bluesky", "annb", "Acme is great"))
    link(firm, "@ann", "@annb")
    hear(firm, said(3, "bluesky", "annb", "Acme, my parcel never arrived and I want a refund"))
    hear(firm, said(4, "x", "bob", "Acme, my parcel never arrived and I want a refund!"))
    with firm.house.store.read() as desk:
        found = {number: desk.priority(number) for number in (2, 3)}
    values = {
        number: next(term.value for term in priority.terms if term.name == "contacts")
        for number, priority in found.items()
        if priority is not None
    }
    assert values == {2: 0.5, 3: 0.0}


def test_what_was_said_of_harming_oneself_is_in_no_history(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann"), said(2, "x", "ann", "Acme, I want to kill myself over this"))
    assert [case for case, _ in earlier(firm, "@ann")] == [1]


def test_what_an_author_says_of_another_account_is_proposed_until_it_is_kept(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann", f"{SAID}. I'm @annb on Bluesky"), said(2, "bluesky", "annb"))
    hear(firm, said(3, "x", "cyd", f"{SAID}. I'm @stranger on Bluesky"))
    with firm.house.store.read() as desk:
        (found,) = proposals(desk, firm.now)
        assert (called(found.remark.author), called(found.other)) == ("x:@ann", "bluesky:@annb")
    assert accounts(firm, "@ann") == ["x:@ann"]
    link(firm, "@ann", "@annb")
    with firm.house.store.read() as desk:
        assert not list(proposals(desk, firm.now))


def test_a_link_goes_with_the_post_that_says_it(firm: Firm) -> None:
    text = f"{SAID}. I'm @annb on Bluesky"
    hear(firm, said(1, "x", "ann", text), said(2, "bluesky", "annb"), said(3, "x", "ann"))
    with firm.house.store.read() as desk:
        post = desk.post_at("https://x.example/1", (account(firm, "@ann").id,))
        assert desk.post_at("https://x.example/1", (account(firm, "@annb").id,)) is None
    link(firm, "@ann", "@annb", post)
    hear(firm, replace(said(1, "x", "ann", text), kind=Kind.DELETE))
    assert accounts(firm, "@ann") == ["x:@ann"]


def test_whoever_is_forgotten_is_nobodys_other_account(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann"), said(2, "bluesky", "annb"))
    link(firm, "@ann", "@annb")
    ann = account(firm, "@ann").id
    firm.write(lambda desk: desk.forget_author(ann, firm.now))
    assert accounts(firm, "@annb") == ["bluesky:@annb"]
    assert (
        firm.write(lambda desk: desk.connection.execute("select 1 from links").fetchone()) is None
    )


def test_links_end_when_the_last_post_of_an_account_is_too_old(firm: Firm) -> None:
    hear(firm, said(1, "x", "ann", "Acme is great"), said(2, "bluesky", "annb", "Acme is fine"))
    link(firm, "@ann", "@annb")
    firm.clock.move_to(NOON + timedelta(days=200))
    age_out(firm.house.store, firm.now - timedelta(days=90), firm.now)
    assert (
        firm.write(lambda desk: desk.connection.execute("select 1 from links").fetchone()) is None
    )
