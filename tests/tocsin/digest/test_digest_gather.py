"""The numbers of a week are those of the rows, no more and no less."""

from datetime import UTC, datetime, timedelta

import pytest

from config import Brand, SourceSettings
from escalation.decision import WarningKind
from escalation.subject import Level, State
from listener.collector import Gap
from listener.complaint import Verdict
from tocsin.digest import Week, render
from tocsin.digest.data import LanguageCount, LeftOut, TopicWeek

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
AFTER = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def gaps(house, source: str, *stretches: tuple[datetime, datetime], reason: str = "down") -> None:
    found = [Gap(since, until, reason) for since, until in stretches]
    house.store.write(lambda unit: unit.keep_gaps(source, found, AFTER))


# ------------------------------------------------------------------------------- what was heard
def test_the_numbers_add_up_to_the_rows(house) -> None:
    for number in range(12):
        verdict = (Verdict.COMPLAINT, Verdict.UNSURE, Verdict.OTHER)[number % 3]
        house.hears(author=f"a{number % 5}", verdict=verdict, topic=("billing", None)[number % 2])
    brand = house.digest().brands[0]
    figures = brand.figures
    assert (figures.mentions, figures.authors) == (12, 5)
    assert (figures.complaints, figures.unsure) == (4, 4)
    assert (figures.share.count, figures.share.of) == (4, 12)
    assert sum(topic.complaints for topic in brand.topics) == figures.complaints
    assert figures.mood.items == 12
    assert figures.mood.clusters == 5


def test_people_without_a_name_are_counted_apart_from_authors(house) -> None:
    house.hears(author="ann")
    for number in range(3):
        house.hears(author=f"a-{number}", handle="", platform="anonymous", followers=None)
    digest = house.digest()
    figures = digest.brands[0].figures
    assert (figures.mentions, figures.authors, figures.unnamed) == (4, 1, 3)
    assert "4 mentions by 1 author and 3 posts without a name " in render(digest, "txt")


def test_a_matter_of_safety_is_counted_and_quoted_as_a_complaint_however_unsure_it_is(
    house,
) -> None:
    house.hears("my child was scalded by the kettle", verdict=Verdict.UNSURE, safety=True)
    brand = house.digest().brands[0]
    assert (brand.figures.complaints, brand.figures.unsure) == (1, 0)
    assert [quote.text for quote in brand.verbatims] == ["my child was scalded by the kettle"]


def test_an_empty_store_gives_no_shares_and_no_mood_instead_of_noughts(house) -> None:
    data = house.digest()
    figures = data.brands[0].figures
    assert (figures.mentions, figures.share, figures.mood, figures.answered) == (
        0,
        None,
        None,
        None,
    )
    assert not data.not_seen.started
    assert data.decisions == ()


def test_a_post_counts_in_the_week_in_which_it_was_written_by_the_firms_clock(
    house, declared
) -> None:
    house.settings = declared(timezone="Europe/Berlin")
    midnight = datetime(2026, 11, 15, 23, tzinfo=UTC)
    house.hears(at=midnight - timedelta(seconds=1))
    house.hears(at=midnight)
    house.hears(at=midnight + timedelta(days=7) - timedelta(seconds=1))
    house.hears(at=midnight + timedelta(days=7))
    brand = house.digest().brands[0]
    assert (brand.figures.mentions, brand.before.mentions) == (2, 1)


def test_in_half_hour_zones_every_post_counts_in_just_one_week(house, declared) -> None:
    house.settings = declared(timezone="Asia/Kolkata")
    midnight = datetime(2026, 11, 15, 18, 30, tzinfo=UTC)
    for minutes in range(-60, 61, 10):
        house.hears(at=midnight + timedelta(minutes=minutes))
    brand = house.digest().brands[0]
    assert brand.figures.mentions + brand.before.mentions == 13
    # The hour that began before midnight belongs to the week before, as a whole.
    assert brand.before.mentions == 9


def test_the_week_before_is_the_week_before_over_a_new_year(house) -> None:
    house.hears(at=datetime(2026, 12, 30, tzinfo=UTC))
    data = house.digest(Week(2027, 1), now=datetime(2027, 1, 12, tzinfo=UTC))
    assert data.brands[0].before.mentions == 1


def test_mood_is_of_scored_mentions_only_and_counts_authors_not_posts(house) -> None:
    for _ in range(10):
        house.hears(author="troll", valence=-1.0)
    house.hears(author="ann", valence=0.5)
    house.hears(author="zoe", valence=None, lang="de")
    mood = house.digest().brands[0].figures.mood
    assert mood.value == pytest.approx(-9.5 / 11)
    assert (mood.items, mood.clusters) == (11, 2)
    assert (mood.interval.low, mood.interval.high) == (-1.0, 1.0)


def test_our_own_posts_are_not_counted(house) -> None:
    house.hears(own=True)
    assert house.digest().brands[0].figures.mentions == 0


def test_each_brand_has_its_own_numbers(house, declared) -> None:
    house.settings = declared(brands=(Brand(name="Acme"), Brand(name="Bolt")))
    house.hears(brand="Acme")
    house.hears(brand="Bolt", verdict=Verdict.OTHER)
    acme, bolt = house.digest().brands
    assert (acme.figures.complaints, bolt.figures.complaints) == (1, 0)
    assert (acme.figures.mentions, bolt.figures.mentions) == (1, 1)


def test_topics_of_either_week_are_listed_the_most_frequent_first(house) -> None:
    house.hears(topic="billing", at=MONDAY - DAY)
    house.hears(topic="parcels")
    house.hears(topic="parcels", verdict=Verdict.OTHER)
    assert house.digest().brands[0].topics == (
        TopicWeek("parcels", 1, 0),
        TopicWeek("billing", 0, 1),
    )


# ----------------------------------------------------------------------------------- verbatims
def test_the_most_severe_and_far_reaching_come_first_and_at_most_five(house) -> None:
    house.hears("mild", author="a", severity=0.1, followers=100)
    house.hears("grave and loud", author="b", severity=0.9, followers=100_000)
    house.hears("grave", author="c", severity=0.9, followers=10)
    for number in range(4):
        house.hears(f"middling {number}", author=f"d{number}", severity=0.4, followers=10)
    said = [quote.text for quote in house.digest().brands[0].verbatims]
    assert said[:2] == ["grave and loud", "grave"]
    assert len(said) == 5
    assert "mild" not in said


def test_nobody_is_quoted_twice_and_no_wording_either(house) -> None:
    house.hears("it broke", author="ann", severity=0.9)
    house.hears("it broke again", author="ann", severity=0.8)
    house.hears("It BROKE", author="zoe", severity=0.7)
    house.hears("mine too", author="zoe", severity=0.6)
    said = [quote.text for quote in house.digest().brands[0].verbatims]
    assert said == ["it broke", "mine too"]


def test_deleted_posts_never_appear_while_their_count_stays(house) -> None:
    post = house.hears("take this back", author="ann")
    house.deletes(post)
    brand = house.digest().brands[0]
    assert brand.verbatims == ()
    assert brand.figures.complaints == 1


def test_a_forgotten_author_is_not_quoted(house) -> None:
    house.hears("remember me not", author="ann")
    author = house.store.write(lambda unit: unit.authors_called("ann", None)[0]["id"])
    house.store.write(lambda unit: unit.forget_author(author, AFTER))
    assert house.digest().brands[0].verbatims == ()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"verdict": Verdict.UNSURE}, id="it is unsure whether it is a complaint"),
        pytest.param({"verdict": Verdict.OTHER}, id="it is none"),
        pytest.param({"own": True}, id="we wrote it"),
        pytest.param({"repost_of": "9"}, id="it is somebody else's words"),
        pytest.param({"at": MONDAY - timedelta(seconds=1)}, id="it is of the week before"),
        pytest.param({"at": MONDAY + 7 * DAY}, id="it is of the week after"),
        pytest.param({"brand": "Bolt"}, id="it is about another brand"),
        pytest.param({"text": ""}, id="it has no words"),
    ],
)
def test_it_is_not_quoted_when(house, change) -> None:
    house.hears(**change)
    assert house.digest().brands[0].verbatims == ()


def test_what_a_person_dismissed_is_not_quoted(house) -> None:
    post = house.hears("ironic")
    house.opens(
        about=post, state=State.CLOSED, closed_at=AFTER, closed_by="ada", close_reason="dismissed"
    )
    assert house.digest().brands[0].verbatims == ()


def test_a_later_judgement_replaces_the_first(house) -> None:
    post = house.hears("sick deal")
    house.store.write(
        lambda unit: unit.connection.execute(
            "insert into judgements (mention, model, at, lang, scored, valence, probability, "
            "verdict, severity, safety, team, topic, why) select mention, 'newer', at, lang, "
            "scored, valence, 0.1, 'other', severity, safety, team, topic, why from judgements "
            "where mention = (select id from mentions where post = ?)",
            (post,),
        )
    )
    assert house.digest().brands[0].verbatims == ()


def test_long_words_are_cut_and_title_and_handle_are_shown(house) -> None:
    house.hears("x" * 5000, title="Broken", author="ann")
    quote = house.digest().brands[0].verbatims[0]
    assert quote.text.startswith("Broken: xxx")
    assert quote.text.endswith("…")
    assert len(quote.text) == 400
    assert (quote.author, quote.platform, quote.reach) == ("@ann", "x", 100)


# ------------------------------------------------------------------------------------- storms
def test_a_storm_that_a_person_declared_is_not_told_as_nobody_in_no_time(house) -> None:
    house.storms(people=0, posts=0, minutes=0, usual=0.0, declared_by="ben")
    told = render(house.digest(), "txt")
    assert "declared by hand" in told
    assert "0 people" not in told
    assert "0 s" not in told


def test_a_storm_that_was_declared_by_mistake_is_none(house) -> None:
    over = {"level": Level.CLOSED, "state": State.CLOSED, "closed_at": MONDAY + 3 * DAY}
    house.storms(people=0, declared_by="ben", close_reason="dismissed", **over)
    assert house.digest().brands[0].storms == ()


def test_what_closed_cases_cost_is_summed_by_function(house) -> None:
    closed = {"state": State.CLOSED, "closed_at": MONDAY + 3 * DAY, "close_reason": "resolved"}
    house.opens(cause="care", cost=20, money=50, **closed)
    house.opens(cause="care", cost=5, money=None, **closed)
    house.opens(cause="web", cost=1, money=70, **closed)
    house.opens(cause="web", **closed)
    house.opens(cause="web", cost=9, money=9, **closed | {"closed_at": MONDAY - DAY})
    costs = house.digest().brands[0].costs
    assert [(one.function, one.cases, one.minutes, one.money) for one in costs] == [
        ("web", 1, 1, 70),
        ("care", 2, 25, 50),
    ]
    assert "What closed cases cost, by function" in render(house.digest(), "txt")


def test_storms_come_before_watches_and_name_their_people(house) -> None:
    house.storms(topic="billing", level=Level.WATCH, storm_at=None, people=90, owner="ada")
    house.storms(cause="billing run")
    storm, watch = house.digest().brands[0].storms
    assert (storm.level, storm.owner, storm.cause) == ("storm", "Eve Exec", "billing run")
    assert (watch.level, watch.owner, watch.people) == ("watch", "Ada Lovelace", 90)


@pytest.mark.parametrize(
    ("opened", "closed", "listed"),
    [
        pytest.param(MONDAY - 3 * DAY, MONDAY - DAY, False, id="over before the week: no"),
        pytest.param(MONDAY - 3 * DAY, MONDAY + DAY, True, id="closed in the week: yes"),
        pytest.param(MONDAY - 3 * DAY, None, True, id="open all week: yes"),
        pytest.param(MONDAY + 7 * DAY, None, False, id="opened after it: no"),
    ],
)
def test_a_storm_is_of_the_week_in_which_it_was_open(house, opened, closed, listed) -> None:
    state = State.OWNED if closed is None else State.CLOSED
    level = Level.STORM if closed is None else Level.CLOSED
    house.storms(opened_at=opened, closed_at=closed, state=state, level=level)
    assert bool(house.digest().brands[0].storms) is listed


def test_whom_a_storms_people_may_stand_for_is_told_as_a_range_with_its_source(house) -> None:
    house.storms()
    (storm,) = house.digest().brands[0].storms
    assert (storm.behind.low, storm.behind.high) == (37 * 26, 37 * 100)
    for form in ("md", "html", "txt", "csv", "json"):
        said = render(house.digest(), form)
        assert "rule of thumb" in said
        assert "962" in said


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"storm_at": None, "level": Level.WATCH}, id="a watch is no storm"),
        pytest.param({"people": 0, "posts": 0, "usual": 0.0}, id="nobody was counted"),
    ],
)
def test_where_no_storm_was_measured_nobody_is_behind_it(house, changes) -> None:
    house.storms(**changes)
    assert house.digest().brands[0].storms[0].behind is None


def test_the_warnings_a_storm_had_are_listed_by_function_and_name_nobody(house) -> None:
    storm_at = MONDAY + 2 * DAY
    house.opens()
    house.opens(team="web")
    house.storms(storm_at=storm_at)
    house.warns(1, WarningKind.MISSED_PAGE, at=storm_at - 9 * HOUR, incident=1)
    house.warns(1, WarningKind.BREACHED, at=storm_at - 2 * HOUR, incident=1)
    house.warns(2, WarningKind.DISMISSED_CASE, at=storm_at - HOUR, incident=1, by="ben")
    house.warns(2, WarningKind.MISSED_PAGE, at=storm_at - HOUR)
    (storm,) = house.digest().brands[0].storms
    care, web = storm.warnings
    assert (care.function, care.count, care.first_at) == ("care", 2, storm_at - 9 * HOUR)
    assert (care.kinds, care.done) == ("1 broken promise, 1 missed page", "nothing about 2")
    assert (web.function, web.kinds, web.not_heeded) == ("web", "1 dismissed case", 1)
    assert "ada" not in str(storm.warnings)
    assert "ben" not in str(storm.warnings)


def test_of_the_weeks_warnings_those_that_nobody_heeded_are_listed_by_function(house) -> None:
    house.opens()
    house.opens(team="web")
    house.warns(1, WarningKind.MISSED_PAGE, at=MONDAY - HOUR)  # of the week before
    house.warns(1, WarningKind.MISSED_PAGE, at=MONDAY + DAY)
    house.warns(1, WarningKind.MISSED_PAGE, at=MONDAY + 2 * DAY)
    house.warns(1, WarningKind.DISMISSED_CASE, at=MONDAY + 2 * DAY)  # and no storm came
    house.warns(2, WarningKind.BREACHED, at=MONDAY + DAY)
    house.takes_on(2, at=MONDAY + 2 * DAY)
    (care,) = house.digest().brands[0].warned
    assert (care.function, care.count, care.first_at) == ("care", 2, MONDAY + DAY)


def test_what_silences_held_back_in_the_week_is_counted(house) -> None:
    house.silences(topic="billing", at=MONDAY + DAY, hides=(1, 2))
    house.silences(brand="Acme", at=MONDAY - DAY, hides=(1,))
    house.silences(team="care", at=MONDAY + DAY, hides=())
    (hushed,) = house.digest().hushed
    assert (hushed.number, hushed.over, hushed.hidden) == (1, "topic billing", 2)


def test_what_was_hidden_in_the_week_is_counted_with_how_much_of_it_was_called_right(house) -> None:
    for _ in range(3):
        house.opens()
    house.hides(1, "deleted", at=MONDAY - HOUR)  # of the week before
    house.hides(1, "deleted", at=MONDAY + DAY)
    house.hides(2, "deleted", at=MONDAY + DAY, answered="hid_confirmed")
    house.hides(3, "blocked", at=MONDAY + DAY, answered="hid_refused")
    deleted, blocked = house.digest().brands[0].hidden
    assert (deleted.what, deleted.count, deleted.confirmed) == ("deleted", 2, 1)
    assert (deleted.refused, deleted.not_confirmed) == (0, 1)
    assert (blocked.what, blocked.count, blocked.refused) == ("blocked", 1, 1)
    said = render(house.digest(), "md").replace("\\", "")
    assert "Deleted, 2: 1 confirmed by a second person, 1 not confirmed yet" in said


def test_pages_nobody_answered_are_listed_the_worst_first(house) -> None:
    house.opens(misses=1, state=State.OWNED, acked_at=MONDAY + 2 * DAY)
    house.opens(misses=3)
    house.opens(misses=0)
    house.opens(misses=9, opened_at=MONDAY - DAY)
    house.storms(misses=2)
    found = house.digest().brands[0].misses
    assert [(miss.subject, miss.pages, miss.acknowledged) for miss in found] == [
        ("case 2", 3, False),
        ("incident 1", 2, True),
        ("case 1", 1, True),
    ]


# ----------------------------------------------------------------------------------- not seen
def test_gaps_are_cut_to_the_week_and_counted_once_where_they_overlap(house) -> None:
    gaps(house, "stream", (MONDAY - HOUR, MONDAY + HOUR), (MONDAY, MONDAY + 2 * HOUR))
    gaps(house, "stream", (MONDAY + 3 * HOUR, MONDAY + 4 * HOUR))
    gaps(house, "stream", (MONDAY - 2 * HOUR, MONDAY), reason="before the week")
    gaps(house, "polls", (MONDAY + 7 * DAY - HOUR, MONDAY + 9 * DAY), reason="limit")
    found = [
        (gap.source, gap.reason, gap.minutes, gap.times) for gap in house.digest().not_seen.gaps
    ]
    assert found == [("stream", "down", 180.0, 3), ("polls", "limit", 60.0, 1)]


def test_a_failing_source_is_told_with_the_owner_of_its_fault(house, declared) -> None:
    house.settings = declared(
        sources=(SourceSettings(name="stream", kind="s"), SourceSettings(name="polls", kind="s"))
    )
    house.store.write(lambda unit: unit.start_source("stream", MONDAY))
    house.store.write(lambda unit: unit.fail_source("stream", "HTTP 503", AFTER - HOUR))
    unseen = house.digest().not_seen
    (failing,) = unseen.failing
    assert (failing.source, failing.failure, failing.owner) == ("stream", "HTTP 503", "Eve Exec")
    assert unseen.not_begun == ("polls",)
    assert unseen.started


def test_a_source_that_began_after_the_week_heard_nothing_of_it(house) -> None:
    house.store.write(lambda unit: unit.start_source("stream", MONDAY + 7 * DAY))
    assert not house.digest().not_seen.started


def test_languages_without_a_score_are_counted_for_each_brand(house) -> None:
    house.hears(lang="de", valence=None)
    house.hears(lang="de", valence=None)
    house.hears(lang="ja", valence=None)
    house.hears(lang="en")
    assert house.digest().brands[0].unscored == (LanguageCount("de", 2), LanguageCount("ja", 1))


def test_what_was_left_out_is_counted_in_just_one_week(house, declared) -> None:
    house.settings = declared(timezone="America/New_York")
    for days in range(-7, 21):
        house.store.write(lambda unit, days=days: unit.tally("too long", MONDAY + days * DAY))
    this, following = (
        house.digest(week, AFTER + 14 * DAY).not_seen.left_out
        for week in (Week(2026, 47), Week(2026, 48))
    )
    assert this == following == (LeftOut("too long", 7),)


def test_a_week_that_is_not_over_says_so(house) -> None:
    assert house.digest().is_over
    assert not house.digest(now=MONDAY + 3 * DAY).is_over
