"""Which complaints are one story, and what a story is called."""

import json
from collections.abc import Iterable
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.particulars import handles, links, tokens
from listener.stories import Said, Stories
from listener.story_names import MOST_CHARS
from listener.story_shelf import MOST_STORIES

NOON = 1_767_700_800.0
HOUR, DAY = 3_600.0, 86_400.0

LISBON = (
    "NW 482 landed in Lisbon two hours ago and every suitcase is still in London",
    "whole flight standing at the belt in lisbon, bags left behind, nice one",
    "our bags were left in Lisbon, NW482, no one at the desk",
    "Lisbon airport: no luggage from NW 482, told to fill in a form",
    "bags left in lisbon again. third time this year",
    "day 2 without my suitcase, nw482 to lisbon",
)
APP = (
    "error E-1043 whenever I open the banking app",
    "banking app shows E1043 and logs me out, rent is due",
    "locked out of the banking app all morning, E-1043",
)
NOTHING = (
    "worst service ever",
    "you are a joke, never again",
    "still waiting for an answer, what a terrible company",
    "how hard can it be to pick up the phone",
)


def said(number: int, text: str, **more: int | float | None) -> Said:
    values: dict[str, int | float | None] = {"author": number, "at": NOON + 60.0 * number, **more}
    return Said(post=number, text=text, **values)  # type: ignore[arg-type]


def hear(stories: Stories, texts: Iterable[str], start: int = 1) -> list[int | None]:
    return [stories.hear(said(number, text)) for number, text in enumerate(texts, start)]


def test_paraphrases_of_one_cause_are_one_story() -> None:
    stories = Stories()
    first, *others = hear(stories, LISBON)
    assert first is None
    assert others.count(1) >= 4
    (story,) = stories.stories()
    assert story.people == story.posts >= 5
    assert story.began[0] == 1
    assert stories.of_post(1) == 1


def test_two_causes_are_two_stories() -> None:
    stories = Stories()
    hear(stories, LISBON)
    numbers = set(hear(stories, APP, start=20))
    assert len(stories.stories()) == 2
    assert 1 not in numbers


def test_posts_with_nothing_particular_belong_to_no_story() -> None:
    stories = Stories()
    assert hear(stories, NOTHING * 5) == [None] * 20
    assert stories.stories() == []


def test_an_author_is_one_voice_however_often_they_post() -> None:
    stories = Stories()
    for number, text in enumerate(LISBON, 1):
        assert stories.hear(said(number, text, author=7)) is None
    stories.hear(said(90, LISBON[2], author=8))
    (story,) = stories.stories()
    assert story.people == 2


def test_a_repost_spreads_and_is_no_voice() -> None:
    stories = Stories()
    hear(stories, LISBON)
    (before,) = stories.stories()
    assert stories.hear(said(50, LISBON[2], root=3)) == 1
    (story,) = stories.stories()
    assert (story.people, story.posts, story.reposts) == (before.people, before.posts, 1)
    assert stories.hear(said(51, "", root=999)) is None


@pytest.mark.parametrize(
    "way",
    [
        pytest.param({"copy_of": 1}, id="a copy of a post"),
        pytest.param({"quoted": 1}, id="a quote of a post"),
        pytest.param({"thread": 1}, id="an answer in a post's thread"),
    ],
)
def test_it_goes_where_its_first_went(way: dict[str, int]) -> None:
    stories = Stories()
    hear(stories, LISBON[:1])
    assert stories.hear(said(9, "same here, nobody helps", **way)) == 1


def test_a_link_that_two_share_is_particular() -> None:
    stories = Stories()
    link = "https://news.example/bags-chaos"
    hear(stories, (f"what is this {link}?utm_source=a", f"shame on you {link}#top"))
    assert [story.people for story in stories.stories()] == [2]


def test_stories_that_prove_to_be_one_keep_the_older_number() -> None:
    stories = Stories()
    hear(
        stories,
        ("Gate 22 at Gatwick is chaos, nobody from the crew", "crew chaos at Gatwick gate 22"),
    )
    hear(stories, ("NW 733 to Faro was axed", "faro NW733 is axed, apparently"), start=10)
    older, newer = sorted(story.number for story in stories.stories())
    both = "Gatwick gate 22, NW 733 to Faro axed, crew chaos"
    hear(stories, [both] * 6, start=20)
    assert stories.now_called(newer) == stories.now_called(older) == older
    assert stories.story(newer) == stories.story(older)


def test_a_silent_story_is_forgotten() -> None:
    stories = Stories()
    hear(stories, LISBON)
    stories.hear(said(99, APP[0], at=NOON + 4 * DAY))
    assert stories.story(1) is None
    assert stories.now_called(1) is None
    assert stories.hear(said(100, LISBON[2], at=NOON + 4 * DAY)) is None


def test_a_name_is_what_its_people_share_with_the_code_in_brackets() -> None:
    stories = Stories()
    hear(stories, LISBON)
    name = stories.stories()[0].name
    assert "lisbon" in name.lower()
    assert "482" in name


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_no_order_of_posts_puts_a_handle_or_abuse_into_a_name(order: tuple[int, ...]) -> None:
    texts = (
        "@janedoe shitty Zorblax kettle <b>exploded</b> in Ely, janedoe",
        "janedoe Zorblax kettle exploded @janedoe shitty in Ely",
        "shitty janedoe zorblax kettle exploded near Ely @janedoe",
    )
    stories = Stories()
    hear(stories, [texts[place] for place in order])
    (story,) = stories.stories()
    assert story.name
    assert len(story.name) <= MOST_CHARS
    assert not any(bad in story.name.lower() for bad in ("janedoe", "shit", "<", ">", "@"))


def test_a_word_that_turns_out_to_be_an_account_leaves_the_name_to_the_others() -> None:
    stories = Stories()
    hear(stories, ["annekettle sold me a burst Zorblax boiler"] * 3)
    assert "annekettle" in stories.stories()[0].name
    stories.hear(said(30, "@annekettle sold me a burst Zorblax boiler"))
    name = stories.stories()[0].name.lower()
    assert "zorblax" in name
    assert "annekettle" not in name


def test_who_serves_is_not_named() -> None:
    stories = Stories()
    hear(
        stories, [f"spoke to supervisor Xanthe about the Zorblax kettle, take {n}" for n in (1, 2)]
    )
    assert "xanthe" not in stories.stories()[0].name.lower()


def test_a_name_stays_once_several_people_share_it() -> None:
    stories = Stories()
    hear(stories, ["bags left in Lisbon"] * 9)
    before = stories.stories()[0].name
    stories.hear(said(60, "bags left in Lisbon near the blue door"))
    assert stories.stories()[0].name == before != ""


def test_a_brands_own_name_leads_nowhere() -> None:
    stories = Stories(own=("Zorblax Kettles",))
    hear(stories, ("zorblax", "Zorblax kettles!", "@zorblax oh zorblax"))
    assert stories.stories() == []


def test_a_restart_forgets_nothing_that_matters() -> None:
    stories = Stories()
    hear(stories, LISBON[:4])
    again = Stories.load(stories.dump())
    assert again.stories() == stories.stories()
    assert again.hear(said(40, LISBON[4])) == 1
    assert again.hear(said(41, "", root=2)) == 1


def test_a_dump_holds_no_words_but_those_that_several_used() -> None:
    stories = Stories()
    hear(stories, ("Ottoline's pram vanished at Heathrow", "my quince jam and pram gone, Heathrow"))
    dump = stories.dump().lower()
    assert "heathrow" in dump
    assert not any(word in dump for word in ("ottoline", "quince", "vanished"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version":2}',
        pytest.param("[" * 100_000, id="nested without end"),
        json.dumps({**json.loads(Stories().dump()), "newest": -1}),
        json.dumps({**json.loads(Stories().dump()), "stories": [[1, 2]]}),
    ],
)
def test_what_is_no_dump_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a dump"):
        Stories.load(text)


def test_memory_is_bounded() -> None:
    stories = Stories()
    for number in range(MOST_STORIES + 300):
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        stories.hear(said(number, f"wug{letters} blick{letters} dax{letters}", at=NOON + number))
    assert 1_000 < len(json.loads(stories.dump())["stories"]) <= MOST_STORIES


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=80), st.integers(0, 9), st.floats()), max_size=30))
def test_no_post_breaks_it(posts: list[tuple[str, int, float]]) -> None:
    stories = Stories()
    for number, (text, other, at) in enumerate(posts):
        stories.hear(said(number, text, at=at, root=other if other > 6 else None, thread=other))
    assert all(len(story.name) <= MOST_CHARS for story in stories.stories())
    Stories.load(stories.dump())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NW 482", "nw482"),
        ("error E-1043", "E1043"),
        ("the 7.14", "0714"),
        ("Zip 4", "zip4"),
        ("#BagsInLisbon", "bags lisbon"),
        ("suitcase", "Bags"),
        ("contaminated", "contamination"),
    ],
)
def test_one_thing_written_two_ways_is_the_same(one: str, other: str) -> None:
    first, second = ({token.key for token in tokens(text)} - {0} for text in (one, other))
    assert second
    assert second <= first or first <= second


def test_people_and_links_are_no_words() -> None:
    text = "@ann wrote https://a.example/x to ann@b.example, see u/bob and eve.bsky.social"
    shown = " ".join(token.surface for token in tokens(text)).lower()
    assert not any(part in shown for part in ("ann", "bob", "eve", "example"))
    assert len(handles(text)) == 4
    assert links("https://a.example/") == ()
