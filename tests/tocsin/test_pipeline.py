"""The way of a batch through the house."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.decision import Action, Verb
from escalation.incidents import Spike
from escalation.priority import Priority
from escalation.subject import Case, Incident, Level, Ref, State
from listener.collector import Batch
from listener.intake import Intake
from listener.mention import Author, Engagement, Kind, Observation
from tests.firm import NOON, Firm, new_firm, observed, settings
from tocsin.aging import age_out
from tocsin.explain import explained
from tocsin.pipeline import Pipeline
from tocsin.store import Unit
from tocsin.wiring import assessor_of

COMPLAINT = "@Acme still waiting, third time asking, nobody replies, terrible"


@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON))
    return firm


def hear(firm: Firm, *seen: Observation) -> None:
    batch = Batch(seen)
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", batch, firm.now))


def complaint(number: int = 1, author: str = "jo", **changes: object) -> Observation:
    seen = observed(number, author, NOON, words=COMPLAINT)
    return replace(seen, post=replace(seen.post, **{"lang": "en", **changes}))


def case_states(firm: Firm) -> list[State]:
    found = firm.house.store.write(lambda desk: desk.subjects("case", only_open=False))
    return [case.state for case in found]


def test_a_complaint_opens_a_case_once_however_often_it_is_seen(firm: Firm) -> None:
    hear(firm, complaint(), complaint())
    hear(firm, complaint())
    assert case_states(firm) == [State.NEW]


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        pytest.param(
            replace(complaint(), backfill=True),
            "complaint from before the first start",
            id="older than the first start",
        ),
        pytest.param(
            complaint(repost_of="0"), "repost of a complaint, counted as spread", id="a repost"
        ),
        pytest.param(complaint(text="no brand here"), "names no brand", id="names no brand"),
    ],
)
def test_what_pages_nobody_is_counted(firm: Firm, seen: Observation, why: str) -> None:
    hear(firm, seen)
    assert case_states(firm) == []
    day = timedelta(days=1)
    tallies = firm.house.store.write(lambda desk: desk.tallies(NOON - day, NOON + day))
    assert tallies[why] == 1


def test_our_own_reply_is_the_answer(firm: Firm) -> None:
    hear(firm, complaint(1))
    reply = complaint(2, in_reply_to="native-1", text="We are sorry, please write to us.")
    ours = replace(
        reply.post, author=Author(id="acme-help"), created_at=NOON + timedelta(minutes=5)
    )
    hear(firm, replace(reply, post=ours))
    assert case_states(firm) == [State.WAITING]


@pytest.mark.parametrize("first", [True, False], ids=["heard after it", "heard before it"])
def test_what_a_bot_of_ours_says_is_no_answer(first: bool) -> None:
    declared = settings()
    acme, *others = declared.brands
    acme = acme.model_copy(update={"bots": {"x": ("acme-bot",)}})
    declared = declared.model_copy(update={"brands": (acme, *others)})
    firm = new_firm(declared=declared)
    pipeline = Pipeline(declared, Intake(assessor_of(declared)), firm.house.engine)
    reply = complaint(2, in_reply_to="native-1", text="Thank you, we will be with you shortly.")
    bot = replace(reply.post, author=Author(id="acme-bot"), created_at=NOON + timedelta(minutes=5))
    seen = [complaint(1), replace(reply, post=bot)]

    def take(desk: Unit) -> None:
        desk.start_source("test", NOON)
        pipeline.take(desk, "test", Batch(tuple(seen if first else seen[::-1])), firm.now)

    firm.write(take)
    assert case_states(firm) == [State.NEW]


def test_our_own_reply_that_is_deleted_opens_it_again(firm: Firm) -> None:
    hear(firm, complaint(1))
    reply = complaint(2, in_reply_to="native-1", text="We are sorry, please write to us.")
    ours = replace(
        reply.post, author=Author(id="acme-help"), created_at=NOON + timedelta(minutes=5)
    )
    hear(firm, replace(reply, post=ours))
    hear(firm, replace(reply, kind=Kind.DELETE, post=ours))
    assert case_states(firm) == [State.NEW]


def test_a_deleted_complaint_is_erased_and_does_not_come_back(firm: Firm) -> None:
    hear(firm, complaint(1))
    hear(firm, replace(complaint(1), kind=Kind.DELETE))
    hear(firm, complaint(1))

    def kept(desk: Unit) -> list[str]:
        return [row["text"] for row in desk.posts_of_case(1)]

    assert firm.house.store.write(kept) == [""]
    assert firm.house.store.write(lambda desk: desk.subject(Ref("case", 1))) is not None


def test_the_owner_of_a_case_that_was_erased_on_request_hears_once_that_we_did_so(
    firm: Firm,
) -> None:
    hear(firm, complaint(1), complaint(2))

    def forget(desk: Unit) -> None:
        (found,) = desk.authors_called("handle-jo", None)
        posts = desk.forget_author(found["id"], firm.now)
        firm.house.pipeline.forgotten(desk, posts, firm.now, None)

    firm.write(forget)
    firm.passes(timedelta(minutes=1))
    told = [line for _, m in firm.channels["chat"].taken for line in m.lines]
    assert sum("asked us to erase every post of it, and we did" in line for line in told) == 1
    assert not any("has deleted every post" in line for line in told)


def test_an_unsure_matter_of_safety_has_a_case_and_is_not_listed_as_unsure(firm: Firm) -> None:
    hear(firm, complaint(1, text="My Acme charger burned me"))
    hear(firm, complaint(2, "kim", text="is the Acme kettle recalled because of fire?"))
    (case,) = firm.house.store.write(lambda desk: desk.subjects("case", only_open=True))
    assert case.safety
    listed = firm.house.store.write(lambda desk: desk.unsure_posts(NOON - timedelta(days=1)))
    assert [row["id"] for row in listed] == ["native-2"]


def test_safety_opens_a_case_in_a_language_that_is_not_scored(firm: Firm) -> None:
    words = "mijn Acme oplader is vannacht ontploft en stond meteen in brand"
    hear(firm, complaint(1, text=words, lang="nl"))
    (case,) = firm.house.store.write(lambda desk: desk.subjects("case", only_open=True))
    assert case.safety


def test_languages_that_are_not_scored_are_counted_and_their_posts_listed(firm: Firm) -> None:
    words = "Acme pakket is nog niet aangekomen en niemand reageert"
    hear(firm, complaint(1, text=words, lang="nl"), complaint(2, "kim", text=words, lang="nl"))
    hear(firm, complaint(3, "bo", text="@Acme アプリが動かない", lang="ja"), complaint(4, "al"))
    since = NOON - timedelta(days=1)
    assert firm.house.store.write(lambda desk: desk.not_scored(since)) == [("nl", 2), ("ja", 1)]
    listed = firm.house.store.write(lambda desk: desk.unsure_posts(since))
    assert [(row["lang"], row["scored"]) for row in listed] == [
        ("nl", False),
        ("nl", False),
        ("ja", False),
    ]


def test_an_edit_is_judged_again(firm: Firm) -> None:
    hear(firm, complaint(1, text="@Acme is a shop"))
    assert case_states(firm) == []
    hear(firm, complaint(1))
    assert case_states(firm) == [State.NEW]


def test_text_is_kept_no_longer_than_declared(firm: Firm) -> None:
    hear(firm, complaint(1, "jo"), complaint(2, "ky", text="@Acme is a shop"))
    later = NOON + timedelta(days=91)
    before = later - firm.house.settings.keep_text
    assert firm.house.store.write(lambda desk: desk.age_out(before, later)) == 1

    def left(desk: Unit) -> list[tuple[str, str]]:
        rows = desk.connection.execute(
            "select p.text, a.handle from posts p join authors a on a.id = p.author order by p.id"
        )
        return [(row[0], row[1]) for row in rows.fetchall()]

    # The open case keeps its words; what belongs to none is gone, with its author.
    assert firm.house.store.write(left) == [(f"{COMPLAINT} 1", "handle-jo"), ("", "")]


def test_many_bad_lines_are_one_reason_with_a_count(firm: Firm) -> None:
    bad = tuple(f"line {number}: this is no JSON" for number in range(1, 501))
    batch = Batch(malformed=(*bad, "item: id is no id"))
    firm.write(lambda desk: firm.house.pipeline.take(desk, "test", batch, firm.now))
    assert firm.house.store.write(lambda desk: desk.tallies(NOON, NOON + timedelta(1))) == {
        "malformed: this is no JSON": 500,
        "malformed: item: id is no id": 1,
    }


def test_what_was_left_out_is_counted_for_a_year_and_a_month(firm: Firm) -> None:
    def counted(desk: Unit) -> list[int]:
        days = desk.connection.execute("select n from tallies order by n").fetchall()
        return [row[0] for row in days]

    for age in (0, 399, 401, 4_000):
        firm.write(lambda desk, age=age: desk.tally("why", NOON - timedelta(days=age), age + 1))
    age_out(firm.house.store, NOON - timedelta(days=1), NOON)
    assert firm.house.store.write(counted) == [1, 400]


def test_the_spread_measure_survives_a_restart(firm: Firm) -> None:
    hear(firm, complaint(1))
    stored = firm.house.store.write(lambda desk: desk.detector("Acme"))
    assert stored


# ------------------------------------------------------------------- how far a post has gone
def counts(number: int, minutes: int, **many: int) -> Observation:
    at = NOON + timedelta(minutes=minutes)
    seen = observed(number, "jo", at, kind=Kind.COUNTS)
    return replace(seen, post=replace(seen.post, engagement=Engagement(**many)))


def learnt(firm: Firm, many: int, likes: int) -> None:
    """So many other posts have so many likes after an hour."""
    for number in range(100, 100 + many):
        hear(firm, complaint(number, f"author {number}", text="I like @Acme, thank you all"))
        hear(firm, counts(number, 60, likes=likes))


def priority(firm: Firm) -> Priority:
    found = firm.house.store.write(lambda desk: desk.priority(1))
    assert found is not None
    return found


def the_case(firm: Firm) -> Case:
    found = firm.house.store.write(lambda desk: desk.subject(Ref("case", 1)))
    assert isinstance(found, Case)
    return found


def test_a_post_that_gathers_fast_makes_its_case_more_urgent(firm: Firm) -> None:
    hear(firm, complaint())
    learnt(firm, 20, likes=2)
    before = priority(firm)
    assert "velocity" in before.unknown
    hear(firm, counts(1, 60, likes=4000, views=9))
    after = priority(firm)
    assert {term.name: term.value for term in after.terms}["velocity"] == 1.0
    assert after.score > before.score
    case = the_case(firm)
    assert (case.score, case.band) == (after.score, after.band)
    history = firm.house.store.write(lambda desk: desk.history("case:1"))
    assert {row["event"] for row in history} & {"band_raised", "rescored"}


def test_it_falls_once_somebody_has_it_and_the_crowd_is_gone(firm: Firm) -> None:
    hear(firm, complaint())
    learnt(firm, 20, likes=2)
    hear(firm, counts(1, 60, likes=4000))
    fast = priority(firm)
    hear(firm, counts(1, 120, likes=4000))
    assert priority(firm) == fast, "nobody has acknowledged it"
    owner = the_case(firm).owner
    acked = Action(Verb.ACK, owner)
    firm.write(lambda desk: firm.house.engine.act(desk, Ref("case", 1), acked, firm.now))
    hear(firm, counts(1, 180, likes=4001))
    assert priority(firm).score <= fast.score - 5
    assert the_case(firm).score == priority(firm).score


@pytest.mark.parametrize(
    ("many", "known"),
    [
        pytest.param(19, False, id="nineteen posts tell nothing"),
        pytest.param(20, True, id="twenty do"),
    ],
)
def test_what_is_usual_is_unknown_while_too_little_is(firm: Firm, many: int, known: bool) -> None:
    learnt(firm, many, likes=2)
    hear(firm, counts(100, 120, likes=90))  # a second reading teaches nothing more
    usual = firm.house.store.write(lambda desk: desk.usual("Acme"))
    assert usual.rate == (pytest.approx(2.0) if known else None)
    assert usual.views is None


def test_a_post_that_is_seen_again_with_newer_counts_is_weighed_too(firm: Firm) -> None:
    hear(firm, complaint())
    learnt(firm, 20, likes=2)
    later = replace(complaint(), seen_at=NOON + timedelta(hours=1))
    hear(firm, replace(later, post=replace(later.post, engagement=Engagement(likes=4000))))
    assert "velocity" not in priority(firm).unknown


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(counts(77, 60, likes=5), id="of a post that was never kept"),
        pytest.param(counts(1, 60), id="that say nothing"),
        pytest.param(counts(1, -60, likes=-5, views=-1), id="that make no sense"),
    ],
)
def test_counts_that_change_nothing(firm: Firm, seen: Observation) -> None:
    hear(firm, complaint())
    before = priority(firm)
    hear(firm, seen)
    assert priority(firm) == before


def test_why_a_case_is_as_urgent_as_it_is_is_explained_term_by_term(firm: Firm) -> None:
    hear(firm, complaint())
    rows = firm.house.store.write(lambda desk: list(explained(desk, "native-1")))
    (told,) = rows[0]["priority"]
    found = priority(firm)
    assert told["case"] == 1
    assert told["score"] == round(found.score, 2)
    assert set(told["terms"]) | set(told["unknown"]) == {term.name for term in found.terms}
    assert {"velocity", "segment"} <= set(told["unknown"])
    points = sum(term["points"] for term in told["terms"].values())
    assert points == pytest.approx(found.score, abs=0.1)


SLOGAN = "@Acme give us our money back now, we will not be quiet about it any longer"


def storms(firm: Firm) -> int:
    found = firm.house.store.write(lambda desk: desk.subjects("incident", only_open=False))
    return sum(each.level is Level.STORM for each in found if isinstance(each, Incident))


def test_a_storm_is_one_though_half_of_its_people_copy_a_slogan(firm: Firm) -> None:
    """Those who copy it are one voice; those with words of their own are a voice each."""
    own = ("@Acme terrible, still waiting", "@Acme worst service ever", "@Acme awful, no reply")
    for number in range(120):
        words = SLOGAN if number % 2 else own[number % 3]
        hear(firm, complaint(number, f"author {number}", text=words))
    assert storms(firm) == 1


def test_a_complaint_that_very_many_people_repost_is_a_storm(firm: Firm) -> None:
    """A repost has no words of its own to copy; who passes a complaint on is a voice."""
    hear(firm, complaint(1000, "jo"))
    for number in range(60):
        hear(firm, complaint(number, f"author {number}", repost_of="1000"))
    assert storms(firm) == 1


@pytest.mark.parametrize(("was_down", "told"), [(False, 1), (True, 0)])
def test_what_a_source_catches_up_on_after_an_outage_is_no_storm(
    firm: Firm, was_down: bool, told: int
) -> None:
    if was_down:
        firm.write(lambda desk: desk.fail_source("test", "HTTP 503", NOON - timedelta(minutes=5)))
    firm.clock.move_to(NOON + timedelta(hours=3))
    hear(firm, *(complaint(n, f"author {n}", repost_of="1000") for n in range(60)))
    assert storms(firm) == told


def incidents(firm: Firm) -> list[str]:
    found = firm.house.store.write(lambda desk: desk.subjects("incident", only_open=False))
    return [each.sentence for each in found if isinstance(each, Incident)]


def test_one_complaint_that_goes_far_beyond_the_usual_is_a_watch_by_itself(firm: Firm) -> None:
    hear(firm, complaint())
    learnt(firm, 20, likes=2)
    assert not incidents(firm)
    hear(firm, counts(1, 60, likes=4000))
    (said,) = incidents(firm)
    assert "one unhappy post goes over 100× the usual" in said
    hear(firm, counts(1, 120, likes=9000))
    assert incidents(firm) == [said]


def test_a_brand_is_heard_as_keenly_as_it_is_set(firm: Firm) -> None:
    ours = firm.house.settings
    keen = tuple(brand.model_copy(update={"sensitivity": "keen"}) for brand in ours.brands)
    house = Pipeline(
        ours.model_copy(update={"brands": keen}), Intake(assessor_of(ours)), firm.house.engine
    )

    def heard(desk: Unit) -> str | None:
        house.take(desk, "test", Batch((complaint(),)), firm.now)
        return desk.detector("Acme")

    stored = firm.house.store.write(heard)
    assert stored is not None
    assert json.loads(stored)["sensitivity"] == "keen"


def test_a_storm_outlasts_the_declaration_of_its_brand(firm: Firm) -> None:
    spike = Spike(storm=True, people=9, posts=9, minutes=60, usual=0.5, sentence="many")
    firm.write(lambda desk: firm.house.engine.spike(desk, "Acme", None, spike, firm.now))
    ours = firm.house.settings
    renamed = tuple(brand.model_copy(update={"name": f"New {brand.name}"}) for brand in ours.brands)
    settings = ours.model_copy(update={"brands": renamed})
    house = Pipeline(settings, Intake(assessor_of(settings)), firm.house.engine)
    firm.passes(timedelta(hours=3))
    firm.write(lambda desk: house.settle(desk, firm.now))
    (incident,) = firm.house.store.write(lambda desk: desk.subjects("incident", only_open=False))
    assert isinstance(incident, Incident)
    assert incident.level is Level.CONTAINED
