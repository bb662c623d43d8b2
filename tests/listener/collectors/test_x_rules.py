"""The rules of X's stream, its lines, and what X counts: pure readings of hostile answers."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from listener.budget import Allowance, Use
from listener.collector import BadRequest, Foresees, Malformed, OutOfBudget
from listener.collectors.x_asking import read_count
from listener.collectors.x_lines import End, read_line
from listener.collectors.x_rules import Plan, Rule, plan, read_rules, synchronised, tag_of
from tests.hostile import lines_of
from tests.listener.collectors.x_wire import NOW, PROBLEM, Heard, XWire, a_line, a_post

OURS, THEIRS = tag_of("x"), "somebody's"


# ----------------------------------------------------------------------------------- the rules
@pytest.mark.parametrize(
    ("rules", "wanted", "planned"),
    [
        pytest.param([], ["a", "b"], Plan((), (), ("a", "b")), id="what is wanted is added"),
        pytest.param([Rule("1", "a", OURS)], ["a"], Plan(("1",), (), ()), id="what is there stays"),
        pytest.param(
            [Rule("1", "a", OURS)], ["b"], Plan((), ("1",), ("b",)), id="what is old is taken away"
        ),
        pytest.param(
            [Rule("1", "c", THEIRS), Rule("2", "d"), Rule("3", "e", tag_of("x2"))],
            ["b"],
            Plan((), (), ("b",)),
            id="nobody else's rule is touched",
        ),
        pytest.param(
            [Rule("1", "a", THEIRS)], ["a"], Plan(("1",), (), ()), id="the same words are shared"
        ),
        pytest.param([], ["a", "a"], Plan((), (), ("a",)), id="nothing is added twice"),
    ],
)
def test_what_is_done_to_the_rules(rules: list[Rule], wanted: list[str], planned: Plan) -> None:
    assert plan(rules, wanted, OURS) == planned


class Api:
    """Answers the rules' address in turn, and notes what was sent."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[Any] = []

    def __call__(self, method: str, body: Mapping[str, object] | None) -> object:
        self.sent.append((method, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_old_rules_go_before_new_ones_come_so_that_no_limit_is_met() -> None:
    there = {"data": [{"id": "1", "value": "old", "tag": OURS}]}
    api = Api(there, {"meta": {}}, {"data": [{"id": "9", "value": "new", "tag": OURS}]})
    assert synchronised(api, ["new"], "x").ids == {"9"}
    assert api.sent == [
        ("GET", None),
        ("POST", {"delete": {"ids": ["1"]}}),
        ("POST", {"add": [{"value": "new", "tag": OURS}]}),
    ]


def test_rules_that_are_right_are_only_read() -> None:
    api = Api({"data": [{"id": "1", "value": "a", "tag": OURS}]})
    assert synchronised(api, ["a"], "x").ids == {"1"}
    assert len(api.sent) == 1


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            "invalid-rules",
            'source "x": X refuses a rule of the stream (invalid-rules). Mend "query"',
        ),
        ("rule-cap", 'source "x": X refuses a rule of the stream (rule-cap): the app has as many'),
        ("<b>secret</b>", 'source "x": X refuses a rule of the stream (unnamed). Mend "query"'),
    ],
)
def test_a_refused_rule_is_told_in_one_sentence(problem: str, said: str) -> None:
    error = {"type": PROBLEM + problem, "value": "Acme OR OR", "details": ["hunter2"]}
    with pytest.raises(BadRequest) as found:
        synchronised(Api({}, {"errors": [error]}), ["Acme OR OR"], "x")
    assert str(found.value).startswith(said)
    assert "hunter2" not in str(found.value)


def test_a_request_that_x_refuses_whole_names_the_rule() -> None:
    api = Api({}, BadRequest('source "x": HTTP 400 Bad Request'))
    with pytest.raises(BadRequest, match=r'HTTP 400 Bad Request. Mend "query" .*: Acme OR OR'):
        synchronised(api, ["Acme OR OR"], "x")


def test_a_rule_that_somebody_added_meanwhile_is_used() -> None:
    twice = {"errors": [{"type": PROBLEM + "duplicate-rules", "value": "a", "id": "7"}]}
    assert synchronised(Api({}, twice), ["a"], "x").ids == {"7"}


def test_xs_own_sample_of_rules_is_read(shared: Path) -> None:
    samples = json.loads(
        (shared / "fixtures/x/playground__tweets_search_stream_rules.json").read_text()
    )
    read = read_rules(samples[0]["response"])
    assert [rule.value for rule in read] == ["coffee -is:retweet"] * 3


# ----------------------------------------------------------------------------------- the lines
def test_xs_own_sample_of_a_line_is_read(shared: Path) -> None:
    sample = json.loads((shared / "fixtures/x/playground__tweets_search_stream.json").read_text())
    body = sample[0]["response"]
    told = read_line(json.dumps(body).encode(), {"120897978112909812"}, NOW)
    assert told.seen is not None
    assert told.seen.post.id == body["data"]["edit_history_tweet_ids"][0]
    assert (told.posts, told.is_ours, told.end) == (1, True, None)


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ({"errors": [{"title": "operational-disconnect"}]}, End.DISCONNECTED),
        ({"errors": [{"disconnect_type": "UpstreamOperationalDisconnect"}]}, End.DISCONNECTED),
        ({"title": "ConnectionException", "connection_issue": "TooManyConnections"}, End.TAKEN),
        ({"errors": [{"type": PROBLEM + "usage-capped"}]}, End.SPENT),
        ({"errors": [{"type": PROBLEM + "internal-error"}]}, None),
        ({"errors": "many"}, None),
        ({}, None),
    ],
)
def test_what_x_says_of_the_stream_itself(body: dict[str, Any], end: End | None) -> None:
    told = read_line(json.dumps(body).encode(), set(), NOW)
    assert (told.end, told.posts, told.seen) == (end, 0, None)
    assert bool(told.malformed) == (end is None)


def test_errors_beside_a_post_cost_it_nothing() -> None:
    line = a_line(a_post(NOW, 1), errors=[{"type": PROBLEM + "resource-not-found"}])
    told = read_line(line, {"1"}, NOW)
    assert told.seen is not None
    assert told.malformed == ("partial answer: resource-not-found",)


def test_a_post_without_rules_is_taken_for_ours() -> None:
    assert read_line(json.dumps({"data": a_post(NOW)}).encode(), {"1"}, NOW).is_ours


def test_no_hostile_document_does_more_than_be_counted(shared: Path) -> None:
    lines = lines_of(shared, "json_documents")
    for line in lines:
        told = read_line(base64.b64decode(json.loads(line)["b64"]), {"1"}, NOW)
        assert told.seen is None
        assert told.malformed or told.end
    assert len(lines) > 100


# ---------------------------------------------------------------------------------- the counts
@pytest.mark.parametrize(
    ("body", "posts"),
    [
        ({"meta": {"total_tweet_count": 411}}, 411),
        ({"meta": {"total_post_count": 0}}, 0),
        ({"data": [{"tweet_count": 2}, {"tweet_count": 3}]}, 5),
        ({"data": [{"post_count": 2}, {"post_count": 3}], "meta": {}}, 5),
    ],
)
def test_a_count_is_read_in_either_spelling(body: object, posts: int) -> None:
    assert read_count(body) == posts


@pytest.mark.parametrize("body", [[], {}, {"data": [{}]}, {"meta": {"total_post_count": "many"}}])
def test_what_is_no_count_is_not_taken_for_none(body: object) -> None:
    with pytest.raises(Malformed):
        read_count(body)


def test_a_recorded_count_is_read(shared: Path) -> None:
    recorded = json.loads(
        (shared / "fixtures/x/tweepy__test_client_get_recent_tweets_count.json").read_text()
    )
    body = recorded["interactions"][0]["response"]["json"]
    assert read_count(body) == 411
    assert read_count({"data": body["data"]}) == 411


def test_what_a_query_would_find_is_counted_for_half_a_cent() -> None:
    wire = XWire(answers={"/counts/recent": [{"meta": {"total_tweet_count": 700}}]})
    heard = Heard(wire, stream=True, authors=True)
    assert isinstance(heard.source, Foresees)
    found = heard.source.foresee(("Acme", "Acme Air"), now=NOW, deadline=10)
    assert (found.posts, found.each, found.named, found.dollars) == (700, 0.005, 0.015, 0.005)
    assert wire.asked == [
        ("/2/tweets/counts/recent",
         {"query": '("Acme" OR "Acme Air") -is:retweet', "granularity": "day"})
    ]  # fmt: skip
    assert heard.purse.left(Use.SEARCH) == pytest.approx(Allowance(100.0).left(Use.SEARCH) - 0.005)


def test_without_money_nothing_is_counted() -> None:
    heard = Heard(XWire(), day=0.0)
    with pytest.raises(OutOfBudget):
        heard.source.foresee(now=NOW, deadline=10)
    assert heard.wire.asked == []
