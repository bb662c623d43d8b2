"""What X may have charged is counted, also where its answer broke off or cannot be read."""

import json
from datetime import timedelta
from typing import Any

import pytest

from config import Brand, Secret
from listener.budget import Allowance, Use
from listener.collector import Known, SourceError
from listener.collectors.x import Settings, XCollector, build
from listener.collectors.x_asking import AUTHOR_PRICE, COUNT_PRICE, POST_PRICE
from listener.tools import Tools
from listener.wire import BrokeOff, DeadlinePassed, NotSent, Reply, TooLarge, Unreachable, WireError
from tests.listener.collectors.x_wire import NOW, SEARCH, XWire, a_post, snowflake

LOOKUP, COUNTS = "/2/tweets", "/counts/recent"
NAMED = POST_PRICE + AUTHOR_PRICE


def source_of(**answers: Any) -> tuple[XCollector, Allowance]:
    purse = Allowance(20.0)
    wire = XWire({path: [answer] for path, answer in answers.items()})
    declared = Settings(name="x", bearer_token=Secret(env="X"))
    source = build(declared, [Brand(name="Acme")], Tools(wire, lambda _: "key", "t/0", purse))
    assert isinstance(source, XCollector)
    return source, purse


CHARGED = [
    pytest.param(BrokeOff("x"), True, id="an answer that broke off"),
    pytest.param(DeadlinePassed("x"), True, id="one that did not end in time"),
    pytest.param(TooLarge("x"), True, id="one that is too long"),
    pytest.param(Reply(200, {}, b'{"data": ['), True, id="one that is no JSON"),
    pytest.param(NotSent("x"), False, id="nothing was sent in time"),
    pytest.param(Unreachable("x"), False, id="nobody answered"),
    pytest.param(Reply(503, {}, b""), False, id="it refuses"),
]


@pytest.mark.parametrize(("answer", "charged"), CHARGED)
def test_a_search_that_failed_is_counted_in_full_where_x_may_have_charged_it(
    answer: Reply | WireError, charged: bool
) -> None:
    source, purse = source_of(**{SEARCH: answer})
    before = purse.left(Use.SEARCH)
    with pytest.raises(SourceError):
        source.fetch(None, now=NOW, deadline=10)
    assert before - purse.left(Use.SEARCH) == pytest.approx(100 * NAMED if charged else 0.0)


@pytest.mark.parametrize(("answer", "charged"), CHARGED)
def test_so_is_a_lookup(answer: Reply | WireError, charged: bool) -> None:
    source, purse = source_of(**{LOOKUP: answer})
    before = purse.left(Use.FOLLOW_UP)
    with pytest.raises(SourceError):
        source.refresh([Known(snowflake(NOW))], now=NOW, deadline=10)
    assert before - purse.left(Use.FOLLOW_UP) == pytest.approx(POST_PRICE if charged else 0.0)


@pytest.mark.parametrize(("answer", "charged"), CHARGED)
def test_so_is_a_count(answer: Reply | WireError, charged: bool) -> None:
    source, purse = source_of(**{COUNTS: answer})
    before = purse.left(Use.SEARCH)
    with pytest.raises(SourceError):
        source.foresee((), now=NOW, deadline=10)
    assert before - purse.left(Use.SEARCH) == pytest.approx(COUNT_PRICE if charged else 0.0)


def test_a_user_with_an_odd_id_costs_its_price_and_never_the_page() -> None:
    body = {
        "data": [a_post(NOW - timedelta(minutes=1))],
        "includes": {"users": [{"id": {}}, {"id": ["5"]}, {"id": "5", "username": "ann"}]},
        "meta": {"newest_id": "5"},
    }
    source, purse = source_of(**{SEARCH: Reply(200, {}, json.dumps(body).encode())})
    before = purse.left(Use.SEARCH)
    (seen,) = source.fetch(None, now=NOW, deadline=10).observations
    assert seen.post.author.handle == "ann"
    assert before - purse.left(Use.SEARCH) == pytest.approx(POST_PRICE + 3 * AUTHOR_PRICE)
