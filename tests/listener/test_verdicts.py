"""Posts that are nearly alike, and judged differently for a reason."""

from datetime import UTC, datetime

import pytest

from config import Brand
from listener.assess import Assessment, Assessor
from listener.mention import Author, Post

WRITTEN = datetime(2026, 11, 2, 8, tzinfo=UTC)
ACME = Assessor([Brand(name="Acme", terms=("acme",))])


def _assessed(text: str) -> Assessment:
    (found,) = ACME.assess(Post("text", "1", text, WRITTEN, Author(id="x")))
    return found


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        pytest.param("my sister says Acme never replies", "unsure", id="a sister"),
        pytest.param("my older brother says Acme never replies", "unsure", id="an older brother"),
        pytest.param("my grandad says Acme lost his parcel", "unsure", id="a grandfather"),
        pytest.param("our parents say Acme never replies", "unsure", id="parents"),
        pytest.param("my boss says Acme never replies", "other", id="a boss is no household"),
        pytest.param("a friend says Acme never replies", "other", id="nor is a friend"),
        pytest.param("my sister says Acme is lovely", "other", id="a sister's praise"),
        pytest.param(
            "My Acme invoice is wrong AGAIN. I am tired of waiting for an answer.",
            "complaint",
            id="tired of us",
        ),
        pytest.param("Acme said 2 days. It has been 19.", "complaint", id="longer than was said"),
        pytest.param("Acme said 3 days, it is now 2 weeks", "complaint", id="in other units"),
        pytest.param(
            "Acme quoted two days. That was three weeks ago", "complaint", id="long ago, in words"
        ),
        pytest.param("Acme said 2 days. It took 1.", "other", id="it took less"),
        pytest.param("Acme said 3 days. It has been great.", "other", id="it has been good"),
        pytest.param("Acme said 2 days. It has been 19 degrees", "other", id="degrees"),
        pytest.param("Vacancy: refund specialist (m/f/d) at Acme", "other", id="a vacancy"),
        pytest.param("Acme complaints officer, £24,000 per annum", "other", id="its pay"),
        pytest.param(
            "waiting for a job vacancy refund from Acme, nobody answers",
            "complaint",
            id="a customer who says vacancy",
        ),
        pytest.param("$ACME down 4.2% at 12.30, volume 1.2m", "other", id="a share's price"),
        pytest.param("Acme share price slumps after outage", "other", id="shares in words"),
        pytest.param("my Acme line is down, 3 days now", "complaint", id="a line that is down"),
    ],
)
def test_neighbours_are_told_apart(text: str, verdict: str) -> None:
    found = _assessed(text)
    assert found.judgement.verdict == verdict, found.judgement.why


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "Acme took my £30.00, never came", 'refund and charge: "my £30.00"', id="a sum"
        ),
        pytest.param(
            "you lost it Acme, I am homeless", 'harm done: "homeless"', id="what was done"
        ),
        pytest.param(
            "my Acme invoice is here. i am tired and hungry, the worst",
            'about something else: "i am tired"',
            id="merely tired",
        ),
        pytest.param("it broke because of you, Acme", 'blame: "because of you"', id="blame"),
    ],
)
def test_a_reason_holds_the_words_of_the_post(text: str, reason: str) -> None:
    assert reason in _assessed(text).reasons


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Acme took my £4929123412341234, never came", id="what is no sum"),
        pytest.param("Acme lost my order 4929123412341234, never came", id="a long number"),
        pytest.param("@ann4929123412341234 Acme lost my order, never came", id="a handle"),
    ],
)
def test_a_reason_holds_no_long_number_and_no_handle(text: str) -> None:
    assert not any("4929" in reason for reason in _assessed(text).reasons)


def test_a_group_is_a_reason_once() -> None:
    groups = [
        reason.partition(":")[0]
        for reason in _assessed("Acme never replied, charged me twice, refund me").reasons
    ]
    assert len(groups) == len(set(groups))
