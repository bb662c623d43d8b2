"""Twenty-six ways for a listener to go deaf, count twice or do harm, each with the test against it.

Others have met every one of them with the same platforms and libraries (they are numbered in
../shared/PLATFORMS.md, section 6). `PITFALLS` names each and points to the tests that hold it;
those that had none are below. A pitfall that a source meets in its own way has a test there too.
"""

import ast
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from listener.collector import Batch, SourceError
from listener.fields import iso_time
from listener.mention import Author, Observation
from tests.contracts.test_collectors import FAULTS, SECRET, START, World, later, world
from tests.firm import NOON, Firm, new_firm, observed
from tests.listener.collectors import test_mastodon as mastodon

__all__ = ["world"]  # the fixture: every polled source, on its platform

TESTS = Path(__file__).parents[1]
COMPLAINT = "@Acme still waiting, third time asking, nobody replies, terrible"


@dataclass(frozen=True, slots=True)
class Pitfall:
    """What goes wrong, and which tests hold that it does not: "file::function", below tests/."""

    what: str
    held_by: tuple[str, ...]


HERE = "listener/test_pitfalls"
CONTRACT = "contracts/test_collectors"
BLUESKY = "listener/collectors/test_bluesky_source"
REDDIT = "listener/collectors/test_reddit"
X = "listener/collectors/test_x"
BOUNDARY = "listener/test_boundary"
SIMULATED = (
    "properties/test_collectors::test_nothing_is_lost_in_silence_kept_twice_or_paid_too_dearly"
)

PITFALLS: Mapping[int, Pitfall] = {
    1: Pitfall(
        "it asks again at once, because the reset that it was told is past",
        (
            f"{BOUNDARY}::test_a_reset_in_the_past_is_no_hot_loop",
            f"{CONTRACT}::test_a_fault_is_named_and_loses_nothing",
            f"{HERE}::test_a_refusal_is_asked_for_once_and_never_in_a_loop",
            "tocsin/test_watch::test_failures_back_off_and_an_answer_brings_the_usual_rhythm_back",
        ),
    ),
    2: Pitfall(
        "its thread sleeps for fifteen minutes while the house wants to stop",
        (
            f"{REDDIT}::test_rate_limits_never_put_our_thread_to_sleep",
            "tocsin/test_sick_sources::test_it_stops_within_two_seconds_whatever_is_under_way",
        ),
    ),
    3: Pitfall(
        "a token stands in a log of debugging",
        (
            f"{X}::test_the_bearer_token_reaches_no_log",
            f"{REDDIT}::test_no_key_reaches_a_log",
            "tocsin/test_wire::test_no_header_reaches_the_log",
            f"{HERE}::test_no_token_reaches_a_log_at_any_level",
        ),
    ),
    4: Pitfall(
        "its place moves before what came is stored",
        (
            "tocsin/test_sources::test_a_batch_that_cannot_be_kept_does_not_move_the_cursor",
            f"{BLUESKY}::test_what_the_store_did_not_take_is_read_again",
            "listener/collectors/test_telegram_source::test_nothing_is_acknowledged_before_it_is_stored",
        ),
    ),
    5: Pitfall(
        "a stream that is closed politely ends the listening without a word",
        (
            f"{BLUESKY}::test_a_clean_close_hands_on_what_was_heard_and_the_next_fetch_goes_on_from_there",
        ),
    ),
    6: Pitfall(
        "a stream that closes at once is opened again without pause",
        (
            f"{BLUESKY}::test_a_stream_that_closes_at_once_is_a_pause_and_never_a_hot_loop",
            "tocsin/test_watch::test_failures_back_off_and_an_answer_brings_the_usual_rhythm_back",
        ),
    ),
    7: Pitfall(
        "a fault in our own code ends the stream for good",
        (
            f"{BLUESKY}::test_a_fault_in_matching_loses_no_post",
            "tocsin/test_sources::test_a_source_that_fails_is_noted",
        ),
    ),
    8: Pitfall(
        "after a change of hosts everything is dropped as known",
        (
            f"{BLUESKY}::test_an_instance_that_counts_its_events_anew_is_asked_by_time",
            f"{BLUESKY}::test_another_instance_is_asked_from_a_little_earlier_when_one_does_not_answer",
        ),
    ),
    9: Pitfall(
        "a place that is too old is moved forward in silence",
        (
            f"{BLUESKY}::test_a_place_that_the_instance_no_longer_has_is_a_gap_though_it_says_nothing",
            f"{BLUESKY}::test_a_sequence_number_too_old_is_looked_for_by_time_and_the_loss_is_a_gap",
        ),
    ),
    10: Pitfall(
        "`since_id` skips the middle of a burst (Mastodon), or is refused (X)",
        (
            "listener/collectors/test_mastodon::test_a_burst_is_walked_to_its_end_whatever_a_page_holds",
            f"{X}::test_a_marker_that_x_refuses_is_replaced_by_a_time",
            f"{X}::test_after_more_than_a_week_away_the_rest_is_read_and_the_gap_recorded",
        ),
    ),
    11: Pitfall(
        "of a burst beyond one page the rest is lost",
        (
            f"{CONTRACT}::test_a_burst_of_pages_is_read_to_its_end_over_a_restart",
            "listener/test_rounds::test_a_listing_that_goes_no_deeper_leaves_a_gap_as_long_as_what_is_missing",
            SIMULATED,
        ),
    ),
    12: Pitfall(
        "the post from which a listing is read on was deleted",
        (
            f"{REDDIT}::test_deleted_anchors_are_neither_a_loss_nor_a_gap",
            "listener/collectors/test_discord_source::test_the_last_message_may_be_deleted_without_losing_the_next",
        ),
    ),
    13: Pitfall(
        "old posts come again as new once they are forgotten",
        (
            "tocsin/test_pipeline::test_a_complaint_opens_a_case_once_however_often_it_is_seen",
            "tocsin/test_pipeline::test_a_deleted_complaint_is_erased_and_does_not_come_back",
            f"{HERE}::test_a_post_whose_words_were_aged_out_does_not_come_back_as_news",
        ),
    ),
    14: Pitfall(
        "an answer of 200 holds errors, or a web page",
        (
            f"{X}::test_partial_errors_are_named_and_the_posts_kept",
            f"{X}::test_every_recorded_fault_inside_a_200_is_survived",
            f"{CONTRACT}::test_a_fault_is_named_and_loses_nothing",
            "contracts/test_hostile_bodies::test_no_hostile_body_passes_for_a_quiet_day",
        ),
    ),
    15: Pitfall(
        "`Retry-After` is a date, a reset is a fraction",
        (
            f"{BOUNDARY}::test_how_long_we_are_asked_to_wait",
            f"{BOUNDARY}::test_every_recorded_http_fault_has_a_sane_outcome",
            "listener/test_wire_adapter::test_no_header_reaches_the_library_that_it_would_sleep_on_or_decode_by",
        ),
    ),
    16: Pitfall(
        "an answer comes a byte at a time, for ever",
        (
            f"{X}::test_a_drip_ends_at_the_deadline",
            f"{REDDIT}::test_a_drip_ends_at_the_deadline",
            "tocsin/test_wire::test_the_deadline_bounds_everything",
        ),
    ),
    17: Pitfall(
        "a month's quota that is spent looks like a short rate limit",
        (
            f"{BOUNDARY}::test_each_status_is_one_kind_of_error",
            f"{X}::test_a_capped_account_inside_a_200_is_out_of_budget",
        ),
    ),
    18: Pitfall(
        "an edit under a new id is counted as another post",
        (
            "listener/collectors/test_x_money::test_an_edit_is_a_new_id_of_the_chain_and_one_post",
            SIMULATED,
        ),
    ),
    19: Pitfall(
        "one post on three instances is counted three times",
        (
            "listener/collectors/test_lemmy::test_the_same_post_on_two_instances_is_one_post",
            f"{HERE}::test_a_post_that_three_instances_show_is_one_mention_and_one_case",
        ),
    ),
    20: Pitfall(
        "what was written before the first start sounds the firestorm alarm",
        (
            "tocsin/test_backfilling::test_all_of_it_is_kept_marked_and_pages_nobody",
            f"{HERE}::test_a_backlog_sounds_no_alarm_that_the_same_posts_would_as_news",
        ),
    ),
    21: Pitfall(
        "a feed of reviews that is empty for once is read as peace",
        (
            "listener/collectors/test_appstore::test_a_sudden_empty_feed_is_unknown_and_not_quiet",
            "listener/test_rounds::test_an_empty_answer_of_a_listing_that_had_posts_is_no_peace",
        ),
    ),
    22: Pitfall(
        "a platform gives its fields other names",
        (
            f"{X}::test_old_and_new_names_are_the_same_post",
            "contracts/test_hostile_bodies::test_no_hostile_body_passes_for_a_quiet_day",
            SIMULATED,
        ),
    ),
    23: Pitfall(
        "one malformed post costs its page",
        (
            f"{CONTRACT}::test_one_malformed_item_costs_only_itself_and_is_counted",
            f"{X}::test_one_bad_post_never_loses_the_page",
            f"{REDDIT}::test_one_bad_item_never_loses_the_page",
            f"{BLUESKY}::test_unreadable_frames_are_counted_and_cost_nothing_else",
        ),
    ),
    24: Pitfall(
        "words that were deleted live on in alerts, digests, logs and backups",
        (
            "properties/test_redaction::test_no_byte_is_left_in_the_store_or_a_later_backup",
            "properties/test_redaction::test_no_byte_is_ever_logged_or_printed",
            "properties/test_redaction::test_what_was_sent_is_said_anew_without_it",
            "tocsin/digest/test_digest_gather::test_deleted_posts_never_appear_while_their_count_stays",
        ),
    ),
    25: Pitfall(
        "a clock is wrong, or is put back by an hour",
        (
            f"{CONTRACT}::test_a_post_from_the_future_is_as_old_as_its_first_sight",
            f"{REDDIT}::test_a_time_in_the_future_does_not_become_what_is_known",
            "listener/collectors/test_youtube::test_units_come_again_at_midnight_pacific_summer_and_winter",
            f"{HERE}::test_the_hour_that_comes_twice_is_two_hours",
            SIMULATED,
        ),
    ),
    26: Pitfall(
        "one source that is dead starves the others",
        (
            "tocsin/test_sick_sources::test_a_sick_source_never_delays_a_healthy_one",
            "tocsin/test_watch::test_a_source_that_fails_or_hangs_does_not_starve_the_others",
            "listener/test_rounds::test_a_listing_that_fails_does_not_keep_the_others_waiting",
        ),
    ),
}


@cache
def named_in(file: str) -> frozenset[str]:
    """The names of a file's own tests, read without running anything of it."""
    tree = ast.parse((TESTS / f"{file}.py").read_text(encoding="utf-8"))
    return frozenset(
        one.name
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    )


def test_every_pitfall_is_named() -> None:
    assert sorted(PITFALLS) == list(range(1, 27))
    assert len({one.what for one in PITFALLS.values()}) == len(PITFALLS)


@pytest.mark.parametrize("number", PITFALLS)
def test_the_tests_that_hold_it_exist(number: int) -> None:
    held_by = PITFALLS[number].held_by
    assert held_by
    for test in held_by:
        file, _, name = test.partition("::")
        assert name in named_in(file), f"there is no {test}"


# ------------------------------------------------------------------------- 1: the hot retry
@pytest.mark.parametrize(
    "fault",
    ["a reset long past", "too many requests, no word of when", "down", "nothing at all"],
)
def test_a_refusal_is_asked_for_once_and_never_in_a_loop(world: World, fault: str) -> None:
    world.read()
    later(world, timedelta(hours=1))
    before = len(world.platform.asked)
    world.platform.instead = FAULTS[fault][0]
    with pytest.raises(SourceError):
        world.fetch()
    assert len(world.platform.asked) - before <= 3, "one for each place that it reads, no more"


# --------------------------------------------------------------------------- 3: tokens in logs
def test_no_token_reaches_a_log_at_any_level(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.platform.write([1], START - timedelta(minutes=1))
    world.read()
    for answer, _ in FAULTS.values():
        later(world, timedelta(hours=2))
        world.platform.instead = answer
        try:
            world.fetch()
        except SourceError as error:
            logging.getLogger("listening").warning("it fails", exc_info=error)
    assert "it fails" in caplog.text
    assert SECRET not in caplog.text


# --------------------------------------------------------------- 13, 19, 20: in a whole house
@pytest.fixture
def firm() -> Firm:
    firm = new_firm()
    firm.write(lambda desk: desk.start_source("test", NOON))
    return firm


def hear(firm: Firm, *seen: Observation, source: str = "test") -> None:
    batch = Batch(seen)
    firm.write(lambda desk: firm.house.pipeline.take(desk, source, batch, firm.now))


def count(firm: Firm, what: str) -> int:
    with firm.house.store.borrow() as desk:
        return int(desk.connection.execute(f"select count(*) from {what}").fetchone()[0])


def test_a_post_whose_words_were_aged_out_does_not_come_back_as_news(firm: Firm) -> None:
    old = observed(1, "jo", NOON, words="@Acme is a shop")
    hear(firm, old)
    firm.clock.move_to(NOON + timedelta(days=91))
    before = firm.now - firm.house.settings.keep_text
    assert firm.write(lambda desk: desk.age_out(before, firm.now)) == 1
    hear(firm, replace(old, seen_at=firm.now))
    assert count(firm, "posts") == 1
    assert count(firm, "posts where text <> ''") == 0, "its words came back"
    assert count(firm, "cases") == 0


def test_a_post_that_three_instances_show_is_one_mention_and_one_case(firm: Firm) -> None:
    uri = "https://first.example/users/ann/statuses/1"
    words = f"<p>{COMPLAINT}</p>"
    for number, instance in enumerate(("first", "second", "third"), 1):
        shown = {**mastodon.status(1, content=words), "id": f"{number}00", "uri": uri}
        seen = mastodon.decode(shown, f"{instance}.example", NOON)
        assert isinstance(seen, Observation)
        firm.write(lambda desk, name=instance: desk.start_source(name, NOON))  # type: ignore[misc]
        recent = replace(seen.post, created_at=NOON, lang="en")
        hear(firm, replace(seen, post=recent, backfill=False), source=instance)
    assert count(firm, "posts") == 1
    assert count(firm, "cases") == 1
    firm.passes(timedelta(minutes=1))
    with firm.house.store.borrow() as desk:
        (case,) = desk.subjects("case", only_open=False)
    assert getattr(case, "posts", 0) == 1


def test_a_backlog_sounds_no_alarm_that_the_same_posts_would_as_news() -> None:
    def incidents(backfill: bool) -> int:
        firm = new_firm()
        firm.write(lambda desk: desk.start_source("test", NOON - timedelta(days=30)))
        for number in range(120):
            at = NOON + timedelta(seconds=10 * number)
            firm.clock.move_to(at)
            seen = observed(number, f"author{number}", at, words="@Acme terrible, still waiting")
            post = replace(seen.post, lang="en", author=Author(id=f"a{number}"))
            hear(firm, replace(seen, post=post, backfill=backfill))
        firm.passes(timedelta(minutes=2))
        return count(firm, "incidents")

    assert incidents(backfill=False) >= 1, "else the other half says nothing"
    assert incidents(backfill=True) == 0


# ------------------------------------------------------------------------------- 25: clocks
def test_the_hour_that_comes_twice_is_two_hours() -> None:
    """Night of 25 October 2026 in Berlin: 02:30 comes at +02:00 and an hour later at +01:00."""
    first, second = (iso_time(f"2026-10-25T02:30:00{zone}") for zone in ("+02:00", "+01:00"))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second == first + timedelta(hours=1)
    assert iso_time("2026-10-25T02:30:00") is None, "a time without its zone is no time"
