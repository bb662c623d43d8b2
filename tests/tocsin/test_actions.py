"""Lines of an actions file, and what is wrong with them."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.decision import Action, Verb
from tocsin.actions import Scripted, read_action, verb_of

AT = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "ada", "action": "ack", "case": 1}',
            Scripted(AT, Action(Verb.ACK, "ada", via="replay"), case=1),
            id="an acknowledgement",
        ),
        pytest.param(
            '{"at": "2026-11-21T11:05:00+01:00", "actor": "ada", "action": "snooze", "post": 7,'
            ' "for": "2h", "reason": "waiting for stock"}',
            Scripted(
                AT,
                Action(
                    Verb.SNOOZE,
                    "ada",
                    reason="waiting for stock",
                    wait=timedelta(hours=2),
                    via="replay",
                ),
                post="7",
            ),
            id="a snooze of a post's case, in another zone",
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "ada", "action": "offer", "to": "bob",'
            ' "case": 1}',
            Scripted(AT, Action(Verb.HANDOFF, "ada", to="bob", via="replay"), case=1),
            id="the rules' own word for a hand-over",
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "ada", "action": "resolve", "case": 1,'
            ' "cause": "care", "cost": 20, "money": 50, "done": "refunded",'
            ' "done_for_rest": "nothing, because it was one parcel", "round": 2, "id": "evt-1"}',
            Scripted(
                AT,
                Action(
                    Verb.RESOLVE,
                    "ada",
                    cause="care",
                    cost=20,
                    money=50,
                    done="refunded",
                    done_for_rest="nothing, because it was one parcel",
                    round=2,
                    id="evt-1",
                    via="replay",
                ),
                case=1,
            ),
            id="the whole account of a closing",
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "ada", "action": "merge", "incident": 1,'
            ' "into": 2, "told": "we look into it \\ud800"}',
            Scripted(
                AT,
                Action(Verb.MERGE, "ada", into=2, told="we look into it ?", via="replay"),
                incident=1,
            ),
            id="a merge, with half a letter that no store takes",
        ),
    ],
)
def test_a_line_is_read(line: str, read: Scripted) -> None:
    assert read_action(line) == read


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("ack 1", "not JSON", id="no JSON"),
        pytest.param("[]", "not an object", id="a list"),
        pytest.param('{"actor": "a", "action": "ack", "case": 1}', '"at" must be', id="no time"),
        pytest.param(
            '{"at": "2026-11-21T10:05:00", "actor": "a", "action": "ack", "case": 1}',
            "with a zone",
            id="a time without a zone",
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "action": "ack", "case": 1}', '"actor"', id="nobody"
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "a", "action": "akc", "case": 1}',
            "Known: ack",
            id="an unknown action",
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "a", "action": "ack"}',
            "say on what",
            id="on nothing",
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "a", "action": "ack", "case": true}',
            "whole number",
            id="a case that is no number",
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "a", "action": "resolve", "case": 1,'
            f' "money": {10**30}}}',
            "too large",
            id="a number that no store holds",
        ),
        pytest.param(
            '{"at": "2026-11-21T10:05:00Z", "actor": "a", "action": "snooze", "case": 1, "for": 5}',
            "with a unit",
            id="a bare number for a duration",
        ),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_action(line)


def test_every_verb_means_itself() -> None:
    assert [verb_of(str(verb)) for verb in Verb] == list(Verb)
