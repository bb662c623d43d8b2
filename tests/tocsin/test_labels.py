"""Labels vanish with what they are of: a post, or an imported text that is a platform's post."""

from datetime import timedelta

import pytest

from listener.mention import Author, Kind, Observation, Post
from tests.firm import NOON, Firm, new_firm
from tocsin.aging import age_out
from tocsin.store.labels import Label


@pytest.fixture
def firm() -> Firm:
    return new_firm()


def heard(firm: Firm, post: Post, kind: Kind = Kind.POST) -> None:
    seen = Observation(kind, post, NOON)
    firm.house.store.write(lambda desk: desk.keep_post(seen, "test"))


def labelled(firm: Firm, post: Post, complaint: bool = True) -> str:
    label = Label(post, complaint, None)
    return firm.house.store.write(lambda desk: desk.keep_label(label, NOON))


def kept(firm: Firm) -> list[tuple[str, bool | None]]:
    with firm.house.store.read() as desk:
        return [(label.post.text, label.complaint) for label in desk.labels_kept()]


def a_post(platform: str = "bluesky", number: str = "9") -> Post:
    return Post(platform, number, "it fizzled", NOON, Author("u-ann"))


def test_a_deleted_post_takes_its_label_with_it_and_has_none_again(firm: Firm) -> None:
    heard(firm, a_post())
    assert labelled(firm, a_post()) == "post"
    assert kept(firm) == [("it fizzled", True)]
    heard(firm, a_post(), Kind.DELETE)
    assert kept(firm) == []
    assert labelled(firm, a_post()) == "gone"
    assert kept(firm) == []


def test_an_imported_post_goes_when_its_platform_says_that_it_is_gone(firm: Firm) -> None:
    assert labelled(firm, a_post()) == "text"
    heard(firm, a_post(), Kind.DELETE)
    assert kept(firm) == []


def test_what_is_said_twice_counts_once_and_the_newer_holds(firm: Firm) -> None:
    for post in (a_post(), a_post("text")):
        labelled(firm, post)
        labelled(firm, post, complaint=False)
    assert kept(firm) == [("it fizzled", False)] * 2


@pytest.mark.parametrize(
    ("post", "left"),
    [
        pytest.param(a_post(), 0, id="a platform's post is erased by its age"),
        pytest.param(a_post("text"), 1, id="a text of the user's own stays"),
    ],
)
def test_how_long_an_imported_text_is_kept(firm: Firm, post: Post, left: int) -> None:
    labelled(firm, post)
    later = NOON + timedelta(days=91)
    age_out(firm.house.store, later - timedelta(days=90), later)
    assert len(kept(firm)) == left


@pytest.mark.parametrize("aged", [True, False], ids=["by age", "as was asked"])
def test_an_imported_text_counts_as_erased_unless_its_post_only_aged(
    firm: Firm, aged: bool
) -> None:
    labelled(firm, a_post())  # kept as a text, before its post is heard
    heard(firm, a_post())
    firm.house.store.write(lambda desk: desk.erase_post(1, NOON, aged=aged))
    with firm.house.store.read() as desk:
        assert desk.labels_erased() == (0 if aged else 1)
    assert kept(firm) == []
