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
