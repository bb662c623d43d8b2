"""What people say of their own other accounts; nothing is inferred."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.selves import MOST, Claim, claims


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("I'm @ann on Bluesky", [Claim("bluesky", "ann")], id="I'm"),
        pytest.param("I’m @ann over on X, help", [Claim("x", "ann")], id="a curly apostrophe"),
        pytest.param(
            "find me as ann.bsky.social on bsky.",
            [Claim("bluesky", "ann.bsky.social")],
            id="a name",
        ),
        pytest.param(
            "my Mastodon is @ann@social.example.",
            [Claim("mastodon", "ann@social.example")],
            id="an address",
        ),
        pytest.param("my reddit account: u/ann_b", [Claim("reddit", "ann_b")], id="reddit's way"),
        pytest.param("same person as @ann on Twitter", [Claim("x", "ann")], id="the old name"),
        pytest.param("I'm back on X", [], id="a word is no handle"),
        pytest.param("I'm at Acme on Twitter", [], id="nor is a place"),
        pytest.param("I am not @ann on X", [], id="denied"),
        pytest.param("somebody claims I'm @ann on X", [], id="somebody else's claim"),
        pytest.param("@ann on Bluesky is nice", [], id="said of somebody else"),
        pytest.param("@ann and @bob on X", [], id="a mention is no claim"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_only_what_an_author_says_of_themselves_counts(text: str, found: list[Claim]) -> None:
    assert list(claims(text)) == found


def test_a_list_of_accounts_is_cut() -> None:
    text = " ".join(f"I'm @ann{n} on X." for n in range(20))
    assert len(claims(text)) == MOST


@given(st.text("I'm @aun/on Xx. my is", max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    claims(text)
