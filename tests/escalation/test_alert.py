"""An alert says who owns what, why now, and what happens next, in words that fit a lock screen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Band
from escalation import alert
from escalation.alert import CaseView, IncidentView, Reader
from escalation.channel import Message, Purpose, Verbatim

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ADA = Reader(to="U1", zone=ZoneInfo("Europe/Berlin"), name="ada", mention="U1")
ROOM = Reader(to="C1", zone=ZoneInfo("Europe/Berlin"), mention="C1")
WORDS = Verbatim("Charged twice!", "@ann", "x", 1200, "https://x.example/1")

CASE = CaseView(
    number=17,
    brand="Acme",
    topic="billing",
    team="care",
    band=Band.P2,
    state="new",
    owner="Ada Lovelace",
    how_many_posts=3,
    verbatim=WORDS,
    why_judged=("third time asking", "no reply", "refund", "caps"),
    why_now="3 posts in an hour, usual is 1 in a week",
    why_owner="on call for billing",
    step=0,
    next_step="Grace Hopper",
    due=NOON + timedelta(minutes=15),
)
STORM = IncidentView(
    number=3,
    brand="Acme",
    topic="billing",
    level="storm",
    owner="Grace Hopper",
    why_owner="on call for communications",
    people=37,
    posts=42,
    minutes=20,
    usual=9.04,
    verbatim=WORDS,
    warnings=("20 Nov 09:00, Ada Lovelace, dismissed", "19 Nov 17:10, nobody, missed", "older"),
    next_update_due=NOON + timedelta(minutes=60),
    next_step=None,
    due=NOON + timedelta(minutes=5),
)


def page(case: CaseView, reader: Reader = ADA) -> Message:
    return alert.case_page(case, reader, key="k", now=NOON)


def card(case: CaseView) -> Message:
    return alert.case_card(case, ROOM, key="k", now=NOON)


def test_a_page_says_all_that_its_reader_must_know() -> None:
    assert page(CASE) == Message(
        key="k",
        purpose=Purpose.PAGE,
        to="U1",
        headline="Soon · Ada Lovelace · 3 posts: billing at Acme",
        lines=(
            "Why now: 3 posts in an hour, usual is 1 in a week. "
            "A complaint because: third time asking, no reply, refund",
            "Owner of the reply: Ada Lovelace, on call for billing",
            "Next: acknowledge by 13:15, else Grace Hopper is paged",
            "To act: tocsin cases ack 17 --as ada",
        ),
        verbatim=WORDS,
        mention="U1",
        subject="case 17",
    )


@pytest.mark.parametrize(
    ("case", "line"),
    [
        pytest.param(
            replace(CASE, next_step=None),
            "Next: acknowledge by 13:15, else Ada Lovelace is paged again",
            id="at the last step the same person is paged again",
        ),
        pytest.param(
            replace(CASE, next_step="Ada Lovelace"),
            "Next: acknowledge by 13:15, else Ada Lovelace is paged again",
            id="and so is whoever stands on the next step as well",
        ),
        pytest.param(
            replace(CASE, due=None),
            "Next: no clock runs; it waits for you",
            id="no clock is named where none runs",
        ),
        pytest.param(
            replace(CASE, offered=True),
            "Next: accept or decline by 13:15, else it stays with Ada Lovelace",
            id="an offer says that the giver keeps it meanwhile",
        ),
        pytest.param(
            replace(CASE, offered=True, offer=("Ada offers it to you: zz", "Told: nothing")),
            "Ada offers it to you: zz",
            id="an offer says from whom, and why",
        ),
        pytest.param(
            replace(CASE, offered=True),
            "To act: tocsin cases accept 17 --as ada · Or: tocsin cases decline 17 --as ada",
            id="an offer is accepted, not acknowledged",
        ),
        pytest.param(
            replace(CASE, late_by=timedelta(hours=3), why_now=None, why_judged=()),
            "This page left 3 h after it was due",
            id="a page that comes late says so, first of all, as our delay and not its reader's",
        ),
        pytest.param(
            replace(CASE, late_by=timedelta(hours=3), late_because="zz", why_judged=()),
            "This page left 3 h after it was due, because zz. Why now: "
            "3 posts in an hour, usual is 1 in a week",
            id="and why, where that is known",
        ),
        pytest.param(
            replace(CASE, incident=3, why_now=None, why_judged=("no reply",)),
            "A complaint because: no reply. Part of incident 3",
            id="an incident it belongs to is named",
        ),
        pytest.param(
            replace(CASE, verbatim=replace(WORDS, reach=None), unknown=("language not scored",)),
            "Not known: language not scored, reach unknown",
            id="what is not known is said",
        ),
        pytest.param(
            alert.without_words(CASE),
            "The customer's words are not shown here: https://x.example/1",
            id="a channel that cannot edit gets a link in place of the words",
        ),
        pytest.param(
            replace(CASE, verbatim=None),
            "The customer's words are not shown here",
            id="a deleted post leaves the topic",
        ),
        pytest.param(
            replace(CASE, due=NOON + timedelta(days=2)),
            "Next: acknowledge by Mon 13:00, else Grace Hopper is paged",
            id="another day is named",
        ),
        pytest.param(
            replace(CASE, due=NOON + timedelta(days=20)),
            "Next: acknowledge by 11 Dec 13:00, else Grace Hopper is paged",
            id="a far one by its date",
        ),
        pytest.param(
            replace(CASE, due=NOON - timedelta(days=1)),
            "Next: acknowledge by 20 Nov 13:00, else Grace Hopper is paged",
            id="and so is one that has passed",
        ),
    ],
)
def test_a_page_says(case: CaseView, line: str) -> None:
    assert line in page(case).lines


def test_nothing_of_a_post_is_left_where_its_words_are_withheld() -> None:
    shown = str(page(alert.without_words(CASE)))
    assert "Charged" not in shown
    assert "@ann" not in shown
    assert alert.without_words(replace(CASE, verbatim=None)) == replace(CASE, verbatim=None)


@pytest.mark.parametrize(
    ("case", "headline"),
    [
        (replace(CASE, band=Band.P1), "Now · Ada Lovelace · 3 posts: billing at Acme"),
        (replace(CASE, band=Band.P3), "Today · Ada Lovelace · 3 posts: billing at Acme"),
        (replace(CASE, band=Band.P4), "This week · Ada Lovelace · 3 posts: billing at Acme"),
        (replace(CASE, safety=True), "Soon (safety) · Ada Lovelace · 3 posts: billing at Acme"),
        (replace(CASE, how_many_posts=1, topic=""), "Soon · Ada Lovelace · 1 post on Acme"),
        (
            replace(
                CASE, owner="Augusta Ada King-Noel, Countess of Lovelace", topic="lost parcels"
            ),
            "Soon · Augusta Ada King-Noel, Coun… · 3 posts: lost parcels at Acme",
        ),
        (
            replace(CASE, topic="what became of the parcels\nthat were sent", brand="A" * 64),
            "Soon · Ada Lovelace · 3 posts: what became of the parcels that were s…",
        ),
    ],
    ids=["now", "today", "this week", "danger", "no topic", "a long name", "a long topic"],
)
def test_the_headline_is_level_owner_how_many_and_what(case: CaseView, headline: str) -> None:
    assert page(case).headline == headline


@pytest.mark.parametrize(
    ("state", "due", "line"),
    [
        ("new", 15, "Next: to be acknowledged by 13:15 CET, else Grace Hopper is paged"),
        ("new", None, "Next: not acknowledged; no clock runs"),
        ("owned", 30, "Next: Ada Lovelace has acknowledged, progress is due by 13:30 CET"),
        ("owned", None, "Next: Ada Lovelace has acknowledged"),
        ("waiting", None, "Next: we have replied; the customer has the word"),
        ("snoozed", 90, "Next: put aside until 14:30 CET, then Ada Lovelace is paged"),
        ("closed", None, "Closed"),
    ],
)
def test_a_card_says_where_a_case_stands(state: str, due: int | None, line: str) -> None:
    instant = None if due is None else NOON + timedelta(minutes=due)
    shown = card(replace(CASE, state=state, due=instant))
    assert line in shown.lines
    assert (shown.purpose, shown.mention) == (Purpose.CARD, None)


def test_what_is_closed_is_headed_so_and_not_as_urgent_as_it_was() -> None:
    before, after = card(CASE), card(replace(CASE, state="closed"))
    assert before.headline.startswith(f"{CASE.band.label} · ")
    assert after.headline == before.headline.replace(CASE.band.label, "Closed", 1)
    assert card(replace(CASE, state="closed", safety=True)).headline.startswith("Closed (safety)")


@pytest.mark.parametrize(
    ("silence", "line"),
    [
        pytest.param(None, "Next: Ada Lovelace is paged 14:30 CET", id="by its clock"),
        pytest.param(3, "Next: Ada Lovelace is paged 14:30 CET, held by silence 3", id="silenced"),
    ],
)
def test_a_card_says_until_when_a_case_is_held(silence: int | None, line: str) -> None:
    until = NOON + timedelta(minutes=90)
    held = replace(CASE, state="new", due=None, held_until=until, silence=silence)
    assert line in card(held).lines


def test_a_notice_tells_and_asks_nothing() -> None:
    told = alert.case_notice(CASE, "Grace Hopper has acknowledged", ADA, key="k")
    assert told.lines == (
        "Grace Hopper has acknowledged",
        "See all of it: tocsin cases show 17",
    )
    assert (told.purpose, told.mention) == (Purpose.NOTICE, None)


def test_a_storm_page_counts_people_against_the_usual_and_names_the_warnings() -> None:
    shown = alert.incident_page(STORM, ADA, key="k", now=NOON)
    assert shown.headline == "Storm · Grace Hopper · 37 people: billing at Acme"
    assert shown.lines == (
        "Why now: 37 unhappy people in 20 min, 9× the usual; 42 posts in all",
        "Owner: Grace Hopper, on call for communications",
        "Next: acknowledge by 13:05, else Grace Hopper is paged again",
        "Warned before: 20 Nov 09:00, Ada Lovelace, dismissed; 19 Nov 17:10, nobody, missed "
        "(and 1 earlier)",
        "To act: tocsin incidents ack 3 --as ada",
    )
    assert shown.subject == "incident 3"


@pytest.mark.parametrize(
    ("incident", "headline", "line"),
    [
        (
            replace(STORM, due=None),
            "Storm · Grace Hopper · 37 people: billing at Acme",
            "Next: a public update by 14:00 CET",
        ),
        (
            replace(STORM, level="watch", next_step="Edsger Dijkstra"),
            "Suspected storm · Grace Hopper · 37 people: billing at Acme",
            "Next: to be acknowledged by 13:05 CET, else Edsger Dijkstra is paged",
        ),
        (
            replace(STORM, level="closed", people=1, posts=1, usual=None),
            "Storm over · Grace Hopper · 1 person: billing at Acme",
            "Why now: 1 unhappy person in 20 min, the usual is not known yet; 1 post in all",
        ),
        (
            replace(STORM, level="contained", usual=120.4, warnings=(), due=None,
                    next_update_due=None),
            "Storm contained · Grace Hopper · 37 people: billing at Acme",
            "Why now: 37 unhappy people in 20 min, over 100× the usual; 42 posts in all",
        ),
    ],
    ids=["acknowledged", "suspected", "over", "contained"],
)  # fmt: skip
def test_an_incident_card(incident: IncidentView, headline: str, line: str) -> None:
    shown = alert.incident_card(incident, ROOM, key="k", now=NOON)
    assert shown.headline == headline
    assert line in shown.lines


def bundle(cases: list[CaseView]) -> Message:
    return alert.bundle_page(cases, ADA, key="k", now=NOON)


def test_a_bundle_lists_the_most_urgent_first_and_every_case_that_it_covers() -> None:
    cases = [replace(CASE, number=number) for number in (20, 18, 19, 21)]
    shown = bundle([*cases, replace(CASE, number=30, band=Band.P1, topic="", how_many_posts=1)])
    assert shown.headline == "Now · Ada Lovelace · 5 cases: Acme, billing"
    assert shown.lines == (
        '30 · Now · 1 post on Acme, by 13:15. "Charged twice!"',
        "18 · Soon · 3 posts: billing at Acme, by 13:15",
        "19 · Soon · 3 posts: billing at Acme, by 13:15",
        "And cases 20, 21",
        "To act: tocsin cases ack 30 18 19 20 21 --as ada",
    )
    assert (shown.purpose, shown.mention) == (Purpose.PAGE, "U1")
    assert shown.subject == "cases 30, 18, 19, 20, 21"


def test_danger_comes_first_in_a_bundle_and_in_its_headline() -> None:
    danger = replace(CASE, number=99, band=Band.P3, safety=True)
    shown = bundle([replace(CASE, band=Band.P1), danger])
    assert shown.headline.startswith("Now (safety) · ")
    assert shown.lines[0].startswith("99 · Today (safety) · ")


def test_a_bundle_covers_what_it_lists_and_says_what_it_does_not() -> None:
    cases = [replace(CASE, number=number, due=None) for number in range(1, 31)]
    shown = bundle(cases)
    assert [case.number for case in alert.bundled(cases)] == list(range(1, 21))
    assert shown.lines[-2].endswith("19, 20 (10 more wait for you: tocsin cases list)")
    assert "19 20 --as ada" in shown.lines[-1]
    assert "21" not in shown.lines[-1]


def test_one_case_makes_a_bundle_of_one() -> None:
    shown = bundle([CASE])
    assert (shown.subject, len(shown.lines)) == ("case 17", 2)


def test_a_name_with_a_blank_can_be_typed_as_shown() -> None:
    reader = replace(ADA, name="ada k. lovelace")
    assert page(CASE, reader).lines[-1] == "To act: tocsin cases ack 17 --as 'ada k. lovelace'"


TEXT = st.text(max_size=200)
CASES = st.builds(
    CaseView,
    number=st.integers(1, 10**7),
    brand=TEXT,
    topic=TEXT,
    team=TEXT,
    band=st.sampled_from(Band),
    state=st.sampled_from(["new", "owned", "waiting", "snoozed", "closed"]),
    owner=TEXT,
    how_many_posts=st.integers(1, 10**6),
    verbatim=st.none() | st.just(WORDS),
    why_judged=st.lists(TEXT, max_size=6).map(tuple),
    why_now=st.none() | TEXT,
    why_owner=TEXT,
    step=st.integers(0, 4),
    next_step=st.none() | TEXT,
    due=st.none() | st.integers(-(10**9), 10**9).map(lambda after: NOON + timedelta(seconds=after)),
    late_by=st.none() | st.timedeltas(),
    safety=st.booleans(),
    incident=st.none() | st.integers(1, 10**6),
    offered=st.booleans(),
    unknown=st.lists(TEXT, max_size=3).map(tuple),
    url=TEXT,
)


@settings(deadline=None)  # a busy machine is no failure
@given(cases=st.lists(CASES, min_size=1, max_size=30), text=TEXT)
def test_whatever_it_is_about_an_alert_fits_and_is_made_of_single_lines(
    cases: list[CaseView], text: str
) -> None:
    told = alert.case_notice(cases[0], text, ADA, key="k")
    for shown in (page(cases[0]), card(cases[0]), bundle(cases), told):
        assert 0 < len(shown.headline) <= alert.MAX_HEADLINE
        assert len(shown.lines) <= 5
        assert all(len(line) <= alert.MAX_LINE for line in shown.lines)
        assert not any("\n" in line for line in (shown.headline, *shown.lines))


def test_whoever_reads_that_they_are_next_is_told_you() -> None:
    theirs = replace(ADA, name="grace", shown="Grace Hopper")
    asked = alert.case_page(CASE, theirs, key="k", now=NOON)
    [follows] = [line for line in asked.lines if "else" in line]
    assert "else you are paged" in follows
    card = alert.case_card(CASE, ROOM, key="k", now=NOON)
    [again] = [line for line in card.lines if "else" in line]
    assert "else Grace Hopper is paged" in again


FORESEEN = replace(
    STORM,
    likely=(130, 1_300),
    likely_by=NOON + timedelta(hours=4),
    begets=1.84,
    silent="Behind 37 people heard may stand 962 to 3,700 customers (26 to 100 for each: TARP)",
)


def test_a_storms_card_and_page_say_what_is_likely_and_whom_its_people_may_stand_for() -> None:
    for made, reader in ((alert.incident_card, ROOM), (alert.incident_page, ADA)):
        lines = made(FORESEEN, reader, key="k", now=NOON).lines
        likely = next(line for line in lines if line.startswith("Likely"))
        assert likely.startswith("Likely 130 to 1,300 more unhappy posts by 17:00")
        assert likely.endswith("; each begets 1.8 more")
        assert FORESEEN.silent in lines


def test_a_forecast_whose_time_is_over_is_not_shown() -> None:
    later = NOON + timedelta(hours=4)
    lines = alert.incident_card(FORESEEN, ROOM, key="k", now=later).lines
    assert not any(line.startswith("Likely") for line in lines)


def test_the_longest_source_of_a_ratio_is_not_cut_off() -> None:
    from config.settings import SilentMany
    from config.silent_many import MOST_BEHIND
    from listener.silent_many import Ratio, behind, sentence

    own = SilentMany(low=MOST_BEHIND - 1, high=MOST_BEHIND, source="s" * 160)
    standing = behind(99_999, Ratio(own.low, own.high, own.source))
    assert standing is not None
    view = replace(FORESEEN, silent=sentence(standing))
    assert view.silent in alert.incident_card(view, ROOM, key="k", now=NOON).lines
