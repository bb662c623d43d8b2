"""What a week's pages were good for is what the ledger says followed them."""

import csv
import io
from datetime import timedelta

from config import Band
from escalation.decision import Action, Verb
from escalation.subject import Case, Ref
from tests.firm import FIRST, LEAD, OWNER, Firm, complain, new_firm
from tocsin.digest import Week, gather, render
from tocsin.digest.data import BrandWeek, DigestData
from tocsin.digest.pages import PageWeek

WEEK = Week(2026, 47)  # in which NOON lies
MINUTE = timedelta(minutes=1)


def digest(firm: Firm, week: Week = WEEK) -> DigestData:
    with firm.house.store.read() as desk:
        return gather(desk.connection, firm.house.settings, week, firm.now)


def acme(firm: Firm, week: Week = WEEK) -> BrandWeek:
    return digest(firm, week).brands[0]


def act(firm: Firm, case: int, verb: Verb, by: str, **more: object) -> None:
    action = Action(verb, by, **more)  # type: ignore[arg-type]
    why = firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", case), action, firm.now))
    assert why is None
    firm.settle()


def paged(number: int = 1, author: str = "jo", firm: Firm | None = None, **more: object) -> Firm:
    firm = firm or new_firm()
    complain(firm, number, author, band=Band.P2, **more)  # type: ignore[arg-type]
    firm.passes(MINUTE)
    return firm


def test_a_page_that_somebody_acts_on_was_of_use() -> None:
    firm = paged()
    act(firm, 1, Verb.ACK, OWNER)
    assert acme(firm).pages == (PageWeek("care", 1, 1, 0, 0, 0),)


def test_a_page_that_a_colleague_acts_on_was_of_use_as_well() -> None:
    firm = paged()
    act(firm, 1, Verb.ACK, FIRST)
    assert acme(firm).pages[0].useful == 1


def test_a_page_that_our_public_reply_follows_was_of_use() -> None:
    firm = paged()
    with firm.house.store.borrow() as desk:
        case = desk.subject(Ref("case", 1))
    assert isinstance(case, Case)
    firm.write(lambda desk: firm.house.engine.brand_replied(desk, case, firm.now, firm.now))
    assert acme(firm).pages[0].useful == 1


def test_a_page_that_is_climbed_past_was_ignored_and_the_next_one_waits() -> None:
    firm = paged()
    firm.passes(15 * MINUTE)
    assert acme(firm).pages == (PageWeek("care", 2, 0, 0, 1, 1),)


def test_every_page_about_what_was_no_complaint_was_false() -> None:
    firm = paged()
    firm.passes(15 * MINUTE)
    act(firm, 1, Verb.DISMISS, FIRST, reason="not-a-complaint")
    assert acme(firm).pages == (PageWeek("care", 2, 0, 2, 0, 0),)


def test_what_left_on_two_channels_is_one_page() -> None:
    firm = new_firm()
    complain(firm, 1, band=Band.STORM)
    firm.settle()
    assert acme(firm).pages[0].pages == 1


def test_pages_of_another_week_and_of_another_brand_are_not_counted() -> None:
    firm = paged(2, "al", brand="Bolt Works", team="tech", topic=None)
    assert acme(firm).pages == ()
    assert digest(firm).brands[1].pages[0].team == "tech"
    assert digest(firm, WEEK.before).brands[1].pages == ()


def dismissed(count: int, reason: str) -> Firm:
    firm = new_firm()
    for number in range(1, count + 1):
        paged(number, f"author-{number}", firm)
        act(firm, number, Verb.DISMISS, LEAD, reason=reason)
        firm.passes(10 * MINUTE)
    return firm


def test_the_topic_with_most_false_pages_is_named_with_the_setting_that_would_change_it() -> None:
    rule = acme(dismissed(4, "not-a-complaint")).tighten
    assert rule is not None
    assert (rule.topic, rule.false, rule.of) == ("billing", 4, 4)
    assert rule.setting == "[judging] precision"


def test_where_most_meant_somebody_else_it_is_the_brands_words() -> None:
    rule = acme(dismissed(3, "not-us: they mean the band")).tighten
    assert rule is not None
    assert rule.setting == "exclude or near of [[brands]]"


def test_two_false_pages_are_chance() -> None:
    assert acme(dismissed(2, "not-a-complaint")).tighten is None


def test_the_words_that_spoke_for_the_false_ones_are_named() -> None:
    firm = dismissed(3, "not-a-complaint")
    why = '["broken: \\"still no\\"", "valence −0.36", "against: thanks"]'

    def judged(desk: object) -> None:
        connection = desk.connection  # type: ignore[attr-defined]
        connection.execute("insert into mentions (post, brand) select id, 'Acme' from posts")
        connection.execute(
            "insert into judgements (mention, model, at, lang, scored, valence, probability, "
            "verdict, severity, safety, team, why) "
            "select id, 'test', 0, 'en', 1, -0.4, 0.9, 'complaint', 0.5, 0, 'care', ? "
            "from mentions",
            (why,),
        )

    firm.write(judged)
    rule = acme(firm).tighten
    assert rule is not None
    assert rule.group == "broken"


def test_every_form_says_it() -> None:
    data = digest(dismissed(3, "not-a-complaint"))
    for form in ("html", "md", "txt"):
        text = render(data, form)
        assert "Most false ones" in text
        assert "precision" in text
    rows = list(csv.DictReader(io.StringIO(render(data, "csv"))))
    found = {row["measure"]: row["value"] for row in rows if row["section"] == "pages"}
    assert found == {"pages": "3", "useful": "0", "false": "3", "ignored": "0", "waiting": "0"}


def test_where_nobody_was_paged_there_is_no_such_section() -> None:
    text = render(digest(new_firm()), "md")
    assert "of use" not in text
