"""A link shows one case to whoever has it, and does one thing with it, once."""

from datetime import timedelta
from typing import Any

import pytest

from config.settings import Band
from escalation.decision import Action, Verb
from escalation.subject import Ref
from tests.firm import EXECUTIVE, FIRST, LEAD, OTHER, OWNER, SECOND
from tests.hostile import OWN
from tests.tocsin.web.house import AT, SAME, House, declared, read
from tocsin.store.handles import KEPT
from tocsin.web.showing import Showing


@pytest.fixture
def house() -> House:
    house = House()
    house.complain()
    return house


def act(house: House, verb: Verb, by: str, **more: Any) -> str | None:
    action = Action(verb, by, **more)
    engine = house.firm.house.engine
    why = house.firm.write(lambda desk: engine.act(desk, Ref("case", 1), action, house.firm.now))
    house.firm.settle()
    return why  # type: ignore[return-value]


# ------------------------------------------------------------------------------ looking
def test_a_page_shows_the_case_and_the_customers_words_which_the_letter_does_not(
    house: House,
) -> None:
    letter = house.letter()
    assert letter.verbatim is None
    page = read(house.client.get(house.path()).text)
    assert letter.headline in page.text
    assert "zzwords 1" in page.text
    assert "@handle-jo on x" in page.text
    assert "Next: acknowledge by 13:05, else " in page.text
    assert page.verbs == ["ack", "snooze", "note"]


def test_opening_a_link_as_often_as_a_scanner_likes_changes_nothing(house: House) -> None:
    path, before = house.path(), house.entries()
    for _ in range(20):
        assert house.client.get(path).status_code == 200
        assert house.client.head(path).status_code == 200
        assert house.client.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert house.entries() == before
    assert house.case().acked_by is None
    assert house.press(path, "ack").status_code == 200


def test_a_head_has_no_body_and_the_headers_of_the_page(house: House) -> None:
    head, page = house.client.head(house.path()), house.client.get(house.path())
    assert head.content == b""
    assert {**head.headers, "content-length": ""} == {**page.headers, "content-length": ""}


def test_no_page_has_a_script_or_submits_or_loads_anything_by_itself(house: House) -> None:
    page = read(house.client.get(house.path()).text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "iframe", "object", "embed", "link", "video", "base"}
    assert all(not name.startswith("on") for _, attrs in page.tags for name in attrs)
    refreshing = [attrs for tag, attrs in page.tags if tag == "meta" and "http-equiv" in attrs]
    assert not refreshing
    methods = [attrs.get("method") for tag, attrs in page.tags if tag == "form"]
    assert set(methods) == {"post"}


def test_a_deleted_post_is_gone_from_the_page(house: House) -> None:
    path = house.path()
    house.firm.write(lambda desk: desk.erase_post(1, house.firm.now))
    assert "zzwords" not in house.client.get(path).text


# ------------------------------------------------------------------------------ pressing
def test_one_press_acknowledges_as_whoever_was_written_to(house: House) -> None:
    answer = house.press(house.path(), "ack")
    assert answer.status_code == 200
    assert f"{OWNER} has acknowledged it and owns it now" in read(answer.text).text
    assert house.case().acked_by == OWNER
    assert house.by_link() == [("acknowledged", OWNER)]


def test_a_page_says_as_whom_one_acts_before_the_first_button_and_the_history_that_it_was_a_link(
    house: House,
) -> None:
    path = house.path()
    page = house.client.get(path).text
    says = "You act here as <strong>" + house.firm.house.settings.person(OWNER).shown_name
    assert says in page
    assert page.index(says) < page.index("<form")
    assert "If that is somebody else" in page
    house.press(path, "ack")
    showing, person = Showing(house.firm.house.engine), house.firm.house.settings.person(OWNER)
    with house.firm.house.store.borrow() as desk:
        steps = showing.trail(desk, house.case(), person, house.firm.now)
    assert steps[-1].endswith(f"acknowledged by {person.shown_name} (by link)")


def test_the_next_person_reads_what_was_asked_typed_and_agreed_before_them(house: House) -> None:
    house.press(house.path(), "ack")
    hostile = "a <script>alert(1)</script> pump"
    assert act(house, Verb.PERMISSION, OWNER, money=120, reason=hostile) is None
    house.firm.passes(timedelta(minutes=1))
    assert act(house, Verb.GRANT, EXECUTIVE, reason="fair enough") is None
    assert act(house, Verb.NOTE, OWNER, reason="she called, all calm") is None
    given = {"to": SECOND, "reason": "knows pumps", "told": "a call at four"}
    assert act(house, Verb.HANDOFF, OWNER, **given) is None
    page = house.client.get(house.path(SECOND)).text
    said = read(page).text
    assert f"permission asked by {OWNER}: 120 EUR: {hostile}" in said
    assert "<script>" not in page
    assert f"permitted by {EXECUTIVE}: 120 EUR: fair enough" in said
    assert f"noted by {OWNER}: she called, all calm" in said
    assert f"offered to {SECOND} by {OWNER}: knows pumps" in said
    assert "The customer was told: a call at four" in said
    letter = " ".join(house.letter(SECOND).lines)
    assert f"permission asked by {OWNER}: 120 EUR" in letter
    assert f"noted by {OWNER}" in letter
    assert "she called" not in letter  # a letter cannot be taken back
    house.firm.write(lambda desk: desk.erase_post(1, house.firm.now))
    house.firm.write(lambda desk: desk.erase_typed_of_post(1))
    assert "she called" not in house.client.get(house.path(SECOND)).text


def test_whoever_is_asked_because_it_was_let_climb_reads_why(house: House) -> None:
    house.firm.passes(timedelta(minutes=2))
    assert act(house, Verb.ESCALATE, OWNER, reason="beyond me") is None
    above = house.case().owner
    assert above != OWNER
    assert f"let climb by {OWNER}: beyond me" in read(house.client.get(house.path(above)).text).text
    [steps] = [line for line in house.letter(above).lines if line.startswith("Until now: ")]
    assert steps.endswith("What was typed with it: open the link")


def test_a_comment_beside_the_button_is_kept_with_it(house: House) -> None:
    house.press(house.path(), "ack", comment="I know\r\nher; I call.")
    assert [event for event, _ in house.by_link()] == ["acknowledged", "noted"]
    with house.firm.house.store.borrow() as desk:
        assert desk.last_note("case:1", "noted") == "I know\nher; I call."


def test_a_comment_that_was_noted_before_undoes_nothing(house: House) -> None:
    path = house.path()
    act(house, Verb.NOTE, OWNER, reason="I call her")
    assert house.press(path, "ack", comment="I call her").status_code == 200
    assert house.by_link()[0] == ("acknowledged", OWNER)


def test_a_snooze_asks_how_long_and_why(house: House) -> None:
    path = house.path()
    page = house.press(path, "snooze", wait="for ever", reason="")
    assert page.status_code == 422
    assert "An answer is needed." in page.text
    first, _, rest = page.text.partition("<main>")[2].partition("</p>")
    assert 'role="alert"' in first, "a reader at the top of the page sees the reason first"
    assert "Nothing was done. " in first
    assert "is no duration" in first
    assert "An answer is needed." in first
    assert "<h1>" in rest
    assert 'value="for ever"' in page.text
    assert house.case().state == "new"
    answer = house.press(path, "snooze", wait="2h", reason="waiting for parts")
    assert answer.status_code == 200
    assert house.case().state == "snoozed"
    assert house.by_link() == [("acknowledged", OWNER), ("snoozed", OWNER)]


def test_a_comment_alone_acknowledges_nothing_and_the_page_said_so(house: House) -> None:
    path = house.path()
    assert "This acknowledges nothing" in house.client.get(path).text
    assert house.press(path, "note", reason="the courier has it").status_code == 200
    assert house.case().acked_by is None
    assert house.by_link() == [("noted", OWNER)]


def test_a_second_use_says_who_was_first_when_and_what_for_whoever_asks(house: House) -> None:
    path = house.path()
    seen = read(house.client.get(path).text).seal
    house.press(path, "ack")
    before = house.entries()
    again = house.press(path, "snooze", seen=seen, wait="1h", reason="later")
    looked = house.client.get(path)
    assert (again.status_code, looked.status_code) == (409, 200)
    said = f"{OWNER} used this link on 2026-11-18 13:00 CET to acknowledge case 1."
    assert said in read(again.text).text
    assert said in read(looked.text).text
    assert "zzwords" not in looked.text
    assert "Case 1 · Now · billing at Acme" in read(looked.text).text
    assert house.entries() == before


def test_a_link_that_has_done_its_work_names_the_case_and_says_how_it_goes_on(house: House) -> None:
    done = read(house.press(house.path(), "ack").text).text
    assert "Case 1 · Now · billing at Acme" in done
    assert "in a chat that hears you, or on the command line where Tocsin runs" in done
    for command in (
        "tocsin cases show 1",
        f"tocsin cases replied 1 --as {OWNER}",
        f"tocsin cases reroute 1 --as {OWNER}",
        f"tocsin cases dismiss 1 --as {OWNER}",
        f"tocsin cases resolve 1 --as {OWNER}",
    ):
        assert command in done


def test_what_is_refused_says_why_and_does_not_use_the_link_up(house: House) -> None:
    path = house.path()
    refused = house.press(path, "snooze", wait="9h", reason="later")  # Now and Soon: at most 8 h
    assert refused.status_code == 409
    assert "nothing was done, because" in read(refused.text).text
    assert 'value="9h"' in refused.text
    assert 'value="later"' in refused.text
    assert house.case().state == "new"  # nor was it acknowledged, which is the half of it
    assert house.press(path, "ack").status_code == 200


def test_a_matter_of_safety_is_not_put_off() -> None:
    house = House()
    house.complain(safety=True)
    assert read(house.client.get(house.path()).text).verbs == ["ack", "note"]


def test_who_comes_after_a_colleague_is_told_and_can_still_comment(house: House) -> None:
    path = house.path()
    assert act(house, Verb.ACK, FIRST, via="chat") is None
    page = read(house.client.get(path).text)
    assert f"acknowledged by {FIRST} (chat)" in page.text
    assert page.verbs == ["note"]  # whoever owns it puts it off
    assert house.press(path, "ack").status_code == 409
    assert house.case().acked_by == FIRST
    assert house.press(path, "note", reason="thank you").status_code == 200


def test_an_offer_is_accepted_by_its_letter(house: House) -> None:
    act(house, Verb.ACK, OWNER)
    act(house, Verb.HANDOFF, OWNER, to=SECOND, reason="knows it", told="nothing")
    assert read(house.client.get(house.path(SECOND)).text).verbs == ["accept", "decline", "note"]
    assert house.press(house.path(SECOND), "accept").status_code == 200
    assert house.case().owner == SECOND


def test_a_letter_of_one_offer_takes_no_later_one_over(house: House) -> None:
    act(house, Verb.ACK, OWNER)
    offer = {"to": SECOND, "reason": "knows the case", "told": "nothing"}
    act(house, Verb.HANDOFF, OWNER, **offer)
    first = house.path(SECOND)
    act(house, Verb.DECLINE, SECOND, reason="not mine")
    house.firm.passes(timedelta(minutes=5))
    act(house, Verb.HANDOFF, OWNER, **offer)
    assert read(house.client.get(first).text).verbs == ["note"]
    assert house.press(first, "accept").status_code == 409
    assert house.case().offered_to == SECOND
    assert read(house.client.get(house.path(SECOND)).text).verbs == ["accept", "decline", "note"]


@pytest.mark.parametrize("verb", ["resolve", "dismiss", "not-a-complaint", "handoff", "", "ack\n"])
def test_a_link_closes_nothing_and_says_how_that_is_done(house: House, verb: str) -> None:
    path = house.path()
    assert f"tocsin cases resolve 1 --as {OWNER}" in read(house.client.get(path).text).text
    answer = house.press(path, verb, reason="x", to=FIRST, told="x")
    assert answer.status_code == 409
    assert house.case().state == "new"


def test_money_is_permitted_by_a_command_and_not_by_a_link(house: House) -> None:
    act(house, Verb.ACK, OWNER)
    assert act(house, Verb.PERMISSION, OWNER, money=500, reason="a refund") is None
    above = house.case().permission_of
    assert above is not None
    assert "permission" in " ".join(house.letter(above).lines)
    page = read(house.client.get(house.path(above)).text)
    assert page.verbs == ["note"]
    assert f"tocsin cases grant 1 --as {above}" in page.text
    assert f"tocsin cases refuse 1 --as {above}" in page.text
    assert house.press(house.path(above), "grant").status_code == 409
    assert house.case().permission_of == above


def test_a_fault_of_our_own_is_acknowledged_by_its_letter() -> None:
    house = House()
    engine = house.firm.house.engine
    house.firm.write(
        lambda desk: engine.fault(desk, "source:x", "401 <b>refused</b>", house.firm.now)
    )
    house.firm.passes(timedelta(minutes=1))
    [letter] = house.firm.channels["mail"].pages()
    path = letter.link.removeprefix(AT)
    page = read(house.client.get(path).text)
    assert "What: 401 <b>refused</b>" in page.text
    assert page.verbs == ["ack", "note"]
    assert house.press(path, "ack").status_code == 200
    assert "tocsin faults resolve 1 --as" in page.text


def test_a_storm_is_acknowledged_by_its_letter_and_not_put_off() -> None:
    house = House()
    action = Action(Verb.DECLARE, LEAD, reason="it is <b>all over</b> the news")
    engine = house.firm.house.engine
    house.firm.write(lambda desk: engine.declare(desk, "Acme", action, house.firm.now))
    house.firm.settle()
    [letter, *_] = house.firm.channels["mail"].pages()
    path = letter.link.removeprefix(AT)
    page = read(house.client.get(path).text)
    assert "it is <b>all over</b> the news" in page.text
    assert page.verbs == ["ack", "note"]
    assert house.press(path, "ack").status_code == 200
    assert "incidents resolve 1 --as" in page.text


# ------------------------------------------------------------------------------ of no use
def test_a_link_ends_with_its_round(house: House) -> None:
    path = house.path()
    act(house, Verb.REROUTE, OWNER, to="tech", reason="the app")
    assert house.case().owner == OTHER
    for answer in (house.client.get(path), house.press(path, "ack", seen="")):
        assert answer.status_code == 410
        assert "zzwords" not in answer.text


def test_a_link_ends_with_its_case(house: House) -> None:
    path = house.path()
    act(house, Verb.DISMISS, LEAD, reason="not a complaint")
    assert house.case().state == "closed"
    assert house.client.get(path).status_code == 410


def test_a_link_that_never_was_reads_as_one_that_is_forgotten(house: House) -> None:
    path = house.path()
    never = house.client.get(f"/a/{'0' * 32}")
    elsewhere = house.client.get("/nothing/here")
    house.firm.write(lambda desk: desk.forget_handles(house.firm.now + KEPT + timedelta(days=1)))
    forgotten = house.client.get(path)
    assert never.status_code == forgotten.status_code == elsewhere.status_code == 404
    assert never.text == forgotten.text == elsewhere.text


def test_a_link_is_of_no_use_to_who_has_left() -> None:
    firm = declared()
    house = House(known=firm)
    house.complain()
    path = house.path()
    people = tuple(
        one.model_copy(update={"active": one.active and one.name != OWNER}) for one in firm.people
    )
    house.firm.house.settings.__dict__["people"] = people
    assert house.client.get(path).status_code == 410


def test_what_a_chat_shows_opens_no_page(house: House) -> None:
    """A button's token is known to a whole room, and is nobody's."""

    def offer(desk: Any) -> str:
        [case] = desk.several([Ref("case", 1)])
        return str(desk.offer(1, "mail", OWNER, "press", [case], "page", house.firm.now))

    token = house.firm.write(offer)
    assert house.client.get(f"/a/{token}").status_code == 404


def test_several_cases_in_one_letter_have_commands_and_a_link_for_the_most_urgent() -> None:
    house = House()
    for number in range(1, 9):
        house.complain(number, author=f"author {number}", band=Band.P3)
    house.firm.passes(timedelta(minutes=20))
    letters = house.firm.channels["mail"].pages()
    several = [one for one in letters if one.subject.startswith("cases ")]
    assert several
    for letter in letters:
        says_how = any("tocsin cases ack" in line for line in letter.lines)
        assert says_how is letter.subject.startswith("cases ")
        assert letter.link
    first = several[0].subject.removeprefix("cases ").partition(",")[0]
    page = house.client.get("/a/" + several[0].link.rpartition("/")[2])
    assert page.status_code == 200
    assert f"ase {first}" in page.text


def test_a_room_has_no_link_and_is_told_the_command(house: House) -> None:
    house.firm.settle()
    [card] = [card for _, card in house.firm.channels["chat"].taken]
    assert card.link == ""
    assert "See all of it: tocsin cases show 1" in card.lines


def test_a_house_without_an_address_sends_no_link_and_serves_none() -> None:
    house = House(links=None)
    house.complain()
    assert house.letter().link == ""
    assert any("tocsin cases ack 1" in line for line in house.letter().lines)
    assert house.client.get(f"/a/{'0' * 32}", headers={"Host": "127.0.0.1"}).status_code == 404


# ------------------------------------------------------------------------------ who presses
@pytest.mark.parametrize(
    ("headers", "may"),
    [
        (SAME, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": AT}, True),
        ({"Origin": AT}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": AT}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://evil.tocsin.example"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://tocsin.example"}, False),
        ({"Origin": f"{AT}.evil.example"}, False),
        ({"Origin": f"{AT}:8443"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_only_a_page_of_our_own_may_press(house: House, headers: dict[str, str], may: bool) -> None:
    path = house.path()
    seal = read(house.client.get(path).text).seal
    answer = house.client.post(path, data={"seen": seal, "do": "ack"}, headers=headers)
    assert answer.status_code == (200 if may else 403)
    assert (house.case().acked_by == OWNER) is may


@pytest.mark.parametrize("seen", ["", "0.0", "9" * 12 + "." + "a" * 64, "x" * 500, "\ud800"])
def test_who_never_opened_the_page_presses_nothing_and_sees_it(house: House, seen: str) -> None:
    path = house.path()
    seal = seen.encode("utf-8", "replace").decode()
    answer = house.press(path, "ack", seen=seal, comment="I call her <now>")
    assert answer.status_code == 403
    assert "I call her &lt;now&gt;</textarea>" in answer.text  # what was typed is not lost
    assert "opened too long ago" in answer.text
    assert house.case().acked_by is None
    assert house.press(path, "ack", seen=read(answer.text).seal).status_code == 200


def test_a_page_is_pressed_within_half_a_day_and_for_its_own_link_alone(house: House) -> None:
    first = house.path()
    house.complain(2, author="mo")
    assert house.path() != first
    seal = read(house.client.get(house.path()).text).seal
    assert house.press(first, "ack", seen=seal).status_code == 403
    seal = read(house.client.get(first).text).seal
    house.firm.clock.move_to(house.firm.now + timedelta(hours=13))
    assert house.press(first, "ack", seen=seal).status_code == 403


# ------------------------------------------------------------------------------ hostile
@pytest.mark.parametrize("text", OWN.values(), ids=OWN.keys())
def test_no_post_breaks_its_page(house: House, text: str) -> None:
    path = house.path()
    plain = [tag for tag, _ in read(house.client.get(path).text).tags]
    kept = text.encode(errors="replace").decode()  # no store takes half a pair
    with house.firm.house.store.borrow() as desk:
        desk.connection.execute("update posts set text = ?, url = ?", (kept, kept[:900]))
    answer = house.client.get(path)
    assert answer.status_code == 200
    assert [tag for tag, _ in read(answer.text).tags] == plain


@pytest.mark.parametrize("text", OWN.values(), ids=OWN.keys())
def test_no_comment_breaks_the_page_or_the_ledger(house: House, text: str) -> None:
    said = text[:1200].encode(errors="replace").decode()
    answer = house.press(house.path(), "snooze", wait=said, reason=said)
    assert answer.status_code in (413, 422)
    assert house.case().state == "new"
    noted = house.press(house.path(), "ack", comment=text[:900].encode(errors="replace").decode())
    assert noted.status_code == 200
    assert house.case().state == "owned"


def test_words_of_forty_thousand_characters_are_cut(house: House) -> None:
    path = house.path()
    with house.firm.house.store.borrow() as desk:
        desk.connection.execute("update posts set text = ?", ("<&" * 20_000,))
    page = read(house.client.get(path).text)
    assert 19_000 < page.text.count("<&") * 2 <= 20_001
