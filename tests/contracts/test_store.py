"""What every store promises, whether in memory, in a file, or in a file with a writer thread."""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from config import Brand
from escalation.channel import Purpose
from escalation.decision import TimerKind, Warn, WarningKind
from escalation.desk import Happening, Outgoing, Timer
from escalation.ledger import FirstBad, Verified, verify
from escalation.silences import Scope
from escalation.subject import Case, Ref
from listener.assess import Assessor
from listener.budget import Use
from listener.complaint import Judgement, Verdict
from listener.crowd import Noise
from listener.intake import Standing
from listener.mention import Author, Kind, Observation, Post
from tests.firm import NOON, observed
from tocsin.randomness import SeededRandomness
from tocsin.store import Store, StoreBroken, StoreBusy, Unit
from tocsin.store.claims import OVERDUE
from tocsin.store.noises import Copies
from tocsin.store.schema import migrations
from tocsin.store.subjects import Conflict

CASE = Ref("case", 1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["memory", "file", "threaded file"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def told() -> list[Happening]:
    return []


@pytest.fixture
def store(kind: str, tmp_path: Path, told: list[Happening]) -> Iterator[Store]:
    made = Store(
        None if kind == "memory" else tmp_path / "store.db",
        randomness=SeededRandomness(),
        threaded=kind == "threaded file",
        told=told.append,
    )
    yield made
    made.close()


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.db", randomness=SeededRandomness())
    yield made
    made.close()


def a_case(author: int, number: int = 1) -> Case:
    from config import Band

    return Case(
        number=number,
        brand="Acme",
        team="care",
        topic=None,
        band=Band.P2,
        owner="olwyn",
        opened_at=NOON,
        author=author,
        complained_at=NOON,
    )


def with_case(desk: Unit) -> Case:
    kept = desk.keep_post(observed(1, "jo", NOON), "test")
    case = a_case(kept.author)
    desk.save(case, None)
    desk.attach(case.number, kept.post)
    return case


def a_page(key: str = "page|1", *, due: timedelta = timedelta(0), **more: object) -> Outgoing:
    fields = {
        "key": key,
        "purpose": Purpose.PAGE,
        "ref": CASE,
        "channel": "chat",
        "to": "olwyn@chat",
        "due": NOON + due,
        "person": "olwyn",
        "round": 1,
        "nth": 1,
        "what": "page",
    }
    return Outgoing(**{**fields, **more})  # type: ignore[arg-type]


def count(store: Store, table: str) -> int:
    query = f"select count(*) from {table}"
    return int(store.write(lambda desk: desk.connection.execute(query).fetchone()[0]))


# ---------------------------------------------------------------------------- transactions
def test_a_write_is_whole_or_not_at_all(store: Store) -> None:
    def half(desk: Unit) -> None:
        with_case(desk)
        desk.arm(CASE, TimerKind.ACK, NOON, NOON)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(half)
    assert count(store, "cases") == count(store, "timers") == count(store, "posts") == 0


def test_a_failing_job_does_not_touch_its_neighbours(store: Store) -> None:
    def good(number: int) -> object:
        return lambda desk: desk.tally(f"good {number}", NOON)

    def bad(desk: Unit) -> None:
        desk.tally("bad", NOON)
        raise KeyError("bad")

    failed = store.write_each([good(1), bad, good(2), bad, good(3)])  # type: ignore[list-item]
    assert [error and type(error) for error in failed] == [None, KeyError, None, KeyError, None]
    tallies = store.write(lambda desk: desk.tallies(NOON, NOON + MINUTE))
    assert tallies == {"good 1": 1, "good 2": 1, "good 3": 1}


def test_what_happened_in_a_job_that_failed_is_not_told(
    store: Store, told: list[Happening]
) -> None:
    def good(desk: Unit) -> None:
        desk.tell(Happening(NOON, "good"))

    def bad(desk: Unit) -> None:
        desk.tell(Happening(NOON, "bad"))
        raise KeyError

    store.write_each([bad, good, bad])
    store.write(lambda desk: None)  # the writer has told what came before
    assert [one.event for one in told] == ["good"]


def test_a_staff_id_of_a_job_that_failed_is_not_remembered(store: Store) -> None:
    def bad(desk: Unit) -> None:
        desk.staff_id("olwyn")
        raise KeyError

    store.write_each([bad])
    known = store.write(lambda desk: desk.staff_id("olwyn"))
    assert known == store.write(lambda desk: desk.staff_id("olwyn"))
    assert count(store, "staff") == 1


def test_a_listener_that_fails_does_not_stop_a_writer_thread(tmp_path: Path) -> None:
    def fail(happening: Happening) -> None:
        raise BrokenPipeError

    with Store(tmp_path / "s.db", randomness=SeededRandomness(), threaded=True, told=fail) as store:
        store.write(lambda desk: desk.tell(Happening(NOON, "one")))
        store.write(lambda desk: desk.tally("still there", NOON))
        assert count(store, "tallies") == 1


def test_many_threads_write_and_nothing_is_lost(store: Store) -> None:
    def work() -> None:
        for _ in range(20):
            store.write(lambda desk: desk.tally("n", NOON))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.write(lambda desk: desk.tallies(NOON, NOON + MINUTE)) == {"n": 80}


def test_cursor_and_posts_stand_or_fall_together(store: Store) -> None:
    store.write(lambda desk: desk.start_source("x", NOON))

    def take(desk: Unit, cursor: str) -> None:
        desk.keep_post(observed(1, "jo", NOON), "x")
        desk.save_cursor("x", cursor, newest_at=NOON, malformed=0, now=NOON)
        desk.charge("x", Use.SEARCH, 0.5, NOON)

    def torn(desk: Unit) -> None:
        take(desk, "two")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store.write(torn)
    state = store.write(lambda desk: desk.source("x"))
    assert state is not None
    assert (state.cursor, state.dollars, count(store, "posts")) == (None, 0.0, 0)
    store.write(lambda desk: take(desk, "one"))
    state = store.write(lambda desk: desk.source("x"))
    assert state is not None
    assert (state.cursor, state.dollars, count(store, "posts")) == ("one", 0.5, 1)


# ---------------------------------------------------------------------------- subjects
def test_a_subject_that_somebody_else_changed_is_not_overwritten(store: Store) -> None:
    from dataclasses import replace

    case = store.write(with_case)
    store.write(lambda desk: desk.save(replace(case, owner="petro"), case))
    with pytest.raises(Conflict, match="case 1 was changed by somebody else"):
        store.write(lambda desk: desk.save(replace(case, owner="quito"), case))
    found = store.write(lambda desk: desk.subject(CASE))
    assert found is not None
    assert found.owner == "petro"


def test_an_author_has_one_open_case_with_a_brand(store: Store) -> None:
    case = store.write(with_case)
    with pytest.raises(sqlite3.IntegrityError):
        store.write(lambda desk: desk.save(a_case(case.author, 2), None))
    assert count(store, "cases") == 1


def test_a_subject_comes_back_as_it_was_written(store: Store) -> None:
    case = store.write(with_case)
    assert store.write(lambda desk: desk.subject(CASE)) == case
    assert store.write(lambda desk: desk.subject(Ref("case", 2))) is None
    assert store.write(lambda desk: desk.subject(Ref("riddle", 1))) is None


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        pytest.param("cases", "step", "'two'", id="a word where a number belongs"),
        pytest.param("posts", "created_at", "'2026-11-18'", id="a date where an instant belongs"),
        pytest.param("timers", "due", "1.5", id="a fraction where milliseconds belong"),
    ],
)
def test_a_column_takes_nothing_but_its_type(
    store: Store, table: str, column: str, value: str
) -> None:
    store.write(with_case)
    store.write(lambda desk: desk.arm(CASE, TimerKind.ACK, NOON, NOON))
    query = f"update {table} set {column} = {value}"
    with pytest.raises(sqlite3.IntegrityError):
        store.write(lambda desk: desk.connection.execute(query))


def test_every_table_is_strict(store: Store) -> None:
    lax = store.write(
        lambda desk: desk.connection.execute(
            "select name from pragma_table_list where type = 'table' and strict = 0 "
            "and schema = 'main' and name not like 'sqlite_%' and name <> '_sqlite_migrations'"
        ).fetchall()
    )
    assert [row[0] for row in lax] == []


# ---------------------------------------------------------------------------- timers
def test_a_timer_fires_once_and_not_with_an_old_generation(store: Store) -> None:
    store.write(lambda desk: desk.arm(CASE, TimerKind.ACK, NOON, NOON))
    (old,) = store.write(lambda desk: desk.due_timers(NOON))
    store.write(lambda desk: desk.arm(CASE, TimerKind.ACK, NOON + MINUTE, NOON))
    assert not store.write(lambda desk: desk.spend(old)), "it was armed again"
    assert store.write(lambda desk: desk.due_timers(NOON)) == []
    (new,) = store.write(lambda desk: desk.due_timers(NOON + MINUTE))
    assert new.generation > old.generation
    assert store.write(lambda desk: desk.spend(new))
    assert not store.write(lambda desk: desk.spend(new)), "a second time it does nothing"
    assert store.write(lambda desk: desk.next_timer()) is None


def test_a_cancelled_timer_does_not_fire_nor_comes_back_under_its_number(store: Store) -> None:
    store.write(lambda desk: desk.arm(CASE, TimerKind.ACK, NOON, NOON))
    (old,) = store.write(lambda desk: desk.due_timers(NOON))
    store.write(lambda desk: desk.cancel(CASE, (TimerKind.ACK,)))
    assert not store.write(lambda desk: desk.spend(old))
    store.write(lambda desk: desk.arm(CASE, TimerKind.ACK, NOON, NOON))
    assert not store.write(lambda desk: desk.spend(old))


def test_cancelling_some_waits_leaves_the_others(store: Store) -> None:
    def arm(desk: Unit) -> None:
        for kind in (TimerKind.ACK, TimerKind.HOLD, TimerKind.RESOLVE):
            desk.arm(CASE, kind, NOON, NOON)

    store.write(arm)
    store.write(lambda desk: desk.cancel(CASE, (TimerKind.ACK, TimerKind.HOLD)))
    assert set(store.write(lambda desk: desk.dues(CASE))) == {TimerKind.RESOLVE}
    store.write(lambda desk: desk.cancel(CASE, ()))
    assert store.write(lambda desk: desk.dues(CASE)) == {}


def test_due_timers_come_in_the_order_of_their_due_times(store: Store) -> None:
    def arm(desk: Unit) -> None:
        for number, minutes in ((1, 5), (2, 1), (3, 9)):
            desk.arm(Ref("case", number), TimerKind.ACK, NOON + minutes * MINUTE, NOON)

    store.write(arm)
    due: list[Timer] = list(store.write(lambda desk: desk.due_timers(NOON + 5 * MINUTE)))
    assert [timer.ref.number for timer in due] == [2, 1]


# ---------------------------------------------------------------------------- outbox
def test_a_message_with_a_known_key_is_not_queued_twice(store: Store) -> None:
    for _ in range(3):
        store.write(lambda desk: desk.queue(a_page()))
    assert count(store, "messages") == 1


def test_a_claimed_message_is_not_claimed_again(store: Store) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    assert [row.message.key for row in parcel.messages] == ["page|1"]
    assert store.write(lambda desk: desk.claim(NOON)) == []


def test_nothing_is_claimed_before_it_is_due_or_for_another_channel(store: Store) -> None:
    store.write(lambda desk: desk.queue(a_page(due=MINUTE)))
    assert store.write(lambda desk: desk.claim(NOON)) == []
    assert store.write(lambda desk: desk.claim(NOON + MINUTE, ["mail"])) == []
    assert store.write(lambda desk: desk.next_message()) == NOON + MINUTE
    assert len(store.write(lambda desk: desk.claim(NOON + MINUTE, ["chat"]))) == 1


def test_a_receipt_ends_it(store: Store) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    store.write(lambda desk: desk.sent(parcel, "ref-1", NOON))
    assert store.write(lambda desk: desk.claim(NOON + 60 * MINUTE)) == []
    assert store.write(lambda desk: desk.pages_sent(NOON)) == 1
    (state,) = store.write(lambda desk: desk.page_states(a_page()))
    assert state.is_sent


def test_a_postponed_message_is_tried_again_and_says_since_when_it_fails(store: Store) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    for minute in (0, 1):
        now = NOON + minute * MINUTE
        (parcel,) = store.write(lambda desk, at=now: desk.claim(at))
        due = now + MINUTE
        store.write(lambda desk, p=parcel, d=due, at=now: desk.postpone(p, "down", d, at))
        assert store.write(lambda desk, at=now: desk.claim(at)) == []
    (parcel,) = store.write(lambda desk: desk.claim(NOON + 2 * MINUTE))
    assert parcel.messages[0].failing_since == NOON
    assert parcel.messages[0].attempts == 2


def test_a_refused_page_goes_once_more_in_our_own_words_and_is_then_set_aside(
    store: Store,
) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    (first,) = store.write(lambda desk: desk.claim(NOON))
    assert not first.messages[0].plain
    store.write(lambda desk: desk.refuse(first, "no", NOON))
    (second,) = store.write(lambda desk: desk.claim(NOON))
    assert second.messages[0].plain
    store.write(lambda desk: desk.refuse(second, "no", NOON))
    assert store.write(lambda desk: desk.claim(NOON + 60 * MINUTE)) == []
    (state,) = store.write(lambda desk: desk.page_states(a_page()))
    assert state.is_dead


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(True, id="it was being sent: it may have come"),
        pytest.param(False, id="it waited for its turn: it cannot have come"),
    ],
)
def test_what_was_taken_before_a_crash_goes_again_and_says_whether_it_repeats(
    store: Store, begun: bool
) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    (taken,) = store.write(lambda desk: desk.claim(NOON))
    if begun:
        store.write(lambda desk: desk.begins(taken, NOON))
    assert store.write(lambda desk: desk.resume_sending()) == 1
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    assert parcel.messages[0].repeated is begun
    assert parcel.messages[0].message.key == "page|1"


def test_a_withdrawn_page_is_not_sent_and_a_sent_one_is_not_withdrawn(store: Store) -> None:
    store.write(lambda desk: desk.queue(a_page("sent")))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    store.write(lambda desk: desk.sent(parcel, "ref", NOON))
    store.write(lambda desk: desk.queue(a_page("unsent", due=MINUTE)))
    store.write(lambda desk: desk.hush(CASE))
    assert store.write(lambda desk: desk.claim(NOON + MINUTE)) == []
    assert store.write(lambda desk: desk.pages_sent(NOON)) == 1


def test_what_waits_in_order_to_fold_leaves_with_whatever_leaves_for_its_address(
    store: Store,
) -> None:
    def leaves(second: int) -> list[str]:
        now = NOON + timedelta(seconds=second)

        def send(desk: Unit) -> list[str]:
            parcels = desk.claim(now)
            for parcel in parcels:
                desk.sent(parcel, "ref", now)
            return [row.message.key for parcel in parcels for row in parcel.messages]

        return store.write(send)

    for second in (0, 100, 200, 300):
        page = a_page(f"at {second}", due=timedelta(seconds=second))
        store.write(lambda desk, page=page: desk.queue(page))
        assert leaves(second) == [f"at {second}"]
    for second, left in ((590, ["at 590"]), (595, []), (701, ["at 595", "at 701"])):
        page = a_page(f"at {second}", due=timedelta(seconds=second))
        store.write(lambda desk, page=page: desk.queue(page))
        assert leaves(second) == left


def test_a_card_is_one_message_that_is_renewed(store: Store) -> None:
    card = a_page("card", purpose=Purpose.CARD, person=None)
    store.write(lambda desk: desk.requeue_card(card))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    store.write(lambda desk: desk.sent(parcel, "ref-7", NOON))
    assert store.write(lambda desk: desk.claim(NOON)) == []
    store.write(lambda desk: desk.requeue_card(card))
    (again,) = store.write(lambda desk: desk.claim(NOON))
    assert again.messages[0].receipt == "ref-7"
    assert count(store, "messages") == 1


def test_a_renewed_page_counts_as_no_new_message(store: Store) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    store.write(lambda desk: desk.sent(parcel, "ref", NOON))
    later = NOON + 60 * MINUTE
    store.write(lambda desk: desk.freshen(CASE, later))
    (again,) = store.write(lambda desk: desk.claim(later))
    store.write(lambda desk: desk.sent(again, "ref", later))
    assert store.write(lambda desk: desk.pages_sent(later)) == 0


def test_a_card_that_changes_while_it_is_sent_is_sent_again(store: Store) -> None:
    card = a_page("card", purpose=Purpose.CARD, person=None)
    store.write(lambda desk: desk.requeue_card(card))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    store.write(lambda desk: desk.requeue_card(card))
    store.write(lambda desk: desk.sent(parcel, "ref", NOON))
    assert len(store.write(lambda desk: desk.claim(NOON))) == 1


def test_pages_are_taken_before_cards_and_the_rest_is_left(store: Store) -> None:
    card = a_page("card", purpose=Purpose.CARD, person=None)
    store.write(lambda desk: desk.queue(card))
    store.write(lambda desk: desk.queue(a_page()))
    for key in ("page|1", "card"):
        (parcel,) = store.write(lambda desk: desk.claim(NOON, at_most=1))
        assert [row.message.key for row in parcel.messages] == [key]
    assert store.write(lambda desk: desk.claim(NOON, at_most=1)) == []


def a_card(number: int) -> Outgoing:
    return replace(
        a_page(f"card|{number}", purpose=Purpose.CARD, person=None), ref=Ref("case", number)
    )


def leaves_next(store: Store, now: datetime) -> str:
    """What leaves next where several messages are sent at the same time; its receipt is kept."""
    (parcel,) = store.write(lambda desk: desk.claim(now, at_most=1, busy=()))
    key = parcel.messages[0].message.key
    store.write(lambda desk: desk.sent(parcel, f"ref {key}", now))
    return key


def test_a_new_card_and_one_just_pressed_wait_for_no_renewal_of_others(store: Store) -> None:
    for number in range(1, 5):
        store.write(lambda desk, number=number: desk.requeue_card(a_card(number)))
        assert leaves_next(store, NOON) == f"card|{number}"
    for number in range(1, 5):  # a storm: every card says that it belongs to it
        store.write(lambda desk, number=number: desk.freshen(Ref("case", number), NOON))
    pressed = NOON + MINUTE
    card = replace(a_card(2), due=pressed)
    store.write(lambda desk: desk.requeue_card(card, at_once=True))
    store.write(lambda desk: desk.requeue_card(replace(a_card(5), due=pressed)))
    assert [leaves_next(store, pressed) for _ in range(2)] == ["card|5", "card|2"]


def test_a_renewal_that_waits_for_long_goes_before_all_else(store: Store) -> None:
    for number in (1, 2):
        store.write(lambda desk, number=number: desk.requeue_card(a_card(number)))
        leaves_next(store, NOON)
    store.write(lambda desk: desk.freshen(Ref("case", 1), NOON))
    late = NOON + OVERDUE
    store.write(lambda desk: desk.freshen(Ref("case", 2), late))
    store.write(lambda desk: desk.requeue_card(replace(a_card(3), due=late)))
    assert [leaves_next(store, late) for _ in range(3)] == ["card|1", "card|3", "card|2"]


def test_no_channel_at_all_is_not_every_channel(store: Store) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    assert store.write(lambda desk: desk.claim(NOON, [])) == []


def test_a_page_that_is_renewed_is_not_withdrawn_and_still_counts_as_sent(store: Store) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    store.write(lambda desk: desk.sent(parcel, "ref", NOON))
    store.write(lambda desk: desk.freshen(CASE, NOON))
    (renewal,) = store.write(lambda desk: desk.claim(NOON))
    store.write(lambda desk: desk.postpone(renewal, "down", NOON + MINUTE, NOON))
    store.write(lambda desk: desk.hush(CASE))
    (state,) = store.write(lambda desk: desk.page_states(a_page()))
    assert (state.is_sent, state.is_dead) == (True, False)
    assert len(store.write(lambda desk: desk.claim(NOON + MINUTE))) == 1


def test_a_resting_channel_keeps_what_is_due_until_it_rests_no_more(store: Store) -> None:
    until = NOON + 60 * MINUTE
    store.write(lambda desk: desk.rest("chat", until))
    store.write(lambda desk: desk.rest("chat", NOON + MINUTE))  # a shorter one shortens nothing
    store.write(lambda desk: desk.queue(a_page()))
    ((stated, held),) = store.write(lambda desk: desk.hold_resting(NOON, ["chat", "mail"]))
    assert (stated, held.messages[0].message.key) == (until, "page|1")
    assert store.write(lambda desk: desk.hold_resting(NOON, ["chat"])) == []
    # When its person's next channel is due, and when nothing has reached them.
    for failed in (NOON + MINUTE, NOON + 2 * MINUTE):
        assert store.write(lambda desk: desk.next_message()) == failed
        early = failed - timedelta(seconds=1)
        assert store.write(lambda desk, at=early: desk.failed_for_long(at)) == []
        (looked,) = store.write(lambda desk, at=failed: desk.failed_for_long(at))
        assert looked.messages[0].message.key == "page|1"
        assert store.write(lambda desk, at=failed: desk.failed_for_long(at)) == [], "once"
    assert store.write(lambda desk: desk.next_message()) == until
    assert store.write(lambda desk: desk.claim(until - MINUTE)) == []
    assert len(store.write(lambda desk: desk.claim(until))) == 1


def test_a_page_that_is_being_tried_just_when_its_next_channel_is_due_is_looked_at_too(
    store: Store,
) -> None:
    store.write(lambda desk: desk.queue(a_page()))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    again = NOON + timedelta(seconds=50)
    store.write(lambda desk: desk.postpone(parcel, "down", again, NOON))
    assert len(store.write(lambda desk: desk.claim(again))) == 1, "and no answer comes"
    assert store.write(lambda desk: desk.failed_for_long(again)) == []
    (looked,) = store.write(lambda desk: desk.failed_for_long(NOON + MINUTE))
    assert looked.messages[0].message.key == "page|1"


def test_only_messages_that_quote_a_post_are_said_anew_for_it(store: Store) -> None:
    for key, post in (("a", 1), ("b", 2)):
        notice = a_page(key, purpose=Purpose.NOTICE)
        store.write(lambda desk, n=notice: desk.queue(n))
        (parcel,) = store.write(lambda desk: desk.claim(NOON))
        store.write(lambda desk, p=parcel, n=post: desk.note_quoted(p, [n]))
        store.write(lambda desk, p=parcel: desk.sent(p, "ref", NOON))
    store.write(lambda desk: desk.freshen_post(2, NOON))
    (parcel,) = store.write(lambda desk: desk.claim(NOON))
    assert [row.message.key for row in parcel.messages] == ["b"]


# ---------------------------------------------------------------------------- ledger
def enter(desk: Unit, event: str = "noted", note: str = "", *, minutes: int = 0) -> None:
    at = NOON + minutes * MINUTE
    desk.enter("Acme", event, "case:1", "engine", {"step": 1}, at, note)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("update ledger set event = 'x'", id="no entry is changed"),
        pytest.param("delete from ledger", id="no entry is removed"),
        pytest.param(
            "insert or replace into ledger select 1, schema, chain, chain_number, at, 'x', "
            "subject, actor, facts, previous, digest from ledger limit 1",
            id="no entry is replaced",
        ),
    ],
)
def test_the_ledger_is_append_only(store: Store, change: str) -> None:
    store.write(enter)
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only|UNIQUE"):
        store.write(lambda desk: desk.connection.execute(change))
    assert store.write(lambda desk: next(desk.entries("Acme")).event) == "noted"


def test_the_chain_verifies_and_its_time_never_goes_back(store: Store) -> None:
    for minutes in (5, 1, 9):
        store.write(lambda desk, at=minutes: enter(desk, minutes=at))
    entries = store.write(lambda desk: list(desk.entries("Acme")))
    assert isinstance(verify(entries), Verified)
    assert [e.at_ms for e in entries] == sorted(e.at_ms for e in entries)
    assert isinstance(verify(entries[:1] + entries[2:]), FirstBad)


def test_a_typed_reason_stands_beside_the_ledger_not_in_it(store: Store) -> None:
    store.write(lambda desk: enter(desk, note="zznote of olwyn"))
    rows = store.write(
        lambda desk: [tuple(r) for r in desk.connection.execute("select * from ledger")]
    )
    assert "zznote" not in str(rows)
    (told,) = store.write(lambda desk: desk.history("case:1"))
    assert told["note"] == "zznote of olwyn"


# ---------------------------------------------------------------------------- posts
def seen(*, alias: str = "", native: str = "a", kind: Kind = Kind.POST, text: str = "t"):
    author = Author(id="u1", handle="jo")
    post = Post("x", native, text, NOON, author, aliases=(alias,) if alias else ())
    return Observation(kind, post, NOON)


def standing(store: Store, observation: Observation) -> Standing:
    return store.write(lambda desk: desk.keep_post(observation, "x").standing)


def test_a_post_seen_again_is_known_and_one_with_other_words_is_edited(store: Store) -> None:
    assert standing(store, seen()) is Standing.NEW
    assert standing(store, seen()) is Standing.KNOWN
    assert standing(store, seen(text="other")) is Standing.EDITED
    assert count(store, "posts") == 1
    assert count(store, "post_versions") == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(seen(), seen(), id="under its own id"),
        pytest.param(seen(alias="b"), seen(native="b"), id="under an alias it came with"),
        pytest.param(seen(), seen(native="c", alias="a"), id="with its id as the alias"),
    ],
)
def test_a_deleted_post_does_not_come_back(
    store: Store, first: Observation, again: Observation
) -> None:
    standing(store, first)
    assert standing(store, seen(kind=Kind.DELETE)) is Standing.DELETED
    assert standing(store, seen(kind=Kind.DELETE)) in (Standing.GONE, Standing.UNKNOWN)
    assert standing(store, again) is Standing.GONE
    assert count(store, "posts") == 1


def test_an_alias_learnt_later_does_not_bring_a_deleted_post_back(store: Store) -> None:
    standing(store, seen())
    assert standing(store, seen(alias="b")) is Standing.KNOWN
    standing(store, seen(kind=Kind.DELETE))
    assert standing(store, seen(native="b")) is Standing.GONE


def test_a_forgotten_author_stays_forgotten(store: Store) -> None:
    standing(store, seen())
    author = store.write(lambda desk: desk.authors_called("@jo", None))[0]["id"]
    assert len(store.write(lambda desk: desk.forget_author(author, NOON))) == 1
    assert standing(store, seen()) is Standing.GONE
    assert standing(store, seen(native="new")) is Standing.GONE
    assert store.write(lambda desk: desk.authors_called("jo", None)) == []


def test_no_byte_of_what_was_erased_is_left_in_any_file(file_store: Store, tmp_path: Path) -> None:
    texts = ["zzsecret one", "zzedited two"]
    for text in texts:
        standing(file_store, seen(text=text * 300, native="zznative", alias="zzalias"))
    for number in range(40):
        standing(file_store, seen(native=f"other-{number}", text="filler " * 50))
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"zzsecret" in everything
    assert b"zznative" in everything
    standing(file_store, seen(kind=Kind.DELETE, native="zznative"))
    file_store.scrub()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for word in (b"zzsecret", b"zzedited", b"zznative", b"zzalias"):
        assert word not in everything, word


def test_no_byte_of_a_forgotten_author_is_left_in_any_file(
    file_store: Store, tmp_path: Path
) -> None:
    author = Author(id="zzid", handle="zzhandle", name="zzname")
    post = Post("x", "zzpost", "zztext", NOON, author)
    kept = file_store.write(lambda d: d.keep_post(Observation(Kind.POST, post, NOON), "x"))
    file_store.write(lambda desk: desk.forget_author(kept.author, NOON))
    file_store.scrub()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"zz" not in everything


# ---------------------------------------------------------------------------- the file
def test_one_daemon_has_a_database(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with (
        Store(path, randomness=SeededRandomness(), exclusive=True),
        pytest.raises(StoreBusy, match=r"in use by another Tocsin\. Stop that one first"),
    ):
        Store(path, randomness=SeededRandomness(), exclusive=True)
    Store(path, randomness=SeededRandomness(), exclusive=True).close()


def test_a_file_that_is_no_store_is_refused_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_bytes(b"hunter2")
    with pytest.raises(StoreBroken, match="file is not a database"):
        Store(path, randomness=SeededRandomness(), exclusive=True)
    assert [one.name for one in tmp_path.iterdir()] == ["secret.txt"]
    assert path.read_bytes() == b"hunter2"


def test_a_store_that_cannot_be_opened_lets_go_of_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"SQLite format 3\0, whatever else there is" * 100)
    with pytest.raises(StoreBroken):
        Store(path, randomness=SeededRandomness(), exclusive=True)
    with (tmp_path / "store.db-lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda path: path.write_bytes(b"no database " * 400), id="a text file"),
        pytest.param(lambda path: path.mkdir(), id="a folder"),
    ],
)
def test_a_foreign_file_is_refused_with_a_clear_sentence(tmp_path: Path, made) -> None:
    path = tmp_path / "store.db"
    made(path)
    with pytest.raises(StoreBroken, match=r"cannot be opened as a database: .*move it away"):
        Store(path, randomness=SeededRandomness())


def test_a_path_in_no_folder_is_refused_with_a_clear_sentence(tmp_path: Path) -> None:
    path = tmp_path / "none" / "store.db"
    for exclusive in (False, True):
        with pytest.raises(StoreBroken, match="Check that its folder exists and may be written"):
            Store(path, randomness=SeededRandomness(), exclusive=exclusive)


def test_a_source_that_failed_in_an_older_store_still_does(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = Database(path)
    migrations.apply(database, stop_before="m0007_listings_that_fail")
    database.execute(
        "insert into sources (name, started_at, saved_at, failing_since, failure) "
        "values ('x', 0, 0, 60000, 'HTTP 503'), ('y', 0, 0, null, null)"
    )
    database.conn.commit()
    database.close()
    with Store(path, randomness=SeededRandomness()) as store:
        with store.read() as desk:
            assert desk.failing_listings("y") == []
            (one,) = desk.failing_listings("x")
        assert (one.listing, one.since.minute, one.failure) == ("", 1, "HTTP 503")
        store.write(lambda desk: desk.heard_source("x", None))
        with store.read() as desk:
            state = desk.source("x")
    assert state is not None
    assert state.failing_since is None


def test_what_was_kept_before_links_were_is_read_as_linking_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as before:
        migrations.apply(Database(before), stop_before="m0006_where_posts_link_to")
        before.execute("insert into authors (id, platform, native_id) values (1, 'x', 'a')")
        before.execute(
            "insert into posts (platform, native_id, author, source, text, created_at, seen_at, "
            "content) values ('x', '1', 1, 'x', 'Acme', 1, 1, x'')"
        )
    with Store(path, randomness=SeededRandomness()) as store:
        rows = store.write(lambda desk: desk.connection.execute("select * from posts").fetchall())
    assert [row["linked"] for row in rows] == ["[]"]


def test_the_stores_of_the_tests_have_the_tables_that_the_migrations_make(tmp_path: Path) -> None:
    made, copied = tmp_path / "made.db", tmp_path / "copied.db"
    with closing(sqlite3.connect(made, isolation_level=None)) as connection:
        Migrations.apply(migrations, Database(connection))
    Store(copied, randomness=SeededRandomness()).close()
    shown = []
    for path in (made, copied):
        with closing(sqlite3.connect(path)) as connection:
            shown.append(connection.execute("select type, name, sql from sqlite_schema").fetchall())
            (mode,) = connection.execute("pragma journal_mode").fetchone()
    assert shown[0] == shown[1]
    assert mode == "wal"


def test_migrations_leave_an_existing_store_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store(path, randomness=SeededRandomness()) as store:
        store.write(with_case)
        before = store.write(
            lambda d: [tuple(r) for r in d.connection.execute("select * from sqlite_schema")]
        )
    with Store(path, randomness=SeededRandomness()) as store:
        after = store.write(
            lambda d: [tuple(r) for r in d.connection.execute("select * from sqlite_schema")]
        )
        assert after == before
        assert count(store, "cases") == 1
        assert store.integrity() == "ok"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            "alter table messages rename column failure to failed",
            "table messages has no failure",
            id="a column that has another name now",
        ),
        pytest.param(
            "alter table timers add column more integer",
            "table timers has more, which is not known here",
            id="a column of a later version",
        ),
        pytest.param("drop table channel_rests", "it has no table channel_rests", id="no table"),
    ],
)
def test_a_store_of_another_version_is_refused_when_it_is_opened(
    tmp_path: Path, change: str, said: str
) -> None:
    path = tmp_path / "store.db"
    Store(path, randomness=SeededRandomness()).close()
    made_before = sqlite3.connect(path)
    made_before.execute(change)
    made_before.close()
    with pytest.raises(StoreBroken) as refused:
        Store(path, randomness=SeededRandomness(), exclusive=True)
    assert str(refused.value) == (
        f"{path} was made by another version of Tocsin ({said}): open it with that version, or "
        "move it away and let this one begin a new one."
    )
    with (tmp_path / "store.db-lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_store_with_a_table_that_is_none_of_ours_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store(path, randomness=SeededRandomness()).close()
    other = sqlite3.connect(path)
    other.execute("create table notes_of_mine (words text)")
    other.close()
    opened = Store(path, randomness=SeededRandomness())
    assert opened.write(lambda desk: desk.subjects("case", only_open=True)) == []
    opened.close()


def test_a_reader_sees_one_state_while_others_write(file_store: Store) -> None:
    file_store.write(with_case)
    with file_store.read() as desk:
        assert len(desk.subjects("case", only_open=False)) == 1
        file_store.write(
            lambda writer: writer.save(
                a_case(writer.keep_post(observed(2, "ky", NOON), "x").author, 2), None
            )
        )
        assert len(desk.subjects("case", only_open=False)) == 1
    with file_store.read() as desk:
        assert len(desk.subjects("case", only_open=False)) == 2


def test_a_reader_writes_nothing(file_store: Store) -> None:
    with (
        file_store.read() as desk,
        pytest.raises(sqlite3.OperationalError, match=r"readonly|read-only"),
    ):
        desk.tally("x", NOON)


# ------------------------------------------------------------------- silences and warnings
def a_silence(desk: Unit, minutes: int = 60) -> int:
    scope = Scope(topic="billing")
    return desk.add_silence(scope, "olwyn", "known", NOON, NOON + minutes * MINUTE).number


def test_silences_that_run_are_read_and_those_that_are_over_are_kept(store: Store) -> None:
    def work(desk: Unit) -> tuple[list[int], ...]:
        short, long, ended = (a_silence(desk, minutes) for minutes in (10, 60, 60))
        desk.end_silence(ended, "petro", NOON + MINUTE)
        desk.end_silence(ended, "quito", NOON + 2 * MINUTE)
        assert (short, long, ended) == (1, 2, 3)
        running = [
            [one.number for one in desk.silences(NOON + wait)]
            for wait in (-MINUTE, MINUTE, 10 * MINUTE, 60 * MINUTE)
        ]
        return (*running, [one.number for one in desk.all_silences()])

    assert store.write(work) == ([], [1, 2], [2], [], [3, 2, 1])
    ended = store.write(lambda desk: desk.silence_of(3))
    assert ended is not None
    assert (ended.ended_by, ended.ended_at) == ("petro", NOON + MINUTE)
    assert store.write(lambda desk: desk.silence_of(4)) is None


def test_what_a_silence_holds_is_counted_once_and_found_while_it_does(store: Store) -> None:
    def work(desk: Unit) -> Case:
        number, case = a_silence(desk), with_case(desk)
        held = replace(case, held_until=NOON + MINUTE, silence=number)
        desk.save(held, case)
        for _ in range(2):
            desk.silenced(number, case.ref, NOON)
        assert desk.held_by(number) == [held]
        return held

    held = store.write(work)

    def seen(desk: Unit) -> tuple[int, int, list[bool]]:
        return desk.count_held(1), desk.count_hidden(1), [one.held for one in desk.hidden_by(1)]

    assert store.write(seen) == (1, 1, [True])
    store.write(lambda desk: desk.save(replace(held, held_until=None, silence=None), held))
    assert store.write(seen) == (0, 1, [False])


def test_a_warning_is_put_to_the_first_storm_and_stays_there(store: Store) -> None:
    def work(desk: Unit) -> list[int | None]:
        case = with_case(desk)
        for minutes in (0, 1, 5):
            warning = Warn(WarningKind.MISSED_PAGE, "olwyn")
            desk.warn(case, warning, NOON + minutes * MINUTE)
        found = desk.warnings_before("Acme", NOON + MINUTE, 10)
        assert [one.at for one in found] == [NOON + MINUTE, NOON]
        desk.attach_warnings([found[0].id], 7)
        desk.attach_warnings([one.id for one in found], 8)
        desk.attach_warnings_of(case.ref, 9, NOON + 2 * MINUTE)  # none is left until then
        assert desk.warnings_before("Acme", NOON + MINUTE, 10) == []
        everything = desk.warnings_between(NOON, NOON + 6 * MINUTE)
        assert everything == desk.warnings_between(NOON, NOON + 6 * MINUTE, "Acme")
        assert desk.warnings_between(NOON, NOON + 6 * MINUTE, "Bolt") == []
        return [one.incident for one in everything]

    assert store.write(work) == [8, 7, None]
    store.write(lambda desk: desk.merge_warnings(7, 8))
    assert len(store.write(lambda desk: desk.warnings_of_incident(8))) == 2
    assert store.write(lambda desk: desk.warnings_of_incident(7)) == []


@pytest.mark.parametrize(
    ("query", "index"),
    [
        pytest.param(
            "select * from silences where ended_at is null and until > 1 and since <= 1",
            "silences_running",
            id="the silences that run, asked for in every decision",
        ),
        pytest.param(
            "select * from cases where silence = 1 and state = 'new'",
            "cases_by_silence",
            id="what a silence holds",
        ),
        pytest.param(
            "select * from warnings where brand = 'a' and at <= 1 and incident is null",
            "warnings_by_brand",
            id="the warnings before a storm",
        ),
        pytest.param(
            "update warnings set incident = 1 where kind = 'case' and number = 1 and at <= 1",
            "warnings_of_subject",
            id="the warnings of a case that joins one",
        ),
        pytest.param(
            "select * from messages where state = 'queued' and look_at is not null "
            "and look_at <= 1 order by look_at, id limit 9",
            "messages_looked_at",
            id="the pages that have failed for long, asked for in every pass",
        ),
    ],
)
def test_an_index_answers(store: Store, query: str, index: str) -> None:
    def plan(desk: Unit) -> str:
        return str([tuple(row) for row in desk.connection.execute(f"explain query plan {query}")])

    assert index in store.write(plan)


def heard(desk: Unit, number: int, author: str) -> tuple[int, int]:
    """A post about Acme: our ids of it and of its author."""
    kept = desk.keep_post(observed(number, author, NOON), "test")
    desk.connection.execute("insert into mentions (post, brand) values (?, 'Acme')", (kept.post,))
    return kept.post, kept.author


def test_copies_are_counted_for_the_case_of_any_of_them(store: Store) -> None:
    def work(desk: Unit) -> list[Copies]:
        first, ann = heard(desk, 1, "ann")
        second, bob = heard(desk, 2, "bob")
        for post in (second, heard(desk, 3, "bob")[0]):
            desk.keep_noise(post, "Acme", Noise(first, ("bot",)))
        for number, author, post in ((1, ann, first), (2, bob, second)):
            case = a_case(author, number)
            desk.save(case, None)
            desk.attach(number, post)
        return [desk.copies_of_case(number) for number in (1, 2, 3)]

    assert store.write(work) == [Copies(2, 1, ("bot",)), Copies(1, 1, ("bot",)), Copies(0, 0, ())]


def test_what_was_heard_lately_is_told_in_order_and_only_that(store: Store) -> None:
    def work(desk: Unit) -> list[int]:
        posts = [heard(desk, number, "ann")[0] for number in range(1, 5)]
        told = desk.voiced_since(NOON - MINUTE, posts[-1], 2)
        assert [one.post for one in told] == posts[1:3]
        return [one.post for one in desk.voiced_since(NOON + MINUTE, posts[-1], 9)]

    assert store.write(work) == []


def test_a_link_of_accounts_is_kept_once_and_taken_back(store: Store) -> None:
    def work(desk: Unit) -> None:
        (post, ann), (_, bob) = heard(desk, 1, "ann"), heard(desk, 2, "bob")
        assert desk.link(bob, ann, "said so", post, "ada", NOON)
        assert not desk.link(ann, bob, "said so again", None, "ada", NOON)
        assert desk.accounts_of(bob) == [bob, ann]
        assert [one.place for one in desk.links_of(ann)] == ["said so"]
        assert desk.unlink(ann, bob)
        assert desk.accounts_of(bob) == [bob]

    store.write(work)


# --------------------------------------------------------------------------------- opinions
def an_unsure_mention(store: Store, number: int = 1, at: datetime = NOON) -> None:
    judged = Assessor((Brand(name="Acme"),)).assess(
        observed(number, f"u{number}", at, words="@Acme palvelu ei toimi").post
    )
    unsure = Judgement(0.4, Verdict.UNSURE, ())

    def keep(desk: Unit) -> None:
        kept = desk.keep_post(observed(number, f"u{number}", at), "test")
        desk.keep_mention(kept, replace(judged[0], judgement=unsure), at)

    store.write(keep)


def waiting(store: Store, limit: int = 9) -> list[str]:
    found = store.write(lambda desk: desk.waiting_for_opinion(("test",), NOON - 60 * MINUTE, limit))
    return [one.post.id for one in found]


def test_the_newest_unsure_mention_is_asked_about_first(store: Store) -> None:
    for number in (1, 2, 3):
        an_unsure_mention(store, number, NOON + number * MINUTE)
    assert waiting(store) == ["native-3", "native-2", "native-1"]
    assert waiting(store, limit=1) == ["native-3"]


def test_a_question_counts_on_the_day_it_was_asked_whenever_it_is_asked_again(store: Store) -> None:
    an_unsure_mention(store)
    [one] = store.write(lambda desk: desk.waiting_for_opinion(("test",), NOON, 1))
    later = NOON + 1440 * MINUTE
    for at in (NOON, NOON, later):
        store.write(lambda desk, at=at: desk.keep_question(one, "tiny", at))
    assert store.write(lambda desk: desk.questions_on(NOON.date())) == 2
    assert store.write(lambda desk: desk.questions_on(later.date())) == 1


def test_a_question_is_counted_each_time_and_answered_once(store: Store) -> None:
    an_unsure_mention(store)
    [one] = store.write(lambda desk: desk.waiting_for_opinion(("test",), NOON, 1))
    for _ in range(2):
        store.write(lambda desk: desk.keep_question(one, "tiny", NOON))
    assert store.write(lambda desk: desk.questions_on(NOON.date())) == 2
    assert store.write(lambda desk: desk.questions_on((NOON - 1440 * MINUTE).date())) == 0
    assert store.write(lambda desk: desk.still_waiting(one))
    store.write(lambda desk: desk.keep_opinion(one, "other"))
    assert waiting(store) == []
    assert not store.write(lambda desk: desk.still_waiting(one))
    assert store.write(lambda desk: desk.opinions_since(NOON)) == {"other": 1}


def test_what_was_not_asked_in_time_is_given_up_and_counted_once(store: Store) -> None:
    an_unsure_mention(store)
    an_unsure_mention(store, 2, NOON + MINUTE)
    for given_up in (1, 0):
        assert given_up == store.write(
            lambda desk: desk.give_up_asking(("test",), NOON - MINUTE, NOON + MINUTE, NOON)
        )
    assert waiting(store) == ["native-2"]


def test_an_erased_post_is_not_asked_about(store: Store) -> None:
    an_unsure_mention(store)
    store.write(lambda desk: desk.erase_post(1, NOON))
    assert waiting(store) == []
