# ruff: noqa: F401, F811  the fixtures are shared
"""What becomes private, and what a person gives back: nothing is lost, and nothing tells of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.decision import Action, Verb
from escalation.subject import Case, Ref, State
from listener.mention import Engagement, Kind, Observation
from tests.tocsin.test_private import (
    COMPLAINT,
    MORNING,
    NATIVE,
    SIGN,
    House,
    a_house,
    house,
    seen,
    tells,
)
from tocsin.cli.forgetting import _erase
from tocsin.store import Unit

JOKE = f"{COMPLAINT}, it makes me want to kill myself"
MINUTE = timedelta(minutes=1)


def opens_up(house: House, number: int = 1) -> None:
    """Ada finds no sign of self-harm in a matter's posts."""
    now = house.replay.clock.now()

    def act(desk: object) -> None:
        engine, ref = house.house.engine, Ref("matter", number)
        assert engine.act(desk, ref, Action(Verb.DISMISS, "ada"), now) is None
        house.house.pipeline.give_back(desk, number, now)

    house.house.store.write(act)


def asked_for(house: House, query: str) -> list[tuple[object, ...]]:
    with house.house.store.read() as desk:
        return [tuple(row) for row in desk.connection.execute(query).fetchall()]


def a_case(house: House, number: int = 1) -> Case:
    with house.house.store.read() as desk:
        found = desk.subject(Ref("case", number))
    assert isinstance(found, Case)
    return found


def edit(text: str, minutes: int, **more: object) -> Observation:
    return seen(text, at=MORNING + minutes * MINUTE, kind=Kind.EDIT, **more)


# ------------------------------------------------------------------------- by an edit
def test_a_case_whose_only_post_becomes_private_is_closed_and_pages_nobody(house: House) -> None:
    house.runs(seen(COMPLAINT), edit(SIGN, 5), until=6 * MINUTE)
    case = a_case(house)
    assert (case.state, case.close_reason) == (State.CLOSED, "withdrawn")
    before = len(house.told)
    house.runs(until=timedelta(days=1))
    later = [h for h in house.told[before:] if h.ref and h.ref.kind == "case"]
    assert [h.event for h in later if h.event == "page"] == []


def test_a_case_that_has_another_post_stays_open(house: House) -> None:
    second = seen(f"{COMPLAINT} still", "p-2", MORNING + MINUTE)
    house.runs(seen(COMPLAINT), second, edit(SIGN, 5), until=6 * MINUTE)
    assert a_case(house).is_open


def test_a_complaint_that_was_private_for_a_while_is_in_its_case_again(house: House) -> None:
    house.runs(seen(COMPLAINT, rating=1.0), edit(JOKE, 5), until=10 * MINUTE)
    opens_up(house)
    assert a_case(house).is_open
    assert asked_for(house, "select count(*) from cases") == [(1,)]
    assert asked_for(house, "select native_id, text, source, deleted_at, rating from posts") == [
        (NATIVE, JOKE, "replay", None, 1.0)
    ]
    assert asked_for(house, "select count(*) from authors where handle = 'xylograph'") == [(1,)]
    assert asked_for(house, "select sum(mentions) from hours") == [(1,)]


# ------------------------------------------------------------------------- given back
def test_where_a_private_post_links_to_comes_back_with_it_and_is_erased_with_it(
    house: House,
) -> None:
    there = ("https://shop.example/claims",)
    house.runs(seen(JOKE, links=there), until=MINUTE)
    assert asked_for(house, "select count(*) from posts") == [(0,)]
    opens_up(house)
    assert asked_for(house, "select linked from posts") == [('["https://shop.example/claims"]',)]
    assert asked_for(house, "select more from private_posts") == [("{}",)]


def test_what_is_given_back_is_kept_as_it_was_heard(house: House) -> None:
    house.runs(
        seen(
            JOKE,
            in_reply_to="p-parent",
            conversation_id="c-1",
            rating=2.0,
            engagement=Engagement(likes=7, views=900),
            aliases=("p-alias",),
        ),
        until=5 * MINUTE,
    )
    opens_up(house)
    columns = "source, in_reply_to, conversation_id, rating, likes, views, backfill"
    (kept,) = asked_for(house, f"select {columns} from posts")
    assert kept == ("replay", "p-parent", "c-1", 2.0, 7, 900, 0)
    assert asked_for(house, "select native_id from post_aliases") == [("p-alias",)]
    assert asked_for(house, "select distinct source from hours") == [("replay",)]


def test_what_is_given_back_is_no_matter_of_safety_and_is_not_shown_as_one(house: House) -> None:
    house.runs(seen(JOKE), until=5 * MINUTE)
    opens_up(house)
    ((safety, severity, why),) = asked_for(house, "select safety, severity, why from judgements")
    assert safety == 0
    assert severity != 0.9
    assert "self-harm" not in str(why)
    assert not a_case(house).safety


def test_what_is_given_back_stays_open_while_its_words_stay(house: House) -> None:
    house.runs(seen(JOKE, aliases=("p-alias",)), until=5 * MINUTE)
    opens_up(house)
    again = edit(JOKE, 20), seen(JOKE, "p-alias", MORNING + 21 * MINUTE)
    house.runs(*again, until=30 * MINUTE)
    assert asked_for(house, "select count(*) from matters where state <> 'closed'") == [(0,)]


def test_what_is_given_back_and_becomes_a_sign_by_an_edit_is_private_again(house: House) -> None:
    house.runs(seen(JOKE), until=5 * MINUTE)
    opens_up(house)
    house.runs(edit(SIGN, 20), until=30 * MINUTE)
    assert house.matter(2).is_open
    assert tells(repr(asked_for(house, "select * from posts"))) == []
    assert a_case(house).close_reason == "withdrawn"


def test_a_given_back_post_is_kept_privately_by_hashes_alone(house: House) -> None:
    house.runs(seen(JOKE, aliases=("p-alias",)), until=5 * MINUTE)
    opens_up(house)
    ((author, *blank),) = asked_for(
        house, "select author, author_id, handle, text, more from private_posts"
    )
    assert (author, blank) == (b"", ["", "", "", "{}"])
    assert "p-alias" not in repr(asked_for(house, "select * from private_aliases"))


# ---------------------------------------------------------------------------- heard again
def test_an_edit_of_a_private_post_asks_whoever_has_it_anew(house: House) -> None:
    house.runs(seen(SIGN), until=5 * MINUTE)
    house.act(Verb.ACK, "ada")
    house.runs(edit(f"{SIGN}, goodbye", 20), edit(f"{SIGN}, goodbye", 25), until=30 * MINUTE)
    assert house.asked() == [("ada@example.com", 0), ("ada@example.com", 20)]
    assert house.matter().posts == 1


def test_an_edit_after_its_matter_was_closed_opens_another(house: House) -> None:
    house.runs(seen(SIGN), until=5 * MINUTE)
    house.act(Verb.RESOLVE, "ada")
    house.runs(edit(f"{SIGN}, goodbye", 20), until=30 * MINUTE)
    assert house.matter(2).is_open


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        pytest.param(SIGN, 1, id="the words of its root"),
        pytest.param(f"RT @xylograph: {SIGN[:60]}…", 1, id="those words as they are quoted"),
        pytest.param(f"Me too, Acme. I want to kill myself. {SIGN}", 2, id="words of its own"),
    ],
)
def test_a_repost_is_a_sign_where_it_has_words_of_its_own(
    house: House, text: str, asked: int
) -> None:
    repost = seen(text, "p-re", MORNING + MINUTE, "u-other", repost_of=NATIVE)
    house.runs(seen(SIGN), repost, until=5 * MINUTE)
    assert asked_for(house, "select count(*) from matters") == [(asked,)]


# ------------------------------------------------------------------------------- erasing
def test_a_deletion_by_another_id_of_the_post_erases_it(house: House) -> None:
    gone = seen("", "p-alias", MORNING + 5 * MINUTE, kind=Kind.DELETE)
    again = seen(SIGN, "p-alias", MORNING + 7 * MINUTE)
    house.runs(seen(SIGN, aliases=("p-alias",)), gone, again, until=10 * MINUTE)
    assert tells(repr(asked_for(house, "select * from private_posts"))) == []
    assert asked_for(house, "select count(*) from posts") == [(0,)]


def test_by_what_an_author_is_known_goes_once_no_open_matter_asks_for_it(house: House) -> None:
    gone = seen("", at=MORNING + 5 * MINUTE, kind=Kind.DELETE)
    house.runs(seen(SIGN), gone, until=10 * MINUTE)
    assert asked_for(house, "select author <> x'' from private_posts") == [(1,)]
    house.act(Verb.RESOLVE, "ada")
    now = house.replay.clock.now()
    house.house.store.write(lambda desk: desk.age_out_private(now, now))
    assert asked_for(house, "select author from private_posts") == [(b"",)]


@pytest.mark.parametrize(
    ("name", "linked"),
    [
        pytest.param("@renamed", False, id="under a name they took since"),
        pytest.param("@u-other-handle", True, id="by a linked account"),
    ],
)
def test_who_is_forgotten_is_forgotten_privately_too(house: House, name: str, linked: bool) -> None:
    renamed = seen(COMPLAINT, "p-2", MORNING + MINUTE)
    renamed = replace(
        renamed, post=replace(renamed.post, author=replace(renamed.post.author, handle="renamed"))
    )
    other = seen(COMPLAINT, "p-3", MORNING + 2 * MINUTE, "u-other")
    house.runs(seen(SIGN), renamed, other, until=5 * MINUTE)

    def link(desk: Unit) -> None:
        (one,), (two,) = (desk.authors_called(who, None) for who in ("@renamed", "u-other"))
        desk.link(one["id"], two["id"], "x", None, "ada", MORNING)

    house.house.store.write(link)
    asked = (name, None, linked)
    house.house.store.write(lambda desk: _erase(house.house, desk, asked, None))
    assert tells(repr(asked_for(house, "select * from private_posts"))) == []
