"""Words beside which a brand's name is something else: from clicks to what is in force."""

from datetime import timedelta
from pathlib import Path

import pytest

from config import Band
from escalation.decision import Action, Verb
from escalation.engine import Complaint
from escalation.subject import Ref
from listener.assess import Assessor
from listener.mention import Author, Kind, Observation, Post
from listener.neighbours import LEAST_OURS, Neighbour
from tests.firm import LEAD, NOON, Firm, new_firm, settings
from tocsin.names import Names, NamesBroken, Shown, others_at, shown
from tocsin.store import Unit
from tocsin.wiring import assessor_of


@pytest.fixture
def firm() -> Firm:
    return new_firm()


def case(firm: Firm, number: int, words: str, platform: str = "bluesky") -> int:
    """A case whose post has these words."""
    post = a_post(number, words, platform)

    def work(desk: Unit) -> int:
        kept = desk.keep_post(Observation(Kind.POST, post, NOON), "test")
        complaint = Complaint(
            kept.post, kept.author, "Acme", "care", None, Band.P3, 50.0, False, post.created_at
        )
        return firm.house.engine.hear(desk, complaint, firm.now).number

    return firm.house.store.write(work)


def a_post(number: int, words: str, platform: str = "bluesky") -> Post:
    at = NOON + timedelta(seconds=number)
    return Post(platform, f"native-{number}", words, at, Author(f"id-author{number}"))


def act(firm: Firm, number: int, verb: Verb, reason: str = "", by: str = LEAD) -> None:
    ref = Ref("case", number)
    action = Action(verb, by, reason=reason)
    assert firm.write(lambda desk: firm.house.engine.act(desk, ref, action, firm.now)) is None


def found(firm: Firm) -> Shown:
    with firm.house.store.read() as desk:
        return shown(desk, firm.house.settings.brands, firm.now)


def told_apart(firm: Firm, platform: str = "bluesky") -> list[int]:
    """Twenty cases that somebody took on, three that are not ours; returns the latter."""
    for number in range(LEAST_OURS):
        act(firm, case(firm, number, f"my acme parcel {number} is late", platform), Verb.ACK)
    others = [case(firm, 100 + n, "the acme of my climbing career", platform) for n in range(3)]
    for number in others:
        act(firm, number, Verb.DISMISS, "not us: mountains")
    return others


def test_words_beside_what_was_dismissed_as_not_us_are_proposed(firm: Firm) -> None:
    told_apart(firm)
    words = {one.word: one for one in found(firm).words["Acme"]}
    assert words["climbing"] == Neighbour("climbing", 3, 3, 0)
    assert "parcel" not in words


def test_posts_that_nothing_may_be_learned_from_are_counted_and_left_out(firm: Firm) -> None:
    told_apart(firm, "x")
    assert found(firm) == Shown({}, {"x": LEAST_OURS + 3})


def test_a_case_that_is_opened_again_teaches_nothing(firm: Firm) -> None:
    for number in told_apart(firm):
        act(firm, number, Verb.REOPEN, "it was us")
    assert found(firm).words == {}


def test_another_dismissal_is_no_label(firm: Firm) -> None:
    number = case(firm, 1, "the acme of climbing")
    act(firm, number, Verb.DISMISS, "not a complaint")
    with firm.house.store.read() as desk:
        assert list(desk.told_apart(NOON - timedelta(days=1))) == []


def test_a_not_us_label_is_nothing_that_judging_learns_from(firm: Firm) -> None:
    number = case(firm, 1, "the acme of climbing")
    act(firm, number, Verb.ACK)
    with firm.house.store.read() as desk:
        assert [one.complaint for one in desk.labels_kept()] == [True]
    act(firm, number, Verb.DISMISS, "not us: mountains")
    with firm.house.store.read() as desk:
        assert list(desk.labels_kept()) == []


def test_a_deleted_post_teaches_nothing(firm: Firm) -> None:
    told_apart(firm)
    for number in range(100, 103):
        gone = a_post(number, "")
        firm.write(
            lambda desk, gone=gone: desk.keep_post(Observation(Kind.DELETE, gone, firm.now), "test")
        )
    assert found(firm).words == {}


def test_words_in_force_leave_a_post_out_and_it_is_counted_apart() -> None:
    post = Post("x", "1", "the acme of climbing", NOON, Author("u"))
    with_words = assessor_of(settings(), others={"Acme": ("climbing",)})
    assert assessor_of(settings()).assess(post)
    assert not with_words.assess(post)
    assert with_words.why_unnamed(post) == "another of that name"
    assert Assessor().why_unnamed(post) == "names no brand"


def test_words_are_put_in_force_and_gone_back_from(tmp_path: Path) -> None:
    names = Names(tmp_path / "kept.db")
    assert names.accepted() == {}
    names.put({"Acme": ("peak", "climbing")})
    assert others_at(tmp_path / "kept.db") == {"Acme": ("climbing", "peak")}
    names.put({})
    assert names.accepted() == {}
    names.put(names.before())
    assert names.accepted() == {"Acme": ("climbing", "peak")}
    assert others_at(None) == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{", id="no JSON"),
        pytest.param("[]", id="no object"),
        pytest.param('{"format": 2, "accepted": {}}', id="another version"),
        pytest.param('{"format": 1}', id="nothing accepted"),
        pytest.param('{"format": 1, "accepted": {"Acme": "climbing"}}', id="words in no list"),
        pytest.param('{"format": 1, "accepted": {"Acme": [7]}}', id="a number for a word"),
        pytest.param('{"format": 1, "accepted": {"Acme": [""]}}', id="an empty word"),
        pytest.param("[" * 100_000, id="nested without end"),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "models" / "kept.names.json"
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(NamesBroken, match=r"kept.names.json cannot be used: .+ Restore"):
        Names(tmp_path / "kept.db").accepted()


def test_with_another_agreement_clicks_on_a_platform_teach(firm: Firm) -> None:
    told_apart(firm, "x")
    with firm.house.store.read() as desk:
        taught = shown(desk, firm.house.settings.brands, firm.now, ["x"])
    assert "climbing" in {one.word for one in taught.words["Acme"]}


def test_words_of_erased_posts_go_with_those_before_them(firm: Firm, tmp_path: Path) -> None:
    told_apart(firm)
    names = Names(tmp_path / "kept.db")
    names.put({"Acme": ("peak",)})
    names.put({"Acme": ("climbing",)})
    assert names.unlearn(found(firm), 0) == 0
    with firm.house.store.read() as desk:
        assert desk.clicks_erased() == 0
    for number in range(100, 103):
        gone = Observation(Kind.DELETE, a_post(number, ""), firm.now)
        firm.write(lambda desk, gone=gone: desk.keep_post(gone, "test"))
    with firm.house.store.read() as desk:
        erased = desk.clicks_erased()
    assert erased == 3
    assert names.unlearn(found(firm), erased) == 1
    assert (names.accepted(), names.before()) == ({}, {})
