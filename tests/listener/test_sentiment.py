"""VADER's compound score, bit for bit, from any thread, in bounded time."""

import csv
import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from listener.sentiment import MAX_SCORED_CHARS, valence

PLAIN = SentimentIntensityAnalyzer()

SENTENCES = [
    "VADER is smart, handsome, and funny!",
    "VADER is not smart, handsome, nor funny.",
    "At least it isn't a horrible book.",
    "Today only kinda sux! But I'll get by, lol",
    "Catch utf-8 emoji such as 💘 and 💋 and 😁",
    "Not such a badass after all, never so good, without doubt great",
    "the least good, no problem or great issue, kind of bad",
    "Refund please. Third time asking.",
    "",
    " ",
]


def compound(text: str) -> float:
    return float(PLAIN.polarity_scores(text)["compound"])


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_is_scored_as_by_vader(text: str) -> None:
    assert valence(text) == compound(text)


KNOWN_WORDS = (
    "not never no so this without doubt least at very good bad GREAT but kind of sort the shit bomb"
    " yeah right to die for horrible ! ??? 😁 isn't none hardly bus stop and or nor love"
)
MARKED_WORDS = (
    "NO No: kind least, AT 💘x :) :( x) (good) DON'T can't bad. ass badass kiss death just enough"
    " KIND-OF VERY sooo İstanbul ΣΑΣ bad, but, BUT without DOUBT Never THIS"
)
WORDS = st.sampled_from(KNOWN_WORDS.split())


@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_any_mixture_of_the_words_it_knows_is_scored_as_by_vader(text: str) -> None:
    assert valence(text) == compound(text)


def test_tens_of_thousands_of_mixtures_are_scored_as_by_vader() -> None:
    draw = Random(7)  # the same mixtures every time
    words = [*KNOWN_WORDS.split(), *MARKED_WORDS.split()]
    for _ in range(20_000):
        text = " ".join(draw.choices(words, k=draw.randrange(10)))
        assert valence(text) == compound(text), text


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_scored_as_by_vader(text: str) -> None:
    assert valence(text) == compound(text)


def test_real_posts_are_scored_as_by_vader(shared: Path) -> None:
    with gzip.open(shared / "data" / "vader_tweets.csv.gz", "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            assert valence(row["text"]) == compound(row["text"])


def test_a_long_text_is_cut_at_a_word() -> None:
    text = "good " * 10_000
    assert valence(text) == compound(text[:MAX_SCORED_CHARS])
    assert valence("x" * (MAX_SCORED_CHARS - 2) + " goodness") == 0.0


def test_a_text_of_two_thousand_characters_is_scored_whole() -> None:
    text = ("fine " * 398) + "horrible"
    assert len(text) <= 2_000
    assert valence(text) == compound(text)


def test_threads_agree() -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(valence, ["not a good day"] * 64))) == 1
