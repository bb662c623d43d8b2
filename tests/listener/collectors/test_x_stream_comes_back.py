"""X's filtered stream: how it comes back, and what is told while it does not."""

import threading
from datetime import timedelta

import pytest

from listener.collector import AuthorisationLost, Later, OutOfBudget
from listener.collectors.x_stream import Broken, wait_after
from listener.stream import StreamClosed
from listener.wire import Reply, Unreachable
from tests.listener.collectors.x_wire import (
    BEAT,
    DISCONNECT,
    MENTIONS,
    MINUTE,
    NOW,
    PROBLEM,
    RULE,
    RULES,
    SEARCH,
    SECOND,
    STREAM,
    Heard,
    Pieces,
    XWire,
    a_line,
    a_post,
    refused,
)

pytestmark = pytest.mark.usefixtures("short_listens")


# ------------------------------------------------------------------------------- coming back
@pytest.mark.parametrize(
    ("broken", "waits"),
    [
        (Broken.NETWORK, {1: 0.25, 2: 0.5, 64: 16, 5_000: 16}),
        (Broken.HTTP, {1: 5, 2: 10, 7: 320, 5_000: 320}),
        (Broken.LIMITED, {1: 60, 2: 120, 5: 960, 5_000: 960}),
    ],
)
def test_the_waits_are_xs_own(broken: Broken, waits: dict[int, float]) -> None:
    assert {n: wait_after(broken, n).total_seconds() for n in waits} == waits


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        pytest.param(Unreachable("no route"), timedelta(milliseconds=250), id="network"),
        pytest.param(refused(503), 5 * SECOND, id="busy"),
        pytest.param(refused(429), MINUTE, id="too often"),
        pytest.param(
            refused(
                429, {"title": "ConnectionException", "type": PROBLEM + "streaming-connection"}
            ),
            MINUTE,
            id="another connection is open",
        ),
        pytest.param(
            refused(429, **{"x-rate-limit-reset": str(int(NOW.timestamp()) + 600)}),
            10 * MINUTE,
            id="as long as X says",
        ),
    ],
)
def test_a_stream_that_does_not_open_is_left_alone_and_search_goes_on(fault, wait) -> None:
    heard = Heard(XWire(streams=[fault]))
    heard.fetch()
    heard.fetch()
    assert heard.wire.times(STREAM) == 1
    heard.fetch(wait - timedelta(milliseconds=100))
    assert heard.wire.times(STREAM) == 1
    heard.fetch(timedelta(milliseconds=100))
    assert heard.wire.times(STREAM) == 2
    assert heard.source._stream.is_open


def test_a_server_that_closes_at_once_is_not_called_without_pause() -> None:
    gone = [Pieces(BEAT, StreamClosed("the stream ended")) for _ in range(100)]
    heard = Heard(XWire(streams=list(gone)))
    for _ in range(50):
        heard.fetch()
    assert heard.wire.times(STREAM) <= 2


def test_a_stream_that_lasted_is_opened_again_at_once() -> None:
    heard = Heard(XWire()).filled()
    heard.source._stream._stream.pieces += [StreamClosed("the stream ended")]
    heard.fetch(MINUTE)
    heard.fetch()
    assert heard.wire.times(STREAM) == 2


def test_xs_own_goodbye_is_understood_and_what_came_before_is_kept() -> None:
    heard = Heard(XWire()).filled()
    heard.source._stream._stream.pieces += [a_line(a_post(heard.now, 1)) + DISCONNECT + BEAT]
    heard.fetch(MINUTE)
    assert len(heard.ids) == 1
    assert not heard.source._stream.is_open
    heard.fetch()
    assert heard.wire.times(STREAM) == 2


def test_minutes_are_asked_for_again_only_of_a_stream_that_was_open() -> None:
    heard = Heard(XWire(), backfill_minutes=5).filled()
    heard.source._stream._stream.pieces += [StreamClosed("the stream ended")]
    heard.fetch(MINUTE)
    heard.fetch()
    asked = [
        asked.get("backfill_minutes") for path, asked in heard.wire.asked if path.endswith(STREAM)
    ]
    assert asked == [None, "5"]


def test_rules_are_made_ours_again_where_x_says_that_there_are_none() -> None:
    heard = Heard(XWire(streams=[refused(409)]))
    heard.settle()
    heard.settle(5 * SECOND)
    assert heard.wire.times(RULES) == 2
    assert heard.source._stream.is_open


# ------------------------------------------------------------------------- rules that are taken
MADE = {"data": [{**RULE, "id": "2"}]}
OTHERS = {"data": [{"id": "9", "value": "cats", "tag": "somebody else"}]}


def test_rules_are_read_at_every_opening_and_every_quarter_of_an_hour() -> None:
    heard = Heard(XWire()).filled()
    assert heard.wire.times(RULES) == 1
    for _ in range(60):
        heard.settle(MINUTE)
    assert heard.wire.times(RULES) == 5
    assert heard.wire.times(STREAM) == 1, "while they are there nothing is dropped"
    heard.source._stream._stream.pieces += [StreamClosed("the stream ended")]
    heard.settle(MINUTE)
    heard.settle()
    assert (heard.wire.times(STREAM), heard.wire.times(RULES)) == (2, 6)


def test_rules_that_were_taken_away_are_made_again_and_what_was_missed_is_searched() -> None:
    heard = Heard(XWire()).filled()
    for _ in range(20):
        heard.source._stream._stream.pieces += [BEAT]
        heard.settle(MINUTE)
    there_until = heard.source._stream._read_at
    missed = a_post(heard.now, 7)
    for _ in range(5):  # they are gone, and the stream brings another's posts
        heard.source._stream._stream.pieces += [a_line(a_post(heard.now, 8), rule="9"), BEAT]
        heard.settle(MINUTE)
    assert heard.ids == []
    heard.wire.answers[RULES] = [OTHERS, *[MADE] * 9]
    heard.wire.answers[SEARCH] = [{"data": [missed], "meta": {"newest_id": missed["id"]}}]
    asked = len(heard.wire.asked)
    heard.settle(10 * MINUTE)
    assert heard.ids == [missed["id"]]
    started = next(more for path, more in heard.wire.asked[asked:] if path.endswith(SEARCH))
    assert started["start_time"] <= there_until.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert heard.wire.times(STREAM) == 2
    heard.source._stream._stream.pieces += [a_line(a_post(heard.now, 9), rule="2"), BEAT]
    heard.settle(MINUTE)
    assert len(heard.ids) == 2, "what the new rule brings is ours"


def test_somebody_is_told_that_rules_were_taken_away_until_they_stay() -> None:
    heard = Heard(XWire()).filled()
    heard.wire.answers[RULES] = [OTHERS, *[MADE] * 9]
    heard.settle(20 * MINUTE)
    told = [batch.trouble for batch in heard.batches if batch.trouble is not None]
    assert "were taken away" in told[-1]
    heard.settle(20 * MINUTE)
    told = [batch.trouble for batch in heard.batches if batch.trouble is not None]
    assert told[-1] == ""


def test_rules_that_were_gone_when_we_started_have_search_read_what_the_stream_missed() -> None:
    before = Heard(XWire()).filled()
    for _ in range(40):
        before.source._stream._stream.pieces += [BEAT]
        before.settle(MINUTE)
    heard = Heard(XWire(answers={RULES: [OTHERS, *[MADE] * 9]}))
    heard.cursor, heard.now = before.cursor, before.now
    heard.settle()
    heard.settle(4 * MINUTE)
    starts = [more.get("start_time", "") for path, more in heard.wire.asked if SEARCH in path]
    edge = before.now - 30 * MINUTE
    assert any("" < start <= edge.strftime("%Y-%m-%dT%H:%M:%SZ") for start in starts)


def test_a_search_that_fails_leaves_what_was_missed_to_the_next() -> None:
    heard = Heard(XWire()).filled()
    heard.settle(20 * MINUTE)
    heard.wire.answers[RULES] = [OTHERS, *[MADE] * 9]
    heard.wire.answers[SEARCH] = [Reply(503, {}, b"{}")]
    heard.fetch(20 * MINUTE)
    missed = a_post(heard.now - 10 * MINUTE, 7)
    heard.wire.answers[SEARCH] = [{"data": [missed], "meta": {"newest_id": missed["id"]}}]
    heard.settle(6 * MINUTE)
    assert heard.ids == [missed["id"]]
    asked = [more for path, more in heard.wire.asked if path.endswith(SEARCH)]
    assert "start_time" in asked[-1]


def test_rules_that_cannot_be_read_for_long_end_the_stream_and_search_is_polled() -> None:
    heard = Heard(XWire()).filled()
    heard.wire.answers[RULES] = [Reply(503, {}, b"{}")] * 99
    for _ in range(25):
        heard.settle(MINUTE)
    assert heard.source._stream.is_open, "one answer that fails drops nothing"
    searches = heard.wire.times(SEARCH)
    for _ in range(30):
        heard.settle(MINUTE)
    assert not heard.source._stream.is_open
    assert heard.wire.times(SEARCH) > searches + 3
    assert any(batch.trouble for batch in heard.batches)


# --------------------------------------------------------------------------------- the telling
def test_somebody_is_told_of_a_stream_that_stays_shut_and_that_it_is_open_again() -> None:
    heard = Heard(XWire(streams=[refused(503) for _ in range(3)]))
    heard.settle()
    heard.settle(MINUTE)
    assert not any(batch.trouble for batch in heard.batches)
    heard.settle(11 * MINUTE)
    assert next(batch.trouble for batch in heard.batches if batch.trouble).endswith(
        "Search is polled instead"
    )
    heard.settle(11 * MINUTE)
    assert heard.source._stream.is_open
    assert [batch.trouble for batch in heard.batches if batch.trouble is not None][-1] == ""


def test_a_rule_that_is_refused_is_told_at_once_and_search_goes_on() -> None:
    error = {"type": PROBLEM + "invalid-rules", "value": '("Acme") -is:retweet'}
    heard = Heard(XWire(answers={RULES: [{}, {"errors": [error]}]}))
    heard.settle()
    told = next(batch.trouble for batch in heard.batches if batch.trouble)
    assert told == (
        "source x: its stream is not open: X refuses a rule of the stream (invalid-rules). Mend "
        '"query" or the brands\' terms, of which it was made: ("Acme") -is:retweet. Search is '
        "polled instead"
    )
    searches = heard.wire.times(SEARCH)
    heard.fetch(5 * MINUTE)
    assert heard.wire.times(SEARCH) == searches + 1


def test_mentions_that_fail_do_not_stop_the_stream() -> None:
    heard = Heard(XWire(), mentions_of=("77",)).filled()
    heard.wire.answers[MENTIONS] = [Reply(503, {}, b"{}")] * 50
    heard.source._stream._stream.pieces += [a_line(a_post(heard.now, 1)), BEAT]
    heard.settle(5 * MINUTE)
    assert len(heard.ids) == 1
    for _ in range(8):
        heard.settle(2 * MINUTE)
    assert {one.listing for batch in heard.batches for one in batch.failed} == {"mentions:77"}
    heard_of = {name for batch in heard.batches[-8:] for name in batch.listings or ()}
    assert heard_of == {name for name in heard.source.listings if name.startswith("search:")}
    assert heard.wire.times(MENTIONS) < 30


def test_search_that_fails_while_the_stream_is_shut_is_a_fault_of_the_source() -> None:
    heard = Heard(XWire(answers={SEARCH: [Reply(503, {}, b"{}")]}, streams=[refused(503)]))
    with pytest.raises(Later):
        heard.fetch()


def test_a_key_that_is_refused_is_said_and_no_secret_with_it() -> None:
    heard = Heard(XWire(streams=[refused(401, {"title": "hunter2"})]))
    heard.fetch()
    with pytest.raises(AuthorisationLost) as found:
        heard.fetch()
    assert "hunter2" not in str(found.value)
    assert heard.wire.headers[0]["Authorization"] == "Bearer hunter2"


def test_spent_credits_close_the_stream_and_search_says_so() -> None:
    spent = b'{"errors":[{"type":"' + PROBLEM.encode() + b'usage-capped"}]}\r\n'
    heard = Heard(XWire(streams=[Pieces(a_line(a_post(NOW, 1)), spent)]))
    heard.settle()
    assert len(heard.ids) == 1
    assert not heard.source._stream.is_open
    capped = Reply(429, {}, b'{"type":"%susage-capped"}' % PROBLEM.encode())
    heard.wire.answers[SEARCH] = [capped]
    with pytest.raises(OutOfBudget):
        heard.settle(3 * MINUTE)


def test_what_was_closed_opens_nothing() -> None:
    heard = Heard(XWire())
    heard.fetch()
    heard.source.close()
    assert not heard.fetch(MINUTE).more
    assert not heard.source._stream.is_open


def test_a_stream_that_is_being_opened_does_not_hold_up_the_end() -> None:
    wire, is_opening, over = XWire(), threading.Event(), threading.Event()

    def hangs(*_: object, **__: object) -> Pieces:
        is_opening.set()
        over.wait(600)
        return Pieces()

    wire.stream = hangs  # type: ignore[assignment,method-assign]
    heard = Heard(wire)
    heard.fetch()
    closer = threading.Thread(target=lambda: is_opening.wait(600) and heard.source.close())
    closer.start()
    assert not heard.fetch().more
    closer.join()
    over.set()
