"""X's filtered stream: what it brings, what search brings beside it, and what it costs."""

from datetime import timedelta

import pytest

from config import Secret
from listener.budget import Use
from listener.collector import OutOfBudget
from listener.collectors.x import Settings, XCollector, build
from listener.collectors.x_hole import fill_at, hole_is_filled, streamed
from listener.collectors.x_place import LATE, Place
from listener.collectors.x_posts import snowflake_time
from listener.stream import StreamClosed
from listener.tools import Tools
from tests.listener.collectors.x_wire import (
    BEAT,
    MINUTE,
    NOW,
    SEARCH,
    SECOND,
    STREAM,
    Heard,
    Pieces,
    XWire,
    a_line,
    a_post,
    snowflake,
)

pytestmark = pytest.mark.usefixtures("short_listens")


class Drained(Pieces):
    """One that still hands out what it had when it was closed, as the daemon's own does."""

    def receive(self, timeout: float) -> bytes | None:
        if self.closed and not self.pieces:
            raise StreamClosed("it was closed")
        piece = self.pieces.pop(0) if self.pieces else None
        assert not isinstance(piece, Exception)
        return piece


# ------------------------------------------------------------------------------ what it brings
def test_a_post_is_heard_from_the_stream_and_search_rests() -> None:
    stream = Pieces()
    heard = Heard(XWire(streams=[stream])).filled()
    searches = heard.wire.times(SEARCH)
    stream.pieces += [a_line(a_post(heard.now, 1))[:70], a_line(a_post(heard.now, 1))[70:], BEAT]
    heard.settle(MINUTE)
    heard.settle(60 * MINUTE)
    assert heard.ids == [snowflake(NOW + 4 * MINUTE, 1)]
    assert heard.wire.times(SEARCH) == searches
    assert heard.wire.times(STREAM) == 1


def test_the_first_fetch_takes_no_stream_from_the_daemon() -> None:
    heard = Heard(XWire())
    heard.fetch()
    assert heard.wire.times(STREAM) == 0


def test_an_edit_is_the_same_post_with_other_words() -> None:
    first, second = snowflake(NOW, 1), snowflake(NOW + MINUTE, 1)
    edited = a_post(NOW, 1, id=second, edit_history_tweet_ids=[first, second])
    heard = Heard(XWire(streams=[Pieces(a_line(edited), BEAT)]))
    heard.settle()
    seen = next(batch.observations[0] for batch in heard.batches if batch.observations)
    assert (seen.kind.value, seen.post.id, seen.post.aliases) == ("edit", first, (second,))


def test_one_line_that_cannot_be_read_costs_no_other() -> None:
    odd = [b"<html>\r\n", b'{"data": 7}\r\n', b"[[[\r\n", b'{"data": {"id": []}}\r\n']
    lines = [*odd, a_line(a_post(NOW, 1)), b"x" * 2_000_000 + b"\r\n", a_line(a_post(NOW, 2))]
    heard = Heard(XWire(streams=[Pieces(*lines, BEAT)]))
    heard.settle()
    assert heard.ids == [snowflake(NOW, 1), snowflake(NOW, 2)]
    assert sum(len(batch.malformed) for batch in heard.batches) == 5
    assert heard.source._stream.is_open


def test_a_post_for_a_rule_of_somebody_else_is_paid_and_not_kept() -> None:
    heard = Heard(XWire(streams=[Pieces(a_line(a_post(NOW, 1), rule="99"), BEAT)]))
    heard.settle()
    assert (heard.ids, heard.dollars) == ([], 0.005)
    assert [many for batch in heard.batches for _, many in batch.turned_away] == [1]


# ---------------------------------------------------------------------------------- the holes
def test_what_the_stream_missed_is_searched_for_and_the_cursor_waits_for_it() -> None:
    stream = Pieces(StreamClosed("the stream ended"))
    heard = Heard(XWire(streams=[Pieces(), stream])).filled()
    opened = heard.source._stream
    opened._stream.pieces += [a_line(a_post(heard.now, 1)), BEAT, StreamClosed("it broke off")]
    heard.settle(MINUTE)
    missed = a_post(heard.now + 2 * MINUTE, 2)
    heard.wire.answers[SEARCH] = [
        {"data": [missed, a_post(NOW + 4 * MINUTE, 1)], "meta": {"newest_id": missed["id"]}}
    ]
    heard.settle(10 * MINUTE)
    asked = [asked for path, asked in heard.wire.asked if path.endswith(SEARCH)][-1]
    assert int(asked["since_id"]) < int(snowflake(NOW + 4 * MINUTE, 1))
    assert missed["id"] in heard.ids


def test_search_reads_once_more_when_it_has_found_what_was_written_before() -> None:
    heard = Heard(XWire())
    heard.settle()
    assert heard.wire.times(SEARCH) == 1
    heard.settle(LATE - SECOND)
    assert heard.wire.times(SEARCH) == 1
    heard.settle(2 * SECOND)
    assert heard.wire.times(SEARCH) == 2


def test_a_batch_that_the_store_did_not_take_is_searched_for() -> None:
    heard = Heard(XWire(streams=[Pieces()])).filled()
    heard.source._stream._stream.pieces += [a_line(a_post(heard.now, 1)), BEAT]
    before = heard.cursor
    heard.fetch(MINUTE)
    heard.cursor = before
    searches = heard.wire.times(SEARCH)
    heard.settle()
    heard.settle(LATE + SECOND)
    assert heard.wire.times(STREAM) == 2
    assert heard.wire.times(SEARCH) > searches


PLACE = Place(first=NOW, at=NOW)
EVERY = 2 * MINUTE


@pytest.mark.parametrize(
    ("place", "opened", "asked", "due"),
    [
        pytest.param(None, NOW, None, NOW, id="a listing never read is read at once"),
        pytest.param(PLACE, NOW, None, NOW + LATE, id="a short hole waits until all is found"),
        pytest.param(
            PLACE, NOW + 9 * MINUTE, NOW, NOW + 9 * MINUTE, id="a long one is filled at once"
        ),
        pytest.param(PLACE, NOW, NOW, NOW + LATE, id="and once more when all is found"),
        pytest.param(
            PLACE, NOW, NOW + LATE, NOW + LATE + EVERY, id="and again, until it has succeeded"
        ),
    ],
)
def test_when_a_hole_is_filled(place, opened, asked, due) -> None:
    assert fill_at(place, opened, asked, EVERY) == due


def test_a_hole_is_filled_by_a_whole_round_that_began_late_enough() -> None:
    assert not hole_is_filled(None, NOW)
    assert not hole_is_filled(Place(NOW, NOW + LATE - SECOND), NOW)
    assert not hole_is_filled(Place(NOW, NOW + LATE, token="more"), NOW)
    assert hole_is_filled(Place(NOW, NOW + LATE), NOW)


def test_the_place_moves_with_what_was_heard_and_never_into_the_future() -> None:
    at, later = NOW + MINUTE, NOW + timedelta(days=300)
    assert streamed(PLACE, None, at, at) == Place(NOW, at)
    assert streamed(PLACE, None, NOW - MINUTE, at) == PLACE
    moved = streamed(PLACE, snowflake(at), at, at)
    assert moved.since is not None
    assert at - LATE - SECOND < (snowflake_time(moved.since) or NOW) <= at
    assert streamed(PLACE, snowflake(later), at, at).since is None


# ---------------------------------------------------------------------------------- the money
def test_each_post_is_paid_as_it_comes_and_once_a_day() -> None:
    twice = a_line(a_post(NOW, 1))
    heard = Heard(XWire(streams=[Pieces(twice, twice, a_line(a_post(NOW, 2)), BEAT)]), day=1.0)
    left = heard.purse.left(Use.SEARCH)
    heard.settle()
    assert heard.dollars == pytest.approx(0.010)
    assert left - heard.purse.left(Use.SEARCH) == pytest.approx(0.010)


def test_an_author_is_paid_once_where_names_are_asked_for() -> None:
    lines = [a_line(a_post(NOW, n, author_id=str(n % 2 + 1))) for n in range(4)]
    heard = Heard(XWire(streams=[Pieces(*lines, BEAT)]), authors=True)
    heard.settle()
    assert heard.dollars == pytest.approx(4 * 0.005 + 2 * 0.010)


def test_what_search_finds_again_of_the_stream_costs_nothing_more() -> None:
    heard = Heard(XWire(streams=[Pieces(a_line(a_post(NOW, 1)), BEAT)]))
    heard.settle()
    heard.wire.answers[SEARCH] = [{"data": [a_post(NOW, 1)], "meta": {}}]
    found = heard.settle(LATE + SECOND)
    assert [batch.dollars for batch in found if batch.observations] == [0.0]


def test_the_stream_is_closed_when_the_money_for_search_is_out_and_opened_when_it_is_back() -> None:
    heard = Heard(XWire(), day=1.0, mentions_of=("77",)).filled()
    stream = heard.source._stream._stream
    heard.purse.spend(Use.SEARCH, heard.purse.left(Use.SEARCH))
    batch = heard.fetch(MINUTE)
    assert stream.closed
    assert batch.unpaid == {Use.SEARCH}
    heard.purse.note({}, {}, (NOW + timedelta(days=1)).date())
    heard.settle(timedelta(days=1))
    assert heard.source._stream.is_open
    assert heard.batches[-1].unpaid == frozenset()


def test_what_had_come_when_the_money_ran_out_is_kept_because_it_is_paid() -> None:
    both = a_line(a_post(NOW, 1)) + a_line(a_post(NOW, 2))
    stream = Drained(both, a_line(a_post(NOW, 3)), a_line(a_post(NOW, 4)))
    heard = Heard(XWire(streams=[stream]), day=1.0, mentions_of=("77",))
    heard.fetch()
    heard.purse.spend(Use.SEARCH, heard.purse.left(Use.SEARCH) - 0.055)
    heard.settle()
    assert stream.closed
    assert [text[-1] for text in heard.texts] == ["1", "2", "3", "4"]
    assert heard.dollars == pytest.approx(0.020)


def test_a_burst_dearer_than_the_money_ends_the_stream_in_its_midst() -> None:
    stream = Pieces(*(a_line(a_post(NOW, n)) for n in range(300)))
    heard = Heard(XWire(streams=[stream]), day=0.5)
    with pytest.raises(OutOfBudget, match="search"):
        heard.settle()
    assert stream.closed
    assert heard.purse.left(Use.SEARCH) >= 0
    assert heard.dollars < 0.5


def test_without_anything_to_search_for_there_is_no_stream_to_open() -> None:
    declared = Settings(name="x", bearer_token=Secret(env="X"), stream=True, mentions_of=("77",))
    tools = Tools(XWire(), lambda secret: "key", "tocsin/0.1.0")
    assert type(build(declared, [], tools)) is XCollector
