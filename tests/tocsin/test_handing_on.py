"""A page that was handed on to a pager rings there as long as it is asked here, and no longer."""

from datetime import timedelta

import pytest

from config.settings import Band
from escalation.channel import ChannelUnavailable, Message, Purpose, Receipt, Stands
from escalation.decision import Verb
from escalation.subject import Ref
from tests.firm import FIRST, LEAD, OWNER, complain
from tests.tocsin.ringing import DONE, MINUTE, Ringing
from tocsin.bare import bare
from tocsin.messages import Messages
from tocsin.standing import standing
from tocsin.store.handles import LINK
from tocsin.store.parcels import Parcel, queued

AGAIN = 120.0


def test_a_page_says_how_urgent_it_is_and_what_it_asks() -> None:
    world = Ringing()
    world.complain(band=Band.P2)
    [page] = world.pager.pages()
    assert page.standing.stands is Stands.ASKED
    assert page.standing.band is Band.P2
    assert page.standing.asking == "case 1 round 1"


def test_whoever_is_paged_next_is_asked_the_same() -> None:
    world = Ringing()
    world.complain()
    world.firm.passes(6 * MINUTE)
    assert len(world.asked()) > 1
    assert set(world.asked()) == {"case 1 round 1"}


def test_it_stops_ringing_once_somebody_has_it_and_ends_with_the_case() -> None:
    world = Ringing()
    world.complain()
    world.do(Verb.ACK, OWNER, via="cli")
    assert world.told() == [Stands.OWNED]
    world.do(Verb.RESOLVE, OWNER, cause="delivery", cost=5, money=0, **DONE)
    assert world.told()[-1] is Stands.OVER


def test_every_page_of_a_round_stops_not_the_last_alone() -> None:
    world = Ringing()
    world.complain()
    world.firm.passes(6 * MINUTE)
    world.do(Verb.ACK, FIRST, via="cli")
    pages = {one.key for one in world.pager.pages()}
    owned = {one.key for one in world.pager.updated if one.standing.stands is Stands.OWNED}
    assert owned == pages
    assert len(pages) > 1


def test_what_nobody_went_on_with_is_asked_anew_under_another_name() -> None:
    world = Ringing()
    world.complain()
    world.do(Verb.ACK, OWNER, via="cli")
    world.firm.passes(timedelta(hours=1))
    assert world.asked()[0] == "case 1 round 1"
    assert "case 1 round 2" in world.asked()
    last = [one for one in world.pager.updated if one.key == world.pager.pages()[0].key][-1]
    assert last.standing.asking == "case 1 round 2"


def test_what_is_offered_rings_although_the_case_has_its_owner() -> None:
    world = Ringing()
    world.complain()
    world.do(Verb.ACK, OWNER, via="cli")
    world.do(Verb.HANDOFF, OWNER, to=LEAD, reason="yours", told="nothing")
    world.firm.passes(3 * MINUTE)  # the same pager has just rung
    offered = world.pager.pages()[-1]
    assert offered.standing.stands is Stands.ASKED
    assert offered.standing.asking == offered.key
    world.do(Verb.ACCEPT, LEAD)
    updated = [one for one in world.pager.updated if one.key == offered.key]
    assert updated[-1].standing.stands is Stands.OWNED


def test_several_cases_in_one_page_are_one_thing_that_is_asked() -> None:
    world = Ringing()
    for number in range(1, 4):
        complain(world.firm, number, f"author {number}", band=Band.P3)
    world.firm.passes(timedelta(minutes=6))
    [page] = world.pager.pages()
    assert page.standing.asking == page.key
    world.do(Verb.ACK, OWNER, via="cli")
    assert world.told()[-1] is Stands.ASKED  # two of the three wait


def test_what_asks_nothing_goes_to_the_chat() -> None:
    world = Ringing()
    world.complain()
    world.do(Verb.ACK, FIRST, via="cli")
    world.firm.passes(timedelta(hours=1))
    assert {one.purpose for _, one in world.pager.taken} == {Purpose.PAGE}
    assert Purpose.NOTICE in {one.purpose for _, one in world.chat.taken}


def test_a_pager_is_no_room_even_where_it_is_declared_as_one() -> None:
    world = Ringing(shown_there=True)
    world.complain()
    assert {one.purpose for _, one in world.pager.taken} == {Purpose.PAGE}


def test_no_words_of_a_customers_are_handed_on() -> None:
    world = Ringing()
    world.complain()
    world.do(Verb.ACK, OWNER, via="cli")
    assert world.pager.pages()
    assert world.pager.updated
    assert all(one.verbatim is None for one in [*world.pager.pages(), *world.pager.updated])


def test_what_is_asked_is_said_again_and_again_and_not_after_it_was_answered() -> None:
    world = Ringing(again_after=AGAIN)
    world.complain(band=Band.P2)
    world.firm.passes(timedelta(seconds=AGAIN * 3))
    assert world.told() == [Stands.ASKED] * 3
    world.do(Verb.ACK, OWNER, via="cli")
    assert world.told() == [*[Stands.ASKED] * 3, Stands.OWNED]
    world.firm.passes(timedelta(seconds=AGAIN * 5))
    assert world.told().count(Stands.ASKED) == 3


def test_saying_it_again_is_told_to_nobody_else() -> None:
    world = Ringing(again_after=AGAIN)
    world.complain(band=Band.P2)
    world.firm.passes(timedelta(seconds=AGAIN * 3))
    assert not [one for one in world.firm.happened if one.event == "page_updated"]
    world.do(Verb.ACK, OWNER, via="cli")
    assert [one for one in world.firm.happened if one.event == "page_updated"]


def test_what_is_not_forgotten_there_is_not_said_again() -> None:
    world = Ringing()
    world.complain(band=Band.P2)
    world.firm.passes(timedelta(seconds=AGAIN * 3))
    assert world.told() == []


def test_the_link_of_a_page_stays_good_however_often_it_is_said_again() -> None:
    world = Ringing(again_after=AGAIN, links="https://tocsin.acme.example")
    world.complain(band=Band.P2)
    world.firm.passes(timedelta(seconds=AGAIN * 6))
    token = world.pager.pages()[0].link.rpartition("/")[2]
    with world.firm.house.store.borrow() as desk:
        handle = desk.handle(token, world.firm.now)
    assert handle is not None
    assert handle.way == LINK
    assert not any(one.link for one in world.pager.updated)


def test_a_page_in_the_fewest_words_stops_ringing_too(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Ringing()
    with monkeypatch.context() as bug:
        bug.setattr(Messages, "_of_case", lambda *_: 1 // 0)
        world.complain()
    [page] = world.pager.pages()
    assert page.headline == "Case 1 waits for you: tocsin cases show 1"
    assert page.standing.asking == "case 1 round 1"
    world.do(Verb.ACK, OWNER, via="cli")
    assert world.told() == [Stands.OWNED]


def test_what_is_gone_from_the_store_is_over() -> None:
    world = Ringing()
    world.complain()
    with world.firm.house.store.borrow() as desk:
        rows = desk.connection.execute("select * from messages where purpose = 'page'").fetchall()
        parcel = Parcel(tuple(map(queued, rows)))
        assert standing(desk, parcel, ()).stands is Stands.ASKED
        assert standing(desk, parcel, (Ref("case", 999),)).stands is Stands.OVER
    assert bare(parcel, settled=True).standing.stands is Stands.OVER


# ------------------------------------------------------------- nobody knows whether it came there
def unanswered() -> Ringing:
    """A page was handed on to a pager, whose answer was lost."""
    world = Ringing()
    world.pager.state = "silent"
    world.complain()
    assert len(world.pager.pages()) > 0
    return world


def test_a_pager_that_may_have_a_page_is_told_that_somebody_has_it_and_that_it_is_over() -> None:
    world = unanswered()
    world.pager.state = "up"
    rung = len(world.pager.pages())
    world.do(Verb.ACK, OWNER, via="cli")
    assert set(world.pager.named) == {"known as case 1 round 1"}
    assert [one.standing.stands for one in world.pager.updated] == [Stands.OWNED]
    world.do(Verb.RESOLVE, OWNER, cause="delivery", cost=5, money=0, **DONE)
    assert world.pager.updated[-1].standing.stands is Stands.OVER
    assert len(world.pager.pages()) == rung, "it rings no more"


def test_it_is_told_by_the_name_under_which_it_was_asked() -> None:
    world = unanswered()
    world.pager.state = "down"
    world.do(Verb.ACK, OWNER, via="cli")
    world.firm.passes(timedelta(hours=1))  # nobody went on with it, so that it is asked anew
    world.pager.state = "up"
    world.firm.passes(timedelta(minutes=6))
    assert "case 1 round 2" in world.asked()
    assert "known as case 1 round 1" in world.pager.named


def test_a_page_answered_while_its_call_is_under_way_is_taken_back_where_that_fails() -> None:
    world = Ringing()

    def deliver(message: Message, *, deadline: float) -> Receipt:
        world.do(Verb.ACK, OWNER, via="cli")
        raise ChannelUnavailable("no answer")

    deliver_well = world.pager.deliver
    world.pager.deliver = deliver  # type: ignore[method-assign]
    complain(world.firm, 1, "author 1")
    world.firm.house.delivery.send_due(world.firm.now, ["pager"])
    world.pager.deliver = deliver_well  # type: ignore[method-assign]
    world.firm.passes(MINUTE)
    assert world.pager.named == ["known as case 1 round 1"]
    assert world.pager.pages() == []


def test_that_it_cannot_be_told_makes_nobody_unreachable_and_is_tried_again() -> None:
    world = unanswered()
    world.pager.state = "down"
    world.do(Verb.ACK, OWNER, via="cli")
    world.firm.happened.clear()
    world.firm.passes(timedelta(minutes=10))
    assert not [one for one in world.firm.happened if one.event in ("unreachable", "page")]
    world.pager.state = "up"
    world.firm.passes(timedelta(minutes=6))
    assert world.pager.updated[-1].standing.stands is Stands.OWNED


def test_what_was_never_tried_is_not_told() -> None:
    world = Ringing()
    complain(world.firm, 1, "author 1", band=Band.P3)  # it waits for more, and then is paged
    world.do(Verb.ACK, OWNER, via="cli")
    world.firm.passes(timedelta(minutes=10))
    assert world.pager.named == []
    assert world.pager.pages() == []


def test_a_chat_that_did_not_answer_is_told_nothing_of_a_page_that_is_answered() -> None:
    world = Ringing()
    world.chat.state = world.pager.state = "down"
    world.complain()
    world.firm.passes(MINUTE)
    tried = "select attempts from messages where channel = 'chat' and purpose = 'page'"
    with world.firm.house.store.borrow() as desk:
        assert desk.connection.execute(tried).fetchone()[0] > 0
    world.do(Verb.ACK, OWNER, via="cli")
    world.chat.state = "up"
    world.firm.passes(timedelta(minutes=10))
    assert [one for one in world.chat.updated if one.purpose is Purpose.PAGE] == []
    assert world.chat.pages() == []
