"""What is a complaint, what is not, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.complaint import MAX_REASONS, UNTOLD, Judgement, Verdict, judge
from listener.cues import cue, spell_out
from listener.cues_against import COUNTER_CUES
from listener.cues_for import COMPLAINT_CUES
from listener.cuetext import MAX_JUDGED_CHARS, read
from listener.sentiment import valence

COMPLAINTS = [
    "Refund please. Third time asking.",
    "Still waiting for my parcel, it has been 3 weeks",
    "@acme no reply to my emails for a week",
    "Why is my internet down again?",
    "I was charged twice and nobody answers the phone",
    "The app keeps crashing since the last update, please fix it",
    "Never again. Worst customer service I have had.",
    "You people are a joke, this is unacceptable",
    "My order arrived damaged and they refuse to replace it",
    "On hold for 45 minutes and then you hung up on me",
    "Thanks for nothing @acme",
    "Received the wrong item, poor quality, waste of money",
    "this is the third email, where is my refund??",
    "Your website doesn't work and the chat is useless",
    "I’m closing my account, you lied to me",
    "they said a technician would come between 8 and 16. It is 19.",
    "day 4 without acme",
    "acme please fix my internet",
    "acme leaked my address and card number",
    "my internet keeps dropping",
    "speed test says 2 Mbit paying 900",
    "Cheers acme for making me miss my exam",
    "thanks acme for ruining my weekend",
    "Love paying for nothing",
    "my internet is down but my phone is fine",
    "can't log in, unable to reset my password, please help",
]
OTHERS = [
    "Thank you so much, sorted in five minutes!",
    "I love my new phone, it is amazing",
    "Acme announces third quarter earnings https://t.co/abc",
    "We are hiring! Apply now https://t.co/abc",
    "killer deal, sick!",
    "This beat is sick, killer album",
    "Can I bring my dog on board?",
    "What time do you open on Sunday?",
    "Great service today, shout out to Ann at the desk",
    "No issues so far, good value for money",
    "acme isn't that bad",
    "not that bad at all",
    "never had to wait with acme",
    "Globex is down but acme is fine",
    "globex is down but acme works fine",
    "thanks acme for making my day",
    "day 4 without smoking",
    "Looking forward to the new season!",
    "Had coffee near the Acme building",
    "",
]


def judged(text: str, **known: float | bool | str) -> Judgement:
    return judge(text, valence(text), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", COMPLAINTS)
def test_a_complaint_is_heard(text: str) -> None:
    assert judged(text).verdict is Verdict.COMPLAINT


@pytest.mark.parametrize("text", OTHERS)
def test_praise_news_and_plain_questions_are_no_complaints(text: str) -> None:
    assert judged(text).verdict is Verdict.OTHER


def test_a_mood_alone_is_no_complaint_and_a_polite_one_is() -> None:
    assert valence("killer deal, sick!") < -0.5 < judged("killer deal, sick!").probability < 0.3
    assert valence(COMPLAINTS[0]) > 0.3


def test_praise_with_reproach_is_doubtful_rather_than_fine() -> None:
    text = "Great, amazing, love it: another delay and no reply, best day"
    assert judged(text).verdict is Verdict.UNSURE


def test_a_language_that_is_not_scored_is_unsure() -> None:
    assert judge("Nie wieder!", 0.0, scored=False, lang="de") == Judgement(
        UNTOLD, Verdict.UNSURE, ("language de is not scored",)
    )


def test_the_reasons_quote_the_post_and_name_the_mood() -> None:
    why = judged("Terrible! I am STILL waiting, no reply").why
    assert 'waiting: "still waiting"' in why
    assert 'no reply: "no reply"' in why
    assert "valence −0.68" in why


def test_the_reasons_of_no_complaint_begin_with_what_speaks_against() -> None:
    why = judged("Thank you, great and lovely service, though I am still waiting").why
    assert why[0].startswith("against: ")
    assert any(reason.startswith("waiting") for reason in why)


def test_small_words_are_the_reasons_where_there_are_no_others() -> None:
    assert judge("not my table", 0.0).why
    assert not [
        reason for reason in judge("scam, no refund, never again", 0.0).why if "neg" in reason
    ]


def test_another_s_words_are_doubtful_at_most() -> None:
    text = "Acme lost my bag, nobody answers, worst company ever, never again"
    assert judged(text).verdict is Verdict.COMPLAINT
    assert judged(f"RT @ann: {text}").verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("thanks, now where is my refund? third time asking", id="thanks first"),
        pytest.param("they said it is fixed, and it is broken again", id="it came back"),
        pytest.param("@acme we regret choosing you, no reply for weeks", id="in support's words"),
        pytest.param("if you lose my bag one more time I am gone, no refund yet", id="an if"),
    ],
)
def test_a_complaint_that_sounds_like_none_is_heard(text: str) -> None:
    assert judged(text).verdict is Verdict.COMPLAINT


def test_long_numbers_and_handles_are_not_repeated_in_a_reason() -> None:
    why = " ".join(judged("charged 4711 on 123456789 @ann twice, order 123456789 is late").why)
    assert "123456789" not in why
    assert "@ann" not in why


@pytest.mark.parametrize("text", [" ".join(COMPLAINTS), " ".join(OTHERS)])
def test_there_are_at_most_six_reasons(text: str) -> None:
    assert 0 < len(judged(text).why) <= MAX_REASONS


@pytest.mark.parametrize("text", ["the package came today", "not what I ordered", "nice shop"])
def test_stars_move_the_judgement(text: str) -> None:
    low, none, high = (judged(text, rating=stars).probability for stars in (1.0, 3.0, 5.0))
    assert low > none > high
    assert none == judged(text).probability
    assert "rated 1 of 5" in judged(text, rating=1.0).why


def test_a_reply_to_the_brand_is_likelier_a_complaint() -> None:
    text = "and the second one?"
    assert judged(text, directed=True).probability > judged(text).probability


def test_a_phrase_inside_a_longer_one_does_not_count() -> None:
    assert judged("I am not happy").probability > judged("I am happy").probability
    assert not [reason for reason in judged("not happy").why if "praise" in reason]


@given(st.text(st.characters(), max_size=400), st.floats(-1, 1))
def test_any_text_is_judged_within_bounds(text: str, mood: float) -> None:
    judgement = judge(text, mood)
    assert 0.0 <= judgement.probability <= 1.0
    assert len(judgement.why) <= MAX_REASONS


@pytest.mark.parametrize("text", ["waiting " * 9_000, "no " * 9_000, "a" * 20_000, "@a" * 9_000])
def test_only_the_beginning_of_a_huge_text_is_judged(text: str) -> None:
    assert judge(text, 0.0) == judge(text[:MAX_JUDGED_CHARS], 0.0)


# --- the phrases ---

PHRASES = [
    (group.name, phrase) for group in COMPLAINT_CUES + COUNTER_CUES for phrase in group.phrases
]


def test_every_phrase_is_written_so_that_it_can_be_found() -> None:
    """`money`, `@` and `link` stand for something else, which is put in before reading."""
    stand_ins = {"@": "@ann", "money": "$5", "link": "https://example.com"}
    unfindable = [
        phrase
        for _, phrase in PHRASES
        if read(" ".join(stand_ins.get(w, w) for w in phrase.split())).words
        not in (f" {phrase} ", f" {phrase} ".replace(" money ", " money "))
        and "money" not in phrase
    ]
    assert not unfindable


def test_groups_for_and_against_have_the_right_sign_and_names_of_their_own() -> None:
    assert all(group.weight > 0 for group in COMPLAINT_CUES)
    assert all(group.weight < 0 for group in COUNTER_CUES)
    names = [group.name for group in COMPLAINT_CUES + COUNTER_CUES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("template", "phrases"),
    [
        pytest.param("still waiting", ("still waiting",), id="a plain phrase"),
        pytest.param("{no|any} reply", ("no reply", "any reply"), id="either"),
        pytest.param("so {very|} bad", ("so very bad", "so bad"), id="or nothing"),
        pytest.param("{a|{b|c} d}", ("a", "b d", "c d"), id="nested"),
        pytest.param("{a|\n   b}", ("a", "b"), id="over a line's end"),
    ],
)
def test_spell_out(template: str, phrases: tuple[str, ...]) -> None:
    assert sorted(spell_out(template)) == sorted(phrases)


def test_a_group_knows_its_shorthands() -> None:
    assert "0 weeks" in cue("waiting", 1.0, "<some> <while>").phrases


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Don’t!", " dont ! ", id="no apostrophes"),
        pytest.param("@acme paid $50 4 u", " @ paid money 0 you ", id="mentions, sums, numbers"),
        pytest.param("#StillWaiting", " still waiting ", id="a hashtag is its words"),
        pytest.param("sooo slow... bbb", " so slow .. bbb ", id="stretched words, dots"),
        pytest.param("see https://t.co/x now", " see link now ", id="links"),
        pytest.param("fra\u200bud", " fraud ", id="invisible characters"),
        pytest.param("", "  ", id="nothing"),
    ],
)
def test_read(text: str, words: str) -> None:
    assert read(text).words == words


def test_a_place_is_quoted_as_it_was_said() -> None:
    text = read("im waiting for 3 weeks")
    start = text.words.index(" for ")
    assert text.quote(start, len(text.words)) == "for 3 weeks"
