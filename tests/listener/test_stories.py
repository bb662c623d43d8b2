"""Which complaints are one story, and what a story is called."""

import json
import os
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.particulars import handles, links, tokens
from listener.stories import MOST_HANDLES, MOST_POSTS, Said, Stories
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


PLACE = (
    "@kestrelrail gates won't read my code, barrier says seek assistance",
    "@kestrelrail fined at Ely for a pass that I paid for",
    "season card vanished overnight @kestrelrail",
    "@kestrelrail inspector was rude about it",
    "@kestrelrail huge crush in the hall, nobody scans",
    "@kestrelrail do I have to buy a paper one?",
    "they let us through in the end @kestrelrail",
    "@kestrelrail blank grey square, marvellous",
    "@kestrelrail penalty notice, how do I appeal",
    "@kestrelrail and again on the way home",
)
BLAZE = (
    "@kestrelrail smoke in coach C at Wroxby",
    "flames under the engine @kestrelrail",
    "@kestrelrail everybody off, firemen running",
    "@kestrelrail woman fainted in the heat",
    "@kestrelrail windows cracked near Wroxby",
    "@kestrelrail luggage burnt to nothing",
)


def hear_over(stories: Stories, texts: Iterable[str], start: int, apart: float) -> list[int]:
    numbers = []
    for number, text in enumerate(texts, start):
        at = NOON + apart * (number - start) + DAY * (start // 100)
        stories.hear(said(number, text, at=at))
        numbers.append(number)
    return numbers


def test_complaints_to_one_strange_account_are_one_story_without_a_word_in_common() -> None:
    stories = Stories(own=("Acme",))
    hear_over(stories, PLACE, 1, HOUR)
    (story,) = stories.stories()
    assert story.people == len(PLACE)


def test_complaints_to_the_brands_own_account_are_not() -> None:
    stories = Stories(own=("kestrelrail",))
    hear_over(stories, PLACE, 1, HOUR)
    assert max((story.people for story in stories.stories()), default=0) <= 2


def test_an_account_alone_joins_nothing_after_hours_of_silence() -> None:
    stories = Stories()
    hear_over(stories, PLACE[:3], 1, HOUR)
    stories.hear(said(50, PLACE[7], at=NOON + 12 * HOUR))
    (story,) = stories.stories()
    assert story.people == 3
    assert stories.of_post(50) is None


def test_a_second_rush_at_one_account_that_shares_no_word_is_another_story() -> None:
    stories = Stories()
    first = hear_over(stories, PLACE, 1, 3 * HOUR)
    start = NOON + 3 * HOUR * len(PLACE)
    for number, text in enumerate(BLAZE, 50):
        stories.hear(said(number, text, at=start + 300.0 * (number - 50)))
    old, new = stories.of_post(first[0]), stories.of_post(53)
    assert old is not None
    assert new is not None
    assert old != new
    assert {stories.of_post(number) for number in first} == {old}
    told = {number: stories.story(number) for number in (old, new)}
    assert sum(story.posts for story in told.values() if story) == len(PLACE) + len(BLAZE)


def test_a_word_that_nobody_used_and_many_use_now_makes_a_story_of_posts_heard_before() -> None:
    texts = (
        "we are in Amarillo, why",
        "sleeping on a carpet, cheers, Amarillo",
        "no blanket, one vending machine #amarillo",
        "crew left by van, driver gone, Amarillo airport",
    )
    stories = Stories()
    for number in range(3_000):
        letters = "".join(chr(ord("a") + int(digit)) * 2 for digit in str(number))
        stories.hear(said(number, f"my {letters} seat", at=NOON + 60.0 * number))
    heard = [said(5_000 + n, text, at=NOON + 3 * DAY + n) for n, text in enumerate(texts)]
    for each in heard:
        stories.hear(each)
    (number,) = {stories.of_post(each.post) for each in heard}
    assert number is not None
    story = stories.story(number)
    assert story is not None
    assert "amarillo" in story.name.lower()


def test_one_person_who_repeats_a_word_is_no_rush() -> None:
    stories = Stories()
    for number in range(12):
        stories.hear(said(number, f"zorblax {'abcdefghijkl'[number] * 5}", author=7))
    assert stories.stories() == []


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(LISBON) + len(APP))), st.floats(-3 * DAY, 3 * DAY))
def test_posts_out_of_their_order_and_late_ones_are_heard(order: list[int], late: float) -> None:
    texts = (*LISBON, *APP)
    stories = Stories()
    for place in order:
        at = NOON + 60.0 * place + (late if place % 5 == 0 else 0.0)
        stories.hear(said(place, texts[place], at=at), now=NOON + DAY)
    told = stories.stories()
    assert all(story.since <= story.at <= NOON + DAY for story in told)
    assert sum(story.posts for story in told) <= len(texts)


def test_a_post_from_ahead_of_the_clock_silences_nobody() -> None:
    stories = Stories()
    hear(stories, LISBON)
    stories.hear(said(70, APP[0], at=NOON + 30 * DAY), now=NOON + HOUR)
    assert [story.people for story in stories.stories()] == [len(LISBON)]


def test_hostile_texts_are_heard_and_leave_only_names_that_may_be_shown() -> None:
    folder = Path(os.environ.get("TOCSIN_SHARED") or "../shared") / "data" / "hostile"
    if not folder.is_dir():
        pytest.skip("the hostile texts are not beside the project")
    lines = [
        line
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for line in path.read_text("utf-8", "replace").splitlines()[:60]
    ]
    assert lines
    stories = Stories()
    for number, line in enumerate(lines * 2):
        stories.hear(said(number, line, at=NOON + number))
    names = [story.name for story in stories.stories()]
    assert all(len(name) <= MOST_CHARS for name in names)
    assert not any(mark in name for name in names for mark in "<>@\x00\n\x1b\u202e")
    assert Stories.load(stories.dump()).stories() == stories.stories()


def test_a_flood_of_accounts_tags_and_endless_texts_stays_within_bounds() -> None:
    stories = Stories()
    for number in range(1_700):
        text = f"@a{number} @b{number} #tag{number} https://x.example/{number} " + "lorem " * 300
        stories.hear(said(number, text, at=NOON + number))
    state = json.loads(stories.dump())
    assert len(state["stories"]) <= MOST_STORIES
    assert len(state["handles"]) <= MOST_HANDLES
    assert len(state["posts"]) <= MOST_POSTS
