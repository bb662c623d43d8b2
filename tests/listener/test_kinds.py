"""Kind by kind: what is no complaint, and the complaint that looks like it (`kinds.txt`)."""

from collections import Counter

import pytest

from bench.kinds import Sample, judged, measured, samples
from listener.complaint import Judgement, Verdict

JUDGED = dict(judged())
SURE = [sample for sample in JUDGED if not sample.known]
KNOWN = [sample for sample in JUDGED if sample.known]


def wrong(sample: Sample) -> bool:
    return sample.complains is not (JUDGED[sample].verdict is Verdict.COMPLAINT)


def test_every_kind_has_twenty_five_of_each_and_none_twice() -> None:
    listed = list(samples())
    assert len({sample.text for sample in listed}) == len(listed)
    counted = Counter((sample.kind, sample.complains) for sample in listed)
    assert len(counted) == 26
    assert min(counted.values()) >= 25


@pytest.mark.parametrize("sample", [s for s in SURE if s.complains], ids=lambda s: s.text)
def test_a_complaint_is_heard_whatever_it_looks_like(sample: Sample) -> None:
    assert not wrong(sample), JUDGED[sample].why


@pytest.mark.parametrize("sample", [s for s in SURE if not s.complains], ids=lambda s: s.text)
def test_what_is_no_complaint_pages_nobody(sample: Sample) -> None:
    assert not wrong(sample), JUDGED[sample].why


@pytest.mark.parametrize("sample", KNOWN, ids=lambda s: s.text)
def test_what_is_known_to_be_wrong_still_is(sample: Sample) -> None:
    """Where this fails, something was mended: take the "!" from its line in the list."""
    assert wrong(sample)


def test_most_of_each_kind_is_told() -> None:
    shares = measured()
    assert all(one.quiet >= 0.7 for one in shares.values())
    assert shares["all"].quiet >= 0.94
    assert shares["all"].heard >= 0.78


def why(text: str) -> str:
    found: Judgement = next(judgement for sample, judgement in judged() if sample.text == text)
    return " | ".join(found.why)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "Globex lost my bag, should have flown Acme",
            'about another: "globex lost my bag"',
            id="of another",
        ),
        pytest.param(
            "Globex lost my bag, should have flown Acme",
            'against: prefers this brand: "should have flown acme"',
            id="who is preferred",
        ),
        pytest.param(
            "left Acme for Globex because nobody ever picked up the phone",
            'leaving: "left acme for"',
            id="who is left",
        ),
        pytest.param(
            '"Acme ruined my wedding" - headline of the day', 'quoted: "', id="a quotation"
        ),
        pytest.param(
            "my sister says Acme never replies to emails, is that true?",
            'words of others: "my sister says acme never',
            id="what others say",
        ),
        pytest.param(
            "I'd be so mad if Acme stopped making these", 'not happened: "', id="what might happen"
        ),
        pytest.param(
            "Sorry to hear you're having trouble with your line, Tom. Have you tried restarting "
            "the router? /Kim at Acme",
            'against: support\'s own words: "have you tried restarting"',
            id="support's own words",
        ),
    ],
)
def test_what_was_set_aside_is_named(text: str, reason: str) -> None:
    assert reason in why(text)
