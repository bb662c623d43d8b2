"""What is asked of a model, what counts of its answer, and what an opinion may change."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.aspects import shipped
from listener.assess import Assessment, Assessor
from listener.complaint import COMPLAINT_FROM, Judgement, Verdict
from listener.mention import Author, Post
from listener.opinion import (
    KINDS,
    MAX_ANSWER_BYTES,
    VERDICTS,
    Discarded,
    Opinion,
    question,
    raised,
    read_answer,
    severity_of_complaint,
)
from listener.severity import Severity

COMPLAINT = Opinion(Verdict.COMPLAINT, ("billing", "support"), ("waiting",))


def answer(said: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": json.dumps(said)}}]}).encode()


def post(text: str) -> Post:
    return Post("x", "1", text, datetime(2026, 11, 18, tzinfo=UTC), Author("u"))


def an_unsure_one() -> Assessment:
    judged = Assessor().judge_alone(post("still waiting, third time asking"))
    unsure = Judgement(0.4, Verdict.UNSURE, tuple(f"reason {n}" for n in range(6)))
    return replace(judged, judgement=unsure, severity=Severity(0.1, False, ("mild",)))


def test_a_good_answer_is_read() -> None:
    said = {
        "verdict": "complaint",
        "aspects": ["support", "billing", "support"],
        "severity": ["waiting"],
    }
    assert read_answer(answer(said)) == COMPLAINT


def test_the_question_asks_for_lists_words_only() -> None:
    asked = json.loads(question("tiny", 'a "quoted" post'))
    schema = asked["response_format"]["json_schema"]["schema"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["verdict"]["enum"] == list(VERDICTS)
    assert schema["properties"]["aspects"]["items"]["enum"] == list(shipped().names)
    assert schema["properties"]["severity"]["items"]["enum"] == list(KINDS)
    assert (asked["temperature"], asked["stream"], "tools" in asked) == (0, False, False)
    assert [one["role"] for one in asked["messages"]] == ["system", "user"]
    assert json.loads(asked["messages"][1]["content"]) == 'a "quoted" post'
    assert "quoted" not in asked["messages"][0]["content"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(answer))
def test_no_other_answer_counts(body: bytes) -> None:
    with pytest.raises(Discarded):
        read_answer(body)


def test_an_answer_without_end_is_not_read() -> None:
    with pytest.raises(Discarded, match="too long"):
        read_answer(b" " * MAX_ANSWER_BYTES + answer({}))


def test_what_is_thrown_away_is_not_repeated() -> None:
    with pytest.raises(Discarded) as thrown:
        read_answer(answer({"verdict": "call +44 20", "aspects": [], "severity": []}))
    assert "44" not in str(thrown.value)


def test_only_verdict_severity_and_reasons_change_and_only_upward() -> None:
    before = an_unsure_one()
    after = raised(before, Severity(0.5, False, ("waiting",)), COMPLAINT, "tiny")
    assert after.judgement.verdict is Verdict.COMPLAINT
    assert after.judgement.probability == COMPLAINT_FROM
    assert after.judgement.why[-3:] == (
        "language model: complaint (tiny)",
        "language model: about billing, support",
        "language model: waiting",
    )
    assert len(after.judgement.why) == 6
    assert (after.severity.value, after.severity.safety) == (0.5, False)
    assert after.model == f"{before.model}+lm-1:tiny"
    kept = ("brand", "own", "lang", "scored", "valence", "route", "bot")
    assert all(getattr(after, name) == getattr(before, name) for name in kept)


def test_a_severity_that_is_milder_by_our_own_rules_does_not_count() -> None:
    worse = replace(an_unsure_one(), severity=Severity(0.7, False, ("harm done",)))
    after = raised(worse, Severity(0.2, False, ()), COMPLAINT, "tiny")
    assert after.severity == worse.severity


def test_kinds_of_severity_that_a_model_names_weigh_nothing() -> None:
    before = an_unsure_one()
    grave = Severity(0.3, False, ())
    mild = raised(before, grave, Opinion(Verdict.COMPLAINT), "tiny")
    loud = raised(before, grave, Opinion(Verdict.COMPLAINT, shipped().names[:5], KINDS[:5]), "tiny")
    assert loud.severity == mild.severity
    assert loud.judgement.probability == mild.judgement.probability


@pytest.mark.parametrize("verdict", [Verdict.UNSURE, Verdict.OTHER])
def test_no_other_opinion_raises_anything(verdict: Verdict) -> None:
    with pytest.raises(ValueError, match="only an unsure post"):
        raised(an_unsure_one(), Severity(0.0, False, ()), Opinion(verdict), "tiny")


@pytest.mark.parametrize("verdict", [Verdict.COMPLAINT, Verdict.OTHER])
def test_what_is_not_unsure_is_not_touched(verdict: Verdict) -> None:
    judged = replace(an_unsure_one(), judgement=Judgement(0.9, verdict, ()))
    with pytest.raises(ValueError, match="only an unsure post"):
        raised(judged, Severity(0.0, False, ()), COMPLAINT, "tiny")


def test_the_severity_of_a_raised_post_is_by_our_own_rules() -> None:
    mild = severity_of_complaint(post("hm"), an_unsure_one())
    worse = severity_of_complaint(post("third time asking, still no reply"), an_unsure_one())
    assert 0 < mild.value < worse.value
